"""One pair of inputs that settles the robust loss of every network of a lazy ball at once.

If every network is negative at ``x - R r`` and positive at ``x + R r`` for a unit vector ``r``,
then whatever its label, ``x`` has robust loss 1 at radius ``R`` for all of them. Both conditions
are closed forms (`sim.networks.lazy_ball`), so for a given ``R`` they are decided exactly.

Source: Wang, Ullah, Mianjy and Arora 2022, Corollary 3.2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.networks.lazy_ball import Mask, gradient, greatest_value, least_value, preactivation

Array = NDArray[np.floating]


def universal_radius(
    a: Array,
    w: Array,
    x: Array,
    V: ArrayLike,
    *,
    direction: Array | None = None,
    scan: int = 80,
    steps: int = 30,
) -> Array:
    """Return the smallest radius at which the pair of inputs exists: (...,), infinite for none.

    Within every finite radius returned both conditions have been met; it is the smallest such one
    up to the resolution of the scan that precedes the bisection. A radius of ``|x|`` or more would
    say nothing, as every network vanishes at 0: it counts as none.

    Parameters
    ----------
    a, w, x : (..., m), (..., m, d), (..., d) signs, hidden weights in the middle, input
    V : scalar or (...,) radius of the ball of weights, per neuron
    direction : (..., d) unit vectors; those of the gradient in the middle if not given
    scan, steps : numbers of radii scanned (in geometric progression) and of bisections
    """
    if direction is None:
        direction = gradient(a, w, x)
        length = np.linalg.norm(direction, axis=-1, keepdims=True)
        direction = np.divide(direction, length, out=np.zeros_like(direction), where=length > 0)
    sides = _Sides(a, w, x, V, direction)
    return np.maximum(_first(sides, -1, scan, steps), _first(sides, 1, scan, steps))


def settled(
    a: Array, w: Array, x: Array, V: ArrayLike, R: ArrayLike, *, direction: Array
) -> NDArray[np.bool_]:
    """Say whether all networks are negative at ``x - R r`` and positive at ``x + R r``: (...,)."""
    sides = _Sides(a, w, x, V, direction)
    R = np.asarray(R, dtype=np.float64)
    return sides.met(R, -1) & sides.met(R, 1)


class _Sides:
    """Products with the input and the direction, all that the conditions need."""

    def __init__(self, a: Array, w: Array, x: Array, V: ArrayLike, direction: Array) -> None:
        self.a, self.V = a.astype(w.dtype, copy=False), np.asarray(V, dtype=np.float64)
        self.u, self.v = (preactivation(w, each.astype(w.dtype)) for each in (x, direction))
        self.square = np.sum(x * x, axis=-1)
        self.product = np.sum(x * direction, axis=-1)

    def met(self, R: Array, side: int) -> Mask:
        """Whether every network has the sign of the side at ``x + side * R * direction``."""
        step = side * R
        length = np.sqrt(np.maximum(self.square + 2 * step * self.product + R**2, 0))
        z = self.u + step[..., None].astype(self.u.dtype) * self.v
        reach = self.V * length
        if side > 0:
            return least_value(self.a, z, reach) > 0
        return greatest_value(self.a, z, reach) < 0


def _first(sides: _Sides, side: int, scan: int, steps: int) -> Array:
    """Return the first radius below ``|x|`` at which a condition is met, infinite for none."""
    largest = np.sqrt(sides.square)
    shape = np.broadcast_shapes(largest.shape, sides.V.shape, sides.a.shape[:-1])
    largest = np.broadcast_to(largest, shape)
    low, high = np.zeros(shape), np.full(shape, np.inf)
    high[sides.met(np.zeros(shape), side)] = 0
    for power in np.linspace(-4, 0, scan, endpoint=False):
        open_ = np.isinf(high)
        if not open_.any():
            break
        R = largest * 10.0**power
        met = sides.met(R, side) & open_
        high = np.where(met, R, high)
        low = np.where(open_ & ~met, R, low)
    for _ in range(steps):
        middle = np.where(np.isinf(high), low, (low + high) / 2)
        met = sides.met(middle, side)
        high, low = np.where(met, middle, high), np.where(met, low, middle)
    return high
