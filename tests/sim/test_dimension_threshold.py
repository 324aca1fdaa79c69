import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.clusters.dimension_threshold import StepLaw, threshold
from sim.clusters.robust_error import linear_robust_error, sample_one_step_margins

LEVEL = 1e-7  # of every statistical test here; 5 of them


def law(seed=0, mean=3.0, samples=40, replicates=50, flip=0.1):
    return StepLaw(np.random.default_rng(seed), mean, samples, replicates, flip=flip)


@pytest.mark.parametrize("dimension", [2, 7, 5000])
def test_margin_has_the_law_of_one_step_in_that_dimension(dimension):
    ours = law(1, replicates=4000).margin(np.full(4000, float(dimension)))
    other = sample_one_step_margins(np.random.default_rng(2), 3.0, dimension, 40, 4000, flip=0.1)
    assert stats.ks_2samp(ours, other).pvalue > LEVEL


def test_margin_has_the_law_of_a_step_on_explicit_points():
    rng, d, n = np.random.default_rng(3), 6, 9
    cluster = rng.choice([-1.0, 1.0], size=(4000, n))
    y = np.where(rng.random((4000, n)) < 0.2, -cluster, cluster)
    x = rng.standard_normal((4000, n, d))
    x[..., 0] += 1.5 * cluster
    theta = np.einsum("rn,rnd->rd", y, x)
    explicit = 1.5 * theta[:, 0] / np.linalg.norm(theta, axis=-1)
    ours = law(4, 1.5, n, 4000, flip=0.2).margin(np.full(4000, float(d)))
    assert stats.ks_2samp(ours, explicit).pvalue > LEVEL


@given(st.integers(0, 2**32 - 1), st.floats(2.5, 300), st.floats(0, 0.3), st.floats(0.15, 0.45))
def test_error_at_the_threshold_is_the_level(seed, mean, ratio, error):
    drawn = law(seed, mean, replicates=8)
    found = threshold(drawn, ratio * mean, error, flip=0.1)
    inside = np.isfinite(found)
    margin = drawn.margin(np.where(inside, found, 10.0))
    here = linear_robust_error(margin, ratio * mean, flip=0.1)
    assert np.allclose(here[inside], error, rtol=1e-6)


@given(st.integers(0, 2**32 - 1), st.floats(0.5, 100))
def test_margin_falls_and_the_threshold_shrinks_under_attack(seed, mean):
    drawn = law(seed, mean, replicates=8)
    margins = drawn.margin(np.geomspace(2, 1e12, 30)[:, None])
    towards_zero = np.diff(np.abs(margins), axis=0)
    assert (towards_zero <= 1e-12 * mean).all()
    clean, attacked = (threshold(drawn, r * mean, 0.3, flip=0.1) for r in (0.0, 0.2))
    both = np.isfinite(clean) & np.isfinite(attacked)
    assert (attacked[both] <= clean[both]).all()


def test_share_of_passed_thresholds_is_that_of_errors_above_the_level():
    dimension = 1000
    passed = threshold(law(5, replicates=4000), 0.3, 0.25, flip=0.1) <= dimension
    margin = sample_one_step_margins(np.random.default_rng(6), 3.0, dimension, 40, 4000, flip=0.1)
    above = linear_robust_error(margin, 0.3, flip=0.1) >= 0.25
    table = [[passed.sum(), above.sum()], [(~passed).sum(), (~above).sum()]]
    assert 0.05 < passed.mean() < 0.95
    assert stats.fisher_exact(table).pvalue > LEVEL


def test_no_threshold_where_the_error_is_never_at_the_level():
    assert np.isnan(threshold(law(mean=0.2), 0.0, 0.2, flip=0.1)).all()


@pytest.mark.parametrize("error", [0.1, 0.05, 0.5, 0.7])
def test_a_level_outside_noise_and_chance_is_refused(error):
    with pytest.raises(ValueError, match=r"between 0\.1 and 1/2"):
        threshold(law(), 0.0, error, flip=0.1)
