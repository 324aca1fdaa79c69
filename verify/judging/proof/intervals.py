"""Intervals in doubles, many at once; their ends are not rounded outward."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Interval = tuple[Array, Array]

UNKNOWN: Interval = (np.array(-np.inf), np.array(np.inf))
ZERO: Interval = (np.array(0.0), np.array(0.0))
ONE: Interval = (np.array(1.0), np.array(1.0))


def are_numbers(low: Array, high: Array) -> bool:
    """Return whether all are ends in order; if not, some may be no numbers."""
    ordered = low <= high
    return bool(np.count_nonzero(ordered) == ordered.size)


def known(a: Interval) -> Interval:
    """Return an interval with what is no number replaced by everything."""
    if are_numbers(*a):
        return a
    bad = np.isnan(a[0]) | np.isnan(a[1])
    return np.where(bad, -np.inf, a[0]), np.where(bad, np.inf, a[1])


def both(a: Interval, b: Interval) -> Interval:
    """Return what lies in two intervals."""
    a, b = known(a), known(b)
    return np.maximum(a[0], b[0]), np.minimum(a[1], b[1])


def either(parts: Sequence[Interval]) -> Interval:
    """Return the interval from the lowest to the highest end."""
    low, high = parts[0]
    for one in parts[1:]:
        low, high = np.minimum(low, one[0]), np.maximum(high, one[1])
    return low, high


def plus(a: Interval, b: Interval) -> Interval:
    """Return the sums."""
    return known((a[0] + b[0], a[1] + b[1]))


def minus(a: Interval, b: Interval) -> Interval:
    """Return the differences."""
    return known((a[0] - b[1], a[1] - b[0]))


def times(a: Interval, b: Interval) -> Interval:
    """Return the products; exactly zero times anything is zero."""
    one, two = a[0] * b[0], a[0] * b[1]
    three, four = a[1] * b[0], a[1] * b[1]
    low = np.minimum(np.minimum(one, two), np.minimum(three, four))
    high = np.maximum(np.maximum(one, two), np.maximum(three, four))
    if are_numbers(low, high):
        return low, high
    low, high = known((low, high))
    for side in (a, b):
        gone = (side[0] == 0) & (side[1] == 0)
        if gone.any():
            low, high = np.where(gone, 0.0, low), np.where(gone, 0.0, high)
    return low, high


def over(a: Interval, b: Interval) -> Interval:
    """Return the quotients by what has one sign."""
    return times(a, (1 / b[1], 1 / b[0]))
