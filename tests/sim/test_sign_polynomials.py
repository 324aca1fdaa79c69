"""Polynomials near the sign and a step, against grids, mpmath and known optima."""

from fractions import Fraction
from itertools import pairwise

import flint
import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.polynomial import chebyshev as series

from sim.polynomials import certified, optimal, sign
from sim.polynomials.step import Step

coefficients = st.lists(st.integers(-50, 50), min_size=1, max_size=12)


@given(coefficients, st.floats(-3, 3), st.floats(-1, 0.9), st.floats(0.01, 2))
def test_bracket_encloses_the_supremum(given_coefficients, target, low, width):
    polynomial = flint.fmpq_poly(given_coefficients)
    bracket = certified.greatest_distance(polynomial, target, low, low + width)
    x = np.linspace(low, low + width, 2001)
    on_grid = np.abs(np.polynomial.polynomial.polyval(x, given_coefficients) - target).max()
    rounding = 1e-9 * (1 + on_grid)
    assert on_grid <= bracket.high + rounding
    assert bracket.low <= bracket.high <= 1.01 * bracket.low + rounding


def test_bound_of_a_chebyshev_polynomial_is_one_within_a_hundredth():
    polynomial = certified.chebyshev_series([0] * 40 + [1], flint.fmpq_poly([0, 1]))
    low, high = certified.greatest_distance(polynomial, 0, -1, 1)
    assert low <= 1 <= high < 1.01


def test_a_spike_between_coarse_points_is_not_overlooked():
    """The point of the bound: a narrow maximum that a grid of 200 points misses."""
    polynomial = certified.chebyshev_series([0] * 300 + [1], flint.fmpq_poly([0, 1]))
    bracket = certified.greatest_distance(polynomial, 0, 1, Fraction(101, 100))
    exact = float(mpmath.chebyt(300, mpmath.mpf("1.01")))
    assert bracket.low <= exact <= bracket.high


@given(st.lists(st.floats(-4, 4), min_size=1, max_size=20), st.floats(-1, 1))
def test_chebyshev_series_is_exact(weights, x):
    polynomial = certified.chebyshev_series(weights, flint.fmpq_poly([0, 1]))
    value = certified.values(polynomial, [x])[0]
    assert value == pytest.approx(series.chebval(x, weights), abs=1e-9)


def test_series_of_a_single_weight_is_constant():
    assert certified.chebyshev_series([0.25], flint.fmpq_poly([0, 1])).coeffs() == [
        flint.fmpq(1, 4)
    ]


@pytest.mark.parametrize("name", sorted(sign.CONSTRUCTIONS))
@pytest.mark.parametrize(("half_gap", "accuracy"), [(0.7, 1e-6), (0.3, 0.01), (0.1, 0.5)])
def test_sign_polynomials_are_odd_and_as_near_as_they_say(name, half_gap, accuracy):
    p = sign.CONSTRUCTIONS[name](half_gap, accuracy)
    with mpmath.workdps(60):
        exact = [mpmath.mpf(int(c.p)) / int(c.q) for c in p.polynomial.coeffs()]
        x = [half_gap + (1 - half_gap) * i / 200 for i in range(201)]
        errors = [float(abs(mpmath.polyval(exact[::-1], one) - 1)) for one in x]
    assert max(errors) <= p.error.high <= accuracy
    assert p.degree == len(exact) - 1
    assert all(c == 0 for c in exact[::2])
    assert 2**p.log2_coefficient >= max(float(abs(c)) for c in exact)


@settings(max_examples=15)
@example(0.1875, 0.75)
@given(st.floats(0.15, 0.9), st.floats(1e-5, 0.9))
def test_chebyshev_is_at_most_one_odd_power_longer_than_two_levels(half_gap, accuracy):
    """Where a few powers do, that of two levels may have the luck of its coefficients."""
    two_level = sign.two_level(half_gap, accuracy).degree
    assert sign.chebyshev(half_gap, accuracy).degree <= two_level + 2


@pytest.mark.parametrize("half_gap", [0.1, 0.35, 0.8])
def test_best_line_through_zero(half_gap):
    """Of ``c x`` the error is least where it is the same at both ends: (1 - g) / (1 + g)."""
    low, high = optimal.least_sign_error(half_gap, 1)
    assert low == pytest.approx((1 - half_gap) / (1 + half_gap), rel=1e-12)
    assert low <= high


def test_least_error_bounds_every_construction_and_falls():
    errors = [optimal.least_sign_error(0.2, terms) for terms in range(1, 15)]
    assert all(after.high < before.low for before, after in pairwise(errors))
    for made in sign.CONSTRUCTIONS.values():
        p = made(0.2, 0.05)
        assert p.error.high >= errors[(p.degree + 1) // 2 - 1].low


def test_step_is_one_near_and_zero_far():
    step = Step.between(1.2, 0.05)
    q = step.polynomial(0.01)
    near, far = np.linspace(float(step.near), 1, 300), np.linspace(-1, float(step.far), 300)
    assert np.abs(certified.values(q.polynomial, near) - 1).max() <= q.error_near.high <= 0.005
    assert np.abs(certified.values(q.polynomial, far)).max() <= q.error_far.high <= 0.005
    assert np.allclose(certified.values(q.polynomial, [float(step.middle)]), 0.5)


def test_step_lies_where_distances_put_it():
    step = Step.between(1.0, 0.125)
    assert step.near == 1 - Fraction(1, 128)
    assert step.far == 1 - Fraction(49, 128)
    assert step.half_gap == (step.near - step.far) / 4 == Fraction(3, 32)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        sign.chebyshev(0.0, 0.1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        sign.two_level(0.5, 1.0)
    with pytest.raises(ValueError, match="2 attack < separation"):
        Step.between(0.2, 0.1)
    with pytest.raises(ValueError, match="low <= high"):
        certified.greatest_distance(flint.fmpq_poly([1]), 0, 1, 0)
    with pytest.raises(ValueError, match="terms >= 1"):
        optimal.least_sign_error(0.5, 0)
