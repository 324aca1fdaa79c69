"""What a decision rule returns: a verdict as a value that explains itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Outcome = Literal["holds", "broken", "undecided", "not applicable"]

REASONS: Mapping[str, str] = {
    "noise": "the interval is still too wide; more replicates settle it",
    "drift": "finite-size effects hide the answer; more replicates do not help, larger sizes do",
    "edge": "the estimate sits on the edge of a zone; no reachable number of replicates settles it",
    "heavy_tail": "the mean of this outcome cannot be estimated from so few replicates",
    "no_effect": "the outcome does not change over the tested range",
    "absent": "a package that the simulation needs is not installed",
    "error": "the simulation failed, or its outcome is outside the domain of the claim",
    "rounding": "numerical errors hide the answer; a scale helps, or a form in which less cancels",
    "proof": "the sides agree wherever they were evaluated, but the algebra did not close",
    "part": "only a part of the replicates was drawn; the merged store is judged",
}
"""Every reason for `undecided`, in words."""


TOO_FEW = "too few replicates for an interval that could be trusted"
"""Note of a judgement without an interval that more replicates would have."""

as_usual = np.errstate(divide="warn", over="warn", under="ignore", invalid="warn")
"""Decorates what computes by itself: whatever a user's file tells NumPy to do about overflow and
the like (``np.seterr(all="raise")``) is about its own simulation."""

HAPPENED = "what has probability zero has happened"
"""What breaks a claim by a single event."""


@dataclass(frozen=True)
class Judgement:
    """The outcome of one decision rule at one look.

    Attributes
    ----------
    verdict : outcome
    reason : str
        For undecided a key of `REASONS`; for the others the statistic that decided.
    predicted, observed : float
        On the scale on which the claim is judged (an exponent for a scaling claim).
    interval : pair of float, or None
        The decision interval; ``None`` for exact checks.
    tolerance : float
        Half-width of the deciding zone.
    cell : int or None
        Position in the sample of the deciding cell (the last one of the deciding path).
    cells : tuple of int
        All cells that the deciding statistic used.
    row : int or None
        The replicate of the sample that is the counter-example, for exact claims; for an error
        the one of the evidence that has an odd value.
    p_value : float or None
        Of the deciding statistic.
    forecast : float or None
        Replicates per cell that would settle the claim; infinity if none would.
    forecast_size : float or None
        For drift: by which factor the largest size must grow.
    note : str
        What else a reader should know.
    strength : str
        How it is known, where its kind does not say it (see `verify.judging.strength`).
    assuming : str
        What the verdict assumes and the claim does not state; empty if it assumes nothing.
    trace : str
        For an error the traceback.
    values : mapping
        Raw values behind the decision, for the report and the counter-example.
    """

    verdict: Outcome
    reason: str
    predicted: float
    observed: float
    interval: tuple[float, float] | None = None
    tolerance: float | None = None
    cell: int | None = None
    cells: tuple[int, ...] = ()
    row: int | None = None
    p_value: float | None = None
    forecast: float | None = None
    forecast_size: float | None = None
    note: str = ""
    strength: str = ""
    assuming: str = ""
    trace: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def cannot_tell(
    predicted: float, why: str, *, cell: int | None = None, row: int | None = None, trace: str = ""
) -> Judgement:
    """Return `undecided (error)` with an explanation."""
    nothing = float("nan")
    return Judgement(
        "undecided", "error", predicted, nothing, cell=cell, row=row, note=why, trace=trace
    )
