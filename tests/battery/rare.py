"""Rare events that carry a mean: no test of a mean can see what was not drawn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from battery.cases import FALSE, TRUE, Case, Simulate, case, cells, unique
from bounds import Identity


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


CASES = unique(rare_events())
