"""Adversarial training of the layers of a deep network, projected on a ball around every layer.

The loss is ``slope |f - y|``, the perturbation set of an input is a finite set of points, and no
gradient is taken through the attack (Gao et al. 2019, Section 4). Networks are those of
`sim.networks.deep`; replicates are the leading axis.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    for _ in range(steps):
        chosen = _choose(rng, data.losses(network, w), attack)
        x = np.take_along_axis(data.points, chosen[..., None, None], axis=2)[:, :, 0]
        loss, gradient = _loss_gradient(network, w, x, data)
        centre_error = np.abs(network.values(centre, x) - data.y)
        v = w - rate * gradient_error * gradient
        kept["losses"].append(loss)
        kept["centre_losses"].append(data.slope * centre_error.mean(axis=1))
        kept["along"].append((gradient * (centre - w)).sum(axis=(1, 2, 3)))
        kept["gradient_squared"].append(_squared(gradient))
        kept["unprojected"].append(_squared(v - centre))
        w = into_the_ball(v, start, radius) if projects else v
        kept["squared"].append(_squared(w - centre))
        kept["departures"].append(_layer_norms(w - start).max(axis=1))
    return DeepRun(w, **{name: np.stack(values, axis=1) for name, values in kept.items()})


def into_the_ball(w: Array, start: Array, radius: float) -> Array:
    """Project every layer on the ball of this radius around its start."""
    size = _layer_norms(w - start)
    share = np.minimum(1.0, radius / np.maximum(size, 1e-300))
    return np.asarray(start + share[..., None, None] * (w - start))


def _choose(rng: np.random.Generator, losses: Array, attack: Attack) -> NDArray[np.integer]:
    if attack == "worst":
        return losses.argmax(axis=2)
    if attack == "random":
        return rng.integers(losses.shape[2], size=losses.shape[:2])
    return np.zeros(losses.shape[:2], dtype=int)


def _loss_gradient(
    network: DeepNetwork, w: Array, x: Array, data: PointSets
) -> tuple[Array, Array]:
    """Return the mean loss (R,) at inputs (R, n, d), and its gradient in the weights."""
    n = x.shape[1]
    loss, gradient = np.zeros(len(w)), np.zeros_like(w)
    for i in range(n):
        here = network.layers(w, x[:, i])
        error = here.value - data.y[:, i]
        loss += data.slope * np.abs(error) / n
        rows = network.backward(w, here.active) * (data.slope / n * np.sign(error))[:, None, None]
        gradient += rows[..., None] * here.inputs[..., None, :]
    return loss, gradient


def _squared(w: Array) -> Array:
    return np.asarray(np.square(w).sum(axis=(1, 2, 3)))


def _layer_norms(w: Array) -> Array:
    return np.sqrt(np.square(w).sum(axis=(2, 3)))
