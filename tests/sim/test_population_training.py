"""Adversarial training on the population: fields, optima, resting points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from sim.linear import population_training
from sim.linear import training as linear_training
from sim.linear.data import LinearModel, random_covariance
from sim.linear.population_minimiser import PopulationMinimiser
from sim.linear.population_training import gradient, jacobian, minimise, stationary_point, train
from sim.linear.surrogate_risk import risk

SEEDS = st.integers(0, 10**6)


def models(seed: int, n: int = 4, d: int = 3):
    """Random models with an attack and a smoothing for each."""
    rng = np.random.default_rng(seed)
    model = LinearModel(
        rng.standard_normal((n, d)), random_covariance(rng, n, d), rng.uniform(0.3, 1.5, n)
    )
    radius = rng.uniform(0.1, 1.5, n)
    return model, radius, model.signal_and_noise * 10 ** rng.uniform(-2, 0, n), rng


def value(loss: str, model: LinearModel, theta, radius, smoothing):
    q, b = model.residual_deviation(theta), np.linalg.norm(theta, axis=-1)
    return risk(loss, q, b, radius, smoothing).value


@given(SEEDS)
def test_gradients_are_the_derivatives_of_the_risks(seed):
    model, radius, smoothing, rng = models(seed)
    theta, u = rng.standard_normal((2, *model.theta_0.shape))
    step = 1e-5
    for loss in ("robust", "surrogate", "companion"):
        up, down = (value(loss, model, theta + k * u, radius, smoothing) for k in (step, -step))
        slope = np.einsum("ni,ni->n", gradient(loss, model, theta, radius, smoothing), u)
        assert np.allclose((up - down) / (2 * step), slope, rtol=1e-5, atol=1e-8 * up.max())


def test_the_training_field_is_the_mean_of_the_gradients_on_samples():
    model = LinearModel(np.array([1.0, -0.5]), np.array([[1.5, 0.4], [0.4, 0.8]]), 0.7)
    theta = np.array([0.4, 0.3])
    x, y = model.sample(np.random.default_rng(0), 400, 1000)
    many = linear_training.semi_gradient(np.tile(theta, (400, 1)), x, y, 0.8, 0.3)
    exact = gradient("training", model, theta, 0.8, 0.3)
    # alpha = 1e-6: two coordinates, five standard errors.
    error = many.std(axis=0) / np.sqrt(400)
    assert np.all(np.abs(many.mean(axis=0) - exact) < 5 * error)
    # and the check can fail: the gradient of the risk itself is many errors away
    assert np.any(np.abs(gradient("surrogate", model, theta, 0.8, 0.3) - exact) > 30 * error)


@given(SEEDS)
def test_jacobians_are_the_derivatives_of_the_fields(seed):
    model, radius, smoothing, rng = models(seed)
    theta = rng.standard_normal(model.theta_0.shape)
    step = 1e-5
    for field in ("robust", "surrogate", "companion", "training"):
        found = jacobian(field, model, theta, radius, smoothing)
        columns = [
            (
                gradient(field, model, theta + step * e, radius, smoothing)
                - gradient(field, model, theta - step * e, radius, smoothing)
            )
            / (2 * step)
            for e in np.eye(3)
        ]
        assert np.allclose(found, np.stack(columns, axis=-1), atol=1e-6 * np.abs(found).max())


@given(SEEDS)
def test_gradients_of_risks_turn_with_the_model(seed):
    model, radius, smoothing, rng = models(seed)
    theta = rng.standard_normal(model.theta_0.shape)
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    turned = LinearModel(model.theta_0 @ turn.T, turn @ model.covariance @ turn.T, model.noise)
    for field in ("robust", "surrogate", "companion", "training"):
        here = gradient(field, model, theta, radius, smoothing)
        there = gradient(field, turned, theta @ turn.T, radius, smoothing)
        assert np.allclose(there, here @ turn.T, rtol=1e-10, atol=1e-10)


@settings(max_examples=15)
@given(SEEDS)
def test_the_companion_minimum_is_what_a_general_minimiser_finds(seed):
    model, radius, smoothing, _ = models(seed, n=2)
    found = minimise("companion", model, radius, smoothing).theta
    for i in range(2):
        one = LinearModel(model.theta_0[i], model.covariance[i], model.noise[i])
        other = optimize.minimize(
            lambda theta, one=one, i=i: value("companion", one, theta, radius[i], smoothing[i]),
            one.theta_0 / 3,
            method="BFGS",
            options={"gtol": 1e-9},
        )
        reached = value("companion", one, found[i], radius[i], smoothing[i])
        assert reached <= other.fun * (1 + 1e-12)
        assert np.linalg.norm(found[i] - other.x) < 1e-4


@given(SEEDS)
def test_minima_have_no_gradient_and_no_negative_curvature(seed):
    model, radius, smoothing, _ = models(seed)
    for loss in ("companion", "surrogate"):
        point = minimise(loss, model, radius, smoothing)
        assert np.all(point.gradient < 1e-9)
        hessian = jacobian(loss, model, point.theta, radius, smoothing)
        symmetric = (hessian + np.swapaxes(hessian, -1, -2)) / 2
        assert np.all(np.linalg.eigvalsh(symmetric) > 0)


def test_the_minimum_does_not_depend_on_the_start():
    model, radius, smoothing, rng = models(7)
    first = minimise("companion", model, radius, smoothing).theta
    start = 5 * rng.standard_normal(model.theta_0.shape)
    assert np.allclose(
        minimise("companion", model, radius, smoothing, start).theta, first, atol=1e-9
    )


@settings(max_examples=20)
@given(SEEDS, st.floats(0.05, 3.0))
def test_the_robust_minimiser_agrees_with_the_closed_form(seed, radius):
    model, _, _, _ = models(seed, n=1)
    found = population_training.robust_minimiser(model, radius).theta[0]
    closed = PopulationMinimiser(
        model.theta_0[0], model.covariance[0], float(model.noise[0])
    ).minimise(radius)
    assert np.linalg.norm(found - closed.theta) < 1e-5


def test_without_noise_a_weak_attack_leaves_the_truth_optimal():
    model = LinearModel(np.array([1.0, 2.0]), None, 0.0)
    found = population_training.robust_minimiser(model, 0.5).theta
    assert np.allclose(found, model.theta_0, atol=1e-6)


@given(SEEDS)
def test_training_comes_to_rest_at_the_stationary_point(seed):
    model, radius, smoothing, _ = models(seed, n=3, d=2)
    rest = stationary_point(model, radius, smoothing)
    assert np.all(rest.gradient < 1e-9)
    step = smoothing / (40 * (1 + radius) * model.signal_and_noise)
    end = train(
        model,
        radius=radius,
        smoothing=smoothing,
        step=step,
        iterations=20,
        start=rest.theta + 1e-6,
        observe_at=(),
    ).theta
    assert np.all(np.linalg.norm(end - rest.theta, axis=-1) < np.linalg.norm(1e-6 * np.ones(2)))


def test_the_stationary_point_is_found_where_it_is_far_from_the_start():
    # Under weak noise training rests near theta_0, and Newton's method alone does not get there.
    model = LinearModel(np.array([1.0, 0.5]), None, 0.117)
    start = minimise("companion", model, 1.62, 0.70).theta
    point = stationary_point(model, 1.62, 0.70)
    assert point.gradient < 1e-9
    assert np.linalg.norm(start) < 0.8 < np.linalg.norm(point.theta)


def test_a_minimum_is_found_from_where_the_surrogate_risk_is_concave():
    model, smoothing = LinearModel(np.ones(10), None, 1.0), 0.05
    start = 0.0075 * np.ones(10)
    curvature = np.linalg.eigvalsh(jacobian("surrogate", model, start, 3.0, smoothing))
    assert curvature[0] < 0
    found = minimise("surrogate", model, 3.0, smoothing, start)
    assert found.gradient < 1e-9
    assert np.allclose(found.theta, found.theta[0])
    assert 0 < found.theta[0] < 0.0075


def test_points_are_taken_in_pieces_without_losing_any(monkeypatch):
    rng = np.random.default_rng(0)
    theta, x, y = rng.standard_normal((2, 3)), rng.standard_normal((2, 23, 3)), np.ones((2, 23))
    whole = linear_training.semi_gradient(theta, x, y, 0.5, 0.3)
    monkeypatch.setattr(linear_training, "POINTS_AT_ONCE", 5)
    assert np.allclose(linear_training.semi_gradient(theta, x, y, 0.5, 0.3), whole, rtol=1e-12)


def test_training_on_the_population_is_the_limit_of_training_on_samples():
    model = LinearModel(np.array([1.0, 0.5]), None, 0.5)
    options = dict(radius=0.5, smoothing=0.2, step=0.02, iterations=100)
    x, y = model.sample(np.random.default_rng(3), 1, 400_000)
    sample = linear_training.train(x, y, **options).theta[0]
    population = train(model, start=np.zeros(2), **options).theta
    # Standard errors are about 1e-3 each; alpha is far below 1e-6 at ten of them.
    assert np.linalg.norm(sample - population) < 1e-2
    assert np.linalg.norm(population) > 0.5


def test_training_scales_with_the_unit_of_the_response():
    model, radius, smoothing, _ = models(5)
    scaled = LinearModel(3 * model.theta_0, model.covariance, 3 * model.noise)
    options = dict(radius=radius, step=0.01, iterations=30)
    here = train(model, smoothing=smoothing, start=np.zeros((4, 3)), **options).theta
    there = train(scaled, smoothing=9 * smoothing, start=np.zeros((4, 3)), **options).theta
    assert np.allclose(there, 3 * here, rtol=1e-12)


def test_a_diverging_step_is_refused():
    model = LinearModel(np.array([1.0, 0.5]), None, 0.5)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="diverged"):
        train(model, radius=0.5, smoothing=0.2, step=50.0, iterations=400, start=np.ones(2))


def test_a_start_without_way_down_to_a_zero_is_refused(monkeypatch):
    monkeypatch.setattr(population_training, "NEWTON_STEPS", 1)
    model, radius, smoothing, _ = models(1)
    with pytest.raises(population_training.NotStationary, match="start nearer"):
        minimise("companion", model, radius, smoothing, 50 * np.ones((4, 3)))
