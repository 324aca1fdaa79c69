"""How many replicates a verdict takes, against the best test of a fixed sample.

Each row is a claim with a known truth, judged look by look by the product's own rules at the level
of one claim of a report, alpha/16384. The other number is that of the best test at the same level
with power 0.95 whose size is fixed beforehand, valid under the same assumptions (for growth and
limits: the same class of corrections, all sizes used). Where the first look already has more
replicates than that test, and decides, the ratio counts as one.

A test of means that is told neither a law nor a bound cannot do with a few replicates, however
large the effect: among them an event that carries the mean may be missing. That such an event has a
probability of at least `RAREST_EVENT` is what the verifier assumes; a fixed sample that is valid
under the same assumption has to be as large as it asks (`unseen`).

Writes Markdown to docs/verifier-efficiency.md, or prints it with --print:

    python benchmarks/verifier_efficiency.py
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(File(__file__).resolve().parents[1] / "tests" / "support"))
sys.path.insert(0, str(File(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(File(__file__).resolve().parents[1]))

import joblib
import numpy as np
import sympy as sp
from scipy import optimize, stats

import bounds
from bounds import Identity, Inequality, Limit, Monotone, Probability, Theta, Threshold
from synthetic import Case, case, decide
from verify import Path
from verify.judging.intervals import fewest_replicates
from verify.judging.ledger import Ledger

LEDGER = Ledger(0.01)
DELTA, POWER = LEDGER.error, 0.95
NORMAL = (
    float(stats.norm.isf(DELTA)),
    float(stats.norm.isf(DELTA / 2)),
    float(stats.norm.ppf(POWER)),
)
"""Quantiles: one-sided, two-sided, and of the power."""
TARGETS = {"identity": 1.2, "probability": 1.2}
LOOKS = 30
PAGE = File(__file__).resolve().parents[1] / "docs" / "verifier-efficiency.md"
HEAD = """# Replicates to a verdict

Replicates per cell until the verifier decides, over those of the best fixed-sample test at the
claim's own level ({level:.2g}), with power 0.95 and valid under the same assumptions. Made by
`python benchmarks/verifier_efficiency.py`, with {runs} runs a row; looks are a factor root two
apart. Where the first look already exceeds the fixed sample the ratio counts as 1. A mean of which
nothing is declared takes {least} replicates at least: so many let an event of three per cent show
itself. Growth and limits state that what they neglect fades like a root of the size; without such a
statement values with noise break none of them, and no fixed sample is valid. *(!)* marks a ratio
beyond its goal.

| claim | verdict | decided so | mean n | fixed sample | its test | ratio | goal |
|---|---|---|---|---|---|---|---|"""


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
    """

    words: str
    verdict: str
    make: Callable[[], Case]
    best: float
    test: str


def smallest(power: Callable[[int], float]) -> int:
    """Return the smallest size from which the power is `POWER` (it may waver by one step)."""
    low, high = 1, 2
    while power(high) < POWER:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle) >= POWER else (middle, high)
    return high


def binomial_above(bound: float, rate: float) -> int:
    """Size of the exact test of P <= bound where P is ``rate``, or of P >= bound if it is less."""
    if rate > bound:
        return smallest(lambda n: stats.binom.sf(stats.binom.isf(DELTA, n, bound), n, rate))
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


GRID = [dict(g=0)]
N = sp.Symbol("n", positive=True)
SIZES = 64.0 * 2.0 ** np.arange(6)
FAR = 64.0 * 4.0 ** np.arange(7)


def one_cell(words: str, claim: Any, law: Callable[[np.random.Generator, int], Any]) -> Case:
    """A case with one cell."""
    name = "e" if claim.kind == "probability" else "y"
    return case(
        words, "true", claim, lambda rng, cell, n: {name: law(rng, n)}, looks=LOOKS, cells=GRID
    )


