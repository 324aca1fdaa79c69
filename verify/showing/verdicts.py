"""Verdicts for people: all of them in a table, and what refutes a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from verify.judging.status import Support
from verify.judging.verdict import Verdict, explain
from verify.showing.rows import UNWRAPPED
from verify.showing.tables import (
    Results,
    interval,
    number,
    outcome,
    remark,
    settings,
    summary,
)

ROOM = 40
"""Characters that a remark needs in its claim's row; else it has a line of its own."""


@dataclass(frozen=True)
class VerdictTable:
    """A report as a table with a summary below, laid out for the width of the console.

    An id is never broken: where the columns do not fit beside the ids they stand below them.

    Attributes
    ----------
    report : Results
    examples : bool
        Whether the counter-examples of what is broken as expected are shown as well.
    only : sequence of Verdict, optional
        Which verdicts are shown; all by default.
    """

    report: Results
    examples: bool = False
    only: Sequence[Verdict] | None = None

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """The verdicts that are shown."""
        return self.report.verdicts if self.only is None else self.only

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = [_columns(verdict) for verdict in self.verdicts]
        table = _verdict_table(rows)
        needed = Measurement.get(console, options.update(max_width=UNWRAPPED), table).maximum
        room = options.max_width - needed
        if not self.verdicts and self.only is not None:
            yield Text("None of the verdicts is what was asked for.")
        elif room > ROOM:
            remarks = ("" if one.is_error else remark(one) for one in self.verdicts)
            yield _verdict_table([*row, words] for row, words in zip(rows, remarks, strict=True))
        elif room >= 0:
            yield table
            yield from self._remarks_below()
        else:
            for verdict in self.verdicts:
                yield from _stacked(verdict)
        yield from errors(self.verdicts)
        yield from self._counterexamples()
        yield from self._support_below()
        yield from (Text(f"\n{words}", style="bold") for words in self.report.notes)
        yield from (Text(f"\n{words}", style="bright_black") for words in self.report.costs)
        yield summary(self.report)

    def _remarks_below(self) -> RenderResult:
        """Yield the remarks on what is not simply as it should be."""
        open_ = [verdict for verdict in self.verdicts if _is_remarkable(verdict)]
        if open_:
            yield Text("\nRemarks", style="bold")
        for verdict in open_:
            yield Text(f"{verdict.id}: {remark(verdict)}", style="bright_black")

    def _counterexamples(self) -> RenderResult:
        """Yield what refutes: at length where that is unexpected, else in a line if asked for."""
        for verdict in self.verdicts:
            if verdict.counterexample is not None and verdict.is_unexpected:
                yield Text()
                yield from counterexample(verdict)
        known = [one for one in self.verdicts if one.counterexample and one.is_expected]
        if known and self.examples:
            yield Text("\nCounter-examples", style="bold")
            for one in known:
                yield refutation(one)
                yield command(one)

    def _support_below(self) -> RenderResult:
        """Yield what each theorem rests on, unless that simply holds."""
        notable: dict[str, list[Support]] = {}
        for verdict in self.verdicts:
            said = [support for support in verdict.rests_on if support.status != "holds"]
            if said:
                notable[verdict.theorem] = said
        if notable:
            yield Text("\nRests on", style="bold")
        for theorem, said in notable.items():
            words = "; ".join(support.words(theorem.partition("/")[0]) for support in said)
            is_warning = any(support.is_warning for support in said)
            yield Text(f"{theorem}: {words}", style="bold red" if is_warning else "bright_black")


def _columns(verdict: Verdict) -> list[str | Text]:
    return [
        verdict.id,
        outcome(verdict),
        verdict.strength,
        number(verdict.predicted),
        number(verdict.observed),
        interval(verdict),
        str(verdict.replicates or ""),
    ]


