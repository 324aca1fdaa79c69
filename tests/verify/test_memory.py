"""Memory: what is declared is seen to before anything starts, and what is not ends in one line."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import files
from verify import run
from verify.command_line import main
from verify.errors import UserError
from verify.evidence.memory import (
    allowing,
    held_to,
    memory,
    parse_memory,
)
from verify.evidence.tasks import Done, Task
from verify.evidence.workers import Workers

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(body: str, binding: str = "cells=[dict(x=1.0)]") -> str:
    file = files.theorem_file('Identity("a", observable="y", equals=x)', body, binding=binding)
    Path("one.py").write_text(file)
    return "one.py"


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4e9), ("500 mb", 5e8), ("1.5g", 1.5e9), ("4GiB", 2**32), ("2MiB", 2**21), ("7", 7)],
)
def test_sizes_are_read_as_people_write_them(text, size):
    assert parse_memory(text) == pytest.approx(size, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["", "much", "4XB", "-1GB", "0", "GB", "4 G B", "nan", "1e9", "4i"]
)
def test_what_is_no_size_is_one_line(here, text):
    with pytest.raises(UserError, match="no size of memory; expected something like"):
        parse_memory(text)
    if text:
        result = CliRunner().invoke(main, ["run", write("return {}"), "--memory", text])
        assert result.exit_code == 2 and result.stderr.count("\n") == 1


def test_a_limit_is_what_a_run_takes_for_all_there_is():
    whole = memory()
    with allowing(1e6):
        assert memory() == 1e6
        with allowing(10 * whole):
            assert memory() == whole
    assert memory() == whole


def test_a_cell_beyond_the_limit_is_refused_before_anything_starts(here):
    body = 'open("started", "w").close()\nreturn {"y": np.ones(n)}'
    file = write(body, "cells=[dict(x=1.0)], block=100, bytes_per_replicate=1e6")
    result = CliRunner().invoke(main, ["run", file, "--memory", "100MB"])
    assert result.exit_code == 2 and result.stderr.count("\n") == 1
    assert "at x = 1 needs 100 MB of memory, and there are 80 MB" in result.stderr
    assert not Path("started").exists()
    result = CliRunner().invoke(main, ["run", file, "--memory", "200MB", "--jobs", "1"])
    assert result.exit_code in (0, 3) and Path("started").exists()


@linux
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_takes_more_than_it_was_allowed_is_an_error_with_its_cell(here, jobs):
    body = "np.empty(200_000_000)  # 1.6 GB that nothing is written into\nreturn {'y': np.ones(n)}"
    (verdict,) = run(write(body), jobs=jobs, memory="500MB")
    assert verdict.is_error and "MemoryError" in verdict.note and "(at x = 1)" in verdict.note
    assert f"a process may use {400 / jobs:.3g} MB (--memory)" in verdict.note
    (verdict,) = run(write(body), jobs=jobs, memory="6GB", store="more")
    assert not verdict.is_error


@linux
def test_a_limit_ends_with_what_it_was_for():
    with pytest.raises(MemoryError), held_to(1e7):
        bytearray(10**9)
    assert len(bytearray(10**8)) == 10**8


class Beside(Workers[None]):
    """Workers that note which tasks are under way at one time."""

    def __init__(self, jobs, size):
        super().__init__(jobs=jobs, memory=size)
        self.most = 0.0

    def _worth_starting(self, seconds):
        return True

    def _perform(self, task):
        from concurrent.futures import Future

        future = Future()
        under_way = [other.need for _, other in self._flying.values()]
        self.most = max(self.most, sum(sorted([*under_way, task.need])[-self.jobs :]))
        future.set_result(Done(task.position, 0.0, [], ""))
        return future


def test_blocks_that_do_not_fit_beside_one_another_wait_for_one_another():
    needs = [1e6, 7e8, 7e8, 3e8, 1e6, 7e8]
    for jobs in (1, 2, 3):
        with Beside(jobs, 1e9) as workers:
            for position, need in enumerate(needs):
                task = Task("home", "c", "k", position, {}, (0,), 0, 1.0, None, need)
                workers.add(None, task, None)
            seen = []
            while workers.busy:
                seen.append(workers.next()[1].position)
            assert sorted(seen) == list(range(len(needs))), "none is lost, and none waits for ever"
            assert 7e8 <= workers.most <= workers.room == 8e8


@linux
def test_what_a_process_keeps_of_freed_memory_is_no_room_for_the_next_task():
    """In a process of its own: between what other tests left in this one there may be room."""
    code = """
import numpy as np
from verify.evidence.memory import held_to, keep_freed_memory
keep_freed_memory()
for _ in range(3):
    np.ones(2**21)  # 16 MB, freed at once
    with held_to(8e6):
        try:
            np.ones(2**21)
        except MemoryError:
            continue
    raise AssertionError("16 MB were had where 8 MB are allowed")
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
