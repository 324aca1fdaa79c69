"""Rule for identities between a mean and a formula; `shares` has proportions and quantiles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np

from bounds import Identity
from verify.catalogue.grid import shown
from verify.evidence.sample import Array, OddValue, Sample
from verify.judging import eprocess
from verify.judging.assuming import unseen
from verify.judging.forecast import replicates_needed, with_reason
from verify.judging.intervals import Moments, fewest_replicates
from verify.judging.judgement import TOO_FEW, Judgement, cannot_tell
from verify.judging.laws import normal_isf, student_cdf
from verify.judging.ledger import CONSISTENT, Ledger
from verify.judging.rules import exact, shares

TOLERANCE = 0.01
"""Zone of a mean, pooled and at each cell, relative to its scale."""

FEWEST = 16
"""Replicates without which nothing is said of a mean."""

CONSTANT = "all replicates of a cell are the same: without randomness state it with exact=True"

EVERYDAY, WEIGHT, LARGE = 0.06, 5.0, 0.5
"""A mean is told to be off once an event of the probability `EVERYDAY` had the chance to show. One
of the probability q that had not is feared to change the mean by `WEIGHT` times (q - `EVERYDAY`),
but by no more than `LARGE`: an effect that is certainly larger is told."""


@dataclass(frozen=True)
class Sides:
    """Both sides of an identity, per cell and replicate.

    Attributes
    ----------
    observed, formula : (cells, n)
    scale : (cells,) what a difference is measured in: the stated scale, or the formula's mean
    doubt : (cells,) by what share the scale may be wrong, where it is a random mean itself
    random : whether the formula depends on the replicate
    """

    observed: Array
    formula: Array
    scale: Array
    doubt: Array
    random: bool

    @classmethod
    def of(cls, sample: Sample[Identity], level: float) -> Sides:
        """Evaluate the sides of a claim."""
        claim = sample.claim
        observed, formula = sample.table(claim.observable), sample.table(claim.equals)
        random = bool(np.any(formula != formula[:, :1]))
        stated = formula if claim.scale is None else sample.table(claim.scale)
        scale, doubt = mean_of(stated), np.zeros(len(stated))
        if random and claim.scale is None:
            with np.errstate(divide="ignore", invalid="ignore"):
                doubt = Moments.of(stated / scale[:, None]).standard_error * normal_isf(level)
        return cls(observed, formula, scale, doubt, random)

    @property
    def ratios(self) -> Array:
        """1 + (observed - formula) / scale, so that its mean is 1 if the sides have equal means."""
        scale = self.scale[:, None]
        if not self.random and np.array_equal(self.formula[:, 0], self.scale):
            return self.observed / scale
        return 1 + (self.observed / scale - self.formula / scale)


def mean_of(values: Array) -> Array:
    """Return means along the last axis, also of values near the largest double."""
    unit = np.abs(values).max(axis=-1, initial=0.0, keepdims=True)
    unit = np.where((unit > 0) & np.isfinite(unit), unit, 1.0)
    return np.asarray((values / unit).mean(axis=-1) * unit[..., 0])


def judge(sample: Sample[Identity], look: int, ledger: Ledger) -> Judgement:
    """Judge that the functional of the observable equals the formula.

    A mean is judged by the e-process of what the claim states of the observable (its range, a
    bound of its variance, its law), else by intervals that stand on a named assumption. Where the
    formula is random too, both means are compared by the differences of the sides.
    """
    claim = sample.claim
    if claim.exact:
        return exact.judge_identity(sample, look, ledger)
    sides = Sides.of(sample, ledger.level(look))
    sample.refuse_infinite(sides.observed, "the observable")
    sample.refuse_infinite(sides.formula, "the formula")
    counted = claim.functional == "proportion" and not sides.random
    if np.any(sides.scale == 0) and not counted:
        return cannot_tell(1.0, "the formula is zero at a cell: the claim needs a scale")
    if claim.functional in ("median", "quantile"):
        return shares.judge_quantiles(sample, sides.observed, sides.formula, sides.scale, ledger)
    if counted:
        return shares.judge_proportions(sample, sides.observed, sides.formula[:, 0], ledger)
    if claim.range is not None or claim.variance is not None or claim.law:
        if sides.random:
            return cannot_tell(1.0, "what bounds the observable says nothing of a random formula")
        judgement = _judge_bounded(sample, sides, look, ledger)
    else:
        judgement = _judge_means(sample, sides, look, ledger)
    varies = sample.n < FEWEST or np.ptp(sides.observed, axis=1).any()
    if varies or judgement.reason == "error":
        return judgement
    return replace(judgement, note="; ".join(part for part in (judgement.note, CONSTANT) if part))


def _judge_means(
    sample: Sample[Identity],
    sides: Sides,
    look: int,
    ledger: Ledger,
    *,
    low_counts: bool = True,
    high_counts: bool = True,
) -> Judgement:
    """Judge means of which the claim states nothing, by the hull of Student's and Hall's intervals.

    Parameters
    ----------
    low_counts, high_counts : bool
        Whether a mean above (below) the formula is told here; if not, it is told elsewhere.
    """
    claim, level, n = sample.claim, ledger.level(look), sample.n
    cells = len(sample.cells)
    if n < FEWEST:
        return _too_few(sample, sides)
    ratios = sides.ratios
    pooled, each = Moments.of(ratios.mean(axis=0)), Moments.of(ratios)
    # The mean of all cells first, so that one place tells both statistics from each other.
    mean = np.append(pooled.mean, each.mean)
    error = np.append(pooled.standard_error, each.standard_error)
    doubt = np.append(sides.doubt.max(), sides.doubt)
    tolerance = np.append(_tolerance(claim), np.full(cells, _cell_tolerance(claim)))
    share = np.append(level / 4, np.full(cells, level / (4 * cells)))
    low, high = _bounds(pooled, each, *share[:2])
    near_low, near_high = _bounds(pooled, each, CONSISTENT, CONSISTENT / cells)
    slack, width = 1e-12 + claim.bias, tolerance * (1 + doubt)

    # A cell that shows heavy tails warns of what the others may not have shown yet. On the side of
    # the short tail Student's bound is on the safe side.
    up, down = (bool(side.all()) for side in each.calm(float(share[-1])))
    silent = ~sides.observed.any(axis=1) & (each.deviation == 0)
    fewest = fewest_replicates(float(share[-1]))
    hidden = float(np.log(1 / share[-1]) / n)
    leeway = 1 + float(np.clip(WEIGHT * (hidden - EVERYDAY), 0, LARGE))
    above = (low > (1 + slack) * leeway) & (near_low > 1 + width) & up & low_counts
    below = (high < (1 - slack) / leeway) & (near_high < 1 - width) & down & high_counts
    off = (above | below) & (doubt < 0.5) & np.append(not silent.any(), ~silent)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.nan_to_num(np.abs(mean - 1) / error, nan=0.0, posinf=np.inf)
    if off.any():
        # One cell before the mean of all: it is the smaller counter-example.
        places = np.flatnonzero(off[1:]) + 1 if off[1:].any() else np.array([0])
        worst = int(places[np.argmax(t[places])])
        cell = worst - 1 if worst else int(np.argmax(t[1:]))
        return Judgement(
            "broken",
            "one cell's ratio" if worst else "ratio pooled over the cells",
            1.0,
            float(mean[worst]),
            (float(low[worst]), float(high[worst])),
            float(tolerance[worst]),
            cell=cell,
            cells=(cell,) if worst else tuple(range(cells)),
            p_value=float(2 * student_cdf(-float(t[worst]), n - 1)),
            assuming=_unseen(claim, n, max(low[worst] - 1, 1 - high[worst])),
            values=_raw(sides, cell),
        )

    low, high = _bounds(pooled, each, level, level)
    margin = tolerance * (1 - doubt) - np.maximum(high - 1, 1 - low)
    worst = int(np.argmin(margin[1:]))
    summary: dict[str, Any] = dict(
        predicted=1.0,
        observed=float(mean[0]),
        interval=(float(low[0]), float(high[0])),
        tolerance=float(tolerance[0]),
        cell=worst,
        cells=tuple(range(cells)),
        values=_raw(sides, worst),
    )
    calm = up and down and not silent.any()
    if calm and n >= fewest and (margin > 0).all():
        note = f"worst cell {mean[worst + 1]:.4f}, margin {margin[worst + 1]:.3f}"
        if np.any((low > 1 + slack) | (high < 1 - slack)):
            note = f"false, but within tolerance; {note}"
        if not each.deviation.any():
            note += "; the outcome never varies: exact=True would say more"
        assuming = _unseen(claim, n, float(margin.min()))
        reason = "pooled and every cell's ratio"
        return Judgement("holds", reason, note=note, assuming=assuming, **summary)
    if hidden > EVERYDAY:
        summary["interval"] = None
    if not calm and hidden <= EVERYDAY:
        heaviest = int(np.argmax(np.abs(each.skewness)))
        note = f"skewness {each.skewness[heaviest]:.1f} at n = {n}"
        if silent.any():
            note = f"the outcome never varies at {shown(sample.cells[int(np.argmax(silent))])}"
        return Judgement("undecided", "heavy_tail", note=note, **summary | dict(interval=None))
    needed = max(
        replicates_needed(
            distance_inside=float(tolerance[k] * (1 - doubt[k]) - abs(mean[k] - 1)),
            distance_outside=float(abs(mean[k] - 1) - slack),
            deviation=float(error[k] * np.sqrt(n)),
            n=n,
            look=look,
            ledger=ledger,
            divisor=4.0 * cells,
            fewest=fewest,
        )
        for k in (0, worst + 1)
    )
    note = TOO_FEW if summary["interval"] is None else ""
    return with_reason(Judgement("undecided", "", forecast=needed, note=note, **summary), n)


def _bounds(pooled: Moments, each: Moments, level: float, cell_level: float) -> tuple[Array, Array]:
    """Return lower and upper bounds of the pooled mean, followed by those of the cells."""
    low, high = pooled.bounds(level)
    cell_low, cell_high = each.bounds(cell_level)
    return np.append(low, cell_low), np.append(high, cell_high)


def _judge_bounded(sample: Sample[Identity], sides: Sides, look: int, ledger: Ledger) -> Judgement:
    """Judge means by e-processes that stand on what the claim states of the observable."""
    claim, n, cells = sample.claim, sample.n, len(sample.cells)
    if n < 2:
        return _too_few(sample, sides)
    values, formula, scale = sides.observed, sides.formula[:, 0], sides.scale
    low, high = np.full(cells, -np.inf), np.full(cells, np.inf)
    if claim.range is not None:
        low, high = (
            np.array([sample.parameter(cell, end) for cell in range(cells)]) for end in claim.range
        )
        beyond = np.maximum(low - values.min(axis=1), values.max(axis=1) - high)
        if np.any(beyond > 1e-12 * np.abs(values).max(axis=1)):
            bad = int(np.argmax(beyond))
            over = values[bad].max() - high[bad] > low[bad] - values[bad].min()
            row = int(np.argmax(values[bad]) if over else np.argmin(values[bad]))
            where = f"[{low[bad]:g}, {high[bad]:g}]"
            words = f"a value, {values[bad, row]:.6g}, lies outside the stated range {where}"
            raise OddValue(words, bad, sample.row_of(bad, row))
    if claim.law:
        for cell in range(cells):
            level = ledger.error / cells
            if problem := eprocess.contradicts(values[cell], claim.law, level):
                return cannot_tell(1.0, problem, cell=cell)
            if claim.law != "normal" and formula[cell] <= 0:
                return cannot_tell(1.0, f"a mean of {claim.law} law is positive", cell=cell)
    variance = None
    if claim.variance is not None:
        variance = [sample.parameter(cell, claim.variance) for cell in range(cells)]
        for cell, one in enumerate(variance):
            if not 0 < one < np.inf:
                words = f"the stated variance is {one:g}, which is not a positive number"
                words += "; where the observable is constant, leave the cell out" * (one == 0)
                return cannot_tell(1.0, words, cell=cell)

    @cache
    def both(cell: int, mean: float) -> eprocess.Evidence:
        """Evidence against a mean of at most, and of at least, so much, by a variance or a law."""
        if variance is not None:
            return eprocess.of_variance(values[cell], mean, variance[cell])
        positive = claim.law == "normal" or mean > 0
        law = eprocess.LAWS[claim.law]
        return law(values[cell], mean) if positive else (np.inf, -np.inf)

    @cache
    def evidence(cell: int, ratio: float, side: int) -> float:
        """Evidence against a ratio of at most (side 0), or of at least (1), so much."""
        mean = float(formula[cell] + scale[cell] * (ratio - 1))
        side = side if scale[cell] > 0 else 1 - side
        if variance is not None or claim.law:
            return both(cell, mean)[side]
        if side == 0:
            return eprocess.above_in_range(values[cell], mean, float(low[cell]))
        return eprocess.below_in_range(values[cell], mean, float(high[cell]))

    tolerance, slack = _cell_tolerance(claim), claim.bias
    every = range(cells)
    above = np.array([evidence(c, 1 + slack, 0) for c in every])
    below = np.array([evidence(c, 1 - slack, 1) for c in every])
    far = np.array([evidence(c, 1 + tolerance, 0) for c in every])
    short = np.array([evidence(c, 1 - tolerance, 1) for c in every])
    against = eprocess.average([above, below], axis=0)
    needed, consistent = -np.log(ledger.error), -np.log(CONSISTENT)
    broken = eprocess.average(against) >= needed
    broken &= eprocess.average(np.maximum(far, short)) >= consistent
    half_open = claim.range is not None and not np.isfinite([low, high]).all()
    if half_open and not broken:
        return _judge_means(
            sample,
            sides,
            look,
            ledger,
            low_counts=np.isinf(low).any().item(),
            high_counts=np.isinf(high).any().item(),
        )
    inside = np.array(
        [min(evidence(c, 1 - tolerance, 0), evidence(c, 1 + tolerance, 1)) for c in every]
    )
    worst = int(np.argmax(against) if broken else np.argmin(inside))
    moments = Moments.of(sides.ratios)
    mean, deviation = float(moments.mean[worst]), float(moments.deviation[worst])
    step = 3 * deviation / np.sqrt(n) or tolerance
    interval = eprocess.interval(partial(evidence, worst), mean, step, needed)
    summary: dict[str, Any] = dict(
        predicted=1.0,
        observed=mean,
        interval=interval,
        tolerance=tolerance,
        cell=worst,
        cells=(worst,) if broken else tuple(every),
        values=_raw(sides, worst),
    )
    if broken:
        p_value = float(np.exp(-max(against[worst], 0.0)))
        return Judgement("broken", "one cell's ratio", p_value=p_value, **summary)
    if (inside >= needed).all():
        within = "false, but within tolerance" if (against >= needed).any() else ""
        return Judgement("holds", "every cell's ratio", note=within, **summary)
    forecast = replicates_needed(
        distance_inside=tolerance - abs(mean - 1),
        distance_outside=abs(mean - 1) - slack,
        deviation=deviation,
        n=n,
        look=look,
        ledger=ledger,
        divisor=2.0 * cells,
    )
    return with_reason(Judgement("undecided", "", forecast=forecast, **summary), n)


def _too_few(sample: Sample[Identity], sides: Sides) -> Judgement:
    ratios = sides.ratios.mean(axis=1)
    worst = int(np.argmax(np.abs(ratios - 1)))
    return Judgement(
        "undecided",
        "noise",
        1.0,
        float(ratios.mean()),
        cell=worst,
        cells=tuple(range(len(ratios))),
        note=TOO_FEW,
        values=_raw(sides, worst),
    )


def _tolerance(claim: Identity) -> float:
    return TOLERANCE if claim.tolerance is None else float(claim.tolerance)


def _cell_tolerance(claim: Identity) -> float:
    return _tolerance(claim) if claim.cell_tolerance is None else float(claim.cell_tolerance)


def _unseen(claim: Identity, n: int, share: float) -> str:
    """Say what a verdict on a mean assumes of which the claim states nothing."""
    whole = "the mean" if claim.scale is None else "the scale"
    return unseen(n, f"carries more than {100 * share:.2g} % of {whole}")


def _raw(sides: Sides, cell: int) -> dict[str, float]:
    return {
        "observed": float(mean_of(sides.observed[cell])),
        "predicted": float(mean_of(sides.formula[cell])),
    }
