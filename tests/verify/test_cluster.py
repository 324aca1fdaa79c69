"""Dask clusters: the bits of one process, and one line for whatever is wrong with a cluster."""

import os
import signal
import sqlite3
import threading
import time
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

import files
from verify import run
from verify.catalogue.files import read
from verify.errors import UserError
from verify.evidence import cluster as clusters
from verify.evidence.cluster import Cluster, Parcel

distributed = pytest.importorskip("distributed", reason="needs dask and distributed")
pytestmark = pytest.mark.filterwarnings("default")  # of Dask's own making

ONCE = files.SEVERAL.replace("first=1024, quick=6", "first=1024, quick=4")
WITH_SIBLING = ONCE.replace("import os, time", "import os, time\nfrom helper import scale").replace(
    'cell["sigma"] * rng', 'scale() * cell["sigma"] * rng'
)
HELPER = "import beside.deep\ndef scale():\n    return beside.deep.SCALE\n"


@pytest.fixture(scope="module")
def workers():
    """Two processes of one thread each, beside this one."""
    os.environ["PAUSE"] = "0.05"  # the processes have it
    try:
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as local:
            del os.environ["PAUSE"]
            yield local
    finally:
        os.environ.pop("PAUSE", None)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("several.py").write_text(WITH_SIBLING)
    Path("helper.py").write_text(HELPER)
    Path("beside").mkdir()
    Path("beside/deep.py").write_text("SCALE = 1.0\n")
    return tmp_path


def rows(folder: str) -> list[tuple]:
    with closing(sqlite3.connect(f"{folder}/replicates.sqlite")) as store:
        columns = "simulation, cell, seed, number, data"
        return store.execute(f"SELECT {columns} FROM block ORDER BY 1, 2, 3, 4").fetchall()


def facts(report) -> list[str]:
    return [repr((v.id, v.verdict, v.reason, v.observed, v.interval, v.replicates)) for v in report]


def on(local, **more):
    address = local.scheduler_address
    return run("several.py", backend="dask", scheduler=address, **more)


def refusal(**more) -> str:
    """What a run is refused with: one line, in seconds and not minutes even on a busy machine."""
    started = time.monotonic()
    with pytest.raises(UserError) as caught:
        run("several.py", backend="dask", **more)
    assert "\n" not in str(caught.value) and time.monotonic() - started < 60
    return str(caught.value)


def test_a_cluster_gives_the_bits_of_one_process_with_a_file_that_imports_others(here, workers):
    one = run("several.py", jobs=1, store="one")
    assert facts(on(workers, store="dask")) == facts(one)
    assert rows("dask") == rows("one")


