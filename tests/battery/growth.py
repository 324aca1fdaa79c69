"""Growth without randomness: corrections, waves, logarithms, and sizes that a fit overlooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, unique
from bounds import BigO, Omega, Theta
from verify import Path

Curve = Callable[[float], float]
n, d = sp.symbols("n d", positive=True)
log = np.log


def sizes(first: float, count: int, step: float, **rest: float) -> list[Path]:
    """Return one path along n."""
    return [Path({"n": 1}, dict(n=first, **rest), count, step)]


SHORT = sizes(64.0, 6, 2.0)
"""64 to 2048."""
DECADES = sizes(10.0, 7, 10**0.5)
"""10 to 10^4."""
LONG = sizes(1e3, 7, 10.0)
"""10^3 to 10^9."""
PATHS = {"short": SHORT, "decades": DECADES, "long": LONG}

TRUE_THETA: dict[str, tuple[sp.Expr, Curve, str]] = {
    "pure": (n, lambda x: 3 * x, "13"),
    "n2-plus-1e6-n": (n**2, lambda x: x**2 + 1e6 * x, "13"),
    "n-plus-1e5": (n, lambda x: x + 1e5, "13"),
    "waves": (n, lambda x: x * (1 + 0.3 * np.sin(log(x))), "13"),
    "fast-waves": (n, lambda x: x * (1 + 0.2 * np.sin(3 * log(x))), "13"),
    "slow-waves": (n, lambda x: x * (1 + 0.5 * np.sin(log(x) / 3)), "13"),
    "n2-plus-1000-n": (n**2, lambda x: x**2 + 1000 * x, "13"),
    "n-plus-1000-root-n": (n, lambda x: x + 1000 * x**0.5, "13"),
    "n-less-a-root": (n, lambda x: x - 2 * x**0.5, "13"),
    "crossover-1000": (n**2, lambda x: x**2 / (1 + 1000 / x), "13"),
    "crossover-to-constant": (sp.Integer(1), lambda x: x / (x + 1e4), "13"),
    "first-size-off": (n, lambda x: x * (1 + 99 * np.exp(1 - x / 64)), "13"),
    "decay-with-floor": (sp.Integer(1), lambda x: 1 + 1e4 / x, "13"),
    "five-over-log": (n ** sp.Rational(3, 2), lambda x: x**1.5 * (1 + 5 / log(x)), "14"),
    "n-log-n-plus-n": (n * sp.log(n), lambda x: x * log(x) + 10 * x, "14"),
    "n-log-n": (n * sp.log(n), lambda x: x * log(x), "14"),
    "harmonic-sum": (sp.log(n), lambda x: log(x) + 0.5772, "14"),
    "log-squared": (sp.log(n) ** 2, lambda x: (log(x) + 3) ** 2, "14"),
    "root-loglog": (sp.sqrt(n * sp.log(sp.log(n))), lambda x: (x * log(log(x))) ** 0.5, "14"),
}
TRUE_O: dict[str, tuple[sp.Expr, Curve, str]] = {
    "root-below-n": (n, lambda x: x**0.5, "13"),
    "n2-plus-1e6-n-below-n2": (n**2, lambda x: x**2 + 1e6 * x, "13"),
    "steep-start": (n, lambda x: x * (1 - np.exp(-((x / 3000) ** 2))) + 1, "13"),
    "cubic-start": (n, lambda x: x**3 / (x**2 + 1e6) + 1, "13"),
    "waves-below-n": (n, lambda x: x * (1 + 0.9 * np.sin(log(x))), "13"),
    "n-log-n-below-n-5-4": (n ** sp.Rational(5, 4), lambda x: x * log(x), "14"),
    "growing-to-a-ceiling": (sp.Integer(1), lambda x: 1 - np.exp(-x / 1000), "13"),
}
TRUE_OMEGA: dict[str, tuple[sp.Expr, Curve, str]] = {
    "square-above-n": (n, lambda x: x**2, "13"),
    "flat-start": (n, lambda x: x + 1e5, "13"),
    "falling-start": (n, lambda x: x + 1e7 / x, "13"),
    "n-log-n-above-n": (n, lambda x: x * log(x), "14"),
}
FALSE_THETA: dict[str, tuple[sp.Expr, Curve, str, str]] = {
    "n-1.25": (n, lambda x: x**1.25, "5", ""),
    "n-0.75": (n, lambda x: x**0.75, "5", ""),
    "n-1.15": (n, lambda x: x**1.15, "5", ""),
    "n-squared": (n, lambda x: x**2, "5", ""),
    "constant": (n, lambda x: 7.0, "5", ""),
    "n-times-log": (n, lambda x: x * log(x), "14", ""),
    "n-times-log-squared": (n, lambda x: x * log(x) ** 2, "14", ""),
    "n-over-log": (n, lambda x: x / log(x), "14", ""),
    "n-root-log": (n, lambda x: x * log(x) ** 0.5, "14", ""),
    "log": (sp.Integer(1), lambda x: log(x), "14", ""),
    "log-and-a-constant": (sp.Integer(1), lambda x: log(x) + 5, "14", ""),
    "one-over-log": (sp.Integer(1), lambda x: 1 / log(x), "14", ""),
    "root-loglog": (sp.sqrt(n), lambda x: x**0.5 * log(log(x)), "14", ""),
    "log-left-out": (n * sp.log(n), lambda x: x, "14", ""),
    "log-squared-for-log": (sp.log(n), lambda x: log(x) ** 2, "14", ""),
}
FALSE_O: dict[str, tuple[sp.Expr, Curve, str, str]] = {
    "n-1.2": (n, lambda x: x**1.2, "5", ""),
    "n-1.5-and-n": (n, lambda x: x**1.5 + x, "5", ""),
    "late-square": (n, lambda x: x + x**2 / 1e3, "5", ""),
    "n-log-squared": (n, lambda x: x * log(x) ** 2, "14", ""),
    "stretched-exponential": (n, lambda x: np.exp(0.5 * x**0.3), "5", ""),
}
FALSE_OMEGA: dict[str, tuple[sp.Expr, Curve, str, str]] = {
    "n-0.8": (n, lambda x: x**0.8, "5", ""),
    "bounded-at-last": (n, lambda x: x / (1 + x / 300), "5", ""),
    "n-over-log-squared": (n, lambda x: x / log(x) ** 2, "14", ""),
}


def exact(curve: Callable[..., float]) -> Callable[..., dict[str, Any]]:
    """Return a simulation without randomness of a function of the cell's parameters."""
    return lambda rng, cell, count: {"y": np.full(count, float(curve(**cell)))}


