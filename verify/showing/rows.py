"""Rows of texts, printed without knowing what they are about."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

UNWRAPPED = 10_000
"""Width of text that a machine, or a pager, reads: a claim keeps its line."""


def plain_console(**options: Any) -> Console:
    """Return a console to which a text is a text: nothing in it is markup, or a picture."""
    from rich.console import Console  # not read for plain text

    return Console(markup=False, emoji=False, **options)


def simple_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return a borderless table of texts."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, name in enumerate(columns):
        table.add_column(name, overflow="fold", no_wrap=index == 0)
    for row in rows:
        table.add_row(*map(Text, row))  # as it is: brackets in a formula are no markup
    return table


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print many rows of texts: fitted for a terminal, and at once for whoever reads them else."""
    if sys.stdout.isatty():
        plain_console().print(simple_table(columns, rows))
        return
    lines = [tuple(columns), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())


def as_text(what: RenderableType, width: int = UNWRAPPED) -> str:
    """Return what rich can show as plain text."""
    stream = io.StringIO()
    plain_console(file=stream, width=width, color_system=None).print(what, crop=False)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


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
