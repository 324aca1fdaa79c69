"""Words that printed lines have in common."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return so many of what a noun names.

    >>> counted(1, "cell"), counted(3, "cell")
    ('1 cell', '3 cells')
    """
    return f"{number} {noun}{'s' * (number != 1)}"
