"""Growth with randomness: the same traps under noise, random growths, means of heavy laws."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, unique
from battery.growth import (
    DECADES,
    FALSE_O,
    FALSE_THETA,
    SHORT,
    TRUE_O,
    TRUE_OMEGA,
    TRUE_THETA,
    index,
    n,
    sizes,
)
from bounds import BigO, Omega, Theta
from verify import Path

Noise = Callable[[np.random.Generator, int], np.ndarray]
normal: Noise = lambda rng, k: 0.2 * rng.standard_normal(k)  # noqa: E731


def noisy(curve: Callable[..., float], noise: Noise = normal) -> Callable[..., dict[str, Any]]:
    """Return a simulation of a curve times the exponential of a noise."""
    return lambda rng, cell, k: {"y": float(curve(**cell)) * np.exp(noise(rng, k))}


def curves() -> Iterator[Case]:
    """The laws of the exact family, each under little and much noise."""
    for kind, table in ((Theta, TRUE_THETA), (BigO, TRUE_O), (Omega, TRUE_OMEGA)):
        for name, (of, curve, cause) in table.items():
            yield case(
                f"noisy-{kind.kind}-{name}",
                cause,
                TRUE,
                f"{name} is {of}",
                kind("rate", observable="y", of=of),
                noisy(lambda n, f=curve: f(n)),
                paths=SHORT,
                upto=8192,
                block=512,
                must="holds" if name == "pure" else "",
            )
    for name in ("n2-plus-1e6-n", "n-plus-1e5", "waves", "n2-plus-1000-n"):
        of, curve, cause = TRUE_THETA[name]
        yield case(
            f"loud-theta-{name}",
            cause,
            TRUE,
            f"{name} under noise of deviation two",
            Theta("rate", observable="y", of=of),
            noisy(lambda n, f=curve: f(n), lambda rng, k: 2 * rng.standard_normal(k)),
            paths=DECADES,
            upto=8192,
            block=512,
        )
        yield case(
            f"theta-of-a-mean-{name}",
            cause,
            TRUE,
            f"the mean is {name}",
            Theta("rate", observable="y", of=of, functional="mean"),
            lambda rng, cell, k, f=curve: {"y": f(cell["n"]) * rng.standard_exponential(k)},
            paths=DECADES,
            upto=8192,
            block=512,
        )
    for name, (of, curve, cause, must) in FALSE_THETA.items():
        yield case(
            f"noisy-theta-not-{name}",
            cause,
            FALSE,
            f"{name} is not {of}",
            Theta("rate", observable="y", of=of),
            noisy(lambda n, f=curve: f(n)),
            paths=SHORT,
            upto=8192,
            block=512,
            must=must,
        )
    for name in ("n-1.5-and-n", "n-log-squared"):
        of, curve, cause, must = FALSE_O[name]
        yield case(
            f"noisy-O-not-{name}",
            cause,
            FALSE,
            f"{name} is not O of {of}",
            BigO("rate", observable="y", of=of),
            noisy(lambda n, f=curve: f(n)),
            paths=SHORT,
            upto=8192,
            block=512,
            must=must,
        )


def patterns() -> Iterator[Case]:
    """Wrong at some sizes, under noise."""
    spoiled: dict[str, Callable[[int, int, float], float]] = {
        "third-sizes": lambda i, count, x: x**3 if i % 3 == 1 else x,
        "middle": lambda i, count, x: 5 * x if i == count // 2 else x,
        "alternating": lambda i, count, x: x * (8 if i % 2 else 1),
        "near-half-constant": lambda i, count, x: 64.0 if i < count // 2 else x,
        "last": lambda i, count, x: 5 * x if i == count - 1 else x,
    }
    for name, value in spoiled.items():
        for count in (6, 7):
            yield case(
                f"noisy-spoiled-{name}-of-{count}",
                "5",
                FALSE,
                "on no curve that is n up to a fading correction",
                Theta("rate", observable="y", of=n),
                noisy(lambda n, f=value, k=count: f(index(n, 64.0, 2.0), k, n)),
                paths=sizes(64.0, count, 2.0),
                upto=8192,
                block=512,
            )
    for name, truth, powers in (
        ("same", TRUE, (1.0, 1.0)),
        ("opposed", FALSE, (1.3, 0.7)),
        ("one-of-three", FALSE, (1.0, 1.0, 1.3)),
    ):
        yield case(
            f"noisy-bases-{name}",
            "5",
            truth,
            f"powers {powers}, claimed n",
            Theta("rate", observable="y", of=n),
            noisy(lambda n, c, p=powers: n ** p[c]),
            upto=8192,
            block=512,
            paths=[Path({"n": 1}, dict(n=64.0, c=c), 6, 2.0) for c in range(len(powers))],
        )
    for name, noise in (
        ("t3", lambda rng, k: 0.2 * rng.standard_t(3, k)),
        ("log-exponential", lambda rng, k: np.log(rng.standard_exponential(k))),
        (
            "rare-halving",
            lambda rng, k: 0.1 * rng.standard_normal(k) - np.log(2) * (rng.random(k) < 0.03),
        ),
    ):
        yield case(
            f"noise-{name}",
            "5",
            TRUE,
            "n times noise of one law",
            Theta("rate", observable="y", of=n),
            noisy(lambda n: n, noise),
            paths=SHORT,
            upto=8192,
            block=512,
        )
        yield case(
            f"noise-{name}-n-1.3",
            "5",
            FALSE,
            "n^1.3, claimed n",
            Theta("rate", observable="y", of=n),
            noisy(lambda n: n**1.3, noise),
            paths=SHORT,
            upto=8192,
            block=512,
        )
    yield case(
        "noise-that-widens",
        "5",
        TRUE,
        "deviations of log size",
        Theta("rate", observable="y", of=n),
        lambda rng, cell, k: {
            "y": cell["n"] * np.exp(0.05 * np.log(cell["n"]) * rng.standard_normal(k))
        },
        paths=SHORT,
        upto=8192,
        block=512,
    )
    yield case(
        "noise-common",
        "5",
        TRUE,
        "the same numbers at every size",
        Theta("rate", observable="y", of=n),
        noisy(lambda n: n),
        paths=SHORT,
        upto=8192,
        block=512,
        common_random_numbers=True,
    )


def random_growth() -> Iterator[Case]:
    """Claims whose growth is an observable: its own error counts."""
    w = sp.Symbol("w")
    laws = {
        "exponential": lambda rng, k: rng.standard_exponential(k),
        "gamma-tenth": lambda rng, k: 10 * rng.standard_gamma(0.1, k),
        "lognormal": lambda rng, k: np.exp(rng.standard_normal(k) - 0.5),
        "quiet": lambda rng, k: 1 + 0.05 * rng.standard_normal(k),
    }
    for name, law in laws.items():
        for upto in (64, 8192):
            for power, truth in ((1.0, TRUE), (1.35, FALSE)):
                yield case(
                    f"random-growth-{name}-{truth}-{upto}",
                    "7",
                    truth,
                    f"means n^{power} and n",
                    Theta("rate", observable="y", of=w, functional="mean"),
                    lambda rng, cell, k, f=law, p=power: {
                        "y": cell["n"] ** p * (1 + 0.1 * rng.standard_normal(k)),
                        "w": cell["n"] * f(rng, k),
                    },
                    paths=SHORT,
                    upto=upto,
                    block=16 if upto == 64 else 1024,
                )
    for name in ("exponential", "gamma-tenth", "lognormal"):
        for upto in (256, 1024):
            yield case(
                f"random-growth-alone-{name}-{upto}",
                "7",
                TRUE,
                "the growth varies far more than what grows",
                Theta("rate", observable="y", of=w, functional="mean", corrections="power"),
                lambda rng, cell, k, f=laws[name]: {
                    "y": cell["n"] * (1 + 0.001 * rng.standard_normal(k)),
                    "w": cell["n"] * f(rng, k),
                },
                paths=sizes(64.0, 6, 2.0),
                upto=upto,
                block=upto,
            )
    yield case(
        "random-growth-shared",
        "7",
        TRUE,
        "both sides have the same factor",
        Theta("rate", observable="y", of=w, functional="mean"),
        lambda rng, cell, k: {
            "w": (v := cell["n"] * rng.standard_exponential(k)),
            "y": 2 * v + rng.standard_exponential(k),
        },
        paths=SHORT,
        upto=8192,
        block=512,
    )
    yield case(
        "random-growth-of-a-parameter-and-an-observable",
        "7",
        TRUE,
        "n w",
        Theta("rate", observable="y", of=n * w, functional="mean"),
        lambda rng, cell, k: {
            "w": rng.standard_exponential(k),
            "y": cell["n"] * rng.standard_exponential(k),
        },
        paths=SHORT,
        upto=8192,
        block=512,
    )
    yield case(
        "random-growth-hidden-power",
        "7",
        FALSE,
        "w shrinks like n^-0.5",
        Theta("rate", observable="y", of=n * w, functional="mean"),
        lambda rng, cell, k: {
            "w": cell["n"] ** -0.5 * rng.standard_exponential(k),
            "y": cell["n"] * rng.standard_exponential(k),
        },
        paths=SHORT,
        upto=8192,
        block=512,
    )
    for power, truth in ((1.0, TRUE), (1.25, FALSE), (0.75, FALSE)):
        yield case(
            f"noisy-declared-n-{power}",
            "5",
            truth,
            f"n^{power}, claimed n",
            Theta("rate", observable="y", of=n, corrections="power", rate=0.5),
            noisy(lambda n, p=power: n**p),
            paths=SHORT,
            upto=8192,
            block=512,
            must="holds" if truth == TRUE else "broken",
        )


CASES = unique([*curves(), *patterns(), *random_growth()])
