"""Adversarial training of two-layer networks by full-batch gradient descent, in coordinates.

The plain reference: the same code trains in R^d and in the coordinates of a subspace. For wide
networks under Euclidean attacks :mod:`sim.networks.gram_training` gives the same trajectory at a
cost that does not depend on the dimension.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.networks import two_layer
from sim.networks.activation import Activation
from sim.networks.attack import Attack, Attacked, l2_attack

Array = NDArray[np.floating]
Attacker = Callable[[Array, Array, Activation, Array, Array, Attack], Attacked]


def decaying_rates(
    rate: float, iterations: int, *, every: int = 500, factor: float = 0.1
) -> tuple[float, ...]:
    """Return learning rates ``rate * factor**(t // every)`` for ``t < iterations``.

    The default divides by 10 after every 500 iterations (wang2024, section 5).
    """
    return tuple(rate * factor ** (t // every) for t in range(iterations))


@dataclass(frozen=True)
class Snapshot:
    """The training set and the network at one iteration, before its update.

    Attributes
    ----------
    iteration : int
        Number of updates made so far.
    clean_margin, attacked_margin : (..., n) array
        ``y f(x)`` and ``y f(x + perturbation)``, with the perturbation that training uses here. At
        the last iteration, where no update follows, it is the one that would come next.
    squared_norms : (..., m) array
        ``||w_s||^2``.
    perturbation : array
        Perturbations ``(..., n, d)``; in Gram form their coefficients ``(..., n, m)``.
    state : Any
        What is trained: the weights ``(..., m, d)``, or a Gram state. Not to be modified; copy what
        should outlive the call.
    """

    iteration: int
    clean_margin: Array
    attacked_margin: Array
    squared_norms: Array
    perturbation: Array
    state: Any

    def robust_loss(self) -> Array:
        """Mean logistic loss of the attacked training set, ``(...)``."""
        return two_layer.logistic_loss(self.attacked_margin).mean(axis=-1)

    def clean_loss(self) -> Array:
        """Mean logistic loss of the training set, ``(...)``."""
        return two_layer.logistic_loss(self.clean_margin).mean(axis=-1)

    def robust_error(self) -> Array:
        """Share of the attacked training set that is misclassified (ties count), ``(...)``."""
        return (self.attacked_margin <= 0).mean(axis=-1)

    def weight_ratio(self) -> Array:
        """Largest over smallest logistic weight of the attacked samples, ``(...)``."""
        weights = two_layer.logistic_weight(self.attacked_margin)
        return weights.max(axis=-1) / weights.min(axis=-1)

    def frobenius_norm(self) -> Array:
        """``||W||_F``, ``(...)``."""
        return np.sqrt(self.squared_norms.sum(axis=-1))


Observable = Callable[[Snapshot], Any]


@dataclass(frozen=True)
class Plan:
    """What a training run does, whatever the representation of its state.

    Attributes
    ----------
    attack : Attack
        How training examples are perturbed.
    rates : sequence of float
        Learning rate of every iteration; its length is the number of iterations.
    perturb_first : bool
        Whether iteration 0 perturbs; Algorithm 1 of wang2024 does not.
    observe : mapping of str to callable
        Observables of a :class:`Snapshot`, by name; ``Snapshot.robust_loss`` is one.
    at : collection of int
        Iterations at which they are recorded, between 0 and ``len(rates)``.
    """

    attack: Attack
    rates: Sequence[float]
    perturb_first: bool = True
    observe: Mapping[str, Observable] = field(default_factory=dict)
    at: Sequence[int] = ()

    def __post_init__(self) -> None:
        wrong = [t for t in self.at if not 0 <= t <= len(self.rates)]
        if wrong:
            raise ValueError(
                f"observables can be recorded at iterations 0 to {len(self.rates)}; got {wrong}"
            )

    def attack_at(self, iteration: int) -> Attack:
        """Return the attack of one iteration."""
        if iteration == 0 and not self.perturb_first:
            return Attack(self.attack.radius, ())
        return self.attack


class Recorder:
    """Collects the observables of a plan, in the order of the iterations."""

    def __init__(self, plan: Plan):
        self._plan = plan
        self._at = frozenset(plan.at)
        self._values: dict[str, list] = {name: [] for name in plan.observe}

    def wants(self, iteration: int) -> bool:
        """Tell whether this iteration is to be recorded."""
        return bool(self._values) and iteration in self._at

    def record(self, snapshot: Snapshot) -> None:
        """Evaluate and keep every observable."""
        for name, observable in self._plan.observe.items():
            self._values[name].append(np.copy(observable(snapshot)))

    def history(self) -> dict[str, Array]:
        """Return arrays whose first axis runs over the recorded iterations."""
        return {name: np.array(values) for name, values in self._values.items()}


class Trained(NamedTuple):
    """The weights ``(..., m, d)`` after the last update, and the recorded observables."""

    w: Array
    history: dict[str, Array]


def train(
    w: Array,
    a: Array,
    activation: Activation,
    x: Array,
    y: Array,
    plan: Plan,
    *,
    attacker: Attacker = l2_attack,
) -> Trained:
    """Train the hidden weights on attacked samples with the logistic loss.

    Parameters
    ----------
    w : (..., m, d) array
        Initial weights; unchanged. Leading axes are replicates.
    a : (m,) array
        Fixed output weights.
    x : (..., n, d) array
    y : (..., n) array
        Labels +1 or -1.
    plan : Plan
    attacker : callable
        :func:`sim.networks.attack.l2_attack` or :func:`sim.networks.attack.linf_attack`.

    Returns
    -------
    Trained
        In the dtype of ``w``; ``x``, ``y`` and ``a`` are converted to it.

    Raises
    ------
    FloatingPointError
        If weights or margins overflow or become NaN.

    Notes
    -----
    Update (wang2024, Algorithm 1): ``w += rate/n sum_i sigmoid(-y_i f(x_i')) y_i grad_w f(x_i')``
    with attacked samples ``x_i'``; the attack is not differentiated.
    """
    x, y, a = (np.asarray(array, dtype=w.dtype) for array in (x, y, a))
    recorder = Recorder(plan)

    def look(iteration: int, attacked: Attacked) -> None:
        if recorder.wants(iteration):
            recorder.record(
                Snapshot(
                    iteration,
                    y * two_layer.value(w, a, activation, x),
                    attacked.margin,
                    np.square(w).sum(axis=-1),
                    attacked.perturbation,
                    w,
                )
            )

    for iteration, rate in enumerate(plan.rates):
        attacked = attacker(w, a, activation, x, y, plan.attack_at(iteration))
        require_finite(attacked.margin, iteration)
        look(iteration, attacked)
        pull = y * two_layer.logistic_weight(attacked.margin) * w.dtype.type(rate / x.shape[-2])
        w = w + two_layer.weight_gradient(w, a, activation, x + attacked.perturbation, pull)
    last = len(plan.rates)
    if recorder.wants(last):
        look(last, attacker(w, a, activation, x, y, plan.attack_at(last)))
    require_finite(w, last)
    return Trained(w, recorder.history())


def require_finite(values: Array, iteration: int) -> None:
    """Raise :class:`FloatingPointError` if training has diverged."""
    if not np.isfinite(values).all():
        raise FloatingPointError(
            f"training left the finite numbers at iteration {iteration}: the learning rate is too "
            "large for these inputs, or the inputs are not finite; lower the rate or rescale"
        )


def bytes_needed(
    replicates: int, n: int, width: int, dimension: int, *, dtype: type = np.float64
) -> int:
    """Return a forecast of the peak memory of :func:`train`, in bytes.

    Weights and their update (3 arrays ``m d``), inputs, perturbations, ascent directions and the
    attacked inputs (6 arrays ``n d``), activations (4 arrays ``n m``).
    """
    numbers = 3 * width * dimension + 6 * n * dimension + 4 * n * width
    return replicates * numbers * np.dtype(dtype).itemsize
