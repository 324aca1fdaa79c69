"""Checks of the L1 penalty on handwritten digits: scikit-learn's small ones, 0 against 1."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from bounds.xing2021.penalty_experiments import figure_4, figure_15
from sim import two_layer
from sim.activation import relu
from sim.attack import Attack
from sim.digits import Digits, small_digits
from sim.penalised_training import ATTACKS, PenalisedPlan, train_penalised
from verify.binding import Observables, check
from verify.grid import Cell

PAPERS_WIDTH = 1024
TEST_IMAGES = 200


@lru_cache(maxsize=1)
def zeros_and_ones() -> Digits:
    """Return the small digits 0 and 1."""
    return small_digits().select(0, 1)


@check(
    [figure_4[name] for name in (
        "training-accuracy", "standard-accuracy", "lasso-helps", "lasso-costs",
    )] + [figure_15[name] for name in ("lasso-helps", "lasso-helps-standard")],
    id="xing2021/penalty-on-digits",
    cells=[
        {"linf": linf, "radius": radius, "n": n, "lambda": penalty, "width": 32,
         "iterations": 600, "rate": 0.4}
        for linf, radius in ((0, 0.857), (1, 0.3))
        for n in ((10, 50) if linf == 0 else (50,))
        for penalty in (0.0, 0.00025, 0.001)
    ],
    seconds_per_replicate=lambda cell: 8e-3 + 8e-4 * cell["n"],
    common_random_numbers=True,
    block=8,
    first=32,
)
def penalty_on_digits(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network, trained on a few images and tested under a strong attack.

    The radius is the paper's 3 scaled by 8/28 for L2 (the same change per pixel), and the paper's
    0.3 for L-infinity; the penalty is scaled so that penalty times root of the width is the same.
    """
    digits, width = zeros_and_ones(), cell["width"]
    images = digits.vectors.astype(np.float32)
    signs = digits.signs(1).astype(np.float32)
    order = np.stack([rng.permutation(len(digits)) for _ in range(n)])
    train, test = order[:, : cell["n"]], order[:, -TEST_IMAGES:]
    d = images.shape[1]
    a = two_layer.balanced_signs(width, dtype=np.float32)
    w = two_layer.initial_weights(
        rng, n, width, d, (3 * d) ** -0.5, symmetric=False, dtype=np.float32
    )
    norm, activation = "linf" if cell["linf"] else "l2", relu()
    plan = PenalisedPlan(
        norm, Attack.fixed_point(cell["radius"], 2), cell["rate"], cell["iterations"],
        penalty=cell["lambda"] * np.sqrt(PAPERS_WIDTH / width),
    )
    w = train_penalised(w, a, activation, images[train], signs[train], plan)

    def accuracy(which: np.ndarray) -> np.ndarray:
        attack = Attack.decaying(cell["radius"], 20)
        margin = ATTACKS[norm](w, a, activation, images[which], signs[which], attack).margin
        return (margin > 0).mean(axis=1)

    clean = signs[test] * two_layer.value(w, a, activation, images[test])
    return {
        "standard_accuracy": (clean > 0).mean(axis=1),
        "adversarial_accuracy": accuracy(test),
        "training_accuracy": accuracy(train),
    }
