"""Penalised adversarial regression with any number of irrelevant inputs, most of them never drawn.

Inputs are independent standard normals, and the response depends on the first few only. The L1
penalised estimate of adversarial training then ignores almost every irrelevant input: such an input
matters only through its inner product with the attacked residuals, and given everything else its
column is a normal vector whose components are drawn when they are looked at. Nothing is
approximated: the estimate is the minimiser over all inputs, for one draw of them, at a cost of a
few normals for each irrelevant input instead of a column.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.regression.adversarial import solve

Array = NDArray[np.floating]

MARGIN = 1e-9
"""Relative excess of a correlation over the penalty that lets an input in."""


class HiddenColumns:
    """Columns of independent standard normals, drawn only along the directions looked at.

    Parameters
    ----------
    rng : numpy.random.Generator
    length, count : int
        Each of the ``count`` columns has ``length`` entries.
    """

    def __init__(self, rng: np.random.Generator, length: int, count: int):
        self._rng = rng
        self._length, self.count = length, count
        self._basis = np.empty((0, length))
        self._components = np.empty((0, count))

    def products(self, vector: Array) -> Array:
        """Return the inner product of every column with ``vector``: (length,) to (count,)."""
        along = self._basis @ vector
        rest = vector - along @ self._basis
        rest -= (self._basis @ rest) @ self._basis
        size = float(np.linalg.norm(rest))
        if size > 1e-10 * float(np.linalg.norm(vector)):
            self._extend(rest / size)
            along = np.append(along, size)
        return along @ self._components

    def _extend(self, direction: Array) -> None:
        fresh = self._rng.standard_normal((1, self.count))
        self._basis = np.vstack([self._basis, direction])
        self._components = np.vstack([self._components, fresh])

    def draw(self, which: ArrayLike) -> Array:
        """Draw some columns whole, (length, k), given what has been seen of them.

        A column must be drawn once only; its later products are those of the drawn column.
        """
        seen = self._components[:, np.asarray(which)]
        fresh = self._rng.standard_normal((self._length, seen.shape[1]))
        return fresh + self._basis.T @ (seen - self._basis @ fresh)


@dataclass(frozen=True)
class SparseEstimate:
    """An estimate and the part of the data that it rests on.

    Attributes
    ----------
    theta : (s + k,) coefficients of the relevant inputs, then of the k irrelevant ones let in
    x, y : (n, s + k), (n,) the data that were drawn; every other coefficient is exactly zero
    rounds : int
        Times that irrelevant inputs were let in.
    """

    theta: Array
    x: Array
    y: Array
    rounds: int


def sparse_estimate(
    rng: np.random.Generator,
    n: int,
    d: int,
    theta_0: Array,
    noise: float,
    radius: float,
    penalty: float,
    *,
    gap: float = 1e-10,
    columns: type[HiddenColumns] = HiddenColumns,
) -> SparseEstimate:
    """Draw one data set and minimise the attacked squared loss plus ``penalty * |theta|_1`` on it.

    Parameters
    ----------
    n, d : int
        Sample size, and number of inputs in all.
    theta_0 : (s,) array
        True coefficients of the relevant inputs, s <= d.
    noise, radius : float
        Standard deviation of the noise; size of the Euclidean attack.
    penalty : float > 0
    gap : float
        Relative duality gap of each solve.
    columns :
        What stands for the irrelevant inputs (tests look inside).

    Raises
    ------
    ValueError
        If there are fewer inputs than relevant ones, or the penalty is not positive.
    """
    s = len(theta_0)
    if d < s or not penalty > 0:
        raise ValueError(
            f"sparse regression needs d >= {s} relevant inputs and a positive penalty; got d = {d} "
            f"and a penalty of {penalty:g}"
        )
    x = rng.standard_normal((n, s))
    y = x @ theta_0 + noise * rng.standard_normal(n)
    hidden = columns(rng, n, d - s)
    outside = np.ones(d - s, dtype=bool)
    rounds = 0
    while True:
        found = solve(x, y, radius, penalty=penalty, gap=gap)
        correlation = np.abs(hidden.products(found.dual)) * (2 / n)
        entering = np.flatnonzero(outside & (correlation > penalty * (1 + MARGIN)))
        if not entering.size:
            return SparseEstimate(found.theta, x, y, rounds)
        x = np.hstack([x, hidden.draw(entering)])
        outside[entering] = False
        rounds += 1
