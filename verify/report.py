"""Reports: what a run returns, prints and writes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.errors import UserError
from verify.judging.verdict import Verdict, finite

if TYPE_CHECKING:
    from verify.probing.mutants import MutantReport

SCHEMA = 1


@dataclass(frozen=True)
class Report:
    """All verdicts of a run, with the versions and seeds that reproduce it.

    Attributes
    ----------
    verdicts : tuple of Verdict
    budget, alpha, seed, version :
        What the run was started with.
    seconds : float
        Wall-clock time.
    versions : mapping
        Of Python and the numerical libraries.
    context : object
        What plots need (registry and store); not part of the data.
    """

    verdicts: tuple[Verdict, ...]
    budget: str
    alpha: float
    seed: int
    version: str
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    context: Any = field(default=None, compare=False, repr=False)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)

    def __getitem__(self, claim_id: str) -> Verdict:
        """Return the verdict on one claim, by id or by the part behind ``#`` if that is unique."""
        matches = [v for v in self.verdicts if v.id == claim_id or v.id.endswith(f"#{claim_id}")]
        if len(matches) != 1:
            raise KeyError(f"{claim_id!r} names {len(matches)} claims of this report")
        return matches[0]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Counts of verdicts."""
        counts = Counter(verdict.verdict for verdict in self.verdicts)
        return {
            "holds": counts["holds"],
            "broken": counts["broken"],
            "undecided": counts["undecided"],
            "not_applicable": counts["not applicable"],
            "unexpected": sum(verdict.is_unexpected for verdict in self.verdicts),
            "seconds": round(self.seconds, 3),
        }

    @property
    def exit_status(self) -> int:
        """0 all as expected, 1 something unexpected, 3 nothing unexpected but something open."""
        if self.summary["unexpected"]:
            return 1
        return 3 if any(verdict.is_open for verdict in self.verdicts) else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data: the JSON of ``verify run --json``."""
        return finite(
            {
                "schema": SCHEMA,
                "version": self.version,
                "budget": self.budget,
                "alpha": self.alpha,
                "seed": self.seed,
                "statement": f"The probability that any 'broken' of this report is false is at "
                f"most {self.alpha:g}, and likewise for 'holds'.",
                "versions": self.versions,
                "claims": [verdict.to_dict() for verdict in self.verdicts],
                "summary": self.summary,
            }
        )

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the report as JSON, and write it to ``path`` if one is given."""
        text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        if path is not None:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(text + "\n", encoding="utf-8")
        return text

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], context: Any = None) -> Report:
        """Read back what `to_dict` wrote."""
        return cls(
            verdicts=tuple(Verdict.from_dict(claim) for claim in data["claims"]),
            budget=data["budget"],
            alpha=data["alpha"],
            seed=data["seed"],
            version=data["version"],
            seconds=data["summary"]["seconds"],
            versions=data.get("versions", {}),
            context=context,
        )

    def plot(self, claim_id: str | None = None) -> Any:
        """Draw predicted against observed: one panel per claim that has something to draw.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        UserError
            If none of the claims has a picture, or the replicates are not in the store.
        """
        from verify.showing.plots import plot_report

        return plot_report(self, claim_id)

    def mutants(self) -> MutantReport:
        """Judge changed versions of the claims on the evidence of this report.

        Raises
        ------
        UserError
            If the report has no store to read replicates from.
        """
        from verify.probing.mutants import mutants_of

        return mutants_of(self)

    def __rich__(self) -> Any:
        from verify.showing.tables import VerdictTable

        return VerdictTable(self)

    def __str__(self) -> str:
        from verify.showing.tables import as_text, terminal_width

        return as_text(self, terminal_width())

    def _repr_html_(self) -> str:
        from verify.showing.tables import as_html

        return as_html(self)


def context_of(report: Report) -> tuple[Any, Any]:
    """Return the registry and the settings of a report.

    Raises
    ------
    UserError
        If the report is mere data, without a store to read replicates from.
    """
    if report.context is None:
        raise UserError("This report has no store to read replicates from; use verify.load.")
    return report.context