def probabilities() -> Iterator[Row]:
    """Rows for events."""
    for bound, rate, verdict, zone in (
        (0.05, 0.075, "broken", 0.05),
        (0.05, 0.1, "broken", 0.05),
        (0.05, 0.2, "broken", 0.05),
        (0.05, 0.05, "holds", 0.05 * 1.05),
        (0.05, 0.025, "holds", 0.05),
        (0.5, 0.6, "broken", 0.5),
        (0.001, 0.002, "broken", 0.001),
    ):
        words = f"P = {rate}, at most {bound}"
        claim = Probability("rare", event="e", at_most=sp.Float(bound))
        yield Row(
            words,
            verdict,
            lambda w=words, c=claim, p=rate: one_cell(w, c, lambda rng, n: rng.random(n) < p),
            binomial_above(zone, rate),
            "exact binomial",
        )


def means() -> Iterator[Row]:
    """Rows for means, without and with what bounds them."""
    laws: Mapping[str, Callable[[np.random.Generator, int], np.ndarray]] = {
        "normal": lambda rng, n: 0.3 * rng.standard_normal(n),
        "exponential": lambda rng, n: rng.standard_exponential(n) - 1,
    }
    for law in (None, "law"):
        for name, factor in (
            ("normal", 1.03),
            ("normal", 1.1),
            ("normal", 2.0),
            ("exponential", 1.05),
            ("exponential", 1.5),
            ("exponential", 2.0),
        ):
            best: float = student((factor - 1) / 0.3) if name == "normal" else gamma(factor)
            if law is None:
                best = max(best, unseen([1]))
            words = f"{name} mean, {factor} instead of 1" + (", law declared" if law else "")

            def make(w: str = words, name: str = name, f: float = factor, law: Any = law) -> Case:
                claim = Identity("mean", observable="y", equals=1, **({law: name} if law else {}))
                shift = f if name == "exponential" else 1.0
                return one_cell(w, claim, lambda rng, n: f + shift * laws[name](rng, n))

            yield Row(
                words,
                "broken",
                make,
                best,
                "t-test" if name == "normal" else "gamma test",
            )
    right = within(0.01, 0.3**2)
    yield Row(
        "normal mean, right, to 1 %",
        "holds",
        lambda: one_cell(
            "right",
            Identity("mean", observable="y", equals=1),
            lambda rng, n: 1 + laws["normal"](rng, n),
        ),
        right,
        "two one-sided tests",
    )
    for name, draw, mean in (
        ("uniform", lambda rng, n: rng.random(n), 0.45),
        ("a coin", lambda rng, n: 1.0 * (rng.random(n) < 0.5), 0.4),
    ):
        words = f"{name} in [0, 1], mean 0.5 instead of {mean}, range declared"
        yield Row(
            words,
            "broken",
            lambda w=words, d=draw, m=mean: one_cell(
                w, Identity("mean", observable="y", equals=sp.Float(m), range=(0, 1)), d
            ),
            betting(mean, draw),
            "best wager",
        )
    both = (np.sqrt(2 * np.log(2 / DELTA)) + np.sqrt(2 * np.log(1 / (1 - POWER)))) ** 2
    yield Row(
        "exponential mean, 1.2 instead of 1, variance declared",
        "broken",
        lambda: one_cell(
            "variance",
            Identity("mean", observable="y", equals=1, variance=sp.Float(1.44)),
            lambda rng, n: 1.2 * rng.standard_exponential(n),
        ),
        1.44 * both / 0.2**2,
        "Catoni's bound",
    )
    claimed = 1.25 * np.log(2)
    yield Row(
        "exponential median, claimed 1.25 times",
        "broken",
        lambda: one_cell(
            "median",
            Identity("median", observable="y", equals=sp.Float(claimed), functional="median"),
            lambda rng, n: rng.standard_exponential(n),
        ),
        binomial_above(0.5, float(-np.expm1(-claimed))),
        "sign test",
    )


