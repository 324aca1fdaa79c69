"""Checks of the width window and of the sizes at which the explicit constants say anything."""

import mpmath
import numpy as np

from bounds.wang2022.window import claim_vacuity, claim_window
from verify.catalogue import Cell, Observables, check, product
from verify.checks.wang2022.net import DIGITS, highest, turns_true


@check(
    claim_window["empty-from", "empty-until", "widest-gap"],
    cells=product(C_4=[1.0, 10.0, 1000.0, 1e5]),
    seconds_per_replicate=0.02,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def ends_of_the_window(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one pair of roots; there is nothing random."""
    with mpmath.workdps(DIGITS):

        def gap(d: mpmath.mpf) -> mpmath.mpf:
            return mpmath.mpf("2.4") * mpmath.log(d) - d ** mpmath.mpf("0.24")

        level = mpmath.log(cell["C_4"])
        top = highest(lambda y: gap(mpmath.exp(y)), 0, 40)
        middle = mpmath.exp(top[0])
        found = {
            "empty_from": turns_true(lambda d: gap(d) > level, 1, middle),
            "empty_until": turns_true(lambda d: gap(d) < level, middle, 1e8),
            "widest_gap": top[1],
        }
    return {name: np.full(n, float(value)) for name, value in found.items()}


@check(
    claim_window["published-below"],
    cells=product(m=[1000, 10_000, 100_000]),
    seconds_per_replicate=1e-4,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def published_widths(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one width of the paper; d^2.4 <= m is d^12 <= m^5 in whole numbers."""
    dimensions = (d for d in range(1, 1000) if d**12 <= int(cell["m"]) ** 5)
    return {"largest_dimension": np.full(n, max(dimensions))}


@check(
    claim_vacuity["gradient-table"],
    cells=[
        {"C_0": C_0, "share": share, "gamma": gamma}
        for share, gamma in [(0.0, 0.1), (0.25, 0.1), (0.25, 0.01)]
        for C_0 in (0.1, 1.0, 10.0)
    ],
    seconds_per_replicate=0.05,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def dimensions_for_the_gradient(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one bisection in whole numbers, on Lemma B.7 as it is printed."""
    with mpmath.workdps(DIGITS):
        C_0, gamma, share = (mpmath.mpf(str(cell[name])) for name in ("C_0", "gamma", "share"))
        L = mpmath.log(4 / gamma)

        def reached(d: int) -> bool:
            m = mpmath.mpf(d) ** mpmath.mpf("2.4")
            kept = 0.5 - mpmath.sqrt(2 * L / m) - L / m
            length = d - 5 * mpmath.sqrt(d * mpmath.log(8 / gamma))
            if kept < 0 or length < 0:
                return False
            flipped = mpmath.sqrt((C_0 + mpmath.sqrt(L / 2)) / mpmath.sqrt(m))
            norm = mpmath.sqrt(d + 4 * mpmath.sqrt(d * mpmath.log(8 * m / gamma)))
            bound = mpmath.sqrt(kept) * mpmath.sqrt(length) - C_0 - flipped * norm
            return bool(bound >= share * mpmath.sqrt(d))

        low, high = 1, 10**6
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if reached(middle) else (middle, high)
    return {"smallest_d": np.full(n, high)}


@check(
    claim_vacuity["change-table"],
    cells=[
        {"C_0": C_0, "C_1": C_1, "share": share, "rule": rule}
        for C_0, C_1, share in [(1.0, 1.0, 0.25), (1.0, 81.0, 0.125), (10.0, 225.0, 0.125)]
        for rule in (2.4, 3.0, 0.0)
    ],
    seconds_per_replicate=0.05,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def digits_for_the_change(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one bisection in log(d), on Lemma B.9 as it is printed."""
    with mpmath.workdps(DIGITS):
        C_0, C_1, share, rule = (
            mpmath.mpf(str(cell[name])) for name in ("C_0", "C_1", "share", "rule")
        )

        def below(digits: mpmath.mpf) -> bool:
            d = mpmath.mpf(10) ** digits
            log_m = rule * mpmath.log(d) if rule else d ** mpmath.mpf("0.24")
            log_md = log_m + mpmath.log(d)
            first = C_1 * d**2 * log_md**2 * mpmath.sqrt(mpmath.log(d) / d)
            bound = 9 * mpmath.root(first, 4) + 15 * d * log_md * mpmath.exp(-log_m / 2)
            bound += 327 * max(mpmath.mpf(1), C_0) * C_0 * mpmath.root(d, 4)
            return bool(bound < share * mpmath.sqrt(d))

        digits = turns_true(below, 3, 2000)
    return {"digits": np.full(n, float(digits))}


@check(
    claim_vacuity["largest-slow", "slow-until"],
    cells=[{}],
    seconds_per_replicate=0.02,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def slow_decay(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one maximum and one root; there is nothing random."""
    with mpmath.workdps(2 * DIGITS):

        def condition(digits: mpmath.mpf) -> mpmath.mpf:
            y = digits * mpmath.log(10)
            return mpmath.exp(-y / 50) * mpmath.sqrt(y)

        top = highest(condition, 1, 100)
        until = turns_true(lambda digits: condition(digits) < 1, top[0], 1000)
    return {
        "largest_slow": np.full(n, float(top[1])),
        "slow_until": np.full(n, float(until)),
    }
