"""Changing parameters of a grid from the outside (``--set NAME=VALUE``)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from bounds.theorem import outside_domain
from verify.binding import Check
from verify.errors import UserError
from verify.grid import Cell, PathCells
from verify.grid import Path as GridPath


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


def apply_settings(check: Check, settings: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Return the check's cells, position by position, with the settings put in.

    Cells that do not have a parameter keep what they have. Along a path the new value replaces
    the base's, and a parameter that the path grows grows from there.

    Raises
    ------
    UserError
        If a value has the wrong type, or is outside the domain or the hypotheses of a claim.
    """
    if not settings:
        return check.cells
    cells: list[Cell] = [_changed(cell, settings) for cell in check.cells]
    for placed in check.paths:
        for position, cell in zip(placed.positions, _path_cells(placed, settings), strict=True):
            cells[position] = cell
    for before, after in zip(check.cells, cells, strict=True):
        if after is not before:
            _refuse_outside(check, before, after, settings)
    return tuple(cells)


def _path_cells(placed: PathCells, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    path = placed.path
    return GridPath(path.ray, _changed(path.base, settings), path.sizes, path.step).cells()


def _changed(cell: Cell, settings: Mapping[str, Any]) -> Cell:
    used = {name: value for name, value in settings.items() if name in cell}
    if not used:
        return cell
    for name, value in used.items():
        old = cell[name]
        number = isinstance(old, int | float) and not isinstance(old, bool)
        if number and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise UserError(f"{name} is a number (here {old}), not {value!r}.")
        if isinstance(old, int) and not isinstance(old, bool) and value != int(value):
            raise UserError(f"{name} is a whole number (here {old}), not {value}.")
        if isinstance(old, int) and not isinstance(old, bool):
            used[name] = int(value)
        elif isinstance(old, float):
            used[name] = float(value)
    return {**cell, **used}


def _refuse_outside(
    check: Check, before: Cell, after: Cell, settings: Mapping[str, Any]
) -> None:
    """Say which hypothesis or domain a setting leaves."""
    for item in check.claims:
        theorem = item.theorem
        for symbol in theorem.free_symbols():
            if symbol.name in settings and symbol.name in after:
                for words in outside_domain(symbol, after[symbol.name]):
                    raise UserError(
                        f"{symbol.name} must be {words} in {theorem.id}; got "
                        f"{after[symbol.name]}."
                    )
        if theorem.unmet(after) and not theorem.unmet(before):
            raise UserError(f"{theorem.id} assumes that {'; '.join(theorem.unmet(after))}.")
