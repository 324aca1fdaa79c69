"""Figures 6, 12 and 13: lazily trained two-layer networks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.linear import subspace as regression_subspace
from sim.linear.data import LinearModel
from sim.linear.population_risk import minimise_risk
from sim.networks.activation import Activation, centred_sigmoid, linear, relu
from sim.networks.lazy import LazyNetwork, uniform_output_weights, vanishing_start
from verify.catalogue import Budget, Cell, Observables, product
from verify.figures import Drawn, figure
from verify.showing.palette import SERIES
from verify.showing.picture import Picture

WIDTH = 50
NETWORKS: tuple[tuple[Activation, str, float], ...] = (
    (linear(0.25), "linear: $x/4$", 1.0),
    (centred_sigmoid(), "sigmoid $- 1/2$", 1.0),
    (relu(scale=0.25, at_zero=0.5), "ReLU / 4", 4.0),
)
"""Activation, name and factor of the learning rate."""

LOW_NOISE, DENSE_NOISE = 1.0, float(np.sqrt(0.1))
LOW_RADII, DENSE_RADII = (0.0, 0.1, 0.5, 1.0), (0.0, 0.01, 0.1)


def _network(rng: np.random.Generator, which: int, n: int) -> tuple[LazyNetwork, float]:
    activation, _, factor = NETWORKS[which]
    weights = uniform_output_weights(rng, n, WIDTH, balanced=which == 2)
    return LazyNetwork(activation, weights), factor


def _moments(iterations: int, count: int) -> list[int]:
    return sorted({round(step) for step in np.linspace(0, iterations, count)})


def low_dimensional(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, output weights and a start: curves (n, radii, moments)."""
    d = 3
    model = LinearModel(np.ones(d) / np.sqrt(d), noise=LOW_NOISE)
    x, y = model.sample(rng, n, 100)
    x_new, y_new = model.sample(rng, n, cell["fresh"])
    network, factor = _network(rng, cell["network"], n)
    start = vanishing_start(rng, n, WIDTH, d, delta=0.5)

    def curve(radius: float) -> np.ndarray:
        return network.train(
            x,
            y,
            start=start,
            step=0.2 * factor,
            radius=radius,
            smoothing=0.01,
            iterations=cell["iterations"],
            observe_at=_moments(cell["iterations"], 41),
            observers={"testing": lambda w: network.attacked_loss(w, x_new, y_new, radius)},
        ).history["testing"]

    return {"testing": np.stack([curve(radius) for radius in cell["radii"]], axis=1)}


