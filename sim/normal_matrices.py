"""Extreme singular values of matrices with independent standard normal entries."""

from __future__ import annotations

from functools import partial

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.floating]

SURE = 1e-12
"""Relative difference of two bounds between which an eigenvalue is known."""


def spectral_norm(matrices: Array) -> Array:
    """Return the spectral norms of matrices (R, rows, columns), by their smaller Gram matrices."""
    other = np.swapaxes(matrices, 1, 2)
    wide = matrices.shape[1] < matrices.shape[2]
    gram = np.matmul(matrices, other) if wide else np.matmul(other, matrices)
    return np.sqrt(np.linalg.eigvalsh(gram)[:, -1])


def draw_triangles(rng: np.random.Generator, replicates: int, rows: int, columns: int) -> Array:
    """Draw the upper triangles to which rotations bring normal matrices: (R, columns, columns).

    There are at least as many rows as columns; what is drawn does not depend on how many (Bartlett
    1933).
    """
    triangle = np.triu(rng.standard_normal((replicates, columns, columns)), 1)
    place = np.arange(columns)
    triangle[:, place, place] = np.sqrt(rng.chisquare(rows - place, (replicates, columns)))
    return triangle


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
    find = _greatest if which == -1 else partial(_eigenvalue, place=0)
    return np.sqrt(np.array([find(*one) for one in zip(diagonal, off, strict=True)]))


def _eigenvalue(diagonal: Array, off: Array, place: int) -> float:
    """Return the eigenvalue of a tridiagonal matrix with this place in increasing order."""
    (found,) = scipy.linalg.eigh_tridiagonal(
        diagonal, off, eigvals_only=True, select="i", select_range=(place, place)
    )
    return float(found)


def _greatest(diagonal: Array, off: Array) -> float:
    """Return the greatest eigenvalue of a tridiagonal matrix, from its first rows if they tell.

    Its vector fades after some ``k**(1/3)`` of k rows (Edelman and Persson 2005). The first rows
    alone give a lower bound; nothing is above it if that much times the identity, less the matrix,
    has a Cholesky factor.
    """
    k = len(diagonal)
    rows = int(10 * np.cbrt(k))
    if rows < k / 2:
        low = _eigenvalue(diagonal[:rows], off[: rows - 1], rows - 1)
        *_, failed = scipy.linalg.lapack.dpttrf(low * (1 + SURE) - diagonal, -off)
        if not failed:
            return low
    return _eigenvalue(diagonal, off, k - 1)
