import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from sim.certificates import ball_gradient
from sim.certificates._min_norm_point import min_norm_point
from sim.certificates._subset_sum import certified_sum, longest_subset_sum
from sim.networks import lazy_ball

SEEDS = st.integers(0, 2**32 - 1)


def one_network(seed, m, d):
    rng = np.random.default_rng(seed)
    a, w = (array[0] for array in lazy_ball.initialisation(rng, 1, m, d))
    return rng, a, w, rng.standard_normal(d)


def networks_of_the_ball(rng, w, x, V, n):
    """Random networks of the ball, many of them with neurons just beside their kink."""
    v = rng.standard_normal((n, *w.shape))
    v *= V / np.linalg.norm(v, axis=-1, keepdims=True)
    unit = x / np.linalg.norm(x)
    u = w @ unit
    edge = v + ((rng.choice([-1e-9, 1e-9], (n, len(w))) - u) - v @ unit)[..., None] * unit
    fits = np.linalg.norm(edge, axis=-1, keepdims=True) <= V
    v = np.where(fits & (rng.random((n, len(w), 1)) < 0.5), edge, v)
    return w + v * np.where(rng.random((n, len(w), 1)) < 0.7, 1, rng.random((n, len(w), 1)))


def shortest_of_one_pattern(a, w, x, V, pattern):
    """Least gradient with the given neurons on, by a general optimiser; None if out of reach."""
    m, d = w.shape
    unit = x / np.linalg.norm(x)
    u = w @ unit
    if np.any(pattern & (u <= -V)) or np.any(~pattern & (u > V)):
        return None
    on = np.flatnonzero(pattern)
    if not len(on):
        return 0.0

    def total(v):
        return a[on] @ (w[on] + v.reshape(-1, d)) / m**0.5

    constraints = [
        {"type": "ineq", "fun": lambda v: V**2 - (v.reshape(-1, d) ** 2).sum(1)},
        {"type": "ineq", "fun": lambda v: u[on] + v.reshape(-1, d) @ unit},
    ]
    inside = np.maximum(-u[on], 0)[:, None] * unit
    found = optimize.minimize(
        lambda v: total(v) @ total(v),
        inside.ravel(),
        jac=lambda v: (2 * a[on][:, None] * total(v) / m**0.5).ravel(),
        method="SLSQP",
        constraints=constraints,
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return float(np.sqrt(max(found.fun, 0)))


def shortest_of_all_patterns(a, w, x, V):
    patterns = map(np.array, itertools.product([False, True], repeat=len(w)))
    lengths = [shortest_of_one_pattern(a, w, x, V, pattern) for pattern in patterns]
    return min(length for length in lengths if length is not None)


@pytest.mark.parametrize("seed", range(8))
def test_the_least_product_is_that_of_neurons_minimised_one_by_one(seed):
    rng, a, w, x = one_network(seed, 6, 3)
    V, r = 0.8, rng.standard_normal(3)
    expected = 0.0
    for sign, v in zip(a, w, strict=True):
        ball = {"type": "ineq", "fun": lambda p, v=v: V**2 - (p - v) @ (p - v)}
        half = {"type": "ineq", "fun": lambda p: p @ x}
        found = []
        if v @ x <= V * np.linalg.norm(x):
            found.append(0.0)
        if v @ x > -V * np.linalg.norm(x):
            start = v + max(0, -(v @ x)) * x / (x @ x)
            found.append(
                optimize.minimize(
                    lambda p, sign=sign: sign * (p @ r),
                    start,
                    method="SLSQP",
                    constraints=[ball, half],
                    options={"ftol": 1e-13},
                ).fun
            )
        expected += min(found)
    assert ball_gradient.least_along(a, w, x, V, r) == pytest.approx(expected / 6**0.5, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(0.02, 2))
def test_no_network_of_the_ball_passes_the_bounds(seed, V):
    rng, a, w, x = one_network(seed, 6, 3)
    r = rng.standard_normal(3)
    networks = networks_of_the_ball(rng, w, x, V, 400)
    slopes = lazy_ball.gradient(a, networks, x)
    assert (slopes @ r >= ball_gradient.least_along(a, w, x, V, r) - 1e-7).all()
    lengths = np.linalg.norm(slopes, axis=-1)
    shortest = ball_gradient.least_norm(a, w, x, V)
    assert (lengths >= shortest.lower - 1e-7).all()
    assert shortest.lower <= shortest.upper + 1e-12
    change = np.linalg.norm(slopes - lazy_ball.gradient(a, w, x), axis=-1)
    greatest = ball_gradient.greatest_change(a, w, x, V)
    assert (change <= greatest.upper + 1e-12).all()
    assert greatest.lower <= greatest.upper + 1e-12


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(0.02, 2))
def test_the_networks_built_lie_in_the_ball_and_have_the_gradients_promised(seed, V):
    rng, a, w, x = one_network(seed, 30, 4)
    r = rng.standard_normal(4)
    for network, size, promised in (
        (
            ball_gradient.flattest(a, w, x, V),
            np.linalg.norm,
            ball_gradient.least_norm(a, w, x, V).upper,
        ),
        (
            ball_gradient.lowest_along(a, w, x, V, r),
            lambda g: g @ r,
            ball_gradient.least_along(a, w, x, V, r),
        ),
    ):
        assert np.linalg.norm(network - w, axis=-1).max() <= V * (1 + 1e-12)
        assert size(lazy_ball.gradient(a, network, x)) == pytest.approx(promised, abs=2e-5)


