"""Mean value of a network of smoothed leaky ReLUs on a Gaussian cluster, exactly."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.floating]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(4)
NARROW, FAR = 0.05, 40.0
"""In standard deviations: a kink whose mean is taken by four nodes, and one that nobody meets."""


def mean_activation(middle: Array, spread: Array, *, slope: float, sharpness: float) -> Array:
    """Return ``E phi(z)`` for ``z ~ N(middle, spread^2)`` and the smoothed leaky ReLU ``phi``.

    ``phi`` is that of :func:`sim.networks.activation.smoothed_leaky_relu`. It is a linear function
    plus the mean of ``max(z + u, 0)`` over the width of the kink, ``|u| <= 1 / sharpness``, which
    is a difference of two squared positive parts.

    Parameters
    ----------
    middle, spread : arrays of one shape, ``spread > 0``
    slope, sharpness : float
        As in :func:`sim.networks.activation.smoothed_leaky_relu`.

    Notes
    -----
    The two squares cancel where ``sharpness * |z|`` is large. There the kink is narrow or far, and
    the mean over its width is taken by quadrature, which is exact to rounding then.
    """
    half_width = 1 / sharpness
    curve = _squared_positive_part(middle + half_width, spread) - _squared_positive_part(
        middle - half_width, spread
    )
    narrow = half_width < NARROW * spread
    far = np.abs(middle) > half_width + FAR * spread
    shifted = middle + half_width * NODES.reshape(-1, *(1,) * np.ndim(middle))
    averaged = np.tensordot(WEIGHTS / 2, _positive_part(shifted, spread), axes=1)
    bent = np.where(narrow | far, averaged, sharpness * curve / 4)
    return slope * middle + (1 - slope) * (bent - half_width / 4)


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


def _positive_part(middle: Array, spread: Array) -> Array:
    """Return ``E max(z, 0)`` for ``z ~ N(middle, spread^2)``."""
    scaled = _scaled(middle, spread)
    return np.asarray(middle * scipy.special.ndtr(scaled) + spread * _density(scaled))


def _squared_positive_part(middle: Array, spread: Array) -> Array:
    """Return ``E max(z, 0)^2`` for ``z ~ N(middle, spread^2)``."""
    scaled = _scaled(middle, spread)
    return np.asarray(
        (middle**2 + spread**2) * scipy.special.ndtr(scaled) + middle * spread * _density(scaled)
    )


def _scaled(middle: Array, spread: Array) -> Array:
    # Beyond 40 deviations tails are 0 or 1 to the last digit, and squares may overflow.
    with np.errstate(over="ignore"):
        return np.clip(middle / spread, -FAR, FAR)


def _density(scaled: Array) -> Array:
    return np.asarray(np.exp(-np.square(scaled) / 2) / np.sqrt(2 * np.pi))
