"""The checker: goes through a proof step by step, in ball arithmetic, and trusts nothing.

A proof is a list of steps on boxes, each a product of intervals, beginning with the whole box:

``"out"``
    some predicate of the domain is false on the whole box;
``"done"``
    the bound holds on the whole box, by interval arithmetic;
``"s I X"``
    the box is split at X along parameter I; the steps of the lower part follow, then the others';
``"f LETTERS"``
    a letter per parameter: ``l``, ``m``, ``h`` puts it at its low end, its middle or its high end,
    ``.`` leaves it. By the mean value theorem what is bounded changes by no more than its slope
    times the way, which is added to what has to be shown from here on. Predicates that speak of a
    parameter that was moved mean nothing from there on.

A parameter with positive ends is measured by its logarithm. Slopes are kept twice, as derivative
and as logarithmic derivative, and each is bounded by the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import flint
import sympy as sp
from flint import arb

from verify.judging.proof.statement import Statement

BITS = 128
Interval = tuple[Any, Any]
"""The lowest and the highest value, both balls."""


class Refused(Exception):
    """A proof does not prove what it should."""


class Unbounded(Exception):
    """An expression has no enclosure on a box."""


def check(statement: Statement, steps: Sequence[str]) -> None:
    """Go through a proof.

    Raises
    ------
    Refused
        If a step is not what it should be, or some are missing or left.
    """
    before, flint.ctx.prec = flint.ctx.prec, BITS
    try:
        queue = iter(steps)
        box = [_ends(one) for one in statement.domain.box]
        _Walk(statement, queue).of(box, arb(0), frozenset())
        if next(queue, None) is not None:
            raise Refused("there are steps left over")
    except (Unbounded, ValueError, IndexError) as failure:
        raise Refused(str(failure)) from failure
    finally:
        flint.ctx.prec = before


def enclosed(expression: sp.Basic, symbols: Sequence[sp.Symbol], box: Sequence[Any]) -> Interval:
    """Return an interval that contains all values of an expression on a box of pairs of numbers."""
    before, flint.ctx.prec = flint.ctx.prec, BITS
    try:
        ends = [(arb(low), arb(high)) for low, high in box]
        return _Slopes(symbols, ends, ()).of(expression).value
    finally:
        flint.ctx.prec = before


def _number(value: sp.Expr) -> Any:
    if value.is_Rational:
        return arb(flint.fmpq(int(value.p), int(value.q)))
    return _Slopes([], [], []).of(value).value[0]


def _ends(one: Any) -> Interval:
    low, high = one.low, one.high
    if one.symbol.is_integer:
        low, high = sp.ceiling(low), sp.floor(high)
    return _number(low).lower(), _number(high).upper()


class _Walk:
    """The steps of a proof, taken from a queue."""

    def __init__(self, statement: Statement, steps: Iterator[str]) -> None:
        self.statement, self.steps = statement, steps
        self.symbols = [one.symbol for one in statement.domain.box]
        self.positive = [bool(_ends(one)[0] > 0) for one in statement.domain.box]

    def of(self, box: list[Interval], slack: Any, moved: frozenset[int]) -> None:
        waiting = [(box, slack, moved)]  # a proof may be deeper than the stack of Python
        while waiting:
            box, slack, moved = waiting.pop()
            step = next(self.steps, None)
            word, *rest = "" if step is None else step.split()
            if step is None:
                raise Refused("steps are missing")
            if word == "out":
                self._is_outside(box, moved)
            elif word == "done":
                self._is_bounded(box, slack)
            elif word == "s":
                low, high = self._split(box, int(rest[0]), float(rest[1]))
                waiting += [(high, slack, moved), (low, slack, moved)]
            elif word == "f" and len(rest[0]) == len(box):
                waiting.append(self._moved(box, slack, moved, rest[0]))
            else:
                raise Refused(f"{step!r} is no step")

    def _is_outside(self, box: list[Interval], moved: frozenset[int]) -> None:
        gone = {self.symbols[i].name for i in moved}
        slopes = _Slopes(self.symbols, box, self.positive)
        for predicate in self.statement.domain.predicates:
            if not gone & {one.name for one in predicate.free_symbols}:
                if slopes.truth(predicate) is False:
                    return
        raise Refused("a box is not outside the domain")

    def _is_bounded(self, box: list[Interval], slack: Any) -> None:
        slopes = _Slopes(self.symbols, box, self.positive)
        upper, lower = slopes.of(self.statement.upper), slopes.of(self.statement.lower)
        (_, a), (b, _) = upper.value, lower.value
        fine = a * slack.exp() <= b and b > 0 if self.statement.ratio else a - b + slack <= 0
        if not (fine or (slack.is_zero() and self._is_equal(box))):
            raise Refused("the bound is not met on a box")

    def _is_equal(self, box: list[Interval]) -> bool:
        """Return whether a box is a point at which both sides are the same number."""
        if not all(low.is_exact() and low == high for low, high in box):
            return False
        point = {
            one: sp.Rational(int(low.fmpq().p), int(low.fmpq().q))
            for one, (low, _) in zip(self.symbols, box, strict=True)
        }
        difference = self.statement.upper - self.statement.lower
        return difference.subs(point).is_zero is True

    def _split(self, box: list[Interval], i: int, at: float) -> tuple[list[Interval], list[Interval]]:
        low, high = box[i]
        point = arb(at)
        upper = point
        if self.symbols[i].is_integer:
            if at != int(at):
                raise Refused("a whole number is split at a fraction")
            upper = point + 1
        if not (low <= point and upper <= high):
            raise Refused("a box is split outside of itself")
        return ([*box[:i], (low, point), *box[i + 1 :]], [*box[:i], (upper, high), *box[i + 1 :]])

    def _moved(
        self, box: list[Interval], slack: Any, moved: frozenset[int], letters: str
    ) -> tuple[list[Interval], Any, frozenset[int]]:
        slopes = _Slopes(self.symbols, box, self.positive)
        upper, lower = slopes.of(self.statement.upper), slopes.of(self.statement.lower)
        if self.statement.ratio and not (upper.value[0] >= 0 and lower.value[0] > 0):
            raise Refused("a logarithm of what may be negative")
        new = list(box)
        for i, letter in enumerate(letters):
            if letter == ".":
                continue
            low, high = box[i]
            a, b = (self._coordinate(i, end) for end in (low, high))
            to = {"l": low, "h": high}.get(letter)
            if letter == "m":  # any point of the interval will do
                to = ((a + b) / 2).exp() if self.positive[i] else (a + b) / 2
                to = arb(float(to.mid()))
                if not (low <= to <= high):
                    to = low
            if to is None:
                raise Refused(f"{letter!r} is no place")
            at = self._coordinate(i, to)
            below = arb(0) if letter == "l" else a - at
            above = arb(0) if letter == "h" else b - at
            parts = [one.e if self.statement.ratio else one.d for one in (upper, lower)]
            slope = _minus(parts[0].get(i, ZERO), parts[1].get(i, ZERO))
            way = _times(slope, (below, above))
            if not way[1].is_finite():
                raise Refused("a slope is not bounded")
            slack = slack + way[1].max(arb(0))
            new[i] = (to, to)
            moved = moved | {i}
        return new, slack, moved

    def _coordinate(self, i: int, value: Any) -> Any:
        return value.log() if self.positive[i] else value


ZERO: Interval = (arb(0), arb(0))
ONE: Interval = (arb(1), arb(1))
EVERYTHING: Interval = (arb.neg_inf(), arb.pos_inf())


class _Slope:
    """An expression on a box: its values, and by parameter its derivative and that of its logarithm.

    ``d <= e * value`` and conversely, so that where one of them is known the other is.
    """

    def __init__(self, value: Interval, d: dict[int, Interval], e: dict[int, Interval]) -> None:
        if value[0].is_nan() or value[1].is_nan():
            raise Unbounded("an expression has no value somewhere on a box")
        self.value, self.d, self.e = value, {}, {}
        definite = value[0] > 0 or value[1] < 0
        for i in d.keys() | e.keys():
            one, other = _known(d.get(i, EVERYTHING)), _known(e.get(i, EVERYTHING))
            self.d[i] = _both(one, _times(other, value))
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


def _minus(a: Interval, b: Interval) -> Interval:
    return _known((a[0] - b[1], a[1] - b[0]))


def _times(a: Interval, b: Interval) -> Interval:
    for one, other in ((a, b), (b, a)):
        if one[0].is_zero() and one[1].is_zero():
            return ZERO
    if a[0] >= 0 and b[0] >= 0:
        return _known((a[0] * b[0], a[1] * b[1]))
    products = [x * y for x in a for y in b]
    if any(one.is_nan() for one in products):
        return EVERYTHING
    return _either([(one, one) for one in products])


def _over(a: Interval, b: Interval) -> Interval:
    return _times(a, (1 / b[1], 1 / b[0]))


RISING = {
    sp.exp: lambda x: x.exp(),
    sp.log: lambda x: x.log(),
    sp.atan: lambda x: x.atan(),
    sp.asin: lambda x: x.asin(),
    sp.sinh: lambda x: x.sinh(),
    sp.tanh: lambda x: x.tanh(),
    sp.asinh: lambda x: x.asinh(),
    sp.acosh: lambda x: x.acosh(),
    sp.atanh: lambda x: x.atanh(),
    sp.erf: lambda x: x.erf(),
    sp.LambertW: lambda x: x.lambertw(),
}
FALLING = {sp.acos: lambda x: x.acos(), sp.erfc: lambda x: x.erfc()}
OTHERS = {
    sp.sin: lambda x: x.sin(),
    sp.cos: lambda x: x.cos(),
    sp.tan: lambda x: x.tan(),
    sp.cosh: lambda x: x.cosh(),
    sp.gamma: lambda x: x.gamma(),
    sp.loggamma: lambda x: x.lgamma(),
}
CONSTANTS = {sp.pi: arb.pi, sp.E: arb.const_e, sp.EulerGamma: arb.const_euler}


class _Slopes:
    """Encloses expressions, and their slopes, on one box."""

    def __init__(
        self, symbols: Sequence[sp.Symbol], box: Sequence[Interval], positive: Sequence[bool]
    ) -> None:
        self.place = {symbol.name: i for i, symbol in enumerate(symbols)}
        self.box, self.positive = box, positive
        self.found: dict[sp.Basic, _Slope] = {}

    def of(self, expression: sp.Basic) -> _Slope:
        if expression not in self.found:
            self.found[expression] = self._of(expression)
        return self.found[expression]

    def _of(self, x: sp.Basic) -> _Slope:
        if x.is_Symbol:
            return self._symbol(self.place[x.name])
        if x.is_Rational:
            value = arb(flint.fmpq(int(x.p), int(x.q)))
            return _Slope((value, value), {}, {})
        if x in CONSTANTS:
            value = CONSTANTS[x]()
            return _Slope((value, value), {}, {})
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

    def _symbol(self, i: int) -> _Slope:
        if not self.positive:  # where no slope is wanted
            return _Slope(self.box[i], {}, {})
        logarithmic = self.positive[i]
        return _Slope(
            self.box[i], {} if logarithmic else {i: ONE}, {i: ONE} if logarithmic else {}
        )

    def _function(self, function: Any, inside: _Slope) -> _Slope:
        value = _image(function, inside.value)
        if not inside.d:
            return _Slope(value, {}, {})
        there = _Slopes([Z], [inside.value], ())
        derivative = _derivative(function)
        found = []
        for part in (derivative, derivative / function(Z)):
            try:
                found.append(there.of(part).value)
            except Unbounded:
                found.append(EVERYTHING)
        d, e = found
        return _Slope(
            value,
            {i: _times(d, one) for i, one in inside.d.items()},
            {i: _times(e, one) for i, one in inside.d.items()},
        )

    def _digamma(self, inside: _Slope) -> _Slope:
        low, high = inside.value
        if not low > 0:
            raise Unbounded("polygamma beyond its poles")
        rest = dict.fromkeys(inside.d, EVERYTHING)
        return _Slope((low.digamma(), high.digamma()), rest, {})

    def _power(self, base: _Slope, exponent: sp.Expr) -> _Slope:
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
        e = {i: _times((p, p), one) for i, one in base.e.items()}
        return _Slope(value, dict.fromkeys(base.d, EVERYTHING), e) if definite else self._through(
            base, exponent, value, e
        )

    def _through(
        self, base: _Slope, exponent: sp.Expr, value: Interval, e: dict[int, Interval]
    ) -> _Slope:
        """Return a power of what may be zero, with the slope that the power rule gives."""
        rest = exponent - 1
        inner = EVERYTHING
        if rest.is_nonnegative:
            inner = _Slopes([Z], [base.value], ()).of(exponent * Z**rest).value
        return _Slope(value, {i: _times(inner, d) for i, d in base.d.items()}, e)

    def _piecewise(self, x: sp.Piecewise) -> _Slope:
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
        return _Slope(_either([one.value for one in possible]), everything, {})

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
        return RISING[function](low), RISING[function](high)
    if function in FALLING:
        return FALLING[function](high), FALLING[function](low)
    if function in OTHERS:
        value = OTHERS[function](low.union(high))
        return value.lower(), value.upper()
    raise Unbounded(f"{function} is not known to the checker")


def _exponential(inside: _Slope) -> _Slope:
    low, high = inside.value
    return _Slope((low.exp(), high.exp()), dict.fromkeys(inside.d, EVERYTHING), dict(inside.d))


def _logarithm(inside: _Slope) -> _Slope:
    low, high = inside.value
    if not low > 0:
        raise Unbounded("a logarithm of what may not be positive")
    return _Slope((low.log(), high.log()), dict(inside.e), {})


def _negative(a: _Slope) -> _Slope:
    low, high = a.value
    return _Slope((-high, -low), {i: (-d[1], -d[0]) for i, d in a.d.items()}, a.e)


def _size(a: _Slope) -> _Slope:
    low, high = a.value
    if low >= 0:
        return a
    if high <= 0:
        return _negative(a)
    most = (-low).max(high)
    d = {i: abs(one[0]).max(abs(one[1])) for i, one in a.d.items()}
    return _Slope((arb(0), most), {i: (-one, one) for i, one in d.items()}, a.e)


def _steps(a: _Slope, function: Any) -> _Slope:
    low, high = (function(end) for end in a.value)
    constant = low.is_exact() and high.is_exact() and low == high
    return _Slope(
        (low.lower(), high.upper()), {} if constant else dict.fromkeys(a.d, EVERYTHING), {}
    )


def _largest(parts: list[_Slope]) -> _Slope:
    least = parts[0].value[0]
    for one in parts[1:]:
        least = least.max(one.value[0])
    parts = [one for one in parts if not one.value[1] < least]
    value = least, _either([one.value for one in parts])[1]
    names = {i for one in parts for i in one.d}
    return _Slope(
        value,
        {i: _either([one.d.get(i, ZERO) for one in parts]) for i in names},
        {i: _either([one.e.get(i, ZERO) for one in parts]) for i in names},
    )


def _product(parts: list[_Slope]) -> _Slope:
    value = ONE
    for one in parts:
        value = _times(value, one.value)
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
                    term = _times(term, other.value)
                d[i] = _plus(d[i], term)
    return _Slope(value, d, e)


def _sum(parts: list[_Slope]) -> _Slope:
    value = ZERO
    for one in parts:
        value = _plus(value, one.value)
    names = {i for one in parts for i in one.d}
    d = {}
    for i in names:
        d[i] = ZERO
        for one in parts:
            d[i] = _plus(d[i], one.d.get(i, ZERO))
    if all(one.value[0] >= 0 for one in parts):
        return _Slope(value, d, _average(parts, names))
    if all(one.value[1] <= 0 for one in parts):
        return _Slope(value, d, _average([_negative(one) for one in parts], names))
    return _Slope(value, d, {})


def _average(parts: list[_Slope], names: set[int]) -> dict[int, Interval]:
    """Return the logarithmic slopes of a sum of what is not negative: averages of its terms'."""
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
        total = each[base]
        for weight, one in zip(weights, each, strict=True):
            if one is not each[base]:
                total = _plus(total, _times(weight, _minus(one, each[base])))
        found[i] = _both(total, _either(each))
    return found


def _share(part: Any, rest: Any) -> Any:
    if part.is_zero():
        return arb(0)
    return part / (part + rest)
