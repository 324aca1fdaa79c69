"""A pseudo-network near its initialisation that is a sample of an infinite one, on the circle.

The pseudo-network is ``g(x) = sum_r a_r <D_r, x> 1{<W_r, x> + b_r >= 0}``. With the last
coordinate of every input 1/2, ``D_r = 2 e_d H_r / (m a_r)`` makes it the mean of ``H_r`` over the
neurons that are on. On the circle it is constant between the angles where a neuron turns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.networks.circle_network import HEIGHT, REACH

Array = NDArray[np.float64]


def points(angle: ArrayLike) -> Array:
    """Return the inputs at angles: (..., 3)."""
    angle = np.asarray(angle, dtype=float)
    flat = [REACH * np.cos(angle), REACH * np.sin(angle), np.full(angle.shape, HEIGHT)]
    return np.stack(flat, axis=-1)


def movement(a: Array, density: Array) -> Array:
    """Return how far weights move along the last coordinate: ``2 density / (m a)``, (..., m)."""
    return 2 * density / (a.shape[-1] * a)


class Target:
    """A sum ``sum_i y_i q(<x_i, x>)`` on the circle, with the angles at which it turns."""

    def __init__(self, x: Array, y: Array, coefficients: Array) -> None:
        self.x, self.y, self.coefficients = x, y, coefficients
        degree = len(coefficients) - 1
        count = 4 * degree + 4
        spectrum = np.fft.fft(self(2 * np.pi * np.arange(count) / count)) / count
        orders = np.arange(-degree, degree + 1)
        roots = np.polynomial.polynomial.polyroots(1j * orders * spectrum[orders])
        near = roots[np.abs(np.abs(roots) - 1) < 1e-5]
        self.turns = np.angle(near)

    def __call__(self, angle: ArrayLike) -> Array:
        """Return its values at angles."""
        inner = points(angle) @ self.x.T
        return np.asarray(np.polynomial.polynomial.polyval(inner, self.coefficients) @ self.y)


def greatest_distance(moved: Array, a: Array, w: Array, b: Array, target: Target) -> float:
    """Return ``sup |g - target|`` over the circle, exactly.

    Between two turns of neurons or of the target both are monotone, the pseudo-network constant.

    Parameters
    ----------
    moved, a, b : (m,)
    w : (m, 3)
    """
    value = a * moved * HEIGHT
    swing, level = REACH * np.hypot(w[:, 0], w[:, 1]), HEIGHT * w[:, 2] + b
    turning = np.abs(level) < swing
    half = np.arccos(-level[turning] / swing[turning])
    middle = np.arctan2(w[turning, 1], w[turning, 0])
    on, off = np.mod(middle - half, 2 * np.pi), np.mod(middle + half, 2 * np.pi)
    angle = np.concatenate([on, off])
    step = np.concatenate([value[turning], -value[turning]])
    order = np.argsort(angle)
    angle = angle[order]
    start = value[level >= swing].sum() + value[turning][on > off].sum()
    level_after = start + np.cumsum(step[order])
    level_before = np.concatenate([[start], level_after])[: len(angle)]
    at_turns = target(angle)
    own = np.mod(target.turns, 2 * np.pi)
    between = np.searchsorted(angle, own)
    constant = np.concatenate([[start], level_after])[between]
    return float(
        max(
            np.abs(level_after - at_turns).max(initial=0),
            np.abs(level_before - at_turns).max(initial=0),
            np.abs(constant - target(own)).max(initial=0),
            abs(start - target(0.0)),
        )
    )
