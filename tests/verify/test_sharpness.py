"""Sharpness: which other constants and exponents the same evidence agrees with."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import files
from verify import run
from verify.catalogue.selection import registry_for, select
from verify.evidence.settings import Settings
from verify.probe_reports import SharpnessReport
from verify.probing.sharpness import Pin
from verify.runner import Silent
from verify.showing.tables import remark


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pins(claim: str, body: str, **more: str):
    Path("one.py").write_text(files.theorem_file(claim, body, **more))
    registry = registry_for(["one.py"])
    report = SharpnessReport.of(registry, select(registry, ["one.py"]), Settings(jobs=1), Silent())
    (found,) = report.claims
    assert json.dumps(report.to_dict())
    return found, {pin.what: pin for pin in found.pins}


CELLS = "cells=[dict(x=1.0), dict(x=3.0)]"


def test_the_constant_and_the_exponent_of_a_mean_are_pinned_two_sided():
    body = 'return {"y": 2 * cell["x"] ** 2 * (1 + 0.01 * rng.standard_normal(n))}'
    found, pin = pins('Identity("a", observable="y", equals=2*x**2)', body, binding=CELLS)
    low, high = pin["constant"].holds
    assert 1.9 < low < 2 < high < 2.1 and pin["constant"].is_pinned
    low, high = pin["exponent of x"].holds
    assert 1.9 < low < 2 < high < 2.1 and not found.is_blunt
    below, above = pin["constant"].not_broken
    assert below <= pin["constant"].holds[0] and pin["constant"].holds[1] <= above


def holding(name: str, of: str, side: str, values: list[float], body: str, binding: str):
    """Return which of the values of a constant a run says to hold, and the pin of the printed 1."""
    claim = f'{name}("a", "y", {of}={{}}*{side})'
    _, pin = pins(claim.format("1"), body, binding=binding)
    found = []
    for value in values:
        Path("changed.py").write_text(
            files.theorem_file(claim.format(f"sp.Float({value})"), body, binding=binding)
        )
        if run("changed.py", jobs=1)["a"].verdict == "holds":
            found.append(value)
    return found, pin["constant"]


def test_no_constant_holds_outside_of_the_printed_range_at_a_later_look_either():
    # The claim is settled while a change of 0.7 % is not: that one goes on, and holds in the end.
    body = 'return {"y": cell["x"] * (1 + 0.1 * rng.standard_normal(n))}'
    values = [0.98, 0.99, 0.993, 1.007, 1.01, 1.02]
    found, pin = holding("Identity", "equals", "x", values, body, CELLS)
    low, high = pin.holds
    assert {0.993, 1.007} <= {*found} and not {0.98, 1.02} & {*found}
    assert all(low <= value <= high for value in found) and low > 0.97 and high < 1.03
    assert pin.holds[0] < 0.993 < pin.shown[0], "of which what settled the claim shows less"


def test_at_the_last_look_of_the_budget_nothing_is_left_open():
    body = 'return {"y": cell["x"] * (1 + 0.1 * rng.standard_normal(n))}'
    _, pin = pins('Identity("a", "y", equals=x)', body, binding=f"{CELLS}, first=40960, full=1")
    assert pin["constant"].holds == pin["constant"].shown


def test_the_slack_of_a_bound_is_located():
    body = 'return {"y": cell["x"] * rng.random(n)}'
    found, pin = pins('Inequality("a", left="y", at_most=40*x)', body, binding=CELLS)
    constant = pin["constant"]
    assert constant.printed == 40 and 0.9 < constant.holds[0] < 1.1
    assert constant.is_pinned and not found.is_blunt and "holds too" in constant.words


def test_a_bound_of_something_that_never_happens_is_blunt():
    body = 'return {"y": 0 * rng.random(n) - 1}'
    found, pin = pins('Inequality("a", left="y", at_most=40*x)', body, binding=CELLS)
    assert found.is_blunt and all(one.is_untested for one in pin.values())


def test_a_probability_between_what_holds_and_one_is_pinned():
    body = 'return {"e": rng.random(n) < 2}'
    claim = 'Probability("a", event="e", at_least=sp.Rational(9, 10))'
    found, pin = pins(claim, body, binding=CELLS)
    assert 0.9 < pin["probability"].shown[1] < 1
    assert pin["probability"].is_pinned and not found.is_blunt


def test_a_probability_that_holds_up_to_one_is_pinned_and_not_untested():
    pin = Pin("probability", 0.95, *3 * [(0.475, 1.0)], (0.475, 1.0), -1, False, closed=True)
    assert pin.is_pinned and not pin.is_untested
    assert pin.words == "probability 0.95, up to 1 holds too"


def test_more_than_one_is_no_probability_of_a_bound_that_varies_either():
    body = 'return {"e": rng.random(n) < 2}'
    claim = 'Probability("a", event="e", at_least=1 - x/10)'
    found, pin = pins(claim, body, binding="cells=[dict(x=1.0)]")
    here, there = pin["probability"].shown[1], pin["probability"].not_broken[1]
    assert 1 < here < there < 1 / 0.9 + 1e-3 and not found.is_blunt


def test_of_a_summand_that_is_taken_off_less_says_more():
    body = 'return {"e": rng.random(n) > 0.01}'
    claim = 'Probability("a", event="e", at_least=1 - x/20)'
    _, pin = pins(claim, body, binding="cells=[dict(x=1.0)]")
    constant = pin["constant of -x/20"]
    assert constant.direction == 1 and constant.printed == 0.05
    assert constant.not_broken[0] < 0.01 < constant.shown[0] < 0.05


def test_what_prints_no_constant_has_none_to_pin():
    body = 'return {"y": cell["x"] + 0.1 * rng.standard_normal(n)}'
    found, pin = pins('Monotone("a", observable="y", along="x")', body, binding=CELLS)
    assert not pin and not found.is_blunt


def test_only_what_holds_is_varied():
    body = 'return {"y": 3 * cell["x"] * (1 + 0.01 * rng.standard_normal(n))}'
    claim = 'Identity("a", observable="y", equals=x, expected="broken", because="no")'
    Path("one.py").write_text(files.theorem_file(claim, body, binding=CELLS))
    registry = registry_for(["one.py"])
    report = SharpnessReport.of(registry, select(registry, ["one.py"]), Settings(jobs=1), Silent())
    assert report.claims == ()


def test_of_what_is_undecided_it_says_that_nothing_can_be_pinned_and_what_would_settle_it():
    body = 'return {"y": cell["x"] * (1 + 3 * rng.standard_normal(n))}'
    claim = 'Identity("a", observable="y", equals=x)'
    binding = f"{CELLS}, first=256, quick=1, full=1"
    Path("one.py").write_text(files.theorem_file(claim, body, binding=binding))
    registry = registry_for(["one.py"])
    report = SharpnessReport.of(registry, select(registry, ["one.py"]), Settings(jobs=1), Silent())
    assert report.claims == ()
    words = " ".join(str(report).split())
    assert "own/theorem-1#a: undecided, so that nothing can be pinned" in words
    assert "`verify run --settle one.py 'own/theorem-1#a'` goes on until it is decided" in words


def test_a_box_that_ends_where_a_changed_side_is_no_number_is_no_mistake():
    claim = 'Inequality("a", x + x**2, at_most=2*x + 5*x**2, box={x: (0, 1)})'
    head = "import sympy as sp\nfrom bounds import *\nx = sp.Symbol('x', nonnegative=True)\n"
    Path("one.py").write_text(
        f'{head}t = Theorem(id="own/lemma-1", statement="", claims=[{claim}])\n'
    )
    registry = registry_for(["one.py"])
    report = SharpnessReport.of(registry, select(registry, ["one.py"]), Settings(jobs=1), Silent())
    (found,) = report.claims
    assert not found.is_blunt, "what is proved is true whatever its slack"


def test_numbers_that_differ_are_written_differently():
    ends, shown, not_broken = (1e-3, 1e3), (0.99951, 1.0), (0.99949, 1.0)
    pin = Pin("constant", 1.0, ends, shown, not_broken, shown, 1, False)
    assert pin.words == "constant 1, down to 0.99951 holds too, 0.99949 is broken"


def test_how_fast_a_bound_falls_is_varied_inside_its_exponential():
    body = 'return {"y": np.exp(-1.5 * cell["x"]) * rng.uniform(0.9, 1, n)}'
    _, pin = pins('Inequality("a", left="y", at_most=sp.exp(-x))', body, binding=CELLS)
    inside = pin["constant in exp(-x)"]
    assert inside.direction == -1 and inside.is_pinned
    assert 1.45 < inside.holds[1] < 1.55 and inside.not_broken[1] < 1.6
    assert inside.words.startswith("constant in exp(-x) 1, up to 1.")


def test_a_chance_that_tends_to_one_is_stricter_the_faster_it_does():
    claim = 'Probability("a", event="y", at_least=1 - sp.exp(-x))'
    body = 'return {"y": (rng.random(n) < 0.9).astype(float)}'
    _, pin = pins(claim, body, binding="cells=[dict(x=1.0)]")
    inside = pin["constant in exp(-x)"]
    assert inside.direction == -1
    assert 1 < inside.shown[1] < np.log(10) < inside.not_broken[1], "0.9 is 1 - exp(-log 10)"


def test_the_unit_of_a_law_is_pinned():
    claim = 'Law("a", "y", cdf=1 - sp.exp(-sp.Symbol("x")))'
    cells = "cells=[dict(z=1.0)]"
    found, pin = pins(claim, 'return {"y": rng.exponential(size=n)}', binding=cells)
    low, high = pin["unit"].holds
    assert 0.94 < low < 1 < high < 1.06 and not found.is_blunt


def test_the_power_of_a_logarithm_is_varied_too():
    body = 'return {"y": np.log(cell["x"]) * (1 + 0.01 * rng.standard_normal(n))}'
    cells = "cells=[dict(x=10.0), dict(x=1e6)]"
    _, pin = pins('Identity("a", observable="y", equals=sp.log(x))', body, binding=cells)
    low, high = pin["exponent of log(x)"].holds
    assert 0.95 < low < 1 < high < 1.05


def test_of_what_shrinks_a_larger_exponent_says_more():
    """Along 1/x the bound x^2 is stricter than x^1.5: up to 2 holds, and x^2.5 is broken."""
    body = 'return {"y": np.full(n, cell["x"] ** 2)}'
    binding = 'paths=[Path({"x": -1}, {"x": 0.5}, sizes=6, step=2)]'
    claim = 'BigO("a", "y", of=x**sp.Rational(3, 2), exact=True, corrections="power", rate=1)'
    found, pin = pins(claim, body, binding=binding)
    exponent = pin["exponent of x"]
    assert exponent.direction == -1 and not exponent.is_untested
    assert 2 <= exponent.shown[1] < 2.2 and exponent.is_pinned and not found.is_blunt


def test_a_bound_below_one_is_stricter_with_a_larger_exponent():
    body = 'return {"y": cell["x"] ** 1.5 * rng.uniform(0.9, 1, n)}'
    _, pin = pins('Inequality("a", left="y", at_most=x)', body, binding="cells=[dict(x=0.01)]")
    exponent = pin["exponent of x"]
    assert exponent.direction == -1 and 1.45 < exponent.shown[1] <= exponent.not_broken[1] < 1.6


def test_a_side_whose_sign_algebra_does_not_know_has_that_of_its_values():
    body = 'return {"y": -5 * np.log(cell["x"]) * rng.uniform(1, 1.1, n)}'
    claim = 'Inequality("a", left="y", at_most=-sp.log(x) + sp.Rational(1, 100))'
    found, pin = pins(claim, body, binding="cells=[dict(x=50.0)]")
    for name in ("constant", "constant of -log(x)"):
        assert pin[name].direction == -1 and 4.9 < pin[name].shown[1] < 5.1
    assert not found.is_blunt


def test_of_a_bound_at_every_time_a_side_whose_sign_algebra_does_not_know_has_that_of_its_values():
    body = 'return {"y": np.log(1 + np.arange(9)) + rng.uniform(-.1, 0, (n, 9))}'
    claim = 'Always("a", "y", at_most=sp.log(1 + parameter("t", "time")), until=8)'
    _, pin = pins(claim, body, binding="cells=[dict(x=1.0)]")
    assert pin["constant"].direction == 1 and pin["constant"].shown[0] > 0.9


def test_a_blunt_claim_says_why():
    body = 'return {"y": 0 * rng.random(n) - 1}'
    claim = 'Inequality("a", left="y", at_most=40*x, blunt="it never comes near")'
    found, _ = pins(claim, body, binding=CELLS)
    assert found.to_dict()["why_blunt"] == "it never comes near"
    report = run("one.py", jobs=1).sharpened()
    assert "it never comes near" in remark(report["a"])
    (explained,) = report.explanations()
    assert any("It never comes near." in lines for _, lines in explained.parts())


@pytest.mark.parametrize(
    ("claim", "direction", "located"),
    [
        ('event=Gt("y", 2*x), at_most=sp.Rational(1, 4)', 1, (1.4, 1.6)),
        ('event=Lt("y", x/4), at_most=sp.Rational(1, 4)', -1, (0.4, 0.6)),
        ('event=Ge("y", x/8), at_least=sp.Rational(3, 4)', -1, (0.4, 0.6)),
        ('event=Le("y", 2*x), at_least=sp.Rational(3, 4)', 1, (1.4, 1.6)),
    ],
)
def test_the_bound_in_an_event_is_varied(claim, direction, located):
    """Of y uniform on [0, 2x] a quarter lies beyond 1.5 x, and a quarter below 0.5 x."""
    body = 'return {"y": 2 * cell["x"] * rng.random(n)}'
    claim = claim.replace('"y"', 'sp.Symbol("y")')
    claim = re.sub("(Gt|Lt|Ge|Le)", r"sp.\1", claim)
    found, pin = pins(f'Probability("a", {claim})', body, binding=f"{CELLS}, first=2048")
    constant = pin["constant in the event"]
    shown, not_broken = (
        each[0 if direction > 0 else 1] for each in (constant.shown, constant.not_broken)
    )
    assert constant.direction == direction and constant.is_pinned and not found.is_blunt
    low, high = sorted((shown, not_broken))
    assert located[0] * 0.8 < low < sum(located) / 2 < high < located[1] * 1.25
    assert pin["exponent of x in the event"].direction == direction


def test_each_summand_of_the_bound_in_an_event_is_varied():
    body = 'return {"y": cell["x"] * rng.random(n)}'
    claim = 'Probability("a", sp.Symbol("y") > 1 + x / 2, at_most=sp.Rational(1, 2))'
    _, pin = pins(claim, body, binding=CELLS)
    names = {"constant in the event", "constant of 1 in the event", "constant of x/2 in the event"}
    assert names <= set(pin) and pin["constant of x/2 in the event"].printed == 0.5
