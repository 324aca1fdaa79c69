"""Parameters in which a claim is monotone, put at the worse end of their ranges, as symbols.

Where both sides touch at an end, no ball shows it; there, with the end put in, algebra does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import permutations

import flint
import sympy as sp

from bounds.box import Domain, Range
from verify.judging import balls as points
from verify.judging.proof import balls
from verify.judging.proof.statement import Positive, tightened

MOST_OPERATIONS = 150
"""A derivative with more is not simplified."""

MOST_DEGREE = 12
"""Sum of the powers of its parts beyond which nothing is factored: that can take for ever."""


def reduced(
    small: sp.Expr, large: sp.Expr, domain: Domain, positive: Positive
) -> tuple[sp.Expr, sp.Expr, Domain]:
    """Return ``small <= large`` at the worst values of those parameters for which these are known.

    A parameter that a predicate speaks of stays. Two of which only the quotient occurs become one.
    """
    moved = True
    while moved:
        moved = False
        for one in domain.box:
            if any(one.symbol in predicate.free_symbols for predicate in domain.predicates):
                continue
            end = _worse_end(small, large, domain, one, positive)
            if end is not None:
                small, large = (side.subs(one.symbol, end) for side in (small, large))
                rest = tuple(other for other in domain.box if other is not one)
                domain, moved = replace(domain, box=rest), True
                break
        if not moved and (found := _by_quotient(small, large, domain)):
            (small, large, domain), moved = found, True
    return small, large, domain


def _by_quotient(
    small: sp.Expr, large: sp.Expr, domain: Domain
) -> tuple[sp.Expr, sp.Expr, Domain] | None:
    """Write a claim in the quotient of two positive parameters, if it depends on nothing else."""
    for one, other in permutations(domain.box, 2):
        if not (one.low > 0 and other.low > 0):
            continue
        quotient = sp.Symbol(f"{one.symbol.name}_over_{other.symbol.name}", positive=True)
        at = {one.symbol: quotient * other.symbol}
        a, b = small.subs(at), large.subs(at)
        predicates = [_of_ratio(each).subs(at) for each in domain.predicates]
        used = (a / b).free_symbols.union(*(each.free_symbols for each in predicates))
        if not b.is_positive or other.symbol in used:
            continue
        rest = tuple(each for each in domain.box if each not in (one, other))
        box = (Range(quotient, one.low / other.high, one.high / other.low), *rest)
        inner = Domain(box, tuple(each for each in predicates if each is not sp.true))
        return a / b, sp.Integer(1), tightened(inner)
    return None


def _of_ratio(predicate: sp.Basic) -> sp.Basic:
    """Write ``a <= b``, both positive, as ``a / b <= 1``."""
    if isinstance(predicate, sp.Le | sp.Lt | sp.Ge | sp.Gt):
        if predicate.lts.is_positive and predicate.gts.is_positive:
            strict = isinstance(predicate, sp.Lt | sp.Gt)
            return (sp.Lt if strict else sp.Le)(predicate.lts / predicate.gts, 1)
    return predicate


def holds_at_a_point(small: sp.Expr, large: sp.Expr) -> bool:
    """Return whether a number is at most another: in balls, or because they are the same."""
    try:
        sign, proved = points.sign(small, large, {})
    except points.NotReal:
        return False
    if sign is None:
        return sp.simplify(large - small).is_zero is True
    return sign >= 0 and proved


def _worse_end(
    small: sp.Expr, large: sp.Expr, domain: Domain, one: Range, positive: Positive
) -> sp.Expr | None:
    """Return at which end of a parameter's range the claim says most, if that is known."""
    low, high = one.low, one.high
    if one.symbol.is_integer:
        low, high = sp.ceiling(low), sp.floor(high)
    if one.symbol not in small.free_symbols | large.free_symbols:
        return low
    for slope in _slopes(small, large, domain, one, positive):
        if slope[0] >= 0:
            return high
        if slope[1] <= 0:
            return low
    return None


def _slopes(
    small: sp.Expr, large: sp.Expr, domain: Domain, one: Range, positive: Positive
) -> Iterator[balls.Interval]:
    """Yield enclosures of what grows where the claim comes closer to being false."""
    symbols = [other.symbol for other in domain.box]
    with flint.ctx.workprec(balls.BITS):
        box = [balls.ends(other) for other in domain.box]
        logarithmic = [bool(low > 0) for low, _ in box]
        place = symbols.index(one.symbol)
        try:
            found = balls.Slopes(symbols, box, logarithmic)
            a, b = found.of(small), found.of(large)
            slopes = [balls.minus(a.d.get(place, balls.ZERO), b.d.get(place, balls.ZERO))]
            if positive(small) and positive(large):
                in_logarithms = a.e.get(place, balls.ZERO), b.e.get(place, balls.ZERO)
                slopes.insert(0, balls.minus(*in_logarithms))
        except balls.Unbounded:
            slopes = []
    yield from slopes
    for derivative in _derivatives(small - large, one.symbol):
        with suppress(balls.Unbounded):
            yield balls.enclosed(derivative, domain.box)


def _derivatives(difference: sp.Expr, symbol: sp.Symbol) -> Iterator[sp.Expr]:
    """Yield a derivative in several forms."""
    if difference.has(sp.Piecewise, sp.sign, sp.floor, sp.ceiling):
        return  # a jump has no derivative
    derivative = difference.diff(symbol)
    if derivative.has(sp.Derivative, sp.Subs) or sp.count_ops(derivative) > MOST_OPERATIONS:
        return
    seen: Sequence[sp.Expr] = (derivative, sp.factor_terms(derivative))
    yield from seen
    together = sp.together(derivative)
    if together.count_ops() <= MOST_OPERATIONS and _degree(together) <= MOST_DEGREE:
        yield sp.factor(together)


def _degree(expression: sp.Expr) -> int:
    """Return the powers, summed, that an expression has as a polynomial in roots of its parts."""
    parts: dict[sp.Expr, list[sp.Rational]] = {
        one: [sp.Integer(1)] for one in expression.free_symbols
    }
    for one in expression.atoms(sp.Pow, sp.exp):
        base, exponent = one.as_base_exp()
        power, rest = exponent.as_coeff_Mul()
        if power.is_Rational:
            parts.setdefault(base**rest, []).append(power)
    total = 0
    for powers in parts.values():
        root = sp.ilcm(1, *(power.q for power in powers))
        total += max(abs(int(power * root)) for power in powers)
    return total


def factors_show(small: sp.Expr, large: sp.Expr, domain: Domain) -> bool:
    """Return whether ``large - small`` is a product of factors whose signs make it nonnegative."""
    difference = sp.expand(large - small)
    if difference.count_ops() > MOST_OPERATIONS or _degree(difference) > MOST_DEGREE:
        return False
    sign = 1
    for one in sp.Mul.make_args(sp.factor(difference)):
        base, power = one.as_base_exp()
        if not (power.is_integer and power % 2 == 0):
            sign *= _sign(base, domain)
    return sign > 0


def _sign(factor: sp.Expr, domain: Domain) -> int:
    """Return 1 where a factor is never negative, -1 where it is never positive, else 0."""
    for predicate in domain.predicates:
        if isinstance(predicate, sp.Le | sp.Lt | sp.Ge | sp.Gt):
            times = sp.cancel(factor / (predicate.gts - predicate.lts))
            if times.is_number and times.is_real:
                return 1 if times > 0 else -1
    try:
        low, high = balls.enclosed(factor, domain.box)
    except balls.Unbounded:
        return 0
    return 1 if low >= 0 else -1 if high <= 0 else 0
