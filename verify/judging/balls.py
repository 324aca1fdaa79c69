"""Numbers with an error bound: closed expressions in the ball arithmetic of FLINT.

A ball that does not contain zero proves a sign, however huge or close the sides are; the precision
is raised until it does, or until it is plain that this will not come. What FLINT does not have is
evaluated by sympy, in as many digits, and its ball is then an estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
        self._point, self._bits = point, bits
        self._found: dict[sp.Basic, Any] = {}
        self.proved = True

    def of(self, expression: sp.Basic) -> Any:
        """Return the ball of an expression."""
        if expression not in self._found:
            value = self._of(expression)
            if value.is_nan():
                raise NotReal(expression)
            self._found[expression] = value
        return self._found[expression]

    def _of(self, expression: sp.Basic) -> Any:
        if expression.is_Symbol:
            return self._of(self._point[expression])
        if expression.is_Rational:
            return flint.arb(flint.fmpq(int(expression.p), int(expression.q)))
        if expression in CONSTANTS:
            return CONSTANTS[expression]()
        if expression.is_Add:
            return sum((self.of(part) for part in expression.args), flint.arb(0))
        if expression.is_Mul:
            product = flint.arb(1)
            for part in expression.args:
                product *= self.of(part)
            return product
        if expression.is_Pow:
            return self._power(expression)
        if expression.func in FUNCTIONS and len(expression.args) == 1:
            return FUNCTIONS[expression.func](self.of(expression.args[0]))
        if expression.func in (sp.Min, sp.Max):
            parts = [self.of(part) for part in expression.args]
            found = parts[0]
            for part in parts[1:]:
                found = found.min(part) if expression.func is sp.Min else found.max(part)
            return found
        return self._estimate(expression)

    def _power(self, expression: sp.Basic) -> Any:
        base, exponent = expression.args
        if exponent.is_Symbol:
            exponent = self._point[exponent]
        if base is sp.E:
            return self.of(exponent).exp()
        x = self.of(base)
        if exponent.is_Integer:
            if abs(int(exponent)) > MOST_BITS and x.is_exact():
                return (x.log() * int(exponent)).exp()
            return x ** int(exponent)
        if exponent == sp.Rational(1, 2):
            return x.sqrt()
        y = self.of(exponent)
        if x.is_zero() and y > 0:
            return flint.arb(0)
        return x**y

    def _estimate(self, expression: sp.Basic) -> Any:
        """Evaluate by sympy what FLINT does not have."""
        digits = int(self._bits * 0.3)
        value = sp.N(expression.subs(self._point).doit(), digits, maxn=8 * digits)
        if not (value.is_number and value.is_real and value.is_finite):
            raise NotReal(expression)
        self.proved = False
        size = flint.arb(str(value)).abs_upper() if value else flint.arb(1)
        return flint.arb(str(value)) + flint.arb(0, 1) * size * flint.arb(10) ** -(digits // 2)


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
