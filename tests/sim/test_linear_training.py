"""Adversarial training of the linear model with the attack frozen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.linear import attack as linear_attack
from sim.linear import training as linear_training

SEEDS = st.integers(0, 10**6)


def problem(seed: int, replicates: int = 2, n: int = 12, d: int = 3):
    rng = np.random.default_rng(seed)
    return (
        rng.standard_normal((replicates, d)),
        rng.standard_normal((replicates, n, d)),
        rng.standard_normal((replicates, n)),
    )


@given(SEEDS, st.floats(0.0, 3.0), st.floats(0.0, 2.0))
def test_attacked_loss_is_the_loss_of_explicitly_attacked_inputs(seed, radius, smoothing):
    theta, x, y = problem(seed)
    moved = x + linear_attack.smoothed(theta, x, y, radius, smoothing)
    explicit = linear_attack.squared_loss(theta, moved, y).mean(axis=-1)
    assert np.allclose(
        linear_training.attacked_loss(theta, x, y, radius, smoothing), explicit, rtol=1e-11
    )


@given(SEEDS, st.floats(0.0, 3.0), st.floats(0.0, 2.0))
def test_the_attack_is_the_multiplier_times_the_coefficients(seed, radius, smoothing):
    theta, x, y = problem(seed)
    m = linear_training.attack_multiplier(
        linear_attack.residual(theta, x, y), np.linalg.norm(theta, axis=-1), radius, smoothing
    )
    explicit = linear_attack.smoothed(theta, x, y, radius, smoothing)
    assert np.allclose(m[..., None] * theta[:, None, :], explicit, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("smoothing", "expected"), [(0.0, 0.0), (0.5, 12.0)])
def test_at_zero_coefficients_there_is_no_attack_without_smoothing(smoothing, expected):
    # With smoothing the multiplier is radius * residual / (smoothing / 2), of a vanishing vector.
    m = linear_training.attack_multiplier(np.array([[1.0]]), np.zeros(1), 3.0, smoothing)
    assert m.item() == pytest.approx(expected)


@given(SEEDS, st.floats(0.0, 3.0), st.floats(0.0, 2.0))
def test_semi_gradient_is_the_derivative_with_the_attack_frozen(seed, radius, smoothing):
    theta, x, y = problem(seed)
    frozen = x + linear_attack.smoothed(theta, x, y, radius, smoothing)
    slope = linear_training.semi_gradient(theta, x, y, radius, smoothing)
    step = 1e-4
    for coordinate in range(3):
        move = step * np.eye(3)[coordinate]
        # The loss is quadratic in theta once the attack is frozen: central differences are exact.
        up, down = (
            linear_attack.squared_loss(theta + sign * move, frozen, y).mean(axis=-1)
            for sign in (1, -1)
        )
        scale = 1 + np.abs(up)
        assert np.all(np.abs((up - down) / (2 * step) - slope[:, coordinate]) < 1e-8 * scale)


def test_without_attack_it_is_gradient_descent_on_least_squares():
    _, x, y = problem(1)
    found = linear_training.train(x, y, radius=0.0, step=0.1, iterations=4000).theta
    exact = np.stack([np.linalg.lstsq(a, b, rcond=None)[0] for a, b in zip(x, y, strict=True)])
    assert np.allclose(found, exact, atol=1e-9)


def test_replicates_do_not_influence_one_another():
    _, x, y = problem(2, replicates=3)
    options = dict(radius=0.5, smoothing=0.2, step=0.05, iterations=50)
    together = linear_training.train(x, y, **options).theta
    alone = linear_training.train(x[1:2], y[1:2], **options).theta
    assert np.allclose(together[1:2], alone, rtol=1e-13)


def test_radius_and_step_may_differ_between_replicates():
    _, x, y = problem(3)
    radius, step = np.array([0.2, 1.0]), np.array([0.05, 0.02])
    both = linear_training.train(x, y, radius=radius, smoothing=0.3, step=step, iterations=30)
    one = linear_training.train(x[1], y[1], radius=1.0, smoothing=0.3, step=0.02, iterations=30)
    assert np.allclose(both.theta[1], one.theta, rtol=1e-12)


@given(SEEDS, st.floats(0.1, 10.0))
def test_scaling_responses_scales_the_whole_trajectory(seed, factor):
    theta, x, y = problem(seed)
    options = dict(radius=0.7, step=0.03, iterations=20)
    plain = linear_training.train(x, y, smoothing=0.4, start=theta, **options).theta
    scaled = linear_training.train(
        x, factor * y, smoothing=0.4 * factor**2, start=factor * theta, **options
    ).theta
    assert np.allclose(scaled, factor * plain, rtol=1e-9, atol=1e-12)


def test_observers_see_the_start_and_the_chosen_iterations():
    _, x, y = problem(4)
    seen = linear_training.train(
        x,
        y,
        radius=0.1,
        step=0.05,
        iterations=10,
        observe_at=(0, 3, 10),
        observers={"size": lambda theta: np.linalg.norm(theta, axis=-1)},
    )
    assert seen.iterations.tolist() == [0, 3, 10]
    assert seen.history["size"].shape == (2, 3)
    assert np.all(seen.history["size"][:, 0] == 0)
    assert np.allclose(seen.history["size"][:, -1], np.linalg.norm(seen.theta, axis=-1))


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
def test_divergence_is_an_error_that_names_the_step():
    _, x, y = problem(5)
    with pytest.raises(FloatingPointError, match="smaller step"):
        linear_training.train(x, y, radius=0.1, step=50.0, iterations=2000)
