"""Checks of Lemma 6.4 on two constructions, certified, and on the best polynomials of all."""

import numpy as np

from bounds.zhang2020.polynomials import lemma_6_4
from sim.polynomials.certified import greatest_distance
from sim.polynomials.optimal import least_sign_error
from sim.polynomials.sign import CONSTRUCTIONS, chebyshev
from verify.catalogue import Cell, Observables, Path, check


@check(
    lemma_6_4["error", "degree", "coefficients", "coefficients-of-any"],
    version=2,
    cells=[
        {"construction": construction, "eta_p": half_gap, "epsilon_1": accuracy}
        for construction in CONSTRUCTIONS
        for half_gap in (0.7, 0.5, 0.3, 0.1)
        for accuracy in (0.5, 1e-2, 1e-4, 1e-6)
    ],
    seconds_per_replicate=lambda cell: (
        0.002
        + (1e-4 if cell["construction"] == "two-level" else 1e-5)
        * (np.log(2 / cell["epsilon_1"]) / cell["eta_p"]) ** 1.6
    ),
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def sign_polynomials(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the polynomial of one construction at one half-gap and accuracy."""
    p = CONSTRUCTIONS[cell["construction"]](cell["eta_p"], cell["epsilon_1"])
    return {
        "degree": np.full(n, p.degree),
        "error": np.full(n, p.error.high),
        "coefficient": np.full(n, p.log2_coefficient),
        "largest": np.full(n, greatest_distance(p.polynomial, 0, 0, 1).high),
    }


@check(
    lemma_6_4["not-without"],
    cells=[
        {"eta_p": half_gap, "epsilon_1": accuracy}
        for half_gap in (0.5, 0.3, 0.1)
        for accuracy in (0.5, 1e-4, 1e-6)
    ],
    seconds_per_replicate=lambda cell: 0.03 / cell["eta_p"],
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def least_degrees(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the greatest odd degree at which every polynomial fails, by bisection."""
    low, high = 0, 1
    while least_sign_error(cell["eta_p"], high).low > cell["epsilon_1"]:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        fails = least_sign_error(cell["eta_p"], middle).low > cell["epsilon_1"]
        low, high = (middle, high) if fails else (low, middle)
    return {"insufficient": np.full(n, max(2 * low - 1, 0))}


@check(
    lemma_6_4["optimum"],
    paths=[
        Path({"terms": 1, "eta_p": 0}, {"terms": 16, "eta_p": 0.1}, sizes=6, step=2**0.5),
        Path({"terms": 1, "eta_p": 0}, {"terms": 8, "eta_p": 0.2}, sizes=6, step=2**0.5),
    ],
    seconds_per_replicate=lambda cell: 2e-3 + 2e-5 * cell["terms"] ** 2,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def least_errors(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the best polynomial of one degree; its lower bound lies within 1e-3."""
    return {"least_error": np.full(n, least_sign_error(cell["eta_p"], cell["terms"] + 1).low)}


@check(
    lemma_6_4["degree-without-logarithm"],
    paths=[
        Path({"eta_p": -1, "epsilon_1": 0}, {"eta_p": 0.2, "epsilon_1": accuracy}, sizes=5, step=2)
        for accuracy in (0.1, 0.01)
    ],
    seconds_per_replicate=lambda cell: 1e-6 / cell["eta_p"] ** 3 + 0.002,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def degrees(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the degree of the Chebyshev construction."""
    return {"degree": np.full(n, chebyshev(cell["eta_p"], cell["epsilon_1"]).degree)}
