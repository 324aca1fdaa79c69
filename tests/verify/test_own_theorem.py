"""A theorem of one's own, in one file, as the documentation shows it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import files
from verify import run
from verify.errors import UserError


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
    assert "mine/equation-1#norm" in done.stdout and "1 hold" in done.stdout
    assert done.stderr == ""


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
            "own.py:6: ValueError: a theorem's id has the form",
        ),
        ("d * s**2)]", "d * t**2)]", "own.py:9: NameError: name 't' is not defined"),
        ("import sympy as sp", "import sympie as sp", "own.py:1: ModuleNotFoundError"),
        ("theorem = Theorem(", "theorem = Theorem((", "SyntaxError"),
        ("cells=[dict(d=3, sigma=1.0), dict(d=30, sigma=0.5)], ", "", "a check needs a grid"),
        ("import sympy as sp", "import sympy as sp, sys; sys.exit(3)", "own.py:1: SystemExit: 3"),
        ('id="mine/equation-1"', 'id="xing2021/equation-5"', "Two statements are named"),
        ('Identity("norm"', 'Identity("Norm"', "lower-case words joined by hyphens"),
    ],
)
def test_mistakes_in_the_file_are_one_line_that_says_where(here, old, new, words):
    assert old in files.OWN
    Path("own.py").write_text(files.OWN.replace(old, new))
    with pytest.raises(UserError) as mistake:
        run("own.py")
    assert words in str(mistake.value)


def test_a_file_without_theorems_or_no_file_at_all_is_one_line(here):
    Path("empty.py").write_text("x = 1\n")
    with pytest.raises(UserError, match="defines no theorem"):
        run("empty.py")
    with pytest.raises(UserError, match=r"There is no file .*absent\.py"):
        run("absent.py")


def test_files_of_one_name_in_two_folders_do_not_mix(here):
    for name, factor in (("a", 1), ("b", 2)):
        Path(name).mkdir()
        text = files.OWN.replace("equation-1", f"equation-{factor}")
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
