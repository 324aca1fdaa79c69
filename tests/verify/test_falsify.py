"""The search for counter-examples: false claims are refuted, true ones are spared."""

import inspect
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import files
from bounds import Identity, Inequality, Theorem, evaluate, regime, required
from verify.catalogue.check import check
from verify.catalogue.registry import load_registry
from verify.catalogue.selection import registry_for, select
from verify.command_line import main
from verify.evidence.progress import Silent
from verify.evidence.settings import Settings
from verify.probing.falsify import falsify
from verify.probing.falsify.shrinking import complexity, shrunk, simpler
from verify.probing.falsify.space import spaces
from verify.probing.falsify.trial import Trial
from verify.showing.tables import number

HEAD = """
d = sp.Symbol("d", positive=True, integer=True)
n = sp.Symbol("n", positive=True, integer=True)
s = sp.Symbol("sigma", nonnegative=True)
g = sp.Symbol("gamma", positive=True)
"""
NORMS = """
noise = rng.standard_normal((n, cell["d"]))
return {"norm": cell["sigma"] * np.linalg.norm(noise, axis=1),
        "largest": cell["sigma"] * np.abs(noise).max(axis=1)}
"""
CELLS = "cells=[dict(d=40, sigma=1.0), dict(d=50, sigma=2.0)]"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THEORYCHECK_CACHE", str(tmp_path / "cache"))
    return tmp_path


def write(
    claims: str,
    body: str = NORMS,
    *,
    binding: str = CELLS,
    head: str = HEAD,
    hypotheses: str = 'required(d < 100, "few dimensions")',
):
    text = files.theorem_file(claims, inspect.cleandoc(body), binding=binding, head=head)
    Path("one.py").write_text(
        text.replace('statement=""', f'statement="", hypotheses=[{hypotheses}]')
    )


def search(claims: str, body: str = NORMS, *, seconds: float = 2.0, seed: int = 0, **more: str):
    """Look for a violation of each claim of a theorem in a file."""
    write(claims, body, **more)
    registry = registry_for(["one.py"])
    items = select(registry, ["one.py"])
    found = falsify(registry, items, Settings(jobs=1, seed=seed), Silent(), seconds)
    return {one.item.claim.name: one for one in found}


def call(*arguments: str):
    return CliRunner().invoke(main, ["falsify", *arguments, "--quiet"])


def test_a_false_claim_is_refuted_away_from_the_cells_at_the_smallest_sizes():
    # On the cells of the check it holds: there d is 40 and 50.
    found = search('Inequality("few", "norm", at_least=2 * s, expected="broken", because="d = 1")')
    example = found["few"].counterexample
    assert found["few"].outcome == "violated", found["few"].note
    assert example["cell"] == {"d": 1, "sigma": 1.0}
    assert example["observed"] < example["predicted"] == 2.0


def test_true_claims_are_spared_whatever_their_kind():
    found = search(
        """
        Inequality("norms", "largest", at_most=sp.Symbol("norm")),
        Identity("mean", sp.Symbol("norm")**2, d * s**2, variance=2 * d * s**4),
        Probability("tail", sp.Symbol("norm") > s * sp.sqrt(20 * d), at_most=sp.Rational(1, 20)),
        """,
        seconds=1.5,
    )
    assert {one.outcome for one in found.values()} == {"none found"}
    assert all(one.tried > 3 and not one.is_unexpected for one in found.values())


def test_a_false_mean_and_a_false_probability_are_confirmed_on_fresh_seeds():
    found = search(
        """
        Identity("mean", "norm", s * sp.sqrt(d)),
        Probability("tail", sp.Symbol("norm") > s * sp.sqrt(d), at_most=sp.Rational(1, 5)),
        """,
        head=HEAD.replace("nonnegative", "positive"),
        seconds=4.0,
    )
    for one in found.values():
        assert one.outcome == "violated" and one.is_unexpected
        assert one.counterexample["cell"]["d"] <= 4, "at large d both are nearly true"
        assert one.counterexample["seed"] != 0, "the search has seen the replicates of its seed"


