"""A chain of derivations, written step by step: each step is a claim of its own.

>>> steps = derivations(first_constant=at_most(8 / sp.sqrt(2), 6, mutants=(5,)))
>>> steps[0].name
'first-constant'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from bounds.claims import Derivation

Step = Callable[[str], Derivation]


def equal(left: object, right: object, note: str = "", **more: Any) -> Step:
    """Say that ``left`` equals ``right`` by algebra; further fields as in `Derivation`."""
    return lambda name: Derivation(name, sp.sympify(left), equals=right, note=note, **more)


def at_most(left: object, right: object, note: str = "", **more: Any) -> Step:
    """Say that ``left`` is at most ``right``; further fields as in `Derivation`."""
    return lambda name: Derivation(name, sp.sympify(left), at_most=right, note=note, **more)


def at_least(left: object, right: object, note: str = "", **more: Any) -> Step:
    """Say that ``left`` is at least ``right``; further fields as in `Derivation`."""
    return lambda name: Derivation(name, sp.sympify(left), at_least=right, note=note, **more)


def at(expression: sp.Expr, values: Mapping[sp.Symbol, object]) -> sp.Subs:
    """Return an expression at values of some of its symbols, put in only when it is judged.

    So both sides of a derivation stand as the paper has them, and are not made equal beforehand.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> at(x / y, {x: y**2}) == y
    False

    Raises
    ------
    ValueError
        If a value mentions another of these symbols: sympy puts in one after the other.
    """
    points = {symbol: sp.sympify(value) for symbol, value in values.items()}
    for symbol, value in points.items():
        if others := value.free_symbols & (points.keys() - {symbol}):
            raise ValueError(f"the value of {symbol} mentions {others}, which are replaced as well")
    return sp.Subs(expression, tuple(points), tuple(points.values()))


def derivations(**steps: Step) -> tuple[Derivation, ...]:
    """Return the steps as claims; a keyword is the claim's name, with hyphens for underscores."""
    return tuple(step(name.replace("_", "-")) for name, step in steps.items())
