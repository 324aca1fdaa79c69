"""Checks of the lower bound of Theorem 3.2 and of the robust error of linear rules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy
from mpmath import exp, inf, mpf, quad, workdps

from bounds.wang2024.lower_bound import claim_3_4, example_linear, theorem_3_2
from sim.clusters import data as clusters
from sim.clusters import robust_error, subspace
from sim.clusters.data import Noise
from sim.networks import two_layer
from sim.networks.activation import leaky_relu
from sim.networks.adversarial_training import Plan, train
from sim.networks.attack import Attack, l2_attack
from verify.catalogue import Cell, Observables, Path, check, product
from verify.checks.wang2024.laws import LAWS

THRESHOLDS = 300
"""Cells of the grid on which the best classifier's thresholds are sought."""

SHIFTS = 48
"""Different lengths of the shift in one block: the quadrature of an overlap takes a millisecond."""


ON_THE_LINE: dict[str, Noise] = {**LAWS, "narrow normal": clusters.gaussian(0.2)}

LAW_CELLS = [
    {
        "law": name,
        "is_normal": int(name in ("normal", "narrow normal")),
        "sigma": float(np.sqrt(law.variance)),
    }
    for name, law in ON_THE_LINE.items()
]


def _problems(rng: np.random.Generator, cell: Cell, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw cluster distances, and what the attack leaves of them, at most 85 %: (n,) each."""
    deviation = cell["sigma"]
    left = deviation * rng.uniform(0.25, 2.5, SHIFTS)[rng.integers(0, SHIFTS, n)]
    mu = left / 0.85 + rng.random(n) ** 2 * np.maximum(3 * deviation - left / 0.85, 0)
    return mu, left


def _flips(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.where(rng.random(n) < 1 / 4, 0.0, rng.uniform(0, 0.5, n))


def _overlap(left: np.ndarray, law: Noise) -> np.ndarray:
    """Return the overlap of Theorem 3.2, by quadrature once for every length of the shift."""
    lengths, place = np.unique(left, return_inverse=True)
    return robust_error.overlap(2 * lengths, noise=law)[place]


DENSITIES: dict[str, tuple[Callable[[mpf], mpf], mpf]] = {
    "normal": (lambda z: exp(-((z / mpf(0.6)) ** 2) / 2), inf),
    "narrow normal": (lambda z: exp(-((z / mpf(0.2)) ** 2) / 2), inf),
    "Laplace times normal": (lambda z: exp(-abs(z) / 2 - 3 * z**2 / 2), inf),
    "truncated normal": (lambda z: exp(-(z**2) / 8), mpf(1.1)),
}
"""Of the noise, up to a factor, and where they end; for mpmath."""


@workdps(30)
def _one_classifier(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict[str, mpf]:
    """Recompute the overlap, and the robust error of the better of sign<mu, x> and a constant.

    The latter is an upper bound of the smallest robust error, enough to refute a lower one.
    """
    mu, left = _problems(rng, cell, n)
    mu, alpha, beta = (mpf(array[row]) for array in (mu, mu - left, _flips(rng, n)))
    density, end = DENSITIES[cell["law"]]
    mass = 2 * quad(density, [0, end])
    shift = 2 * (mu - alpha)
    places = sorted({-end, -shift, -shift / 2, mpf(0), end - shift})
    inside = [z for z in places if -end <= z <= end - shift]
    both = quad(lambda z: min(density(z), density(z + shift)), inside)
    near, far = (quad(density, [min(t, end), end]) / mass for t in (mu - alpha, mu + alpha))
    return {
        "beta_mirrored": 1 - beta,
        "overlap": both / mass,
        "smallest_error": min((1 - beta) * near + beta * (1 - far), mpf(1) / 2),
    }


@check(
    [
        theorem_3_2["every-classifier", "twice", "normal", "overlap", "any-flips"],
        example_linear["optimum"],
    ],
    cells=LAW_CELLS,
    seconds_per_replicate=7e-4,
    block=512,
    first=1024,
    replay=_one_classifier,
)
def best_classifiers(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one problem on the line; all classifiers compete in it."""
    (mu, left), beta = _problems(rng, cell, n), _flips(rng, n)
    alpha = mu - left
    law = ON_THE_LINE[cell["law"]]
    smallest = robust_error.smallest_robust_error(mu, alpha, flip=beta, noise=law, cells=THRESHOLDS)
    width = smallest.upper - smallest.lower
    return {
        "mu": mu,
        "alpha": alpha,
        "beta": beta,
        "beta_mirrored": 1 - beta,
        "overlap": _overlap(left, law),
        "smallest_error": smallest.lower,
        "smallest_error_error": width,
        "smallest_error_normal": smallest.lower,
        "smallest_error_normal_error": width,
    }


@check(
    theorem_3_2["tight"],
    cells=LAW_CELLS[:2],
    seconds_per_replicate=7e-4,
    block=512,
    first=1024,
)
def best_classifiers_without_flips(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one problem on the line without flipped labels."""
    mu, left = _problems(rng, cell, n)
    alpha = mu - left
    law = ON_THE_LINE[cell["law"]]
    smallest = robust_error.smallest_robust_error(mu, alpha, noise=law, cells=THRESHOLDS)
    return {
        "smallest_error_clean": smallest.lower,
        "smallest_error_clean_error": smallest.upper - smallest.lower,
        "overlap": _overlap(left, law),
        # Half of the overlap of unimodal densities is the tail beyond half of the shift.
        "overlap_unattacked": 2 * robust_error.linear_robust_error(mu, 0.0, noise=law),
    }


@check(
    theorem_3_2["strong-attack", "strong-attack-attained"],
    cells=LAW_CELLS[:2],
    seconds_per_replicate=5e-4,
    block=512,
    first=1024,
)
def crushed_classifiers(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one problem on the line whose attack reaches the other cluster."""
    mu = cell["sigma"] * rng.uniform(0.3, 2.5, n)
    smallest = robust_error.smallest_robust_error(
        mu,
        mu * rng.uniform(1.0, 1.5, n),
        flip=rng.uniform(0, 0.5, n),
        noise=ON_THE_LINE[cell["law"]],
        cells=THRESHOLDS,
    )
    return {
        "smallest_error_crushed": smallest.lower,
        "smallest_error_crushed_error": smallest.upper - smallest.lower,
    }


@check(
    [theorem_3_2["linear-rules"], example_linear["best-rule"]],
    cells=[{"d": 2, "sigma": 1.0}, {"d": 30, "sigma": 0.6}],
    seconds_per_replicate=1.2e-6,
    first=16384,
)
def linear_rules(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one problem and one linear rule with a threshold; errors by quadrature."""
    mu = cell["sigma"] * rng.uniform(0.2, 4, n)
    alpha, beta = mu * rng.uniform(0, 0.999, n), rng.uniform(0, 0.5, n)
    beta = np.where(rng.random(n) < 0.3, 0.0, beta)
    direction = rng.standard_normal((n, cell["d"]))
    direction[:, 0] += rng.choice([0.0, 3.0, 30.0], n)
    along = mu * (direction[:, 0] / np.linalg.norm(direction, axis=1))
    threshold = cell["sigma"] * rng.standard_normal(n) * 10 ** rng.uniform(-3, 1, n)
    law = clusters.gaussian(cell["sigma"])
    above, below = (
        robust_error.linear_robust_error(along + s * threshold, alpha, flip=beta, noise=law)
        for s in (1, -1)
    )
    error = (above + below) / 2
    return {
        "mu": mu,
        "alpha": alpha,
        "beta": beta,
        "linear_error": error,
        "linear_error_any": error,
    }


@check(
    example_linear["robust-error"],
    cells=[
        {"mu": 2.0, "cosine": 0.8, "alpha": 0.5, "beta": 0.1, "sigma": 1.0},
        {"mu": 1.5, "cosine": 0.95, "alpha": 0.7, "beta": 0.3, "sigma": 0.6},
        {"mu": 3.0, "cosine": 0.6, "alpha": 1.0, "beta": 0.0, "sigma": 1.0},
        {"mu": 1.0, "cosine": -0.5, "alpha": 0.3, "beta": 0.2, "sigma": 0.8},
    ],
    seconds_per_replicate=1e-7,
    first=32768,
)
def attacked_linear_rules(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one point in three dimensions, attacked explicitly along the weights."""
    cosine = cell["cosine"]
    theta = np.array([cosine, np.sqrt(1 - cosine**2), 0.0])
    return {
        "attacked_error": robust_error.sample_linear_errors(
            rng,
            theta,
            clusters.first_axis(3, cell["mu"]),
            cell["alpha"],
            n,
            flip=cell["beta"],
            noise=clusters.gaussian(cell["sigma"]),
        )
    }


TOGETHER = 32
"""Draws of which a replicate is the mean: a mean to 1 % wants more of them than are kept."""


@check(
    theorem_3_2["overlap-any-direction"],
    cells=[
        {"mu": 2.0, "alpha": 1.0, "sigma": 1.0, "d": 5},
        {"mu": 1.2, "alpha": 0.4, "sigma": 0.6, "d": 2},
        {"mu": 1.0, "alpha": 0.9, "sigma": 1.0, "d": 20},
    ],
    version=2,
    seconds_per_replicate=lambda cell: TOGETHER * (1e-7 + 2.8e-8 * cell["d"]),
    first=512,
)
def overlaps(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the mean over some draws; the cluster mean's direction is the block's."""
    direction = rng.standard_normal(cell["d"])
    length = 2 * (cell["mu"] - cell["alpha"])
    estimates = robust_error.sample_overlap(
        rng,
        length * direction / np.linalg.norm(direction),
        TOGETHER * n,
        noise=clusters.gaussian(cell["sigma"]),
    )
    return {"overlap_estimate": estimates.reshape(n, TOGETHER).mean(axis=1)}


@check(
    theorem_3_2["networks"],
    cells=[
        {"mu": 3.0, "alpha": 1.5, "beta": 0.1, "sigma": 1.0, "slope": 0.0},
        {"mu": 4.0, "alpha": 3.0, "beta": 0.0, "sigma": 1.0, "slope": 0.3},
        {"mu": 1.5, "alpha": 0.7, "beta": 0.05, "sigma": 0.5, "slope": 0.1},
    ],
    seconds_per_replicate=5e-4,
    block=64,
    first=512,
)
def attacked_networks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network, trained adversarially in 60 dimensions, and one point."""
    phi, a = leaky_relu(cell["slope"]), two_layer.balanced_signs(10)
    problem = subspace.sample(
        rng,
        n,
        40,
        10,
        60,
        mean_norm=cell["mu"],
        weight_deviation=0.05,
        flip=cell["beta"],
        noise_deviation=cell["sigma"],
    )
    plan = Plan(Attack.fixed_point(cell["alpha"], 2), (0.3,) * 8, perturb_first=False)
    w = train(problem.w, a, phi, problem.x, problem.y, plan).w
    fresh = subspace.fresh_points(
        rng, n, 1, problem.mean, flip=cell["beta"], noise_deviation=cell["sigma"]
    )
    found = l2_attack(w, a, phi, fresh.x, fresh.y, Attack.decaying(cell["alpha"], 30))
    return {"network_error": found.margin[:, 0] <= 0}


@check(
    claim_3_4["falls-with-samples", "rises-with-dimension", "rises-with-ratio"],
    cells=product(n=[5, 20, 80], d=[100, 400, 1600], r=[0.1, 0.3, 0.5], mu=3.0),
    seconds_per_replicate=3e-6,
    first=1024,
)
def one_step_errors(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set without flips; the step is taken in law, exactly."""
    margin = robust_error.sample_one_step_margins(rng, cell["mu"], cell["d"], cell["n"], n)
    return {"one_step_error": robust_error.linear_robust_error(margin, cell["r"] * cell["mu"])}


SMALL_RATIO = {"mu": 200.0, "n": 16, "d": 1.28e7}
"""A margin of 45, and n mu^2 / d = 1/20."""


@check(
    claim_3_4["trained-exponent"],
    paths=[
        Path({"mu": 2, "d": 5}, SMALL_RATIO, sizes=4),
        Path({"mu": 1, "d": 3}, SMALL_RATIO),
        Path({"mu": 2, "d": 7, "n": 2}, SMALL_RATIO, sizes=4),
    ],
    version=4,
    seconds_per_replicate=4e-6,
    first=256,
)
def trained_exponents(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set without flips; the step is taken in law, exactly."""
    margin = robust_error.sample_one_step_margins(rng, cell["mu"], cell["d"], cell["n"], n)
    # Logarithms, since the errors themselves are too small for floating point. The bound of Theorem
    # 3.2 is half of the probability that a clean point crosses the middle.
    best = scipy.special.log_ndtr(-cell["mu"]) - np.log(2)
    return {"exponent": scipy.special.log_ndtr(-margin) / best}
