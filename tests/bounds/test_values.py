"""Values are read when a claim is made: numbers become floats, odd ones are refused in words."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from bounds import (
    BigO,
    Identity,
    Inequality,
    Limit,
    Monotone,
    Mutant,
    Probability,
    Theorem,
    Theta,
    regime,
    required,
)
from bounds.values import real

n, d = sp.symbols("n d", positive=True)
x = sp.Symbol("x", real=True)


@given(st.floats(0, 1e6), st.sampled_from([float, np.float64, sp.Float, Fraction, sp.Rational]))
def test_a_number_is_the_same_float_however_it_is_written(value, kind):
    claim = Theta("a", "y", n, log_slack=kind(value))
    assert type(claim.log_slack) is float and claim.log_slack == pytest.approx(value, rel=1e-12)


def test_a_rate_of_sympys_is_a_float_and_a_root_is_one_too():
    assert Theta("a", "y", n, rate=sp.Rational(2, 3)).rate == 2 / 3
    assert Limit("a", "y", 0, rate=sp.sqrt(2)).rate == 2**0.5
    assert (real(n), real("1"), real(True), real(sp.I)) == (None,) * 4


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Identity("a", "y", 1, expected="brokn", because="b"), "not 'brokn'. Did you mean"),
        (lambda: Identity("a", "y", 1, expected=None), "expected is one of 'holds', 'broken'"),
        (lambda: Identity("a", "y", 1, tolerance="1%"), "tolerance='1%'; it is a number from 0"),
        (lambda: Identity("a", "y", 1, tolerance=-0.1), "tolerance=-0.1; it is a number from 0"),
        (lambda: Identity("a", "y", 1, bias=float("nan")), "bias=nan; it is a number from 0"),
        (lambda: Identity("a", "y", 1, exact="yes"), "exact='yes'; it is True or False"),
        (lambda: Identity("a", "y", 1, range=(1, 0)), "low < high"),
        (lambda: Identity("a", "y", 1, range=(1, 1)), "low < high"),
        (
            lambda: Identity("a", "y", 1, range=5),
            r"range is \(low, high\), .*, not 5",
        ),
        (lambda: Identity("a", "y", 1, functional="quantile", probability=1), "between 0 and 1"),
        (lambda: Inequality("a", "y", at_most=1, tolerance=None), "tolerance=None; it is a number"),
        (lambda: Probability("a", "y", at_most=1, tolerance=n), "tolerance=n; it is a number"),
        (lambda: Theta("a", "y", n, rate=0), "rate=0; it is a positive number, such as 0.5"),
        (lambda: BigO("a", "y", n, corrections="powr"), "corrections is one of 'log', 'power'"),
        (lambda: Limit("a", "y", 0, gap=sp.oo), "gap=oo; it is a positive number"),
        (lambda: Monotone("a", "y", "n", dip=1), "dip=1; it is a number from 0 below 1"),
        (lambda: Identity("a", "y**2", 1), "observable is 'y..2', but a string is the name of"),
        (lambda: Identity("a", "y", "d * n"), "equals is 'd . n', but a string .* write a formula"),
        (lambda: Identity("a", None, 1), "observable is None; expected is a formula"),
        (lambda: Identity("a", "y", [1, 2]), r"equals is \[1, 2\]; expected is a formula"),
        (lambda: Identity("a", "y", sp.nan), "equals is nan, which is no number"),
        (lambda: Identity("a", "y", 1 / (d - d)), "divided by zero"),
        (lambda: Identity("a", "y", lambda cell: 1), "equals is <function .*; expected"),
        (lambda: Identity(x, d, 1), "begins with its name, a word such as Identity..norm"),
        (lambda: Identity("a", "y", 1, where=n - d), "where is a condition on symbols, such as"),
        (lambda: Identity("a", "y", 1, where="n > d"), "where is a condition on symbols"),
        (lambda: Identity("a", "y", 1, mutants=Mutant("b", equals=2)), r"a list, \[Mutant"),
        (lambda: required("n is large", n > d), r"required\(CONDITION, WORDS\), such as"),
        (lambda: required(n - d, "n is large"), "'n is large' is a condition on symbols"),
        (lambda: required("n > d", "n is large"), "is a condition on symbols"),
        (lambda: regime(n / d, "n is large"), "without tends_to=, is a condition"),
    ],
)
def test_an_odd_value_is_refused_with_what_is_expected(make, words):
    with pytest.raises(ValueError, match=words):
        make()


CLAIM = Identity("a", "y", 1)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"claims": CLAIM}, r"claims is a list, \[Identity\(NAME"),
        ({"claims": [required(n > d, "b")]}, r"claims has Hypothesis\(.* expected is Identity"),
        ({"claims": [CLAIM], "hypotheses": [n > d]}, r"expected is required\(CONDITION, WORDS\)"),
        ({"claims": [CLAIM], "hypotheses": required(n > d, "b")}, "hypotheses is a list"),
        ({"claims": [CLAIM], "uses": "own/lemma-2"}, "uses is a list"),
    ],
)
def test_what_is_listed_in_a_theorem_is_a_list_of_the_right_things(more, words):
    with pytest.raises(ValueError, match=f"own/lemma-1: {words}|own/lemma-1: .*{words}"):
        Theorem(id="own/lemma-1", statement="", **more)


def test_conditions_that_are_settled_at_once_are_conditions():
    assert Identity("a", "y", 1, where=True).where is sp.true
    assert required(n > 0, "n is positive").statement is sp.true