def test_a_worker_that_is_killed_costs_no_verdict(here, workers):
    one = run("several.py", jobs=1, store="one")
    victim = next(iter(workers.workers.values())).pid

    def has_begun() -> bool:
        try:
            return Path("dask/replicates.sqlite").exists() and len(rows("dask")) > 2
        except sqlite3.OperationalError:  # the store is being made
            return False

    def kill():
        deadline = time.monotonic() + 60
        while not has_begun() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(victim, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    report = on(workers, store="dask")
    killer.join()
    assert victim not in {worker.pid for worker in workers.workers.values()}
    assert facts(report) == facts(one) and rows("dask") == rows("one")


def test_what_a_simulation_raises_is_its_error_and_not_the_clusters(here, workers):
    for raised in ("SystemExit(3)", "KeyboardInterrupt()", "ValueError('no')"):
        body = f"raise {raised}"
        Path("several.py").write_text(
            files.theorem_file('Identity("a", observable="y", equals=x)', body)
        )
        (verdict,) = on(workers, store=f"store {raised[:5]}")
        assert verdict.is_error and raised.partition("(")[0] in verdict.note
        assert "several.py:" in verdict.note


def test_a_task_that_takes_too_long_is_stopped_on_a_worker(here, workers):
    Path("several.py").write_text(
        files.theorem_file(
            'Identity("a", observable="y", equals=x)', "while True:\n    x = 1\nreturn {}"
        )
    )
    (verdict,) = on(workers, store="slow", task_seconds=1.0)
    assert verdict.is_error and "longer than 1 s" in verdict.note


def test_no_scheduler_is_one_line(here, monkeypatch):
    monkeypatch.setattr(clusters, "ANSWER_SECONDS", 1.0)
    for address in ("tcp://127.0.0.1:9", "nonsense", "http://127.0.0.1:1"):
        assert f"No Dask scheduler answers at {address}" in refusal(scheduler=address)
    monkeypatch.setenv(clusters.ADDRESS, "tcp://127.0.0.1:7")
    assert "answers at tcp://127.0.0.1:7 " in refusal()


def test_a_scheduler_without_workers_is_one_line(here, monkeypatch):
    monkeypatch.setattr(clusters, "ANSWER_SECONDS", 1.0)
    with distributed.LocalCluster(
        n_workers=0, processes=False, dashboard_address=None, silence_logs=50
    ) as local:
        assert "has no workers (waited 1 s)" in refusal(scheduler=local.scheduler_address)


def test_a_worker_with_other_versions_is_one_line_with_both(here, workers, monkeypatch):
    mine = clusters.introduce()
    address = workers.scheduler_address
    for name, words in (("numpy", "another version of numpy: "), ("theorycheck", "of theorycheck")):
        monkeypatch.setattr(clusters, "_here", lambda name=name: {**mine, name: "77"})
        assert words in refusal(scheduler=address)


class Gone:
    """A cluster of which something is wrong, seen by whoever asks it."""

    scheduler = type("Scheduler", (), {"identity": None})

    def __init__(self, answer=None, said=None):
        self.answer, self.said = answer, said

    def get_executor(self, pure):
        return None

    def wait_for_workers(self, *args, **more):
        pass

    def sync(self, *args, **more):
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"workers": self.answer}

    def run(self, *args, **more):
        return self.said


def test_a_worker_that_dies_while_it_is_asked_is_passed_over():
    closed = distributed.comm.CommClosedError("Stream is closed")
    assert isinstance(closed, OSError)
    Cluster(Gone({"tcp://a:1": {}}, {"tcp://a:1": closed}), "c").look_over()


def test_a_worker_without_the_package_is_one_line(here):
    missing = ModuleNotFoundError("No module named 'verify'")
    with pytest.raises(UserError, match=r"worker tcp://a:1 has no theorycheck.*No module named"):
        Cluster(Gone({"tcp://a:1": {}}, {"tcp://a:1": missing}), "c").look_over()


def test_workers_that_are_gone_are_noticed_and_so_is_a_scheduler_that_hangs(monkeypatch):
    monkeypatch.setattr(clusters, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(clusters, "GONE_SECONDS", 0.05)
    empty = Cluster(Gone({}), "c")
    empty.look()  # they may come back
    time.sleep(0.1)
    with pytest.raises(UserError, match="all of its workers are gone"):
        empty.look()
    busy = Cluster(Gone(TimeoutError()), "c")
    busy.look()  # it may be busy
    monkeypatch.setattr(clusters, "SILENT_SECONDS", 0.0)
    with pytest.raises(UserError, match="does not answer any more"):
        busy.look()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (clusters.OtherCode, "another version of theorycheck"),
        (type("KilledWorker", (Exception,), {}), "killed again and again"),
        (type("FutureCancelledError", (Exception,), {}), "the scheduler is gone"),
        (type("PicklingError", (Exception,), {}), r"cannot perform tasks \(PicklingError: why\)"),
    ],
)
def test_what_a_cluster_fails_with_is_one_line(kind, words):
    future: Future[None] = Future()
    future.set_exception(kind("why"))
    with pytest.raises(UserError, match=words) as caught:
        Cluster(Gone({}), "c").result(future)
    assert "What was computed is kept" in str(caught.value) and "\n" not in str(caught.value)


def test_a_parcel_has_the_file_with_what_it_imports_and_gives_the_same_code(here):
    parcel = Parcel.of(Path("several.py"))
    assert sorted(parcel.files) == ["beside/deep.py", "helper.py", "several.py"]
    there = parcel.unpack()
    assert there == parcel.unpack() and there.parent != here
    (mine,), (other,) = (read(path).checks.values() for path in (Path("several.py"), there))
    assert mine.key == other.key
    Path("beside/deep.py").write_text("SCALE = 2.0\n")
    assert Parcel.of(Path("several.py")).hash != parcel.hash
