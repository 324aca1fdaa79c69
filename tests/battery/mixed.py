"""Traps of several kinds that came up later than the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, cells, unique
from battery.derivations import play
from bounds import (
    BigO,
    Bounded,
    Derivation,
    Identity,
    Inequality,
    Law,
    Limit,
    Monotone,
    Probability,
    Theta,
    Threshold,
)
from verify import Path

n, d = sp.symbols("n d", positive=True)
k = sp.Symbol("k", positive=True, integer=True)
LONG = [Path({"n": 1}, dict(n=64.0), 8, 4.0)]


def conditions() -> Iterator[Case]:
    """Events that the outcome itself decides, and events that are seldom."""
    tail = "E[y | y > 1] = 2 for exponentials, by forgetting"
    for value, truth in ((2.0, TRUE), (1.0, FALSE), (2.2, FALSE)):
        yield case(
            f"given-itself-{value}",
            "11",
            truth,
            tail,
            Identity("mean", observable="y", equals=sp.Float(value), given="far"),
            lambda rng, cell, m: {"y": (y := rng.standard_exponential(m)), "far": y > 1},
            cells=cells(2),
            must="broken" if truth == FALSE else "",
        )
    for inside, truth in ((0.05, TRUE), (0.2, FALSE)):
        yield case(
            f"rare-inside-{inside}",
            "11",
            truth,
            f"probability {inside} inside an event of 2 %, a half outside",
            Probability("rare", event="e", at_most=sp.Rational(1, 10), given="in_"),
            lambda rng, cell, m, p=inside: {
                "in_": (a := rng.random(m) < 0.02),
                "e": rng.random(m) < np.where(a, p, 0.5),
            },
            must="broken" if truth == FALSE else "",
        )
    for rate, truth in ((0.0, TRUE), (1 / 500, FALSE)):
        yield case(
            f"proportion-zero-at-one-cell-{truth}",
            "12",
            truth,
            "claimed 0 at one cell and a half at the others",
            Identity("share", observable="e", equals="p", functional="proportion"),
            lambda rng, cell, m, r=rate: {"e": rng.random(m) < (cell["p"] or r)},
            cells=[dict(p=p) for p in (0.0, 0.5)],
            must="broken" if truth == FALSE else "",
        )
    x, y = sp.symbols("x y")
    for bound, truth in ((sp.Rational(7, 12), TRUE), (sp.Rational(1, 2), FALSE)):
        yield case(
            f"dice-with-ties-{truth}",
            "15",
            truth,
            "the first of two dice is at least the second with probability 7/12",
            Probability("first", event=x >= y, at_most=bound),
            lambda rng, cell, m: {"x": rng.integers(1, 7, m), "y": rng.integers(1, 7, m)},
            must="broken" if truth == FALSE else "",
        )


def sides() -> Iterator[Case]:
    """Random sides with a common heavy factor, of negative sign, zero at a cell."""
    same = Identity("same", observable="a", equals="b")
    for factor, truth in ((1.0, TRUE), (1.1, FALSE)):
        yield case(
            f"two-sides-heavy-common-factor-{truth}",
            "6",
            truth,
            f"both sides share a lognormal factor, means {factor} apart",
            same,
            lambda rng, cell, m, f=factor: {
                "a": f * (z := np.exp(rng.standard_normal(m))) * (0.5 + rng.random(m)),
                "b": z * (0.5 + rng.random(m)),
            },
            cells=cells(2),
        )
        yield case(
            f"two-sides-negative-{truth}",
            "6",
            truth,
            "both means are negative",
            same,
            lambda rng, cell, m, f=factor: {
                "a": -f * rng.standard_exponential(m),
                "b": -1 + 0.2 * rng.standard_normal(m),
            },
            cells=cells(2),
            must="broken" if truth == FALSE else "",
        )
    mean = Identity("mean", observable="y", equals="c", scale=1)
    for shift, truth in ((0.0, TRUE), (0.1, FALSE)):
        yield case(
            f"formula-zero-at-one-cell-{truth}",
            "8",
            truth,
            "a mean that is zero at one cell only, scale one",
            mean,
            lambda rng, cell, m, s=shift: {
                "y": cell["c"] + s * (cell["c"] == 0) + rng.standard_normal(m)
            },
            cells=[dict(c=c) for c in (-1.0, 0.0, 5.0)],
            must="broken" if truth == FALSE else "",
        )
    product = Inequality("product", left="y", at_most=sp.Symbol("u") * sp.Symbol("v"))
    for scale, truth in ((1.0, TRUE), (1 + 1e-6, FALSE)):
        yield case(
            f"touching-product-{truth}",
            "8",
            truth,
            f"{scale} of a product of 1e-200 and 1e200",
            product,
            lambda rng, cell, m, f=scale: {
                "u": (u := 1e-200 * (1 + rng.random(m))),
                "v": (v := 1e200 * (1 + rng.random(m))),
                "y": f * (u * v),
            },
            must="broken" if truth == FALSE else "holds",
        )


def orders() -> Iterator[Case]:
    """Powers that a logarithm hides in, units of groups, paths from both sides."""

    def exact(curve: Any) -> Any:
        return lambda rng, cell, m: {"y": np.full(m, float(curve(**cell)))}

    for name, truth, curve in (
        ("one-over-log", TRUE, lambda n: n ** (1 + 1 / np.log(n))),
        ("one-over-loglog", FALSE, lambda n: n ** (1 + 1 / np.log(np.log(n)))),
        ("one-over-root-log", FALSE, lambda n: n ** (1 + 1 / np.log(n) ** 0.5)),
        ("exp-root-log", FALSE, lambda n: n * np.exp(np.log(n) ** 0.5)),
    ):
        yield case(
            f"theta-power-{name}",
            "14",
            truth,
            f"n to the power of 1 + {name}, claimed n",
            Theta("rate", observable="y", of=n, exact=True),
            exact(curve),
            paths=LONG,
            upto=16,
        )
    for name, truth, curve in (
        ("sum", TRUE, lambda n, d: n * d + d**1.5),
        ("hidden-in-one-ray", FALSE, lambda n, d: n * d + d**1.5 + 0.1 * n**1.4),
    ):
        yield case(
            f"O-two-rays-{name}",
            "5",
            truth,
            f"{name}, claimed O(n d + d^1.5)",
            BigO("rate", observable="y", of=n * d + d ** sp.Rational(3, 2), exact=True),
            exact(curve),
            paths=[
                Path({"n": 1}, dict(n=64.0, d=8.0), 7, 4.0),
                Path({"d": 1}, dict(n=64.0, d=8.0), 7, 4.0),
            ],
            upto=16,
        )
    for sign, truth in ((1.0, TRUE), (-1.0, FALSE)):
        yield case(
            f"groups-of-other-units-{truth}",
            "4",
            truth,
            "one group a million millions of the other in size, and the small one "
            + ("rises" if sign > 0 else "falls"),
            Monotone("rises", observable="y", along="l"),
            lambda rng, cell, m, s=sign: {
                "y": cell["u"] * ((s if cell["u"] < 1 else 1) * cell["l"] + rng.standard_normal(m))
            },
            cells=[dict(l=level, u=unit) for unit in (1e-6, 1e6) for level in range(4)],
            must="broken" if truth == FALSE else "holds",
        )
    for shift, truth in ((0.0, TRUE), (1.0, FALSE)):
        yield case(
            f"limit-from-both-sides-{truth}",
            "2",
            truth,
            "one path from above and one from below" + (", to limits two apart" if shift else ""),
            Limit("limit", observable="y", to=0, rate=1),
            lambda rng, cell, m, s=shift: {
                "y": cell["c"] * (s + 4 * 64 / cell["n"]) + 0.3 * rng.standard_normal(m)
            },
            paths=[Path({"n": 1}, dict(n=64.0, c=c), 7, 4.0) for c in (-1.0, 1.0)],
            upto=8192,
            must="broken" if truth == FALSE else "",
        )
    for name, truth, curve in (
        ("alternating-constant", TRUE, lambda n: n + 5 * (-1) ** round(np.log2(n / 64) / 2)),
        ("growing-waves", FALSE, lambda n: n + np.log(n) * np.sin(np.log(n))),
    ):
        yield case(
            f"bounded-{name}",
            "17",
            truth,
            f"{name} beside n",
            Bounded("constant", "y", of=n, exact=True),
            exact(curve),
            paths=LONG,
            upto=16,
        )
    grid = [dict(s=s) for s in (0.5, 0.9, 1.0, 1.1, 1.5)]
    for at, truth in ((1.0, TRUE), (1.2, FALSE)):
        yield case(
            f"threshold-with-a-level-at-the-place-{truth}",
            "1",
            truth,
            f"a fair coin at the level one, the place at {at}",
            Threshold("place", success="up", along="s", at=sp.Integer(1), tolerance=0.05),
            lambda rng, cell, m, a=at: {
                "up": rng.random(m) < (0.5 if cell["s"] == 1 else 0.9 if cell["s"] > a else 0.1)
            },
            cells=grid,
            upto=16_384,
            block=64,
            must="broken" if truth == FALSE else "holds",
        )


def formulas() -> Iterator[Case]:
    """Algebra with whole numbers, and laws with an atom at their end."""
    x = sp.Symbol("x", positive=True)
    halves = sp.floor(x / 2) + sp.ceiling(x / 2)
    central = sp.binomial(2 * k, k)
    harmonic = sp.harmonic(k)
    for name, truth, claim in (
        ("halves-of-whole-numbers", TRUE, dict(left=halves.subs(x, k), equals=k)),
        ("halves-of-numbers", FALSE, dict(left=halves, equals=x)),
        ("central-binomial-4", TRUE, dict(left=central, at_most=4**k)),
        ("central-binomial-3", FALSE, dict(left=central, at_most=3**k)),
        ("harmonic", TRUE, dict(left=harmonic, at_most=1 + sp.log(k))),
        ("harmonic-0.57", FALSE, dict(left=harmonic, at_most=sp.log(k) + sp.Rational(57, 100))),
        ("root-of-square", FALSE, dict(left=sp.sqrt(sp.Symbol("r", real=True) ** 2),
                                       equals=sp.Symbol("r", real=True))),
    ):  # fmt: skip
        yield Case(
            f"algebra-{name}",
            "9",
            truth,
            name,
            None,
            play=play(f"algebra-{name}", Derivation("d", **claim)),
        )
    v = sp.Symbol("x", real=True)
    phi = (1 + sp.erf(v / sp.sqrt(2))) / 2
    for name, truth, cdf in (
        ("with-its-atom", TRUE, sp.Piecewise((0, v < 0), (phi, True))),
        ("without-its-atom", FALSE, sp.Piecewise((0, v < 0), (2 * phi - 1, True))),
        ("atom-elsewhere", FALSE, sp.Piecewise((0, v < sp.Rational(1, 10)), (phi, True))),
    ):
        yield case(
            f"law-censored-{name}",
            "17",
            truth,
            "a normal value, or zero where that is negative",
            Law("law", "y", cdf=cdf),
            lambda rng, cell, m: {"y": np.maximum(rng.standard_normal(m), 0)},
            upto=262_144,
            block=16_384,
            must="broken" if truth == FALSE else "",
        )


CASES = unique([*conditions(), *sides(), *orders(), *formulas()])
