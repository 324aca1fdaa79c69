"""Rule for identities between a mean (or a proportion) and a formula."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from bounds import Identity
from verify.evidence.sample import Array, Sample
from verify.judging.forecast import replicates_needed
from verify.judging.intervals import Moments, fewest_replicates, proportion_bounds
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.laws import student_cdf
from verify.judging.ledger import Ledger
from verify.judging.rules import exact

POOLED_TOLERANCE = 0.02


def judge(sample: Sample[Identity], look: int, ledger: Ledger) -> Judgement:
    """Judge ``E[observable] = equals`` by the ratio of the sides.

    Broken if the pooled ratio or any cell's ratio excludes 1; holds if the pooled ratio is certain
    to lie within the tolerance and each cell's within the cell tolerance. Verdict rule for kind
    (a): hull intervals guarded against skewness, Bonferroni over cells and sides for broken,
    intersection-union for holds.
    """
    claim = sample.claim
    if claim.exact:
        return exact.judge_identity(sample, look, ledger)
    try:
        ratios = _ratios(sample)
    except ZeroDivisionError as failure:
        return cannot_tell(1.0, str(failure))
    if not np.all(np.isfinite(ratios)):
        bad = int(np.argmin(np.isfinite(ratios).all(axis=1)))
        return cannot_tell(1.0, "the observable or the formula is not a finite number", cell=bad)
    if claim.functional == "proportion":
        return _judge_proportions(sample, ratios, look, ledger)
    return _judge_means(sample, ratios, look, ledger)


def _ratios(sample: Sample[Identity]) -> Array:
    """Observable over formula, per cell and replicate; 1 + difference/scale if a scale is given."""
    claim = sample.claim
    observed, formula = sample.table(claim.observable), sample.table(claim.equals)
    if claim.scale is not None:
        return 1 + (observed - formula) / sample.table(claim.scale)
    if np.any(formula == 0):
        raise ZeroDivisionError("the formula is zero at a cell: the claim needs a scale")
    return observed / formula


def _judge_means(sample: Sample[Identity], ratios: Array, look: int, ledger: Ledger) -> Judgement:
    claim, level = sample.claim, ledger.level(look)
    cells = len(sample.cells)
    tolerance = POOLED_TOLERANCE if claim.tolerance is None else claim.tolerance
    pooled, each = Moments.of(ratios.mean(axis=0)), Moments.of(ratios)
    if not each.deviation.any():
        return cannot_tell(
            1.0, "the observable has no randomness: state the identity with exact=True"
        )
    # A cell that shows heavy tails warns of what the others may not have shown yet.
    trusted = bool(pooled.trustworthy(level / 4) & each.trustworthy(level / (4 * cells)).all())
    slack = 1e-12 + claim.bias

    low, high = pooled.bounds(level / 4)
    cell_low, cell_high = each.bounds(level / (4 * cells))
    off_pooled = trusted and (low > 1 + slack or high < 1 - slack)
    off = trusted & ((cell_low > 1 + slack) | (cell_high < 1 - slack))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(each.deviation > 0, (each.mean - 1) / each.standard_error, 0.0)
    if off.any():
        worst = int(np.argmax(np.where(off, np.abs(t), -1)))
        return Judgement(
            "broken",
            "one cell's ratio",
            1.0,
            float(each.mean[worst]),
            (float(cell_low[worst]), float(cell_high[worst])),
            claim.cell_tolerance,
            cell=worst,
            cells=(worst,),
            p_value=_two_sided(t[worst], sample.n),
            values=_raw(sample, worst),
        )
    if off_pooled:
        worst = int(np.argmax(np.abs(t)))
        t_pooled = float((pooled.mean - 1) / pooled.standard_error)
        return Judgement(
            "broken",
            "ratio pooled over the cells",
            1.0,
            float(pooled.mean),
            (float(low), float(high)),
            tolerance,
            cell=worst,
            cells=tuple(range(cells)),
            p_value=_two_sided(t_pooled, sample.n),
            values=_raw(sample, worst),
        )

    low, high = pooled.bounds(level)
    cell_low, cell_high = each.bounds(level)
    inside = trusted and 1 - tolerance < low and high < 1 + tolerance
    margin = claim.cell_tolerance - np.maximum(cell_high - 1, 1 - cell_low)
    worst = int(np.argmin(margin))
    summary: dict[str, Any] = dict(
        predicted=1.0,
        observed=float(pooled.mean),
        interval=(float(low), float(high)),
        tolerance=tolerance,
        cell=worst,
        cells=tuple(range(cells)),
        values=_raw(sample, worst),
    )
    if inside and (margin > 0).all():
        note = f"worst cell {each.mean[worst]:.4f}, margin {margin[worst]:.3f}"
        return Judgement("holds", "pooled and every cell's ratio", note=note, **summary)
    if not trusted and sample.n >= fewest_replicates(level / (4 * cells)):
        heaviest = int(np.argmax(np.abs(each.skewness)))
        note = f"skewness {each.skewness[heaviest]:.1f} at n = {sample.n}"
        if not each.deviation.all():
            still = sample.cells[int(np.argmin(each.deviation))]
            note = f"the outcome never varies at {dict(still)}"
        return Judgement("undecided", "heavy_tail", note=note, **summary)
    needed = max(
        replicates_needed(
            distance_inside=limit - abs(mean - 1),
            distance_outside=abs(mean - 1) - slack,
            deviation=deviation,
            n=sample.n,
            look=look,
            ledger=ledger,
            divisor=4.0 * cells,
            fewest=fewest_replicates(level / (4 * cells)),
        )
        for mean, deviation, limit in [
            (float(pooled.mean), float(pooled.deviation), tolerance),
            (float(each.mean[worst]), float(each.deviation[worst]), claim.cell_tolerance),
        ]
    )
    reason = "noise" if np.isfinite(needed) else "edge"
    return Judgement("undecided", reason, forecast=needed, **summary)


def _judge_proportions(
    sample: Sample[Identity], ratios: Array, look: int, ledger: Ledger
) -> Judgement:
    """0/1 outcomes: exact binomial intervals per cell, in units of the predicted probability."""
    claim, level, n = sample.claim, ledger.level(look), sample.n
    cells = len(sample.cells)
    formula = sample.table(claim.equals).mean(axis=1)
    event = sample.table(claim.observable)
    if problem := sample.not_an_event(event):
        return cannot_tell(1.0, problem)
    if np.any((formula < 0) | (formula > 1)):
        bad = int(np.argmax(np.abs(formula - 0.5)))
        return cannot_tell(
            1.0, f"the formula is {formula[bad]:g}, which is no probability", cell=bad
        )
    counts = event.sum(axis=1)
    ratio = counts / n / formula
    low, high = (b / formula for b in proportion_bounds(counts, n, level / (2 * cells)))
    off = (low > 1) | (high < 1)
    if off.any():
        worst = int(np.argmax(np.where(off, np.abs(ratio - 1), -1)))
        p = scipy.stats.binomtest(int(counts[worst]), n, float(formula[worst])).pvalue
        return Judgement(
            "broken",
            "one cell's frequency",
            1.0,
            float(ratio[worst]),
            (float(low[worst]), float(high[worst])),
            claim.cell_tolerance,
            cell=worst,
            cells=(worst,),
            p_value=float(p),
            values=_raw(sample, worst),
        )
    low, high = (b / formula for b in proportion_bounds(counts, n, level))
    margin = claim.cell_tolerance - np.maximum(high - 1, 1 - low)
    worst = int(np.argmin(margin))
    summary: dict[str, Any] = dict(
        predicted=1.0,
        observed=float(ratio[worst]),
        interval=(float(low[worst]), float(high[worst])),
        tolerance=claim.cell_tolerance,
        cell=worst,
        cells=tuple(range(cells)),
        values=_raw(sample, worst),
    )
    if (margin > 0).all():
        return Judgement("holds", "every cell's frequency", **summary)
    probability = float(np.clip(formula[worst], 1e-12, 1))
    needed = replicates_needed(
        distance_inside=claim.cell_tolerance - abs(ratio[worst] - 1),
        distance_outside=abs(ratio[worst] - 1),
        deviation=np.sqrt((1 - probability) / probability),
        n=n,
        look=look,
        ledger=ledger,
        divisor=2.0 * cells,
    )
    reason = "noise" if np.isfinite(needed) else "edge"
    return Judgement("undecided", reason, forecast=needed, **summary)


def _two_sided(t: float, n: int) -> float:
    return float(2 * student_cdf(-abs(float(t)), n - 1))


def _raw(sample: Sample[Identity], cell: int) -> dict[str, float]:
    claim = sample.claim
    return {
        "observed": float(sample.values(cell, claim.observable).mean()),
        "predicted": float(sample.values(cell, claim.equals).mean()),
    }
