"""Checks of the good data events one by one, at sizes where they fail now and then."""

import numpy as np
import scipy

from bounds.wang2024.data_events import lemma_b4
from sim.certificates.ball_products import smallest_product
from sim.clusters import data as clusters
from sim.clusters.subspace import gaussian_coordinates
from verify.catalogue import Cell, Observables, check


@check(
    lemma_b4["signal-exact", "flips-exact"],
    cells=[
        {"in_regime": 0, "n": n, "mu": mu, "sigma": sigma, "beta": beta, "C": C}
        # Both outcomes are seen: the lemma's own C makes a violation of (C7) so rare that its
        # frequency would tell nothing of the formula.
        for n, mu, sigma, beta, C in [
            (100, 5.0, 1.0, 0.1, 1000.0),
            (100, 6.0, 1.0, 0.3, 400.0),
            (20, 4.0, 1.0, 0.3, 100.0),
            (20, 2.0, 0.6, 0.5, 60.0),
            (7, 3.0, 1.0, 0.3, 30.0),
            (100, 7.0, 1.0, 0.5, 400.0),
        ]
    ],
    seconds_per_replicate=lambda cell: 4e-8 * cell["n"],
    block=1024,
    first=8192,
)
def signals_and_flips(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set, seen along the mean alone."""
    mixture = clusters.Clusters(
        np.array([cell["mu"]]), cell["beta"], clusters.gaussian(cell["sigma"])
    )
    x, y, cluster = mixture.sample(rng, n, cell["n"])
    products = cell["mu"] * cluster * x[..., 0]
    return {
        "deviation": np.abs(products / cell["mu"] ** 2 - 1).max(axis=1),
        "noisy_share": (y != cluster).mean(axis=1),
    }


@check(
    lemma_b4["flips-hoeffding"],
    cells=[{"largest": 30}, {"largest": 3000}],
    seconds_per_replicate=5e-7,
    first=16384,
)
def flipped_labels_tails(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample size, share of flips and constant; tails are exact."""
    size = np.ceil(cell["largest"] ** rng.random(n))
    beta = rng.uniform(0.02, 0.5, n)
    # Up to deviations at which the tail nears the smallest double, or every label is flipped.
    excess = np.minimum(0.999 * (1 - beta), np.sqrt(50 / size)) * rng.random(n)

    def log_tail(excess: np.ndarray) -> np.ndarray:
        return np.asarray(scipy.stats.binom.logsf(np.floor(size * (beta + excess)), size, beta))

    return {
        "n": size,
        "beta": beta,
        "C": 2 / excess**2,
        "log_flip_tail": log_tail(excess),
        "log_flip_tail_half": log_tail(excess / 2),
    }


@check(
    lemma_b4["noise-frame-limit"],
    cells=[
        {"in_regime": -1, "n": n, "d": d, "delta": delta}
        for n, d, delta in [(20, 40, 0.1), (60, 120, 0.1), (30, 90, 0.03)]
    ],
    seconds_per_replicate=lambda cell: 1e-7 * cell["n"] ** 2,
    first=256,
)
def noise_frames(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of standard normal vectors, in coordinates of their span."""
    rows = gaussian_coordinates(rng, n, cell["n"], cell["d"])
    gram = rows @ np.swapaxes(rows, 1, 2)
    return {"top_noise": np.linalg.eigvalsh(gram)[:, -1] / cell["d"]}


@check(
    lemma_b4["inner-product", "inner-product-bound"],
    cells=[{"d": 2}, {"d": 5}],
    seconds_per_replicate=4.5e-5,
    block=1024,
    first=8192,
)
def attacked_inner_products(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one input, moved twice within the same ball."""
    x = rng.standard_normal((n, cell["d"]))
    length = np.linalg.norm(x, axis=1)
    # The search is slow to converge where the two forms of the minimum meet.
    share = np.where(rng.random(n) < 0.7, rng.uniform(0, 0.47, n), rng.uniform(0.53, 1.5, n))
    return {
        "length": length,
        "alpha": share * length,
        "weak_attack": share <= 0.5,
        "attacked_inner": smallest_product(x, x, share * length, rng=rng, starts=3, steps=150),
    }
