"""Theorems 4.1 and 5.2: adversarial training, its regret, and a learning rate without epsilon."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.networks import circle_network, circle_training
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.showing.palette import PREDICTED, SERIES
from verify.showing.picture import Picture

LABELS = (0.5, -0.5, 0.5)
RADIUS = 0.1
ADVERSARIES: tuple[circle_training.Adversary, ...] = ("identity", "random", "worst")
WORDS = {"identity": "no attack", "random": "random inputs", "worst": "worst inputs"}


def problem(rng: np.random.Generator, m: int, n: int) -> circle_training.Problem:
    """Draw networks for three inputs at equal distances."""
    a, w, b = circle_network.initialisation(rng, n, m, 3)
    angles = np.tile(2 * np.pi * np.arange(3) / 3, (n, 1))
    half = circle_training.half_angle(RADIUS)
    return circle_training.Problem(a, w, b, angles, np.tile(LABELS, (n, 1)), half)


def run(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation: losses along the run, and W* with its robust loss."""
    m, T = cell["m"], cell["T"]
    task = problem(rng, m, n)
    eta = cell["kappa"] * m ** (-1 / 3)
    found = circle_training.train(rng, task, eta, T, ADVERSARIES[cell["adversary"]])
    final = found.weights[-1]
    return {
        "loss": found.losses[1:].T,
        "comparator": task.robust_loss(final),
        "radius": circle_training.distance(final, task.w) * m ** (2 / 3),
    }


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(12.0, 4.8), layout="constrained")
    kappas = sorted({one.cell["kappa"] for one in drawn})
    for axes, kappa in zip(picture.subplots(1, len(kappas), sharey=True), kappas, strict=True):
        chosen = [one for one in drawn if one.cell["kappa"] == kappa]
        for one in chosen:
            colour = SERIES[one.cell["adversary"]]
            words = WORDS[ADVERSARIES[one.cell["adversary"]]]
            steps = np.arange(1, one["loss"].shape[1] + 1)
            loss = one["loss"].mean(axis=0)
            axes.plot(steps, loss, color=colour, linewidth=0.7, alpha=0.6)
            average = np.cumsum(loss) / steps
            axes.plot(steps, average, color=colour, linewidth=1.8, label=words)
        worst = max(chosen, key=lambda one: one.cell["adversary"])
        R, comparator = worst["radius"].max(), worst["comparator"].mean()
        bound = comparator + (R + kappa) ** 2 / (2 * kappa * steps) + kappa / 2
        axes.plot(steps, bound, color=PREDICTED, linestyle="--", linewidth=1.3,
                  label=rf"$L_{{A^*}}(f_{{W^*}})$ + two terms, R = {R:.1f}")  # fmt: skip
        axes.axhline(kappa / 2, color="0.5", linestyle=":", linewidth=1)
        axes.text(1.1, kappa / 2 * 1.05, r"$\kappa/2$", fontsize=8.5, color="0.4")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(1e-3, 3)
        axes.set_xlabel("step t")
        axes.set_title(
            rf"$\eta=\kappa m^{{-1/3}}$ with $\kappa={kappa:g}$, m = {worst.cell['m']}",
            fontsize=10,
            loc="left",
        )
        axes.legend(fontsize=8, frameon=False, loc="lower left")
    picture.axes[0].set_ylabel(r"attacked loss $L_A(f_{W^{(t)}})$ (thin), its mean so far (thick)")
    return picture


def _cells(m: int, T: int) -> list[Cell]:
    return [
        {"adversary": adversary, "m": m, "T": T, "kappa": kappa}
        for kappa in (0.05, 1.0)
        for adversary in range(3)
    ]


figure_training = figure(
    "zhang2020/figure-training",
    title="adversarial training of three inputs on the circle, its mean loss and the bound of "
    "Theorem 5.2 without its third term, at a small learning rate and at one without epsilon (a "
    "demonstration of ours, no figure of the paper)",
    quick=_cells(300, 300),
    full=_cells(4000, 1500),
    replicates=(2, 4),
    render=_draw,
    seconds_per_replicate=lambda cell: 5e-7 * cell["m"] * cell["T"],
    bytes_per_replicate=5e8,
    block=1,
)(run)
