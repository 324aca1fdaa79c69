"""Balls around labelled points: clusters along the axes, two balls for each, nearest centres."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]


def labelings(number: int) -> NDArray[np.int8]:
    """Return every labeling of some points by signs: (2**number, number)."""
    if not 1 <= number <= 24:
        raise ValueError(f"labelings of 1 to 24 points can be listed, not of {number}")
    bits = np.arange(2**number)[:, None] >> np.arange(number) & 1
    return (2 * bits - 1).astype(np.int8)


def clusters(count: int, d: int, spread: float, spacing: float) -> Array:
    """Return clusters of d points each: ``spread`` along every axis from centres on the first one.

    Returns
    -------
    (count, d, d) array
        Point j of cluster i is ``(spacing (i + 1), 0, ..., 0) + spread e_j``.
    """
    points = np.broadcast_to(spread * np.eye(d), (count, d, d)).copy()
    points[..., 0] += spacing * np.arange(1, count + 1)[:, None]
    return points


def ball_centres(labels: ArrayLike, spread: float, radius: float, far: float) -> Array:
    """Return centres of two balls for each labeling of the points ``spread e_j``.

    The balls touch the hyperplane through 0 normal to the labels, from either side, at the foot of
    the mean of their points. Where all labels agree, their ball has its centre at 0, and the other
    one lies ``far`` along the last axis.

    Parameters
    ----------
    labels : (n, d) array of +1 and -1

    Returns
    -------
    (n, 2, d) array
        The ball of the positive points, and that of the negative ones.
    """
    signs = np.asarray(labels, dtype=float)
    d = signs.shape[-1]
    normal = signs / np.sqrt(d)
    centres = np.empty((len(signs), 2, d))
    for place, side in enumerate((1, -1)):
        members = (signs == side).astype(float)
        number = members.sum(axis=-1, keepdims=True)
        mean = spread * members / np.maximum(number, 1)
        foot = mean - (mean * normal).sum(axis=-1, keepdims=True) * normal
        centre = foot + side * radius * normal
        centre = np.where(number == d, 0.0, centre)
        centres[:, place] = np.where(number == 0, far * np.eye(d)[-1], centre)
    return centres


def tangent_radius(points: Array, normal: Array) -> float:
    """Return the least radius of a ball that covers points and touches a hyperplane through 0.

    It touches it at the foot of the mean of the points, which lie on the side of the unit vector
    ``normal``: a ball of radius r that touches at p covers q where ``|q - p|^2 <= 2 r (q - p) .
    normal``.
    """
    heights = points @ normal
    if np.any(heights <= 0):
        raise ValueError("the points must lie on the side of the normal vector")
    foot = points.mean(axis=0) - heights.mean() * normal
    return float(np.max(np.square(points - foot).sum(axis=1) / (2 * heights)))


def nearest_sign(points: Array, centres: Array, signs: ArrayLike) -> Array:
    """Return the sign of the nearest centre, for points (..., n, d) and centres (..., k, d)."""
    squares = np.square(points[..., :, None, :] - centres[..., None, :, :]).sum(axis=-1)
    result: Array = np.asarray(signs, dtype=float)[np.argmin(squares, axis=-1)]
    return result
