"""Claims of known truth, each with the fixed sample and the size of Wald's test beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp
from _fixed_samples import (
    DELTA,
    LOOKS,
    POWER,
    Row,
    betting,
    binomial_above,
    contrast,
    fitted,
    gamma,
    gauss,
    student,
    unseen,
    within,
)
from scipy import stats

import bounds
from bounds import Identity, Inequality, Limit, Monotone, Probability, Theta, Threshold
from synthetic import Case, case
from verify import Path

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


EVENTS = (
    (0.05, 0.075, "broken", 0.05),
    (0.05, 0.1, "broken", 0.05),
    (0.05, 0.2, "broken", 0.05),
    (0.05, 0.05, "holds", 0.05 * 1.05),
    (0.05, 0.025, "holds", 0.05),
    (0.5, 0.6, "broken", 0.5),
    (0.001, 0.002, "broken", 0.001),
)
"""Bounds, probabilities, the right verdicts, and what the verdict tells the probability from."""


def probabilities(events: Sequence[tuple[float, float, str, float]] = EVENTS) -> Iterator[Row]:
    """Rows for events."""
    for bound, rate, verdict, other in events:
        words = f"P = {rate:g}, at most {bound}"
        claim = Probability("rare", event="e", at_most=sp.Float(bound))
        zone = bound + claim.tolerance * min(bound, 1 - bound)
        yield Row(
            words,
            verdict,
            lambda w=words, c=claim, p=rate: one_cell(w, c, lambda rng, n: rng.random(n) < p),
            binomial_above(other, rate, zone),
            "exact binomial, of bound and zone" if verdict == "broken" else "exact binomial",
            rate * np.log(rate / other) + (1 - rate) * np.log((1 - rate) / (1 - other)),
        )


MEANS = (
    ("normal", 1.03),
    ("normal", 1.1),
    ("normal", 2.0),
    ("exponential", 1.05),
    ("exponential", 1.5),
    ("exponential", 2.0),
)
"""Laws, and by which factor their means differ from what is claimed."""


def wrong_means(factors: Sequence[tuple[str, float]] = MEANS) -> Iterator[Row]:
    """Rows for means that differ by a factor, without and with a declared law."""
    laws: Mapping[str, Callable[[np.random.Generator, int], np.ndarray]] = {
        "normal": lambda rng, n: 0.3 * rng.standard_normal(n),
        "exponential": lambda rng, n: rng.standard_exponential(n) - 1,
    }
    for law in (None, "law"):
        for name, factor in factors:
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
                ((factor - 1) / 0.3) ** 2 / 2 if name == "normal" else factor - 1 - np.log(factor),
            )


def other_means() -> Iterator[Row]:
    """Rows for means that are right, or bounded by a range or a variance, and for a median."""
    right = within(0.01, 0.3**2)
    yield Row(
        "normal mean, right, to 1 %",
        "holds",
        lambda: one_cell(
            "right",
            Identity("mean", observable="y", equals=1),
            lambda rng, n: 1 + 0.3 * rng.standard_normal(n),
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


DIPS = ((0.15, 0.5), (0.3, 0.5), (0.15, 0.1))


def dips(sizes: Sequence[tuple[float, float]] = DIPS) -> Iterator[Row]:
    """Rows for curves that fall where they should rise; depths and noise."""
    for dip, noise in sizes:
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
            dip**2 / (4 * noise**2),
        )


def rises() -> Iterator[Row]:
    """Rows for curves that rise less than is declared."""
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
    """The probability of success at a level, as a function of where it turns likely."""
    return float(1 / (1 + (place / s) ** 6))


def places(at: Sequence[float] = (1.25, 0.8)) -> Iterator[Row]:
    """Rows for thresholds at another place than claimed."""
    levels = (0.75, 0.9, 1.1, 1.4)
    for place in at:
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
            max(p * np.log(2 * p) + (1 - p) * np.log(2 * (1 - p)) for p in wrong),
        )


GROWTH = (
    (1.5, "broken", 0.4),
    (1.25, "broken", 0.15),
    (1.15, "broken", 0.05),
    (0.85, "broken", 0.05),
    (0.75, "broken", 0.15),
    (2.0, "broken", 0.9),
    (1.0, "holds", 0.1),
)
"""Exponents, where 1 is claimed; the right verdicts; what separates them from the zone."""


def growth(powers: Sequence[tuple[float, str, float]] = GROWTH) -> Iterator[Row]:
    """Rows for growth, with corrections that fade like a root or faster."""
    width = 0.3
    fading = SIZES**-0.5
    slope = contrast([np.ones(6), np.log(SIZES), fading / fading[0]], [0, 1, 0])
    for power, verdict, effect in powers:
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
            effect**2 / (2 * width**2 * float(slope @ slope)),
        )


LIMITS = ((0.5, "broken", 0.4), (0.25, "broken", 0.15), (0.0, "holds", 0.1))
"""Which share of the start remains; the right verdicts; what separates them from the zone."""


def limits(rests: Sequence[tuple[float, str, float]] = LIMITS) -> Iterator[Row]:
    """Rows for limits, with corrections that fade like a root or faster."""
    end = contrast([np.ones(7), (64 / FAR) ** 0.5], [1, 0])
    for rest, verdict, effect in rests:
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
            (4 * effect) ** 2 / (2 * float(end @ end)),
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


FAMILIES: tuple[Callable[[], Iterator[Row]], ...] = (
    *(probabilities, wrong_means, other_means, instances, dips, rises, places),
    *(growth, limits, new_kinds),
)


def rows() -> list[Row]:
    """Every row."""
    return [row for family in FAMILIES for row in family()]
