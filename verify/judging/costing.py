"""What replicates really cost, beside what is declared."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from verify.evidence.gathering import Evidence
from verify.judging.pipeline import Pipeline

OFF = 3.0
"""A declaration that is wrong by this factor is said."""

WORTH_SAYING = 1.0
"""CPU seconds, declared or measured, below which nobody is misled."""

MANY = 8
"""So many checks tell how fast a machine is: what it makes of all of them is no one's fault."""


@dataclass(frozen=True)
class Cost:
    """What the blocks of a check were declared to cost, and cost when they were drawn.

    Attributes
    ----------
    check : str
    drawn : int
        Replicates at every wanted cell.
    declared, measured : float
        CPU seconds of all of them.
    """

    check: str
    drawn: int
    declared: float
    measured: float

    @classmethod
    def of(cls, pipeline: Pipeline) -> Cost:
        """Return the cost of what a check has drawn."""
        evidence = pipeline.evidence
        check, drawn = evidence.check, len(evidence.positions) and evidence.n
        cells = [check.cells[position] for position in evidence.positions]
        declared = drawn * sum(check.seconds(cell) for cell in cells)
        return cls(check.id, drawn, declared, evidence.seconds() if drawn else 0.0)

    @property
    def is_worth_saying(self) -> bool:
        """Whether anybody could be misled."""
        return max(self.declared, self.measured) >= WORTH_SAYING

    @property
    def ratio(self) -> float:
        """How many times the declared cost it was; infinite where nothing was declared."""
        return self.measured / self.declared if self.declared else float("inf")

    def words(self, pace: float) -> str:
        """Say by how much the declaration is off; nothing if it is about right."""
        low, high = sorted((self.declared * pace, self.measured))
        if not self.is_worth_saying or high < OFF * low:
            return ""
        slower = "" if pace == 1 else f" (all checks here take {pace:.2g} times what they declare)"
        return (
            f"{self.check}: a replicate is declared to cost {_each(self.declared / self.drawn)} at "
            f"all cells together; measured: {_each(self.measured / self.drawn)}{slower}. "
            "seconds_per_replicate decides how far a budget goes; --replicates N goes further."
        )


def measured_cost(evidence: Evidence) -> float:
    """Return the CPU seconds of one replicate at every wanted cell (see `Evidence.each`)."""
    return sum(map(evidence.each, evidence.positions))


def misdeclared(costs: Sequence[Cost]) -> tuple[str, ...]:
    """Say which declared costs are off, apart from what the machine makes of all of them."""
    ratios = [one.ratio for one in costs if one.is_worth_saying]
    pace = statistics.median(ratios) if len(ratios) >= MANY else 1.0
    return tuple(filter(None, (one.words(pace) for one in costs)))


def _each(seconds: float) -> str:
    return f"{seconds:.2g} s" if seconds >= 0.1 else f"{1000 * seconds:.2g} ms"
