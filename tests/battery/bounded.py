"""Growth within a constant: f - g = O(1), against growth as slow as a logarithm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

import bounds
from battery.cases import FALSE, TRUE, Case, case, unique
from verify import Path

n = sp.Symbol("n", positive=True)
SIZES = {
    "short": [Path({"n": 1}, dict(n=64.0), 6, 2.0)],
    "long": [Path({"n": 1}, dict(n=100.0), 7, 10.0)],
}
log = np.log


def bounded(of: Any, **options: Any) -> Callable[[], Any]:
    return lambda: bounds.Bounded("constant", "y", of=of, **options)


CURVES: dict[str, tuple[str, Any, Callable[[float], float]]] = {
    "equal": (TRUE, n, lambda x: x),
    "constant": (TRUE, n, lambda x: x + 50),
    "fading": (TRUE, n, lambda x: x + 50 / x**0.5),
    "rising-to-a-constant": (TRUE, sp.sqrt(n), lambda x: x**0.5 + 3 - 20 / x**0.5),
    "waves": (TRUE, n, lambda x: x + np.sin(log(x))),
    "harmonic-sum": (TRUE, sp.log(n), lambda x: log(x) + 0.5772 + 1 / (2 * x)),
    "stirling": (
        TRUE,
        (n + sp.Rational(1, 2)) * sp.log(n) - n,
        lambda x: (x + 0.5) * log(x) - x + 0.9189 + 1 / (12 * x),
    ),
    "log": (FALSE, n, lambda x: x + log(x)),
    "0.38-log": (FALSE, n, lambda x: x + 0.38 * log(x)),
    "minus-log": (FALSE, n, lambda x: x - 0.7 * log(x)),
    "root": (FALSE, n, lambda x: x + x**0.5),
    "factor": (FALSE, n, lambda x: 1.01 * x),
    "half-log-forgotten": (FALSE, n * sp.log(n) - n, lambda x: (x + 0.5) * log(x) - x + 0.9189),
    "loglog": (FALSE, n, lambda x: x + 2 * log(log(x))),
    "alternating-log": (FALSE, n, lambda x: x + log(x) * (-1) ** round(np.log2(x / 64))),
}


def curves() -> Iterator[Case]:
    """Each curve exact and under noise."""
    for name, (truth, of, curve) in CURVES.items():
        for length, paths in SIZES.items():
            yield case(
                f"bounded-{name}-{length}",
                "17",
                truth,
                f"{name} less {of}",
                bounded(of, exact=True),
                lambda rng, cell, k, f=curve: {"y": np.full(k, f(cell["n"]))},
                paths=paths,
                upto=16,
                needs="Bounded",
            )
        yield case(
            f"bounded-noisy-{name}",
            "17",
            truth,
            f"{name} less {of}",
            bounded(of),
            lambda rng, cell, k, f=curve: {"y": f(cell["n"]) + rng.standard_normal(k)},
            paths=SIZES["short"],
            upto=16_384,
            needs="Bounded",
        )


CASES = unique(curves())
