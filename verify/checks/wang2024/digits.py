"""Checks of what Figures 4 to 6 are said to show, on scikit-learn's small digits, 0 against 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from bounds.wang2024.digits_claims import figure_4, figure_5, figure_6
from sim.digits import small_digits
from sim.networks import two_layer
from sim.networks.activation import relu
from sim.networks.adversarial_training import Plan, Snapshot, Trained, decaying_rates, train
from sim.networks.attack import Attack, l2_attack
from verify.catalogue import Cell, Observables, Path, check, product

Array = np.ndarray
RATE, TEST_IMAGES = 0.1, 200


@lru_cache(maxsize=16)
def _images(d: int, length: float) -> tuple[Array, Array]:
    """Return the zeros and ones with ``d`` pixels and of a norm, as rows, and their signs."""
    digits = small_digits().select(0, 1).resized(round(d**0.5)).scaled(length)
    return digits.vectors, digits.signs(1)


class Drawn(NamedTuple):
    """Training and test images (R, n, d) with signs (R, n), and a start (R, m, d)."""

    x: Array
    y: Array
    x_test: Array
    y_test: Array
    w: Array


def _draw(rng: np.random.Generator, cell: Cell, replicates: int, dtype: DTypeLike) -> Drawn:
    """Split the images at random and draw hidden weights as PyTorch does by default."""
    images, signs = (array.astype(dtype) for array in _images(cell["d"], cell["mu"]))
    order = np.stack([rng.permutation(len(images)) for _ in range(replicates)])
    first, rest = order[:, : cell["n"]], order[:, -cell.get("tests", TEST_IMAGES) :]
    bound = cell["d"] ** -0.5
    w = rng.uniform(-bound, bound, (replicates, cell["m"], cell["d"])).astype(dtype)
    return Drawn(images[first], signs[first], images[rest], signs[rest], w)


def _train(
    drawn: Drawn,
    cell: Cell,
    *,
    size: float = 1.0,
    start: float = 1.0,
    rate: float = 1.0,
    attack: Attack | None = None,
    observe: Mapping[str, Callable[[Snapshot], Any]] | None = None,
    every: int = 0,
) -> Trained:
    """Train with the images, the start and the learning rates multiplied by given factors.

    Attacks scale with the images.
    """
    steps = cell["T"]
    radius = size * cell["ratio"] * cell["mu"]
    plan = Plan(
        attack or Attack.fixed_point(radius, 2),
        decaying_rates(rate * RATE, steps, every=max(1, steps // 2)),
        observe=observe or {},
        at=range(0, steps + 1, every or max(steps, 1)),
    )
    kind = drawn.w.dtype.type
    a = two_layer.balanced_signs(cell["m"], dtype=kind)
    return train(kind(start) * drawn.w, a, relu(), kind(size) * drawn.x, drawn.y, plan)


def _errors(drawn: Drawn, cell: Cell, w: Array, *, size: float = 1.0) -> tuple[Array, Array]:
    """Return clean and robust test error under the paper's attack: 20 steps of a fifth."""
    a = two_layer.balanced_signs(cell["m"], dtype=w.dtype.type)
    radius = size * cell["ratio"] * cell["mu"]
    x = w.dtype.type(size) * drawn.x_test
    clean = drawn.y_test * two_layer.value(w, a, relu(), x)
    attacked = l2_attack(w, a, relu(), x, drawn.y_test, Attack.fixed(radius, radius / 5, 20))
    return (clean <= 0).mean(axis=-1), (attacked.margin <= 0).mean(axis=-1)


