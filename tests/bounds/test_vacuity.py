"""Vacuity: from where on a statement says anything, and numbers of any size that it asks for."""

import json
import math

import pytest
import sympy as sp

from bounds import Asks, Identity, Inequality, Printed, SaysFrom, Theorem, parameter, quantity

d = parameter("d", "dimension", integer=True, positive=True)
m = parameter("m", "width", integer=True, positive=True)
C = parameter("C", "a constant", positive=True)
radius = quantity("radius", "a radius", 2 * C)


def results(*vacuity):
    theorem = Theorem(
        id="own/theorem-1",
        statement="",
        claims=(Identity("a", "y", radius),),
        vacuity=vacuity,
    )
    return theorem.says()


def test_an_integer_is_exact_and_a_huge_one_is_its_logarithm():
    small, huge = results(
        Asks("the width", m**3 + 1, {m: 10**6}), Asks("the width", m**12, {m: 10**229})
    )
    assert small.value == 10**18 + 1 and small.to_dict()["number"] == "1000000000000000001"
    assert huge.value is None and huge.log10 == pytest.approx(2748) and huge.words == "10^2748"
    assert json.dumps([small.to_dict(), huge.to_dict()])


def test_quantities_are_written_out_and_values_may_be_formulas_of_others():
    (one,) = results(Asks("x", radius * m, {C: sp.Rational(1, 4), m: d**2, d: 6}))
    assert one.value == 18 and one.at == {"C": "1/4", "m": "d**2", "d": "6"}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (d - 25 >= 0, 25),
        (sp.sqrt(d - 30) > 3, 40),  # no real number below 30
        (d**2 > 0, 1),
        ((d - 10) * (d - 100) > 0, 101),  # true below 10 too, but not from there on
    ],
)
def test_the_first_value_from_which_on_it_says_something(when, expected):
    (one,) = results(SaysFrom("says", d, when))
    assert one.value == expected and one.words.startswith(f"d from {expected} on")


def test_where_it_says_something_before_it_says_nothing_is_told_too():
    between, up_to = results(
        SaysFrom("says", d, (d - 10) * (d - 100) > 0), SaysFrom("says", d, d < 40, digits=9)
    )
    assert between.words == "d from 101 on, and d below 10"
    assert up_to.words == "d below 40" and up_to.to_dict()["below"] == 40


def test_sizes_beyond_any_float_are_found_and_nowhere_is_said():
    far, never = results(
        SaysFrom("far", d, sp.log(d) > 1000, {}),
        SaysFrom("never", d, sp.exp(-d) > 1, {}, digits=50),
    )
    assert far.log10 == pytest.approx(1000 / math.log(10), rel=1e-6) and far.value is None
    assert never.words == "nowhere" and never.to_dict()["log10"] is None


def test_iterated_exponentials_do_not_overflow():
    (one,) = results(Asks("m", sp.exp(d ** sp.Rational(6, 25)), {d: sp.Integer(10) ** 300}))
    assert one.log10 == pytest.approx(10**72 * math.log10(math.e))


def test_what_is_reconstructed_is_never_called_false_as_printed():
    wrong = Inequality("a", C, at_most=2, printed=Printed(at_most=1, why="a slip"))
    with pytest.raises(ValueError, match="reconstructed"):
        Theorem(id="own/theorem-1", statement="", claims=(wrong,), reconstructed="no text at hand")
