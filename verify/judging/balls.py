"""Numbers with an error bound: closed expressions in the ball arithmetic of FLINT.

A ball that does not contain zero proves a sign, however huge or close the sides are; the precision
is raised until it does, or until it is plain that this will not come. What FLINT does not have is
evaluated by sympy, in as many digits, and its ball is then an estimate.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from typing import Any, NamedTuple

import flint
import sympy as sp

PRECISIONS = (160, 640, 2560, 10240)
"""Bits, one after the other, until a sign is known."""

MOST_BITS = 2**20
"""An exponent that makes a number longer than this is not worked out."""

FUNCTIONS: Mapping[Any, Callable[[Any], Any]] = {
    sp.exp: lambda x: x.exp(),
    sp.log: lambda x: x.log(),
    sp.sin: lambda x: x.sin(),
    sp.cos: lambda x: x.cos(),
    sp.tan: lambda x: x.tan(),
    sp.asin: lambda x: x.asin(),
    sp.acos: lambda x: x.acos(),
    sp.atan: lambda x: x.atan(),
    sp.sinh: lambda x: x.sinh(),
    sp.cosh: lambda x: x.cosh(),
    sp.tanh: lambda x: x.tanh(),
    sp.asinh: lambda x: x.asinh(),
    sp.acosh: lambda x: x.acosh(),
    sp.atanh: lambda x: x.atanh(),
    sp.gamma: lambda x: x.gamma(),
    sp.loggamma: lambda x: x.lgamma(),
    sp.LambertW: lambda x: x.lambertw(),
    sp.factorial: lambda x: (x + 1).gamma(),
    sp.erf: lambda x: x.erf(),
    sp.erfc: lambda x: x.erfc(),
    sp.floor: lambda x: x.floor(),
    sp.ceiling: lambda x: x.ceil(),
    sp.Abs: abs,
    sp.sign: lambda x: x.sgn(),
}
"""What FLINT has, as functions of one ball."""

CONSTANTS: Mapping[Any, Callable[[], Any]] = {
    sp.pi: flint.arb.pi,
    sp.E: flint.arb.const_e,
    sp.EulerGamma: flint.arb.const_euler,
}

Point = Mapping[sp.Symbol, sp.Rational]


class Ball(NamedTuple):
    """A number with its error bound, and whether that is proved."""

    value: Any
    proved: bool


class NotReal(ArithmeticError):
    """An expression is not a real number at a point."""


class _Balls:
    """Evaluates expressions at one point with one precision; common parts once."""

    def __init__(self, point: Point, bits: int) -> None:
        self.point, self._bits = point, bits
        self.proved = True

    def of(self, expression: sp.Basic) -> Any:
        """Return the ball of an expression."""
        found: list[Any] = []
        for part, step in _steps(expression):
            value = step(self, found)
            if value.is_nan():
                raise NotReal(part)
            found.append(value)
        return found[-1]

    def estimate(self, expression: sp.Basic) -> Any:
        """Evaluate by sympy what FLINT does not have."""
        digits = int(self._bits * 0.3)
        value = sp.N(expression.subs(self.point).doit(), digits, maxn=8 * digits)
        if not (value.is_number and value.is_real and value.is_finite):
            raise NotReal(expression)
        self.proved = False
        size = flint.arb(str(value)).abs_upper() if value else flint.arb(1)
        return flint.arb(str(value)) + flint.arb(0, 1) * size * flint.arb(10) ** -(digits // 2)


Step = Callable[[_Balls, Sequence[Any]], Any]
"""Returns the ball of an expression from those of the parts that stand before it."""


@lru_cache(maxsize=256)
def _steps(expression: sp.Basic) -> tuple[tuple[sp.Basic, Step], ...]:
    """Return the parts of an expression, each after those that it needs, and how to evaluate them.

    A search asks for the same expression at thousands of points: it is taken apart once.
    """
    steps: list[tuple[sp.Basic, Step]] = []
    places: dict[sp.Basic, int] = {}

    def place(part: sp.Basic) -> int:
        if part not in places:
            step = _step(part, place)
            places[part] = len(steps)
            steps.append((part, step))
        return places[part]

    place(expression)
    return tuple(steps)


def _step(part: sp.Basic, place: Callable[[sp.Basic], int]) -> Step:
    """Say how to evaluate an expression; ``place`` says where the balls of its parts will be."""
    if part.is_Symbol:
        return lambda balls, _: _exact(balls.point[part])
    if part.is_Rational:
        return lambda balls, _: _exact(part)
    if part in CONSTANTS:
        return lambda balls, _: CONSTANTS[part]()
    if part.is_Pow:
        return _power(part, place)
    if part.is_Add or part.is_Mul or part.func in (sp.Min, sp.Max):
        join, *start = _JOINED[part.func]
        at = [place(one) for one in part.args]
        return lambda balls, found: reduce(join, [found[one] for one in at], *start)
    if part.func in FUNCTIONS and len(part.args) == 1:
        function, argument = FUNCTIONS[part.func], place(part.args[0])
        return lambda balls, found: function(found[argument])
    return lambda balls, found: balls.estimate(part)


def _exact(number: sp.Rational) -> Any:
    return flint.arb(flint.fmpq(int(number.p), int(number.q)))


_JOINED: Mapping[Any, tuple[Any, ...]] = {
    sp.Add: (operator.add, flint.arb(0)),
    sp.Mul: (operator.mul, flint.arb(1)),
    sp.Min: (lambda x, y: x.min(y),),
    sp.Max: (lambda x, y: x.max(y),),
}
"""How many balls become one, and from what on."""


def _power(power: sp.Basic, place: Callable[[sp.Basic], int]) -> Step:
    base, exponent = power.args
    if base is sp.E:
        at = place(exponent)
        return lambda balls, found: found[at].exp()
    b = place(base)
    if exponent.is_Rational:
        return lambda balls, found: _rational_power(found[b], exponent)
    if exponent.is_Symbol:
        return lambda balls, found: _rational_power(found[b], balls.point[exponent])
    e = place(exponent)
    return lambda balls, found: _any_power(found[b], found[e])


def _rational_power(x: Any, exponent: sp.Rational) -> Any:
    if exponent.is_Integer:
        if abs(int(exponent)) > MOST_BITS and x.is_exact():
            return (x.log() * int(exponent)).exp()
        return x ** int(exponent)
    if exponent == sp.Rational(1, 2):
        return x.sqrt()
    return _any_power(x, _exact(exponent))


def _any_power(x: Any, y: Any) -> Any:
    if x.is_zero() and y > 0:
        return flint.arb(0)
    return x**y


def evaluated(expression: sp.Basic, point: Point, bits: int) -> Ball:
    """Return a closed expression at a point as a ball.

    Raises
    ------
    NotReal
        If it is not a real number there.
    """
    try:
        with flint.ctx.workprec(bits):
            balls = _Balls(point, bits)
            value = balls.of(expression)
            return Ball(value, balls.proved)
    except (OverflowError, ZeroDivisionError, ValueError, TypeError, AttributeError) as failure:
        raise NotReal(str(failure)) from failure


def differences(left: sp.Basic, right: sp.Basic, point: Point) -> Iterator[Ball]:
    """Yield balls of ``right - left`` at a point, each in a higher precision than the last.

    Raises
    ------
    NotReal
        If a side is not a real number there.
    """
    for bits in PRECISIONS:
        a, b = evaluated(left, point, bits), evaluated(right, point, bits)
        with flint.ctx.workprec(bits):
            difference = b.value - a.value
        yield Ball(difference, a.proved and b.proved)


def sign(left: sp.Basic, right: sp.Basic, point: Point) -> tuple[int | None, bool]:
    """Return the sign of ``right - left`` at a point and whether that is proved.

    The sign is ``None`` where no precision told it: then the sides agree, or nearly do.
    """
    proved = True
    for difference, proved in differences(left, right, point):
        if difference > 0:
            return 1, proved
        if difference < 0:
            return -1, proved
        if difference.is_zero():
            return 0, proved
        if not proved:  # more digits of an estimate are dear
            break
    return None, proved
