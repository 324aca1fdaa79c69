"""Mean value of a network of smoothed leaky ReLUs on a Gaussian cluster, exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Array = NDArray[np.floating]


def mean_activation(middle: Array, spread: Array, *, slope: float, sharpness: float) -> Array:
    """Return ``E phi(z)`` for ``z ~ N(middle, spread^2)`` and the smoothed leaky ReLU ``phi``.

    ``phi`` is that of :func:`sim.networks.activation.smoothed_leaky_relu`. It is a linear function
    plus a difference of two squared positive parts, whose means are elementary.

    Parameters
    ----------
    middle, spread : arrays of one shape, ``spread > 0``
    slope, sharpness : float
        As in :func:`sim.networks.activation.smoothed_leaky_relu`.

    Notes
    -----
    The two squares cancel where ``sharpness * |z|`` is large: the relative error there is that
    product times the machine precision.
    """
    half_width = 1 / sharpness
    curve = _squared_positive_part(middle + half_width, spread) - _squared_positive_part(
        middle - half_width, spread
    )
    return slope * middle + (1 - slope) * (sharpness * curve - half_width) / 4


def mean_value(
    w: Array,
    a: Array,
    centre: Array,
    *,
    slope: float,
    sharpness: float,
    deviation: float = 1.0,
) -> Array:
    """Return ``E f(centre + xi)`` for ``xi ~ N(0, deviation^2 I)``.

    Parameters
    ----------
    w : (..., m, d) array
        Hidden weights; any part of the noise outside their span does not matter.
    a : (m,) array
    centre : (d,) array
    slope, sharpness : float
        Of the activation.
    deviation : float > 0

    Returns
    -------
    (...) array
    """
    spread = np.maximum(deviation * np.linalg.norm(w, axis=-1), np.finfo(np.float64).tiny)
    middle = np.matmul(w, centre)
    return np.matmul(mean_activation(middle, spread, slope=slope, sharpness=sharpness), a)


def _squared_positive_part(middle: Array, spread: Array) -> Array:
    """Return ``E max(z, 0)^2`` for ``z ~ N(middle, spread^2)``."""
    # Beyond 40 deviations both functions are 0 or 1 to the last digit, and squares may overflow.
    with np.errstate(over="ignore"):
        scaled = np.clip(middle / spread, -40, 40)
    density = np.exp(-np.square(scaled) / 2) / np.sqrt(2 * np.pi)
    return (middle**2 + spread**2) * ndtr(scaled) + middle * spread * density
