"""Figures that show themselves in a notebook, without pyplot and its state, and are written."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from verify.errors import UserError

FORMATS = (".png", ".svg", ".pdf")


class Picture(Figure):
    """A matplotlib figure; at the end of a notebook's cell it shows itself."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        _write(self, buffer, format="png", dpi=100)
        return buffer.getvalue()


def save(figure: Figure, target: Path) -> None:
    """Write a figure as png, svg or pdf, by the ending of its name.

    Raises
    ------
    UserError
        If the ending is another one, or the file cannot be written.
    """
    if target.suffix.lower() not in FORMATS:
        raise UserError(
            f"A plot is written as {', '.join(FORMATS)}; {target.name!r} has another ending."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(figure, target, dpi=130)
    except OSError as failure:
        raise UserError(f"{target} cannot be written: {failure.strerror}.") from failure


def write(figure: Figure, target: Path, csv: str | None = None) -> Iterator[str]:
    """Write a figure and, if a file is named, the points that it shows; yield what was written.

    Raises
    ------
    UserError
        As `save`; or if the points cannot be written.
    """
    from verify.evidence.writing import write_whole
    from verify.showing.points import to_csv

    save(figure, target)
    yield str(target)
    if csv is not None:
        write_whole(csv, to_csv(figure))
        yield csv


def _write(figure: Figure, target: Path | io.BytesIO, **how: Any) -> None:
    with warnings.catch_warnings():
        # That the best place of a legend takes a while is nothing that a reader could mend.
        warnings.filterwarnings("ignore", message="Creating legend with loc=")
        figure.savefig(target, **how)
