"""Colours: of verdicts in a terminal and on paper, and of what is plotted."""

from __future__ import annotations

TERMINAL = {
    "holds": "green",
    "broken": "red",
    "undecided": "yellow",
    "not applicable": "bright_black",
}
"""Colour of a verdict in a terminal."""

PAPER = {
    "holds": "#1a7f37",
    "broken": "#cf222e",
    "undecided": "#9a6700",
    "not applicable": "#6e7781",
}
"""Colour of a verdict in a figure or an HTML page."""

PREDICTED = "#1f4e9e"
OBSERVED = "#d1495b"
ZONE = "#1f4e9e"
INSIDE = "#2e8b57"
SERIES = ("#d1495b", "#2e8b57", "#e08e2b", "#7d5ba6", "#3b9ab2", "#8c6d46", "#5a5a5a", "#c06c9b")
"""Curves that stand for cases, in this order."""
