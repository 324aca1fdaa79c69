"""Checks of what the assumptions ask for, on the assumptions as they are printed."""

from collections.abc import Callable

import mpmath
import numpy as np

from bounds.wang2024.vacuity import claim_interplay, claim_vacuity
from verify.catalogue import Cell, Observables, Path, check, product

Condition = Callable[[np.ndarray], np.ndarray]


def _bisect(low: np.ndarray, high: np.ndarray, holds_above: Condition) -> np.ndarray:
    """Return where a predicate turns true, searched on the logarithmic scale."""
    low, high = np.log(low), np.log(high)
    for _ in range(200):
        middle = (low + high) / 2
        true = holds_above(np.exp(middle))
        low, high = np.where(true, low, middle), np.where(true, middle, high)
    return np.exp(high)


@check(
    claim_vacuity,
    id=claim_vacuity.id,
    cells=product(kappa=[1.0, 0.69, 0.375], gamma=[1.0, 0.5, 0.05, 0.02], m=2, delta=0.1),
    version=2,
    seconds_per_replicate=2e-3,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def smallest_constants(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one pair of constants of the model; there is nothing random."""
    constant_1 = 10 / cell["kappa"]
    ratio = 64 * constant_1 * (np.sqrt(constant_1) + 0.5 / np.sqrt(constant_1)) ** 2
    ratio /= cell["gamma"] ** 2

    def enough(constant: np.ndarray) -> np.ndarray:
        # One sample, d = 1, and equality wherever assumption (1) bounds something by d.
        squared_signal = logarithm = squared_radius = 1 / constant
        off_diagonal = constant_1 * (squared_signal + np.sqrt(logarithm))
        off_diagonal = off_diagonal + 2 * np.sqrt(squared_radius * constant_1) + squared_radius
        kept = cell["gamma"] ** 2 * (0.5 / np.sqrt(constant_1)) ** 2 / 2
        return ratio * off_diagonal <= kept

    constant = _bisect(np.ones(n), np.full(n, 1e60), enough)
    others = _other_conditions(cell, constant_1, ratio)
    samples = constant * np.log(cell["m"] / cell["delta"])
    signal = constant * np.sqrt(samples)
    dimension = constant * signal**2 * samples
    # Logarithms, since the numbers themselves leave the range of floating point.
    step = -np.log10(constant) - 2 * np.log10(dimension)
    iterations = 2 * (np.log10(35 / (cell["gamma"] * signal * 0.1)) - step)
    return {
        "smallest_C": constant,
        "smallest_n": samples,
        "smallest_mu": signal,
        "step_digits": step,
        "iteration_digits": iterations,
        "other_condition": np.full(n, max(others.values())),
        "flip_condition": np.full(n, others["flips of B.14"]),
        "smallest_d": dimension,
        "largest_share": 1 / constant,
        "largest_attack": np.sqrt(samples * signal**2 / dimension) / constant,
    }


def _other_conditions(cell: Cell, constant_1: float, ratio: float) -> dict[str, float]:
    """Return the smallest C for each condition of the proofs but the first one of Lemma B.9.

    Samples, dimension and signal are the smallest that the assumptions allow.
    """
    slope, logarithm = cell["gamma"], np.log(cell["m"] / cell["delta"])
    noise = 4 * slope**-2 * constant_1  # 1 / (gamma^2 (sqrt(d / C_1) / 2)^2), times d

    def flips(factor: float) -> Condition:
        return lambda C: factor * ratio * (1 / C + np.sqrt(2 / C)) <= 1 / 4

    conditions = {
        "(C3)": lambda C: 3 + cell["kappa"] / 2 + constant_1 / np.sqrt(C) <= 4,
        "(C4)": lambda C: (
            constant_1 / C + constant_1 / np.sqrt(C) + 2 * np.sqrt(constant_1 / C) + 1 / C
            <= 1 / (8 * constant_1)
        ),
        "second case of B.9": lambda C: (
            32 * noise * (constant_1 / C + 4 * constant_1 / np.sqrt(C) + 1 / C) <= 1
        ),
        "B.10": lambda C: C * np.sqrt(logarithm) >= 160 * constant_1**1.5 * ratio / slope,
        "flips of B.14": flips(1 + (9 + slope**2 * (1 - slope**2)) / slope**4),
        "flips of B.15": flips(1 + 9 / slope),
        "margin": lambda C: C >= 32 * np.sqrt(5 * constant_1 * ratio) / slope**2,
    }
    low, high = np.ones(1), np.full(1, 1e60)
    return {name: float(_bisect(low, high, met)[0]) for name, met in conditions.items()}


@check(
    claim_interplay["signal", "dimension", "clean-exponent", "attack"],
    cells=product(delta=[0.1, 0.004]),
    version=2,
    seconds_per_replicate=3e-6,
    first=16384,
)
def drawn_assumptions(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of sizes, drawn without regard to the assumptions.

    The claims keep the draws that meet the printed (1) and (A1).
    """
    C, samples = 10 ** rng.uniform(0.3, 2, n), np.ceil(10 ** rng.uniform(0.5, 3, n))
    mu, d = 10 ** rng.uniform(0, 5, n), 10 ** rng.uniform(0, 20, n)
    logarithm = np.log(samples / cell["delta"])
    return {
        "C": C,
        "n": samples,
        "mu": mu,
        "d": d,
        "allowed_ratio": _largest_ratio(C, samples, 10 ** rng.uniform(0, 12, n), logarithm),
    }


Sizes = np.ndarray | float


def _largest_ratio(
    C: Sizes, samples: Sizes, mu: np.ndarray, logarithm: Sizes, *, relaxed: bool = False
) -> np.ndarray:
    """Return the largest alpha / mu within (1), (6) and item 3 at the best dimension for it."""

    def too_large(ratio: np.ndarray) -> np.ndarray:
        radius = 0.0 if relaxed else ratio * mu
        d = C * np.maximum(mu**2 * samples, samples**2 * (logarithm + radius**2))
        return (ratio > 1) | (ratio > np.sqrt(samples * mu**2 / d) / C)

    return _bisect(np.full_like(mu, 1e-30), np.full_like(mu, 2.0), too_large)


LONGEST = 12
"""Power of ten of the longest mean."""


@mpmath.workdps(50)
def _room_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    """At d = C n mu^2 (1) leaves room that grows with mu: it is largest for the longest mean."""
    samples, C, mu = mpmath.mpf(cell["n"]), mpmath.mpf(cell["C"]), mpmath.mpf(10) ** LONGEST
    room = 1 / samples - mpmath.log(samples / mpmath.mpf(cell["delta"])) / mu**2
    return {"ratio_at_signal_size": min(mpmath.sqrt(room), C ** mpmath.mpf(-1.5))}


@check(
    claim_interplay["signal-size", "signal-size-relaxed", "any-dimension"],
    paths=[
        Path({"n": 1}, {"n": n, "C": C, "delta": 0.1}, sizes=6, step=4)
        for n, C in [(1000, 2.0), (4000, 5.0)]
    ],
    seconds_per_replicate=5e-3,
    quick=1,
    full=1,
    complete=True,
    replay=_room_in_50_digits,
)
def largest_attacks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample size and constant; there is nothing random."""
    samples, C = float(cell["n"]), cell["C"]
    logarithm = np.log(samples / cell["delta"])
    mu = 10 ** np.linspace(0, LONGEST, 200)
    strict, relaxed = (
        _largest_ratio(C, samples, mu, logarithm, relaxed=flag).max() for flag in (False, True)
    )
    # At d = C n mu^2 assumption (1) leaves room for alpha up to a root.
    room = np.sqrt(np.maximum(mu**2 / samples - logarithm, 0)) / mu
    fixed = np.minimum(room, C**-1.5).max()
    return {
        "largest_ratio": np.full(n, strict),
        "relaxed_ratio": np.full(n, relaxed),
        "ratio_at_signal_size": np.full(n, fixed),
    }
