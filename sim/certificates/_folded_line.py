"""Activations that are a folded line, and parabolas above and below the fold.

A folded line is ``phi(v) = centre v + half h(v)`` with the fold ``h(v) = |v|`` (ReLU, leaky ReLU),
or, rounded over ``|v| <= rho``, ``h(v) = v^2 / (2 rho)`` there and ``|v| - rho/2`` outside
(smoothed leaky ReLU; ``rho = 0`` is the sharp fold). On a range ``|v - z| <= reach`` this module
gives all the parabolas ``quadratic v^2 + linear v + constant`` that a bound of a network needs, for
every value of their parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.networks.activation import Activation, Array

PROBES = 1 << 14


@dataclass(frozen=True)
class FoldedLine:
    """``centre v + half h(v)`` with a fold rounded over ``rho``, true up to ``error``."""

    centre: float
    half: float
    rho: float
    error: float


@dataclass(frozen=True)
class Parabola:
    """``quadratic v^2 + linear v + constant``, one for each neuron."""

    quadratic: Array
    linear: Array
    constant: Array

    def __call__(self, v: Array) -> Array:
        """Return the values at ``v``."""
        return (self.quadratic * v + self.linear) * v + self.constant


def fold(v: Array, rho: float) -> Array:
    """Return ``h(v)``."""
    size = np.abs(v)
    if rho == 0:
        return size
    return np.where(size <= rho, v * v / (2 * rho), size - rho / 2)


def recognise(activation: Activation) -> FoldedLine | None:
    """Return the folded line that ``activation`` is, or None.

    A convex, positively homogeneous function is a sharp fold. Any other convex function is probed:
    a convex function that agrees with a rounded fold at equally spaced points, and has its extreme
    slopes where the rounding ends, differs from it nowhere by more than ``error``.
    """
    if not activation.convex:
        return None
    centre = (activation.upper + activation.lower) / 2
    half = (activation.upper - activation.lower) / 2
    if activation.homogeneous:
        return FoldedLine(centre, half, 0.0, 0.0)
    if half == 0:
        return None
    rho = 2.0**10
    for _ in range(3):  # far out, then closer: the subtraction gains accuracy
        far = np.array([4 * rho])
        rho = float((2 * (far - (activation.value(far) - centre * far) / half))[0])
        if not 0 < rho < far[0]:
            return None
    probes = np.linspace(-rho, rho, PROBES + 1)
    guess = centre * probes + half * fold(probes, rho)
    ends = np.array([-rho, rho]) * (1 + 1e-9)
    agrees = np.allclose(activation.value(probes), guess, rtol=0, atol=1e-12 * half * rho)
    extreme = np.allclose(
        activation.slope(ends), [activation.lower, activation.upper], rtol=0, atol=0
    )
    if not (agrees and extreme):
        return None
    spacing = 2 * rho / PROBES
    return FoldedLine(centre, half, rho, half * (3 / 8 * spacing**2 / rho + 1e-8 * rho))


def settled(z: Array, reach: Array, rho: float) -> Array:
    """Return where the fold is affine on the whole range (or the range is a point)."""
    return (np.abs(z) >= reach + rho) | (reach == 0)


def above(touch: Array, z: Array, reach: Array, rho: float) -> Parabola:
    """Return parabolas above the fold on the range, tangent to it at ``side * touch``.

    ``side`` is the sign of ``z``. Up to ``touch = margin``, where ``margin = reach - |z|`` is how
    far the range extends beyond the fold, the parabola is even and lies above the fold everywhere;
    beyond that it meets the fold at the near end of the range, and is affine in the limit of a
    settled neuron.

    Parameters
    ----------
    touch : (p,) array
        Any value of at least ``rho``, positive; larger ones than ``|z| + reach`` serve nothing.
    z, reach : (p,) arrays
        Middle and half-length of the range, not settled.
    rho : float
        Half-width of the rounding.
    """
    side, margin = np.where(z >= 0, 1.0, -1.0), reach - np.abs(z)
    quadratic = curvature_above(touch, margin, rho)
    linear = side * (1 - 2 * quadratic * touch)
    return Parabola(quadratic, linear, quadratic * touch**2 - rho / 2)


def curvature_above(touch: Array, margin: Array, rho: float) -> Array:
    """Return the quadratic coefficient of the parabola ``above`` with that point of touching."""
    end = 2 * margin
    if rho > 0:
        end = np.where(margin >= rho, end, (margin + rho) ** 2 / (2 * rho))
    wide = touch > margin
    return np.where(wide, end, 0.5 * touch) / np.where(wide, touch + margin, touch) ** 2


def best_touch(mean: Array, square: Array, z: Array, reach: Array, rho: float) -> Array:
    """Return the ``touch`` whose parabola is lowest on average, given two moments of ``v``.

    Parameters
    ----------
    mean, square : (p,) arrays
        Mean and mean square of ``v``.
    """
    margin = reach - np.abs(z)
    outward = np.where(z >= 0, mean, -mean)
    even = np.sqrt(square)
    one_sided = (square + outward * margin) / np.maximum(outward + margin, 1e-300)
    touch = np.where(even <= margin, even, one_sided)
    return np.maximum(np.minimum(touch, np.abs(z) + reach), max(rho, 1e-300))


def below(slope: Array, share: Array, z: Array, reach: Array, rho: float) -> Parabola:
    """Return parabolas below the fold on the range: a mixture of three that are.

    The three are the tangent of the given ``slope``; the parabola that meets the sharp fold at
    both ends of the range and at 0; and the even one that meets the fold at the far end (the
    better of the two for a fold rounded over much of the range).

    Parameters
    ----------
    slope : (p,) array
        In [-1, 1].
    share : (3, p) array
        Shares of the mixture: non-negative, adding up to 1; the second is 0 where the range does
        not contain 0.
    z, reach, rho
        As in :func:`above`.
    """
    even = even_curvature_below(z, reach, rho)
    return Parabola(
        share[1] / reach + share[2] * even,
        share[0] * slope - share[1] * z / reach,
        -rho / 2 * (share[0] * slope**2 + share[1]),
    )


def even_curvature_below(z: Array, reach: Array, rho: float) -> Array:
    """Return ``h(end) / end^2`` at the far end of the range: ``h(v) / v^2`` falls with ``|v|``."""
    end = np.abs(z) + reach
    return fold(end, rho) / end**2
