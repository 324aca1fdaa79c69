"""Antipodal caps: their law, and that the classes are as far apart as promised."""

import numpy as np
import pytest
from scipy import integrate, stats

from sim.caps import antipodal_caps, half_class_distance


@pytest.mark.parametrize("d", [2, 3, 10, 784])
@pytest.mark.parametrize("h", [0.3, 0.9, 1.0])
def test_points_are_unit_vectors_of_their_cap(d, h):
    x, y = antipodal_caps(np.random.default_rng(0), 3, 40, d, h)
    assert x.shape == (3, 40, d) and y.shape == (3, 40)
    np.testing.assert_allclose(np.linalg.norm(x, axis=-1), 1, rtol=1e-12)
    assert np.all(y * x[..., 0] >= h * (1 - 1e-12))
    assert np.all(y.sum(axis=1) == 0)


@pytest.mark.parametrize("d", [2, 3, 12])
def test_heights_follow_the_uniform_law_of_the_cap(d):
    h = 0.5
    x, y = antipodal_caps(np.random.default_rng(1), 1, 4000, d, h)

    def density(t):
        return (1 - t * t) ** ((d - 3) / 2)

    whole = integrate.quad(density, h, 1)[0]

    def cdf(points):
        return np.array([integrate.quad(density, h, t)[0] / whole for t in points])

    # One test per dimension at 1e-6: they fail by chance in one run of 300 000.
    assert stats.kstest((y * x[..., 0])[0], cdf).pvalue > 1e-6


def test_classes_are_as_far_apart_as_promised():
    x, y = antipodal_caps(np.random.default_rng(2), 1, 200, 3, 0.9)
    assert 0.9 <= half_class_distance(x[0], y[0]) <= 1
    pairs = [np.linalg.norm(p - q) / 2 for p in x[0][y[0] > 0] for q in x[0][y[0] < 0]]
    assert half_class_distance(x[0], y[0]) == pytest.approx(min(pairs))


@pytest.mark.parametrize(("d", "h"), [(1, 0.9), (5, 0.0), (5, 1.1)])
def test_impossible_caps_are_refused(d, h):
    with pytest.raises(ValueError, match="caps need"):
        antipodal_caps(np.random.default_rng(0), 1, 4, d, h)


def test_one_class_has_no_distance():
    with pytest.raises(ValueError, match="both signs"):
        half_class_distance(np.eye(3), np.ones(3))


@pytest.mark.parametrize("d", [3, 200])
def test_points_drawn_in_their_span_have_the_products_of_those_drawn_in_full(d):
    rng, n = np.random.default_rng(6), 6
    full, _ = antipodal_caps(rng, 4000, n, d)
    small, _ = antipodal_caps(rng, 4000, n, d, in_span=True)
    assert small.shape[-1] == min(d, 1 + n)
    for i, j in ((0, 1), (2, 4), (3, 5)):
        products = [np.vecdot(x[:, i], x[:, j]) for x in (full, small)]
        assert stats.ks_2samp(*products).pvalue > 1e-6
    np.testing.assert_allclose(np.linalg.norm(small, axis=-1), 1, rtol=1e-12)
