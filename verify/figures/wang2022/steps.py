"""Figures 2, 3, 5, 6 and 7: the smallest step along the gradient that flips a trained network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.networks import lazy_ball
from sim.networks.line_search import gradient_flip
from sim.networks.projected_training import train_until_leaving
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, PaperFigure, figure
from verify.figures.wang2022.data import SIDES, draw, source_of
from verify.showing.palette import SERIES
from verify.showing.picture import Picture

Array = np.ndarray
THEORY = "#3a7d44"
UNSPECIFIED = (
    "batch size (32), loss of a batch (the mean), the end of the training where the ball is not "
    "left (after 1000 or 3000 steps at quick, 10 000 at full), biases (none), how images are "
    "resampled (area means down, linear up), the number of test images (up to 200). No grid: the "
    "smallest step is found exactly, on the breakpoints along the gradient."
)


def simulate(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation and training set, trained until it leaves the ball.

    Means over the test inputs that flip at all; with ``histogram`` each of them, as rows.
    """
    kept: dict[str, list[Array]] = {}
    for _ in range(n):
        for name, values in _one(rng, cell).items():
            kept.setdefault(name, []).append(values)
    return {name: np.stack(values) for name, values in kept.items()}


def _one(rng: np.random.Generator, cell: Cell) -> dict[str, Array]:
    d, m = cell["side"] ** 2, cell["width"]
    data = draw(rng, cell)
    a, start = lazy_ball.initialisation(rng, 1, m, d, np.float32)
    found = train_until_leaving(
        rng,
        a,
        start,
        data.x[None],
        data.y[None],
        cell["C_0"] / np.sqrt(m),
        batch=min(32, len(data.x)),
        most=cell["most"],
    )
    flip = gradient_flip(a[0], found.w[0], data.x_test)
    each = {
        "length": flip.length / np.linalg.norm(data.x_test, axis=-1),
        "gradient": flip.gradient_norm,
        "step": flip.step,
    }
    if not cell["histogram"]:
        flips = np.isfinite(flip.step)
        each = {
            name: np.mean(values[flips]) if flips.any() else np.asarray(np.nan)
            for name, values in each.items()
        }
    return {
        **{name: np.asarray(values, dtype=np.float64) for name, values in each.items()},
        "accuracy": np.mean(flip.value * data.y_test > 0),
        "left": found.left[0].astype(float),
    }


PANELS = (
    ("length", r"perturbation $\|\delta\|/\|x\|$", -0.5, r"$1/\sqrt{d}$"),
    ("gradient", r"gradient $\|\nabla f\|$", 0.5, r"$\sqrt{d}$"),
    ("step", r"step $\eta$", -1.0, r"$1/d$"),
)
"""Observable, its name, the exponent of the theory and its words."""


