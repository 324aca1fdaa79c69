"""Panels along paths of growing size."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bounds import BigO, Bounded, Limit, Omega, Theta
from verify.evidence.sample import Sample
from verify.showing.palette import PREDICTED, SERIES, ZONE
from verify.showing.panels.marks import (
    brief,
    claim_label,
    intervals_of,
    label_of,
    logarithmic,
    mark,
    symbol_of,
)


def _growing(sample: Sample[Any]) -> str:
    """Return the parameter that serves as abscissa of paths."""
    counts: dict[str, int] = defaultdict(int)
    for path in sample.paths:
        for name in path.path.ray:
            counts[name] += 1
    return max(counts, key=lambda name: counts[name])


def _size_label(sample: Sample[Any], shared: str) -> str:
    """Name the abscissa of paths: what all rays grow, or the first parameter of each."""
    if all(shared in path.path.ray for path in sample.paths):
        return label_of(sample, shared)
    return "size: the first parameter of each ray in the legend"


def scaling(axes: Axes, sample: Sample[Theta | BigO | Omega]) -> None:
    """Means along every path with the claimed growth, anchored at the far half."""
    claim = sample.claim
    values = sample.table(claim.observable)
    growth = sample.table(claim.of).mean(axis=1)
    middle, low, high = intervals_of(values, "mean" if claim.functional == "mean" else "logmean")
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
            f"{symbol_of(k)} = {brief(v)}"
            for k, v in path.path.base.items()
            if k not in path.path.ray and isinstance(v, int | float)
        ]
        ray = ", ".join(
            symbol_of(k) + (f"$^{{{e:g}}}$" if e != 1 else "") for k, e in path.path.ray.items()
        )
        mark(
            axes,
            x,
            middle[cells],
            low[cells],
            high[cells],
            colour,
            f"along {ray}" + (f" ({', '.join(rest[:3])})" if rest else ""),
        )
        sizes.extend(x)
    logarithmic(axes, np.array(sizes))
    axes.set_yscale("log")
    axes.set_xlabel(_size_label(sample, shared))
    axes.set_ylabel(claim_label(sample, claim.observable, "observable"))
    axes.legend(fontsize=7, frameon=False)


def bounded(axes: Axes, sample: Sample[Bounded]) -> None:
    """Mean differences along every path, and the growth from the first size that is let pass."""
    claim = sample.claim
    difference = sample.table(claim.observable) - sample.table(claim.of)
    middle, low, high = intervals_of(difference, "mean")
    sizes: list[float] = []
    shared = _growing(sample)
    for path, colour in zip(sample.paths, SERIES * 9, strict=False):
        cells = np.array(path.positions)
        name = shared if shared in path.path.ray else next(iter(path.path.ray))
        x = np.array([float(sample.cells[c][name]) for c in cells])
        first = path is sample.paths[0]
        mark(axes, x, middle[cells], low[cells], high[cells], colour, "observed, 95 %")
        spread = claim.tolerance * (path.path.scales() - path.path.scales().mean())
        level = float(middle[cells].mean())
        axes.axhline(level, color=PREDICTED, linewidth=1.3, label="a constant" if first else None)
        axes.fill_between(
            x,
            level - np.abs(spread),
            level + np.abs(spread),
            color=ZONE,
            alpha=0.1,
            linewidth=0,
            label="growth that is not told from none" if first else None,
        )
        sizes.extend(x)
    logarithmic(axes, np.array(sizes))
    axes.set_xlabel(_size_label(sample, shared))
    axes.set_ylabel("observable less claimed growth")
    axes.legend(fontsize=7, frameon=False)


def limit(axes: Axes, sample: Sample[Limit]) -> None:
    """Means along every path with the limit and the zone around it."""
    claim = sample.claim
    values, target = sample.table(claim.observable), sample.table(claim.to).mean(axis=1)
    middle, low, high = intervals_of(values, claim.functional)
    sizes: list[float] = []
    shared = _growing(sample)
    for path, colour in zip(sample.paths, SERIES * 9, strict=False):
        cells = np.array(path.positions)
        name = shared if shared in path.path.ray else next(iter(path.path.ray))
        x = np.array([float(sample.cells[c][name]) for c in cells])
        rest = [
            f"{symbol_of(k)} = {brief(v)}"
            for k, v in path.path.base.items()
            if k not in path.path.ray and isinstance(v, int | float)
        ]
        mark(
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
    logarithmic(axes, np.array(sizes))
    axes.set_xlabel(_size_label(sample, shared))
    axes.set_ylabel(claim_label(sample, claim.observable, "observable"))
    axes.legend(fontsize=7, frameon=False)
