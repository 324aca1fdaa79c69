"""Runs that are killed or interrupted part-way: they go on where they were, to the same report."""

import contextlib
import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

import files
from interrupted import blocks, finish, gone, report, session_members, start, wait_for
from verify.command_line import main


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "several.py").write_text(files.SEVERAL)
    return tmp_path


def undisturbed(folder) -> dict:
    """The report of a run in this process, which goes on from what is in the store."""
    with contextlib.chdir(folder):
        call = ["run", "several.py", "--json", "report.json", "--jobs", "1"]
        CliRunner().invoke(main, call, catch_exceptions=False)
    return report(folder)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    (folder / "several.py").write_text(files.SEVERAL)
    return undisturbed(folder)


def test_a_run_that_is_killed_goes_on_to_the_same_report(folder, reference):
    run = start(folder, "--jobs", "1")
    wait_for(folder, 5, run)
    os.killpg(run.pid, signal.SIGKILL)
    finish(run)
    kept = blocks(folder)
    assert kept >= 5 and not (folder / "report.json").exists()
    assert undisturbed(folder) == reference


def test_ctrl_c_ends_with_130_and_one_line_and_keeps_what_was_computed(folder, reference):
    run = start(folder, "--jobs", "1")
    wait_for(folder, 5, run)
    os.killpg(run.pid, signal.SIGINT)
    errors = finish(run)
    assert run.returncode == 130
    assert "Interrupted. What was computed is kept" in errors and "Traceback" not in errors
    assert blocks(folder) >= 5
    assert undisturbed(folder) == reference


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
    assert undisturbed(folder) == reference


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