def instances() -> Iterator[Row]:
    """Rows for claims on every instance."""
    best = np.log(DELTA) / np.log1p(-1e-3)
    yield Row(
        "never violated (1 in 1000 excluded)",
        "holds",
        lambda: one_cell(
            "never", Inequality("below", left="y", at_most=1), lambda rng, n: rng.random(n)
        ),
        best,
        "no violation seen",
    )


def orders() -> Iterator[Row]:
    """Rows for thresholds and monotone dependence."""
    for dip, noise in ((0.15, 0.5), (0.3, 0.5), (0.15, 0.1)):
        shape = np.array([0, 0.3, 0.6, 0.9, 1.15, 1.15 - dip])
        yield Row(
            f"monotone, a dip of {dip} at noise {noise}",
            "broken",
            lambda s=shape, e=noise: case(
                "dip",
                "false",
                Monotone("rises", observable="y", along="l"),
                lambda rng, cell, n: {"y": s[cell["l"]] + e * rng.standard_normal(n)},
                looks=LOOKS,
                cells=[dict(l=k) for k in range(6)],
            ),
            fitted(dip, noise, np.array([1, -1])),
            "the right contrast",
        )
    for height in (0.3, 0.4):
        rise = np.linspace(0, height, 6)
        yield Row(
            f"a rise of {height}, at least 0.5",
            "broken",
            lambda r=rise: case(
                "rise",
                "false",
                Monotone("rises", observable="y", along="l", minimal_rise=sp.Float(0.5)),
                lambda rng, cell, n: {"y": r[cell["l"]] + 0.3 * rng.standard_normal(n)},
                looks=LOOKS,
                cells=[dict(l=k) for k in range(6)],
            ),
            fitted(0.5 - height, 0.3, np.array([1, -1])),
            "the right contrast",
        )

    def likely(s: float, place: float) -> float:
        return float(1 / (1 + (place / s) ** 6))

    levels = (0.75, 0.9, 1.1, 1.4)
    for place in (1.25, 0.8):
        rates = [likely(s, place) for s in levels]
        wrong = [p for s, p in zip(levels, rates, strict=True) if (p > 0.5) != (s > 1)]
        best = min(binomial_above(0.5, p) for p in wrong)
        yield Row(
            f"threshold at {place}, claimed 1",
            "broken",
            lambda at=place: case(
                "place",
                "false",
                Threshold("place", success="up", along="s", at=sp.Integer(1), tolerance=0.1),
                lambda rng, cell, n: {"up": rng.random(n) < likely(cell["s"], at)},
                looks=LOOKS,
                cells=[dict(s=s) for s in levels],
            ),
            best,
            "exact binomial at one level",
        )


def asymptotics() -> Iterator[Row]:
    """Rows for growth and limits, whose corrections fade like a root or faster."""
    width = 0.3
    fading = SIZES**-0.5
    slope = contrast([np.ones(6), np.log(SIZES), fading / fading[0]], [0, 1, 0])
    for power, verdict, effect in (
        (1.5, "broken", 0.4),
        (1.25, "broken", 0.15),
        (1.15, "broken", 0.05),
        (0.85, "broken", 0.05),
        (0.75, "broken", 0.15),
        (2.0, "broken", 0.9),
        (1.0, "holds", 0.1),
    ):
        yield Row(
            f"n^{power}, claimed n",
            verdict,
            lambda p=power: case(
                "growth",
                "false",
                Theta("rate", observable="y", of=N, corrections="power", rate=0.5),
                lambda rng, cell, n: {"y": cell["n"] ** p * np.exp(width * rng.standard_normal(n))},
                looks=LOOKS,
                paths=[Path({"n": 1}, dict(n=64.0), 6, 2.0)],
            ),
            fitted(effect, width, slope, within if verdict == "holds" else gauss),
            "exponent and one correction fitted to all sizes",
        )
    end = contrast([np.ones(7), (64 / FAR) ** 0.5], [1, 0])
    for rest, verdict, effect in (
        (0.5, "broken", 0.4),
        (0.25, "broken", 0.15),
        (0.0, "holds", 0.1),
    ):
        yield Row(
            f"{rest:.0%} of the start remains, claimed none",
            verdict,
            lambda r=rest: case(
                "limit",
                "false",
                Limit("limit", observable="y", to=0, rate=0.5),
                lambda rng, cell, n: {
                    "y": 4 * (r + (1 - r) * (64 / cell["n"]) ** 0.5) + rng.standard_normal(n)
                },
                looks=LOOKS,
                paths=[Path({"n": 1}, dict(n=64.0), 7, 4.0)],
            ),
            fitted(4 * effect, 1.0, end, within if verdict == "holds" else gauss),
            "limit and one correction fitted to all sizes",
        )


