"""Means whose claim states a range, a variance or a law: the promise stands on nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, UNSAYABLE, Case, case, cells, unique
from bounds import Identity


def mean(equals: Any, **options: Any) -> Callable[[], Identity]:
    """Return a function that states a mean with what bounds it."""
    return lambda: Identity("mean", observable="y", equals=equals, **options)


def ranges() -> Iterator[Case]:
    """Values inside a declared range."""
    half = sp.Rational(1, 2)
    laws: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
        "uniform": lambda rng, n: rng.random(n),
        "coin": lambda rng, n: 1.0 * (rng.random(n) < 0.5),
        "u-shaped": lambda rng, n: rng.beta(0.2, 0.2, n),
        "nearly-constant": lambda rng, n: 0.5 + 0.01 * (rng.random(n) - 0.5),
        "mass-at-an-end": lambda rng, n: np.where(
            rng.random(n) < 0.2, 0.0, 0.25 + 0.75 * rng.random(n)
        ),
    }
    for name, law in laws.items():
        for shift, truth in ((1.0, TRUE), (0.9, FALSE), (0.5, FALSE)):
            yield case(
                f"range-{name}-{shift}",
                "17",
                truth,
                f"{shift} times a mean of one half",
                mean(half, range=(0, 1)),
                lambda rng, cell, n, f=law, k=shift: {"y": k * f(rng, n)},
                cells=cells(3),
                must="broken" if shift == 0.5 else "",
                needs="Identity.range",
            )
    for one_in in (200, 1000, 10_000):

        def rare(rng: np.random.Generator, cell: Any, n: int, k: int = one_in) -> dict[str, Any]:
            return {"y": np.where(rng.random(n) < 1 / k, 1.0, 0.7 / k * rng.random(n) * 2)}

        yield case(
            f"range-rare-1-in-{one_in}",
            "17",
            TRUE,
            "an event of that rarity carries more than half of the mean",
            mean((1 + 0.7 * (1 - 1 / one_in)) / one_in, range=(0, 1)),
            rare,
            cells=cells(2),
            needs="Identity.range",
        )
        yield case(
            f"range-rare-1-in-{one_in}-left-out",
            "17",
            FALSE,
            "the event is left out",
            mean(0.7 / one_in, range=(0, 1)),
            rare,
            cells=cells(2),
            needs="Identity.range",
        )
    yield case(
        "range-half-open",
        "17",
        TRUE,
        "exponentials are not negative",
        mean(1, range=(0, sp.oo)),
        lambda rng, cell, n: {"y": rng.standard_exponential(n)},
        cells=cells(2),
        needs="Identity.range",
    )
    yield case(
        "range-half-open-too-large",
        "17",
        FALSE,
        "twice the mean",
        mean(1, range=(0, sp.oo)),
        lambda rng, cell, n: {"y": 2 * rng.standard_exponential(n)},
        cells=cells(2),
        must="broken",
        needs="Identity.range",
    )
    yield case(
        "range-violated",
        "17",
        UNSAYABLE,
        "values up to 1.2 in a range up to one",
        mean(sp.Rational(3, 5), range=(0, 1)),
        lambda rng, cell, n: {"y": 1.2 * rng.random(n)},
        cells=cells(2),
        needs="Identity.range",
    )


def variances_and_laws() -> Iterator[Case]:
    """A bound of the variance, or a law, that is right or wrong."""
    for name, law, variance in (
        ("normal", lambda rng, n: 1 + rng.standard_normal(n), 1),
        ("exponential", lambda rng, n: rng.standard_exponential(n), 1),
        ("pareto-2.5", lambda rng, n: 1.5 * rng.pareto(2.5, n), 5),
        ("1-in-200-carries-30", lambda rng, n: 0.7 + 60.0 * (rng.random(n) < 0.005), 18),
        ("1-in-1000-carries-30", lambda rng, n: 0.7 + 300.0 * (rng.random(n) < 0.001), 90),
    ):
        for factor, truth in ((1.0, TRUE), (1.5, FALSE)):
            yield case(
                f"variance-{name}-{factor}",
                "17",
                truth,
                f"{factor} times a mean of one",
                mean(sp.Float(1 / factor), variance=variance),
                lambda rng, cell, n, f=law: {"y": f(rng, n)},
                cells=cells(2),
                needs="Identity.variance",
            )
    normal = mean(1, law="normal")
    for factor, truth, must in (
        (1.0, TRUE, "holds"),
        (1.02, FALSE, "broken"),
        (1.1, FALSE, "broken"),
        (2.0, FALSE, "broken"),
    ):
        yield case(
            f"law-normal-{factor}",
            "17",
            truth,
            f"{factor} instead of one",
            normal,
            lambda rng, cell, n, f=factor: {"y": f + 0.2 * rng.standard_normal(n)},
            cells=cells(3),
            must=must,
            needs="Identity.law",
        )
    exponential = mean(1, law="exponential")
    for factor, truth in ((1.0, TRUE), (1.1, FALSE), (2.0, FALSE)):
        yield case(
            f"law-exponential-{factor}",
            "17",
            truth,
            f"{factor} instead of one",
            exponential,
            lambda rng, cell, n, f=factor: {"y": f * rng.standard_exponential(n)},
            cells=cells(3),
            must="broken" if factor > 1 else "",
            needs="Identity.law",
        )
    yield case(
        "law-normal-but-skewed",
        "17",
        UNSAYABLE,
        "lognormal values, said to be normal",
        normal,
        lambda rng, cell, n: {"y": np.exp(rng.standard_normal(n) - 0.5)},
        cells=cells(2),
        needs="Identity.law",
    )
    yield case(
        "law-exponential-but-negative",
        "17",
        UNSAYABLE,
        "normal values, said to be exponential",
        exponential,
        lambda rng, cell, n: {"y": 1 + rng.standard_normal(n)},
        cells=cells(2),
        needs="Identity.law",
    )


CASES = unique([*ranges(), *variances_and_laws()])
