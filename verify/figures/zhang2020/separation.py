"""Figure 1: the distance of images to the nearest other one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure

from sim import images
from sim.networks import circle_network
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.showing.palette import OBSERVED, PREDICTED
from verify.showing.picture import Picture

RHO = 1 / 20
"""The usual radius of an attack, by the paper."""

_images = lru_cache(maxsize=2)(images.load_images)


@lru_cache(maxsize=2)
def _inputs(path: str) -> np.ndarray:
    return images.padded(_images(path)[0])


def image_arrays(path: str) -> list[np.ndarray]:
    """Return what a file of images holds, for its fingerprint."""
    return [_images(path)[0]]


def distances(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample of images, and one of uniform points of the same dimension."""
    x = _inputs(cell["mnist"])
    count = min(cell["sample"], len(x))
    found, uniform = np.empty((2, n, count))
    for k in range(n):
        found[k] = images.least_distances(x, rng.choice(len(x), count, replace=False))
        points = circle_network.inputs(rng, 1, count, x.shape[1])[0]
        uniform[k] = images.least_distances(points, np.arange(count))
    return {"delta": found, "uniform": uniform}


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(8.4, 4.6), layout="constrained")
    axes = picture.subplots()
    one = drawn[0]
    x, source = _images(one.cell["mnist"])
    for name, colour, words in (
        ("delta", OBSERVED, rf"$\delta_i$ of {one['delta'].shape[1]} of the {len(x)} images"),
        ("uniform", PREDICTED, f"as many uniform points, dimension {x.shape[1] + 2}"),
    ):
        axes.hist(
            one[name].ravel(),
            bins=np.linspace(0, 1.2, 61).tolist(),
            weights=np.full(one[name].size, 1 / len(one[name])),
            color=colour,
            alpha=0.75,
            label=words,
        )
    axes.axvline(2 * RHO, color="0.4", linestyle=":", linewidth=1.2)
    axes.text(2 * RHO, 0.97, r" $2\rho=0.1$", transform=axes.get_xaxis_transform(), va="top")
    axes.set_xlim(0, 1.2)
    axes.set_xlabel(r"smallest $\ell_2$ distance $\delta_i$ to any other point")
    axes.set_ylabel("number of points (mean of repetitions)")
    share = np.mean(one["delta"] <= 2 * RHO)
    axes.set_title(
        rf"{source}, padded to norm one; median $\delta_i$ {np.median(one['delta']):.3f}, "
        rf"{100 * share:.2g} % within $2\rho$",
        fontsize=9.5,
        loc="left",
    )
    axes.legend(fontsize=8.5, frameon=False)
    return picture


figure_1 = figure(
    "zhang2020/figure-1",
    title="distribution of the distance to the nearest image (CIFAR-10 in the paper; its binary "
    "version, or an .npz, is accepted in the place of the MNIST files)",
    unspecified="how images are normalised (here: divided by the largest norm times 2/sqrt(3), "
    "then padded to norm one with last coordinate 1/2, as in its Section 3.1), bins and seed.",
    quick=[{"sample": 500}],
    full=[{"sample": 500}],
    replicates=(4, 20),
    render=_draw,
    seconds_per_replicate=0.1,
    bytes_per_replicate=3e8,
    digits=True,
    images=image_arrays,
)(distances)
