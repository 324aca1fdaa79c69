"""Monotone dependence: dips that add up, plateaus, minimal rises, one group or instance wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, unique
from bounds import Monotone

RISES = Monotone("rises", observable="y", along="l")


def levels(count: int) -> list[dict[str, int]]:
    return [dict(l=k) for k in range(count)]


def around(shape: Sequence[float], width: float = 0.5) -> Callable[..., dict[str, Any]]:
    """Return values of normal law around a shape."""
    return lambda rng, cell, n: {"y": shape[cell["l"]] + width * rng.standard_normal(n)}


TRUE_SHAPES: dict[str, Sequence[float]] = {
    "linear": np.linspace(0, 1, 6),
    "root": np.sqrt(np.linspace(0, 1, 6)),
    "plateau": (0, 0.25, 0.5, 0.5, 0.75, 1),
    "flat": np.zeros(6),
    "saturating": 1 - np.exp(-np.arange(6.0)),
    "jump": (0, 0, 0, 1, 1, 1),
    "late": (0, 0, 0, 0, 0, 1),
    "two-levels": (0, 1),
    "twelve-levels": np.linspace(0, 1, 12),
    "steep": 10.0 ** np.arange(-2, 3),
    "negative": np.linspace(-5, -4, 6),
}
FALSE_SHAPES: dict[str, tuple[Sequence[float], str]] = {
    "falls-by-24-in-steps-of-3": (
        np.concatenate([np.linspace(0, 1, 5), 1 - 0.03 * np.arange(1, 9)]),
        "",
    ),
    "falls-first-in-small-steps": (
        np.concatenate([-0.04 * np.arange(7), np.linspace(0, 1, 4)]),
        "broken",
    ),
    "rise-fall-rise": (
        np.concatenate(
            [np.linspace(0, 0.6, 4), 0.6 - 0.04 * np.arange(1, 6), np.linspace(0.5, 1, 4)]
        ),
        "broken",
    ),
    "saw": (np.cumsum([0, 0.2, -0.15] * 4), "broken"),
    "dip-of-20": ((0, 0.3, 0.6, 0.4, 0.7, 1), "broken"),
    "dip-of-15-at-the-end": ((0, 0.3, 0.6, 0.9, 1.15, 1.0), "broken"),
    "dip-of-10-at-the-start": ((0, -0.1, 0.3, 0.6, 0.9, 1.0), "broken"),
    "falling": (np.linspace(1, 0, 6), "broken"),
    "hump": (np.sin(np.linspace(0, 3, 7)), "broken"),
    "back-to-the-start": ((0, 0.5, 1, 1, 0.5, 0), "broken"),
    "drop-in-two-steps-of-4": ((0, 0.5, 1.0, 0.96, 0.92), "broken"),
}


def shapes() -> Iterator[Case]:
    """Means along a level, with and without common random numbers, and exact."""
    for truth, table in ((TRUE, TRUE_SHAPES), (FALSE, {k: v[0] for k, v in FALSE_SHAPES.items()})):
        for name, shape in table.items():
            must = FALSE_SHAPES[name][1] if truth == FALSE else ""
            grid = levels(len(shape))
            yield case(
                f"monotone-{name}",
                "4",
                truth,
                f"the means are {name}",
                RISES,
                around(shape),
                cells=grid,
                upto=32_768,
                must="" if "steps-of" in name else must,
            )
            if name not in ("linear", "plateau", "jump", *list(FALSE_SHAPES)[:4]):
                continue
            yield case(
                f"monotone-paired-{name}",
                "4",
                truth,
                f"{name}, the same numbers at every level",
                RISES,
                lambda rng, cell, n, f=shape: {
                    "y": f[cell["l"]] + rng.standard_normal(n) * (1 + 0.05 * cell["l"])
                },
                cells=grid,
                upto=8192,
                common_random_numbers=True,
            )
            yield case(
                f"monotone-exact-{name}",
                "4",
                truth,
                f"{name} on every instance",
                Monotone("rises", observable="y", along="l", exact=True),
                lambda rng, cell, n, f=shape: {
                    "y": f[cell["l"]] * (1 + rng.random(n)) + rng.random(n)
                },
                cells=grid,
                upto=32_768,
                block=512,
                common_random_numbers=True,
                must=must and "broken",
            )
    falls = Monotone("falls", observable="y", along="l", increasing=False)
    yield case(
        "monotone-decreasing",
        "4",
        TRUE,
        "it decreases",
        falls,
        around(np.linspace(1, 0, 6)),
        cells=levels(6),
        upto=32_768,
        must="holds",
    )
    yield case(
        "monotone-decreasing-rises-by-24",
        "4",
        FALSE,
        "it rises in steps of 3 %",
        falls,
        around(-np.asarray(FALSE_SHAPES["falls-by-24-in-steps-of-3"][0])),
        cells=levels(13),
        upto=32_768,
    )
    for name, noise in (
        ("lognormal", lambda rng, n: np.exp(rng.standard_normal(n)) - 1.6487),
        ("t3", lambda rng, n: rng.standard_t(3, n)),
        ("rare-jumps", lambda rng, n: 7.0 * (rng.random(n) < 0.02) - 0.14),
    ):
        for shape, truth in (("linear", TRUE), ("flat", TRUE), ("plateau", TRUE)):
            yield case(
                f"monotone-{shape}-{name}",
                "4",
                truth,
                f"{shape} under {name} noise",
                RISES,
                lambda rng, cell, n, f=TRUE_SHAPES[shape], e=noise: {
                    "y": f[cell["l"]] + 0.3 * e(rng, n)
                },
                cells=levels(6),
                upto=32_768,
            )
    for name, truth, sign in (("groups", TRUE, 1.0), ("one-group-falls", FALSE, -1.0)):
        yield case(
            f"monotone-{name}",
            "4",
            truth,
            name,
            RISES,
            lambda rng, cell, n, s=sign: {
                "y": cell["l"] * (s if cell["c"] == 2 else 1.0) + rng.standard_normal(n)
            },
            cells=[dict(l=k, c=c) for c in (1, 2, 3) for k in range(4)],
            upto=16_384,
            must="broken" if truth == FALSE else "",
        )


def early() -> Iterator[Case]:
    """Little noise and small looks: whatever can be said first must be right."""
    for name in ("falls-by-24-in-steps-of-3", "falls-first-in-small-steps", "rise-fall-rise"):
        shape = FALSE_SHAPES[name][0]
        for width in (0.01, 0.2):
            for law, noise in (
                ("normal", lambda rng, n: rng.standard_normal(n)),
                ("exponential", lambda rng, n: rng.standard_exponential(n) - 1),
            ):
                yield case(
                    f"monotone-early-{name}-{law}-{width}",
                    "4",
                    FALSE,
                    f"the means are {name}",
                    RISES,
                    lambda rng, cell, n, f=shape, e=noise, w=width: {
                        "y": f[cell["l"]] + w * e(rng, n)
                    },
                    cells=levels(len(shape)),
                    upto=2048,
                    block=16,
                )


def minimal_rises() -> Iterator[Case]:
    """Rises that are claimed to be at least so large."""

    def at_least(rise: float, **options: Any) -> Monotone:
        return Monotone("rises", observable="y", along="l", minimal_rise=sp.Float(rise), **options)

    for actual, truth, must in (
        (0.5, TRUE, ""),
        (0.6, TRUE, "holds"),
        (5.0, TRUE, "holds"),
        (0.51, TRUE, ""),
        (0.2, FALSE, "broken"),
        (0.4, FALSE, "broken"),
        (0.45, FALSE, "broken"),
        (0.05, FALSE, "broken"),
        (0.0, FALSE, "broken"),
    ):
        yield case(
            f"rise-{actual}-of-at-least-0.5",
            "3",
            truth,
            f"the whole rise is {actual}",
            at_least(0.5),
            around(np.linspace(0, actual, 6), 0.3),
            cells=levels(6),
            upto=32_768,
            must=must,
        )
    for actual, truth in ((0.7, TRUE), (0.3, FALSE)):
        yield case(
            f"rise-paired-{actual}",
            "3",
            truth,
            f"the whole rise is {actual}",
            at_least(0.5),
            lambda rng, cell, n, a=actual: {
                "y": a * cell["l"] / 5 + rng.standard_normal(n) * (1 + 0.02 * cell["l"])
            },
            cells=levels(6),
            upto=16_384,
            common_random_numbers=True,
            must="broken" if truth == FALSE else "holds",
        )
    for step, truth in ((0.7, TRUE), (0.3, TRUE), (0.1, FALSE)):
        yield case(
            f"rise-exact-{step}",
            "3",
            truth,
            f"three steps of {step} on every instance",
            at_least(0.5, exact=True),
            lambda rng, cell, n, a=step: {"y": a * cell["l"] + rng.random(n)},
            cells=levels(4),
            upto=32_768,
            block=512,
            common_random_numbers=True,
            must="broken" if truth == FALSE else "",
        )
    yield case(
        "rise-in-one-group-too-small",
        "3",
        FALSE,
        "0.2 in one of two groups",
        at_least(0.5),
        lambda rng, cell, n: {
            "y": cell["l"] * (0.04 if cell["c"] else 1.0) + 0.3 * rng.standard_normal(n)
        },
        cells=[dict(l=k, c=c) for c in (0, 1) for k in range(6)],
        upto=16_384,
        must="broken",
    )
    fall = Monotone(
        "falls", observable="y", along="l", increasing=False, minimal_rise=sp.Float(0.5)
    )
    for actual, truth in ((0.7, TRUE), (0.3, FALSE)):
        yield case(
            f"fall-{actual}-of-at-least-0.5",
            "3",
            truth,
            f"it falls by {actual}",
            fall,
            around(np.linspace(actual, 0, 6), 0.3),
            cells=levels(6),
            upto=32_768,
            must="broken" if truth == FALSE else "holds",
        )


CASES = unique([*shapes(), *early(), *minimal_rises()])
