"""Reports of what attacks a claim (mutants, sabotage, sharpness), as printed and written."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rich.console import Group

from bounds import ClaimOf
from verify.catalogue.registry import Registry
from verify.errors import as_typed
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
from verify.judging.judgement import Judgement
from verify.judging.pipeline import NOT_BY_REPLICATES
from verify.probing.mutants import MutantVerdict, judge_mutants
from verify.probing.sabotage import Endured, judge_sabotage
from verify.probing.sharpness import Sharpness, judge_sharpness
from verify.showing import tables
from verify.showing.rows import Printable


@dataclass(frozen=True, repr=False)
class MutantReport(Printable):
    """All changed claims of a run."""

    mutants: tuple[MutantVerdict, ...]

    @property
    def survived(self) -> int:
        """Written false claims that the evidence does not break.

        A generated one that survives may be true: the bound has slack. It is only listed.
        """
        return sum(mutant.survives for mutant in self.mutants if not mutant.generated)

    @property
    def failed(self) -> bool:
        """Whether any of those survives, and the registry does not say why."""
        return any(
            one.survives and not one.is_explained for one in self.mutants if not one.generated
        )

    @property
    def summary(self) -> dict[str, Any]:
        """Counts, of all and of the written ones; `equivalent` includes the weaker ones.

        Of those that ``survived`` some are ``explained``.
        """
        written = [mutant for mutant in self.mutants if not mutant.generated]
        return {**_counts(self.mutants), "written": _counts(written)}

    def __rich__(self) -> Group:
        return tables.mutant_table(self.mutants, self.summary)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data for JSON."""
        return {
            "schema": 1,
            "mutants": [
                {
                    "id": m.id,
                    "mutation": m.mutation,
                    "caught": m.caught,
                    "verdict": m.verdict,
                    "reason": m.reason,
                    "truth": m.truth,
                    "because": m.because,
                    "generated": m.generated,
                }
                for m in self.mutants
            ],
            "summary": self.summary,
        }

    @classmethod
    def of(
        cls, registry: Registry, items: Iterable[ClaimOf], settings: Settings, progress: Progress
    ) -> MutantReport:
        """Judge every mutant of the given claims on the evidence of a run."""
        return cls(judge_mutants(registry, items, settings, progress))


def _counts(mutants: Sequence[MutantVerdict]) -> dict[str, int]:
    false = [mutant for mutant in mutants if mutant.truth == "false"]
    return {
        "caught": sum(mutant.caught for mutant in false),
        "survived": sum(mutant.survives for mutant in false),
        "explained": sum(mutant.is_explained for mutant in false),
        "equivalent": len(mutants) - len(false),
    }


@dataclass(frozen=True, repr=False)
class SabotageReport(Printable):
    """Every claim that holds, on spoiled evidence."""

    claims: tuple[Endured, ...]

    @property
    def blind(self) -> tuple[Endured, ...]:
        """Claims that hold whatever is done, without a reason; they set the exit status."""
        return tuple(one for one in self.claims if one.is_blind)

    @property
    def unnoticed(self) -> tuple[tuple[str, str], ...]:
        """Saboteurs, with their check, that it declares and no claim notices; so do these."""
        noticed: dict[tuple[str, str], bool] = {}
        for one in self.claims:
            for way in one.ways:
                if way.declared:
                    place = way.check, way.way
                    noticed[place] = noticed.get(place, False) or way.noticed
        return tuple(place for place, seen in noticed.items() if not seen)

    @property
    def failed(self) -> bool:
        """Whether there is any of either."""
        return bool(self.blind or self.unnoticed)

    def __rich__(self) -> Group:
        return tables.sabotage_table(self.claims, self.unnoticed)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data for JSON."""
        return {
            "schema": 1,
            "claims": [
                {
                    "id": one.id,
                    "cannot_fail": one.cannot_fail,
                    "reason": one.reason,
                    "sabotages": [
                        {"way": w.way, "declared": w.declared, "verdict": w.verdict, "note": w.note}
                        for w in one.ways
                    ],
                }
                for one in self.claims
            ],
            "unnoticed": [{"check": name, "way": way} for name, way in self.unnoticed],
        }

    @classmethod
    def of(
        cls, registry: Registry, items: Iterable[ClaimOf], settings: Settings, progress: Progress
    ) -> SabotageReport:
        """Judge those of the given claims that hold, on spoiled evidence."""
        return cls(judge_sabotage(registry, items, settings, progress))


@dataclass(frozen=True, repr=False)
class SharpnessReport(Printable):
    """What the evidence of every claim that holds pins.

    Of the ``others``, by id, it is said why nothing of them is pinned.
    """

    claims: tuple[Sharpness, ...]
    others: Mapping[str, str] = field(default_factory=dict)

    failed: ClassVar[bool] = False
    """A blunt claim is no mistake."""

    def __rich__(self) -> Group:
        return tables.sharpness_table(self.claims, self.others)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data for JSON."""
        return {
            "schema": 1,
            "claims": [{"id": one.id, **one.to_dict()} for one in self.claims],
        }

    @classmethod
    def of(
        cls, registry: Registry, items: Iterable[ClaimOf], settings: Settings, progress: Progress
    ) -> SharpnessReport:
        """Find what the evidence of those of the given claims that hold pins."""
        others: dict[str, Judgement] = {}
        found = judge_sharpness(registry, items, settings, progress, others)
        return cls(found, {id: _unpinned(registry, id, one) for id, one in others.items()})


def _unpinned(registry: Registry, id: str, judgement: Judgement) -> str:
    """Say why nothing of a claim is pinned that does not hold, and what would settle it."""
    if judgement.verdict != "undecided":
        return f"{judgement.verdict}, so that there is nothing to pin"
    file = registry.file_of(id.partition("#")[0])
    claim = [*([as_typed(file)] if file else []), id]
    if judgement.reason in ("error", *NOT_BY_REPLICATES):
        how = f"`{shlex.join(['verify', 'explain', *claim])}` says why"
    else:
        how = f"`{shlex.join(['verify', 'run', '--settle', *claim])}` goes on until it is decided"
    return f"undecided, so that nothing can be pinned; {how}"
