"""Hypotheses that can be checked, and regimes whose margin is printed."""

import numpy as np
import pytest
import sympy as sp

from bounds import regime, required

n, d, C = sp.symbols("n d C", positive=True)


def test_a_required_hypothesis_is_met_or_not():
    many = required(d > n, "more inputs than points")
    assert many.met({"d": 3, "n": 2}) and not many.met({"d": 2, "n": 2})
    assert not many.met({"d": np.array([3.0, 1.0]), "n": 2})


def test_a_hypothesis_in_words_alone_is_met():
    assert required(None, "inputs are Gaussian").met({})


@pytest.mark.parametrize("statement", [d >= C * n**2, C * n**2 <= d, d > C * n**2])
def test_the_margin_of_a_predicate_is_the_ratio_of_its_sides(statement):
    assumed = regime(statement, "d is large")
    assert assumed.margin({"d": 50, "n": 5, "C": 1}) == pytest.approx(2)
    assert assumed.margin({"d": 5, "n": 5, "C": 0}) == np.inf
    assert assumed.met({"d": 50, "n": 5, "C": 1})


def test_the_margin_of_a_limit_grows_along_the_regime():
    small, large = regime(n / d, "n/d vanishes", tends_to=0), regime(d, "d grows", tends_to=sp.oo)
    assert small.margin({"n": 1, "d": 100}) == pytest.approx(100)
    assert small.margin({"n": 0, "d": 100}) == np.inf
    assert large.margin({"d": 7}) == 7
    with pytest.raises(ValueError, match="to 0 or to infinity"):
        regime(n, "n tends to one", tends_to=1)


def test_an_equation_has_no_margin_and_hypotheses_print_themselves():
    assert required(sp.Eq(n, 2), "two points").margin({"n": 2}) is None
    assert str(required(n > 2, "enough points")) == "enough points: n > 2"
    assert str(regime(n / d, "wide", tends_to=0)) == "wide: n/d -> 0"
