"""The first screen of a run of many claims: what was found, and what to type next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from verify.catalogue.registry import Registry
from verify.errors import as_typed
from verify.evidence.settings import Settings
from verify.judging.standing import Standing
from verify.judging.verdict import Verdict
from verify.showing.findings import Finding, findings
from verify.showing.plain import plain
from verify.showing.tables import Results, remark, summary
from verify.showing.verdicts import counterexample, errors
from verify.words import counted

FEW = 12
"""Up to so many claims, or those of one statement, are shown one by one at once."""

FINDINGS, LINES = 6, 2
"""So many findings stand on the screen, in so many lines for what is wrong and what is true."""

LABEL = 14
"""Width of the column that says which is which."""

UNEXPECTED = 8
"""So many unexpected verdicts are shown at length; the others are named."""

HEADS: Mapping[Standing, tuple[str, str]] = {
    "holds": ("holds", "green"),
    "holds outside its regime": ("outside\nits\nregime", "yellow"),
    "false as printed": ("false as\nprinted,\nas known", "red"),
    "no violation yet": ("no\nviolation\nyet", "cyan"),
    "needs more": ("needs\nmore", "yellow"),
    "not applicable": ("not\napplicable", "bright_black"),
    "unexpected": ("un-\nexpected", "bold red"),
}

assert tuple(HEADS) == get_args(Standing)


def is_long(verdicts: Sequence[Verdict]) -> bool:
    """Return whether verdicts are too many to be read one by one."""
    return len(verdicts) > FEW and len({verdict.theorem for verdict in verdicts}) > 1


@dataclass(frozen=True)
class Screen:
    """A report on one screen.

    Attributes
    ----------
    report : Results
    registry : Registry
        What the statements say of themselves.
    settings : Settings
        How the run was done.
    asked : sequence of str
        What it was called with, for the commands that continue from it.
    table : str
        The file that has all verdicts.
    """

    report: Results
    registry: Registry
    settings: Settings
    asked: Sequence[str]
    table: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield _counts(self.report.verdicts)
        yield from self._unexpected()
        yield from self._findings(options.max_width)
        yield from (Text(f"\n{words}", style="bold") for words in self.report.notes)
        yield summary(self.report)
        if wrong := len(self.report.costs):
            costs = "cost of 1 check is" if wrong == 1 else f"costs of {wrong} checks are"
            words = f"The declared {costs} off by a factor of 3 or more."
            yield Text(words, style="bright_black")
        yield from self._next()

    def _unexpected(self) -> RenderResult:
        odd = [verdict for verdict in self.report.verdicts if verdict.is_unexpected]
        wrong = [verdict for verdict in odd if not verdict.is_error]
        for verdict in wrong[:UNEXPECTED]:
            yield Text()
            if verdict.counterexample is not None:
                yield from counterexample(verdict)
            else:
                yield Text.assemble((verdict.verdict, "bold"), " ", (verdict.id, "bold red"))
                yield Padding(Text(remark(verdict)), (0, 0, 0, 2))
        if more := wrong[UNEXPECTED:]:
            yield Text(f"\nUnexpected too: {', '.join(verdict.id for verdict in more)}")
        yield from errors(odd)

    def _findings(self, width: int) -> RenderResult:
        found = findings(self.registry, self.report.verdicts)
        if not found:
            return
        yield Text("\nFalse as printed, the weightiest first", style="bold")
        for one in found[:FINDINGS]:
            yield from _finding(one, width)
        if more := found[FINDINGS:]:
            words = f"  and in {counted(len(more), 'other statement')}"
            yield Text(words, style="bright_black")

    def _next(self) -> RenderResult:
        yield Text("\nNext", style="bold")
        for command, words in self._commands():
            yield Text(f"  {command}", no_wrap=True, overflow="ignore")
            yield Padding(Text(words, style="bright_black"), (0, 0, 0, 6))

    def _commands(self) -> Iterator[tuple[str, str]]:
        """Yield what to type next, and what for."""
        again = " ".join(["verify run", *_typed(self.asked or ["--all"])])
        again += "".join(f" {shlex.quote(one)}" for one in self.settings.options)
        as_far = shlex.join(self.settings.reach)
        wanting = [one for one in self.report.verdicts if one.is_open]
        wrong = [one for one in self.report.verdicts if one.is_unexpected]
        known = [one for one in self.report.verdicts if one.standing == "false as printed"]
        if wrong:
            yield (
                f"{again} {as_far} --only unexpected",
                "what came out against expectation",
            )
        within = sum(map(self._is_within_full, wanting))
        if within and self.report.budget == "quick":
            judged = [one for one in self.report.verdicts if not one.is_error]
            undecided = [one for one in judged if one.verdict == "undecided"]
            words = f"of the {len(undecided)} that are undecided, {within} should be settled by it"
            if meant := sum(not one.is_open for one in undecided):
                words += f"; {meant} {'is' if meant == 1 else 'are'} expected to stay so"
            yield f"{again} --budget full", f"goes on from here: {words}"
        if wanting:
            first = next((one for one in wanting if not one.no_violation_yet), wanting[0])
            yield (
                shlex.join(
                    ["verify", "explain", *self._file(first), first.id, *self.settings.in_store]
                ),
                "why one of them is undecided, and what would settle it",
            )
        if known:
            yield (
                f"{again} {as_far} --only broken",
                "every claim that is false, with its counter-example",
            )
        yield f"less {shlex.quote(self.table)}", "all verdicts, and what each statement rests on"

    def _is_within_full(self, verdict: Verdict) -> bool:
        """Whether the forecast of an undecided claim is within the full budget."""
        check, needed = self.registry.check_of(verdict.id), verdict.detail.get("forecast")
        return needed is not None and check is not None and needed <= check.size_of("full")

    def _file(self, verdict: Verdict) -> list[str]:
        """Return the file of the user's own that a claim is in, if it is in one."""
        file = self.registry.file_of(verdict.theorem)
        return [as_typed(file)] if file else []


