"""Mean value of a two-layer network on a Gaussian cluster, neuron by neuron, by quadrature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.networks.activation import Activation

Array = NDArray[np.floating]

REACH = 10.0  # standard deviations; beyond lies 1e-23 of the mass
PANELS = 4000
NODES, WEIGHTS = np.polynomial.legendre.leggauss(4)


def mean_value(
    w: Array, a: Array, activation: Activation, centre: Array, *, deviation: float = 1.0
) -> Array:
    """Return ``E f(centre + xi)`` for ``xi ~ N(0, deviation^2 I)``.

    The preactivation of a neuron is normal with mean ``<w_s, centre>`` and standard deviation
    ``deviation |w_s|``, so the mean is a sum of integrals over the line.

    Parameters
    ----------
    w : (..., m, d) array
    a : (m,) array
    centre : (d,) array
    deviation : float >= 0

    Returns
    -------
    (...) array
        A kink of the activation costs an error of about 1e-6 of its jump times the spread of the
        preactivation.
    """
    edges = np.linspace(-REACH, REACH, PANELS + 1)
    half = REACH / PANELS
    z = (edges[:-1, None] + half * (NODES + 1)).ravel()
    mass = half * np.tile(WEIGHTS, PANELS) * np.exp(-np.square(z) / 2) / np.sqrt(2 * np.pi)
    middle = np.matmul(w, centre)[..., None]
    spread = deviation * np.linalg.norm(w, axis=-1)[..., None]
    return np.matmul(np.matmul(activation.value(middle + spread * z), mass), a)
