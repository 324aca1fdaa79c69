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

LABELS = np.array([0.5, -0.5, 0.5])


@cache
def _problem(n: int = 2, epsilon: float = 0.9) -> tuple[hermite.Representation, Target]:
    """Return the function h and f* for points at equal distances and an attack of 0.1."""
    x = sampled_pseudo_network.points(2 * np.pi * np.arange(n) / n)
    apart = np.sqrt(3) * np.sin(np.pi / max(n, 2))
    q = Step.between(apart, 0.1).polynomial(2 * epsilon / (3 * n)).doubles
    return hermite.representation(q, ACCURACY), Target(x, LABELS[:n], q)


def _density(
    h: hermite.Representation, x: np.ndarray, w: np.ndarray, b: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Return ``sum_i y_i h(<x_i, u>, beta)`` of every neuron: (..., m)."""
    scale = np.sqrt(b.shape[-1])
    inner = np.moveaxis(scale * (w @ x.T), -1, 0)
    return np.tensordot(labels, h(inner, scale * b), 1)


@cache
def _greatest_place(n: int) -> tuple[float, float]:
    """Return arguments at which ``|h|`` is as large as on a fine grid."""
    h, _ = _problem(n)
    alpha, beta = np.meshgrid(np.linspace(-8, 8, 641), np.linspace(-4, 4, 321))
    best = np.abs(h(alpha, beta)).argmax()
    return float(alpha.flat[best]), float(beta.flat[best])


def _build(rng: np.random.Generator, cell: Cell, n: int, factor: float = 1.0) -> Observables:
    h, target = _problem(cell["n"], cell["epsilon"])
    gaps = np.empty(n)
    for row in range(n):
        a, w, b = (part[0] for part in circle_network.initialisation(rng, 1, cell["m"], 3))
        density = _density(h, target.x, w, b, target.y)
        moved = factor * sampled_pseudo_network.movement(a, density)
        gaps[row] = sampled_pseudo_network.greatest_distance(moved, a, w, b, target)
    return {"gap": gaps}


def _of_half_the_size(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    return _build(rng, cell, n, factor=0.5)


@check(
    lemma_6_5["radius", "radius-at-most"],
    cells=[{"m": m, "n": n} for m, n in ((1, 2), (8, 2), (32, 2), (1, 3))],
    seconds_per_replicate=lambda cell: 4e-6 + 7e-7 * cell["m"],
    bytes_per_replicate=lambda cell: 400.0 * cell["m"],
    block=256,
    first=17408,
    version=2,
)
def movements(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is how far the weights of one initialisation move, with all labels 1.

    In half of the replicates the first neuron sees all inputs where ``|h|`` is greatest.
    """
    h, target = _problem(cell["n"])
    a, w, b = circle_network.initialisation(rng, n, cell["m"], 3)
    aimed = rng.random(n) < 0.5
    alpha, beta = np.array(_greatest_place(cell["n"])) / np.sqrt(cell["m"])
    w[aimed, 0] = 0, 0, alpha / circle_network.HEIGHT
    b[aimed, 0] = beta
    density = _density(h, target.x, w, b, np.ones(cell["n"]))
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
    cells=[
        {"m": m, "n": n, "epsilon": epsilon}
        for m, n, epsilon in ((2048, 2, 0.9), (2048, 1, 0.45), (16384, 1, 0.3))
    ],
    seconds_per_replicate=lambda cell: 2e-4 + 6e-7 * cell["m"],
    bytes_per_replicate=lambda cell: 500.0 * cell["m"],
    block=64,
    first=256,
    saboteurs={"without the factor 2 of e_d": _of_half_the_size},
)
def wide_network(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the same at a width at which the pseudo-network is near."""
    return _build(rng, cell, n)
