"""Confidence bounds at extreme levels: means, linear contrasts of cell means, proportions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Array = NDArray[np.float64]

SKEWNESS_GUARD = 0.33
"""Largest skewness-induced shift of a quantile, in standard errors, at which a mean is judged."""

FEWEST_FOR_MEANS = 256
"""Replicates below which the mean of an unbounded outcome is never judged."""


@dataclass(frozen=True)
class Moments:
    """Sample size, mean, standard deviation and skewness of samples (along the last axis)."""

    n: int
    mean: Array
    deviation: Array
    skewness: Array

    @classmethod
    def of(cls, sample: ArrayLike) -> Moments:
        """Compute the moments of ``sample``: (..., n)."""
        sample = np.asarray(sample, dtype=np.float64)
        mean = sample.mean(axis=-1)
        centred = sample - mean[..., None]
        second = np.mean(centred**2, axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            skewness = np.mean(centred**3, axis=-1) / second**1.5
        n = sample.shape[-1]
        deviation = np.sqrt(second * n / max(n - 1, 1))
        return cls(n, mean, deviation, np.where(second > 0, skewness, 0.0))

    @property
    def standard_error(self) -> Array:
        """Standard error of the mean."""
        return self.deviation / np.sqrt(self.n)

    def bounds(self, level: float) -> tuple[Array, Array]:
        """One-sided lower and upper bounds of the mean, each wrong with probability ``level``.

        The hull of Student's interval and of Hall's (1992) skewness-corrected one, so that skewed
        outcomes are not called precise on the side of their short tail.
        """
        quantile = stats.t.isf(level, self.n - 1)
        below = np.maximum(quantile, self._hall(quantile))
        above = np.maximum(quantile, -self._hall(-quantile))
        return self.mean - self.standard_error * below, self.mean + self.standard_error * above

    def _hall(self, quantile: float) -> Array:
        """Invert Hall's cubic transformation at a quantile of the studentised mean."""
        root = np.sqrt(self.n)
        skewness = np.where(np.abs(self.skewness) < 1e-6, 1.0, self.skewness)
        inside = 1 + skewness / root * (quantile - skewness / (6 * root))
        transformed = 3 * root / skewness * (np.cbrt(inside) - 1)
        return np.where(np.abs(self.skewness) < 1e-6, quantile, transformed)

    def trustworthy(self, level: float) -> NDArray[np.bool_]:
        """Whether the sample is large enough for its skewness to be judged at ``level``."""
        shift = np.abs(self.skewness) * stats.norm.isf(level) / np.sqrt(self.n)
        return (self.n >= FEWEST_FOR_MEANS) & (shift <= SKEWNESS_GUARD)


def contrast_bounds(
    contrast: Array, estimate: Array, variance: Array, n: ArrayLike, level: float
) -> tuple[Array, Array]:
    """Bounds of linear contrasts of independent estimates.

    Parameters
    ----------
    contrast : (..., cells) weights
    estimate, variance : (cells,) estimates and their squared standard errors
        Exact estimates, with variance zero throughout, may have further axes (instances).
    n : (cells,) or scalar
        Replicates behind each estimate, for the degrees of freedom (Welch-Satterthwaite).
    level : float
        Each bound is wrong with at most this probability.

    Returns
    -------
    Lower and upper bounds, each of shape (...,); both are the contrast itself for exact estimates.
    """
    centre = contrast @ estimate
    if not np.any(variance):
        return centre, centre
    parts = contrast**2 * variance
    total = parts.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = total**2 / (parts**2 / (np.asarray(n) - 1)).sum(axis=-1)
    freedom = np.where(total > 0, freedom, np.inf)
    half_width = stats.t.isf(level, freedom) * np.sqrt(total)
    return centre - half_width, centre + half_width


def proportion_bounds(successes: ArrayLike, n: int, level: float) -> tuple[Array, Array]:
    """Exact (Clopper-Pearson) one-sided bounds of a proportion, each at ``level``."""
    k = np.asarray(successes, dtype=np.float64)
    lower = np.where(k > 0, stats.beta.ppf(level, k, n - k + 1), 0.0)
    upper = np.where(k < n, stats.beta.isf(level, k + 1, n - k), 1.0)
    return lower, upper
