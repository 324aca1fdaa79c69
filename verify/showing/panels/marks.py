"""What panels are made of: names, axes, points with their intervals."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator, NullLocator
from sympy import Symbol, latex

from verify.evidence.sample import Array, Sample
from verify.judging.intervals import Moments, proportion_bounds

LONGEST_LABEL = 44
HEADROOM = 1.4
"""The height of a histogram, logarithmic, in heights of its largest bar."""

READERS_LEVEL = 0.025
"""One-sided level of the intervals that are drawn: 95 %, not the decision interval."""


def label_of(sample: Sample[Any], name: str) -> str:
    """Return an axis label for a parameter or an observable: its symbol and its meaning."""
    meaning = sample.theorem.meaning(name)
    symbol = symbol_of(name)
    label = f"{symbol}: {meaning}" if meaning else symbol
    return "\n".join(textwrap.wrap(label, LONGEST_LABEL + 8, break_long_words=False))


def symbol_of(name: str) -> str:
    """Return a name as a symbol; a name of words stays words."""
    if ("_" in name and len(name.split("_")[0]) > 2) or len(name) > 12:
        return name.replace("_", " ")
    return f"${latex(Symbol(name))}$"


def claim_label(sample: Sample[Any], expression: object, fallback: str) -> str:
    """Return a label for what a claim observes; an expression is written out if it is short."""
    text = str(expression)
    if text.isidentifier():
        return label_of(sample, text)
    text = text.replace("**", "^").replace("_", " ")
    return text if len(text) <= LONGEST_LABEL else fallback


def abscissa(sample: Sample[Any]) -> tuple[str | None, Array]:
    """Choose the numeric parameter that varies most over the cells, or the cell's number."""
    best, values = None, np.arange(len(sample.cells), dtype=float)
    most = 2
    for name in sample.cells[0]:
        column = [cell.get(name) for cell in sample.cells]
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in column):
            distinct = len(set(column))
            if distinct > most or (best is None and distinct == most):
                best, most, values = name, distinct, np.array(column, dtype=float)
    return best, values


def grouped(sample: Sample[Any], along: str | None) -> dict[str, list[int]]:
    """Cells that differ only in ``along``, labelled by what tells the groups apart."""
    found = [[cell] for cell in range(len(sample.cells))] if along is None else sample.levels(along)
    if len(found) == 1:
        return {"observed, 95 %": found[0]}
    return {
        cell_label(sample, members[0], skip=(along or "",)) or f"case {case}": members
        for case, members in enumerate(found, start=1)
    }


def cell_label(sample: Sample[Any], cell: int, skip: Sequence[str] = ()) -> str:
    """Tell a cell from the others by its words, or else by the numbers in which they differ."""
    differing = [
        name
        for name in sample.cells[0]
        if name not in skip and len({repr(other.get(name)) for other in sample.cells}) > 1
    ]
    values = {name: sample.cells[cell].get(name) for name in differing}
    words = [value for value in values.values() if isinstance(value, str)]
    if words:
        return ", ".join(words)[:LONGEST_LABEL]
    numbers = [
        f"{symbol_of(name)} = {brief(value)}"
        for name, value in values.items()
        if isinstance(value, int | float)
    ]
    return ", ".join(numbers[:4])


def brief(value: object) -> str:
    """Write a value of a cell as briefly as it allows."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, tuple | list):
        return "(…)" if len(value) > 4 else "(" + ", ".join(brief(v) for v in value) + ")"
    return str(value)


def name_abscissa(axes: Axes, sample: Sample[Any], along: str | None, values: Array) -> None:
    """Name the abscissa, and set its ticks to the values that are few."""
    axes.set_xlabel("cell of the grid" if along is None else label_of(sample, along))
    if along is None:
        labels = [cell_label(sample, cell) or str(cell + 1) for cell in range(len(values))]
        axes.set_xticks(values, labels if len(values) <= 2 else [str(c + 1) for c in values])
        axes.set_xlim(values.min() - 1, values.max() + 1)
        return
    distinct = np.unique(values)
    apart = np.diff(distinct).min(initial=np.inf) > 0.06 * np.ptp(distinct)
    if len(distinct) <= 6 and apart and np.all(distinct == np.round(distinct)):
        axes.set_xticks(distinct)
    positive = values[values > 0]
    if len(positive) == len(values) and values.max() / values.min() > 30:
        logarithmic(axes, values)


def logarithmic(axes: Axes, values: Array) -> None:
    """Make the abscissa logarithmic; a few sizes that stand apart are its ticks."""
    axes.set_xscale("log")
    sizes = np.unique([float(f"{value:.6g}") for value in values])
    steps = np.diff(np.log(sizes))
    if 2 <= len(sizes) <= 8 and steps.min() > max(np.log(1.4), 0.1 * steps.sum()):
        axes.set_xticks(sizes, [f"{size:.4g}" if size < 1e4 else f"{size:g}" for size in sizes])
        axes.set_xticks([], minor=True)
        axes.tick_params(axis="x", labelsize=8)


def intervals_of(values: Array, functional: str) -> tuple[Array, Array, Array]:
    """Mean and 95 % interval per cell; for the mean of logarithms on the original scale."""
    if functional == "proportion":
        n = values.shape[1]
        low, high = proportion_bounds(values.sum(axis=1), n, READERS_LEVEL)
        return values.mean(axis=1), low, high
    if values.shape[1] < 2 or not np.any(np.ptp(values, axis=1)):
        middle = values.mean(axis=1)
        return middle, middle, middle
    if functional == "logmean":
        moments = Moments.of(np.log(values))
        low, high = moments.bounds(READERS_LEVEL)
        return np.exp(moments.mean), np.exp(low), np.exp(high)
    moments = Moments.of(values)
    low, high = moments.bounds(READERS_LEVEL)
    return moments.mean, low, high


def mark(
    axes: Axes, x: Array, middle: Array, low: Array, high: Array, colour: str, label: str
) -> None:
    """Draw points with their intervals."""
    errors = np.clip(np.stack([middle - low, high - middle]), 0, None)
    axes.errorbar(
        x,
        middle,
        yerr=errors,
        fmt="o",
        markersize=4.5,
        color=colour,
        capsize=2.5,
        linewidth=1.2,
        label=label,
    )


def many(axes: Axes, counts: object) -> None:
    """Make the counts of a histogram logarithmic, with room above the bars for the legend."""
    axes.set_yscale("symlog")
    axes.set_ylim(0, (1 + float(np.max(counts))) ** HEADROOM)  # type: ignore[call-overload]


def plain_ticks(axes: Axes) -> None:
    """Write the values of a logarithmic axis as they are, where powers of ten are too few."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = axis.get_view_interval()
        if axis.get_scale() != "log" or isinstance(axis.get_major_locator(), FixedLocator):
            continue
        powers = np.floor(np.log10(high)) - np.ceil(np.log10(low)) + 1
        if powers >= 2 and high >= 30 * low:
            continue
        axis.set_major_locator(MaxNLocator(5) if high < 5 * low else LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_locator(NullLocator())


def legend(axes: Axes) -> None:
    """Say what is what, where the least is drawn; what lies below stays visible, and the words."""
    axes.legend(fontsize=7.5, framealpha=0.75, facecolor="white", edgecolor="none", borderpad=0.2)
