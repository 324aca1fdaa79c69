"""Plots: one figure of verdicts, one panel per claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bounds import ClaimOf
from bounds.claims import Unchecked
from verify.catalogue.registry import Registry
from verify.evidence.sample import Sample
from verify.judging.verdict import Verdict
from verify.showing import panels
from verify.showing.mathtext import readable, wrapped
from verify.showing.palette import PAPER
from verify.showing.picture import Picture
from verify.showing.tables import number

PANEL_SIZE = (5.4, 4.3)


def nothing_to_draw(registry: Registry, items: Sequence[ClaimOf]) -> str:
    """Return why none of the claims has a picture, or the empty string."""
    if any(panels.has_panel(item.claim) and registry.check_of(item.id) for item in items):
        return ""
    kinds = {
        "a derivation (algebra)"
        if not item.claim.observed
        else "not checked numerically"
        if isinstance(item.claim, Unchecked)
        else "without replicates"
        for item in items
    }
    return f"there is nothing to plot: {items[0].theorem.id} is {', '.join(sorted(kinds))}."


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
    for axes, (verdict, sample) in zip(grid.flat, drawn, strict=False):
        panels.draw(axes, sample)
        _entitle(axes, verdict)
    return figure


def _entitle(axes: Axes, verdict: Verdict) -> None:
    """Write the claim, its statement and its verdict above a panel."""
    statement = "\n".join(wrapped(readable(verdict.statement), 72)[:3])
    unexpected = " (unexpected)" if verdict.is_unexpected else ""
    result = f"{verdict.verdict}{unexpected}"
    if verdict.interval is not None and verdict.observed is not None:
        low, high = (number(end, 4) for end in verdict.interval)
        result += f":  {number(verdict.observed, 4)} in [{low}, {high}]"
        result += f", predicted {number(verdict.predicted, 3)}"
    else:
        result += panels.outcome(verdict)
    axes.set_title(f"{verdict.id}\n{statement}", fontsize=8, loc="left", pad=21)
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
