"""Replicates that the present code would not draw: found when a run goes on from them."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import files
from verify import run
from verify.catalogue.files import read
from verify.evidence.blocks import Block, Row, same_values, unpack
from verify.evidence.store import Store

CLAIM = 'Identity("mean", observable="y", equals=x)'
BODY = 'return {"y": SCALE + 0.1 * rng.standard_normal(n)}'


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(head: str, body: str = BODY, **more) -> str:
    Path("one.py").write_text(files.theorem_file(CLAIM, body, head=head, **more))
    return "one.py"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("from helper import SCALE", "helper.py"),
        ("import helper\nSCALE = helper.SCALE", "helper.py"),
        ("from middle import SCALE", "helper.py"),
        ("from package.part import SCALE", "package/part.py"),
        ("from package import SCALE", "package/part.py"),
        ("import importlib\nSCALE = importlib.import_module('helper').SCALE", "helper.py"),
        ("SCALE = __import__('hel' + 'per').SCALE", "helper.py"),
    ],
)
def test_a_changed_module_beside_a_file_makes_its_replicates_new(here, head, name):
    Path("package").mkdir()
    Path("package/__init__.py").write_text("from .part import SCALE\n")
    Path("package/part.py").write_text("SCALE = 1.0\n")
    Path("middle.py").write_text("from helper import SCALE\n")
    Path("helper.py").write_text("SCALE = 1.0\n")
    file = write(head)
    assert run(file)["mean"].verdict == "holds"
    Path(name).write_text("SCALE = 1.25\n")
    assert run(file)["mean"].verdict == "broken"
    Path(name).write_text("SCALE = 1.0  # as before\n")
    assert run(file)["mean"].verdict == "holds"
    with contextlib.closing(sqlite3.connect(".verify/replicates.sqlite")) as store:
        keys = store.execute("SELECT DISTINCT simulation FROM block").fetchall()
    assert len(keys) == 2


def test_what_changed_in_the_code_since_the_last_run_is_said_once(here):
    Path("helper.py").write_text("SCALE = 1.0\n")
    file = write("from helper import SCALE")
    assert run(file, jobs=1).notes == () == run(file, jobs=1).notes
    Path("helper.py").write_text("SCALE = 1.25\n")
    (note,) = run(file, jobs=1).notes
    assert note.startswith("The code of own/theorem-1 has changed since the last run (helper):")
    assert run(file, jobs=1).notes == ()
    file = write("from helper import SCALE", BODY.replace("0.1", "0.2"))
    (note,) = run(file, jobs=1).notes
    assert "(one.py): it is judged on replicates of the code as it is now." in note
    Path(file).write_text(Path(file).read_text().replace("equals=x", "equals=2 * x"))
    assert run(file, jobs=1).notes == (), "a claim is no code of the simulation"


@pytest.mark.parametrize("text", ["[1]", "{", '{"a": 3}', '{"%s: own/theorem-1": [1]}'])
def test_notes_on_code_that_somebody_else_wrote_are_passed_over(here, text):
    file = write("SCALE = 1.0")
    run(file, jobs=1)
    path = here / ".verify" / "code.json"
    path.write_text(text.replace("%s", str(here / "one.py")))
    assert run(file, jobs=1).notes == ()
    assert str(here / "one.py: own/theorem-1") in path.read_text()


def test_an_import_inside_a_simulation_counts_and_works_also_in_workers(here):
    Path("helper.py").write_text("SCALE = 1.0\n")
    file = write(
        "",
        "from helper import SCALE\nimport time\ntime.sleep(0.01)\n" + BODY,
        binding="cells=[dict(x=1.0)], block=64, first=512, quick=3",
    )
    text = Path(file).read_text().replace("seconds_per_replicate=1e-6", "seconds_per_replicate=.01")
    Path(file).write_text(text)
    assert run(file, jobs=2)["mean"].observed == pytest.approx(1, abs=0.05)
    Path("helper.py").write_text("SCALE = 1.25\n")
    assert run(file, jobs=2)["mean"].observed == pytest.approx(1.25, abs=0.05)


def test_an_import_at_the_head_of_a_file_works_in_workers_as_well(here):
    Path("helper.py").write_text("SCALE = 1.0\n")
    mark = f'open(f"{here}/process-{{os.getpid()}}", "w").close()'  # workers have their own folder
    body = f"{mark}\ntime.sleep(0.01)\n{BODY}"
    file = write(
        "import os, time\nfrom helper import SCALE",
        body,
        binding="cells=[dict(x=1.0)], block=64, first=512, quick=2",
    )
    text = Path(file).read_text().replace("seconds_per_replicate=1e-6", "seconds_per_replicate=.01")
    Path(file).write_text(text)
    assert run(file, jobs=2)["mean"].observed == pytest.approx(1, abs=0.05)
    processes = {int(path.name.partition("-")[2]) for path in here.glob("process-*")}
    assert processes - {os.getpid()}, "no worker was started"


def test_files_of_two_folders_have_each_their_own_helper(here):
    for folder, scale in (("a", 1.0), ("b", 1.25)):
        Path(folder).mkdir()
        Path(folder, "helper.py").write_text(f"SCALE = {scale}\n")
        text = files.theorem_file(CLAIM, "from helper import SCALE\n" + BODY)
        Path(folder, f"{folder}.py").write_text(text.replace("own/", f"{folder}/"))
    report = run(["a/a.py", "b/b.py"], jobs=1)
    assert [verdict.verdict for verdict in report] == ["holds", "broken"]
    assert str(here / "a") not in sys.path


def test_what_is_installed_and_the_framework_are_not_looked_into(here):
    Path("helper.py").write_text("import numpy, scipy.linalg, bounds, verify, json\n")
    write("import helper\nSCALE = 1.0")
    assert list(read(Path("one.py").resolve()).imports) == ["helper"]


def test_one_stored_block_is_drawn_again_by_a_run_that_goes_on(here, monkeypatch):
    from verify.evidence import tasks

    drawn, simulate = [], tasks.simulate_block
    monkeypatch.setattr(tasks, "simulate_block", lambda *a: drawn.append(a[-1]) or simulate(*a))
    file = write("SCALE = 1.0")
    first = run(file, jobs=1)
    count = len(drawn)
    drawn.clear()
    assert run(file, jobs=1)["mean"].observed == first["mean"].observed
    assert 1 <= len(drawn) <= 2 < count


def test_changed_data_is_found_and_all_replicates_of_the_check_are_drawn_again(here):
    Path("scale.txt").write_text("1.0")
    file = write(
        "from pathlib import Path", 'SCALE = float(Path("scale.txt").read_text())\n' + BODY
    )
    assert run(file, jobs=1)["mean"].verdict == "holds"
    Path("scale.txt").write_text("1.25")
    changed = run(file, jobs=1)
    assert changed["mean"].verdict == "broken"
    (note,) = changed.notes
    assert "did not come out again" in note and "own/theorem-1 (made with Python" in note
    assert run(file, jobs=1).notes == ()


@pytest.mark.parametrize("value", ["np.random.standard_normal(n)", "time.time() % 1"])
def test_a_simulation_that_uses_global_randomness_or_the_clock_is_an_error(here, value):
    file = write(
        "import time", f'return {{"y": x0 + 0.1 * {value}}}'.replace("x0", "rng.random(n)")
    )
    run(file, jobs=1)
    found = run(file, jobs=1)["mean"]
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "besides its generator" in found.note


def test_rounding_of_another_processor_is_no_change(here):
    file = write("SCALE = 1.25")
    first = run(file, jobs=1)
    assert first["mean"].verdict == "broken"
    with Store(".verify") as store:
        rows = [Row(*row) for row in store._connection.execute("SELECT * FROM block")]
        store.add(
            Block(*row[:5], {"y": np.nextafter(unpack(row.data)["y"], np.inf)}) for row in rows
        )
    again = run(file, jobs=1)
    assert again["mean"].verdict == "broken" and again.notes == ()


def test_values_are_compared_up_to_rounding():
    one = np.array([1.0, np.nan, np.inf, 1e-30])
    assert same_values(one, one * (1 + 1e-12)) and not same_values(one, one * (1 + 1e-6))
    assert not same_values(one, one[:3]) and not same_values(one, np.array([1.0, 2, np.inf, 0]))
    assert not same_values(np.array([True, False]), np.array([True, True]))


def test_the_command_finds_a_helper_beside_the_file(here):
    Path("folder").mkdir()
    Path("folder/helper.py").write_text("SCALE = 1.0\n")
    Path("folder/one.py").write_text(
        files.theorem_file(CLAIM, BODY, head="from helper import SCALE")
    )
    call = [sys.executable, "-m", "verify.command_line", "run", "folder/one.py"]
    result = subprocess.run(call, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
