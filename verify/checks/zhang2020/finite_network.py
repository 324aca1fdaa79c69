"""Checks of Lemma 6.5 on pseudo-networks that are built, with the supremum exact."""

from functools import cache

import numpy as np

from bounds.zhang2020.finite_network import lemma_6_5
from sim.kernels import hermite
from sim.networks import circle_network, sampled_pseudo_network
from sim.networks.sampled_pseudo_network import Target
from sim.polynomials.step import Step
from verify.catalogue import Cell, Observables, Path, check

ACCURACY = 1e-3
"""Of the representation: far below what a sample of a million neurons shows."""

LABELS = np.array([0.5, -0.5])


@cache
def _problem() -> tuple[hermite.Representation, Target]:
    """Return the function h and f* for two opposite points and an attack of 0.1."""
    x = sampled_pseudo_network.points(np.pi * np.arange(2))
    q = Step.between(np.sqrt(3), 0.1).polynomial(2 * 0.9 / (3 * len(LABELS))).doubles
    return hermite.representation(q, ACCURACY), Target(x, LABELS, q)


def _density(w: np.ndarray, b: np.ndarray, labels: np.ndarray = LABELS) -> np.ndarray:
    """Return ``sum_i y_i h(<x_i, u>, beta)`` of every neuron: (..., m)."""
    h, target = _problem()
    scale = np.sqrt(b.shape[-1])
    inner = np.moveaxis(scale * (w @ target.x.T), -1, 0)
    return np.tensordot(labels, h(inner, scale * b), 1)


@cache
def _greatest_place() -> tuple[float, float]:
    """Return arguments at which ``|h|`` is as large as on a fine grid."""
    h, _ = _problem()
    alpha, beta = np.meshgrid(np.linspace(-8, 8, 641), np.linspace(-4, 4, 321))
    best = np.abs(h(alpha, beta)).argmax()
    return float(alpha.flat[best]), float(beta.flat[best])


def _build(rng: np.random.Generator, cell: Cell, n: int, factor: float = 1.0) -> Observables:
    _, target = _problem()
    gaps = np.empty(n)
    for row in range(n):
        a, w, b = (part[0] for part in circle_network.initialisation(rng, 1, cell["m"], 3))
        moved = factor * sampled_pseudo_network.movement(a, _density(w, b))
        gaps[row] = sampled_pseudo_network.greatest_distance(moved, a, w, b, target)
    return {"gap": gaps}


def _of_half_the_size(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    return _build(rng, cell, n, factor=0.5)


@check(
    lemma_6_5["radius", "radius-at-most"],
    cells=[{"m": m, "n": 2} for m in (1, 8, 32)],
    seconds_per_replicate=lambda cell: 4e-6 + 7e-7 * cell["m"],
    bytes_per_replicate=lambda cell: 400.0 * cell["m"],
    block=256,
    first=17408,
    version=2,
)
def movements(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is how far the weights of one initialisation move, with both labels 1.

    In half of the replicates the first neuron sees both inputs where ``|h|`` is greatest.
    """
    h, _ = _problem()
    a, w, b = circle_network.initialisation(rng, n, cell["m"], 3)
    aimed = rng.random(n) < 0.5
    alpha, beta = np.array(_greatest_place()) / np.sqrt(cell["m"])
    w[aimed, 0] = 0, 0, alpha / circle_network.HEIGHT
    b[aimed, 0] = beta
    density = _density(w, b, np.ones(2))
    moved = sampled_pseudo_network.movement(a, density)
    return {
        "radius": np.abs(moved).max(axis=-1) * cell["m"] ** (2 / 3),
        "greatest": np.abs(density).max(axis=-1),
        "largest": np.full(n, h.largest),
    }


@check(
    lemma_6_5["gap"],
    paths=[Path({"m": 1}, {"m": 128, "n": 2, "epsilon": 0.9}, sizes=4, step=4)],
    seconds_per_replicate=lambda cell: 5e-4 + 5e-7 * cell["m"],
    bytes_per_replicate=lambda cell: 500.0 * cell["m"],
    block=16,
    first=256,
    saboteurs={"without the factor 2 of e_d": _of_half_the_size},
)
def sampled_networks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation and the pseudo-network that is built on it."""
    return _build(rng, cell, n)


@check(
    lemma_6_5["near"],
    cells=[{"m": 2048, "n": 2, "epsilon": 0.9}],
    seconds_per_replicate=2e-3,
    bytes_per_replicate=lambda cell: 500.0 * cell["m"],
    block=64,
    first=256,
    saboteurs={"without the factor 2 of e_d": _of_half_the_size},
)
def wide_network(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the same at a width at which the pseudo-network is near."""
    return _build(rng, cell, n)
