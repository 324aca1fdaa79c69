"""Rows of texts, printed without knowing what they are about."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def plain_console(**options: Any) -> Console:
    """Return a console to which a text is a text: nothing in it is markup, or a picture."""
    return Console(markup=False, emoji=False, **options)


def simple_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return a borderless table of texts."""
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
