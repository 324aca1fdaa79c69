"""Enclosures in doubles, for many boxes at once: what the prover looks ahead with.

They are not rounded outward. What rests on them is proved by the checker, or is not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from typing import Any, NamedTuple

import numpy as np
import scipy.special
import sympy as sp
from numpy.typing import NDArray
from scipy.special import expit

from verify.judging.proof.intervals import (
    ONE,
    UNKNOWN,
    ZERO,
    Array,
    Interval,
    are_numbers,
    both,
    either,
    known,
    minus,
    over,
    plus,
    times,
)


class Unknown(Exception):
    """An expression holds something that nothing is known of here."""


class Slope(NamedTuple):
    """Values of an expression, and per parameter its derivative and that of its logarithm.

    ``log`` is the logarithm of the values where they are known to be at least 0, else not a number;
    it is there where they are too large or too small for a double. What is not known of a
    derivative goes from minus to plus infinity; what does not depend is left out.
    """

    value: Interval
    log: Interval
    d: Mapping[int, Interval]
    e: Mapping[int, Interval]


def slope(
    value: Interval,
    d: Mapping[int, Interval],
    e: Mapping[int, Interval],
    log: Interval | None = None,
) -> Slope:
    """Put a slope together; each of the two derivatives also bounds the other."""
    low, high = value
    if not are_numbers(low, high):
        low = np.where(np.isnan(low), -np.inf, low)
        high = np.where(np.isnan(high), np.inf, high)
    if low.min(initial=1.0) > 0 and high.max(initial=1.0) < np.inf:
        return _of_positive((low, high), d, e, log)
    fine = low >= 0
    plain = np.where(fine, np.log(low), np.nan), np.where(fine, np.log(high), np.nan)
    if log is None:
        log = plain
    else:
        log = (
            np.where(np.isnan(log[0]), plain[0], log[0]),
            np.where(np.isnan(log[1]), plain[1], log[1]),
        )
        # What became 0 or infinity in doubles.
        low = np.where((low == 0) & (log[0] > -np.inf), np.exp(log[0]), low)
        high = np.where((high == np.inf) & ~np.isnan(log[1]), np.exp(log[1]), high)
    definite = (low > 0) & np.isfinite(low) | (high < 0) & np.isfinite(high)
    ds, es = {}, {}
    for i in d.keys() | e.keys():
        one, other = known(d.get(i, UNKNOWN)), known(e.get(i, UNKNOWN))
        a, b = over(one, (low, high))
        quotient = np.where(definite, a, -np.inf), np.where(definite, b, np.inf)
        ds[i] = both(one, times(other, (low, high)))
        es[i] = both(other, quotient)
    return Slope((low, high), log, ds, es)


def _of_positive(
    value: Interval, d: Mapping[int, Interval], e: Mapping[int, Interval], log: Interval | None
) -> Slope:
    """Put the slope of what is positive and finite together: the same, with fewer questions."""
    if log is None or not are_numbers(*log):
        low, high = np.log(value[0]), np.log(value[1])
        if log is not None:
            low = np.where(np.isnan(log[0]), low, log[0])
            high = np.where(np.isnan(log[1]), high, log[1])
        log = low, high
    ds, es = {}, {}
    for i in d.keys() | e.keys():
        if i in d:
            one = ds[i] = known(d[i])
            es[i] = over(one, value)
        if i in e:
            other = known(e[i])
            from_other = times(other, value)
            ds[i] = both(ds[i], from_other) if i in d else from_other
            es[i] = both(other, es[i]) if i in d else other
    return Slope(value, log, ds, es)


@lru_cache(maxsize=4096)
def _number(x: sp.Expr) -> Slope:
    """Return what depends on no parameter."""
    return slope((np.array(float(x)),) * 2, {}, {})


def _lambert(x: Array) -> Array:
    return np.asarray(scipy.special.lambertw(x).real)  # type: ignore[call-overload]


RISING: Mapping[Any, Callable[[Array], Array]] = {
    sp.exp: np.exp, sp.log: np.log, sp.atan: np.arctan, sp.asin: np.arcsin, sp.sinh: np.sinh,
    sp.tanh: np.tanh, sp.asinh: np.arcsinh, sp.acosh: np.arccosh, sp.atanh: np.arctanh,
    sp.erf: scipy.special.erf, sp.LambertW: _lambert,
}  # fmt: skip
FALLING: Mapping[Any, Callable[[Array], Array]] = {
    sp.acos: np.arccos, sp.erfc: scipy.special.erfc,
}  # fmt: skip
LOWEST_GAMMA = 1.4616321449683622
TURNING: Mapping[Any, tuple[Callable[[Array], Array], float]] = {
    sp.cosh: (np.cosh, 0.0),
    sp.gamma: (scipy.special.gamma, LOWEST_GAMMA),
    sp.loggamma: (scipy.special.gammaln, LOWEST_GAMMA),
}
"""Convex functions, and where they turn from falling to rising."""


class Enclosures:
    """Encloses expressions and their slopes on boxes.

    Parameters
    ----------
    names : the parameters
    low, high : (k, n) arrays, the ends of each parameter on each box
    logarithmic : per parameter, whether slopes are by its logarithm, ``None`` if none by it is
        wanted; without it there are none
    """

    def __init__(
        self, names: Sequence[str], low: Array, high: Array, logarithmic: Sequence[bool | None] = ()
    ) -> None:
        self._place = {name: i for i, name in enumerate(names)}
        self._low, self._high, self._logarithmic = low, high, logarithmic
        self._found: dict[sp.Basic, Slope] = {}

    def of(self, expression: sp.Basic) -> Slope:
        """Enclose an expression."""
        with np.errstate(all="ignore"):
            return self._once(expression)

    def _once(self, x: sp.Basic) -> Slope:
        found = self._found.get(x)
        if found is None:
            found = self._found[x] = self._of(x)
        return found

    def _of(self, x: sp.Basic) -> Slope:
        if x.is_Symbol:
            i = self._place[x.name]
            by = {i: ONE}
            value = self._low[i], self._high[i]
            logarithmic = self._logarithmic[i] if self._logarithmic else None
            if logarithmic is None:
                return slope(value, {}, {})
            return slope(value, {}, by) if logarithmic else slope(value, by, {})
        if x.is_number:
            return _number(x)
        parts = x.args
        if x.is_Add:
            return total([self._once(part) for part in parts])
        if x.is_Mul:
            return product([self._once(part) for part in parts])
        if x.is_Pow and parts[1].is_number:
            return self._power(self._once(parts[0]), parts[1])
        if x.is_Pow:
            return exponential(product([self._once(parts[1]), logarithm(self._once(parts[0]))]))
        if isinstance(x, sp.exp):
            return exponential(self._once(parts[0]))
        if isinstance(x, sp.log):
            return self._logarithm(parts[0])
        if isinstance(x, sp.Max):
            return largest([self._once(part) for part in parts])
        if isinstance(x, sp.Min):
            return negative(largest([negative(self._once(part)) for part in parts]))
        if isinstance(x, sp.Abs):
            return size(self._once(parts[0]))
        if isinstance(x, sp.sign | sp.floor):
            return _stairs(np.sign if isinstance(x, sp.sign) else np.floor, self._once(parts[0]))
        if isinstance(x, sp.Piecewise):
            return self._piecewise(x)
        if isinstance(x, sp.factorial):
            return self._once(sp.gamma(parts[0] + 1))
        if isinstance(x, sp.polygamma) and parts[0] == 0:
            inside = self._once(parts[1])
            low, high = (np.where(end > 0, scipy.special.psi(end), np.nan) for end in inside.value)
            return slope((low, high), dict.fromkeys(inside.d, UNKNOWN), {})
        if len(parts) == 1:
            return self._function(x.func, self._once(parts[0]))
        raise Unknown(str(x.func))

    def _function(self, function: Any, inside: Slope) -> Slope:
        value = _image(function, inside.value)
        log = LOGARITHMS[function](*inside.value) if function in LOGARITHMS else None
        if not inside.d:
            return slope(value, {}, {}, log)
        low, high = np.broadcast_arrays(*inside.value)
        there = Enclosures(["z"], low.reshape(1, -1), high.reshape(1, -1))
        derivative, quotient = _derivatives(function)
        d, e = (
            _reshaped(there.of(one).value, low.shape) if one is not None else UNKNOWN
            for one in (derivative, quotient)
        )
        return slope(
            value,
            {i: times(d, one) for i, one in inside.d.items()},
            {i: times(e, one) for i, one in inside.d.items()},
            log,
        )

    def _logarithm(self, x: sp.Expr) -> Slope:
        """Return a logarithm; that of one and something, small as it may be, by itself."""
        inside = self._once(x)
        found = logarithm(inside)
        if not (x.is_Add and x.args[0] == 1):
            return found
        low, high = self._once(x - 1).value
        ends = np.where(low > -1, np.log1p(low), np.nan), np.where(low > -1, np.log1p(high), np.nan)
        return slope(ends, inside.e, {})

    def _power(self, base: Slope, exponent: sp.Expr) -> Slope:
        p = float(exponent)
        if exponent.is_Integer and int(exponent) % 2 == 0:
            base = size(base)
        low, high = base.value
        ends = low**p, high**p
        if not exponent.is_Integer:
            ends = np.where(low >= 0, ends[0], np.nan), np.where(low >= 0, ends[1], np.nan)
        if p < 0:
            definite = (low > 0) | (high < 0) | (base.log[0] > -np.inf)
            ends = np.where(definite, ends[1], np.nan), np.where(definite, ends[0], np.nan)
        inner: Interval = UNKNOWN
        if p >= 1:
            steep = p * low ** (p - 1), p * high ** (p - 1)
            if exponent.is_Integer:
                steep = either([(end, end) for end in (*steep, np.array(0.0))])
            inner = steep
            if exponent.is_Integer and int(exponent) == 1:
                inner = ONE
        d = {i: times(inner, one) for i, one in base.d.items()}
        a, b = p * base.log[0], p * base.log[1]
        log = (a, b) if p > 0 else (b, a)
        return slope(ends, d, {i: times((np.array(p),) * 2, one) for i, one in base.e.items()}, log)

    def _piecewise(self, x: sp.Piecewise) -> Slope:
        shape = self._low.shape[1:]
        open_ = np.ones(shape, dtype=bool)
        low, high = np.full(shape, np.inf), np.full(shape, -np.inf)
        for value, condition in x.args:
            true, false = self.truth(condition)
            here = open_ & ~false
            one = self._once(value).value
            low = np.where(here, np.minimum(low, one[0]), low)
            high = np.where(here, np.maximum(high, one[1]), high)
            open_ = open_ & ~true
        low, high = np.where(open_, np.nan, low), np.where(open_, np.nan, high)
        names = {self._place[one.name] for one in x.free_symbols}
        single = self._single_piece(x)
        if single is not None:
            return single
        return slope((low, high), dict.fromkeys(names, UNKNOWN), {})

    def _single_piece(self, x: sp.Piecewise) -> Slope | None:
        """Return the slope of the piece that applies on all boxes, if one does."""
        for value, condition in x.args:
            true, false = self.truth(condition)
            if np.all(true):
                return self._once(value)
            if not np.all(false):
                return None
        return None

    def truth(self, predicate: sp.Basic) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return on which boxes a predicate is true everywhere, and on which nowhere."""
        shape = self._low.shape[1:]
        if predicate in (sp.true, sp.false):
            return np.full(shape, predicate is sp.true), np.full(shape, predicate is sp.false)
        if isinstance(predicate, sp.And | sp.Or):
            known_parts = [self.truth(part) for part in predicate.args]
            trues = np.stack([one[0] for one in known_parts])
            falses = np.stack([one[1] for one in known_parts])
            if isinstance(predicate, sp.And):
                return np.all(trues, axis=0), np.any(falses, axis=0)
            return np.any(trues, axis=0), np.all(falses, axis=0)
        if isinstance(predicate, sp.Not):
            true, false = self.truth(predicate.args[0])
            return false, true
        a, b = self.of(predicate.lhs).value, self.of(predicate.rhs).value
        if isinstance(predicate, sp.Ge | sp.Gt):
            a, b = b, a
        below, above = a[1] <= b[0], a[0] > b[1]
        if isinstance(predicate, sp.Lt | sp.Gt):
            below, above = a[1] < b[0], a[0] >= b[1]
        if isinstance(predicate, sp.Eq | sp.Ne):
            apart = above | (a[1] < b[0])
            below, above = np.zeros_like(apart), apart
            if isinstance(predicate, sp.Ne):
                below, above = above, below
        return np.broadcast_to(below, shape), np.broadcast_to(above, shape)


