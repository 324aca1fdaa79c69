"""Longest sums of subsets of vectors, between a sum that is attained and a certified bound."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.floating]


def longest_subset_sum(z: Array, steps: int = 30) -> tuple[float, float]:
    """Enclose ``max over subsets T of |sum of z_s over T|`` for the rows of ``z`` (k, d)."""
    if not len(z):
        return 0.0, 0.0
    return attained_sum(z, steps), certified_sum(z)


def attained_sum(z: Array, steps: int = 30) -> float:
    """Return the length of a long subset sum.

    The best subset for a direction has the rows with positive products, the best direction for a
    subset is that of its sum: the search alternates from the mean and the leading singular vectors.
    """
    total = z.sum(axis=0)
    leading = np.linalg.eigh(z.T @ z)[1][:, -2:].T
    best = 0.0
    for r in (total, -total, *leading, *-leading):
        last = 0.0
        for _ in range(steps):
            r = (z @ r > 0).astype(z.dtype) @ z
            length = float(np.linalg.norm(r))
            if length <= last * (1 + 1e-12):
                break
            last = length
        best = max(best, last)
    return best


def certified_sum(z: Array, offset: Array | None = None) -> float:
    """Return a bound on ``|offset + sum of y_s z_s|`` over all ``y_s`` in [0, 1].

    With ``y = (1 + e) / 2`` and ``c = offset + sum z / 2`` the sum is ``c + z'e / 2``, and
    ``|e|**2 <= k``. For every ``b`` above the largest eigenvalue of ``z'z / 4`` its square is at
    most ``k b + c' (1 - z'z / (4 b))**-1 c`` (weak duality); the smallest of these is never above
    ``|c| + sqrt(k) |z| / 2`` with the spectral norm of ``z``.
    """
    half = z / 2
    centre = half.sum(axis=0)
    if offset is not None:
        centre = centre + offset
    values, vectors = np.linalg.eigh(half.T @ half)
    values = np.maximum(values, 0)
    squares = (centre @ vectors) ** 2
    top = float(values[-1]) * (1 + 1e-10) + 1e-300

    def bound(log_excess: float) -> float:
        b = top + top * np.exp(log_excess)
        return float(len(z) * b + np.sum(squares * b / (b - values)))

    found = scipy.optimize.minimize_scalar(
        bound, bounds=(-20.0, 20.0), method="bounded", options={"xatol": 1e-6}
    )
    return float(np.sqrt(found.fun))
