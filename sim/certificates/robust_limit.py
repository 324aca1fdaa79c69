"""How robust any network of a lazy ball can be at an input: upper limits, whatever the training.

Along the gradient ``g`` in the middle of the ball the worst that can happen to the attacker is a
closed form (`sim.networks.lazy_ball`): if every network has the wrong sign at ``x - y R g / |g|``,
none is right about ``x`` within ``R``.

Source: Wang, Ullah, Mianjy and Arora 2022, Corollary 3.2 and Section 5.2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.certificates.universal import _first, _Sides
from sim.networks.lazy_ball import gradient, preactivation, value
from sim.networks.line_search import first_flip

Array = NDArray[np.floating]


def robust_limit(
    a: Array, w: Array, x: Array, y: Array, V: ArrayLike, *, scan: int = 60, steps: int = 30
) -> Array:
    """Return a radius within which every network of the ball has a wrong point: (...,).

    At most ``|x|``, where every network vanishes; it is zero where none is right about ``x``
    itself.

    Parameters
    ----------
    a, w, x : (..., m), (..., m, d), (..., d) signs, hidden weights in the middle, input
    y : (...,) its sign, +1 or -1
    V : scalar or (...,) radius of the ball of weights, per neuron
    scan, steps : numbers of radii scanned (in geometric progression) and of bisections
    """
    sides = _Sides(a, w, x, V, _uphill(a, w, x))
    below, above = (_first(sides, side, scan, steps) for side in (-1, 1))
    return np.minimum(np.where(y > 0, below, above), np.linalg.norm(x, axis=-1))


def critical_ball(a: Array, w: Array, x: Array, y: Array, R: float) -> Array:
    """Return the radius of the ball below which every network has a wrong point within R: (...,).

    A neuron of the ball has any pre-activation within ``V |x'|`` of its own at ``x' = x - y R
    g / |g|``, so that the largest ``y f(x')`` grows piecewise linearly with V: exact.

    Parameters
    ----------
    a, w, x, y : as in `robust_limit`
    R : float
    """
    moved = x - R * y[..., None] * _uphill(a, w, x)
    length = np.linalg.norm(moved, axis=-1)
    push = (y * length)[..., None] * a
    critical = first_flip(a, preactivation(w, moved), push)
    return np.where(y * value(a, w, moved) < 0, critical, 0.0)


def _uphill(a: Array, w: Array, x: Array) -> Array:
    """Return the direction of the gradient in the middle, zero where there is none."""
    direction = gradient(a, w, x)
    length = np.linalg.norm(direction, axis=-1, keepdims=True)
    return np.divide(direction, length, out=np.zeros_like(direction), where=length > 0)
