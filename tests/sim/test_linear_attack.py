"""Attacks on the linear model's squared loss."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from sim.linear import attack as linear_attack

NORMS = st.sampled_from(["l2", "linf"])
SEEDS = st.integers(0, 10**6)
RADII = st.floats(0.0, 5.0)


def problem(seed: int, n: int = 6, d: int = 3):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(d), rng.standard_normal((n, d)), rng.standard_normal(n)


def length(perturbation: np.ndarray, norm: str) -> np.ndarray:
    return np.linalg.norm(perturbation, 2 if norm == "l2" else np.inf, axis=-1)


@given(SEEDS, RADII, NORMS, st.floats(0.0, 3.0))
def test_every_attack_stays_in_the_ball_and_orders_the_losses(seed, radius, norm, smoothing):
    theta, x, y = problem(seed)
    attacks = {
        "worst": linear_attack.worst_case(theta, x, y, radius, norm),
        "smoothed": linear_attack.smoothed(theta, x, y, radius, smoothing, norm),
        "ascent": linear_attack.projected_ascent(
            theta, x, y, radius, norm, rng=np.random.default_rng(seed), steps=20
        ),
        "fast": linear_attack.fast_gradient(theta, x, y, radius, norm),
    }
    loss = {k: linear_attack.squared_loss(theta, x + v, y) for k, v in attacks.items()}
    clean = linear_attack.squared_loss(theta, x, y)
    for name, perturbation in attacks.items():
        assert np.all(length(perturbation, norm) <= radius * (1 + 1e-12))
        assert np.all(loss[name] >= clean * (1 - 1e-12))
        assert np.all(loss[name] <= loss["worst"] * (1 + 1e-12) + 1e-15)


@given(SEEDS, st.floats(0.01, 5.0))
def test_worst_case_is_the_maximum_found_by_a_general_solver(seed, radius):
    theta, x, y = problem(seed, n=1, d=2)
    worst = linear_attack.squared_loss(theta, x + linear_attack.worst_case(theta, x, y, radius), y)[
        0
    ]

    def negative_loss(angle: np.ndarray) -> float:
        (at,) = np.ravel(angle)
        move = radius * np.array([np.cos(at), np.sin(at)])
        return -float(linear_attack.squared_loss(theta, x + move, y)[0])

    best = optimize.brute(negative_loss, ((0, 2 * np.pi),), Ns=720, full_output=True)[1]
    assert worst == pytest.approx(-best, rel=1e-6)


@given(SEEDS, st.floats(0.0, 2.0), NORMS)
def test_random_points_of_the_ball_never_beat_the_worst_case(seed, radius, norm):
    theta, x, y = problem(seed)
    rng = np.random.default_rng(seed)
    worst = linear_attack.squared_loss(
        theta, x + linear_attack.worst_case(theta, x, y, radius, norm), y
    )
    move = rng.standard_normal((500, *x.shape))
    move *= radius / length(move, norm)[..., None]
    assert np.all(linear_attack.squared_loss(theta, x + move, y) <= worst * (1 + 1e-12) + 1e-15)


@given(SEEDS, st.floats(0.1, 2.0), st.floats(0.2, 5.0))
def test_scaling_inputs_and_radius_together_leaves_the_attacked_loss(seed, radius, factor):
    theta, x, y = problem(seed)
    before = linear_attack.squared_loss(theta, x + linear_attack.worst_case(theta, x, y, radius), y)
    moved = linear_attack.worst_case(theta / factor, factor * x, y, factor * radius)
    after = linear_attack.squared_loss(theta / factor, factor * x + moved, y)
    assert np.allclose(before, after, rtol=1e-10)


@given(SEEDS, st.floats(0.1, 2.0))
def test_rotating_the_inputs_rotates_the_euclidean_attack(seed, radius):
    theta, x, y = problem(seed)
    rotation = np.linalg.qr(np.random.default_rng(seed + 1).standard_normal((3, 3)))[0]
    attack = linear_attack.worst_case(theta, x, y, radius)
    rotated = linear_attack.worst_case(theta @ rotation, x @ rotation, y, radius)
    assert np.allclose(attack @ rotation, rotated, atol=1e-12)


def test_smoothing_shrinks_the_attack_to_nothing_and_vanishing_smoothing_restores_it():
    theta, x, y = problem(5)
    worst = linear_attack.worst_case(theta, x, y, 1.0)
    for norm in ("l2", "linf"):
        assert np.allclose(linear_attack.smoothed(theta, x, y, 1.0, 1e9, norm), 0, atol=1e-7)
    assert np.allclose(linear_attack.smoothed(theta, x, y, 1.0, 1e-12), worst, atol=1e-8)


def test_a_flat_model_is_not_attacked():
    _, x, y = problem(6)
    for norm in ("l2", "linf"):
        assert not linear_attack.worst_case(np.zeros(3), x, y, 1.0, norm).any()
        assert not linear_attack.smoothed(np.zeros(3), x, y, 1.0, 0.3, norm).any()
        assert not linear_attack.fast_gradient(np.zeros(3), x, y, 1.0, norm).any()
