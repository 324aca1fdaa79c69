"""Checks of what one step does, over many orders of magnitude, and of where attacks point."""

import numpy as np

from bounds.wang2024.attacked_inputs import claim_4_1, lemma_b10, lemma_b11
from bounds.wang2024.convergence import lemma_b14, lemma_b15
from bounds.wang2024.training import lemma_b9, lemma_b12, proposition_b34
from sim.clusters import subspace
from sim.networks import two_layer
from sim.networks.activation import Activation, relu
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2024 import replays_training
from verify.checks.wang2024.smooth_runs import (
    OTHERS,
    SPOILED,
    draw,
    geometry,
    network,
    smooth_cell,
    smooth_runs,
)

Array = np.ndarray

# Far inside the regime (n mu^2 << d <= mu^4), with a kink that is sharp at every preactivation.
START = smooth_cell(d=1e11, mu=1000.0, alpha=1.0, H=1e19, eta=1e-9)

SMALL_START = START | {"omega": START["omega"] / 8}
"""Where the width and the dimension may grow 16 times within Assumption 1 (3)."""


def _cost(cell: Cell) -> float:
    return 1.5e-7 * cell["n"] ** 2 + 3e-6 * cell["m"] + 3e-5


@check(
    [
        lemma_b10["true-size"],
        lemma_b11["signal-lost"],
        lemma_b12["gradient-order"],
        lemma_b14["order"],
        proposition_b34["size"],
    ],
    paths=[
        Path({"n": 1}, START, sizes=4),
        Path({"d": -1}, START, sizes=5),
        Path({"mu": 1}, START, sizes=4),
        Path({"alpha": 1}, START, sizes=5),
        Path({"m": 1}, SMALL_START, sizes=5),
        Path({"omega": -1}, START, sizes=5),
        Path({"eta": 1}, START, sizes=5),
    ],
    version=2,
    seconds_per_replicate=_cost,
    block=32,
    first=64,
    saboteurs=SPOILED,
)
def first_step_sizes(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample and one training step, attacked afterwards."""
    runs = smooth_runs(rng, cell, n)
    moved = two_layer.frobenius_norm(runs.w[1] - runs.w[0])
    return {
        "first_distance": runs.distance()[0].mean(axis=-1),
        "signal_lost": np.abs(np.matmul(runs.u[1], runs.data.mean)).mean(axis=-1),
        "first_gradient_ratio": runs.descent_norm[0] / runs.mean_weight[0],
        "first_margin": runs.normalised_margin([1])[0],
        "relative_move": moved / two_layer.frobenius_norm(runs.w[0]),
    }


@check(
    lemma_b10["order"],
    # Larger samples and attacks need a larger dimension, d >= C n alpha^2.
    paths=[
        Path({"omega": -1}, START, sizes=5),
        Path({"eta": 1}, START, sizes=5),
        Path({"m": 1}, SMALL_START, sizes=5),
        Path({"d": 1}, SMALL_START, sizes=5),
        Path({"n": 1, "d": 1}, SMALL_START, sizes=4),
        Path({"alpha": 1, "d": 2}, SMALL_START | {"d": 1e9}, sizes=5),
    ],
    seconds_per_replicate=_cost,
    block=32,
    first=64,
    saboteurs=SPOILED,
)
def first_step_distance(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample and one training step, attacked afterwards."""
    runs = smooth_runs(rng, cell, n)
    return {"first_distance": runs.distance()[0].mean(axis=-1)}


@check(
    claim_4_1["first-step"],
    paths=[
        Path(
            {"m": 1},
            smooth_cell(d=1e7, mu=60.0, alpha=4.0, beta=0.1, gamma=gamma, H=1e19, eta=1e-9),
            sizes=6,
        )
        for gamma in (0.1, 0.6)
    ],
    seconds_per_replicate=_cost,
    block=32,
    first=256,
    saboteurs=SPOILED,
)
def first_attack_angle(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample and one training step, attacked afterwards."""
    runs = smooth_runs(rng, cell, n)
    return {
        "first_cosine": runs.alignment()[0].mean(axis=-1),
        "first_mean_cosine": runs.mean_alignment()[0].mean(axis=-1),
    }


@check(
    lemma_b14["first-step"],
    paths=[
        # The signal grows with d, so that clusters are told apart; initial weights are tiny, so
        # that all neurons start out linear.
        Path(
            {"d": 1, "mu": 0.3},
            smooth_cell(d=1e5, mu=40.0, alpha=5.0, gamma=gamma, H=1e14, eta=1e-9, share=1e-9),
            sizes=5,
            step=16,
        )
        for gamma in (0.1, 0.6)
    ],
    version=2,
    seconds_per_replicate=4e-5,
    first=256,
    saboteurs=SPOILED,
)
def first_margin(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample and one training step."""
    runs = smooth_runs(rng, cell, n)
    total = np.matmul(runs.data.y[:, None, :], runs.data.x)[:, 0]
    linear = np.matmul(total, runs.data.mean) / np.linalg.norm(total, axis=-1)
    return {"first_margin_share": runs.normalised_margin([1])[0] / linear}


@check(
    claim_4_1["angle", "angle-vanishes"],
    paths=[
        Path(
            {"T": 1},
            smooth_cell(d=1e10, mu=640.0, alpha=320.0, gamma=gamma, H=1e18, eta=2e-13, T=4),
            sizes=4,
            step=4,
        )
        for gamma in (0.1, 0.5)
    ]
    # Of a smaller start less is left at the same time.
    + [
        Path(
            {"T": 1},
            smooth_cell(
                d=1e10, n=16, mu=320.0, alpha=80.0, gamma=0.3, H=1e18, eta=2e-13, T=4, share=0.05
            ),
            sizes=4,
        )
    ],
    version=2,
    seconds_per_replicate=lambda cell: 2.3e-6 * cell["n"] * cell["T"] + 2e-5,
    first=256,
    saboteurs=SPOILED,
)
def attack_angle(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training run with steps so small that all losses stay equal."""
    runs = smooth_runs(rng, cell, n)
    return {
        "cosine": runs.alignment()[-1].mean(axis=-1),
        "positives": np.sum(runs.data.y > 0, axis=-1),
    }


@check(
    claim_4_1["signal"],
    paths=[
        Path(ray, smooth_cell(d=d, mu=mu, alpha=30.0, beta=0.05, H=10.0, eta=1e-9, T=3), sizes=6)
        for ray, d, mu in [
            ({"mu": 1, "alpha": 1, "d": 3}, 4e5, 30.0),
            ({"mu": 1}, 1e9, 30.0),
            ({"alpha": 1}, 1e9, 960.0),
            ({"d": 1}, 1e9, 960.0),
        ]
    ],
    seconds_per_replicate=6e-5,
    first=256,
    saboteurs=SPOILED,
)
def attacked_signal(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training run of 3 steps, attacked with at most the signal's strength."""
    runs = smooth_runs(rng, cell, n)
    products = np.abs(np.matmul(runs.attacked, runs.data.mean))
    return {"signal_largest": products.max(axis=(0, 2))}


@check(
    claim_4_1["perturbed-start"],
    cells=[
        smooth_cell(d=20000, n=12, m=2, mu=9.0, alpha=9.0, gamma=gamma, eta=0.005)
        for gamma in (0.3, 1.0)
    ],
    seconds_per_replicate=8e-6,
    first=1024,
)
def perturbed_start(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample, one step from attacked and from clean inputs, a fresh point."""
    data, (phi, a) = draw(rng, cell, n), network(cell)
    point = subspace.fresh_points(rng, n, 1, data.mean, noise_deviation=cell["sigma"])

    def wrong(x: Array) -> Array:
        w = data.w + two_layer.weight_gradient(
            data.w, a, phi, x, data.y * cell["eta"] / (2 * cell["n"])
        )
        return (point.cluster * two_layer.value(w, a, phi, point.x) <= 0)[:, 0]

    along = cell["alpha"] * data.mean / cell["mu"]
    return {
        "wrong_after_perturbed_start": wrong(data.x - data.y[..., None] * along),
        "wrong_after_clean_start": wrong(data.x),
    }


@check(
    [proposition_b34["leaves", "leaves-relu"], lemma_b15["direction", "printed-direction"]],
    cells=[
        smooth_cell(
            d=4000, m=16, mu=20.0, alpha=5.0, beta=0.02, gamma=0.6, eta=0.01, share=1.0 - 1e-12
        ),
        smooth_cell(
            d=1e8, mu=2000.0, alpha=500.0, beta=0.02, gamma=1.0, eta=1e-7, share=1.0 - 1e-12
        ),
        smooth_cell(
            d=1e6,
            n=16,
            mu=100.0,
            alpha=8.0,
            beta=0.01,
            gamma=0.3,
            eta=4e-13,
            share=1.0 - 1e-12,
            **OTHERS,
        ),
    ],
    seconds_per_replicate=3e-5,
    block=256,
    first=4096,
    replay=replays_training.first_move,
)
def first_move(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample and one training step, for three networks."""
    data, (phi, a) = draw(rng, cell, n), network(cell)
    pull = data.y * cell["eta"] / (2 * cell["n"])

    def relative(start: Array, activation: Activation) -> Array:
        step = two_layer.weight_gradient(start, a, activation, data.x, pull)
        return two_layer.frobenius_norm(step) / two_layer.frobenius_norm(start)

    w = data.w + two_layer.weight_gradient(data.w, a, phi, data.x, pull)
    direction = np.sign(a)[:, None] * data.mean / cell["mu"]
    along = np.sum(w * direction, axis=(-2, -1))
    return geometry(cell, data) | {
        "loss_ratio": np.ones(n),  # all margins are zero at the start
        "relative_move": relative(data.w, phi),
        "relative_move_large_start": relative(50 * data.w, phi),
        "relative_move_relu": relative(data.w, relu()),
        "trained_norm": two_layer.frobenius_norm(w),
        "along_direction": along / np.sqrt(cell["m"]),
        "along_printed_direction": along,
    }


LARGER = {"sigma": 0.45, "delta": 0.4, "C": 3.0, "C_0": 2.0}


@check(
    [
        lemma_b10["distance-at-the-edge"],
        claim_4_1["angle-bounded"],
        lemma_b9["increasing-at-the-edge", "increasing-large-slope", "increasing-smooth-kink"],
    ],
    # Assumption 1, (A1) and (A2) hold with C = 1, including the step.
    cells=[
        smooth_cell(d=2000, n=4, m=2, mu=7.0, alpha=4.0, gamma=gamma, H=H, eta=0.99 / 2000**2, T=4)
        for gamma, H in [(0.05, 8e7), (0.05, 1e3), (0.25, 8e7), (0.5, 8e7), (1.0, 8e7)]
    ]
    # With C = 3.
    + [
        smooth_cell(
            d=12000,
            n=8,
            mu=14.0,
            alpha=5.0,
            beta=0.05,
            gamma=gamma,
            H=H,
            eta=0.33 / 12000**2,
            T=2,
            **LARGER,
        )
        for gamma, H in [(0.3, 2e10), (0.05, 3e5)]
    ],
    version=2,
    seconds_per_replicate=4.9e-5,
    block=128,
    first=448,
    replay=replays_training.small_constant,
    saboteurs=SPOILED,
)
def small_constant(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training run at the edge of the assumptions."""
    runs = smooth_runs(rng, cell, n)
    along_mean = -runs.data.y * np.matmul(runs.u[1:], runs.data.mean) / cell["alpha"] / cell["mu"]
    return runs.geometry() | {
        "edge_distance": runs.distance().max(axis=(0, 2)),
        "edge_margin": runs.margin[1:].min(axis=(0, 2)),
        "smallest_cosine": runs.alignment().min(axis=(0, 2)),
        "mean_cosine": along_mean.min(axis=(0, 2)),
    }
