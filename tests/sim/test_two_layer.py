import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks import two_layer
from sim.networks.activation import centred_sigmoid, leaky_relu, linear, relu, smoothed_leaky_relu

ACTIVATIONS = [
    relu(),
    leaky_relu(0.3),
    linear(),
    smoothed_leaky_relu(0.4, 2.0),
    centred_sigmoid(),
]
activations = st.sampled_from(ACTIVATIONS)
seeds = st.integers(0, 2**32 - 1)


def network(seed, m=6, n=4, d=3, replicates=()):
    rng = np.random.default_rng(seed)
    return (
        rng.standard_normal((*replicates, m, d)),
        rng.standard_normal(m),
        rng.standard_normal((*replicates, n, d)),
    )


@given(seeds, activations)
def test_value_is_the_sum_over_neurons(seed, activation):
    w, a, x = network(seed, replicates=(2,))
    expected = [
        [sum(a[s] * activation.value(w[r, s] @ x[r, i]) for s in range(6)) for i in range(4)]
        for r in range(2)
    ]
    np.testing.assert_allclose(
        two_layer.value(w, a, activation, x), expected, rtol=1e-12, atol=1e-13
    )


def central_difference(function, point, direction, h=1e-6):
    return (function(point + h * direction) - function(point - h * direction)) / (2 * h)


@given(seeds, activations)
def test_input_gradient_agrees_with_finite_differences(seed, activation):
    w, a, x = network(seed)
    direction = np.random.default_rng(seed).standard_normal(3)
    kinks = np.array([0.0, 0.5, -0.5])  # of the piecewise ones above
    distance = np.abs(two_layer.preactivation(w, x)[..., None] - kinks).min(axis=(1, 2))
    smooth = distance > 1e-4
    numerical = central_difference(lambda u: two_layer.value(w, a, activation, u), x, direction)
    exact = two_layer.input_gradient(w, a, activation, x) @ direction
    np.testing.assert_allclose(exact[smooth], numerical[smooth], rtol=1e-6, atol=1e-7)


@given(seeds, activations)
def test_weight_gradient_agrees_with_finite_differences(seed, activation):
    w, a, x = network(seed)
    rng = np.random.default_rng(seed)
    direction, coefficients = rng.standard_normal(w.shape), rng.standard_normal(4)
    kinks = np.array([0.0, 0.5, -0.5])
    if np.abs(two_layer.preactivation(w, x)[..., None] - kinks).min() < 1e-4:
        return
    numerical = central_difference(
        lambda v: coefficients @ two_layer.value(v, a, activation, x), w, direction
    )
    exact = np.sum(two_layer.weight_gradient(w, a, activation, x, coefficients) * direction)
    assert exact == pytest.approx(numerical, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("margin", [-800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 700.0])
def test_logistic_loss_and_weight_keep_relative_precision_in_both_tails(margin):
    with mpmath.workdps(400):
        loss = mpmath.log1p(mpmath.exp(-mpmath.mpf(margin)))
        weight = 1 / (1 + mpmath.exp(mpmath.mpf(margin)))
    assert two_layer.logistic_loss(np.array(margin)) == pytest.approx(float(loss), rel=1e-14)
    assert two_layer.logistic_weight(np.array(margin)) == pytest.approx(float(weight), rel=1e-14)


def test_logistic_weight_is_minus_the_slope_of_the_loss():
    margins = np.linspace(-6, 6, 25)
    slope = central_difference(two_layer.logistic_loss, margins, 1.0, 1e-5)
    np.testing.assert_allclose(two_layer.logistic_weight(margins), -slope, rtol=1e-8)


@given(seeds, activations)
def test_order_of_the_neurons_does_not_matter(seed, activation):
    w, a, x = network(seed)
    order = np.random.default_rng(seed).permutation(6)
    np.testing.assert_allclose(
        two_layer.value(w[order], a[order], activation, x),
        two_layer.value(w, a, activation, x),
        rtol=1e-12,
        atol=1e-13,
    )


@given(seeds, st.floats(0.01, 100.0))
def test_scaling_the_weights_of_a_homogeneous_network_scales_its_value(seed, factor):
    w, a, x = network(seed)
    np.testing.assert_allclose(
        two_layer.value(factor * w, a, relu(), x),
        factor * two_layer.value(w, a, relu(), x),
        rtol=1e-12,
    )


def test_norms_are_those_of_the_singular_values():
    w, _, _ = network(3, replicates=(2,))
    for r in range(2):
        singular = np.linalg.svd(w[r], compute_uv=False)
        assert two_layer.spectral_norm(w)[r] == pytest.approx(singular[0])
        assert two_layer.frobenius_norm(w)[r] == pytest.approx(np.sqrt((singular**2).sum()))


def test_symmetric_initial_network_vanishes_and_an_independent_one_does_not():
    a = two_layer.balanced_signs(40)
    x = np.random.default_rng(0).standard_normal((3, 10, 50))
    values = {}
    for symmetric in (True, False):
        w = two_layer.initial_weights(np.random.default_rng(1), 3, 40, 50, 0.7, symmetric=symmetric)
        values[symmetric] = np.abs(two_layer.value(w, a, relu(), x)).max()
        # 6000 or 3000 distinct normals: the sample deviation is within 6 standard errors (2e-9).
        assert w.std() == pytest.approx(0.7, rel=6 / np.sqrt(6000))
    assert values[True] < 1e-14 < 0.1 < values[False]
    assert np.sum(a**2) == pytest.approx(1) and a[0] > 0 > a[-1]


@pytest.mark.parametrize("width", [0, 3, -2])
def test_odd_widths_cannot_be_paired(width):
    with pytest.raises(ValueError, match="must be even"):
        two_layer.balanced_signs(width)
    with pytest.raises(ValueError, match="must be even"):
        two_layer.initial_weights(np.random.default_rng(0), 1, width, 4, 1.0)


def test_single_precision_stays_single():
    w, a, x = (array.astype(np.float32) for array in network(0))
    for activation in ACTIVATIONS:
        assert two_layer.value(w, a, activation, x).dtype == np.float32
        assert two_layer.input_gradient(w, a, activation, x).dtype == np.float32
    assert two_layer.logistic_loss(x).dtype == np.float32
    assert two_layer.logistic_weight(x).dtype == np.float32
