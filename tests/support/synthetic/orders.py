"""Monotone curves, runs that stay below a bound, differences from a sequence, and laws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import sympy as sp

from bounds import Always, Bounded, Monotone
from bounds import Law as LawClaim
from synthetic.cases import EDGE, FALSE, TRUE, Case, Truth, case
from synthetic.laws import Law
from verify import Path


def monotones(looks: int = 18) -> Iterator[Case]:
    """Means that rise along a parameter, or do not."""
    level = np.arange(6)
    shapes: dict[str, tuple[np.ndarray, Truth]] = {
        "linear": (level / 5, TRUE),
        "square root": (np.sqrt(level / 5), TRUE),
        "plateau": (np.array([0, 0.25, 0.5, 0.5, 0.75, 1]), TRUE),
        "flat": (np.zeros(6), TRUE),
        "dip of 20 %": (np.array([0, 0.3, 0.6, 0.4, 0.7, 1]), FALSE),
        "turn-over of 15 % at the end": (np.array([0, 0.3, 0.6, 0.9, 1.15, 1.0]), FALSE),
        "dip of exactly 5 % (on the edge)": (np.array([0, 0.3, 0.6, 0.55, 0.8, 1]), EDGE),
    }
    claim = Monotone("rises", observable="y", along="l")
    laws: dict[str, Law] = {
        "normal": lambda rng, n: rng.standard_normal(n),
        "exponential": lambda rng, n: rng.standard_exponential(n) - 1,
        "lognormal": lambda rng, n: (np.exp(rng.standard_normal(n)) - np.exp(0.5)) / 2.16,
        "rare jumps": lambda rng, n: (
            7.0 * (rng.random(n) < 0.02) - 0.14 + 0.1 * rng.standard_normal(n)
        ),
    }
    for paired in (False, True):
        for law, noise in laws.items():
            for name, (shape, truth) in shapes.items():
                if law != "normal" and name not in ("flat", "plateau"):
                    continue

                def simulate(
                    rng: np.random.Generator,
                    cell: Mapping,
                    n: int,
                    shape: np.ndarray = shape,
                    noise: Law = noise,
                    paired: bool = paired,
                ) -> dict[str, np.ndarray]:
                    own = np.random.default_rng((int(rng.integers(2**62)), cell["l"]))
                    shared = 0.45 * noise(rng, n) if paired else 0.0
                    width = 0.22 if paired else 0.5
                    return {"y": shape[cell["l"]] + shared + width * noise(own, n)}

                words = f"{name}, {law} noise, {'paired' if paired else 'unpaired'}"
                yield case(
                    words,
                    truth,
                    claim,
                    simulate,
                    looks=looks,
                    cells=[dict(l=int(k)) for k in level],
                    common_random_numbers=paired,
                    held_out=law != "normal",
                )
    widening = Monotone("rises", observable="y", along="l", minimal_rise=sp.Float(0.5))
    yield case(
        "rise of exactly the declared minimum",
        TRUE,
        widening,
        lambda rng, cell, n: {"y": 0.1 * cell["l"] + 0.5 * rng.standard_normal(n)},
        looks=looks,
        cells=[dict(l=int(k)) for k in level],
        held_out=True,
    )
    yield case(
        "exponential noise that widens, flat",
        TRUE,
        claim,
        lambda rng, cell, n: {"y": (1 + cell["l"]) * (rng.standard_exponential(n) - 1)},
        looks=looks,
        cells=[dict(l=int(k)) for k in level],
        held_out=True,
    )


def horizons(looks: int = 8) -> Iterator[Case]:
    """Runs that stay below a bound at all times, or cross it now and then."""
    bound = Always("below", left="y", at_most=1, until=15)
    for height, truth in ((1.0, TRUE), (0.9, TRUE), (1.01, FALSE), (1.3, FALSE)):
        yield case(
            f"highest value {height:g} of 1",
            truth,
            bound,
            lambda rng, cell, n, height=height: {"y": height * rng.random((n, 16))},
            looks=looks,
            cells=[dict(k=1)],
            held_out=height in (0.9, 1.3),
        )


def differences(looks: int = 14) -> Iterator[Case]:
    """Observables within a constant of n, or beyond it by a logarithm or a power."""
    extra: dict[str, tuple[Callable[[float], float], str]] = {
        "a constant": (lambda n: 3.0, TRUE),
        "a constant that is reached like 1/n": (lambda n: 3.0 - 20.0 / n, TRUE),
        "a logarithm": (lambda n: 0.38 * np.log(n), FALSE),
        "the fourth root": (lambda n: n**0.25, FALSE),
    }
    claim = Bounded("close", observable="y", of=sp.Symbol("n"), corrections="power")
    for name, (more, truth) in extra.items():
        yield case(
            f"n and {name}",
            truth,
            claim,
            lambda rng, cell, n, more=more: {
                "y": cell["n"] + more(cell["n"]) + 0.3 * rng.standard_normal(n)
            },
            looks=looks,
            paths=[Path({"n": 1}, dict(n=64.0), sizes=6)],
            held_out="like" in name or "root" in name,
        )


def distributions(looks: int = 12) -> Iterator[Case]:
    """A standard normal, and what is not quite one."""
    claim = LawClaim("normal", observable="y", cdf=sp.erfc(-sp.Symbol("x") / sp.sqrt(2)) / 2)
    for shift, truth in ((0.0, TRUE), (0.01, TRUE), (0.05, FALSE), (0.3, FALSE)):
        yield case(
            f"a normal law shifted by {shift:g}",
            truth,
            claim,
            lambda rng, cell, n, shift=shift: {"y": shift + rng.standard_normal(n)},
            looks=looks,
            cells=[dict(k=1)],
            held_out=shift in (0.01, 0.3),
        )
