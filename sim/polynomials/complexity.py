"""How large the coefficients of a polynomial are, weighted by the degree of their terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def complexity(coefficients: Array, accuracy: float | Array, base: float | Array) -> Array:
    """Return ``sum_j base^j (1 + (log(1/accuracy) / j)^(j/2)) |c_j|``: (...,).

    The term of ``j = 0`` is ``|c_0|``.

    Parameters
    ----------
    coefficients : (..., k + 1) array
        From the constant one on.
    accuracy : float or (...,) array, below 1
    base : float or (...,) array
    """
    j = np.arange(1, np.shape(coefficients)[-1])
    ratio = np.log(1 / np.asarray(accuracy))[..., None] / j
    weight = np.asarray(base)[..., None] ** j * (1 + ratio ** (j / 2))
    size = np.abs(coefficients)
    return np.asarray(size[..., 0] + np.sum(weight * size[..., 1:], axis=-1))


def plain_complexity(coefficients: Array, base: float | Array) -> Array:
    """Return ``base sum_j (j + 1)^1.75 |c_j|``: (...,)."""
    j = np.arange(np.shape(coefficients)[-1])
    return np.asarray(base * np.sum((j + 1) ** 1.75 * np.abs(coefficients), axis=-1))
