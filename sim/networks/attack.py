"""Gradient attacks on two-layer networks: every result is a lower bound of the worst-case loss.

An attack looks for the perturbation of each input that makes the margin ``y f(x + delta)`` small.
All attacks start at the clean point (or where they are told to), follow gradients only, and stay in
the ball around the *clean* point. For the logistic loss, and any other decreasing function of the
margin, the normalised gradient of the loss is that of minus the margin, so no loss appears here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.networks import two_layer
from sim.networks.activation import Activation

Array = NDArray[np.floating]


class Attacked(NamedTuple):
    """Where an attack ended: an upper bound of the smallest margin over the ball.

    Attributes
    ----------
    perturbation : (..., n, d) array
        The perturbation of each input.
    margin : (..., n) array
        ``y f(x + perturbation)``.
    """

    perturbation: Array
    margin: Array


@dataclass(frozen=True)
class Attack:
    """Projected gradient steps of given lengths inside a ball.

    Attributes
    ----------
    radius : float >= 0
        Radius of the ball around the clean point.
    steps : tuple of float > 0
        Length of each step along the normalised gradient. An infinite step jumps to the boundary
        point in the direction of the gradient: the fixed-point iteration.
    keep_best : bool
        Return the iterate with the smallest margin, the start included, instead of the last one.
        Then the attacked margin is at most the clean one and more steps never make it larger.
    """

    radius: float
    steps: tuple[float, ...]
    keep_best: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.radius < np.inf:
            raise ValueError(f"the radius of an attack must be finite and >= 0; got {self.radius}")
        if not all(step > 0 for step in self.steps):
            raise ValueError("every step of an attack must be positive (inf: jump to the boundary)")

    @classmethod
    def fixed(cls, radius: float, step: float, count: int, *, keep_best: bool = False) -> Attack:
        """Return ``count`` steps of the same length, as in projected gradient descent."""
        return cls(radius, (step,) * count, keep_best)

    @classmethod
    def decaying(
        cls, radius: float, count: int, *, first: float = 0.5, factor: float = 0.95
    ) -> Attack:
        """Return ``count`` steps ``first * radius * factor**k``, keeping the best iterate.

        Fixed steps end on a cycle around the maximiser; decaying ones settle on it.
        """
        steps = first * max(radius, np.finfo(float).tiny) * factor ** np.arange(count)
        return cls(radius, tuple(steps), keep_best=True)

    @classmethod
    def fixed_point(cls, radius: float, count: int, *, keep_best: bool = True) -> Attack:
        """Return ``count`` jumps to the boundary in the direction of the gradient.

        Exact as soon as no neuron changes sign between two iterates.
        """
        return cls(radius, (np.inf,) * count, keep_best)


def gradient_floor(squared_scale: Array, width: int) -> Array:
    """Return the length below which an input gradient is rounding noise.

    A symmetric initialisation has a gradient that is exactly zero, but floating-point arithmetic
    returns a sum of ``m`` cancelling terms; normalising it would give an arbitrary perturbation of
    full length.

    Parameters
    ----------
    squared_scale : (...) floating array
        ``sum_s (a_s max|phi'| ||w_s||)^2``, the squared length if nothing cancelled.
    width : int
        Number ``m`` of terms.
    """
    epsilon = np.finfo(squared_scale.dtype).eps
    return 8 * epsilon * np.sqrt(width * squared_scale)


def squared_scale(squared_norms: Array, a: Array, activation: Activation) -> Array:
    """Return ``sum_s (a_s max|phi'| ||w_s||)^2`` from squared weight norms ``(..., m)``."""
    steepest = max(abs(activation.lower), abs(activation.upper))
    return np.matmul(squared_norms, np.square(a * a.dtype.type(steepest)))


def l2_attack(
    w: Array,
    a: Array,
    activation: Activation,
    x: Array,
    y: Array,
    attack: Attack,
    *,
    start: Array | None = None,
) -> Attacked:
    """Attack inputs inside Euclidean balls, all samples and replicates at once.

    Parameters
    ----------
    w : (..., m, d) array
    a : (m,) array
    x : (..., n, d) array
    y : (..., n) array
        Labels +1 or -1.
    attack : Attack
    start : (..., n, d) array, optional
        Starting perturbations, inside the ball; zero by default. A start outside the span of the
        weights and the data leaves the subspace in which reduced simulations live.

    Notes
    -----
    An input whose gradient is zero up to rounding (:func:`gradient_floor`) is left where it is.
    """
    floor = gradient_floor(
        squared_scale(np.einsum("...sd,...sd->...s", w, w), a, activation), a.shape[-1]
    )[..., None, None]

    def step(delta: Array, ascent: Array, length: float) -> Array:
        norm = np.linalg.norm(ascent, axis=-1, keepdims=True)
        moving = norm > floor
        direction = np.divide(ascent, norm, out=np.zeros_like(ascent), where=moving)
        if np.isinf(length):
            return np.where(moving, ascent.dtype.type(attack.radius) * direction, delta)
        return _into_ball(delta + ascent.dtype.type(length) * direction, attack.radius)

    return _descend_margin(w, a, activation, x, y, attack, start, step)


def linf_attack(
    w: Array,
    a: Array,
    activation: Activation,
    x: Array,
    y: Array,
    attack: Attack,
    *,
    start: Array | None = None,
) -> Attacked:
    """Attack inputs inside cubes by signed steps; parameters as in :func:`l2_attack`.

    Notes
    -----
    Signed steps leave the span of weights and data: this attack has no reduced form. A gradient
    coordinate that is zero up to rounding moves nothing.
    """
    floor = gradient_floor(
        np.einsum("...sd,s->...d", np.square(w), np.square(a))
        * max(abs(activation.lower), abs(activation.upper)) ** 2,
        a.shape[-1],
    )[..., None, :]

    def step(delta: Array, ascent: Array, length: float) -> Array:
        sign = np.where(np.abs(ascent) > floor, np.sign(ascent), 0).astype(ascent.dtype)
        if np.isinf(length):
            return np.where(sign != 0, ascent.dtype.type(attack.radius) * sign, delta)
        moved = delta + ascent.dtype.type(length) * sign
        return np.clip(moved, -attack.radius, attack.radius)

    return _descend_margin(w, a, activation, x, y, attack, start, step)


def best_of_starts(
    w: Array,
    a: Array,
    activation: Activation,
    x: Array,
    y: Array,
    attack: Attack,
    starts: Array,
) -> Attacked:
    """Return the best :func:`l2_attack` over several starts, sample by sample.

    Parameters
    ----------
    starts : (S, ..., n, d) array
        Starting perturbations; include zero to be never worse than the attack from zero.
    """
    perturbation, margin = l2_attack(w, a, activation, x, y, attack, start=starts)
    best = np.argmin(margin, axis=0)[None]
    return Attacked(
        np.take_along_axis(perturbation, best[..., None], axis=0)[0],
        np.take_along_axis(margin, best, axis=0)[0],
    )


def random_starts(
    rng: np.random.Generator, count: int, shape: Sequence[int], radius: float
) -> Array:
    """Draw ``count`` starts uniform in the Euclidean ball, the first one zero.

    Parameters
    ----------
    shape : (..., n, d)
        Shape of the inputs.

    Returns
    -------
    (count, ..., n, d) array
    """
    starts = rng.standard_normal((count, *shape))
    length = radius * rng.random((count, *shape[:-1], 1)) ** (1 / shape[-1])
    starts *= length / np.linalg.norm(starts, axis=-1, keepdims=True)
    starts[:1] = 0
    return starts


def _descend_margin(
    w: Array,
    a: Array,
    activation: Activation,
    x: Array,
    y: Array,
    attack: Attack,
    start: Array | None,
    step: Callable[[Array, Array, float], Array],
) -> Attacked:
    """Run the steps; ``step(delta, ascent, length)`` gives the next perturbation."""
    y = y.astype(x.dtype, copy=False)
    delta = np.zeros_like(x) if start is None else _into_ball(start, attack.radius)
    best, lowest = delta, None
    only_jumps = all(map(np.isinf, attack.steps))
    for length in attack.steps:
        z = two_layer.preactivation(w, x + delta)
        if attack.keep_best:
            best, lowest = _better(best, lowest, delta, y * (activation.value(z) @ a))
        ascent = np.matmul(activation.slope(z) * a, w) * -y[..., None]
        moved = step(delta, ascent, length)
        if only_jumps and np.array_equal(moved, delta):
            break  # every further jump would end here as well
        delta = moved
    margin = y * two_layer.value(w, a, activation, x + delta)
    if attack.keep_best:
        return Attacked(*_better(best, lowest, delta, margin))
    return Attacked(delta, margin)


def _better(best: Array, lowest: Array | None, delta: Array, margin: Array) -> tuple[Array, Array]:
    if lowest is None:
        return delta, margin
    lower = margin < lowest
    return np.where(lower[..., None], delta, best), np.where(lower, margin, lowest)


def _into_ball(delta: Array, radius: float) -> Array:
    norm = np.linalg.norm(delta, axis=-1, keepdims=True)
    outside = norm > radius
    return delta * np.divide(radius, norm, out=np.ones_like(norm), where=outside)
