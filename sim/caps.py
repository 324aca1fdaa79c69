"""Two classes on the unit sphere that lie far apart: antipodal caps, and how far classes are."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.clusters.subspace import gaussian_coordinates

Array = NDArray[np.floating]


def antipodal_caps(
    rng: np.random.Generator,
    replicates: int,
    n: int,
    d: int,
    half_distance: float = 0.9,
    *,
    in_span: bool = False,
) -> tuple[Array, Array]:
    """Draw points of the unit sphere, uniform on two opposite caps, and the sign of their cap.

    The caps are ``{x: y x_1 >= half_distance}``: points of opposite sign are at least ``2
    half_distance`` apart, so that no perturbation shorter than ``half_distance`` confuses them.

    Parameters
    ----------
    replicates, n, d : int
        Samples, points of each (their signs alternate), and dimension, at least 2.
    half_distance : float in (0, 1]
        1 gives the two poles.
    in_span : bool
        Draw their coordinates in the span of the first axis and of all points alone, so that the
        dimension costs nothing: it is ``min(d, 1 + n)`` then.

    Returns
    -------
    x : (replicates, n, d) array, or (replicates, n, min(d, 1 + n))
    y : (replicates, n) array of +1 and -1

    Raises
    ------
    ValueError
        If there is no such cap.
    """
    if d < 2 or not 0 < half_distance <= 1:
        raise ValueError(
            "caps need d >= 2 and a half-distance in (0, 1]; got "
            f"d = {d} and half_distance = {half_distance:g}"
        )
    y = np.broadcast_to(np.where(np.arange(n) % 2 == 0, 1.0, -1.0), (replicates, n)).copy()
    sine = np.sqrt(_squared_sines(rng, replicates * n, d, half_distance)).reshape(replicates, n)
    if in_span:
        around = gaussian_coordinates(rng, replicates, n, d - 1)
    else:
        around = rng.standard_normal((replicates, n, d - 1))
    around *= (sine / np.linalg.norm(around, axis=-1))[..., None]
    height = np.sqrt(np.clip(1 - sine**2, half_distance**2, 1))
    return np.concatenate([(y * height)[..., None], around], axis=-1), y


def _squared_sines(rng: np.random.Generator, count: int, d: int, half_distance: float) -> Array:
    """Draw ``s = 1 - x_1^2`` on the cap, whose density is ``s^((d-3)/2) (1-s)^(-1/2)``.

    By rejection: a power law for the first factor, accepted in proportion to the second one, which
    varies by a factor of at most ``1 / half_distance``. (The Beta law's quantiles underflow.)
    """
    largest = 1 - half_distance**2
    found = np.empty(0)
    while len(found) < count:
        s = largest * rng.random(2 * count) ** (2 / (d - 1))
        accepted = rng.random(2 * count) * np.sqrt(1 - s) <= half_distance
        found = np.concatenate([found, s[accepted]])
    return found[:count]


def half_class_distance(x: Array, y: Array) -> float:
    """Return half the smallest distance of two inputs with opposite signs.

    At this radius two of them share a point, and no classifier whatever is right about both under
    attack.

    Parameters
    ----------
    x : (n, d) array
    y : (n,) array of +1 and -1

    Raises
    ------
    ValueError
        If one of the signs does not occur.
    """
    positive, negative = x[y > 0], x[y < 0]
    if not len(positive) or not len(negative):
        raise ValueError("a distance of classes needs inputs of both signs")
    return float(scipy.spatial.distance.cdist(positive, negative).min() / 2)
