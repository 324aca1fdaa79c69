"""Grids of cells: where a simulation is run."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Cell = Mapping[str, Any]


def canonical(value: Any) -> Any:
    """Return ``value`` in a form whose JSON is the same for equal parameters."""
    if isinstance(value, Mapping):
        return {str(key): canonical(value[key]) for key in sorted(value)}
    if isinstance(value, np.ndarray | list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def digest(value: Any) -> str:
    """Return a 128-bit fingerprint of nested parameters."""
    text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def product(**axes: Any) -> list[dict[str, Any]]:
    """Return every combination of the axes; a value that is not a list is shared by all cells.

    >>> product(d=[2, 3], sigma=1.0)
    [{'d': 2, 'sigma': 1.0}, {'d': 3, 'sigma': 1.0}]
    """
    lists = [value if isinstance(value, list) else [value] for value in axes.values()]
    return [dict(zip(axes, values, strict=True)) for values in itertools.product(*lists)]


@dataclass(frozen=True)
class Path:
    """Cells of growing size along one ray, from one base point.

    Parameters
    ----------
    ray : mapping from parameter to exponent
        Size number l multiplies each of these parameters by ``step**(exponent * l)``. A negative
        exponent sends the parameter to zero.
    base : cell
        The smallest size, and all other parameters.
    sizes : int
        How many sizes; at least 4.
    step : float
        Ratio of neighbouring sizes.
    """

    ray: Mapping[str, float]
    base: Cell
    sizes: int = 6
    step: float = 2.0

    def __post_init__(self) -> None:
        if self.sizes < 4:
            raise ValueError(f"sizes={self.sizes}: a path needs at least 4")
        missing = set(self.ray) - set(self.base)
        if missing:
            raise ValueError(f"the ray grows {sorted(missing)}, which the base does not have")

    @property
    def direction(self) -> tuple[tuple[str, float], ...]:
        """The ray in a form that can be compared."""
        return tuple(sorted(self.ray.items()))

    def cells(self) -> list[dict[str, Any]]:
        """Return the cells, smallest first. Whole-number parameters stay whole."""
        return [self._cell(size) for size in range(self.sizes)]

    def _cell(self, size: int) -> dict[str, Any]:
        cell = dict(self.base)
        for name, exponent in self.ray.items():
            value = self.base[name] * self.step ** (exponent * size)
            cell[name] = round(value) if isinstance(self.base[name], int) else value
        return cell

    def scales(self) -> np.ndarray:
        """Return the logarithm of the scale of each cell."""
        scales: np.ndarray = np.log(self.step) * np.arange(self.sizes)
        return scales


@dataclass(frozen=True)
class PathCells:
    """A path with the positions of its cells in the grid of a check."""

    path: Path
    positions: tuple[int, ...]


def lay_out(
    cells: Iterable[Cell], paths: Sequence[Path]
) -> tuple[tuple[Cell, ...], tuple[PathCells, ...]]:
    """Join loose cells and paths into one grid without repeated cells."""
    grid: list[Cell] = []
    position: dict[str, int] = {}

    def add(cell: Cell) -> int:
        key = digest(cell)
        if key not in position:
            position[key] = len(grid)
            grid.append(dict(cell))
        return position[key]

    for cell in cells:
        add(cell)
    placed = tuple(PathCells(path, tuple(add(cell) for cell in path.cells())) for path in paths)
    return tuple(grid), placed
