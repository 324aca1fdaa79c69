"""Statements in the LaTeX of papers, for matplotlib: what mathtext can set, in lines."""

from __future__ import annotations

import re
from functools import cache

from matplotlib import mathtext
from matplotlib.font_manager import FontProperties

from verify.showing.latex import argument, token


def wrapped(text: str, width: float, size: float, most: int) -> list[str]:
    """Break a text into lines of a width in points, never inside a formula.

    Parameters
    ----------
    size : float
        The size of the letters, in points.
    most : int
        The number of lines; where the text goes on, the last of them ends in an ellipsis.
    """
    lines: list[str] = []
    for piece in _pieces(text):
        longer = f"{lines[-1]} {piece}" if lines else piece
        if lines and width_of(f"{longer} …", size) <= width:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] += " …"
            break
        else:
            lines.append(piece)
    return lines


def width_of(text: str, size: float) -> float:
    """Return the width of a line in points: that of its words and formulas, and of the spaces."""
    pieces = _pieces(text)
    spaces = (len(pieces) - 1) * (_width("n n", size) - _width("nn", size))
    return sum(_width(piece, size) for piece in pieces) + spaces


def _pieces(text: str) -> list[str]:
    """Return what stands between the spaces of a text that are outside of its formulas."""
    return re.findall(r"(?:[^\s$]*\$[^$]*\$)+[^\s$]*|[^\s$]+", text)


@cache
def _width(piece: str, size: float) -> float:
    parser = mathtext.MathTextParser("path")
    return float(parser.parse(piece, dpi=72, prop=FontProperties(size=size)).width)


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
    pieces: list[str] = []
    place = 0
    while place < len(text):
        one, place = token(text, place)
        pieces.append(one)
        if one.strip() == r"\sqrt" and text[place : place + 1] == "[":  # which root it is
            end = text.find("]", place) + 1
            pieces[-1], place = f"{one.strip()}{text[place:end]}", end
        for _ in range(_ARGUMENTS.get(one.strip(), 0)):
            inner, place = argument(text, place)
            pieces[-1] = pieces[-1].strip()
            pieces.append(f"{{{braced(inner)}}}")
    return "".join(pieces)


_ARGUMENTS = {r"\frac": 2} | dict.fromkeys(
    (r"\sqrt", r"\hat", r"\tilde", r"\bar", r"\mathcal", r"\mathbb", r"\mathrm"), 1
)
