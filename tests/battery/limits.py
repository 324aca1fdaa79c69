"""Limits: alternation, slow rates, values that stay away, sizes that a mean of two overlooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, unique
from bounds import Limit
from verify import Path

START = 64.0
Curve = Callable[[float], float]


def number(n: float) -> int:
    """Return which size of the path n is."""
    return round(np.log(n / START) / np.log(4))


def path(count: int = 7) -> list[Path]:
    """Return one path of ratio four."""
    return [Path({"n": 1}, dict(n=START), count, 4.0)]


def fade(n: float, power: float = 0.5) -> float:
    """Return a value that starts at four."""
    return float(4 * (START / n) ** power)


TENDS: dict[str, tuple[Curve, float | None]] = {
    "root": (lambda n: fade(n), 0.5),
    "inverse": (lambda n: fade(n, 1.0), 1.0),
    "inverse-as-root": (lambda n: fade(n, 1.0), 0.5),
    "root-undeclared": (lambda n: fade(n), None),
    "quarter": (lambda n: fade(n, 0.25), 0.25),
    "quarter-undeclared": (lambda n: fade(n, 0.25), None),
    "log": (lambda n: 16 / np.log(n), None),
    "loglog": (lambda n: 6 / np.log(np.log(n)), None),
    "root-times-log": (lambda n: fade(n) * np.log(n) / np.log(START), None),
    "sine-over-root": (lambda n: fade(n) * np.sin(np.log(n)), None),
    "sine-over-root-declared": (lambda n: fade(n) * np.sin(np.log(n)), 0.5),
    "alternating-over-root": (lambda n: fade(n) * (-1) ** number(n), 0.5),
    "alternating-over-n": (lambda n: fade(n, 1.0) * (-1) ** number(n), None),
    "overshoot": (lambda n: fade(n) - 1.5 * fade(n, 0.25) * (n > 1e3) * 0.2, None),
    "waves": (lambda n: fade(n) * (1 + 0.5 * np.sin(2 * np.log(n))), 0.5),
    "from-below": (lambda n: -fade(n), 0.5),
    "late": (lambda n: 4 / (1 + n / 1e5), None),
    "exponential": (lambda n: 4 * np.exp(1 - n / START), 1.0),
    "delayed-root": (lambda n: 4 / (1 + n / 3e3) ** 0.5, None),
}
STAYS: dict[str, tuple[Curve, float | None, str]] = {
    "alternates": (lambda n: float((-1) ** number(n)), None, ""),
    "alternates-declared": (lambda n: float((-1) ** number(n)), 0.5, ""),
    "alternates-after-a-start": (
        lambda n: 4.0 if n == START else float((-1) ** number(n)),
        0.5,
        "",
    ),
    "alternates-in-the-last-two": (
        lambda n: fade(n) if number(n) < 5 else 2.0 * (-1) ** number(n),
        0.5,
        "",
    ),
    "period-four": (lambda n: (1.0, 1.0, -1.0, -1.0)[number(n) % 4], 0.5, ""),
    "last-size": (lambda n: fade(n, 1.0) if number(n) < 6 else 2.0, 0.5, ""),
    "last-but-one": (lambda n: 2.0 if number(n) == 5 else fade(n, 1.0), 0.5, ""),
    "growing-waves": (lambda n: np.cos(np.pi * number(n)) * (1 + 0.2 * number(n)), None, ""),
    "half": (lambda n: 2 + 0.5 * fade(n), 0.5, "broken"),
    "half-undeclared": (lambda n: 2 + 0.5 * fade(n), None, ""),
    "quarter": (lambda n: 1 + 0.75 * fade(n), 0.5, "broken"),
    "quarter-undeclared": (lambda n: 1 + 0.75 * fade(n), None, ""),
    "minus-half": (lambda n: -2 + 1.5 * fade(n), 0.5, ""),
    "never-moves": (lambda n: 4.0, 0.5, "broken"),
    "never-moves-undeclared": (lambda n: 4.0, None, ""),
    "grows": (lambda n: 4 * (n / START) ** 0.25, 0.5, "broken"),
    "log-growth": (lambda n: np.log(n), 0.5, "broken"),
    "passes-through": (lambda n: 4 - 0.9 * number(n), 0.5, ""),
    "passes-through-slowly": (lambda n: 4 * (1 - number(n) / 5.5), None, ""),
}


def curves() -> Iterator[Case]:
    """Each curve exact and under noise."""
    for truth, table in ((TRUE, TENDS), (FALSE, STAYS)):
        for name, (curve, rate, *rest) in table.items():
            words = "tends to zero" if truth == TRUE else "does not tend to zero"
            must = rest[0] if rest else ""
            cause = "2" if "sine" not in name else "13"
            yield case(
                f"limit-{truth}-{name}",
                cause,
                truth,
                f"{name} {words}",
                Limit("limit", observable="y", to=0, rate=rate, exact=True),
                lambda rng, cell, k, f=curve: {"y": np.full(k, float(f(cell["n"])))},
                paths=path(),
                upto=16,
                must=must,
            )
            yield case(
                f"noisy-limit-{truth}-{name}",
                cause,
                truth,
                f"{name} {words}",
                Limit("limit", observable="y", to=0, rate=rate),
                lambda rng, cell, k, f=curve: {"y": f(cell["n"]) + 0.5 * rng.standard_normal(k)},
                paths=path(),
                upto=8192,
                block=512,
                must=must,
            )


def others() -> Iterator[Case]:
    """Absolute zones, several paths, proportions, other limits than zero."""
    absolute = Limit("limit", observable="y", to=0, rate=0.5, tolerance=sp.Rational(1, 5))

    def gauss(curve: Callable[..., float], width: float = 0.5) -> Callable[..., dict[str, Any]]:
        return lambda rng, cell, k: {"y": curve(**cell) + width * rng.standard_normal(k)}

    for name, truth, curve in (
        ("absolute-met", TRUE, lambda n: fade(n, 1.0)),
        ("absolute-started-at-the-limit", TRUE, lambda n: 0.0),
        ("absolute-alternates", FALSE, lambda n: float((-1) ** number(n))),
        ("absolute-alternates-by-half", FALSE, lambda n: 0.5 * (-1) ** number(n)),
        ("absolute-starts-right-and-leaves", FALSE, lambda n: 0.3 * number(n)),
    ):
        yield case(
            f"limit-{name}", "2", truth, name, absolute, gauss(curve), paths=path(), upto=16_384
        )
    two = [Path({"n": 1}, dict(n=START, c=c), 7, 4.0) for c in (0.0, 1.0)]
    for name, truth, curve in (
        ("two-paths", TRUE, lambda n, c: (1 + c) * fade(n, 1.0)),
        ("one-path-stays", FALSE, lambda n, c: fade(n, 1.0) + 1.5 * c),
        ("one-path-alternates", FALSE, lambda n, c: fade(n, 1.0) if c else (-1.0) ** number(n)),
        ("paths-on-both-sides", FALSE, lambda n, c: (2 * c - 1) * (1.5 + fade(n, 1.0))),
    ):
        yield case(
            f"limit-{name}",
            "2",
            truth,
            name,
            Limit("limit", observable="y", to=0, rate=0.5),
            gauss(curve),
            paths=two,
            upto=8192,
            block=512,
        )
    for name, truth, to, probability in (
        ("to-one", TRUE, 1, lambda n: 1 - 0.7 * (START / n)),
        ("to-half", TRUE, sp.Rational(1, 2), lambda n: 0.5 + 0.4 * START / n),
        ("to-one-alternating", FALSE, 1, lambda n: 0.99 if number(n) % 2 else 0.5),
        ("to-half-alternating", FALSE, sp.Rational(1, 2), lambda n: 0.9 if number(n) % 2 else 0.1),
        ("to-one-missed", FALSE, 1, lambda n: 0.7 - 0.4 * START / n),
    ):
        yield case(
            f"limit-proportion-{name}",
            "2",
            truth,
            f"a probability, claimed {to}",
            Limit("limit", observable="y", to=to, rate=1.0, functional="proportion"),
            lambda rng, cell, k, f=probability: {"y": rng.random(k) < f(cell["n"])},
            paths=path(),
            upto=8192,
            block=512,
        )
    for name, truth, shift in (
        ("of-a-parameter", TRUE, 0.0),
        ("of-a-parameter-missed", FALSE, 1.5),
    ):
        yield case(
            f"limit-{name}",
            "2",
            truth,
            f"c + {shift}, claimed c",
            Limit("limit", observable="y", to="c", rate=0.5),
            gauss(lambda n, c, s=shift: c + s + fade(n, 1.0)),
            upto=8192,
            block=512,
            paths=[Path({"n": 1}, dict(n=START, c=c), 7, 4.0) for c in (1.0, 7.0)],
        )
    for name, noise in (
        ("exponential", lambda rng, k: rng.standard_exponential(k) - 1),
        ("t3", lambda rng, k: 0.5 * rng.standard_t(3, k)),
        ("lognormal", lambda rng, k: np.exp(rng.standard_normal(k)) - 1.6487),
    ):
        for level, truth in ((0.0, TRUE), (1.5, FALSE)):
            yield case(
                f"limit-{name}-noise-{truth}",
                "2",
                truth,
                f"tends to {level}",
                Limit("limit", observable="y", to=0, rate=0.5),
                lambda rng, cell, k, f=noise, v=level: {"y": v + fade(cell["n"]) + f(rng, k)},
                paths=path(),
                upto=8192,
                block=512,
            )


CASES = unique([*curves(), *others()])
