"""Synthetic claims whose truth is known, to measure how often the decision rules are wrong.

A `Case` is a claim with a simulation whose law is known exactly, and the verdicts that would be
wrong for it. `decide` judges it look by look with the product's own rules. The lists are used by
the statistical tests and by ``benchmarks/verifier_rates.py``; a case marked ``held_out`` was
written after the rules and is no part of what they were tuned on.
"""

from __future__ import annotations

from synthetic.cases import EDGE, FALSE, TRUE, Case, Outcome, PerClaim, case, decide
from synthetic.growth import growths
from synthetic.limits import limits, thresholds
from synthetic.means import identities, instances, probabilities
from synthetic.orders import differences, distributions, horizons, monotones

__all__ = [
    "EDGE", "FALSE", "TRUE", "Case", "Outcome", "PerClaim", "all_cases", "case", "decide",
]  # fmt: skip


def all_cases() -> list[Case]:
    """Every case of every kind."""
    return [
        one
        for family in (
            identities,
            probabilities,
            instances,
            growths,
            limits,
            thresholds,
            monotones,
            horizons,
            differences,
            distributions,
        )
        for one in family()
    ]
