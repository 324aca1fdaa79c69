"""Claims with a known truth beside the best test of a fixed sample, and Wald's sequential one.

The fixed sample is that of the best test at the level of one claim of a report, alpha/16384, with
power 0.95, valid under the same assumptions (for growth and limits: the same class of corrections,
all sizes used). Wald's test is told more than any verifier is: the law, and the one alternative.

A test of means that is told neither a law nor a bound cannot do with a few replicates, however
large the effect: among them an event that carries the mean may be missing. That such an event has a
probability of at least `RAREST_EVENT` is what the verifier assumes; a fixed sample that is valid
under the same assumption has to be as large as it asks (`unseen`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(File(__file__).resolve().parents[1] / "tests" / "support"))
sys.path.insert(0, str(File(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(File(__file__).resolve().parents[1]))

import numpy as np
from scipy import optimize, stats

from synthetic import Case, decide
from verify.judging.intervals import fewest_replicates
from verify.judging.ledger import CONSISTENT, Ledger

LEDGER = Ledger(0.01)
DELTA, POWER = LEDGER.error, 0.95
NORMAL = (
    float(stats.norm.isf(DELTA)),
    float(stats.norm.isf(DELTA / 2)),
    float(stats.norm.ppf(POWER)),
)
"""Quantiles: one-sided, two-sided, and of the power."""
TARGETS = {"identity": 1.2, "probability": 1.2}
"""By kind: how many times the replicates of the fixed sample a verdict may take; else `TARGET`."""
TARGET = 2.0
LOOKS = 30


@dataclass(frozen=True)
class Row:
    """A claim, the verdict that is right, and what the best fixed sample needs.

    Attributes
    ----------
    words : str
    verdict : the right one
    make : makes the claim's case
    best : replicates per cell of the best test whose size is fixed
    test : that test, in words
    information : of one replicate (of each cell) that the claim is false as it is, and not as it
        is claimed: the Kullback-Leibler divergence of the laws, for Wald's sequential test
    """

    words: str
    verdict: str
    make: Callable[[], Case]
    best: float
    test: str
    information: float = float("nan")

    @property
    def sequential(self) -> float:
        """Mean size of Wald's sequential test, which is told the law and the alternative."""
        missed = 1 - POWER
        gain = POWER * np.log(POWER / DELTA) + missed * np.log(missed / (1 - DELTA))
        return float(gain / self.information)


def smallest(power: Callable[[int], float]) -> int:
    """Return the smallest size from which the power is `POWER` (it may waver by one step)."""
    low, high = 1, 2
    while power(high) < POWER:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle) >= POWER else (middle, high)
    return high


def binomial_above(bound: float, rate: float, zone: float = 0.0) -> int:
    """Size of the exact test of P <= bound where P is ``rate``, or of P >= bound if it is less.

    With a ``zone`` that ends above the bound the test has to find P beyond that, too, at the level
    at which the verifier asks for it.
    """
    if rate > bound:

        def power(n: int) -> float:
            fewest = max(stats.binom.isf(DELTA, n, bound), stats.binom.isf(CONSISTENT, n, zone))
            return float(stats.binom.sf(fewest, n, rate))

        return smallest(power)
    return smallest(lambda n: stats.binom.cdf(stats.binom.ppf(DELTA, n, bound) - 1, n, rate))


def student(effect: float) -> int:
    """Size of the two-sided t-test of a mean that is ``effect`` deviations off."""
    return (
        smallest(lambda n: stats.nct.sf(stats.t.isf(DELTA / 2, n), n, effect * np.sqrt(n + 1))) + 1
    )


def gamma(factor: float) -> int:
    """Size of the two-sided test of the mean of exponentials that is off by a factor."""

    def power(n: int) -> float:
        high, low = stats.gamma.isf(DELTA / 2, n), stats.gamma.ppf(DELTA / 2, n)
        return float(stats.gamma.sf(high / factor, n) + stats.gamma.cdf(low / factor, n))

    return smallest(power)


def gauss(effect: float, variance: float = 1.0) -> float:
    """Size of a test of a statistic of normal law with ``variance`` per replicate."""
    return variance * ((NORMAL[0] + NORMAL[2]) / effect) ** 2


def within(room: float, variance: float = 1.0) -> float:
    """Size of two one-sided tests that both find a statistic within ``room`` of what it is."""
    both = float(stats.norm.ppf((1 + POWER) / 2))
    return variance * ((NORMAL[0] + both) / room) ** 2


def unseen(weights: Sequence[float]) -> float:
    """Size per cell at which a rare event has been seen by a contrast of independent cells.

    What counts are the degrees of freedom (Welch-Satterthwaite, equal variances).
    """
    squares = np.square(weights)
    cells = float(squares.sum() ** 2 / np.square(squares).sum())
    return 1 + (fewest_replicates(DELTA) - 1) / cells


def betting(mean: float, draw: Callable[[np.random.Generator, int], np.ndarray]) -> float:
    """Size of the best wager against a mean of values in [0, 1], its stake known beforehand."""
    values = draw(np.random.default_rng(0), 400_000) - mean
    stake = optimize.minimize_scalar(
        lambda s: -np.log1p(s * values).mean(),
        bounds=(-0.98 / (1 - mean), 0.98 / mean),
        method="bounded",
    ).x
    gains = np.log1p(stake * values)
    rate, width = gains.mean(), gains.std()
    root = (NORMAL[2] * width + np.sqrt((NORMAL[2] * width) ** 2 - 4 * rate * np.log(DELTA))) / 2
    return float((root / rate) ** 2)


def contrast(columns: Sequence[np.ndarray], form: Sequence[float]) -> np.ndarray:
    """Weights of the sizes in a linear form of the coefficients fitted to one value per size."""
    return np.asarray(form) @ np.linalg.pinv(np.stack(columns, axis=1))


def fitted(effect: float, deviation: float, weights: np.ndarray, test: Any = gauss) -> float:
    """Size of the test of a contrast, large enough for what is rare."""
    return max(test(effect, deviation**2 * float(weights @ weights)), unseen(weights))


@dataclass(frozen=True)
class Measured:
    """What became of a row that was judged again and again.

    Attributes
    ----------
    kind : of the claim
    right : share of runs with the right verdict
    sizes : replicates per cell at the verdict, of each run
    first : replicates per cell at the first look
    """

    kind: str
    right: float
    sizes: tuple[int, ...]
    first: int

    def ratio(self, row: Row) -> float:
        """Mean size over the fixed sample's; one where the first look is larger, and enough."""
        mean = float(np.mean(self.sizes))
        return 1.0 if self.first >= row.best and mean <= self.first else mean / row.best

    @property
    def goal(self) -> float:
        """How large the ratio may be."""
        return TARGETS.get(self.kind, TARGET)

    def beyond(self, row: Row) -> str:
        """A mark where the ratio is beyond its goal, or the verdict is often another one."""
        return "" if self.ratio(row) <= self.goal and self.right > 0.9 else " (!)"


def measure(row: Row, runs: int) -> Measured:
    """Judge a row's claim again and again."""
    made = row.make()
    seeds = np.random.SeedSequence([*row.words.encode()]).spawn(runs)
    found = [decide(made, seed, LEDGER) for seed in seeds]
    right = float(np.mean([one.verdict == row.verdict for one in found]))
    return Measured(made.claim.kind, right, tuple(one.n for one in found), made.check.size(0))
