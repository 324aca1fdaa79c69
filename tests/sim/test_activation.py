"""Activations: the slope is the derivative, and the declared bounds are bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks import activation

KINDS = {
    "relu": activation.relu(),
    "leaky": activation.leaky_relu(0.2, scale=3.0),
    "linear": activation.linear(0.25),
    "smoothed": activation.smoothed_leaky_relu(0.3, 2.0),
    "sigmoid": activation.centred_sigmoid(),
}
POINTS = np.linspace(-4, 4, 801) + 1e-4


@pytest.mark.parametrize("name", KINDS)
def test_slope_is_the_derivative_away_from_kinks(name):
    phi = KINDS[name]
    step = 1e-6
    difference = (phi.value(POINTS + step) - phi.value(POINTS - step)) / (2 * step)
    assert np.allclose(phi.slope(POINTS), difference, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_declared_slope_bounds_and_convexity_are_kept(name):
    phi = KINDS[name]
    slope = phi.slope(POINTS)
    assert slope.min() >= phi.lower - 1e-15 and slope.max() <= phi.upper + 1e-15
    if phi.convex:
        assert np.all(np.diff(slope) >= -1e-12)
    assert phi.value(np.zeros(1))[0] == 0


@pytest.mark.parametrize("name", [k for k, phi in KINDS.items() if phi.homogeneous])
@given(factor=st.floats(0.01, 100))
def test_homogeneous_activations_scale(name, factor):
    phi = KINDS[name]
    assert np.allclose(phi.value(factor * POINTS), factor * phi.value(POINTS), rtol=1e-12)


@pytest.mark.parametrize("name", KINDS)
def test_single_precision_stays_single(name):
    z = POINTS.astype(np.float32)
    assert KINDS[name].value(z).dtype == np.float32
    assert KINDS[name].slope(z).dtype == np.float32


@pytest.mark.parametrize("at_zero, expected", [(0.0, 0.1), (0.5, 0.55), (1.0, 1.0)])
def test_the_convention_at_the_kink_is_the_declared_one(at_zero, expected):
    phi = activation.leaky_relu(0.1, at_zero=at_zero)
    assert phi.slope(np.zeros(1))[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    "make",
    [
        lambda: activation.leaky_relu(1.5),
        lambda: activation.leaky_relu(0.1, scale=0),
        lambda: activation.smoothed_leaky_relu(0.0),
        lambda: activation.smoothed_leaky_relu(0.5, -1),
    ],
)
def test_parameters_outside_their_range_are_refused(make):
    with pytest.raises(ValueError, match="needs"):
        make()