def _image(function: Any, inside: Interval) -> Interval:
    low, high = inside
    if function in RISING:
        return RISING[function](low), RISING[function](high)
    if function in FALLING:
        return FALLING[function](high), FALLING[function](low)
    if function in TURNING:
        turning, least = TURNING[function]
        ends = turning(low), turning(high)
        bottom = turning(np.clip(least, low, high))
        fine = (low > 0) | (least == 0)
        return np.where(fine, bottom, np.nan), np.where(fine, np.maximum(*ends), np.nan)
    if function is sp.cos:
        return _cosine(low, high)
    if function is sp.sin:
        return _cosine(low - np.pi / 2, high - np.pi / 2)
    raise Unknown(str(function))


def _cosine(low: Array, high: Array) -> Interval:
    ends = np.cos(low), np.cos(high)
    turns = 2 * np.pi
    top = np.floor(high / turns) >= np.ceil(low / turns)
    bottom = np.floor((high - np.pi) / turns) >= np.ceil((low - np.pi) / turns)
    return np.where(bottom, -1.0, np.minimum(*ends)), np.where(top, 1.0, np.maximum(*ends))


LOGARITHMS: Mapping[Any, Callable[[Array, Array], Interval]] = {
    sp.erfc: lambda low, high: (_log_erfc(high), _log_erfc(low)),
}
"""Logarithms of functions that are soon too small for a double."""


