"""Checks of the test errors of Theorem 3.1: trained networks, and exact laws of linear ones."""

import numpy as np
import scipy

from bounds.wang2024.error import theorem_b1
from sim.certificates import certified_margin, cluster_error
from sim.clusters import robust_error, subspace
from sim.networks import two_layer
from sim.networks.attack import Attack, l2_attack
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2024.smooth_runs import (
    ATTACK_STEPS,
    SIGMA,
    SPOILED,
    smooth_cell,
    smooth_runs,
)

Array = np.ndarray
DECLARED = dict(C_e=0.85, delta=0.001)
WEAK_NOISE = dict(sigma=0.3, C_e=0.85, delta=0.004)
"""The same constant; for normal noise ``sigma / (1 - 2 beta)`` is what it has to exceed."""


@check(
    theorem_b1["clean-error", "clean-error-of-a-network", "robust-error"],
    id="wang2024/test-errors",
    cells=[
        smooth_cell(d=1e5, n=20, mu=19.5, alpha=5.2, beta=0.1, H=20.0, eta=1e-3, T=6, **DECLARED),
        smooth_cell(
            d=1e5, n=20, mu=19.5, alpha=5.2, beta=0.05, gamma=0.3, eta=1e-3, T=2, **DECLARED
        ),
        smooth_cell(
            d=1e5, n=20, m=2, mu=19.5, alpha=5.2, beta=0.1, gamma=1.0, eta=1e-3, T=6, **DECLARED
        ),
        # So weak a signal, against (A1), that the exponential is a good part of the bound.
        smooth_cell(d=20000, n=20, mu=5.2, alpha=0.2, beta=0.05, H=20.0, eta=4e-3, T=6, **DECLARED),
        smooth_cell(
            d=1e5, n=50, mu=6.2, alpha=0.1, beta=0.05, gamma=0.3, eta=2e-3, T=4, **DECLARED
        ),
        smooth_cell(d=4000, m=2, mu=4.4, alpha=0.2, beta=0.1, gamma=0.7, eta=8e-3, T=2, **DECLARED),
        smooth_cell(d=4e5, n=40, mu=16.0, alpha=2.2, beta=0.1, H=20.0, eta=1e-3, T=4, **WEAK_NOISE),
        smooth_cell(
            d=20000, n=100, mu=3.0, alpha=0.05, beta=0.25, H=20.0, eta=8e-3, T=4, **WEAK_NOISE
        ),
    ],
    version=2,
    seconds_per_replicate=lambda cell: 1.5e-5 * cell["n"],
    block=64,
    first=1024,
    full=12,  # a probability of 0.998 wants that many
    saboteurs=SPOILED,
)
def errors_on_fresh_points(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one trained network and one fresh point, attacked and certified."""
    runs = smooth_runs(rng, cell, n)
    point = subspace.fresh_points(
        rng, n, 1, runs.data.mean, flip=cell["beta"], noise_deviation=cell["sigma"]
    )
    w, radius = runs.w[-1], cell["alpha"]
    attacked = l2_attack(
        w, runs.a, runs.phi, point.x, point.y, Attack.fixed_point(radius, ATTACK_STEPS)
    )
    certified = certified_margin.smallest_margin(
        w, runs.a, runs.phi, point.x, point.y, radius, attacked.perturbation
    )
    clean = point.y * two_layer.value(w, runs.a, runs.phi, point.x)
    law = dict(flip=cell["beta"], deviation=cell["sigma"])
    return {
        "clean_wrong": clean[:, 0] <= 0,
        "not_robust": certified[:, 0] <= 0,
        "clean_error": cluster_error.largest_error(w, runs.a, runs.data.mean, **law),
    }


def _law_cell(**parameters: float) -> dict:
    """Return a cell of the one-step law; ``C_e`` is ``sigma / (1 - 2 beta)``."""
    cell = {"sigma": SIGMA, "beta": 0.1, "C": 1.0} | parameters
    # Written so that it is rounded as it always was at beta = 0.1.
    return cell | {"C_e": cell["sigma"] / round(1 - 2 * cell["beta"], 12)}


def _log_error(rng: np.random.Generator, cell: Cell, n: int, radius: float) -> Array:
    """Return ``-log P(y_c f <= 0 on the ball)`` after one step of a linear network, in law."""
    margin = robust_error.sample_one_step_margins(
        rng, cell["mu"], cell["d"], cell["n"], n, flip=cell["beta"], deviation=cell["sigma"]
    )
    return -scipy.special.log_ndtr(-(margin - radius) / cell["sigma"])


BASE = _law_cell(d=1e12, n=256, mu=1000.0)
# A larger margin, of which an attack of radius 40 takes one half.
ATTACKED = _law_cell(d=1e15, n=4096, mu=5700.0, alpha=40.0)
# Twice the constant: many flipped labels.
FLIPPED = _law_cell(d=1e15, n=4096, mu=5700.0, beta=0.3)


@check(
    theorem_b1["clean-exponent"],
    paths=[Path({"n": 1}, BASE), Path({"d": -1}, BASE), Path({"mu": 1}, BASE, step=1.5)],
    seconds_per_replicate=4e-7,
    first=1024,
)
def clean_exponent(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training step of a linear network, in law."""
    return {"clean_log_error": _log_error(rng, cell, n, 0.0)}


@check(
    theorem_b1["robust-exponent"],
    paths=[
        Path({"n": 1}, ATTACKED),
        Path({"d": -1}, ATTACKED),
        Path({"mu": 1}, ATTACKED, step=1.5),
        Path({"alpha": 1}, ATTACKED | {"alpha": 10.0}, step=1.4),
        Path({"mu": 1}, FLIPPED | {"alpha": 20.0}, step=1.5),
    ],
    seconds_per_replicate=4e-7,
    first=1024,
)
def robust_exponent(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training step of a linear network, in law."""
    return {"robust_log_error": _log_error(rng, cell, n, cell["alpha"])}


FIXED_RATIO = _law_cell(d=1e15, n=4096, mu=5700.0, r=0.007)


@check(
    theorem_b1["fixed-ratio"],
    paths=[
        Path({"n": 1}, FIXED_RATIO),
        Path({"d": -1}, FIXED_RATIO),
        Path({"mu": 1}, FIXED_RATIO, step=1.5),
        Path({"r": 1}, FIXED_RATIO | {"r": 0.0018}, step=1.4),
        Path({"mu": 1}, FLIPPED | {"r": 0.0035}, step=1.5),
    ],
    seconds_per_replicate=4e-7,
    first=1024,
)
def fixed_ratio(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training step of a linear network, in law."""
    return {"ratio_log_error": _log_error(rng, cell, n, cell["r"] * cell["mu"])}


@check(
    theorem_b1["early-margin", "late-margin"],
    paths=[
        Path({"d": 1, "mu": 0.5}, _law_cell(d=400, n=12, mu=6.0), sizes=6, step=4),
        Path(
            {"d": 1, "mu": 0.5},
            _law_cell(d=3600, n=36, mu=10.0, sigma=0.3, beta=0.05),
            sizes=6,
            step=4,
        ),
    ],
    version=2,
    seconds_per_replicate=lambda cell: 6e-6 + 3e-8 * cell["n"] ** 2,
    first=256,
)
def first_and_last_margins(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample: the sum of its labelled inputs, and its interpolator."""
    data = subspace.sample(
        rng,
        n,
        cell["n"],
        2,
        cell["d"],
        mean_norm=cell["mu"],
        weight_deviation=0.0,
        flip=cell["beta"],
        noise_deviation=cell["sigma"],
    )

    def margin(theta: Array) -> Array:
        return np.matmul(theta, data.mean) / np.linalg.norm(theta, axis=-1)

    total = np.matmul(data.y[:, None, :], data.x)[:, 0]
    gram = np.matmul(data.x, np.swapaxes(data.x, -1, -2))
    dual = np.linalg.solve(gram, data.y[..., None])
    interpolator = np.matmul(np.swapaxes(dual, -1, -2), data.x)[:, 0]
    return {
        "noisy_share": (data.y != data.cluster).mean(axis=-1),
        "early_margin": margin(total),
        "late_margin": margin(interpolator),
    }
