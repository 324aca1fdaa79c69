"""Two-layer networks with a smooth activation on the circle: attacks on arcs, plain training.

The network is ``f(x) = sum_r a_r phi(<w_r, x>)`` with fixed output weights ``a`` that include the
factor ``1/sqrt(m)``; it starts in pairs of equal neurons with opposite output weights, where it is
zero (the symmetric initialisation of Gao et al. 2019, equation 4). Inputs are points of the circle,
given by their angles; each may be moved along an arc around it. The loss is ``slope |f - y|``.
Training recomputes the attack before every step, holds it fixed while the loss is differentiated,
and projects nothing. Replicates are leading axes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.networks.activation import Activation

Array = NDArray[np.floating]
AT_ONCE = 1 << 17
"""So many neurons are evaluated at a time: they fit in a core's cache."""

Attack = Callable[["Network", Array, "Arcs", np.random.Generator], Array]
"""Returns the angles (R, n) to which the inputs are moved, for weights (R, m, 2)."""


def log_cosh(bound: float = 1.0, curvature: float = 1.0, shift: float = 0.0) -> Activation:
    """Return the activation whose slope is ``bound * tanh(curvature (z + shift) / bound)``.

    Its slope is at most ``bound`` in size and Lipschitz with the constant ``curvature``; without a
    ``shift`` value and slope vanish at 0.

    Raises
    ------
    ValueError
        If ``bound`` or ``curvature`` is not positive.
    """
    if not (bound > 0 and curvature > 0):
        raise ValueError(f"bound and curvature are positive, not {bound} and {curvature}")
    rate, height = curvature / bound, bound**2 / curvature

    def value(z: Array) -> Array:
        size = np.asarray(z + shift)
        size *= rate
        np.abs(size, out=size)
        tail = np.multiply(size, -2, out=np.empty_like(size))
        np.log1p(np.exp(tail, out=tail), out=tail)
        size += tail
        size -= np.log(2)
        size *= height
        return size

    def slope(z: Array) -> Array:
        return bound * np.tanh(rate * (z + shift))

    name = f"log cosh ({bound:g}, {curvature:g})"
    return Activation(name, value, slope, -bound, bound, homogeneous=False, convex=True)


def folded(bound: float = 1.0) -> Activation:
    """Return the activation whose slope is ``bound * min(|z|, 1)``: it has a kink at 0."""

    def value(z: Array) -> Array:
        size = np.abs(z)
        return bound * np.sign(z) * np.where(size <= 1, size**2 / 2, size - 0.5)

    def slope(z: Array) -> Array:
        return bound * np.minimum(np.abs(z), 1)

    return Activation(f"folded ({bound:g})", value, slope, 0.0, bound, False, False)


def moved_in_pairs(start: Array, moves: Array, opposite: bool = True) -> Array:
    """Return weights (R, m, d): the first half moved by ``moves``, the second by the opposite."""
    second = -moves if opposite else moves
    return start + np.concatenate([moves, second], axis=1)


