"""Figures 1 and 5: adversarial training of the linear model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.linear import training as linear_training
from verify.catalogue import Budget, Cell, Observables, product
from verify.checks.xing2021.drawn import unit_vectors
from verify.checks.xing2021.linear_figures import model, optimal_risk, robust_risk
from verify.figures import Drawn, figure
from verify.showing.picture import Picture

SMOOTHED, PLAIN = "#1f4e9e", "#d1495b"
COLOURS = ("#1f4e9e", "#2e8b57", "#d1495b")


def _figure_1_cells(n: int) -> list[dict]:
    return product(
        d=10, n=n, epsilon=3.0, xi=0.05, etas=(5e-4, 5e-3), start_norm=0.2, iterations=100
    )


def _draw_figure_1(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(9.5, 4.2), layout="constrained")
    part = drawn[0]
    etas = part.cell["etas"]
    edge = part.cell["xi"] / (2 * part.cell["epsilon"] * (part.cell["d"] + 1))
    panels = picture.subplots(1, len(etas), sharey=True)
    for number, (axes, eta) in enumerate(zip(panels, etas, strict=True)):
        side = "below" if eta < edge else "above"
        for name, smoothing, colour in (("plain", 0, PLAIN), ("smoothed", 0.05, SMOOTHED)):
            for loss, style, words in (("test", "-", "testing"), ("train", "--", "training")):
                axes.plot(
                    part[f"{name}_{loss}"][0, number],
                    style,
                    color=colour,
                    linewidth=1.3,
                    label=rf"$\xi$ = {smoothing}, {words} loss",
                )
        axes.set_title(f"step size {eta:g}: {side} the edge of stability {edge:.2g}", fontsize=9.5)
        axes.set_xlabel("iteration")
        axes.grid(True, color="0.9", linewidth=0.6)
    panels[0].set_ylabel("adversarial loss")
    panels[0].set_ylim(bottom=10)
    panels[1].legend(fontsize=8, frameon=False)
    return picture


@figure(
    "xing2021/figure-1",
    title="training and testing loss under a strong attack, with and without smoothing",
    unspecified="the step size (two are shown: the text holds for the first), the start (norm "
    "0.2; from zero the testing loss rises) and how the testing loss is computed (here: exactly, "
    "with the plain attack).",
    quick=_figure_1_cells(300),
    full=_figure_1_cells(1000),
    replicates=(1, 1),
    render=_draw_figure_1,
    seconds_per_replicate=4e-2,
)
def figure_1(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample, trained on with the plain and with the smoothed attack.

    All trainings start at one point. Curves (n, step sizes, iterations + 1).
    """
    d, radius = cell["d"], cell["epsilon"]
    x, y = model(d).sample(rng, n, cell["n"])
    start = cell["start_norm"] * unit_vectors(rng, n, d)

    def history(smoothing: float, eta: float) -> Mapping[str, np.ndarray]:
        return linear_training.train(
            x,
            y,
            radius=radius,
            smoothing=smoothing,
            step=eta,
            iterations=cell["iterations"],
            start=start,
            observers={
                "test": lambda theta: robust_risk(d, theta, radius),
                "train": lambda theta: linear_training.attacked_loss(
                    theta, x, y, radius, smoothing
                ),
            },
        ).history

    curves = {}
    for name, smoothing in (("plain", 0.0), ("smoothed", cell["xi"])):
        runs = [history(smoothing, eta) for eta in cell["etas"]]
        for loss in ("test", "train"):
            curves[f"{name}_{loss}"] = np.stack([run[loss] for run in runs], axis=1)
    return curves


ITERATIONS = 500
OBSERVED_AT = tuple(range(0, ITERATIONS + 1, 5))


def _figure_5_cells(n: int) -> list[dict]:
    return product(d=10, n=n, xi=0.1, eta=0.01, iterations=ITERATIONS, epsilon=[0.0, 0.1, 0.5])


def _draw_figure_5(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(12, 4), layout="constrained")
    panels = picture.subplots(1, 3)
    names = ("training_loss", "adversarial_loss", "standard_loss")
    titles = ("surrogate training loss", "adversarial testing loss", "standard testing loss")
    for axes, name, title in zip(panels, names, titles, strict=True):
        for part, colour in zip(drawn, COLOURS, strict=True):
            radius = part.cell["epsilon"]
            mean, deviation = part[name].mean(axis=0), part[name].std(axis=0)
            axes.plot(OBSERVED_AT, mean, color=colour, label=rf"$\epsilon$ = {radius:g}")
            axes.fill_between(
                OBSERVED_AT,
                mean - deviation,
                mean + deviation,
                color=colour,
                alpha=0.2,
                linewidth=0,
            )
            if name == "adversarial_loss":
                axes.axhline(
                    optimal_risk(part.cell["d"], radius),
                    color=colour,
                    linestyle="--",
                    linewidth=1,
                )
        if name == "adversarial_loss":
            axes.plot([], [], "--", color="0.4", label=r"$R^*(\epsilon)$")
        if name == "standard_loss":
            axes.axhline(1.0, color="0.4", linestyle=":", linewidth=1, label="noise level")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("iteration")
        axes.set_yscale("log")
        axes.grid(True, which="both", color="0.92", linewidth=0.5)
        axes.legend(fontsize=8, frameon=False)
    panels[0].set_ylabel("loss: mean and s.d. of repetitions")
    return picture


@figure(
    "xing2021/figure-5",
    title="adversarial training of a linear model of low dimension",
    unspecified="the sample size (1000, or 300 at quick), the number of iterations (500) and the "
    "attack radii other than 0.5.",
    quick=_figure_5_cells(300),
    full=_figure_5_cells(1000),
    replicates=(10, 100),
    render=_draw_figure_5,
    seconds_per_replicate=3e-2,
    block=10,
)
def figure_5(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample, trained on from zero with the surrogate attack."""
    d, radius, smoothing = cell["d"], cell["epsilon"], cell["xi"]
    x, y = model(d).sample(rng, n, cell["n"])
    history = linear_training.train(
        x,
        y,
        radius=radius,
        smoothing=smoothing,
        step=cell["eta"],
        iterations=cell["iterations"],
        observe_at=OBSERVED_AT,
        observers={
            "training_loss": lambda theta: linear_training.attacked_loss(
                theta, x, y, radius, smoothing
            ),
            "adversarial_loss": lambda theta: robust_risk(d, theta, radius),
            "standard_loss": lambda theta: model(d).residual_deviation(theta) ** 2,
        },
    ).history
    return dict(history)
