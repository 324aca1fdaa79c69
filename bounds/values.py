"""Values that an author gives: read once, when a claim is made, and odd ones refused in words.

What is computed with later is then what it says: a number is a float, whether it was written as
0.5, ``sympy.Rational(1, 2)`` or a number of NumPy's.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Callable, Iterable
from numbers import Real
from typing import Any

import numpy as np
import sympy as sp

OUTCOMES = ("holds", "broken", "undecided", "not applicable")
"""Verdicts that a claim may expect."""

CORRECTIONS = ("log", "power")

_Domain = tuple[str, Callable[[float], bool]]

_FROM_0: _Domain = ("a number from 0", lambda value: value >= 0)
_POSITIVE: _Domain = ("a positive number", lambda value: value > 0)
_BELOW_1: _Domain = ("a number from 0 below 1", lambda value: 0 <= value < 1)
_BETWEEN: _Domain = ("a number between 0 and 1", lambda value: 0 < value < 1)

_NUMBERS: dict[str, tuple[_Domain, str]] = {
    "tolerance": (_FROM_0, "0.01 for one per cent"),
    "cell_tolerance": (_FROM_0, "0.01 for one per cent"),
    "bias": (_FROM_0, "0.001"),
    "rate": (_POSITIVE, "0.5 for corrections like 1/sqrt(size)"),
    "amplitude": (_POSITIVE, "3"),
    "log_slack": (_FROM_0, "1 for one logarithm"),
    "gap": (_POSITIVE, "0.1 of the distance at the start"),
    "dip": (_BELOW_1, "0.05 of the whole rise"),
    "probability": (_BETWEEN, "0.9"),
}
"""Fields that hold a number where they are no formula: which, and an example."""

_SWITCHES = ("exact", "rising", "increasing")
_CHOICES = {"expected": OUTCOMES, "corrections": CORRECTIONS}


def real(value: object) -> float | None:
    """Return a number of Python's, NumPy's or sympy's as a float; ``None`` for anything else."""
    if isinstance(value, sp.Basic):
        known = isinstance(value, sp.Expr) and value.is_number and value.is_extended_real
        return float(value) if known else None
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    return float(value)


def one_of(what: str, value: object, choices: Iterable[str]) -> None:
    """Refuse a word that is not among the choices.

    Raises
    ------
    ValueError
        Naming the nearest choice.
    """
    choices = tuple(choices)
    if value in choices:
        return
    near = difflib.get_close_matches(str(value), choices, n=1)
    advice = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"{what} is one of {', '.join(map(repr, choices))}, not {value!r}.{advice}")


class NameOf(str):
    """The name of a declared parameter, which remembers the symbol."""

    symbol: sp.Symbol

    @classmethod
    def parameter(cls, given: str | sp.Symbol) -> str:
        """Return the name of a parameter that is given as a symbol, or by its name."""
        if isinstance(given, str):
            return given
        name = cls(given.name)
        name.symbol = given
        return name


def expression(value: object) -> sp.Basic:
    """Return ``value`` as a sympy expression; a string is the *name* of an observable.

    Raises
    ------
    ValueError
        If it is neither a formula, nor a number, nor a name.
    """
    if isinstance(value, NameOf):
        return value.symbol
    if isinstance(value, str):
        if not value.isidentifier():
            raise ValueError(
                f"is {value!r}, but a string is the name of one observable: write a formula with "
                'symbols, as in d * s**2 with d, s = sympy.symbols("d s")'
            )
        return sp.Symbol(value)
    try:
        found = sp.sympify(value)
    except (sp.SympifyError, TypeError, AttributeError):
        found = None
    if found in (sp.nan, sp.zoo):
        raise ValueError(f"is {found}, which is no number: is something divided by zero in it?")
    if not isinstance(found, sp.Basic):
        raise ValueError(
            f"is {value!r}; expected is a formula in symbols, a number, or the name of an "
            "observable"
        )
    return found


def ends(claim: str, given: object) -> tuple[sp.Basic, sp.Basic]:
    """Return the range of an observable, (low, high), as formulas.

    Raises
    ------
    ValueError
        If it is none, or nothing lies in it.
    """
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise ValueError(f"claim {claim!r}: range is (low, high), such as (0, 1), not {given!r}")
    low, high = map(expression, given)
    if sp.Ge(low, high) is sp.true:
        raise ValueError(f"claim {claim!r}: range is (low, high) with low < high, not {given!r}")
    return low, high


def settle(claim: Any, formulas: Iterable[str]) -> None:
    """Put the plain fields of a claim, those that are no formulas, into the form they are used in.

    Raises
    ------
    ValueError
        Naming the claim, what is wrong, what is expected and an example.
    """
    for item in dataclasses.fields(claim):
        name, value = item.name, getattr(claim, item.name)
        if name in formulas or (value is None and item.default is None):
            continue
        if name in _NUMBERS:
            object.__setattr__(claim, name, _number(claim.name, name, value))
        elif name in _SWITCHES:
            object.__setattr__(claim, name, _switch(claim.name, name, value))
        elif name in _CHOICES:
            one_of(f"claim {claim.name!r}: {name}", value, _CHOICES[name])


def _number(claim: str, name: str, value: object) -> float:
    (words, fits), example = _NUMBERS[name]
    found = real(value)
    if found is None or not math.isfinite(found) or not fits(found):
        raise ValueError(f"claim {claim!r}: {name}={value!r}; it is {words}, such as {example}")
    return found


def _switch(claim: str, name: str, value: object) -> bool:
    if value is not sp.true and value is not sp.false and not isinstance(value, bool | np.bool_):
        raise ValueError(f"claim {claim!r}: {name}={value!r}; it is True or False")
    return bool(value)


def predicate(what: str, value: object) -> sp.Basic:
    """Return a condition as sympy's.

    Raises
    ------
    ValueError
        If it is none: a formula, a string, a list.
    """
    try:
        found = None if isinstance(value, str) else sp.sympify(value)
    except (sp.SympifyError, TypeError, AttributeError):
        found = None
    if not isinstance(found, sp.logic.boolalg.Boolean):
        raise ValueError(
            f"{what} is a condition on symbols, such as n > d (several: sympy.And(...)), not "
            f"{value!r}"
        )
    return found


def listed(what: str, value: object, kind: type, example: str) -> tuple[Any, ...]:
    """Return a sequence of things of one kind as a tuple.

    Raises
    ------
    ValueError
        If it is no sequence, or something else is in it.
    """
    if isinstance(value, str | kind) or not isinstance(value, Iterable):
        raise ValueError(f"{what} is a list, [{example}], not {value!r}")
    items = tuple(value)
    for item in items:
        if not isinstance(item, kind):
            raise ValueError(f"{what} has {item!r} in it; expected is {example}")
    return items
