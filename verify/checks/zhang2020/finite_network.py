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
def _problem() -> tuple[hermite.Representation, Target]:
    """Return the function h and f* for three points at distance 1.5, and an attack of 0.1."""
    x = sampled_pseudo_network.points(2 * np.pi * np.arange(3) / 3)
    q = Step.between(1.5, 0.1).polynomial(2 * 0.5 / (3 * len(LABELS))).doubles
    return hermite.representation(q, ACCURACY), Target(x, LABELS, q)


def _build(rng: np.random.Generator, cell: Cell, n: int, factor: float = 1.0) -> Observables:
    h, target = _problem()
    m = cell["m"]
    rows = []
    for _ in range(n):
        a, w, b = (part[0] for part in circle_network.initialisation(rng, 1, m, 3))
        density = LABELS @ h(np.sqrt(m) * (target.x @ w.T), np.sqrt(m) * b)
        moved = factor * sampled_pseudo_network.movement(a, density)
        gap = sampled_pseudo_network.greatest_distance(moved, a, w, b, target)
        rows.append((gap, np.abs(moved).max() * m ** (2 / 3), np.abs(density).max()))
    gaps, radii, greatest = np.array(rows).T
    return {
        "gap": gaps,
        "radius": radii,
        "greatest": greatest,
        "largest": np.full(n, h.largest),
    }


def _of_half_the_size(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    return _build(rng, cell, n, factor=0.5)


@check(
    lemma_6_5["radius", "radius-at-most", "gap", "near"],
    paths=[Path({"m": 1}, {"m": 1024, "n": 3, "epsilon": 0.5}, sizes=4, step=4)],
    seconds_per_replicate=lambda cell: 2e-3 + 1.8e-6 * cell["m"],
    bytes_per_replicate=lambda cell: 500.0 * cell["m"],
    block=4,
    first=16,
    quick=1,
    full=5,
    saboteurs={"without the factor 2 of e_d": _of_half_the_size},
)
def sampled_networks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation and the pseudo-network that is built on it."""
    return _build(rng, cell, n)
