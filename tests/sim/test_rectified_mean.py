import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clusters import value as cluster_value
from sim.networks import two_layer
from sim.networks.activation import leaky_relu, linear, relu, smoothed_leaky_relu
from sim.networks.rectified_mean import mean_value

seeds = st.integers(0, 2**32 - 1)
activations = st.sampled_from([relu(), leaky_relu(0.3, scale=0.5), linear()])


@given(seeds, activations, st.sampled_from([0.0, 0.1, 2.0]))
def test_the_closed_form_agrees_with_quadrature(seed, activation, deviation):
    rng = np.random.default_rng(seed)
    w, centre = rng.standard_normal((3, 4, 5)), rng.standard_normal(5)
    a = rng.standard_normal(4)
    found = mean_value(w, a, activation, centre, deviation=deviation)
    expected = cluster_value.mean_value(w, a, activation, centre, deviation=deviation)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@given(seeds, activations)
def test_without_noise_the_mean_is_the_value_at_the_centre(seed, activation):
    rng = np.random.default_rng(seed)
    w, centre, a = rng.standard_normal((4, 5)), rng.standard_normal(5), rng.standard_normal(4)
    found = mean_value(w, a, activation, centre, deviation=0.0)
    np.testing.assert_allclose(
        found, two_layer.value(w, a, activation, centre[None])[0], rtol=1e-10, atol=1e-12
    )


def test_replicates_may_have_centres_of_their_own():
    rng = np.random.default_rng(5)
    w, centre, a = rng.standard_normal((2, 4, 3)), rng.standard_normal((2, 3)), np.ones(4)
    each = [mean_value(w[r], a, relu(), centre[r]) for r in range(2)]
    np.testing.assert_allclose(mean_value(w, a, relu(), centre), each)


def test_a_smoothed_kink_is_refused():
    with pytest.raises(ValueError, match="needs quadrature"):
        mean_value(np.ones((1, 1)), np.ones(1), smoothed_leaky_relu(0.5), np.ones(1))
