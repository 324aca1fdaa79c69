"""Theorem 6.1: two balls for each cluster, and how far apart the points of a cluster may be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from sim import capacity
from verify.catalogue import Budget, Cell, Observables
from verify.checks.gao2019.capacity import covering_pair
from verify.figures import Drawn, figure
from verify.showing.palette import OBSERVED, PREDICTED, SERIES
from verify.showing.picture import Picture

SPREADS = np.linspace(0.02, 0.995, 79)
PAIRS = ((16, 8), (16, 1), (3, 1))
SHOWN = 0.9
"""Spread of the clusters that are drawn, at d = 2."""


def distances(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is all spreads, for balls of radius 1; there is nothing random."""
    d, k = cell["d"], cell["k"]
    found = [
        np.linalg.norm(np.subtract(*covering_pair({"d": d, "k": k, "delta": 1.0, "spread": s})))
        for s in SPREADS
    ]
    counts = np.arange(1, d)
    least = [
        capacity.tangent_radius(np.eye(d)[:j], np.where(np.arange(d) < j, 1.0, -1.0) / np.sqrt(d))
        for j in counts
    ]
    return {"distance": np.tile(found, (n, 1)), "gamma": np.tile(least, (n, 1))}


def _clusters(axes: Axes) -> None:
    """Draw two clusters of two points with a labeling, and the balls that it takes."""
    labels = np.array([[1, -1], [-1, 1]])
    centres = capacity.ball_centres(labels, SHOWN, 1.0, 0.0)
    points = capacity.clusters(2, 2, SHOWN, 6.0)
    for i in range(2):
        middle = np.array([6.0 * (i + 1), 0.0])
        for side, colour in zip((0, 1), (SERIES[0], SERIES[4]), strict=True):
            axes.add_patch(
                Circle(tuple(middle + centres[i, side]), 1.0, color=colour, alpha=0.25, lw=0)
            )
            mine = labels[i] == (1, -1)[side]
            axes.plot(*points[i][mine].T, "o", color=colour, ms=6)
        axes.add_patch(Circle(tuple(middle), 3.0, fill=False, color="0.6", linestyle=":"))
        axes.plot(*middle, "+", color="0.4")
    axes.set_aspect("equal")
    axes.set_xlim(2.7, 15.3)
    axes.set_ylim(-3.2, 3.2)
    axes.set_xlabel("first coordinate, in units of δ")
    axes.set_ylabel("second coordinate")


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(12.4, 4.4), layout="constrained")
    left, right = picture.subplots(1, 2)
    _clusters(left)
    left.set_title(rf"two clusters, $d=2$, $\varepsilon={SHOWN:g}\delta$", fontsize=10, loc="left")
    for number, one in enumerate(drawn):
        d, k = one.cell["d"], one.cell["k"]
        label = f"d = {d}, {k} of one label"
        right.plot(SPREADS, one["distance"][0], color=SERIES[number], lw=1.6, label=label)
    gamma = drawn[0]["gamma"][0]
    right.axhline(2, color="0.4", lw=1)
    right.text(0.98, 2.02, "disjoint above", fontsize=8.5, color="0.4", ha="right")
    least, greatest = min(1, 1 / gamma.max()), max(1, 1 / gamma.min())
    d = drawn[0].cell["d"]
    right.axvline(least, color=PREDICTED, linestyle="--", lw=1.2, label=f"the min, d = {d}")
    right.axvspan(least, 1, color=OBSERVED, alpha=0.07, lw=0,
                  label=f"let in by the max, {greatest:g}, as printed")  # fmt: skip
    right.set_xlabel(r"spread $\varepsilon/\delta$ of the points of a cluster")
    right.set_ylabel(r"largest distance of the centres, $/\;\delta$")
    right.legend(fontsize=8.5, frameon=False)
    return picture


figure_balls = figure(
    "gao2019/figure-balls",
    title="the clusters of Theorem 6.1 with two disjoint balls for each, and the largest distance "
    "of the centres of two balls of radius delta that cover the two sides of a cluster (a "
    "demonstration of ours, no figure of the paper)",
    quick=[{"d": d, "k": k} for d, k in PAIRS],
    full=[{"d": d, "k": k} for d, k in PAIRS],
    replicates=(1, 1),
    render=_draw,
    seconds_per_replicate=0.02,
)(distances)
