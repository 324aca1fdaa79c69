"""Figures 1 to 3: adversarial training of ReLU networks on Gaussian clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.clusters.training import Experiment, perform
from verify.catalogue import Budget, Cell, Observables, product
from verify.checks.wang2024.phase import linear_law_errors, local_exponent
from verify.figures import Drawn, figure
from verify.showing.palette import SERIES
from verify.showing.picture import Picture

LEVELS = (0.6, 0.7, 0.8)
COLOURS_SHOW = "accuracy on test points, mean of repetitions\n(label noise allows 0.9)"
SOLID: Final = "-"
DASHED = (0, (3, 2))

UNSPECIFIED = (
    "whether output weights and biases are trained and how they start, the units of the attack "
    "step and a random start of the attack. Here: hidden weights only, no biases, Gaussian start "
    "with the variance of PyTorch's default, output weights +-1/sqrt(width) as in the paper's "
    "Section 2, attack steps of a fifth of the radius along the normalised gradient from the clean "
    "point. The start matters: with neurons in equal pairs, as in Section 2, the robust error "
    "is lower (0.21 instead of 0.25 at norm 4, d = 5000). Drawn in the coordinates that training "
    "sees, which changes nothing in law; single precision."
)


def experiment(cell: Cell) -> Experiment:
    """Return the experiment of a cell."""
    return Experiment(
        dimension=cell["d"],
        mean_norm=cell["mu"],
        radius=cell["ratio"] * cell["mu"],
        width=cell["width"],
        iterations=cell["iterations"],
        test_points=cell["test_points"],
    )


def trained(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start: errors of the trained network, (n,)."""
    settings = experiment(cell)
    found = perform(rng, settings, n, [settings.iterations])
    return {name: values[:, -1] for name, values in found.items()}


def _seconds(cell: Cell, looks: int = 1) -> float:
    """Forecast the time of one run: training, then factor, draw and attack at every look."""
    share = cell["width"] / 1000
    training = cell["iterations"] * 1.05e-2 * share
    look = 0.3 * share**3 + 0.4 * share * cell["test_points"] / 2000
    return 0.05 + training + looks * look


def _axis(drawn: Sequence[Drawn], name: str) -> np.ndarray:
    return np.unique([one.cell[name] for one in drawn])


def _table(drawn: Sequence[Drawn], name: str, rows: str, columns: str) -> np.ndarray:
    """Return the mean accuracy at every cell, (rows, columns)."""
    down, across = _axis(drawn, rows), _axis(drawn, columns)
    table = np.full((len(down), len(across)), np.nan)
    for one in drawn:
        at = np.searchsorted(down, one.cell[rows]), np.searchsorted(across, one.cell[columns])
        table[at] = 1 - one[name].mean()
    return table


def _heat_map(
    axes: Axes, x: np.ndarray, y: np.ndarray, accuracy: np.ndarray, fine: tuple[np.ndarray, ...]
) -> QuadMesh:
    """Draw accuracies of networks, their contours (dashed) and those of the linear law (solid)."""
    darkest = min(0.4, np.floor(10 * np.nanmin(accuracy)) / 10)
    image = axes.pcolormesh(
        x, y, accuracy, shading="nearest", cmap="viridis", vmin=darkest, vmax=0.9
    )
    limits = axes.get_xlim(), axes.get_ylim()
    law = axes.contour(*fine, levels=LEVELS, colors="white", linewidths=1.8, linestyles="solid")
    axes.clabel(law, fmt="%.1f", fontsize=8)
    axes.contour(x, y, accuracy, levels=LEVELS, colors="black", linewidths=1.0, linestyles=[DASHED])
    axes.set_xlim(limits[0])
    axes.set_ylim(max(limits[1][0], 0), limits[1][1])
    return image


def _explain(axes: Axes, where: Literal["lower left", "lower right"]) -> None:
    axes.legend(
        handles=[
            Line2D(
                [],
                [],
                color="white",
                linestyle=SOLID,
                linewidth=1.8,
                label="linear network after one step",
            ),
            Line2D([], [], color="black", linestyle=DASHED, linewidth=1.0, label="these networks"),
        ],
        title=f"accuracy {', '.join(f'{level:g}' for level in LEVELS)}",
        fontsize=8,
        title_fontsize=8,
        loc=where,
        facecolor="0.75",
        framealpha=0.9,
    )