def _verdict_table(rows: Iterable[Sequence[str | Text]]) -> Table:
    """Return verdicts in columns, remarks in the last one if there are any."""
    rows = [[Text(part) if isinstance(part, str) else part for part in row] for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("claim", "verdict"):
        table.add_column(name, no_wrap=True)
    table.add_column("strength", no_wrap=True, style="bright_black")
    for name in ("predicted", "observed"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("interval", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    if any(len(row) > len(table.columns) for row in rows):
        table.add_column("remark", overflow="fold", style="bright_black")
    for row in rows:
        table.add_row(*row)
    return table


def _stacked(verdict: Verdict) -> Iterator[RenderableType]:
    """Yield a verdict in lines: its id, what came out, and a remark if there is one."""
    yield Text(verdict.id, style="bold", no_wrap=True, overflow="ignore")
    line = outcome(verdict).append(f"  {figures(verdict)}" if figures(verdict) else "")
    yield Padding(line, (0, 0, 0, 2))
    if _is_remarkable(verdict):
        yield Padding(Text(remark(verdict), style="bright_black"), (0, 0, 0, 2))


def _is_remarkable(verdict: Verdict) -> bool:
    open_ = verdict.verdict == "undecided" or verdict.is_unexpected or bool(verdict.missed)
    open_ = open_ or "left_out" in verdict.detail
    return open_ and not verdict.is_error  # what is wrong is said once, of all claims that it hits


def errors(verdicts: Iterable[Verdict]) -> Iterator[RenderableType]:
    """Yield what went wrong, each error once with the claims that it hits."""
    found: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.is_error:
            found.setdefault(verdict.note or explain(verdict), []).append(verdict.id)
    if found:
        yield Text("\nErrors", style="bold red")
    for words, ids in found.items():
        for id in ids:
            yield Text(id, style="bold", no_wrap=True, overflow="ignore")
        yield Padding(Text(words), (0, 0, 0, 2))


def figures(verdict: Verdict) -> str:
    """Write what came out of a claim, in a line."""
    parts = [verdict.strength]
    if verdict.observed is not None and verdict.observed == verdict.observed:
        parts.append(f"observed {number(verdict.observed)}")
        if verdict.interval is not None:
            parts[-1] += f" in {interval(verdict)}"
        parts.append(f"predicted {number(verdict.predicted)}")
    if verdict.replicates:
        parts.append(f"n = {verdict.replicates}")
    return ", ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts if part)


def counterexample(verdict: Verdict) -> Iterator[RenderableType]:
    """Yield what refutes a claim: where, from which seed, and how to see it again."""
    example = verdict.counterexample
    assert example is not None
    yield Text.assemble(("Counter-example to ", "bold"), (verdict.id, "bold red"))
    seed = "none: nothing is drawn" if example["seed"] is None else str(example["seed"])
    if example.get("blocks"):
        seed += f", {_blocks(example['blocks'])}"
    facts = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    facts.add_column(style="bright_black", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, words in (
        ("  at", settings(example["parameters"])),
        ("  seed", seed),
        ("  observed", number(example["observed"], 8)),
        ("  predicted", number(example["predicted"], 8)),
    ):
        facts.add_row(name, Text(words))
    if sizes := example.get("sizes"):
        observed, claimed = (
            ", ".join(number(size[name]) for size in sizes) for name in ("observed", "claimed")
        )
        facts.add_row("  by size", Text(f"{observed} against {claimed}"))
    yield facts
    again = Text.assemble(("  again      ", "bright_black"), example["command"])
    again.no_wrap, again.overflow = True, "ignore"
    yield again


def refutation(verdict: Verdict) -> Text:
    """Return what refutes a claim."""
    example = verdict.counterexample
    assert example is not None
    seed = "" if example["seed"] is None else f"; seed {example['seed']}"
    return Text.assemble(
        (verdict.id, "bold"),
        f": {number(example['observed'])} against {number(example['predicted'])} at "
        f"{settings(example['parameters'])}{seed}",
    )


def command(verdict: Verdict) -> Text:
    """Return the command that shows a counter-example again, in one line that can be copied."""
    assert verdict.counterexample is not None
    line = Text(f"  {verdict.counterexample['command']}", style="bright_black")
    line.no_wrap, line.overflow = True, "ignore"
    return line


def _blocks(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"block {numbers[0]}"
    return f"blocks {numbers[0]} to {numbers[-1]}"
