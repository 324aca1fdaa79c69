"""Reports and lists for people: in a terminal, as text, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Group
from rich.text import Text

from verify.errors import printable
from verify.judging import regimes
from verify.judging.assuming import ASSUMPTIONS, kinds_of
from verify.judging.verdict import Verdict, explain
from verify.showing.palette import TERMINAL
from verify.showing.plain import plain
from verify.showing.rows import Rows, Words
from verify.words import counted

if TYPE_CHECKING:
    from verify.probing.mutants import MutantVerdict
    from verify.probing.sabotage import Endured
    from verify.probing.sharpness import Sharpness


def number(value: float | None, digits: int = 4) -> str:
    """Write a number as briefly as its size allows."""
    if value is None or value != value:
        return "-"
    if value == 0:
        return "0"
    if abs(value) in (float("inf"),):
        return "inf" if value > 0 else "-inf"
    if 1e-3 <= abs(value) < 1e5:
        return f"{value:.{digits}g}"
    return f"{value:.{max(digits - 2, 1)}g}"


def interval(verdict: Verdict) -> str:
    """Write the decision interval."""
    if verdict.interval is None:
        return ""
    low, high = (number(end) for end in verdict.interval)
    return f"[{low}, {high}]"


def outcome(verdict: Verdict) -> Text:
    """Write the verdict in its colour, with a mark if it is not the expected one.

    Where something went wrong there is none, and the word is ``error``.
    """
    if verdict.is_error:
        return Words(verdict.word, style="bold red" if verdict.is_unexpected else "")
    text = Words(verdict.word, style=TERMINAL[colour(verdict)])
    if verdict.is_unexpected:
        text.append(" (!)", style="bold red")
    elif verdict.verdict == "broken" or verdict.verdict == verdict.expected == "undecided":
        text.append(" (as expected)", style="bright_black")
    return text


def colour(verdict: Verdict) -> str:
    """Return whose colour in a palette a verdict has: outside its regime no claim is green."""
    return "undecided" if verdict.missed else verdict.verdict


def remark(verdict: Verdict) -> str:
    """Say in a line what else a reader should know about a verdict."""
    if verdict.reason == "error" and verdict.note:  # what is wrong, and not what may be
        parts = [f"error: {verdict.note}"]
    elif verdict.verdict == "undecided":
        parts = [explain(verdict)]
        forecast = verdict.detail.get("forecast")
        if forecast is not None and forecast < float("inf"):
            parts.append(f"about {forecast:.0f} replicates per cell would tell")
        parts.append(verdict.note)
    elif verdict.verdict == "broken":
        parts = [explain(verdict), verdict.note]
    else:
        parts = [verdict.note or explain(verdict)]
    if verdict.missed:
        which = ", ".join(verdict.missed)
        parts.insert(0, f"outside the regime{regimes.short_by(verdict.missed)}: {which}")
    parts += [" · ".join(verdict.pins), verdict.why_blunt]
    parts.append(verdict.detail.get("left_out", ""))
    if verdict.assuming:
        parts.append(f"assuming {verdict.assuming}")
    if verdict.is_unexpected:
        parts.insert(0, f"expected {verdict.expected}")
    parts += [
        support.words(verdict.theorem.partition("/")[0])
        for support in verdict.rests_on
        if support.is_warning
    ]
    return "; ".join(part for part in parts if part)


def settings(values: Mapping[str, Any]) -> str:
    """Write changed parameters."""
    return printable(", ".join(f"{name} = {_value(value)}" for name, value in values.items()))


def _value(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"({', '.join(map(_value, value))})"
    return number(value, 6) if isinstance(value, float) else str(value)


class Results(Protocol):
    """What of a report is shown."""

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """The verdict on every claim."""

    @property
    def summary(self) -> Mapping[str, Any]:
        """Counts of verdicts."""

    @property
    def version(self) -> str:
        """Of this package."""

    @property
    def budget(self) -> str:
        """How far the run went."""

    @property
    def replicates(self) -> int | None:
        """Up to how many replicates per cell, where that was not left to the budget."""

    @property
    def alpha(self) -> float:
        """Error of the whole report."""

    @property
    def seed(self) -> int:
        """Root of all randomness."""

    @property
    def seconds(self) -> float:
        """Wall-clock time."""

    @property
    def set(self) -> Mapping[str, Any]:
        """Parameters of the grids that were changed."""

    @property
    def files(self) -> Sequence[Mapping[str, str]]:
        """Name and hash of the user's own files."""

    @property
    def notes(self) -> Sequence[str]:
        """What became of stored replicates that were not as they should be."""

    @property
    def costs(self) -> Sequence[str]:
        """Which declared costs are far from what was measured."""


