"""Adversarial training of the linear model on the whole population instead of a sample.

For Gaussian data every gradient that matters here is ``s covariance (theta - theta_0) + t theta``
with two scalars that depend on theta through the deviation of the residual and the norm of theta
(`sim.linear.surrogate_risk.slopes`). This module descends along these fields, differentiates them,
and finds where they vanish. Arrays carry leading axes of instances, as in `sim.linear.data`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.linear.data import LinearModel
from sim.linear.surrogate_risk import Field, Loss, risk, slopes
from sim.linear.training import Observer, Trajectory, descend

Array = NDArray[np.floating]

DIFFERENCE = 1e-5
"""Relative step of the central differences that differentiate the two scalars of a field."""

NEWTON_STEPS = 100
HALVINGS = 40
TRAINING_STEPS = 2000

ROUNDING_OF_RISK = 1e4
"""How much larger than rounding a gradient may be where no step improves the risk any more."""


class NotStationary(ArithmeticError):
    """Newton's method did not reach a zero of the gradient."""


class Point(NamedTuple):
    """A stationary point ``theta`` (..., d), and the norm of the gradient there, (...,)."""

    theta: Array
    gradient: Array


def gradient(
    field: Field,
    model: LinearModel,
    theta: Array,
    radius: ArrayLike,
    smoothing: ArrayLike = 0.0,
) -> Array:
    """Return the gradient of a population risk, or the field that training follows.

    Parameters
    ----------
    field : {"robust", "surrogate", "companion", "training"}
        See `sim.linear.surrogate_risk`.
    model : LinearModel
        Data law, with leading axes that broadcast against those of theta.
    theta : (..., d)
    radius, smoothing : (...,) of the attack

    Returns
    -------
    (..., d)
    """
    along = model.times_covariance(theta - model.theta_0)
    s, t = slopes(
        field, model.residual_deviation(theta), np.linalg.norm(theta, axis=-1), radius, smoothing
    )
    return s[..., None] * along + t[..., None] * theta


def jacobian(
    field: Field,
    model: LinearModel,
    theta: Array,
    radius: ArrayLike,
    smoothing: ArrayLike = 0.0,
) -> Array:
    """Return the derivative of `gradient` in theta: (..., d, d).

    The two scalars are differentiated by central differences, to about ten digits.
    """
    along = model.times_covariance(theta - model.theta_0)
    q, b = model.residual_deviation(theta), np.linalg.norm(theta, axis=-1)
    s, t = slopes(field, q, b, radius, smoothing)
    # Both scalars are even in q and in b, and they vary on the scale c/q of b, and of b itself.
    reach = np.minimum(np.asarray(smoothing) / 2 / np.where(q > 0, q, 1.0), 1.0)
    step_q, step_b = DIFFERENCE * q, DIFFERENCE * (b + reach)
    if field == "robust":
        step_b = DIFFERENCE * b
    up = slopes(field, q + step_q, b, radius, smoothing)
    down = slopes(field, q - step_q, b, radius, smoothing)
    s_q, t_q = (_ratio(high - low, 2 * step_q * q) for high, low in zip(up, down, strict=True))
    up = slopes(field, q, b + step_b, radius, smoothing)
    down = slopes(field, q, np.abs(b - step_b), radius, smoothing)
    s_b, t_b = (_ratio(high - low, 2 * step_b * b) for high, low in zip(up, down, strict=True))
    d = theta.shape[-1]
    scalars = s[..., None, None] * model.written_covariance + t[..., None, None] * np.eye(d)
    turn_s = s_q[..., None] * along + s_b[..., None] * theta
    turn_t = t_q[..., None] * along + t_b[..., None] * theta
    return scalars + _outer(along, turn_s) + _outer(theta, turn_t)


def _ratio(top: Array, bottom: Array) -> Array:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


def _outer(u: Array, v: Array) -> Array:
    return u[..., :, None] * v[..., None, :]