def outcome(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one start."""
    drawn = _draw(rng, cell, n, np.float32)
    trained = _train(drawn, cell, observe={"loss": Snapshot.robust_loss})
    clean, robust = _errors(drawn, cell, trained.w)
    return {
        "clean_error": clean,
        "robust_error": robust,
        "robust_loss": trained.history["loss"][-1],
    }


def _seconds(cell: Cell) -> float:
    """Forecast of one training run with its test."""
    return 2e-3 + cell["T"] * cell["n"] * cell["m"] * (1.3e-8 + 7e-10 * cell["d"])


SIZES = {"n": 40, "m": 20, "T": 150}
COST: dict[str, Any] = dict(seconds_per_replicate=_seconds, block=16, requires=["sklearn"])

signal = check(
    figure_4[
        "robust-error-falls-with-signal",
        "clean-error-grows-with-dimension",
        "robust-error-grows-with-dimension",
        "clean-error-falls-with-dimension",
        "robust-error-falls-with-dimension",
    ],
    id="wang2024/digits-signal",
    cells=product(d=64, mu=[0.1, 0.3, 1.0, 2.0], ratio=0.3, **SIZES)
    + product(d=[16, 36], mu=1.0, ratio=0.3, **SIZES),
    first=16,
    **COST,
)(outcome)

ratio = check(
    figure_5["grows-with-ratio", "grows-with-dimension", "falls-with-dimension"],
    id="wang2024/digits-ratio",
    # Larger than the others: small networks now and then fail, and make the mean heavy-tailed.
    cells=product(d=[16, 36, 64], mu=5.0, ratio=[0.05, 0.15, 0.25], n=50, m=32, T=170),
    first=16,
    **COST,
)(outcome)

curves = check(
    figure_6[
        "loss-falls-with-signal", "loss-grows-with-ratio", "error-grows-with-ratio", "about-zero"
    ],
    id="wang2024/digits-curves",
    cells=product(d=64, mu=[3.0, 5.0, 10.0], ratio=0.1, **SIZES)
    + product(d=64, mu=10.0, ratio=[0.05, 0.2], **SIZES),
    first=32,
    **COST,
)(outcome)

loss = check(
    figure_6["loss-vanishes"],
    id="wang2024/digits-loss",
    paths=[Path({"T": 1}, {"d": 64, "mu": 10.0, "ratio": 0.1, "n": 20, "m": 16, "T": 15})],
    first=16,
    **COST,
)(outcome)


@check(
    figure_4["signal-to-noise", "fixed-training"],
    cells=[
        {"d": 64, "mu": 2.0, "c": c, "ratio": 0.3, "n": 30, "m": 10, "T": 100} for c in (10, 20)
    ],
    seconds_per_replicate=lambda cell: 6 * _seconds(cell),
    block=16,
    first=32,
    requires=["sklearn"],
)
def digits_gain(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one start, trained on images of norm mu and mu/c.

    The gains are robust test errors at the smaller size minus that at the larger one.
    """
    drawn, c = _draw(rng, cell, n, np.float64), cell["c"]
    large = _errors(drawn, cell, _train(drawn, cell).w)[1]
    small = {
        "fixed": _train(drawn, cell, size=1 / c),
        "rescaled": _train(drawn, cell, size=1 / c, start=c, rate=c**2),
    }
    return {
        f"gain_{name}": _errors(drawn, cell, trained.w, size=1 / c)[1] - large
        for name, trained in small.items()
    }


FACTORS = {
    "difference": (-1, -2),
    "same_start": (0, -2),
    "same_rate": (-1, 0),
    "linear_rate": (-1, -1),
}
"""Exponents of c that rescale the start and the learning rate."""


@check(
    figure_4["rescaling"],
    cells=[
        {"d": 64, "mu": 0.1, "c": c, "ratio": 0.3, "n": 8, "m": 8, "T": 12, "tests": 8}
        for c in (16.0, 20.0)
    ],
    seconds_per_replicate=1.5e-3,
    block=125,
    first=250,
    requires=["sklearn"],
)
def digits_rescaling(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one start; images of norm mu and of norm c mu.

    Margins of training images, clean and attacked, after every iteration, and attacked margins of
    test images at the end; largest difference relative to the largest margin.
    """
    drawn, c = _draw(rng, cell, n, np.float64), cell["c"]
    a = two_layer.balanced_signs(cell["m"])

    def margins(size: float, start: float, rate: float) -> Array:
        radius = size * cell["ratio"] * cell["mu"]
        attack = Attack.fixed(radius, radius / 2, 3)
        trained = _train(
            drawn,
            cell,
            size=size,
            start=start,
            rate=rate,
            attack=attack,
            every=1,
            observe={
                "clean": lambda now: now.clean_margin,
                "attacked": lambda now: now.attacked_margin,
            },
        )
        test = l2_attack(trained.w, a, relu(), size * drawn.x_test, drawn.y_test, attack).margin
        return np.concatenate([*trained.history["clean"], *trained.history["attacked"], test], 1)

    base = margins(1.0, 1.0, 1.0)
    largest = np.abs(base).max(axis=1)
    found = {}
    for name, (of_start, of_rate) in FACTORS.items():
        other = margins(c, c**of_start, c**of_rate)
        found[name] = np.abs(other - base).max(axis=1) / largest
    return found