def _log_erfc(x: Array) -> Array:
    found: Array = np.log(2) + scipy.special.log_ndtr(-np.sqrt(2) * x)
    return found


@lru_cache(maxsize=64)
def _derivatives(function: Any) -> tuple[sp.Expr | None, sp.Expr | None]:
    """Return the derivative of a function of z, and that of its logarithm where it helps."""
    z = sp.Symbol("z", real=True)
    derivative = function(z).diff(z)
    if derivative.has(sp.Derivative, sp.Subs):
        return None, None
    quotient = derivative / function(z) if function in (sp.gamma, sp.LambertW) else None
    return derivative, quotient


def _reshaped(a: Interval, shape: tuple[int, ...]) -> Interval:
    low, high = (np.broadcast_to(end, (int(np.prod(shape)),)).reshape(shape) for end in a)
    return known((low, high))


def exponential(a: Slope) -> Slope:
    """Return the exponential."""
    return slope((np.exp(a.value[0]), np.exp(a.value[1])), {}, a.d, a.value)


def logarithm(a: Slope) -> Slope:
    """Return the logarithm of what is positive."""
    fine = a.log[0] > -np.inf
    ends = np.where(fine, a.log[0], np.nan), np.where(fine, a.log[1], np.nan)
    return slope(ends, a.e, {})


