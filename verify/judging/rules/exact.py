"""Rules for claims that must be true on every instance, without exception.

One instance that violates the claim by more than rounding breaks it, at no cost in error
probability. Without a complete enumeration, `holds` is a statement on the sampling law: violations
have at most the stated measure.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from bounds import Construction, Identity, Inequality, Monotone
from verify.evidence.sample import Array, Sample, expand
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger

EXACT_TOLERANCE = 1e-9
"""Relative slack of a deterministic claim, where the claim does not say otherwise."""

LARGEST_ERROR = 1e-3
"""Largest numerical error, relative to the scale, with which an exact claim may still hold."""


def numerical_error(sample: Sample[Any], cell: int, expression: sp.Basic) -> Array:
    """Propagate the simulation's own error bounds to an expression.

    An observable ``x`` may come with an observable ``x_error``, a bound of its numerical error.
    """
    known = sample.known(cell)
    written_out = expand(expression, sample.theorem, frozenset(known))
    total = np.zeros(sample.n)
    for symbol in written_out.free_symbols:
        if f"{symbol.name}_error" in sample.replicates[cell]:
            slope = sample.values(cell, sp.diff(written_out, symbol))
            total = total + np.abs(slope) * known[f"{symbol.name}_error"]
    return total


def judge_inequality(
    sample: Sample[Inequality | Construction], look: int, ledger: Ledger
) -> Judgement:
    """Judge ``left <= at_most`` (or ``left >= at_least``) instance by instance."""
    claim = sample.claim
    if claim.at_most is not None:
        smaller, larger = claim.left, claim.at_most
    else:
        smaller, larger = claim.at_least, claim.left
    cells = range(len(sample.cells))
    low = np.stack([sample.values(cell, smaller) for cell in cells])
    high = np.stack([sample.values(cell, larger) for cell in cells])
    scale = np.abs(low) + np.abs(high) if claim.scale is None else sample.table(claim.scale)
    errors = np.stack([numerical_error(sample, cell, larger - smaller) for cell in cells])
    return _judge_excess(
        sample,
        (low - high),
        scale,
        errors,
        claim.tolerance,
        look,
        ledger,
        sides=(low, high) if claim.at_most is not None else (high, low),
    )


def judge_identity(sample: Sample[Identity], look: int, ledger: Ledger) -> Judgement:
    """Judge ``observable = equals`` instance by instance."""
    claim = sample.claim
    cells = range(len(sample.cells))
    left, right = sample.table(claim.observable), sample.table(claim.equals)
    if claim.scale is None:
        scale = np.maximum(np.abs(left), np.abs(right))
    else:
        scale = sample.table(claim.scale)
    errors = np.stack(
        [numerical_error(sample, cell, claim.observable - claim.equals) for cell in cells]
    )
    tolerance = EXACT_TOLERANCE if claim.tolerance is None else claim.tolerance
    return _judge_excess(
        sample, np.abs(left - right), scale, errors, tolerance, look, ledger, sides=(left, right)
    )


def judge_monotone(sample: Sample[Monotone], look: int, ledger: Ledger) -> Judgement:
    """Judge that every instance changes in one direction along the levels of its group."""
    claim = sample.claim
    values = sample.table(claim.observable) * (1 if claim.increasing else -1)
    drops: list[Array] = []
    scales: list[Array] = []
    left: list[Array] = []
    at: list[int] = []
    for members in sample.levels(claim.along):
        level = values[members]
        drops.extend(level[:-1] - level[1:])
        scales.extend(np.abs(level[:-1]) + np.abs(level[1:]))
        left.extend(level[:-1])
        at.extend(members[1:])
    drop, scale = np.stack(drops), np.stack(scales)
    if claim.minimal_rise is not None:
        rise = np.stack([sample.values(cell, claim.minimal_rise) for cell in at])
        drop = drop + rise
    verdict = _judge_excess(
        sample,
        drop,
        scale,
        np.zeros_like(drop),
        claim.tolerance,
        look,
        ledger,
        sides=(np.stack(left), np.stack(left) - drop),
        at=at,
    )
    return verdict


def _judge_excess(
    sample: Sample[Any],
    excess: Array,
    scale: Array,
    errors: Array,
    tolerance: float,
    look: int,
    ledger: Ledger,
    *,
    sides: tuple[Array, Array],
    at: list[int] | None = None,
) -> Judgement:
    """Judge ``excess <= 0`` up to rounding; all arrays are (cells or steps, instances)."""
    at = list(range(len(sample.cells))) if at is None else at
    for part, what in (
        (excess, "a side of the claim"),
        (scale, "the scale"),
        (errors, "the numerical error"),
    ):
        if not np.all(np.isfinite(part)):
            bad = at[int(np.argmin(np.isfinite(part).all(axis=1)))]
            return cannot_tell(0.0, f"{what} is not a finite number", cell=bad)
    scale = np.where(scale > 0, scale, 1.0)
    relative = excess / scale
    certain = (excess - errors) / scale
    where, row = np.unravel_index(int(np.argmax(certain)), certain.shape)
    cell = at[int(where)]
    worst_error = float((errors / scale).max())
    summary: dict[str, Any] = dict(
        predicted=0.0,
        observed=float(relative.max()),
        tolerance=tolerance,
        cell=cell,
        cells=(cell,),
        row=int(row),
        values={
            "observed": float(sides[0][where, row]),
            "predicted": float(sides[1][where, row]),
            "numerical_error": worst_error,
        },
    )
    if certain[where, row] > tolerance:
        return Judgement("broken", "one instance", p_value=0.0, **summary)
    instances = int(relative.size)
    if worst_error > max(LARGEST_ERROR, tolerance):
        note = f"the numerical error is {worst_error:.1e} of the scale"
        return Judgement("undecided", "error", note=note, **summary)
    # Sides that differ by less than the numerical error count as equal; the error is printed.
    summary["tolerance"] = tolerance + worst_error
    suffix = f", numerical error {worst_error:.0e}" if worst_error else ""
    if sample.complete:
        note = f"complete enumeration of {instances} instances{suffix}"
        return Judgement("holds", "every instance", note=note, **summary)
    measure = np.log(1 / ledger.level(look)) / sample.n
    if measure <= sample.violation_measure:
        note = f"sampled: violations rarer than {measure:.1e} ({instances} tried){suffix}"
        return Judgement("holds", "sampled instances", note=note, **summary)
    needed = np.log(1 / ledger.level(look + 2)) / sample.violation_measure
    return Judgement("undecided", "noise", forecast=float(np.ceil(needed)), **summary)
