"""Checks of Definition 6.1 on random polynomials."""

import numpy as np

from bounds.zhang2020.complexity import definition_6_1
from sim.polynomials.complexity import complexity, plain_complexity
from verify.catalogue import Cell, Observables, check


@check(
    definition_6_1["subadditive", "homogeneous", "plain-subadditive"],
    cells=[{"k": 1}, {"k": 5}, {"k": 40}],
    seconds_per_replicate=lambda cell: 1e-6 + 6e-7 * cell["k"],
    bytes_per_replicate=lambda cell: 200.0 * cell["k"],
    block=1024,
    first=16384,
)
def random_polynomials(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is a pair of polynomials, an accuracy and a constant."""
    one, other = rng.standard_normal((2, n, cell["k"] + 1))
    accuracy, base = 10.0 ** (-8 * rng.random(n)), 1 + 3 * rng.random(n)
    return {
        "epsilon": accuracy,
        "c": base,
        "of_sum": complexity(one + other, accuracy, base),
        "of_first": complexity(one, accuracy, base),
        "of_second": complexity(other, accuracy, base),
        "of_multiple": complexity(3 * one, accuracy, base),
        "plain_of_sum": plain_complexity(one + other, base),
        "plain_of_first": plain_complexity(one, base),
        "plain_of_second": plain_complexity(other, base),
    }
