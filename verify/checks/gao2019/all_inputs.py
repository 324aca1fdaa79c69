"""Checks of Lemma A.6 for all inputs at once, by a net of them, and all pairs of networks."""

from typing import Any

import numpy as np

from bounds.gao2019.near_convexity import lemma_a_6
from sim.networks.deep import start_of_one_layer
from sim.networks.sign_flips import largest_change
from sim.normal_matrices import spectral_norm
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.gao2019.near_convexity import reach_of

Array = np.ndarray


def net(dimension: int, distance: float) -> Array:
    """Return unit vectors (k, d), d = 2 or 3: one, or its opposite, is that near to any other.

    On the sphere they stand on circles of latitude: two points are no farther apart than their
    latitudes and, times the larger of the two circles' radii, their longitudes. Half of a net that
    has the opposite of each of its points.
    """
    if dimension == 2:
        count = int(np.ceil(np.pi / (4 * np.arcsin(distance / 2))))
        angle = np.pi * np.arange(count) / count
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)
    side = np.sqrt(2) * distance
    bands = int(np.ceil(np.pi / (2 * side)))
    points = []
    for band in range(bands):  # of the upper half
        rise, widest = np.pi * np.array([band + 0.5, band + 1]) / (2 * bands)
        count = int(np.ceil(2 * np.pi * np.sin(widest) / side))
        turn = 2 * np.pi * np.arange(count) / count
        circle = [np.sin(rise) * np.cos(turn), np.sin(rise) * np.sin(turn)]
        points.append(np.stack([*circle, np.full(count, np.cos(rise))], axis=1))
    return np.concatenate(points)


def _all_inputs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one start; a bound over all inputs and all pairs of networks of the ball.

    The neurons that count for a pair change their signs between the two: from the start they
    changed it on the way to one of them, or to the other. What it takes to change a sign is the
    same at an input and at its opposite.
    """
    m, R = cell["m"], cell["R"]
    network, w = start_of_one_layer(rng, n, m, cell["d"])
    distance = R / np.sqrt(m)
    _, carried = reach_of(network, w[:, 0], distance, distance)
    wide, worst = spectral_norm(network.first), np.zeros(n)
    sides = (np.maximum(network.a, 0), np.minimum(network.a, 0))
    for direction in net(cell["d"], distance):
        given = np.matmul(network.first, direction)
        length = np.linalg.norm(given, axis=1)
        z = np.matmul(w[:, 0], given[..., None])[..., 0]
        radius = R / np.sqrt(m) + carried / length
        for side in sides:
            _, change, _ = largest_change(z, side, length, radius)
            worst = np.maximum(worst, change)
    return {"loss_bound": np.sqrt(2) * wide * worst}


def directions(cell: Cell) -> float:
    """Return about how many inputs a net has."""
    across = np.sqrt(cell["m"]) / cell["R"]
    return float(np.pi * across / 2 if cell["d"] == 2 else np.pi * across**2)


def _seconds(cell: Cell) -> float:
    return (4e-5 + 6e-8 * cell["m"]) * directions(cell)


def _bytes(cell: Cell) -> float:
    return 150.0 * cell["m"]


OVER_A_NET: dict[str, Any] = dict(
    seconds_per_replicate=_seconds, bytes_per_replicate=_bytes, block=4, first=4, quick=1
)

all_inputs = check(
    lemma_a_6["near-convexity", "near-convexity-order"],
    id="gao2019/all-inputs-of-the-circle",
    version=6,
    paths=[
        Path({"m": 1}, {"H": 1, "d": 2, "m": 512, "R": 4.0}, sizes=4, step=2.5),
        Path({"m": 1, "R": 0.125}, {"H": 1, "d": 2, "m": 3000, "R": 8.0}, sizes=4),
        Path({"R": -1}, {"H": 1, "d": 2, "m": 4096, "R": 8.0}, sizes=4),
    ],
    **OVER_A_NET,
)(_all_inputs)

all_inputs_of_the_sphere = check(
    lemma_a_6["near-convexity-sphere"],
    id="gao2019/all-inputs-of-the-sphere",
    version=3,
    paths=[
        Path({"m": 1}, {"H": 1, "d": 3, "m": 512, "R": 4.0}, sizes=4, step=1.6),
        Path({"R": -1}, {"H": 1, "d": 3, "m": 1024, "R": 8.0}, sizes=4, step=1.6),
    ],
    **OVER_A_NET,
)(_all_inputs)
