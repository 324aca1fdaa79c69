"""Attacks on the squared loss of a linear model: in closed form, smoothed, and iterative.

Every function returns perturbations of the inputs, ``(..., n, d)``; the attacked loss is then
``squared_loss(theta, x + perturbation, y)``. Where the gradient of the loss vanishes (a zero
coefficient vector) there is nothing to ascend, and the perturbation is zero.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Norm = Literal["l2", "linf"]


def residual(theta: Array, x: Array, y: Array) -> Array:
    """Return ``x . theta - y``: (..., d), (..., n, d), (..., n) to (..., n)."""
    return np.einsum("...nd,...d->...n", x, theta) - y


def squared_loss(theta: Array, x: Array, y: Array) -> Array:
    """Return the squared residual of every point: (..., n)."""
    return residual(theta, x, y) ** 2


def _direction(theta: Array, norm: Norm) -> Array:
    """Return the unit vector (in ``norm``) along which ``x . theta`` grows fastest: (..., d)."""
    if norm == "linf":
        return np.sign(theta)
    length = np.linalg.norm(theta, axis=-1, keepdims=True)
    return np.divide(theta, length, out=np.zeros_like(theta), where=length > 0)


def worst_case(theta: Array, x: Array, y: Array, radius: float, norm: Norm = "l2") -> Array:
    """Return the perturbation that maximises the squared loss over the ball, exactly.

    The residual moves by the radius times the dual norm of ``theta``, away from zero. A residual
    of exactly zero may be pushed either way; it is pushed up.
    """
    side = np.where(residual(theta, x, y) >= 0, 1.0, -1.0)
    return radius * side[..., None] * _direction(theta, norm)[..., None, :]


def smoothed(
    theta: Array, x: Array, y: Array, radius: float, smoothing: float, norm: Norm = "l2"
) -> Array:
    """Return the surrogate attack: the worst case, shrunk where the loss is flat in the input.

    With ``g`` the gradient of the squared loss in the input, the L2 attack is multiplied by
    ``|g| / sqrt(|g|**2 + smoothing**2)`` and coordinate i of the L-infinity attack by
    ``|g_i| / (|g_i| + smoothing)`` (Xing, Song and Cheng 2021, Sections 2.1 and 4).
    """
    attack = worst_case(theta, x, y, radius, norm)
    if smoothing == 0:
        return attack
    gradient = 2 * residual(theta, x, y)[..., None] * theta[..., None, :]
    if norm == "linf":
        return attack * (np.abs(gradient) / (np.abs(gradient) + smoothing))
    length = np.linalg.norm(gradient, axis=-1, keepdims=True)
    return attack * (length / np.hypot(length, smoothing))


def fast_gradient(theta: Array, x: Array, y: Array, radius: float, norm: Norm = "l2") -> Array:
    """Return one full step along the gradient of the loss, normalised in ``norm``."""
    gradient = 2 * residual(theta, x, y)[..., None] * theta[..., None, :]
    return radius * _direction(gradient, norm)


def projected_ascent(
    theta: Array,
    x: Array,
    y: Array,
    radius: float,
    norm: Norm = "l2",
    *,
    rng: np.random.Generator,
    steps: int = 60,
    decay: float = 0.9,
    starts: int = 2,
) -> Array:
    """Maximise the loss over the ball by projected ascent with decaying normalised steps.

    An independent route to `worst_case`: it knows nothing of the closed form, starts at the clean
    point and at random points of the ball (from which it may climb the lower of the two maxima),
    and keeps the best point seen, so more steps never make it worse.

    Parameters
    ----------
    steps, decay : number of steps, and ratio of neighbouring step lengths (first one: the radius)
    starts : the clean point, and random points beyond the first

    Returns
    -------
    (..., n, d) perturbations inside the ball.
    """
    best = np.zeros_like(x)
    best_loss = squared_loss(theta, x, y)
    for start in range(starts):
        move = np.zeros_like(x)
        if start:
            move = _into_ball(radius * rng.uniform(-1, 1, x.shape), radius, norm)
        for step in range(steps + 1):
            off = residual(theta, x + move, y)
            loss = off**2
            better = loss > best_loss
            best = np.where(better[..., None], move, best)
            best_loss = np.where(better, loss, best_loss)
            gradient = 2 * off[..., None] * theta[..., None, :]
            uphill = radius * decay**step * _direction(gradient, norm)
            move = _into_ball(move + uphill, radius, norm)
    return best


def _into_ball(move: Array, radius: float, norm: Norm) -> Array:
    """Project perturbations onto the ball of ``radius`` around zero."""
    if norm == "linf":
        return np.clip(move, -radius, radius)
    length = np.linalg.norm(move, axis=-1, keepdims=True)
    return move * np.minimum(1.0, radius / np.maximum(length, np.finfo(float).tiny))
