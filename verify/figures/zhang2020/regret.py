"""Theorem 5.2: the regret of runs of adversarial training, beside the three terms that bound it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.networks import circle_training
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.figures.zhang2020.training import ADVERSARIES, WORDS, problem
from verify.showing.palette import OBSERVED, SERIES
from verify.showing.picture import Picture

TERMS = {
    "distance": "distance to $W^*$ gained",
    "gradients": r"gradients, $\eta\,\overline{\|G\|^2}/2$",
    "kinks": "kinks of the ReLU",
}


def terms(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one run; W* are its last weights. All are means over steps 1 to t."""
    m, T = cell["m"], cell["T"]
    task, rate = problem(rng, m, n), cell["kappa"] * m ** (-1 / 3)
    run = circle_training.train(rng, task, rate, T + 1, ADVERSARIES[cell["adversary"]])
    best = run.weights[-1]
    square, bend = np.empty((2, T, n))
    for s in range(T):
        w, angles, pulls = run.weights[s + 1], run.angles[s + 1], run.pulls[s + 1]
        square[s] = np.square(circle_training.gradient(task, w, angles, pulls)).sum(axis=(1, 2))
        before, after = task.preactivations(w, angles), task.preactivations(best, angles)
        kinks = circle_training.curvature(task.a[:, None], before, after)
        bend[s] = -(pulls * kinks).mean(axis=1)
    away = np.square(run.weights[1:] - best).sum(axis=(2, 3))
    steps = np.arange(1, T + 1)[:, None]

    def mean(values: np.ndarray) -> np.ndarray:
        return (np.cumsum(values, axis=0) / steps).T

    return {
        "regret": mean(run.losses[1:-1] - task.robust_loss(best)),
        "distance": ((away[0] - away[1:]) / (2 * rate * steps)).T,
        "gradients": rate / 2 * mean(square),
        "kinks": mean(bend),
    }


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(12.6, 4.2), layout="constrained")
    for axes, one in zip(picture.subplots(1, len(drawn), sharey=True), drawn, strict=True):
        steps = np.arange(1, one["regret"].shape[1] + 1)
        parts = [one[name][0] for name in TERMS]
        axes.plot(steps, np.sum(parts, axis=0), color="0.15", lw=1.8, label="their sum")
        axes.plot(steps, one["regret"][0], "--", color=OBSERVED, lw=1.8, label="regret so far")
        for part, words, colour in zip(parts, TERMS.values(), SERIES[1:], strict=False):
            axes.plot(steps, part, color=colour, lw=1.2, label=words)
        axes.axhline(0, color="0.6", lw=0.8)
        axes.set_xscale("log")
        axes.set_xlabel("step t")
        words = WORDS[ADVERSARIES[one.cell["adversary"]]]
        axes.set_title(f"{words}, m = {one.cell['m']}", fontsize=10, loc="left")
    picture.axes[0].set_ylabel(r"mean attacked loss $-\,L_{A^*}(f_{W^*})$, and terms")
    picture.axes[0].legend(fontsize=8.5, frameon=False)
    return picture


def _cells(m: int, T: int) -> list[Cell]:
    return [{"adversary": k, "m": m, "T": T, "kappa": 0.2} for k in range(len(ADVERSARIES))]


figure_regret = figure(
    "zhang2020/figure-regret",
    title="one run of adversarial training against every adversary: the mean loss less the "
    "worst-case loss of the last weights, and the three terms of Theorem 5.2 whose sum bounds it "
    "(a demonstration of ours, no figure of the paper)",
    quick=_cells(100, 100),
    full=_cells(4000, 1500),
    replicates=(1, 1),
    render=_draw,
    seconds_per_replicate=lambda cell: 2e-6 * cell["m"] * cell["T"],
    bytes_per_replicate=5e8,
)(terms)