def test_the_replicates_of_one_point_are_drawn_once_and_may_take_all_the_time(monkeypatch):
    drawn, limits = [], []
    draw = Trial.draw

    def noted(trial, n, limit):
        before = trial.n
        limits.append(limit)
        worked = draw(trial, n, limit)
        drawn.append((before, n))
        return worked

    monkeypatch.setattr(Trial, "draw", noted)
    search(
        'Identity("mean", "value", 1)',
        'return {"value": 1.05 + 0.5 * rng.standard_normal(n)}',
        binding="cells=[dict(d=1)]",
        seconds=6.0,
    )
    assert [before for before, _ in drawn[2:]] == [n for _, n in drawn[1:-1]]
    assert len(drawn) > 5 and min(limits) > 0.25 * 6.0


def test_the_command_shows_the_same_violation_again():
    write('Inequality("few", "norm", at_least=2 * s)')
    found = call("one.py", "--json", "found.json", "--seconds", "2")
    assert found.exit_code == 1, found.output
    (one,) = json.loads(Path("found.json").read_text())["claims"]
    assert one.keys() >= {"id", "outcome", "found", "proved", "seconds", "counterexample"}
    example = one["counterexample"]
    command = shlex.split(example["command"])
    assert command[:2] == ["verify", "run"]
    again = CliRunner().invoke(main, [*command[1:], "--json", "run.json", "--quiet"])
    assert again.exit_code == 1, again.output
    (verdict,) = json.loads(Path("run.json").read_text())["claims"]
    assert verdict["verdict"] == "broken"
    same = ("parameters", "seed", "observed", "predicted")
    assert [verdict["counterexample"][k] for k in same] == [example[k] for k in same]


def test_the_command_of_a_known_violation_shows_where_it_is_and_both_sides():
    write('Inequality("few", "norm", at_least=2 * s, expected="broken", because="d = 1")')
    call("one.py", "--json", "found.json", "--seconds", "2")
    (one,) = json.loads(Path("found.json").read_text())["claims"]
    example = one["counterexample"]
    again = CliRunner().invoke(main, [*shlex.split(example["command"])[1:], "--quiet"])
    shown = " ".join(again.output.split())
    sides = " against ".join(number(example[side]) for side in ("observed", "predicted"))
    assert f"{sides} at d = 1, sigma = " in shown


def test_a_known_erratum_is_no_failure_and_three_lines_say_what_is_wrong():
    write('Inequality("few", "norm", at_least=2 * s, expected="broken", because="d = 1")')
    found = call("one.py", "--seconds", "2")
    assert found.exit_code == 0
    lines = [line.strip() for line in found.output.splitlines()]
    assert lines[1].startswith("violated (as expected)")
    assert lines[2].startswith("claimed: ") and "≥" in lines[2]
    assert lines[3].startswith("at d = 1, sigma = 1; drawn: ")
    assert "which is not at least 2" in lines[4]


def test_hypotheses_and_where_are_kept_also_on_their_boundaries():
    write(
        'Inequality("few", "norm", at_least=s, where=d >= 3 * n)',
        binding="cells=[dict(d=40, n=9, sigma=1.0)]",
        hypotheses='required(n > 7, "enough")',
    )
    registry = registry_for(["one.py"])
    (item,) = select(registry, ["one.py"])
    (space,) = spaces(registry.check_of(item.id), item, {})
    rng = np.random.default_rng(0)
    points = [space.inside({"d": 1 + k, "sigma": 1.0}, rng) for k in range(40)]
    points = [{**space.base, **point} for point in points]
    assert all(point["d"] >= 3 * point["n"] > 21 for point in points)
    edges = [p for p in space.boundaries({"d": 30, "sigma": 1.0}) if space.grid(p)]
    assert any({**space.base, **p}["d"] == 3 * space.base["n"] for p in edges)


def test_a_violation_that_goes_away_inside_the_regime_is_outside_of_it():
    # The norm is at least sqrt(d)/2 with high probability for large d alone.
    claims = """
    Probability("concentrates", sp.Symbol("norm") < s * sp.sqrt(d) / 2, at_most=sp.Rational(1, 20)),
    Probability("never", sp.Symbol("norm") < s * sp.sqrt(d), at_most=sp.Rational(1, 20)),
    """
    found = search(
        claims,
        head=HEAD.replace("nonnegative", "positive"),
        hypotheses='regime(1 / d, "d is large", tends_to=0)',
        seconds=6.0,
    )
    assert found["concentrates"].outcome == "outside the regime"
    assert not found["concentrates"].found and found["concentrates"].counterexample is None
    assert found["never"].outcome == "violated" and "d^1" in found["never"].note


