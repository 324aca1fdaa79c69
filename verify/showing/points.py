"""What a picture shows, point by point, as CSV: for a table, or for another program's plot."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection, QuadMesh
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter

COLUMNS = ("x", "x_low", "x_high", "y", "y_low", "y_high", "value")
"""Behind the names of the panel, its axes and the series; empty where a series has none."""

Row = dict[str, object]


def to_csv(figure: Figure) -> str:
    """Return what a figure shows as CSV with a header: one row per point of every series.

    A point has ``x`` and ``y``; ends of an interval or a band are ``_low`` and ``_high``; a bar of
    a histogram goes from ``x_low`` to ``x_high`` and counts ``y``; a coloured cell has a ``value``.
    A line across the whole panel has its one coordinate. Contours are not in it: they are drawn
    from what the other series say.
    """
    stream = io.StringIO()
    names = ("panel", "abscissa", "ordinate", "series", *COLUMNS)
    writer = csv.DictWriter(stream, names, lineterminator="\n")
    writer.writeheader()
    for number, axes in enumerate(figure.axes, start=1):
        if axes.get_label() == "<colorbar>" or not axes.get_visible():
            continue
        title = axes.get_title(loc="left") or axes.get_title()
        panel = {
            "panel": title.partition("\n")[0] or f"panel {number}",
            "abscissa": axes.get_xlabel().replace("\n", " "),
            "ordinate": axes.get_ylabel().replace("\n", " "),
        }
        writer.writerows({**panel, **row} for row in _rows(axes))
    return stream.getvalue()


def _rows(axes: Axes) -> Iterator[Row]:
    """Yield the points of a panel, series by series."""
    parts: set[object] = set()  # of a container, which has written them
    for container in axes.containers:
        parts.update(container.get_children())
        if isinstance(container, ErrorbarContainer):
            yield from _named(container.get_label(), _errorbars(axes, container))
        elif isinstance(container, BarContainer):
            # a histogram names its first bar
            yield from _named(container.patches[0].get_label(), _bars(container))
    for artist in (*axes.lines, *axes.collections):
        if artist in parts:
            continue
        if isinstance(artist, Line2D):
            yield from _named(artist.get_label(), _line(axes, artist))
        elif isinstance(artist, PolyCollection):
            yield from _named(artist.get_label(), _band(artist))
        elif isinstance(artist, PathCollection):
            places = np.ma.getdata(artist.get_offsets())
            yield from _named(artist.get_label(), ({"x": x, "y": y} for x, y in places))
        elif isinstance(artist, QuadMesh):
            yield from _named(artist.get_label(), _mesh(artist))


def _named(label: object, rows: Iterator[Row]) -> Iterator[Row]:
    """Put the name of the series before its points, where the legend has one."""
    series = "" if str(label).startswith("_") else str(label)
    yield from ({"series": series, **row} for row in rows)


def _errorbars(axes: Axes, container: ErrorbarContainer) -> Iterator[Row]:
    line, _, bars = container.lines
    ticks = axes.yaxis.get_major_formatter()
    words = {}  # what the rows of cells are called
    if isinstance(ticks, FixedFormatter):
        words = dict(zip(axes.get_yticks(), ticks.seq, strict=False))
    x, y = map(np.atleast_1d, line.get_data(orig=False))
    names = [name for name, has in (("x", container.has_xerr), ("y", container.has_yerr)) if has]
    ends = [bar.get_segments() for bar in bars]
    for place in range(len(x)):
        row: Row = {"x": x[place], "y": words.get(y[place], y[place])}
        for name, segments in zip(names, ends, strict=True):
            low, high = segments[place][:, "xy".index(name)]
            row |= {f"{name}_low": low, f"{name}_high": high}
        yield row


def _bars(container: BarContainer) -> Iterator[Row]:
    for bar in container.patches:
        yield {
            "x_low": bar.get_x(),
            "x_high": bar.get_x() + bar.get_width(),
            "y": bar.get_y() + bar.get_height(),
        }


def _line(axes: Axes, line: Line2D) -> Iterator[Row]:
    """Yield the points of a line; of one that crosses the panel, its one coordinate."""
    x, y = (np.atleast_1d(np.asarray(side)) for side in line.get_data(orig=False))
    if line.get_transform() == axes.get_yaxis_transform(which="grid"):
        yield {"y": y[0]}
    elif line.get_transform() == axes.get_xaxis_transform(which="grid"):
        yield {"x": x[0]}
    else:
        yield from ({"x": left, "y": right} for left, right in zip(x, y, strict=True))


def _band(band: PolyCollection) -> Iterator[Row]:
    """Yield the ends of a filled band: its outline runs along one edge and back on the other."""
    for path in band.get_paths():
        outline = np.asarray(path.vertices)
        count = (len(outline) - 3) // 2
        there, back = outline[1 : count + 1], outline[count + 2 : 2 * count + 2][::-1]
        for (x, one), (_, other) in zip(there, back, strict=True):
            yield {"x": x, "y_low": min(one, other), "y_high": max(one, other)}


def _mesh(mesh: QuadMesh) -> Iterator[Row]:
    """Yield the cells of a mesh, each with its value."""
    corners = np.asarray(mesh.get_coordinates())
    values: Any = np.ravel(np.ma.filled(np.ma.asarray(mesh.get_array()), np.nan))
    low, high = corners[:-1, :-1].reshape(-1, 2), corners[1:, 1:].reshape(-1, 2)
    for (left, below), (right, above), value in zip(low, high, values, strict=True):
        yield {
            "x_low": left,
            "x_high": right,
            "y_low": below,
            "y_high": above,
            "value": value,
        }
