"""Identities with random sides: E[a] = E[b] is no statement on a/b."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, cells, unique
from bounds import Identity

SAME = Identity("same", observable="a", equals="b")


def pairs() -> Iterator[Case]:
    """Two observables, of equal mean or with a mean ratio of one."""
    true = {
        "independent": lambda rng, n: (
            rng.standard_exponential(n),
            np.exp(0.5 * rng.standard_normal(n) - 0.125),
        ),
        "small-noise": lambda rng, n: (
            1 + 0.1 * rng.standard_normal(n),
            1 + 0.3 * rng.random(n) - 0.15,
        ),
        "opposed": lambda rng, n: (1 + (u := rng.random(n)), 2 - u),
        "product": lambda rng, n: (
            (z := rng.standard_exponential(n)) * 0 + 1 + 0.2 * rng.standard_normal(n),
            0.2 + 0.8 * z,
        ),
        "crossing-zero": lambda rng, n: (1 + rng.standard_normal(n), 1 + rng.standard_normal(n)),
        "formula-often-zero": lambda rng, n: (
            rng.standard_exponential(n),
            4.0 * (rng.random(n) < 0.25),
        ),
        "conditional-mean": lambda rng, n: (
            (z := 0.5 + rng.random(n)) * rng.standard_exponential(n),
            z,
        ),
        "formula-near-zero": lambda rng, n: (
            rng.standard_gamma(0.3, n),
            rng.standard_gamma(0.3, n),
        ),
    }
    for name, law in true.items():
        yield case(
            f"two-sides-{name}",
            "6",
            TRUE,
            "both sides have the same mean",
            SAME,
            lambda rng, cell, n, f=law: dict(zip("ab", f(rng, n), strict=True)),
            cells=cells(2),
        )
    spread = 0.0941**0.5
    false = {
        "mean-ratio-one": lambda rng, n: (
            1 + 0.1 * rng.standard_normal(n),
            np.exp(spread * rng.standard_normal(n) + spread**2 / 2),
        ),
        "mean-ratio-one-exponential": lambda rng, n: (
            rng.standard_exponential(n),
            np.exp(0.5 * rng.standard_normal(n) + 0.125),
        ),
        "opposed": lambda rng, n: ((1 + (u := rng.random(n))) / 0.9, 2 - u),
        "correlated": lambda rng, n: (
            1.05 * (z := rng.standard_exponential(n)),
            z + 0.01 * rng.standard_normal(n),
        ),
        "crossing-zero": lambda rng, n: (1.2 + rng.standard_normal(n), 1 + rng.standard_normal(n)),
        "twice": lambda rng, n: (2 * rng.standard_exponential(n), rng.standard_exponential(n)),
        "two-values": lambda rng, n: (
            np.where(u := rng.random(n) < 0.5, 0.5, 1.5),
            np.where(u, 0.3, 4.5),
        ),
    }
    for name, law in false.items():
        yield case(
            f"two-sides-apart-{name}",
            "6",
            FALSE,
            "the means of the sides differ by 5 % or more",
            SAME,
            lambda rng, cell, n, f=law: dict(zip("ab", f(rng, n), strict=True)),
            cells=cells(2),
            must="broken" if name in ("twice", "mean-ratio-one") else "",
        )


def formulas() -> Iterator[Case]:
    """Formulas in which observables and parameters stand together."""
    s = sp.Symbol("s", positive=True)
    b = sp.Symbol("b")
    mixed = Identity("mixed", observable="a", equals=s * b**2)

    def moments(factor: float):
        return lambda rng, cell, n: {
            "b": (z := rng.standard_normal(n)),
            "a": factor * cell["s"] * (1 + 0.5 * (z**2 - 1) + 0.2 * rng.standard_normal(n)),
        }

    grid = [dict(s=k) for k in (0.5, 1.0, 4.0)]
    yield case("formula-of-both", "6", TRUE, "E a = s E b^2", mixed, moments(1.0), cells=grid)
    yield case(
        "formula-of-both-off-by-5",
        "6",
        FALSE,
        "5 % more",
        mixed,
        moments(1.05),
        cells=grid,
        must="broken",
    )
    risk = Identity("risk", observable="a", equals=1 + sp.Symbol("b") ** 2)
    yield case(
        "risk-given-the-estimate",
        "6",
        TRUE,
        "E[a | b] = 1 + b^2",
        risk,
        lambda rng, cell, n: {
            "b": (z := rng.standard_normal(n)),
            "a": (z + rng.standard_normal(n)) ** 2,
        },
        cells=cells(2),
    )
    yield case(
        "risk-given-the-estimate-halved",
        "6",
        FALSE,
        "E a = 2.5, E b^2 + 1 = 2",
        risk,
        lambda rng, cell, n: {
            "b": (z := rng.standard_normal(n)),
            "a": (z + 1.2247 * rng.standard_normal(n)) ** 2,
        },
        cells=cells(2),
        must="broken",
    )
    scaled = Identity("scaled", observable="a", equals="b", scale=1)
    yield case(
        "two-sides-with-a-scale",
        "6",
        TRUE,
        "means of zero on both sides",
        scaled,
        lambda rng, cell, n: {"a": rng.standard_normal(n), "b": rng.standard_normal(n)},
        cells=cells(2),
    )
    yield case(
        "two-sides-with-a-scale-apart",
        "6",
        FALSE,
        "0.2 apart, scale one",
        scaled,
        lambda rng, cell, n: {"a": 0.2 + rng.standard_normal(n), "b": rng.standard_normal(n)},
        cells=cells(2),
        must="broken",
    )


CASES = unique([*pairs(), *formulas()])
