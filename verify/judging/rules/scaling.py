"""Rule for growth claims: Theta, O and Omega along the rays of a regime.

Judged is the logarithm of observable over claimed growth, for Theta on both sides, for O above and
for Omega below; `trend` says what is promised. A claim on a mean is judged by the logarithms of
the two means, linearised at them and paired replicate by replicate, so that a growth that is
random itself carries its own error.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bounds import BigO, Omega, Theta
from verify.evidence.sample import Array, OddValue, Sample
from verify.judging.intervals import Moments
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.rules import bracket, trend

Growth = Theta | BigO | Omega


class Sides(NamedTuple):
    """On which sides of the stated exponent a claim can be broken, and what is said if it holds."""

    below: bool
    above: bool
    met: str


SIDES = {
    "theta": Sides(True, True, "within {:g} of the stated one"),
    "O": Sides(False, True, "below the stated one or at most {:g} beyond it"),
    "omega": Sides(True, False, "above the stated one or at most {:g} beyond it"),
}

LARGEST_RELATIVE_ERROR = 0.05
"""Relative standard error of a cell's mean above which its logarithm is not used."""


NOT_POSITIVE = "the claimed growth is not positive"
NO_LOGARITHM = (
    "the observable is not positive, so it has no logarithm: what grows is a size, "
    'sp.Abs(...) say; functional="mean" takes the logarithm of its mean'
)


def judge(sample: Sample[Growth], look: int, ledger: Ledger) -> Judgement:
    """Judge that the observable divided by the claimed growth stays bounded along each path."""
    claim = sample.claim
    if not sample.paths:
        return cannot_tell(float("nan"), "the check has no path of growing size for this claim")
    growth = sample.table(claim.of)
    sample.refuse_infinite(growth, "the claimed growth")
    if np.any(growth.mean(axis=1) <= 0):
        bad = int(np.argmin(growth.mean(axis=1)))
        return cannot_tell(float("nan"), NOT_POSITIVE, cell=bad)
    residuals, usable = _residuals(sample, growth)
    if not claim.exact and not Moments.of(residuals).deviation.any():
        why = "the observable has no randomness: state the claim with exact=True"
        return cannot_tell(float("nan"), why)
    sides = SIDES[claim.kind]
    stated = np.log(growth.mean(axis=1))
    if not claim.exact and np.ptp(growth, axis=1).any():  # the exponent is that of the ratio
        stated = np.zeros(len(stated))
    width = claim.tolerance + _logarithmic_slack(sample)
    return trend.judge(
        trend.Trend(
            sample,
            residuals,
            stated,
            sides.below,
            sides.above,
            width,
            amplitude=claim.amplitude,
            logarithms=claim.log_slack,
            usable=usable,
            met=f"exponent {sides.met.format(claim.tolerance)}",
        ),
        look,
        ledger,
    )


def _refuse_nonpositive(sample: Sample[Growth], values: Array, words: str) -> None:
    """Refuse (cells, n) values that have no logarithm, with the first of them."""
    if np.any(values <= 0):
        cell, row = (int(at) for at in np.argwhere(values <= 0)[0])
        raise OddValue(words, cell, sample.row_of(cell, row))


def _residuals(sample: Sample[Growth], growth: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Logarithm of the functional minus that of the claimed growth, per replicate.

    Returns
    -------
    (cells, n) values whose means are the logarithms, and which cells may be used. For the
    logarithm of a mean, the values are linearised at the mean.
    """
    claim = sample.claim
    values = sample.table(claim.observable)
    usable = np.ones(len(values), dtype=bool)
    sample.refuse_infinite(values, "the observable")
    if claim.exact or claim.functional == "logmean":
        _refuse_nonpositive(sample, values, NO_LOGARITHM)
        _refuse_nonpositive(sample, growth, NOT_POSITIVE)
        residual = np.log(values) - np.log(growth)
    else:
        (log_mean, ours, near), (log_growth, theirs, close) = map(_log_mean, (values, growth))
        residual = (log_mean - log_growth)[:, None] + ours - theirs
        usable = np.logical_and(near, close)
    return residual, usable


def _log_mean(values: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return logarithms of the means, relative deviations from these, and where both are known."""
    moments = Moments.of(values)
    if np.any(moments.mean <= 0):
        raise ValueError(
            "the mean of the observable is not positive, so it has no logarithm: what grows is a "
            "size, sp.Abs(...) say"
        )
    relative = (values - moments.mean[:, None]) / moments.mean[:, None]
    known = moments.standard_error < LARGEST_RELATIVE_ERROR * moments.mean
    return np.log(moments.mean), relative, np.asarray(known, dtype=bool)


def _logarithmic_slack(sample: Sample[Growth]) -> float:
    """Widen the zone for a claim "up to log factors"."""
    if not sample.claim.log_slack:
        return 0.0
    sizes = [bracket.sizes_along(sample, path)[-1] for path in sample.paths]
    return float(sample.claim.log_slack / np.log(max(min(sizes), math.e)))
