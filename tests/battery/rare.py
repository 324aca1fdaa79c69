"""Rare events that carry a mean: no test of a mean can see what was not drawn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, Simulate, case, cells, unique
from bounds import BigO, Identity, Limit, Monotone, Theta
from verify import Path


def jump(one_in: int, share: float, noise: float = 0.1) -> Simulate:
    """Return values of mean one, of which an event of 1 in ``one_in`` carries ``share``."""
    return lambda rng, cell, n: {
        "y": 1
        - share
        + share * one_in * (rng.random(n) < 1 / one_in)
        + noise * rng.standard_normal(n)
    }


def rare_events() -> Iterator[Case]:
    """Means with and without the share of the rare event."""
    one = Identity("mean", observable="y", equals=1)
    for one_in in (50, 200, 1000, 10_000, 100_000):
        for share in (0.3, 0.05):
            for upto in (2048, 65_536):
                words = f"{share:.0%} of the mean in 1 of {one_in}"
                name = f"1-in-{one_in}-carries-{share}-of-{upto}"
                yield case(
                    name,
                    "12",
                    TRUE,
                    f"{words}; the formula is the mean",
                    one,
                    jump(one_in, share),
                    cells=cells(2),
                    upto=upto,
                    assumes=True,
                )
    for one_in in (50, 200, 1000, 10_000, 100_000):
        left_out = Identity("mean", observable="y", equals=0.7)
        yield case(
            f"1-in-{one_in}-left-out",
            "12",
            FALSE,
            f"30 % of the mean in 1 of {one_in} is left out of the formula",
            left_out,
            jump(one_in, 0.3),
            cells=cells(2),
            assumes=True,
        )
    for one_in in (200, 1000):
        yield case(
            f"rare-in-one-of-six-cells-1-in-{one_in}",
            "12",
            TRUE,
            "the event is in one cell only, and in its formula",
            one,
            lambda rng, cell, n, k=one_in: jump(k, 0.3 if cell["g"] == 4 else 0.0)(rng, cell, n),
            cells=cells(6),
            assumes=True,
        )
        yield case(
            f"rare-downward-1-in-{one_in}",
            "12",
            TRUE,
            "a rare loss",
            one,
            lambda rng, cell, n, k=one_in: {
                "y": 1.3 - 0.3 * k * (rng.random(n) < 1 / k) + 0.1 * rng.standard_normal(n)
            },
            cells=cells(2),
            assumes=True,
        )
        yield case(
            f"bernoulli-1-in-{one_in}-as-a-mean",
            "12",
            TRUE,
            "0/1 values over their mean",
            one,
            lambda rng, cell, n, k=one_in: {"y": 1.0 * k * (rng.random(n) < 1 / k)},
            cells=cells(2),
            assumes=True,
        )
    yield case(
        "constant-but-for-1-in-10000",
        "12",
        TRUE,
        "nothing varies until the event comes",
        one,
        lambda rng, cell, n: {"y": 0.7 + 3000.0 * (rng.random(n) < 1e-4)},
        cells=cells(2),
        assumes=True,
        may_fail=True,
    )
    yield case(
        "pareto-1.05",
        "12",
        TRUE,
        "a finite mean that no sample shows",
        one,
        lambda rng, cell, n: {"y": 0.05 * rng.pareto(1.05, n)},
        cells=cells(2),
        assumes=True,
    )
    yield case(
        "lognormal-4",
        "12",
        TRUE,
        "half of the mean beyond four deviations",
        one,
        lambda rng, cell, n: {"y": np.exp(4 * rng.standard_normal(n) - 8)},
        cells=cells(2),
        assumes=True,
    )
    yield case(
        "geometric-peak",
        "12",
        TRUE,
        "2^k with probability 2^-k, k up to 30",
        Identity("mean", observable="y", equals=30 + 2),
        lambda rng, cell, n: {"y": 2.0 ** np.minimum(rng.geometric(0.5, n), 31)},
        cells=cells(2),
        assumes=True,
    )


def other_kinds() -> Iterator[Case]:
    """Means that rise, grow or tend to something, and do so by what was not seen."""
    n = sp.Symbol("n", positive=True)
    path = [Path({"n": 1}, dict(n=64.0), 6, 2.0)]

    def seldom(rng: np.random.Generator, k: int, one_in: int, mean: float = 1.0) -> np.ndarray:
        return mean * one_in * (rng.random(k) < 1 / one_in)

    for one_in in (1000, 100_000):
        yield case(
            f"rare-last-level-1-in-{one_in}",
            "12",
            TRUE,
            "the mean rises from level to level, at the last one by a rare event",
            Monotone("rises", observable="y", along="g"),
            lambda rng, cell, k, m=one_in: {
                "y": 0.1 * rng.standard_normal(k)
                + (cell["g"] if cell["g"] < 3 else 1 + seldom(rng, k, m, 2.5))
            },
            cells=cells(4),
            assumes=True,
        )
        yield case(
            f"rare-first-level-1-in-{one_in}",
            "12",
            FALSE,
            "a rare event lifts the first level above all others",
            Monotone("rises", observable="y", along="g"),
            lambda rng, cell, k, m=one_in: {
                "y": 0.1 * rng.standard_normal(k)
                + (cell["g"] if cell["g"] else seldom(rng, k, m, 5.0))
            },
            cells=cells(4),
            assumes=True,
        )
        yield case(
            f"rare-part-of-a-growth-1-in-{one_in}",
            "12",
            TRUE,
            "the mean is n, of which a rare event carries all but the root",
            Theta("rate", observable="y", of=n, functional="mean", corrections="power", rate=1),
            lambda rng, cell, k, m=one_in: {
                "y": cell["n"] ** 0.5 * (1 + 0.1 * rng.standard_normal(k))
                + seldom(rng, k, m, cell["n"] - cell["n"] ** 0.5)
            },
            paths=path,
            upto=8192,
            assumes=True,
        )
        yield case(
            f"rare-part-of-a-growth-left-out-1-in-{one_in}",
            "12",
            FALSE,
            "the mean is n by a rare event, claimed O of the root",
            BigO("rate", observable="y", of=sp.sqrt(n), functional="mean"),
            lambda rng, cell, k, m=one_in: {
                "y": cell["n"] ** 0.5 * (1 + 0.1 * rng.standard_normal(k))
                + seldom(rng, k, m, cell["n"])
            },
            paths=path,
            upto=8192,
            assumes=True,
        )
        yield case(
            f"rare-part-of-a-limit-1-in-{one_in}",
            "12",
            TRUE,
            "tends to zero, half of a unit by a rare event",
            Limit("limit", observable="y", to=0, rate=1),
            lambda rng, cell, k, m=one_in: {
                "y": 64 / cell["n"] - 0.5 + seldom(rng, k, m, 0.5) + 0.1 * rng.standard_normal(k)
            },
            paths=path,
            upto=8192,
            assumes=True,
        )
        yield case(
            f"rare-rest-of-a-limit-1-in-{one_in}",
            "12",
            FALSE,
            "a rare event keeps half of a unit",
            Limit("limit", observable="y", to=0, rate=1),
            lambda rng, cell, k, m=one_in: {
                "y": 64 / cell["n"] + seldom(rng, k, m, 0.5) + 0.1 * rng.standard_normal(k)
            },
            paths=path,
            upto=8192,
            assumes=True,
        )


CASES = unique([*rare_events(), *other_kinds()])
