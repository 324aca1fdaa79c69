"""Adversarial training of the linear model by gradient descent with the attack frozen.

The attack is recomputed before every step and then held fixed while the loss is differentiated
(Algorithm 1 of Xing, Song and Cheng 2021): a *semi-gradient*, which is the gradient of no function
once the attack is smoothed. All arrays carry leading replicate axes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.linear.attack import residual

Array = NDArray[np.floating]
Observer = Callable[[Array], Array]

POINTS_AT_ONCE = 8192
"""Points whose residuals and attacks are in the cache together."""


def attack_multiplier(
    residuals: Array, length: Array, radius: ArrayLike, smoothing: ArrayLike
) -> Array:
    """Return m such that the (smoothed) L2 attack on a point is ``m * theta``: (..., n).

    ``length`` is the norm of theta, (...,). Zero where both ``theta`` and the smoothing vanish:
    the loss is flat in the input there, and training uses no attack.
    """
    half = np.asarray(smoothing, dtype=np.float64)[..., None] / 2
    strength = np.asarray(radius, dtype=np.float64)[..., None]
    if np.any(half > 0):
        bottom = residuals * length[..., None]
        bottom *= bottom
        bottom += half**2
        np.sqrt(bottom, out=bottom)
    else:
        bottom = np.abs(residuals) * length[..., None]
    top = strength * residuals
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


def attacked_loss(
    theta: Array, x: Array, y: Array, radius: ArrayLike, smoothing: ArrayLike = 0.0
) -> Array:
    """Return the mean squared loss under the (smoothed) L2 attack: (...,)."""
    r = residual(theta, x, y)
    squared = np.einsum("...d,...d->...", theta, theta)
    if np.all(np.asarray(smoothing) == 0):
        length = np.asarray(radius, dtype=np.float64) * np.sqrt(squared)
        return np.mean((np.abs(r) + length[..., None]) ** 2, axis=-1)
    m = attack_multiplier(r, np.sqrt(squared), radius, smoothing)
    return np.mean((r + m * squared[..., None]) ** 2, axis=-1)


def semi_gradient(
    theta: Array, x: Array, y: Array, radius: ArrayLike, smoothing: ArrayLike = 0.0
) -> Array:
    """Return the gradient of the attacked loss with the attack held fixed: (..., d).

    Points are taken in pieces that fit into the cache.
    """
    n = x.shape[-2]
    squared = np.einsum("...d,...d->...", theta, theta)
    length = np.sqrt(squared)
    along_inputs, along_theta = np.zeros_like(theta), np.zeros_like(squared)
    for first in range(0, n, POINTS_AT_ONCE):
        piece = slice(first, first + POINTS_AT_ONCE)
        part = x[..., piece, :]
        r = np.matmul(part, theta[..., None])[..., 0] - y[..., piece]
        m = attack_multiplier(r, length, radius, smoothing)
        attacked = r + m * squared[..., None]
        along_inputs += np.matmul(attacked[..., None, :], part)[..., 0, :]
        along_theta += np.matmul(m[..., None, :], attacked[..., None])[..., 0, 0]
    return (2 / n) * (along_inputs + along_theta[..., None] * theta)


@dataclass(frozen=True)
class Trajectory:
    """What training returns.

    Attributes
    ----------
    theta : (..., d) final coefficients
    iterations : (k,) steps after which the observers were called
    history : mapping from observer to (..., k) values
    """

    theta: Array
    iterations: NDArray[np.int64]
    history: Mapping[str, Array]


def train(
    x: Array,
    y: Array,
    *,
    radius: ArrayLike,
    smoothing: ArrayLike = 0.0,
    step: ArrayLike,
    iterations: int,
    start: Array | None = None,
    observers: Mapping[str, Observer] | None = None,
    observe_at: Sequence[int] | None = None,
) -> Trajectory:
    """Run adversarial training from ``start`` (zero by default).

    Parameters
    ----------
    x, y : (..., n, d), (..., n) training data
    radius, smoothing, step : scalars, or (...,) one per replicate
    iterations : int
        Number of steps.
    start : (..., d), optional
    observers : mapping from name to function of theta
        Each maps (..., d) to (...,).
    observe_at : sequence of int, optional
        Steps after which to observe (0 is the start); all of them by default.

    Returns
    -------
    Trajectory

    Raises
    ------
    FloatingPointError
        If the iteration diverges.
    """
    theta = np.zeros(x.shape[:-2] + x.shape[-1:]) if start is None else start
    return descend(
        lambda theta: semi_gradient(theta, x, y, radius, smoothing),
        theta,
        step,
        iterations,
        observers,
        observe_at,
    )


def descend(
    gradient: Callable[[Array], Array],
    start: Array,
    step: ArrayLike,
    iterations: int,
    observers: Mapping[str, Observer] | None = None,
    observe_at: Sequence[int] | None = None,
) -> Trajectory:
    """Descend along a field from ``start`` with a constant step.

    Parameters
    ----------
    gradient : function of theta
        Maps (..., d) to (..., d).
    start, step, iterations, observers, observe_at :
        As in `train`.

    Raises
    ------
    FloatingPointError
        If the iteration diverges.
    """
    theta = np.array(start, dtype=np.float64)
    watched = dict(observers or {})
    moments = sorted(set(range(iterations + 1) if observe_at is None else observe_at))
    history: dict[str, list[Array]] = {name: [] for name in watched}
    rate = np.asarray(step, dtype=np.float64)[..., None]
    for iteration in range(iterations + 1):
        if iteration in moments:
            for name, observer in watched.items():
                history[name].append(observer(theta))
        if iteration < iterations:
            theta = theta - rate * gradient(theta)
    if not np.all(np.isfinite(theta)):
        raise FloatingPointError(
            f"training diverged within {iterations} steps; "
            f"use a smaller step than {np.asarray(step)}"
        )
    return Trajectory(
        theta, np.array(moments), {k: np.stack(v, axis=-1) for k, v in history.items()}
    )
