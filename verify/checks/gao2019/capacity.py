"""Checks of Theorem 6.1: every labeling is enumerated."""

from functools import partial

import numpy as np
import scipy

from bounds.gao2019.capacity import proof_theorem_6_1, theorem_6_1
from sim import capacity
from verify.catalogue import Cell, Observables, check

Array = np.ndarray


def _ball_lists(cell: Cell, labels: Array) -> Array:
    """Return centres (labelings, 2, d) of one cluster at 0, for every labeling of it."""
    far = 12.0 * cell["delta"] * cell["n"]
    return capacity.ball_centres(labels, cell["spread"], cell["delta"], far)


def _every_labeling(
    rng: np.random.Generator, cell: Cell, n: int, spacing: float = 6.0, stretch: float = 1.0
) -> Observables:
    d, delta, count = cell["d"], cell["delta"], cell["p"]
    labels = capacity.labelings(d)
    cell = {**cell, "spread": stretch * cell["spread"]}
    centres = _ball_lists(cell, labels)
    points = capacity.clusters(1, d, cell["spread"], 0.0)[0]
    own = centres[np.arange(len(labels))[:, None], (labels < 0).astype(int)]
    farthest = np.linalg.norm(own - points, axis=-1).max()
    closest = np.linalg.norm(centres[:, 0] - centres[:, 1], axis=-1).min()
    mixed = centres[np.abs(labels.sum(axis=1)) < d]
    for i in range(1, count):  # whatever the labels of one cluster, and of another
        shift = np.zeros(d)
        shift[0] = spacing * delta * i
        every = np.unique(centres.reshape(-1, d).round(12), axis=0)
        # Far balls of clusters i apart are as far apart as the clusters are.
        closest = min(closest, scipy.spatial.distance.cdist(every, every + shift).min())
    found = {
        "farthest": farthest,
        "closest": closest,
        "reach": np.linalg.norm(mixed, axis=-1).max(),
    }
    return {name: np.full(n, value) for name, value in found.items()}


