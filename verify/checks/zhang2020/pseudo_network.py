"""Checks of Theorem 5.1: the exact gap over the ball, at one input and over the circle."""

import numpy as np
import scipy

from bounds.zhang2020.pseudo_network import theorem_5_1
from sim.networks import circle_network
from verify.catalogue import Cell, Observables, Path, check


def _gap_without_a_ball(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    a, w, b = circle_network.initialisation(rng, n, cell["m"], 3)
    return {"gap": circle_network.greatest_gap_on_the_circle(a, w, b, 0.0)}


@check(
    theorem_5_1["gap", "gap-sharp"],
    paths=[
        Path({"m": 1, "R": 0}, {"m": 256, "R": 4.0}, sizes=5, step=4),
        Path({"m": 1, "R": 1 / 8}, {"m": 256, "R": 4.0}, sizes=5, step=4),
    ],
    seconds_per_replicate=lambda cell: 4e-6 * cell["m"],
    bytes_per_replicate=lambda cell: 1500.0 * cell["m"],
    version=2,
    first=16,
    full=13,
    saboteurs={"no ball": _gap_without_a_ball},
)
def gap_on_the_circle(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation; the supremum over weights and inputs is exact."""
    a, w, b = circle_network.initialisation(rng, n, cell["m"], 3)
    radius = cell["R"] * cell["m"] ** (-2 / 3)
    return {"gap": circle_network.greatest_gap_on_the_circle(a, w, b, radius)}


@check(
    theorem_5_1["room", "flips"],
    cells=[{"m": m, "R": R} for m, R in [(100, 1.0), (400, 4.0), (400, 30.0), (2000, 16.0)]],
    seconds_per_replicate=lambda cell: 2.5e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 50.0 * cell["m"],
    first=2048,
)
def gap_at_one_input(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, seen through the preactivations of one input."""
    m, radius = cell["m"], cell["R"] * cell["m"] ** (-2 / 3)
    z = np.sqrt(2 / m) * rng.standard_normal((n, m))
    added = rng.random((n, m)) < 0.5
    excess = m ** (-1 / 3) * circle_network.excess(z, radius)
    return {"room": (excess * added).sum(axis=1), "flips": (np.abs(z) < radius).mean(axis=1)}


@check(
    theorem_5_1["initial-tail"],
    cells=[{"largest": 30}, {"largest": 3000}],
    seconds_per_replicate=6e-6,
    block=4096,
    first=16384,
)
def initial_tails(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one width and one radius; given how many neurons are on, f is normal."""
    widths = np.ceil(cell["largest"] ** rng.random(64))
    m, radius = rng.choice(widths, n), 1 + rng.random(n)
    tail = np.empty(n)
    for width in np.unique(m):
        chosen = m == width
        on = np.arange(1, width + 1)
        spread = np.sqrt(on * 2 / width) * width ** (-1 / 3)
        level = radius[chosen] ** 2 * width ** (-1 / 6)
        tail[chosen] = (
            2 * scipy.stats.norm.sf(level[:, None] / spread) @ scipy.stats.binom.pmf(on, width, 0.5)
        )
    return {"m": m, "R": radius, "initial_tail": tail}
