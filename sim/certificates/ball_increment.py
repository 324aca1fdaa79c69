"""Change of a two-layer network between two weight matrices, certified on Euclidean balls.

A lower bound of ``min y (f(x + u; w') - f(x + u; w))`` over ``|u| <= radius`` for every labelled
point, and an upper bound of the maximum: both hold for every perturbation (they are certificates,
not attacks). Exact where no neuron changes its sign on the ball, under either weights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.networks.activation import Activation

Array = NDArray[np.floating]


def increment_bounds(
    w: Array,
    after: Array,
    a: Array,
    activation: Activation,
    x: Array,
    y: Array,
    radius: float,
) -> tuple[Array, Array]:
    """Bound the change of ``y f`` from weights ``w`` to ``after`` on the ball around every point.

    Parameters
    ----------
    w, after : (..., m, d) arrays
        Hidden weights before and after.
    a : (m,) array
    activation : Activation
        Convex, of value 0 and with its only kink at 0: ReLU, leaky ReLU or linear.
    x : (..., n, d) array
    y : (..., n) array
        Labels +1 or -1.
    radius : float >= 0

    Returns
    -------
    lower, upper : (..., n) arrays
        No perturbation in the ball leads to a change outside ``[lower, upper]``.

    Raises
    ------
    ValueError
        If the activation is not piecewise linear with two slopes.

    Notes
    -----
    The change is bounded by an affine function of the perturbation, neuron by neuron, whose
    extreme over the ball is known. A neuron whose sign is open under one of the weights is replaced
    by its tangent where it is added and by its chord where it is subtracted; one that is open under
    both by a secant of middle slope and a remainder.
    """
    if not (activation.homogeneous and activation.convex):
        raise ValueError(
            f"the change is bounded for ReLU, leaky ReLU and linear networks; {activation.name} "
            "is something else"
        )
    before, now = (_Pieces.of(weights, activation, x, radius) for weights in (w, after))
    step = after - w
    farthest = np.abs(now.z - before.z) + radius * _lengths(step)[..., None, :]
    gap = np.abs(a) * (activation.upper - activation.lower) / 2 * farthest
    middle = (activation.upper + activation.lower) / 2
    both = before.is_open & now.is_open
    sign = a * y[..., None]

    def smallest(sign: Array) -> Array:
        slope, constant = before.affine_below(-sign)
        slope_after, constant_after = now.affine_below(sign)
        slope = np.where(both, -sign * middle, slope)
        slope_after = np.where(both, sign * middle, slope_after)
        constant = np.where(both, -gap, constant + constant_after)
        at_centre = np.sum(slope * before.z + slope_after * now.z + constant, axis=-1)
        return at_centre - radius * _lengths(slope @ w + slope_after @ after)

    return smallest(sign), -smallest(-sign)


class _Pieces(NamedTuple):
    """Affine functions below and above the activation on the range of every preactivation."""

    z: Array
    is_open: NDArray[np.bool_]
    tangent: Array
    chord: Array
    chord_at_zero: Array

    @classmethod
    def of(cls, w: Array, activation: Activation, x: Array, radius: float) -> _Pieces:
        z = x @ np.swapaxes(w, -1, -2)
        reach = radius * _lengths(w)[..., None, :]
        is_open = np.abs(z) < reach
        left, right = activation.value(z - reach), activation.value(z + reach)
        chord = np.divide(right - left, 2 * reach, out=np.zeros_like(z), where=is_open)
        at_zero = (left + right) / 2 - chord * z
        return cls(z, is_open, activation.slope(z), chord, at_zero)

    def affine_below(self, sign: Array) -> tuple[Array, Array]:
        """Return slope and constant of an affine function below ``sign phi``."""
        use_chord = self.is_open & (sign < 0)
        slope = np.where(use_chord, self.chord, self.tangent)
        return sign * slope, np.where(use_chord, sign * self.chord_at_zero, 0.0)


def _lengths(vectors: Array) -> Array:
    return np.linalg.norm(vectors, axis=-1)
