"""Replays: a counter-example is drawn again from its seed and judged by other means.

The store is bypassed, and no code of the rules is used: exact claims are recomputed in 50-digit
arithmetic and, where the check has one, by an independent simulation; statistical ones by SciPy's
textbook tests or a plain polynomial fit. An exact claim along a path is fitted so, and both its
sides are recomputed at every deciding size. If anything disagrees, the verdict is
`undecided (error)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from bounds import Always, Construction, Identity, Inequality, Monotone, evaluate_precisely
from bounds.arrays import rank
from bounds.claims import Claim
from verify.catalogue.check import Array
from verify.catalogue.kinds import kind_of
from verify.evidence.blocks import same_values
from verify.evidence.gathering import Evidence
from verify.evidence.sample import Sample, expand
from verify.judging import textbook
from verify.judging.gap import Gap
from verify.judging.judgement import Judgement
from verify.judging.rounding import magnitude
from verify.judging.rules.always import TIME


class ReplayFailed(Exception):
    """The counter-example did not come out again."""


def replay(evidence: Evidence, sample: Sample[Any], judgement: Judgement) -> tuple[Pair, ...]:
    """Draw the decisive blocks again and decide again by other means.

    Returns
    -------
    Of an instance that was judged along a path, both sides at every deciding size.

    Raises
    ------
    ReplayFailed
        If anything comes out differently.
    """
    assert judgement.cell is not None
    if sample.claim.box is not None:
        _replay_point(sample, judgement)
        return ()
    if judgement.row is not None:
        return _replay_instance(evidence, sample, judgement)
    _same_block(evidence, sample, judgement.cell, block=0)
    _predictions_agree(sample)
    problem = textbook.disagrees(sample, judgement)
    if problem:
        raise ReplayFailed(problem)
    return ()


def _replay_point(sample: Sample[Any], judgement: Judgement) -> None:
    """Judge a point of a box in 50 digits, after the balls that decided."""
    if not Gap.of(sample.theorem, sample.claim).exceeds(judgement.values["parameters"]):
        raise ReplayFailed(f"no violation in 50 digits, {judgement.note}")


def _same_block(evidence: Evidence, sample: Sample[Any], cell: int, block: int) -> dict[str, Array]:
    """Simulate a block anew; it must equal the stored one up to rounding."""
    position, size = sample.positions[cell], evidence.check.block
    again = evidence.again(position, block)
    rows = slice(block * size, (block + 1) * size)
    for name, values in again.items():
        stored = evidence.observables(position)[name][rows]
        if not same_values(values, stored):
            raise ReplayFailed(f"{name} is not the same when block {block} is drawn again")
    return again


def _predictions_agree(sample: Sample[Any]) -> None:
    """Evaluate the formulas of the claim anew, in 50 digits, wherever they are scalars."""
    for name in sample.claim._expressions:
        expression = getattr(sample.claim, name)
        if expression is None:
            continue
        for cell in range(len(sample.cells)):
            written_out = expand(expression, sample.theorem, frozenset(sample.cells[cell]))
            symbols = written_out.free_symbols
            if any(rank(s) or s.name not in sample.cells[cell] for s in symbols):
                continue
            precise = float(evaluate_precisely(written_out, sample.cells[cell]))
            quick = float(sample.values(cell, expression)[0])
            if not np.isclose(precise, quick, rtol=1e-9, atol=0):
                raise ReplayFailed(f"{name} evaluates to {quick} and, precisely, to {precise}")


Pair = tuple[float, float]
"""What a claim is about and what it claims, at one size."""

Values = Mapping[int, Mapping[str, Any]]
"""Per cell of a sample, the observables of one replicate."""


def _replay_instance(
    evidence: Evidence, sample: Sample[Any], judgement: Judgement
) -> tuple[Pair, ...]:
    """Draw the instance again at every cell that it was judged on, and judge it by other means."""
    row = sample.row_of(judgement.cell or 0, judgement.row or 0)
    block, offset = divmod(row, evidence.check.block)
    cells = _deciding(sample, judgement)
    drawn = {
        cell: {k: v[offset] for k, v in _same_block(evidence, sample, cell, block).items()}
        for cell in cells
    }
    violated = _fitted if kind_of(sample.claim).needs_path else _recomputed
    sides = violated(sample, judgement, drawn)
    if evidence.check.replay is not None:
        independent = {
            cell: {**drawn[cell], **evidence.replayed(sample.positions[cell], row)}
            for cell in cells
        }
        sides = violated(sample, judgement, independent, "by the independent simulation")
    return sides


def _deciding(sample: Sample[Any], judgement: Judgement) -> tuple[int, ...]:
    """Return the cells whose values decided; a step of a monotone claim has two ends."""
    cell = judgement.cell or 0
    if kind_of(sample.claim).needs_path:
        return judgement.cells
    if kind_of(sample.claim).joins_instances:
        return (*_before(sample, cell), cell)
    return (cell,)


def _before(sample: Sample[Monotone], cell: int) -> tuple[int, int]:
    """Return where the way of a monotone claim begins, and the cell one level below."""
    group = next(group for group in sample.levels(sample.claim.along) if cell in group)
    return group[0], group[group.index(cell) - 1]


def _fitted(
    sample: Sample[Any], judgement: Judgement, values: Values, how: str = ""
) -> tuple[Pair, ...]:
    """Fit the values of one instance along its path by plain means, and recompute its sides."""
    row = judgement.row or 0
    instance: list[Mapping[str, Array]] = [
        {k: v[row : row + 1] for k, v in replicates.items()} for replicates in sample.replicates
    ]
    for cell, observed in values.items():
        instance[cell] = {k: np.array([v], dtype=float) for k, v in observed.items()}
    problem = textbook.disagrees(replace(sample, n=1, replicates=instance), judgement)
    if problem:
        raise ReplayFailed(f"{problem} {how}".strip())
    return _along(sample, judgement, values, how)


def _along(sample: Sample[Any], judgement: Judgement, values: Values, how: str) -> tuple[Pair, ...]:
    """Recompute both sides of one instance at every size of its path, in 50 digits.

    From the first size to the last, growth must differ in the direction that was judged, and at the
    last a limit must be missed on that side.
    """
    claim = sample.claim
    try:
        pairs = [
            tuple(_precise(sample, cell, known, side) for side in (claim.about, claim.claimed[1]))
            for cell, known in values.items()
        ]
    except ValueError:  # array symbols: the double-precision evaluation stands alone
        return ()
    away = [mpmath.log(a / b) if claim.up_to_a_factor else a - b for a, b in pairs]
    moved = away[-1] if kind_of(claim).tends else away[-1] - away[0]
    if not moved or (moved > 0) != (judgement.observed > judgement.predicted):
        raise ReplayFailed(f"{mpmath.nstr(moved, 12)} is on the other side {how}".strip())
    return tuple((float(a), float(b)) for a, b in pairs)


def _precise(
    sample: Sample[Any], cell: int, values: Mapping[str, Any], expression: sp.Basic
) -> mpmath.mpf:
    """Evaluate an expression at one replicate in 50 digits."""
    known = {**sample.cells[cell], **values}
    return evaluate_precisely(expand(expression, sample.theorem, frozenset(known)), known)


def _recomputed(
    sample: Sample[Any], judgement: Judgement, values: Values, how: str = "in 50 digits"
) -> tuple[Pair, ...]:
    """Recompute the sides of an exact claim from exactly represented inputs."""
    time = judgement.values.get("t")

    def precise(expression: sp.Basic, cell: int) -> mpmath.mpf:
        known = dict(values[cell])
        if time is not None:
            known = {name: v[time] if np.ndim(v) else v for name, v in known.items()} | {TIME: time}
        return _precise(sample, cell, known, expression)

    claim, cell = sample.claim, judgement.cell or 0
    try:
        a, b, excess = SIDES[claim.kind](sample, cell, precise)
        scale = getattr(claim, "scale", None)
        size = abs(a) + abs(b)
        if scale is not None:
            size = precise(scale, cell)
        elif not (a and b):  # against zero, where the terms have sizes
            known = frozenset({*sample.cells[cell], *values[cell]})
            terms = (expand(e, sample.theorem, known) for e in _stated(claim))
            size = sum(precise(magnitude(side), cell) for side in terms)
    except ValueError:  # array symbols: the double-precision evaluation stands alone
        return ()
    if not excess > _slack(claim) * abs(size) / 2:
        raise ReplayFailed(f"{mpmath.nstr(a, 12)} against {mpmath.nstr(b, 12)} {how}")
    return ()


def _stated(claim: Claim) -> list[sp.Basic]:
    """Return the two sides of an exact claim, as far as it has them."""
    fields = [name for name in claim._expressions if name not in ("scale", "until")]
    return [getattr(claim, name) for name in fields if getattr(claim, name) is not None]


def _slack(claim: Claim) -> float:
    tolerance = getattr(claim, "tolerance", None)
    return 1e-9 if tolerance is None else float(tolerance)


Precise = Callable[[sp.Basic, int], mpmath.mpf]
Sides = tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]
"""Two values, and by how much they violate the claim."""


def _identity(sample: Sample[Identity], cell: int, precise: Precise) -> Sides:
    left, right = precise(sample.claim.observable, cell), precise(sample.claim.equals, cell)
    return left, right, abs(left - right)


def _inequality(
    sample: Sample[Inequality | Construction | Always], cell: int, precise: Precise
) -> Sides:
    claim = sample.claim
    left = precise(claim.left, cell)
    if claim.at_most is not None:
        right = precise(claim.at_most, cell)
        return left, right, left - right
    right = precise(claim.at_least, cell)
    return right, left, right - left


def _monotone(sample: Sample[Monotone], cell: int, precise: Precise) -> Sides:
    claim, (begin, before) = sample.claim, _before(sample, cell)
    start, first, last = (precise(claim.observable, at) for at in (begin, before, cell))
    sign = 1 if claim.increasing else -1
    drop = sign * (first - last)
    if claim.minimal_rise is None:
        return first, last, drop
    short = sign * (start - last) + precise(claim.minimal_rise, cell)
    return (first, last, drop) if drop > short else (start, last, short)


SIDES: dict[str, Callable[[Sample[Any], int, Precise], Sides]] = {
    "identity": _identity,
    "deterministic": _inequality,
    "construction": _inequality,
    "always": _inequality,
    "monotone": _monotone,
}
"""By kind: the sides of an exact claim that is not judged along a path."""
