import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf

from sim.networks import lazy_ball

SEEDS = st.integers(0, 2**32 - 1)


def plain_value(a, w, x):
    return sum(s * max(float(v @ x), 0.0) for s, v in zip(a, w, strict=True)) / len(a) ** 0.5


def in_the_ball(rng, w, V, n):
    """Networks of the ball: half of them on its surface."""
    v = rng.standard_normal((n, *w.shape))
    v /= np.linalg.norm(v, axis=-1, keepdims=True)
    length = np.where(rng.random((n, len(w), 1)) < 0.5, 1, rng.random((n, len(w), 1)))
    return w + V * length * v


def test_value_and_gradient_are_those_of_the_network_written_out():
    rng = np.random.default_rng(0)
    a, w = lazy_ball.initialisation(rng, 3, 5, 4)
    x = rng.standard_normal((3, 4))
    found = lazy_ball.value(a, w, x)
    slope = lazy_ball.gradient(a, w, x)
    for r in range(3):
        assert found[r] == pytest.approx(plain_value(a[r], w[r], x[r]), rel=1e-13)
        for j, e in enumerate(np.eye(4)):
            ahead, behind = (plain_value(a[r], w[r], x[r] + t * e) for t in (1e-6, -1e-6))
            assert slope[r, j] == pytest.approx((ahead - behind) / 2e-6, abs=1e-8)


def test_a_neuron_at_its_kink_is_off():
    a, w = np.ones(1), np.array([[0.0, 1.0]])
    np.testing.assert_array_equal(lazy_ball.gradient(a, w, np.array([1.0, 0.0])), 0)


@pytest.mark.parametrize("seed", range(4))
def test_extremes_are_those_of_a_grid_over_every_neuron(seed):
    """Each neuron on a fine circle of shifts, all combinations through the separable sum."""
    rng = np.random.default_rng(seed)
    a, w = (array[0] for array in lazy_ball.initialisation(rng, 1, 6, 2))
    x, V = rng.standard_normal(2), 0.7
    angles = np.linspace(0, 2 * np.pi, 20001)
    shifts = V * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    outputs = a[:, None] * np.maximum((w[:, None] + shifts) @ x, 0) / np.sqrt(6)
    reach = V * np.linalg.norm(x)
    assert lazy_ball.greatest_value(a, w @ x, reach) == pytest.approx(
        outputs.max(1).sum(), abs=1e-6
    )
    assert lazy_ball.least_value(a, w @ x, reach) == pytest.approx(outputs.min(1).sum(), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0.01, 3))
