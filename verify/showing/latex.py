"""The grammar of LaTeX, as far as formulas need it: tokens, and the arguments of commands."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\[a-zA-Z]+\s*|\\.|.", re.DOTALL)


def token(text: str, place: int) -> tuple[str, int]:
    """Return the command or the character at a place, and where it ends."""
    found = _TOKEN.match(text, place)
    assert found is not None
    return found[0], found.end()


def argument(text: str, place: int) -> tuple[str, int]:
    """Return the argument that begins at a place, without its braces, and where it ends."""
    while place < len(text) and text[place].isspace():
        place += 1
    if place == len(text):
        return "", place
    if text[place] != "{":
        one, place = token(text, place)
        return one.strip(), place
    depth, end = 0, place
    while end < len(text):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        end += 1
        if depth == 0:
            break
    return text[place + 1 : end - 1], end
