"""Inner products of two vectors that an attacker moves within Euclidean balls."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def smallest_product(
    x: Array,
    z: Array,
    radius: Array | float,
    *,
    rng: np.random.Generator,
    starts: int = 6,
    steps: int = 200,
) -> Array:
    """Look for the smallest ``<x + u, z + v>`` over ``|u|, |v| <= radius``.

    For a fixed ``u`` the best ``v`` is known, and the other way round; the search alternates
    between the two from random starts. What it returns is attained, so it is an upper bound of the
    minimum.

    Parameters
    ----------
    x, z : (..., d) arrays
    radius : array that broadcasts to (...), >= 0
    rng : numpy.random.Generator
        Draws the starts.
    starts, steps : int
        Number of starts, and of alternations from each.

    Returns
    -------
    (...) array
    """
    x, z = np.broadcast_arrays(x, z)
    radius = np.broadcast_to(np.asarray(radius, dtype=x.dtype), x.shape[:-1])[..., None]
    best = np.full(x.shape[:-1], np.inf)
    for _ in range(starts):
        u = radius * _towards(rng.standard_normal(x.shape))
        for _ in range(steps):
            v = -radius * _towards(x + u)
            u = -radius * _towards(z + v)
        best = np.minimum(best, np.sum((x + u) * (z + v), axis=-1))
    return best


def largest_magnitude(
    x: Array,
    z: Array,
    radius: Array | float,
    *,
    rng: np.random.Generator,
    starts: int = 4,
    steps: int = 100,
) -> Array:
    """Look for the largest ``|<x + u, z + v>|`` over ``|u|, |v| <= radius``.

    As :func:`smallest_product`; the result is attained, a lower bound of the maximum.
    """
    smallest = partial(smallest_product, radius=radius, rng=rng, starts=starts, steps=steps)
    return np.maximum(-smallest(x, z), -smallest(-x, z))


def _towards(vector: Array) -> Array:
    """Return the unit vector in the direction of each vector; zero for zero."""
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.divide(vector, length, out=np.zeros_like(vector), where=length > 0)
