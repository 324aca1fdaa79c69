"""From which parameters on a statement says anything, and which numbers it asks for.

Numbers may be as large as they like: what is an integer is one, and of everything else the decimal
logarithm is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import mpmath
import numpy as np
import sympy as sp

WriteOut = Callable[[sp.Basic, frozenset[str]], sp.Basic]
"""Replaces names of quantities by their definitions: `bounds.Theorem.written_out`."""

DIGITS = 50
EXACT_DIGITS = 40
"""Integers of more digits are given by their logarithm."""


@dataclass(frozen=True)
class Result:
    """A number that came out.

    Attributes
    ----------
    what : str
        What the number is.
    at : mapping from name to str
        The values of the other parameters.
    value : int, float or None
        The number, if it has at most `EXACT_DIGITS` digits; None too where there is no such number.
    log10 : float
        Its decimal logarithm; infinite where there is no such number.
    along : str
        The parameter that is at least the number; empty if it is no parameter's.
    below : int, float or None
        Up to where, from 1 on, the statement says something as well, before it says nothing.
    """

    what: str
    at: Mapping[str, str]
    value: int | float | None
    log10: float
    along: str = ""
    below: int | float | None = None

    @property
    def words(self) -> str:
        """The number as a reader writes it, with the parameter that it bounds."""
        also = "" if self.below is None else f"{self.along} below {_written(self.below)}"
        if self.log10 == float("inf"):
            return also or "nowhere"
        if not self.along:
            return self._number
        return f"{self.along} from {self._number} on{f', and {also}' if also else ''}"

    @property
    def _number(self) -> str:
        if self.value is None:
            return f"10^{self.log10:.0f}" if self.log10 >= 100 else f"10^{self.log10:.1f}"
        return _written(self.value)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data; a number that JSON cannot hold exactly is a string."""
        value = str(self.value) if isinstance(self.value, int) else self.value
        log10 = self.log10 if np.isfinite(self.log10) else None
        data = {"what": self.what, "at": dict(self.at), "number": value, "log10": log10}
        return data | {"along": self.along, "below": self.below}


def _written(value: float) -> str:
    return str(value) if isinstance(value, int) and value < 10**7 else f"{float(value):.4g}"


def _numerically(expression: sp.Basic, along: tuple[sp.Symbol, ...] = ()) -> Callable[..., Any]:
    return sp.lambdify(along, expression, modules="mpmath")


def _result(what: str, at: Mapping[sp.Symbol, Any], value: Any) -> Result:
    words = _words(at)
    with mpmath.workdps(DIGITS):
        logarithm = float(mpmath.log10(value)) if value > 0 else float("-inf")
        if logarithm >= EXACT_DIGITS:
            return Result(what, words, None, logarithm)
        whole = isinstance(value, sp.Integer | int)
        return Result(what, words, int(value) if whole else float(value), logarithm)


@dataclass(frozen=True)
class Asks:
    """A number that a statement asks for, at given parameters: a width, a number of steps.

    Parameters
    ----------
    what : str
        "the width of Theorem 5.3".
    number : expression
        Of the parameters alone.
    at : mapping from symbol to value
        Where it is evaluated; a value may be a formula of the others.
    """

    what: str
    number: sp.Expr
    at: Mapping[sp.Symbol, Any] = field(default_factory=dict)

    def result(self, write_out: WriteOut) -> Result:
        """Return the number."""
        value = _at(write_out, self.number, self.at)
        if not value.is_Integer:
            with mpmath.workdps(DIGITS):
                value = _numerically(value)()
        return _result(self.what, self.at, value)


@dataclass(frozen=True)
class SaysFrom:
    """From which value of a parameter on a statement says something.

    Parameters
    ----------
    what : str
        "the bound is below the trivial one".
    along : symbol
        A positive parameter, from 1 on.
    when : relation
        Holds where the statement says something.
    at : mapping from symbol to value
        The other parameters; a value may be a formula of ``along``.
    digits : float
        How far ``along`` is followed: up to 10 to this power.
    """

    what: str
    along: sp.Symbol
    when: sp.Basic
    at: Mapping[sp.Symbol, Any] = field(default_factory=dict)
    digits: float = 1000.0

    def result(self, write_out: WriteOut) -> Result:
        """Return the value of the parameter behind the last one at which nothing is said.

        Where something is said from 1 on until nothing is, the result has that end as well.
        """
        says = _at(write_out, self.when, self.at)
        holds = _numerically(says, (self.along,))

        def said(value: Any) -> bool:
            try:
                return bool(holds(mpmath.mpf(value)))
            except (TypeError, ValueError, ZeroDivisionError):  # a root of a negative number, say
                return False

        def is_said(power: float) -> bool:
            return said(mpmath.mpf(10) ** mpmath.mpf(power))

        with mpmath.workdps(DIGITS):
            near = min(self.digits, 40.0)
            powers = np.concatenate([np.linspace(0, near, 801), near * 1.01 ** np.arange(1, 2000)])
            powers = powers[powers <= self.digits]
            silent = [place for place, power in enumerate(powers) if not is_said(power)]

            def turn(place: int, *, to: bool) -> Any:
                """Return where it turns, behind a place, to what is (or is not) said."""
                low, high = powers[place], powers[place + 1]
                for _ in range(60):
                    middle = (low + high) / 2
                    low, high = (low, middle) if is_said(middle) is to else (middle, high)
                value = mpmath.mpf(10) ** mpmath.mpf(high)
                if self.along.is_integer and value < 2**50:
                    near = max(1, int(mpmath.floor(value)) - 1)
                    return next(k for k in count(near) if said(k) is to)
                return value

            below = None
            if silent and silent[0] > 0:
                below = turn(silent[0] - 1, to=False)
                below = below if isinstance(below, int) else float(below)
            if silent and silent[-1] == len(powers) - 1:
                found = Result(self.what, _words(self.at), None, float("inf"))
            else:
                first = turn(silent[-1], to=True) if silent else sp.Integer(1)
                found = _result(self.what, self.at, first)
            return replace(found, along=self.along.name, below=below)


def _words(at: Mapping[sp.Symbol, Any]) -> dict[str, str]:
    return {symbol.name: str(given) for symbol, given in at.items()}


def _at(write_out: WriteOut, expression: sp.Basic, at: Mapping[sp.Symbol, Any]) -> sp.Basic:
    """Put the parameters into an expression whose quantities are written out."""
    written = write_out(expression, frozenset(symbol.name for symbol in at))
    names = {symbol.name: value for symbol, value in at.items()}
    for _ in range(len(at) + 1):
        open_symbols = [s for s in written.free_symbols if s.name in names]
        if not open_symbols:
            break
        written = written.subs({s: sp.sympify(names[s.name]) for s in open_symbols})
    return written
