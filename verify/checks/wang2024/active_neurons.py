"""Checks of the numbers of active neurons before the first step."""

from fractions import Fraction

import mpmath
import numpy as np

from bounds.wang2024.active_neurons import lemma_b21
from sim.clusters import data as clusters
from sim.clusters import subspace
from sim.networks import two_layer
from verify.catalogue import Cell, Observables, Path, check


def active_pairs(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Tell which neurons have the sign of a sample's label and are active on it: (R, n, m)."""
    sign = np.sign(two_layer.balanced_signs(w.shape[1]))
    return (two_layer.preactivation(w, x) > 0) & (y[..., None] == sign)


def _drawn(
    rng: np.random.Generator, cell: Cell, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw training sets and initial weights in full dimension."""
    mixture = clusters.Clusters(
        clusters.first_axis(cell["d"], cell["mu"]), cell["beta"], clusters.gaussian(0.6)
    )
    x, y, _ = mixture.sample(rng, n, cell["n"])
    return x, y, two_layer.initial_weights(rng, n, cell["m"], cell["d"], cell["omega"])


def active_shares_again(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    """Count with the signs of exact inner products; half of the neurons have each sign."""
    # Fractions: every float is one exactly.
    x, y, w = ([*map(Fraction, array[row].ravel())] for array in _drawn(rng, cell, n))
    d, m = cell["d"], cell["m"]

    def active(i: int, s: int) -> bool:
        product = sum(
            a * b for a, b in zip(x[i * d : i * d + d], w[s * d : s * d + d], strict=True)
        )
        return product > 0 and (y[i] > 0) == (s < m // 2)

    fewest = min(sum(active(i, s) for s in range(m)) for i in range(len(y)))
    return {"neurons_0": mpmath.mpf(fewest) / m}


@check(
    lemma_b21["quarter", "at-most-half", "printed-constant"],
    cells=[
        {"alpha": 0.5, "beta": 0.1, "eta": 1.0, "omega": 0.9 / np.sqrt(m * d)}
        | {"n": n, "m": m, "d": d, "mu": mu}
        for n, m, d, mu in [(12, 8, 40, 1.5), (5, 2, 60, 3.0)]
    ],
    seconds_per_replicate=1.2e-5,
    block=1024,
    first=16384,
    replay=active_shares_again,
)
def active_shares(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one set of initial weights, in full dimension."""
    active = active_pairs(*_drawn(rng, cell, n))
    return {"active_share": active.mean(axis=(1, 2)), "neurons_0": active.mean(axis=2).min(axis=1)}


def _growing(name: str, fixed: str) -> list[Path]:
    """Return paths along which one of n and m grows, and the other stays at 6 or 12."""
    rest = {"d": 10**7, "mu": 50.0, "alpha": 5.0, "eta": 1.0, "omega": 1e-5}
    return [Path({name: 1}, rest | {name: 40, fixed: size}, sizes=5, step=2) for size in (6, 12)]


def _cost(cell: Cell) -> float:
    return 4e-5 + 3e-8 * (cell["n"] + cell["m"] / 2) ** 2


def _active(rng: np.random.Generator, cell: Cell, n: int) -> np.ndarray:
    """Draw training sets and initial weights, in coordinates; tell which pairs are active."""
    sizes = cell["n"], cell["m"], cell["d"]
    drawn = subspace.sample(
        rng, n, *sizes, mean_norm=cell["mu"], weight_deviation=cell["omega"], noise_deviation=0.6
    )
    return active_pairs(drawn.x, drawn.y, drawn.w)


@check(lemma_b21["samples-grow"], paths=_growing("n", "m"), seconds_per_replicate=_cost)
def active_samples(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one set of initial weights, in coordinates."""
    return {"fewest_samples": _active(rng, cell, n).sum(axis=1).min(axis=1)}


@check(lemma_b21["neurons-grow"], paths=_growing("m", "n"), seconds_per_replicate=_cost, full=11)
def active_neurons(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one set of initial weights, in coordinates."""
    return {"fewest_neurons": _active(rng, cell, n).sum(axis=2).min(axis=1)}
