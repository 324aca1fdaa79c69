"""Medians and quantiles: no tail is too heavy for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, cells, unique
from bounds import Identity


def median(equals: Any) -> Any:
    return lambda: Identity("median", observable="y", equals=equals, functional="median")


def quantile(equals: Any, probability: float) -> Any:
    return lambda: Identity(
        "quantile", observable="y", equals=equals, functional="quantile", probability=probability
    )


LAWS = {
    "normal": (lambda rng, n: 3 + rng.standard_normal(n), 3.0, 3 + 1.2815515655446004),
    "cauchy": (lambda rng, n: 3 + rng.standard_cauchy(n), 3.0, 3 + 3.0776835371752527),
    "exponential": (lambda rng, n: rng.standard_exponential(n), np.log(2), np.log(10)),
    "pareto-half": (lambda rng, n: 1 + rng.pareto(0.5, n), 4.0, 100.0),
    "lognormal-3": (
        lambda rng, n: np.exp(3 * rng.standard_normal(n)),
        1.0,
        np.exp(3 * 1.2815515655446004),
    ),
    "uniform": (lambda rng, n: rng.random(n), 0.5, 0.9),
}


def quantiles() -> Iterator[Case]:
    """Each law at its median and its ninth decile, right and wrong."""
    for name, (law, middle, decile) in LAWS.items():
        for factor, truth in ((1.0, TRUE), (1.25, FALSE), (0.5, FALSE)):
            must = "broken" if factor == 0.5 and name != "cauchy" else ""
            yield case(
                f"median-{name}-{factor}",
                "17",
                truth,
                f"{factor} of the median",
                median(sp.Float(factor * middle)),
                lambda rng, cell, n, f=law: {"y": f(rng, n)},
                cells=cells(2),
                must=must,
                needs="Identity.probability",
            )
            yield case(
                f"decile-{name}-{factor}",
                "17",
                truth,
                f"{factor} of the ninth decile",
                quantile(sp.Float(factor * decile), 0.9),
                lambda rng, cell, n, f=law: {"y": f(rng, n)},
                cells=cells(2),
                needs="Identity.probability",
            )
    yield case(
        "median-discrete",
        "17",
        TRUE,
        "0, 1, 2 with equal probability",
        median(1),
        lambda rng, cell, n: {"y": rng.integers(0, 3, n)},
        cells=cells(2),
        needs="Identity.probability",
    )
    yield case(
        "median-discrete-wrong",
        "17",
        FALSE,
        "0, 1, 2 with equal probability, claimed two",
        median(2),
        lambda rng, cell, n: {"y": rng.integers(0, 3, n)},
        cells=cells(2),
        must="broken",
        needs="Identity.probability",
    )
    yield case(
        "median-one-cell-of-six",
        "17",
        FALSE,
        "a tenth too large at one cell",
        median(1),
        lambda rng, cell, n: {
            "y": (1.1 if cell["g"] == 3 else 1.0) * np.exp(0.2 * rng.standard_normal(n))
        },
        cells=cells(6),
        must="broken",
        needs="Identity.probability",
    )
    yield case(
        "median-is-not-the-mean",
        "17",
        FALSE,
        "the mean of an exponential",
        median(1),
        lambda rng, cell, n: {"y": rng.standard_exponential(n)},
        cells=cells(2),
        must="broken",
        needs="Identity.probability",
    )


CASES = unique(quantiles())
