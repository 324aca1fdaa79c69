"""What is to be proved: one expression is at most another at all points of a domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from bounds.box import Domain

MOST_TERMS = 40
"""A side that has more terms when it is multiplied out is left as it is."""


@dataclass(frozen=True)
class Statement:
    """``upper <= lower`` on a domain.

    With ``ratio`` both are positive, and what is bounded is the logarithm of their quotient; else
    it is their difference.
    """

    upper: sp.Expr
    lower: sp.Expr
    ratio: bool
    domain: Domain


Positive = Callable[[sp.Expr], bool]


def forms(small: sp.Expr, large: sp.Expr, domain: Domain, positive: Positive) -> Iterator[Statement]:
    """Yield forms of ``small <= large`` in which what both sides have in common is cancelled.

    Parameters
    ----------
    positive : function of an expression
        Whether it is positive on the whole domain, as far as is known. A form that rests on a
        wrong answer cannot be proved.
    """
    small, large = _closed(small), _closed(large)
    if positive(-small) and positive(-large):
        small, large = -large, -small
    over, under = positive(large), positive(small)
    if over:
        yield Statement(_divided(small, large), sp.Integer(1), under, domain)
    if under:
        yield Statement(sp.Integer(1), _divided(large, small), over, domain)
    if over and under:
        yield Statement(small, large, True, domain)
    else:
        yield Statement(small - large, sp.Integer(0), False, domain)


def with_multipliers(
    small: sp.Expr, active: Sequence[tuple[sp.Expr, sp.Expr]], weights: Sequence[sp.Expr]
) -> sp.Expr:
    """Return a side that is at least ``small`` wherever predicates ``a <= b`` are true.

    It is ``small`` times powers of ``b / a``, all positive; what is shown of it is so of the side.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a multiplier is negative")
    larger = sp.Integer(1)
    for (a, b), weight in zip(active, weights, strict=True):
        larger *= sp.powsimp((b / a) ** weight)
    return small * larger


def _closed(side: sp.Expr) -> sp.Expr:
    """Write out sums, products and polynomials of a fixed length."""
    return side.doit() if side.has(sp.Sum, sp.Product) else side


def _divided(side: sp.Expr, by: sp.Expr) -> sp.Expr:
    """Divide a side term by term, so that common factors cancel in each."""
    expanded = sp.expand_mul(side)
    terms = sp.Add.make_args(expanded)
    if len(terms) > MOST_TERMS:
        terms = sp.Add.make_args(side)
    return sp.Add(*(sp.powsimp(term / by) for term in terms))
