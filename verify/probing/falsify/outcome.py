"""What a search for a counter-example comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bounds import ClaimOf

Outcome = Literal["violated", "none exists", "none found", "outside the regime", "not applicable"]


@dataclass(frozen=True)
class Answer:
    """What is known of a claim, and the point that refutes it."""

    outcome: Outcome
    proved: bool = False
    counterexample: Mapping[str, Any] | None = None
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """What became of the search for a violation of one claim.

    Attributes
    ----------
    item : ClaimOf
    outcome : Outcome
        `violated`; `none exists`, which is proved; `none found`; `outside the regime`, where
        violations were seen that do not persist along any ray inside the regime of the theorem;
        or `not applicable`: nothing of the claim is checked numerically.
    seconds : float
    counterexample : mapping, or None
        ``parameters``, ``seed``, ``observed``, ``predicted`` and ``command``, which shows it again.
    proved : bool
        Whether the violation, or that there is none, is proved.
    note : str
        What else a reader should know.
    tried : int
        How many points were looked at.
    """

    item: ClaimOf
    outcome: Outcome
    seconds: float
    counterexample: Mapping[str, Any] | None = None
    proved: bool = False
    note: str = ""
    tried: int = 0

    @property
    def found(self) -> bool:
        """Whether the claim is violated."""
        return self.outcome == "violated"

    @property
    def is_unexpected(self) -> bool:
        """Whether a claim is violated that is not known to be false."""
        return self.found and self.item.claim.expected != "broken"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        return {
            "id": self.item.id,
            "outcome": self.outcome,
            "found": self.found,
            "proved": self.proved,
            "seconds": round(self.seconds, 3),
            "counterexample": self.counterexample,
            "expected": self.item.claim.expected,
            "tried": self.tried,
            "note": self.note,
        }
