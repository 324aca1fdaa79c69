"""Extreme singular values of matrices with independent standard normal entries."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.floating]


def spectral_norm(matrices: Array) -> Array:
    """Return the spectral norms of matrices (R, rows, columns), by their smaller Gram matrices."""
    other = np.swapaxes(matrices, 1, 2)
    wide = matrices.shape[1] < matrices.shape[2]
    gram = np.matmul(matrices, other) if wide else np.matmul(other, matrices)
    return np.sqrt(np.linalg.eigvalsh(gram)[:, -1])


def draw_norms(rng: np.random.Generator, replicates: int, rows: int, columns: int) -> Array:
    """Draw spectral norms from their law, without the matrices: (R,)."""
    return _draw_singular_values(rng, replicates, rows, columns, which=-1)


def draw_least_singular_values(
    rng: np.random.Generator, replicates: int, rows: int, columns: int
) -> Array:
    """Draw the least of ``min(rows, columns)`` singular values from its law: (R,)."""
    return _draw_singular_values(rng, replicates, rows, columns, which=0)


def _draw_singular_values(
    rng: np.random.Generator, replicates: int, rows: int, columns: int, *, which: int
) -> Array:
    """Draw the least (0) or the greatest (-1) singular value of normal matrices.

    Reflections bring a normal matrix to two diagonals of independent chi variables (Silverstein
    1985), so that a value costs no more than a few times the number of its rows.
    """
    few, many = min(rows, columns), max(rows, columns)
    on = np.sqrt(rng.chisquare(many - np.arange(few), (replicates, few)))
    beside = np.zeros((replicates, few))
    if few > 1:
        beside[:, 1:] = np.sqrt(rng.chisquare(few - np.arange(1, few), (replicates, few - 1)))
    diagonal, off = on**2 + beside**2, on[:, :-1] * beside[:, 1:]
    place = range(few)[which]
    found = [
        scipy.linalg.eigh_tridiagonal(
            diagonal[i], off[i], eigvals_only=True, select="i", select_range=(place, place)
        )[0]
        for i in range(replicates)
    ]
    return np.sqrt(np.array(found))
