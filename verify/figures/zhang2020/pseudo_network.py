"""Theorem 5.1: how far a network is from its pseudo-network, over the ball and the circle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.networks import circle_network
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.showing.palette import PREDICTED, SERIES
from verify.showing.picture import Picture

CONSTANT = 1 / (4 * np.sqrt(np.pi))


def gap(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation; both suprema are exact."""
    m, R = cell["m"], cell["R"]
    a, w, b = circle_network.initialisation(rng, n, m, 3)
    found = circle_network.greatest_gap_on_the_circle(a, w, b, R * m ** (-2 / 3))
    return {"ratio": found * m ** (1 / 6) / R**2}


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(7.6, 4.8), layout="constrained")
    axes = picture.subplots()
    for number, R in enumerate(sorted({one.cell["R"] for one in drawn})):
        chosen = sorted((one for one in drawn if one.cell["R"] == R), key=lambda one: one.cell["m"])
        widths = [one.cell["m"] for one in chosen]
        ratios = np.stack([one["ratio"] for one in chosen])
        axes.fill_between(
            widths, ratios.min(axis=1), ratios.max(axis=1), color=SERIES[number], alpha=0.2, lw=0
        )
        axes.plot(widths, ratios.mean(axis=1), "o-", color=SERIES[number], ms=4, label=f"R = {R:g}")
    axes.axhline(
        CONSTANT, color=PREDICTED, linestyle="--", linewidth=1.2,
        label=r"$\frac{1}{4\sqrt{\pi}}=0.1410$: one input, without $f_{W^{(0)}}$",
    )  # fmt: skip
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("width m")
    axes.set_ylabel(r"$\sup_{W,x}|f_W(x)-g_W(x)|\;/\;(R^2m^{-1/6})$")
    axes.set_title("d = 3, exact suprema; mean and range of the initialisations", fontsize=9.5,
                   loc="left")  # fmt: skip
    axes.legend(fontsize=8.5, frameon=False)
    return picture


def _cells(widths: Sequence[int]) -> list[Cell]:
    return [{"m": m, "R": R} for R in (1.0, 4.0, 16.0) for m in widths]


figure_supremum = figure(
    "zhang2020/figure-supremum",
    title="the gap of Theorem 5.1 over its order (a demonstration of ours, no figure of the paper)",
    quick=_cells([100, 1000, 10000]),
    full=_cells([100, 300, 1000, 3000, 10000, 30000, 100000, 300000]),
    replicates=(8, 16),
    render=_draw,
    seconds_per_replicate=lambda cell: 4e-6 * cell["m"],
    bytes_per_replicate=5e8,
    block=4,
)(gap)
