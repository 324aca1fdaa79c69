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
    V, R = (np.asarray(one, dtype=np.float64)[..., None] for one in (V, R))
    y = x
    best, place = np.full(np.broadcast_shapes(w.shape[:-1], x.shape[:-1]), np.inf), y
    for _ in range(steps):
        length = np.sqrt(np.vecdot(y, y))[..., None]
        reserve = np.vecdot(w, y) - (V * length)[..., 0]
        better = reserve < best
        best, place = np.where(better, reserve, best), np.where(better[..., None], y, place)
        tangent = w - V * y / np.maximum(length, np.finfo(float).tiny)
        size = np.sqrt(np.vecdot(tangent, tangent))[..., None]
        y = x - R * tangent / np.maximum(size, np.finfo(float).tiny)
    return best, place
