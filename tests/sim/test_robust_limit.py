"""Limits of robustness over a lazy ball, against the extremes of the value and against attacks."""

from itertools import pairwise

import numpy as np
import pytest

from sim.certificates.robust_limit import critical_ball, robust_limit
from sim.networks import lazy_ball
from sim.networks.line_search import boundary_flip, flip_along, gradient_flip


def draw(seed, n=5, m=60, d=80):
    rng = np.random.default_rng(seed)
    a, w = lazy_ball.initialisation(rng, n, m, d)
    x = rng.standard_normal((n, d))
    return rng, a, w, x / np.linalg.norm(x, axis=-1, keepdims=True), rng.choice([-1.0, 1.0], n)


def extreme(a, w, x, y, V, R):
    """The largest y f(x') of the ball at the attacked point, from its maximiser."""
    g = lazy_ball.gradient(a, w, x)
    moved = x - R * y * g / np.linalg.norm(g)
    best = lazy_ball.maximiser(a, w, moved, V, sign=int(y))
    return y * lazy_ball.value(a, best, moved)


@pytest.mark.parametrize("C_0", [0.0, 0.5, 2.0])
def test_at_the_limit_the_best_network_of_the_ball_is_wrong_and_just_before_it_is_right(C_0):
    _, a, w, x, y = draw(0)
    V = C_0 / 60**0.5
    limit = robust_limit(a, w, x, y, V)
    assert np.any((limit > 0) & (limit < 1))
    for r in range(5):
        if 0 < limit[r] < 1:
            assert extreme(a[r], w[r], x[r], y[r], V, limit[r] * (1 + 1e-6)) < 0
            assert extreme(a[r], w[r], x[r], y[r], V, limit[r] * (1 - 1e-6)) > 0
        elif limit[r] == 0:
            assert extreme(a[r], w[r], x[r], y[r], V, 0) < 0


def test_without_a_ball_it_is_the_step_along_the_gradient_that_flips_the_start():
    _, a, w, x, _ = draw(1)
    y = np.sign(lazy_ball.value(a, w, x))
    flip = gradient_flip(a, w, x[:, None])
    np.testing.assert_allclose(robust_limit(a, w, x, y, 0.0), flip.length[:, 0], rtol=1e-6)


def test_no_network_of_the_ball_that_is_right_is_robust_beyond_the_limit():
    rng, a, w, x, y = draw(2)
    V = 1.5 / 60**0.5
    limit = robust_limit(a, w, x, y, V)
    g = lazy_ball.gradient(a, w, x)
    downhill = (-y[:, None] * g / np.linalg.norm(g, axis=-1, keepdims=True))[:, None]
    best = np.stack(
        [lazy_ball.maximiser(*part, V, sign=int(s)) for *part, s in zip(a, w, x, y, strict=True)]
    )
    others = w + V * best_directions(rng, w)
    for other in (best, others):
        right = y * lazy_ball.value(a, other, x) > 0
        found = flip_along(a, other, x[:, None], downhill)[:, 0]
        assert np.all(found[right] <= limit[right] * (1 + 1e-9) + 1e-12)
    assert right.any()
    assert np.all(boundary_flip(a, others, x[:, None])[right] > 0)


def best_directions(rng, w):
    move = rng.standard_normal(w.shape)
    return move / np.linalg.norm(move, axis=-1, keepdims=True)


def test_a_larger_ball_can_be_more_robust():
    _, a, w, x, y = draw(3)
    limits = [robust_limit(a, w, x, y, V) for V in (0.0, 0.1, 0.3, 3.0)]
    assert all(np.all(p <= q) for p, q in pairwise(limits))
    np.testing.assert_allclose(limits[-1], 1)


def test_at_the_critical_ball_the_best_network_turns_from_wrong_to_right():
    _, a, w, x, y = draw(4)
    critical = critical_ball(a, w, x, y, 0.3)
    assert np.any(critical > 0)
    for r in range(5):
        if critical[r] > 0:
            values = [
                extreme(a[r], w[r], x[r], y[r], critical[r] * share, 0.3)
                for share in (1 - 1e-9, 1 + 1e-9)
            ]
            assert values[0] < 0 < values[1]
        else:
            assert extreme(a[r], w[r], x[r], y[r], 0.0, 0.3) >= 0


def test_radius_and_ball_are_two_readings_of_one_limit():
    _, a, w, x, y = draw(5)
    critical = critical_ball(a, w, x, y, 0.3)
    inside = critical > 0
    limit = robust_limit(a, w, x, y, critical)
    np.testing.assert_allclose(limit[inside], 0.3, rtol=1e-5)
