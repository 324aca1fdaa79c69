"""Rounding: how far a formula in doubles may be from its exact value, and how large its terms are.

The error is estimated as the formula is evaluated, operation by operation: a sum adds the errors of
its terms and rounds by their sizes, a product by its factors, any other function is evaluated once
more at arguments moved by their errors. What cancels is thereby told from what is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from bounds import arrays, evaluate, norm
from bounds.numeric import scaled

Array = NDArray[np.float64]

UNIT = float(np.finfo(np.float64).eps)
OBSERVED = 4
"""Units in the last place that an observable is trusted to: it comes out of a computation too."""


class Rounded(NamedTuple):
    """A value and a bound of its error, for every replicate."""

    value: Array
    error: Array


class Rounding:
    """Evaluates formulas with their errors; parts that they share are evaluated once.

    Parameters
    ----------
    known : mapping from name to number or array
        Parameters (single numbers, exact) and observables (arrays). An observable whose symbol
        names its ``error`` has that error besides.
    exact : bool
        Whether the arrays are exact too.
    """

    def __init__(self, known: Mapping[str, Any], *, exact: bool = False) -> None:
        self._known, self._exact = known, exact
        self._found: dict[sp.Basic, Rounded] = {}

    def of(self, expression: sp.Basic) -> Rounded:
        """Evaluate a formula of the known names."""
        if expression not in self._found:
            with np.errstate(all="ignore"):
                self._found[expression] = self._of(expression)
        return self._found[expression]

    def _of(self, expression: sp.Basic) -> Rounded:
        if expression.is_Symbol and not arrays.rank(expression):
            return self._symbol(expression)
        if not expression.free_symbols:
            value = evaluate(expression, {})
            return Rounded(value, 0 * value if expression.is_Integer else UNIT * np.abs(value))
        if expression.is_Add:
            return reduce(_sum, (self.of(part) for part in expression.args))
        if expression.is_Mul:
            ordinary = scaled(expression)
            if ordinary != expression:
                return self.of(ordinary)
            return reduce(_product, (self.of(part) for part in expression.args))
        plain = all(isinstance(part, sp.Expr) for part in expression.args)  # no Piecewise
        if (expression.is_Function or expression.is_Pow) and plain and not _of_arrays(expression):
            return self._moved(expression, expression.args)
        symbols = sorted(expression.free_symbols, key=lambda symbol: symbol.name)
        if not any(map(arrays.rank, symbols)):
            return self._moved(expression, symbols)
        value = evaluate(expression, self._known)
        size = np.abs(evaluate(magnitude(expression), self._known))
        return Rounded(value, OBSERVED * UNIT * size)

    def _symbol(self, symbol: sp.Symbol) -> Rounded:
        value = evaluate(symbol, self._known)
        declared = getattr(symbol, "error", "")
        if self._exact or np.ndim(self._known[symbol.name]) == 0:
            return Rounded(value, np.zeros_like(value))
        error = OBSERVED * UNIT * np.abs(value)
        if declared in self._known:
            error = error + np.abs(np.asarray(self._known[declared], np.float64))
        return Rounded(value, error)

    def _moved(self, expression: sp.Basic, arguments: Any) -> Rounded:
        """Evaluate a function of its arguments, and again with each moved by its error."""
        inside = [self.of(argument) for argument in arguments]
        names = [sp.Symbol(f"argument{i}", real=True) for i in range(len(inside))]
        if expression.args == tuple(arguments):
            # As numbers in an exponent stay numbers, a square does not become a logarithm.
            plain = [a if a.is_number else d for a, d in zip(arguments, names, strict=True)]
            function = expression.func(*plain)
        else:
            function = expression.xreplace(dict(zip(arguments, names, strict=True)))
        at = {d.name: part.value for d, part in zip(names, inside, strict=True)}
        value = evaluate(function, at)
        error = 2 * UNIT * np.abs(value)
        for name, part in zip(names, inside, strict=True):
            if np.any(part.error):
                ends = (evaluate(function, {**at, name.name: part.value + s * part.error})
                        for s in (-1, 1))  # fmt: skip
                moved = reduce(np.fmax, (np.abs(end - value) for end in ends))
                error = error + np.where(np.isnan(moved), np.inf, moved)
        return Rounded(value, np.where(np.isnan(value), np.nan, error))


def _sum(a: Rounded, b: Rounded) -> Rounded:
    rounding = UNIT * (np.abs(a.value) + np.abs(b.value))
    return Rounded(a.value + b.value, a.error + b.error + rounding)


def _product(a: Rounded, b: Rounded) -> Rounded:
    value = a.value * b.value
    error = np.abs(a.value) * b.error + np.abs(b.value) * a.error + UNIT * np.abs(value)
    return Rounded(value, error)


def _of_arrays(expression: sp.Basic) -> bool:
    return any(map(arrays.rank, expression.free_symbols))


def magnitude(expression: sp.Basic) -> sp.Basic:
    """Return how large the terms of a formula are: the sum of their sizes, whatever cancels."""
    if expression.is_Add:
        return sp.Add(*map(magnitude, expression.args))
    if expression.is_Mul:
        return sp.Mul(*map(magnitude, expression.args))
    if expression.is_Pow and expression.exp.is_number and expression.exp.is_positive:
        return magnitude(expression.base) ** expression.exp
    if isinstance(expression, arrays.inner):
        return sp.Mul(*(norm(argument) for argument in expression.args))
    if isinstance(expression, sp.log):  # of a ratio: the difference of two logarithms
        factors = sp.Mul.make_args(expression.args[0])
        powers = [factor.as_base_exp() for factor in factors]
        return sp.Add(*(sp.Abs(power * sp.log(sp.Abs(base))) for base, power in powers))
    return sp.Abs(expression)


def has_terms(expression: sp.Basic) -> bool:
    """Return whether a formula has terms that could cancel, and so a scale against zero."""
    if expression.is_Mul or expression.is_Pow:
        return any(map(has_terms, expression.args))
    ratio = isinstance(expression, sp.log) and expression.args[0].is_Mul
    return bool(expression.is_Add or ratio or isinstance(expression, arrays.inner))
