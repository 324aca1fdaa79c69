"""Shared settings of the tests: two Hypothesis profiles, one BLAS thread."""

import os
import re

import hypothesis
import pytest
import threadpoolctl

# Before NumPy is imported; processes that a test starts inherit it.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

hypothesis.settings.register_profile(
    "deterministic", derandomize=True, deadline=None, max_examples=50, print_blob=False
)
hypothesis.settings.register_profile("random", deadline=None, max_examples=300)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "deterministic"))


def pytest_ignore_collect(collection_path, config):
    """Leave a folder unread whose tests are all deselected: reading the battery takes seconds."""
    deselected = re.search(rf"\bnot {re.escape(collection_path.name)}\b", config.getoption("-m"))
    return True if collection_path.is_dir() and deselected else None


def pytest_collection_modifyitems(items):
    """Begin with what takes longest, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: item.path.name != "test_notebooks.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `--dist loadgroup`, keep tests in one process whose parameters begin with one family."""
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByFamily(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            family, colon, _ = nodeid.partition("[")[2].partition(":")
            return family if colon else nodeid

    return ByFamily(config, log)


@pytest.fixture(autouse=True, scope="session")
def _one_blas_thread():
    """Two BLAS threads on a busy machine are slower than one, and results may depend on them."""
    with threadpoolctl.threadpool_limits(1):
        yield


@pytest.fixture(autouse=True, scope="session")
def _a_cache_of_the_tests_own(tmp_path_factory):
    """What is found in tests is neither taken from the user's cache nor left in it.

    The processes of one run of the tests share it.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THEORYCHECK_CACHE", str(folder / "cache"))
        yield
