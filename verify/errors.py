"""Mistakes of a caller, each with a sentence that says what to do, and the wish to end."""

from __future__ import annotations

import contextlib
import difflib
import signal
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import NoReturn


class UserError(Exception):
    """Something about the call is wrong; the message is one line for a person. Exit status 2."""

    def __reduce__(self) -> tuple[object, ...]:
        # It comes from another process as it was said there, not made of what it was made of.
        return Exception.__new__, (type(self), *self.args), vars(self)


class UnknownName(UserError):
    """A name that does not exist; the message names the nearest that do."""

    def __init__(self, what: str, name: str, known: Iterable[str], hint: str = ""):
        known = sorted(known)
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        if near:
            advice = f"Did you mean {' or '.join(near)}?"
        elif known and len(known) <= 12:
            advice = f"Known: {', '.join(known)}. {hint}"
        else:
            advice = hint
        super().__init__(f"There is no {what} {name!r}. {advice}".strip())


def place(file: str, line: object) -> str:
    """Return FILE:LINE as seen from this package or the working directory; nothing for no file."""
    roots = [Path(__file__).parents[1]]
    with contextlib.suppress(OSError):  # the working directory may be gone
        roots.append(Path.cwd())
    path = Path(file)
    name = next((path.relative_to(root) for root in roots if path.is_relative_to(root)), path.name)
    return f"{name}:{line}" if file else ""


def as_typed(file: str) -> str:
    """Return a file as somebody here would name it: from the working directory, if it is below."""
    with contextlib.suppress(OSError):  # the working directory may be gone
        path, here = Path(file), Path.cwd()
        return str(path.relative_to(here)) if file and path.is_relative_to(here) else file
    return file


def printable(words: str) -> str:
    """Return a text whose characters can all be written and printed; others as in a program."""
    if words.isprintable():
        return words
    return "".join(one if one.isprintable() or one in "\n\t" else ascii(one)[1:-1] for one in words)


class Stopped(KeyboardInterrupt):
    """Somebody wants this process to end: Ctrl-C, or a signal to the like.

    Attributes
    ----------
    number : int
        Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def stop(number: int, frame: FrameType | None) -> NoReturn:
    """Handle a signal: end what is done now."""
    raise Stopped(number)
