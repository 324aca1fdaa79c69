"""What a simulation does besides simulating, how a run ends, and what is refused before it."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import files
from verify import check, load, run
from verify.command_line import main
from verify.command_line.options import write_json
from verify.errors import UserError
from verify.evidence import memory as memory_of
from verify.evidence.memory import memory
from verify.evidence.store import Store
from verify.evidence.workers import _how_it_ended
from verify.evidence.writing import write_whole

CLAIM = 'Identity("mean", observable="y", equals=x)'
GOOD = 'return {"y": 1 + 0.01 * rng.standard_normal(n)}'
COMMAND = [sys.executable, "-m", "verify.command_line"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(body: str, seconds: str = "1e-6", **more) -> str:
    text = files.theorem_file(CLAIM, body, **more)
    Path("one.py").write_text(text.replace("replicate=1e-6", f"replicate={seconds}"))
    return "one.py"


def call(*arguments: str, **more):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, **more)


def answer(*arguments: str) -> Result:
    """Call a command in this process: where only its words and its status are looked at."""
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import sys\nsys.exit(0)", "SystemExit: 0"),
        ("raise GeneratorExit", "GeneratorExit"),
        ('raise BaseException("odd")', "BaseException: odd"),
        (
            "class Odd(BaseException):\n    def __str__(self): raise ValueError\nraise Odd",
            "Odd",
        ),
    ],
)
def test_a_simulation_cannot_end_the_run_by_what_it_raises(here, body, words):
    found = run(write(body), jobs=1)["mean"]
    assert (found.verdict, found.reason) == ("undecided", "error") and words in found.note


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    "what", ["import sys\nsys.exit(0)", "raise KeyboardInterrupt", "import os\nos._exit(0)"]
)
def test_a_command_has_status_1_where_a_simulation_exits(here, what, jobs):
    seconds = "1e-6" if jobs == "1" else ".01"
    result = answer("run", write(what, seconds), "--jobs", jobs, "--json", "a.json")
    assert result.exit_code == 1, result
    assert json.loads(Path("a.json").read_text())["claims"][0]["reason"] == "error"


def test_a_file_that_ends_the_process_is_one_line_with_status_2(here):
    for command in ("run", "list"):
        result = answer(command, write(GOOD, head="import os\nos._exit(0)"))
        assert result.exit_code == 2 and "os._exit(0) was called" in result.stderr
        assert result.stderr.count("\n") == 1


def test_what_a_simulation_forks_may_end_itself(here):
    body = (
        "import multiprocessing\n"
        'with multiprocessing.get_context("fork").Pool(1) as pool:\n'
        "    assert pool.map(abs, [-1]) == [1]\n"
    )
    found = run(write(body + GOOD, binding="cells=[dict(x=1.0)], block=4096, first=4096"), jobs=1)
    assert found["mean"].verdict == "holds"


KINDS = """
    Identity("range", observable="u", equals=sp.Rational(1, 2), range=(0, 1)),
    Identity("share", observable="e", equals=sp.Rational(1, 2), functional="proportion"),
    Identity("median", observable="u", equals=sp.Rational(1, 2), functional="median"),
    Probability("rare", event="e", at_most=sp.Rational(1, 4)),
    Probability("never", event=sp.Symbol("u") < 0, at_most=0)"""


@pytest.mark.parametrize("where", ["of the file", "of the simulation"])
def test_what_numpy_is_told_about_overflow_is_told_to_the_simulation_alone(here, where):
    told = 'np.seterr(all="raise")\n'
    body = 'return {"u": (u := rng.random(n)), "e": u < 0.5}'
    binding = "cells=[dict(x=1.0)], quick=4"
    verdicts = []
    for head, start in (("", ""), (told, "") if where == "of the file" else ("", told)):
        with np.errstate():
            text = files.theorem_file(KINDS, start + body, binding=binding, head=head)
            Path("one.py").write_text(text)
            report = run("one.py", jobs=1, store=head + start or "s")
        verdicts.append([(one.verdict, one.observed) for one in report])
    assert verdicts[0] == verdicts[1]
    assert "broken" in {verdict for verdict, _ in verdicts[0]}


def test_what_cannot_be_printed_is_written_out(here):
    body = 'raise ValueError("\\ud800 \\x1b[2J\\x07 ≤")'
    result = call("run", write(body), "--json", "a.json", env=os.environ | {"LC_ALL": "C"})
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "\\ud800 \\x1b[2J\\x07" in " ".join(result.stdout.split())
    assert "\x1b" not in result.stdout and load("a.json")["mean"].reason == "error"
    narrow = os.environ | {"PYTHONIOENCODING": "latin-1"}
    result = call("list", "wang2022/theorem-3.1", env=narrow, encoding="latin-1")
    assert result.returncode == 0, result.stderr


def test_words_in_a_cell_tell_a_terminal_nothing(here):
    binding = 'cells=[dict(x=2.0, kind="\\x1b[2J[/x]")]'
    result = answer("run", write(GOOD, binding=binding))
    assert result.exit_code == 1 and "Counter-example" in result.stdout
    assert "kind = \\x1b[2J[/x]" in " ".join(result.stdout.split())
    assert "\x1b" not in result.stdout + answer("explain", "one.py").stdout


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_is_printed_and_chdir_spoil_nothing(here, jobs):
    body = 'import os\nprint("spoilt", flush=True)\nos.system("echo spoilt")\nos.chdir("/")\n'
    seconds = "1e-6" if jobs == "1" else ".001"
    file = write(body + GOOD, seconds)
    result = call("run", file, "--jobs", jobs, "--json", "-")
    assert json.loads(result.stdout)["claims"][0]["verdict"] == "holds"
    assert "spoilt" in result.stderr
    answer("run", file, "--jobs", jobs, "--fresh", "--json", "a.json", "--plots", "p")
    assert Path("a.json").exists() and list(Path("p").iterdir())


def test_a_file_that_changes_the_folder_moves_no_output(here):
    result = call("run", write(GOOD, head='import os\nos.chdir("/")'), "--json", "a.json")
    assert result.returncode == 0 and Path("a.json").exists() and Path(".verify").exists()


def test_a_task_that_takes_too_long_is_an_error(here):
    body = "import time\ntry:\n    time.sleep(60)\nexcept Exception:\n    pass\n" + GOOD
    started = time.monotonic()
    found = run(write(body), jobs=1, task_seconds=0.2)["mean"]
    assert found.reason == "error" and "longer than 0.2 s" in found.note
    assert time.monotonic() - started < 30
    with pytest.raises(UserError, match="seconds of a task"):
        run("one.py", task_seconds=0.0)
    assert run(write(GOOD), jobs=1, task_seconds=60)["mean"].verdict == "holds"


def test_a_task_that_catches_every_interruption_is_ended_with_its_process(here):
    impatient = "import verify.catalogue.alarm\nverify.catalogue.alarm.PATIENCE = 1"
    body = "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except:\n        pass"
    file = write(body, head=impatient)
    result = call("run", file, "--jobs", "1", "--task-seconds", "0.2", "--quiet", timeout=60)
    assert result.returncode == 2 and result.stderr.count("\n") == 1, result
    assert f"{file}:" in result.stderr and "catches whatever is raised in it" in result.stderr


def test_a_pipe_that_is_closed_keeps_the_status(here):
    file = write(GOOD.replace("1 +", "1.5 +"))
    for command in ([], ["--json", "-"]):
        with subprocess.Popen(
            [*COMMAND, "run", file, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            process.stdout.close()
            assert process.wait() == 1
            assert process.stderr.read() == ""


def test_a_standard_output_that_is_closed_or_full_is_no_traceback(here):
    file = write(GOOD)
    result = subprocess.run(
        ["sh", "-c", f"{' '.join(COMMAND)} run {file} >&-"], capture_output=True, text=True
    )
    assert result.returncode == 0
    assert not [line for line in result.stderr.splitlines() if " left" not in line]
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, "run", file], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert result.returncode == 2 and "No space left" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["list wang2024", "cite xing2021", "run one.py --dry-run"])
def test_a_full_disk_is_one_line_for_every_command(here, command):
    write(GOOD)
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, *command.split()], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert result.returncode == 2 and "No space left" in result.stderr
    assert result.stderr.count("\n") == 1, result.stderr


def test_an_unwritable_json_is_refused_before_the_run(here):
    file = write('open("started", "w")\n' + GOOD)
    Path("folder").mkdir()
    for target in ("folder", "one.py/a.json", "/proc/nowhere/a.json"):
        result = answer("run", file, "--json", target)
        assert result.exit_code == 2 and "cannot be written" in result.stderr, target
        assert result.stderr.count("\n") == 1
    assert not Path("started").exists()


def test_json_is_written_whole_or_not_at_all(here, monkeypatch):
    write_whole("a.json", "before\n")
    os.chmod("a.json", 0o640)
    monkeypatch.setattr(os, "replace", lambda *a: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(UserError, match="cannot be written"):
        write_json({"a": 1}, "a.json")
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert Path("a.json").read_text() == "before\n" and os.listdir() == ["a.json"]
    Path("link.json").symlink_to("a.json")
    write_json({"a": 1}, "link.json")
    assert json.loads(Path("a.json").read_text()) == {"a": 1} and Path("link.json").is_symlink()
    assert Path("a.json").stat().st_mode & 0o777 == 0o640
    write_json({}, "/dev/null")


# How a run ends


def members(session: int) -> list[str]:
    """Process ids of a session that still runs."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if folder.name.isdigit() and int(status[3]) == session and status[0] != "Z":
            found.append(folder.name)
    return found


