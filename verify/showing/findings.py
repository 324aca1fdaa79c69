"""What was found false as printed, the weightiest first, with what is really true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from verify.catalogue.registry import Registry
from verify.errors import UserError
from verify.judging.verdict import Verdict

WEIGHTS = (
    "theorem",
    "corollary",
    "proposition",
    "lemma",
    "equation",
    "claim",
    "remark",
    "definition",
    "example",
    "proof",
)
"""Kinds of statements, the weightiest first."""


@dataclass(frozen=True)
class Finding:
    """A claim that is false as printed, with what its theorem says of that.

    Attributes
    ----------
    id : str
    title : str
        Of the statement.
    why, correct : str
        What is wrong, and what is right; the latter is empty if the theorem does not say it.
    harmless : bool
        Whether nothing in the paper rests on it.
    others : int
        How many more there are in the same statement.
    """

    id: str
    title: str
    why: str
    correct: str
    harmless: bool
    others: int = 0

    @property
    def theorem(self) -> str:
        """Id of the statement."""
        return self.id.partition("#")[0]

    @property
    def kind(self) -> str:
        """What the paper calls the statement: theorem, lemma."""
        return self.theorem.partition("/")[2].partition("-")[0]


def findings(registry: Registry, verdicts: Iterable[Verdict]) -> list[Finding]:
    """Return one finding per statement of which something is broken as expected.

    What is not harmless comes before what is, a theorem before a lemma, and the papers take turns.
    """
    found = [
        finding
        for one in verdicts
        if one.standing == "false as printed" and (finding := _finding(registry, one.id))
    ]
    found.sort(key=lambda one: one.harmless)
    by_theorem: dict[str, list[Finding]] = {}
    for one in found:
        by_theorem.setdefault(one.theorem, []).append(one)
    first = [
        Finding(one.id, one.title, one.why, one.correct, one.harmless, len(rest))
        for one, *rest in by_theorem.values()
    ]
    first.sort(key=_weight)
    turns: Counter[tuple[object, ...]] = Counter()
    order: dict[str, tuple[object, ...]] = {}
    for one in first:
        paper = one.theorem.partition("/")[0]
        turns[paper, _weight(one)] += 1
        order[one.id] = (*_weight(one), turns[paper, _weight(one)])
    return sorted(first, key=lambda one: order[one.id])


def _weight(one: Finding) -> tuple[bool, int]:
    return one.harmless, WEIGHTS.index(one.kind)


def _finding(registry: Registry, name: str) -> Finding | None:
    """Return what a theorem says of a claim that is expected to be broken, if it is registered."""
    try:
        (item,) = registry.resolve([name])
    except UserError:  # a report may speak of somebody else's file
        return None
    theorem, claim = item.theorem, item.claim
    erratum = next((one for one in theorem.errata if one.refuted == claim.name), None)
    correct, harmless = (erratum.correct, erratum.harmless) if erratum else ("", False)
    return Finding(name, theorem.title, claim.because, correct, harmless)