def render(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Draw the three quantities against the dimension, one curve per width or per radius."""
    images = [one for one in drawn if one.cell["source"] == "digits"]
    caps = [one for one in drawn if one.cell["source"] == "caps"]
    vary = "C_0" if len({one.cell["C_0"] for one in images}) > 1 else "width"
    letter = {"C_0": "$C_0$", "width": "m"}[vary]
    picture = Picture(figsize=(13.2, 4.9), layout="constrained")
    columns = picture.subplots(1, 3)
    for axes, (name, label, exponent, words) in zip(columns, PANELS, strict=True):
        _axes(axes, images)
        for colour, level in zip(SERIES, _levels(images, vary), strict=False):
            _curve(axes, images, vary, level, name, f"{letter} = {level:g}", color=colour)
        for colour, level in zip(("0.25", "0.6"), _levels(caps, "C_0"), strict=False):
            words_of = f"caps, $C_0$ = {level:g}, m = {caps[0].cell['width']}"
            _curve(axes, caps, "C_0", level, name, words_of, color=colour, linestyle="--")
        _theory(axes, images, name, exponent, words)
        axes.set_xlabel("dimension d")
        axes.set_ylabel(label)
        axes.legend(fontsize=8, frameon=False, loc="upper left" if exponent > 0 else "lower left")
    cell = images[0].cell
    fixed = f"m = {cell['width']}" if vary == "C_0" else f"$C_0$ = {cell['C_0']:g}"
    accuracy = [100 * float(one["accuracy"].mean()) for one in images]
    picture.suptitle(
        f"0 against 1, {source_of(cell)}, {NORMS[cell['unit']]}; {fixed}; "
        f"test accuracy {min(accuracy):.0f} to {max(accuracy):.0f} %",
        fontsize=9,
        x=0.01,
        ha="left",
    )
    return picture


NORMS = {1: "images of norm 1", 0: "images as they are"}


def _levels(drawn: Sequence[Drawn], name: str) -> list[float]:
    return sorted({one.cell[name] for one in drawn})


def _axes(axes: Axes, drawn: Sequence[Drawn]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    d = [side**2 for side in _levels(drawn, "side")]
    axes.set_xticks(d, [f"{value:g}" for value in d], fontsize=8)
    axes.set_xticks([], minor=True)
    axes.grid(True, color="0.92", linewidth=0.6)


def _curve(
    axes: Axes,
    drawn: Sequence[Drawn],
    vary: str,
    level: float,
    name: str,
    words: str,
    **look: Any,
) -> None:
    """Draw means and their standard errors against the dimension."""
    chosen = sorted(
        (one for one in drawn if one.cell[vary] == level), key=lambda one: one.cell["side"]
    )
    d = [one.cell["side"] ** 2 for one in chosen]
    count = np.array([len(one[name]) for one in chosen])
    deviation = [one[name].std(ddof=min(1, len(one[name]) - 1)) for one in chosen]
    axes.errorbar(
        d,
        [one[name].mean() for one in chosen],
        yerr=deviation / np.sqrt(count),
        marker="o",
        markersize=3.5,
        linewidth=1.4,
        label=words,
        **look,
    )


def _theory(axes: Axes, drawn: Sequence[Drawn], name: str, exponent: float, words: str) -> None:
    """Draw the predicted power through the geometric middle of what was observed."""
    log_d = np.log([one.cell["side"] ** 2 for one in drawn])
    offset = np.nanmean([np.log(one[name].mean()) for one in drawn] - exponent * log_d)
    d = np.geomspace(np.exp(log_d.min()), np.exp(log_d.max()), 50)
    axes.plot(d, np.exp(offset) * d**exponent, color=THEORY, linewidth=4, alpha=0.4, label=words)


def render_histograms(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Draw histograms over the test images: of norm 1 and as they are."""
    picture = Picture(figsize=(13.2, 4.6), layout="constrained")
    columns = picture.subplots(1, 3)
    for axes, (name, label, _, _) in zip(columns, PANELS, strict=True):
        for one, colour in zip(drawn, SERIES, strict=False):
            values = one[name][np.isfinite(one[name])]
            words = NORMS[one.cell["unit"]]
            look: dict[str, Any] = {"bins": 40, "color": colour, "alpha": 0.55, "label": words}
            axes.hist(values, density=len(values) > 0, **look)
        if name == "step":
            axes.axvline(
                0.045, color="black", linestyle="--", linewidth=1.2, label="the paper's 0.045"
            )
        axes.set_xlabel(label)
        axes.set_ylabel("density")
        axes.legend(fontsize=8, frameon=False)
    cell = drawn[0].cell
    picture.suptitle(
        f"0 against 1, {source_of(cell)}; d = {cell['side'] ** 2}, m = {cell['width']}, "
        f"$C_0$ = {cell['C_0']:g}",
        fontsize=9,
        x=0.01,
        ha="left",
    )
    return picture


def _cells(
    sides: Iterable[int],
    widths: Iterable[int],
    balls: Iterable[float],
    *,
    unit: bool,
    train: int,
    most: int,
    source: str = "digits",
    histogram: bool = False,
) -> list[dict]:
    """Return the cells of a grid."""
    return [
        {
            "side": side,
            "width": width,
            "C_0": C_0,
            "unit": int(unit),
            "train": train,
            "most": most,
            "tests": 200,
            "source": source,
            "histogram": int(histogram),
        }
        for width in widths
        for C_0 in balls
        for side in sides
    ]


def seconds(cell: Cell) -> float:
    """Forecast of one replicate: its steps, each of one mini-batch."""
    steps = min(cell["most"], (7 if cell["unit"] else 30) * cell["C_0"] ** 2)
    return 0.02 + steps * (2e-4 + 9e-9 * cell["width"] * cell["side"] ** 2)


QUICK_SIDES = (5, 7, 10, 14, 20, 28)
TRIAL = {"train": 20, "most": 100, "tests": 20}


def _figure(number: int, *, title: str, unit: bool, widths: bool) -> PaperFigure:
    small: dict[str, Any] = {"unit": unit, "train": 200, "most": 3000 if unit else 1000}
    papers: dict[str, Any] = {"unit": unit, "train": 0, "most": 10_000}
    if widths:
        quick = _cells(QUICK_SIDES, (100, 300, 900) if unit else (100, 400), (10.0,), **small)
        full = _cells(SIDES, (1000, 10_000, 100_000), (10.0,), **papers)
    else:
        radii = (5.0, 10.0, 15.0) if unit else (2.5, 5.0, 10.0)
        quick = _cells(QUICK_SIDES, (200,), radii, **small)
        full = _cells(SIDES, (100_000,), (10.0, 20.0, 30.0, 40.0), **papers)
    if unit:
        balls = (3.0,) if widths else (3.0, 5.0)
        quick += _cells(QUICK_SIDES, (100,), balls, source="caps", **small)
        full += _cells(SIDES, (1000,), balls, source="caps", **{**papers, "train": 200})
    return figure(
        f"wang2022/figure-{number}",
        title=title,
        unspecified=UNSPECIFIED,
        quick=quick,
        full=full,
        replicates=(2, 5),
        render=render,
        seconds_per_replicate=seconds,
        bytes_per_replicate=2e9,
        digits=True,
        trial=TRIAL,
    )(simulate)


figure_2 = _figure(
    2, title="the smallest flipping step over dimension and width", unit=False, widths=True
)
figure_3 = _figure(
    3, title="the smallest flipping step over dimension and radius", unit=False, widths=False
)
figure_5 = _figure(5, title="as Figure 2, for images of norm 1", unit=True, widths=True)
figure_6 = _figure(6, title="as Figure 3, for images of norm 1", unit=True, widths=False)

figure_7 = figure(
    "wang2022/figure-7",
    title="histograms of the smallest flipping step over the test images",
    unspecified=UNSPECIFIED + " Whether the images have norm 1 is not said either: on such images "
    "no step is near 0.045 (wang2022/claim-figure-7).",
    quick=[
        cell
        for unit in (True, False)
        for cell in _cells((28,), (200,), (10.0,), unit=unit, train=200, most=1000, histogram=True)
    ],
    full=[
        cell
        for unit in (True, False)
        for cell in _cells(
            (28,), (100_000,), (10.0,), unit=unit, train=0, most=10_000, histogram=True
        )
    ],
    replicates=(3, 5),
    render=render_histograms,
    seconds_per_replicate=seconds,
    bytes_per_replicate=2e9,
    digits=True,
    trial=TRIAL,
)(simulate)
