"""Mean value of ReLU and leaky ReLU networks on a Gaussian cluster, in closed form."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.networks.activation import Activation

Array = NDArray[np.floating]


def mean_value(
    w: Array, a: Array, activation: Activation, centre: Array, *, deviation: float = 1.0
) -> Array:
    """Return ``E f(centre + xi)`` for ``xi ~ N(0, deviation^2 I)``.

    As :func:`sim.clusters.value.mean_value`, which takes any activation and costs some thousand
    times as much.

    Parameters
    ----------
    w : (..., m, d) array
    a : (m,) array
    activation : Activation
        ReLU, leaky ReLU or linear.
    centre : (..., d) array
    deviation : float >= 0

    Returns
    -------
    (...) array

    Raises
    ------
    ValueError
        If the activation is not piecewise linear with its kink at 0.

    Notes
    -----
    The preactivation of a neuron is normal; ``E max(z, 0) = m Phi(m/s) + s phi(m/s)``.
    """
    if not activation.homogeneous:
        raise ValueError(
            f"the closed form is for ReLU, leaky ReLU and linear networks; {activation.name} needs "
            "quadrature (sim.clusters.value)"
        )
    middle = np.matmul(w, centre[..., None])[..., 0]
    spread = deviation * np.linalg.norm(w, axis=-1)
    ratio = np.divide(middle, spread, out=np.zeros_like(middle), where=spread > 0)
    density = np.exp(-np.square(ratio) / 2) / np.sqrt(2 * np.pi)
    positive = np.where(
        spread > 0, middle * scipy.special.ndtr(ratio) + spread * density, np.maximum(middle, 0)
    )
    value = activation.lower * middle + (activation.upper - activation.lower) * positive
    return np.matmul(value, a)
