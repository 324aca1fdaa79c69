"""Means, proportions, rare events and single instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import sympy as sp

from bounds import Construction, Identity, Inequality, Probability
from synthetic.cases import EDGE, FALSE, TRUE, Case, Truth, case
from synthetic.laws import BEYOND, GRID, HELD_OUT_LAWS, LAWS, mean_of


def identities(looks: int = 15) -> Iterator[Case]:
    """Means and proportions that equal a formula, or do not."""
    claim = Identity("mean", observable="y", equals=1)
    for held_out, laws in ((False, LAWS), (True, HELD_OUT_LAWS)):
        for name, law in laws.items():
            yield case(
                name,
                TRUE,
                claim,
                mean_of(law),
                looks=looks,
                cells=GRID,
                held_out=held_out,
                beyond=name in BEYOND,
            )
    mixed = [*list(LAWS.values())[:5], HELD_OUT_LAWS["gamma, shape 0.1"]]
    yield case(
        "another law in every cell",
        TRUE,
        claim,
        lambda rng, cell, n: {"y": mixed[cell["g"]](rng, n)},
        looks=looks,
        cells=GRID,
        held_out=True,
    )
    yield case(
        "common random numbers",
        TRUE,
        claim,
        mean_of(LAWS["exponential"]),
        looks=looks,
        cells=GRID,
        common_random_numbers=True,
        held_out=True,
    )
    half = Identity("mean", observable="y", equals=1, given="inside")
    yield case(
        "given an event of 30 to 80 %",
        TRUE,
        half,
        lambda rng, cell, n: {
            "y": rng.standard_exponential(n),
            "inside": rng.random(n) < 0.3 + 0.1 * cell["g"],
        },
        looks=looks,
        cells=GRID,
        held_out=True,
    )
    for name in ("normal, sd 0.3", "exponential", "lognormal, sigma 1"):
        yield case(
            f"{name}, 5 % too large",
            FALSE,
            claim,
            mean_of(LAWS[name], lambda c: 1.05),
            looks=looks,
            cells=GRID,
        )
        yield case(
            f"{name}, 5 % too small",
            FALSE,
            claim,
            mean_of(LAWS[name], lambda c: 0.95),
            looks=looks,
            cells=GRID,
        )
    yield case(
        "one cell off by 15 %",
        FALSE,
        claim,
        mean_of(LAWS["exponential"], lambda c: 1.15 if c["g"] == 3 else 1.0),
        looks=looks,
        cells=GRID,
    )
    for name in ("normal, sd 0.3", "exponential"):
        for factor in (0.99, 1.01):
            yield case(
                f"{name}, pooled ratio {factor} (on the edge)",
                EDGE,
                claim,
                mean_of(LAWS[name], lambda c, f=factor: f),
                looks=looks,
                cells=GRID,
            )
    yield case(
        "a cell off by 1 %, others opposed (on the edge)",
        EDGE,
        claim,
        mean_of(LAWS["normal, sd 0.3"], lambda c: 1.01 if c["g"] == 0 else 0.998),
        looks=looks,
        cells=GRID,
    )
    share = Identity("share", observable="y", equals=sp.Symbol("p"), functional="proportion")
    for probabilities, held_out in (((0.1, 0.3, 0.5), False), ((0.004, 0.996), True)):
        for ratio, truth in ((1.0, TRUE), (1.05, EDGE), (1.3, FALSE)):
            if ratio * max(probabilities) >= 1:
                continue
            yield case(
                f"proportions {probabilities}, ratio {ratio}",
                truth,
                share,
                lambda rng, cell, n, r=ratio: {"y": rng.random(n) < r * cell["p"]},
                looks=looks + 2,
                cells=[dict(p=p) for p in probabilities],
                held_out=held_out,
            )


def probabilities(looks: int = 21) -> Iterator[Case]:
    """Events that are as rare as claimed, or are not."""

    def make(name: str, truth: Truth, bound: float, rate: Any, *, cells: int = 1, **more: Any):
        claim = Probability("rare", event="e", at_most=sp.Float(bound))
        rates = rate if callable(rate) else (lambda cell: rate)
        return case(
            name,
            truth,
            claim,
            lambda rng, cell, n: {"e": rng.random(n) < rates(cell)},
            looks=more.pop("looks", looks),
            cells=[dict(g=i) for i in range(cells)],
            **more,
        )

    for bound in (0.01, 0.05, 0.2, 0.5):
        yield make(f"p = bound = {bound}", TRUE, bound, bound)
        yield make(f"p = 1.05 bound, {bound} (on the edge)", EDGE, bound, 1.05 * bound)
        yield make(f"p = 2 bound, {bound}", FALSE, bound, 2 * bound)
    yield make("p = bound = 0.05 in 6 cells", TRUE, 0.05, 0.05, cells=6, held_out=True)
    yield make(
        "one of 6 cells at 2 bound, 0.05",
        FALSE,
        0.05,
        lambda cell: 0.1 if cell["g"] == 2 else 0.01,
        cells=6,
        held_out=True,
    )
    yield make("p = bound = 0.9", TRUE, 0.9, 0.9, held_out=True)
    yield make("p = 1, bound 0.9", FALSE, 0.9, 1.0, held_out=True)
    yield make("p = 0.905, bound 0.9 (on the edge)", EDGE, 0.9, 0.905, held_out=True)
    yield make("p = bound = 1e-4 (tested at 1e-3)", TRUE, 1e-4, 1e-4, held_out=True)
    yield make("p = 0, bound 0", TRUE, 0.0, 0.0, held_out=True)
    yield make("p = 0.001, bound 0 (on the edge)", EDGE, 0.0, 1e-3, held_out=True)
    least = Probability("common", event="e", at_least=sp.Float(0.95))
    yield case(
        "P = 0.95, claimed at least",
        TRUE,
        least,
        lambda rng, cell, n: {"e": rng.random(n) < 0.95},
        looks=looks,
        cells=[dict(g=0)],
        held_out=True,
    )
    inside = Probability("rare", event="e", at_most=sp.Float(0.05), given="inside")
    yield case(
        "given an event of 20 %, p = bound = 0.05",
        TRUE,
        inside,
        lambda rng, cell, n: {"inside": (u := rng.random(n)) < 0.2, "e": u < 0.01},
        looks=looks,
        cells=GRID,
        held_out=True,
    )
    yield case(
        "given an event of 20 %, p = 2 bound, 0.05",
        FALSE,
        inside,
        lambda rng, cell, n: {"inside": (u := rng.random(n)) < 0.2, "e": u < 0.02},
        looks=looks,
        cells=GRID,
        held_out=True,
    )


def instances(looks: int = 21) -> Iterator[Case]:
    """Inequalities on every instance."""
    claim = Inequality("bound", left="y", at_most=1)

    def make(name: str, truth: Truth, rate: float, **more: Any):
        return case(
            name,
            truth,
            claim,
            lambda rng, cell, n: {"y": np.where(rng.random(n) < rate, 1.1, rng.random(n))},
            looks=looks,
            cells=[dict(g=0)],
            first=64,
            **more,
        )

    yield make("never violated", TRUE, 0.0)
    yield make("violated by 1 in 1000 (on the edge)", EDGE, 1e-3)
    yield make("violated by 1 in 20", FALSE, 0.05)

    def rounded(rng: np.random.Generator, cell: Mapping, n: int) -> dict[str, np.ndarray]:
        return {"y": (x := rng.standard_normal(n)) * 3 / 3, "z": x}

    yield case(
        "equality up to rounding",
        TRUE,
        Inequality("bound", left="y", at_most="z"),
        rounded,
        looks=looks,
        cells=[dict(g=0)],
        first=64,
        held_out=True,
    )
    yield case(
        "exact identity, up to rounding",
        TRUE,
        Identity("same", observable="y", equals="z", exact=True),
        rounded,
        looks=looks,
        cells=[dict(g=0)],
        first=64,
        held_out=True,
    )
    yield case(
        "exact identity, off by 1e-8 in 1 of 1000 (on the edge)",
        EDGE,
        Identity("same", observable="y", equals="z", exact=True),
        lambda rng, cell, n: {
            "z": (x := rng.standard_normal(n)),
            "y": x * (1 + 1e-8 * (rng.random(n) < 1e-3)),
        },
        looks=looks,
        cells=[dict(g=0)],
        first=64,
        held_out=True,
    )
    for rate, words, truth in (
        (0.0, "every certificate meets the bound", TRUE),
        (1e-3, "1 of 1000 certificates fails (on the edge)", EDGE),
        (0.05, "1 of 20 certificates fails", FALSE),
    ):
        yield case(
            words,
            truth,
            Construction("object", certificate="y", at_most=1),
            lambda rng, cell, n, r=rate: {
                "y": np.where(rng.random(n) < r, 1 + 1e-6, rng.random(n))
            },
            looks=looks,
            cells=[dict(g=0)],
            first=64,
            held_out=True,
        )
