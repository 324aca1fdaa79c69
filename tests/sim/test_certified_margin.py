import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.certificates.certified_margin import smallest_increase, smallest_margin
from sim.networks import two_layer
from sim.networks.activation import leaky_relu, linear, relu, smoothed_leaky_relu
from sim.networks.attack import Attack, l2_attack

seeds = st.integers(0, 2**32 - 1)
activations = st.sampled_from(
    [relu(), leaky_relu(0.3), smoothed_leaky_relu(0.2, 1.0), smoothed_leaky_relu(0.6, 9.0)]
)
radii = st.floats(0, 3)


def setting(seed, step=0.1, m=6, n=4, d=3):
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((2, m, d))
    after = w + step * rng.standard_normal(w.shape)
    x, y = 2 * rng.standard_normal((2, n, d)), rng.choice([-1.0, 1.0], (2, n))
    return rng, w, after, rng.standard_normal(m), x, y


def in_ball(rng, shape, radius):
    u = rng.standard_normal(shape)
    length = np.linalg.norm(u, axis=-1, keepdims=True)
    return u * radius * rng.random((*shape[:-1], 1)) ** 0.2 / length


@given(seeds, activations, radii)
def test_no_point_of_the_ball_has_a_smaller_margin_wherever_tangents_touch(seed, phi, radius):
    rng, w, _, a, x, y = setting(seed)
    touching = in_ball(rng, x.shape, radius)
    certified = smallest_margin(w, a, phi, x, y, radius, touching)
    for _ in range(20):
        found = y * two_layer.value(w, a, phi, x + in_ball(rng, x.shape, radius))
        assert (found >= certified - 1e-11).all()


@given(seeds, activations, radii)
def test_no_attack_gets_below_the_certificate_at_its_own_perturbation(seed, phi, radius):
    _, w, _, a, x, y = setting(seed)
    attacked = l2_attack(w, a, phi, x, y, Attack.decaying(radius, 30))
    certified = smallest_margin(w, a, phi, x, y, radius, attacked.perturbation)
    assert (attacked.margin >= certified - 1e-11).all()


@given(seeds, radii)
def test_the_margin_of_a_linear_network_is_attained(seed, radius):
    _, w, _, a, x, y = setting(seed)
    certified = smallest_margin(w, a, linear(), x, y, radius, np.zeros_like(x))
    theta = np.matmul(a, w)[..., None, :]
    exact = y * np.sum(theta * x, axis=-1) - radius * np.linalg.norm(theta, axis=-1)
    np.testing.assert_allclose(certified, exact, atol=1e-11)


@given(seeds, st.sampled_from([relu(), leaky_relu(0.3)]))
def test_the_margin_is_attained_where_no_neuron_changes_its_sign(seed, phi):
    _, w, _, a, x, y = setting(seed)
    distances = np.abs(two_layer.preactivation(w, x)) / np.linalg.norm(w, axis=-1)[:, None, :]
    radius = 0.9 * distances.min()
    attacked = l2_attack(w, a, phi, x, y, Attack.fixed_point(radius, 3))
    certified = smallest_margin(w, a, phi, x, y, radius, attacked.perturbation)
    np.testing.assert_allclose(certified, attacked.margin, atol=1e-11)


@given(seeds, activations, radii)
def test_no_point_of_the_ball_gains_less_than_the_certified_increase(seed, phi, radius):
    rng, w, after, a, x, y = setting(seed)
    certified = smallest_increase(w, after, a, phi, x, y, radius)
    for _ in range(20):
        u = in_ball(rng, x.shape, radius)
        values = [two_layer.value(v, a, phi, x + u) for v in (after, w)]
        assert (y * (values[0] - values[1]) >= certified - 1e-11).all()


@given(seeds, st.sampled_from([relu(), leaky_relu(0.3)]))
def test_a_small_step_without_a_radius_has_its_own_increase(seed, phi):
    """The slope of a neuron is known as long as the step does not change its sign."""
    _, w, after, a, x, y = setting(seed, step=1e-9)
    certified = smallest_increase(w, after, a, phi, x, y, 0.0)
    values = [two_layer.value(v, a, phi, x) for v in (after, w)]
    np.testing.assert_allclose(certified, y * (values[0] - values[1]), atol=1e-14)


@given(seeds, activations)
def test_certificates_fall_as_the_ball_grows(seed, phi):
    _, w, after, a, x, y = setting(seed)
    small, large = (smallest_increase(w, after, a, phi, x, y, r) for r in (0.2, 0.8))
    assert (large <= small + 1e-12).all()
    small, large = (smallest_margin(w, a, phi, x, y, r, np.zeros_like(x)) for r in (0.2, 0.8))
    assert (large <= small + 1e-12).all()


def test_activations_that_are_not_convex_are_refused():
    _, w, after, a, x, y = setting(3)
    bent = dataclasses.replace(relu(), convex=False)
    with pytest.raises(ValueError, match="not convex"):
        smallest_margin(w, a, bent, x, y, 0.1, np.zeros_like(x))
    with pytest.raises(ValueError, match="not convex"):
        smallest_increase(w, after, a, bent, x, y, 0.1)
