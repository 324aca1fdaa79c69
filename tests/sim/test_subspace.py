import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.clusters import data as clusters
from sim.clusters import subspace
from sim.networks import two_layer

LEVEL = 1e-7  # of every statistical test here; about 15 of them


def log_volumes(rows):
    return np.linalg.slogdet(rows @ np.swapaxes(rows, -1, -2))[1]


def gaussian_log_volumes(seed, dimension, count=8, replicates=4000):
    rng = np.random.default_rng(seed)
    return log_volumes(rng.standard_normal((replicates, count, dimension)))


def test_compressed_vectors_have_the_law_of_full_ones():
    full = gaussian_log_volumes(1, 13)
    rows = subspace.gaussian_coordinates(np.random.default_rng(2), 4000, 8, 13)
    assert rows.shape == (4000, 8, 8)
    assert stats.ks_2samp(full, log_volumes(rows)).pvalue > LEVEL
    rng = np.random.default_rng(3)
    wide = rng.standard_normal((4000, 8, 13))
    for i, j in ((0, 0), (7, 7), (0, 7), (3, 4)):
        inner = (rows[:, i] * rows[:, j]).sum(-1), (wide[:, i] * wide[:, j]).sum(-1)
        assert stats.ks_2samp(*inner).pvalue > LEVEL


@pytest.mark.parametrize("wrong", [lambda j: 13 - j + 1, lambda j: 13 + 0 * j])
def test_a_wrong_number_of_degrees_of_freedom_is_noticed(wrong):
    """The power of the test above: the same data, chi-squares off by one or all alike."""
    rng = np.random.default_rng(2)
    rows = np.tril(rng.standard_normal((4000, 8, 8)), -1)
    j = np.arange(8)
    rows[:, j, j] = np.sqrt(rng.chisquare(wrong(j), size=(4000, 8)))
    assert stats.ks_2samp(gaussian_log_volumes(1, 13), log_volumes(rows)).pvalue < LEVEL


def test_more_vectors_than_dimensions_fill_the_space():
    rows = subspace.gaussian_coordinates(np.random.default_rng(4), 20_000, 5, 3)
    assert rows.shape == (20_000, 5, 3)
    gram = rows @ np.swapaxes(rows, -1, -2)
    # Wishart mean 3 I; entries have variance at most 6: 6 standard errors, 15 entries, 3e-8
    assert np.abs(gram.mean(axis=0) - 3 * np.eye(5)).max() < 6 * np.sqrt(6 / 20_000)
    assert np.linalg.matrix_rank(gram[0]) == 3


def problem(seed=0, replicates=3, n=6, width=4, dimension=50, **other):
    settings = {"mean_norm": 2.0, "weight_deviation": 0.3, "flip": 0.1} | other
    return subspace.sample(np.random.default_rng(seed), replicates, n, width, dimension, **settings)


def test_problem_in_coordinates_has_the_law_of_the_one_in_full_dimension():
    replicates, n, width, d = 4000, 3, 4, 9
    reduced = problem(5, replicates, n, width, d, noise_deviation=0.8)
    rng = np.random.default_rng(6)
    x, _, cluster = clusters.Clusters(
        clusters.first_axis(d, 2.0), 0.1, clusters.gaussian(0.8)
    ).sample(rng, replicates, n)
    w = two_layer.initial_weights(rng, replicates, width, d, 0.3)
    mean = clusters.first_axis(d, 2.0)
    assert reduced.x.shape == (replicates, n, 1 + n + width // 2)

    def observables(x, w, cluster, mean):
        signed = x * cluster[..., None]
        vectors = np.concatenate([signed, w[:, : width // 2]], axis=1)
        inner = vectors @ np.swapaxes(vectors, -1, -2)
        yield from (inner[:, 0, 0], inner[:, 0, 1], inner[:, 0, -1], inner[:, -1, -2])
        yield from (signed[:, 2] @ mean, w[:, 0] @ mean, np.linalg.slogdet(inner)[1])

    pairs = zip(
        observables(reduced.x, reduced.w, reduced.cluster, reduced.mean),
        observables(x, w, cluster, mean),
        strict=True,
    )
    for one, other in pairs:
        assert stats.ks_2samp(one, other).pvalue > LEVEL


def test_symmetric_weights_come_in_equal_pairs_that_cost_no_dimension():
    paired, single = problem(), problem(symmetric=False)
    np.testing.assert_array_equal(paired.w[:, :2], paired.w[:, 2:])
    assert paired.x.shape[-1] == 1 + 6 + 2 and single.x.shape[-1] == 1 + 6 + 4
    assert (single.w[:, :2] != single.w[:, 2:])[..., 0].all()


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_few_dimensions_need_no_more_coordinates_than_there_are(dimension):
    assert problem(dimension=dimension).x.shape[-1] == dimension


def test_a_thousand_million_dimensions_are_no_trouble():
    drawn = problem(dimension=10**9)
    squared = (drawn.x**2).sum(axis=-1)
    # chi-square with 1e9 degrees of freedom: deviation 4.5e4; 18 values within 7 of them, 5e-11
    assert np.abs(squared - 1e9).max() < 7 * 4.5e4
    assert drawn.mean.shape == (9,) and drawn.mean[0] == 2.0


def test_fresh_points_are_the_mixture_in_coordinates():
    mean = problem().mean
    x, y, cluster = subspace.fresh_points(
        np.random.default_rng(8), 2, 5000, mean, flip=0.25, noise_deviation=0.5
    )
    noise = (x - cluster[..., None] * mean).ravel() / 0.5
    assert stats.kstest(noise, "norm").pvalue > LEVEL
    assert stats.binomtest(int((y != cluster).sum()), 10_000, 0.25).pvalue > LEVEL


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(1, 12),
    st.floats(1e-3, 1e3),
)
def test_coordinates_keep_all_inner_products(seed, n, m, d, scale):
    rng = np.random.default_rng(seed)
    blocks = (
        rng.standard_normal((1, d)),
        scale * rng.standard_normal((2, n, d)),
        rng.standard_normal((2, m, d)),
    )
    turned = subspace.coordinates(*blocks)
    assert turned[1].shape == (2, n, min(d, 1 + n + m))
    for i, one in enumerate(blocks):
        for j, other in enumerate(blocks):
            expected = one @ np.swapaxes(other, -1, -2)
            sizes = (
                np.linalg.norm(one, axis=-1)[..., :, None]
                * (np.linalg.norm(other, axis=-1)[..., None, :])
            )
            found = turned[i] @ np.swapaxes(turned[j], -1, -2)
            assert (np.abs(found - expected) <= 1e-13 * sizes).all()
    first = turned[0][..., 0, :]
    np.testing.assert_allclose(first[..., 0], np.linalg.norm(blocks[0]), rtol=1e-13)
    assert np.abs(first[..., 1:]).max(initial=0) == 0


def test_dependent_vectors_are_rotated_too():
    x = np.random.default_rng(1).standard_normal((3, 20))
    same, twice = subspace.coordinates(x, x)
    np.testing.assert_allclose(same, twice, atol=1e-13)
    np.testing.assert_allclose(same @ same.T, x @ x.T, atol=1e-12)


@pytest.mark.parametrize("wrong", [{"dimension": 0}, {"n": 0}, {"flip": 0.6}, {"width": 3}])
def test_impossible_problems_are_refused(wrong):
    with pytest.raises(ValueError, match=r"at least 1|probability|even"):
        problem(**wrong)
