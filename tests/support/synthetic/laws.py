"""Laws of mean one, and some that are outside the assumptions of the rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Law = Callable[[np.random.Generator, int], np.ndarray]

LAWS: dict[str, Law] = {
    "normal, sd 0.3": lambda rng, n: 1 + 0.3 * rng.standard_normal(n),
    "exponential": lambda rng, n: rng.standard_exponential(n),
    "chi2, 1 df": lambda rng, n: rng.standard_normal(n) ** 2,
    "lognormal, sigma 1": lambda rng, n: np.exp(rng.standard_normal(n) - 0.5),
    "abs(t3)": lambda rng, n: np.abs(rng.standard_t(3, n)) * np.pi / (2 * np.sqrt(3)),
    "Pareto 2.5": lambda rng, n: 1.5 * rng.pareto(2.5, n),
    "Pareto 1.5": lambda rng, n: 0.5 * rng.pareto(1.5, n),
}
HELD_OUT_LAWS: dict[str, Law] = {
    "uniform": lambda rng, n: 2 * rng.random(n),
    "Weibull, shape 1/2": lambda rng, n: rng.weibull(0.5, n) / 2,
    "gamma, shape 0.1": lambda rng, n: 10 * rng.standard_gamma(0.1, n),
    "beta(0.2, 0.2), two humps": lambda rng, n: 2 * rng.beta(0.2, 0.2, n),
    "t with 2.2 df": lambda rng, n: 1 + rng.standard_t(2.2, n),
    "normal, 1 % ten times wider": lambda rng, n: (
        1 + rng.standard_normal(n) * np.where(rng.random(n) < 0.01, 10.0, 1.0)
    ),
    "skewed to the left": lambda rng, n: 2 - rng.standard_exponential(n),
    "Poisson 0.05": lambda rng, n: rng.poisson(0.05, n) / 0.05,
    "rare jumps, 1 in 50": lambda rng, n: (
        0.5 + 25.0 * (rng.random(n) < 0.02) + 0.1 * rng.standard_normal(n)
    ),
    "rare jumps, 1 in 100, in one direction": lambda rng, n: (
        0.8 + 20.0 * (rng.random(n) < 0.01) + 0.01 * rng.standard_normal(n)
    ),
    "correlated pairs of replicates": lambda rng, n: np.repeat(
        rng.standard_exponential((n + 1) // 2), 2
    )[:n],
    "a jump of 1 in 1000 carries 30 % of the mean": lambda rng, n: (
        0.7 + 300.0 * (rng.random(n) < 0.001) + 0.1 * rng.standard_normal(n)
    ),
}
BEYOND = ("correlated pairs of replicates", "a jump of 1 in 1000 carries 30 % of the mean")


def mean_of(law: Law, factor: Callable[[Mapping], float] = lambda cell: 1.0) -> Callable[..., Any]:
    return lambda rng, cell, n: {"y": factor(cell) * law(rng, n)}


GRID = [dict(g=g) for g in range(6)]
