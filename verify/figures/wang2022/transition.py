"""Ours: for which lazy balls one gradient step flips every network, and for which it does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.certificates.ball_gradient import flattest
from sim.certificates.one_step import certified_flip, hardest
from sim.networks import lazy_ball
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.showing.palette import SERIES
from verify.showing.picture import Picture

AIMS = (1.25, 2.0, 4.0, 8.0)
"""Aims C_2 of the step, over the largest |f| of the ball."""

RATIOS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.85, 1.0)
"""Radius of the ball, C_0 over sqrt(d)."""

VANISHING = np.sqrt(0.5) / (0.5 + 1 / np.pi)
"""C_0 / sqrt(d) at which sqrt(d/2) - (1/2 + 1/pi) C_0, the least gradient, vanishes."""


def step_against_the_ball(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation: is some aim proved for all W, is each one defeated?"""
    d, m = cell["d"], cell["m"]
    V = cell["ratio"] * np.sqrt(d / m)
    a, w = lazy_ball.initialisation(rng, n, m, d)
    x = np.eye(1, d)[0]
    least, greatest = lazy_ball.extreme_values(a, lazy_ball.preactivation(w, x), V)
    size = np.maximum(greatest, -least)
    flat = flattest(a, w, x, V)
    proved, defeated = np.zeros(n, dtype=bool), np.ones(n, dtype=bool)
    for aim in AIMS:
        if cell["ratio"] <= 0.5:  # beyond it gradients are not kept from 0 by any bound of ours
            proved |= certified_flip(a, w, x, V, aim * size) < 0
        defeated &= hardest(a, w, x, V, aim * size, cell["rounds"], flat).value > 0
    return {"proved": proved, "defeated": defeated}


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(9.0, 5.4), layout="constrained")
    axes = picture.subplots()
    widths = {one.cell["d"]: one.cell["m"] for one in drawn}
    dimensions = sorted(widths)
    for number, d in enumerate(dimensions):
        members = sorted(
            (one for one in drawn if one.cell["d"] == d), key=lambda one: one.cell["ratio"]
        )
        ratios = [one.cell["ratio"] for one in members]
        for name, style in (("proved", "-"), ("defeated", "--")):
            share = np.array([one[name].mean() for one in members])
            shown = share > 0
            # From the last (or first) cell without any on, so that the flat parts do not overlap.
            shown |= np.roll(shown, 1 if name == "proved" else -1)
            axes.plot(
                np.array(ratios)[shown],
                share[shown],
                style,
                color=SERIES[number],
                linewidth=1.6,
                marker="o" if style == "-" else "s",
                markersize=4,
            )
    shares = {
        name: {
            ratio: [one[name].mean() for one in drawn if one.cell["ratio"] == ratio]
            for ratio in sorted({one.cell["ratio"] for one in drawn})
        }
        for name in ("proved", "defeated")
    }
    begin = max((r for r, share in shares["proved"].items() if min(share) == 1), default=RATIOS[0])
    end = min((r for r, share in shares["defeated"].items() if min(share) == 1), default=RATIOS[-1])
    axes.axvspan(begin, end, color="0.93", zorder=0)
    middle = np.sqrt(
        max((r for r, share in shares["proved"].items() if max(share) == 1), default=begin)
        * min((r for r, share in shares["defeated"].items() if max(share) == 1), default=end)
    )
    axes.text(middle, 0.95, "the gap:\nneither for\nall draws", ha="center", va="top", fontsize=8.5)
    for place, words in (
        (VANISHING, r"$\sqrt{d/2}=(\frac{1}{2}+\frac{1}{\pi})C_0$"),
        (10 / 28, r"$C_0=10$, $d=784$"),
    ):
        axes.axvline(place, color="0.5", linewidth=1, linestyle=":")
        axes.text(place * 1.015, 0.03, words, rotation=90, fontsize=8, color="0.4", va="bottom")
    axes.set_xscale("log")
    ticks = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(-0.03, 1.05)
    axes.set_xlabel(r"radius of the lazy ball, $C_0/\sqrt{d}$")
    axes.set_ylabel("share of the initialisations")
    axes.set_title(
        f"one step of aim $C_2$ (of {', '.join(f'{aim:g}' for aim in AIMS)} times the largest "
        r"$|f|$ of the ball)",
        fontsize=9.5,
        loc="left",
    )
    axes.legend(
        handles=[
            *(
                Line2D([], [], color=SERIES[number], label=f"d = {d}, m = {widths[d]}")
                for number, d in enumerate(dimensions)
            ),
            Line2D(
                [], [], color="0.3", marker="o", markersize=4, label="some aim proved for all W"
            ),
            Line2D(
                [],
                [],
                color="0.3",
                linestyle="--",
                marker="s",
                markersize=4,
                label="every aim defeated by some W",
            ),
        ],
        fontsize=8.5,
        frameon=False,
        loc="center left",
    )
    return picture


def width(d: int) -> int:
    """Return the width at a dimension."""
    return {36: 1000, 100: 1000, 400: 1000}[d]


def _cells(*dimensions: int, ratios: Sequence[float], rounds: int) -> list[Cell]:
    return [
        {"d": d, "m": width(d), "ratio": ratio, "rounds": rounds}
        for d in dimensions
        for ratio in ratios
    ]


figure_transition = figure(
    "wang2022/figure-transition",
    title="for which lazy balls one step flips every network (ours, no figure of the paper)",
    quick=_cells(36, 100, ratios=RATIOS[1::2], rounds=20),
    full=_cells(36, 100, 400, ratios=RATIOS, rounds=40),
    replicates=(4, 20),
    render=_draw,
    seconds_per_replicate=lambda cell: 2e-7 * cell["m"] * cell["d"] * cell["rounds"],
    bytes_per_replicate=1e8,
    block=2,
    trial={"m": 50, "rounds": 2},
)(step_against_the_ball)
