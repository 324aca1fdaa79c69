"""Rule for monotone dependence on a parameter."""

from __future__ import annotations

from typing import Any

import numpy as np

from bounds import Monotone
from verify.evidence.sample import Array, Sample
from verify.judging.intervals import Contrasts
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.laws import normal_isf, student_cdf
from verify.judging.ledger import Ledger
from verify.judging.rules import exact


def judge(sample: Sample[Monotone], look: int, ledger: Ledger) -> Judgement:
    """Judge that the mean of the observable rises (or falls) from level to level.

    Broken if some later level is certainly below an earlier one; holds if the net rise is certain
    and no step dips by more than the declared share of it. With common random numbers the
    contrasts are paired.
    """
    claim, level = sample.claim, ledger.level(look)
    if any(claim.along not in cell for cell in sample.cells):
        return cannot_tell(0.0, f"the cells have no parameter {claim.along!r}")
    if claim.exact:
        return exact.judge_monotone(sample, look, ledger)
    values = sample.table(claim.observable) * (1.0 if claim.increasing else -1.0)
    if not np.all(np.isfinite(values)):
        return cannot_tell(0.0, "the observable is not a finite number")
    members = sample.levels(claim.along)
    if min(len(group) for group in members) < 2:
        return cannot_tell(0.0, f"a monotone claim needs several levels of {claim.along!r}")
    tests = sum(len(group) * (len(group) - 1) // 2 for group in members)
    tests += len(members) * (claim.minimal_rise is not None)
    worst: Judgement | None = None
    for group in members:
        verdict = _judge_group(sample, values, group, level, tests, look, ledger)
        if verdict.verdict == "broken":
            return verdict
        if (
            worst is None
            or verdict.verdict == "undecided"
            or (worst.verdict == "holds" and verdict.observed < worst.observed)
        ):
            worst = verdict if worst is None or worst.verdict == "holds" else worst
    assert worst is not None
    return worst


def _judge_group(
    sample: Sample[Monotone],
    values: Array,
    group: list[int],
    level: float,
    tests: int,
    look: int,
    ledger: Ledger,
) -> Judgement:
    claim = sample.claim
    contrasts = Contrasts(values[group], independent=sample.independent)
    means, count = contrasts.cells.mean, len(group)
    unit = np.eye(count)
    rise = unit[-1] - unit[0]
    net = float(contrasts.estimate(rise))

    first, last = np.triu_indices(count, k=1)
    falls = unit[last] - unit[first]
    if not contrasts.error(falls).any():
        return cannot_tell(
            0.0,
            "the differences between levels have no randomness: state the claim with exact=True",
            cell=group[-1],
        )
    lows, highs = contrasts.bounds(falls, level / tests)
    trusted = contrasts.trustworthy(falls, level / tests)
    certain = trusted & (highs < 0)
    if certain.any():
        pair = int(np.argmin(np.where(certain, highs, np.inf)))
        i, j = int(first[pair]), int(last[pair])
        change, error = contrasts.estimate(falls[pair]), contrasts.error(falls[pair])
        scale = abs(net) if net else 1.0
        return Judgement(
            "broken",
            f"falls from {claim.along} = {sample.cells[group[i]][claim.along]:g} "
            f"to {sample.cells[group[j]][claim.along]:g}",
            0.0,
            float(change / scale),
            (float(lows[pair] / scale), float(highs[pair] / scale)),
            claim.dip,
            cell=group[j],
            cells=(group[i], group[j]),
            p_value=float(student_cdf(change / error, contrasts.n - 1)),
            values={"predicted": float(means[i]), "observed": float(means[j])},
        )
    if claim.minimal_rise is not None:
        least = sample.parameter(group[-1], claim.minimal_rise)
        low, high = contrasts.bounds(rise, level / tests)
        if high < least and contrasts.trustworthy(rise, level / tests):
            return Judgement(
                "broken",
                "the whole rise is below the declared minimum",
                0.0,
                net / least,
                (float(low / least), float(high / least)),
                claim.dip,
                cell=group[-1],
                cells=(group[0], group[-1]),
                p_value=float(student_cdf((net - least) / contrasts.error(rise), sample.n - 1)),
                values={"predicted": least, "observed": net},
            )
    steps = unit[1:] - unit[:-1]
    guarded = np.vstack([steps + claim.dip * rise, rise])
    lows, _ = contrasts.bounds(guarded, level)
    sure = bool(contrasts.trustworthy(guarded, level).all())
    worst = int(np.argmin(lows[:-1]))
    scale = abs(net) if net else 1.0
    ends = [float(bound[worst]) for bound in contrasts.bounds(steps, level)]
    summary: dict[str, Any] = dict(
        predicted=0.0,
        observed=float(contrasts.estimate(steps[worst]) / scale),
        interval=(ends[0] / scale, ends[1] / scale),
        tolerance=claim.dip,
        cell=group[worst + 1],
        cells=tuple(group),
        values={
            "predicted": float(means[worst]),
            "observed": float(means[worst + 1]),
            "net rise": net,
        },
    )
    if sure and lows.min() > 0:
        return Judgement("holds", "every step, and the net rise", **summary)
    if contrasts.heavy(guarded, level):
        return Judgement("undecided", "heavy_tail", **summary)
    errors = contrasts.error(guarded)
    if net < 3 * errors[-1] and errors[-1] < 1e-3 * max(np.abs(means).max(), 1e-300):
        return Judgement("undecided", "no_effect", **summary)
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = np.where(errors > 0, contrasts.estimate(guarded) / errors, np.inf)
    slowest = float(gaps.min())
    quantile = normal_isf(ledger.level(look + 6))
    needed = np.inf if slowest <= 0 else np.ceil(1.4 * sample.n * (quantile / slowest) ** 2)
    needed = float(max(needed, 2 * sample.n))
    reason = "noise"
    if needed > 1024 * sample.n:
        reason = "no_effect" if net < 3 * errors[-1] else "edge"
    return Judgement("undecided", reason, forecast=needed, **summary)