def test_no_network_of_the_ball_passes_the_extremes_and_two_attain_them(seed, V):
    rng = np.random.default_rng(seed)
    a, w = (array[0] for array in lazy_ball.initialisation(rng, 1, 6, 3))
    x = rng.standard_normal(3)
    low, high = lazy_ball.extreme_values(a, w @ x, V * np.linalg.norm(x))
    values = lazy_ball.value(a, in_the_ball(rng, w, V, 300), x)
    assert (values <= high + 1e-12).all()
    assert (values >= low - 1e-12).all()
    for sign, extreme in ((1, high), (-1, low)):
        network = lazy_ball.maximiser(a, w, x, V, sign)
        np.testing.assert_allclose(np.linalg.norm(network - w, axis=-1), V)
        assert plain_value(a, network, x) == pytest.approx(extreme, abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_extremes_scale_with_the_network_and_do_not_see_a_rotation(seed):
    rng = np.random.default_rng(seed)
    a, w = lazy_ball.initialisation(rng, 4, 7, 3)
    x = rng.standard_normal((4, 3))
    reach = 0.3 * np.linalg.norm(x, axis=-1)
    one = np.array(lazy_ball.extreme_values(a, lazy_ball.preactivation(w, x), reach))
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    u = lazy_ball.preactivation(5 * w @ turn, x @ turn)
    np.testing.assert_allclose(lazy_ball.extreme_values(a, u, 5 * reach), 5 * one, atol=1e-12)
    np.testing.assert_allclose(
        lazy_ball.extreme_values(-a, lazy_ball.preactivation(w, x), reach), -one[::-1], atol=1e-12
    )


def test_a_ball_of_no_radius_has_one_value():
    rng = np.random.default_rng(3)
    a, w = lazy_ball.initialisation(rng, 5, 40, 3)
    x = rng.standard_normal((5, 3))
    u = lazy_ball.preactivation(w, x)
    for extreme in lazy_ball.extreme_values(a, u, 0.0):
        np.testing.assert_allclose(extreme, lazy_ball.value(a, w, x), rtol=1e-12)


def test_blocks_of_a_sweep_and_single_precision_do_not_change_the_extremes():
    rng = np.random.default_rng(4)
    a, u = (array[0] for array in lazy_ball.first_layer(rng, 1, 3 * lazy_ball.BLOCK + 5))
    low, high = lazy_ball.extreme_values(a, u, 0.01)
    m = len(u)
    assert high == pytest.approx((a * np.maximum(u + a * 0.01, 0)).sum() / m**0.5, rel=1e-12)
    assert low == pytest.approx((a * np.maximum(u - a * 0.01, 0)).sum() / m**0.5, rel=1e-12)
    single = lazy_ball.extreme_values(a, u.astype(np.float32), 0.01)
    np.testing.assert_allclose(single, (low, high), atol=1e-4)


def test_the_whole_initialisation_and_the_first_layer_alone_have_one_law():
    """Means of the worst case, C_0/2, and of the gap, C_0 (flake rate 1e-6 each)."""
    rng, n, m = np.random.default_rng(5), 4000, 40
    a, w = lazy_ball.initialisation(rng, n, m, 2)
    whole = a, lazy_ball.preactivation(w, np.array([0.6, 0.8]))
    for signs, u in (whole, lazy_ball.first_layer(rng, n, m)):
        low, high = lazy_ball.extreme_values(signs, u, 1 / m**0.5)
        for sample, mean in ((high, 0.5), (high - low, 1.0)):
            assert abs(sample.mean() - mean) < 4.9 * sample.std() / n**0.5
        assert set(np.unique(signs)) == {-1.0, 1.0}


def test_rows_drawn_in_blocks_are_standard_normal_and_cover_every_row_once():
    rng = np.random.default_rng(6)
    seen = np.zeros(1000)
    squares = 0.0
    for rows, block in lazy_ball.row_blocks(rng, 1000, 50, rows=300):
        seen[rows] += 1
        squares += float(np.sum(block.astype(np.float64) ** 2))
        assert block.shape == (rows.stop - rows.start, 50)
    np.testing.assert_array_equal(seen, 1)
    assert abs(squares - 50000) < 4.9 * (2 * 50000) ** 0.5


def switches(w, point, V, shifts):
    """Whether the sign of a neuron at a point changes under any of the given shifts."""
    return np.any(((w + V * shifts) @ point > 0) != (w @ point > 0))


def test_the_neurons_that_cross_are_those_that_a_grid_of_networks_switches():
    rng = np.random.default_rng(7)
    w, x = rng.standard_normal((400, 2)), np.array([0.6, 0.8])
    angles = np.linspace(0, 2 * np.pi, 2001)
    shifts = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    delta, V = np.array([0.3, -0.1]), 0.25
    expected = [switches(v, x, V, shifts) for v in w]
    np.testing.assert_array_equal(lazy_ball.crossing(w @ x, V), expected)
    expected = [switches(v, x + delta, V, shifts) for v in w]
    np.testing.assert_array_equal(lazy_ball.crossing_at(w, x, delta, V), expected)


def test_ends_of_the_interval_follow_the_kink():
    u = np.array([-0.5, 0.5, 0.0])
    np.testing.assert_array_equal(lazy_ball.crossing(u, 0.5), [False, True, True])
    np.testing.assert_array_equal(lazy_ball.crossing(u, 0.0), False)
    norms = np.ones(3)
    np.testing.assert_array_equal(
        lazy_ball.crossing_for_some_input(u, norms, 0.5, 0.0), [False, True, True]
    )
    np.testing.assert_array_equal(lazy_ball.crossing_for_some_input(u, norms, 0.0, 0.9), False)


@pytest.mark.parametrize("R", [0.0, 0.1, 0.5])
def test_the_neurons_that_cross_for_some_input_are_those_of_a_grid_of_inputs(R):
    rng = np.random.default_rng(8)
    w, x, V = rng.standard_normal((300, 2)), np.array([1.0, 0.0]), 0.2
    angles = np.linspace(0, 2 * np.pi, 1441)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    inputs = x + R * circle
    expected = np.any(
        np.abs(w @ inputs.T) <= V * np.linalg.norm(inputs, axis=-1) * (1 + 1e-12), axis=1
    )
    found = lazy_ball.crossing_for_some_input(w @ x, np.linalg.norm(w, axis=-1), V, R)
    np.testing.assert_array_equal(found, expected)


def test_counts_of_crossing_neurons_have_the_mean_of_the_normal_law():
    rng, V = np.random.default_rng(9), 0.05
    _, u = lazy_ball.first_layer(rng, 200, 5000)
    chance = erf(V / 2**0.5)
    count = lazy_ball.crossing(u, V).sum()
    assert abs(count - 1e6 * chance) < 4.9 * (1e6 * chance * (1 - chance)) ** 0.5


def test_no_fixed_input_makes_more_neurons_cross_than_all_together():
    rng = np.random.default_rng(10)
    _, w = lazy_ball.initialisation(rng, 2, 500, 9)
    x = np.eye(9)[0]
    V, R = np.array([0.05, 0.1]), np.array([0.2, 0.4])
    union = lazy_ball.crossing_for_some_input(w @ x, np.linalg.norm(w, axis=-1), V, R)
    for direction in itertools.chain(np.eye(9), -np.eye(9)):
        here = lazy_ball.crossing_at(w, np.broadcast_to(x, (2, 9)), R[:, None] * direction, V)
        assert not np.any(here & ~union)
        assert np.any(union & ~here)


def test_inputs_that_could_vanish_are_refused():
    with pytest.raises(ValueError, match="0 <= R < 1"):
        lazy_ball.crossing_for_some_input(np.ones(2), np.ones(2), 0.1, 1.0)
