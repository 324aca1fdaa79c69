"""A claim as a property: right implementations pass, wrong ones fail at a simple point, and how
often a right one fails is what was said."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import strategies as st
from scipy import stats

import bounds
import verify.probing.properties
import verify.probing.trials
from alphas import alpha
from bounds import (
    Always,
    Identity,
    Inequality,
    Law,
    Monotone,
    Probability,
    Theorem,
    Theta,
    observable,
    parameter,
    regime,
    required,
)
from verify import Path as Ray
from verify import check, load
from verify.command_line import main
from verify.errors import UserError
from verify.judging.judgement import Judgement
from verify.probing.failure import REPLAY
from verify.testing import ClaimBroken, claim, claimed, read

ROOT = Path(__file__).parents[2]
pytest_plugins = "pytester"
n = parameter("n", "how many", integer=True, positive=True)
p = parameter("p", "a probability", positive=True)
scale = parameter("scale", "a scale", positive=True)
y = observable("y", "a value", real=True)
x = sp.Symbol("x", real=True)
t = sp.Symbol("t")
THEOREM = Theorem(
    "own/theorem-1",
    "",
    [
        Identity("mean", y, scale),
        Identity("square", y, scale**2, exact=True),
        Inequality("below", y, at_most=scale * n, scale=scale * n),
        Probability("tail", y > 0, at_most=p),
        Law("law", y, 1 - sp.exp(-sp.Max(x, 0) / scale)),
        Always("descent", y, at_most=scale / (1 + t), until=3),
        Monotone("rises", y, along=n),
        Theta("rate", y, 1 / n, corrections="power", rate=1),
    ],
    hypotheses=[required(p < 1, "p is a probability")],
)
EQUATION = load("xing2021/equation-5")


def exponential(factor):
    return lambda rng, cell, n: {"y": factor * cell["scale"] * rng.standard_exponential(n)}


def constant(value):
    return lambda rng, cell, n: {"y": value(cell)}


IMPLEMENTATIONS = {
    "mean": (exponential(1), exponential(1.3)),
    "square": (
        constant(lambda c: c["scale"] * c["scale"]),
        constant(lambda c: c["scale"] ** 2.01),
    ),
    "below": (
        lambda rng, cell, n: {"y": cell["scale"] * cell["n"] * rng.random(n)},
        lambda rng, cell, n: {"y": cell["scale"] * (cell["n"] + (cell["n"] > 6)) * np.ones(n)},
    ),
    "tail": (
        lambda rng, cell, n: {"y": 1.0 * (rng.random(n) < cell["p"])},
        lambda rng, cell, n: {"y": 1.0 * (rng.random(n) < np.sqrt(cell["p"]))},
    ),
    "law": (
        exponential(1),
        lambda rng, cell, n: {"y": cell["scale"] * np.abs(rng.standard_normal(n))},
    ),
    "descent": (
        lambda rng, cell, n: {"y": cell["scale"] / (1 + np.arange(4)) * rng.random((n, 1))},
        lambda rng, cell, n: {"y": cell["scale"] / (1 + np.arange(4)) ** 0.9 * np.ones((n, 1))},
    ),
}


@pytest.mark.parametrize("name", IMPLEMENTATIONS)
def test_a_right_implementation_passes_and_a_wrong_one_fails(name):
    right, wrong = IMPLEMENTATIONS[name]
    claim(THEOREM[name])(right)()
    with pytest.raises(ClaimBroken, match=f"own/theorem-1#{name} is broken"):
        claim(THEOREM[name])(wrong)()


def test_a_failure_is_shrunk_and_names_the_point_and_both_sides():
    with pytest.raises(ClaimBroken) as failed:
        claim(THEOREM["below"])(IMPLEMENTATIONS["below"][1])()
    assert "at n = 7, p = 0.5, scale = 1" in str(failed.value) or "n = 7" in str(failed.value)
    assert "observed 8, predicted 7" in str(failed.value)


def test_the_mean_itself_is_compared_with_the_formula():
    claim(THEOREM["mean"], exact=True)(constant(lambda c: c["scale"]))()
    with pytest.raises(ClaimBroken, match="observed"):
        claim(THEOREM["mean"], exact=True)(constant(lambda c: c["scale"] * (1 + 1e-5)))()


def test_vectors_matrices_and_named_quantities_are_given():
    seen = []

    @claim(EQUATION["worst-case"], epsilon=(0, 2), d=(2, 3))
    def mine(rng, cell, n):
        assert cell["B"] == pytest.approx(np.linalg.norm(cell["theta"]))
        with pytest.raises(KeyError, match="there are "):
            cell["gamma"]
        seen.append(len(cell["theta"]))
        residual = rng.standard_normal(n)
        return {"r": residual, "ascended_loss": (abs(residual) + cell["epsilon"] * cell["B"]) ** 2}

    mine()
    assert set(seen) == {2, 3}


def test_the_claimed_side_is_evaluated_with_the_quantities():
    cell = dict(theta=np.array([3.0, 4.0]), theta_0=np.zeros(2), Sigma=np.eye(2))
    assert claimed(EQUATION["risk"], {**cell, "sigma": 0.0, "epsilon": 0.0}) == pytest.approx(25)


def test_a_right_implementation_fails_no_more_often_than_was_said(monkeypatch):
    """With a rule that spends all of its level the rate of false failures is just below it."""

    def sharp(sample, look, ledger):
        broken = sample.values(0, y)[0] < ledger.level(look)
        return Judgement("broken" if broken else "undecided", "noise", 0.0, 0.0)

    monkeypatch.setattr(verify.probing.trials.rules, "judge", sharp)
    error, runs, failed = 0.3, 200, 0
    for seed in range(runs):
        test = claim(THEOREM["mean"], error=error, examples=6, replicates=1, seed=seed)
        try:
            test(lambda rng, cell, n: {"y": rng.random(n)})()
        except ClaimBroken:
            failed += 1
    # Exact binomial tests: at most the error, and not far below it (six points spend 6/7 of it).
    assert stats.binom.sf(failed - 1, runs, error) > alpha("property-tests")
    assert stats.binom.sf(failed - 1, runs, 0.5 * error) < 0.01


def test_all_points_together_spend_no_more_than_the_error(monkeypatch):
    spent, judge = [], verify.probing.trials.rules.judge

    def judged(sample, look, ledger):
        spent.append(ledger.level(look))
        assert ledger.error == ledger.level(look)
        return judge(sample, look, ledger)

    monkeypatch.setattr(verify.probing.trials.rules, "judge", judged)
    claim(THEOREM["mean"], error=0.01, examples=40)(exponential(1))()
    with pytest.raises(ClaimBroken):
        claim(THEOREM["mean"], error=0.01, examples=40)(exponential(2))()
    begins = [place for place, level in enumerate(spent) if level == 0.005]
    assert len(begins) == 2 and begins[1] > 10 and len(spent) > begins[1]
    assert sum(spent[: begins[1]]) < 0.01 and sum(spent[begins[1] :]) < 0.01


def test_it_does_the_same_each_time_and_another_seed_something_else():
    def points(seed):
        found = []

        def mine(rng, cell, n):
            found.append((cell["scale"], float(rng.random())))
            return {"y": cell["scale"] ** 2}

        claim(THEOREM["square"], seed=seed, examples=10)(mine)()
        return found

    assert points(0) == points(0) != points(1)


def test_the_replay_line_looks_at_that_point_alone(monkeypatch):
    wrong = claim(THEOREM["mean"])(exponential(1.3))
    with pytest.raises(ClaimBroken) as failed:
        wrong()
    replay = failed.value.replay
    assert "pytest" in replay and "test_the_replay_line_looks_at_that_point_alone" in replay
    monkeypatch.setenv(REPLAY, replay.partition("'")[2].partition("'")[0])
    with pytest.raises(ClaimBroken) as again:
        wrong()
    assert str(again.value) == str(failed.value)
    calls = []

    def right(rng, cell, n):
        calls.append(cell)
        return exponential(1)(rng, cell, n)

    claim(THEOREM["mean"])(right)()
    assert len(calls) == 1
    monkeypatch.setenv(REPLAY, "{")
    with pytest.raises(UserError, match="is no JSON"):
        wrong()


REGIME = Theorem("own/lemma-2", "", [Identity("a", y, scale)], hypotheses=[regime(n >= 9, "big")])
UNMET = Theorem("own/lemma-3", "", [Identity("a", y, scale, exact=True, where=scale > 1)])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: claim(THEOREM["mean"], error=0), "between 0 and 1"),
        (lambda: claim(THEOREM["mean"], examples=0), "at least one example"),
        (lambda: claim(THEOREM["rises"])(exponential(1)), "compares several points"),
        (lambda: claim(THEOREM["rate"])(exponential(1)), "compares several points"),
        (lambda: claim(REGIME["a"])(exponential(1)), "is about a regime"),
        (lambda: claim(THEOREM["tail"], exact=True)(exponential(1)), "is no identity"),
        (lambda: claim(THEOREM["mean"])(lambda rng, cell, n: {"z": rng.random(n)})(), "about y"),
        (lambda: claim(THEOREM["mean"])(lambda rng, cell, n: rng.random(n))(), "dictionary"),
        (lambda: claim(THEOREM["mean"])(constant(lambda c: 1.0 * np.ones(4096)))(), "draws nothi"),
        (
            lambda: claim(UNMET["a"], at=st.just({"scale": 0.5}))(constant(lambda c: 1))(),
            "could be judged at no point",
        ),
        (lambda: claim(EQUATION["expectation"])(exponential(1)), "about no observable"),
    ],
)
def test_what_cannot_be_tested_so_is_one_sentence(make, words):
    with pytest.raises(UserError, match=words):
        make()


def test_values_that_are_not_finite_fail():
    with pytest.raises(ClaimBroken, match="returns y = nan"):
        claim(THEOREM["square"])(constant(lambda c: np.nan))()


def test_an_exception_of_the_implementation_is_its_own():
    def mine(rng, cell, n):
        raise ValueError("mine, not yours")

    with pytest.raises(ValueError, match="mine, not yours"):
        claim(THEOREM["square"])(mine)()


def mean_of(power):
    @check(THEOREM["rate"], paths=[Ray({"n": 1}, base=dict(n=4))], seconds_per_replicate=1e-7)
    def simulate(rng, cell, replicates):
        noise = rng.standard_exponential((replicates,))
        return {"y": cell["n"] ** -power * noise}

    return simulate


def test_a_claim_about_several_points_is_tested_by_a_check(monkeypatch):
    claim(THEOREM["rate"], seconds=1)(mean_of(1.0))()
    wrong = claim(THEOREM["rate"], seconds=1)(mean_of(0.5))
    with pytest.raises(ClaimBroken, match=r"own/theorem-1#rate is broken") as failed:
        wrong()
    monkeypatch.setenv(REPLAY, failed.value.replay.partition("'")[2].partition("'")[0])
    with pytest.raises(ClaimBroken):
        wrong()


def test_a_claim_of_a_file_is_tested_by_the_check_beside_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["new", "mine/theorem-1"]).exit_code == 0
    mine = read(tmp_path / "mine" / "theorem-1.py")
    claim(mine.theorem["fit"], seconds=1)()
    with pytest.raises(ClaimBroken, match="no-noise-left is broken") as failed:
        claim(mine.theorem["no-noise-left"], seconds=1)()
    assert failed.value.replay.startswith("verify ")


def test_a_method_of_a_class_of_tests_is_an_implementation_as_well(pytester):
    pytester.makepyfile(
        test_mine="from verify import load\n"
        "from verify.testing import claim\n"
        'equation = load("xing2021/equation-5")\n'
        "class TestMine:\n"
        "    power = 2\n"
        '    test_searched = claim(load("xing2021/lemma-4")["negative-case-as-printed"])\n'
        '    @claim(equation["worst-case"])\n'
        "    def test_right(self, rng, cell, n):\n"
        '        worst = (1 + cell["epsilon"] * cell["B"]) ** self.power\n'
        '        return {"r": 1.0, "ascended_loss": worst}\n'
        "class TestWrong(TestMine):\n"
        "    power = 1\n"
    )
    done = pytester.runpytest_inprocess("-p", "verify.pytest_plugin", "test_mine.py")
    done.assert_outcomes(passed=1, failed=3)


def test_the_plugin_prints_the_lines_of_all_failures_at_the_end(pytester):
    pytester.makepyfile(
        test_mine="from verify import load\n"
        "from verify.testing import claim\n"
        'equation = load("xing2021/equation-5")\n'
        '@claim(equation["worst-case"])\n'
        "def test_wrong(rng, cell, n):\n"
        '    """What is wrong."""\n'
        '    return {"r": 1.0, "ascended_loss": 1.0 + cell["epsilon"] * cell["B"]}\n'
        "def test_else(): assert 0\n"
    )
    done = pytester.runpytest_inprocess("-p", "verify.pytest_plugin", "test_mine.py")
    done.assert_outcomes(failed=2)
    end = done.stdout.str().partition(" replay ==")[2]
    lines = [line for line in end.splitlines() if line.startswith(REPLAY)]
    assert len(lines) == 1 and lines[0].endswith("pytest test_mine.py::test_wrong")
    again = subprocess.run(
        lines[0].replace("pytest ", f"{sys.executable} -m pytest -q ", 1), shell=True,
        cwd=pytester.path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert "1 failed" in again.stdout and "worst-case is broken by test_wrong" in again.stdout


def test_the_examples_in_the_documentation_run():
    assert doctest.testmod(verify.probing.properties).failed == 0


def test_observables_know_that_they_are(monkeypatch):
    assert y.observed and not scale.observed
    assert not bounds.quantity("q", "a quantity", scale).observed
