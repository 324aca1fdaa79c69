"""Checks of the convergence bounds on longer runs, and of the scalar facts of the proofs."""

import numpy as np

from bounds.wang2024.convergence import corollary_b16, lemma_b15
from bounds.wang2024.error import theorem_b1
from bounds.wang2024.training import lemma_b9
from sim.networks import two_layer
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2024.smooth_runs import OTHERS, SPOILED, smooth_cell, smooth_runs

LONG = dict(n=6, beta=0.02, epsilon=0.55, zeta=0.0, moderate_step=1)
MORE = dict(n=12, beta=0.05, epsilon=0.25)


@check(
    [lemma_b15["loss"], corollary_b16["loss", "norm"], theorem_b1["training-loss"]],
    cells=[
        # The bound of Corollary B.16 is below log 2 here.
        smooth_cell(d=4000, mu=20.0, alpha=5.0, gamma=0.9, eta=0.05, T=472, **LONG),
        # The bound of Lemma B.15 is below log 2 here.
        smooth_cell(d=200, mu=6.0, alpha=1.0, gamma=0.5, eta=2.8, T=64, **LONG),
        smooth_cell(
            d=400, m=2, mu=8.0, alpha=0.8, gamma=0.8, H=4.0, eta=2.0, T=120, **LONG | MORE | OTHERS
        ),
        # A step within Assumption 1 (4); the ones above are larger, or runs would not get anywhere.
        smooth_cell(d=200, mu=6.0, alpha=1.0, gamma=0.5, eta=0.99 / 200**2, T=4, **LONG),
        # A step so large that the gradient's term matters.
        smooth_cell(
            d=20000, mu=40.0, alpha=12.0, gamma=0.5, eta=1.0, T=4, **LONG | {"moderate_step": 0}
        ),
    ],
    seconds_per_replicate=lambda cell: 1.4e-5 * cell["T"] + 2e-5,
    bytes_per_replicate=lambda cell: 1.5e3 * cell["T"],
    first=128,
    saboteurs=SPOILED,
)
def long_training(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one long training run of a small network."""
    runs = smooth_runs(rng, cell, n)
    squares = np.square(two_layer.frobenius_norm(runs.w[[0, -1]]))
    return runs.geometry() | {
        "robust_loss": two_layer.logistic_loss(runs.margin[-1]).mean(axis=-1),
        "squared_growth": squares[1] - squares[0],
    }


@check(
    lemma_b15["rate", "true-rate"],
    paths=[
        Path(
            {"T": 1},
            smooth_cell(d=2000, n=6, mu=9.0, alpha=3.0, gamma=gamma, eta=0.02, T=16),
            sizes=6,
        )
        for gamma in (0.3, 1.0)
    ],
    seconds_per_replicate=lambda cell: 1.4e-5 * cell["T"] + 2e-5,
    bytes_per_replicate=lambda cell: 1.5e3 * cell["T"],
    block=16,
    first=32,
    saboteurs=SPOILED,
)
def loss_decay(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training run."""
    runs = smooth_runs(rng, cell, n)
    return {"robust_loss": two_layer.logistic_loss(runs.margin[-1]).mean(axis=-1)}


@check(
    [
        lemma_b9["quotient", "quotient-improved", "weight-below", "weight-above"],
        lemma_b15["loss-and-weight", "margin-times-weight", "bernoulli", "powers"],
    ],
    cells=[{"largest": largest} for largest in (1.0, 10.0, 100.0)],
    seconds_per_replicate=2e-6,
    first=16384,
)
def scalar_facts(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is a few random numbers, of every sign and size up to the largest."""
    size = cell["largest"]
    x, y, anywhere = size * rng.uniform(-1, 1, (3, n))
    z, argument = size * rng.random((2, n))
    p, power = rng.uniform(0.5, 1, n), rng.random(n)
    count = rng.integers(2, 20, n)
    inside = np.arange(20) < count[:, None]
    equal = rng.random((n, 1)) < 0.5
    rows = np.where(equal, 1.0, rng.random((n, 20))) * inside
    weight = two_layer.logistic_weight(anywhere)
    return {
        "x": x,
        "y": y,
        "weight_quotient": two_layer.logistic_weight(x) / two_layer.logistic_weight(y),
        "z": z,
        "weight": two_layer.logistic_weight(z),
        "loss_at_z": two_layer.logistic_loss(z),
        "weight_at_z": two_layer.logistic_weight(z),
        "loss_anywhere": two_layer.logistic_loss(anywhere),
        "weight_anywhere": weight,
        "product_anywhere": anywhere * weight,
        "argument_x": argument,
        "exponent_p": p,
        "powered": (1 + argument) ** p,
        "count": count,
        "power": power,
        "power_sum": np.sum(np.where(inside, rows ** power[:, None], 0), axis=-1),
        "square_sum": np.sum(rows**2, axis=-1),
    }