def summary(report: Results) -> Text:
    """Return the counts of verdicts, and what the error level means."""
    counts = report.summary
    parts = [f"{counts['holds']} hold{'s' * (counts['holds'] == 1)}", f"{counts['broken']} broken"]
    if blunt := sum(verdict.is_blunt for verdict in report.verdicts):
        parts[0] += f" ({blunt} of them blunt: no constant or exponent is pinned"
        bare = sum(verdict.prints_nothing for verdict in report.verdicts)
        parts[0] += f"; {bare} print none)" if bare else ")"
    if outside := sum(bool(verdict.missed) for verdict in report.verdicts):
        whose = f"{outside} of them outside the regime of their theorem"
        parts[0] += f" ({'outside the regime of its theorem' if counts['holds'] == 1 else whose})"
    wrong = sum(verdict.is_error for verdict in report.verdicts)
    parts.append(f"{counts['undecided'] - wrong} undecided")
    if clear := sum(verdict.no_violation_yet for verdict in report.verdicts):
        parts[-1] += f" ({clear} of them without a violation so far)"
    if wrong:
        parts.append(f"{wrong} {'error' if wrong == 1 else 'errors'}")
    if counts["not_applicable"]:
        parts.append(f"{counts['not_applicable']} not applicable")
    text = Words("\n" + ", ".join(parts), style="bold")
    unexpected = counts["unexpected"]
    text.append(
        f"; {unexpected} unexpected" if unexpected else "; nothing unexpected",
        style="bold red" if unexpected else "bold green",
    )
    changed = f"{settings(report.set)}, " if report.set else ""
    text.append(
        f"  ({changed}{reach(report)}, seed {report.seed}, {_wall(report)})\n"
        + promise(report.alpha, report.verdicts),
        style="bright_black",
    )
    return text


def _wall(report: Results) -> str:
    return f"{report.seconds:.1f}\N{NO-BREAK SPACE}s"


def reach(report: Results) -> str:
    """Say how far a run went."""
    if report.replicates is not None:
        return f"up to {counted(report.replicates, 'replicate')} per cell"
    return f"budget {report.budget}"


def promise(alpha: float, verdicts: Sequence[Verdict]) -> str:
    """Return what is said under a report: what its error level means, and on which assumptions."""
    sampled = sum(one.verdict == "holds" and one.strength == "sampled" for one in verdicts)
    drawn = sampled or any(one.strength == "measured" for one in verdicts)
    again = sum(bool((one.detail.get("confirmation") or {}).get("agrees")) for one in verdicts)
    words = [
        f"The probability that any 'broken' here is false is at most {alpha:g}"
        + (", if replicates are independent" if drawn else "")
        + "; so for 'holds', at what was tested and within its tolerance."
    ]
    if assuming := [one.assuming for one in verdicts if one.assuming]:
        kinds = [kind for assumed in assuming for kind in kinds_of(assumed)]
        what = [
            ASSUMPTIONS[kind] + (f" ({kinds.count(kind)})" if len(assuming) > 1 else "")
            for kind in ASSUMPTIONS
            if kind in kinds
        ]
        who = f"{len(assuming)} verdicts assume" if len(assuming) > 1 else "1 verdict assumes"
        words.append(f"{who} more: {' and '.join(what)}.")
    if sampled:
        be = "are" if sampled > 1 else "is"
        words.append(f"{sampled} {be} 'sampled': violations rarer than those tried may exist.")
    if again:
        were = "were" if again > 1 else "was"
        words.append(f"{again} {were} judged again on a fresh seed, none to the contrary.")
    return " ".join(words)


