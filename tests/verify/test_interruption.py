"""Runs that are killed or interrupted part-way: they go on where they were, to the same report."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import files

COMMAND = [
    sys.executable,
    "-m",
    "verify.command_line",
    "run",
    "several.py",
    "--json",
    "report.json",
]


def start(folder: Path, *options: str, pause: float = 0.05) -> subprocess.Popen:
    """Start a run in a session of its own."""
    return subprocess.Popen(
        [*COMMAND, *options],
        cwd=folder,
        start_new_session=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PAUSE": str(pause)},
        # In the background of a script, where the tests may run, interrupts are ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def finish(run: subprocess.Popen) -> str:
    """Wait for a run and return what it wrote to standard error."""
    with run:
        _, errors = run.communicate(timeout=600)
    return errors


def blocks(folder: Path) -> int:
    """Blocks in the store so far."""
    path = folder / ".verify" / "replicates.sqlite"
    if not path.exists():
        return 0
    with sqlite3.connect(path) as store:
        try:
            (count,) = store.execute("SELECT COUNT(*) FROM block").fetchone()
        except sqlite3.OperationalError:
            count = 0
    store.close()
    return count


def wait_for(folder: Path, count: int, run: subprocess.Popen) -> None:
    deadline = time.monotonic() + 300
    while blocks(folder) < count and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert run.poll() is None, run.communicate()


def report(folder: Path) -> dict:
    """The report without what may differ: times."""
    data = json.loads((folder / "report.json").read_text())
    data["summary"].pop("seconds")
    for claim in data["claims"]:
        claim.pop("seconds")
        if claim["counterexample"]:
            claim["counterexample"].pop("command")
    return data


def session_members(session: int) -> list[str]:
    """Command lines of the processes of a session that still run."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                status = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(status[3]) == session and status[0] != "Z":
                    found.append((folder / "cmdline").read_text().replace("\0", " "))
            except (OSError, IndexError):
                continue
    return found


def gone(session: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while session_members(session) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not session_members(session)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "several.py").write_text(files.SEVERAL)
    return tmp_path


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The report of an undisturbed run in one process."""
    folder = tmp_path_factory.mktemp("reference")
    (folder / "several.py").write_text(files.SEVERAL)
    assert "Traceback" not in finish(start(folder, "--jobs", "1", pause=0))
    return report(folder)


def test_a_run_that_is_killed_goes_on_to_the_same_report(folder, reference):
    run = start(folder, "--jobs", "1")
    wait_for(folder, 5, run)
    os.killpg(run.pid, signal.SIGKILL)
    finish(run)
    kept = blocks(folder)
    assert kept >= 5 and not (folder / "report.json").exists()
    assert "Traceback" not in finish(start(folder, "--jobs", "1", pause=0))
    assert report(folder) == reference


def test_ctrl_c_ends_with_130_and_one_line_and_keeps_what_was_computed(folder, reference):
    run = start(folder, "--jobs", "1")
    wait_for(folder, 5, run)
    os.killpg(run.pid, signal.SIGINT)
    errors = finish(run)
    assert run.returncode == 130
    assert "Interrupted. What was computed is kept" in errors and "Traceback" not in errors
    assert blocks(folder) >= 5
    assert "Traceback" not in finish(start(folder, "--jobs", "1", pause=0))
    assert report(folder) == reference


@pytest.mark.parametrize("to_all", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_ctrl_c_with_workers_leaves_no_process_behind(folder, to_all):
    run = start(folder, "--jobs", "2", pause=0.3)
    wait_for(folder, 2, run)
    (os.killpg if to_all else os.kill)(run.pid, signal.SIGINT)
    errors = finish(run)
    assert run.returncode == 130, errors
    assert "Traceback" not in errors
    assert gone(run.pid, 60), session_members(run.pid)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/oom_score").exists(), reason="needs Linux")
def test_a_worker_that_is_killed_is_one_line_with_what_to_do(folder, reference):
    run = start(folder, "--jobs", "2", pause=0.3)
    wait_for(folder, 2, run)
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                status = (process / "stat").read_text().rpartition(")")[2].split()
                line = (process / "cmdline").read_text()
            except OSError:
                continue
            if int(status[3]) == run.pid and "popen_loky" in line:
                os.kill(int(process.name), signal.SIGKILL)
                break
    errors = finish(run)
    assert run.returncode == 2 and "A worker process was killed" in errors
    assert "Traceback" not in errors
    assert gone(run.pid, 60), session_members(run.pid)
    assert "Traceback" not in finish(start(folder, "--jobs", "1", pause=0))
    assert report(folder) == reference


@pytest.mark.slow
def test_a_run_with_workers_survives_any_number_of_kills(folder, reference):
    before = -1
    for kill in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL, signal.SIGTERM):
        run = start(folder, "--jobs", "2", pause=0.2)
        wait_for(folder, before + 3, run)
        os.killpg(run.pid, kill)
        finish(run)
        assert gone(run.pid, 60), session_members(run.pid)
        assert blocks(folder) > before
        before = blocks(folder)
    assert "Traceback" not in finish(start(folder, "--jobs", "2", pause=0))
    assert report(folder) == reference