def curves() -> Iterator[Case]:
    """Each law on short, medium and long paths."""
    for kind, table in ((Theta, TRUE_THETA), (BigO, TRUE_O), (Omega, TRUE_OMEGA)):
        for name, (of, curve, cause) in table.items():
            for length in ("short", "decades"):
                yield case(
                    f"{kind.kind}-{name}-{length}",
                    cause,
                    TRUE,
                    f"{name} is {kind.__name__} of {of}",
                    kind("rate", observable="y", of=of, exact=True),
                    exact(lambda n, f=curve: f(n)),
                    paths=PATHS[length],
                    upto=16,
                    must="holds" if name == "pure" else "",
                )
    for kind, false in ((Theta, FALSE_THETA), (BigO, FALSE_O), (Omega, FALSE_OMEGA)):
        for name, (of, curve, cause, must) in false.items():
            for length in ("short", "long"):
                yield case(
                    f"{kind.kind}-not-{name}-{length}",
                    cause,
                    FALSE,
                    f"{name} is not {kind.__name__} of {of}",
                    kind("rate", observable="y", of=of, exact=True),
                    exact(lambda n, f=curve: f(n)),
                    paths=PATHS[length],
                    upto=16,
                    must=must,
                )


def declared() -> Iterator[Case]:
    """Claims that say how fast their corrections fade, so that the tested sizes can break them."""
    for power in (0.7, 1.25, 1.5, 2.0):
        yield case(
            f"theta-declared-n-{power}",
            "5",
            FALSE,
            f"n^{power} from the first size on",
            Theta("rate", observable="y", of=n, exact=True, corrections="power", rate=0.5),
            exact(lambda n, p=power: n**p),
            paths=LONG,
            upto=16,
            must="broken",
        )
    for amplitude in (-0.9, 0.5, 3.0):
        yield case(
            f"theta-declared-correction-{amplitude}",
            "13",
            TRUE,
            f"1 + {amplitude} (64/n)^1/2",
            Theta("rate", observable="y", of=n, exact=True, corrections="power", rate=0.5),
            exact(lambda n, a=amplitude: n * (1 + a * (64 / n) ** 0.5)),
            paths=SHORT,
            upto=16,
        )


def index(x: float, first: float, step: float) -> int:
    """Return the number of a size on its path."""
    return round(log(x / first) / log(step))


