"""The pseudo-network that is built on a sample, against evaluation input by input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks import circle_network, sampled_pseudo_network
from sim.networks.sampled_pseudo_network import Target, greatest_distance, movement, points

THREE = points(2 * np.pi * np.arange(3) / 3)


def _gap_at(angle, moved, a, w, b, target):
    x = points(angle)
    on = x @ w.T + b >= 0
    return np.abs(on @ (a * moved * x[0, 2]) - target(angle))


@given(st.integers(0, 10**6), st.integers(1, 40))
def test_supremum_over_the_circle(seed, m):
    rng = np.random.default_rng(seed)
    a, w, b = (part[0] for part in circle_network.initialisation(rng, 1, m, 3))
    target = Target(THREE, rng.standard_normal(3), rng.standard_normal(5))
    moved = movement(a, rng.standard_normal(m))
    supremum = greatest_distance(moved, a, w, b, target)
    on_grid = _gap_at(np.linspace(0, 2 * np.pi, 4001), moved, a, w, b, target).max()
    assert on_grid <= supremum * (1 + 1e-12)
    assert supremum <= on_grid + 0.05 * (1 + on_grid)


def test_movement_makes_the_network_the_mean_over_what_is_on():
    rng = np.random.default_rng(3)
    a, w, b = (part[0] for part in circle_network.initialisation(rng, 1, 50, 3))
    density = rng.standard_normal(50)
    x = circle_network.inputs(rng, 1, 7, 3)[0]
    on = x @ w.T + b >= 0
    delta = np.zeros_like(w)
    delta[:, 2] = movement(a, density)
    value = np.sum(a * (x @ delta.T) * on, axis=1)
    assert value == pytest.approx(on @ density / 50)


def test_target_and_where_it_turns():
    q = np.array([0.0, 0.0, 1.0])
    one = Target(points(np.array([0.0])), np.array([1.0]), q)
    # (3/4 cos t + 1/4)^2 turns at 0, pi and where it vanishes
    expected = [-np.arccos(-1 / 3), 0, np.arccos(-1 / 3), np.pi]
    assert np.sort(np.abs(one.turns)) == pytest.approx(np.sort(np.abs(expected)), abs=1e-6)
    assert one(np.array([0.0, np.pi])) == pytest.approx([1, 0.25])


def test_points_lie_where_inputs_do():
    x = sampled_pseudo_network.points(np.linspace(0, 6, 9))
    assert np.linalg.norm(x, axis=1) == pytest.approx(np.ones(9))
    assert x[:, 2] == pytest.approx(np.full(9, 0.5))
