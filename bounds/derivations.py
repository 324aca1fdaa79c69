"""A chain of derivations, written step by step: each step is a claim of its own.

>>> steps = derivations(first_constant=at_most(8 / sp.sqrt(2), 6, mutants=(5,)))
>>> steps[0].name
'first-constant'
"""

from __future__ import annotations

from collections.abc import Callable
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


def derivations(**steps: Step) -> tuple[Derivation, ...]:
    """Return the steps as claims; a keyword is the claim's name, with hyphens for underscores."""
    return tuple(step(name.replace("_", "-")) for name, step in steps.items())
