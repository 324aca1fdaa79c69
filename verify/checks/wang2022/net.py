"""Checks of the net of Lemma B.9: places and sizes of extremes, sums over small subsets."""

import math
from collections.abc import Callable

import mpmath
import numpy as np
from numpy.typing import NDArray

from bounds.wang2022.net import lemma_b9_net, lemma_b9_subsets
from verify.catalogue import Cell, Observables, check

DIGITS = 30
Predicate = Callable[[mpmath.mpf], bool]


def turns_true(predicate: Predicate, low: float, high: float) -> mpmath.mpf:
    """Return where a predicate turns true between two numbers, by bisection."""
    below, above = mpmath.mpf(low), mpmath.mpf(high)
    for _ in range(110):
        middle = (below + above) / 2
        below, above = (below, middle) if predicate(middle) else (middle, above)
    return above


def highest(
    function: Callable[[mpmath.mpf], mpmath.mpf], low: float, high: float
) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Return where a function with one maximum is largest, and that maximum, by golden section."""
    a, b = mpmath.mpf(low), mpmath.mpf(high)
    ratio = (mpmath.sqrt(5) - 1) / 2
    for _ in range(150):
        c, e = b - ratio * (b - a), a + ratio * (b - a)
        a, b = (a, e) if function(c) > function(e) else (c, b)
    return a, function(a)


@check(
    lemma_b9_net[
        "largest-factor",
        "largest-at",
        "smallest-product",
        "false-from",
        "false-until",
        "worst-deficit",
    ],
    cells=[{}],
    seconds_per_replicate=0.05,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def places_in_the_net(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one evaluation; there is nothing random."""
    with mpmath.workdps(2 * DIGITS):
        place, largest = highest(
            lambda e: e ** mpmath.mpf("0.125") * (1 + 2 * mpmath.sqrt(mpmath.log(2 / e))), 1e-3, 1
        )
        product = turns_true(
            lambda p: (
                2 * mpmath.log(10) + 8 * mpmath.log(p) / 7 <= mpmath.mpf("2.3") * mpmath.log(p)
            ),
            2,
            1000,
        )

        def deficit(d: mpmath.mpf) -> mpmath.mpf:
            width = d ** mpmath.mpf("2.4")
            return mpmath.mpf("0.33") * d * mpmath.log(width * d) / mpmath.sqrt(width)

        found = {
            "largest_factor": largest,
            "largest_at": place,
            "smallest_product": product,
            "false_from": turns_true(lambda d: deficit(d) > 1, 1, 100),
            "false_until": turns_true(lambda d: deficit(d) < 1, 1000, 1e9),
            "worst_deficit": highest(deficit, 2, 1e4)[1],
        }
    return {name: np.full(n, float(value)) for name, value in found.items()}


@check(
    lemma_b9_subsets["enough-in-the-limit", "enough-radius"],
    cells=[
        {"d": d, "m": m, "gamma": gamma}
        for d, m in [(1, 58), (5, 58), (25, 2300), (784, 8_840_000)]
        for gamma in (0.5, 0.1, 1e-3)
    ],
    seconds_per_replicate=0.01,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def smallest_radii(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one evaluation; there is nothing random."""
    with mpmath.workdps(DIGITS):

        def enough(d: mpmath.mpf, m: mpmath.mpf, gamma: mpmath.mpf) -> mpmath.mpf:
            logarithm = mpmath.log(8 / gamma)

            def met(C_0: mpmath.mpf) -> bool:
                k = 44 * max(mpmath.mpf(1), C_0) * mpmath.sqrt(m)
                t = mpmath.sqrt(2 * k * mpmath.log(m) + 2 * logarithm)
                left = mpmath.sqrt(k / m) * (t + mpmath.sqrt(d)) + C_0 * k / m
                width = mpmath.sqrt(mpmath.log(m) + 2 * logarithm / mpmath.sqrt(m))
                return left <= 113 * max(mpmath.mpf(1), C_0) * C_0 * width

            return turns_true(met, 0.01, 1)

        sizes = [mpmath.mpf(cell[name]) for name in ("d", "m", "gamma")]
        found = enough(*sizes)
        limit = enough(mpmath.mpf(1), mpmath.mpf(10) ** (10**25), mpmath.mpf(1))
    return {
        "enough_radius": np.full(n, float(found)),
        "enough_in_the_limit": np.full(n, float(limit)),
    }


@check(
    lemma_b9_subsets["number-of-subsets"],
    cells=[{"m": m, "k": k} for m in (3, 10, 58, 1000) for k in (1, 2, 3, 40) if k <= m],
    seconds_per_replicate=1e-3,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def subsets_counted(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one count in whole numbers; there is nothing random."""
    number = sum(math.comb(cell["m"], j) for j in range(cell["k"] + 1))
    return {"logarithm_of_subsets": np.full(n, math.log(number))}


@check(
    lemma_b9_subsets["subsets"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "gamma": gamma}
        for d, m, C_0, gamma in [
            (20, 2500, 0.5, 0.9),
            (25, 10**4, 1.0, 0.9),
            (10, 2 * 10**4, 0.5, 0.9),
            (20, 10**6, 10.0, 0.9),
            (20, 2500, 0.5, 0.25),
        ]
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 2e-9 * cell["d"] ** 3,
    bytes_per_replicate=lambda cell: 50.0 * cell["d"] ** 2,
    first=128,
    block=32,
    version=3,
)
def small_subsets(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network; the norm over all subsets is bounded by the spectral norm."""
    m, k = cell["m"], 44 * max(1.0, cell["C_0"]) * np.sqrt(cell["m"])
    total, spectral = norms_of_the_rows(rng, n, m, cell["d"])
    # A sum over S is at most sqrt|S| times the spectral norm; over any S, at most half of the sum
    # over all, plus half of sqrt(m) times it.
    each = np.minimum(np.sqrt(min(k, m)) * spectral, (total + np.sqrt(m) * spectral) / 2)
    return {"largest_subset": each / np.sqrt(m)}


def norms_of_the_rows(
    rng: np.random.Generator, n: int, m: int, d: int
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Draw the norm of the signed sum of m normal rows, and the spectral norm of all of them.

    Turned so that the signs lie along the first of m axes, the matrix is as normal as before: the
    signed sum is sqrt(m) times its first row, and what the other m - 1 > d rows add to the Gram
    matrix has the law of Wishart, which Bartlett's triangle draws whatever m is.
    """
    first = rng.standard_normal((n, d))
    triangle = np.tril(rng.standard_normal((n, d, d)), -1)
    triangle[:, range(d), range(d)] = np.sqrt(rng.chisquare(m - 1 - np.arange(d), (n, d)))
    gram = first[:, :, None] * first[:, None, :] + triangle @ np.swapaxes(triangle, 1, 2)
    return np.sqrt(m) * np.linalg.norm(first, axis=1), np.sqrt(np.linalg.eigvalsh(gram)[:, -1])
