"""The error budget of a report and what each look at the data may spend of it.

Every claim may be judged wrongly with probability at most ``alpha / CLAIMS``, over all looks, for
ever: look j spends the fraction ``1/((j+1)(j+2))`` of it, and these sum to one. So a run may stop
at any look, and an undecided claim may be resumed with a larger budget without spending again; the
probability that any `broken` of a report is false is at most ``alpha``, and likewise for `holds`.
What needs no such shares, e-processes and instances without a violation, has all of it at any look.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from verify.errors import UserError

CLAIMS = 16_384
"""By how many claims a report's error is divided: a constant, so that verdicts do not change when
claims are added; `refuse_beyond` sees to it that no report has more."""

CONSISTENT = 1e-3
"""What is broken is outside the tolerance zone too, at this level: then a seed on which a claim is
broken and another on which it holds do not meet."""


def refuse_beyond(claims: int) -> None:
    """Refuse a report with more claims than its error is divided by.

    Raises
    ------
    UserError
        If there are more.
    """
    if claims > CLAIMS:
        raise UserError(
            f"A report divides its error among at most {CLAIMS} claims, and these are {claims}. "
            "Run them in several reports (each keeps its own alpha)."
        )


@dataclass(frozen=True)
class Ledger:
    """Error levels of one report.

    Parameters
    ----------
    alpha : float in (0, 1)
        Probability that any `broken` of the report is false, and that any `holds` is.
    """

    alpha: float = 0.01

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha is a probability between 0 and 1, not {self.alpha}")

    @property
    def error(self) -> float:
        """What one claim may spend, over all its looks."""
        return self.alpha / CLAIMS

    def level(self, look: int) -> float:
        """What one claim spends at look number ``look`` (from 0)."""
        return self.error / ((look + 1) * (look + 2))

    def rarest(self, n: int) -> float:
        """Share of violations that ``n`` instances without any exclude.

        However often they are looked at: who has seen none among them has seen none among the
        first, so that no look spends more than the last one would alone.
        """
        return math.log(1 / self.error) / max(n, 1)

    def instances(self, share: float) -> int:
        """How many instances without a violation exclude that so large a share violates."""
        return math.ceil(math.log(1 / self.error) / share)
