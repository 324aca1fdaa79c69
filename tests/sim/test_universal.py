import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.certificates.universal import settled, universal_radius
from sim.networks import lazy_ball

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, n, m, d):
    rng = np.random.default_rng(seed)
    a, w = lazy_ball.initialisation(rng, n, m, d)
    x = rng.standard_normal((n, d))
    return rng, a, w, x / np.linalg.norm(x, axis=-1, keepdims=True)


def directions(a, w, x):
    g = lazy_ball.gradient(a, w, x)
    return g / np.linalg.norm(g, axis=-1, keepdims=True)


def test_every_network_of_the_ball_takes_both_signs_within_the_radius():
    """The hardest networks of the two sides, and random ones."""
    rng, a, w, x = drawn(0, 6, 400, 60)
    V = 1 / 20
    R, r = universal_radius(a, w, x, V), directions(a, w, x)
    assert np.isfinite(R).all()
    radii = np.linspace(0, 1, 41)[:, None] * R
    for network in (
        w,
        lazy_ball.maximiser(a, w, x, V, 1),
        lazy_ball.maximiser(a, w, x, V, -1),
        lazy_ball.maximiser(a, w, x + R[:, None] * r, V, -1),
        lazy_ball.maximiser(a, w, x - R[:, None] * r, V, 1),
        w + V / 60**0.5 * rng.choice([-1.0, 1.0], w.shape),
    ):
        values = [
            [lazy_ball.value(a, network, x + side * t[:, None] * r) for t in radii]
            for side in (-1, 1)
        ]
        assert (np.min(values[0], axis=0) < 0).all()
        assert (np.max(values[1], axis=0) > 0).all()


def test_just_below_the_radius_a_network_resists():
    _, a, w, x = drawn(1, 8, 300, 80)
    V, r = 1 / 300**0.5, directions(*drawn(1, 8, 300, 80)[1:])
    R = universal_radius(a, w, x, V)
    below = 0.999 * R[:, None]
    up = lazy_ball.value(a, lazy_ball.maximiser(a, w, x + below * r, V, -1), x + below * r)
    down = lazy_ball.value(a, lazy_ball.maximiser(a, w, x - below * r, V, 1), x - below * r)
    assert ((up <= 0) | (down >= 0)).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_radius_is_that_of_a_fine_grid_of_exact_extremes(seed):
    _, a, w, x = drawn(seed, 1, 200, 100)
    V, r = 0.5 / 200**0.5, directions(a, w, x)
    grid = np.linspace(0, 0.999, 4001)
    met = {-1: np.inf, 1: np.inf}
    for side in met:
        for R in grid:
            point = x + side * R * r
            z = lazy_ball.preactivation(w, point)[0]
            shift = side * V * np.linalg.norm(point)
            hardest = side * (a[0] * np.maximum(z - a[0] * shift, 0)).sum()
            if hardest > 0:
                met[side] = R
                break
    assert universal_radius(a, w, x, V)[0] == pytest.approx(max(met.values()), abs=3e-4)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_the_radius_does_not_see_a_rotation_scales_with_the_input_and_grows_with_the_ball(seed):
    rng, a, w, x = drawn(seed, 3, 150, 40)
    V = np.array([0.02, 0.05, 0.03])
    turn = np.linalg.qr(rng.standard_normal((40, 40)))[0]
    one = universal_radius(a, w, x, V)
    np.testing.assert_allclose(universal_radius(a, 7 * w @ turn, x @ turn, 7 * V), one, rtol=1e-6)
    np.testing.assert_allclose(universal_radius(a, w, 3 * x, V), 3 * one, rtol=1e-6)
    np.testing.assert_allclose(universal_radius(-a, w, x, V), one, rtol=1e-6)
    larger = universal_radius(a, w, x, 1.5 * V)
    assert (larger >= one * (1 - 1e-6)).all()


def test_replicates_do_not_see_one_another():
    _, a, w, x = drawn(4, 5, 100, 30)
    together = universal_radius(a, w, x, 0.05)
    alone = [universal_radius(*map(np.array, (a[i], w[i], x[i])), 0.05) for i in range(5)]
    np.testing.assert_allclose(together, alone, rtol=1e-9)


def test_a_large_ball_is_never_settled():
    _, a, w, x = drawn(5, 4, 100, 10)
    assert np.isinf(universal_radius(a, w, x, 1.0)).all()


def test_a_ball_of_no_radius_needs_just_the_change_of_sign_of_one_network():
    _, a, w, x = drawn(6, 5, 500, 100)
    R, r = universal_radius(a, w, x, 0.0), directions(a, w, x)
    f = lazy_ball.value(a, w, x)
    side = -np.sign(f)[:, None]
    for factor, flipped in ((1 - 1e-6, False), (1 + 1e-6, True)):
        moved = lazy_ball.value(a, w, x + side * factor * R[:, None] * r)
        np.testing.assert_array_equal(np.sign(moved) == -np.sign(f), flipped)


def test_settled_says_what_the_radius_found():
    _, a, w, x = drawn(7, 5, 500, 100)
    R, r = universal_radius(a, w, x, 0.02), directions(a, w, x)
    assert settled(a, w, x, 0.02, R * (1 + 1e-9), direction=r).all()
    assert not settled(a, w, x, 0.02, R * 0.99, direction=r).any()
    np.testing.assert_allclose(universal_radius(a, w, x, 0.02, direction=r), R)