@pytest.mark.parametrize("seed", range(6))
def test_the_least_length_is_enclosed_between_bounds_around_the_brute_force(seed):
    _, a, w, x = one_network(seed, 6, 3)
    V = 0.25
    truth = shortest_of_all_patterns(a, w, x, V)
    found = ball_gradient.least_norm(a, w, x, V)
    assert found.lower <= truth + 1e-6
    assert truth <= found.upper + 1e-6
    assert found.upper <= truth + 0.35 * (1 + truth)


def test_the_surest_direction_gives_the_bound_and_no_other_direction_a_better_one():
    rng, a, w, x = one_network(6, 500, 30)
    V = 1 / 500**0.5
    best = ball_gradient.least_along(a, w, x, V, ball_gradient.surest_direction(a, w, x, V))
    assert best == pytest.approx(ball_gradient.least_norm(a, w, x, V).lower, rel=1e-9)
    start = ball_gradient.surest_direction(a, w, x, V)
    for noise in rng.standard_normal((200, 30)):
        r = start + 0.1 * noise
        assert ball_gradient.least_along(a, w, x, V, r / np.linalg.norm(r)) < best * (1 + 1e-3)


def test_many_small_neurons_leave_no_gap_between_the_bounds():
    _, a, w, x = one_network(1, 20000, 5)
    found = ball_gradient.least_norm(a, w, x, 0.3 / 20000**0.5)
    assert 0 < found.upper - found.lower < 2e-3 * found.upper


def test_a_large_ball_holds_a_network_without_a_gradient():
    _, a, w, x = one_network(2, 400, 5)
    found = ball_gradient.least_norm(a, w, x, 0.5)
    assert found.lower == 0
    assert found.upper < 1e-8
    flat = ball_gradient.flattest(a, w, x, 0.5)
    assert np.linalg.norm(lazy_ball.gradient(a, flat, x)) < 1e-5


