"""Figures 4 and 14 to 16: the L1 penalty in adversarial training on handwritten digits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.digits import Digits, zeros_and_ones
from sim.networks import two_layer
from sim.networks.activation import relu
from sim.networks.attack import Attack
from sim.networks.penalised_training import ATTACKS, PenalisedPlan, train_penalised
from verify.catalogue import Budget, Cell, Observables, product
from verify.figures import Drawn, PaperFigure, figure
from verify.showing.picture import Picture

PAPERS_SIDE, PAPERS_WIDTH = 28, 1024
PENALTIES = (0.0, 0.001)
SAMPLES = [10, 20, 50, 100, 200, 500, 1000]
TEST_IMAGES = 500
BLUE, RED = "#1f4e9e", "#d1495b"

UNSPECIFIED = (
    "loss, optimiser, step size, attack algorithm and which weights are trained. Here: logistic "
    "loss, full-batch proximal gradient steps on the hidden weights (no biases, output weights "
    "+-1/sqrt(width)), step 1/E|x|^2, attacks by two jumps to the ball's boundary in training and "
    "by 10 decaying gradient steps in tests, up to 500 test images. The radius of the L2 attack "
    "is the paper's times (image side)/28, that of the L-infinity attack the paper's; penalty "
    "times sqrt(width) is the paper's."
)


_digits = lru_cache(maxsize=2)(zeros_and_ones)


def radius_of(cell: Cell, side: int) -> float:
    """Return the attack radius for images of this size: the same change per pixel."""
    if cell["norm"] == "linf":
        return float(cell["epsilon"])
    return float(cell["epsilon"]) * side / PAPERS_SIDE


def _draw(
    rng: np.random.Generator, cell: Cell
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray], int]:
    """Draw training and test images with signs, as rows in single precision; and their side."""
    pool, test = _digits(cell["mnist"])
    train, rest = pool.split(rng, cell["n"])
    held_out = rest if test is None else test
    if len(held_out) > TEST_IMAGES:
        held_out, _ = held_out.split(rng, TEST_IMAGES)

    def ready(digits: Digits) -> tuple[np.ndarray, np.ndarray]:
        return digits.vectors.astype(np.float32), digits.signs(1).astype(np.float32)

    return ready(train), ready(held_out), pool.images.shape[1]


def _simulate(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start, trained without and with the penalty.

    The small digits are too few for the paper's largest samples; those are left undefined.
    """
    if not cell["mnist"] and cell["n"] >= len(_digits("")[0]):
        nothing = np.full((n, len(PENALTIES)), np.nan)
        return {"standard": nothing, "adversarial": nothing, "training": nothing}
    kept: dict[str, list[np.ndarray]] = {}
    for _ in range(n):
        for name, values in _one(rng, cell).items():
            kept.setdefault(name, []).append(values)
    return {name: np.stack(values) for name, values in kept.items()}


def _one(rng: np.random.Generator, cell: Cell) -> dict[str, np.ndarray]:
    """Return accuracies in percent, one per penalty."""
    (x, y), (x_test, y_test), side = _draw(rng, cell)
    radius, width, d = radius_of(cell, side), cell["width"], x.shape[1]
    a, activation = two_layer.balanced_signs(width, dtype=np.float32), relu()
    start = two_layer.initial_weights(
        rng, 1, width, d, (3 * d) ** -0.5, symmetric=False, dtype=np.float32
    )[0]
    attack, strong = ATTACKS[cell["norm"]], Attack.decaying(radius, 10, factor=0.8)
    rate = float(1 / np.mean(np.sum(x.astype(np.float64) ** 2, axis=1)))
    found: dict[str, list[float]] = {"standard": [], "adversarial": [], "training": []}
    for penalty in PENALTIES:
        plan = PenalisedPlan(
            cell["norm"],
            Attack.fixed_point(radius, 2),
            rate,
            cell["epochs"],
            penalty=penalty * np.sqrt(PAPERS_WIDTH / width),
            smoothing=cell["xi"],
        )
        w = train_penalised(start, a, activation, x, y, plan)
        clean = y_test * two_layer.value(w, a, activation, x_test)
        found["standard"].append(float(np.mean(clean > 0)))
        for name, images, signs in (("adversarial", x_test, y_test), ("training", x, y)):
            margin = attack(w, a, activation, images, signs, strong).margin
            found[name].append(float(np.mean(margin > 0)))
    return {name: 100 * np.array(values) for name, values in found.items()}