def ended(session: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while members(session) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not members(session)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
@pytest.mark.parametrize(("number", "status"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGKILL", -9)])
def test_a_signal_to_the_main_process_alone_leaves_no_worker(here, number, status):
    file = write('import time\nopen("started", "w")\ntime.sleep(300)\n' + GOOD, "1.0")
    process = subprocess.Popen(
        [*COMMAND, "run", file, "--jobs", "2"],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    with process:
        deadline = time.monotonic() + 120
        while not Path("started").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(members(process.pid)) > 2
        os.kill(process.pid, getattr(signal, number))
        assert process.wait(60) == status
        assert ended(process.pid, 20), members(process.pid)
        words = process.stderr.read()
    assert "Traceback" not in words
    assert number == "SIGKILL" or "Interrupted. What was computed is kept" in words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV, a memory access"),
        ("import ctypes\nctypes.CDLL(None)._exit(3)", "it ended with status 3"),
    ],
)
def test_a_crash_of_a_worker_is_told_from_want_of_memory(here, body, words):
    result = call(
        "run",
        write(body, ".1"),
        "--jobs",
        "2",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
    )
    assert result.returncode == 2 and words in result.stderr, result.stderr
    assert "own/theorem-1" in result.stderr and "Traceback" not in result.stderr


def test_a_worker_that_is_killed_from_outside_is_for_want_of_memory():
    assert "want of memory" in _how_it_ended("The exit codes are {SIGKILL(-9)}", ["a"])
    assert "SIGBUS" in _how_it_ended("{SIGKILL(-9), SIGBUS(-7)}", ["a", "b"])


# The store


def test_fresh_never_takes_a_store_from_another_run(here):
    with Store("s"), pytest.raises(UserError, match=r"in use by another run\. Wait"):
        Store("s", fresh=True)
    Store("s", fresh=True).close()


def test_a_lock_or_a_full_disk_is_not_answered_with_fresh(here):
    import sqlite3

    with Store("s") as store:
        for name in ("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_CORRUPT"):
            failure = sqlite3.OperationalError("words")
            failure.sqlite_errorname = name
            assert "--fresh" not in str(store._unusable(failure))


def test_a_complete_store_that_can_only_be_read_is_read(here, monkeypatch):
    first = run(write(GOOD), jobs=1)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))
    again = run("one.py", jobs=1)
    assert again["mean"].observed == first["mean"].observed
    with pytest.raises(UserError, match="can only be read, and has not all"):
        run("one.py", jobs=1, seed=7)


