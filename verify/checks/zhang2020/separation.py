"""Checks of Definition 3.4 on random inputs."""

import numpy as np
from scipy.spatial.distance import pdist

from bounds.zhang2020.separation import definition_3_4
from sim.networks import circle_network
from verify.catalogue import Cell, Observables, Path, check


@check(
    definition_3_4["mean-square"],
    cells=[{"d": 2}, {"d": 3}, {"d": 30}, {"d": 1000}],
    seconds_per_replicate=lambda cell: 2e-7 + 4e-8 * cell["d"],
    bytes_per_replicate=lambda cell: 60.0 * cell["d"],
    first=4096,
    full=9,
)
def squared_distances(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one pair of inputs."""
    x = circle_network.inputs(rng, n, 2, cell["d"])
    return {"squared_distance": np.square(x[:, 0] - x[:, 1]).sum(axis=-1)}


@check(
    definition_3_4["distance", "least-distance"],
    paths=[Path({"d": 1, "n": 0}, {"d": 64, "n": 20}, sizes=6, step=2)],
    seconds_per_replicate=lambda cell: 2e-5 + 1.1e-6 * cell["d"],
    bytes_per_replicate=lambda cell: 800.0 * cell["d"],
    first=64,
    full=9,
)
def distances(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of n inputs."""
    x = circle_network.inputs(rng, n, cell["n"], cell["d"])
    every = np.array([pdist(points) for points in x])
    return {"distance": every[:, 0], "least_distance": every.min(axis=1)}
