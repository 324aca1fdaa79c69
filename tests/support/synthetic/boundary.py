"""Claims on the boundary at which a wrong verdict is likeliest, one or more of every kind.

A whole report of them is judged again and again. `broken` is wrong for what is exactly as claimed,
as narrowly as can be; `holds` for what is on the edge of a zone (there `broken` is right, if it
comes). Where levels inside a zone are not judged at all, both are wrong on its edge. The claims are
cheap, so that a thousand reports can be judged: few cells, few sizes, no more looks than it takes
until nearly all of the error is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import sympy as sp

from bounds import (
    Always,
    BigO,
    Bounded,
    Construction,
    Identity,
    Inequality,
    Law,
    Limit,
    Monotone,
    Omega,
    Probability,
    Theta,
    Threshold,
)
from synthetic.cases import EDGE, TRUE, Case, Truth, case
from verify import Path

N = sp.Symbol("n", positive=True)
X = sp.Symbol("x")
CELL = [dict(g=0)]
SIZES = [Path({"n": 1}, dict(n=64.0), 5, 4.0)]
BOTH = "broken, holds"
LOOKS = 9
"""By then nine tenths of the error of a claim are spent."""


def boundaries() -> list[Case]:
    """Every case."""
    families = (_means, _events, _instances, _growth, _limits, _places, _curves, _laws)
    return [one for family in families for one in family()]


Draw = Callable[[np.random.Generator, int], np.ndarray]


def _means() -> Iterator[Case]:
    claim = Identity("mean", observable="y", equals=1)
    laws: Mapping[str, Draw] = {
        "normal": lambda rng, n: 1 + 0.05 * rng.standard_normal(n),
        "exponential": lambda rng, n: 1 + 0.1 * (rng.standard_exponential(n) - 1),
        "lattice": lambda rng, n: 1 + 0.1 * (rng.poisson(0.5, n) - 0.5) / np.sqrt(0.5),
    }
    for name, law in laws.items():
        for ratio in (0.99, 1.0, 1.01):  # the edges of a zone of 1 %, and what is claimed
            yield case(
                f"a mean {ratio:g} times the claimed one, {name}",
                TRUE if ratio == 1 else EDGE,
                claim,
                lambda rng, cell, n, law=law, ratio=ratio: {"y": ratio * law(rng, n)},
                looks=LOOKS,
                cells=CELL,
            )
    share = Identity("share", observable="y", equals=sp.Rational(1, 2), functional="proportion")
    yield _event("a share of 1.05 times one half", EDGE, share, 0.525, "y")


def _event(
    name: str, truth: Truth, claim: Any, rate: float, of: str = "e", looks: int = 13
) -> Case:
    return case(
        name,
        truth,
        claim,
        lambda rng, cell, n: {of: rng.random(n) < rate},
        looks=looks,
        cells=CELL,
    )


def _events() -> Iterator[Case]:
    for bound in (0.1, 0.5):
        claim = Probability("rare", event="e", at_most=sp.Float(bound))
        yield _event(f"P = {1.05 * bound:g}, at most {bound}", EDGE, claim, 1.05 * bound)
    least = Probability("common", event="e", at_least=sp.Float(0.9))
    yield _event("P = 0.9, at least that", TRUE, least, 0.9)
    yield _event("P = 0.5, at most that", TRUE, claim, 0.5)
    many = Probability("rare", event="e", at_most=sp.Float(0.5))
    yield case(
        "P = 0.5 in four cells, at most that",
        TRUE,
        many,
        lambda rng, cell, n: {"e": rng.random(n) < 0.5},
        looks=11,
        cells=[dict(g=k) for k in range(4)],
    )


def _instances() -> Iterator[Case]:
    def rare(rng: np.random.Generator, cell: Mapping, n: int) -> dict[str, np.ndarray]:
        return {"y": np.where(rng.random(n) < 1e-3, 1.1, rng.random(n))}

    for claim in (
        Inequality("bound", left="y", at_most=1),
        Construction("object", certificate="y", at_most=1),
    ):
        yield case(
            f"{claim.kind}, violated by 1 in 1000",
            EDGE,
            claim,
            rare,
            looks=15,
            cells=CELL,
            first=64,
        )
    yield case(
        "a run of two steps, violated by 1 in 1000",
        EDGE,
        Always("bound", left="y", at_most=1, until=1),
        lambda rng, cell, n: {"y": np.where(rng.random((n, 1)) < 1e-3, 1.1, rng.random((n, 2)))},
        looks=15,
        cells=CELL,
        first=64,
    )


def _path(name: str, truth: Truth, claim: Any, value: Callable[[float], float]) -> Case:
    def simulate(rng: np.random.Generator, cell: Mapping, n: int) -> dict[str, np.ndarray]:
        return {"y": value(cell["n"]) * np.exp(0.05 * rng.standard_normal(n))}

    return case(name, truth, claim, simulate, looks=LOOKS, paths=SIZES)


def _growth() -> Iterator[Case]:
    told: dict[str, Any] = dict(observable="y", of=N, corrections="power", rate=0.5)
    for amplitude in (3.0, -0.9):  # the ends of the class of corrections that the claim declares
        yield _path(
            f"growth like n, with the correction 1 {amplitude:+g} (n/64)^-1/2",
            TRUE,
            Theta("rate", **told),
            lambda n, a=amplitude: n * (1 + a * (n / 64) ** -0.5),
        )
    for claim, extra in (
        (Theta("rate", **told), 0.1),
        (Theta("rate", **told), -0.1),
        (BigO("rate", **told), 0.1),
        (Omega("rate", **told), -0.1),
    ):
        words = f"{claim.kind}, an exponent {extra:+g} off"
        yield _path(words, EDGE, claim, lambda n, e=extra: n ** (1 + e))
    for slope, truth in ((0.0, TRUE), (0.1, EDGE)):
        yield case(
            f"n + {slope:g} log n, claimed n + O(1)",
            truth,
            Bounded("constant", "y", of=N, corrections="power", rate=0.5),
            lambda rng, cell, n, s=slope: {
                "y": cell["n"] + s * np.log(cell["n"]) + 0.05 * rng.standard_normal(n)
            },
            looks=LOOKS,
            paths=SIZES,
        )


def _limits() -> Iterator[Case]:
    claim = Limit("limit", observable="y", to=0, rate=0.5)
    values: dict[str, tuple[Truth, Callable[[float], float]]] = {
        "a root that fades just as declared": (TRUE, lambda n: (64 / n) ** 0.5),
        "a tenth of the start remains": (EDGE, lambda n: 1.0 if n == 64 else 0.1),
    }
    for name, (truth, value) in values.items():
        yield case(
            name,
            truth,
            claim,
            lambda rng, cell, n, value=value: {
                "y": value(cell["n"]) + 0.1 * rng.standard_normal(n)
            },
            looks=LOOKS,
            paths=SIZES,
        )


def _places() -> Iterator[Case]:
    claim = Threshold("place", success="up", along="s", at=sp.Integer(1), tolerance=0.1)
    for place in (0.9, 1.1):
        yield case(
            f"a threshold at {place} instead of 1",
            EDGE,
            claim,
            lambda rng, cell, n, at=place: {"up": rng.random(n) < 1 / (1 + (at / cell["s"]) ** 40)},
            looks=15,
            cells=[dict(s=0.9), dict(s=1.1)],
            wrong=BOTH,
        )


def _curves() -> Iterator[Case]:
    def curve(name: str, truth: Truth, shape: list[float], least: Any = None) -> Case:
        return case(
            name,
            truth,
            Monotone("rises", observable="y", along="l", minimal_rise=least),
            lambda rng, cell, n: {"y": shape[cell["l"]] + 0.1 * rng.standard_normal(n)},
            looks=LOOKS,
            cells=[dict(l=k) for k in range(len(shape))],
        )

    yield curve("a curve that stays level", TRUE, [0.0, 0.0, 0.0])
    yield curve("a rise of exactly the declared least", TRUE, [0.0, 0.25, 0.5], sp.Rational(1, 2))
    yield curve("a dip of exactly 5 % of the rise", EDGE, [0.0, 0.6, 0.55, 1.0])


def _laws() -> Iterator[Case]:
    claim = Law("normal", observable="y", cdf=sp.erfc(-X / sp.sqrt(2)) / 2)
    for shift, truth in ((0.0, TRUE), (0.0250663, EDGE)):  # a distance of 0.01
        yield case(
            f"a normal law shifted by {shift:.3g}",
            truth,
            claim,
            lambda rng, cell, n, s=shift: {"y": s + rng.standard_normal(n)},
            looks=LOOKS,
            cells=CELL,
        )
