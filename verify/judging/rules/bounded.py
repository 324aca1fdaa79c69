"""Rule for growth within a constant: f - g = O(1) along every path.

Judged is the difference of observable and claimed growth against the logarithm of the size: what
stays bounded has slope zero, and growth as slow as a logarithm a constant one. `trend` says what is
promised; a growth of the difference like ``log log size`` takes the place of a logarithmic factor.
Growth below the tolerance per factor e of the size is not told from none. Values without noise are
also broken by a difference that grows like a power: whose own local exponents have settled.
"""

from __future__ import annotations

import numpy as np

from bounds import Bounded
from verify.evidence.sample import Sample
from verify.judging.intervals import Moments
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.rules import trend


def judge(sample: Sample[Bounded], look: int, ledger: Ledger) -> Judgement:
    """Judge that the difference of the two sides stays bounded along each path."""
    claim = sample.claim
    if not sample.paths:
        return cannot_tell(float("nan"), "the check has no path of growing size for this claim")
    difference = sample.table(claim.observable) - sample.table(claim.of)
    sample.refuse_infinite(difference, "a side of the claim")
    if not claim.exact and not Moments.of(difference).deviation.any():
        why = "the observable has no randomness: state the claim with exact=True"
        return cannot_tell(float("nan"), why)
    found = trend.judge(
        trend.Trend(
            sample,
            difference,
            np.zeros(len(difference)),
            below=True,
            above=True,
            tolerance=claim.tolerance,
            met=f"the difference grows by less than {claim.tolerance:g} per factor e of the size",
            faster="the difference grows",
            slower="the difference falls",
        ),
        look,
        ledger,
    )
    if claim.exact and found.verdict == "undecided" and difference.all():
        powers = np.log(np.abs(difference))
        growing = trend.Trend(
            sample,
            powers,
            np.zeros(len(powers)),
            below=False,
            above=True,
            tolerance=claim.tolerance,
            faster="the difference grows like a power of the size",
        )
        again = trend.judge(growing, look, ledger)
        found = again if again.verdict == "broken" else found
    return found
