import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.certificates.ball_increment import increment_bounds
from sim.networks import two_layer
from sim.networks.activation import leaky_relu, linear, relu, smoothed_leaky_relu
from sim.networks.attack import Attack, l2_attack

seeds = st.integers(0, 2**32 - 1)
activations = st.sampled_from([relu(), leaky_relu(0.3), leaky_relu(0.2, scale=0.5), linear()])
steps = st.sampled_from([0.01, 0.3, 3.0])


def setting(seed, step, m=6, n=4, d=3, replicates=(2,)):
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((*replicates, m, d))
    after = w + step * rng.standard_normal(w.shape)
    x = 2 * rng.standard_normal((*replicates, n, d))
    return rng, w, after, rng.standard_normal(m), x, rng.choice([-1.0, 1.0], (*replicates, n))


def change(w, after, a, activation, x, y):
    values = (two_layer.value(weights, a, activation, x) for weights in (after, w))
    return y * (next(values) - next(values))


@given(seeds, activations, steps, st.floats(0, 5))
def test_no_point_of_the_ball_leaves_the_bounds(seed, activation, step, radius):
    rng, w, after, a, x, y = setting(seed, step)
    lower, upper = increment_bounds(w, after, a, activation, x, y, radius)
    for _ in range(20):
        u = rng.standard_normal(x.shape)
        u *= radius * rng.random((*x.shape[:-1], 1)) ** 0.2 / np.linalg.norm(u, axis=-1)[..., None]
        found = change(w, after, a, activation, x + u, y)
        assert (found >= lower - 1e-12).all() and (found <= upper + 1e-12).all()


@given(seeds, st.sampled_from([relu(), leaky_relu(0.3)]), steps)
def test_no_attack_on_the_changed_network_leaves_the_bounds(seed, activation, step):
    """The change is itself a network of twice the width, and its attacked margin is attained."""
    _, w, after, a, x, y = setting(seed, step)
    both, signs = np.concatenate([after, w], axis=-2), np.concatenate([a, -a])
    lower, upper = increment_bounds(w, after, a, activation, x, y, 0.7)
    attack = Attack.decaying(0.7, 40)
    assert (l2_attack(both, signs, activation, x, y, attack).margin >= lower - 1e-12).all()
    assert (-l2_attack(both, signs, activation, x, -y, attack).margin <= upper + 1e-12).all()


@given(seeds, activations, steps)
def test_bounds_are_exact_and_equal_without_a_radius(seed, activation, step):
    _, w, after, a, x, y = setting(seed, step)
    exact = change(w, after, a, activation, x, y)
    for bound in increment_bounds(w, after, a, activation, x, y, 0.0):
        np.testing.assert_allclose(bound, exact, atol=1e-12)


@given(seeds, activations)
def test_bounds_are_attained_where_no_neuron_changes_its_sign(seed, activation):
    _, w, after, a, x, y = setting(seed, 0.01)
    nearest = min(
        (np.abs(x @ np.swapaxes(v, -1, -2)) / np.linalg.norm(v, axis=-1)[..., None, :]).min()
        for v in (w, after)
    )
    radius = 0.9 * nearest
    both, signs = np.concatenate([after, w], axis=-2), np.concatenate([a, -a])
    lower, upper = increment_bounds(w, after, a, activation, x, y, radius)
    attack = Attack.fixed_point(radius, 3)
    least = l2_attack(both, signs, activation, x, y, attack).margin
    most = -l2_attack(both, signs, activation, x, -y, attack).margin
    np.testing.assert_allclose(lower, least, atol=1e-11)
    np.testing.assert_allclose(upper, most, atol=1e-11)


@given(seeds, activations, steps)
def test_bounds_contain_the_change_at_the_centre_and_swap_with_the_label(seed, activation, step):
    _, w, after, a, x, y = setting(seed, step)
    small, large = (increment_bounds(w, after, a, activation, x, y, r) for r in (0.1, 0.5))
    centre = change(w, after, a, activation, x, y)
    for lower, upper in (small, large):
        assert (lower <= centre + 1e-12).all() and (upper >= centre - 1e-12).all()
    mirrored = increment_bounds(w, after, a, activation, x, -y, 0.5)
    np.testing.assert_allclose(mirrored[0], -large[1])
    np.testing.assert_allclose(mirrored[1], -large[0])


def test_unchanged_weights_change_nothing_by_more_than_the_open_neurons_may():
    _, w, _, a, x, y = setting(3, 0.1)
    lower, upper = increment_bounds(w, w, a, relu(), x, y, 0.5)
    np.testing.assert_allclose(lower, 0, atol=1e-13)
    np.testing.assert_allclose(upper, 0, atol=1e-13)


def test_a_smoothed_kink_is_refused():
    _, w, after, a, x, y = setting(1, 0.1)
    with pytest.raises(ValueError, match="something else"):
        increment_bounds(w, after, a, smoothed_leaky_relu(0.4), x, y, 0.1)
