"""Checks of the L1 penalty on handwritten digits: scikit-learn's small ones, 0 against 1."""

from functools import lru_cache

import numpy as np

from bounds.xing2021.penalty_experiments import figure_4, figure_15
from sim.digits import Digits, small_digits
from sim.networks import two_layer
from sim.networks.activation import relu
from sim.networks.attack import Attack
from sim.networks.penalised_training import ATTACKS, PenalisedPlan, train_penalised
from verify.catalogue import Cell, Observables, check

PAPERS_WIDTH, PAPERS_PENALTY = 1024, 1e-3
PENALTIES = {"none": 0.0, "quarter": 0.25, "full": 1.0}
TEST_IMAGES = 200


@lru_cache(maxsize=1)
def zeros_and_ones() -> Digits:
    """Return the small digits 0 and 1."""
    return small_digits().select(0, 1)


@check(
    [
        figure_4["training-accuracy", "standard-accuracy", "lasso-helps", "lasso-costs"],
        figure_15["lasso-helps", "lasso-helps-standard"],
    ],
    cells=[
        {"linf": linf, "radius": radius, "n": n, "width": 32, "iterations": steps, "rate": 0.4}
        for linf, radius, n, steps in ((0, 0.857, 10, 300), (0, 0.857, 50, 300), (1, 0.3, 50, 600))
    ],
    seconds_per_replicate=lambda cell: 6e-3 + 2.7e-6 * cell["iterations"] * (7 + cell["n"]),
    block=8,
    first=8,
    requires=["sklearn"],
)
def penalty_on_digits(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start, trained with three penalties.

    The radius is the paper's 3 scaled by 8/28 for L2 (the same change per pixel), and the paper's
    0.3 for L-infinity; the penalty is scaled so that penalty times root of the width is the same.
    The test attack is stronger than the one in training.
    """
    digits, width = zeros_and_ones(), cell["width"]
    images = digits.vectors.astype(np.float32)
    signs = digits.signs(1).astype(np.float32)
    order = np.stack([rng.permutation(len(digits)) for _ in range(n)])
    train, test = order[:, : cell["n"]], order[:, -TEST_IMAGES:]
    d = images.shape[1]
    a, activation = two_layer.balanced_signs(width, dtype=np.float32), relu()
    start = two_layer.initial_weights(
        rng, n, width, d, (3 * d) ** -0.5, symmetric=False, dtype=np.float32
    )
    norm = "linf" if cell["linf"] else "l2"
    accuracies: dict[str, np.ndarray] = {}
    for name, share in PENALTIES.items():
        plan = PenalisedPlan(
            norm,
            Attack.fixed_point(cell["radius"], 2),
            cell["rate"],
            cell["iterations"],
            penalty=share * PAPERS_PENALTY * np.sqrt(PAPERS_WIDTH / width),
        )
        w = train_penalised(start, a, activation, images[train], signs[train], plan)
        clean = signs[test] * two_layer.value(w, a, activation, images[test])
        accuracies[f"standard_{name}"] = (clean > 0).mean(axis=1)
        for part, which in (("adversarial", test), ("training", train)):
            attack = Attack.decaying(cell["radius"], 20)
            found = ATTACKS[norm](w, a, activation, images[which], signs[which], attack)
            accuracies[f"{part}_{name}"] = (found.margin > 0).mean(axis=1)
    return accuracies
