"""Figure 4: robust accuracy after projected adversarial training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from sim.certificates.robust_limit import critical_ball, robust_limit
from sim.networks import lazy_ball
from sim.networks.line_search import boundary_flip
from sim.networks.projected_training import Perturbation, Projected, value
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.figures.wang2022.data import draw, half_distance, source_of
from verify.showing.picture import Picture

Array = np.ndarray
PANELS = ("left", "right")
PAPERS = {"left": 5.0, "right": 25.0}
"""The paper's thresholds: 5/sqrt(d) for the radius, 25/sqrt(m) for the ball."""

UNSPECIFIED = (
    "number of epochs (fixed; the paper stops when the robust training accuracy does not rise), "
    "batch size (32), whether the steps of the inner loop are normalised (they are), how images "
    "are resampled. Algorithm 1 as meant, with fewer passes of the inner loop than 100 at quick. "
    "Test inputs are attacked by steps to the linearised decision boundary and an exact search "
    "along them, at every radius at once. Beyond half the distance of the classes no classifier "
    "whatever is right about all images; the exact limit for all networks is a mean over test "
    "inputs."
)


def simulate(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation and training set, trained anew for every level.

    Levels are the radii of the attack (left) or of the ball (right): rows (n, levels).
    """
    rows = [_one(rng, cell) for _ in range(n)]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def _one(rng: np.random.Generator, cell: Cell) -> dict[str, Array]:
    m = cell["width"]
    data = draw(rng, cell)
    a, start = lazy_ball.initialisation(rng, 1, m, cell["side"] ** 2, np.float32)
    clean, robust = [], []
    for level in cell["levels"]:
        R, V = (level, cell["fixed"]) if cell["panel"] == "left" else (cell["fixed"], level)
        plan = Projected(
            Perturbation(R, cell["passes"], normalised=True),
            V,
            cell["epochs"],
            batch=min(32, len(data.x)),
        )
        w = plan.train(rng, a, start, data.x[None], data.y[None])
        right = value(a, w, data.x_test[None])[0] * data.y_test > 0
        clean.append(right.mean())
        robust.append((right & (boundary_flip(a[0], w[0], data.x_test) > R)).mean())
    few = slice(0, 24)
    each = (a, start, data.x_test[few], data.y_test[few])
    if cell["panel"] == "left":
        limit = robust_limit(*each, cell["fixed"], scan=40, steps=20)
    else:
        limit = critical_ball(*each, cell["fixed"])
    return {
        "clean": np.array(clean),
        "robust": np.array(robust),
        "limit": np.asarray(np.mean(limit)),
    }


def render(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Robust accuracy over radius and dimension (left), over ball and width (right)."""
    sources = list(dict.fromkeys(one.cell["source"] for one in drawn))
    picture = Picture(figsize=(12.8, 4.6 * len(sources)), layout="constrained")
    grid = picture.subplots(len(sources), 2, squeeze=False)
    for row, source in zip(grid, sources, strict=True):
        for axes, panel in zip(row, PANELS, strict=True):
            chosen = [
                one for one in drawn if (one.cell["source"], one.cell["panel"]) == (source, panel)
            ]
            _panel(axes, chosen, panel)
    return picture


def _panel(axes: Axes, drawn: Sequence[Drawn], panel: str) -> None:
    """Draw one heat map with the paper's threshold and the limits."""
    across = "side" if panel == "left" else "width"
    chosen = sorted(drawn, key=lambda one: one.cell[across])
    cell, levels = chosen[0].cell, np.array(chosen[0].cell["levels"])
    sizes = np.array([one.cell[across] for one in chosen], dtype=float)
    sizes = sizes**2 if panel == "left" else sizes
    table = np.stack([100 * one["robust"].mean(axis=0) for one in chosen], axis=1)
    columns, rows = _edges(sizes), _edges(levels)
    mesh = axes.pcolormesh(columns, rows, table, cmap="viridis", norm=Normalize(0, 100))
    for (i, j), share in np.ndenumerate(table):
        axes.text(
            float(sizes[j]),
            float(levels[i]),
            f"{share:.0f}",
            ha="center",
            va="center",
            fontsize=7,
            color="black" if share > 60 else "white",
        )
    line = np.geomspace(columns[0], columns[-1], 60)
    constant, letter = PAPERS[panel], "d" if panel == "left" else "m"
    printed = rf"the paper's ${constant:g}/\sqrt{{{letter}}}$"
    _line(axes, line, constant / np.sqrt(line), printed, color="#ff5050", linestyle="--")
    limits = [float(one["limit"].mean()) for one in chosen]
    _line(axes, sizes, limits, "exact limit for all networks", color="white", linestyle=":")
    if panel == "left":
        half = [
            0.9 if cell["source"] == "caps" else half_distance(cell["mnist"], one.cell["side"])
            for one in chosen
        ]
        _line(axes, sizes, half, "half the distance of the classes", color="white")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(columns[0], columns[-1])
    axes.set_ylim(rows[0], rows[-1])
    for set_ticks, values in ((axes.set_xticks, sizes), (axes.set_yticks, levels)):
        set_ticks(values, [f"{value:.3g}" for value in values], fontsize=8)
        set_ticks([], minor=True)
    axes.legend(
        fontsize=8,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.13),
        ncols=3,
        facecolor="0.55",
        labelcolor="white",
    )
    fixed = (
        f"m = {cell['width']}, $C_0$ = {cell['fixed'] * cell['width'] ** 0.5:.3g}"
        if panel == "left"
        else rf"d = {cell['side'] ** 2}, $\|\delta\|$ = {cell['fixed']:g}"
    )
    axes.set_title(f"{source_of(cell)};\n{fixed}, {cell['epochs']} epochs", fontsize=9, loc="left")
    axes.set_xlabel("dimension d" if panel == "left" else "width m")
    axes.set_ylabel(r"radius $\|\delta\|$" if panel == "left" else "ball V, per neuron")
    axes.figure.colorbar(mesh, ax=axes, label="robust test accuracy (%)")


