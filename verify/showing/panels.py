"""One panel per kind of claim: predicted curve, observed points with intervals, named axes."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from bounds import MissingValue, evaluate
from bounds.claims import Claim
from verify.catalogue.kinds import is_exact
from verify.evidence.sample import Array, Sample, expand
from verify.judging.intervals import Moments, proportion_bounds
from verify.judging.verdict import Verdict
from verify.showing.palette import INSIDE, OBSERVED, PREDICTED, SERIES, ZONE
from verify.showing.tables import number

MOST_POINTS, FEW_INSTANCES = 600, 12
LONGEST_LABEL = 44
READERS_LEVEL = 0.025
"""One-sided level of the intervals that are drawn: 95 %, not the decision interval."""


def draw(axes: Axes, sample: Sample) -> None:
    """Draw one claim into ``axes``."""
    PANELS[sample.claim.kind].draw(axes, sample)
    axes.xaxis.label.set_size(8.5)
    axes.yaxis.label.set_size(8.5)
    axes.yaxis.get_offset_text().set(size=7, ha="right")
    axes.grid(True, color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)


def label_of(sample: Sample, name: str) -> str:
    """Return an axis label for a parameter or an observable: its symbol and its meaning."""
    meaning = sample.theorem.meaning(name)
    symbol = _symbol(name)
    label = f"{symbol}: {meaning}" if meaning else symbol
    return "\n".join(textwrap.wrap(label, LONGEST_LABEL + 8, break_long_words=False))


def _symbol(name: str) -> str:
    from sympy import Symbol, latex

    if ("_" in name and len(name.split("_")[0]) > 2) or len(name) > 12:
        return name.replace("_", " ")
    return f"${latex(Symbol(name))}$"


def _claim_label(sample: Sample, expression: object, fallback: str) -> str:
    """Return a label for what a claim observes; an expression is written out if it is short."""
    text = str(expression)
    if text.isidentifier():
        return label_of(sample, text)
    text = text.replace("**", "^").replace("_", " ")
    return text if len(text) <= LONGEST_LABEL else fallback


def _abscissa(sample: Sample) -> tuple[str | None, Array]:
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


def _groups(sample: Sample, along: str | None) -> dict[str, list[int]]:
    """Cells that differ only in ``along``, labelled by what tells the groups apart."""
    found = [[cell] for cell in range(len(sample.cells))] if along is None else sample.levels(along)
    if len(found) == 1:
        return {"observed, 95 %": found[0]}
    return {
        _label(sample, members[0], skip=(along or "",)) or f"case {case}": members
        for case, members in enumerate(found, start=1)
    }


def _label(sample: Sample, cell: int, skip: Sequence[str] = ()) -> str:
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
        f"{_symbol(name)} = {_brief(value)}"
        for name, value in values.items()
        if isinstance(value, int | float)
    ]
    return ", ".join(numbers[:4])


def _curve(sample: Sample, cell: int, along: str, x: Array) -> Array | None:
    """Evaluate the prediction as ``along`` varies, if it depends on parameters alone."""
    parameters = {k: v for k, v in sample.cells[cell].items() if not isinstance(v, str)}
    known = {**parameters, along: x}
    formula = expand(sample.claim.equals, sample.theorem, frozenset(known))
    try:
        return np.broadcast_to(evaluate(formula, known), x.shape)
    except (MissingValue, ValueError):
        return None


def _brief(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, tuple | list):
        return "(…)" if len(value) > 4 else "(" + ", ".join(_brief(v) for v in value) + ")"
    return str(value)


def _named_x(axes: Axes, sample: Sample, along: str | None, values: Array) -> None:
    axes.set_xlabel("cell of the grid" if along is None else label_of(sample, along))
    if along is None:
        labels = [_label(sample, cell) or str(cell + 1) for cell in range(len(values))]
        axes.set_xticks(values, labels if len(values) <= 2 else [str(c + 1) for c in values])
        axes.set_xlim(values.min() - 1, values.max() + 1)
        return
    distinct = np.unique(values)
    if len(distinct) <= 6 and np.all(distinct == np.round(distinct)):
        axes.set_xticks(distinct)
    positive = values[values > 0]
    if len(positive) == len(values) and values.max() / values.min() > 30:
        _logarithmic(axes, values)


def _logarithmic(axes: Axes, values: Array) -> None:
    """Make the abscissa logarithmic; a few sizes that stand apart are its ticks."""
    axes.set_xscale("log")
    sizes = np.unique([float(f"{value:.6g}") for value in values])
    if 2 <= len(sizes) <= 8 and np.min(sizes[1:] / sizes[:-1]) > 1.4:
        axes.set_xticks(sizes, [f"{size:.4g}" if size < 1e4 else f"{size:g}" for size in sizes])
        axes.set_xticks([], minor=True)
        axes.tick_params(axis="x", labelsize=8)


def _limits(values: Array, functional: str) -> tuple[Array, Array, Array]:
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


def _points(
    axes: Axes, x: Array, middle: Array, low: Array, high: Array, colour: str, label: str
) -> None:
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


def _identity(axes: Axes, sample: Sample) -> None:
    claim = sample.claim
    if is_exact(claim):
        _scatter_identity(axes, sample)
        return
    along, x = _abscissa(sample)
    observed, predicted = sample.table(claim.observable), sample.table(claim.equals).mean(axis=1)
    middle, low, high = _limits(observed, claim.functional)
    groups = _groups(sample, along)
    if along is None or len(groups) > 6 or all(len(cells) == 1 for cells in groups.values()):
        _identity_by_cell(axes, sample, predicted, middle, low, high)
        return
    for (name, members), colour in zip(groups.items(), SERIES * 9, strict=False):
        order = sorted(members, key=lambda c: x[c])
        fine = np.linspace(x[order].min(), x[order].max(), 200)
        curve = _curve(sample, order[0], along, fine)
        shown = (x[order], predicted[order]) if curve is None else (fine, curve)
        axes.plot(*shown, color=PREDICTED, linewidth=1.4, label=None if axes.lines else "predicted")
        _points(
            axes,
            x[order],
            middle[order],
            low[order],
            high[order],
            OBSERVED if len(groups) == 1 else colour,
            name if len(groups) > 1 else "observed, 95 %",
        )
    _named_x(axes, sample, along, x)
    axes.set_ylabel(_claim_label(sample, claim.observable, "observed and predicted"))
    if np.all(predicted > 0) and predicted.max() / predicted.min() > 50:
        axes.set_yscale("log")
    axes.legend(fontsize=7.5, frameon=False)


def _identity_by_cell(
    axes: Axes, sample: Sample, predicted: Array, middle: Array, low: Array, high: Array
) -> None:
    """Observed over predicted, one row per cell."""
    rows = np.arange(len(sample.cells))[::-1]
    scale = predicted if sample.claim.scale is None else np.ones_like(predicted)
    axes.axvline(
        1.0 if sample.claim.scale is None else 0.0,
        color=PREDICTED,
        linewidth=1.4,
        label="predicted",
    )
    shift = 0.0 if sample.claim.scale is None else predicted
    centre, *ends = ((value - shift) / scale for value in (middle, low, high))
    left, right = np.minimum(*ends), np.maximum(*ends)  # a negative prediction swaps them
    axes.errorbar(
        centre,
        rows,
        xerr=np.clip(np.stack([centre - left, right - centre]), 0, None),
        fmt="o",
        markersize=4.5,
        color=OBSERVED,
        capsize=2.5,
        linewidth=1.2,
        label="observed, 95 %",
    )
    labels = [_label(sample, cell) or f"cell {cell + 1}" for cell in range(len(sample.cells))]
    axes.set_yticks(rows, labels, fontsize=7)
    name = _claim_label(sample, sample.claim.observable, "observed")
    relation = "over predicted" if sample.claim.scale is None else "minus predicted"
    axes.set_xlabel(f"{name}, {relation}")
    axes.legend(fontsize=7.5, frameon=False)


def _thin(*arrays: Array) -> list[Array]:
    """Keep at most so many points that a scatter stays readable."""
    step = max(1, arrays[0].shape[-1] * arrays[0].shape[0] // MOST_POINTS)
    return [array.ravel()[::step] for array in arrays]


MOST_DECADES = 1e24
"""What is smaller by this factor than the largest value is not in the picture."""


def _diagonal(axes: Axes, x: Array, y: Array, label: str) -> None:
    low, high = min(x.min(), y.min()), max(x.max(), y.max())
    apart = high - low > 1e-6 * max(abs(low), abs(high))
    pad = 0.03 * (high - low) if apart else 0.05 * abs(high) or 1.0
    line = np.array([low - pad, high + pad])
    if x.min() > 0 and y.min() > 0 and low < high / 100:
        axes.set_xscale("log")
        axes.set_yscale("log")
        low = max(low, high / MOST_DECADES)
        line = np.array([low / 1.2, high * 1.2])
        axes.set_xlim(*line)
        axes.set_ylim(*line)
    axes.plot(line, line, color=PREDICTED, linewidth=1.3, label=label)


def _scatter_identity(axes: Axes, sample: Sample) -> None:
    claim = sample.claim
    x, y = _thin(sample.table(claim.equals), sample.table(claim.observable))
    _diagonal(axes, x, y, "predicted: equal")
    axes.scatter(x, y, s=12, color=OBSERVED, alpha=0.6, linewidths=0, label="instances", zorder=3)
    axes.set_xlabel("right side of the identity")
    axes.set_ylabel(_claim_label(sample, claim.observable, "left side of the identity"))
    axes.legend(fontsize=7.5, frameon=False)


def _inequality(axes: Axes, sample: Sample) -> None:
    claim = sample.claim
    bound = claim.at_most if claim.at_most is not None else claim.at_least
    left, right = sample.table(claim.left), sample.table(bound)
    name = _claim_label(sample, claim.left, "left side")
    word = "at most" if claim.at_most is not None else "at least"
    if np.ptp(right) <= 1e-12 * max(abs(right).max(), 1e-300):
        values = left.ravel()
        if claim.scale is not None:
            scale = sample.table(claim.scale).ravel()
            if np.ptp(scale) > 0:
                values, right = (values - right.ravel()) / scale, np.zeros(1)
                name += ",\nrelative to its scale"
        _spread(axes, values, float(right.flat[0]))
        axes.axvline(
            float(right.flat[0]),
            color=PREDICTED,
            linewidth=1.6,
            label=f"claimed: {word} {float(right.flat[0]):.4g}",
        )
        axes.set_xlabel(name)
    else:
        scale = np.abs(left) + np.abs(right)
        if claim.scale is not None:
            scale = sample.table(claim.scale)
        sign = 1 if claim.at_most is not None else -1
        x, y, excess = _thin(right, left, sign * (left - right) / np.where(scale > 0, scale, 1))
        _diagonal(axes, x, y, f"claimed: {word} this")
        wrong = excess > claim.tolerance
        axes.scatter(
            x[~wrong],
            y[~wrong],
            s=12,
            color=INSIDE,
            alpha=0.6,
            linewidths=0,
            label="instances",
            zorder=3,
        )
        if wrong.any():
            axes.scatter(
                x[wrong], y[wrong], s=16, color=OBSERVED, label="beyond the bound", zorder=4
            )
        axes.set_xlabel("the bound")
        axes.set_ylabel(name)
    axes.legend(fontsize=7.5, frameon=False)


def _spread(axes: Axes, values: Array, bound: float) -> None:
    """Draw a few instances one by one and many as a histogram, logarithmic far below a bound."""
    if values.size <= FEW_INSTANCES:
        rows = np.arange(1, values.size + 1)
        axes.plot(values, rows, "o", color=OBSERVED, markersize=5, label="instances")
        axes.set_yticks(rows)
        axes.set_ylim(0, values.size + 1)
        axes.set_ylabel("instance")
        return
    bins: int | Array = min(60, max(10, values.size // 20))
    if values.min() >= 0 and 20 * values.max() < bound:
        if values.any():
            least = max(values[values > 0].min(), 1e-12 * bound)
            values, bins = np.maximum(values, least), np.geomspace(0.9 * least, 2 * bound, bins)
            axes.set_xscale("log")
        else:
            bins = np.linspace(-bound, 2 * bound, bins)
    axes.hist(values, bins=bins, color=OBSERVED, alpha=0.75, label="instances")
    axes.set_ylabel("number of instances")
    axes.set_yscale("symlog")


def _probability(axes: Axes, sample: Sample) -> None:
    claim = sample.claim
    along, x = _abscissa(sample)
    event = sample.table(claim.event)
    bound = claim.at_most if claim.at_most is not None else claim.at_least
    predicted = np.clip(sample.table(bound).mean(axis=1), 0, None)
    middle, low, high = _limits(event, "proportion")
    order = np.argsort(x)
    word = "at most" if claim.at_most is not None else "at least"
    axes.plot(
        x[order],
        predicted[order],
        color=PREDICTED,
        marker="_",
        markersize=12,
        label=f"claimed: {word}",
    )
    _points(axes, x[order], middle[order], low[order], high[order], OBSERVED, "observed, 95 %")
    _named_x(axes, sample, along, x)
    axes.set_ylabel("probability of the event")
    if predicted.min() > 0 and predicted.max() < 0.2:
        axes.set_ylim(-0.02 * predicted.max(), None)
    axes.legend(fontsize=7.5, frameon=False)


def _growing(sample: Sample) -> str:
    """Return the parameter that serves as abscissa of paths."""
    counts: dict[str, int] = defaultdict(int)
    for path in sample.paths:
        for name in path.path.ray:
            counts[name] += 1
    return max(counts, key=lambda name: counts[name])


def _size_label(sample: Sample, shared: str) -> str:
    """Name the abscissa of paths: what all rays grow, or the first parameter of each."""
    if all(shared in path.path.ray for path in sample.paths):
        return label_of(sample, shared)
    return "size: the first parameter of each ray in the legend"


def _scaling(axes: Axes, sample: Sample) -> None:
    claim = sample.claim
    values = sample.table(claim.observable)
    growth = sample.table(claim.of).mean(axis=1)
    middle, low, high = _limits(values, "mean" if claim.functional == "mean" else "logmean")
    sizes: list[float] = []
    shared = _growing(sample)
    for path, colour in zip(sample.paths, SERIES * 9, strict=False):
        cells = np.array(path.positions)
        name = shared if shared in path.path.ray else next(iter(path.path.ray))
        x = np.array([float(sample.cells[c][name]) for c in cells])
        far = len(cells) // 2
        anchor = np.exp(np.mean(np.log(middle[cells][far:]) - np.log(growth[cells][far:])))
        axes.plot(
            x,
            anchor * growth[cells],
            color=PREDICTED,
            linewidth=1.3,
            label="claimed growth" if path is sample.paths[0] else None,
        )
        rest = [
            f"{_symbol(k)} = {_brief(v)}"
            for k, v in path.path.base.items()
            if k not in path.path.ray and isinstance(v, int | float)
        ]
        ray = ", ".join(
            _symbol(k) + (f"$^{{{e:g}}}$" if e != 1 else "") for k, e in path.path.ray.items()
        )
        _points(
            axes,
            x,
            middle[cells],
            low[cells],
            high[cells],
            colour,
            f"along {ray}" + (f" ({', '.join(rest[:3])})" if rest else ""),
        )
        sizes.extend(x)
    _logarithmic(axes, np.array(sizes))
    axes.set_yscale("log")
    axes.set_xlabel(_size_label(sample, shared))
    axes.set_ylabel(_claim_label(sample, claim.observable, "observable"))
    axes.legend(fontsize=7, frameon=False)


def _limit(axes: Axes, sample: Sample) -> None:
    claim = sample.claim
    values, target = sample.table(claim.observable), sample.table(claim.to).mean(axis=1)
    middle, low, high = _limits(values, claim.functional)
    sizes: list[float] = []
    shared = _growing(sample)
    for path, colour in zip(sample.paths, SERIES * 9, strict=False):
        cells = np.array(path.positions)
        name = shared if shared in path.path.ray else next(iter(path.path.ray))
        x = np.array([float(sample.cells[c][name]) for c in cells])
        rest = [
            f"{_symbol(k)} = {_brief(v)}"
            for k, v in path.path.base.items()
            if k not in path.path.ray and isinstance(v, int | float)
        ]
        _points(
            axes,
            x,
            middle[cells],
            low[cells],
            high[cells],
            colour,
            "observed, 95 %" + (f" ({', '.join(rest[:3])})" if rest else ""),
        )
        axes.plot(x, middle[cells], color=colour, linewidth=0.7, alpha=0.6)
        axes.plot(
            x,
            target[cells],
            color=PREDICTED,
            linewidth=1.3,
            label="limit" if path is sample.paths[0] else None,
        )
        if claim.tolerance is not None:
            width = sample.parameter(int(cells[-1]), claim.tolerance)
        else:
            width = claim.gap * abs(middle[cells[0]] - target[cells[0]])
        axes.fill_between(
            x,
            target[cells] - width,
            target[cells] + width,
            color=ZONE,
            alpha=0.1,
            linewidth=0,
            label="zone" if path is sample.paths[0] else None,
        )
        sizes.extend(x)
    _logarithmic(axes, np.array(sizes))
    axes.set_xlabel(_size_label(sample, shared))
    axes.set_ylabel(_claim_label(sample, claim.observable, "observable"))
    axes.legend(fontsize=7, frameon=False)


def _threshold(axes: Axes, sample: Sample) -> None:
    claim = sample.claim
    event = sample.table(claim.success)
    middle, low, high = _limits(event, "proportion")
    at = np.array([sample.parameter(c, claim.at) for c in range(len(sample.cells))])
    where = np.array([float(cell[claim.along]) for cell in sample.cells])
    for (name, members), colour in zip(
        _groups(sample, claim.along).items(), SERIES * 9, strict=False
    ):
        order = sorted(members, key=lambda c: where[c])
        _points(
            axes, where[order] / at[order], middle[order], low[order], high[order], colour, name
        )
        axes.plot(where[order] / at[order], middle[order], color=colour, linewidth=0.7, alpha=0.6)
    axes.axvline(1.0, color=PREDICTED, linewidth=1.5, label="predicted")
    axes.axvspan(1 - claim.tolerance, 1 + claim.tolerance, color=ZONE, alpha=0.1, label="zone")
    axes.axhline(0.5, color="0.6", linewidth=0.8, linestyle=":")
    axes.set_xlabel(f"{label_of(sample, claim.along)}, in units of the predicted threshold")
    axes.set_ylabel(f"share: {_claim_label(sample, claim.success, 'success')}")
    axes.legend(fontsize=7, frameon=False)


def _monotone(axes: Axes, sample: Sample) -> None:
    claim = sample.claim
    values = sample.table(claim.observable)
    middle, low, high = _limits(values, "mean")
    where = np.array([float(cell[claim.along]) for cell in sample.cells])
    for (name, members), colour in zip(
        _groups(sample, claim.along).items(), SERIES * 9, strict=False
    ):
        order = sorted(members, key=lambda c: where[c])
        axes.plot(where[order], middle[order], color=colour, linewidth=0.9, alpha=0.7)
        _points(
            axes,
            where[order],
            middle[order],
            low[order],
            high[order],
            colour,
            name or "observed, 95 %",
        )
    word = "increases" if claim.increasing else "decreases"
    axes.plot([], [], " ", label=f"claimed: {word}")
    _named_x(axes, sample, claim.along, where)
    axes.set_ylabel(_claim_label(sample, claim.observable, "observable"))
    axes.legend(fontsize=7, frameon=False)


def _exponent(verdict: Verdict) -> str:
    if verdict.observed is None:
        return ""
    return f":  exponent {number(verdict.observed, 3)}, claimed {number(verdict.predicted, 3)}"


def _excess(verdict: Verdict) -> str:
    if verdict.observed is None or verdict.tolerance is None:
        return ""
    return f":  worst relative excess {number(verdict.observed, 2)}"


@dataclass(frozen=True)
class Panel:
    """How a kind of claim is drawn, and how its result without an interval is told above."""

    draw: Callable[[Axes, Sample], None]
    outcome: Callable[[Verdict], str] = _excess


PANELS: dict[str, Panel] = {
    "identity": Panel(_identity),
    "probability": Panel(_probability),
    "deterministic": Panel(_inequality),
    "construction": Panel(_inequality),
    "theta": Panel(_scaling, _exponent),
    "O": Panel(_scaling, _exponent),
    "omega": Panel(_scaling, _exponent),
    "limit": Panel(_limit),
    "threshold": Panel(_threshold),
    "monotone": Panel(_monotone),
}
"""By kind: the panel. A derivation has nothing to draw."""


def has_panel(claim: Claim) -> bool:
    """Return whether a claim has something to draw."""
    return claim.kind in PANELS and bool(claim._expressions)


def outcome(verdict: Verdict) -> str:
    """Say what was observed of a claim that is judged without an interval."""
    return PANELS[verdict.kind].outcome(verdict)
