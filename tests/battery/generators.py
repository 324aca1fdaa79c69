"""Simulations that draw wrongly: the generator ignored, one draw per block, dependent rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.signal import lfilter

from battery.cases import FALSE, TRUE, UNSAYABLE, Case, case, cells, unique
from bounds import Identity, Monotone, Probability, Theta
from verify import Path

Draw = Callable[[np.random.Generator, int], np.ndarray]
ONE = Identity("mean", observable="y", equals=1)


def own(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return the same exponentials every time."""
    return np.random.default_rng(7).standard_exponential(n)


def advanced_but_same(rng: np.random.Generator, n: int) -> np.ndarray:
    rng.random(n)
    return np.random.default_rng(7).standard_exponential(n)


def chain(weight: float) -> Draw:
    """Return a stationary autoregression around one."""

    def draw(rng: np.random.Generator, n: int) -> np.ndarray:
        noise = np.sqrt(1 - weight**2) * rng.standard_normal(n)
        noise[0] = rng.standard_normal()
        return 1 + 0.3 * lfilter([1.0], [1.0, -weight], noise)

    return draw


WRONG: dict[str, tuple[Draw, str]] = {
    "ignored": (own, "every block is the same"),
    "advanced-but-same": (advanced_but_same, "every block is the same, though numbers were drawn"),
    "one-draw-per-block": (
        lambda rng, n: np.full(n, rng.standard_exponential()),
        "all rows of a block are one draw",
    ),
    "two-draws-per-block": (
        lambda rng, n: np.resize(rng.standard_exponential(2), n),
        "two draws in turn",
    ),
    "block-effect": (
        lambda rng, n: 1 + 0.3 * rng.standard_normal() + 0.1 * rng.standard_normal(n),
        "the rows of a block share an error",
    ),
    "chain-0.9": (chain(0.9), "a chain with memory 0.9"),
    "chain-0.5": (chain(0.5), "a chain with memory 0.5"),
    "pairs": (
        lambda rng, n: np.repeat(rng.standard_exponential((n + 1) // 2), 2)[:n],
        "each draw stands twice",
    ),
    "sorted": (lambda rng, n: np.sort(rng.standard_exponential(n)), "sorted rows"),
    "walk": (lambda rng, n: 1 + np.cumsum(rng.standard_normal(n)) / n, "a random walk"),
    "tiled-half": (
        lambda rng, n: np.tile(rng.standard_exponential((n + 1) // 2), 2)[:n],
        "the second half of a block repeats the first",
    ),
}
"""Rows that are not independent; errors of a true mean would be too small."""


def dependent() -> Iterator[Case]:
    """Wrong generators under a true and a false claim."""
    for name, (draw, words) in WRONG.items():
        for factor in (1.0, 1.1):
            yield case(
                f"generator-{name}-{factor}",
                "16",
                UNSAYABLE,
                words,
                ONE,
                lambda rng, cell, n, f=draw, k=factor: {"y": k * f(rng, n)},
                cells=cells(2),
                upto=32_768,
                block=512,
            )
    for name in ("ignored", "one-draw-per-block"):
        draw, words = WRONG[name]
        yield case(
            f"generator-{name}-probability",
            "16",
            UNSAYABLE,
            words,
            Probability("rare", event="e", at_most=0.5),
            lambda rng, cell, n, f=draw: {"e": f(rng, n) > 0.9},
            upto=32_768,
            block=512,
        )
        yield case(
            f"generator-{name}-growth",
            "16",
            UNSAYABLE,
            words,
            Theta("rate", observable="y", of="n"),
            lambda rng, cell, n, f=draw: {"y": cell["n"] * np.exp(0.1 * f(rng, n))},
            paths=[Path({"n": 1}, dict(n=64.0), 6, 2.0)],
            upto=8192,
            block=256,
        )
        yield case(
            f"generator-{name}-monotone",
            "16",
            UNSAYABLE,
            words,
            Monotone("rises", observable="y", along="g"),
            lambda rng, cell, n, f=draw: {"y": cell["g"] * (1 + f(rng, n)) + f(rng, n)},
            cells=cells(4),
            upto=8192,
            block=256,
        )
    yield case(
        "generator-of-numpy",
        "16",
        UNSAYABLE,
        "the global generator, seeded each time",
        ONE,
        lambda rng, cell, n: {"y": np.random.RandomState(3).exponential(size=n)},
        cells=cells(2),
        upto=32_768,
        block=512,
    )


def proper() -> Iterator[Case]:
    """What looks like a fault and is none, and errors that dependence would only hide."""

    def opposed(rng: np.random.Generator, cell: Any, n: int) -> dict[str, np.ndarray]:
        half = rng.standard_normal((n + 1) // 2)
        return {"y": 1 + 0.3 * np.stack([half, -half], axis=1).ravel()[:n]}

    yield case(
        "generator-antithetic",
        "16",
        TRUE,
        "pairs of opposite signs: the mean is one, and more certain than it looks",
        ONE,
        opposed,
        cells=cells(2),
        upto=32_768,
        block=512,
        may_fail=True,
    )
    yield case(
        "generator-rare-zeros",
        "16",
        TRUE,
        "most blocks are all zero",
        Probability("rare", event="e", at_most=0.01),
        lambda rng, cell, n: {"e": rng.random(n) < 1e-3},
        upto=32_768,
        block=64,
    )
    yield case(
        "generator-rare-zeros-false",
        "16",
        FALSE,
        "most blocks are all zero",
        Probability("rare", event="e", at_most=0.001),
        lambda rng, cell, n: {"e": rng.random(n) < 3e-3},
        upto=32_768,
        block=64,
        must="broken",
    )
    yield case(
        "generator-tiny-blocks",
        "16",
        TRUE,
        "blocks of two coins are often the same",
        ONE,
        lambda rng, cell, n: {"y": 2.0 * (rng.random(n) < 0.5)},
        upto=4096,
        block=2,
    )
    yield case(
        "generator-discrete",
        "16",
        TRUE,
        "few values in small blocks",
        ONE,
        lambda rng, cell, n: {"y": rng.integers(0, 3, n)},
        upto=8192,
        block=4,
    )
    yield case(
        "generator-common",
        "16",
        TRUE,
        "the same numbers at all cells, on purpose",
        ONE,
        lambda rng, cell, n: {"y": rng.standard_exponential(n)},
        cells=cells(4),
        common_random_numbers=True,
        upto=32_768,
    )
    yield case(
        "generator-spawned",
        "16",
        TRUE,
        "a generator of its own, seeded from the given",
        ONE,
        lambda rng, cell, n: {
            "y": np.random.default_rng(rng.integers(2**62)).standard_exponential(n)
        },
        cells=cells(2),
        upto=32_768,
    )
    yield case(
        "generator-children",
        "16",
        TRUE,
        "children of the given generator, spawned",
        ONE,
        lambda rng, cell, n: {"y": rng.spawn(1)[0].standard_exponential(n)},
        cells=cells(2),
        upto=32_768,
    )
    yield case(
        "generator-shuffled",
        "16",
        TRUE,
        "sorted, then shuffled",
        ONE,
        lambda rng, cell, n: {"y": rng.permutation(np.sort(rng.standard_exponential(n)))},
        cells=cells(2),
        upto=32_768,
    )
    yield case(
        "generator-weak-memory",
        "16",
        FALSE,
        "a chain with memory 0.05, off by 10 %",
        ONE,
        lambda rng, cell, n: {"y": 1.1 * chain(0.05)(rng, n)},
        cells=cells(2),
        upto=32_768,
        block=512,
        may_fail=True,
    )


CASES = unique([*dependent(), *proper()])
