"""How a verdict is known: one word for every `holds` and `broken`."""

from __future__ import annotations

from collections.abc import Mapping

from bounds.claims import Claim
from verify.catalogue.kinds import is_exact
from verify.judging.judgement import Judgement

STRENGTHS: Mapping[str, str] = {
    "proved": "by algebra, or in ball arithmetic: on a whole domain, or at a point that refutes",
    "certified": "in many digits, with an error that is estimated and far below the difference",
    "enumerated": "on every instance that there is at the declared settings",
    "measured": "statistically, at the error level of the report",
    "sampled": "on the instances that were drawn; rare violations are not excluded",
}
"""Every strength in words, the strongest first."""


UNPROVED = ("measured", "sampled")
"""Strengths of which one asks what the evidence pins."""


def strength(claim: Claim, judgement: Judgement, *, complete: bool = False) -> str:
    """Return how a verdict is known; the empty string where it is neither `holds` nor `broken`.

    Parameters
    ----------
    complete : bool
        Whether the instances are all members of a finite set.
    """
    if judgement.verdict not in ("holds", "broken"):
        return ""
    if judgement.strength:
        return judgement.strength
    if not claim.observed:
        return "proved"
    if not is_exact(claim):
        return "measured"
    return "enumerated" if complete else "sampled"
