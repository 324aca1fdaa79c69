"""Minimiser of the population adversarial risk plus an L1 penalty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from sim.linear.data import LinearModel, random_covariance
from sim.linear.penalised_population import minimise_penalised_risk, soft_threshold
from sim.linear.population_minimiser import PopulationMinimiser
from sim.linear.population_risk import robust_risk_by_quadrature


def model_of(seed: int, d: int = 3, count: int = 2) -> tuple[LinearModel, np.ndarray]:
    rng = np.random.default_rng(seed)
    theta_0 = rng.standard_normal((count, d))
    noise = np.linalg.norm(theta_0, axis=1) * rng.uniform(0.3, 1.5, count)
    model = LinearModel(theta_0, random_covariance(rng, count, d), noise)
    unit = np.linalg.norm(model.times_covariance(theta_0), axis=1)
    return model, rng.uniform(0.1, 0.9, count) * unit / np.sqrt(model.signal_and_noise)


@given(st.integers(0, 10_000))
def test_without_penalty_it_is_the_robust_minimiser(seed):
    model, radius = model_of(seed)
    found = minimise_penalised_risk(model, radius, 0.0)
    for i, one in enumerate(radius):
        exact = PopulationMinimiser(model.theta_0[i], model.covariance[i], model.noise[i])
        best = exact.minimise(one)
        np.testing.assert_allclose(found.theta[i], best.theta, atol=1e-9)
        assert found.risk[i] == pytest.approx(best.risk, rel=1e-12)


@given(st.integers(0, 10_000), st.floats(0.01, 1.0))
def test_no_point_nearby_has_a_smaller_objective(seed, share):
    model, radius = model_of(seed, count=1)
    penalty = share * float(np.abs(model.times_covariance(model.theta_0)).max())
    found = minimise_penalised_risk(model, radius, penalty)

    def objective(theta):
        risk = robust_risk_by_quadrature(
            theta, model.theta_0[0], model.covariance[0], model.noise[0], radius[0]
        )
        return risk + penalty * np.abs(theta).sum(axis=-1)

    best = objective(found.theta[0])
    rng = np.random.default_rng(seed)
    steps = 10.0 ** rng.uniform(-6, 0, (200, 1)) * rng.standard_normal((200, 3))
    assert np.all(objective(found.theta[0] + steps) >= best - 1e-11 * abs(best))
    rough = optimize.minimize(
        objective,
        model.theta_0[0],
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-12, "maxiter": 4000},
    )
    assert best <= rough.fun + 1e-9 * abs(best)


@given(st.integers(0, 10_000), st.floats(1e-3, 1e3))
def test_rescaling_the_response_rescales_the_solution(seed, factor):
    model, radius = model_of(seed)
    scaled = LinearModel(factor * model.theta_0, model.covariance, factor * model.noise)
    one = minimise_penalised_risk(model, radius, 0.2)
    other = minimise_penalised_risk(scaled, radius, 0.2 * factor)
    np.testing.assert_allclose(other.theta, factor * one.theta, rtol=1e-8, atol=1e-9 * factor)


@given(st.integers(0, 10_000))
def test_without_attack_and_correlation_it_is_a_soft_threshold(seed):
    rng = np.random.default_rng(seed)
    theta_0 = rng.standard_normal((4, 6))
    found = minimise_penalised_risk(LinearModel(theta_0, noise=0.7), 0.0, 0.8)
    np.testing.assert_allclose(found.theta, soft_threshold(theta_0, 0.4), atol=1e-12)


def test_zero_is_exact_beyond_the_null_penalty_and_not_before():
    # For one coefficient of size 1 the objective's slope at zero vanishes at 2 (1 - c_0 eps v).
    edge = 2 * (1 - np.sqrt(2 / np.pi) * 0.5 * np.sqrt(2))
    model = LinearModel(np.array([[1.0], [1.0]]), noise=1.0)
    found = minimise_penalised_risk(model, 0.5, edge * np.array([0.97, 1.0001]))
    assert found.theta[0, 0] > 0 and found.theta[1, 0] == 0 and found.error[1] == 0


@given(st.integers(0, 10_000))
def test_the_error_bounds_the_distance_to_a_far_more_careful_minimum(seed):
    model, radius = model_of(seed)
    found = minimise_penalised_risk(model, radius, 0.1)
    assert np.all(found.error < 1e-10 * (1 + np.linalg.norm(model.theta_0, axis=1)))


@pytest.mark.parametrize(
    ("noise", "radius", "penalty"),
    [
        (0.0, 0.1, 0.1),
        (1.0, -0.1, 0.1),
        (1.0, 0.1, -1.0),
        (1.0, np.inf, 0.1),
    ],
)
def test_values_outside_the_domain_are_refused(noise, radius, penalty):
    with pytest.raises(ValueError, match="must be"):
        minimise_penalised_risk(LinearModel(np.ones((1, 2)), noise=noise), radius, penalty)
