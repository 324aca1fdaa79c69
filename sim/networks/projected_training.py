"""Training near the initialisation: SGD that stops at the edge of a ball, or is projected into it.

The network is ``f(x) = m**-0.5 * sum_s a_s relu(<w_s, x>)`` with fixed signs ``a``; the loss is
logistic. The ball of radius V around the start holds every network each of whose neurons lies
within V of its own start.

Source: Wang, Ullah, Mianjy and Arora 2022, Section 5 and Algorithm 1. Arrays are stacked over
replicates: ``a`` (R, m), ``w`` (R, m, d), ``x`` (R, n, d), ``y`` (R, n) of +-1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.networks.two_layer import logistic_loss, logistic_weight

Array = NDArray[np.floating]
Indices = NDArray[np.integer]


def value(a: Array, w: Array, x: Array) -> Array:
    """Return ``f(x_i)``: (R, n)."""
    z = x @ np.swapaxes(w, -1, -2)
    return np.matmul(np.maximum(z, 0, out=z), _output(a, w)[..., None])[..., 0]


def value_and_gradient(a: Array, w: Array, x: Array) -> tuple[Array, Array]:
    """Return ``f(x_i)`` (R, n) and its gradient in the input (R, n, d), with slope 0 at a kink."""
    z, output = x @ np.swapaxes(w, -1, -2), _output(a, w)
    gradient = np.where(z > 0, output[..., None, :], output.dtype.type(0)) @ w
    return np.matmul(np.maximum(z, 0, out=z), output[..., None])[..., 0], gradient


def loss(a: Array, w: Array, x: Array, y: Array) -> Array:
    """Return the sum over the inputs of the logistic loss: (R,)."""
    return logistic_loss(y * value(a, w, x)).sum(axis=-1)


def loss_gradient(a: Array, w: Array, x: Array, y: Array) -> Array:
    """Return the gradient in the weights of the sum over the inputs of the loss: (R, m, d)."""
    z, output = x @ np.swapaxes(w, -1, -2), _output(a, w)
    active = z > 0
    margin = y * np.matmul(np.maximum(z, 0, out=z), output[..., None])[..., 0]
    slope = (-y * logistic_weight(margin)).astype(w.dtype, copy=False)
    share = active * (slope[..., None] * output[..., None, :])
    return np.swapaxes(share, -1, -2) @ x


def _output(a: Array, w: Array) -> Array:
    """Return the output weights, in the precision of the hidden ones."""
    return np.asarray(a / np.sqrt(a.shape[-1]), dtype=w.dtype)


def farthest(move: Array) -> Array:
    """Return the length of the largest row: (..., k, d) to (...)."""
    return np.sqrt(np.einsum("...sd,...sd->...s", move, move).max(axis=-1))


def into_ball(points: Array, centre: Array, radius: ArrayLike) -> Array:
    """Return every row's nearest point in the ball around its own centre: (..., k, d)."""
    move = points - centre
    length = np.linalg.norm(move, axis=-1, keepdims=True)
    reach = np.broadcast_to(np.asarray(radius, dtype=move.dtype), length.shape)
    return centre + move * np.divide(reach, length, out=np.ones_like(length), where=length > reach)


