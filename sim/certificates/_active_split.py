"""The gradients of a lazy network at one input, neuron by neuron.

At a unit input ``x`` a neuron within ``V`` of ``w_s`` adds ``a_s w`` to ``sqrt(m)`` times the
gradient if ``<w, x> > 0``, and nothing otherwise. All but about ``C_0 sqrt(m)`` neurons are on, or
off, throughout the ball: those that are on add up to one vector and one radius.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.networks.lazy_ball import crossing

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]

ROWS = 256  # rows of weights per block: read once from memory for both products


@dataclass(frozen=True)
class Choice:
    """One lowest gradient of the ball in a direction, times ``sqrt(m)``.

    Attributes
    ----------
    gradient : (d,)
    on : (k,) which of the neurons that can switch are on
    held : (k,) which of them are held at their kink
    """

    gradient: Array
    on: Mask
    held: Mask


@dataclass(frozen=True)
class ActiveSplit:
    """Gradients of all networks of a ball, at one input.

    Attributes
    ----------
    unit : (d,) direction of the input
    V : radius of the ball
    width : number of neurons ``m``
    sure, count : (d,) sum of ``a_s w_s`` over the neurons that are on throughout, and their number
    rows : (k,) indices of the neurons that can switch
    a, u, z : (k,), (k,), (k, d) their signs, products ``<w_s, unit>`` and ``a_s w_s``
    """

    unit: Array
    V: float
    width: int
    sure: Array
    count: int
    rows: NDArray[np.intp]
    a: Array
    u: Array
    z: Array

    @property
    def start(self) -> Array:
        """Gradient of the network in the middle of the ball, times ``sqrt(m)``."""
        total: Array = self.sure + self.z[self.u > 0].sum(axis=0)
        return total

    def lowest(self, r: Array, pattern: Mask | None = None) -> Choice:
        """Return the gradient that is lowest in the unit direction ``r``.

        A neuron that is on goes to ``a_s w_s - V r`` unless that would switch it off; then it stays
        at its kink. ``pattern`` (k,) fixes which neurons are on.
        """
        across, held, at_free, at_kink = self._candidates(r)
        best = np.where(held, at_kink, at_free)
        on = best < 0 if pattern is None else pattern
        free, bent = on & ~held, on & held
        total = self.sure - (self.count + free.sum()) * self.V * r
        total = total + on.astype(np.float64) @ self.z - (self.a * self.u) @ bent * self.unit
        if bent.any():
            reach = np.sqrt(self.V**2 - self.u[bent] ** 2).sum()
            length = np.linalg.norm(across)
            if length > 0:
                total = total - reach / length * across
        return Choice(total, on, held)

    def weights(self, w: Array, a: Array, directions: Array, shares: Array, on: Mask) -> Array:
        """Return the network whose gradient is a combination of lowest ones with one pattern.

        Parameters
        ----------
        w, a : (m, d), (m,) the network in the middle
        directions, shares : (k, d), (k,) directions of `lowest` and weights of the combination
        on : (k,) the common pattern
        """
        mean = shares @ directions
        moved = w - (self.V * a)[:, None] * mean
        z, unit = self.z, self.unit
        step = np.zeros_like(z)
        for r, share in zip(directions, shares, strict=True):
            across, held, *_ = self._candidates(r)
            length = max(float(np.linalg.norm(across)), np.finfo(float).tiny)
            reach = np.sqrt(np.maximum(self.V**2 - self.u**2, 0)) / length
            kink = -self.u[:, None] * unit - (self.a * reach)[:, None] * across
            step += share * np.where(held[:, None], kink, -(self.V * self.a)[:, None] * r)
        # The infimum keeps neurons at their kink; a little past it they are on.
        past = 1e-6 * self.V
        step += np.maximum(past - self.u - step @ unit, 0)[:, None] * unit
        off = -np.clip(self.u + past, 0, self.V)[:, None] * unit
        step = np.where(on[:, None], step, off)
        length = np.linalg.norm(step, axis=1, keepdims=True)
        step *= np.minimum(1, self.V / np.maximum(length, np.finfo(float).tiny))
        moved[self.rows] = w[self.rows] + step
        return moved

    def _candidates(self, r: Array) -> tuple[Array, Mask, Array, Array]:
        """Products of a neuron's two lowest gradients with ``r``, and which of the two it can take.

        Returns the part of ``r`` across the input, whether the free one would switch the neuron
        off, and the products of the free one and of the one at the kink.
        """
        rho = float(self.unit @ r)
        across = r - rho * self.unit
        product = self.z @ r
        held = self.u - self.a * self.V * rho < 0
        reach = np.sqrt(np.maximum(self.V**2 - self.u**2, 0))
        kink = product - self.a * self.u * rho - reach * np.linalg.norm(across)
        return across, held, product - self.V, kink


def active_split(a: Array, w: Array, x: Array, V: float) -> ActiveSplit:
    """Sort the neurons of one network (``a`` (m,), ``w`` (m, d)) by what the ball can do to them.

    The weights are read once, a few rows at a time; sums are kept in double precision.
    """
    unit = x / np.linalg.norm(x)
    direction = unit.astype(w.dtype)
    u, sure, count = np.empty(len(w)), np.zeros(w.shape[1]), 0
    for start in range(0, len(w), ROWS):
        rows = slice(start, start + ROWS)
        u[rows] = w[rows] @ direction
        on = u[rows] > V
        sure += (a[rows] * on).astype(w.dtype) @ w[rows]
        count += int(on.sum())
    able = np.flatnonzero(crossing(u, V))
    z = a[able, None] * w[able].astype(np.float64)
    # In single precision the products of these few are worth recomputing.
    u = np.clip(a[able] * (z @ unit), -V, V)
    return ActiveSplit(unit, V, len(w), sure, count, able, a[able], u, z)
