"""Lemmas A.5 and A.6 with one hidden layer: exact worst cases over a ball of weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.networks.sign_flips import largest_change, largest_shortfall, most_flips
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.showing.palette import PREDICTED, SERIES
from verify.showing.picture import Picture

LIMITS = {
    "flips": (3 / np.pi) ** (1 / 3),
    "change": (24 / np.pi**2) ** (1 / 6),
    "shortfall": 3 / 8 * 2 ** (5 / 6) / np.pi ** (1 / 3),
}
WORDS = {
    "flips": (r"neurons that flip $/\;(R^{2/3}m^{2/3})$", r"(2): $(3/\pi)^{1/3}$"),
    "change": (
        r"change of the gradient $/\;(R^{1/3}m^{1/3})$",
        r"Lemma A.5: $(24/\pi^2)^{1/6}$",
    ),
    "shortfall": (
        r"loss of convexity $/\;(R^{4/3}m^{-1/6})$",
        r"Lemma A.6: $3\cdot2^{5/6}/(8\pi^{1/3})$",
    ),
}


def worst_cases(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one start, at an input of length 1; all moves of the ball."""
    m, R = cell["m"], cell["R"]
    z = np.sqrt(2 / m) * rng.standard_normal((n, m))
    a = rng.standard_normal((n, m))
    length, radius = np.ones(n), np.full(n, R / np.sqrt(m))
    return {
        "flips": most_flips(z, length, radius) / (R * m) ** (2 / 3),
        "change": largest_change(z, a, length, radius)[0] / (R * m) ** (1 / 3),
        "shortfall": largest_shortfall(z, a, length, radius)[0] * m ** (1 / 6) / R ** (4 / 3),
    }


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(12.6, 4.2), layout="constrained")
    for axes, (name, (words, limit)) in zip(picture.subplots(1, 3), WORDS.items(), strict=True):
        for number, R in enumerate(sorted({one.cell["R"] for one in drawn})):
            chosen = sorted(
                (one for one in drawn if one.cell["R"] == R), key=lambda one: one.cell["m"]
            )
            widths = [one.cell["m"] for one in chosen]
            found = np.stack([one[name] for one in chosen])
            axes.fill_between(
                widths, found.min(axis=1), found.max(axis=1), color=SERIES[number], alpha=0.2, lw=0
            )
            axes.plot(
                widths, found.mean(axis=1), "o-", color=SERIES[number], ms=4, label=f"R = {R:g}"
            )
        axes.axhline(LIMITS[name], color=PREDICTED, linestyle="--", linewidth=1.2)
        axes.set_title(f"{limit} = {LIMITS[name]:.4f} (dashed)", fontsize=10, loc="left")
        axes.set_xscale("log")
        axes.set_ylim(0, 1.3 * LIMITS[name])
        axes.set_xlabel("width m")
        axes.set_ylabel(words)
    picture.axes[0].legend(fontsize=8.5, frameon=False, loc="lower right")
    return picture


def _cells(widths: Sequence[int]) -> list[Cell]:
    return [{"m": m, "R": R} for R in (1.0, 4.0, 16.0) for m in widths]


figure_worst_cases = figure(
    "gao2019/figure-worst-cases",
    title="the most that a move within B(R) does to a network with one hidden layer, over its "
    "order, exactly; mean and range of the starts (a demonstration of ours, no figure of the "
    "paper)",
    quick=_cells([100, 1000, 10000, 100000]),
    full=_cells([100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000]),
    replicates=(8, 32),
    render=_draw,
    seconds_per_replicate=lambda cell: 2.5e-7 * cell["m"],
    bytes_per_replicate=2e8,
    block=4,
)(worst_cases)
