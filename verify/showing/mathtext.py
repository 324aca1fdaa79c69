"""Statements in the LaTeX of papers, for matplotlib: what mathtext can set, in lines."""

from __future__ import annotations

import re

from matplotlib import mathtext

from verify.showing.latex import argument, token


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
    (r"\sqrt", r"\hat", r"\tilde", r"\bar", r"\mathcal", r"\mathrm"), 1
)
