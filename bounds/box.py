"""Boxes: ranges of parameters over which a claim without observables is stated.

``box={d: (1, 1e30), gamma: ("1e-30", 1)}`` gives each parameter its ends; an end is a number, a
number of sympy's, or a string that sympy reads as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from bounds.claim import Claim
from bounds.numeric import satisfied

LARGEST = sp.Integer(10) ** 300
"""Ends beyond it, or positive ones below its inverse, are no doubles to calculate with."""


class Range(NamedTuple):
    """A parameter and its ends, both included."""

    symbol: sp.Symbol
    low: sp.Expr
    high: sp.Expr

    def __str__(self) -> str:
        return f"{_shown(self.low)} <= {self.symbol.name} <= {_shown(self.high)}"


Box = tuple[Range, ...]


def over_a_box(claim: Claim) -> None:
    """Put the box of a claim, if it has one, into its usual form.

    Raises
    ------
    ValueError
        If a range is none, or the claim is conditional on an event.
    """
    if claim.box is None:
        return
    if claim.given is not None:
        raise ValueError(f"claim {claim.name!r}: what is stated over a box has no event given=")
    object.__setattr__(claim, "box", box_of(claim.name, claim.box))


def box_of(claim: str, given: Mapping[sp.Symbol, tuple[object, object]] | Sequence[Range]) -> Box:
    """Return what an author writes as ``box=`` as ranges.

    Raises
    ------
    ValueError
        Naming the claim, and what is wrong with which range.
    """
    pairs = list(given.items()) if isinstance(given, Mapping) else [(r[0], r[1:]) for r in given]
    if not pairs:
        raise ValueError(f"claim {claim!r}: a box needs the range of some parameter")
    return tuple(_range(claim, symbol, ends) for symbol, ends in pairs)


def _range(claim: str, symbol: object, ends: object) -> Range:
    if not isinstance(symbol, sp.Symbol):
        raise ValueError(f"claim {claim!r}: a box has symbols as keys, not {symbol!r}")
    what = f"claim {claim!r}: the range of {symbol.name} in its box"
    if not isinstance(ends, Sequence) or isinstance(ends, str) or len(ends) != 2:
        raise ValueError(f"{what} is (low, high), not {ends!r}")
    low, high = (_end(what, end) for end in ends)
    if low >= high:
        raise ValueError(
            f"{what} needs a low end below the high one, not {_shown(low)} and {_shown(high)}"
        )
    if symbol.is_integer and sp.floor(high) < sp.ceiling(low):
        raise ValueError(f"{what} has no integer from {_shown(low)} to {_shown(high)}")
    for end in (low, high):
        for sign, words in (("positive", "positive"), ("nonnegative", "at least 0"),
                            ("negative", "negative"), ("nonpositive", "at most 0")):  # fmt: skip
            if getattr(symbol, f"is_{sign}") and not getattr(end, f"is_{sign}"):
                raise ValueError(f"{what}: {symbol.name} is {words}, but {_shown(end)} is not")
    return Range(symbol, low, high)


def _end(what: str, given: object) -> sp.Expr:
    try:
        end = _exactly(repr(given) if isinstance(given, float) else given)
        number = bool(end.is_number and end.is_extended_real)
    except (sp.SympifyError, TypeError, AttributeError):
        number = False
    if not number:
        raise ValueError(f"{what} ends at {given!r}, which is no real number")
    if not (end.is_finite and abs(end) <= LARGEST) or 0 < abs(end) < 1 / LARGEST:
        raise ValueError(
            f"{what} ends at {given!r}; ends lie between 1e-300 and 1e300 in size (or are 0): take "
            "the logarithm as the parameter"
        )
    return end


def _exactly(given: object) -> sp.Expr:
    """Return a number, or what a text says, with fractions for decimals."""
    if isinstance(given, str):
        try:
            return sp.Rational(given)  # 1e-30, 1/3: the reader of formulas takes long
        except TypeError:
            pass
    end = sp.sympify(given, rational=True)
    return end.xreplace({one: sp.Rational(one) for one in end.atoms(sp.Float)})


def _shown(end: sp.Expr) -> str:
    if end.is_Rational and len(str(end)) > 12:
        return f"{float(Fraction(int(end.p), int(end.q))):.12g}"
    return str(end)


@dataclass(frozen=True)
class Domain:
    """What a claim speaks about: the points of a box at which some predicates are true."""

    box: Box
    predicates: tuple[sp.Basic, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(one.symbol.name for one in self.box)

    def inside(self, values: Mapping[str, ArrayLike]) -> NDArray[np.bool_]:
        """Return at which values, arrays of one shape (n,), every predicate is true."""
        met = np.ones(np.shape(values[self.names[0]]), dtype=bool)
        for predicate in self.predicates:
            met &= satisfied(predicate, values)
        return met

    def __str__(self) -> str:
        return ", ".join(map(str, (*self.box, *self.predicates)))
