"""Claims that are conditional on an event, and tolerances that depend on the cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, cells, unique
from bounds import Identity, Inequality, Limit, Probability
from verify import Path

INSIDE = Identity("mean", observable="y", equals=1, given="inside")


def conditional() -> Iterator[Case]:
    """Means, probabilities and instances inside an event."""

    def values(share: float, mean: float, outside: float = 5.0):
        return lambda rng, cell, n: {
            "inside": (i := rng.random(n) < share),
            "y": np.where(i, mean * (1 + 0.3 * rng.standard_normal(n)), outside),
        }

    for share in (0.9, 0.3, 0.02):
        yield case(
            f"given-{share}",
            "11",
            TRUE,
            "mean one inside, five outside",
            INSIDE,
            values(share, 1.0),
            cells=cells(2),
        )
        yield case(
            f"given-{share}-off-by-10",
            "11",
            FALSE,
            "mean 1.1 inside",
            INSIDE,
            values(share, 1.1),
            cells=cells(2),
        )
        yield case(
            f"given-{share}-right-outside-only",
            "11",
            FALSE,
            "mean 2 inside, such that all replicates together have mean one",
            INSIDE,
            values(share, 2.0, (1 - 2 * share) / (1 - share)),
            cells=cells(2),
            must="broken" if share > 0.1 else "",
        )
    for upto, one_in in ((256, 250), (2048, 1000), (2048, 200), (512, 100)):
        name = f"few-inside-{upto}-of-1-in-{one_in}"
        yield case(
            name,
            "11",
            TRUE,
            "a handful of replicates inside; one of them is no constant",
            INSIDE,
            values(1 / one_in, 1.0),
            cells=cells(2),
            upto=upto,
            block=64,
        )
        yield case(
            f"{name}-off-by-10",
            "11",
            FALSE,
            "mean 1.1 inside",
            INSIDE,
            values(1 / one_in, 1.1),
            cells=cells(2),
            upto=upto,
            block=64,
        )
    yield case(
        "never-inside",
        "11",
        TRUE,
        "the event does not happen",
        INSIDE,
        values(0.0, 1.0),
        cells=cells(2),
        upto=2048,
    )
    yield case(
        "inside-decides-the-first-cell-only",
        "11",
        TRUE,
        "1 % inside at one cell",
        INSIDE,
        lambda rng, cell, n: values(0.01 if cell["g"] else 0.8, 1.0)(rng, cell, n),
        cells=cells(2),
    )
    rare = Probability("rare", event="e", at_most=sp.Rational(1, 20), given="inside")
    for inside, truth in ((0.05, TRUE), (0.2, FALSE)):
        yield case(
            f"probability-given-{inside}",
            "11",
            truth,
            f"{inside} inside, none outside",
            rare,
            lambda rng, cell, n, p=inside: {
                "inside": (i := rng.random(n) < 0.25),
                "e": i & (rng.random(n) < p),
            },
            cells=cells(2),
            must="broken" if truth == FALSE else "",
        )
    below = Inequality("below", left="y", at_most=1, given="inside")
    for high, truth in ((1.0, TRUE), (1.02, FALSE)):
        yield case(
            f"instances-given-{high}",
            "11",
            truth,
            f"at most {high} inside, five outside",
            below,
            lambda rng, cell, n, h=high: {
                "inside": (i := rng.random(n) < 0.25),
                "y": np.where(i, h * rng.random(n) ** 0.1, 5.0),
            },
            cells=cells(2),
            upto=262_144,
            must="broken" if truth == FALSE else "",
        )


def tolerances() -> Iterator[Case]:
    """Absolute tolerances of limits that are formulas of the cell."""
    n = sp.Symbol("n", positive=True)
    path = [Path({"n": 1}, dict(n=64.0), 6, 4.0)]

    def stays(value: float, noise: float):
        return lambda rng, cell, k: {"y": value + noise * rng.standard_normal(k)}

    def decays(power: float, noise: float):
        return lambda rng, cell, k: {
            "y": (64 / cell["n"]) ** power + noise * rng.standard_normal(k)
        }

    shrinking = Limit("limit", observable="y", to=0, rate=0.5, tolerance=8 / sp.sqrt(n))
    growing = Limit("limit", observable="y", to=0, rate=0.5, tolerance=sp.sqrt(n) / 1000)
    yield case(
        "shrinking-tolerance",
        "11",
        FALSE,
        "one half for ever; the zone is one at the first size and 0.03 at the last",
        shrinking,
        stays(0.5, 0.05),
        paths=path,
        upto=8192,
    )
    yield case(
        "shrinking-tolerance-met",
        "11",
        TRUE,
        "n^-1 within 8 n^-1/2",
        shrinking,
        decays(1.0, 0.01),
        paths=path,
        upto=8192,
    )
    yield case(
        "growing-tolerance",
        "11",
        TRUE,
        "n^-1/2 within a zone that opens",
        growing,
        decays(0.5, 0.05),
        paths=path,
        upto=8192,
    )
    yield case(
        "shrinking-tolerance-exact",
        "11",
        FALSE,
        "one half for ever",
        Limit("limit", observable="y", to=0, rate=0.5, tolerance=8 / sp.sqrt(n), exact=True),
        lambda rng, cell, k: {"y": np.full(k, 0.5)},
        paths=path,
        upto=16,
    )


CASES = unique([*conditional(), *tolerances()])
