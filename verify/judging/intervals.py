"""Confidence bounds at extreme levels: means, linear contrasts of cell means, proportions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from verify.judging.laws import normal_isf, student_isf

Array = NDArray[np.float64]

SKEWNESS_GUARD = 0.33
"""Largest skewness-induced shift of a quantile, in standard errors, at which a mean is judged."""

RAREST_EVENT = 0.03
"""An event of this probability that carries a mean must have had the chance to show itself before
the mean is judged; then the guard against skewness notices it. Rarer ones may go unseen."""

ROUNDING = 1e-13
"""Deviation, relative to the largest value, below which an outcome counts as constant."""


def fewest_replicates(level: float) -> float:
    """Replicates among which an event of probability `RAREST_EVENT` is missing with ``level``."""
    return float(np.log(1 / level) / RAREST_EVENT)


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
        # In units of the largest deviation, so that cubes neither overflow nor vanish.
        unit = np.abs(centred).max(axis=-1, initial=0.0)
        centred = centred / np.where(unit > 0, unit, 1.0)[..., None]
        squares = centred * centred
        second = np.mean(squares, axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            skewness = np.mean(squares * centred, axis=-1) / second**1.5  # centred**3 is slow
        n = sample.shape[-1]
        deviation = unit * np.sqrt(second * n / max(n - 1, 1))
        # Rounding alone makes a constant look as if it varied.
        varies = deviation > ROUNDING * np.abs(sample).max(axis=-1, initial=0.0)
        return cls(n, mean, np.where(varies, deviation, 0.0), np.where(varies, skewness, 0.0))

    @property
    def standard_error(self) -> Array:
        """Standard error of the mean."""
        return np.asarray(self.deviation / np.sqrt(self.n))

    def bounds(self, level: float) -> tuple[Array, Array]:
        """One-sided lower and upper bounds of the mean, each wrong with probability ``level``.

        The hull of Student's interval and of Hall's (1992) skewness-corrected one, so that skewed
        outcomes are not called precise on the side of their short tail.
        """
        quantile = np.asarray(student_isf(level, self.n - 1))
        below, above = _hull(quantile, self.skewness / np.sqrt(self.n))
        return self.mean - self.standard_error * below, self.mean + self.standard_error * above

    def calm(self, level: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether the lower and the upper bound may be trusted, as far as skewness goes.

        Each errs only on the side of a long tail: a few large values pull a mean up, and widen the
        interval by as much.
        """
        shift = self.skewness * normal_isf(level) / np.sqrt(self.n)
        return np.asarray(shift >= -SKEWNESS_GUARD), np.asarray(shift <= SKEWNESS_GUARD)

    def trustworthy(self, level: float) -> NDArray[np.bool_]:
        """Whether the sample is large enough for its skewness to be judged at ``level``.

        A sample without any variation is not: zero variance never enters a t interval.
        """
        shift = np.abs(self.skewness) * normal_isf(level) / np.sqrt(self.n)
        calm = (shift <= SKEWNESS_GUARD) & (self.deviation > 0)
        return np.asarray(calm & (self.n >= fewest_replicates(level)))


def _hull(quantile: Array, asymmetry: Array) -> tuple[Array, Array]:
    """Standard errors to go below and above an estimate: Student's or Hall's, the wider.

    ``asymmetry`` is the skewness of the estimate itself (of the sample, over root n).
    """
    tiny = np.abs(asymmetry) < 1e-8
    safe = np.where(tiny, 1.0, asymmetry)

    def hall(y: Array) -> Array:
        """Invert Hall's cubic transformation at a quantile of the studentised estimate."""
        return np.where(tiny, y, 3 / safe * (np.cbrt(1 + safe * (y - safe / 6)) - 1))

    return np.maximum(quantile, hall(quantile)), np.maximum(quantile, -hall(-quantile))


