"""Panels of exact claims: every instance is a point."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bounds import Construction, Identity, Inequality
from verify.evidence.sample import Array, Sample
from verify.showing.palette import INSIDE, OBSERVED, PREDICTED
from verify.showing.panels.marks import claim_label, legend, many

MOST_POINTS, FEW_INSTANCES = 600, 12

MOST_DECADES = 1e24
"""What is smaller by this factor than the largest value is not in the picture."""


def _thin(*arrays: Array) -> list[Array]:
    """Keep at most so many points that a scatter stays readable."""
    step = max(1, arrays[0].shape[-1] * arrays[0].shape[0] // MOST_POINTS)
    return [array.ravel()[::step] for array in arrays]


STRAYS = 0.01
"""So large a share of the instances may be below the picture where they lie decades apart."""


def _diagonal(axes: Axes, x: Array, y: Array, label: str) -> int:
    """Draw where two sides are equal; return how many points are below the picture.

    On logarithmic axes a few that are far smaller than the rest, and than all of ``x``, do not
    press it into a corner.
    """
    low, high = min(x.min(), y.min()), max(x.max(), y.max())
    apart = high - low > 1e-6 * max(abs(low), abs(high))
    pad = 0.03 * (high - low) if apart else 0.05 * abs(high) or 1.0
    line = np.array([low - pad, high + pad])
    if x.min() > 0 and y.min() > 0 and low < high / 100:
        axes.set_xscale("log")
        axes.set_yscale("log")
        most = float(np.quantile(y, STRAYS, method="lower"))
        floor = min(most, float(x.min())) if y.min() < most / 10 else float(y.min())
        low, floor = max(low, floor, high / MOST_DECADES), max(floor, high / MOST_DECADES)
        line = np.array([low / 1.2, high * 1.2])
        axes.set_xlim(max(x.min() / 1.2, line[0]), line[1])
        axes.set_ylim(floor / 1.2, line[1])
    else:
        floor = -np.inf
    axes.plot(line, line, color=PREDICTED, linewidth=1.3, label=label)
    return int((y < floor / 1.2).sum())


def scatter_identity(axes: Axes, sample: Sample[Identity]) -> None:
    """Both sides of an exact identity, against each other."""
    claim = sample.claim
    x, y = _thin(sample.table(claim.equals), sample.table(claim.observable))
    _diagonal(axes, x, y, "predicted: equal")
    axes.scatter(x, y, s=12, color=OBSERVED, alpha=0.6, linewidths=0, label="instances", zorder=3)
    axes.set_xlabel("right side of the identity")
    axes.set_ylabel(claim_label(sample, claim.observable, "left side of the identity"))
    legend(axes)


def inequality(axes: Axes, sample: Sample[Inequality | Construction]) -> None:
    """A bound against what it bounds, or the latter alone if the bound is one number."""
    claim = sample.claim
    bound = claim.at_most if claim.at_most is not None else claim.at_least
    left, right = sample.table(claim.left), sample.table(bound)
    name = claim_label(sample, claim.left, "left side")
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
        below = _diagonal(axes, x, y, f"claimed: {word} this")
        wrong = excess > claim.tolerance
        axes.scatter(
            x[~wrong],
            y[~wrong],
            s=12,
            color=INSIDE,
            alpha=0.6,
            linewidths=0,
            label=f"instances ({below} below the picture)" if below else "instances",
            zorder=3,
        )
        if wrong.any():
            axes.scatter(
                x[wrong], y[wrong], s=16, color=OBSERVED, label="beyond the bound", zorder=4
            )
        axes.set_xlabel("the bound")
        axes.set_ylabel(name)
    legend(axes)


def _spread(axes: Axes, values: Array, bound: float) -> None:
    """Draw a few instances one by one and many as a histogram, logarithmic far below a bound."""
    if values.size <= FEW_INSTANCES:
        rows = np.arange(1, values.size + 1)
        axes.plot(values, rows, "o", color=OBSERVED, markersize=5, label="instances")
        axes.set_yticks(rows)
        axes.set_ylim(0, values.size + 1)
        axes.set_ylabel("instance")
        return
    bins: Any = min(60, max(10, values.size // 20))
    if values.min() >= 0 and 20 * values.max() < bound:
        if values.any():
            least = max(values[values > 0].min(), 1e-12 * bound)
            values, bins = np.maximum(values, least), np.geomspace(0.9 * least, 2 * bound, bins)
            axes.set_xscale("log")
        else:
            bins = np.linspace(-bound, 2 * bound, bins)
    counts, *_ = axes.hist(values, bins=bins, color=OBSERVED, alpha=0.75, label="instances")
    axes.set_ylabel("number of instances")
    many(axes, counts)
