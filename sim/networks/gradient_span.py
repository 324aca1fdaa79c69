"""A random two-layer network in the few dimensions that its gradients at one input span.

What a gradient step does to a network near its initialisation is decided in the span of the input
and of the gradients in question, whatever the dimension: a gradient is a combination of the rows
of ``W_0`` whose coefficients depend on the pre-activations ``W_0 x`` alone, and the rest of them
is independent of these. So the coordinates of all rows in that span can be drawn without drawing
the rows: O(m) numbers instead of O(m d), exactly in law.

Conventions as in `sim.networks.lazy_ball`: signs ``a`` (..., m), hidden weights (..., m, d).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.clusters.subspace import gaussian_coordinates

Array = NDArray[np.floating]


def rows_in_span(rng: np.random.Generator, u: Array, combinations: Array, d: int) -> Array:
    """Draw the rows of ``W_0`` in coordinates of x and of given combinations of rows.

    Parameters
    ----------
    u : (n, m) array
        The pre-activations ``W_0 x`` at the unit input.
    combinations : (n, k, m) array
        Coefficients of the combinations of rows; they may depend on ``u`` and on the signs.
    d : int
        Dimension of the input, more than k.

    Returns
    -------
    (n, m, 1 + k) array
        A network in 1 + k dimensions with the input ``(1, 0, ..., 0)``: every combination of its
        rows that is among the given ones has the length and the products with rows and with one
        another that it has in d dimensions.
    """
    k, m = combinations.shape[1:]
    if not k < d:
        raise ValueError(f"{k} combinations of rows need more than {k} dimensions, not {d}")
    if m < k:
        raise ValueError(f"{k} combinations need at least as many rows, not {m}")
    return rows_beyond(rng, u[..., None], combinations, d - 1)


def rows_beyond(rng: np.random.Generator, rows: Array, combinations: Array, rest: int) -> Array:
    """Draw what given rows have of given combinations of them in further, unseen dimensions.

    Parameters
    ----------
    rows : (n, m, p) array
        Rows in the dimensions that were seen, those of the inputs for instance.
    combinations : (n, k, m) array
        Coefficients that depend on nothing but these coordinates, and on the signs.
    rest : int
        Number of the other dimensions, in which the rows are standard normal.

    Returns
    -------
    (n, m, p + min(k, rest)) array
        The rows with the coordinates that every combination has in the other dimensions: all of
        these, where there are no more than combinations.
    """
    n, k, m = combinations.shape
    if rest <= k:
        beyond = rng.standard_normal((n, m, rest))
    else:
        basis, _ = np.linalg.qr(np.swapaxes(combinations, -1, -2))
        beyond = rng.standard_normal((n, m, k))
        beyond -= np.matmul(basis, np.matmul(np.swapaxes(basis, -1, -2), beyond))
        # The combinations themselves are k normal vectors; they span the coordinates.
        beyond += np.matmul(basis, gaussian_coordinates(rng, n, k, rest))
    return np.concatenate([rows, beyond], axis=-1)
