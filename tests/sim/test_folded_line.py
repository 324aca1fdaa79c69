import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from sim.certificates import _folded_line as folded
from sim.networks.activation import (
    Activation,
    centred_sigmoid,
    leaky_relu,
    linear,
    relu,
    smoothed_leaky_relu,
)

SEEDS = st.integers(0, 2**32 - 1)
ROUNDINGS = st.sampled_from([0.0, 1e-3, 0.3, 1.0, 20.0])


def unsettled(rng, size, rho):
    """Ranges of all kinds: nearly settled, centred, inside the rounding, wide."""
    reach = np.exp(rng.uniform(-6, 3, size))
    z = rng.uniform(-1, 1, size) ** rng.choice([1, 7]) * (reach + rho) * (1 - 1e-9)
    return z, reach


@given(seed=SEEDS, rho=ROUNDINGS)
def test_parabolas_above_stay_above_on_the_range_whatever_the_parameter(seed, rho):
    rng = np.random.default_rng(seed)
    z, reach = unsettled(rng, 200, rho)
    touch = np.maximum(rho, np.exp(rng.uniform(-8, 4, 200)))
    over = folded.above(touch, z, reach, rho)
    for t in np.linspace(-1, 1, 201):
        v = z + t * reach
        size = 1 + np.abs(over.quadratic) * (v**2 + touch**2)
        assert (over(v) - folded.fold(v, rho) >= -1e-13 * size).all()


@given(seed=SEEDS, rho=ROUNDINGS)
def test_parabolas_below_stay_below_on_the_range_whatever_the_parameters(seed, rho):
    rng = np.random.default_rng(seed)
    z, reach = unsettled(rng, 200, rho)
    share = rng.dirichlet(np.full(3, 0.3), 200).T
    share[0] += np.where(np.abs(z) < reach, 0, share[1])
    share[1] = np.where(np.abs(z) < reach, share[1], 0)
    under = folded.below(rng.uniform(-1, 1, 200), share, z, reach, rho)
    for t in np.linspace(-1, 1, 201):
        v = z + t * reach
        size = 1 + (np.abs(under.quadratic * v) + np.abs(under.linear)) * np.abs(v)
        assert (folded.fold(v, rho) - under(v) >= -1e-13 * size).all()


@given(seed=SEEDS, rho=ROUNDINGS)
def test_best_touch_gives_the_lowest_mean_of_the_parabola(seed, rho):
    rng = np.random.default_rng(seed)
    z, reach = unsettled(rng, 1, rho)
    v = z + reach * rng.uniform(-1, 1, 5)
    mean, square = v.mean(keepdims=True), (v**2).mean(keepdims=True) + 1e-6 * reach**2

    def average(touch):
        over = folded.above(np.array([touch]), z, reach, rho)
        return float((over.quadratic * square + over.linear * mean + over.constant)[0])

    best = folded.best_touch(mean, square, z, reach, rho)[0]
    low, high = max(rho, 1e-9), float(np.abs(z[0]) + reach[0] + rho)
    other = minimize_scalar(average, bounds=(low, high), method="bounded")
    grid = min(average(t) for t in np.linspace(low, high, 50))
    assert average(best) <= min(other.fun, grid) + 1e-9 * (high + 1)


def test_the_parabola_above_is_tight_for_some_law_with_the_same_moments():
    # Mass at the near end of the range and at the point of touching: nothing is lost.
    z, reach, touch, share = np.array([0.6]), np.array([1.0]), np.array([1.2]), 0.3
    points, weights = np.array([-0.4, 1.2]), np.array([share, 1 - share])
    over = folded.above(touch, z, reach, 0.0)
    mean, square = weights @ points, weights @ points**2
    assert folded.best_touch(np.array([mean]), np.array([square]), z, reach, 0.0) == (
        pytest.approx(1.2)
    )
    assert (over.quadratic * square + over.linear * mean + over.constant)[0] == pytest.approx(
        weights @ np.abs(points), rel=1e-14
    )


@pytest.mark.parametrize(
    "activation",
    [
        relu(),
        relu(scale=3.0),
        leaky_relu(0.2),
        linear(2.0),
        leaky_relu(0.3, scale=0.5),
        smoothed_leaky_relu(0.3),
        smoothed_leaky_relu(0.1, 1e4),
        smoothed_leaky_relu(0.9, 0.05),
        smoothed_leaky_relu(1e-3, 7.0),
    ],
    ids=lambda activation: activation.name,
)
def test_recognised_lines_equal_the_activation_within_the_stated_error(activation):
    line = folded.recognise(activation)
    v = np.concatenate(
        [scale * np.linspace(-1, 1, 20_001) for scale in (line.rho + 1e-3, 3 * line.rho + 1, 1e3)]
    )
    gap = activation.value(v) - line.centre * v - line.half * folded.fold(v, line.rho)
    assert (np.abs(gap) <= line.error + 1e-14 * (1 + np.abs(v)) * (1 + line.half)).all()
    assert line.error <= 2e-8 * line.half * (line.rho + 1e-300)


def test_functions_that_are_no_folded_line_are_not_recognised():
    softplus = Activation(
        "softplus",
        lambda z: np.logaddexp(0, z),
        lambda z: 1 / (1 + np.exp(-z)),
        0.0,
        1.0,
        homogeneous=False,
        convex=True,
    )
    # The slopes of a fold, rounded in another way.
    hyperbola = Activation(
        "hyperbola",
        lambda z: np.hypot(z, 1.0) - 1,
        lambda z: z / np.hypot(z, 1.0),
        -1.0,
        1.0,
        homogeneous=False,
        convex=True,
    )
    assert folded.recognise(softplus) is None
    assert folded.recognise(hyperbola) is None
    assert folded.recognise(centred_sigmoid()) is None
