"""Certified margins of many two-layer networks at once, on Euclidean balls around many points.

The network is ``f(x) = sum_s a_s phi(<w_s, x>)`` with a convex ``phi``. Everything here is a
certificate: a number that the margin ``y f(x + u)``, or its increase from one weight matrix to
another, does not fall below anywhere on the ball. Attacks (:mod:`sim.networks.attack`) bound the
same numbers from above. For one network and tighter certificates see
:mod:`sim.certificates.inner_maximum`; these here are vectorised over replicates and exact where no
neuron changes its slope on the ball.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.networks import two_layer
from sim.networks.activation import Activation

Array = NDArray[np.floating]


def smallest_margin(
    w: Array,
    a: Array,
    activation: Activation,
    x: Array,
    y: Array,
    radius: float,
    perturbation: Array,
) -> Array:
    """Return a lower bound of ``min y_i f(x_i + u)`` over ``|u| <= radius``.

    A neuron that counts for the label lies above its tangent at the given perturbation, one that
    counts against it below its chord over the range of its preactivation; the affine function that
    this leaves is minimised in closed form. Rounding errors are not allowed for.

    Parameters
    ----------
    w : (..., m, d) array
    a : (m,) array
    activation : Activation
        Convex.
    x : (..., n, d) array
    y : (..., n) array
        Labels +1 or -1.
    radius : float >= 0
    perturbation : (..., n, d) array
        Where the tangents touch; the best place is where the margin is smallest, so give the
        perturbation that an attack has found.

    Returns
    -------
    (..., n) array

    Raises
    ------
    ValueError
        If the activation is not convex.
    """
    _require_convex(activation)
    z = two_layer.preactivation(w, x)
    change = two_layer.preactivation(w, perturbation)
    reach = radius * np.linalg.norm(w, axis=-1)[..., None, :]
    left, right = activation.value(z - reach), activation.value(z + reach)
    chord = np.divide(right - left, 2 * reach, out=np.ones_like(z), where=reach > 0)
    tangent = activation.slope(z + change)
    weight = y[..., None] * a
    helps = weight > 0
    slope = np.where(helps, tangent, chord)
    at_centre = np.where(helps, activation.value(z + change) - tangent * change, (left + right) / 2)
    steepest = np.linalg.norm(np.matmul(weight * slope, w), axis=-1)
    return np.sum(weight * at_centre, axis=-1) - radius * steepest


def smallest_increase(
    before: Array,
    after: Array,
    a: Array,
    activation: Activation,
    x: Array,
    y: Array,
    radius: float,
) -> Array:
    """Return a lower bound of ``min y_i (f(x_i + u; after) - f(x_i + u; before))`` over the ball.

    Each neuron changes by the secant slope of ``phi`` between its two preactivations times their
    difference. The difference is a linear function of the perturbation; the slope lies between
    those at the ends of the interval that both preactivations can reach. The worst case is taken
    neuron by neuron.

    Parameters
    ----------
    before, after : (..., m, d) arrays
        The two weight matrices.
    a, activation, x, y, radius
        As in :func:`smallest_margin`.

    Returns
    -------
    (..., n) array

    Raises
    ------
    ValueError
        If the activation is not convex.
    """
    _require_convex(activation)
    weight = y[..., None] * a
    reaches = [radius * np.linalg.norm(w, axis=-1)[..., None, :] for w in (before, after)]
    ranges = [two_layer.preactivation(w, x) for w in (before, after)]
    lowest = np.minimum(*(z - reach for z, reach in zip(ranges, reaches, strict=True)))
    highest = np.maximum(*(z + reach for z, reach in zip(ranges, reaches, strict=True)))
    change = after - before
    gain = weight * two_layer.preactivation(change, x)
    least = gain - np.abs(weight) * radius * np.linalg.norm(change, axis=-1)[..., None, :]
    slope = np.where(least > 0, activation.slope(lowest), activation.slope(highest))
    return np.sum(slope * least, axis=-1)


def _require_convex(activation: Activation) -> None:
    if not activation.convex:
        raise ValueError(
            f"tangents and chords bound convex activations only; {activation.name} is not convex: "
            "use the spectral bound of sim.certificates.inner_maximum"
        )