@dataclass(frozen=True)
class _Instances:
    """Independent problems in a flat list, so that those that are solved can be left out."""

    field: Field
    model: LinearModel
    radius: Array
    smoothing: Array

    @classmethod
    def of(
        cls, field: Field, model: LinearModel, radius: ArrayLike, smoothing: ArrayLike
    ) -> tuple[_Instances, tuple[int, ...]]:
        """Flatten the leading axes; also return their shape."""
        d = model.dimension
        covariance = model.written_covariance
        shape = np.broadcast_shapes(
            model.theta_0.shape[:-1],
            covariance.shape[:-2],
            np.shape(model.noise),
            np.shape(radius),
            np.shape(smoothing),
        )

        def flat(array: ArrayLike, *trailing: int) -> Array:
            return np.broadcast_to(array, shape + trailing).reshape(-1, *trailing).astype(float)

        return cls(
            field,
            LinearModel(flat(model.theta_0, d), flat(covariance, d, d), flat(model.noise)),
            flat(radius),
            flat(smoothing),
        ), shape

    def among(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> _Instances:
        """Return some of the instances."""
        return _Instances(
            self.field,
            LinearModel(
                self.model.theta_0[chosen],
                self.model.written_covariance[chosen],
                self.model.noise[chosen],
            ),
            self.radius[chosen],
            self.smoothing[chosen],
        )

    def risk(self, loss: Loss, theta: Array) -> Array:
        """Return the risk whose gradient the field is: (n,)."""
        q, b = self.model.residual_deviation(theta), np.linalg.norm(theta, axis=-1)
        return risk(loss, q, b, self.radius, self.smoothing).value

    def gradient(self, theta: Array) -> Array:
        """Return the field: (n, d)."""
        return gradient(self.field, self.model, theta, self.radius, self.smoothing)

    def jacobian(self, theta: Array) -> Array:
        """Return its derivative: (n, d, d)."""
        return jacobian(self.field, self.model, theta, self.radius, self.smoothing)

    def rounding(self, theta: Array, derivative: Array) -> Array:
        """Return how large a gradient may be at a double nearest to its zero: (n,)."""
        start = np.linalg.norm(self.model.times_covariance(self.model.theta_0), axis=-1)
        stiffness = np.linalg.norm(derivative, axis=(-2, -1)) * np.linalg.norm(theta, axis=-1)
        return 1e-14 * start + 2e-15 * stiffness


def _solve(
    problem: _Instances,
    start: Array,
    direction: Callable[[Array, Array], Array],
    accept: Callable[[_Instances, Array, Array, Array], NDArray[np.bool_]],
) -> tuple[Array, Array]:
    """Follow Newton directions, halved until accepted, until the field vanishes to rounding.

    ``direction(gradient, derivative)`` is the step; ``accept(problem, theta, step, length)`` says
    per instance whether ``theta + length step`` is good enough.

    Returns
    -------
    theta : (n, d)
    excess : (n,)
        Gradients in units of what rounding explains; at most 1 where solved.
    """
    theta, excess = start.copy(), np.zeros(len(start))
    open_ = np.arange(len(theta))
    for _ in range(NEWTON_STEPS):
        part, at = problem.among(open_), theta[open_]
        value, derivative = part.gradient(at), part.jacobian(at)
        excess[open_] = np.linalg.norm(value, axis=-1) / part.rounding(at, derivative)
        unsolved = excess[open_] > 1
        open_, part, at = open_[unsolved], part.among(unsolved), at[unsolved]
        if not len(open_):
            break
        step = direction(value[unsolved], derivative[unsolved])
        length = np.ones(len(open_))
        waiting = np.arange(len(open_))
        for _ in range(HALVINGS):
            good = accept(part.among(waiting), at[waiting], step[waiting], length[waiting])
            waiting = waiting[~good]
            if not len(waiting):
                break
            length[waiting] /= 2
        length[waiting] = 0.0
        theta[open_] = at + length[:, None] * step
        open_ = open_[length > 0]
        if not len(open_):
            break
    return theta, excess


def _refuse_failures(excess: Array) -> None:
    # Where no step was accepted, rounding in the risk may be to blame; it has half the digits.
    if np.any(excess > ROUNDING_OF_RISK):
        raise NotStationary(
            f"Newton's method left a gradient {excess.max():.1e} times larger than rounding "
            "explains; start nearer, or smooth the attack more"
        )


def minimise(
    loss: Loss,
    model: LinearModel,
    radius: ArrayLike,
    smoothing: ArrayLike,
    start: Array | None = None,
) -> Point:
    """Minimise a smooth population risk by Newton's method from ``start``.

    Directions of negative curvature are turned round, and every step decreases the risk. The
    companion risk is convex, so that its minimum is global; of the surrogate risk it is the local
    one below the start.

    Parameters
    ----------
    loss : {"surrogate", "companion"}
    model : LinearModel
    radius, smoothing : (...,) of the attack; the smoothing is positive
    start : (..., d), optional
        Half of the true coefficients by default.

    Raises
    ------
    NotStationary
        If some gradient does not vanish.
    """
    problem, shape = _Instances.of(loss, model, radius, smoothing)

    def direction(value: Array, derivative: Array) -> Array:
        values, vectors = np.linalg.eigh((derivative + np.swapaxes(derivative, -1, -2)) / 2)
        values = np.maximum(np.abs(values), 1e-12 * np.abs(values).max(axis=-1, keepdims=True))
        inside = np.einsum("nji,nj->ni", vectors, value) / values
        return -np.einsum("nij,nj->ni", vectors, inside)

    def accept(part: _Instances, theta: Array, step: Array, length: Array) -> NDArray[np.bool_]:
        before, after = part.risk(loss, theta), part.risk(loss, theta + length[:, None] * step)
        expected = length * np.einsum("ni,ni->n", step, part.gradient(theta))
        return after <= before + 1e-4 * expected + 4 * np.finfo(float).eps * before

    theta, excess = _solve(problem, _first(problem, shape, start), direction, accept)
    _refuse_failures(excess)
    return _point(problem, shape, theta)


def stationary_point(
    model: LinearModel,
    radius: ArrayLike,
    smoothing: ArrayLike,
    start: Array | None = None,
) -> Point:
    """Find a point where training comes to rest, by Newton's method.

    Where Newton's method fails from the start, training goes on from there for a while first.

    Parameters
    ----------
    model, radius, smoothing :
        As in `minimise`.
    start : (..., d), optional
        The minimiser of the companion risk by default, which is near unless the noise is weak.

    Raises
    ------
    NotStationary
        If the field does not vanish.
    """
    if start is None:
        start = minimise("companion", model, radius, smoothing).theta
    problem, shape = _Instances.of("training", model, radius, smoothing)

    def direction(value: Array, derivative: Array) -> Array:
        return -np.linalg.solve(derivative, value[..., None])[..., 0]

    def accept(part: _Instances, theta: Array, step: Array, length: Array) -> NDArray[np.bool_]:
        before = np.linalg.norm(part.gradient(theta), axis=-1)
        after = np.linalg.norm(part.gradient(theta + length[:, None] * step), axis=-1)
        return after <= (1 - 1e-4 * length) * before

    first = _first(problem, shape, start)
    theta, excess = _solve(problem, first, direction, accept)
    failed = np.flatnonzero(excess > ROUNDING_OF_RISK)
    if len(failed):
        part = problem.among(failed)
        origin = np.zeros_like(first[failed])
        stiffness = np.linalg.norm(part.jacobian(origin), axis=(-2, -1))
        trained = descend(part.gradient, first[failed], 1 / stiffness, TRAINING_STEPS, {}, ())
        theta[failed], excess[failed] = _solve(part, trained.theta, direction, accept)
    _refuse_failures(excess)
    return _point(problem, shape, theta)


def _first(problem: _Instances, shape: tuple[int, ...], start: Array | None) -> Array:
    """Return the starts as (n, d)."""
    d = problem.model.dimension
    if start is None:
        return problem.model.theta_0 / 2
    return np.broadcast_to(start, (*shape, d)).reshape(-1, d).astype(float)


def _point(problem: _Instances, shape: tuple[int, ...], theta: Array) -> Point:
    size = np.linalg.norm(problem.gradient(theta), axis=-1)
    return Point(theta.reshape(*shape, -1), size.reshape(shape))


def robust_minimiser(model: LinearModel, radius: ArrayLike, smoothing: float = 1e-8) -> Point:
    """Minimise the robust population risk, whatever its kinks.

    The companion risk exceeds the robust one by at most ``radius * smoothing`` and has no kinks;
    its minimiser is followed as the smoothing falls to ``smoothing`` times the variance of y.

    Returns
    -------
    Point
        Within the order of the last smoothing of the minimiser; ``gradient`` is the companion's.
    """
    scale = model.signal_and_noise
    start = None
    for level in 10.0 ** np.arange(0, np.log10(smoothing) - 0.5, -1):
        point = minimise("companion", model, radius, level * scale, start)
        start = point.theta
    return point


def train(
    model: LinearModel,
    *,
    radius: ArrayLike,
    smoothing: ArrayLike,
    step: ArrayLike,
    iterations: int,
    start: Array,
    observers: Mapping[str, Observer] | None = None,
    observe_at: Sequence[int] | None = None,
) -> Trajectory:
    """Run adversarial training on the population: `sim.linear.training.train` with infinite data.

    Parameters
    ----------
    model : LinearModel
    radius, smoothing, step : scalars, or (...,) one per instance
    iterations : int
    start : (..., d)
    observers, observe_at :
        As in `sim.linear.training.train`.

    Raises
    ------
    FloatingPointError
        If the iteration diverges.
    """
    return descend(
        lambda theta: gradient("training", model, theta, radius, smoothing),
        start,
        step,
        iterations,
        observers,
        observe_at,
    )
