"""Panels along paths of growing size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bounds import BigO, Bounded, Limit, Omega, Theta
from verify.catalogue.grid import Path
from verify.evidence.sample import Array, Sample
from verify.showing.palette import PREDICTED, SERIES, ZONE
from verify.showing.panels.marks import (
    brief,
    claim_label,
    intervals_of,
    label_of,
    legend,
    logarithmic,
    mark,
    symbol_of,
)

ROOM = 0.06
"""Height of a line of the legend, in heights of what is drawn."""


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


@dataclass(frozen=True)
class _Course:
    """A path as it is drawn: its cells, their sizes, its colour, and what tells it from others."""

    path: Path
    cells: Array
    x: Array
    colour: str
    label: str
    is_first: bool


def _courses(sample: Sample[Any]) -> Iterator[_Course]:
    shared, labels = _growing(sample), _labels([one.path for one in sample.paths])
    for path, colour, label in zip(sample.paths, SERIES * 9, labels, strict=False):
        name = shared if shared in path.path.ray else next(iter(path.path.ray))
        cells = np.array(path.positions)
        x = np.array([float(sample.cells[c][name]) for c in cells])
        yield _Course(path.path, cells, x, colour, label, path is sample.paths[0])


def _labels(paths: list[Path]) -> list[str]:
    """Return what tells paths apart: rays, what stays fixed, and if need be where they begin."""

    def differs(name: str) -> bool:
        return len({repr(one.base.get(name)) for one in paths}) > 1

    def written(path: Path, names: list[str]) -> list[str]:
        values = {name: path.base[name] for name in names}
        return [
            value if isinstance(value, str) else f"{symbol_of(name)} = {brief(value)}"
            for name, value in values.items()
            if isinstance(value, int | float) or (isinstance(value, str) and differs(name))
        ]

    grow = [{name: power for name, power in one.ray.items() if power} for one in paths]
    rays = [
        "along "
        + ", ".join(symbol_of(k) + (f"$^{{{e:g}}}$" if e != 1 else "") for k, e in ray.items())
        for ray in grow
    ]
    fixed = [
        written(one, sorted(set(one.base) - set(ray), key=lambda name: (not differs(name), name)))
        for one, ray in zip(paths, grow, strict=True)
    ]
    labels = [
        f"{ray} ({', '.join(rest[:3])})" if rest else ray
        for ray, rest in zip(rays, fixed, strict=True)
    ]
    if len(set(labels)) == len(labels):
        return labels
    starts = [", ".join(written(one, list(ray))) for one, ray in zip(paths, grow, strict=True)]
    return [f"{label}, from {start}" for label, start in zip(labels, starts, strict=True)]


def scaling(axes: Axes, sample: Sample[Theta | BigO | Omega]) -> None:
    """Means along every path with the claimed growth, anchored at the far half."""
    claim = sample.claim
    values = sample.table(claim.observable)
    growth = sample.table(claim.of).mean(axis=1)
    middle, low, high = intervals_of(values, "mean" if claim.functional == "mean" else "logmean")
    for one in _courses(sample):
        far = one.cells[len(one.cells) // 2 :]
        anchor = np.exp(np.mean(np.log(middle[far]) - np.log(growth[far])))
        axes.plot(
            one.x,
            anchor * growth[one.cells],
            color=PREDICTED,
            linewidth=1.3,
            label="claimed growth" if one.is_first else None,
        )
        near = middle[one.cells], low[one.cells], high[one.cells]
        mark(axes, one.x, *near, one.colour, one.label)
    axes.set_yscale("log")
    axes.set_ylabel(claim_label(sample, claim.observable, "observable"))
    _finish(axes, sample)


def bounded(axes: Axes, sample: Sample[Bounded]) -> None:
    """Mean differences along every path, and the growth from the first size that is let pass."""
    claim = sample.claim
    difference = sample.table(claim.observable) - sample.table(claim.of)
    middle, low, high = intervals_of(difference, "mean")
    for one in _courses(sample):
        near = middle[one.cells], low[one.cells], high[one.cells]
        mark(axes, one.x, *near, one.colour, one.label)
        spread = claim.tolerance * (one.path.scales() - one.path.scales().mean())
        level = float(middle[one.cells].mean())
        label = "a constant" if one.is_first else None
        axes.axhline(level, color=PREDICTED, linewidth=1.3, label=label)
        axes.fill_between(
            one.x,
            level - np.abs(spread),
            level + np.abs(spread),
            color=ZONE,
            alpha=0.1,
            linewidth=0,
            label="growth that is not told from none" if one.is_first else None,
        )
    axes.set_ylabel("observable less claimed growth")
    _finish(axes, sample)


def limit(axes: Axes, sample: Sample[Limit]) -> None:
    """Means along every path with the limit and the zone around it."""
    claim = sample.claim
    values, target = sample.table(claim.observable), sample.table(claim.to).mean(axis=1)
    middle, low, high = intervals_of(values, claim.functional)
    for one in _courses(sample):
        cells, x = one.cells, one.x
        mark(axes, x, middle[cells], low[cells], high[cells], one.colour, one.label)
        axes.plot(x, middle[cells], color=one.colour, linewidth=0.7, alpha=0.6)
        label = "limit" if one.is_first else None
        axes.plot(x, target[cells], color=PREDICTED, linewidth=1.3, label=label)
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
            label="zone" if one.is_first else None,
        )
    axes.set_ylabel(claim_label(sample, claim.observable, "observable"))
    _finish(axes, sample)


def _finish(axes: Axes, sample: Sample[Any]) -> None:
    """Name the abscissa of paths, and what is drawn."""
    sizes = [one.x for one in _courses(sample)]
    logarithmic(axes, np.concatenate(sizes))
    axes.set_xlabel(_size_label(sample, _growing(sample)))
    low, high = axes.get_ylim()
    share = ROOM * (len(sizes) + 1)  # above all paths is room for what is said of each
    log = axes.get_yscale() == "log"
    axes.set_ylim(low, high * (high / low) ** share if log else high + share * (high - low))
    legend(axes)