def negative(a: Slope) -> Slope:
    """Return the negative."""
    low, high = a.value
    return slope((-high, -low), {i: (-d[1], -d[0]) for i, d in a.d.items()}, a.e)


def size(a: Slope) -> Slope:
    """Return the absolute value."""
    low, high = a.value
    turned, crossing = high <= 0, (low < 0) & (high > 0)
    most = np.maximum(-low, high)
    value = (
        np.where(crossing, 0.0, np.where(turned, -high, low)),
        np.where(crossing, most, np.where(turned, -low, high)),
    )
    d = {}
    for i, (one, other) in a.d.items():
        widest = np.maximum(np.abs(one), np.abs(other))
        d[i] = (
            np.where(crossing, -widest, np.where(turned, -other, one)),
            np.where(crossing, widest, np.where(turned, -one, other)),
        )
    return slope(value, d, a.e, a.log)


def _stairs(function: Any, a: Slope) -> Slope:
    low, high = function(a.value[0]), function(a.value[1])
    flat = low == high
    d = {i: (np.where(flat, 0.0, -np.inf), np.where(flat, 0.0, np.inf)) for i in a.d}
    return slope((low, high), d, {})


def largest(parts: Sequence[Slope]) -> Slope:
    """Return the maximum: its slopes are those of whatever may be largest."""
    least = reduce(np.maximum, (one.value[0] for one in parts))
    masks = [one.value[1] < least for one in parts]
    names = {i for one in parts for i in one.d}

    def hull(slopes: list[Mapping[int, Interval]], i: int) -> Interval:
        each = zip(masks, (one.get(i, ZERO) for one in slopes), strict=True)
        return either([(np.where(g, np.inf, a), np.where(g, -np.inf, b)) for g, (a, b) in each])

    value = least, either([one.value for one in parts])[1]
    d, e = [one.d for one in parts], [one.e for one in parts]
    return slope(value, {i: hull(d, i) for i in names}, {i: hull(e, i) for i in names})


