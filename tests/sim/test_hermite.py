"""Functions that represent powers, against independent integration and simulation."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import eval_hermitenorm

from sim.kernels import hermite
from sim.polynomials.complexity import complexity, plain_complexity


@given(st.integers(0, 12), st.floats(-5, 5))
def test_hermite_polynomials_are_those_of_probability(i, x):
    assert hermite.hermite(i, x) == pytest.approx(eval_hermitenorm(i, x), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("i", [1, 2, 5, 9])
def test_normaliser_against_adaptive_quadrature(i):
    edges = np.linspace(-9, 9, 37)
    exact = sum(
        integrate.quad(
            lambda b: abs(eval_hermitenorm(i - 1, b)) * np.exp(-(b**2)) / (2 * np.pi), *ends
        )[0]
        for ends in pairwise(edges)
    )
    assert hermite.normaliser(i) == pytest.approx(exact, rel=1e-6)


@settings(max_examples=60)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.05, 0.98))
def test_bivariate_normal_probability(h, k, r):
    exact = stats.multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([h, k])
    assert hermite.bivariate_normal(h, k, r) == pytest.approx(exact, abs=1e-6)


def test_bivariate_normal_where_it_degenerates():
    assert hermite.bivariate_normal(0.3, -0.2, 1.0) == pytest.approx(stats.norm.cdf(-0.2))
    assert hermite.bivariate_normal(0.0, 0.0, 0.5) == pytest.approx(1 / 3)


@pytest.mark.parametrize("i", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("t", [-0.9, 0.0, 0.4, 0.99999])
def test_without_clipping_the_power_is_represented_exactly(i, t):
    whole = hermite.Monomial(i, 20.0)
    assert whole.represented(np.array([t]))[0] == pytest.approx(t**i, rel=1e-14)
    barely = hermite.Monomial(i, 9.0)
    assert barely.represented(np.array([t]))[0] == pytest.approx(t**i, abs=1e-12)


@pytest.mark.parametrize(("i", "clip", "t"), [(1, 1.0, 0.6), (2, 1.5, -0.8), (3, 2.0, 1.0)])
def test_represented_value_is_the_mean_of_the_function(i, clip, t):
    rng = np.random.default_rng(i)
    n = 400_000
    a, other, beta = rng.standard_normal((3, n))
    z = t * a + np.sqrt(1 - t**2) * other
    h = hermite.Monomial(i, clip)
    value = h(a, beta) * (z + beta >= 0)
    error = value.std() / np.sqrt(n)
    assert abs(value.mean() - h.represented(np.array([t]))[0]) < 5.5 * error  # 4e-8
    assert np.abs(h(a, beta)).max() <= h.largest * (1 + 1e-12)


@pytest.mark.parametrize("accuracy", [0.05, 1e-4])
def test_clip_is_nearly_the_least(accuracy):
    h = hermite.monomial(2, accuracy)
    t = np.linspace(-1, 1, 41)
    assert np.abs(h.represented(t) - t**2).max() <= accuracy
    less = hermite.Monomial(2, h.clip - 0.02)
    assert np.abs(less.represented(t) - t**2).max() > accuracy


def test_representation_adds_up():
    h = hermite.representation([0.5, 0.0, -1.0, 0.25], 0.01)
    t = np.linspace(-1, 1, 9)
    assert np.abs(h.represented(t) - (0.5 - t**2 + 0.25 * t**3)).max() <= 0.01
    a, beta = np.random.default_rng(0).standard_normal((2, 1000)) * 3
    assert np.abs(h(a, beta)).max() <= h.largest


def test_half_space_mean_of_a_clipped_variable():
    """At ``t = 0`` the half-space is independent: the mean of an odd function vanishes."""
    assert hermite.half_space_mean(3, 0.0, 0.4, clip=1.0) == pytest.approx(0, abs=1e-14)
    exact = 2 * stats.norm.pdf(0) - 2 * stats.norm.pdf(1) + 2 * stats.norm.sf(1)
    positive = 2 * hermite.half_space_mean(1, 1 - 1e-13, 0.0, clip=1.0)
    assert positive == pytest.approx(exact, rel=1e-5)


def test_complexity_by_hand():
    alpha = np.array([2.0, -1.0, 0.5])
    accuracy = np.exp(-4.0)  # ln(1/accuracy) = 4
    expected = 2 + 3 * (1 + 2) + 9 * (1 + 2) * 0.5
    assert complexity(alpha, accuracy, 3.0) == pytest.approx(expected)
    assert plain_complexity(alpha, 2.0) == pytest.approx(2 * (2 + 2**1.75 + 0.5 * 3**1.75))
