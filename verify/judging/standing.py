"""Where a verdict leaves a claim: what the first screen counts, and what can be asked for."""

from __future__ import annotations

from typing import Literal

from bounds import Claim
from verify.catalogue.kinds import is_exact, kind_of
from verify.judging.judgement import TOO_FEW, Judgement

Standing = Literal[
    "holds",
    "holds outside its regime",
    "false as printed",
    "no violation yet",
    "needs more",
    "not applicable",
    "unexpected",
]


def nothing_violates(claim: Claim, judgement: Judgement) -> bool:
    """Return whether an undecided claim only wants more of what already speaks for it.

    That is so of a claim on every instance of which no instance violates it, and of a one-sided
    claim on a mean, a frequency or an exponent whose estimate lies on the right side.
    """
    if judgement.verdict != "undecided" or judgement.reason != "noise":
        return False
    if claim.expected == "broken" or TOO_FEW in judgement.note:
        return False
    if is_exact(claim) and not kind_of(claim).joins_instances:
        return True
    side = claim.direction
    return side != 0 and side * (judgement.observed - judgement.predicted) <= 0
