"""Brackets of a limit from two halves of a path.

Whatever finite-size correction a claim allows, if it shrinks at least as fast as the declared
class, the limit lies between the far value and its Richardson extrapolation. Both ends of the
bracket must agree before a verdict is given; otherwise the answer is `undecided (drift)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.catalogue.grid import PathCells
from verify.evidence.sample import Array, Sample

POWER_FOR_HOLDS = 0.5
"""Exponent of the slowest power correction that `holds` must survive."""


def power_step(ratio: float, rate: float) -> float:
    """Extrapolation step for corrections that shrink like ``size**-rate``."""
    return float(1 / (ratio**rate - 1))


def sizes_along(sample: Sample[Any], path: PathCells) -> Array:
    """Return, per cell of a path, the largest of its growing parameters (1/x if it shrinks)."""
    grown = [
        np.array([float(sample.cells[c][name]) for c in path.positions]) ** np.sign(exponent)
        for name, exponent in path.path.ray.items()
        if exponent != 0
    ]
    largest: Array = np.max(grown, axis=0)
    return largest


def logarithmic_step(near: float, far: float, power: int) -> float:
    """Extrapolation step for corrections like ``1/log(size)**power``; infinite if sizes are small.

    ``near`` and ``far`` are the centres of the two halves of the path.
    """
    if near <= 1 or far <= near:
        return np.inf
    return float(1 / ((np.log(far) / np.log(near)) ** power - 1))


@dataclass(frozen=True)
class Bracket:
    """Contrasts over the cells of a sample whose values bracket a limit.

    Attributes
    ----------
    far, near : (cells,) contrasts
        The value (or local exponent) in the far and the near half.
    step_holds, step_broken : float
        How far `holds` and `broken` extrapolate beyond the far half.
    last : int
        The farthest cell.
    label : str
        Which ray or path it is.
    """

    far: Array
    near: Array
    step_holds: float
    step_broken: float
    last: int
    label: str

    def ends(self, step: float) -> Array:
        """Return the two ends, as contrasts: (2, cells)."""
        return np.stack([self.far, self.far + step * (self.far - self.near)])


def slope_contrast(sample: Sample[Any], path: PathCells, half: slice) -> Array:
    """Return the contrast that is the least-squares slope over a half of a path."""
    positions = np.array(path.positions)[half]
    scale = path.path.scales()[half]
    centred = scale - scale.mean()
    contrast = np.zeros(len(sample.cells))
    contrast[positions] = centred / (centred @ centred)
    return contrast


def halves(path: PathCells) -> tuple[slice, slice, float]:
    """Return the near and the far half of a path, and the ratio of their centres."""
    count = len(path.positions)
    middle = count // 2
    ratio = path.path.step ** (count - middle)
    return slice(0, middle), slice(count - middle, count), ratio


def describe(path: PathCells) -> str:
    """Return "n, d^2" for a ray along which d grows like the square of n."""
    parts = [
        name if exponent == 1 else f"{name}^{exponent:g}"
        for name, exponent in path.path.ray.items()
    ]
    return ", ".join(parts)
