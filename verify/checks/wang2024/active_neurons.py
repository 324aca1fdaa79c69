"""Checks of the numbers of active neurons before the first step."""

from __future__ import annotations

import numpy as np

from bounds.wang2024.active_neurons import lemma_b21
from sim import clusters, subspace, two_layer
from verify.binding import Observables, check
from verify.grid import Cell, Path


def active_pairs(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Tell which neurons have the sign of a sample's label and are active on it: (R, n, m)."""
    sign = np.sign(two_layer.balanced_signs(w.shape[1]))
    return (two_layer.preactivation(w, x) > 0) & (y[..., None] == sign)


@check(
    [lemma_b21[name] for name in ("quarter", "at-most-half", "printed-constant")],
    id="wang2024/active-shares",
    cells=[
        {"n": n, "m": m, "d": d, "mu": mu, "alpha": 0.5, "beta": 0.1, "eta": 1.0,
         "omega": 0.9 / np.sqrt(m * d)}
        for n, m, d, mu in [(12, 8, 40, 1.5), (5, 2, 60, 3.0)]
    ],
    seconds_per_replicate=1.2e-5,
    block=1024,
    first=16384,
    quick=2,
    full=3,
)
def active_shares(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one set of initial weights, in full dimension."""
    mixture = clusters.Clusters(
        clusters.first_axis(cell["d"], cell["mu"]), cell["beta"], clusters.gaussian(0.6)
    )
    x, y, _ = mixture.sample(rng, n, cell["n"])
    w = two_layer.initial_weights(rng, n, cell["m"], cell["d"], cell["omega"])
    active = active_pairs(x, y, w)
    return {
        "active_share": active.mean(axis=(1, 2)),
        "neurons_0": active.mean(axis=2).min(axis=1),
    }


@check(
    [lemma_b21["samples-grow"], lemma_b21["neurons-grow"]],
    id="wang2024/active-numbers",
    paths=[
        Path({"n": 1, "m": 1}, {"n": n, "m": m, "d": 10**7, "mu": 50.0, "alpha": 5.0,
                                "eta": 1.0, "omega": 1e-5}, sizes=5, step=2)
        for n, m in [(20, 20), (30, 16)]
    ],
    seconds_per_replicate=lambda cell: 3e-8 * (cell["n"] + cell["m"] / 2) ** 2,
    block=16,
    first=64,
    full=9,
)
def active_numbers(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one set of initial weights, in coordinates."""
    drawn = subspace.sample(
        rng, n, cell["n"], cell["m"], cell["d"], mean_norm=cell["mu"],
        weight_deviation=cell["omega"], noise_deviation=0.6,
    )
    active = active_pairs(drawn.x, drawn.y, drawn.w)
    return {
        "fewest_samples": active.sum(axis=1).min(axis=1),
        "fewest_neurons": active.sum(axis=2).min(axis=1),
    }
