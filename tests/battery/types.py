"""Outcomes that are no plain numbers: refused by name, and never turned into a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from battery.cases import FALSE, TRUE, UNSAYABLE, Case, case, unique
from bounds import Identity, Inequality

ONE = Identity("mean", observable="y", equals=1)
POSITIVE = Inequality("sign", left="y", at_least=0)
Draw = Callable[[np.random.Generator, int], Any]


def with_one(value: float) -> Draw:
    """Return exponentials, one of each hundred replaced."""
    return lambda rng, n: np.where(rng.random(n) < 0.01, value, rng.standard_exponential(n))


ODD: dict[str, Draw] = {
    "complex": lambda rng, n: rng.standard_exponential(n) + 1j * rng.standard_normal(n),
    "complex-with-zero-imaginary-part": lambda rng, n: rng.standard_exponential(n) + 0j,
    "masked": lambda rng, n: np.ma.masked_greater(rng.standard_exponential(n), 2.0),
    "masked-nothing": lambda rng, n: np.ma.masked_array(rng.standard_exponential(n)),
    "nan": with_one(np.nan),
    "infinite": with_one(np.inf),
    "minus-infinite": with_one(-np.inf),
    "all-nan": lambda rng, n: np.full(n, np.nan),
    "objects": lambda rng, n: np.array([float(v) for v in rng.standard_exponential(n)], object),
    "objects-with-none": lambda rng, n: np.array([None, *rng.standard_exponential(n - 1)], object),
    "strings": lambda rng, n: np.array([f"{v:.3f}" for v in rng.standard_exponential(n)]),
    "bytes": lambda rng, n: np.array([b"1.0"] * n),
    "dates": lambda rng, n: np.datetime64("2020-01-01") + rng.integers(0, 2, n),
    "durations": lambda rng, n: np.timedelta64(1, "s") * rng.integers(0, 3, n),
    "large-unsigned": lambda rng, n: rng.integers(2**63, 2**64, n, dtype=np.uint64),
    "records": lambda rng, n: np.zeros(n, dtype=[("a", float)]),
    "one-value-short": lambda rng, n: rng.standard_exponential(n - 1),
    "one-number": lambda rng, n: rng.standard_exponential(),
    "a-column": lambda rng, n: rng.standard_exponential((n, 1)),
    "nothing": lambda rng, n: None,
}
PLAIN: dict[str, Draw] = {
    "float32": lambda rng, n: rng.standard_exponential(n, dtype=np.float32),
    "float16": lambda rng, n: (0.5 + rng.random(n)).astype(np.float16),
    "longdouble": lambda rng, n: rng.standard_exponential(n).astype(np.longdouble),
    "int8": lambda rng, n: rng.integers(0, 3, n, dtype=np.int8),
    "int64": lambda rng, n: rng.integers(0, 3, n),
    "list": lambda rng, n: rng.standard_exponential(n).tolist(),
    "bool": lambda rng, n: rng.random(n) < 2,
    "big-endian": lambda rng, n: rng.standard_exponential(n).astype(">f8"),
    "strided": lambda rng, n: rng.standard_exponential(2 * n)[::2],
    "read-only": lambda rng, n: np.broadcast_to(rng.standard_exponential((n, 1)), (n, 2))[:, 0],
}


def simulate(draw: Draw) -> Callable[..., dict[str, Any]]:
    return lambda rng, cell, n: {"y": draw(rng, n)}


def outcomes() -> Iterator[Case]:
    """Each type under a mean and under an inequality."""
    for name, draw in ODD.items():
        for claim, what in ((ONE, "mean"), (POSITIVE, "sign")):
            yield case(
                f"type-{name}-{what}",
                "11",
                UNSAYABLE,
                f"the outcome is {name}",
                claim,
                simulate(draw),
                upto=16_384,
                block=512,
            )
    for name, draw in PLAIN.items():
        yield case(
            f"type-{name}",
            "11",
            TRUE,
            f"the outcome is {name}, of mean one",
            ONE,
            simulate(draw),
            upto=16_384,
            block=512,
            may_fail=name == "bool",
        )
        yield case(
            f"type-{name}-below-one",
            "11",
            FALSE,
            f"{name}, mostly above a tenth",
            Inequality("below", left="y", at_most=0.1),
            simulate(draw),
            upto=16_384,
            block=512,
            must="broken",
        )
    yield case(
        "type-small-unsigned",
        "11",
        TRUE,
        "unsigned numbers of mean one",
        ONE,
        simulate(lambda rng, n: rng.integers(0, 3, n, dtype=np.uint64)),
        upto=16_384,
        may_fail=True,
    )
    yield case(
        "type-unsigned-beyond-int64",
        "11",
        TRUE,
        "unsigned numbers are not negative",
        POSITIVE,
        simulate(lambda rng, n: rng.integers(0, 2**64, n, dtype=np.uint64)),
        upto=16_384,
        may_fail=True,
    )
    yield case(
        "type-integers-beyond-2-53",
        "11",
        FALSE,
        "2^53 + 1, claimed 2^53 exactly",
        Identity("same", observable="y", equals=2**53, exact=True, tolerance=1e-17),
        simulate(lambda rng, n: np.full(n, 2**53 + 1) + 0 * rng.integers(0, 2, n)),
        upto=16_384,
        may_fail=True,
    )


CASES = unique(outcomes())