def mutant_table(mutants: Sequence[MutantVerdict], counts: Mapping[str, Any]) -> Group:
    """Return the mutants as a table, those that survive marked, with the share that is caught.

    Of the generated ones only those that survive are listed.
    """
    rows = [
        (
            one.id,
            plain(one.mutation),
            plain(_fate(one)),
            number(one.predicted),
            number(one.observed),
        )
        for one in mutants
        if one.survives or not one.generated
    ]
    if not mutants:
        return Group(Text("There are no mutants of these claims."))
    written = counts["written"]
    explained = written["explained"]
    style = "bold red" if written["survived"] > explained else "bold green"
    made = {name: counts[name] - written[name] for name in ("caught", "survived")}
    return Group(
        Rows(("claim", "mutation", "fate", "predicted", "observed"), rows),
        Text(
            f"\n{_share(written)} false mutants caught, {written['survived']} survive"
            f"{f', {explained} of them with a reason' if explained else ''}; "
            f"{written['equivalent']} equivalent or weaker.",
            style=style,
        ),
        Text(
            f"{_share(made)} generated ones caught; a bound of which a stricter form survives "
            "has slack, or its evidence is blunt."
        ),
    )


def _fate(mutant: MutantVerdict) -> str:
    if mutant.truth != "false":
        return f"{mutant.truth} ({mutant.because})"
    if mutant.survives:
        why = f": {mutant.reason}" if mutant.verdict == "undecided" else ""
        why += f"; {mutant.because}" if mutant.because else ""
        known = mutant.generated or mutant.is_explained
        return f"{'survives' if known else 'SURVIVES'} ({mutant.verdict}{why})"
    return f"caught, though said to survive: {mutant.because}" if mutant.because else "caught"


def sharpness_table(claims: Sequence[Sharpness], others: Mapping[str, str]) -> Group:
    """Return what is pinned of every claim that holds, and why nothing of the others is."""
    rest = [Text(f"{id}: {words}") for id, words in others.items()]
    if not claims:
        none = Text("None of these claims holds on replicates, so that none pins anything.")
        return Group(none, *rest)
    rows = [
        (
            one.id,
            " · ".join([*(pin.words for pin in one.pins), *([one.reason] if one.is_blunt else [])]),
            "blunt" if one.is_blunt else "",
        )
        for one in claims
    ]
    bare = sum(not one.pins for one in claims)
    sharp = sum(any(pin.is_pinned for pin in one.pins) for one in claims)
    words = f"Something is pinned by {sharp} of {counted(len(claims), 'claim')}"
    words += f"; {bare} of them print no constant or exponent." if bare else "."
    return Group(
        Rows(("claim", "what the evidence pins", ""), rows),
        Text(f"\n{words}"),
        *rest,
    )


def sabotage_table(claims: Sequence[Endured], unnoticed: Iterable[tuple[str, str]]) -> Group:
    """Return what every claim made of spoiled evidence, and which can never fail."""
    if not claims:
        return Group(Text("None of these claims holds on replicates, so that none can be spoiled."))
    rows = [
        (one.id, "; ".join(f"{way.way}: {way.verdict}" for way in one.ways), _endurance(one))
        for one in claims
    ]
    lines = [Text(f"{where}: no claim notices {way!r}") for where, way in unnoticed]
    blind = sum(one.is_blind for one in claims)
    count = f"{len(claims) - blind} of {len(claims)} claims that hold can fail"
    tail = f", {blind} hold whatever is done to the evidence." if blind else "."
    style = "bold red" if blind or lines else "bold green"
    return Group(
        Rows(("claim", "on spoiled evidence", ""), rows),
        Text(f"\n{count}{tail}", style=style),
        *lines,
    )


def _endurance(one: Endured) -> str:
    if not one.cannot_fail:
        return ""
    return f"cannot fail: {one.reason}" if one.reason else "CANNOT FAIL"


def _share(counts: Mapping[str, int]) -> str:
    false = counts["caught"] + counts["survived"]
    return f"{counts['caught']} of {false}" + (
        f" ({100 * counts['caught'] / false:.0f} %)" if false else ""
    )


def duration(seconds: float) -> str:
    """Return a time in words of everyday use."""
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 1 else "under 1 s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
