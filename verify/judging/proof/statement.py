"""What is to be proved, and the forms in which it may be easier.

A claim says ``small <= large`` on a domain. Moving terms from one side to the other, squaring what
is positive, and dividing by what is positive change nothing of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from bounds.box import Domain, Range

MOST_TERMS = 40
"""A side that has more terms when it is multiplied out is left as it is."""

Positive = Callable[[sp.Expr], bool]
"""Whether an expression is positive on the whole domain; False if that is not known."""

Sides = tuple[sp.Expr, sp.Expr]


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


def statements(
    small: sp.Expr, large: sp.Expr, domain: Domain, positive: Positive
) -> list[Statement]:
    """Return the forms of ``small <= large``, the simplest first."""
    found: list[Statement] = []
    for place, sides in enumerate(equivalent(small, large, positive)):
        divided = list(_divided_forms(*sides, domain, positive))
        for one in divided if place == 0 else divided[:1]:
            if one not in found:
                found.append(one)
    return sorted(found, key=lambda one: not one.ratio)


def equivalent(small: sp.Expr, large: sp.Expr, positive: Positive) -> Iterator[Sides]:
    """Yield sides that say the same: without common terms, as they are, and squared."""
    cancelled = without_common_terms(small, large, positive)
    yield cancelled
    yield small, large
    for a, b in dict.fromkeys((cancelled, (small, large))):
        if (_is_root(a) or _is_root(b)) and positive(a) and positive(b):
            yield without_common_terms(a**2, b**2, positive)


def _is_root(side: sp.Expr) -> bool:
    half = sp.Rational(1, 2)
    return any(one.is_Pow and one.exp == half for one in sp.Mul.make_args(side))


def without_common_terms(small: sp.Expr, large: sp.Expr, positive: Positive) -> Sides:
    """Multiply both sides out, and put each term that is left on the side where it is positive."""
    difference = sp.expand_mul(sp.expand(large) - sp.expand(small))
    terms = sp.Add.make_args(difference)
    if len(terms) > MOST_TERMS:
        return small, large
    negative = [one for one in terms if one.could_extract_minus_sign() and not positive(one)]
    rest = [one for one in terms if one not in negative]
    return -sp.Add(*negative), sp.Add(*rest)


def _divided_forms(
    small: sp.Expr, large: sp.Expr, domain: Domain, positive: Positive
) -> Iterator[Statement]:
    """Yield forms in which what both sides have in common is divided out, term by term."""
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


def _divided(side: sp.Expr, by: sp.Expr) -> sp.Expr:
    """Divide a side term by term, so that common factors cancel in each."""
    terms = sp.Add.make_args(sp.expand_mul(side))
    if len(terms) > MOST_TERMS:
        terms = sp.Add.make_args(side)
    return sp.Add(*(sp.powsimp(term / by) for term in terms))


def with_multipliers(
    small: sp.Expr, active: Sequence[Sides], weights: Sequence[sp.Expr]
) -> sp.Expr:
    """Return a side that is at least ``small`` wherever predicates ``a <= b`` are true.

    It is ``small`` times powers of ``b / a``, all positive; what is shown of it is so of the side.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a multiplier is negative")
    larger = sp.Integer(1)
    for (a, b), weight in zip(active, weights, strict=True):
        larger *= sp.powsimp((b / a) ** weight)
    return sp.expand_mul(small) * larger if small.is_Mul else sp.expand_mul(small * larger)


def tightened(domain: Domain) -> Domain:
    """Return a domain whose predicates on single parameters, and numbers, became ends of ranges."""
    box = {one.symbol: one for one in domain.box}
    rest: list[sp.Basic] = []
    for predicate in domain.predicates:
        for one in predicate.args if isinstance(predicate, sp.And) else (predicate,):
            if not _narrows(one, box):
                rest.append(one)
    return replace(domain, box=tuple(box.values()), predicates=tuple(rest))


def _narrows(predicate: sp.Basic, box: dict[sp.Symbol, Range]) -> bool:
    """Put ``x <= number``, or the like, into a box, if that is what a predicate is.

    The ends of a range belong to it; a strict relation is then more than is needed.
    """
    if not isinstance(predicate, sp.Le | sp.Lt | sp.Ge | sp.Gt):
        return False
    less, more = predicate.lts, predicate.gts
    if less in box and more.is_number:
        one = box[less]
        box[less] = one._replace(high=sp.Min(one.high, more))
        return bool(box[less].low < box[less].high)
    if more in box and less.is_number:
        one = box[more]
        box[more] = one._replace(low=sp.Max(one.low, less))
        return bool(box[more].low < box[more].high)
    return False