def _draw_figure_1(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    mu, d = _axis(drawn, "mu"), _axis(drawn, "d")
    ratio = drawn[0].cell["ratio"]
    picture = Picture(figsize=(12.5, 6.2), layout="constrained")
    panels = picture.subplots(1, 2, sharey=True)
    fine_mu = np.linspace(0.5, 10.5, 61)
    fine_d = np.concatenate([np.geomspace(10, 900, 20), np.linspace(d[0], d[-1] + 1000, 40)])
    for axes, kind, power in zip(panels, ("clean", "robust"), (4, 2), strict=True):
        attacked = ratio if kind == "robust" else 0.0
        law = 1 - linear_law_errors(fine_mu, fine_d, ratio=attacked)
        image = _heat_map(
            axes, mu, d, _table(drawn, f"{kind}_error", "d", "mu"), (fine_mu, fine_d, law)
        )
        ends = [np.interp(0.8, row, fine_mu) for row in (law[20], law[-1])]
        here = np.log(fine_d[-1] / fine_d[20]) / np.log(ends[1] / ends[0])
        far = local_exponent(0.2, 500.0, 1000.0, ratio=attacked)
        axes.set_title(
            f"{kind} test accuracy; in theory its transition is at "
            rf"$d\sim\|\mu\|^{power}$ for large $\|\mu\|$.{chr(10)}In the plotted range the "
            f"linear law's contour at 0.8 has exponent {here:.1f};"
            rf"{chr(10)}from $\|\mu\|=500$ to 1000 it has {far:.2f}",
            fontsize=9,
            loc="left",
        )
        axes.set_xlabel(r"signal size $\|\mu\|$")
    panels[0].set_ylabel("dimension d")
    _explain(panels[0], "lower right")
    picture.colorbar(image, ax=list(panels), label=COLOURS_SHOW)
    return picture


def curves(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start: loss and error along training, (n, looks)."""
    settings = experiment(cell)
    found = perform(rng, settings, n, _looks(cell))
    return {name: found[name] for name in ("robust_loss", "robust_error")}


def _looks(cell: Cell) -> range:
    return range(0, cell["iterations"] + 1, cell["every"])


ROWS = (
    ("mu", {"d": 1000, "ratio": 0.1}, r"$\|\mu\|$", r"$d=1000$, $\alpha/\|\mu\|=0.1$"),
    ("d", {"mu": 5.0, "ratio": 0.1}, "$d$", r"$\|\mu\|=5$, $\alpha/\|\mu\|=0.1$"),
    ("ratio", {"mu": 5.0, "d": 1000}, r"$\alpha/\|\mu\|$", r"$\|\mu\|=5$, $d=1000$"),
)
"""What varies in each row of Figure 2, and what is fixed."""

VALUES: dict[str, list[float]] = {
    "mu": [4.0, 6.0, 8.0, 10.0],
    "d": [500, 1000, 1500],
    "ratio": [0.05, 0.1, 0.15],
}


def _figure_2_cells(every: int, **settings: int) -> list[dict]:
    return list(
        {
            tuple(cell.values()): cell
            for varied, fixed, _, _ in ROWS
            for cell in product(
                **{name: fixed.get(name, VALUES[name]) for name in VALUES}, every=every, **settings
            )
        }.values()
    )


def _draw_figure_2(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(10.5, 10.5), layout="constrained")
    looks = np.array(_looks(drawn[0].cell))
    for row, (varied, fixed, symbol, words) in zip(
        picture.subplots(3, 2, sharex=True, sharey="col"), ROWS, strict=True
    ):
        members = [
            one
            for one in drawn
            if all(one.cell[name] == v for name, v in fixed.items())
            and one.cell[varied] in VALUES[varied]
        ]
        for number, one in enumerate(sorted(members, key=lambda one: one.cell[varied])):
            for axes, name in zip(row, ("robust_loss", "robust_error"), strict=True):
                mean = one[name].mean(axis=0)
                error = (
                    one[name].std(axis=0, ddof=1) / np.sqrt(len(one[name]))
                    if len(one[name]) > 1
                    else 0 * mean
                )
                axes.plot(
                    looks,
                    mean,
                    color=SERIES[number],
                    linewidth=1.4,
                    linestyle=("-", "--", "-.", ":")[number],
                    label=f"{symbol} = {one.cell[varied]:g}",
                )
                axes.fill_between(
                    looks, mean - error, mean + error, color=SERIES[number], alpha=0.2, linewidth=0
                )
        row[0].set_ylabel("robust training loss")
        row[0].set_yscale("log")
        row[1].set_ylabel("robust test error")
        row[1].axhline(
            0.1, color="0.3", linewidth=1, linestyle=(0, (1, 1)), label="label noise 0.1"
        )
        row[1].set_ylim(0.08, 0.3)
        for axes in row:
            axes.set_title(f"{words}; mean and standard error", fontsize=9, loc="left")
            axes.grid(True, color="0.92", linewidth=0.6)
        row[1].legend(fontsize=8, frameon=False)
    for axes in row:
        axes.set_xlabel("iteration")
    return picture


def _draw_figure_3(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    ratio, d = _axis(drawn, "ratio"), _axis(drawn, "d")
    picture = Picture(figsize=(8.2, 6.4), layout="constrained")
    axes = picture.subplots()
    fine_ratio, fine_d = np.linspace(0.02, 0.48, 60), np.linspace(200, d[-1] + 500, 60)
    signal = drawn[0].cell["mu"]
    law = 1 - linear_law_errors(np.full(60, signal), fine_d, ratio=fine_ratio)
    image = _heat_map(
        axes, ratio, d, _table(drawn, "robust_error", "d", "ratio"), (fine_ratio, fine_d, law)
    )
    axes.set_title(
        rf"robust test accuracy at $\|\mu\|={signal:g}$: the higher the dimension, the smaller "
        "the ratio\nat which the same accuracy is reached",
        fontsize=9.5,
        loc="left",
    )
    axes.set_xlabel(r"ratio of the attack radius to the signal size, $\alpha/\|\mu\|$")
    axes.set_ylabel("dimension d")
    _explain(axes, "lower left")
    picture.colorbar(image, ax=axes, label=COLOURS_SHOW)
    return picture


SMALL = {"width": 100, "iterations": 200, "test_points": 1000}
PAPERS = {"width": 1000, "iterations": 1000, "test_points": 2000}
TRIAL = {"width": 20, "iterations": 40, "test_points": 50}

figure_1 = figure(
    "wang2024/figure-1",
    title=r"test accuracy of adversarially trained networks; attack radius 0.1 $\|\mu\|$",
    unspecified=UNSPECIFIED,
    quick=product(
        mu=[1.0, 2.0, 4.0, 6.0, 8.0, 10.0], d=[1000, 5000, 9000, 13_000, 17_000], ratio=0.1, **SMALL
    ),
    full=product(
        mu=[float(mu) for mu in range(1, 11)],
        d=[1000 * k for k in range(1, 19)],
        ratio=0.1,
        **PAPERS,
    ),
    replicates=(2, 10),
    render=_draw_figure_1,
    seconds_per_replicate=_seconds,
    bytes_per_replicate=1.5e8,
    block=1,
    trial=TRIAL,
)(trained)

figure_2 = figure(
    "wang2024/figure-2",
    title="adversarial training of ReLU networks, iteration by iteration",
    unspecified=UNSPECIFIED,
    quick=_figure_2_cells(20, **SMALL),
    full=_figure_2_cells(25, **PAPERS),
    replicates=(2, 10),
    render=_draw_figure_2,
    seconds_per_replicate=lambda cell: _seconds(cell, len(_looks(cell))),
    bytes_per_replicate=1.5e8,
    block=1,
    trial=TRIAL,
)(curves)

figure_3 = figure(
    "wang2024/figure-3",
    title=r"robust test accuracy of adversarially trained networks",
    unspecified=UNSPECIFIED,
    quick=product(mu=5.0, d=[500, 2000, 4000, 6000], ratio=[0.05, 0.15, 0.25, 0.35, 0.45], **SMALL),
    full=product(
        mu=5.0,
        d=[500 * k for k in range(1, 13)],
        ratio=[round(0.05 * k, 2) for k in range(1, 10)],
        **PAPERS,
    ),
    replicates=(2, 10),
    render=_draw_figure_3,
    seconds_per_replicate=_seconds,
    bytes_per_replicate=1.5e8,
    block=1,
    trial=TRIAL,
)(trained)
