"""Margins: how far inside the regime of a theorem, stated up to a constant, a cell is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from bounds import Hypothesis, MissingValue, Theorem
from verify.catalogue.grid import Cell

ROUNDING = 1e-9
"""A margin that falls short of 1 by less than this is met."""


def margins(theorem: Theorem, cells: Iterable[Cell]) -> dict[str, float]:
    """Return, per regime hypothesis in words, its margin at the cell where it is met best.

    From 1 on it is met. A cell that says nothing about the unnamed constant C has C = 1, and a
    hypothesis that cannot be evaluated at every cell is passed over.
    """
    cells = list(cells)
    found = {h.words: _best(h, cells) for h in theorem.hypotheses if h.role == "regime"}
    return {words: margin for words, margin in found.items() if margin is not None}


def _best(hypothesis: Hypothesis, cells: Iterable[Cell]) -> float | None:
    best: float | None = None
    for cell in cells:
        numbers = {name: value for name, value in cell.items() if not isinstance(value, str)}
        try:
            margin = hypothesis.margin({"C": 1.0} | numbers)
        except (MissingValue, TypeError, ValueError):
            return None
        if margin is not None and (best is None or margin > best):
            best = margin
    return best


def missed(margins: Mapping[str, float | None]) -> dict[str, float]:
    """Return those margins at which a hypothesis is not met."""
    return {
        words: margin
        for words, margin in margins.items()
        if margin is not None and margin < 1 - ROUNDING
    }


def outside(margins: Mapping[str, float | None]) -> str:
    """Say which hypotheses of a regime are not met, or nothing."""
    parts = ", ".join(f"{words} ({margin:.2g})" for words, margin in missed(margins).items())
    return f"outside the regime: {parts}" if parts else ""


def short_by(margins: Mapping[str, float | None]) -> str:
    """Say by which factor a regime is missed where that is worst.

    >>> short_by({"the width is large": 6.4e-17}), short_by({"the sample is large": 0.4})
    (' by 10^16', ' by a factor of 2.5')
    """
    worst = min(missed(margins).values(), default=1.0)
    if worst <= 0 or worst >= 1:
        return ""
    if worst <= 1e-3:
        return f" by 10^{-math.log10(worst):.0f}"
    return f" by a factor of {1 / worst:.{0 if worst < 0.1 else 1}f}"
