"""One panel per kind of claim: predicted curve, observed points with intervals, named axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from bounds.claims import Claim
from verify.evidence.sample import Sample
from verify.judging.verdict import Verdict
from verify.showing.panels import boxes, instances, laws, means, paths
from verify.showing.panels.marks import plain_ticks
from verify.showing.tables import number


def draw(axes: Axes, sample: Sample[Any]) -> None:
    """Draw one claim into ``axes``."""
    panel = PANELS[sample.claim.kind].draw if sample.claim.box is None else boxes.gaps
    panel(axes, sample)
    plain_ticks(axes)
    axes.xaxis.label.set_fontsize(8.5)
    axes.yaxis.label.set_fontsize(8.5)
    axes.yaxis.get_offset_text().set(size=7, ha="right")
    axes.grid(True, color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)


def _exponent(verdict: Verdict) -> str:
    if verdict.observed is None:
        return ""
    return f":  exponent {number(verdict.observed, 3)}, claimed {number(verdict.predicted, 3)}"


def _growth(verdict: Verdict) -> str:
    if verdict.observed is None:
        return ""
    return f":  the difference grows by {number(verdict.observed, 3)} per factor e"


def _excess(verdict: Verdict) -> str:
    if verdict.observed is None or verdict.tolerance is None:
        return ""
    return f":  worst relative excess {number(verdict.observed, 2)}"


def _measured(verdict: Verdict) -> str:
    if verdict.observed is None:
        return ""
    observed, predicted = number(verdict.observed, 3), number(verdict.predicted, 3)
    return f":  {observed}, no interval yet, predicted {predicted}"


def _identity(verdict: Verdict) -> str:
    """Of a mean, which is judged by a ratio that is predicted to be 1; or of instances."""
    return _measured(verdict) if verdict.predicted == 1 else _excess(verdict)


@dataclass(frozen=True)
class Panel:
    """How a kind of claim is drawn, and how its result without an interval is told above."""

    draw: Callable[[Axes, Sample[Any]], None]
    outcome: Callable[[Verdict], str] = _excess


PANELS: dict[str, Panel] = {
    "identity": Panel(means.identity, _identity),
    "probability": Panel(means.probability, _measured),
    "deterministic": Panel(instances.inequality),
    "construction": Panel(instances.inequality),
    "always": Panel(laws.always),
    "law": Panel(laws.law),
    "theta": Panel(paths.scaling, _exponent),
    "O": Panel(paths.scaling, _exponent),
    "omega": Panel(paths.scaling, _exponent),
    "bounded": Panel(paths.bounded, _growth),
    "limit": Panel(paths.limit, _measured),
    "threshold": Panel(means.threshold, _measured),
    "monotone": Panel(means.monotone),
}
"""By kind: the panel. A derivation has nothing to draw."""


def has_panel(claim: Claim) -> bool:
    """Return whether a claim has something to draw."""
    return claim.kind in PANELS and bool(claim._expressions)


def outcome(verdict: Verdict) -> str:
    """Say what was observed of a claim that is judged without an interval."""
    return PANELS[verdict.kind].outcome(verdict)
