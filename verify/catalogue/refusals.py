"""What `check` refuses: a grid, a cost or a simulation with which no run could say anything."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import sympy as sp

from bounds import ClaimOf, Theorem
from bounds.values import real
from verify.catalogue.kinds import kind_of

Cell = Mapping[str, Any]


def refuse_counts(**given: Any) -> None:
    """Refuse what is no whole number from 1."""
    for name, value in given.items():
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        if value is not None and not (whole and int(value) >= 1):
            raise ValueError(f"{name}={value!r}: it is a whole number from 1")


def refuse_costs(**given: Any) -> None:
    """Refuse what is neither a number from 0 nor a function of the cell."""
    for name, value in given.items():
        if value is None:
            raise ValueError(
                f"say what one replicate costs: {name}=1e-5, say. A rough guess will do; it sets "
                "how many are drawn"
            )
        number = real(value)
        if not callable(value) and (number is None or not 0 <= number < math.inf):
            raise ValueError(f"{name}={value!r}: it is a number from 0 or a function of the cell")


def refuse_costs_at(cells: Sequence[Cell], **costs: Any) -> None:
    """Refuse costs, given as functions of the cell, that are none at a cell of the grid."""
    for name, value in costs.items():
        for cell in cells if callable(value) else ():
            try:
                found = value(cell)
            except KeyError as failure:
                raise ValueError(
                    f"{name} asks for {failure.args[0]!r}, which a cell has not; it has "
                    f"{', '.join(map(str, cell))}"
                ) from failure
            number = real(found)
            if number is None or not 0 <= number < math.inf:
                raise ValueError(f"{name} is {found!r} at {cell!r}; it is a number from 0")


def refuse_open_conditions(claims: Sequence[ClaimOf], cells: Sequence[Cell]) -> None:
    """Refuse a condition on cells about a name that they do not have.

    A hypothesis may be about one that is declared: what it stands for is said, so that one can see
    whether it is met. Or about a letter of the theorem's algebra. Of a claim over a box the box has
    the names.
    """

    def missing(theorem: Theorem, condition: sp.Basic | None, names: frozenset[str]) -> list[str]:
        if condition is None or {s.name for s in condition.free_symbols} <= names:
            return []
        return sorted({s.name for s in theorem.written_out(condition, names).free_symbols} - names)

    claims = [item for item in claims if item.claim.box is None]
    somewhere = frozenset(name for cell in cells for name in cell)
    everywhere = frozenset(name for name in somewhere if all(name in cell for cell in cells))
    for theorem in {id(item.theorem): item.theorem for item in claims}.values():
        algebra = (one for one in theorem.claims if not one.observed)
        letters = {
            s.name for one in algebra for side in one.expressions() for s in side.free_symbols
        }
        for one in theorem.hypotheses:
            for name in missing(theorem, one.statement, somewhere | letters):
                if not theorem.meaning(name):
                    raise ValueError(
                        f"{theorem.id}: the hypothesis {one.words!r} is about {name}, which no "
                        f"cell has, and nothing says what it stands for; give every cell a {name}, "
                        f'or declare it: parameter("{name}", "WHAT IT STANDS FOR")'
                    )
    for item in claims:
        for name in missing(item.theorem, item.claim.where, everywhere):
            raise ValueError(
                f"{item.id}: where= is about {name}, which not every cell has; they all have "
                f"{', '.join(sorted(everywhere)) or 'nothing in common'}"
            )


def refuse_simulation(simulate: object, claims: Sequence[ClaimOf]) -> None:
    """Refuse what cannot be called as ``simulate(rng, cell, n)``."""
    of = claims[0].theorem.id if claims else "a check"
    form = f"the simulation of {of} is a function simulate(rng, cell, n)"
    if not callable(simulate):
        raise ValueError(f"{form}, not {simulate!r}")
    try:
        signature = inspect.signature(simulate)
    except (TypeError, ValueError):  # of compiled code
        return
    try:
        signature.bind(None, {}, 1)
    except TypeError:
        name = getattr(simulate, "__name__", "it")
        raise ValueError(f"{form}; {name}{signature} cannot be called with these three") from None


def refuse_grid(claims: Sequence[ClaimOf], cells: Sequence[Cell], has_paths: bool) -> None:
    """Refuse a grid on which a claim says nothing: none, no path, or without its parameter."""
    if not claims:
        raise ValueError(
            "the theorem has no claim that a simulation could observe: derivations, and claims "
            "over a box, need no check"
        )
    if not cells:
        names = ", ".join(item.id for item in claims)
        raise ValueError(f"no grid for {names}: a check needs cells=[...] or paths=[...]")
    for item in claims:
        name = type(item.claim).__name__
        if kind_of(item.claim).needs_path and not has_paths:
            raise ValueError(
                f"{item.id} is a {name}, which is judged along sizes that grow: give its check "
                f"paths=[Path({{PARAMETER: 1}}, base=dict(...))] with verify.Path"
            )
        along = getattr(item.claim, "along", None)
        if along is not None and not any(along in cell for cell in cells):
            known = ", ".join(sorted({key for cell in cells for key in cell}))
            raise ValueError(
                f"{item.id} is a {name} along {str(along)!r}, which no cell has: give its check "
                f"cells of several values of it. They have {known or 'no parameters'}"
            )
