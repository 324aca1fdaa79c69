"""Bounds of means, contrasts and proportions, against SciPy and by their invariances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from alphas import alpha
from verify.judging.intervals import Contrasts, Moments, fewest_replicates, proportion_bounds

seeds = st.integers(0, 2**32)
levels = st.sampled_from([0.05, 1e-3, 1e-6])


def symmetric(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Samples whose third central moment vanishes, so that Student's interval is left alone."""
    half = np.random.default_rng(seed).standard_normal((*shape[:-1], shape[-1] // 2))
    return np.concatenate([half, -half], axis=-1)


@given(seeds, st.integers(3, 200))
def test_moments_are_the_textbook_ones(seed, n):
    sample = np.random.default_rng(seed).standard_exponential((4, n))
    found = Moments.of(sample)
    np.testing.assert_allclose(found.mean, sample.mean(axis=1))
    np.testing.assert_allclose(found.deviation, sample.std(axis=1, ddof=1))
    np.testing.assert_allclose(found.skewness, stats.skew(sample, axis=1), atol=1e-9)


@given(seeds, levels)
def test_without_skewness_the_bounds_are_students(seed, level):
    sample = 3 + symmetric(seed, (40,))
    low, high = Moments.of(sample).bounds(level)
    exact = stats.ttest_1samp(sample, 0).confidence_interval(1 - 2 * level)
    np.testing.assert_allclose((low, high), (exact.low, exact.high), rtol=1e-9)


@given(seeds, levels)
def test_the_hull_contains_students_interval_and_reaches_farther_on_the_long_tail(seed, level):
    sample = np.random.default_rng(seed).standard_exponential(300)
    found = Moments.of(sample)
    low, high = found.bounds(level)
    half = stats.t.isf(level, 299) * found.standard_error
    assert low <= found.mean - half + 1e-12 and high > found.mean + half


@given(seeds, levels, st.floats(-5, 5), st.floats(0.1, 10))
def test_bounds_move_with_the_sample_and_mirror_with_its_sign(seed, level, shift, scale):
    sample = np.random.default_rng(seed).standard_exponential(300)
    low, high = Moments.of(sample).bounds(level)
    moved = Moments.of(shift + scale * sample).bounds(level)
    np.testing.assert_allclose(
        moved, (shift + scale * low, shift + scale * high), rtol=1e-6, atol=1e-9
    )
    mirrored = Moments.of(-sample).bounds(level)
    np.testing.assert_allclose(mirrored, (-high, -low), rtol=1e-9)


def test_few_skewed_or_constant_samples_are_not_trusted():
    rng = np.random.default_rng(0)
    enough = int(np.ceil(fewest_replicates(1e-6)))
    assert Moments.of(symmetric(0, (enough + 1,))).trustworthy(1e-6)
    assert not Moments.of(symmetric(0, (enough - 1,))).trustworthy(1e-6)
    assert not Moments.of(rng.standard_exponential(enough)).trustworthy(1e-6)
    assert Moments.of(rng.standard_exponential(16384)).trustworthy(1e-6)
    assert not Moments.of(rng.pareto(1.5, 2**20)).trustworthy(1e-3)
    assert not Moments.of(np.full(1000, 0.1)).trustworthy(1e-3)


def test_a_constant_sample_has_no_deviation_even_where_its_mean_is_rounded():
    for value in (0.1, 1e-300, 1e300, -7.3, 0.0):
        found = Moments.of(np.full((2, 1001), value))
        assert not found.deviation.any() and not found.skewness.any()
    noisy = 1.0 + 1e-15 * np.random.default_rng(0).standard_normal(1000)
    assert Moments.of(noisy).deviation == 0


@given(seeds, levels)
def test_the_contrast_of_one_cell_is_its_mean(seed, level):
    sample = np.random.default_rng(seed).standard_exponential((1, 300))
    for independent in (True, False):
        contrast = Contrasts(sample, independent=independent)
        np.testing.assert_allclose(
            contrast.bounds(np.ones((1, 1)), level), Moments.of(sample).bounds(level), rtol=1e-9
        )


@given(seeds, levels)
def test_a_difference_of_independent_cells_is_welchs_interval(seed, level):
    x = symmetric(seed, (2, 80)) * np.array([[1.0], [4.0]]) + np.array([[1.0], [2.0]])
    exact = stats.ttest_ind(x[1], x[0], equal_var=False).confidence_interval(1 - 2 * level)
    low, high = Contrasts(x).bounds(np.array([-1.0, 1.0]), level)
    np.testing.assert_allclose((low, high), (exact.low, exact.high), rtol=1e-9)


@given(seeds, levels)
def test_a_difference_of_paired_cells_is_the_paired_interval(seed, level):
    shared = symmetric(seed, (1, 80))
    x = np.concatenate([shared, 1.1 * shared + 0.5])
    exact = stats.ttest_rel(x[1], x[0]).confidence_interval(1 - 2 * level)
    low, high = Contrasts(x, independent=False).bounds(np.array([-1.0, 1.0]), level)
    np.testing.assert_allclose((low, high), (exact.low, exact.high), rtol=1e-9)


@given(seeds)
def test_an_average_of_equal_cells_is_no_more_precise_than_one_of_them(seed):
    """Cells with common random numbers that always agree carry the information of one."""
    one = np.random.default_rng(seed).standard_normal((1, 200))
    x = np.repeat(one, 4, axis=0)
    average = np.full(4, 0.25)
    assert Contrasts(x, independent=False).error(average) == pytest.approx(
        Moments.of(one[0]).standard_error
    )
    assert Contrasts(x).error(average) == pytest.approx(Moments.of(one[0]).standard_error / 2)


def test_contrasts_need_enough_replicates_calm_tails_some_noise_and_usable_cells():
    rng = np.random.default_rng(0)
    difference = np.array([-1.0, 1.0])
    normal = rng.standard_normal((2, 256))
    assert Contrasts(normal).trustworthy(difference, 1e-5)
    assert not Contrasts(normal[:, :128]).trustworthy(difference, 1e-5)
    assert not Contrasts(normal, independent=False).trustworthy(difference, 1e-5), "256 scores"
    assert not Contrasts(np.ones((2, 500))).trustworthy(difference, 1e-5)
    same = np.repeat(normal[:1], 2, axis=0)
    assert not Contrasts(same, independent=False).trustworthy(difference, 1e-5)
    usable = np.array([True, False])
    assert not Contrasts(normal, usable=usable).trustworthy(difference, 1e-5)
    assert Contrasts(normal, usable=usable).trustworthy(np.array([1.0, 0.0]) + 0 * difference, 0.01)
    widening = rng.standard_exponential((2, 256)) * np.array([[1.0], [9.0]])
    assert not Contrasts(widening).trustworthy(difference, 1e-5)
    assert Contrasts(widening).heavy(difference, 0.02)
    assert not Contrasts(normal[:, :128]).heavy(difference, 1e-5), "only few"


def test_an_event_of_3_percent_is_seen_among_the_fewest_replicates():
    for level in (1e-3, 1e-6):
        n = fewest_replicates(level)
        assert (1 - 0.03) ** n <= level <= (1 - 0.029) ** (0.95 * n)


@given(st.integers(1, 5000), st.floats(0, 1), levels)
def test_proportion_bounds_are_clopper_pearson(n, share, level):
    k = round(share * n)
    low, high = proportion_bounds(k, n, level)
    assert k == 0 or stats.binom.sf(k - 1, n, low) == pytest.approx(level, rel=1e-6)
    assert k == n or stats.binom.cdf(k, n, high) == pytest.approx(level, rel=1e-6)
    mirrored = proportion_bounds(n - k, n, level)
    np.testing.assert_allclose(mirrored, (1 - high, 1 - low), rtol=1e-9, atol=1e-12)


def test_no_success_and_no_failure_bound_the_proportion_on_one_side_only():
    low, high = proportion_bounds([0, 50], 50, 0.01)
    assert low[0] == 0 and high[1] == 1
    assert high[0] == pytest.approx(1 - 0.01 ** (1 / 50))
    assert low[1] == pytest.approx(0.01 ** (1 / 50))


@pytest.mark.slow
@pytest.mark.parametrize("law", ["normal", "exponential", "chisquare"])
def test_a_bound_of_a_mean_is_wrong_about_as_often_as_its_level_says(law):
    rng = np.random.default_rng([7, len(law)])
    level, runs, n = 1e-2, 60_000, 1024
    draw = {
        "normal": rng.standard_normal,
        "exponential": rng.standard_exponential,
        "chisquare": lambda size: rng.standard_normal(size) ** 2,
    }[law]
    mean = {"normal": 0.0, "exponential": 1.0, "chisquare": 1.0}[law]
    wrong = np.zeros(2)
    for _ in range(runs // 1000):
        low, high = Moments.of(draw((1000, n))).bounds(level)
        wrong += (low > mean).sum(), (high < mean).sum()
    # The hull promises a factor of 1.5 at this size, for laws with three moments.
    assert stats.binom.sf(wrong.max() - 1, runs, 1.5 * level) > alpha("interval-calibration") / 6
    assert wrong.max() > 0.3 * level * runs, "the bounds are not vacuous"


@pytest.mark.slow
@pytest.mark.parametrize("independent", [True, False])
def test_a_trusted_contrast_is_wrong_about_as_often_as_its_level_says(independent):
    rng = np.random.default_rng([8, independent])
    level, runs = 1e-2, 40_000
    contrast = np.array([-0.5, -0.5, 1.0])
    wrong = 0
    for _ in range(runs):
        x = rng.standard_normal((3, 64))
        if not independent:
            x = x + 2 * rng.standard_normal((1, 64))
        found = Contrasts(x, independent=independent)
        low, _ = found.bounds(contrast, level)
        wrong += bool(low > 0 and found.trustworthy(contrast, level))
    # The hull allows for skewness that a normal sample has by chance: a factor of 1.2.
    assert stats.binom.sf(wrong - 1, runs, 1.2 * level) > alpha("contrast-calibration") / 2
    assert wrong > 0.3 * level * runs


@given(seeds, levels)
def test_the_bounds_of_the_opposite_contrast_are_the_opposite_bounds(seed, level):
    """Skewness changes its sign with the contrast."""
    x = np.random.default_rng(seed).standard_exponential((3, 300)) * [[1.0], [2.0], [0.5]]
    contrast = np.array([1.0, -0.5, 0.2])
    for independent in (True, False):
        found = Contrasts(x, independent=independent)
        low, high = found.bounds(contrast, level)
        np.testing.assert_allclose(found.bounds(-contrast, level), (-high, -low), rtol=1e-9)


def test_equal_skewness_cancels_in_a_difference_and_adds_up_in_an_average():
    one = np.random.default_rng(0).standard_exponential(400)
    found = Contrasts(np.stack([one, one]))
    low, high = found.bounds(np.array([-1.0, 1.0]), 1e-4)
    assert low == pytest.approx(-high, rel=1e-12)
    low, high = found.bounds(np.array([0.5, 0.5]), 1e-4)
    assert high - one.mean() > 1.05 * (one.mean() - low)


@pytest.mark.parametrize("independent", [True, False])
def test_the_forecast_of_the_least_size_is_the_size_at_which_contrasts_are_trusted(independent):
    rng, level, contrast = np.random.default_rng(7), 1e-6, np.array([[-1.0, 0.0, 1.0]])

    def of(n: int) -> Contrasts:
        return Contrasts(rng.standard_normal((3, n)), independent=independent)

    least = of(64).fewest(contrast, level)
    assert not of(int(0.8 * least)).trustworthy(contrast, level).all()
    assert of(int(1.2 * least)).trustworthy(contrast, level).all()
