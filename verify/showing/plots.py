"""Plots: one figure of verdicts, one panel per claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bounds import ClaimOf
from bounds.claims import Unchecked
from verify.catalogue.registry import Registry
from verify.errors import UserError
from verify.evidence.sample import Sample
from verify.judging.verdict import Verdict
from verify.showing import panels
from verify.showing.mathtext import readable, width_of, wrapped
from verify.showing.palette import PAPER
from verify.showing.picture import Picture, save
from verify.showing.tables import number

PANEL_SIZE = (5.4, 4.3)
TITLE_SIZE = 8

DRAWING_SECONDS = 0.3
"""About what a panel takes."""

Drawn = tuple[Path, Sequence[tuple[Verdict, Sample[Any]]]]
"""A file, and the verdicts that are drawn into it, with their samples."""


def nothing_to_draw(registry: Registry, items: Sequence[ClaimOf]) -> str:
    """Return why none of the claims has a picture, or the empty string."""
    if any(panels.has_panel(item.claim) and registry.check_of(item.id) for item in items):
        return ""
    kinds = Counter(
        "a derivation (algebra)"
        if not item.claim.observed
        else "not checked numerically"
        if isinstance(item.claim, Unchecked)
        else "without replicates"
        for item in items
    )
    if len(items) == 1:
        return f"there is nothing to plot: {items[0].id} is {next(iter(kinds))}."
    counted = ", ".join(
        f"{count} are {kind.replace('a derivation', 'derivations')}"
        if count > 1
        else f"1 is {kind}"
        for kind, count in sorted(kinds.items())
    )
    theorem = items[0].theorem
    of = f" of {theorem.id}" if all(item.theorem is theorem for item in items) else ""
    none = f"none of the {len(items)} claims{of} has anything to draw"
    return f"there is nothing to plot: {none}: {counted}."


def draw(drawn: Sequence[tuple[Verdict, Sample[Any]]]) -> Figure:
    """Draw verdicts with their samples into one figure."""
    columns = min(len(drawn), 3)
    rows = -(-len(drawn) // columns)
    figure = Picture(
        figsize=(PANEL_SIZE[0] * columns, PANEL_SIZE[1] * rows + 0.3), layout="constrained"
    )
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(drawn) :]:
        axes.set_visible(False)
    for axes, (_, sample) in zip(grid.flat, drawn, strict=False):
        panels.draw(axes, sample)
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.execute(figure)  # how wide the axes are, and so the lines above them
    for axes, (verdict, _) in zip(grid.flat, drawn, strict=False):
        _entitle(axes, verdict, 72 * figure.get_figwidth() * axes.get_position().width)
    return figure


def draw_into(asked: Drawn) -> str:
    """Draw verdicts into a file; return why that cannot be done, or the empty string.

    Raises
    ------
    UserError
        If the file cannot be written.
    """
    target, drawn = asked
    try:
        save(draw(drawn), target)
    except UserError:
        raise
    except Exception as failure:  # the verdicts stand without their picture
        return f"{type(failure).__name__}: {failure}"
    return ""


def _entitle(axes: Axes, verdict: Verdict, width: float) -> None:
    """Write the claim, its statement and its verdict above a panel of a width in points."""
    lines = [verdict.id, *wrapped(readable(verdict.statement), width, TITLE_SIZE, most=3)]
    # A formula is not broken: one that is wider than the panel is set in smaller letters.
    size = TITLE_SIZE * min(1, width / max(width_of(line, TITLE_SIZE) for line in lines))
    unexpected = " (unexpected)" if verdict.is_unexpected else ""
    result = f"{verdict.verdict}{unexpected}"
    if verdict.interval is not None and verdict.observed is not None:
        low, high = (number(end, 4) for end in verdict.interval)
        result += f":  {number(verdict.observed, 4)} in [{low}, {high}]"
        result += f", predicted {number(verdict.predicted, 3)}"
    else:
        result += panels.outcome(verdict)
    axes.set_title("\n".join(lines), fontsize=max(size, 5), loc="left", pad=21)
    axes.text(
        0,
        1.02,
        result,
        transform=axes.transAxes,
        fontsize=8.5,
        fontweight="bold",
        color=PAPER[verdict.verdict],
        va="bottom",
    )
