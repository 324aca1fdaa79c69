"""Checks of the lemmas on the initial weights."""

import numpy as np
import scipy

from bounds.wang2024.initialisation import lemma_b3, lemma_b19
from sim.clusters import subspace
from sim.networks import two_layer
from verify.catalogue import Cell, Observables, Path, check

C_0 = float(2 * np.sqrt(2))


@check(
    lemma_b3["rows", "rows-exact", "spectral", "symmetric"],
    cells=[
        {"m": m, "d": d, "delta": 0.1, "C_0": C_0}
        # Below 100 dimensions rows outside the bounds are not rare: a frequency is told from
        # another relative to the rarer outcome.
        for m, d in [(8, 130), (4, 200), (8, 300), (8, 30), (4, 20), (2, 20)]
    ]
    + [{"m": 4, "d": 50, "delta": 0.03, "C_0": 2.0}],
    seconds_per_replicate=lambda cell: 2e-6 + 2.7e-8 * cell["m"] * cell["d"],
    block=1024,
    first=3584,  # a quarter of what excludes a share of 0.001
)
def initial_weights(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of initial weights, in units of their standard deviation."""
    m, d = cell["m"], cell["d"]
    w = two_layer.initial_weights(rng, n, m, d, 1.0)
    squares = np.square(w).sum(axis=-1) / d
    return {
        "smallest_row": squares.min(axis=1),
        "largest_row": squares.max(axis=1),
        "spectral_norm": two_layer.spectral_norm(w),
        "half_norm": two_layer.spectral_norm(w[:, : m // 2]),
    }


@check(
    lemma_b3["tail"],
    cells=[{"largest": 30}, {"largest": 3000}],
    seconds_per_replicate=3.5e-7,
    first=16384,
)
def chi_squared_tails(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one number of degrees of freedom and one deviation; tails are exact."""
    d = np.ceil(cell["largest"] ** rng.random(n))
    t = rng.random(n)
    return {
        "d": d,
        "t": t,
        "tail": scipy.stats.chi2.cdf(d * (1 - t), d) + scipy.stats.chi2.sf(d * (1 + t), d),
    }


@check(
    lemma_b3["spectral-constant"],
    paths=[
        Path({"m": 1, "d": 1}, {"m": 8, "d": 16}, sizes=6, step=2),
        Path({"m": 1, "d": 1}, {"m": 8, "d": 400}, sizes=6, step=2),
    ],
    seconds_per_replicate=lambda cell: 6e-6 + 1.5e-8 * cell["m"] ** 2,
    first=64,
    full=10,
)
def initial_spectral_norm(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of initial weights, in coordinates of their span."""
    half = subspace.gaussian_coordinates(rng, n, cell["m"] // 2, cell["d"])
    norm = np.sqrt(2 * np.linalg.eigvalsh(half @ np.swapaxes(half, 1, 2))[:, -1])
    return {"spectral_ratio": norm / (np.sqrt(cell["m"]) + np.sqrt(2 * cell["d"]))}


@check(
    lemma_b19,
    id=lemma_b19.id,
    cells=[
        {"m": m, "d": d, "G": large}
        for m, d, large in [(8, 600, 200), (4, 900, 300), (8, 20, 6), (4, 15, 5), (8, 12, 3)]
    ],
    seconds_per_replicate=lambda cell: 2e-6 + 1e-8 * cell["m"] * cell["d"],
    first=4096,
)
def weights_on_large_variances(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of initial weights; the first G coordinates are the large ones."""
    squares = np.square(rng.standard_normal((n, cell["m"] // 2, cell["d"])))
    ratio = squares[..., : cell["G"]].mean(axis=-1) / squares.mean(axis=-1)
    return {"smallest_ratio": ratio.min(axis=1)}
