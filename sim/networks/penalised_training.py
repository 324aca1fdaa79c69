"""Adversarial training of two-layer networks with an L1 penalty, by proximal gradient steps.

Each step attacks the inputs, follows the gradient of the logistic loss with the attack held fixed,
and moves every hidden weight towards zero by ``rate * penalty``, stopping there. The attack may be
smoothed: shrunk where the loss is flat in the input (Xing, Song and Cheng, AISTATS 2021, Sections
2.1 and 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.networks import two_layer
from sim.networks.activation import Activation
from sim.networks.adversarial_training import require_finite
from sim.networks.attack import Attack, l2_attack, linf_attack

Array = NDArray[np.floating]

ATTACKS = {"l2": l2_attack, "linf": linf_attack}


@dataclass(frozen=True)
class PenalisedPlan:
    """What a penalised training run does.

    Attributes
    ----------
    norm : {"l2", "linf"}
        Norm in which perturbations are bounded.
    attack : Attack
        How training inputs are perturbed.
    rate : float > 0
        Step size.
    iterations : int
    penalty : float >= 0
        Factor of the sum of the absolute hidden weights.
    smoothing : float >= 0
        Constant of the surrogate attack, in units of the loss gradient in the input.
    """

    norm: str
    attack: Attack
    rate: float
    iterations: int
    penalty: float = 0.0
    smoothing: float = 0.0

    def __post_init__(self) -> None:
        if self.norm not in ATTACKS:
            raise ValueError(f'the norm of the attack is "l2" or "linf"; got {self.norm!r}')
        if not self.rate > 0 or not self.penalty >= 0 or not self.smoothing >= 0:
            raise ValueError(
                "training needs a positive rate, and a penalty and a smoothing of at least 0; got "
                f"{self.rate}, {self.penalty} and {self.smoothing}"
            )


def attack_shrinkage(gradient: Array, smoothing: float, norm: str) -> Array:
    """Return the factors (..., n, 1) or (..., n, d) of the surrogate attack.

    Parameters
    ----------
    gradient : (..., n, d) array
        Gradient of the loss in the input, at the clean input.
    smoothing : float > 0
    norm : {"l2", "linf"}
        ``|g| / sqrt(|g|**2 + smoothing**2)`` for "l2", and per coordinate
        ``|g_i| / (|g_i| + smoothing)`` for "linf".
    """
    if norm == "l2":
        length = np.linalg.norm(gradient, axis=-1, keepdims=True)
        return length / np.hypot(length, length.dtype.type(smoothing))
    size = np.abs(gradient)
    return size / (size + size.dtype.type(smoothing))


def train_penalised(
    w: Array, a: Array, activation: Activation, x: Array, y: Array, plan: PenalisedPlan
) -> Array:
    """Train the hidden weights.

    Parameters
    ----------
    w : (..., m, d) array
        Initial weights; unchanged. Leading axes are replicates.
    a : (m,) array
        Fixed output weights.
    x : (..., n, d) array
    y : (..., n) array
        Labels +1 or -1.
    plan : PenalisedPlan

    Returns
    -------
    (..., m, d) array
        Weights after the last step, in the dtype of ``w``; with a penalty many are exactly zero.

    Raises
    ------
    FloatingPointError
        If training diverges.
    """
    kind = w.dtype.type
    x, y, a = (np.asarray(array, dtype=w.dtype) for array in (x, y, a))
    attack = ATTACKS[plan.norm]
    threshold = kind(plan.rate * plan.penalty)
    w = w.copy()
    for _ in range(plan.iterations):
        moved, margin = attack(w, a, activation, x, y, plan.attack)
        if plan.smoothing:
            moved = moved * attack_shrinkage(
                _loss_gradient(w, a, activation, x, y), plan.smoothing, plan.norm
            )
        moved = x + moved
        if plan.smoothing:
            margin = y * two_layer.value(w, a, activation, moved)
        pull = y * two_layer.logistic_weight(margin) * kind(plan.rate / x.shape[-2])
        w += two_layer.weight_gradient(w, a, activation, moved, pull)
        if plan.penalty:
            # Soft threshold: what is within the threshold of zero becomes zero.
            w -= np.clip(w, -threshold, threshold)
    require_finite(w, plan.iterations)
    return w


def _loss_gradient(w: Array, a: Array, activation: Activation, x: Array, y: Array) -> Array:
    """Return the gradient of the logistic loss in the input: (..., n, d)."""
    margin = y * two_layer.value(w, a, activation, x)
    slope = -y * two_layer.logistic_weight(margin)
    return slope[..., None] * two_layer.input_gradient(w, a, activation, x)


def penalised_objective(
    w: Array, a: Array, activation: Activation, x: Array, y: Array, penalty: float
) -> Array:
    """Return the mean logistic loss plus ``penalty * |w|_1``, on the inputs as given: (...)."""
    margin = y * two_layer.value(w, a, activation, x)
    size = np.abs(w).sum(axis=(-2, -1))
    return two_layer.logistic_loss(margin).mean(axis=-1) + w.dtype.type(penalty) * size