def new_kinds() -> Iterator[Row]:
    """Rows for laws, growth within a constant and paths."""
    x = sp.Symbol("x", real=True)
    distance = float(2 * stats.norm.cdf(0.1) - 1)
    both = np.sqrt(np.log(2 / DELTA) / 2) + np.sqrt(np.log(1 / (1 - POWER)) / 2)
    yield Row(
        "normal law, shifted by 0.2",
        "broken",
        lambda: one_cell(
            "law",
            bounds.Law("law", "y", cdf=(1 + sp.erf(x / sp.sqrt(2))) / 2),
            lambda rng, n: 0.2 + rng.standard_normal(n),
        ),
        (both / (distance - 0.01)) ** 2,
        "Massart's band",
    )
    slope = contrast([np.ones(6), np.log(SIZES), (64 / SIZES) ** 0.5], [0, 1, 0])
    yield Row(
        "n + log n, claimed n + O(1)",
        "broken",
        lambda: case(
            "bounded",
            "false",
            bounds.Bounded("constant", "y", of=N, corrections="power", rate=0.5),
            lambda rng, cell, n: {"y": cell["n"] + np.log(cell["n"]) + rng.standard_normal(n)},
            looks=LOOKS,
            paths=[Path({"n": 1}, dict(n=64.0), 6, 2.0)],
        ),
        fitted(1.0, 1.0, slope),
        "slope and one correction fitted to all sizes",
    )


def rows() -> list[Row]:
    """Every row."""
    return [
        row
        for family in (probabilities, means, instances, orders, asymptotics, new_kinds)
        for row in family()
    ]


def measure(index: int, runs: int) -> tuple[str, float, float, int]:
    """Judge a row's claim again and again: kind, share decided rightly, mean size, first look."""
    row = rows()[index]
    made = row.make()
    seeds = np.random.SeedSequence([*row.words.encode()]).spawn(runs)
    found = [decide(made, seed, LEDGER) for seed in seeds]
    right = float(np.mean([one.verdict == row.verdict for one in found]))
    return made.claim.kind, right, float(np.mean([one.n for one in found])), made.check.size(0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--print", action="store_true", help="print instead of writing the page")
    options = parser.parse_args()
    table = rows()
    with joblib.Parallel(n_jobs=options.jobs, batch_size=1) as workers:
        found = workers(joblib.delayed(measure)(index, options.runs) for index in range(len(table)))
    lines = [HEAD.format(level=DELTA, runs=options.runs, least=round(unseen([1])))]
    for row, (kind, right, mean, first) in zip(table, found, strict=True):
        ratio = 1.0 if first >= row.best and mean <= first else mean / row.best
        goal = TARGETS.get(kind, 2.0)
        beyond = "" if ratio <= goal and right > 0.9 else " (!)"
        lines.append(
            f"| {row.words} | {row.verdict} | {right:.0%} | {mean:.0f} | {np.ceil(row.best):.0f} | "
            f"{row.test} | {ratio:.2f}{beyond} | {goal} |"
        )
    text = "\n".join(lines) + "\n"
    if options.print:
        print(text)
    else:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
