"""Limits at seven sizes, ratio 4, and thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import sympy as sp

from bounds import Limit, Threshold
from synthetic.cases import EDGE, FALSE, TRUE, Case, Truth, case
from synthetic.laws import Law
from verify import Path

N = sp.Symbol("n", positive=True)
SIZES = [Path({"n": 1}, dict(n=64.0), 7, 4.0)]
LARGE = [Path({"n": 1}, dict(n=4096.0), 7, 4.0)]


def limits(looks: int = 17) -> Iterator[Case]:
    """Values that tend to zero, or stay away from it."""

    def make(
        name: str,
        truth: Truth,
        value: Callable[[float], float],
        *,
        rate: float | None = None,
        noise: Law | None = None,
        **more: Any,
    ):
        noise = noise or (lambda rng, n: rng.standard_normal(n))
        claim = Limit("limit", observable="y", to=0, rate=rate)
        return case(
            name,
            truth,
            claim,
            lambda rng, cell, n: {
                "y": (v := value(cell["n"])) + (0.5 * abs(v) + 0.3) * noise(rng, n)
            },
            looks=looks,
            paths=more.pop("paths", SIZES),
            **more,
        )

    start = 64.0
    yield make("n^-1/2", TRUE, lambda n: 4 * (start / n) ** 0.5)
    yield make("1/n", TRUE, lambda n: 4 * start / n)
    yield make("n^-1/2 (1 + 2/log n)", TRUE, lambda n: 4 * (start / n) ** 0.5 * (1 + 2 / np.log(n)))
    yield make("n^-1/2 log n", TRUE, lambda n: (start / n) ** 0.5 * np.log(n))
    yield make("n^-1/3, rate 1/3", TRUE, lambda n: 4 * (start / n) ** (1 / 3), rate=1 / 3)
    yield make("n^-1/2, rate 1/2", TRUE, lambda n: 4 * (start / n) ** 0.5, rate=0.5)
    yield make("1/log n", TRUE, lambda n: 16 / np.log(n))
    yield make("1/log n, large sizes", TRUE, lambda n: 16 / np.log(n), paths=LARGE, held_out=True)
    yield make("1/sqrt(log n)", TRUE, lambda n: 8 / np.sqrt(np.log(n)), held_out=True)
    yield make("n^-1/4", TRUE, lambda n: 4 * (start / n) ** 0.25, held_out=True)
    skewed: Law = lambda rng, n: rng.standard_exponential(n) - 1  # noqa: E731
    heavy: Law = lambda rng, n: np.exp(rng.standard_normal(n)) - np.exp(0.5)  # noqa: E731
    rare: Law = lambda rng, n: 50.0 * (rng.random(n) < 0.02) - 1 + 0.1 * rng.standard_normal(n)  # noqa: E731
    for name, noise in (("exponential", skewed), ("lognormal", heavy), ("rare jumps", rare)):
        yield make(
            f"n^-1/2, rate 1/2, {name} noise",
            TRUE,
            lambda n: 4 * (start / n) ** 0.5,
            rate=0.5,
            noise=noise,
            held_out=True,
        )
        yield make(
            f"constant 1/10 of the start, rate 1/2, {name} noise (on the edge)",
            EDGE,
            lambda n: 4.0 if n == start else 0.4,
            rate=0.5,
            noise=noise,
            held_out=True,
        )
    yield make("half of the start remains", FALSE, lambda n: 2 + 2 * (start / n) ** 0.5)
    yield make(
        "half of the start remains, rate 1/2", FALSE, lambda n: 2 + 2 * (start / n) ** 0.5, rate=0.5
    )
    yield make("a quarter remains, rate 1/2", FALSE, lambda n: 1 + 3 * (start / n) ** 0.5, rate=0.5)
    yield make("never moves", FALSE, lambda n: 4.0)
    yield make(
        "a tenth of the start remains (on the edge)", EDGE, lambda n: 4.0 if n == start else 0.4
    )
    zero = Limit("limit", observable="y", to=0, rate=0.5, functional="proportion")
    one = Limit("limit", observable="y", to=1, rate=0.5, functional="proportion")

    def share(probability: Callable[[float], float]) -> Callable[..., Any]:
        return lambda rng, cell, n: {"y": rng.random(n) < probability(cell["n"])}

    yield case(
        "P = 0.8 n^-1/2 to 0",
        TRUE,
        zero,
        share(lambda n: 0.8 * (start / n) ** 0.5),
        looks=looks,
        paths=SIZES,
        held_out=True,
    )
    yield case(
        "P to 1 exponentially",
        TRUE,
        one,
        share(lambda n: 1 - 0.7 * np.exp(1 - n / start)),
        looks=looks,
        paths=SIZES,
        held_out=True,
    )
    yield case(
        "P to 0.4, claimed 0",
        FALSE,
        zero,
        share(lambda n: 0.4 + 0.4 * (start / n) ** 0.5),
        looks=looks,
        paths=SIZES,
        held_out=True,
    )
    yield case(
        "P stops at a tenth of the start (on the edge)",
        EDGE,
        zero,
        share(lambda n: 0.8 if n == start else 0.08),
        looks=looks,
        paths=SIZES,
        held_out=True,
    )


def thresholds(looks: int = 19) -> Iterator[Case]:
    """Where success becomes the likelier outcome."""
    s = sp.Symbol("s", positive=True)
    curves = {
        "logistic": lambda x: 1 / (1 + np.exp(-6 * x)),
        "steep": lambda x: 1 / (1 + np.exp(-40 * x)),
        "lopsided": lambda x: 1 - 0.5 ** np.exp(3 * x),
        "a step with a slow tail": lambda x: 0.5 + 0.45 * np.tanh(2 * x),
    }
    for name, curve in curves.items():
        for place, truth in ((1.0, TRUE), (1.25, FALSE), (0.8, FALSE), (1.1, EDGE), (0.9, EDGE)):

            def simulate(
                rng: np.random.Generator,
                cell: Mapping,
                n: int,
                place: float = place,
                curve: Callable = curve,
            ) -> dict[str, np.ndarray]:
                return {"up": rng.random(n) < curve(np.log(cell["s"] / place))}

            claim = Threshold("place", success="up", along="s", at=sp.Integer(1), tolerance=0.1)
            words = f"{name}, crossing at {place}" + (" (on the edge)" if truth == EDGE else "")
            yield case(
                words,
                truth,
                claim,
                simulate,
                looks=looks,
                cells=[dict(s=0.9), dict(s=1.1)],
                held_out="tail" in name,
            )
            if truth == EDGE:
                yield case(
                    f"{words}, `broken` is wrong too",
                    TRUE,
                    claim,
                    simulate,
                    looks=looks,
                    cells=[dict(s=0.9), dict(s=1.1)],
                    held_out=True,
                )
    del s
