"""Checks of Definition 3.4 on random inputs."""

import numpy as np
import scipy

from bounds.zhang2020.separation import definition_3_4
from sim.networks import circle_network
from verify.catalogue import Cell, Observables, Path, check


@check(
    definition_3_4["mean-square"],
    cells=[{"d": 2}, {"d": 3}, {"d": 30}, {"d": 1000}],
    version=2,
    seconds_per_replicate=6e-7,
    bytes_per_replicate=300.0,
    first=4096,
)
def squared_distances(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one pair of inputs, up to a rotation."""
    inputs = circle_network.inputs_in_their_span if cell["d"] > 2 else circle_network.inputs
    x = inputs(rng, n, 2, cell["d"])
    return {"squared_distance": np.square(x[:, 0] - x[:, 1]).sum(axis=-1)}


@check(
    definition_3_4["distance", "least-distance"],
    paths=[Path({"d": 1, "n": 0}, {"d": 64, "n": 20}, sizes=6, step=6)],
    version=2,
    seconds_per_replicate=3e-5,
    bytes_per_replicate=2e4,
    first=64,
    full=13,
)
def distances(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of n inputs, up to a rotation."""
    x = circle_network.inputs_in_their_span(rng, n, cell["n"], cell["d"])
    every = np.array([scipy.spatial.distance.pdist(points) for points in x])
    return {"distance": every[:, 0], "least_distance": every.min(axis=1)}
