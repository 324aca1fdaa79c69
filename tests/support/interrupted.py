"""Runs in processes of their own, to be interrupted and killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

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
    with closing(sqlite3.connect(path)) as store, store:
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
