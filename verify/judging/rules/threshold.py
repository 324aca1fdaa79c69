"""Rule for the location of a threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from bounds import Threshold
from verify.evidence.sample import Sample
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.laws import normal_isf
from verify.judging.ledger import Ledger

WIDEST_BRACKET = 2.5
"""Levels farther from the predicted point than this many tolerances do not bracket it."""


def judge(sample: Sample[Threshold], look: int, ledger: Ledger) -> Judgement:
    """Judge where an outcome turns from unlikely to likely.

    Within each group of cells that differ only in ``along``, the outcome must be the less likely
    one at the nearest level below ``at * (1 - tolerance)`` and the likelier one at the nearest
    level above ``at * (1 + tolerance)``: two exact binomial tests against one half. Any level on
    the wrong side breaks the claim.
    """
    claim, level, n = sample.claim, ledger.level(look), sample.n
    tau = claim.tolerance
    for index, cell in enumerate(sample.cells):
        if claim.along not in cell:
            return cannot_tell(1.0, f"the cells have no parameter {claim.along!r}", cell=index)
    groups = sample.levels(claim.along)
    where = np.array([float(cell[claim.along]) for cell in sample.cells])
    predicted = np.array([sample.parameter(c, claim.at) for c in range(len(sample.cells))])
    success = sample.table(claim.success)
    if problem := sample.not_an_event(success):
        return cannot_tell(1.0, problem)
    if not np.all(np.isfinite(predicted) & (predicted > 0)):
        bad = int(np.argmin(np.where(np.isfinite(predicted), predicted, -np.inf)))
        return cannot_tell(1.0, "the predicted point is not a positive number", cell=bad)
    counts = success.sum(axis=1)
    if not claim.rising:
        counts = n - counts
    ratio = where / predicted
    below, above = ratio <= 1 - tau + 1e-12, ratio >= 1 + tau - 1e-12
    tests = int(below.sum() + above.sum())
    # P(success) > 1/2 below the predicted point, or < 1/2 above it.
    wrong = np.where(below, scipy.stats.binom.sf(counts - 1, n, 0.5), 1.0)
    wrong = np.where(above, scipy.stats.binom.cdf(counts, n, 0.5), wrong)
    worst = int(np.argmin(wrong))
    summary: dict[str, Any] = dict(predicted=1.0, tolerance=tau)
    if wrong[worst] <= level / max(tests, 1):
        group = np.array(next(members for members in groups if worst in members))
        side = "below" if below[worst] else "above"
        low, high = _location(where[group], counts[group] / n, predicted[group])
        return Judgement(
            "broken",
            f"already past one half {side} the predicted point"
            if below[worst]
            else f"not yet past one half {side} the predicted point",
            observed=_middle(low, high),
            interval=(low, high),
            cell=worst,
            cells=(worst,),
            p_value=float(wrong[worst]),
            values={
                "observed": float(counts[worst] / n),
                "predicted": 0.5,
                claim.along: float(where[worst]),
                "at": float(predicted[worst]),
            },
            **summary,
        )
    right = np.where(below, scipy.stats.binom.cdf(counts, n, 0.5), 1.0)
    right = np.where(above, scipy.stats.binom.sf(counts - 1, n, 0.5), right)
    deciding: list[int] = []
    for levels in groups:
        members = np.array(levels)
        lows, highs = members[below[members]], members[above[members]]
        if not len(lows) or not len(highs):
            return cannot_tell(
                1.0, "the levels do not bracket the predicted point", cell=int(members[0])
            )
        low, high = lows[np.argmax(where[lows])], highs[np.argmin(where[highs])]
        if ratio[low] < 1 - WIDEST_BRACKET * tau or ratio[high] > 1 + WIDEST_BRACKET * tau:
            return cannot_tell(
                1.0, "the levels are too far from the predicted point", cell=int(low)
            )
        deciding += [int(low), int(high)]
    hardest = max(deciding, key=lambda c: right[c])
    group = np.array(next(members for members in groups if hardest in members))
    low, high = _location(where[group], counts[group] / n, predicted[group])
    summary |= dict(
        observed=_middle(low, high),
        interval=(low, high),
        cell=hardest,
        cells=tuple(deciding),
        p_value=float(right[hardest]),
        values={
            "observed": float(counts[hardest] / n),
            "predicted": 0.5,
            claim.along: float(where[hardest]),
            "at": float(predicted[hardest]),
        },
    )
    if right[hardest] <= level:
        return Judgement("holds", "on the right side at every bracketing level", **summary)
    gap = abs(counts[hardest] / n - 0.5)
    needed = np.inf if gap == 0 else np.ceil((normal_isf(level / 4) * 0.5 / gap) ** 2 * 1.4)
    reason = "noise" if needed <= 1024 * n else "edge"
    return Judgement("undecided", reason, forecast=float(max(needed, 2 * n)), **summary)


def _location(where: np.ndarray, share: np.ndarray, predicted: np.ndarray) -> tuple[float, float]:
    """Last level at or below one half and first above it, in units of the predicted point."""
    order = np.argsort(where)
    past = share[order] > 0.5
    first = int(np.argmax(past)) if past.any() else len(order)
    ratio = where[order] / predicted[order]
    low = float(ratio[first - 1]) if first > 0 else 0.0
    high = float(ratio[first]) if first < len(order) else float("inf")
    return low, high


def _middle(low: float, high: float) -> float:
    if not np.isfinite(high):
        return low
    return float(np.sqrt(low * high)) if low > 0 else high
