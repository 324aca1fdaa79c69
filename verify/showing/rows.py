"""Rows of texts, printed without knowing what they are about."""

from __future__ import annotations

import io
import os
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.containers import Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

UNWRAPPED = 10_000
"""Width of text that a machine, or a pager, reads: a claim keeps its line."""

LEAST = 24
"""Characters up to which a column is short, and is not broken."""

ROOM = 40
"""Characters in which a sentence can be read as a column; with less, rows stand in lines."""

HELD = "\ue000"
"""Stands for a no-break space while lines are broken: rich breaks there, too."""


def plain_console(**options: Any) -> Console:
    """Return a console to which a text is a text: nothing in it is markup, or a picture.

    In a notebook, too: there rich would show what it writes into a string besides.
    """
    return Console(markup=False, emoji=False, force_jupyter=False, **options)


class Words(Text):
    """Text in which a no-break space keeps two words on one line."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """Break the text into lines."""
        held = self.copy()
        held.plain = self.plain.replace("\N{NO-BREAK SPACE}", HELD)
        lines = Text.wrap(held, console, width, **options)
        for line in lines:
            line.plain = line.plain.replace(HELD, " ")
        return lines


@dataclass(frozen=True)
class Rows:
    """Rows of texts as a borderless table.

    The first column, ids say, is never broken: where the width does not suffice for columns beside
    it that can be read, each row stands in lines of its own.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        every = zip(*[self.columns, *self.rows], strict=True)
        first, *widths = (max(map(cell_len, column)) for column in every)
        short = [width <= LEAST for width in widths]
        if first + sum(2 + min(width, ROOM) for width in widths) > options.max_width:
            yield from self._stacked(short)
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name, is_short in zip(self.columns, [True, *short], strict=True):
            table.add_column(name, overflow="fold", no_wrap=is_short)
        for row in self.rows:
            table.add_row(*map(Text, row))  # as it is: brackets in a formula are no markup
        yield table

    def _stacked(self, short: Sequence[bool]) -> RenderResult:
        """Yield each row in lines: its id, what is short with its name, and the words."""
        before = ""
        for name, *texts in self.rows:
            if name != before:
                yield Text(name, style="bold", no_wrap=True, overflow="ignore")
            before = name
            cells = list(zip(self.columns[1:], texts, short, strict=True))
            brief = [f"{head} {text}".strip() for head, text, fits in cells if fits and text]
            long = [text for _, text, fits in cells if text and not fits]
            yield from (Padding(Text(one), (0, 0, 0, 2)) for one in (", ".join(brief), *long))


def as_text(what: RenderableType, width: int = UNWRAPPED) -> str:
    """Return what rich can show as plain text."""
    stream = io.StringIO()
    plain_console(file=stream, width=width, color_system=None).print(what, crop=False)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


class Printable(ABC):
    """What rich can show is its own text, also at a prompt, as wide as the terminal."""

    @abstractmethod
    def __rich__(self) -> RenderableType:
        """Return what rich shows."""

    def __str__(self) -> str:
        return as_text(self, terminal_width())

    def __repr__(self) -> str:
        return str(self)


def terminal_width(otherwise: int = 150) -> int:
    """Return the width of the terminal, or what COLUMNS says, or a generous one."""
    return shutil.get_terminal_size((otherwise, 24)).columns


def show(what: RenderableType, otherwise: int = UNWRAPPED) -> None:
    """Print to standard output: coloured and fitted for a terminal, plain and wide else.

    Parameters
    ----------
    otherwise : int
        The width where there is no terminal and COLUMNS does not say one.
    """
    if sys.stdout.isatty():
        plain_console().print(what, crop=False)  # a command is longer than a line, not cut
    else:
        columns = os.environ.get("COLUMNS", "")
        print(as_text(what, int(columns) if columns.strip("0").isdecimal() else otherwise))
