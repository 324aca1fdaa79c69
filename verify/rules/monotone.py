"""Rule for monotone dependence on a parameter."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from scipy import stats

from verify.intervals import SKEWNESS_GUARD
from verify.judgement import Judgement, cannot_tell
from verify.ledger import Ledger
from verify.rules import exact
from verify.sample import Array, Sample


def groups(sample: Sample) -> list[list[int]]:
    """Cells that differ only in the claim's parameter, each group in increasing order of it."""
    along = sample.claim.along
    found: dict[tuple, list[int]] = defaultdict(list)
    for index, cell in enumerate(sample.cells):
        rest = tuple(sorted((k, repr(v)) for k, v in cell.items() if k != along))
        found[rest].append(index)
    return [sorted(group, key=lambda c: sample.cells[c][along]) for group in found.values()]


def judge(sample: Sample, look: int, ledger: Ledger) -> Judgement:
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
    members = groups(sample)
    if min(len(group) for group in members) < 2:
        return cannot_tell(0.0, f"a monotone claim needs several levels of {claim.along!r}")
    pairs = sum(len(group) * (len(group) - 1) // 2 for group in members)
    worst: Judgement | None = None
    for group in members:
        verdict = _judge_group(sample, values, group, level, pairs, look, ledger)
        if verdict.verdict == "broken":
            return verdict
        if worst is None or verdict.verdict == "undecided" or (
            worst.verdict == "holds" and verdict.observed < worst.observed
        ):
            worst = verdict if worst is None or worst.verdict == "holds" else worst
    assert worst is not None
    return worst


class _Contrasts:
    """Bounds of contrasts between levels, paired or not."""

    def __init__(self, values: Array, paired: bool) -> None:
        self.values, self.paired, self.n = values, paired, values.shape[1]
        self.mean = values.mean(axis=1)
        covariance = np.atleast_2d(np.cov(values))
        self.covariance = covariance if paired else np.diag(np.diag(covariance))

    def estimate(self, contrast: Array) -> float:
        return float(contrast @ self.mean)

    def error(self, contrast: Array) -> float:
        return float(np.sqrt(contrast @ self.covariance @ contrast / self.n))

    def bounds(self, contrast: Array, level: float) -> tuple[float, float]:
        half = stats.t.isf(level, self.n - 1) * self.error(contrast)
        return self.estimate(contrast) - half, self.estimate(contrast) + half

    def trusted(self, contrast: Array, level: float) -> bool:
        """Whether the sample is large enough for the contrast's skewness."""
        scores = contrast @ self.values
        skewness = stats.skew(scores) if np.ptp(scores) > 0 else 0.0
        return abs(skewness) * stats.norm.isf(level) / np.sqrt(self.n) <= SKEWNESS_GUARD


def _judge_group(
    sample: Sample, values: Array, group: list[int], level: float, pairs: int, look: int,
    ledger: Ledger,
) -> Judgement:
    claim = sample.claim
    contrasts = _Contrasts(values[group], paired=not sample.independent)
    count = len(group)
    unit = np.eye(count)
    rise = unit[-1] - unit[0]
    net = contrasts.estimate(rise)

    drops = [
        (i, j, *contrasts.bounds(unit[j] - unit[i], level / pairs))
        for i in range(count)
        for j in range(i + 1, count)
        if contrasts.trusted(unit[j] - unit[i], level / pairs)
    ]
    certain = [(high, i, j, low) for i, j, low, high in drops if high < 0]
    if certain:
        high, i, j, low = min(certain)
        scale = abs(net) if net else 1.0
        step = unit[j] - unit[i]
        t = contrasts.estimate(step) / contrasts.error(step)
        return Judgement(
            "broken", f"falls from {claim.along} = {sample.cells[group[i]][claim.along]:g} "
            f"to {sample.cells[group[j]][claim.along]:g}",
            0.0, contrasts.estimate(step) / scale, (low / scale, high / scale), claim.dip,
            cell=group[j], cells=(group[i], group[j]),
            p_value=float(stats.t.cdf(t, contrasts.n - 1)),
            values={"predicted": float(contrasts.mean[i]), "observed": float(contrasts.mean[j])},
        )
    if claim.minimal_rise is not None:
        least = sample.parameter(group[-1], claim.minimal_rise)
        if contrasts.bounds(rise, level)[1] < least:
            return Judgement(
                "broken", "the whole rise is below the declared minimum", 0.0, net / least,
                tuple(b / least for b in contrasts.bounds(rise, level)),  # type: ignore[arg-type]
                claim.dip, cell=group[-1], cells=(group[0], group[-1]), p_value=float(level),
                values={"predicted": least, "observed": net},
            )
    steps = [
        (unit[k + 1] - unit[k]) + claim.dip * rise for k in range(count - 1)
    ]
    lows = [contrasts.bounds(step, level)[0] for step in steps]
    worst = int(np.argmin(lows))
    low_net, _ = contrasts.bounds(rise, level)
    trusted = all(contrasts.trusted(step, level) for step in [*steps, rise])
    scale = abs(net) if net else 1.0
    plain = unit[worst + 1] - unit[worst]
    low, high = contrasts.bounds(plain, level)
    summary = dict(
        predicted=0.0, observed=contrasts.estimate(plain) / scale,
        interval=(low / scale, high / scale), tolerance=claim.dip, cell=group[worst + 1],
        cells=tuple(group),
        values={"predicted": float(contrasts.mean[worst]),
                "observed": float(contrasts.mean[worst + 1]), "net rise": net},
    )
    if trusted and low_net > 0 and lows[worst] > 0:
        return Judgement("holds", "every step, and the net rise", **summary)
    if not trusted and sample.n >= 256:
        return Judgement("undecided", "heavy_tail", **summary)
    error_net, error_step = contrasts.error(rise), contrasts.error(steps[worst])
    if net < 3 * error_net and error_net < 1e-3 * max(np.abs(contrasts.mean).max(), 1e-300):
        return Judgement("undecided", "no_effect", **summary)
    gaps = [net / error_net if error_net else np.inf,
            contrasts.estimate(steps[worst]) / error_step if error_step else np.inf]
    slowest = min(gaps)
    quantile = stats.norm.isf(ledger.level(look + 6))
    needed = np.inf if slowest <= 0 else np.ceil(1.4 * sample.n * (quantile / slowest) ** 2)
    reason = "noise" if needed <= 1024 * sample.n else "edge"
    return Judgement("undecided", reason, forecast=float(needed), **summary)
