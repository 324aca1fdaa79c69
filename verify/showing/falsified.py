"""Counter-examples for people: three lines to check by hand, and a command to see them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from rich.console import Group
from rich.text import Text

from bounds import ClaimOf
from verify.catalogue.grid import shown
from verify.catalogue.registry import Registry
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
from verify.judging.verdict import finite
from verify.probing.falsify import Finding, falsify
from verify.probing.falsify.outcome import Outcome
from verify.showing.facts import one_line
from verify.showing.palette import TERMINAL
from verify.showing.plain import plain
from verify.showing.rows import as_text, terminal_width
from verify.showing.tables import number


@dataclass(frozen=True)
class FalsifyReport:
    """What became of the search for counter-examples."""

    claims: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Whether a claim is violated that is not known to be false."""
        return any(one.is_unexpected for one in self.claims)

    def __rich__(self) -> Group:
        return findings(self.claims)

    def __str__(self) -> str:
        return as_text(self, terminal_width())

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data for JSON."""
        data: dict[str, Any] = finite(
            {"schema": 1, "claims": [one.to_dict() for one in self.claims]}
        )
        return data

    @classmethod
    def of(
        cls,
        registry: Registry,
        items: Iterable[ClaimOf],
        settings: Settings,
        progress: Progress,
        seconds: float,
    ) -> FalsifyReport:
        """Search for a violation of each of the given claims."""
        return cls(tuple(falsify(registry, items, settings, progress, seconds)))


def lines(finding: Finding) -> list[str]:
    """Return what is claimed, where it is violated, and both sides there."""
    example = finding.counterexample
    if example is None:
        return []
    return [
        f"claimed: {plain(one_line(finding.item))}",
        f"at {_place(example)}",
        _sides(finding, example),
    ]


def _place(example: Mapping[str, Any]) -> str:
    """Return the parameters, and what was drawn there."""
    cell = example.get("cell") or example["parameters"]
    drawn = {k: v for k, v in example["parameters"].items() if k not in cell}
    begins = example.get("begins")
    along = f"; on the path that begins at {shown(begins)}" if begins else ""
    return shown(cell) + (f"; drawn: {shown(drawn)}" if drawn else "") + along


def _sides(finding: Finding, example: Mapping[str, Any]) -> str:
    observed, predicted = example["observed"], example["predicted"]
    left, right = (
        example.get(name, number(value, 8))
        for name, value in (("left", observed), ("right", predicted))
    )
    if left == right:
        left, right = repr(observed), repr(predicted)
    claim = finding.item.claim
    exact = "" if example["seed"] is None else f" (seed {example['seed']})"
    relation = {1: "at most", -1: "at least", 0: "equal to"}[claim.direction]
    return f"{left}, which is not {relation} {right}{exact}"


def findings(found: Sequence[Finding]) -> Group:
    """Return everything that was found, and what became of the rest."""
    parts: list[Text] = []
    for one in found:
        head = Text(f"{one.item.id}\n  ")
        style = TERMINAL["broken"] if one.found else ""
        head.append(one.outcome, style=style)
        if one.found:
            head.append(" (as expected)" if not one.is_unexpected else " (!)", style="bright_black")
            head.append(f"{', proved' if one.proved else ''}")
        elif one.proved:
            head.append(", proved")
        head.append(f"  ({one.seconds:.1f} s)")
        parts.append(head)
        parts += [Text(f"  {line}") for line in lines(one)]
        if one.note:
            parts.append(Text(f"  {one.note}", style="bright_black"))
        if one.counterexample is not None:
            command = one.counterexample["command"]
            parts.append(Text(f"  {command}", no_wrap=True, overflow="ignore"))
    parts.append(Text(""))
    parts.append(Text(summary(found)))
    return Group(*parts)


def summary(found: Iterable[Finding]) -> str:
    """Count the outcomes in a line."""
    found = list(found)
    names = get_args(Outcome)
    counts = {name: sum(one.outcome == name for one in found) for name in names}
    words = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    unexpected = sum(one.is_unexpected for one in found)
    rest = f"{unexpected} unexpected" if unexpected else "nothing unexpected"
    return f"{words}; {rest}  ({sum(one.seconds for one in found):.1f} s)"