def _typed(asked: Sequence[str]) -> list[str]:
    """Return arguments as a shell takes them; where all files of a folder stand, its pattern."""
    named = {str(Path(one)) for one in asked}
    typed = []
    for one in asked:
        folder = Path(one).parent
        every = {str(file) for file in folder.glob("*.py")} if one.endswith(".py") else set()
        whole = len(every) > 1 and every <= named
        pattern = "*.py" if folder == Path() else f"{shlex.quote(str(folder))}/*.py"
        typed.append(pattern if whole else shlex.quote(one))
    return list(dict.fromkeys(typed))


def _counts(verdicts: Sequence[Verdict]) -> Table:
    """Return the table of papers and standings."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for head, style in HEADS.values():
        table.add_column(Text(head, style=style), justify="right", vertical="bottom", no_wrap=True)
    papers: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        papers.setdefault(verdict.id.partition("/")[0], []).append(verdict)
    for paper, own in papers.items():
        table.add_row(paper, *_row(own))
    if len(papers) > 1:
        table.add_section()
        table.add_row("in all", *_row(verdicts), style="bold")
    return table


def _row(verdicts: Iterable[Verdict]) -> list[Text]:
    verdicts = list(verdicts)
    counts = Counter(verdict.standing for verdict in verdicts)
    cells = {name: str(counts[name] or "·") for name in HEADS}
    if blunt := sum(verdict.is_blunt for verdict in verdicts):
        cells["needs more"] += f" ({blunt} blunt)"
    return [
        Text(cell, style="bright_black" if cell == "·" else HEADS[name][1])
        for name, cell in cells.items()
    ]


def _finding(one: Finding, width: int) -> Iterator[RenderableType]:
    """Yield a finding: the claim, what is wrong with it, and what is true."""
    head = Text.assemble("  ", (one.id, "bold"), no_wrap=True, overflow="ignore")
    about = f"  {one.title}{f' (and {one.others} more)' * bool(one.others)}"
    if len(head) + len(about) <= width:
        head.append(about, style="bright_black")
    yield head
    wrong = "harmless" if one.harmless else "wrong"
    for label, words in ((wrong, one.why), ("true", one.correct)):
        if words:
            yield _labelled(label, plain(words), width)


def _labelled(label: str, words: str, width: int) -> RenderableType:
    """Return words behind a label, cut to a few lines."""
    wrapped = Text(words).wrap(Console(width=width), width - LABEL)
    lines = list(wrapped[:LINES])
    if len(wrapped) > LINES:
        lines[-1].rstrip()
        lines[-1].truncate(width - LABEL - 1)
        lines[-1].append("…")
    grid = Table.grid()
    grid.add_column(style="bright_black", width=LABEL)
    grid.add_column()
    grid.add_row(f"    {label}", Text("\n").join(lines))
    return grid
