"""Lemma C.3 and Corollary C.1: which functions the quadratic-ReLU kernel has, and what training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.kernels import arc_cosine
from sim.networks import quadratic_two_layer as network
from verify.catalogue import Budget, Cell, Observables
from verify.checks.gao2019.quadratic import ARCS
from verify.figures import Drawn, figure
from verify.showing.palette import PREDICTED, SERIES
from verify.showing.picture import Picture

DIMENSIONS = (2, 3, 5)
HALF = (1.0, 1.0, -1.0, 1.0)
"""Labels of four neighbouring points in the odd case; the opposite points have the others."""

WORDS = {-1: r"labels with $y(-x)=-y(x)$", 1: r"$y=\cos4\varphi$, where $y(-x)=y(x)$"}


def losses(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one run on eight points of the circle: the attacked loss before each step.

    With it come eigenvalues of the kernel, which are nothing random: in ratios of integers it is
    decided whether they are zero.
    """
    m, T = cell["m"], cell["T"]
    y = np.tile([1.0, -1.0], 4) if cell["parity"] == 1 else np.r_[HALF, -np.asarray(HALF)]
    labels = np.tile(y, (n, 1))
    w, a = network.symmetric_start(rng, n, m, 2), network.output_signs(m)
    choices = np.stack([np.cos(ARCS), np.sin(ARCS)], axis=-1)
    loss = np.empty((n, T))
    for step in range(T):
        x, worst = network.worst_of(a, w, choices, labels)
        loss[:, step] = worst.mean(axis=1)
        w = w - cell["alpha"] * network.absolute_slope(a, w, x, labels)
    found = {"loss": loss}
    for d in DIMENSIONS:
        parts = [arc_cosine.exact_parts(k, d, k + 3) for k in range(cell["degrees"])]
        values = [arc_cosine.eigenvalue(k, d) for k in range(cell["degrees"])]
        zero = [plain == 0 and scaled == 0 for plain, scaled in parts]
        found[f"eigenvalues_{d}"] = np.tile(np.where(zero, 0.0, values), (n, 1))
    return found


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(11.6, 4.6), layout="constrained")
    left, right = picture.subplots(1, 2)
    for number, d in enumerate(DIMENSIONS):
        values = drawn[0][f"eigenvalues_{d}"][0]
        k = np.arange(len(values))
        kept = values > 0
        left.plot(k[kept], values[kept], "o", color=SERIES[number], ms=5, label=f"d = {d}")
    zero = k[drawn[0]["eigenvalues_2"][0] == 0]
    left.plot(zero, np.full(len(zero), 3e-7), "x", color="0.35", ms=7, label="exactly 0, each d")
    left.set_yscale("log")
    left.set_ylim(1.5e-7, 1)
    left.set_xticks(k)
    left.set_xlabel("degree k of the harmonics")
    left.set_ylabel(r"eigenvalue $\lambda_k$ of the kernel")
    left.legend(fontsize=8.5, frameon=False)
    for one, colour in zip(drawn, SERIES[1::-1], strict=True):
        for number, loss in enumerate(one["loss"]):
            label = WORDS[one.cell["parity"]] if number == 0 else None
            right.plot(np.arange(len(loss)), loss, color=colour, lw=1, alpha=0.8, label=label)
    right.axhline(1, color=PREDICTED, linestyle="--", lw=1.2, label="least for these, any weights")
    right.set_ylim(bottom=0)
    right.set_xlabel("step t")
    right.set_ylabel(r"$L_{\mathcal{A}}(W_t)$")
    right.set_title(f"eight points, m = {drawn[0].cell['m']}", fontsize=10, loc="left")
    right.legend(fontsize=8.5, frameon=False)
    return picture


def _cells(m: int, alpha: float, T: int) -> list[Cell]:
    common = {"m": m, "alpha": alpha, "T": T, "degrees": 12}
    return [{**common, "parity": parity} for parity in (-1, 1)]


figure_quadratic = figure(
    "gao2019/figure-quadratic",
    title="the spectrum of the quadratic-ReLU kernel, and adversarial training of such networks "
    "on eight points of the circle, with labels of either parity (a demonstration of ours, no "
    "figure of the paper)",
    quick=_cells(512, 0.1, 300),
    full=_cells(2000, 0.05, 4000),
    replicates=(4, 4),
    render=_draw,
    seconds_per_replicate=lambda cell: 0.05 + 5e-7 * cell["m"] * cell["T"],
    bytes_per_replicate=2e8,
    block=4,
)(losses)