def high_dimensional(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, output weights and a start, in the coordinates of their span.

    That has the law of the data in ``d`` dimensions, up to a rotation. Curves (n, radii, moments)
    of the testing loss if there are fresh points, else of the training loss.
    """
    d = cell["d"]
    x, y, theta_0, start = regression_subspace.sample(
        rng,
        n,
        20,
        d,
        signal=cell["signal"],
        noise=DENSE_NOISE,
        width=WIDTH,
        weight_deviation=d**-0.5 * WIDTH**-0.5 * d**-0.3,
    )
    network, factor = _network(rng, cell["network"], n)
    name, smoothing = "training", 0.1
    x_new, y_new = x, y
    if cell["fresh"]:
        name, smoothing = "testing", 0.0
        x_new = rng.standard_normal((n, cell["fresh"], x.shape[-1]))
        y_new = x_new @ theta_0 + DENSE_NOISE * rng.standard_normal((n, cell["fresh"]))

    def curve(radius: float) -> np.ndarray:
        return network.train(
            x,
            y,
            start=start,
            step=0.16 * factor,
            iterations=100,
            radius=radius,
            smoothing=0.1,
            observe_at=_moments(100, 26 if cell["fresh"] else 101),
            observers={name: lambda w: network.attacked_loss(w, x_new, y_new, radius, smoothing)},
        ).history[name]

    return {name: np.stack([curve(radius) for radius in cell["radii"]], axis=1)}


def _draw_curves(axes: Axes, drawn: Drawn, name: str, iterations: int) -> None:
    """Draw the mean and a band of one standard deviation for every radius."""
    steps = _moments(iterations, drawn[name].shape[-1])
    for number, radius in enumerate(drawn.cell["radii"]):
        curves = drawn[name][:, number]
        mean, deviation = curves.mean(axis=0), curves.std(axis=0)
        axes.plot(
            steps,
            mean,
            color=SERIES[number],
            linewidth=1.4,
            linestyle=("-", "--", ":", "-.")[number],
            label=rf"$\epsilon$ = {radius:g}",
        )
        axes.fill_between(
            steps, mean - deviation, mean + deviation, color=SERIES[number], alpha=0.18, linewidth=0
        )
    axes.set_xlabel("iteration")
    axes.grid(True, color="0.9", linewidth=0.6)
    axes.legend(fontsize=8, framealpha=0.75, edgecolor="none")


def _of(drawn: Sequence[Drawn], **wanted: float) -> Drawn:
    return next(one for one in drawn if all(one.cell[k] == v for k, v in wanted.items()))


def draw_low(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Draw one panel per activation, with the optimal risks."""
    figure = Picture(figsize=(13.5, 4.8), layout="constrained")
    every = figure.subplots(1, len(NETWORKS), sharey=True)
    for which, (axes, (_, title, _)) in enumerate(zip(every, NETWORKS, strict=True)):
        one = _of(drawn, network=which)
        _draw_curves(axes, one, "testing", one.cell["iterations"])
        for number, radius in enumerate(one.cell["radii"]):
            best = minimise_risk(np.array([1.0, 0.0]), np.eye(2), LOW_NOISE, radius).risk
            axes.axhline(best, color=SERIES[number], linewidth=1.0, linestyle=(0, (6, 3)))
        axes.set_title(title, fontsize=10)
        axes.set_ylabel(
            "testing loss under attack (long dashes: the optimal risk)" if which == 0 else ""
        )
    return figure


def draw_dense(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Draw one row per length of the true coefficients, one panel per activation."""
    figure = Picture(figsize=(13.5, 8.0), layout="constrained")
    signals = sorted({one.cell["signal"] for one in drawn})
    every = figure.subplots(len(signals), len(NETWORKS), sharey="row")
    name = "training" if "training" in drawn[0].observables else "testing"
    for row, signal in zip(every, signals, strict=True):
        squared = signal**2 + DENSE_NOISE**2
        for which, axes in enumerate(row):
            _draw_curves(axes, _of(drawn, network=which, signal=signal), name, 100)
            if name == "testing":
                axes.axhline(squared, color="0.4", linewidth=0.9, label=f"$v^2$ = {squared:.3g}")
                axes.axhline(1.0, color="0.4", linewidth=0.9, linestyle=":", label="1")
                axes.legend(fontsize=8, framealpha=0.75, edgecolor="none")
            size = "1 (normalised)" if signal == 1 else r"$\sqrt{10}$ (ten ones)"
            axes.set_title(rf"{NETWORKS[which][1]}; $\|\theta_0\|$ = {size}", fontsize=10)
        row[0].set_ylabel(f"{name} loss under attack")
    return figure


figure_6 = figure(
    "xing2021/figure-6",
    title="adversarial training of two-layer networks in low dimension",
    unspecified="the radii (here 0, 0.1, 0.5 and 1); long dashes are the optimal risk of the "
    "linear model. The slope of ReLU at 0 is 1/2.",
    quick=product(network=[0, 1, 2], radii=(0.0, 0.1, 0.5), iterations=400, fresh=1000),
    full=product(network=[0, 1, 2], radii=LOW_RADII, iterations=4000, fresh=10_000),
    replicates=(8, 50),
    render=draw_low,
    seconds_per_replicate=lambda cell: 3.5e-4 * cell["iterations"] + 3e-4 * cell["fresh"],
    bytes_per_replicate=5e7,
    block=2,
)(low_dimensional)


def _dense_cells(d: int, radii: tuple[float, ...], fresh: int) -> list[dict]:
    return product(
        network=[0, 1, 2], signal=[1.0, float(np.sqrt(10))], radii=radii, d=d, fresh=fresh
    )


_UNSPECIFIED = (
    "the radii (here those of Figure 3) and whether the ten ones of theta_0 are normalised: both "
    "are shown. Drawn in the coordinates that training sees, which changes nothing in law."
)

figure_12 = figure(
    "xing2021/figure-12",
    title="training loss of two-layer networks in high dimension",
    unspecified=_UNSPECIFIED,
    quick=_dense_cells(400, (0.0, 0.1), 0),
    full=_dense_cells(1000, DENSE_RADII, 0),
    replicates=(8, 50),
    render=draw_dense,
    seconds_per_replicate=4e-2,
    bytes_per_replicate=1e6,
    block=2,
)(high_dimensional)

figure_13 = figure(
    "xing2021/figure-13",
    title="testing loss of two-layer networks in high dimension",
    unspecified=_UNSPECIFIED,
    quick=_dense_cells(400, (0.0, 0.1), 500),
    full=_dense_cells(1000, DENSE_RADII, 10_000),
    replicates=(8, 50),
    render=draw_dense,
    seconds_per_replicate=lambda cell: 4e-2 + 2.2e-4 * cell["fresh"],
    bytes_per_replicate=5e7,
    block=2,
)(high_dimensional)
