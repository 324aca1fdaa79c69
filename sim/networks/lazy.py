"""Lazily trained two-layer networks on the squared loss, under the fast-gradient attack.

The network is ``f(x) = sum_j a_j phi(<w_j, x>)`` with fixed output weights ``a`` that include the
factor ``1/sqrt(m)``; only the hidden weights ``w`` move. Training recomputes the attack before
every step and then holds it fixed while the loss is differentiated (Algorithm 1 of Xing, Song and
Cheng 2021). Replicates are leading axes; each may have output weights of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from sim.descent import Descent, descend
from sim.networks.activation import Activation
from sim.networks.two_layer import preactivation

Array = NDArray[np.floating]


@dataclass(frozen=True)
class LazyNetwork:
    """The part of a two-layer network that training leaves alone.

    Attributes
    ----------
    activation : Activation
    a : (m,) or (..., m) output weights, including any ``1/sqrt(m)``
    """

    activation: Activation
    a: Array

    def value(self, w: Array, x: Array) -> Array:
        """Return ``f(x_i)``: (..., n) for ``w`` (..., m, d) and ``x`` (..., n, d)."""
        return np.matmul(self.activation.value(preactivation(w, x)), self.a[..., None])[..., 0]

    def input_gradient(self, w: Array, x: Array) -> Array:
        """Return the gradients of ``f`` in its input: (..., n, d)."""
        return np.matmul(self.activation.slope(preactivation(w, x)) * self.a[..., None, :], w)

    def fast_gradient(
        self, w: Array, x: Array, y: Array, radius: ArrayLike, smoothing: ArrayLike = 0.0
    ) -> Array:
        """Return one full step of length ``radius`` up the squared loss: (..., n, d).

        With ``g`` the gradient of the loss in the input, the step is multiplied by
        ``|g| / sqrt(|g|**2 + smoothing**2)`` (Section 2.1). Zero where ``g`` is.
        """
        z = preactivation(w, x)
        residual = np.matmul(self.activation.value(z), self.a[..., None])[..., 0] - y
        gradient = np.matmul(self.activation.slope(z) * self.a[..., None, :], w)
        gradient *= 2 * residual[..., None]
        length = np.linalg.norm(gradient, axis=-1)
        bottom = np.hypot(length, np.asarray(smoothing, dtype=np.float64)[..., None])
        reach = np.asarray(radius, dtype=np.float64)[..., None]
        factor = np.divide(reach, bottom, out=np.zeros_like(bottom), where=bottom > 0)
        return factor[..., None] * gradient

    def ascent(
        self, w: Array, x: Array, y: Array, radius: float, *, steps: int = 20, decay: float = 0.85
    ) -> Array:
        """Return the best perturbation found by projected ascent from both sides: (..., n, d).

        Starts at the fast-gradient step and at its opposite; steps are normalised and decay. A
        lower bound of the supremum, never below the fast-gradient attack.
        """
        fast = self.fast_gradient(w, x, y, radius)
        best, best_loss = fast, self.loss(w, x + fast, y)
        for move in (fast, -fast):
            for count in range(steps):
                uphill = self.fast_gradient(w, x + move, y, radius * decay**count)
                move = move + uphill
                length = np.linalg.norm(move, axis=-1, keepdims=True)
                move = move * np.minimum(1.0, radius / np.maximum(length, np.finfo(float).tiny))
                loss = self.loss(w, x + move, y)
                better = loss > best_loss
                best = np.where(better[..., None], move, best)
                best_loss = np.where(better, loss, best_loss)
        return best

    def loss(self, w: Array, x: Array, y: Array) -> Array:
        """Return the squared loss of every point: (..., n)."""
        return (self.value(w, x) - y) ** 2

    def attacked_loss(
        self, w: Array, x: Array, y: Array, radius: ArrayLike, smoothing: ArrayLike = 0.0
    ) -> Array:
        """Return the mean squared loss under the (smoothed) fast-gradient attack: (...,)."""
        attacked = x + self.fast_gradient(w, x, y, radius, smoothing)
        return self.loss(w, attacked, y).mean(axis=-1)

    def weight_gradient(self, w: Array, x: Array, y: Array) -> Array:
        """Return the gradient of the mean squared loss in the hidden weights: (..., m, d)."""
        z = preactivation(w, x)
        residual = np.matmul(self.activation.value(z), self.a[..., None])[..., 0] - y
        weighted = self.activation.slope(z) * self.a[..., None, :]
        weighted *= (2 / x.shape[-2]) * residual[..., None]
        return np.matmul(np.swapaxes(weighted, -1, -2), x)

    def semi_gradient(
        self, w: Array, x: Array, y: Array, radius: ArrayLike, smoothing: ArrayLike = 0.0
    ) -> Array:
        """Return the gradient of the attacked loss with the attack held fixed: (..., m, d)."""
        if np.all(np.asarray(radius) == 0):
            return self.weight_gradient(w, x, y)
        return self.weight_gradient(w, x + self.fast_gradient(w, x, y, radius, smoothing), y)

    def train(
        self,
        x: Array,
        y: Array,
        *,
        start: Array,
        step: ArrayLike,
        iterations: int,
        radius: ArrayLike = 0.0,
        smoothing: ArrayLike = 0.0,
        finished: Callable[[Array], NDArray[np.bool_]] | None = None,
        observers: Mapping[str, Callable[[Array], Array]] | None = None,
        observe_at: Sequence[int] | None = None,
    ) -> Descent:
        """Run adversarial training of the hidden weights.

        Parameters
        ----------
        x, y : (R, n, d), (R, n) training data
        start : (R, m, d) initial hidden weights
        step, radius, smoothing : scalars, or (R,) one per replicate
        iterations, finished, observers, observe_at :
            As in `sim.descent.descend`; functions of the hidden weights.

        Raises
        ------
        FloatingPointError
            If training diverges.
        """
        return descend(
            lambda w: self.semi_gradient(w, x, y, radius, smoothing),
            start,
            step=step,
            iterations=iterations,
            leading=start.ndim - 2,
            finished=finished,
            observers=observers,
            observe_at=observe_at,
        )


def centred_softplus() -> Activation:
    """Return ``log((1 + exp(z)) / 2)``: value 0, slope 1/2 and curvature 1/4 at zero."""

    def value(z: Array) -> Array:
        return np.logaddexp(0, z) - np.log(2)

    return Activation(
        "softplus - log 2", value, scipy.special.expit, 0.0, 1.0, homogeneous=False, convex=True
    )


def uniform_output_weights(
    rng: np.random.Generator, replicates: int, width: int, *, balanced: bool = False
) -> Array:
    """Draw ``a_j ~ Uniform[-1, 1] / sqrt(m)``: (replicates, m).

    Parameters
    ----------
    balanced : bool
        Rescale the negative weights so that both signs have the same Euclidean norm. (At least one
        weight of each sign is made sure of.)

    Raises
    ------
    ValueError
        If ``balanced`` and there are fewer than two neurons.
    """
    a = rng.uniform(-1, 1, (replicates, width))
    if balanced:
        if width < 2:
            raise ValueError(f"weights of both signs need a width of at least 2, not {width}")
        a[:, 0], a[:, 1] = np.abs(a[:, 0]), -np.abs(a[:, 1])
        up = np.sqrt(np.sum(np.clip(a, 0, None) ** 2, axis=-1, keepdims=True))
        down = np.sqrt(np.sum(np.clip(a, None, 0) ** 2, axis=-1, keepdims=True))
        a = np.where(a < 0, a * (up / down), a)
    return a / np.sqrt(width)


def repeated_output_weights(
    rng: np.random.Generator, replicates: int, width: int, kinds: int
) -> Array:
    """Draw ``kinds`` output weights that ``width / kinds`` neurons have each: (replicates, kinds).

    They are ``s_k b_k / sqrt(width)`` with random signs and ``b_k ~ Uniform[1/2, 1]``. Neurons with
    the same weight that start alike stay alike, so that a network of ``kinds`` neurons with the
    sums of their weights, which are returned, is the wide one: its value is the same, and its
    hidden weights move as those of the wide one do if its step is ``kinds / width`` times as long.

    Raises
    ------
    ValueError
        If ``kinds`` does not divide ``width``, which has no limit.
    """
    if kinds < 1 or width < kinds or width % kinds:
        raise ValueError(f"{width} neurons cannot be divided among {kinds} output weights")
    signs = rng.choice([-1.0, 1.0], (replicates, kinds))
    sizes = rng.uniform(0.5, 1.0, (replicates, kinds))
    return signs * sizes * (np.sqrt(float(width)) / kinds)


def vanishing_start(
    rng: np.random.Generator, replicates: int, width: int, dimension: int, delta: float
) -> Array:
    """Draw ``w_j ~ N(0, I_d / (d m**(1 + delta)))``: (replicates, m, d) (Section 2.2)."""
    deviation = dimension**-0.5 * width ** (-(1 + delta) / 2)
    return deviation * rng.standard_normal((replicates, width, dimension))
