"""Columns of texts on standard output, which read `rich` for a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print many rows of texts: fitted for a terminal, and at once for whoever reads them else."""
    if sys.stdout.isatty():
        from verify.showing.rows import Rows, plain_console

        plain_console().print(Rows(columns, rows))
        return
    lines = [tuple(columns), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())