def test_any_text_may_name_an_observable(here):
    import numpy as np

    from verify.evidence.blocks import pack, unpack

    names = ["", "\x00", "\ud800", "=", "a" * 9000, '"', "\\", "名", "f0"]
    data = {name: np.arange(3.0) + rank for rank, name in enumerate(names)}
    back = unpack(pack(data))
    assert {name: list(values) for name, values in back.items()} == {
        name: list(values) for name, values in data.items()
    }


def test_memory_is_what_the_control_group_allows(here, monkeypatch):
    whole = memory()
    for own, folder, name in (
        ("0::/a/b\n", "a", "memory.max"),
        ("5:cpu,memory:/a/b\n", "memory/a", "memory.limit_in_bytes"),
    ):
        Path(folder, "b").mkdir(parents=True, exist_ok=True)
        Path(folder, name).write_text("1000000\n")
        Path(folder, "b", name).write_text("max\n")
        Path("own").write_text(own)
        monkeypatch.setattr(memory_of, "GROUPS", here)
        monkeypatch.setattr(memory_of, "OWN_GROUPS", here / "own")
        assert memory() == 1e6
    Path("own").write_text("0::/elsewhere\n")
    assert memory() == whole or memory() > 1e6


@pytest.mark.parametrize("options", ["block=float('nan')", "block=0", "first=2.5", "quick=-1"])
def test_a_budget_that_is_no_number_of_replicates_is_one_line(here, options):
    result = answer("run", write(GOOD, binding=f"cells=[dict(x=1.0)], {options}"))
    assert result.exit_code == 2 and "it is a whole number from 1" in result.stderr
    assert result.stderr.count("\n") == 1


def test_text_is_printed_as_it_is(here):
    text = 'Identity("mean", observable="y", equals=x, statement="$[x] [/x] :smile: [bold]$")'
    file = files.theorem_file(text, 'raise ValueError("[/x] :smile: [red]")')
    Path("one.py").write_text(file)
    assert "[/x] :smile: [red]" in " ".join(answer("run", "one.py").stdout.split())
    assert "[x] [/x] :smile: [bold]" in answer("list", "one.py").stdout
    assert "[x] [/x] :smile: [bold]" in answer("show", "one.py").stdout
    assert check is not None
