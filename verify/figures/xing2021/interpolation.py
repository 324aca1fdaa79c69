"""Figures 3 and 9 to 11: adversarial training of the linear model when d is much larger than n."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.linear.data import LinearModel
from sim.linear.residual_risk import attacked_risk
from sim.linear.training import attacked_loss, semi_gradient, train
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, PaperFigure, figure
from verify.showing.palette import SERIES
from verify.showing.picture import Picture

POINTS, ONES, NOISE = 20, 10, 1.0
RADII = (0.0, 0.01, 0.1)
STEPS = 100
V_SQUARED = ONES + NOISE**2
PANELS = (
    ("training", "training loss (surrogate attack)"),
    ("testing", "testing loss (population risk under attack)"),
    ("difference", "norm of attacked minus clean gradient"),
)


def high_dimensional_training(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, trained at every radius: curves (n, radii, steps + 1)."""
    d, xi = cell["d"], cell["xi"]
    theta_0 = np.zeros(d)
    theta_0[:ONES] = 1.0
    model = LinearModel(theta_0, noise=NOISE)
    x, y = model.sample(rng, n, POINTS)
    curves: dict[str, list[np.ndarray]] = {name: [] for name, _ in PANELS}
    for radius in RADII:

        def testing(theta: np.ndarray, radius: float = radius) -> np.ndarray:
            length = np.linalg.norm(theta, axis=-1)
            return attacked_risk(model.residual_deviation(theta), length, radius)

        def difference(theta: np.ndarray, radius: float = radius) -> np.ndarray:
            attacked = semi_gradient(theta, x, y, radius, xi)
            return np.linalg.norm(attacked - semi_gradient(theta, x, y, 0.0), axis=-1)

        def training(theta: np.ndarray, radius: float = radius) -> np.ndarray:
            return attacked_loss(theta, x, y, radius, xi)

        run = train(
            x,
            y,
            radius=radius,
            smoothing=xi,
            step=1 / d,
            iterations=STEPS,
            observers={"training": training, "testing": testing, "difference": difference},
        )
        for name, curve in run.history.items():
            curves[name].append(curve)
    return {name: np.stack(each, axis=1) for name, each in curves.items()}


def draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Draw means and bands of one standard deviation."""
    figure = Picture(figsize=(13.5, 4.6), layout="constrained")
    steps = np.arange(STEPS + 1)
    for axes, (name, label) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
        for number, radius in enumerate(RADII):
            curves = drawn[0][name][:, number]
            mean, deviation = curves.mean(axis=0), curves.std(axis=0)
            axes.plot(
                steps,
                mean,
                color=SERIES[number],
                linewidth=1.4,
                linestyle=("-", "--", ":")[number],
                label=rf"$\epsilon$ = {radius:g}",
            )
            axes.fill_between(
                steps,
                mean - deviation,
                mean + deviation,
                color=SERIES[number],
                alpha=0.18,
                linewidth=0,
            )
        if name == "testing":
            axes.axhline(V_SQUARED, color="0.4", linewidth=0.9, label="$v^2$ = 11")
            bottom, top = axes.get_ylim()
            axes.set_ylim(bottom, top + 0.3 * (top - bottom))  # room for the legend
        axes.set_xlabel("iteration")
        axes.set_ylabel(label)
        axes.grid(True, color="0.9", linewidth=0.6)
        axes.legend(fontsize=8, frameon=False, loc="upper right" if name == "testing" else "best")
    cell = drawn[0].cell
    figure.suptitle(
        rf"$n = {POINTS}$, $d = {cell['d']}$, step size {1 / cell['d']:g}, "
        rf"$\xi = {cell['xi']:g}$: mean and one standard deviation",
        fontsize=10,
        x=0.01,
        ha="left",
    )
    return figure


def _figure(number: int, d: int, xi: float, title: str) -> PaperFigure:
    without_attack = " At theta = 0 there is no attack if xi = 0." if xi == 0 else ""
    return figure(
        f"xing2021/figure-{number}",
        title=title,
        unspecified="the covariance (here the identity) and the number of iterations (here "
        f"{STEPS}); the testing loss is the exact risk under the original attack.{without_attack}",
        quick=[{"d": d // 5, "xi": xi}],
        full=[{"d": d, "xi": xi}],
        replicates=(20, 100),
        render=draw,
        seconds_per_replicate=lambda cell: 2e-2 + 7e-5 * cell["d"],
        bytes_per_replicate=1e7,
        block=4,
    )(high_dimensional_training)


figure_3 = _figure(3, 1000, 0.5, "adversarial training in high dimension")
figure_9 = _figure(9, 1000, 0.0, "adversarial training in high dimension without smoothing")
figure_10 = _figure(10, 5000, 0.5, "adversarial training in higher dimension")
figure_11 = _figure(11, 5000, 0.0, "adversarial training in higher dimension without smoothing")
