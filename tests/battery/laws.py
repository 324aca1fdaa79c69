"""Claims that the distribution of an observable is a given one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

import bounds
from battery.cases import FALSE, TRUE, Case, case, cells, unique

x = sp.Symbol("x", real=True)
NORMAL = (1 + sp.erf(x / sp.sqrt(2))) / 2
UNIFORM = sp.Min(1, sp.Max(0, x))
EXPONENTIAL = sp.Piecewise((0, x < 0), (1 - sp.exp(-x), True))
COIN = sp.Piecewise((0, x < 0), (sp.Rational(1, 2), x < 1), (1, True))
DIE = sp.Min(1, sp.Max(0, sp.floor(x) / 6))


def law(cdf: Any, **options: Any) -> Callable[[], Any]:
    return lambda: bounds.Law("law", "y", cdf=cdf, **options)


LAWS: dict[str, tuple[str, Any, Callable[[np.random.Generator, int], np.ndarray]]] = {
    "normal": (TRUE, NORMAL, lambda rng, n: rng.standard_normal(n)),
    "uniform": (TRUE, UNIFORM, lambda rng, n: rng.random(n)),
    "exponential": (TRUE, EXPONENTIAL, lambda rng, n: rng.standard_exponential(n)),
    "coin": (TRUE, COIN, lambda rng, n: rng.integers(0, 2, n)),
    "die": (TRUE, DIE, lambda rng, n: rng.integers(1, 7, n)),
    "sum-of-normals": (TRUE, NORMAL, lambda rng, n: rng.standard_normal((n, 4)).sum(axis=1) / 2),
    "shifted": (FALSE, NORMAL, lambda rng, n: rng.standard_normal(n) + 0.1),
    "wider": (FALSE, NORMAL, lambda rng, n: 1.15 * rng.standard_normal(n)),
    "t3-for-normal": (FALSE, NORMAL, lambda rng, n: rng.standard_t(3, n)),
    "twelve-uniforms-cut": (FALSE, NORMAL, lambda rng, n: np.clip(rng.standard_normal(n), -1, 1)),
    "atom": (FALSE, UNIFORM, lambda rng, n: np.where(rng.random(n) < 0.05, 0.5, rng.random(n))),
    "hole": (FALSE, UNIFORM, lambda rng, n: (v := rng.random(n)) + 0.1 * ((v > 0.4) & (v < 0.5))),
    "beta": (FALSE, UNIFORM, lambda rng, n: rng.beta(1.2, 1.2, n)),
    "same-moments": (
        FALSE,
        UNIFORM,
        lambda rng, n: 0.5 + np.where(rng.random(n) < 0.5, -1, 1) / 12**0.5,
    ),
    "biased-coin": (FALSE, COIN, lambda rng, n: rng.random(n) < 0.55),
    "loaded-die": (FALSE, DIE, lambda rng, n: rng.choice(6, n, p=[0.14] * 5 + [0.3]) + 1),
    "die-from-zero": (FALSE, DIE, lambda rng, n: rng.integers(0, 6, n)),
}


def laws() -> Iterator[Case]:
    """Continuous and discrete laws, right and wrong; one cell of four wrong."""
    for name, (truth, cdf, draw) in LAWS.items():
        yield case(
            f"law-{name}",
            "17",
            truth,
            f"the law is {name}",
            law(cdf),
            lambda rng, cell, n, f=draw: {"y": f(rng, n)},
            cells=cells(2),
            upto=262_144,
            block=16_384,
            needs="Law",
            must="broken" if truth == FALSE else "",
        )
    for cell_off, truth in ((9, TRUE), (2, FALSE)):
        yield case(
            f"law-one-cell-{truth}",
            "17",
            truth,
            "shifted at one of four cells",
            law(NORMAL),
            lambda rng, cell, n, g=cell_off: {"y": rng.standard_normal(n) + 0.2 * (cell["g"] == g)},
            cells=cells(4),
            upto=262_144,
            block=16_384,
            needs="Law",
        )


CASES = unique(laws())
