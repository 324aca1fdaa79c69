"""Rule for the location of a threshold.

What is promised
----------------
An outcome that turns from unlikely to likely as ``along`` passes ``at``, and once. Levels closer to
``at`` than the tolerance are not judged; every other level is, in every group of cells that differ
in nothing else.

`holds`: at every level below ``at * (1 - tolerance)`` the outcome is certainly the less likely one,
at every level above ``at * (1 + tolerance)`` the likelier one; it is wrong with probability
``level`` (the hardest level decides, so that nothing is shared among them). Levels that were not
simulated are not spoken of: the place is known to lie between the two nearest ones.

`broken`: at one of these levels it is certainly the other way round; the levels share ``level``.

The tests are exact binomial ones against one half, so that nothing is assumed. The interval that is
shown lies between two levels at which the outcome is certainly unlikely, and certainly likely.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from bounds import Threshold
from verify.evidence.sample import Array, Sample
from verify.judging.forecast import REACH, SAFETY
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.laws import normal_isf
from verify.judging.ledger import Ledger

WIDEST_BRACKET = 2.5
"""Levels farther from the predicted point than this many tolerances do not bracket it."""


def judge(sample: Sample[Threshold], look: int, ledger: Ledger) -> Judgement:
    """Judge where an outcome turns from unlikely to likely, at every level outside of the zone."""
    claim, level, n = sample.claim, ledger.level(look), sample.n
    tau = claim.tolerance
    for index, cell in enumerate(sample.cells):
        if claim.along not in cell:
            return cannot_tell(1.0, f"the cells have no parameter {claim.along!r}", cell=index)
    groups = sample.levels(claim.along)
    where = np.array([float(cell[claim.along]) for cell in sample.cells])
    predicted = np.array([sample.parameter(c, claim.at) for c in range(len(sample.cells))])
    success = sample.table(claim.success)
    sample.refuse_no_event(success)
    if not np.all(np.isfinite(predicted) & (predicted > 0)):
        bad = int(np.argmin(np.where(np.isfinite(predicted), predicted, -np.inf)))
        return cannot_tell(1.0, "the predicted point is not a positive number", cell=bad)
    counts = success.sum(axis=1)
    if not claim.rising:
        counts = n - counts
    ratio = where / predicted
    below, above = ratio <= 1 - tau + 1e-12, ratio >= 1 + tau - 1e-12
    judged = below | above

    def report(verdict: Any, reason: str, cell: int, p: float, **more: Any) -> Judgement:
        group = np.array(next(members for members in groups if cell in members))
        group = group[np.argsort(where[group])]
        late = verdict == "broken" and bool(above[cell])
        likely, seldom = many[group] <= level, few[group] <= level
        low, high = _crossing(ratio[group], seldom, likely, late=late)
        seen = _middle(*_crossing(ratio[group], counts[group] <= n / 2, counts[group] > n / 2))
        return Judgement(
            verdict,
            reason,
            predicted=1.0,
            observed=float(np.clip(seen, low, high)),
            interval=(low, high),
            tolerance=tau,
            cell=cell,
            p_value=p,
            values={
                "observed": float(counts[cell] / n),
                "predicted": 0.5,
                claim.along: float(where[cell]),
                "at": float(predicted[cell]),
            },
            **more,
        )

    # How probable at least (at most) so many successes are for a fair coin.
    many, few = scipy.stats.binom.sf(counts - 1, n, 0.5), scipy.stats.binom.cdf(counts, n, 0.5)
    wrong = np.where(judged, np.where(below, many, few), 1.0)
    worst = int(np.argmin(wrong))
    if wrong[worst] <= level / max(int(judged.sum()), 1):
        side = "already past one half below" if below[worst] else "not yet past one half above"
        return report(
            "broken", f"{side} the predicted point", worst, float(wrong[worst]), cells=(worst,)
        )
    # A level that is on the wrong side so far may yet refute the claim, wherever the others are.
    wrong_side = np.where(below, counts > n / 2, counts < n / 2) & judged
    for levels in () if wrong_side.any() else groups:
        members = np.array(levels)
        lows, highs = members[below[members]], members[above[members]]
        if not len(lows) or not len(highs):
            why = "the levels do not bracket the predicted point"
            return cannot_tell(1.0, why, cell=int(members[0]))
        if (
            ratio[lows].max() < 1 - WIDEST_BRACKET * tau
            or ratio[highs].min() > 1 + WIDEST_BRACKET * tau
        ):
            why = "the levels are too far from the predicted point"
            return cannot_tell(1.0, why, cell=int(lows[np.argmax(where[lows])]))
    right = np.where(judged, np.where(below, few, many), 0.0)
    hardest = int(np.argmax(right))
    cells = tuple(int(cell) for cell in np.flatnonzero(judged))
    p = float(right[hardest])
    if p <= level:
        reason = f"on the right side at each of {len(cells)} levels"
        return report("holds", reason, hardest, p, cells=cells)
    gap, away = abs(counts[hardest] / n - 0.5), normal_isf(level / 4) * 0.5
    needed = float(max(np.inf if gap == 0 else np.ceil(SAFETY * (away / gap) ** 2), 2 * n))
    # Of an edge is spoken where the share is known to be nearer to one half than to 0 and 1.
    near = needed > REACH * n and gap + away / np.sqrt(n) < 0.25
    reason = "edge" if near else "noise"
    return report("undecided", reason, hardest, p, cells=cells, forecast=needed)


def _crossing(
    ratio: Array, seldom: NDArray[np.bool_], likely: NDArray[np.bool_], *, late: bool = False
) -> tuple[float, float]:
    """Return between which levels the outcome turns from unlikely to likely.

    Parameters
    ----------
    ratio : (levels,) rising, in units of the predicted point
    seldom, likely : (levels,) bool
        Where it is the one, where the other; where neither, nothing is known.
    late : bool
        Whether the last crossing is meant, and not the first, where there are several.
    """
    if late:
        below = ratio[seldom]
        low = float(below[-1]) if below.size else 0.0
        beyond = ratio[likely & (ratio > low)]
        return low, float(beyond[0]) if beyond.size else float("inf")
    beyond = ratio[likely]
    high = float(beyond[0]) if beyond.size else float("inf")
    below = ratio[seldom & (ratio < high)]
    return float(below[-1]) if below.size else 0.0, high


def _middle(low: float, high: float) -> float:
    if not np.isfinite(high):
        return low
    return float(np.sqrt(low * high)) if low > 0 else high