def test_a_ball_of_no_radius_has_one_gradient():
    rng = np.random.default_rng(3)
    a, w = lazy_ball.initialisation(rng, 3, 30, 4)
    x = rng.standard_normal((3, 4))
    g = lazy_ball.gradient(a, w, x)
    np.testing.assert_allclose(ball_gradient.least_along(a, w, x, 0.0, g), np.sum(g * g, -1))
    found = ball_gradient.least_norm(a, w, x, 0.0)
    for end in (found.lower, found.upper):
        np.testing.assert_allclose(end, np.linalg.norm(g, axis=-1), rtol=1e-12)
    for bracket in (ball_gradient.greatest_change, ball_gradient.greatest_flipped):
        np.testing.assert_allclose(bracket(a, w, x, 0.0).upper, 0, atol=1e-12)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_bounds_scale_with_the_network_and_do_not_see_a_rotation(seed):
    rng, a, w, x = one_network(seed, 40, 4)
    turn = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    for quantity in (
        ball_gradient.least_norm,
        ball_gradient.greatest_change,
        ball_gradient.greatest_flipped,
    ):
        one, other = quantity(a, w, x, 0.1), quantity(a, 3 * w @ turn, 0.2 * x @ turn, 0.3)
        np.testing.assert_allclose(other.upper, 3 * one.upper, rtol=1e-3, atol=1e-6)
        np.testing.assert_allclose(other.lower, 3 * one.lower, rtol=1e-3, atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.floats(0.05, 1))
def test_switching_alone_is_enclosed_around_the_maximum_over_all_subsets(seed, V):
    _, a, w, x = one_network(seed, 8, 3)
    unit = x / np.linalg.norm(x)
    able = lazy_ball.crossing(w @ unit, V)
    z = (a[:, None] * (w - np.outer(w @ unit, unit)))[able]
    z = np.where((w @ unit)[able, None] > 0, -z, z)
    subsets = np.array(list(itertools.product([0.0, 1.0], repeat=len(z))))
    truth = np.linalg.norm(subsets @ z, axis=-1).max() / 8**0.5
    found = ball_gradient.greatest_flipped(a, w, x, V)
    assert found.lower <= truth + 1e-12
    assert truth <= found.upper + 1e-12
    assert found.lower >= 0.8 * truth


def test_the_change_attained_comes_close_to_the_bound_on_wide_networks():
    _, a, w, x = one_network(4, 3000, 200)
    found = ball_gradient.greatest_change(a, w, x, 1 / 3000**0.5)
    assert 0.85 * found.upper < found.lower < found.upper


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(1, 9))
def test_the_bound_on_subset_sums_is_at_most_the_spectral_one(seed, k):
    rng = np.random.default_rng(seed)
    z, offset = rng.standard_normal((k, 4)), rng.standard_normal(4)
    low, high = longest_subset_sum(z)
    subsets = np.array(list(itertools.product([0.0, 1.0], repeat=k)))
    truth = np.linalg.norm(subsets @ z, axis=-1).max()
    assert low <= truth + 1e-12
    assert truth <= high + 1e-9
    spectral = np.linalg.norm(z.sum(0)) + k**0.5 * np.linalg.norm(z, 2)
    assert high <= spectral / 2 * (1 + 1e-6)
    shifted = np.linalg.norm(offset + subsets @ z, axis=-1).max()
    assert shifted <= certified_sum(z, offset) + 1e-9


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_the_point_of_least_norm_of_a_polytope_is_that_of_a_quadratic_programme(seed, shift):
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((12, 4)) + np.array([shift, 0, 0, 0])
    found = min_norm_point(lambda r: points[np.argmin(points @ r)], points[0], tolerance=1e-9)
    weights = optimize.nnls(np.vstack([points.T, 1e5 * np.ones(12)]), np.append(np.zeros(4), 1e5))[
        0
    ]
    truth = np.linalg.norm(weights / weights.sum() @ points)
    assert np.linalg.norm(found.point) == pytest.approx(truth, abs=1e-6)
    assert found.lower <= truth + 1e-9
    assert found.lower == pytest.approx(truth, abs=1e-5)


def test_single_precision_rows_give_the_bounds_of_double_ones():
    _, a, w, x = one_network(5, 5000, 50)
    w = w.astype(np.float32)
    for quantity in (ball_gradient.least_norm, ball_gradient.greatest_change):
        one = quantity(a, w, x, 0.02)
        other = quantity(a, w.astype(np.float64), x, 0.02)
        np.testing.assert_allclose([one.lower, one.upper], [other.lower, other.upper], rtol=2e-3)