def minibatches(rng: np.random.Generator, replicates: int, n: int, batch: int) -> Iterator[Indices]:
    """Yield the ``floor(n / batch)`` mini-batches of an epoch, as indices (R, batch).

    Each replicate has an order of its own.

    Raises
    ------
    ValueError
        If there is not one full batch.
    """
    if not 0 < batch <= n:
        raise ValueError(f"a mini-batch has 1 to n = {n} inputs, not {batch}")
    order = np.argsort(rng.random((replicates, n)), axis=1)
    for k in range(n // batch):
        yield order[:, k * batch : (k + 1) * batch]


def _chosen(x: Array, y: Array, which: Indices) -> tuple[Array, Array]:
    return np.take_along_axis(x, which[..., None], axis=1), np.take_along_axis(y, which, axis=1)


class Stopped(NamedTuple):
    """Where SGD was when it left the ball, or was out of time.

    Attributes
    ----------
    w : (R, m, d) array
        The last iterate inside the ball.
    steps : (R,) array
        How many steps lead to it.
    left : (R,) array
        Whether the next step left the ball; else the steps were at an end.
    """

    w: Array
    steps: NDArray[np.int64]
    left: NDArray[np.bool_]


def train_until_leaving(
    rng: np.random.Generator,
    a: Array,
    start: Array,
    x: Array,
    y: Array,
    radius: float,
    *,
    rate: float = 0.1,
    batch: int = 32,
    most: int = 10_000,
    gradient_error: float = 1.0,
) -> Stopped:
    """Run SGD until ``max_s |w_s - w_s0| > radius``; the last iterate inside is returned.

    Parameters
    ----------
    rng : Generator
        Orders the inputs; every epoch has its own order, and a mini-batch has ``batch`` inputs.
    a, start, x, y : (R, m), (R, m, d), (R, n, d), (R, n) arrays
    radius : float
        Of the ball around the start, per neuron.
    rate : float
        Learning rate of the mean loss of a mini-batch.
    most : int
        Number of steps at which it ends in any case; 0 trains nothing.
    gradient_error : float
        Factor by which the gradient is falsified, for tests of tests.
    """
    final = start.copy()
    taken = np.zeros(len(start), dtype=np.int64)
    left = np.zeros(len(start), dtype=bool)
    going = np.arange(len(start))
    factor = start.dtype.type(rate * gradient_error / batch)
    epoch: Iterator[Indices] = iter(())
    w, *fixed = start, a, start, x, y
    for _ in range(most):
        which = next(epoch, None)
        if which is None:
            epoch = minibatches(rng, len(final), x.shape[1], batch)
            which = next(epoch)
        signs, centre, inputs, labels = fixed
        chosen = _chosen(inputs, labels, which[going])
        moved = w - factor * loss_gradient(signs, w, *chosen)
        inside = farthest(moved - centre) <= radius
        if not inside.all():
            final[going[~inside]], left[going[~inside]] = w[~inside], True
            going, moved = going[inside], moved[inside]
            fixed = [part[inside] for part in fixed]
        w = moved
        taken[going] += 1
        if not len(going):
            break
    final[going] = w
    return Stopped(final, taken, left)


@dataclass(frozen=True)
class Perturbation:
    """The inner loop of Algorithm 1, lines 3 to 6.

    Attributes
    ----------
    radius : float
        R: how far an input may be moved.
    passes : int
        T_2.
    rate : float, optional
        alpha; by default the paper's ``2.5 R / T_2``.
    accumulates : bool
        Whether a pass goes on from where the last one ended. As printed (line 4) it does not:
        every pass takes the same step from the clean input.
    normalised : bool
        Whether a step has the length ``alpha`` instead of ``alpha |gradient|``.
    """

    radius: float
    passes: int = 100
    rate: float | None = None
    accumulates: bool = True
    normalised: bool = False

    def of(self, a: Array, w: Array, x: Array, y: Array) -> Array:
        """Return the perturbed inputs (R, n, d)."""
        rate = 2.5 * self.radius / self.passes if self.rate is None else self.rate
        perturbed = x
        for _ in range(self.passes):
            at = perturbed if self.accumulates else x
            values, gradient = value_and_gradient(a, w, at)
            if self.normalised:
                length = np.linalg.norm(gradient, axis=-1)
                size = np.divide(-y, length, out=np.zeros_like(length), where=length > 0)
            else:
                size = -y * logistic_weight(y * values)
            step = (x.dtype.type(rate) * size).astype(x.dtype, copy=False)
            perturbed = into_ball(at + step[..., None] * gradient, x, self.radius)
        return perturbed


@dataclass(frozen=True)
class Projected:
    """Algorithm 1, projected adversarial training.

    Attributes
    ----------
    perturbation : Perturbation
        The inner loop.
    ball : float
        V: how far a neuron may be from its start.
    epochs : int
        T_1; 0 trains nothing.
    rate : float
        beta, of the sum of the loss over a mini-batch.
    batch : int
        Inputs of a mini-batch.
    restarts : bool
        As printed (line 9) every round of an epoch starts from the weights before the epoch, so
        that the last one alone counts.
    projects : bool
        Whether line 11 projects the weights into the ball.
    every_step : bool
        Whether they are projected after every round as well, as Section 5.2 says.
    gradient_error : float
        Factor by which the gradient in the weights is falsified, for tests of tests.
    """

    perturbation: Perturbation
    ball: float
    epochs: int
    rate: float = 0.01
    batch: int = 32
    restarts: bool = False
    projects: bool = True
    every_step: bool = False
    gradient_error: float = 1.0

    def epoch(
        self, rng: np.random.Generator, a: Array, start: Array, w: Array, x: Array, y: Array
    ) -> tuple[Array, Array]:
        """Return the weights after one epoch, and how far a neuron ever was in it: (R,)."""
        perturbed = self.perturbation.of(a, w, x, y)
        before, out = w, np.zeros(len(w))
        factor = w.dtype.type(self.rate * self.gradient_error)
        for which in minibatches(rng, len(w), x.shape[1], self.batch):
            at = before if self.restarts else w
            w = at - factor * loss_gradient(a, at, *_chosen(perturbed, y, which))
            out = np.maximum(out, farthest(w - start))
            if self.every_step and self.projects:
                w = into_ball(w, start, self.ball)
        return (into_ball(w, start, self.ball) if self.projects else w), out

    def train(self, rng: np.random.Generator, a: Array, start: Array, x: Array, y: Array) -> Array:
        """Return the weights after all epochs (R, m, d), from ``start``."""
        w = start
        for _ in range(self.epochs):
            w, _ = self.epoch(rng, a, start, w, x, y)
        return w