TRAINED = """
Probability("fits", sp.Symbol("norm") <= sp.Rational(1, 2), at_least=sp.Rational(99, 100)),
"""
TRAINING = {
    "head": HEAD + "T = sp.Symbol('T', positive=True, integer=True)\n"
    "a = sp.Symbol('alpha', positive=True)\n",
    "binding": "cells=[dict(d=2, T=80, alpha=0.6)]",
    "hypotheses": 'required(T >= d / a, "long"), regime(1 / d, "d is large", tends_to=0), '
    'regime(a, "small steps", tends_to=0)',
}


def test_a_ray_moves_what_a_simulation_reads_though_nothing_comes_of_it():
    # Training that never improves on its start does not answer to its length or its steps; without
    # them no ray leads into the regime.
    body = """
    change = cell["T"] * cell["alpha"]
    return {"norm": np.minimum(1 + rng.random(n) / cell["d"], 3 + change)}
    """
    one = search(TRAINED, body, seconds=4.0, **TRAINING)["fits"]
    assert one.outcome == "violated"
    assert all(name in one.note for name in ("T^", "alpha^-", "d^"))


def test_a_ray_that_cannot_be_followed_is_not_one_along_which_a_violation_goes_away():
    body = """
    if cell["d"] > 2:
        raise MemoryError
    return {"norm": 1 + rng.random(n) * min(1, cell["T"] * cell["alpha"])}
    """
    one = search(TRAINED, body, seconds=4.0, **TRAINING)["fits"]
    assert one.outcome == "none found"
    assert "violated at" in one.note and "whether that persists is not known: at " in one.note

    blind = 'return {"norm": 1 + rng.random(n) / cell["d"]}'  # without steps
    one = search(TRAINED, blind, seconds=2.0, **TRAINING)["fits"]
    assert one.outcome == "none found"
    assert "no parameter that the simulation has leads further into the regime" in one.note


def test_of_a_claim_that_nothing_checks_it_says_so_and_why():
    found = call("gao2019/corollary-C.1#width")
    assert found.exit_code == 0
    assert "not applicable" in found.output and "none found" not in found.output
    assert "nothing is checked numerically: the constants are not named" in found.output
    assert found.output.rstrip().splitlines()[-1].startswith("1 not applicable; ")


def test_of_a_path_it_says_where_the_path_begins_that_its_command_sets():
    found = call("wang2022/lemma-B.7#clause-as-printed").output
    cell, begins = re.search(r"at m = (\d+), .*path that begins at m = (\d+)", found).groups()
    assert int(cell) > int(begins) and f"--set m={begins}\n" in found


def test_parameters_that_were_computed_from_others_are_not_torn_from_them():
    # root is the root of d, as its cells have it; nothing says so.
    claims = 'Inequality("mean", "mean", at_most=sp.Symbol("root", positive=True) * s)'
    body = NORMS.replace("return {", 'return {"mean": np.full(n, cell["sigma"] * cell["d"]**0.5),')
    cells = "cells=[dict(d=7, root=7**0.5, sigma=1.0), dict(d=50, root=50**0.5, sigma=2.0)]"
    found = search(claims, body, binding=cells)["mean"]
    assert found.outcome == "none found" and "root was computed from other parameters" in found.note


def test_where_another_claim_that_is_known_to_hold_breaks_too_the_point_is_to_blame():
    d = sp.Symbol("d", positive=True, integer=True)
    theorem = Theorem(
        "own/theorem-1",
        "",
        [Inequality("a", "one", at_least=1, where=d < 9), Inequality("b", "other", at_least=1)],
    )

    @check(theorem, cells=[{"d": 2}], seconds_per_replicate=1e-6)
    def simulate(rng, cell, n):
        """Beyond d = 4 it is good for nothing."""
        good = np.full(n, float(cell["d"] <= 4))
        return {"one": good, "other": good}

    registry = load_registry().copy()
    registry.add_check(simulate)
    (found,) = falsify(registry, [theorem["a"]], Settings(jobs=1), Silent(), 1.0)
    assert found.outcome == "none found" and "other claims break too" in found.note
    own = registry_for([simulate])  # of a user's own nothing is known
    (found,) = falsify(own, [theorem["a"]], Settings(jobs=1), Silent(), 1.0)
    assert found.outcome == "violated" and found.counterexample["cell"] == {"d": 5}


