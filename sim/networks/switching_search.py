"""Neurons that switch at some input near a given one, by search.

A neuron ``w`` at an input ``y`` switches under a move of length ``V`` at most if ``|<w, y>|`` is at
most ``V |y|``. Over a ball of inputs the least ``<w, y> - V |y|`` is sought without a formula for
it: the function is concave, so that the step to where its tangent is least over the ball never
leads up.

Source: Wang, Ullah, Mianjy and Arora 2022, Lemmas B.4 and B.6, whose sets it decides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]

TINY = np.finfo(np.float64).tiny


def least_reserve(
    w: Array, x: Array, V: ArrayLike, R: ArrayLike, steps: int = 6
) -> tuple[Array, Array]:
    """Return the least ``<w, y> - V |y|`` that is found over ``|y - x| <= R``, and that ``y``.

    With ``w`` for ``x``, ``V`` for ``R`` and so on it is over the ball of the weights. Where
    ``<w, x> >= 0``, it is at most 0 exactly for the neurons that switch at some input.

    Parameters
    ----------
    w, x : (..., d)
    V, R : scalars or (...,)
    """
    V, R = (np.asarray(one, dtype=np.float64) for one in (V, R))
    # Coordinates first: there are few of them, and many neurons.
    w, x = (np.ascontiguousarray(np.moveaxis(one, -1, 0)) for one in np.broadcast_arrays(w, x))
    y, best, place = x, np.full(x.shape[1:], np.inf), x.copy()
    for _ in range(steps):
        length = _length(y)
        reserve = np.einsum("i...,i...->...", w, y) - V * length
        better = reserve < best
        np.copyto(best, reserve, where=better)
        np.copyto(place, y, where=better)
        tangent = w - V / np.maximum(length, TINY) * y
        y = x - R / np.maximum(_length(tangent), TINY) * tangent
    return best, np.moveaxis(place, 0, -1)


def _length(v: Array) -> Array:
    return np.asarray(np.sqrt(np.einsum("i...,i...->...", v, v)))
