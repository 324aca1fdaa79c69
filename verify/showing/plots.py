"""Plots of reports: one figure per theorem, one panel per claim."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib import mathtext
from matplotlib.figure import Figure

from bounds import ClaimOf
from bounds.claims import Derivation, Unchecked
from verify.catalogue.grid import digest
from verify.catalogue.overrides import apply_settings
from verify.catalogue.registry import Registry
from verify.errors import UserError
from verify.evidence.sample import Sample, applies
from verify.evidence.store import Store
from verify.judging.verdict import Verdict
from verify.report import Report, context_of
from verify.showing import panels
from verify.showing.palette import PAPER
from verify.showing.picture import Picture
from verify.showing.tables import number

FORMATS = (".png", ".svg", ".pdf")
PANEL_SIZE = (5.4, 4.3)


def nothing_to_draw(registry: Registry, items: Sequence[ClaimOf]) -> str:
    """Return why none of the claims has a picture, or the empty string."""
    if any(registry.check_of(item.id) for item in panels.has_panel(items)):
        return ""
    kinds = {
        "a derivation (algebra)"
        if isinstance(item.claim, Derivation)
        else "not checked numerically"
        if isinstance(item.claim, Unchecked)
        else "without replicates"
        for item in items
    }
    return f"there is nothing to plot: {items[0].theorem.id} is {', '.join(sorted(kinds))}."


def sample_of(report: Report, claim_id: str, store: Store) -> Sample | None:
    """Read the replicates on which a verdict of a report was reached."""
    registry, settings = report.context
    check = registry.check_of(claim_id)
    verdict = report[claim_id]
    if check is None or verdict.replicates == 0:
        return None
    item = registry.resolve([claim_id])[0]
    cells = apply_settings(check, settings.overrides)
    blocks = verdict.replicates // check.block
    evidence = {
        position: store.replicates(check.key, digest(cell), report.seed, 0, blocks)
        for position, cell in enumerate(cells)
        if applies(item.theorem, item.claim, cell)
    }
    return Sample.of(check, item, evidence, verdict.replicates, cells)


def plot_report(report: Report, claim_id: str | None = None) -> Figure:
    """Draw all claims of a report that have a picture (or one of them) into one figure."""
    registry, settings = context_of(report)
    verdicts = [v for v in report if claim_id is None or v.id == report[claim_id].id]
    drawable = {
        item.id
        for item in panels.has_panel([registry.resolve([verdict.id])[0] for verdict in verdicts])
    }
    with Store(settings.store) as store:
        try:
            drawn = [
                (verdict, sample)
                for verdict in verdicts
                if verdict.id in drawable
                and (sample := sample_of(report, verdict.id, store)) is not None
                and sample.n
            ]
        except KeyError as failure:
            raise UserError(
                f"The replicates behind this report are not in {settings.store}: run it again."
            ) from failure
    if not drawn:
        raise UserError("There is nothing to plot: no claim of this report has replicates.")
    return _figure(drawn)


def _figure(drawn: Sequence[tuple[Verdict, Sample]]) -> Figure:
    columns = min(len(drawn), 3)
    rows = -(-len(drawn) // columns)
    figure = Picture(
        figsize=(PANEL_SIZE[0] * columns, PANEL_SIZE[1] * rows + 0.3), layout="constrained"
    )
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(drawn) :]:
        axes.set_visible(False)
    for axes, (verdict, sample) in zip(grid.flat, drawn, strict=False):
        panels.draw(axes, sample, verdict)
        _entitle(axes, verdict)
    return figure


def _entitle(axes: object, verdict: Verdict) -> None:
    """Write the claim, its statement and its verdict above a panel."""
    statement = "\n".join(wrapped(readable(verdict.statement), 72)[:3])
    unexpected = " (unexpected)" if verdict.is_unexpected else ""
    result = f"{verdict.verdict}{unexpected}"
    if verdict.interval is not None and verdict.observed is not None:
        low, high = (number(end, 3) for end in verdict.interval)
        result += f":  {number(verdict.observed, 3)} in [{low}, {high}]"
        result += f", predicted {number(verdict.predicted, 3)}"
    elif verdict.kind in ("theta", "O", "omega") and verdict.observed is not None:
        result += f":  exponent {number(verdict.observed, 3)}, claimed "
        result += number(verdict.predicted, 3)
    elif verdict.observed is not None and verdict.tolerance is not None:
        result += f":  worst relative excess {number(verdict.observed, 2)}"
    axes.set_title(  # type: ignore[attr-defined]
        f"{verdict.id}\n{statement}", fontsize=8, loc="left", pad=21
    )
    axes.text(  # type: ignore[attr-defined]
        0,
        1.02,
        result,
        transform=axes.transAxes,
        fontsize=8.5,
        fontweight="bold",  # type: ignore[attr-defined]
        color=PAPER[verdict.verdict],
        va="bottom",
    )


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines, never inside a formula."""
    lines, line, length = [], "", 0
    for piece in re.findall(r"(?:[^\s$]*\$[^$]*\$)+[^\s$]*|[^\s$]+", text):
        # What LaTeX spells out takes less room than its source.
        size = len(re.sub(r"\\[a-zA-Z]+|[{}$_^]", "x" if "$" in piece else "", piece))
        size = len(piece) if "$" not in piece else max(1, size * 2 // 3)
        if line and length + size > width:
            lines.append(line)
            line, length = piece, size
        else:
            line, length = f"{line} {piece}".strip(), length + size + 1
    return [*lines, line] if line else lines


def readable(statement: str) -> str:
    """Return a statement that matplotlib's mathtext can set, in plain text if it cannot."""
    text = " ".join(statement.split())
    for longer, shorter in (
        (r"\tfrac", r"\frac"),
        (r"\lVert", r"\|"),
        (r"\rVert", r"\|"),
        (r"\big", ""),
        (r"\Big", ""),
        (r"\operatorname", r"\mathrm"),
        (r"\top", "T"),
        (r"\ldots", "..."),
    ):
        text = text.replace(longer, shorter)
    full = braced(text)
    try:
        mathtext.MathTextParser("path").parse(full)
    except ValueError:
        return text.replace("$", "").replace("\\", "")
    return full


def braced(text: str) -> str:
    r"""Put braces around the arguments of fractions, roots, accents and alphabets.

    LaTeX does without them where an argument is one symbol; mathtext does not.

    >>> print(braced(r"\frac12\sqrt m+\frac\kappa{2-\kappa}"))
    \frac{1}{2}\sqrt{m}+\frac{\kappa}{2-\kappa}
    """
    pieces, place = [], 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        pieces.append(token[0])
        place = token.end()
        for _ in range(_ARGUMENTS.get(token[0].strip(), 0)):
            argument, place = _argument(text, place)
            pieces[-1] = pieces[-1].strip()
            pieces.append(f"{{{braced(argument)}}}")
    return "".join(pieces)


_TOKEN = re.compile(r"\\[a-zA-Z]+\s*|\\.|.", re.DOTALL)
_ARGUMENTS = {r"\frac": 2} | dict.fromkeys(
    (r"\sqrt", r"\hat", r"\tilde", r"\bar", r"\mathcal", r"\mathrm"), 1
)


def _argument(text: str, place: int) -> tuple[str, int]:
    """Return the argument that begins at a place, without its braces, and where it ends."""
    while place < len(text) and text[place].isspace():
        place += 1
    if place == len(text):
        return "", place
    if text[place] != "{":
        token = _TOKEN.match(text, place)
        return token[0].strip(), token.end()
    depth, end = 0, place
    while end < len(text):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        end += 1
        if depth == 0:
            break
    return text[place + 1 : end - 1], end


def save(figure: Figure, target: Path) -> None:
    """Write a figure as png, svg or pdf, by the ending of its name.

    Raises
    ------
    UserError
        If the ending is another one, or the file cannot be written.
    """
    if target.suffix.lower() not in FORMATS:
        raise UserError(
            f"A plot is written as {', '.join(FORMATS)}; {target.name!r} has another ending."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(target, dpi=130)
    except OSError as failure:
        raise UserError(f"{target} cannot be written: {failure.strerror}.") from failure


def save_all(report: Report, folder: Path, tell: Callable[[str], None] = lambda words: None) -> int:
    """Draw every theorem of a report that has a picture; return how many there are.

    A picture that cannot be drawn is passed over, and ``tell`` says which and why: the verdicts
    stand without it.
    """
    by_theorem: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in report:
        by_theorem[verdict.theorem].append(verdict)
    count = 0
    for theorem, verdicts in by_theorem.items():
        part = Report(
            tuple(verdicts),
            report.budget,
            report.alpha,
            report.seed,
            report.version,
            context=report.context,
        )
        if not _drawable(part):
            continue
        try:
            save(part.plot(), folder / f"{theorem.replace('/', '-')}.png")
        except UserError:
            raise
        except Exception as failure:
            tell(f"no picture of {theorem}: {type(failure).__name__}: {failure}")
            continue
        count += 1
    return count


def _drawable(report: Report) -> bool:
    registry, _ = report.context
    items = panels.has_panel([registry.resolve([verdict.id])[0] for verdict in report])
    ids = {item.id for item in items}
    return any(verdict.id in ids and verdict.replicates for verdict in report)
