"""Point of least norm of a convex set that is known through its extreme points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

SLIP = 1e-12  # weights below this are taken as zero


@dataclass(frozen=True)
class MinNormPoint:
    """A convex combination of extreme points, and a bound on how much shorter any point may be.

    Attributes
    ----------
    lower : largest ``min over the set of <g, r>`` met over unit vectors ``r``, at least 0;
        no point of the set is shorter
    point : (d,) combination found
    directions : (k, d) unit vectors; extreme points are the set's lowest in these
    weights : (k,) of the combination
    best : (d,) direction of ``lower``
    """

    lower: float
    point: Array
    directions: Array
    weights: Array
    best: Array


def min_norm_point(
    lowest: Callable[[Array], Array], start: Array, *, tolerance: float = 1e-4, limit: int = 150
) -> MinNormPoint:
    """Find the point of least norm (Wolfe 1976, with an oracle for the extreme points).

    Parameters
    ----------
    lowest : function
        Takes a unit vector ``r`` to the point of the set with the smallest inner product with it.
    start : (d,) first direction
    tolerance : float
        Stop once the point is at most this fraction longer than the bound.
    limit : int
        Most calls of ``lowest``. The bound holds wherever the search stops.
    """
    r = _unit(start)
    best, lower = r, 0.0
    points, directions = np.empty((0, len(r))), np.empty((0, len(r)))
    weights: Array = np.empty(0)
    point, scale = r, 0.0
    for _ in range(limit):
        new = lowest(r)
        scale = max(scale, float(np.linalg.norm(new)))
        if new @ r > lower:
            lower, best = float(new @ r), r
        length = np.linalg.norm(point)
        if len(points) and length - new @ r <= tolerance * length:
            break
        points, directions = np.vstack([points, new]), np.vstack([directions, r])
        weights = np.append(weights, 0.0 if len(weights) else 1.0)
        weights, kept = _shortest(points, weights)
        points, directions = points[kept], directions[kept]
        point = weights @ points
        if np.linalg.norm(point) <= 1e-9 * scale:
            break
        r = _unit(point)
    return MinNormPoint(lower, point, directions, weights, best)


def _shortest(points: Array, weights: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return convex weights of the shortest combination, and which points it needs."""
    kept = np.ones(len(points), dtype=bool)
    while True:
        affine = _shortest_affine(points[kept])
        if affine.min() > SLIP:
            return affine, kept
        # Walk from the weights at hand towards the affine ones until the first reaches zero.
        current = weights[kept]
        falling = affine < SLIP
        fall = current[falling] - affine[falling]
        step = min(1.0, float(np.min(current[falling] / np.maximum(fall, SLIP))))
        current = np.maximum(current + step * (affine - current), 0)
        current[np.flatnonzero(falling)[np.argmin(current[falling])]] = 0
        weights = np.zeros(len(points))
        weights[kept] = current / current.sum()
        kept &= weights > 0
        if kept.sum() == 1:
            return np.ones(1), kept


def _shortest_affine(points: Array) -> Array:
    """Return weights, of any sign and of sum 1, of the shortest affine combination."""
    gram = points @ points.T
    scale = max(np.trace(gram) / len(gram), np.finfo(float).tiny)
    solution = np.linalg.lstsq(gram / scale + 1.0, np.ones(len(gram)), rcond=1e-13)[0]
    weights: Array = solution / solution.sum()
    return weights


def _unit(vector: Array) -> Array:
    length = np.linalg.norm(vector)
    if length > 0:
        unit: Array = vector / length
        return unit
    return np.eye(len(vector))[0]
