"""Probabilities of events: at the bound, off it by little and much, and too rare to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, case, cells, unique
from bounds import Probability


def event(rate: float | Callable[[int], float]) -> Callable[..., dict[str, Any]]:
    """Return a simulation of an event of a given probability."""
    of = rate if callable(rate) else (lambda g: rate)
    return lambda rng, cell, n: {"e": rng.random(n) < of(cell["g"])}


def at_most(bound: float) -> Probability:
    return Probability("rare", event="e", at_most=sp.Float(bound))


def at_least(bound: float) -> Probability:
    return Probability("common", event="e", at_least=sp.Float(bound))


def common_events() -> Iterator[Case]:
    """Bounds that replicates can show."""
    for bound in (0.01, 0.05, 0.2, 0.5, 0.9):
        yield case(
            f"p-at-its-bound-{bound}",
            "15",
            TRUE,
            "the bound is the probability",
            at_most(bound),
            event(bound),
            must="",
            upto=262_144,
            block=16_384,
        )
        yield case(
            f"p-half-its-bound-{bound}",
            "15",
            TRUE,
            "half of the bound",
            at_most(bound),
            event(bound / 2),
            must="holds",
        )
        above = min(bound * 1.1, (1 + bound) / 2)
        yield case(
            f"p-above-its-bound-{bound}",
            "15",
            FALSE,
            f"{above:g} instead of {bound}",
            at_most(bound),
            event(above),
        )
        twice = min(2 * bound, 0.99)
        yield case(
            f"p-twice-its-bound-{bound}",
            "15",
            FALSE,
            f"{twice:g} instead of {bound}",
            at_most(bound),
            event(twice),
            must="broken",
        )
    yield case(
        "p-a-quarter-above",
        "15",
        FALSE,
        "0.0625 instead of 0.05",
        at_most(0.05),
        event(0.0625),
        must="broken",
    )
    yield case("p-never", "15", TRUE, "it never happens", at_most(0.05), event(0.0), must="holds")
    yield case(
        "p-always", "15", FALSE, "it always happens", at_most(0.05), event(1.0), must="broken"
    )
    yield case(
        "p-zero-six-cells",
        "15",
        TRUE,
        "half of the bound in six cells",
        at_most(0.05),
        event(0.025),
        cells=cells(6),
        must="holds",
    )
    yield case(
        "p-at-its-bound-six-cells",
        "15",
        TRUE,
        "the bound in six cells",
        at_most(0.05),
        event(0.05),
        cells=cells(6),
    )
    yield case(
        "p-twice-in-one-of-six",
        "15",
        FALSE,
        "a tenth of the bound elsewhere",
        at_most(0.05),
        event(lambda g: 0.1 if g == 4 else 0.005),
        cells=cells(6),
        must="broken",
    )
    yield case(
        "p-above-in-one-of-six",
        "15",
        FALSE,
        "12 % above the bound at one cell",
        at_most(0.05),
        event(lambda g: 0.056 if g == 2 else 0.02),
        cells=cells(6),
    )
    yield case(
        "p-at-least-met", "15", TRUE, "0.8, at least 0.7", at_least(0.7), event(0.8), must="holds"
    )
    yield case("p-at-least-touched", "15", TRUE, "0.7, at least 0.7", at_least(0.7), event(0.7))
    yield case(
        "p-at-least-missed",
        "15",
        FALSE,
        "0.6, at least 0.7",
        at_least(0.7),
        event(0.6),
        must="broken",
    )
    yield case(
        "p-at-least-0.95-missed",
        "15",
        FALSE,
        "0.94, at least 0.95",
        at_least(0.95),
        event(0.94),
        must="broken",
    )
    yield case(
        "p-at-least-0.999", "15", TRUE, "0.999, at least 0.999", at_least(0.999), event(0.999)
    )
    y, t = sp.symbols("y t", positive=True)
    relation = Probability("tail", event=y > t, at_most=sp.exp(-t))
    grid = [dict(t=k) for k in (0.5, 1.0, 3.0)]
    for factor, truth in ((1.0, TRUE), (1.5, FALSE)):
        yield case(
            f"p-tail-of-exponentials-{truth}",
            "15",
            truth,
            f"{factor} times a standard exponential",
            relation,
            lambda rng, cell, n, f=factor: {"y": f * rng.standard_exponential(n)},
            cells=grid,
            must="broken" if truth == FALSE else "",
        )
    shrinking = Probability("rare", event="e", at_most=1 / sp.Symbol("d", positive=True))
    for power, truth in ((1.0, TRUE), (0.8, FALSE)):
        yield case(
            f"p-bound-of-the-cell-{truth}",
            "15",
            truth,
            f"d^-{power}",
            shrinking,
            lambda rng, cell, n, a=power: {"e": rng.random(n) < cell["d"] ** -a},
            cells=[dict(d=k) for k in (2, 8, 32)],
            must="broken" if truth == FALSE else "",
        )
    drawn = Probability("half", event="e", at_most=sp.Rational(1, 2))
    yield case(
        "p-sign-of-a-sum",
        "15",
        TRUE,
        "a symmetric sum is positive half of the time",
        drawn,
        lambda rng, cell, n: {"e": rng.standard_normal((n, 5)).sum(axis=1) > 0},
    )


def rare_events() -> Iterator[Case]:
    """Bounds below what the replicates show: nothing holds there, but much can break."""
    for bound in (1e-6, 1e-5, 1e-4):
        yield case(
            f"p-none-bound-{bound:g}",
            "15",
            TRUE,
            "it never happens; the replicates say no more than 1e-3",
            at_most(bound),
            event(0.0),
            must="undecided",
        )
        yield case(
            f"p-at-bound-{bound:g}",
            "15",
            TRUE,
            "the bound is the probability",
            at_most(bound),
            event(bound),
        )
        for rate in (5e-4, 1e-2):
            yield case(
                f"p-{rate:g}-bound-{bound:g}",
                "15",
                FALSE,
                f"{rate:g} instead of {bound:g}",
                at_most(bound),
                event(rate),
                must="broken" if rate == 1e-2 else "",
            )
    yield case(
        "p-least-one-minus-1e-6",
        "15",
        TRUE,
        "always",
        at_least(1 - 1e-6),
        event(1.0),
        must="undecided",
    )
    yield case(
        "p-least-one-minus-1e-6-missed",
        "15",
        FALSE,
        "fails 1 of 2000 times",
        at_least(1 - 1e-6),
        event(1 - 5e-4),
    )
    for rate in (0.0013, 0.0011, 0.002):
        yield case(
            f"p-{rate}-bound-0.001",
            "15",
            FALSE,
            f"{rate} instead of 0.001",
            at_most(1e-3),
            event(rate),
            upto=262_144,
            must="broken" if rate == 0.002 else "",
        )
    yield case("p-almost-surely", "15", TRUE, "it never happens", at_most(0.0), event(0.0))
    yield case(
        "p-almost-surely-missed", "15", FALSE, "1 of 100", at_most(0.0), event(0.01), must="broken"
    )
    tiny = Probability("rare", event="e", at_most=sp.exp(-sp.Symbol("d", positive=True)))
    yield case(
        "p-exponentially-small",
        "15",
        FALSE,
        "d^-3 instead of exp(-d)",
        tiny,
        lambda rng, cell, n: {"e": rng.random(n) < cell["d"] ** -3.0},
        cells=[dict(d=k) for k in (6, 12, 24)],
    )
    yield case(
        "p-exponentially-small-met",
        "15",
        TRUE,
        "exp(-d)",
        tiny,
        lambda rng, cell, n: {"e": rng.random(n) < np.exp(-cell["d"])},
        cells=[dict(d=k) for k in (1, 6, 24)],
    )


CASES = unique([*common_events(), *rare_events()])
