"""A mistake in a file of one's own is an error with its place, and never a verdict."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import files
from verify import run
from verify.command_line import main
from verify.errors import UserError

CALL = 'rng.standard_normal((n, cell["d"]))'


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(old: str, new: str) -> None:
    assert old in files.OWN
    head = "import math, sympy as sp, numpy as np"
    Path("own.py").write_text(files.OWN.replace(old, new).replace("import sympy as sp", head))


def call(*arguments: str):
    return CliRunner().invoke(main, [*arguments])


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_a_simulation_raises_is_an_error_in_the_table_and_its_traceback_is_shown(here, jobs):
    write(CALL, "rng.gamble()")
    text = Path("own.py").read_text().replace("1e-6", "5e-3")  # worth starting workers
    Path("own.py").write_text(text)
    result = call("run", "own.py", "--jobs", jobs)
    assert result.exit_code == 1
    row = next(line for line in result.stdout.splitlines() if "equation-1#norm" in line)
    assert row.split()[1] == "error" and "own.py:15: AttributeError" in result.stdout
    assert "0 undecided, 1 error; 1 unexpected" in result.stdout
    assert "--traceback" in result.stderr and "Traceback" not in result.stderr
    result = call("run", "own.py", "--jobs", jobs, "--traceback")
    assert result.stderr.count("Traceback") == 1
    assert 'own.py", line 15, in simulate' in result.stderr


def test_what_is_wrong_with_a_claim_names_its_own_line(here):
    text = files.SEVERAL.replace('"rare", event="large"', '"rare", event="larger"')
    Path("several.py").write_text(text)
    lines = text.splitlines()
    (line,) = (number for number, words in enumerate(lines, 1) if 'event="larger"' in words)
    found = run("several.py#rare", jobs=1)["rare"]
    assert found.is_error and found.note.startswith(f"several.py:{line}: ")


def test_in_json_it_is_undecided_by_reason_of_an_error(here):
    write(CALL, "rng.gamble()")
    (claim,) = json.loads(call("run", "own.py", "--json", "-").stdout)["claims"]
    assert (claim["verdict"], claim["reason"]) == ("undecided", "error")
    assert "trace" not in claim and claim["note"].startswith("own.py:15: AttributeError")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("equals=d", "equal=d", r"own\.py:9: Type.* 'equal'\. Did you mean '?equals'?\? It is"),
        ("[Identity(", "[Identiy(", r"own\.py:9: NameError: .* Did you mean Identity\?"),
        ("[Identity(", "[Deterministic(", r"own\.py:9: .* Did you mean Inequality\?"),
        ("import Theorem, Identity", "import Theorm, Identity", r"Did you mean Theorem\?"),
        (", equals=d * s**2", "", r"own\.py:9: .* missing .* It is written like Identity\("),
        ("hypotheses=[", "hypothesis=[", r"own\.py:6: .* Did you mean '?hypotheses'?\?"),
        (', "the noise level is positive"', "", r"own\.py:8: .* written like required\(n > d"),
        (
            "seconds_per_replicate",
            "seconds_per_replicates",
            r"own\.py:12: .* mean '?seconds_per_rep",
        ),
        ("d * s**2)]", "d * np.sqrt(s))]", r"sympy's functions, sp\.sqrt\(n\), not those of numpy"),
        ("d * s**2)]", "d * math.exp(s))]", r"sympy's functions, sp\.sqrt\(n\), not those of"),
        (
            "d * s**2)]",
            '"d * s**2")]',
            r"^own\.py:9: .* write a formula .*sympy\.symbols\([^(]*\)$",
        ),
        ("theorem = Theorem(", "theorem = Theorem((", r"^own\.py:6: SyntaxError: '\(' was never"),
    ],
)
def test_a_call_with_wrong_arguments_says_how_it_is_written(here, old, new, words):
    write(old, new)
    with pytest.raises(UserError, match=words):
        run("own.py")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            '"squared_norm": (',
            '"Squared_norm": (',
            "Did you mean 'Squared_norm'. The simulation must",
        ),
        ("d * s**2)]", "d * s**sp.Symbol('sigmas'))]", "Did you mean 'sigma'. The simulation must"),
        (
            "d * s**2)]",
            "d * s**sp.Symbol('q'))]",
            "sigma, squared_norm. The simulation must return",
        ),
    ],
)
def test_a_name_without_a_value_says_which_there_are(here, old, new, words):
    write(old, new)
    found = run("own.py", jobs=1)["norm"]
    assert found.is_error and words in found.note.replace("?", ".")


@pytest.mark.parametrize(
    ("helper", "words"),
    [
        (
            "x = 1\ny = 1 / 0",
            r"^own\.py:1: ZeroDivisionError: division by zero \(in helper\.py:2\)",
        ),
        ("x = (", r"^own\.py:1: SyntaxError: '\(' was never closed \(in helper\.py:1\)"),
    ],
)
def test_a_mistake_in_a_module_beside_it_names_both_places(here, helper, words):

    Path("own.py").write_text("import helper\n" + files.OWN)
    Path("helper.py").write_text(helper + "\n")
    with pytest.raises(UserError, match=words):
        run("own.py")


def test_the_traceback_of_a_file_that_cannot_be_read_is_shown_on_demand(here):
    write("equals=d", "equal=d")
    for command in ("run", "list", "show", "mutants", "plot"):
        assert "Traceback" not in call(command, "own.py").stderr
        result = call(command, "own.py", "--traceback")
        assert result.exit_code == 2 and 'own.py", line 9, in <module>' in result.stderr
