"""Networks with two slopes: which neurons are on, and what changes when few of them flip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.networks.activation import Activation

Array = NDArray[np.floating]
Booleans = NDArray[np.bool_]
Indices = NDArray[np.integer]


@dataclass(frozen=True)
class TwoSlopes:
    """A piecewise-linear activation with its kink at zero.

    Attributes
    ----------
    below, above : float
        The two slopes.
    zero_is_above : bool
        Which of them is used at zero.
    """

    below: float
    above: float
    zero_is_above: bool

    @classmethod
    def of(cls, activation: Activation) -> TwoSlopes | None:
        """Return the slopes of an activation, None if it has more than two."""
        if not activation.homogeneous:
            return None
        below, at_zero, above = activation.slope(np.array([-1.0, 0.0, 1.0]))
        if at_zero not in (below, above):
            return None
        return cls(float(below), float(above), bool(at_zero != below))

    def on(self, z: Array, threshold: Array | float, out: Booleans | None = None) -> Booleans:
        """Tell where ``z - threshold`` has the upper slope."""
        compare = np.greater_equal if self.zero_is_above else np.greater
        return compare(z, threshold, out=out)

    def jump(self, a: Array) -> Array:
        """Return by how much ``a phi'`` grows when a neuron goes on, ``(m,)``."""
        return a * a.dtype.type(self.above - self.below)

    def gradient(self, on: Booleans, a: Array) -> Array:
        """Return ``a phi'``, the input gradient in terms of the weights."""
        gradient = np.multiply(on, self.jump(a))
        if self.below != 0:
            gradient += a * a.dtype.type(self.below)
        return gradient


class Changes(NamedTuple):
    """Entries of ``a phi'`` that changed: place in the flat array, row, column, and by how much."""

    flat: Indices
    rows: Indices
    columns: Indices
    amount: Array

    def too_many(self, size: int) -> bool:
        """Tell whether a dense product costs less than following the changes one by one."""
        return 13 * len(self.flat) > size

    def row_sums(self, values: Array, rows: int) -> Array:
        """Return ``sum_k amount_k values_k`` of every row, in double precision."""
        # NumPy's stubs promise integers, with weights too.
        return np.bincount(self.rows, self.amount * values, minlength=rows)  # type: ignore[return-value]


def sign_changes(now: Booleans, before: Booleans, jump: Array) -> Changes:
    """Return the changes between two states of the neurons, ``(N, m)`` each."""
    flat = np.flatnonzero(now != before)
    rows, columns = np.divmod(flat, now.shape[1])
    amount = jump[columns]
    np.negative(amount, out=amount, where=before.reshape(-1)[flat])
    return Changes(flat, rows, columns, amount)


def follow(pull: Array, changes: Changes, weights: Array) -> None:
    """Add to ``pull = V W W^T``, in place, what a change of ``V`` adds.

    Parameters
    ----------
    pull : (R n, m) array
    weights : (..., m, m) array
        ``W W^T`` of each of ``R`` replicates, which own ``n`` consecutive rows each.
    """
    rows, width = pull.shape
    stacked = weights.reshape(-1, width)
    columns = changes.columns
    if len(stacked) > width:
        columns = columns + changes.rows // (rows * width // len(stacked)) * width
    pointers = np.searchsorted(changes.flat, np.arange(0, (rows + 1) * width, width))
    add_combined_rows(pull, pointers, columns, changes.amount, stacked)


@cache
def _kernel() -> Callable[..., object] | None:
    """Return SciPy's kernel behind ``csr_array @ dense``, which accumulates in place.

    Called directly it saves a temporary, a pass over it and the checks of a constructor: a quarter
    of a training iteration.
    """
    try:
        from scipy.sparse._sparsetools import csr_matvecs
    except ImportError:
        return None
    kernel: Callable[..., object] = csr_matvecs
    return kernel


def add_combined_rows(
    out: Array, pointers: Indices, indices: Indices, factors: Array, rows: Array
) -> None:
    """Add ``sum_k factors[k] rows[indices[k]]`` to every ``out[i]``, ``k`` in its range, in place.

    Parameters
    ----------
    out : (N, m) C-contiguous array
    pointers : (N + 1,) integer array
        Row ``i`` takes the terms ``pointers[i] <= k < pointers[i + 1]``.
    indices : integer array of the same dtype
    factors : array of the dtype of ``out``
    rows : (M, m) C-contiguous array of the dtype of ``out``
    """
    kernel = _kernel()
    if kernel is None:
        matrix = scipy.sparse.csr_array((factors, indices, pointers), shape=(len(out), len(rows)))
        out += np.asarray(matrix @ rows)
        return
    kernel(
        len(out),
        len(rows),
        out.shape[1],
        pointers,
        indices,
        factors,
        rows.reshape(-1),
        out.reshape(-1),
    )
