"""Adversarial training of small smooth networks: one sweep of runs, looked at from many sides."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.certificates import certified_margin
from sim.clusters import sample_geometry, subspace
from sim.networks import smoothed_mean, two_layer
from sim.networks.activation import Activation, smoothed_leaky_relu
from sim.networks.adversarial_training import Plan, train
from sim.networks.attack import Attack
from verify.catalogue import Cell, Observables, Times

Array = np.ndarray

SIGMA = 0.6
"""Standard deviation of the noise unless a cell says otherwise: nearly the largest inside
Definition 2.1."""

ATTACK_STEPS = 8
"""Fixed-point iterations of the attack; they settle on a stationary point within a few."""


CONSTANTS = {"delta": 0.1, "C": 1.0, "C_0": float(np.sqrt(8))}

OTHERS = {"sigma": 0.3, "delta": 0.04, "C": 2.0, "C_0": 2.0}
"""Other noise and constants, so that nothing is claimed of one value of them alone."""

SPOILED = {"no attack": Times(alpha=1e-6), "no training": Times(eta=1e-6)}
"""A millionth of the radius, or of the step: what is measured is divided by them."""

SMALL = {"n": 8, "m": 4, "beta": 0.0, "gamma": 0.5, "H": 1.0, "T": 1}
"""What a run is unless a cell says otherwise."""


def smooth_cell(*, share: float = 0.9, sigma: float = SIGMA, **parameters: float) -> dict:
    """Return a cell; ``share`` is ``omega sqrt(m d) / eta``, at most 1 by Assumption 1 (3)."""
    law = {"sigma": sigma, "kappa": sigma**2, "lambda": sigma**-2}
    cell = law | CONSTANTS | SMALL | parameters
    return {"omega": share * cell["eta"] / np.sqrt(cell["m"] * cell["d"])} | cell


@dataclass(frozen=True)
class Runs:
    """Training runs of one cell, in the coordinates of their subspace.

    Attributes
    ----------
    cell : Cell
    data : Subspace
        Training sets and initial weights, ``R`` of each.
    a, phi
        Output weights (m,) and activation.
    w : (T + 1, R, m, k) array
        Weights before every step and after the last.
    u : (T + 1, R, n, k) array
        Perturbations of the training inputs; none at time 0.
    margin : (T + 1, R, n) array
        Attacked margins.
    """

    cell: Cell
    data: subspace.Subspace
    a: Array
    phi: Activation
    w: Array
    u: Array
    margin: Array

    @cached_property
    def attacked(self) -> Array:
        """Attacked inputs (T + 1, R, n, k)."""
        return self.data.x + self.u

    @cached_property
    def weight(self) -> Array:
        """Logistic weights ``g`` of the attacked inputs, (T + 1, R, n)."""
        return two_layer.logistic_weight(self.margin)

    @cached_property
    def mean_weight(self) -> Array:
        """Mean logistic weight before every step, (T, R)."""
        return self.weight[:-1].mean(axis=-1)

    @cached_property
    def descent(self) -> Array:
        """Minus the gradient of the robust training loss, from the steps made: (T, R, m, k)."""
        return (self.w[1:] - self.w[:-1]) / self.cell["eta"]

    @cached_property
    def descent_norm(self) -> Array:
        """Frobenius norm of the gradient, (T, R)."""
        return two_layer.frobenius_norm(self.descent)

    @cached_property
    def certified(self) -> Array:
        """Certified margins, (T + 1, R, n); at time 0 the network is zero."""
        return certified_margin.smallest_margin(
            self.w, self.a, self.phi, self.data.x, self.data.y, self.cell["alpha"], self.u
        )

    @cached_property
    def clean(self) -> Array:
        """Which labels are those of the cluster, (R, n)."""
        return self.data.y == self.data.cluster

    @property
    def loss_ratio(self) -> Array:
        """Largest ratio of two logistic weights of a time, over the times after the first, (R,)."""
        return (self.weight[1:].max(axis=-1) / self.weight[1:].min(axis=-1)).max(axis=0)

    def geometry(self) -> Observables:
        """Measure the sample and the initial weights, for the events of a good run."""
        return geometry(self.cell, self.data)

    def distance(self) -> Array:
        """Distance of the attacked inputs from the span of the inputs, (T, R, n)."""
        return sample_geometry.distance_to_span(self.u[1:], self.data.x)

    def residual(self) -> Array:
        """Distance of the perturbations from the next fixed-point iterate, (T, R, n)."""
        gradient = two_layer.input_gradient(self.w[1:], self.a, self.phi, self.attacked[1:])
        length = np.linalg.norm(gradient, axis=-1, keepdims=True)
        next_one = -self.cell["alpha"] * self.data.y[..., None] * gradient / length
        return np.linalg.norm(next_one - self.u[1:], axis=-1)

    def mean_alignment(self) -> Array:
        """Cosine between ``y_i (x_i' - x_i)`` and ``-mu``, (T, R, n)."""
        along = -self.data.y * np.matmul(self.u[1:], self.data.mean)
        return along / (self.cell["alpha"] * self.cell["mu"])

    def alignment(self) -> Array:
        """Cosine between ``y_i (x_i' - x_i)`` and ``-sum_k y_k x_k``, (T, R, n)."""
        total = np.matmul(self.data.y[:, None, :], self.data.x)
        along = -np.sum(self.u[1:] * self.data.y[..., None] * total, axis=-1)
        return along / (np.linalg.norm(self.u[1:], axis=-1) * np.linalg.norm(total, axis=-1))

    def normalised_margin(self, times: Array | slice | list[int] = slice(1, None)) -> Array:
        """Smaller of ``E[y f(x) | y = +-1] / |W|_2`` over the clusters, (times, R)."""
        w = self.w[times]
        law = dict(slope=self.cell["gamma"], sharpness=self.cell["H"], deviation=self.cell["sigma"])
        values = [
            sign * smoothed_mean.mean_value(w, self.a, sign * self.data.mean, **law)
            for sign in (1, -1)
        ]
        return np.minimum(*values) / two_layer.spectral_norm(w)


def geometry(cell: Cell, data: subspace.Subspace) -> Observables:
    """Measure samples and initial weights, for the events of a good run."""
    sample = sample_geometry.sample_geometry(
        data.x, data.y, data.cluster, data.mean, dimension=cell["d"], radius=cell["alpha"]
    )
    weights = sample_geometry.weight_geometry(data.w, dimension=cell["d"], deviation=cell["omega"])
    return sample._asdict() | weights._asdict()


def draw(rng: np.random.Generator, cell: Cell, n: int) -> subspace.Subspace:
    """Draw ``n`` samples and initial weights."""
    return subspace.sample(
        rng,
        n,
        cell["n"],
        cell["m"],
        cell["d"],
        mean_norm=cell["mu"],
        weight_deviation=cell["omega"],
        flip=cell["beta"],
        noise_deviation=cell["sigma"],
    )


def network(cell: Cell) -> tuple[Activation, Array]:
    """Return the activation and the output weights of a cell."""
    return smoothed_leaky_relu(cell["gamma"], cell["H"]), two_layer.balanced_signs(cell["m"])


def smooth_runs(rng: np.random.Generator, cell: Cell, n: int) -> Runs:
    """Train ``n`` networks as a cell says: Algorithm 1, without a perturbation at time 0."""
    data, (phi, a) = draw(rng, cell, n), network(cell)
    plan = Plan(
        Attack.fixed_point(cell["alpha"], ATTACK_STEPS),
        (cell["eta"],) * cell["T"],
        perturb_first=False,
        observe={
            "w": lambda snapshot: snapshot.state,
            "u": lambda snapshot: snapshot.perturbation,
            "margin": lambda snapshot: snapshot.attacked_margin,
        },
        at=range(cell["T"] + 1),
    )
    history = train(data.w, a, phi, data.x, data.y, plan).history
    return Runs(cell, data, a, phi, **history)
