"""Check of Figure 1 on the digits that come with scikit-learn."""

from functools import partial

import numpy as np

from bounds.zhang2020.figures_claims import figure_1
from sim import images
from sim.networks import circle_network
from verify.catalogue import Cell, Observables, check


def _distances(
    rng: np.random.Generator, cell: Cell, n: int, *, uniform: bool = False, twice: bool = False
) -> Observables:
    x = images.padded(images.load_images()[0])
    points = circle_network.inputs(rng, 1, *x.shape)[0]
    if twice:
        x = np.tile(x[: len(x) // 2], (2, 1))
    if uniform:
        x = circle_network.inputs(rng, 1, *x.shape)[0]
    nearest = images.least_distances(x, np.arange(len(x)))
    return {
        "close": np.full(n, np.mean(nearest <= 2 * cell["rho"])),
        "least": np.full(n, nearest.min()),
        "middle": np.full(n, np.median(nearest)),
        "uniform_least": np.full(n, images.least_distances(points, np.arange(len(points))).min()),
    }


@check(
    figure_1,
    cells=[{"rho": 0.05}],
    seconds_per_replicate=1.5,
    bytes_per_replicate=1e8,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
    requires=["sklearn"],
    saboteurs={
        "uniform points for the images": partial(_distances, uniform=True),
        "every image twice": partial(_distances, twice=True),
    },
)
def distances_of_digits(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the whole set of images, and as many uniform points."""
    return _distances(rng, cell, n)
