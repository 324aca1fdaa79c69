"""Grids of cells: where a simulation is run."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from bounds.values import real
from verify.errors import printable

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


def shown(cell: Cell) -> str:
    """Return a point for people."""
    return printable(", ".join(f"{name} = {_value(value)}" for name, value in cell.items()))


def _value(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=8, separator=", ").replace("\n", "")
    if isinstance(value, tuple | list):
        return f"({', '.join(map(_value, value))})"
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def plain(name: object, value: Any) -> Any:
    """Return the value of a parameter; numbers of sympy's as Python's.

    Raises
    ------
    ValueError
        If it is neither a number nor a word, nor a sequence or an array of these.
    """
    if not isinstance(name, str):
        raise ValueError(f"a parameter of a cell is named by a string, 'n' say, not by {name!r}")
    if isinstance(value, tuple | list):
        return type(value)(plain(name, one) for one in value)
    if isinstance(value, sp.Expr) and (number := real(value)) is not None:
        return int(value) if value.is_Integer else number
    if not isinstance(value, bool | int | float | str | np.generic | np.ndarray):
        raise ValueError(
            f"a cell has {name}={value!r}; the value of a parameter is a number, a word or a tuple "
            "of these (several cells: product(n=[10, 20]))"
        )
    return value


def product(**axes: Any) -> list[dict[str, Any]]:
    """Return every combination of the axes; what is no list or range is shared by all cells.

    >>> product(d=[2, 3], sigma=1.0)
    [{'d': 2, 'sigma': 1.0}, {'d': 3, 'sigma': 1.0}]
    """
    lists = [list(v) if isinstance(v, list | range) else [v] for v in axes.values()]
    for name, values in zip(axes, lists, strict=True):
        if not values:
            raise ValueError(f"product: {name} has no values, so that there would be no cells")
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
        form = 'a path is Path({"n": 1}, base=dict(n=10, d=3), sizes=6, step=2)'
        for name in ("ray", "base"):
            if not isinstance(getattr(self, name), Mapping):
                raise ValueError(f"{form}; its {name} is {getattr(self, name)!r}")
        if not isinstance(self.sizes, int) or self.sizes < 4:
            raise ValueError(f"sizes={self.sizes!r}: a path needs at least 4")
        step = real(self.step)
        if step is None or not 1 < step < np.inf:
            raise ValueError(f"step={self.step!r}: the ratio of neighbouring sizes is above 1")
        missing = set(self.ray) - set(self.base)
        if missing:
            raise ValueError(f"the ray grows {sorted(missing)}, which the base does not have")
        exponents = {name: real(exponent) for name, exponent in self.ray.items()}
        if None in exponents.values() or not any(exponents.values()):
            raise ValueError(f"{form}; nothing grows along the ray {dict(self.ray)}")
        base = {name: plain(name, value) for name, value in self.base.items()}
        for name, exponent in exponents.items():
            if exponent and not (real(base[name]) or 0) > 0:
                raise ValueError(
                    f"the ray grows {name} from {base[name]!r}: it begins with a positive number"
                )
        object.__setattr__(self, "base", base)

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


def _each(given: Iterable[Any], kind: type, name: str, example: str) -> list[Any]:
    """Return what is listed, all of one kind."""
    if isinstance(given, kind | str) or not isinstance(given, Iterable):
        raise ValueError(f"{name} is a list, [{example}], not {given!r}")
    items = list(given)
    for item in items:
        if not isinstance(item, kind):
            raise ValueError(f"{name} is a list, [{example}]; it has {item!r} in it")
    return items


def lay_out(
    cells: Iterable[Cell], paths: Sequence[Path]
) -> tuple[tuple[Cell, ...], tuple[PathCells, ...]]:
    """Join loose cells and paths into one grid without repeated cells.

    Raises
    ------
    ValueError
        If these are none.
    """
    grid: list[Cell] = []
    position: dict[str, int] = {}

    def add(cell: Cell) -> int:
        key = digest(cell)
        if key not in position:
            position[key] = len(grid)
            grid.append(dict(cell))
        return position[key]

    for cell in _each(cells, Mapping, "cells", "dict(n=10, d=3)"):
        add({name: plain(name, value) for name, value in cell.items()})
    paths = _each(paths, Path, "paths", 'Path({"n": 1}, base=dict(n=10, d=3))')
    placed = tuple(PathCells(path, tuple(add(cell) for cell in path.cells())) for path in paths)
    return tuple(grid), placed
