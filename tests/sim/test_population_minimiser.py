"""The fast minimiser of the population risk against the slow one and its own gradient."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.linear.population_minimiser import PopulationMinimiser
from sim.linear.population_risk import minimise_risk, robust_risk_by_quadrature

SEEDS = st.integers(0, 2**32 - 1)
SHARES = st.sampled_from([1e-6, 0.01, 0.1, 0.3, 0.6, 0.9, 0.99, 0.9999])


def draw(seed, d):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((d, d)) * 10.0 ** rng.uniform(-1, 1)
    return rng.standard_normal(d), root @ root.T + 0.05 * np.eye(d)


@given(SEEDS, st.integers(1, 8), SHARES, st.floats(0.03, 30))
def test_gradient_vanishes(seed, d, share, noise):
    theta_0, covariance = draw(seed, d)
    sigma = noise * np.sqrt(theta_0 @ covariance @ theta_0)
    problem = PopulationMinimiser(theta_0, covariance, sigma)
    radius = share * problem.null_radius
    gradient = problem.gradient(problem.minimise(radius).theta, radius)
    assert np.linalg.norm(gradient) <= 1e-12 * np.linalg.norm(2 * covariance @ theta_0)


@given(SEEDS, st.integers(1, 5), SHARES, st.sampled_from([0.0, 0.1, 1.0, 10.0]))
def test_it_agrees_with_general_convex_optimisation(seed, d, share, noise):
    theta_0, covariance = draw(seed, d)
    sigma = noise * np.sqrt(theta_0 @ covariance @ theta_0)
    problem = PopulationMinimiser(theta_0, covariance, sigma)
    radius = share * problem.null_radius
    fast, slow = problem.minimise(radius), minimise_risk(theta_0, covariance, sigma, radius)
    away = fast.theta - slow.theta
    scale = np.sqrt(theta_0 @ covariance @ theta_0 + sigma**2)
    assert np.sqrt(away @ covariance @ away) <= 1e-10 * scale + 2 * slow.error
    assert fast.risk == pytest.approx(slow.risk, rel=1e-12)


@given(SEEDS, st.integers(1, 5), SHARES)
def test_risk_reported_is_the_risk_of_theta(seed, d, share):
    theta_0, covariance = draw(seed, d)
    problem = PopulationMinimiser(theta_0, covariance, 0.7)
    radius = share * problem.null_radius
    found = problem.minimise(radius)
    risk = robust_risk_by_quadrature(found.theta, theta_0, covariance, 0.7, radius)
    assert found.risk == pytest.approx(float(risk), rel=1e-12)


def test_gradient_is_the_slope_of_the_risk():
    theta_0, covariance = draw(1, 4)
    problem = PopulationMinimiser(theta_0, covariance, 0.7)
    theta, h = np.array([0.3, -0.2, 0.1, 0.4]), 1e-6
    steps = h * np.vstack([np.eye(4), -np.eye(4)])
    risks = robust_risk_by_quadrature(theta + steps, theta_0, covariance, 0.7, 0.5)
    np.testing.assert_allclose(
        problem.gradient(theta, 0.5), (risks[:4] - risks[4:]) / (2 * h), rtol=1e-6
    )
    for kink, noise in ((np.zeros(4), 0.7), (theta_0, 0.0)):
        with pytest.raises(ValueError, match="kink"):
            PopulationMinimiser(theta_0, covariance, noise).gradient(kink, 0.5)


def test_zero_exactly_from_the_null_radius_on():
    theta_0, covariance = draw(2, 5)
    problem = PopulationMinimiser(theta_0, covariance, 0.5)
    for factor in (1.0, 1.5, 100.0):
        beyond = problem.minimise(factor * problem.null_radius)
        assert not beyond.theta.any()
        assert beyond.ridge == np.inf
        assert beyond.risk == pytest.approx(theta_0 @ covariance @ theta_0 + 0.25, rel=1e-13)
    # The transition is continuous: the coefficients are proportional to the distance from it.
    near = [
        np.linalg.norm(problem.minimise(problem.null_radius * (1 - gap)).theta)
        for gap in (1e-4, 1e-6)
    ]
    assert near[0] / near[1] == pytest.approx(100, rel=1e-2)


def test_truth_exactly_up_to_the_exact_radius_without_noise():
    theta_0, covariance = draw(3, 4)
    problem = PopulationMinimiser(theta_0, covariance, 0.0)
    assert 0 < problem.exact_radius < problem.null_radius
    inside = problem.minimise(0.999 * problem.exact_radius)
    np.testing.assert_array_equal(inside.theta, theta_0)
    assert inside.ridge == 0
    radius = 0.999 * problem.exact_radius
    assert inside.risk == pytest.approx(radius**2 * theta_0 @ theta_0, rel=1e-13)
    assert problem.minimise(1.001 * problem.exact_radius).ridge > 0
    assert PopulationMinimiser(theta_0, covariance, 1e-9).exact_radius == 0
    # White inputs: the two radii are c and 1 / c for c the mean absolute value of a normal.
    white = PopulationMinimiser(theta_0, np.eye(4), 0.0)
    assert white.exact_radius * white.null_radius == pytest.approx(1, rel=1e-13)
    assert white.exact_radius == pytest.approx(0.7978845608028654, rel=1e-13)


def test_without_attack_it_is_the_truth():
    theta_0, covariance = draw(4, 3)
    found = PopulationMinimiser(theta_0, covariance, 0.5).minimise(0.0)
    np.testing.assert_array_equal(found.theta, theta_0)
    assert found.risk == pytest.approx(0.25, rel=1e-15)


@given(SEEDS, st.integers(1, 6), st.floats(-8, 8), st.sampled_from([0.0, 0.5]))
def test_radius_of_a_ridge_inverts_the_ridge_of_a_radius(seed, d, log_ridge, sigma):
    theta_0, covariance = draw(seed, d)
    problem = PopulationMinimiser(theta_0, covariance, sigma)
    radius = problem.radius_at(10.0**log_ridge)
    assert problem.exact_radius <= radius * (1 + 1e-12)
    assert radius <= problem.null_radius * (1 + 1e-12)
    if 1.0001 * problem.exact_radius < radius < 0.9999 * problem.null_radius:
        assert problem.minimise(radius).ridge == pytest.approx(10.0**log_ridge, rel=1e-6)
    assert problem.radius_at(10.0**log_ridge * 1.1) >= radius * (1 - 1e-14)


@given(SEEDS, st.integers(1, 5), SHARES, st.floats(-3, 3))
def test_rotation_and_units(seed, d, share, log_unit):
    theta_0, covariance = draw(seed, d)
    unit = 10.0**log_unit
    rotation = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]
    base = PopulationMinimiser(theta_0, covariance, 0.6)
    radius = share * base.null_radius
    expected = base.minimise(radius)
    turned = PopulationMinimiser(rotation @ theta_0, rotation @ covariance @ rotation.T, 0.6)
    np.testing.assert_allclose(
        turned.minimise(radius).theta,
        rotation @ expected.theta,
        atol=1e-8 * np.linalg.norm(theta_0),
    )
    scaled = PopulationMinimiser(unit * theta_0, covariance, 0.6 * unit).minimise(radius)
    assert scaled.risk == pytest.approx(unit**2 * expected.risk, rel=1e-11)
    inputs = PopulationMinimiser(theta_0 / unit, unit**2 * covariance, 0.6).minimise(unit * radius)
    assert inputs.risk == pytest.approx(expected.risk, rel=1e-11)


def test_published_example_of_ten_equal_coefficients():
    problem = PopulationMinimiser(np.ones(10), np.eye(10), 1.0)
    assert problem.null_radius == pytest.approx(1.194988, abs=5e-7)
    # Xing, Song and Cheng, Figures 1 and 5: values from 200 bisections of the stationarity.
    for radius, coefficient, risk in (
        (0.1, 0.971831, 1.594734),
        (0.5, 0.814517, 5.385207),
        (1.0, 0.308762, 10.476738),
        (1.19, 0.006884, 10.999713),
        (3.0, 0.0, 11.0),
    ):
        found = problem.minimise(radius)
        np.testing.assert_allclose(found.theta, coefficient, atol=6e-7)
        assert found.risk == pytest.approx(risk, abs=6e-7)


def test_path_gives_what_single_minimisations_give():
    theta_0, covariance = draw(5, 6)
    problem = PopulationMinimiser(theta_0, covariance, 0.0)
    radii = np.r_[0.0, 0.5 * problem.exact_radius, 0.7 * problem.null_radius, 1e-3, 2, 50]
    theta, risk, ridge = problem.path(radii)
    for k, radius in enumerate(radii):
        one = problem.minimise(radius)
        np.testing.assert_allclose(theta[k], one.theta, atol=1e-13)
        assert (risk[k], ridge[k]) == (one.risk, one.ridge)
    assert [part.shape for part in problem.path([])] == [(0, 6), (0,), (0,)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones(2), np.eye(3), 1.0), "theta_0 must be"),
        ((np.array([1.0, np.inf]), np.eye(2), 1.0), "must be finite"),
        ((np.zeros(2), np.eye(2), 1.0), "not zero"),
        ((np.ones(2), np.eye(2), -1.0), "sigma must be"),
        ((np.ones(2), np.array([[1.0, 0.5], [0.2, 1.0]]), 1.0), "symmetric"),
        ((np.ones(2), np.ones((2, 2)), 1.0), "positive definite"),
    ],
)
def test_bad_input_is_refused_with_a_reason(arguments, message):
    with pytest.raises(ValueError, match=message):
        PopulationMinimiser(*arguments)


def test_negative_radius_is_refused():
    with pytest.raises(ValueError, match="radius must be"):
        PopulationMinimiser(np.ones(2), np.eye(2), 1.0).minimise(-0.1)
