"""Figures 4 to 6: benign overfitting on handwritten digits, 0 against 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.digits import Digits, zeros_and_ones
from sim.networks import gram_training, two_layer
from sim.networks.activation import relu
from sim.networks.adversarial_training import Plan, Snapshot, decaying_rates
from sim.networks.attack import Attack
from sim.networks.gram import GramState, gram_state
from sim.networks.gram_attack import gram_attack
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.showing.palette import SERIES
from verify.showing.picture import Picture

SAMPLES, STEPS, RATE = 100, 20, 0.1
"""Training images, steps of an attack, and the learning rate of the first half."""

QUICK_SIDES = ((5, 4), (10, 6), (14, 8), (28, 16))
SIDES = ((5, 4), (7, 5), (10, 6), (14, 8), (20, 11), (28, 16))
"""Sides of the images in Figures 4 and 5: resampled from MNIST, and from the small digits."""

CURVE_SIDES = ((17, 6), (20, 7), (28, 8), (32, 16))
"""The same for Figure 6."""

UNSPECIFIED = (
    "whether the output weights are trained and whether there are biases (here, as in the theory, "
    "output weights +-1/sqrt(width), fixed, and no biases), how images are resampled (area means "
    "down, linear up), the grids of |mu|, d and ratio, random starts of the attack (none) and its "
    "units (radius alpha, 20 steps of length alpha/5 along the normalised gradient). Hidden "
    "weights start uniform on +-1/sqrt(d), the default of PyTorch; test images are all that are "
    "not trained on."
)

_digits = lru_cache(maxsize=2)(zeros_and_ones)


def side_of(cell: Cell) -> int:
    """Return the side of the images at a cell, for the digits in use."""
    return int(cell["side"] if cell["mnist"] else cell["small_side"])


@lru_cache(maxsize=4)
def _prepared(mnist: str, side: int, length: float) -> tuple[Digits, Digits | None]:
    """Return the images of both parts at a size, each scaled to a norm."""
    train, test = (
        None if part is None else part.resized(side).scaled(length) for part in _digits(mnist)
    )
    assert train is not None
    return train, test


def _ready(digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    """Return images as rows and their signs, in single precision."""
    return digits.vectors.astype(np.float32), digits.signs(1).astype(np.float32)


def _simulate(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one start, trained to the end.

    Errors on test images, clean and attacked; with ``looks`` also the robust training loss and the
    robust test error along the training, as rows (n, looks).
    """
    kept: dict[str, list[np.ndarray]] = {}
    for _ in range(n):
        for name, values in _one(rng, cell).items():
            kept.setdefault(name, []).append(values)
    return {name: np.stack(values) for name, values in kept.items()}


def looks_at(cell: Cell) -> list[int]:
    """Return the iterations at which a cell records its curves."""
    return sorted({round(t) for t in np.linspace(0, cell["iterations"], cell["looks"])})


