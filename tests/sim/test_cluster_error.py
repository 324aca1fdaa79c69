import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.certificates.cluster_error import largest_error
from sim.clusters.robust_error import linear_robust_error
from sim.networks import two_layer
from sim.networks.activation import leaky_relu, smoothed_leaky_relu

seeds = st.integers(0, 2**32 - 1)


@given(seeds, st.floats(0, 2), st.floats(0.3, 2), st.sampled_from([0.0, 0.1]))
def test_opposite_neurons_are_counted_twice(seed, radius, deviation, flip):
    """They are a linear network, whose error is known but for flipped points that resist."""
    rng = np.random.default_rng(seed)
    theta, mean = rng.standard_normal(3), 2 * rng.standard_normal(3)
    w, a = np.stack([theta, -theta]), np.array([1.0, -1.0])
    found = largest_error(w, a, mean, flip=flip, deviation=deviation, radius=radius)
    distance = theta @ mean / np.linalg.norm(theta)
    exact = linear_robust_error(distance / deviation, radius / deviation)
    assert found == pytest.approx(flip + (1 - flip) * min(2 * float(exact), 1), rel=1e-7)


@given(seeds, st.sampled_from([leaky_relu(0.1), smoothed_leaky_relu(0.3, 2.0)]))
def test_the_error_of_attacked_points_is_no_larger(seed, phi):
    rng = np.random.default_rng(seed)
    a, mean, radius = two_layer.balanced_signs(4), np.array([2.0, 0.0]), 0.5
    w = rng.standard_normal((4, 2)) * 0.5 + np.sign(a)[:, None] * mean
    bound = largest_error(w, a, mean, flip=0.0, radius=radius)
    x = mean + rng.standard_normal((400, 2))
    angles = np.linspace(0, 2 * np.pi, 64)
    moves = radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    values = two_layer.value(w, a, phi, (x[:, None] + moves).reshape(-1, 2)).reshape(400, 64)
    fooled = (values <= 0).any(axis=1).mean()
    assert fooled <= bound + 6 * np.sqrt(0.25 / 400)


def test_stacks_of_networks_are_bounded_one_by_one():
    rng = np.random.default_rng(0)
    w, a, mean = rng.standard_normal((3, 2, 4, 5)), two_layer.balanced_signs(4), np.ones(5)
    found = largest_error(w, a, mean, flip=0.05, deviation=0.7, radius=0.2)
    one = largest_error(w[2, 1], a, mean, flip=0.05, deviation=0.7, radius=0.2)
    assert found.shape == (3, 2)
    assert found[2, 1] == pytest.approx(float(one))
