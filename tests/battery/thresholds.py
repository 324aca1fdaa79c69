"""Thresholds: levels far from the point count as much as the nearest ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, unique
from bounds import Threshold

LEVELS = (0.4, 0.6, 0.9, 0.98, 1.02, 1.1, 1.5, 2.5)
Curve = Callable[[float], float]


def claim(**options: Any) -> Threshold:
    """Return the claim that success becomes likely at one, to 2 % or as said."""
    options.setdefault("tolerance", 0.02)
    return Threshold("place", success="up", along="s", at=sp.Integer(1), **options)


def flips(curve: Callable[..., float]) -> Callable[..., dict[str, Any]]:
    return lambda rng, cell, n: {"up": rng.random(n) < curve(**cell)}


def step(s: float, place: float = 1.0, low: float = 0.1, high: float = 0.9) -> float:
    """Return a probability that jumps at a place."""
    return low if s < place else high


def logistic(s: float, slope: float, place: float = 1.0) -> float:
    return float(1 / (1 + np.exp(-slope * np.log(s / place))))


TRUE_CURVES: dict[str, Curve] = {
    "step": step,
    "steep": lambda s: logistic(s, 100),
    "logistic": lambda s: logistic(s, 20),
    "zero-one": lambda s: float(s > 1),
    "barely": lambda s: step(s, low=0.4, high=0.6),
    "lopsided": lambda s: 1 - 0.5 ** np.exp(20 * np.log(s)),
    "dip-above-one-half": lambda s: 0.7 if 1.4 < s < 2 else step(s),
    "bump-below-one-half": lambda s: 0.35 if s < 0.5 else step(s),
}
FALSE_CURVES: dict[str, tuple[Curve, str]] = {
    "falls-back-to-0.4": (lambda s: 0.4 if s == 1.5 else step(s), "broken"),
    "falls-back-at-the-end": (lambda s: 0.1 if s > 2 else step(s), "broken"),
    "fair-coin-far-above": (lambda s: 0.5 if s == 1.5 else step(s), ""),
    "up-at-0.6": (lambda s: 0.6 if s < 0.7 else step(s), "broken"),
    "up-at-the-start": (lambda s: 0.95 if s < 0.5 else step(s), "broken"),
    "fair-coin-far-below": (lambda s: 0.5 if s < 0.5 else step(s), ""),
    "barely-wrong-far-above": (lambda s: 0.49 if s > 2 else step(s), ""),
    "barely-wrong-far-below": (lambda s: 0.51 if s == 0.6 else step(s), ""),
    "two-crossings": (lambda s: 0.9 if 0.5 < s < 0.8 or s > 1 else 0.1, "broken"),
    "three-crossings": (lambda s: 0.1 if 1.2 < s < 2 else step(s), "broken"),
    "falling": (lambda s: 1 - step(s), "broken"),
    "always": (lambda s: 0.9, "broken"),
    "never": (lambda s: 0.1, "broken"),
    "fair-coin": (lambda s: 0.5, ""),
    "at-1.05": (lambda s: step(s, 1.05), "broken"),
    "at-0.95": (lambda s: step(s, 0.95), "broken"),
    "at-1.05-logistic": (lambda s: logistic(s, 20, 1.05), "broken"),
    "at-1.25": (lambda s: step(s, 1.25), "broken"),
    "at-0.5": (lambda s: step(s, 0.5), "broken"),
}


def curves() -> Iterator[Case]:
    """Success curves on eight levels."""
    grid = [dict(s=s) for s in LEVELS]
    for name, curve in TRUE_CURVES.items():
        for rising in (True, False):
            way = "rising" if rising else "falling"
            yield case(
                f"threshold-{name}-{way}",
                "1",
                TRUE,
                f"one half is crossed at one, {way}",
                claim(rising=rising),
                flips(lambda s, f=curve, r=rising: f(s) if r else 1 - f(s)),
                cells=grid,
                upto=16_384,
                block=64,
                must="holds" if name == "step" else "",
            )
    for name, (curve, must) in FALSE_CURVES.items():
        yield case(
            f"threshold-{name}",
            "1",
            FALSE,
            f"{name}: not once at one, upward",
            claim(),
            flips(curve),
            cells=grid,
            upto=16_384,
            block=64,
            must=must,
        )
    for name in ("falls-back-to-0.4", "up-at-0.6", "two-crossings"):
        yield case(
            f"threshold-falling-{name}",
            "1",
            FALSE,
            f"{name}, upside down",
            claim(rising=False),
            flips(lambda s, f=FALSE_CURVES[name][0]: 1 - f(s)),
            cells=grid,
            upto=16_384,
            block=64,
            must="broken",
        )
    wide = [dict(s=s) for s in (0.5, 0.9, 1.1, 1.5)]
    for name, truth, curve in (
        ("declared-tenth", TRUE, lambda s: logistic(s, 10)),
        ("declared-tenth-falls-back", FALSE, lambda s: 0.4 if s > 1.4 else step(s)),
        ("declared-tenth-at-1.25", FALSE, lambda s: logistic(s, 10, 1.25)),
        ("declared-tenth-low-levels-up", FALSE, lambda s: 0.6 if s < 1 else 0.9),
    ):
        yield case(
            f"threshold-{name}",
            "1",
            truth,
            name,
            claim(tolerance=0.1),
            flips(curve),
            cells=wide,
            upto=16_384,
            block=64,
        )


def groups() -> Iterator[Case]:
    """A threshold whose place depends on another parameter, wrong in one group only."""
    d = sp.Symbol("d", positive=True)
    place = Threshold("place", success="up", along="s", at=d / 2, tolerance=0.02)
    grid = [dict(d=d, s=d / 2 * x) for d in (2.0, 8.0, 20.0) for x in LEVELS]
    for name, truth, curve, must in (
        ("groups", TRUE, lambda d, s: step(2 * s / d), ""),
        (
            "one-group-at-1.1",
            FALSE,
            lambda d, s: step(2 * s / d, 1.05 if d == 8 else 1.0),
            "broken",
        ),
        (
            "one-group-falls-back",
            FALSE,
            lambda d, s: 0.3 if d == 20 and s > 20 else step(2 * s / d),
            "broken",
        ),
        ("power-of-d", FALSE, lambda d, s: step(2 * s / d**1.2 * 2**0.2), "broken"),
    ):
        yield case(
            f"threshold-{name}",
            "1",
            truth,
            f"claimed at d/2: {name}",
            place,
            flips(curve),
            cells=grid,
            upto=8192,
            block=64,
            must=must,
        )


CASES = unique([*curves(), *groups()])
