"""Shared settings of the tests: two Hypothesis profiles, one BLAS thread."""

import os

import hypothesis
import pytest
import threadpoolctl

hypothesis.settings.register_profile(
    "deterministic", derandomize=True, deadline=None, max_examples=50, print_blob=False
)
hypothesis.settings.register_profile("random", deadline=None, max_examples=300)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "deterministic"))


@pytest.fixture(autouse=True, scope="session")
def _one_blas_thread():
    """Two BLAS threads on a busy machine are slower than one, and results may depend on them."""
    with threadpoolctl.threadpool_limits(1):
        yield
