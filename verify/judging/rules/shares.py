"""Rules for proportions and for quantiles, which are counts: no assumption, whatever the law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bounds import Identity
from verify.evidence.sample import Array, Sample
from verify.judging import eprocess
from verify.judging.forecast import looks_ahead, with_reason
from verify.judging.judgement import HAPPENED, Judgement, cannot_tell
from verify.judging.ledger import CONSISTENT, Ledger

ZONE = 0.05
"""Zone of a proportion, relative to the rarer of the event and its opposite."""

QUANTILE_ZONE = 0.01
"""Zone of a quantile, relative to its scale."""

NO_PROBABILITY = "which is no probability"
"""What is said of a formula outside of [0, 1]."""


def judge_proportions(
    sample: Sample[Identity], event: Array, formula: Array, ledger: Ledger
) -> Judgement:
    """Judge that events have the stated probabilities.

    Broken if the evidence against the formula, averaged over both sides and the cells, is enough;
    holds if at every cell there is enough against all that lies outside its zone. A formula of 0 is
    broken by one event, a formula of 1 by one that fails to happen.

    Frequencies are told relative to the formula; where it is 0, as 1 more than they are.
    """
    claim, n = sample.claim, sample.n
    sample.refuse_no_event(event)
    if np.any((formula < 0) | (formula > 1)):
        bad = int(np.argmax(np.abs(formula - 0.5)))
        words = f"the formula is {formula[bad]:g}, {NO_PROBABILITY}"
        return cannot_tell(1.0, words, cell=bad)
    relative = ZONE if claim.cell_tolerance is None else float(claim.cell_tolerance)
    # What is certain is shown up to the rarest violation that instances show.
    zone = relative * np.minimum(formula, 1 - formula)
    zone = np.where(zone == 0, sample.violation_measure, zone)
    counts = event.sum(axis=1)
    unit = np.where(formula > 0, formula, 1.0)

    def weigh(counts: Array, n: int) -> tuple[Array, Array, Array]:
        against = eprocess.average(eprocess.of_count(counts, n, formula), axis=0)
        above, below = eprocess.of_count(counts, n, formula + zone)
        over, under = eprocess.of_count(counts, n, formula - zone)
        # Nothing lies outside a zone that reaches an end of what is possible.
        below = np.where(formula + zone >= 1, np.inf, below)
        over = np.where(formula - zone <= 0, np.inf, over)
        return against, np.maximum(above, under), np.minimum(below, over)

    def interval(cell: int) -> tuple[float, float]:
        ends = eprocess.count_interval(int(counts[cell]), n, -np.log(ledger.error))
        low, high = (float(1 + (end - formula[cell]) / unit[cell]) for end in ends)
        return low, high

    return _decide(
        weigh,
        counts,
        n,
        ledger,
        observed=1 + (counts / n - formula) / unit,
        interval=interval,
        tolerance=zone / unit,
        values=lambda cell: {
            "observed": float(counts[cell] / n),
            "predicted": float(formula[cell]),
        },
        reason="frequency",
    )


def judge_quantiles(
    sample: Sample[Identity], observed: Array, formula: Array, scale: Array, ledger: Ledger
) -> Judgement:
    """Judge that quantiles of the observable are what the formula says, by counts below it."""
    claim, n = sample.claim, sample.n
    if np.any(formula != formula[:, :1]):
        return cannot_tell(1.0, "the formula of a quantile must not depend on the replicate")
    share = float(claim.probability or 0.5)
    stated, scale = formula[:, 0], np.abs(scale)
    declared = claim.tolerance if claim.cell_tolerance is None else claim.cell_tolerance
    zone = scale * (QUANTILE_ZONE if declared is None else float(declared))
    ordered = np.sort(observed, axis=1)
    rounding = 1e-12 * scale

    def up_to(points: Array) -> Array:
        return np.asarray((ordered <= points[:, None]).sum(axis=1))

    def before(points: Array) -> Array:
        return np.asarray((ordered < points[:, None]).sum(axis=1))

    # A value is the quantile if no more than its share lies below it, and as much up to it.
    counts = np.stack(
        [
            before(stated - rounding),
            up_to(stated + rounding),
            before(stated - zone),
            up_to(stated + zone),
        ]
    )

    def weigh(counts: Array, n: int) -> tuple[Array, Array, Array]:
        above, below = eprocess.of_count(counts, n, share)
        against = eprocess.average([above[0], below[1]], axis=0)
        return against, np.maximum(above[2], below[3]), np.minimum(below[2], above[3])

    def interval(cell: int) -> tuple[float, float]:
        few, many = eprocess.refuted_counts(n, share, -np.log(ledger.error))
        first = ordered[cell, few] if 0 <= few < n else -np.inf
        last = ordered[cell, many - 1] if 0 < many <= n else np.inf
        ends = sorted(1 + (np.array([first, last]) - stated[cell]) / scale[cell])
        return float(ends[0]), float(ends[1])

    middle = ordered[:, min(int(np.ceil(share * n)), n) - 1]
    return _decide(
        weigh,
        counts,
        n,
        ledger,
        observed=1 + (middle - stated) / scale,
        interval=interval,
        tolerance=zone / scale,
        values=lambda cell: {"observed": float(middle[cell]), "predicted": float(stated[cell])},
        reason="quantile",
    )


def _decide(
    weigh: Callable[[Array, int], tuple[Array, Array, Array]],
    counts: Array,
    n: int,
    ledger: Ledger,
    *,
    observed: Array,
    interval: Callable[[int], tuple[float, float]],
    tolerance: Array,
    values: Callable[[int], dict[str, float]],
    reason: str,
) -> Judgement:
    """Decide by the evidence of counts.

    Parameters
    ----------
    weigh : function of counts and their total
        Returns, per cell, the evidence against the formula, against the zone, and against all that
        lies outside the zone.
    """
    needed = -np.log(ledger.error)
    against, against_zone, inside = weigh(counts, n)
    broken = eprocess.average(against) >= needed
    broken &= eprocess.average(against_zone) >= -np.log(CONSISTENT)
    happened = bool(np.isposinf(against).any())
    broken |= happened
    worst = int(np.argmax(against) if broken else np.argmin(inside))
    summary: dict[str, Any] = dict(
        predicted=1.0,
        observed=float(observed[worst]),
        interval=interval(worst),
        tolerance=float(tolerance[worst]),
        cell=worst,
        cells=(worst,) if broken else tuple(range(len(against))),
        values=values(worst),
    )
    if broken:
        p_value = float(np.exp(-max(against[worst], 0.0)))
        why = HAPPENED if happened else f"one cell's {reason}"
        return Judgement("broken", why, p_value=p_value, **summary)
    if (inside >= needed).all():
        note = "false, but within tolerance" if (against >= needed).any() else ""
        return Judgement("holds", f"every cell's {reason}", note=note, **summary)
    forecast = float("inf")
    for size in looks_ahead(n):
        ahead = weigh(np.round(counts * (size / n)), round(size))
        if (ahead[2] >= needed).all() or eprocess.average(ahead[0]) >= needed:
            forecast = float(np.ceil(size))
            break
    return with_reason(Judgement("undecided", "", forecast=forecast, **summary), n)
