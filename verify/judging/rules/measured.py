"""What contrasts of a sample are known to be: with the bounds of noise, or row by row without."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from verify.evidence.sample import Array
from verify.judging.intervals import Contrasts
from verify.judging.laws import normal_isf
from verify.judging.ledger import CONSISTENT


class Measured:
    """Contrasts of the values at the cells of a sample, each with its bounds.

    Parameters
    ----------
    values : (cells, n) array
    contrasts : Contrasts or None
        For values with noise: their means are what is judged. ``None``: every row is judged for
        itself, and its values are what they are.
    """

    def __init__(self, values: Array, contrasts: Contrasts | None) -> None:
        self.values, self.contrasts = values, contrasts

    def estimates(self, contrasts: Array) -> Array:
        """Return the values of contrasts: (contrasts, rows)."""
        if self.contrasts is None:
            return np.asarray(contrasts @ self.values)
        return np.asarray(self.contrasts.estimate(contrasts))[:, None]

    def bounds(self, contrasts: Array, level: float) -> tuple[Array, Array]:
        """Return one-sided lower and upper bounds at ``level``: (contrasts, rows) each.

        Without enough replicates they are infinite.
        """
        if self.contrasts is None:
            exact = self.estimates(contrasts)
            return exact, exact
        low, high = (np.asarray(end) for end in self.contrasts.bounds(contrasts, level))
        sure = self.contrasts.trustworthy(contrasts, level)
        return np.where(sure, low, -np.inf)[:, None], np.where(sure, high, np.inf)[:, None]

    def errors(self, contrasts: Array) -> Array:
        """Return the standard errors of contrasts: (contrasts, rows)."""
        if self.contrasts is None:
            return np.zeros_like(self.estimates(contrasts))
        return np.asarray(self.contrasts.error(contrasts))[:, None]

    def fewest(self, contrasts: Array, level: float) -> float:
        """Replicates without which contrasts have no bounds, whatever their errors."""
        return 0.0 if self.contrasts is None else self.contrasts.fewest(contrasts, level)

    def heavy(self, contrasts: Array, level: float) -> bool:
        """Whether contrasts are not trusted for the tails of the values alone."""
        return self.contrasts is not None and self.contrasts.heavy(contrasts, level)

    def inside(
        self, contrasts: Array, lower: float | Array, upper: float | Array, level: float
    ) -> Array:
        """By how much all contrasts certainly lie between two numbers: (rows,)."""
        low, high = self.bounds(contrasts, level)
        with np.errstate(invalid="ignore"):  # an end that is not asked for, and not known
            over = np.where(np.isposinf(upper), np.inf, upper - high)
            under = np.where(np.isneginf(lower), np.inf, low - lower)
        return np.asarray(np.minimum(over, under).min(axis=0))

    def outside(
        self, contrasts: Array, lower: float | Array, upper: float | Array, level: float
    ) -> Array:
        """By how much some contrast certainly lies outside of two numbers: (rows,)."""
        low, high = self.bounds(contrasts, level)
        return np.asarray(np.maximum(low - upper, lower - high).max(axis=0))


class Way(NamedTuple):
    """Contrasts that must all lie between two numbers."""

    contrasts: Array
    lower: float | Array
    upper: float | Array


class Demand(NamedTuple):
    """What `holds` asks of a path: one of several ways, and what is said if all are refuted."""

    what: str
    ways: tuple[Way, ...]

    def certain(self, measured: Measured, level: float) -> Array:
        """By how much it is certainly met: (rows,)."""
        share = level / len(self.ways)
        return np.asarray(np.max([measured.inside(*way, share) for way in self.ways], axis=0))

    def refuted(self, measured: Measured) -> Array:
        """By how much every way is refuted: (rows,)."""
        return np.asarray(np.min([measured.outside(*way, CONSISTENT) for way in self.ways], axis=0))

    def needs(self, measured: Measured, level: float, n: int) -> float:
        """Forecast the replicates after which it is met."""
        quantile = normal_isf(level / len(self.ways))
        found = []
        for contrasts, lower, upper in self.ways:
            at = measured.estimates(contrasts)
            room = np.minimum(upper - at, at - lower)
            width = quantile * measured.errors(contrasts)
            each = np.where(room > 0, (width / np.where(room > 0, room, 1.0)) ** 2, np.inf)
            found.append(float(n * each.max()))
        return min(found)

    def fewest(self, measured: Measured, level: float) -> float:
        """Replicates without which nothing can be said of any of the ways."""
        share = level / len(self.ways)
        return min(measured.fewest(way.contrasts, share) for way in self.ways)
