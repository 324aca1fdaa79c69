import numpy as np
import pytest
from scipy import stats

from sim.linear import subspace as regression_subspace
from sim.linear.data import LinearModel
from sim.linear.interpolation import minimum_norm_interpolator
from sim.linear.training import train
from sim.networks.activation import centred_sigmoid
from sim.networks.lazy import LazyNetwork


def in_full(rng, replicates, n, d, signal, noise):
    theta_0 = np.zeros(d)
    theta_0[d // 2] = signal
    x, y = LinearModel(theta_0, noise=noise).sample(rng, replicates, n)
    return x, y, theta_0


def summaries(x, y, theta_0):
    """Statistics of a trained linear model that do not depend on the basis."""
    theta = train(x, y, radius=0.4, smoothing=0.2, step=0.2 / x.shape[1], iterations=5).theta
    return {
        "length": np.linalg.norm(theta, axis=-1),
        "product": theta @ theta_0,
        "interpolator": np.linalg.norm(minimum_norm_interpolator(x, y), axis=-1),
        "response": y[:, 0],
    }


def test_trained_models_have_the_law_of_the_full_dimension():
    rng = np.random.default_rng(0)
    settings = dict(signal=1.5, noise=0.7)
    full = summaries(*in_full(rng, 4000, 4, 9, **settings))
    reduced = summaries(*regression_subspace.sample(rng, 4000, 4, 9, **settings)[:3])
    for name in full:
        p = stats.ks_2samp(full[name], reduced[name]).pvalue
        assert p > 2.5e-7, name  # alpha 1e-6 for the four


def test_a_wrong_dimension_would_be_noticed():
    rng = np.random.default_rng(1)
    settings = dict(signal=1.5, noise=0.7)
    full = summaries(*in_full(rng, 4000, 4, 9, **settings))
    wrong = summaries(*regression_subspace.sample(rng, 4000, 4, 11, **settings)[:3])
    assert stats.ks_2samp(full["interpolator"], wrong["interpolator"]).pvalue < 1e-8


def test_initial_weights_have_the_law_of_the_full_dimension():
    rng = np.random.default_rng(2)
    n, m, d, deviation = 3, 2, 12, 0.4

    def products(x, w):
        gram = np.concatenate([x, w], axis=1)
        return gram @ np.swapaxes(gram, 1, 2)

    x, _, _, w = regression_subspace.sample(
        rng, 4000, n, d, signal=1.0, noise=0.0, width=m, weight_deviation=deviation
    )
    reduced = products(x, w)
    full = products(
        rng.standard_normal((4000, n, d)), deviation * rng.standard_normal((4000, m, d))
    )
    for i, j in ((0, 3), (3, 3), (3, 4), (1, 4)):
        p = stats.ks_2samp(full[:, i, j], reduced[:, i, j]).pvalue
        assert p > 2.5e-7, (i, j)  # alpha 1e-6 for the four


def test_the_response_is_the_signal_along_the_first_axis_plus_noise():
    rng = np.random.default_rng(3)
    x, y, theta_0, _ = regression_subspace.sample(rng, 5, 6, 100, signal=2.0, noise=0.0)
    np.testing.assert_allclose(y, x @ theta_0, rtol=1e-14)
    assert theta_0.tolist() == [2.0] + [0.0] * 6


@pytest.mark.parametrize(
    ("n", "width", "d", "expected"), [(4, 0, 50, 5), (4, 0, 3, 3), (4, 6, 9, 9)]
)
def test_there_are_no_more_coordinates_than_vectors_or_dimensions(n, width, d, expected):
    x, _, theta_0, w = regression_subspace.sample(
        np.random.default_rng(0), 2, n, d, signal=1.0, noise=1.0, width=width, weight_deviation=1.0
    )
    assert x.shape == (2, n, expected)
    assert theta_0.shape == (expected,)
    assert w.shape == (2, width, expected)


def test_huge_dimensions_cost_nothing_and_keep_their_scale():
    x, *_ = regression_subspace.sample(np.random.default_rng(0), 3, 4, 10**9, signal=1.0, noise=1.0)
    np.testing.assert_allclose(np.sum(x**2, axis=-1), 1e9, rtol=1e-3)


def test_training_a_network_sees_only_the_span():
    """A network trained on given data, and on the same data in coordinates of their span."""
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal((1, 3, 8)), rng.standard_normal((1, 3))
    basis, _ = np.linalg.qr(np.swapaxes(x, 1, 2))
    network = LazyNetwork(centred_sigmoid(), rng.standard_normal(4))
    settings = dict(step=0.3, iterations=6, radius=0.5, smoothing=0.1)
    whole = network.train(x, y, start=np.zeros((1, 4, 8)), **settings).point
    part = network.train(x @ basis, y, start=np.zeros((1, 4, 3)), **settings).point
    np.testing.assert_allclose(whole, part @ np.swapaxes(basis, 1, 2), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize(
    "change", [{"dimension": 1}, {"n": 0}, {"signal": -1.0}, {"noise": -0.1}, {"width": -1}]
)
def test_values_outside_the_domain_are_refused(change):
    settings = {"n": 3, "dimension": 4, "signal": 1.0, "noise": 1.0} | change
    with pytest.raises(ValueError, match="regression data need"):
        regression_subspace.sample(np.random.default_rng(0), 2, **settings)


def in_blocks(rng, replicates, n, sizes, variances, signals, noise):
    """The same data in the full dimension, with equal coefficients in a block."""
    deviations = np.repeat(np.sqrt(variances), sizes)
    theta_0 = np.repeat(np.array(signals) / np.sqrt(sizes), sizes)
    x = rng.standard_normal((replicates, n, sum(sizes))) * deviations
    y = x @ theta_0 + noise * rng.standard_normal((replicates, n))
    return x, y, theta_0, deviations**2


def of_blocks(x, y, theta_0, variances):
    theta = minimum_norm_interpolator(x, y)
    return {
        "length": np.linalg.norm(theta, axis=-1),
        "error": (theta - theta_0) ** 2 @ variances,
        "response": y[:, 0],
    }


def test_interpolators_have_the_law_of_the_full_dimension_for_a_covariance_in_blocks():
    rng = np.random.default_rng(5)
    sizes, variances, signals = [5, 3, 9], [0.25, 4.0, 1.0], [0.5, 1.0, 2.0]
    full = of_blocks(*in_blocks(rng, 4000, 4, sizes, variances, signals, 0.7))
    sampled = regression_subspace.sample_in_blocks(
        rng, 4000, 4, sizes, variances, signals, noise=0.7
    )
    assert sampled.x.shape == (4000, 4, 5 + 3 + 5)
    reduced = of_blocks(*sampled)
    for name in full:
        assert stats.ks_2samp(full[name], reduced[name]).pvalue > 3e-7, name  # 1e-6 for the three
    other = of_blocks(
        *regression_subspace.sample_in_blocks(
            rng, 4000, 4, sizes, variances[::-1], signals, noise=0.7
        )
    )
    assert stats.ks_2samp(full["length"], other["length"]).pvalue < 1e-8


def test_sparse_interpolators_have_the_law_of_the_full_dimension():
    rng = np.random.default_rng(6)
    n, d, support, noise = 4, 23, np.array([1.0, -0.5, 2.0]), 0.7
    theta_0 = np.concatenate([support, np.zeros(d - 3)])
    x = rng.standard_normal((4000, n, d))
    y = x @ theta_0 + noise * rng.standard_normal((4000, n))
    theta = minimum_norm_interpolator(x, y)
    fit = regression_subspace.interpolate_sparse(rng, 4000, n, d, support, noise=noise)
    full = {
        "l1": (np.abs(theta).sum(axis=-1), fit.l1),
        "squared_norm": (np.sum(theta**2, axis=-1), fit.squared_norm),
        "squared_error": (np.sum((theta - theta_0) ** 2, axis=-1), fit.squared_error),
        "together": (
            np.abs(theta).sum(axis=-1) / np.linalg.norm(theta, axis=-1),
            fit.l1 / np.sqrt(fit.squared_norm),
        ),
        "response": (y[:, 0], fit.y[:, 0]),
    }
    for name, (here, there) in full.items():
        assert stats.ks_2samp(here, there).pvalue > 2e-7, name  # alpha 1e-6 for the five
    assert np.abs(fit.residual).max() < 1e-9
    wrong = regression_subspace.interpolate_sparse(rng, 4000, n, d + 4, support, noise=noise)
    assert stats.ks_2samp(full["squared_norm"][0], wrong.squared_norm).pvalue < 1e-8


def test_the_roundness_is_independent_of_the_responses():
    rng = np.random.default_rng(7)
    fit = regression_subspace.interpolate_sparse(rng, 20000, 3, 40, [1.0], noise=0.5)
    square = np.sum(fit.y**2, axis=-1)
    assert stats.spearmanr(fit.roundness, square).pvalue > 1e-6
    z = rng.standard_normal((20000, 39))
    other = np.abs(z).sum(axis=-1) / np.linalg.norm(z, axis=-1)
    assert stats.ks_2samp(fit.roundness, other).pvalue > 1e-6


@pytest.mark.parametrize(
    "settings",
    [
        dict(sizes=[3, 1], variances=[1, 1], signals=[1, 1]),
        dict(sizes=[3], variances=[1, 1], signals=[1]),
        dict(sizes=[3, 3], variances=[1, -1], signals=[1, 1]),
        dict(sizes=[], variances=[], signals=[]),
    ],
)
def test_blocks_that_are_none_are_refused(settings):
    with pytest.raises(ValueError, match=r"blocks need|negative"):
        regression_subspace.sample_in_blocks(np.random.default_rng(0), 1, 2, noise=1.0, **settings)


@pytest.mark.parametrize("n, d, support", [(0, 5, [1.0]), (5, 5, [1.0]), (1, 2, [1.0, 1.0])])
def test_interpolation_in_too_few_dimensions_is_refused(n, d, support):
    with pytest.raises(ValueError, match="dimension above n"):
        regression_subspace.interpolate_sparse(
            np.random.default_rng(0), 1, n, d, support, noise=1.0
        )
