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

from sim.linear_attack import residual

Array = NDArray[np.float64]
Observer = Callable[[Array], Array]


def attack_multiplier(
    residuals: Array, length: Array, radius: ArrayLike, smoothing: ArrayLike
) -> Array:
    """Return m such that the (smoothed) L2 attack on a point is ``m * theta``: (..., n).

    ``length`` is the norm of theta, (...,). Zero where both ``theta`` and the smoothing vanish:
    the loss is flat in the input there, and training uses no attack.
    """
    half = np.asarray(smoothing, dtype=np.float64)[..., None] / 2
    bottom = np.hypot(length[..., None] * residuals, half)
    top = np.asarray(radius, dtype=np.float64)[..., None] * residuals
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
    """Return the gradient of the attacked loss with the attack held fixed: (..., d)."""
    r = residual(theta, x, y)
    squared = np.einsum("...d,...d->...", theta, theta)
    m = attack_multiplier(r, np.sqrt(squared), radius, smoothing)
    attacked = r + m * squared[..., None]
    n = x.shape[-2]
    along_inputs = np.einsum("...nd,...n->...d", x, attacked) * (2 / n)
    return along_inputs + 2 * theta * np.mean(m * attacked, axis=-1)[..., None]


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
    theta = np.zeros(x.shape[:-2] + x.shape[-1:]) if start is None else np.array(start, float)
    watched = dict(observers or {})
    moments = sorted(set(range(iterations + 1) if observe_at is None else observe_at))
    history: dict[str, list[Array]] = {name: [] for name in watched}
    rate = np.asarray(step, dtype=np.float64)[..., None]
    for iteration in range(iterations + 1):
        if iteration in moments:
            for name, observer in watched.items():
                history[name].append(observer(theta))
        if iteration < iterations:
            theta = theta - rate * semi_gradient(theta, x, y, radius, smoothing)
    if not np.all(np.isfinite(theta)):
        raise FloatingPointError(
            f"training diverged within {iterations} steps; use a smaller step than {step}"
        )
    return Trajectory(
        theta, np.array(moments), {k: np.stack(v, axis=-1) for k, v in history.items()}
    )