def patterns() -> Iterator[Case]:
    """Wrong at some sizes only; each on four to nine sizes."""
    spoiled: dict[str, Callable[[int, int, float], float]] = {
        "third-sizes": lambda i, count, x: x**3 if i % 3 == 1 else x,
        "middle": lambda i, count, x: x**3 if i == count // 2 else x,
        "left-of-the-middle": lambda i, count, x: 50 * x if i == count // 2 - 1 else x,
        "alternating": lambda i, count, x: x**1.5 if i % 2 else x,
        "alternating-factor": lambda i, count, x: x * (8 if i % 2 else 1),
        "near-half-squared": lambda i, count, x: x**2 if i < count // 2 else x * 1e4,
        "near-half-constant": lambda i, count, x: 64.0 if i < count // 2 else x,
        "last": lambda i, count, x: 20 * x if i == count - 1 else x,
        "two-bumps": lambda i, count, x: 9 * x if i in (1, count - 2) else x,
    }
    for name, value in spoiled.items():
        for count in (5, 6, 7, 9):
            yield case(
                f"theta-spoiled-{name}-of-{count}",
                "5",
                FALSE,
                f"{name}: the values are on no curve that is n up to a fading correction",
                Theta("rate", observable="y", of=n, exact=True),
                exact(lambda n, f=value, k=count: f(index(n, 64.0, 2.0), k, n)),
                paths=sizes(64.0, count, 2.0),
                upto=16,
            )
    for count in (4, 5, 7):
        yield case(
            f"O-cubes-at-third-sizes-of-{count}",
            "5",
            FALSE,
            "n^3 again and again",
            BigO("rate", observable="y", of=n, exact=True),
            exact(lambda n: n**3 if index(n, 64.0, 2.0) % 3 == 1 else n),
            paths=sizes(64.0, count, 2.0),
            upto=16,
        )
        yield case(
            f"omega-root-at-even-sizes-of-{count}",
            "5",
            FALSE,
            "the root again and again",
            Omega("rate", observable="y", of=n, exact=True),
            exact(lambda n: n**0.5 if index(n, 64.0, 2.0) % 2 else n),
            paths=sizes(64.0, count, 2.0),
            upto=16,
        )


def bases_and_rays() -> Iterator[Case]:
    """Several bases of one ray, several rays, of which one is wrong."""

    def along(bases: dict[float, float], ray: dict[str, float] | None = None) -> list[Path]:
        return [Path(ray or {"n": 1}, dict(n=64.0, c=c), 6, 2.0) for c in bases]

    for name, truth, powers in (
        ("same", TRUE, {1.0: 1.0, 2.0: 1.0, 3.0: 1.0}),
        ("opposed", FALSE, {1.0: 1.3, 2.0: 0.7}),
        ("one-of-three", FALSE, {1.0: 1.0, 2.0: 1.0, 3.0: 1.3}),
        ("balanced", FALSE, {1.0: 1.2, 2.0: 1.2, 3.0: 0.6}),
        ("one-of-five", FALSE, {1.0: 1.0, 2.0: 1.0, 3.0: 1.0, 4.0: 1.0, 5.0: 0.6}),
    ):
        yield case(
            f"bases-{name}",
            "5",
            truth,
            f"powers {list(powers.values())}, claimed n",
            Theta("rate", observable="y", of=n, exact=True),
            exact(lambda n, c, p=powers: c * n ** p[c]),
            paths=along(powers),
            upto=16,
        )
    both = [Path({name: 1}, dict(n=64.0, d=16.0), 6, 2.0) for name in ("n", "d")]
    joint = [*both, Path({"n": 2, "d": 1}, dict(n=64.0, d=16.0), 6, 2.0)]
    for name, truth, of, curve, paths in (
        ("rays-both", TRUE, n * d**2, lambda n, d: 2 * n * d**2, both),
        ("rays-joint", TRUE, n / d, lambda n, d: n / d, joint),
        ("rays-wrong-in-d", FALSE, n, lambda n, d: n * d, both),
        ("rays-wrong-in-d-by-0.2", FALSE, n * d, lambda n, d: n * d**1.2, both),
        ("rays-wrong-jointly", FALSE, n * d, lambda n, d: n * d + n**1.5 * d**1.5 / 1e4, joint),
        ("rays-with-floor", TRUE, n + d, lambda n, d: n + d + 5, both),
    ):
        yield case(
            name,
            "5",
            truth,
            f"claimed {of}",
            Theta("rate", observable="y", of=of, exact=True),
            exact(curve),
            paths=paths,
            upto=16,
        )
    small = [Path({"h": -1}, dict(h=0.5), 6, 2.0)]
    h = sp.Symbol("h", positive=True)
    for power, truth in ((2.0, TRUE), (1.6, FALSE)):
        yield case(
            f"to-zero-{power}",
            "5",
            truth,
            f"h^{power}, claimed h^2",
            Theta("rate", observable="y", of=h**2, exact=True),
            exact(lambda h, p=power: h**p),
            paths=small,
            upto=16,
        )


CASES = unique([*curves(), *declared(), *patterns(), *bases_and_rays()])
