"""Rules for claims that must be true on every instance, without exception.

One instance that violates the claim by more than rounding breaks it, at no cost in error
probability. Without a complete enumeration, `holds` is a statement on the sampling law: violations
have at most the stated measure.

What an instance may be off by is ``tolerance`` times the scale: the claim's own, or the sizes of
both sides, or, against zero, of the terms that cancel. Against zero a single term has no scale: a
violation of 1e-16 may be all of it, or nothing, and only the author knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from bounds import Construction, Identity, Inequality, Monotone, evaluate
from verify.evidence.sample import Array, Sample, expand
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.rounding import Rounding, has_terms, magnitude
from verify.words import counted

EXACT_TOLERANCE = 1e-9
"""Relative slack of a deterministic claim, where the claim does not say otherwise."""

LARGEST_ERROR = 1e-3
"""Largest numerical error, relative to the scale, with which sides may count as equal."""

VISIBLE = 1e-12
"""What is beyond a bound by less of the scale, and within the tolerance, is not worth a word."""


class Sides(NamedTuple):
    """Both sides of a claim on instances of a cell: values, numerical errors and the scale.

    ``scale`` is ``None`` where the claim is against zero and nothing says how large its terms are.
    """

    left: Array
    right: Array
    error: Array
    scale: Array | None


Join = Callable[[Array, Array], Array]


def sides(
    sample: Sample[Any],
    left: sp.Basic,
    right: sp.Basic,
    known: Mapping[str, Any],
    shape: tuple[int, ...],
    join: Join = np.add,
) -> Sides:
    """Evaluate two sides of a claim, and its scale, on the names that are known at a cell.

    The scale is the claim's, or else the sizes of both sides joined, or of the terms against zero.
    """

    def written_out(expression: sp.Basic) -> sp.Basic:
        return expand(expression, sample.theorem, frozenset(known))

    numbers = {name: value for name, value in known.items() if not isinstance(value, str)}
    rounding = Rounding(numbers)
    left, right = written_out(left), written_out(right)
    a, b = rounding.of(left), rounding.of(right)
    size: Array | None = None
    if sample.claim.scale is not None:
        size = evaluate(written_out(sample.claim.scale), numbers)
    elif not (left.is_zero or right.is_zero):
        size = join(np.abs(a.value), np.abs(b.value))
    elif has_terms(left - right):
        size = evaluate(magnitude(left - right), numbers)
    one, other, error = (
        np.broadcast_to(part, shape) for part in (a.value, b.value, a.error + b.error)
    )
    return Sides(one, other, error, None if size is None else np.broadcast_to(size, shape))


def _all_sides(
    sample: Sample[Any], left: sp.Basic, right: sp.Basic, join: Join = np.add
) -> list[Sides]:
    return [
        sides(sample, left, right, sample.known(cell), (sample.n,), join)
        for cell in range(len(sample.cells))
    ]


def judge_inequality(
    sample: Sample[Inequality | Construction], look: int, ledger: Ledger
) -> Judgement:
    """Judge ``left <= at_most`` (or ``left >= at_least``) instance by instance."""
    claim = sample.claim
    bound, sign = (claim.at_least, -1) if claim.at_most is None else (claim.at_most, 1)
    found = _all_sides(sample, claim.left, bound)
    excess = [sign * (one.left - one.right) for one in found]
    return judge_excess(sample, found, excess, claim.tolerance, ledger)


def judge_identity(sample: Sample[Identity], look: int, ledger: Ledger) -> Judgement:
    """Judge ``observable = equals`` instance by instance."""
    claim = sample.claim
    found = _all_sides(sample, claim.observable, claim.equals, np.maximum)
    excess = [np.abs(one.left - one.right) for one in found]
    tolerance = EXACT_TOLERANCE if claim.tolerance is None else claim.tolerance
    return judge_excess(sample, found, excess, tolerance, ledger)


def judge_monotone(sample: Sample[Monotone], look: int, ledger: Ledger) -> Judgement:
    """Judge that every instance changes in one direction along the levels of its group."""
    claim = sample.claim
    sign = 1 if claim.increasing else -1
    steps: list[Sides] = []
    drops: list[Array] = []
    at: list[int] = []
    values = [_level(sample, cell) for cell in range(len(sample.cells))]

    def add(before: int, after: int, least: Array | float = 0.0) -> None:
        (first, error), (last, more) = values[before], values[after]
        steps.append(Sides(first, last, error + more, np.abs(first) + np.abs(last)))
        drops.append(sign * (first - last) + least)
        at.append(after)

    for members in sample.levels(claim.along):
        for before, after in pairwise(members):
            add(before, after)
        if claim.minimal_rise is not None:  # of the whole way
            add(members[0], members[-1], sample.values(members[-1], claim.minimal_rise))
    return judge_excess(sample, steps, drops, claim.tolerance, ledger, at=at)


def _level(sample: Sample[Monotone], cell: int) -> tuple[Array, Array]:
    """Return the values of a monotone claim at a cell, and their numerical errors."""
    known = sample.known(cell)
    written_out = expand(sample.claim.observable, sample.theorem, frozenset(known))
    numbers = {name: value for name, value in known.items() if not isinstance(value, str)}
    value, error = (
        np.broadcast_to(part, (sample.n,)) for part in Rounding(numbers).of(written_out)
    )
    return value, error


def judge_excess(
    sample: Sample[Any],
    found: Sequence[Sides],
    excess: Sequence[Array],
    tolerance: float,
    ledger: Ledger,
    *,
    at: Sequence[int] | None = None,
    first: bool = False,
) -> Judgement:
    """Judge ``excess <= 0`` up to rounding.

    Parameters
    ----------
    found, excess : for every cell or step, of arrays (n,), or (n, times)
    at : the cell that each belongs to; all in order by default
    first : whether the counter-example is the first violation in time, and not the largest
    """
    at = range(len(sample.cells)) if at is None else at
    worst: list[tuple[float, tuple[int, ...]]] = []
    tried, hidden, largest_error, largest = 0, 0.0, 0.0, -np.inf
    for place, (one, beyond) in enumerate(zip(found, excess, strict=True)):
        sample.refuse_infinite([beyond], "a side of the claim", at=at[place])
        if np.any(np.isnan(one.error)):
            return cannot_tell(0.0, "the numerical error is not a number", cell=at[place])
        certain = beyond - one.error
        if one.scale is None:
            if np.any(certain > 0):
                return cannot_tell(0.0, NO_SCALE.format(certain.max()), cell=at[place])
            scale = np.ones_like(beyond)
        else:
            sample.refuse_infinite([one.scale], "the scale", at=at[place])
            scale = np.where(one.scale > 0, one.scale, 1.0)
        relative = certain / scale
        index: tuple[Any, ...] = np.unravel_index(int(np.argmax(relative)), relative.shape)
        if first and relative[index] > tolerance:
            rows, times = np.nonzero(relative > tolerance)
            early = np.lexsort((rows, times))[0]
            index = (rows[early], times[early])
        worst.append((float(relative[index]), tuple(int(i) for i in index)))
        error = one.error / scale
        unclear = beyond / scale + error > tolerance + LARGEST_ERROR
        hidden = max(hidden, float(error[unclear].max(initial=0.0)))
        largest_error = max(largest_error, float(error.max()))
        largest = max(largest, float((beyond / scale).max()))
        tried += relative.shape[0]
    place = _deciding([(value, index[1:]) for value, index in worst], tolerance, first=first)
    value, index = worst[place]
    summary: dict[str, Any] = dict(
        predicted=0.0,
        observed=largest,
        tolerance=tolerance,
        cell=at[place],
        cells=(at[place],),
        row=index[0],
        values={
            "observed": float(found[place].left[index]),
            "predicted": float(found[place].right[index]),
            "numerical_error": largest_error,
            **({"t": index[1]} if len(index) > 1 else {}),
        },
    )
    if value > tolerance:
        return Judgement("broken", "one instance", p_value=0.0, **summary)
    if hidden:
        note = f"the numerical error is {hidden:.1e} of the scale"
        return Judgement("undecided", "rounding", note=note, **summary)
    suffix = ""
    if value > VISIBLE:
        suffix += f", beyond the claim by up to {value:.1e} of the scale, within the tolerance"
    if largest_error > tolerance:
        # Sides that differ by less than the numerical error count as equal; the error is printed.
        summary["tolerance"] = tolerance + largest_error
        suffix += f", numerical error {largest_error:.0e}"
    if sample.complete:
        note = f"complete enumeration of {counted(tried, 'instance')}{suffix}"
        return Judgement("holds", "every instance", note=note, **summary)
    measure = ledger.rarest(sample.n)
    if measure <= sample.violation_measure:
        note = f"sampled: violations rarer than {measure:.1e} ({tried} tried){suffix}"
        return Judgement("holds", "sampled instances", note=note, **summary)
    needed = float(ledger.instances(sample.violation_measure))
    return Judgement("undecided", "noise", forecast=needed, **summary)


NO_SCALE = (
    "against zero a violation of {:.1e} may be rounding or all there is; give the claim a scale=, "
    "the size of what cancels in it"
)


def _deciding(
    worst: Sequence[tuple[float, tuple[int, ...]]], tolerance: float, *, first: bool
) -> int:
    """Return at which place the largest violation is, or the first in time."""
    violated = [place for place, (value, _) in enumerate(worst) if value > tolerance]
    if first and violated:
        return min(violated, key=lambda place: worst[place][1])
    return max(range(len(worst)), key=lambda place: worst[place][0])