def symmetric_start(
    rng: np.random.Generator, replicates: int, width: int, dimension: int, deviation: float = 1.0
) -> tuple[Array, Array]:
    """Draw weights (R, m, d) and output weights (R, m): pairs of neurons that cancel.

    Neuron ``r + m/2`` starts like neuron ``r``, with the opposite output weight; the rows are
    normal with the given standard deviation, the output weights are ``+-1/sqrt(m)`` at random.

    Raises
    ------
    ValueError
        If the width is odd.
    """
    if width % 2:
        raise ValueError(f"neurons come in pairs: the width is even, not {width}")
    half = deviation * rng.standard_normal((replicates, width // 2, dimension))
    signs = rng.choice([-1.0, 1.0], (replicates, width // 2)) / np.sqrt(width)
    return np.concatenate([half, half], axis=1), np.concatenate([signs, -signs], axis=1)


def circle(angles: Array) -> Array:
    """Return the points of the circle at these angles, with a last axis of length 2."""
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


@dataclass(frozen=True)
class Arcs:
    """Inputs on the circle, how far each may be moved, and the loss of what is said of them.

    Attributes
    ----------
    angles : (R, n) array
    y : (R, n) array
        What the network should say; any real numbers.
    half_width : float
        By how much an angle may change.
    slope : float
        Of the loss ``slope |f - y|``.
    """

    angles: Array
    y: Array
    half_width: float
    slope: float = 1.0

    def loss(self, values: Array) -> Array:
        """Return the loss of values ``f`` (R, n) at the inputs: (R, n)."""
        return self.slope * np.abs(values - self.y)


@dataclass(frozen=True)
class Network:
    """What training leaves alone: the activation and the output weights (R, m)."""

    activation: Activation
    a: Array

    def value(self, w: Array, x: Array) -> Array:
        """Return ``f`` at ``x`` (R, n, d): (R, n)."""
        across, out = np.swapaxes(w, 1, 2), self.a[..., None]
        inputs = max(1, AT_ONCE // self.a.size)
        parts = [
            np.matmul(self.activation.value(np.matmul(x[:, start : start + inputs], across)), out)
            for start in range(0, x.shape[1], inputs)
        ]
        return np.concatenate(parts, axis=1)[..., 0]

    def features(self, w: Array, x: Array) -> Array:
        """Return the gradients of ``f`` in the weights at ``x`` (R, n, d): (R, n, m, d)."""
        z = np.matmul(x, np.swapaxes(w, 1, 2))
        return (self.a[:, None] * self.activation.slope(z))[..., None] * x[:, :, None]

    def loss_gradient(self, w: Array, x: Array, arcs: Arcs) -> tuple[Array, Array]:
        """Return the mean loss at ``x`` (R, n, d) and a subgradient: (R,) and (R, m, d)."""
        z = np.matmul(x, np.swapaxes(w, 1, 2))
        values = np.matmul(self.activation.value(z), self.a[..., None])[..., 0]
        outer = arcs.slope / x.shape[1] * np.sign(values - arcs.y)
        weighted = outer[..., None] * self.a[:, None] * self.activation.slope(z)
        return arcs.loss(values).mean(axis=1), np.matmul(np.swapaxes(weighted, 1, 2), x)

    def on_arcs(self, w: Array, arcs: Arcs, points: int) -> tuple[Array, Array]:
        """Return ``points`` angles on every arc and ``f`` there: two arrays (R, n, points)."""
        moves = np.linspace(-arcs.half_width, arcs.half_width, points)
        angles = arcs.angles[..., None] + moves
        flat = circle(angles.reshape(len(w), -1))
        return angles, self.value(w, flat).reshape(angles.shape)

    def curvature_on_the_circle(self, w: Array, curvature: float) -> Array:
        """Return a bound of ``|d^2 f / d angle^2|``, for slopes of that Lipschitz constant: (R,).

        At ``x`` with tangent ``x'``: ``sum_r a_r (phi''(z_r) <w_r, x'>^2 - phi'(z_r) z_r)``.
        """
        square = np.square(w).sum(axis=-1)
        steepest = max(abs(self.activation.lower), self.activation.upper)
        each = curvature * square + steepest * np.sqrt(square)
        return (np.abs(self.a) * each).sum(axis=-1)

    def worst_loss(
        self, w: Array, arcs: Arcs, curvature: float, points: int = 201
    ) -> tuple[Array, Array]:
        """Return a lower and an upper bound of the mean worst loss on the arcs: (R,) each.

        Between two points of a grid of spacing h, ``f`` exceeds the larger of its two values by at
        most ``h^2/8`` times its curvature; the loss is convex in ``f``, so that it is largest where
        ``f`` is largest or smallest.
        """
        _, values = self.on_arcs(w, arcs, points)
        low = (arcs.slope * np.abs(values - arcs.y[..., None])).max(axis=-1).mean(axis=-1)
        spacing = 2 * arcs.half_width / (points - 1)
        excess = self.curvature_on_the_circle(w, curvature) * spacing**2 / 8
        return low, low + arcs.slope * excess


def no_attack(network: Network, w: Array, arcs: Arcs, rng: np.random.Generator) -> Array:
    """Leave the inputs where they are."""
    return arcs.angles


def random_attack(network: Network, w: Array, arcs: Arcs, rng: np.random.Generator) -> Array:
    """Move every input to a random point of its arc."""
    return arcs.angles + arcs.half_width * rng.uniform(-1, 1, arcs.angles.shape)


def worst_attack(points: int = 13) -> Attack:
    """Return the attack that moves every input to the worst of so many points of its arc."""

    def attack(network: Network, w: Array, arcs: Arcs, rng: np.random.Generator) -> Array:
        angles, values = network.on_arcs(w, arcs, points)
        worst = np.abs(values - arcs.y[..., None]).argmax(axis=-1)
        return np.take_along_axis(angles, worst[..., None], axis=-1)[..., 0]

    return attack


ATTACKS: dict[str, Attack] = {
    "identity": no_attack,
    "random": random_attack,
    "worst": worst_attack(),
}


@dataclass(frozen=True)
class Run:
    """One training run per replicate.

    Attributes
    ----------
    w : (R, m, d) array
        Weights after the last step.
    losses : (R, T) array
        Loss at the attacked inputs before every step.
    distances : (R, T + 1) array
        Squared distance to the fixed point ``centre``, from the start on.
    departures : (R, T + 1) array
        Distance from the start.
    """

    w: Array
    losses: Array
    distances: Array
    departures: Array


def train(
    rng: np.random.Generator,
    network: Network,
    start: Array,
    arcs: Arcs,
    attack: Attack,
    *,
    rate: float,
    steps: int,
    centre: Array | None = None,
    gradient_error: float = 1.0,
    reach: float = 1.0,
) -> Run:
    """Run adversarial training without projection.

    Parameters
    ----------
    attack : Attack
        Asked anew before every step.
    rate, steps : float, int
        Step size and number of steps; 0 steps train nothing.
    centre : (R, m, d) array, optional
        From where distances are recorded; by default the start.
    gradient_error : float
        Factor by which the gradient is falsified, for tests of tests.
    reach : float
        Factor by which the moves of the attack are falsified, for tests of tests.
    """
    middle = start if centre is None else centre
    w, losses = start, np.empty((len(start), steps))
    distances = [_squared(w - middle)]
    departures = [np.zeros(len(start))]
    for step in range(steps):
        moved = attack(network, w, arcs, rng)
        moved = arcs.angles + reach * (moved - arcs.angles)
        losses[:, step], gradient = network.loss_gradient(w, circle(moved), arcs)
        w = w - rate * gradient_error * gradient
        distances.append(_squared(w - middle))
        departures.append(np.sqrt(_squared(w - start)))
    return Run(w, losses, np.stack(distances, axis=1), np.stack(departures, axis=1))


def least_linear_loss(features: Array, arcs: Arcs, radius: float, rounds: int = 100) -> Array:
    """Return a lower bound of the least worst loss of a linear model on a ball: (R,).

    The model says ``<phi_ij, u>`` at the j-th point of arc i; the bound is for
    ``min over |u| <= radius of mean_i max_j slope |<phi_ij, u> - y_i|``.

    Parameters
    ----------
    features : (R, n, p, k) array
        ``phi_ij``: p points on each arc.

    Notes
    -----
    Duality: for all ``lambda`` with ``sum_j |lambda_ij| <= slope / n`` for every i, the value is at
    least ``sum lambda_ij y_i - radius |sum lambda_ij phi_ij|``; the best of a Frank-Wolfe run, and
    zero, is returned.
    """
    replicates, n, p, _ = features.shape
    flat = features.reshape(replicates, n * p, -1)
    gram = np.matmul(flat, np.swapaxes(flat, 1, 2))
    targets = np.repeat(arcs.y[..., None], p, axis=2)
    return least_affine_loss(gram, targets, arcs.slope, radius, rounds)


def least_affine_loss(
    gram: Array, targets: Array, slope: float, radius: float, rounds: int = 100
) -> Array:
    """Return the bound of `least_linear_loss` from the Gram matrix of the features: (R,).

    Parameters
    ----------
    gram : (R, n p, n p) array
        ``<phi_ij, phi_kl>``.
    targets : (R, n, p) array
        In the place of ``y_i``, one for each point.
    """
    replicates, n, p = targets.shape
    y = targets.reshape(replicates, n * p)
    dual = np.zeros_like(y)
    best = np.zeros(replicates)
    for count in range(rounds):
        pull = np.matmul(gram, dual[..., None])[..., 0]
        length = np.sqrt(np.maximum((dual * pull).sum(axis=1), 0))
        best = np.maximum(best, (dual * y).sum(axis=1) - radius * length)
        uphill = y - radius * pull / np.maximum(length, 1e-300)[:, None]
        uphill = uphill.reshape(replicates, n, p)
        steepest = np.abs(uphill).argmax(axis=2)[..., None]
        corner = np.zeros_like(uphill)
        sign = np.sign(np.take_along_axis(uphill, steepest, axis=2))
        np.put_along_axis(corner, steepest, slope / n * sign, axis=2)
        dual = dual + 2 / (count + 2) * (corner.reshape(replicates, -1) - dual)
    return best


def _squared(array: Array) -> Array:
    return np.square(array).sum(axis=(1, 2))