class Contrasts:
    """Linear contrasts of cell means, with their bounds.

    Parameters
    ----------
    values : (cells, n) replicates
    independent : bool
        Whether the cells are independent. If not (common random numbers), row i of every cell
        belongs together, and a contrast is the mean of its n scores.
    usable : (cells,) bool, optional
        Cells whose values may be used; a contrast that needs another one is not trustworthy.
    """

    def __init__(
        self,
        values: Array,
        *,
        independent: bool = True,
        usable: NDArray[np.bool_] | None = None,
    ) -> None:
        self.values, self.independent, self.n = values, independent, values.shape[1]
        self.usable = np.ones(len(values), dtype=bool) if usable is None else usable
        self.cells = Moments.of(values)

    def estimate(self, contrast: Array) -> Array:
        """Return ``contrast @ means``: shape (...,) for contrasts (..., cells)."""
        return contrast @ self.cells.mean

    def _spread(self, contrast: Array) -> tuple[Array, Array, Array]:
        """Return the squared error, the degrees of freedom and the skewness of estimates."""
        if not self.independent:
            scores = Moments.of(contrast @ self.values)
            squared = scores.standard_error**2
            return squared, np.full_like(squared, self.n - 1), scores.skewness / np.sqrt(self.n)
        variance = self.cells.deviation**2
        parts = contrast**2 * variance / self.n
        squared = parts.sum(axis=-1)
        third = contrast**3 @ (self.cells.skewness * variance**1.5) / self.n**2
        with np.errstate(invalid="ignore", divide="ignore"):
            # Welch-Satterthwaite: no common variance is assumed.
            freedom = squared**2 / (parts**2 / (self.n - 1)).sum(axis=-1)
            asymmetry = third / squared**1.5
        some = squared > 0
        return squared, np.where(some, freedom, 1.0), np.where(some, asymmetry, 0.0)

    def error(self, contrast: Array) -> Array:
        """Standard errors of the estimates."""
        return np.sqrt(self._spread(contrast)[0])

    def bounds(self, contrast: Array, level: float) -> tuple[Array, Array]:
        """One-sided lower and upper bounds, each wrong with probability ``level``."""
        squared, freedom, asymmetry = self._spread(contrast)
        below, above = _hull(np.asarray(student_isf(level, freedom)), asymmetry)
        centre, error = self.estimate(contrast), np.sqrt(squared)
        return centre - error * below, centre + error * above

    def trustworthy(self, contrast: Array, level: float) -> NDArray[np.bool_]:
        """Whether there are enough replicates for the contrasts to be judged at ``level``."""
        squared, freedom, asymmetry = self._spread(contrast)
        calm = (np.abs(asymmetry) * normal_isf(level) <= SKEWNESS_GUARD) & (squared > 0)
        complete = ((contrast == 0) | self.usable).all(axis=-1)
        return np.asarray(calm & complete & (freedom + 1 >= fewest_replicates(level)))

    def fewest(self, contrast: Array, level: float) -> float:
        """Replicates from which on there are enough for the contrasts to be judged at ``level``."""
        _, freedom, _ = self._spread(contrast)
        return float(self.n * fewest_replicates(level) / (np.min(freedom) + 1))

    def heavy(self, contrast: Array, level: float) -> bool:
        """Whether it is for their tails, not for want of replicates, that they are not trusted."""
        _, freedom, _ = self._spread(contrast)
        enough = bool(np.all(freedom + 1 >= fewest_replicates(level))) and bool(self.usable.all())
        return enough and not np.all(self.trustworthy(contrast, level))


def proportion_bounds(successes: ArrayLike, n: int, level: float) -> tuple[Array, Array]:
    """Exact (Clopper-Pearson) one-sided bounds of a proportion, each at ``level``."""
    k = np.asarray(successes, dtype=np.float64)
    lower = np.where(k > 0, scipy.stats.beta.ppf(level, k, n - k + 1), 0.0)
    upper = np.where(k < n, scipy.stats.beta.isf(level, k + 1, n - k), 1.0)
    return lower, upper
