"""Changing parameters of a grid from the outside (``--set NAME=VALUE``)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bounds import ClaimOf
from bounds.symbols import outside_domain
from verify.catalogue.grid import Cell, PathCells, canonical
from verify.catalogue.grid import Path as GridPath
from verify.errors import UnknownName, UserError

LARGEST = 1e15
"""Largest size of a number that may be set: beyond it whole numbers are no longer exact."""


def parse_settings(texts: tuple[str, ...]) -> dict[str, Any]:
    """Read ``NAME=VALUE`` texts; a value is a Python literal or a word.

    Raises
    ------
    UserError
        If a text has another form.
    """
    settings = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UserError(
                f"--set takes NAME=VALUE, for instance --set epsilon=0.5; got {text!r}."
            )
        try:
            settings[name.strip()] = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError):
            settings[name.strip()] = value.strip()
    return settings


def changed_grid(
    cells: Sequence[Cell], paths: Sequence[PathCells], settings: Mapping[str, Any]
) -> tuple[list[Cell], list[GridPath]]:
    """Return cells, position by position, and paths with the settings put in.

    Cells that do not have a parameter keep what they have. Along a path the new value replaces
    the base's, and a parameter that the path grows grows from there. A sequence may be as long as
    another cell has it.

    Raises
    ------
    UserError
        If a value has the wrong type, or no path can begin with it.
    """
    bases = [placed.path.base for placed in paths]
    known = _that_cells_have([*cells, *bases], settings)
    changed = [_changed(cell, settings, known) for cell in cells]
    moved = [
        _moved(placed.path, _changed(base, settings, known))
        for placed, base in zip(paths, bases, strict=True)
    ]
    for placed, path in zip(paths, moved, strict=True):
        for position, cell in zip(placed.positions, path.cells(), strict=True):
            changed[position] = cell
    return changed, moved


def _moved(path: GridPath, base: Cell) -> GridPath:
    try:
        return replace(path, base=base)
    except ValueError as failure:
        raise UserError(f"With these settings no path can be followed: {failure}.") from failure


def every_setting_is_used(cells: Iterable[Cell], settings: Mapping[str, Any]) -> None:
    """Refuse a name that no cell has.

    Raises
    ------
    UnknownName
        Naming the nearest parameters.
    """
    known = {name for cell in cells for name in cell}
    for name in settings:
        if name not in known:
            raise UnknownName(
                "parameter", name, known, "The claims that are run have no parameters to set."
            )


def _that_cells_have(cells: Iterable[Cell], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return those settings that are sequences which some cell has, as it has them."""
    return {
        name: cell[name]
        for cell in cells
        for name, value in settings.items()
        if isinstance(cell.get(name), tuple | list) and canonical(cell[name]) == canonical(value)
    }


def _changed(cell: Cell, settings: Mapping[str, Any], known: Mapping[str, Any]) -> Cell:
    used = {name: value for name, value in settings.items() if name in cell}
    if not used:
        return cell
    new = {n: known[n] if n in known else _like(n, cell[n], value) for n, value in used.items()}
    return {**cell, **new}


def _like(name: str, old: Any, value: Any) -> Any:
    """Return a value in the type of the one that it replaces.

    Raises
    ------
    UserError
        If it has another type, shape or is not finite.
    """
    if isinstance(old, bool):
        if not isinstance(value, bool):
            raise UserError(f"{name} is True or False (here {old}), not {value!r}.")
        return value
    if isinstance(old, int | float):
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise UserError(f"{name} is a number (here {old}), not {value!r}.")
        if not abs(value) < LARGEST:
            raise UserError(f"{name} is a number below {LARGEST:.0e} in size, not {value}.")
        if isinstance(old, int) and value != int(value):
            raise UserError(f"{name} is a whole number (here {old}), not {value}.")
        return type(old)(value)
    if isinstance(old, tuple | list):
        if not isinstance(value, tuple | list) or len(value) != len(old):
            raise UserError(f"{name} is a sequence of {len(old)} values, not {value!r}.")
        return tuple(_like(name, one, other) for one, other in zip(old, value, strict=True))
    if isinstance(old, str) and not isinstance(value, str):
        return str(value)
    return value


def refuse_outside(
    claims: Iterable[ClaimOf], before: Cell, after: Cell, settings: Mapping[str, Any]
) -> None:
    """Say which hypothesis or domain of a claim a setting leaves.

    Raises
    ------
    UserError
        If it leaves one that the cell was inside of before.
    """
    for theorem in {id(item.theorem): item.theorem for item in claims}.values():
        for symbol in theorem.free_symbols():
            if symbol.name in settings and symbol.name in after:
                for words in outside_domain(symbol, after[symbol.name]):
                    raise UserError(
                        f"{symbol.name} must be {words} in {theorem.id}; got {after[symbol.name]}."
                    )
        if theorem.unmet(after) and not theorem.unmet(before):
            raise UserError(f"{theorem.id} assumes that {'; '.join(theorem.unmet(after))}.")
