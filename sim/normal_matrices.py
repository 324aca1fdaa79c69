"""Extreme singular values of matrices with independent standard normal entries."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.floating]

FADED = 12.0
"""After so many times ``k**(1/3)`` of k rows what follows adds nothing to the greatest eigenvalue.
Measured, 1000 drawn for each of several shapes: less than 6e-9 of it after 8 times, 4e-15 after
10."""


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
    1985). The vector of the greatest value fades after some ``k**(1/3)`` of k rows (Edelman and
    Persson 2005), and none of the others is drawn for it.
    """
    few, many = min(rows, columns), max(rows, columns)
    kept = few if which == 0 else min(few, int(np.ceil(FADED * np.cbrt(few))))
    on = np.sqrt(rng.chisquare(many - np.arange(kept), (replicates, kept)))
    beside = np.zeros((replicates, kept))
    if kept > 1:
        beside[:, 1:] = np.sqrt(rng.chisquare(few - np.arange(1, kept), (replicates, kept - 1)))
    diagonal, off = on**2 + beside**2, on[:, :-1] * beside[:, 1:]
    place = 1 if which == 0 else kept
    return np.sqrt([_eigenvalue(*one, place) for one in zip(diagonal, off, strict=True)])


def _eigenvalue(diagonal: Array, off: Array, place: int) -> float:
    """Return the eigenvalue of a tridiagonal matrix at this place, from 1, in increasing order."""
    if len(diagonal) == 1:
        return float(diagonal[0])
    _, found, _, _, failed = scipy.linalg.lapack.dstebz(
        diagonal, off, 2, 0.0, 0.0, place, place, 0.0, "E"
    )
    if failed:
        raise RuntimeError(f"LAPACK found no eigenvalue (dstebz, {failed})")
    return float(found[0])