def _line(axes: Axes, x: Any, y: Any, label: str, **look: Any) -> None:
    """Draw a line that is seen on every colour of the map."""
    edge = [withStroke(linewidth=4, foreground="black")]
    axes.plot(x, y, label=label, linewidth=2, path_effects=edge, **look)


def _edges(values: Array) -> Array:
    """Return borders of fields around their centres, on a logarithmic axis."""
    centres = np.log(values)
    steps = np.diff(centres) if len(values) > 1 else np.ones(1)
    first, last = centres[0] - steps[0] / 2, centres[-1] + steps[-1] / 2
    edges: Array = np.exp(np.r_[first, (centres[1:] + centres[:-1]) / 2, last])
    return edges


def _cells(
    source: str,
    *,
    sides: Iterable[int],
    width: int,
    radii: Sequence[float],
    widths: Iterable[int],
    side: int,
    balls: Sequence[float],
    **more: Any,
) -> list[dict]:
    """Return the cells of both panels for one kind of images."""
    left = [
        {"side": s, "width": width, "fixed": 10 / width**0.5, "levels": _plain(radii)}
        | {"panel": "left"}
        for s in sides
    ]
    right = [
        {"side": side, "width": m, "fixed": 0.2, "levels": _plain(balls), "panel": "right"}
        for m in widths
    ]
    return [{**cell, "source": source, "unit": 1, **more} for cell in left + right]


def _plain(levels: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(float(level), 4) for level in levels)


def seconds(cell: Cell) -> float:
    """Forecast of one replicate: passes over the training set for every level."""
    train = cell["train"] or (12_000 if cell.get("mnist") else 290)
    passes = cell["epochs"] * (cell["passes"] + 2)
    return len(cell["levels"]) * (
        0.05 + passes * train * cell["width"] * cell["side"] ** 2 * 1.2e-10
    )


QUICK: dict[str, Any] = {
    "sides": (5, 7, 10, 14, 20, 28),
    "width": 100,
    "radii": np.geomspace(0.05, 1, 8),
    "widths": (50, 150, 450),
    "side": 14,
    "balls": np.geomspace(0.12, 3, 7),
    "train": 200,
    "tests": 80,
    "epochs": 40,
    "passes": 4,
}
FULL: dict[str, Any] = {
    "sides": range(5, 29),
    "width": 1000,
    "radii": np.geomspace(0.05, 1, 16),
    "widths": (300, 1000, 3000, 10_000),
    "side": 28,
    "balls": np.geomspace(0.05, 1, 16),
    "train": 0,
    "tests": 2115,
    "epochs": 60,
    "passes": 100,
}

figure_4 = figure(
    "wang2022/figure-4",
    title="robust test accuracy after projected adversarial training",
    unspecified=UNSPECIFIED,
    quick=_cells("digits", **QUICK) + _cells("caps", **QUICK),
    full=_cells("digits", **FULL) + _cells("caps", **{**FULL, "train": 200, "tests": 200}),
    replicates=(1, 5),
    render=render,
    seconds_per_replicate=seconds,
    bytes_per_replicate=4e8,
    digits=True,
    trial={"train": 20, "tests": 4, "epochs": 2, "passes": 1},
)(simulate)
