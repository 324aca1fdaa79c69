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


@pytest.fixture(autouse=True, scope="session")
def _a_cache_of_the_tests_own(tmp_path_factory):
    """What is proved in tests is neither taken from the user's cache nor left in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THEORYCHECK_CACHE", str(tmp_path_factory.mktemp("proofs")))
        yield
