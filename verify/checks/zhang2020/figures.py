"""Check of Figure 1 on the digits that come with scikit-learn."""

import numpy as np

from bounds.zhang2020.figures_claims import figure_1
from sim import images
from sim.networks import circle_network
from verify.catalogue import Cell, Observables, check


@check(
    figure_1,
    cells=[{"rho": 0.05}],
    seconds_per_replicate=0.3,
    bytes_per_replicate=1e8,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
    requires=["sklearn"],
)
def distances_of_digits(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the whole set of images, and as many uniform points."""
    x = images.padded(images.load_images()[0])
    every = np.arange(len(x))
    nearest = images.least_distances(x, every)
    points = circle_network.inputs(rng, 1, *x.shape)[0]
    return {
        "close": np.full(n, np.mean(nearest <= 2 * cell["rho"])),
        "least": np.full(n, nearest.min()),
        "middle": np.full(n, np.median(nearest)),
        "uniform_least": np.full(n, images.least_distances(points, every).min()),
    }
