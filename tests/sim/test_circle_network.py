"""Networks on the circle: the gap to the pseudo-network, and its supremum over all inputs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import pdist

from sim.networks import circle_network as net

SEEDS = st.integers(0, 2**32 - 1)


def preactivations(w, b, t):
    x = np.stack([net.REACH * np.cos(t), net.REACH * np.sin(t), np.full_like(t, 0.5)], axis=-1)
    return np.einsum("rmd,td->rtm", w, x) + b[:, None]


@given(seed=SEEDS, radius=st.sampled_from([1e-3, 0.1, 1.0, 5.0]))
def test_the_gap_of_one_neuron_is_that_of_the_best_shift(seed, radius):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal(20)
    shifts = np.append(np.linspace(-radius, radius, 2001), -z[np.abs(z) <= radius])
    gap = np.maximum(z[:, None] + shifts, 0) - shifts * (z[:, None] >= 0)
    most = np.maximum(z, 0) + net.excess(z, radius)
    assert (gap.max(axis=1) <= most + 1e-12).all()
    np.testing.assert_allclose(gap.max(axis=1), most, atol=radius / 900)
    np.testing.assert_allclose(gap.min(axis=1), np.maximum(z, 0), atol=radius / 900)


@given(seed=SEEDS)
def test_no_network_of_the_ball_is_farther_from_its_pseudo_network(seed):
    rng = np.random.default_rng(seed)
    m, d, radius = 6, 4, 0.4
    a, w, b = net.initialisation(rng, 1, m, d)
    x = net.inputs(rng, 1, 1, d)[0, 0]
    z = w[0] @ x + b[0]
    most = net.greatest_gap(a[0], z, radius)
    for _ in range(200):
        move = rng.standard_normal((m, d))
        move *= radius * rng.random((m, 1)) / np.linalg.norm(move, axis=1, keepdims=True)
        f = a[0] @ np.maximum((w[0] + move) @ x + b[0], 0)
        g = a[0] @ ((move @ x) * (z >= 0))
        assert abs(f - g) <= most + 1e-12


@given(seed=SEEDS, radius=st.sampled_from([0.01, 0.1, 0.5, 2.0]))
def test_the_supremum_over_the_circle_is_that_of_a_fine_grid(seed, radius):
    rng = np.random.default_rng(seed)
    a, w, b = net.initialisation(rng, 3, 12, 3)
    t = np.linspace(0, 2 * np.pi, 20001)
    grid = net.greatest_gap(a[:, None], preactivations(w, b, t), radius).max(axis=1)
    found = net.greatest_gap_on_the_circle(a, w, b, radius)
    assert (found >= grid - 1e-12).all()
    steep = 2 * (np.abs(a) * np.linalg.norm(w[..., :2], axis=-1)).sum(axis=1)
    assert (found <= grid + steep * (t[1] - t[0])).all()


def test_a_network_that_touches_no_level_has_the_gap_of_a_linear_one():
    a, w, b = np.array([[0.5, -0.25]]), np.array([[[1.0, 0, 0], [0, 1.0, 0]]]), np.array([[9.0, 8]])
    radius, crest = 0.1, np.hypot(0.5, 0.25) * net.REACH
    found = net.greatest_gap_on_the_circle(a, w, b, radius)
    np.testing.assert_allclose(found, 0.5 * 9 - 0.25 * 8 + crest)


def test_rotating_the_circle_changes_nothing():
    rng = np.random.default_rng(1)
    a, w, b = net.initialisation(rng, 2, 50, 3)
    turn = np.array([[np.cos(2.0), -np.sin(2.0), 0], [np.sin(2.0), np.cos(2.0), 0], [0, 0, 1]])
    np.testing.assert_allclose(
        net.greatest_gap_on_the_circle(a, w @ turn.T, b, 0.2),
        net.greatest_gap_on_the_circle(a, w, b, 0.2),
        rtol=1e-12,
    )


def test_inputs_have_norm_one_and_the_last_coordinate_one_half():
    x = net.inputs(np.random.default_rng(0), 3, 5, 7)
    assert x.shape == (3, 5, 7) and (x[..., -1] == 0.5).all()
    assert np.linalg.norm(x, axis=-1) == pytest.approx(1)


def test_inputs_in_their_span_lie_as_far_apart_as_others():
    """Two samples of the least of six distances; the level is 1e-6 for each dimension."""
    rng = np.random.default_rng(0)
    for d in (5, 6, 40):
        least = [
            [pdist(points).min() for points in draw(rng, 3000, 4, d)]
            for draw in (net.inputs, net.inputs_in_their_span)
        ]
        assert stats.ks_2samp(*least).pvalue > 1e-6
    x = net.inputs_in_their_span(rng, 50, 4, 9)
    np.testing.assert_allclose(np.linalg.norm(x, axis=-1), 1)
    np.testing.assert_array_equal(x[..., -1], 0.5)
    with pytest.raises(ValueError, match="fewer than d"):
        net.inputs_in_their_span(rng, 1, 5, 5)
