import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy.special import ndtr

from sim.clusters._line_law import line_law
from sim.clusters.data import Noise, gaussian, laplace_gaussian, truncated_normal
from sim.clusters.robust_error import (
    linear_robust_error,
    overlap,
    sample_linear_errors,
    sample_one_step_margins,
    sample_overlap,
    sample_projected_robust_error,
    smallest_robust_error,
)

SEEDS = st.integers(0, 2**32 - 1)
NOISES = [gaussian(), gaussian(0.4), truncated_normal(1.3, 0.8), laplace_gaussian(0.5, 1.2)]
named = pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)


def uniform():
    """Not log-concave in the strict sense, but with everything in closed form."""
    return Noise(
        "uniform",
        lambda rng, shape: rng.uniform(-1, 1, shape),
        lambda z: np.where(np.abs(z) <= 1, 0.5, 0.0),
        1 / 3,
        0.0,
    )


@named
def test_tail_probabilities_agree_with_adaptive_quadrature(noise):
    law = line_law(noise)
    for z in (-2.5, -0.3, 0.0, 0.7, 1.2, 2.0):
        places = [p for p in (z, 0.0, law.reach) if z <= p <= law.reach]
        expected = sum(
            integrate.quad(lambda t: float(noise.density(np.array([t]))[0]), a, b, epsabs=1e-13)[0]
            for a, b in itertools.pairwise(places)
        )
        if z < -law.reach:
            expected = 1.0
        assert law.tail(z) == pytest.approx(expected, abs=1e-11)
    np.testing.assert_allclose(law.tail([-1.0, 0.0, 1.0]).sum(), 1.5, rtol=1e-14)


def test_far_tails_keep_their_relative_accuracy():
    z = np.array([3.0, 10.0, 20.0, 30.0])
    np.testing.assert_allclose(line_law(gaussian()).tail(z), ndtr(-z), rtol=1e-12)


def test_a_density_that_is_not_normalised_is_refused():
    wrong = Noise("half", gaussian().sample, lambda z: gaussian().density(z) / 2, 1.0, 1.0)
    with pytest.raises(ValueError, match=r"integrates to 0\.5"):
        line_law(wrong)


@given(seed=SEEDS)
def test_linear_robust_error_of_normal_clusters_is_the_closed_form(seed):
    rng = np.random.default_rng(seed)
    distance, radius = rng.uniform(-3, 6, 7), rng.uniform(0, 4, 7)
    flip, deviation = rng.uniform(0, 1), np.exp(rng.uniform(-1, 1))
    found = linear_robust_error(distance, radius, flip=flip, noise=gaussian(deviation))
    expected = (1 - flip) * ndtr((radius - distance) / deviation)
    expected += flip * ndtr((radius + distance) / deviation)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-14)


@named
def test_linear_robust_error_agrees_with_explicitly_attacked_samples(noise):
    rng = np.random.default_rng(1)
    mean, theta, n = np.array([0.9, 0.0, 0.0]), np.array([2.0, 0.0, 0.0]), 200_000
    failed = sample_linear_errors(rng, theta, mean, 0.3, n, flip=0.2, noise=noise)
    exact = linear_robust_error(0.9, 0.3, flip=0.2, noise=noise)
    # Hoeffding: alpha = 2 exp(-2 n 0.006^2) = 1.1e-6.
    assert abs(failed.mean() - exact) <= 0.006


@pytest.mark.parametrize("noise", NOISES[1:], ids=lambda noise: noise.name)
def test_projected_estimates_agree_with_explicitly_attacked_samples(noise):
    rng = np.random.default_rng(2)
    theta, mean = np.array([1.0, -0.7, 0.4]), np.array([0.5, -0.5, 0.3])
    n = 100_000
    failed = sample_linear_errors(rng, theta, mean, 0.2, n, flip=0.1, noise=noise)
    smooth = sample_projected_robust_error(rng, theta, mean, 0.2, n, flip=0.1, noise=noise)
    # Hoeffding, difference of two means of n values in [0, 1]: alpha = 2 exp(-n 0.012^2) = 1e-6.
    assert abs(failed.mean() - smooth.mean()) <= 0.012
    assert smooth.var() < failed.var()
    along = sample_projected_robust_error(rng, [0, 3.0], [0.1, 0.4], 0.2, 5, flip=0.1, noise=noise)
    exact = linear_robust_error(0.4, 0.2, flip=0.1, noise=noise)
    np.testing.assert_allclose(along, exact, rtol=1e-12)


@named
def test_a_larger_radius_or_a_smaller_distance_makes_the_error_no_smaller(noise):
    radius = np.linspace(0, 2, 41)
    error = linear_robust_error(0.8, radius, flip=0.1, noise=noise)
    assert (np.diff(error) >= -1e-15).all()
    error = linear_robust_error(np.linspace(0, 3, 41), 0.4, flip=0.1, noise=noise)
    assert (np.diff(error) <= 1e-15).all()
    # No attack, no signal: a coin.
    assert linear_robust_error(0.0, 0.0, flip=0.3, noise=noise) == pytest.approx(0.5, abs=1e-12)