def product(parts: Sequence[Slope]) -> Slope:
    """Return the product."""
    value, logs = reduce(times, (one.value for one in parts)), [one.log for one in parts]
    log = reduce(np.add, (a for a, _ in logs)), reduce(np.add, (b for _, b in logs))
    e, d = {}, {}
    for i in {i for one in parts for i in one.d}:
        e[i] = ZERO
        for one in parts:
            e[i] = plus(e[i], one.e.get(i, ZERO))
        open_ = ~(np.isfinite(e[i][0]) & np.isfinite(e[i][1]))
        if open_.any():
            d[i] = ZERO
            for k, one in enumerate(parts):
                term = one.d.get(i, ZERO)
                for other in [*parts[:k], *parts[k + 1 :]]:
                    term = times(term, other.value)
                d[i] = plus(d[i], term)
            d[i] = np.where(open_, d[i][0], -np.inf), np.where(open_, d[i][1], np.inf)
    return slope(value, d, e, log)


def total(parts: Sequence[Slope]) -> Slope:
    """Return the sum; where all terms have one sign its logarithmic slopes are averages."""
    value = reduce(plus, (one.value for one in parts))
    names = {i for one in parts for i in one.d}
    d = {}
    for i in names:
        d[i] = ZERO
        for one in parts:
            d[i] = plus(d[i], one.d.get(i, ZERO))
    up = reduce(np.logical_and, (one.value[0] >= 0 for one in parts))
    down = reduce(np.logical_and, (one.value[1] <= 0 for one in parts))
    e: dict[int, Interval] = {}
    for mask, turned in ((up, False), (down, True)):
        if names and mask.any():
            alike = [negative(one) for one in parts] if turned else parts
            for i, (low, high) in _averages(alike, names).items():
                before = e.get(i, UNKNOWN)
                e[i] = np.where(mask, low, before[0]), np.where(mask, high, before[1])
    logs = [one.log for one in parts]
    log = reduce(np.logaddexp, (a for a, _ in logs)), reduce(np.logaddexp, (b for _, b in logs))
    return slope(value, d, e, log)


def _averages(parts: Sequence[Slope], names: set[int]) -> dict[int, Interval]:
    """Return the logarithmic slopes of a sum of what is not negative: averages of its terms'."""
    weights = []
    for k, one in enumerate(parts):
        others = [other.log for other in [*parts[:k], *parts[k + 1 :]]]
        rest = (
            reduce(np.logaddexp, (a for a, _ in others)),
            reduce(np.logaddexp, (b for _, b in others)),
        )
        low, high = expit(one.log[0] - rest[1]), expit(one.log[1] - rest[0])
        weights.append((np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), 1.0, high)))
    found = {}
    for i in names:
        each = [one.e.get(i, ZERO) for one in parts]
        base = next((k for k, one in enumerate(parts) if i not in one.e), 0)
        mean = each[base]
        for k, weight in enumerate(weights):
            if k != base:
                mean = plus(mean, times(weight, minus(each[k], each[base])))
        found[i] = both(mean, either(each))
    return found
