"""Claims for all times up to a horizon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

import bounds
from battery.cases import FALSE, TRUE, Case, case, unique

T = 60
t = sp.Symbol("t", nonnegative=True)


def always(**sides: Any) -> Callable[[], Any]:
    return lambda: bounds.Always("path", "y", until=T, **sides)


def runs(path: Callable[[np.random.Generator, int, np.ndarray], np.ndarray]) -> Any:
    """Return a simulation of (n, T + 1) values along a time."""
    return lambda rng, cell, n: {"y": path(rng, n, np.arange(T + 1.0))}


def decay(rng: np.random.Generator, n: int, times: np.ndarray) -> np.ndarray:
    return (0.5 + 0.5 * rng.random((n, 1))) * 0.9**times


def paths() -> Iterator[Case]:
    """Bounds that a path keeps, or leaves once, early, late or rarely."""
    bound = sp.Rational(9, 10) ** t
    walk = lambda rng, n, s: np.concatenate(  # noqa: E731
        [np.zeros((n, 1)), rng.choice([-1.0, 1.0], (n, T)).cumsum(axis=1)], axis=1
    )
    for name, truth, sides, path in (
        ("decay", TRUE, dict(at_most=bound), decay),
        ("decay-slower", FALSE, dict(at_most=bound), lambda rng, n, s: decay(rng, n, s) * 1.05**s),
        ("walk-within-t", TRUE, dict(at_most=t), walk),
        ("walk-within-root-t", FALSE, dict(at_most=sp.sqrt(t)), walk),
        ("walk-above", TRUE, dict(at_least=-t), walk),
        (
            "at-the-last-time-only",
            FALSE,
            dict(at_most=1),
            lambda rng, n, s: np.where(s == T, 1.1, rng.random((n, T + 1))),
        ),
        (
            "at-the-start-only",
            FALSE,
            dict(at_most=1),
            lambda rng, n, s: np.where(s == 0, 1.1, rng.random((n, T + 1))),
        ),
        (
            "one-time-of-one-run-in-100",
            FALSE,
            dict(at_most=1),
            lambda rng, n, s: (
                rng.random((n, T + 1)) + 1.0 * ((rng.random((n, 1)) < 0.01) & (s == 30))
            ),
        ),
        ("never", TRUE, dict(at_most=1), lambda rng, n, s: rng.random((n, T + 1))),
        (
            "touching",
            TRUE,
            dict(at_most=1),
            lambda rng, n, s: np.minimum(1.0, rng.random((n, 1)) + s / 20),
        ),
    ):
        yield case(
            f"always-{name}",
            "17",
            truth,
            f"{name}, for all t up to {T}",
            always(**sides),
            runs(path),
            upto=8192,
            block=512,
            needs="Always",
            must="broken" if truth == FALSE else "",
        )


CASES = unique(paths())
