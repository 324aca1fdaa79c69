"""What replicates really cost, beside what is declared."""

from __future__ import annotations

from verify.evidence.gathering import Evidence
from verify.judging.pipeline import Pipeline

OFF = 3.0
"""A declaration that is wrong by this factor is said."""

WORTH_SAYING = 1.0
"""CPU seconds, declared or measured, below which nobody is misled."""


def measured_cost(evidence: Evidence) -> float:
    """Return the CPU seconds of one replicate at every wanted cell (see `Evidence.each`)."""
    return sum(map(evidence.each, evidence.positions))


def misdeclared(pipeline: Pipeline) -> str:
    """Say by how much the declared cost of a check is off; nothing if it is about right.

    What its blocks cost when they were drawn is compared with what was declared of them.
    """
    evidence = pipeline.evidence
    check, drawn = evidence.check, len(evidence.positions) and evidence.n
    cells = [check.cells[position] for position in evidence.positions]
    declared = drawn * sum(check.seconds(cell) for cell in cells)
    measured = evidence.seconds() if drawn else 0.0
    low, high = sorted((declared, measured))
    if high < WORTH_SAYING or high < OFF * low:
        return ""
    return (
        f"{check.id}: a replicate is declared to cost {_each(declared / drawn)} at all cells "
        f"together; measured: {_each(measured / drawn)}. seconds_per_replicate decides how far a "
        "budget goes; --replicates N goes further."
    )


def _each(seconds: float) -> str:
    return f"{seconds:.2g} s" if seconds >= 0.1 else f"{1000 * seconds:.2g} ms"
