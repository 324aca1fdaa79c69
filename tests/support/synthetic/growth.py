"""Growth along two rays, with six sizes from two bases."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import sympy as sp

from bounds import BigO, Omega, Theta
from synthetic.cases import EDGE, FALSE, TRUE, Case, case
from verify import Path

NOISES: dict[str, Callable[[np.random.Generator, Mapping, int], np.ndarray]] = {
    "normal": lambda rng, cell, n: 0.3 * rng.standard_normal(n),
    "t3": lambda rng, cell, n: 0.2 * rng.standard_t(3, n),
    "log-exponential": lambda rng, cell, n: (
        0.3 * (np.log(rng.standard_exponential(n)) + np.euler_gamma)
    ),
    "widening": lambda rng, cell, n: (0.1 + 0.05 * np.log(cell["p"])) * rng.standard_normal(n),
}
HELD_OUT_NOISES = {
    "log chi2, widening": lambda rng, cell, n: (
        0.1 * np.log(cell["p"]) * (np.log(rng.standard_normal(n) ** 2) + 1.2703628454614782)
    ),
    "rare halving": lambda rng, cell, n: (
        0.1 * rng.standard_normal(n) + np.log(2) * (0.03 - (rng.random(n) < 0.03))
    ),
}
DRIFTS: dict[str, tuple[Callable[[np.ndarray, np.ndarray], np.ndarray], bool]] = {
    "no drift": (lambda p, q: 1 + 0 * p, False),
    "1 + 20/p": (lambda p, q: 1 + 20 / p, False),
    "1 - 20/p": (lambda p, q: 1 - 20 / p, False),
    "1 + 4 p^-1/2": (lambda p, q: 1 + 4 / np.sqrt(p), False),
    "1 - 4 p^-1/2": (lambda p, q: 1 - 4 / np.sqrt(p), False),
    "1 - 2 q^-1/2": (lambda p, q: 1 - 2 / np.sqrt(q), False),
    "1 + 1.5/log p": (lambda p, q: 1 + 1.5 / np.log(p), False),
    "1 - 1.5/log p": (lambda p, q: 1 - 1.5 / np.log(p), False),
    "1 + 300/p": (lambda p, q: 1 + 300 / p, False),
    "1 + 8 p^-1/2 - 30/p": (lambda p, q: 1 + 8 / np.sqrt(p) - 30 / p, False),
    "5 % waves in log p": (lambda p, q: 1 + 0.05 * np.sin(3 * np.log(p)), True),
    "1 + 3/log^2 p": (lambda p, q: 1 + 3 / np.log(p) ** 2, True),
    "1 - 2.5/log p": (lambda p, q: 1 - 2.5 / np.log(p), True),
    "1 + 2 p^-0.3": (lambda p, q: 1 + 2 * p**-0.3, True),
    "2 + tanh, a crossover at p = 100": (lambda p, q: 2 + np.tanh(np.log(p / 100)), True),
    "1 - 4 p^-1/2 + 2 q^-1/2": (lambda p, q: 1 - 4 / np.sqrt(p) + 2 / np.sqrt(q), True),
}
P, Q = sp.symbols("p q", positive=True)
RAYS = [
    Path({name: 1}, base, 6, 2.0)
    for name in ("p", "q")
    for base in (dict(p=64.0, q=64.0), dict(p=128.0, q=96.0))
]
SINGLE = [Path({"p": 1}, dict(p=64.0, q=64.0), 6, 2.0)]


def _growth(
    drift: Callable, noise: Callable, extra_p: float = 0.0, extra_q: float = 0.0
) -> Callable[..., Any]:
    def simulate(rng: np.random.Generator, cell: Mapping, n: int) -> dict[str, np.ndarray]:
        p, q = cell["p"], cell["q"]
        size = p ** (-0.5 + extra_p) * q ** (1 + extra_q) * float(drift(p, q))
        return {"y": size * np.exp(noise(rng, cell, n))}

    return simulate


def growths(looks: int = 17) -> Iterator[Case]:
    """Theta, O and Omega under finite-size corrections."""
    law = Q / sp.sqrt(P)
    theta = Theta("rate", observable="y", of=law)
    upper, lower = BigO("rate", observable="y", of=law), Omega("rate", observable="y", of=law)
    told, told_upper, told_lower = (
        dataclasses.replace(claim, corrections="power") for claim in (theta, upper, lower)
    )
    normal = NOISES["normal"]
    for name, (drift, held_out) in DRIFTS.items():
        yield case(
            f"Theta, {name}",
            TRUE,
            theta,
            _growth(drift, normal),
            looks=looks,
            paths=RAYS,
            held_out=held_out,
        )
    still = DRIFTS["no drift"][0]
    for noises, held_out in ((NOISES, False), (HELD_OUT_NOISES, True)):
        for name, noise in noises.items():
            if name != "normal":
                yield case(
                    f"Theta, {name} noise",
                    TRUE,
                    theta,
                    _growth(still, noise),
                    looks=looks,
                    paths=RAYS,
                    held_out=held_out,
                )
    noisy = HELD_OUT_NOISES["log chi2, widening"]
    yield case(
        "Theta, one ray, skewed and widening noise",
        TRUE,
        theta,
        _growth(still, noisy),
        looks=looks,
        paths=SINGLE,
        held_out=True,
    )
    yield case(
        "Theta, common random numbers",
        TRUE,
        theta,
        _growth(still, NOISES["t3"]),
        looks=looks,
        paths=RAYS,
        common_random_numbers=True,
        held_out=True,
    )
    mean = dataclasses.replace(theta, functional="mean")
    yield case(
        "Theta of a mean, lognormal",
        TRUE,
        mean,
        _growth(still, lambda rng, cell, n: rng.standard_normal(n)),
        looks=looks,
        paths=RAYS,
        held_out=True,
    )
    for extra in (0.25, -0.25):
        for name in ("no drift", "1 + 20/p", "1 - 4 p^-1/2"):
            yield case(
                f"Theta, {name}, exponent off by {extra:+}",
                FALSE,
                told,
                _growth(DRIFTS[name][0], normal, extra),
                looks=looks,
                paths=RAYS,
            )
        tau = 0.4 * extra
        yield case(
            f"Theta, exponent off by {tau:+} (on the edge)",
            EDGE,
            theta,
            _growth(still, normal, tau),
            looks=looks,
            paths=RAYS,
        )
    yield case(
        "Theta, factor log p missing",
        FALSE,
        theta,
        _growth(lambda p, q: np.log(p), normal),
        looks=looks,
        paths=RAYS,
    )
    yield case("O, grows less", TRUE, upper, _growth(still, normal, -0.3), looks=looks, paths=RAYS)
    yield case(
        "O, tight", TRUE, upper, _growth(DRIFTS["1 - 4 p^-1/2"][0], normal), looks=looks, paths=RAYS
    )
    yield case(
        "O, grows more by 0.25",
        FALSE,
        told_upper,
        _growth(still, normal, 0.25),
        looks=looks,
        paths=RAYS,
    )
    yield case(
        "O, grows more by 0.1 (on the edge)",
        EDGE,
        upper,
        _growth(still, normal, 0.1),
        looks=looks,
        paths=RAYS,
    )
    yield case(
        "Omega, grows more", TRUE, lower, _growth(still, normal, 0.3), looks=looks, paths=RAYS
    )
    yield case(
        "Omega, grows less by 0.25",
        FALSE,
        told_lower,
        _growth(still, normal, -0.25),
        looks=looks,
        paths=RAYS,
    )