def _one(rng: np.random.Generator, cell: Cell) -> dict[str, Any]:
    side, width = side_of(cell), cell["width"]
    pool, test = _prepared(cell["mnist"], side, cell["mu"])
    train, rest = pool.split(rng, SAMPLES)
    (x, y), (x_test, y_test) = _ready(train), _ready(rest if test is None else test)
    d = side**2
    bound = d**-0.5
    w = rng.uniform(-bound, bound, (width, d)).astype(np.float32)
    a, activation = two_layer.balanced_signs(width, dtype=np.float32), relu()
    radius = cell["ratio"] * cell["mu"]
    attack = Attack.fixed(radius, radius / 5, STEPS)

    def robust_error(state: GramState) -> np.floating:
        # The probes are the axes, so they hold the transposed weights.
        z = x_test @ state.probes
        margin = gram_attack(state.weights, a, activation, z, y_test, attack).margin
        return np.mean(margin <= 0)

    def observe(snapshot: Snapshot) -> np.ndarray:
        return np.array([snapshot.robust_loss(), robust_error(snapshot.state)])

    iterations = cell["iterations"]
    plan = Plan(
        attack,
        decaying_rates(RATE, iterations, every=iterations // 2),
        observe={"curves": observe} if cell["looks"] else {},
        at=looks_at(cell) if cell["looks"] else (),
    )
    axes = np.eye(d, dtype=np.float32)
    state, history = gram_training.train(gram_state(x, w, axes), a, activation, y, plan)
    found: dict[str, Any] = {
        "clean": np.mean(y_test * (activation.value(x_test @ state.probes) @ a) <= 0),
        "robust": robust_error(state),
    }
    if cell["looks"]:
        found["training_loss"], found["robust_curve"] = history["curves"].T
    return found


def _source(drawn: Sequence[Drawn]) -> str:
    """Say which digits these are."""
    cell = drawn[0].cell
    pool, test = _digits(cell["mnist"])
    if not cell["mnist"]:
        return f"{pool.source} (resampled unless d = 64), a stand-in for MNIST"
    held_out = len(pool) - SAMPLES if test is None else len(test)
    return f"MNIST files ({len(pool)} images, {held_out} for testing)"


def _setting(cell: Cell) -> str:
    return (
        f"{SAMPLES} training images, {cell['width']} ReLU neurons, {cell['iterations']} iterations"
    )


def _edges(values: Sequence[float], geometric: bool) -> np.ndarray:
    """Return the borders of a heat map's fields around their centres."""
    centres = np.log(values) if geometric else np.asarray(values, dtype=float)
    if len(centres) == 1:
        edges = centres[0] + np.array([-0.5, 0.5])
    else:
        inner = (centres[1:] + centres[:-1]) / 2
        edges = np.concatenate([[2 * centres[0] - inner[0]], inner, [2 * centres[-1] - inner[-1]]])
    return np.exp(edges) if geometric else edges


def _heat_map(
    axes: Axes, drawn: Sequence[Drawn], observable: str, across: str, *, geometric: bool
) -> None:
    """Draw the mean accuracy, in percent, over ``across`` and the dimension."""
    columns = sorted({one.cell[across] for one in drawn})
    rows = sorted({side_of(one.cell) ** 2 for one in drawn})
    table = np.full((len(rows), len(columns)), np.nan)
    for one in drawn:
        place = rows.index(side_of(one.cell) ** 2), columns.index(one.cell[across])
        table[place] = 100 * (1 - one[observable].mean())
    mesh = axes.pcolormesh(
        _edges(columns, geometric),
        _edges(rows, True),
        table,
        cmap="viridis",
        norm=Normalize(0, 100),
        edgecolors="white",
        linewidth=0.4,
    )
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            axes.text(
                column,
                row,
                f"{table[i, j]:.0f}",
                ha="center",
                va="center",
                fontsize=7.5,
                color="black" if table[i, j] > 60 else "white",
            )
    axes.set_yscale("log")
    if geometric:
        axes.set_xscale("log")
    for set_ticks, values in ((axes.set_xticks, columns), (axes.set_yticks, rows)):
        set_ticks(values, [f"{value:g}" for value in values], fontsize=8)
        set_ticks([], minor=True)
    axes.figure.colorbar(mesh, ax=axes, label="mean accuracy on test images (%)")


def _power_lines(axes: Axes, exponent: int, note: str) -> None:
    """Draw ``d ~ |mu|**exponent`` through the middle of a heat map."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    mu = np.geomspace(left, right, 200)
    middle = np.sqrt(left * right), np.sqrt(bottom * top)
    d = middle[1] * (mu / middle[0]) ** exponent
    axes.plot(mu, d, color="#d1495b", linestyle="--", linewidth=1.8, label=note)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.legend(fontsize=8, loc="lower right", framealpha=0.9)


def draw_signal(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Draw clean (left) and robust (right) accuracy over the signal size and the dimension."""
    picture = Picture(figsize=(12.6, 5.6), layout="constrained")
    for axes, observable, title, exponent in zip(
        picture.subplots(1, 2),
        ("clean", "robust"),
        ("clean test accuracy", "robust test accuracy"),
        (4, 2),
        strict=True,
    ):
        _heat_map(axes, drawn, observable, "mu", geometric=True)
        _power_lines(axes, exponent, rf"slope of $d\sim\|\mu\|^{exponent}$, the paper's reading")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel(r"signal size $\|\mu\|$: the norm of every image")
        axes.set_ylabel("dimension d (pixels)")
    cell = drawn[0].cell
    picture.suptitle(
        f"0 against 1, {_source(drawn)}; "
        rf"attack radius {cell['ratio']:g} $\|\mu\|$; {_setting(cell)}",
        fontsize=9,
        x=0.01,
        ha="left",
    )
    return picture


def draw_ratio(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Draw the robust accuracy over the perturbation ratio and the dimension."""
    picture = Picture(figsize=(8.4, 5.6), layout="constrained")
    axes = picture.subplots()
    _heat_map(axes, drawn, "robust", "ratio", geometric=False)
    axes.set_xlabel(r"perturbation ratio $\alpha/\|\mu\|$")
    axes.set_ylabel("dimension d (pixels)")
    cell = drawn[0].cell
    axes.set_title(
        f"robust test accuracy; 0 against 1, {_source(drawn)};\n"
        rf"$\|\mu\|$ = {cell['mu']:g}; {_setting(cell)}",
        fontsize=9,
        loc="left",
    )
    return picture


def draw_curves(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    """Draw robust training loss (upper) and robust test error (lower) along the training."""
    picture = Picture(figsize=(13.2, 7.6), layout="constrained")
    rows = picture.subplots(2, 3, sharex=True, sharey="row")
    for column, (fixed, vary) in enumerate(COLUMNS):
        chosen = sorted(
            (one for one in drawn if fixed(one.cell)),
            key=lambda one: (one.cell["mu"], one.cell["side"], one.cell["ratio"]),
        )
        for number, one in enumerate(chosen):
            iterations = looks_at(one.cell)
            for axes, observable in zip(
                rows[:, column], ("training_loss", "robust_curve"), strict=True
            ):
                curves = one[observable]
                mean = curves.mean(axis=0)
                error = curves.std(axis=0, ddof=min(1, len(curves) - 1)) / np.sqrt(len(curves))
                axes.plot(
                    iterations,
                    mean,
                    color=SERIES[number],
                    linewidth=1.5,
                    linestyle=("-", "--", "-.", ":")[number],
                    label=vary(one.cell),
                )
                axes.fill_between(
                    iterations,
                    mean - error,
                    mean + error,
                    color=SERIES[number],
                    alpha=0.2,
                    linewidth=0,
                )
        cell = chosen[0].cell
        parts = (
            rf"$\|\mu\|$ = {cell['mu']:g}",
            f"d = {side_of(cell) ** 2}",
            rf"$\alpha/\|\mu\|$ = {cell['ratio']:g}",
        )
        constant = [part for place, part in enumerate(parts) if place != column]
        rows[0, column].set_title(", ".join(constant), fontsize=10)
        rows[1, column].set_xlabel("iteration")
        for axes in rows[:, column]:
            axes.grid(True, color="0.9", linewidth=0.6)
        rows[0, column].legend(fontsize=9, frameon=False)
    rows[0, 0].set_ylabel("robust training loss (mean, standard error)")
    rows[0, 0].set_yscale("log")
    rows[1, 0].set_ylabel("robust test error (mean, standard error);\ncut at 0.25, starts near 1")
    rows[1, 0].set_ylim(0, 0.25)
    picture.suptitle(
        f"0 against 1, {_source(drawn)}; {_setting(drawn[0].cell)}; the learning rate falls to a "
        "tenth half-way",
        fontsize=9,
        x=0.01,
        ha="left",
    )
    return picture


Column = tuple[Callable[[Cell], bool], Callable[[Cell], str]]
COLUMNS: tuple[Column, ...] = (
    (
        lambda cell: cell["ratio"] == 0.1 and cell["side"] == 28,
        lambda cell: rf"$\|\mu\|$ = {cell['mu']:g}",
    ),
    (
        lambda cell: cell["ratio"] == 0.1 and cell["mu"] == 5,
        lambda cell: f"d = {side_of(cell) ** 2}",
    ),
    (
        lambda cell: cell["mu"] == 10 and cell["side"] == 28,
        lambda cell: rf"$\alpha/\|\mu\|$ = {cell['ratio']:g}",
    ),
)
"""Columns of Figure 6: which cells belong to one, and what tells them apart."""


def _cells(
    sides: Sequence[tuple[int, int]],
    mus: Sequence[float],
    ratios: Sequence[float],
    *,
    width: int,
    iterations: int,
    looks: int = 0,
) -> list[dict]:
    """Return the cells of a grid."""
    return [
        {
            "side": side,
            "small_side": small,
            "mu": mu,
            "ratio": ratio,
            "width": width,
            "iterations": iterations,
            "looks": looks,
        }
        for side, small in sides
        for mu in mus
        for ratio in ratios
    ]


def _curve_cells(
    mus: Sequence[float], sides: Sequence[tuple[int, int]], ratios: Sequence[float], **more: int
) -> list[dict]:
    """Return the cells of Figure 6: three columns that share some."""
    native = [CURVE_SIDES[2]]
    cells = (
        _cells(native, mus, [0.1], **more)
        + _cells(sides, [5.0], [0.1], **more)
        + _cells(native, [10.0], ratios, **more)
    )
    return [cell for place, cell in enumerate(cells) if cell not in cells[:place]]


def seconds(cell: Cell) -> float:
    """Forecast of one replicate: the attack's passes, the Gram matrix and the weights."""
    d = cell["side"] ** 2 if cell.get("mnist") else cell["small_side"] ** 2
    width, steps = cell["width"], cell["iterations"]
    tests = 2000 if cell.get("mnist") else 260
    training = steps * (9e-4 + 1.5e-7 * SAMPLES * width + 9e-9 * width * d)
    return training + (1 + cell["looks"]) * 1.5e-7 * tests * width


FULL = {"width": 1000, "iterations": 1000}
QUICK = {"width": 64, "iterations": 300}

figure_4 = figure(
    "wang2024/figure-4",
    title="clean and robust test accuracy on digits over signal size and dimension, at the "
    "perturbation ratio 0.3",
    unspecified=UNSPECIFIED + " At a fixed ratio a change of |mu| only rescales the images: what "
    "changes along |mu| is how far training gets, not signal against noise "
    "(wang2024/claim-figure-4).",
    quick=_cells(QUICK_SIDES, [0.1, 0.2, 0.5, 1.0, 2.0], [0.3], **QUICK),
    full=_cells(SIDES, [0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 1.4, 2.0], [0.3], **FULL),
    replicates=(4, 10),
    render=draw_signal,
    seconds_per_replicate=seconds,
    bytes_per_replicate=2e8,
    digits=True,
)(_simulate)

figure_5 = figure(
    "wang2024/figure-5",
    title="robust test accuracy on digits over perturbation ratio and dimension, at the signal "
    "size 5",
    unspecified=UNSPECIFIED,
    quick=_cells(QUICK_SIDES, [5.0], [0.05, 0.15, 0.25, 0.35, 0.45], **QUICK),
    full=_cells(SIDES, [5.0], [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45], **FULL),
    replicates=(4, 5),
    render=draw_ratio,
    seconds_per_replicate=seconds,
    bytes_per_replicate=2e8,
    digits=True,
)(_simulate)

figure_6 = figure(
    "wang2024/figure-6",
    title="robust training loss and robust test error on digits during training",
    unspecified=UNSPECIFIED,
    quick=_curve_cells(
        [3.0, 10.0], CURVE_SIDES[::2] + CURVE_SIDES[-1:], [0.05, 0.2], looks=13, **QUICK
    ),
    full=_curve_cells([3.0, 5.0, 7.0, 10.0], CURVE_SIDES, [0.05, 0.1, 0.15, 0.2], looks=41, **FULL),
    replicates=(4, 5),
    render=draw_curves,
    seconds_per_replicate=seconds,
    bytes_per_replicate=2e8,
    digits=True,
)(_simulate)
