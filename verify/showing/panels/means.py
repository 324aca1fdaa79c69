"""Panels of means and frequencies, over the cells of a grid."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from bounds import Identity, MissingValue, Monotone, Probability, Threshold, evaluate
from verify.catalogue.kinds import is_exact
from verify.evidence.sample import Array, Sample, expand
from verify.showing.palette import OBSERVED, PREDICTED, SERIES, ZONE
from verify.showing.panels.instances import scatter_identity
from verify.showing.panels.marks import (
    abscissa,
    cell_label,
    claim_label,
    grouped,
    intervals_of,
    label_of,
    legend,
    mark,
    name_abscissa,
)


def identity(axes: Axes, sample: Sample[Identity]) -> None:
    """A mean or a frequency with its formula; an exact identity as instances."""
    claim = sample.claim
    if is_exact(claim):
        scatter_identity(axes, sample)
        return
    along, x = abscissa(sample)
    observed, predicted = sample.table(claim.observable), sample.table(claim.equals).mean(axis=1)
    middle, low, high = intervals_of(observed, claim.functional)
    groups = grouped(sample, along)
    if along is None or len(groups) > 6 or all(len(cells) == 1 for cells in groups.values()):
        _identity_by_cell(axes, sample, predicted, middle, low, high)
        return
    for (name, members), colour in zip(groups.items(), SERIES * 9, strict=False):
        order = sorted(members, key=lambda c: x[c])
        fine = np.linspace(x[order].min(), x[order].max(), 200)
        curve = _curve(sample, order[0], along, fine)
        shown = (x[order], predicted[order]) if curve is None else (fine, curve)
        axes.plot(*shown, color=PREDICTED, linewidth=1.4, label=None if axes.lines else "predicted")
        mark(
            axes,
            x[order],
            middle[order],
            low[order],
            high[order],
            OBSERVED if len(groups) == 1 else colour,
            name if len(groups) > 1 else "observed, 95 %",
        )
    name_abscissa(axes, sample, along, x)
    axes.set_ylabel(claim_label(sample, claim.observable, "observed and predicted"))
    if np.all(predicted > 0) and predicted.max() / predicted.min() > 50:
        axes.set_yscale("log")
    legend(axes)


def _identity_by_cell(
    axes: Axes, sample: Sample[Identity], predicted: Array, middle: Array, low: Array, high: Array
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
    labels = [cell_label(sample, cell) or f"cell {cell + 1}" for cell in range(len(sample.cells))]
    axes.set_yticks(rows, labels, fontsize=7)
    axes.set_ylim(-0.9, len(rows) - 0.1)  # below the last row is room for the legend
    name = claim_label(sample, sample.claim.observable, "observed")
    relation = "over predicted" if sample.claim.scale is None else "minus predicted"
    axes.set_xlabel(f"{name}, {relation}")
    legend(axes)


def _curve(sample: Sample[Identity], cell: int, along: str, x: Array) -> Array | None:
    """Evaluate the prediction as ``along`` varies, if it depends on parameters alone."""
    parameters = {k: v for k, v in sample.cells[cell].items() if not isinstance(v, str)}
    known = {**parameters, along: x}
    formula = expand(sample.claim.equals, sample.theorem, frozenset(known))
    try:
        return np.broadcast_to(evaluate(formula, known), x.shape)
    except (MissingValue, ValueError):
        return None


def probability(axes: Axes, sample: Sample[Probability]) -> None:
    """The frequency of an event with its bound."""
    claim = sample.claim
    along, x = abscissa(sample)
    event = sample.table(claim.event)
    bound = claim.at_most if claim.at_most is not None else claim.at_least
    predicted = np.clip(sample.table(bound).mean(axis=1), 0, None)
    middle, low, high = intervals_of(event, "proportion")
    order = np.argsort(x)
    word = "at most" if claim.at_most is not None else "at least"
    for members in grouped(sample, along).values():  # no line joins cells that differ in more
        line = sorted(members, key=lambda c: x[c])
        axes.plot(
            x[line],
            predicted[line],
            color=PREDICTED,
            marker="_",
            markersize=12,
            label=None if axes.lines else f"claimed: {word}",
        )
    mark(axes, x[order], middle[order], low[order], high[order], OBSERVED, "observed, 95 %")
    name_abscissa(axes, sample, along, x)
    axes.set_ylabel("probability of the event")
    if predicted.min() > 0 and predicted.max() < 0.2:
        axes.set_ylim(-0.02 * predicted.max(), None)
    legend(axes)


def threshold(axes: Axes, sample: Sample[Threshold]) -> None:
    """The frequency of success along the parameter, in units of the predicted point."""
    claim = sample.claim
    event = sample.table(claim.success)
    middle, low, high = intervals_of(event, "proportion")
    at = np.array([sample.parameter(c, claim.at) for c in range(len(sample.cells))])
    where = np.array([float(cell[claim.along]) for cell in sample.cells])
    for (name, members), colour in zip(
        grouped(sample, claim.along).items(), SERIES * 9, strict=False
    ):
        order = sorted(members, key=lambda c: where[c])
        mark(axes, where[order] / at[order], middle[order], low[order], high[order], colour, name)
        axes.plot(where[order] / at[order], middle[order], color=colour, linewidth=0.7, alpha=0.6)
    axes.axvline(1.0, color=PREDICTED, linewidth=1.5, label="predicted")
    axes.axvspan(1 - claim.tolerance, 1 + claim.tolerance, color=ZONE, alpha=0.1, label="zone")
    axes.axhline(0.5, color="0.6", linewidth=0.8, linestyle=":")
    axes.set_xlabel(f"{label_of(sample, claim.along)}, in units of the predicted threshold")
    axes.set_ylabel(f"share: {claim_label(sample, claim.success, 'success')}")
    legend(axes)


def monotone(axes: Axes, sample: Sample[Monotone]) -> None:
    """Means along the parameter."""
    claim = sample.claim
    values = sample.table(claim.observable)
    middle, low, high = intervals_of(values, "mean")
    where = np.array([float(cell[claim.along]) for cell in sample.cells])
    for (name, members), colour in zip(
        grouped(sample, claim.along).items(), SERIES * 9, strict=False
    ):
        order = sorted(members, key=lambda c: where[c])
        axes.plot(where[order], middle[order], color=colour, linewidth=0.9, alpha=0.7)
        mark(
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
    name_abscissa(axes, sample, claim.along, where)
    axes.set_ylabel(claim_label(sample, claim.observable, "observable"))
    legend(axes)
