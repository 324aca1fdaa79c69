"""The same decisions by textbook means, for replays and confirmations.

No code is shared with the rules: SciPy's one-sample and paired t tests, its exact binomial test,
and (in `textbook_paths`) least squares along a path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import scipy

from bounds import Identity, Law, Monotone, Probability, Threshold
from verify.evidence.sample import Sample
from verify.judging import textbook_paths
from verify.judging.judgement import Judgement
from verify.judging.textbook_paths import Test

WEAKEST = 1e-2
"""A replay whose textbook p-value is above this disagrees."""


def _stated_too_small(sample: Sample[Any], judgement: Judgement) -> str:
    """Say so if the replicates vary much more than a claim on a mean states."""
    claim, cell = sample.claim, judgement.cell
    if getattr(claim, "variance", None) is None or cell is None:
        return ""
    stated = sample.parameter(cell, claim.variance)
    seen = float(sample.table(claim.observable)[cell].var())
    return f"; the stated variance is {stated:.3g}, that of the replicates {seen:.3g}" * (
        seen > 2 * stated
    )


def disagrees(sample: Sample[Any], judgement: Judgement) -> str:
    """Return why the textbook test does not support `broken`, or the empty string."""
    again = test(sample, judgement)
    if not again.same_side:
        return f"a textbook estimate is {again.observed:.6g}, on the other side"
    if again.p_value is not None and again.p_value > WEAKEST:
        words = f"the textbook test gives p = {again.p_value:.2g}"
        return words + _stated_too_small(sample, judgement)
    return ""


def test(sample: Sample[Any], judgement: Judgement) -> Test:
    """Test the deciding statistic of a `broken` judgement."""
    return TESTS[sample.claim.kind](sample, judgement)


def _identity(sample: Sample[Identity], judgement: Judgement) -> Test:
    """Test the mean difference of the sides; counts where those decide."""
    claim, cells = sample.claim, list(judgement.cells)
    observed = np.array([sample.values(c, claim.observable) for c in cells])
    formula = np.array([sample.values(c, claim.equals) for c in cells])
    side = judgement.observed - 1
    if claim.functional == "proportion" and np.ptp(formula) == 0:
        count, p = int(observed.sum()), float(formula[0, 0])
        result = scipy.stats.binomtest(count, observed.size, p)
        share = count / observed.size
        return Test(1 + (share - p) / (p or 1.0), float(result.pvalue), _same(share - p, side))
    given = claim.equals if claim.scale is None else claim.scale
    scale = np.array([sample.values(c, given) for c in cells])
    unit = np.abs(scale).max()
    scale = (scale / unit).mean(axis=1, keepdims=True)
    differences = (observed / unit / scale - formula / unit / scale).mean(axis=0)
    if claim.probability is not None:
        above = bool(np.sign(side) * np.sign(scale[0, 0]) > 0)
        beyond = np.sum(observed > formula) if above else np.sum(observed < formula)
        p = 1 - claim.probability if above else claim.probability
        result = scipy.stats.binomtest(int(beyond), observed.size, p, alternative="greater")
        middle = float(np.quantile(observed[0] - formula[0], claim.probability))
        agrees = bool(beyond > p * observed.size)
        return Test(1 + middle / unit / scale[0, 0], float(result.pvalue), agrees)
    mean = float(differences.mean())
    if np.ptp(differences) <= 1e-13 * np.abs(differences).max():
        return Test(1 + mean, 0.0, _same(mean, side))
    p_value = float(scipy.stats.ttest_1samp(differences, 0.0).pvalue)
    if claim.range is not None:
        above = bool(np.sign(side) * np.sign(scale[0, 0] * unit) > 0)
        p_value = min(1.0, 2 * min(p_value, _wagered(sample, judgement.cell or 0, above)))
    return Test(1 + mean, p_value, _same(mean, side))


def _wagered(sample: Sample[Identity], cell: int, above: bool) -> float:
    """Test a mean of bounded values by wagers on all of them, one for each of many stakes.

    A few values far from the others, on which Student's test says nothing, count for what they are,
    wherever they stand.
    """
    values = sample.values(cell, sample.claim.observable)
    low, high = (sample.parameter(cell, end) for end in sample.claim.range or (0, 0))
    mean = sample.parameter(cell, sample.claim.equals)
    room = mean - low if above else high - mean
    if not 0 < room < np.inf:
        return 1.0
    gains = (values - mean) / (room if above else -room)
    won = [np.log1p(stake * gains).sum() for stake in np.geomspace(1e-6, 0.99, 60)]
    return float(np.exp(min(np.log(len(won)) - scipy.special.logsumexp(won), 0.0)))


def _probability(sample: Sample[Probability], judgement: Judgement) -> Test:
    claim, cell = sample.claim, judgement.cell or 0
    event = sample.values(cell, claim.event).astype(bool)
    stated = sample.parameter(cell, claim.claimed[1])
    rare = claim.at_most is not None
    count = int(event.sum()) if rare else int((~event).sum())
    bound, frequency = stated if rare else 1 - stated, float(event.mean())
    if bound <= 0:
        return Test(frequency, 0.0 if count else 1.0, count > 0)
    result = scipy.stats.binomtest(count, event.size, min(bound, 1.0), alternative="greater")
    return Test(frequency, float(result.pvalue), count / event.size > bound)


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
    """Test that the later level is not lower, or that the rise is not below its minimum."""
    claim = sample.claim
    first, last = (sample.values(c, claim.observable) for c in judgement.cells)
    if not claim.increasing:
        first, last = -first, -last
    if "minimum" in judgement.reason:
        first = first + sample.parameter(judgement.cells[-1], claim.minimal_rise)
    change = float(last.mean() - first.mean())
    if sample.independent:
        result = scipy.stats.ttest_ind(last, first, equal_var=False, alternative="less")
    else:
        result = scipy.stats.ttest_rel(last, first, alternative="less")
    return Test(change, float(result.pvalue), change < 0)


def _law(sample: Sample[Law], judgement: Judgement) -> Test:
    """Test the probability of the half-line on which the two laws differ most."""
    values = sample.values(judgement.cell or 0, sample.claim.observable)
    x, claimed = judgement.values["x"], judgement.values["predicted"]
    inside = values < x if judgement.values["below"] else values <= x
    result = scipy.stats.binomtest(int(inside.sum()), inside.size, min(max(claimed, 0.0), 1.0))
    share = float(inside.mean())
    side = judgement.values["observed"] - claimed
    return Test(share, float(result.pvalue), _same(share - claimed, side))


def _same(a: float, b: float) -> bool:
    return bool(a * b > 0)


TESTS: dict[str, Callable[[Sample[Any], Judgement], Test]] = {
    "identity": _identity,
    "probability": _probability,
    "threshold": _threshold,
    "law": _law,
    "monotone": _monotone,
    "theta": textbook_paths.trend,
    "O": textbook_paths.trend,
    "omega": textbook_paths.trend,
    "bounded": textbook_paths.trend,
    "limit": textbook_paths.limit,
}
"""By kind: the textbook test. Derivations, inequalities and constructions have no statistic."""