def _boxes(axes: Axes, drawn: Sequence[Drawn], name: str) -> None:
    """Draw pairs of boxes, one pair per sample size."""
    for column, (penalty, colour) in enumerate(zip(PENALTIES, (BLUE, RED), strict=True)):
        parts = axes.boxplot(
            [cell[name][:, column] for cell in drawn],
            positions=np.arange(len(drawn)) + 0.36 * column - 0.18,
            widths=0.3,
            patch_artist=True,
            manage_ticks=False,
            medianprops={"color": "black"},
            flierprops={"markersize": 3},
        )
        for box in parts["boxes"]:
            box.set(facecolor=colour, alpha=0.65)
        axes.plot(
            [],
            [],
            "s",
            color=colour,
            alpha=0.65,
            label="no penalty" if penalty == 0 else rf"LASSO, $\lambda$ = {penalty:g}",
        )
    axes.set_xticks(np.arange(len(drawn)), [str(cell.cell["n"]) for cell in drawn])
    axes.grid(True, axis="y", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)


def _render(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Standard (upper) and adversarial (lower) test accuracy against the sample size."""
    cell = drawn[0].cell
    left_out = [one.cell["n"] for one in drawn if np.isnan(one["standard"]).any()]
    drawn = [one for one in drawn if one.cell["n"] not in left_out]
    pool, _ = _digits(cell["mnist"])
    side = pool.images.shape[1]
    picture = Picture(figsize=(7.2, 7.6), layout="constrained")
    upper, lower = picture.subplots(2, 1, sharex=True)
    for axes, name, label in (
        (upper, "standard", "standard test accuracy (%)"),
        (lower, "adversarial", "adversarial test accuracy (%)"),
    ):
        _boxes(axes, drawn, name)
        axes.set_ylabel(label)
    lower.set_xlabel("number of training images")
    lower.legend(fontsize=8, frameon=False, loc="lower right")
    norm = r"$L_2$" if cell["norm"] == "l2" else r"$L_\infty$"
    source = f"MNIST at {side} x {side} pixels" if cell["mnist"] else pool.source
    if left_out:
        source += f" (only {len(pool)}: no n = {', '.join(map(str, left_out))})"
    upper.set_title(
        f"0 against 1, {source}; {cell['width']} ReLU neurons, "
        f"{cell['epochs']} epochs\n{norm} attack of radius {radius_of(cell, side):.3g}"
        + (
            f" (the paper's {cell['epsilon']:g} x {side}/28)"
            if cell["norm"] == "l2" and side != PAPERS_SIDE
            else ""
        )
        + rf", smoothing $\xi$ = {cell['xi']:g}",
        fontsize=9,
        loc="left",
    )
    return picture


def seconds(cell: Cell) -> float:
    """Forecast of one replicate: two runs of matrix products and passes over the weights."""
    d = PAPERS_SIDE**2 if cell["mnist"] else 64
    smoothed = 1.4 if cell["xi"] > 0 else 1.0
    products = 14 * cell["n"] * cell["width"] * d / 8.5e10
    passes = 3.2e-8 * cell["n"] * cell["width"]
    weights = 6e-9 * cell["width"] * d
    return 2 * cell["epochs"] * (smoothed * (products + passes) + weights + 2e-4)


def _figure(number: int, norm: str, epsilon: float, xi: float) -> PaperFigure:
    words = "L2" if norm == "l2" else "L-infinity"
    shared = {"norm": norm, "epsilon": epsilon, "xi": xi}
    return figure(
        f"xing2021/figure-{number}",
        title=f"test accuracies with and without L1 penalty under the {words} attack, xi = {xi:g}",
        unspecified=UNSPECIFIED,
        quick=product(n=[10, 20, 50, 100], width=64, epochs=400, mnist="", **shared),
        full=product(n=SAMPLES, width=PAPERS_WIDTH, epochs=2000, mnist="", **shared),
        replicates=(10, 30),
        render=_render,
        seconds_per_replicate=seconds,
        bytes_per_replicate=4e8,
        digits=True,
    )(_simulate)


figure_4 = _figure(4, "l2", 3.0, 1e-4)
figure_14 = _figure(14, "l2", 3.0, 0.0)
figure_15 = _figure(15, "linf", 0.3, 1e-4)
figure_16 = _figure(16, "linf", 0.3, 0.0)
