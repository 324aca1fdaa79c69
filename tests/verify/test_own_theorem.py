"""A theorem of one's own, in one file, as the documentation shows it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import files
from verify import load, run
from verify.errors import UserError
from verify.showing.rows import as_text
from verify.showing.tables import remark
from verify.showing.verdicts import VerdictTable


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(files.OWN)
    return tmp_path


def test_the_one_file_example_runs_as_it_stands(here):
    done = subprocess.run(
        [sys.executable, "-m", "verify.command_line", "run", "own.py", "--jobs", "1"],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "COLUMNS": "150"},
    )
    assert done.returncode == 0, done.stderr
    assert "mine/equation-1#norm" in done.stdout and "1 holds, " in done.stdout
    assert not [line for line in done.stderr.splitlines() if " left" not in line]


def test_a_wrong_constant_in_it_is_found(here):
    text = files.OWN.replace("equals=d * s**2", "equals=d * s**2 * sp.Rational(21, 20)")
    Path("own.py").write_text(text)
    found = run("own.py")["norm"]
    assert found.verdict == "broken" and found.observed == pytest.approx(1 / 1.05, rel=0.02)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'id="mine/equation-1"',
            'id="equation-1"',
            "own.py:6: ValueError: 'equation-1' is no id of a theorem",
        ),
        ("d * s**2)]", "d * t**2)]", "own.py:9: NameError: name 't' is not defined"),
        (
            "required(s > 0,",
            "required(1 < s < 9,",
            "truth value of Relational: sigma > 1. Conditions on symbols are joined by sp.And",
        ),
        ("import sympy as sp", "import sympie as sp", "own.py:1: ModuleNotFoundError"),
        ("theorem = Theorem(", "theorem = Theorem((", "SyntaxError"),
        (
            "cells=[dict(d=3, sigma=1.0), dict(d=30, sigma=0.5)], ",
            "",
            "no grid for mine/equation-1#norm",
        ),
        ("import sympy as sp", "import sympy as sp, sys; sys.exit(3)", "own.py:1: SystemExit: 3"),
        ('id="mine/equation-1"', 'id="xing2021/equation-5"', "Two statements are named"),
        (
            'Identity("norm"',
            'Identity("Norm"',
            "own.py:9: ValueError: 'Norm' is no name of a claim",
        ),
    ],
)
def test_mistakes_in_the_file_are_one_line_that_says_where(here, old, new, words):
    assert old in files.OWN
    Path("own.py").write_text(files.OWN.replace(old, new))
    with pytest.raises(UserError) as mistake:
        run("own.py")
    assert words in str(mistake.value)


RETURN = '    return {"squared_norm"'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (RETURN, f"    rng.gamble();{RETURN}", "own.py:15: AttributeError"),
        (RETURN, f"    import helper; helper.help();{RETURN}", "helper.py:2: ZeroDivisionError"),
        (
            RETURN,
            '    x = {"squared_norm"',
            "own.py:12: ValueError: simulation of mine/equation-1 returns NoneType; expected",
        ),
        (RETURN, '    return {"norm"', "own.py:9: 'squared_norm' has no value; there"),
        (".sum(axis=1)", "", "own.py:12: ValueError: simulation of mine/equation-1: observable"),
        ("equals=d *", "equals=sp.sqrt(-d) *", "own.py:9: the formula is not a finite number"),
    ],
)
def test_mistakes_that_come_up_in_a_run_begin_with_what_is_wrong_and_where(here, old, new, words):
    Path("helper.py").write_text("def help():\n    return 1 / 0\n")
    assert old in files.OWN
    Path("own.py").write_text(files.OWN.replace(old, new))
    found = run("own.py", jobs=1)["norm"]
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert found.note.startswith(words)
    assert remark(found).startswith(f"expected holds; error: {words}")
    if "no value" not in words:
        assert found.note.endswith("(at d = 3, sigma = 1)")


@pytest.mark.parametrize(("sigma", "left"), [(0.0, "1 of 2 cells left out"), (0.5, "")])
def test_a_cell_outside_the_hypotheses_is_named(here, sigma, left):
    Path("own.py").write_text(files.COARSE.replace("sigma=0.5", f"sigma={sigma}"))
    report = run("own.py", jobs=1)
    found = report["norm"]
    assert found.verdict == "holds"
    said = found.detail.get("left_out", "")
    assert said == (left and f"{left}, outside the hypotheses: sigma is positive, but sigma = 0.0")
    assert said in remark(found) and ("left out" in remark(found)) == bool(left)
    for width in (60, 110, 300):
        assert left in as_text(VerdictTable(report), width), "said at every width"
    report.to_json("report.json")
    assert load("report.json")["norm"].detail.get("left_out", "") == said


def test_a_cell_that_the_claim_itself_leaves_out_is_not_named(here):
    text = files.COARSE.replace("equals=d * s**2", "equals=d * s**2, where=s > 0.2")
    Path("own.py").write_text(text.replace("sigma=0.5", "sigma=0.0"))
    assert "left_out" not in run("own.py", jobs=1)["norm"].detail


def test_a_where_that_no_cell_meets_is_named(here):
    Path("own.py").write_text(files.OWN.replace("equals=d * s**2", "equals=d * s**2, where=s > 3"))
    found = run("own.py", jobs=1)["norm"]
    assert found.verdict == "not applicable" and "and where, sigma > 3" in remark(found)


def test_no_cell_inside_the_hypotheses_says_which_is_not_met(here):
    text = files.OWN.replace("sigma=0.5", "sigma=0.0").replace("sigma=1.0", "sigma=-1.0")
    Path("own.py").write_text(text)
    found = run("own.py", jobs=1)["norm"]
    assert found.verdict == "not applicable"
    assert "2 of 2 cells left out, outside the hypotheses: sigma is positive" in remark(found)


DOCS = Path(__file__).parents[2] / "docs" / "adding.md"


@pytest.mark.parametrize(
    ("points", "verdict", "said"),
    [(100, "holds", "numerical error 1e-05"), (1, "undecided", "the numerical error is")],
)
def test_the_example_of_a_value_with_a_numerical_error(here, points, verdict, said):
    (text,) = re.findall(r"```python\n# jensen\.py\n(.*?)```", DOCS.read_text(), re.DOTALL)
    text = text.replace("points=100", f"points={points}").replace("=1e-6)", "=1e-5)")
    Path("jensen.py").write_text(text)
    found = run("jensen.py", jobs=1)["jensen"]
    assert found.verdict == verdict and said in found.note
    assert found.reason == ("rounding" if points == 1 else found.reason)


def test_a_file_without_theorems_or_no_file_at_all_is_one_line(here):
    Path("empty.py").write_text("x = 1\n")
    with pytest.raises(UserError, match="defines no theorem"):
        run("empty.py")
    with pytest.raises(UserError, match=r"There is no file .*absent\.py"):
        run("absent.py")


def test_files_of_one_name_in_two_folders_do_not_mix(here):
    for name, factor in (("a", 1), ("b", 2)):
        Path(name).mkdir()
        text = files.COARSE.replace("equation-1", f"equation-{factor}")
        text = text.replace('cell["sigma"] *', f'{factor} * cell["sigma"] *')
        Path(name, "own.py").write_text(text)
    assert run(["a/own.py", "b/own.py"], jobs=1).summary["holds"] == 1
    assert run("b/own.py")["norm"].verdict == "broken"


def test_a_check_of_the_package_that_a_file_imports_keeps_its_replicates(here):
    from verify.catalogue.registry import load_registry

    plain = load_registry().checks["xing2021/attacked-loss"].key
    Path("own.py").write_text(
        files.OWN + "\nfrom verify.checks.xing2021.risk import attacked_loss\n"
    )
    registry = load_registry((str(Path("own.py").resolve()),))
    assert registry.checks["xing2021/attacked-loss"].key == plain
    assert registry.checks["mine/equation-1"].source
