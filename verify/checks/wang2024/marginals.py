"""Checks of what Definition 2.1 says of a coordinate, and of what follows for the noise."""

import mpmath
import numpy as np
import scipy

from bounds.wang2024.marginals import (
    definition_2_1,
    proposition_b18,
    proposition_b20,
    proposition_b23,
)
from sim.clusters import subgaussian
from sim.clusters.data import gaussian
from verify.catalogue import Cell, Observables, check, product
from verify.checks.wang2024.laws import INSIDE_VARIANCE, LAWS, OTHER_LAWS


@check(
    definition_2_1["variance"],
    cells=product(atoms=[2, 4]),
    seconds_per_replicate=4e-6,
    first=16384,
)
def variances(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random law with a few atoms; a third of them are fair signs."""
    k = cell["atoms"]
    values = rng.standard_normal((n, k)) * 10 ** rng.uniform(-2, 2, (n, 1))
    fair = rng.random((n, 1)) < 1 / 3
    values = np.where(fair, np.abs(values[:, :1]) * np.resize([1.0, -1.0], k), values)
    weights = np.where(fair, 1.0, rng.random((n, k)) ** 3 + 1e-9)
    probabilities = weights / weights.sum(axis=1, keepdims=True)
    return {
        "second_moment": np.sum(probabilities * values**2, axis=1),
        "psi_2": subgaussian.norm_of_atoms(values, probabilities),
    }


def normal_norms_again(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    """Solve E exp(X^2/t^2) = 2 in 50 digits."""
    with mpmath.workdps(50):
        sigma = mpmath.mpf(cell["sigma"])

        def excess(t: mpmath.mpf) -> mpmath.mpf:
            rate = 1 / (2 * sigma**2) - 1 / t**2
            mass = 2 * mpmath.quad(lambda z: mpmath.exp(-rate * z**2), [0, sigma, mpmath.inf])
            return mass / (sigma * mpmath.sqrt(2 * mpmath.pi)) - 2

        return {"psi_2": mpmath.findroot(excess, (1.5 * sigma, 1.8 * sigma))}


@check(
    definition_2_1["normal-norm", "standard-normal", "small-normal"],
    cells=product(sigma=[0.2, 0.4, 0.55, float(np.sqrt(INSIDE_VARIANCE)) - 1e-9, 0.7, 1.0, 3.0]),
    seconds_per_replicate=6e-3,
    first=1,
    quick=1,
    full=1,
    complete=True,
    replay=normal_norms_again,
)
def normal_norms(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one normal law; there is nothing random."""
    return {"psi_2": np.full(n, subgaussian.norm_of_noise(gaussian(cell["sigma"])))}


@check(
    definition_2_1["other-laws", "other-laws-concave"],
    cells=[{"law": name, "lambda": LAWS[name].log_concavity} for name in OTHER_LAWS],
    seconds_per_replicate=6e-3,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def other_laws(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one law; there is nothing random."""
    law = LAWS[cell["law"]]
    z = np.linspace(-1, 1, 2001)
    h = 1e-2
    centre, left, right = (-np.log(law.density(z + shift)) for shift in (0.0, -h, h))
    return {
        "psi_2_of_law": np.full(n, subgaussian.norm_of_noise(law)),
        "smallest_curvature": np.full(n, ((left - 2 * centre + right) / h**2).min()),
    }


@check(
    definition_2_1["total-variation", "coupling"],
    cells=product(sigma=[0.6, 1.0]),
    seconds_per_replicate=4e-5,
    block=512,
    first=16384,
)
def flipped_labels(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one cluster distance and flip rate; densities are compared on a grid."""
    law = gaussian(cell["sigma"])
    mu, beta = rng.uniform(0.1, 4, n), rng.uniform(0, 0.5, n)
    x = np.linspace(-9.0, 9.0, 1201)
    own, other = (law.density(x - sign * mu[:, None]) / 2 for sign in (1, -1))
    flipped = (1 - beta[:, None]) * own + beta[:, None] * other
    # The part of the label -1 mirrors that of +1. The difference changes its sign at 0, a node.
    return {
        "mu": mu,
        "beta": beta,
        "total_variation": scipy.integrate.simpson(np.abs(flipped - own), x=x, axis=1),
    }


def _extremal_variances(
    rng: np.random.Generator, n: int, d: int, largest: float
) -> tuple[np.ndarray, np.ndarray]:
    """Draw variances in [0, largest] and a level that their mean reaches: (n, d) and (n,).

    Half of them are random; the others have as few large ones as their mean allows.
    """
    level = largest * rng.uniform(0.01, 1, n)
    below = level / 2 * (1 - 1e-9)
    few = np.ceil(d * (level - below) / (largest - below) - 1e-6)
    extremal = np.where(np.arange(d) < few[:, None], largest, below[:, None])
    random = largest * rng.random((n, d)) ** rng.uniform(0.3, 8, (n, 1))
    chosen = np.where(rng.random((n, 1)) < 0.5, extremal, random)
    mean = chosen.mean(axis=1)
    return chosen, np.where((chosen == extremal).all(axis=1), np.minimum(level, mean), mean)


@check(
    proposition_b18,
    id=proposition_b18.id,
    cells=product(d=[7, 200]),
    seconds_per_replicate=6e-6,
    block=2048,
    first=16384,
)
def large_variances(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one vector of variances, up to 1 and up to log 2."""
    found = {}
    for suffix, largest in (("", 1.0), ("_bounded", float(np.log(2)))):
        variances, kappa = _extremal_variances(rng, n, cell["d"], largest)
        found[f"kappa{suffix}"] = kappa
        found[f"large_share{suffix}"] = (variances >= kappa[:, None] / 2).mean(axis=1)
    return found


@check(
    proposition_b20,
    id=proposition_b20.id,
    cells=[{"atoms": 2}, {"atoms": 3}],
    seconds_per_replicate=4e-6,
    first=16384,
)
def anticoncentration(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one centred law of unit variance with 2 or 3 atoms, often very skewed."""
    # Two atoms: -p and 1/p. With three, the positive mass is shared by two values.
    p = 10 ** np.where(rng.random(n) < 0.5, rng.uniform(-1, 1.5, n), rng.uniform(-3, 30, n))
    p = np.where(rng.random(n) < 0.5, p, 1 / p)
    heavy = 1 / (1 + p**2)
    values = np.stack([-p, 1 / p], axis=1)
    probabilities = np.stack([heavy, heavy * p**2], axis=1)
    if cell["atoms"] == 3:
        share = rng.uniform(0.01, 0.99, n)
        ratio = 10 ** rng.uniform(-2, 2, n)
        low = values[:, 1] / (share + (1 - share) * ratio)
        values = np.stack([-p, low, ratio * low], axis=1)
        probabilities = np.stack([heavy, heavy * p**2 * share, heavy * p**2 * (1 - share)], axis=1)
        values /= np.sqrt(np.sum(probabilities * values**2, axis=1, keepdims=True))
    norm = subgaussian.norm_of_atoms(values, probabilities)

    def above(threshold: np.ndarray) -> np.ndarray:
        return np.sum(probabilities * (values >= threshold[:, None]), axis=1)

    return {
        "c": norm,
        "mass_above": above(1 / (10 * norm**2)),
        "mass_above_root": above(1 / (10 * norm)),
    }


@check(
    proposition_b23["projection", "norm"],
    cells=[
        {"law": law, "d": d, "c_6": 2.0, "delta_bar": level}
        for law in LAWS
        for d, level in [(1, 0.45), (5, 0.1), (5, 0.01), (50, 0.1)]
    ]
    # For normal noise the smallest one, sqrt(2) times its standard deviation; far out it is needed.
    + [{"law": "normal", "d": 2, "c_6": 0.6 * float(np.sqrt(2)), "delta_bar": 0.001}],
    seconds_per_replicate=lambda cell: 1e-7 + 3e-8 * cell["d"],
    block=1024,
    first=8192,
)
def tails_of_noise(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one draw of the noise and one direction."""
    noise = LAWS[cell["law"]].sample(rng, (n, cell["d"]))
    direction = rng.standard_normal((n, cell["d"]))
    along = np.sum(noise * direction, axis=1) / np.linalg.norm(direction, axis=1)
    return {"projection": np.abs(along), "squared_norm": np.square(noise).sum(axis=1)}


@check(
    proposition_b23["tail-mean"],
    cells=product(d=[1, 4, 60]),
    seconds_per_replicate=1.5e-7,
    first=16384,
)
def tail_means(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one failure probability and one variance up to 3/8, in closed form."""
    d = cell["d"]
    level = np.minimum(10 ** rng.uniform(-3, 0, n) / 2, 0.4999)
    deviation = np.sqrt(INSIDE_VARIANCE * rng.uniform(0.3, 1, n))
    unit = np.sqrt(d * np.log(1 / level)) / deviation
    # E |z| 1(|z| >= r) for a standard normal vector: a chi density of d + 1 degrees of freedom.
    scale = np.sqrt(2) * np.exp(scipy.special.gammaln((d + 1) / 2) - scipy.special.gammaln(d / 2))

    def beyond(radius: np.ndarray) -> np.ndarray:
        return deviation * scale * scipy.special.gammaincc((d + 1) / 2, radius**2 / 2)

    return {"delta_bar": level, "tail_mean": beyond(6 * unit), "tail_mean_low": beyond(unit)}
