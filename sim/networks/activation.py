"""Activation functions of two-layer networks: value and slope, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Activation:
    """A scalar function applied neuron by neuron.

    Attributes
    ----------
    name : str
        What it is, with its parameters, for tables and error messages.
    value, slope : callable
        Arrays of any shape to arrays of that shape, keeping the dtype. At a kink ``slope`` is the
        convention that training uses there.
    lower, upper : float
        Bounds of the slope over the real line.
    homogeneous : bool
        Whether ``value(c z) == c value(z)`` for every ``c > 0``.
    convex : bool
        Whether ``value`` is convex; certificates rely on it.
    """

    name: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    lower: float
    upper: float
    homogeneous: bool
    convex: bool


def leaky_relu(slope: float = 0.0, *, scale: float = 1.0, at_zero: float = 0.0) -> Activation:
    """Return ``scale * max(z, slope * z)``; ``slope=0`` is ReLU, ``slope=1`` is linear.

    Parameters
    ----------
    slope : float in [0, 1]
        Slope on the negative side, before scaling.
    scale : float > 0
        Factor on the whole function.
    at_zero : float in [0, 1]
        Where between the two slopes the slope at exactly zero lies: 0 is the negative side's (the
        convention of the deep-learning libraries), 1 the positive side's.

    Raises
    ------
    ValueError
        If ``slope`` or ``at_zero`` is outside [0, 1] or ``scale`` is not positive.
    """
    if not 0 <= slope <= 1 or not 0 <= at_zero <= 1 or not scale > 0:
        raise ValueError(
            "a leaky ReLU needs 0 <= slope <= 1, 0 <= at_zero <= 1 and scale > 0; "
            f"got slope={slope}, at_zero={at_zero}, scale={scale}"
        )
    negative, positive = scale * slope, scale
    at_kink = negative + at_zero * (positive - negative)

    def value(z: Array) -> Array:
        return np.maximum(z * z.dtype.type(positive), z * z.dtype.type(negative))

    def derivative(z: Array) -> Array:
        one = z.dtype.type
        out = np.where(z > 0, one(positive), one(negative))
        return out if at_zero == 0 else np.where(z == 0, one(at_kink), out)

    name = {0.0: "ReLU", 1.0: "linear"}.get(slope, f"leaky ReLU ({slope:g})")
    return Activation(
        name if scale == 1 else f"{scale:g} * {name}",
        value,
        derivative,
        negative,
        positive,
        homogeneous=True,
        convex=True,
    )


def relu(*, scale: float = 1.0, at_zero: float = 0.0) -> Activation:
    """Return ``scale * max(z, 0)``; see :func:`leaky_relu` for the convention at zero."""
    return leaky_relu(0.0, scale=scale, at_zero=at_zero)


def linear(scale: float = 1.0) -> Activation:
    """Return the linear activation ``scale * z``."""
    return leaky_relu(1.0, scale=scale)


def smoothed_leaky_relu(slope: float, sharpness: float = 1.0) -> Activation:
    """Return the leaky ReLU whose kink is replaced by a parabola on ``|z| <= 1/sharpness``.

    Slope 1 above the parabola and ``slope`` below it; value 0 at 0.

    Parameters
    ----------
    slope : float in (0, 1]
        Slope on the far negative side.
    sharpness : float > 0
        Inverse half-width of the parabola.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    if not 0 < slope <= 1 or not sharpness > 0:
        raise ValueError(
            "a smoothed leaky ReLU needs 0 < slope <= 1 and sharpness > 0; "
            f"got slope={slope}, sharpness={sharpness}"
        )
    shift = (1 - slope) / (4 * sharpness)
    half_width = 1 / sharpness

    def value(z: Array) -> Array:
        one = z.dtype.type
        inside = one((1 - slope) / 4 * sharpness) * z * z + one((1 + slope) / 2) * z
        outside = np.maximum(z, one(slope) * z) - one(shift)
        return np.where(np.abs(z) <= half_width, inside, outside)

    def derivative(z: Array) -> Array:
        one = z.dtype.type
        ramp = one((1 - slope) * sharpness / 2) * z + one((1 + slope) / 2)
        return np.clip(ramp, one(slope), one(1))

    return Activation(
        f"smoothed leaky ReLU ({slope:g}, sharpness {sharpness:g})",
        value,
        derivative,
        slope,
        1.0,
        homogeneous=slope == 1,
        convex=True,
    )


def centred_sigmoid() -> Activation:
    """Return the logistic function minus one half: value 0 and slope 1/4 at zero."""

    def value(z: Array) -> Array:
        return np.tanh(z / 2) / 2

    def derivative(z: Array) -> Array:
        s = scipy.special.expit(z)
        return s * (1 - s)

    return Activation(
        "sigmoid - 1/2", value, derivative, 0.0, 0.25, homogeneous=False, convex=False
    )