def test_overlap_of_normal_and_uniform_densities_is_the_closed_form():
    shift = np.array([-2.0, 0.0, 0.3, 1.7, 5.0])
    np.testing.assert_allclose(overlap(shift), 2 * ndtr(-np.abs(shift) / 2), rtol=1e-12)
    np.testing.assert_allclose(
        overlap(shift, noise=uniform()), np.maximum(0, 1 - np.abs(shift) / 2), atol=1e-12
    )


@named
def test_overlap_agrees_with_a_brute_force_sum_and_with_samples(noise):
    z, step = np.linspace(-12, 12, 400_001, retstep=True)
    for shift in (0.4, 1.1):
        brute = np.minimum(noise.density(z), noise.density(z + shift)).sum() * step
        assert overlap(shift, noise=noise) == pytest.approx(brute, abs=2e-4)
    rng = np.random.default_rng(3)
    draws = sample_overlap(rng, [0.0, 0.4, 0.0], 100_000, noise=noise)
    assert ((draws >= 0) & (draws <= 1)).all()
    # Hoeffding: alpha = 2 exp(-2 n 0.0085^2) = 1.1e-6.
    assert abs(draws.mean() - overlap(0.4, noise=noise)) <= 0.0085


def test_sampled_overlap_of_a_slanted_shift_is_that_of_its_length_for_normal_noise():
    draws = sample_overlap(np.random.default_rng(4), [0.6, -0.8, 1.2], 100_000)
    length = np.sqrt(0.36 + 0.64 + 1.44)
    # Hoeffding: alpha = 2 exp(-2 n 0.0085^2) = 1.1e-6.
    assert abs(draws.mean() - overlap(length)) <= 0.0085


def every_sign_pattern(noise, mean, radius, flip, cells, window):
    """Largest robust accuracy over all sign patterns on a grid, by enumeration.

    The radius is ``window`` cells. Beyond the grid the classifier keeps its outermost signs.
    """
    length = radius / window
    edges = length * (np.arange(cells + 1) - cells / 2)
    wide = length * (np.arange(cells + 2 * 60 + 1) - cells / 2 - 60)
    law = line_law(noise)
    cluster = [np.diff(1 - law.tail(wide - side * mean)) for side in (1, -1)]
    mass = [((1 - flip) * own + flip * other) / 2 for own, other in (cluster, cluster[::-1])]
    best = 0.0
    for pattern in itertools.product((1, -1), repeat=cells):
        sign = np.concatenate([np.full(60, pattern[0]), pattern, np.full(60, pattern[-1])])
        padded = np.concatenate([np.full(window, sign[0]), sign, np.full(window, sign[-1])])
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * window + 1)
        right = sum(
            mass[i][(windows == label).all(axis=1)].sum() for i, label in enumerate((1, -1))
        )
        best = max(best, right)
    return edges, best


@pytest.mark.parametrize("noise", NOISES[1:], ids=lambda noise: noise.name)
@pytest.mark.parametrize(
    ("mean", "radius", "window", "flip"),
    [
        (0.8, 0.3, 1, 0.0),
        (0.8, 0.6, 2, 0.2),
        (0.3, 0.5, 2, 0.4),
        (1.5, 0.45, 1, 0.1),
    ],
)
def test_dynamic_programme_agrees_with_all_sign_patterns(noise, mean, radius, window, flip):
    _, best = every_sign_pattern(noise, mean, radius, flip, 10, window)
    found = smallest_robust_error(mean, radius, flip=flip, noise=noise, cells=400)
    # A pattern on a coarse grid is a classifier; the grid has the optimal threshold 0.
    assert found.lower <= 1 - best + 1e-12
    assert found.upper == pytest.approx(1 - best, abs=1e-4)


def classifier_error(rng, noise, mean, radius, flip, first, thresholds, n):
    """Robust errors of a division of the line on sampled points, by looking at whole windows."""
    cluster = rng.choice([-1.0, 1.0], n)
    label = np.where(rng.random(n) < flip, -cluster, cluster)
    x = cluster * mean + noise.sample(rng, (n,))
    left = np.searchsorted(thresholds, x - radius)
    right = np.searchsorted(thresholds, x + radius)
    return (left != right) | (first * (-1.0) ** left != label)


@named
def test_returned_classifier_attains_the_upper_bound_and_random_ones_do_not_beat_the_lower(noise):
    rng = np.random.default_rng(5)
    mean, radius, flip, n = 0.6, 0.15, 0.15, 200_000
    found = smallest_robust_error(mean, radius, flip=flip, noise=noise)
    attained = classifier_error(
        rng, noise, mean, radius, flip, found.first, found.thresholds.item(), n
    )
    # Hoeffding: alpha = 2 exp(-2 n 0.006^2) = 1.1e-6.
    assert abs(attained.mean() - found.upper) <= 0.006
    for _ in range(20):
        thresholds = np.sort(rng.normal(0, 1, rng.integers(0, 5)))
        other = classifier_error(
            rng, noise, mean, radius, flip, rng.choice([-1, 1]), thresholds, n // 10
        )
        # One-sided Hoeffding, 20 classifiers: alpha = 20 exp(-2 n/10 0.021^2) = 4e-7.
        assert other.mean() >= found.lower - 0.021


