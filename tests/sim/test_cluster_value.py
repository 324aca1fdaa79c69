import numpy as np
import pytest

from sim.clusters.value import mean_value
from sim.networks import two_layer
from sim.networks.activation import leaky_relu, linear, smoothed_leaky_relu

ACTIVATIONS = [linear(), leaky_relu(0.2), smoothed_leaky_relu(0.3, 2.0)]


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda activation: activation.name)
def test_the_mean_agrees_with_sampled_points(activation):
    rng = np.random.default_rng(3)
    w, a = rng.standard_normal((4, 3)), two_layer.balanced_signs(4)
    centre, n = np.array([1.0, -0.5, 0.2]), 200_000
    values = two_layer.value(w, a, activation, centre + 0.7 * rng.standard_normal((n, 3)))
    # six standard errors of a mean: alpha = 2e-9
    assert abs(values.mean() - mean_value(w, a, activation, centre, deviation=0.7)) < (
        6 * values.std() / np.sqrt(n)
    )


def test_a_linear_network_has_its_value_at_the_centre():
    rng = np.random.default_rng(4)
    w, a, centre = rng.standard_normal((5, 4, 3)), two_layer.balanced_signs(4), np.ones(3)
    expected = two_layer.value(w, a, linear(), centre[None])[..., 0]
    np.testing.assert_allclose(mean_value(w, a, linear(), centre), expected, atol=1e-12)


def test_a_rectifier_has_the_closed_form_of_the_folded_normal():
    w, a = np.array([[2.0], [1.0]]), np.array([1.0, 0.0])
    found = mean_value(w, a, leaky_relu(0.0), np.array([0.0]), deviation=3.0)
    assert found == pytest.approx(6 / np.sqrt(2 * np.pi), rel=1e-6)
