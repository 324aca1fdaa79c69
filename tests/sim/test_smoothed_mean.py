import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from sim.clusters import value as cluster_value
from sim.networks import two_layer
from sim.networks.activation import smoothed_leaky_relu
from sim.networks.smoothed_mean import mean_activation, mean_value

seeds = st.integers(0, 2**32 - 1)
slopes, sharpnesses = st.floats(0.01, 1), st.sampled_from([0.2, 1.0, 20.0])


@given(slopes, sharpnesses, st.floats(-4, 4), st.sampled_from([0.05, 0.7, 3.0]))
def test_the_mean_of_the_activation_agrees_with_quadrature(slope, sharpness, middle, spread):
    phi = smoothed_leaky_relu(slope, sharpness)

    def integrand(t):
        return phi.value(np.array(middle + spread * t)) * np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)

    kinks = [(edge / sharpness - middle) / spread for edge in (-1, 1)]
    inside = sorted(t for t in kinks if abs(t) < 12)
    expected, _ = integrate.quad(integrand, -12, 12, points=inside or None, epsabs=1e-12, limit=200)
    found = mean_activation(np.array(middle), np.array(spread), slope=slope, sharpness=sharpness)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(seeds, slopes, sharpnesses, st.sampled_from([0.1, 2.0]))
def test_the_mean_of_the_network_agrees_with_quadrature(seed, slope, sharpness, deviation):
    rng = np.random.default_rng(seed)
    w, centre = rng.standard_normal((3, 4, 5)), rng.standard_normal(5)
    a = rng.standard_normal(4)
    found = mean_value(w, a, centre, slope=slope, sharpness=sharpness, deviation=deviation)
    phi = smoothed_leaky_relu(slope, sharpness)
    expected = cluster_value.mean_value(w, a, phi, centre, deviation=deviation)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@given(seeds, slopes)
def test_hardly_any_noise_leaves_the_value_at_the_centre(seed, slope):
    rng = np.random.default_rng(seed)
    w, centre, a = rng.standard_normal((4, 5)), rng.standard_normal(5), rng.standard_normal(4)
    found = mean_value(w, a, centre, slope=slope, sharpness=2.0, deviation=1e-9)
    phi = smoothed_leaky_relu(slope, 2.0)
    np.testing.assert_allclose(
        found, two_layer.value(w, a, phi, centre[None])[0], rtol=1e-8, atol=1e-8
    )


@given(seeds, sharpnesses)
def test_a_linear_network_has_the_value_at_the_centre(seed, sharpness):
    rng = np.random.default_rng(seed)
    w, centre, a = rng.standard_normal((4, 5)), rng.standard_normal(5), rng.standard_normal(4)
    found = mean_value(w, a, centre, slope=1.0, sharpness=sharpness, deviation=1.3)
    np.testing.assert_allclose(found, a @ w @ centre, atol=1e-12)


@given(seeds, slopes)
def test_a_change_of_units_changes_only_units(seed, slope):
    """phi of sharpness H / c at c z is c times phi of sharpness H at z."""
    rng = np.random.default_rng(seed)
    w, centre, a = rng.standard_normal((4, 5)), rng.standard_normal(5), rng.standard_normal(4)
    one, other = (mean_value(c * w, a, centre, slope=slope, sharpness=3.0 / c) for c in (1.0, 1e-6))
    np.testing.assert_allclose(other, 1e-6 * one, rtol=1e-9, atol=1e-18)


@given(slopes, st.floats(-3, 3), st.floats(-6, 0), st.floats(2, 22))
def test_a_sharp_kink_has_the_mean_of_the_leaky_relu(slope, ratio, log_spread, log_sharpness):
    """However sharp it is: the squares of the closed form would cancel to the last digit."""
    spread = np.array(10.0**log_spread)
    middle, sharpness = ratio * spread, 10.0 ** (log_sharpness - log_spread)
    found = mean_activation(middle, spread, slope=slope, sharpness=sharpness)
    density = np.exp(-(ratio**2) / 2) / np.sqrt(2 * np.pi)
    sharp = slope * middle + (1 - slope) * (middle * special.ndtr(ratio) + spread * density)
    assert abs(found - sharp) <= 0.26 / sharpness + 1e-14 * spread


@given(slopes, st.floats(-2, 2), st.floats(-3, 3))
def test_the_two_ways_of_taking_the_mean_join(slope, ratio, log_width):
    spread, width = np.array(1.0), 10.0**log_width
    middle = np.array(ratio * (width + 20))
    found = mean_activation(middle, spread, slope=slope, sharpness=1 / width)
    with mpmath.workdps(40):

        def squared(m):
            m = mpmath.mpf(float(m))
            return (m**2 + 1) * mpmath.ncdf(m) + m * mpmath.npdf(m)

        h, m = mpmath.mpf(width), mpmath.mpf(float(middle))
        curve = (squared(m + h) - squared(m - h)) / h
        expected = slope * m + (1 - slope) * (curve - h) / 4
    assert float(found) == pytest.approx(float(expected), rel=1e-11, abs=1e-12)


def test_weights_of_zero_give_zero_however_loud_the_noise():
    found = mean_value(np.zeros((2, 3)), np.ones(2), np.ones(3), slope=0.5, sharpness=1.0)
    assert found == pytest.approx(0, abs=1e-15)
