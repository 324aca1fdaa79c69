"""The same decisions by textbook means, for replays and confirmations.

No code is shared with the rules: SciPy's one-sample and paired t tests, its exact binomial test,
and a plain least-squares fit of logarithms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
import scipy

from bounds import BigO, Identity, Limit, Monotone, Omega, Probability, Theta, Threshold
from verify.catalogue.grid import PathCells
from verify.evidence.sample import Sample
from verify.judging.judgement import Judgement


class Test(NamedTuple):
    """A textbook test of the side on which a claim is broken."""

    observed: float
    p_value: float | None
    same_side: bool


WEAKEST = 1e-2
"""A replay whose textbook p-value is above this disagrees."""


def disagrees(sample: Sample[Any], judgement: Judgement) -> str:
    """Return why the textbook test does not support `broken`, or the empty string."""
    again = test(sample, judgement)
    if not again.same_side:
        return f"a textbook estimate is {again.observed:.6g}, on the other side"
    if again.p_value is not None and again.p_value > WEAKEST:
        return f"the textbook test gives p = {again.p_value:.2g}"
    return ""


def test(sample: Sample[Any], judgement: Judgement) -> Test:
    """Test the deciding statistic of a `broken` judgement."""
    return TESTS[sample.claim.kind](sample, judgement)


def _identity(sample: Sample[Identity], judgement: Judgement) -> Test:
    claim, cells = sample.claim, list(judgement.cells)
    observed = np.array([sample.values(c, claim.observable) for c in cells])
    formula = np.array([sample.values(c, claim.equals) for c in cells])
    if claim.functional == "proportion":
        k, p = int(observed.sum()), float(formula.mean())
        exact = scipy.stats.binomtest(k, observed.size, p)
        ratio = observed.mean() / p
        return Test(float(ratio), float(exact.pvalue), _same(ratio - 1, judgement.observed - 1))
    if claim.scale is not None:
        scale = np.array([sample.values(c, claim.scale) for c in cells])
        ratios = ((observed - formula) / scale).mean(axis=0) + 1
    else:
        ratios = (observed / formula).mean(axis=0)
    result = scipy.stats.ttest_1samp(ratios, 1.0)
    mean = float(ratios.mean())
    return Test(mean, float(result.pvalue), _same(mean - 1, judgement.observed - 1))


def _probability(sample: Sample[Probability], judgement: Judgement) -> Test:
    claim, cell = sample.claim, judgement.cell or 0
    event = sample.values(cell, claim.event).astype(bool)
    if claim.at_most is not None:
        bound, count = sample.parameter(cell, claim.at_most), int(event.sum())
    else:
        bound, count = 1 - sample.parameter(cell, claim.at_least), int((~event).sum())
    if bound <= 0:
        return Test(count / event.size, 0.0 if count else 1.0, count > 0)
    result = scipy.stats.binomtest(count, event.size, min(bound, 1.0), alternative="greater")
    return Test(count / event.size, float(result.pvalue), count / event.size > bound)


def _threshold(sample: Sample[Threshold], judgement: Judgement) -> Test:
    claim, cell = sample.claim, judgement.cell or 0
    success = sample.values(cell, claim.success).astype(bool)
    below = float(sample.cells[cell][claim.along]) < sample.parameter(cell, claim.at)
    too_likely = below == claim.rising
    alternative: Literal["greater", "less"] = "greater" if too_likely else "less"
    result = scipy.stats.binomtest(int(success.sum()), success.size, 0.5, alternative=alternative)
    share = float(success.mean())
    return Test(share, float(result.pvalue), (share > 0.5) == too_likely)


def _monotone(sample: Sample[Monotone], judgement: Judgement) -> Test:
    claim = sample.claim
    first, last = (sample.values(c, claim.observable) for c in judgement.cells)
    if not claim.increasing:
        first, last = -first, -last
    change = float(last.mean() - first.mean())
    if sample.independent:
        result = scipy.stats.ttest_ind(last, first, equal_var=False, alternative="less")
    else:
        result = scipy.stats.ttest_rel(last, first, alternative="less")
    return Test(change, float(result.pvalue), change < 0 or "minimum" in judgement.reason)


def _deciding_path(sample: Sample[Any], judgement: Judgement) -> PathCells:
    return next(path for path in sample.paths if path.positions[-1] == judgement.cell)


def _limit(sample: Sample[Limit], judgement: Judgement) -> Test:
    """Average the last two cells of the deciding path."""
    claim = sample.claim
    far = _deciding_path(sample, judgement).positions[-2:]
    value = float(np.mean([sample.values(c, claim.observable).mean() for c in far]))
    target = float(sample.values(far[-1], claim.to).mean())
    return Test(value, None, _same(value - target, judgement.observed - judgement.predicted))


def _scaling(sample: Sample[Theta | BigO | Omega], judgement: Judgement) -> Test:
    """Fit the far half of every path along the deciding ray."""
    claim = sample.claim
    direction = _deciding_path(sample, judgement).path.direction
    slopes, stated = [], []
    for path in sample.paths:
        if path.path.direction != direction:
            continue
        half = path.positions[-(len(path.positions) // 2) :]
        scale = path.path.scales()[-len(half) :]
        slopes.append(np.polyfit(scale, [_logarithm(sample, c) for c in half], 1)[0])
        growth = [float(np.mean(np.log(sample.values(c, claim.of)))) for c in half]
        stated.append(np.polyfit(scale, growth, 1)[0])
    measured, claimed = float(np.mean(slopes)), float(np.mean(stated))
    return Test(measured, None, _same(measured - claimed, judgement.observed - judgement.predicted))


def _logarithm(sample: Sample[Theta | BigO | Omega], cell: int) -> float:
    values = sample.values(cell, sample.claim.observable)
    if sample.claim.functional == "mean" and not sample.claim.exact:
        return float(np.log(np.mean(values)))
    return float(np.mean(np.log(values)))


def _same(a: float, b: float) -> bool:
    return bool(a * b > 0)


TESTS: dict[str, Callable[[Sample[Any], Judgement], Test]] = {
    "identity": _identity,
    "probability": _probability,
    "threshold": _threshold,
    "monotone": _monotone,
    "theta": _scaling,
    "O": _scaling,
    "omega": _scaling,
    "limit": _limit,
}
"""By kind: the textbook test. Derivations, inequalities and constructions have no statistic."""
