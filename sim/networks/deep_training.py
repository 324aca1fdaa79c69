"""Adversarial training of the layers of a deep network, projected on a ball around every layer.

The loss is ``slope |f - y|``, the perturbation set of an input is a finite set of points, and no
gradient is taken through the attack (Gao et al. 2019, Section 4). Networks are those of
`sim.networks.deep`; replicates are the leading axis.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.networks.deep import DeepNetwork

Array = NDArray[np.floating]
Attack = Literal["identity", "random", "worst"]


@dataclass(frozen=True)
class PointSets:
    """What is to be learnt.

    Attributes
    ----------
    points : (R, n, p, d) array
        The p points that the attack may choose for each input, the input itself first.
    y : (R, n) array
    slope : float
        Of the loss.
    """

    points: Array
    y: Array
    slope: float

    def values(self, network: DeepNetwork, w: Array) -> Array:
        """Return the outputs at all points: (R, n, p)."""
        shape = self.points.shape
        found = network.values(w, self.points.reshape(shape[0], -1, shape[-1]))
        return found.reshape(shape[:-1])

    def losses(self, network: DeepNetwork, w: Array) -> Array:
        """Return the losses at all points: (R, n, p)."""
        return self.slope * np.abs(self.values(network, w) - self.y[..., None])

    def worst_loss(self, network: DeepNetwork, w: Array) -> Array:
        """Return the mean over the inputs of the largest loss: (R,)."""
        return np.asarray(self.losses(network, w).max(axis=2).mean(axis=1))


@dataclass(frozen=True)
class DeepRun:
    """What is kept of T steps; ``centre`` is the comparator W*.

    Attributes
    ----------
    w : (R, H, m, k) array
        The last weights.
    losses, centre_losses : (R, T) arrays
        Of W_t and of W* at the points that the attack on W_t chose.
    along, gradient_squared : (R, T) arrays
        ``<grad L_A(W_t), W* - W_t>`` and ``|grad L_A(W_t)|^2``.
    squared, unprojected : (R, T + 1) and (R, T) arrays
        ``|W_t - W*|^2``, and the same of the next weights before they are projected.
    departures : (R, T + 1) array
        Largest distance of a layer from its start.
    """

    w: Array
    losses: Array
    centre_losses: Array
    along: Array
    gradient_squared: Array
    squared: Array
    unprojected: Array
    departures: Array


def train(
    rng: np.random.Generator,
    network: DeepNetwork,
    start: Array,
    data: PointSets,
    attack: Attack,
    *,
    rate: float,
    steps: int,
    radius: float,
    centre: Array | None = None,
    gradient_error: float = 1.0,
    projects: bool = True,
) -> DeepRun:
    """Make steps of projected gradient descent.

    Parameters
    ----------
    radius : float
        Of the ball around each layer's start, in the Frobenius norm.
    centre : array like start, optional
        The comparator; by default the start.
    gradient_error : float
        The step uses this many times the gradient; 1 is right, others are for tests of tests.
    projects : bool
        Whether the projection is made.
    """
    centre = start if centre is None else centre
    w = start
    kept: dict[str, list[Array]] = {name: [] for name in DeepRun.__annotations__ if name != "w"}
    kept["squared"].append(_squared(w - centre))
    kept["departures"].append(_layer_norms(w - start).max(axis=1))
    for step in steps_of(
        rng,
        network,
        start,
        data,
        attack,
        rate=rate * gradient_error,
        steps=steps,
        radius=radius if projects else None,
    ):
        centre_error = np.abs(network.values(centre, step.x) - data.y)
        kept["losses"].append(step.loss)
        kept["centre_losses"].append(data.slope * centre_error.mean(axis=1))
        kept["along"].append((step.gradient * (centre - step.w)).sum(axis=(1, 2, 3)))
        kept["gradient_squared"].append(step.gradient_squared)
        kept["unprojected"].append(_squared(step.unprojected - centre))
        w = step.after
        kept["squared"].append(_squared(w - centre))
        kept["departures"].append(_layer_norms(w - start).max(axis=1))
    return DeepRun(w, **{name: np.stack(values, axis=1) for name, values in kept.items()})


@dataclass(frozen=True)
class Step:
    """One step; what follows from it is computed when it is asked for.

    Attributes
    ----------
    start, w : (R, H, m, k) arrays
        The weights that the ball is around, and those before the step.
    x : (R, n, d) array
        The points that the attack chose.
    loss : (R,) array
    gradient : array like w
    rate : float
    radius : float or None
        Of the ball around each layer's start; None projects on none.
    """

    start: Array
    w: Array
    x: Array
    loss: Array
    gradient: Array
    rate: float
    radius: float | None

    @cached_property
    def gradient_squared(self) -> Array:
        """Squared length of the gradient: (R,)."""
        return _squared(self.gradient)

    @cached_property
    def unprojected(self) -> Array:
        """The weights after the step, before they are projected."""
        return np.asarray(self.w - self.rate * self.gradient)

    @cached_property
    def after(self) -> Array:
        """The weights after the step."""
        if self.radius is None:
            return self.unprojected
        return into_the_ball(self.unprojected, self.start, self.radius)


def steps_of(
    rng: np.random.Generator,
    network: DeepNetwork,
    start: Array,
    data: PointSets,
    attack: Attack,
    *,
    rate: float,
    steps: int,
    radius: float | None,
) -> Iterator[Step]:
    """Yield the steps of projected gradient descent, as in `train`."""
    w = start
    for left in reversed(range(steps)):
        chosen = _choose(rng, network, w, data, attack)
        x = np.take_along_axis(data.points, chosen[..., None, None], axis=2)[:, :, 0]
        step = Step(start, w, x, *_loss_gradient(network, w, x, data), rate, radius)
        yield step
        if left:
            w = step.after


def into_the_ball(w: Array, start: Array, radius: float) -> Array:
    """Project every layer on the ball of this radius around its start."""
    size = _layer_norms(w - start)
    share = np.minimum(1.0, radius / np.maximum(size, 1e-300))
    return np.asarray(start + share[..., None, None] * (w - start))


def _choose(
    rng: np.random.Generator, network: DeepNetwork, w: Array, data: PointSets, attack: Attack
) -> NDArray[np.integer]:
    *shape, points, _ = data.points.shape
    if attack == "worst":
        return data.losses(network, w).argmax(axis=2)
    if attack == "random":
        return rng.integers(points, size=shape)
    return np.zeros(shape, dtype=int)


def _loss_gradient(
    network: DeepNetwork, w: Array, x: Array, data: PointSets
) -> tuple[Array, Array]:
    """Return the mean loss (R,) at inputs (R, n, d), and its gradient in the weights."""
    n = x.shape[1]
    loss, gradient = np.zeros(len(w)), np.empty_like(w)
    for i in range(n):
        here = network.layers(w, x[:, i])
        error = here.value - data.y[:, i]
        loss += data.slope * np.abs(error) / n
        rows = network.backward(w, here.active) * (data.slope / n * np.sign(error))[:, None, None]
        if i:
            gradient += rows[..., None] * here.inputs[..., None, :]
        else:
            np.multiply(rows[..., None], here.inputs[..., None, :], out=gradient)
    return loss, gradient


def _squared(w: Array) -> Array:
    flat = w.reshape(len(w), -1)
    return np.asarray(np.vecdot(flat, flat))


def _layer_norms(w: Array) -> Array:
    return np.sqrt(np.einsum("rhij,rhij->rh", w, w))
