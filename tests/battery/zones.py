"""Claims that are false by less than their tolerance, or on its edge: no seed may decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import BETWEEN, Case, case, cells, unique
from bounds import Identity, Limit, Monotone, Probability, Theta, Threshold
from verify import Path


def identities() -> Iterator[Case]:
    """Constants off by 0.3 to 1 %."""
    one = Identity("mean", observable="y", equals=1)
    for factor in (1.003, 0.995, 1.005, 1.01, 0.99):
        yield case(
            f"zone-normal-{factor}",
            "15",
            BETWEEN,
            f"{factor} instead of one",
            one,
            lambda rng, cell, n, f=factor: {"y": f * (1 + 0.1 * rng.standard_normal(n))},
            cells=cells(3),
        )
    for factor in (1.005, 1.01):
        yield case(
            f"zone-exponential-{factor}",
            "15",
            BETWEEN,
            f"{factor} instead of one",
            one,
            lambda rng, cell, n, f=factor: {"y": f * rng.standard_exponential(n)},
            cells=cells(3),
            upto=262_144,
            block=16_384,
        )
    yield case(
        "zone-opposed-cells",
        "15",
        BETWEEN,
        "0.5 % too large and too small",
        one,
        lambda rng, cell, n: {
            "y": (1.005 if cell["g"] % 2 else 0.995) * (1 + 0.1 * rng.standard_normal(n))
        },
        cells=cells(4),
    )
    yield case(
        "zone-tiny-noise",
        "15",
        BETWEEN,
        "0.5 % off, noise of a millionth",
        one,
        lambda rng, cell, n: {"y": 1.005 + 1e-6 * rng.standard_normal(n)},
        cells=cells(2),
    )
    yield case(
        "zone-declared-5",
        "15",
        BETWEEN,
        "3 % off, 5 % declared",
        Identity("mean", observable="y", equals=1, tolerance=0.05, cell_tolerance=0.05),
        lambda rng, cell, n: {"y": 1.03 + 0.2 * rng.standard_normal(n)},
        cells=cells(3),
    )


def probabilities() -> Iterator[Case]:
    """Events 3 and 5 % more probable than allowed."""
    for bound in (0.05, 0.2, 0.5, 0.9):
        for share in (0.03, 0.05):
            rate = bound + share * min(bound, 1 - bound)
            yield case(
                f"zone-p-{bound}-by-{share}",
                "15",
                BETWEEN,
                f"{rate:g} instead of {bound}",
                Probability("rare", event="e", at_most=sp.Float(bound)),
                lambda rng, cell, n, p=rate: {"e": rng.random(n) < p},
                upto=1_048_576,
                block=65_536,
            )


def asymptotic() -> Iterator[Case]:
    """Exponents, limits and places within their zones, dips that are small."""
    n = sp.Symbol("n", positive=True)
    path = [Path({"n": 1}, dict(n=64.0), 6, 2.0)]
    for power in (1.05, 0.95, 1.1):
        for exact in (True, False):
            yield case(
                f"zone-theta-{power}-{'exact' if exact else 'noisy'}",
                "15",
                BETWEEN,
                f"n^{power}, claimed n to 0.1",
                Theta("rate", observable="y", of=n, exact=exact, corrections="power"),
                lambda rng, cell, k, p=power, e=exact: {
                    "y": cell["n"] ** p
                    * np.exp(0 if e else 0.1 * rng.standard_normal(k))
                    * np.ones(k)
                },
                paths=path,
                upto=16 if exact else 8192,
            )
    far = [Path({"n": 1}, dict(n=64.0), 7, 4.0)]
    for rest in (0.05, 0.1):

        def value(size: float, rest: float = rest) -> float:
            return 4 * (rest + (1 - rest) * 64 / size)

        yield case(
            f"zone-limit-{rest}",
            "15",
            BETWEEN,
            f"{rest} of the start remains, zone 0.1",
            Limit("limit", observable="y", to=0, rate=1.0),
            lambda rng, cell, k, f=value: {"y": f(cell["n"]) + 0.3 * rng.standard_normal(k)},
            paths=far,
            upto=16_384,
        )
    place = Threshold("place", success="up", along="s", at=sp.Integer(1), tolerance=0.1)
    for at in (1.05, 1.1, 0.9):

        def curve(s: float, at: float = at) -> float:
            return float(1 / (1 + (at / s) ** 20))

        yield case(
            f"zone-threshold-{at}",
            "15",
            BETWEEN,
            f"at {at}, claimed at one to a tenth",
            place,
            lambda rng, cell, k, f=curve: {"up": rng.random(k) < f(cell["s"])},
            cells=[dict(s=s) for s in (0.5, 0.9, 1.1, 1.5)],
            upto=16_384,
        )
    rises = Monotone("rises", observable="y", along="l")

    def around(shape: Any) -> Any:
        return lambda rng, cell, k: {"y": shape[cell["l"]] + 0.3 * rng.standard_normal(k)}

    for dip in (0.02, 0.03, 0.05):
        yield case(
            f"zone-dip-{dip}",
            "15",
            BETWEEN,
            f"one dip of {dip} of the rise, zone 0.05",
            rises,
            around((0, 0.3, 0.6, 0.6 - dip, 0.8, 1.0)),
            cells=[dict(l=k) for k in range(6)],
            upto=131_072,
            block=8192,
        )


CASES = unique([*identities(), *probabilities(), *asymptotic()])