def test_a_claim_over_a_box_is_refuted_at_a_simple_point_or_proved():
    head = HEAD + '\nx, y = sp.symbols("x y", positive=True)\n'
    claims = """
    Inequality("proved", x * y, at_most=(x + y)**2 / 4, box={x: (1, 1e30), y: (1, 1e30)}),
    Inequality("false", x * y, at_most=(x + y)**2 / 5, box={x: (1, 1e30), y: (1, 1e30)}),
    Derivation("square", (x + y)**2, equals=x**2 + 2*x*y + y**2),
    Derivation("wrong", (x + y)**2, equals=x**2 + y**2),
    Inequality("simulated", "norm", at_least=0),
    """
    found = search(claims, head=head, seconds=0.5)
    assert found["proved"].outcome == found["square"].outcome == "none exists"
    assert found["proved"].proved and found["square"].proved
    assert found["false"].counterexample["parameters"] == {"x": 1.0, "y": 1.0}
    assert found["wrong"].found and found["wrong"].proved
    command = shlex.split(found["false"].counterexample["command"])
    again = CliRunner().invoke(main, [*command[1:], "--json", "-", "--quiet"])
    assert again.exit_code == 1
    (one,) = json.loads(again.stdout)["claims"]
    assert one["counterexample"]["parameters"] == {"x": 1.0, "y": 1.0} and one["proved"]
    elsewhere = [part.replace("y=1.0", "y=9.0") for part in command[1:]]
    assert CliRunner().invoke(main, [*elsewhere, "--quiet"]).exit_code == 0


def test_a_fixed_parameter_is_not_searched_and_an_unknown_one_is_a_sentence():
    write('Inequality("few", "norm", at_least=2 * s)')
    found = call("one.py", "--set", "d=2", "--seconds", "2", "--json", "-")
    assert json.loads(found.stdout)["claims"][0]["counterexample"]["cell"]["d"] == 2
    wrong = call("one.py", "--set", "dd=2")
    assert wrong.exit_code == 2 and "There is no parameter 'dd'" in wrong.output
    assert call("nothing/lemma-1").exit_code == 2


@given(
    st.one_of(
        st.integers(-(10**9), 10**9),
        st.floats(-1e30, 1e30, allow_nan=False, allow_subnormal=False),
    )
)
def test_what_is_tried_is_simpler_and_of_the_same_type(value):
    tried = list(simpler(value))
    assert all(complexity(one) < complexity(value) for one in tried)
    assert all(type(one) is type(value) for one in tried)
    assert [complexity(one) for one in tried] == sorted(map(complexity, tried))


@given(st.integers(7, 10**6), st.floats(0.3, 1e6))
def test_shrinking_ends_at_the_smallest_whole_number_and_a_round_one(n, x):
    point = shrunk({"x": x, "n": n}, lambda p: p["n"] >= 7 and p["x"] > 0.25)
    assert point["n"] <= 12 and point["x"] == 1.0


def test_the_type_and_the_domain_of_a_parameter_are_kept():
    even = sp.Symbol("k", even=True, positive=True)
    x = sp.Symbol("x", positive=True)
    theorem = Theorem(
        "own/theorem-1",
        "",
        [Inequality("a", "y", at_most=even * x)],
        hypotheses=[required(x < 1, "small"), regime(x * even, "tiny", tends_to=0)],
    )

    @check(theorem, cells=[{"k": 4, "x": 0.5}], seconds_per_replicate=1e-6)
    def simulate(rng, cell, n):
        """One replicate is one draw."""
        return {"y": cell["k"] * cell["x"] * rng.random(n)}

    (space,) = spaces(simulate, theorem["a"], {})
    for one in space.free:
        for value in (*one.values, *one.corners):
            assert type(value) is (int if one.name == "k" else float)
            assert value > 0 and (one.name == "x" or value % 2 == 0)
    assert float(evaluate(even * x, {"k": 2, "x": 0.5})) == 1.0
    assert Identity("b", "y", x).kind == "identity"
