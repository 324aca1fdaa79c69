"""Decision rules, one file per kind of claim; `judge` finds the one for a claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from verify.evidence.sample import OddValue, Sample
from verify.judging.judgement import Judgement, as_usual, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.rules import (
    always,
    bounded,
    box,
    exact,
    identity,
    law,
    limit,
    monotone,
    probability,
    scaling,
    shares,
    threshold,
    ties,
)

Rule = Callable[[Sample[Any], int, Ledger], Judgement]

RULES: dict[str, Rule] = {
    "identity": identity.judge,
    "probability": probability.judge,
    "deterministic": exact.judge_inequality,
    "construction": exact.judge_inequality,
    "always": always.judge,
    "law": law.judge,
    "theta": scaling.judge,
    "O": scaling.judge,
    "omega": scaling.judge,
    "bounded": bounded.judge,
    "limit": limit.judge,
    "threshold": threshold.judge,
    "monotone": monotone.judge,
}
"""Rules for claims that are judged on evidence (derivations are judged by algebra)."""


CONTRADICTIONS = (probability.IMPOSSIBLE, shares.NO_PROBABILITY, law.LEAVES, law.FALLS)


def contradicts_itself(judgement: Judgement) -> bool:
    """Whether a claim says of a probability, or of a law, what is true of none.

    It is false without any evidence, and judged as an error of who wrote it.
    """
    return any(words in judgement.note for words in CONTRADICTIONS)


@as_usual
def judge(sample: Sample[Any], look: int, ledger: Ledger) -> Judgement:
    """Judge a claim on its sample at one look."""
    if not sample.cells:
        where = sample.claim.where
        return Judgement(
            "not applicable",
            "no cell of the grid meets the required hypotheses"
            + ("" if where is None else f" and where, {where}"),
            float("nan"),
            float("nan"),
        )
    if sample.n == 0:
        return Judgement(
            "undecided",
            "noise",
            float("nan"),
            float("nan"),
            note="at some cell no replicate lies inside the event that the claim is conditional on",
        )
    rule = RULES[sample.claim.kind] if sample.claim.box is None else box.judge
    try:
        judgement = _unless_by_rounding(rule(sample, look, ledger), rule, sample, look, ledger)
    except OddValue as odd:
        return cannot_tell(float("nan"), str(odd), cell=odd.cell, row=odd.row)
    if sample.shares is None:
        return judgement
    low, high = min(sample.shares), max(sample.shares)
    event = f"{sample.n} replicates per cell inside {sample.claim.given}, which has frequency "
    event += " to ".join(dict.fromkeys(f"{share:.3g}" for share in (low, high)))
    return replace(judgement, note="; ".join(part for part in (judgement.note, event) if part))


def _unless_by_rounding(
    judgement: Judgement, rule: Rule, sample: Sample[Any], look: int, ledger: Ledger
) -> Judgement:
    """Take a verdict back that another rounding of its events would turn."""
    if judgement.verdict not in ("holds", "broken") or (found := ties.turned(sample)) is None:
        return judgement
    turned, words = found
    if rule(turned, look, ledger).verdict == judgement.verdict:
        return judgement
    note = f"{words}: state it between whole numbers, or let the simulation say what happens"
    return replace(judgement, verdict="undecided", reason="rounding", p_value=None, note=note)
