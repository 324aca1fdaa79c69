"""Each fault as one trial: what came of it in a word or two, or an `AssertionError`."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import damages
import files
import interrupted
from tests.torture import calls
from verify import load, run
from verify.command_line import main
from verify.errors import UserError
from verify.showing.difference import difference_table
from verify.showing.rows import as_text


class TooLong(BaseException):
    """A trial did not end; no `Exception`, for the code at hand to catch."""


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Fail what takes longer."""

    def late(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    except TooLong:
        raise AssertionError(f"it took more than {seconds} s") from None
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def call(rng: random.Random) -> str:
    """A random call of the command line, in the working folder."""
    if not Path("several.py").exists():
        Path("several.py").write_text(files.SEVERAL)
        Path("report.json").write_text(run("several.py", jobs=1).to_json())
    Path("misspelt.py").write_text(damages.misspelt(files.SEVERAL, rng))
    odd = damages.mutated(json.loads(Path("report.json").read_text()), rng)
    Path("odd.json").write_text(json.dumps(odd))
    made = calls.random_call(rng)
    with at_most(120):
        return calls.outcome(made)


def program(rng: random.Random) -> str:
    """A theorem's file with some words wrong, run as a user would."""
    text = damages.misspelt(rng.choice((files.OWN, damages.ONE, files.SEVERAL)), rng)
    Path("mine.py").write_text(text)
    command = ["run", "mine.py", "--jobs", "1", "--task-seconds", "5"]
    with at_most(120):
        result = CliRunner().invoke(main, command, prog_name="verify")
    assert result.exception is None or isinstance(result.exception, SystemExit), text
    assert "Traceback (most recent" not in result.output, (text, result.output)
    assert result.exit_code in (0, 1, 2, 3) and result.output.strip(), text
    return ("every verdict as expected", "an error or another verdict", "refused in words",
            "undecided")[result.exit_code]  # fmt: skip


def stranger(rng: random.Random) -> str:
    """A report of which a value is changed or lost, loaded, shown and compared."""
    if not Path("one.json").exists():
        Path("one.py").write_text(damages.ONE)
        Path("one.json").write_text(run("one.py", jobs=1).to_json())
    Path("odd.json").write_text(
        json.dumps(damages.mutated(json.loads(Path("one.json").read_text()), rng))
    )
    try:
        odd = load("odd.json")
    except UserError as failure:
        assert "\n" not in str(failure)
        return "refused in a line"
    whole = load("one.json")
    assert "<img" not in odd._repr_html_() and len(str(odd)) > 100
    as_text(difference_table(whole, odd)), as_text(difference_table(odd, whole))
    assert odd.exit_status in (0, 1, 3)
    return "shown without harm"


def store(rng: random.Random) -> str:
    """A store with wrong bytes or rows, and a run that goes on from it."""
    if not Path("whole").exists():
        Path("one.py").write_text(damages.ONE)
        Path("whole.json").write_text(
            json.dumps(damages.facts(run("one.py", jobs=1, store="whole")))
        )
    shutil.rmtree("damaged", ignore_errors=True)
    shutil.copytree("whole", "damaged")
    damage = damages.in_the_file if rng.random() < 0.6 else damages.in_a_row
    damage(Path("damaged/replicates.sqlite"), rng)
    try:
        report = run("one.py", jobs=1, store="damaged")
    except UserError as failure:
        assert "\n" not in str(failure)
        return "refused in a line"
    assert damages.facts(report) == json.loads(Path("whole.json").read_text()), "another report"
    return "drawn again and said, the same report" if report.notes else "the same report"


def kill(rng: random.Random) -> str:
    """A run of one or two processes that is ended at any moment; now and then it goes on."""
    here = Path()
    if not Path("reference.json").exists():
        Path("several.py").write_text(files.SEVERAL)
        interrupted.finish(interrupted.start(here, "--jobs", "1", pause=0))
        Path("reference.json").write_text(json.dumps(interrupted.report(here)))
        shutil.rmtree(".verify")
    before = interrupted.blocks(here)
    jobs = rng.choice(("1", "2"))
    how = rng.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
    process = interrupted.start(here, "--jobs", jobs, pause=0.05)
    time.sleep(rng.uniform(0.3, 4.0))
    ended = process.poll() is not None
    with contextlib.suppress(ProcessLookupError):
        (os.killpg if jobs == "2" or rng.random() < 0.5 else os.kill)(process.pid, how)
    errors = interrupted.finish(process)
    assert "Traceback" not in errors, errors
    assert interrupted.gone(process.pid, 60), "processes were left"
    assert interrupted.blocks(here) >= before, "what was computed is lost"
    if not ended and rng.random() < 0.8:
        return "ended, what was computed is kept"
    assert "Traceback" not in interrupted.finish(interrupted.start(here, "--jobs", "1", pause=0))
    assert interrupted.report(here) == json.loads(Path("reference.json").read_text()), (
        "another report"
    )
    shutil.rmtree(".verify")
    return "went on to the same report"


@functools.cache
def _cluster() -> Any:
    """Two workers beside this process, which are started again when they die."""
    import distributed

    os.environ["PAUSE"] = "0.03"  # a worker waits so long in each block
    try:
        return distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        )
    finally:
        del os.environ["PAUSE"]


def worker(rng: random.Random) -> str:
    """A run on two workers of a cluster of which one is killed at any moment."""
    if not Path("reference.json").exists():
        Path("several.py").write_text(files.SEVERAL)
        Path("reference.json").write_text(json.dumps(damages.facts(run("several.py", jobs=1))))
    shutil.rmtree("cluster", ignore_errors=True)
    local = _cluster()
    victim = rng.choice([one.pid for one in local.workers.values() if one.pid is not None])
    killer = threading.Timer(rng.uniform(0.1, 1.2), os.kill, (victim, signal.SIGKILL))
    killer.start()
    report = run("several.py", backend="dask", scheduler=local.scheduler_address, store="cluster")
    killer.cancel()
    assert damages.facts(report) == json.loads(Path("reference.json").read_text()), "another report"
    alive = {one.pid for one in local.workers.values()}
    return "the same report" if victim in alive else "the same report, with a worker killed in it"