@named
@settings(max_examples=20)
@given(seed=SEEDS)
def test_bracket_of_the_smallest_error_is_narrow_and_holds_linear_and_constant_rules(noise, seed):
    rng = np.random.default_rng(seed)
    mean, flip = rng.uniform(0, 2, 5), rng.uniform(0, 0.5, 5)
    radius = rng.uniform(0, 1.2, 5) * mean
    found = smallest_robust_error(mean, radius, flip=flip, noise=noise, cells=1000)
    assert (found.lower <= found.upper).all()
    assert (found.upper - found.lower <= 3e-4).all()
    linear = linear_robust_error(mean, radius, flip=flip, noise=noise)
    assert (found.lower <= np.minimum(linear, 0.5) + 1e-11).all()
    assert (found.upper <= np.minimum(linear, 0.5) + 1e-4).all()


def test_bounds_converge_quadratically_and_monotonically_tighten():
    gaps = []
    for cells in (250, 500, 1000, 2000):
        found = smallest_robust_error(1.2, 0.4, flip=0.1, cells=cells)
        gaps.append(float(found.upper - found.lower))
    ratios = np.array(gaps[:-1]) / gaps[1:]
    assert (ratios > 3).all()


def test_windows_shorter_than_the_finest_cell_still_give_a_bracket():
    radius = np.array([0.0, 1e-9, 1e-5, 1e-3])
    found = smallest_robust_error(1.0, radius)
    np.testing.assert_allclose(found.upper, ndtr(radius - 1.0), atol=1e-9)
    assert (found.lower <= found.upper).all()
    assert (found.upper - found.lower <= 1e-3).all()


def test_one_step_margins_have_the_law_of_the_simulated_step():
    rng = np.random.default_rng(6)
    mean, d, n, flip, deviation, runs = 1.5, 4, 7, 0.2, 0.8, 40_000
    cluster = rng.choice([-1.0, 1.0], (runs, n))
    label = np.where(rng.random((runs, n)) < flip, -cluster, cluster)
    theta = np.zeros((runs, d))
    for i in range(n):
        x = deviation * rng.standard_normal((runs, d))
        x[:, 0] += mean * cluster[:, i]
        theta += label[:, i, None] * x
    full = np.sort(mean * theta[:, 0] / np.linalg.norm(theta, axis=1))
    drawn = np.sort(sample_one_step_margins(rng, mean, d, n, runs, flip=flip, deviation=deviation))
    everything = np.concatenate([full, drawn])
    distance = (
        np.abs(
            np.searchsorted(full, everything, side="right")
            - np.searchsorted(drawn, everything, side="right")
        ).max()
        / runs
    )
    # Two-sample Kolmogorov-Smirnov, asymptotic: alpha = 2 exp(-runs 0.0195^2) = 5e-7.
    assert distance <= 0.0195
    wrong = np.sort(
        sample_one_step_margins(rng, mean, d + 1, n, runs, flip=flip, deviation=deviation)
    )
    distance = (
        np.abs(
            np.searchsorted(full, everything, side="right")
            - np.searchsorted(wrong, everything, side="right")
        ).max()
        / runs
    )
    assert distance > 0.03  # one dimension more or less does not go unnoticed


def test_one_step_margins_cost_nothing_in_high_dimension():
    margins = sample_one_step_margins(np.random.default_rng(7), 100.0, 10**9, 1000, 2000)
    # Without flips: mean n mu^2 / sqrt(n d + n^2 mu^2) up to relative order 1 / (mu sqrt n).
    expected = 1000 * 1e4 / np.sqrt(1e12 + 1e10)
    assert margins.mean() == pytest.approx(expected, rel=1e-3)


def test_wrong_arguments_are_named():
    rng = np.random.default_rng(8)
    with pytest.raises(ValueError, match="radius"):
        linear_robust_error(1.0, -0.1)
    with pytest.raises(ValueError, match="flipped label"):
        linear_robust_error(1.0, 0.1, flip=1.2)
    with pytest.raises(ValueError, match="finite"):
        linear_robust_error(np.nan, 0.1)
    with pytest.raises(ValueError, match="not zero"):
        sample_linear_errors(rng, [0.0, 0.0], [1.0, 0.0], 0.1, 5)
    with pytest.raises(ValueError, match="two vectors"):
        sample_projected_robust_error(rng, [1.0], [1.0, 0.0], 0.1, 5)
    with pytest.raises(ValueError, match="finite vector"):
        sample_overlap(rng, [[1.0]], 5)
    with pytest.raises(ValueError, match="must be finite"):
        overlap(np.inf)
    with pytest.raises(ValueError, match="flip <= 1/2"):
        smallest_robust_error(1.0, 0.1, flip=0.6)
    with pytest.raises(ValueError, match="dimension >= 2"):
        sample_one_step_margins(rng, 1.0, 1, 5, 10)
