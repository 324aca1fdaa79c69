import numpy as np
import pytest
from scipy import integrate, stats

from sim.clusters import data as clusters
from sim.clusters.data import Clusters, gaussian, laplace_gaussian, truncated_normal

NOISES = [
    gaussian(0.6),
    laplace_gaussian(0.5, 2.0),
    laplace_gaussian(0.01, 1.0),
    laplace_gaussian(50.0, 0.3),
    truncated_normal(1.0),
    truncated_normal(0.05),
    truncated_normal(2.0, 0.7),
    truncated_normal(40.0),
]
HALF_WIDTHS = {truncated_normal(*p).name: p[0] for p in ((1.0,), (0.05,), (2.0, 0.7))}
LEVEL = 1e-7  # of every statistical test here; about 25 of them


def integral(function, low, high, panels=400):
    """Gauss quadrature on equal panels."""
    nodes, weights = np.polynomial.legendre.leggauss(12)
    edges = np.linspace(low, high, panels + 1)
    half = (edges[1] - edges[0]) / 2
    z = edges[:-1, None] + half * (nodes + 1)
    return half * np.sum(weights * function(z))


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_density_integrates_to_one_and_variance_is_its_second_moment(noise):
    high = 40 * np.sqrt(noise.variance)
    if noise.density(np.array(high)) == 0:  # truncated: do not integrate across the jump
        high = HALF_WIDTHS.get(noise.name, high)
    assert 2 * integral(noise.density, 0, high) == pytest.approx(1, rel=1e-9)
    second = 2 * integral(lambda z: z**2 * noise.density(z), 0, high)
    assert second == pytest.approx(noise.variance, rel=1e-9)


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_samples_follow_the_density(noise):
    drawn = np.sort(noise.sample(np.random.default_rng(5), (20_000,)))
    spread = np.sqrt(noise.variance)
    grid = np.linspace(-8 * spread, 8 * spread, 40_001)
    cumulated = integrate.cumulative_simpson(noise.density(grid), x=grid, initial=0)
    tail = (1 - cumulated[-1]) / 2
    test = stats.kstest(drawn, lambda z: np.interp(z, grid, cumulated + tail))
    assert test.pvalue > LEVEL


def test_density_agrees_with_a_normal_conditioned_by_hand():
    expected = stats.truncnorm(-2 / 0.7, 2 / 0.7, scale=0.7)
    z = np.linspace(-2.5, 2.5, 11)
    np.testing.assert_allclose(truncated_normal(2.0, 0.7).density(z), expected.pdf(z), rtol=1e-10)
    assert truncated_normal(2.0, 0.7).variance == pytest.approx(expected.var(), rel=1e-10)


def test_laplace_gaussian_goes_over_into_its_two_limits():
    z = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(
        laplace_gaussian(1e9, 1.0).density(z), gaussian().density(z), rtol=1e-7
    )
    np.testing.assert_allclose(
        laplace_gaussian(1.0, 1e-7).density(z), np.exp(-np.abs(z)) / 2, rtol=1e-6
    )


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_curvature_of_the_log_density_is_at_least_the_stated_one(noise):
    spread = np.sqrt(noise.variance)
    h = 0.05 * spread
    z = np.linspace(-1.5, 1.5, 31) * spread
    points = np.stack([z - h, z, z + h])
    inside = (noise.density(points) > 0).all(axis=0)
    low, middle, high = np.log(noise.density(points[:, inside]))
    curvature = -(low - 2 * middle + high) / h**2
    assert curvature.min() >= noise.log_concavity * (1 - 1e-6) - 1e-9 / h**2
    # and it is the largest such constant
    assert curvature.min() <= noise.log_concavity * (1 + 1e-6) + 1e-9 / h**2


def test_mixture_has_mirrored_means_and_flipped_labels():
    mean = np.array([2.0, 0.0, -1.0])
    n = 40_000
    x, y, cluster = Clusters(mean, 0.2, laplace_gaussian(1.0, 1.0)).sample(
        np.random.default_rng(7), 2, n
    )
    assert x.shape == (2, n, 3) and y.shape == cluster.shape == (2, n)
    assert set(np.unique(y)) == {-1, 1}
    flips = int((y != cluster).sum())
    assert stats.binomtest(flips, 2 * n, 0.2).pvalue > LEVEL
    assert stats.binomtest(int((cluster > 0).sum()), 2 * n, 0.5).pvalue > LEVEL
    # independent flips: also within a cluster
    positive = cluster > 0
    assert stats.binomtest(int((y[positive] < 0).sum()), int(positive.sum()), 0.2).pvalue > LEVEL
    noise = x - cluster[..., None] * mean
    variance = laplace_gaussian(1.0, 1.0).variance
    # 6 standard errors of each of three means: 3 * 2e-9
    assert np.abs(noise.mean(axis=(0, 1))).max() < 6 * np.sqrt(variance / (2 * n))
    correlation = np.corrcoef(noise.reshape(-1, 3).T)
    assert np.abs(correlation - np.eye(3)).max() < 6 / np.sqrt(2 * n)


def test_same_generator_gives_the_same_sample_and_the_dtype_asked_for():
    mixture = Clusters(clusters.first_axis(5, 3.0), 0.1)
    first = mixture.sample(np.random.default_rng(1), 1, 4, dtype=np.float32)
    second = mixture.sample(np.random.default_rng(1), 1, 4, dtype=np.float32)
    for one, other in zip(first, second, strict=True):
        assert one.dtype == np.float32
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: gaussian(0.0),
        lambda: laplace_gaussian(-1.0, 1.0),
        lambda: laplace_gaussian(1e-6, 1.0),
        lambda: truncated_normal(np.inf),
        lambda: Clusters(np.ones(2), 0.7),
    ],
)
def test_parameters_outside_their_range_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must be|probability"):
        wrong()
