"""Adversarial training on two clusters in any dimension, and the errors on fresh points.

One call is a whole experiment: draw a training set and a start in the coordinates that training can
see, train in Gram form, attack fresh points. The law is that of the experiment in full dimension.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clusters import data as clusters
from sim.clusters import subspace
from sim.networks import gram, two_layer
from sim.networks.activation import Activation, relu
from sim.networks.adversarial_training import Plan, Snapshot, decaying_rates
from sim.networks.attack import Attack
from sim.networks.gram_attack import gram_attack
from sim.networks.gram_training import train

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Experiment:
    """Settings of an experiment; the defaults are those of section 5 of wang2024.

    Attributes
    ----------
    dimension : int
    mean_norm : float > 0
        Length of the cluster mean; the noise is standard normal.
    radius : float >= 0
        Of the attack, in training and in tests.
    samples, width, iterations : int
    flip : float in [0, 1/2]
        Probability of a flipped label, in training and in tests.
    rate : float
        First learning rate; a tenth of it in the second half of the iterations.
    attack_steps : int
        Projected gradient steps, each of a fifth of the radius, from the clean point.
    test_points : int
    weight_deviation : float, optional
        Standard deviation of the initial hidden weights; ``1/sqrt(3 dimension)`` by default, that
        of PyTorch's uniform initialisation. Neurons are independent.
    activation : Activation
    dtype : type
    """

    dimension: int
    mean_norm: float
    radius: float
    samples: int = 100
    width: int = 1000
    iterations: int = 1000
    flip: float = 0.1
    rate: float = 0.1
    attack_steps: int = 20
    test_points: int = 2000
    weight_deviation: float | None = None
    activation: Activation = field(default_factory=relu)
    dtype: type = np.float32

    @property
    def attack(self) -> Attack:
        """The attack of training and of tests."""
        if self.radius == 0:
            return Attack(0.0, ())
        return Attack.fixed(self.radius, self.radius / 5, self.attack_steps)

    @property
    def output_weights(self) -> Array:
        """Fixed output weights ``+-1/sqrt(width)``, ``(m,)``."""
        return two_layer.balanced_signs(self.width, dtype=self.dtype)


class Errors(NamedTuple):
    """Shares of fresh points that are wrong (ties count), clean and under attack, ``(...)``."""

    clean: Array
    robust: Array


def perform(
    rng: np.random.Generator, experiment: Experiment, replicates: int, at: Sequence[int]
) -> dict[str, Array]:
    """Train ``replicates`` networks and record losses and errors.

    Parameters
    ----------
    at : sequence of int
        Iterations at which to look; the number of iterations itself is the trained network.

    Returns
    -------
    dict
        ``robust_loss`` and ``training_error`` of the attacked training set, ``clean_error`` and
        ``robust_error`` on fresh points: arrays (replicates, len(at)).

    Raises
    ------
    ValueError
        If a setting is outside its domain.
    FloatingPointError
        If training diverges.

    Notes
    -----
    The robust errors are those under the stated attack, lower bounds of the worst case. At every
    look the fresh points are built from the same normal draws, so that curves are smooth; at each
    look they have the law of points that are independent of training.
    """
    deviation = experiment.weight_deviation
    data = subspace.sample(
        rng,
        replicates,
        experiment.samples,
        experiment.width,
        experiment.dimension,
        mean_norm=experiment.mean_norm,
        weight_deviation=(3 * experiment.dimension) ** -0.5 if deviation is None else deviation,
        flip=experiment.flip,
        symmetric=False,
        dtype=experiment.dtype,
    )
    seed = int(rng.integers(2**63))
    probes = np.broadcast_to(data.mean, (replicates, 1, len(data.mean)))
    state = gram.gram_state(data.x, data.w, probes)

    def errors(snapshot: Snapshot) -> Array:
        return np.stack(fresh_errors(np.random.default_rng(seed), snapshot.state, experiment))

    plan = Plan(
        experiment.attack,
        decaying_rates(
            experiment.rate, experiment.iterations, every=max(1, -(-experiment.iterations // 2))
        ),
        observe={
            "robust_loss": Snapshot.robust_loss,
            "training_error": Snapshot.robust_error,
            "errors": errors,
        },
        at=at,
    )
    history = train(state, experiment.output_weights, experiment.activation, data.y, plan).history
    clean, robust = np.moveaxis(history.pop("errors"), 1, 0)
    history |= {"clean_error": clean, "robust_error": robust}
    return {name: np.moveaxis(values, 0, -1) for name, values in history.items()}


def fresh_errors(rng: np.random.Generator, state: gram.GramState, experiment: Experiment) -> Errors:
    """Return the errors of a network on fresh points; its first probe is the cluster mean."""
    shape = (*state.weights.shape[:-2], experiment.test_points)
    y, cluster = clusters.labels(rng, shape, experiment.flip, dtype=experiment.dtype)
    z = gram.fresh_preactivations(rng, state.weights, state.probes[..., 0, :], cluster)
    a, activation = experiment.output_weights, experiment.activation
    clean = y * np.matmul(activation.value(z), a)
    robust = gram_attack(state.weights, a, activation, z, y, experiment.attack).margin
    return Errors((clean <= 0).mean(axis=-1), (robust <= 0).mean(axis=-1))