@check(
    [
        *theorem_6_1["points-covered", "balls-disjoint"],
        *proof_theorem_6_1["reach", "reach-exact"],
    ],
    cells=[
        {"d": d, "n": n, "p": n // 2, "delta": delta, "spread": size * delta * min(1, 2 / d**0.5)}
        for n, delta in ((2, 0.1), (4, 1.0))
        for d in range(2, 11)
        for size in (0.2, 0.9999)
    ],
    seconds_per_replicate=1.2e-3,
    bytes_per_replicate=lambda cell: 64.0 * 4 ** cell["d"] + 4096,
    first=1,
    quick=1,
    full=1,
    complete=True,
    saboteurs={
        "clusters as far apart as one ball is wide": partial(_every_labeling, spacing=2.0),
        "points five per cent farther apart": partial(_every_labeling, stretch=1.05),
    },
)
def every_labeling(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is all labelings of all clusters."""
    return _every_labeling(rng, cell, n)


def _nearest_centres(
    rng: np.random.Generator, cell: Cell, n: int, mirrored: bool = False
) -> Observables:
    d, count, delta = cell["d"], cell["p"], cell["delta"]
    points = capacity.clusters(count, d, cell["spread"], 6 * delta)
    labels = capacity.labelings(count * d).reshape(-1, count, d)
    centres = _ball_lists(cell, labels.reshape(-1, d)).reshape(-1, count, 2, d)
    centres = -centres if mirrored else centres
    centres = centres + (points - cell["spread"] * np.eye(d))[:, :1]
    flat = points.reshape(1, -1, d)
    signs = np.tile([1.0, -1.0], count)
    rule = capacity.nearest_sign(flat, centres.reshape(len(labels), -1, d), signs)
    as_given = np.all(rule == labels.reshape(len(labels), -1), axis=1)
    return {"labelings": np.full(n, len(np.unique(rule[as_given], axis=0)))}


@check(
    theorem_6_1["shattered"],
    cells=[
        {"d": d, "n": n, "p": n // 2, "delta": 0.5, "spread": 0.5 * size * min(1, 2 / d**0.5)}
        for d, n in [(2, 2), (2, 3), (2, 4), (3, 4), (4, 4), (5, 4), (10, 3), (2, 8), (3, 6)]
        for size in (0.2, 0.9999)
    ],
    seconds_per_replicate=1.5e-3,
    bytes_per_replicate=lambda cell: 64.0 * 4096 * cell["d"] * cell["n"] ** 2,
    first=1,
    quick=1,
    full=1,
    complete=True,
    saboteurs={"balls on the other side": partial(_nearest_centres, mirrored=True)},
)
def nearest_centres(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is all labelings of all clusters, each point with its nearest centre."""
    return _nearest_centres(rng, cell, n)


@check(
    proof_theorem_6_1["gamma"],
    cells=[
        {"d": d, "k": k, "delta": 1.0, "spread": spread}
        for d in (2, 3, 10, 100)
        for k in sorted({1, d // 2, d - 1})
        for spread in (1e-3, 1.0)
    ],
    seconds_per_replicate=1e-4,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def tangent_balls(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one ball; there is nothing random, as the axes may be exchanged."""
    d, k = cell["d"], cell["k"]
    normal = np.where(np.arange(d) < k, 1.0, -1.0) / np.sqrt(d)
    points = cell["spread"] * np.eye(d)[:k]
    return {"least_radius": np.full(n, capacity.tangent_radius(points, normal))}


def _sides(cell: Cell) -> tuple[list[Array], list[Array], Array]:
    """Return the points of both labels, their means, and the unit vector between the means."""
    points = cell["spread"] * np.eye(cell["d"])
    sides = [points[: cell["k"]], points[cell["k"] :]]
    means = [side.mean(axis=0) for side in sides]
    return sides, means, (means[0] - means[1]) / np.linalg.norm(means[0] - means[1])


def _farthest_covering(side: Array, mean: Array, away: Array, delta: float) -> Array:
    """Return the centre farthest from the mean in each direction whose ball covers a side."""
    gap = mean - side
    along = away @ gap.T
    reach = np.sqrt(along**2 + delta**2 - np.square(gap).sum(axis=1)) - along
    result: Array = mean + reach.min(axis=-1)[:, None] * away
    return result


def covering_pair(cell: Cell) -> list[Array]:
    """Return the centres of two balls that cover the sides, on the line through their means."""
    sides, means, apart = _sides(cell)
    return [
        _farthest_covering(side, mean, sign * apart[None], cell["delta"])[0]
        for side, mean, sign in zip(sides, means, (1, -1), strict=True)
    ]


def _on_the_line(rng: np.random.Generator, cell: Cell, n: int, shrink: float = 1.0) -> Observables:
    centres, sides = covering_pair(cell), _sides(cell)[0]
    outside = [
        np.linalg.norm(centre - side, axis=1).max() - shrink * cell["delta"]
        for centre, side in zip(centres, sides, strict=True)
    ]
    return {
        "centre_distance_attained": np.full(n, np.linalg.norm(centres[0] - centres[1])),
        "overlap": np.full(n, max(outside)),
    }


@check(
    proof_theorem_6_1["centres-attained", "centres-cover"],
    cells=[
        {"d": d, "k": k, "delta": delta, "spread": size * delta}
        for d, k in [(2, 1), (3, 1), (5, 2), (16, 8), (16, 1), (40, 33)]
        for delta, size in ((0.3, 0.05), (1.0, 0.5), (2.0, 0.9), (1.0, 0.999))
    ],
    seconds_per_replicate=1e-4,
    first=1,
    quick=1,
    full=1,
    complete=True,
    saboteurs={"balls a thousandth smaller": partial(_on_the_line, shrink=0.999)},
)
def balls_on_the_line(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one pair of balls; there is nothing random."""
    return _on_the_line(rng, cell, n)


@check(
    proof_theorem_6_1["centres-at-most"],
    cells=[
        {"d": d, "k": k, "delta": delta, "spread": size * delta}
        for d, k, delta in [(3, 1, 1.0), (16, 8, 1.0), (5, 2, 0.3)]
        for size in (0.2, 0.9)
    ],
    seconds_per_replicate=lambda cell: 5e-7 + 3e-8 * cell["d"],
    bytes_per_replicate=lambda cell: 100.0 * cell["d"],
    first=20480,
)
def covering_balls(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is a pair of balls that cover the two sides, each in a random direction."""
    sides, means, apart = _sides(cell)
    centres = []
    for side, mean, sign in zip(sides, means, (1, -1), strict=True):
        turn = rng.standard_normal((n, cell["d"]))
        turn *= rng.uniform(0, 1, (n, 1)) ** 4 / np.linalg.norm(turn, axis=1, keepdims=True)
        away = sign * apart + turn
        away /= np.linalg.norm(away, axis=1, keepdims=True)
        centres.append(_farthest_covering(side, mean, away, cell["delta"]))
    return {"centre_distance": np.linalg.norm(centres[0] - centres[1], axis=1)}
