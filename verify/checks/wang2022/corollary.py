"""Checks of Corollary 3.2 and of its proof."""

import itertools
from fractions import Fraction

import mpmath
import numpy as np

from bounds.wang2022.corollary import corollary_3_2, proof_corollary_3_2
from sim.certificates.universal import settled
from sim.networks import lazy_ball
from sim.networks.gradient_span import rows_in_span
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2022.worst_case import radius, unit

Array = np.ndarray
WINDOW = {"C_3": 1, "C_4": 1.0}
"""Constants of the window, in which the margins of the cells are printed."""


def fooled_for_all(a: Array, w: Array, x: Array, V: float, R: float) -> Array:
    """Say whether one perturbation of length R, along the gradient, fools the whole ball: (n,)."""
    direction = unit(lazy_ball.gradient(a, w, x))
    return np.asarray(settled(a, w, x, V, R, direction=direction))


def enough(gamma: float, C_0: float) -> float:
    """Return the radius of the attack, times sqrt(d), from which the corollary is claimed."""
    return float(np.sqrt(2) * (np.sqrt(np.log(1 / gamma)) + C_0 / 2) * (1 + 1e-12))


@check(
    corollary_3_2["all-networks"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "gamma": gamma, "N": N, "cap": cap, "C_R": enough(gamma, C_0)}
        | WINDOW
        for d, m, C_0, gamma, N, cap in [
            (400, 200, 0.1, 0.05, 1, 1.0),
            (400, 200, 1.0, 0.05, 20, 1.0),
            (400, 200, 1.0, 0.05, 20, 0.02),
            (400, 100, 1.0, 0.025, 1, 1.0),
        ]
    ],
    seconds_per_replicate=lambda cell: 1.5e-8 * cell["m"] * cell["d"] * (2 + 0.3 * cell["N"]),
    bytes_per_replicate=lambda cell: 16 * cell["m"] * cell["d"],
    first=32,
)
def points_of_a_distribution(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, and a distribution on N points of a cap of the sphere.

    ``cap`` is how far the points spread about their centre: 1 over the whole sphere.
    """
    m, d, count = cell["m"], cell["d"], cell["N"]
    share = np.empty(n)
    for row in range(n):
        a, w = lazy_ball.initialisation(rng, 1, m, d)
        centre, spread = unit(rng.standard_normal((d,))), unit(rng.standard_normal((count, d)))
        points = unit((1 - cell["cap"]) * centre + cell["cap"] * spread)
        R = cell["C_R"] / np.sqrt(d)
        share[row] = np.mean([fooled_for_all(a, w, x, radius(cell), R)[0] for x in points])
    return {"share": share}


@check(
    corollary_3_2["one-point", "probability-of-a-point", "smaller-radius"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "gamma": gamma, "C_R": C_R} | WINDOW
        for d, m, C_0, gamma, C_R in [
            (400, 300, 1.0, 0.05, enough(0.05, 1.0)),
            (400, 300, 0.1, 0.3, enough(0.3, 0.1)),
            (2000, 200, 3.0, 0.1, enough(0.1, 3.0)),
            (10**6, 1600, 0.5, 0.1, 1.0),
            (10**6, 1600, 1.0, 0.1, 1.6),
        ]
    ],
    seconds_per_replicate=lambda cell: 9e-8 * cell["m"],
    first=512,
    quick=5,
)
def one_point_of_the_sphere(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation in the plane of x and its gradient."""
    m, d, V = cell["m"], cell["d"], radius(cell)
    a, u = lazy_ball.first_layer(rng, n, m)
    w, x = rows_in_span(rng, u, (a * (u > 0))[:, None], d), np.eye(1, 2)[0]
    return {
        "fooled": fooled_for_all(a, w, x, V, cell["C_R"] / np.sqrt(d)),
        "fooled_sooner": fooled_for_all(a, w, x, V, 3 * cell["C_R"] / d),
    }


def loss_tables(networks: int, points: int) -> Array:
    """Return every table of losses 0 or 1: (2^(networks points), networks, points)."""
    entries = itertools.product((0, 1), repeat=networks * points)
    return np.array(list(entries)).reshape(-1, networks, points)


def replayed_exchange(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Replay one table of losses in fractions."""
    count = cell["networks"] * cell["points"]
    bits = [int(bit) for bit in f"{row % 2**count:0{count}b}"]
    table = [bits[k : k + cell["points"]] for k in range(0, count, cell["points"])]
    means = [Fraction(sum(line), cell["points"]) for line in table]
    columns = list(zip(*table, strict=True))
    values = {
        "exchanged": 1 - min(means),
        "exchanged_sup": 1 - max(means),
        "mean_exchanged": Fraction(sum(1 - min(c) for c in columns), cell["points"]),
        "mean_exchanged_sup": Fraction(sum(1 - max(c) for c in columns), cell["points"]),
    }
    return {k: mpmath.mpf(v.numerator) / v.denominator for k, v in values.items()}


@check(
    proof_corollary_3_2["exchange", "exchange-as-printed"],
    cells=[{"networks": k, "points": p} for k, p in [(2, 2), (2, 3), (3, 2), (3, 3)]],
    seconds_per_replicate=1e-6,
    block=512,
    first=512,
    quick=1,
    full=1,
    complete=True,
    replay=replayed_exchange,
)
def tables_of_losses(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one table of losses of networks at equally likely points; all of them."""
    tables = loss_tables(cell["networks"], cell["points"])
    loss = tables[np.arange(n) % len(tables)]
    means = loss.mean(axis=2)
    return {
        "exchanged": 1 - means.min(axis=1),
        "exchanged_sup": 1 - means.max(axis=1),
        "mean_exchanged": (1 - loss.min(axis=1)).mean(axis=1),
        "mean_exchanged_sup": (1 - loss.max(axis=1)).mean(axis=1),
    }


@check(
    proof_corollary_3_2["supremum-over-points", "markov", "markov-sharp"],
    cells=[{"epsilon": epsilon} for epsilon in (0.001, 0.3)],
    seconds_per_replicate=1e-6,
)
def losses_at_random(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is a distribution of Z, and probabilities that points are spared.

    Half of the mass of Z lies just above 1/10 (by epsilon), or anywhere where epsilon is large.
    """
    atoms = np.where(cell["epsilon"] < 0.1, 0.1 + cell["epsilon"], rng.random((n, 5)))
    weights = rng.dirichlet(np.ones(6), n)[:, 1:]  # the rest of the mass is at 0
    spared = rng.random((n, 4))
    points = rng.dirichlet(np.ones(4), n)
    return {
        "tail": np.sum(weights * (atoms > 0.1), axis=1),
        "mean_Z": np.sum(weights * atoms, axis=1),
        "mean_exchanged": np.sum(points * spared, axis=1),
        "worst_mean": spared.max(axis=1),
    }


@check(
    proof_corollary_3_2["radius", "radius-as-printed"],
    paths=[
        *(Path({"m": 1}, {"m": 100, "d": 100, "C_0": C_0}, sizes=5, step=3) for C_0 in (0.3, 2.0)),
        Path({"C_0": 1}, {"m": 100, "d": 100, "C_0": 0.5}, sizes=4, step=2),
    ],
    seconds_per_replicate=lambda cell: 1e-6 + 4e-8 * cell["m"],
    first=64,
    version=2,  # the rise itself, not over C_0, and along C_0 as well
)
def balls_of_both_radii(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation with the exact greatest value over both balls."""
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    start = lazy_ball.greatest_value(a, u, 0.0)
    return {
        name: lazy_ball.greatest_value(a, u, cell["C_0"] / np.sqrt(cell[size])) - start
        for name, size in (("ball_rise", "m"), ("ball_rise_printed", "d"))
    }
