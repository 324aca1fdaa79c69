"""Ball arithmetic for the checker: expressions and their slopes on a box.

An interval is a pair of balls, its lowest and its highest value; functions are taken at both ends.
Slopes are kept twice, as derivative and as logarithmic derivative, and each bounds the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any

import flint
import sympy as sp
from flint import arb

from bounds.box import Range
from verify.judging.balls import CONSTANTS, FUNCTIONS

BITS = 192
Interval = tuple[Any, Any]


class Unbounded(ArithmeticError):
    """An expression has no enclosure on a box."""


def enclosed(expression: sp.Basic, box: Sequence[Range]) -> Interval:
    """Return an interval that contains all values of an expression on a box."""
    with flint.ctx.workprec(BITS):
        places = [ends(one) for one in box]
        return Slopes([one.symbol for one in box], places, ()).of(expression).value


def number(value: sp.Expr) -> Interval:
    """Return an interval that contains a closed number."""
    return Slopes([], [], ()).of(value).value


def ends(one: Range) -> Interval:
    """Return the ends of a range of a box, rounded outward."""
    low, high = one.low, one.high
    if one.symbol.is_integer:
        low, high = sp.ceiling(low), sp.floor(high)
    return number(low)[0].lower(), number(high)[1].upper()


ZERO: Interval = (arb(0), arb(0))
ONE: Interval = (arb(1), arb(1))
EVERYTHING: Interval = (arb.neg_inf(), arb.pos_inf())


class Slope:
    """An expression on a box: its values, and by parameter two slopes.

    ``d`` is the derivative, and ``e`` that of the logarithm of the size.
    """

    def __init__(self, value: Interval, d: dict[int, Interval], e: dict[int, Interval]) -> None:
        if value[0].is_nan() or value[1].is_nan():
            raise Unbounded("an expression has no value somewhere on a box")
        self.value, self.d, self.e = value, {}, {}
        definite = value[0] > 0 or value[1] < 0
        for i in d.keys() | e.keys():
            one, other = _known(d.get(i, EVERYTHING)), _known(e.get(i, EVERYTHING))
            if definite and i not in e:  # the one that is given says what is known of the other
                self.d[i], self.e[i] = one, _over(one, value)
            elif definite and i not in d:
                self.d[i], self.e[i] = times(other, value), other
            else:
                self.d[i] = _both(one, times(other, value))
                self.e[i] = _both(other, _over(one, value)) if definite else other


def _known(a: Interval) -> Interval:
    return EVERYTHING if a[0].is_nan() or a[1].is_nan() else a


def _both(a: Interval, b: Interval) -> Interval:
    a, b = _known(a), _known(b)
    return a[0].max(b[0]), a[1].min(b[1])


def _either(parts: Sequence[Interval]) -> Interval:
    low, high = parts[0]
    for one in parts[1:]:
        low, high = low.min(one[0]), high.max(one[1])
    return low, high


def _plus(a: Interval, b: Interval) -> Interval:
    return _known((a[0] + b[0], a[1] + b[1]))


def minus(a: Interval, b: Interval) -> Interval:
    """Return the differences."""
    return _known((a[0] - b[1], a[1] - b[0]))


def times(a: Interval, b: Interval) -> Interval:
    """Return the products."""
    for one in (a, b):
        if one[0].is_zero() and one[1].is_zero():
            return ZERO
    if a[1] <= 0:
        a, b = (-a[1], -a[0]), (-b[1], -b[0])
    if a[0] >= 0:  # of which the ends are known by the signs of the other's
        if b[0] >= 0:
            return _known((a[0] * b[0], a[1] * b[1]))
        if b[1] <= 0:
            return _known((a[1] * b[0], a[0] * b[1]))
        if b[0] <= 0 and b[1] >= 0:
            return _known((a[1] * b[0], a[1] * b[1]))
    products = [x * y for x in a for y in b]
    if any(one.is_nan() for one in products):
        return EVERYTHING
    return _either([(one, one) for one in products])


def _over(a: Interval, b: Interval) -> Interval:
    return times(a, (1 / b[1], 1 / b[0]))


RISING = {
    sp.exp, sp.log, sp.atan, sp.asin, sp.sinh, sp.tanh, sp.asinh, sp.acosh, sp.atanh, sp.erf,
    sp.LambertW,
}  # fmt: skip
FALLING = {sp.acos, sp.erfc}
OTHERS = {sp.sin, sp.cos, sp.tan, sp.cosh}
LEAST = {sp.gamma: "0.8856", sp.loggamma: "-0.1215"}
"""Functions that fall to 1.46163 and rise from there, with a number below their lowest value."""


class Slopes:
    """Encloses expressions, and their slopes, on one box.

    Parameters
    ----------
    symbols, box : the parameters and their intervals
    positive : per parameter, whether slopes are by its logarithm, ``None`` if none by it is wanted;
        without it there are none
    """

    def __init__(
        self, symbols: Sequence[sp.Symbol], box: Sequence[Interval], positive: Sequence[bool | None]
    ) -> None:
        self.place = {symbol.name: i for i, symbol in enumerate(symbols)}
        self.box, self.positive = box, positive
        self.found: dict[sp.Basic, Slope] = {}

    def of(self, expression: sp.Basic) -> Slope:
        """Enclose an expression."""
        if expression not in self.found:
            self.found[expression] = self._of(expression)
        return self.found[expression]

    def _of(self, x: sp.Basic) -> Slope:
        if x.is_Symbol:
            return self._symbol(self.place[x.name])
        if x.is_Float:
            return self.of(sp.Rational(x))
        if x.is_Rational:
            value = arb(flint.fmpq(int(x.p), int(x.q)))
            return Slope((value, value), {}, {})
        if x in CONSTANTS:
            value = CONSTANTS[x]()
            return Slope((value, value), {}, {})
        parts = x.args
        if x.is_Add:
            return _sum([self.of(part) for part in parts])
        if x.is_Mul:
            return _product([self.of(part) for part in parts])
        if x.is_Pow:
            if parts[1].is_number:
                return self._power(self.of(parts[0]), parts[1])
            return _exponential(_product([self.of(parts[1]), _logarithm(self.of(parts[0]))]))
        if isinstance(x, sp.exp):
            return _exponential(self.of(parts[0]))
        if isinstance(x, sp.log) and len(parts) == 1:
            return _logarithm(self.of(parts[0]))
        if isinstance(x, sp.Max):
            return _largest([self.of(part) for part in parts])
        if isinstance(x, sp.Min):
            return _negative(_largest([_negative(self.of(part)) for part in parts]))
        if isinstance(x, sp.Abs):
            return _size(self.of(parts[0]))
        if isinstance(x, sp.sign):
            return _steps(self.of(parts[0]), lambda a: a.sgn())
        if isinstance(x, sp.floor):
            return _steps(self.of(parts[0]), lambda a: a.floor())
        if isinstance(x, sp.Piecewise):
            return self._piecewise(x)
        if isinstance(x, sp.factorial):
            return self.of(sp.gamma(parts[0] + 1))
        if isinstance(x, sp.polygamma) and parts[0] == 0:
            return self._digamma(self.of(parts[1]))
        if len(parts) == 1:
            return self._function(x.func, self.of(parts[0]))
        raise Unbounded(f"{x.func} is not known to the checker")

    def _symbol(self, i: int) -> Slope:
        logarithmic = self.positive[i] if self.positive else None
        if logarithmic is None:
            return Slope(self.box[i], {}, {})
        return Slope(self.box[i], {} if logarithmic else {i: ONE}, {i: ONE} if logarithmic else {})

    def _function(self, function: Any, inside: Slope) -> Slope:
        value = _image(function, inside.value)
        if not inside.d:
            return Slope(value, {}, {})
        there = Slopes([Z], [inside.value], ())
        derivative = _derivative(function)
        found = []
        for part in (derivative, derivative / function(Z)):
            try:
                found.append(there.of(part).value)
            except Unbounded:
                found.append(EVERYTHING)
        d, e = found
        return Slope(
            value,
            {i: times(d, one) for i, one in inside.d.items()},
            {i: times(e, one) for i, one in inside.d.items()},
        )

    def _digamma(self, inside: Slope) -> Slope:
        low, high = inside.value
        if not low > 0:
            raise Unbounded("polygamma beyond its poles")
        rest = dict.fromkeys(inside.d, EVERYTHING)
        return Slope((low.digamma(), high.digamma()), rest, {})

    def _power(self, base: Slope, exponent: sp.Expr) -> Slope:
        low, high = base.value
        p = self.of(exponent).value[0]
        if exponent.is_Integer and int(exponent) % 2 == 0 and not low >= 0:
            base = _size(base)
            low, high = base.value
        definite = low > 0 or high < 0
        if exponent.is_Integer:
            n = int(exponent)
            if n < 0 and not definite:
                raise Unbounded("a power of what may be zero")
            ends = (low**n, high**n)
        elif low >= 0:
            if p < 0 and not low > 0:
                raise Unbounded("a power of what may be zero")
            ends = (_root(low, exponent, p), _root(high, exponent, p))
        else:
            raise Unbounded("a root of what may be negative")
        value = ends if p > 0 else (ends[1], ends[0])
        e = {i: times((p, p), one) for i, one in base.e.items()}
        return (
            Slope(value, dict.fromkeys(base.d, EVERYTHING), e)
            if definite
            else self._through(base, exponent, value, e)
        )

    def _through(
        self, base: Slope, exponent: sp.Expr, value: Interval, e: dict[int, Interval]
    ) -> Slope:
        """Return a power of what may be zero, with the slope that the power rule gives."""
        rest = exponent - 1
        inner = EVERYTHING
        if rest.is_nonnegative:
            inner = Slopes([Z], [base.value], ()).of(exponent * Z**rest).value
        return Slope(value, {i: times(inner, d) for i, d in base.d.items()}, e)

    def _piecewise(self, x: sp.Piecewise) -> Slope:
        possible = []
        for value, condition in x.args:
            truth = self.truth(condition)
            if truth is not False:
                possible.append(self.of(value))
            if truth is True:
                break
        else:
            raise Unbounded("no piece may apply")
        if len(possible) == 1:
            return possible[0]
        everything = {i: EVERYTHING for one in possible for i in one.d}
        return Slope(_either([one.value for one in possible]), everything, {})

    def truth(self, predicate: sp.Basic) -> bool | None:
        """Return whether a predicate is true, or false, on the whole box; else None."""
        if predicate in (sp.true, sp.false):
            return predicate is sp.true
        if isinstance(predicate, sp.And | sp.Or):
            known = [self.truth(part) for part in predicate.args]
            decisive = isinstance(predicate, sp.Or)
            if decisive in known:
                return decisive
            return None if None in known else not decisive
        if isinstance(predicate, sp.Not):
            known_part = self.truth(predicate.args[0])
            return None if known_part is None else not known_part
        try:
            a, b = self.of(predicate.lhs).value, self.of(predicate.rhs).value
        except Unbounded:
            return None
        if isinstance(predicate, sp.Ge | sp.Gt):
            a, b = b, a
        if isinstance(predicate, sp.Le | sp.Ge):
            return True if a[1] <= b[0] else False if a[0] > b[1] else None
        if isinstance(predicate, sp.Lt | sp.Gt):
            return True if a[1] < b[0] else False if a[0] >= b[1] else None
        apart = a[1] < b[0] or a[0] > b[1]
        return isinstance(predicate, sp.Ne) if apart else None


Z = sp.Symbol("z", real=True)


@lru_cache(maxsize=64)
def _derivative(function: Any) -> sp.Expr:
    return function(Z).diff(Z)


def _root(x: Any, exponent: sp.Expr, p: Any) -> Any:
    if x.is_zero():
        return arb(0)
    return x.sqrt() if exponent == sp.Rational(1, 2) else x**p


def _image(function: Any, inside: Interval) -> Interval:
    low, high = inside
    if function in RISING:
        return FUNCTIONS[function](low), FUNCTIONS[function](high)
    if function in FALLING:
        return FUNCTIONS[function](high), FUNCTIONS[function](low)
    if function in LEAST and low > 0:  # convex there
        turning, least = FUNCTIONS[function], LEAST[function]
        first, last = turning(low), turning(high)
        if low >= 1.4617:
            return first, last
        return (last, first) if high <= 1.4616 else (arb(least), first.max(last))
    if function in OTHERS:
        value = FUNCTIONS[function](low.union(high))
        return value.lower(), value.upper()
    raise Unbounded(f"{function} is not known to the checker")


def _exponential(inside: Slope) -> Slope:
    low, high = inside.value
    return Slope((low.exp(), high.exp()), dict.fromkeys(inside.d, EVERYTHING), dict(inside.d))


def _logarithm(inside: Slope) -> Slope:
    low, high = inside.value
    if not low > 0:
        raise Unbounded("a logarithm of what may not be positive")
    return Slope((low.log(), high.log()), dict(inside.e), {})


def _negative(a: Slope) -> Slope:
    low, high = a.value
    return Slope((-high, -low), {i: (-d[1], -d[0]) for i, d in a.d.items()}, a.e)


def _size(a: Slope) -> Slope:
    low, high = a.value
    if low >= 0:
        return a
    if high <= 0:
        return _negative(a)
    most = (-low).max(high)
    d = {i: abs(one[0]).max(abs(one[1])) for i, one in a.d.items()}
    return Slope((arb(0), most), {i: (-one, one) for i, one in d.items()}, a.e)


def _steps(a: Slope, function: Any) -> Slope:
    low, high = (function(end) for end in a.value)
    constant = low.is_exact() and high.is_exact() and low == high
    return Slope(
        (low.lower(), high.upper()), {} if constant else dict.fromkeys(a.d, EVERYTHING), {}
    )


def _largest(parts: list[Slope]) -> Slope:
    least = parts[0].value[0]
    for one in parts[1:]:
        least = least.max(one.value[0])
    parts = [one for one in parts if not one.value[1] < least]
    value = least, _either([one.value for one in parts])[1]
    names = {i for one in parts for i in one.d}
    return Slope(
        value,
        {i: _either([one.d.get(i, ZERO) for one in parts]) for i in names},
        {i: _either([one.e.get(i, ZERO) for one in parts]) for i in names},
    )


def _product(parts: list[Slope]) -> Slope:
    value = reduce(times, (one.value for one in parts))
    names = {i for one in parts for i in one.d}
    e, d = {}, {}
    for i in names:
        e[i] = ZERO
        for one in parts:
            e[i] = _plus(e[i], one.e.get(i, ZERO))
        if not (e[i][0].is_finite() and e[i][1].is_finite()):
            d[i] = ZERO
            for k, one in enumerate(parts):
                term = one.d.get(i, ZERO)
                for other in parts[:k] + parts[k + 1 :]:
                    term = times(term, other.value)
                d[i] = _plus(d[i], term)
    return Slope(value, d, e)


def _sum(parts: list[Slope]) -> Slope:
    value = reduce(_plus, (one.value for one in parts))
    names = {i for one in parts for i in one.d}
    d = {}
    for i in names:
        d[i] = ZERO
        for one in parts:
            d[i] = _plus(d[i], one.d.get(i, ZERO))
    if all(one.value[0] >= 0 for one in parts):
        return Slope(value, d, _average(parts, names))
    if all(one.value[1] <= 0 for one in parts):
        return Slope(value, d, _average([_negative(one) for one in parts], names))
    return Slope(value, d, {})


def _average(parts: list[Slope], names: set[int]) -> dict[int, Interval]:
    """Return the logarithmic slopes of a sum of what is not negative: averages of its terms'."""
    if not names:
        return {}
    weights = []
    for k, one in enumerate(parts):
        rest = ZERO
        for other in parts[:k] + parts[k + 1 :]:
            rest = _plus(rest, other.value)
        low, high = _share(one.value[0], rest[1]), _share(one.value[1], rest[0])
        weights.append((arb(0) if low.is_nan() else low, arb(1) if high.is_nan() else high))
    found = {}
    for i in names:
        each = [one.e.get(i, ZERO) for one in parts]
        base = next((k for k, one in enumerate(parts) if i not in one.e), 0)
        mean = each[base]
        for k, weight in enumerate(weights):
            if k != base:
                mean = _plus(mean, times(weight, minus(each[k], each[base])))
        found[i] = _both(mean, _either(each))
    return found


def _share(part: Any, rest: Any) -> Any:
    if part.is_zero():
        return arb(0)
    return part / (part + rest)
