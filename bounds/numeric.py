"""The one bridge from sympy expressions to NumPy numbers.

Every quantity of a theorem becomes numbers through `evaluate` (float64 arrays) or through
`evaluate_precisely` (50 digits, used when a counter-example is replayed). The two share no code
beyond sympy itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray
from sympy.printing.latex import LatexPrinter
from sympy.printing.numpy import SciPyPrinter

from bounds import arrays
from bounds.symbols import letter_of


class MissingValue(KeyError):
    """A symbol of an expression has no value."""

    def __init__(self, name: str, expression: sp.Basic, available: Mapping[str, object]):
        self.name = name
        known = ", ".join(sorted(available)) or "nothing"
        near = [one for one in available if one.lower() == name.lower()]
        near = near or difflib.get_close_matches(name, available, n=1)
        where = "" if str(expression) == name else f" in {expression}"
        super().__init__(
            f"{name!r} has no value{where}; there are values for: {known}"
            + (f". Did you mean {near[0]!r}?" if near else ".")
        )

    def __str__(self) -> str:
        return self.args[0]

    def __reduce__(self) -> tuple[object, ...]:
        # It comes from another process as it was said there, not made of what it was made of.
        return KeyError.__new__, (type(self), *self.args), vars(self)


def names(expression: sp.Basic) -> tuple[str, ...]:
    """Return the names of the free symbols of ``expression``, sorted."""
    return tuple(sorted({symbol.name for symbol in expression.free_symbols}))


class _Printer(SciPyPrinter):
    """SciPy's printer, with names of symbols that no function has, and with parentheses.

    Without parentheses around what it writes as a sum or a product sympy prints ``n*harmonic(n)``
    as ``n*polygamma(0, n + 1) + euler_gamma``. And pi is NumPy's: SciPy's takes long to read.
    """

    _kc = SciPyPrinter._kc | {"Pi": "numpy.pi"}

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return _variable(expr.name)

    _print_MatrixSymbol = _print_Symbol

    def _print(self, expr: sp.Basic, **kwargs: Any) -> str:
        text: str = super()._print(expr, **kwargs)
        return f"({text})" if isinstance(expr, _WRITTEN_OUT) else text


def _variable(name: str) -> str:
    """Return what a symbol is called in the code that is compiled."""
    return "of_" + re.sub(r"\W", lambda character: f"_{ord(character[0])}_", name)


_WRITTEN_OUT = (
    sp.harmonic,
    sp.betainc,
    sp.betainc_regularized,
    sp.lowergamma,
    sp.uppergamma,
)
_PRINTER = _Printer(
    {
        "fully_qualified_modules": False,
        "inline": True,
        "allow_unknown_functions": True,
        "user_functions": {name: name for name in arrays.NUMPY},
    }
)


_KNOWN = (
    *(sp.Abs, sp.Piecewise, sp.ceiling, sp.exp, sp.floor, sp.log, sp.sign),
    *(sp.acos, sp.asin, sp.atan, sp.cos, sp.cosh, sp.sin, sp.sinh, sp.tan, sp.tanh),
    *(arrays.inner, arrays.norm, arrays.times),
)


def scaled(product: sp.Expr) -> sp.Expr:
    """Write a product of exp(x^2) and erfc(x), or of exp(x) and K_n(x), as scaled functions.

    Both factors would leave the range of doubles where their product is an ordinary number.
    """
    growing = next((one for one in product.args if isinstance(one, sp.exp)), None)
    if growing is None:
        return product
    fading = {
        one: exp_less * sp.Function(name)(*one.args)
        for function, name, power in ((sp.erfc, "erfcx", 2), (sp.besselk, "kve", 1))
        for one in product.atoms(function)
        if (exp_less := sp.exp(-(one.args[-1] ** power))) * growing == 1
    }
    return sp.expand_mul(product.xreplace(fading), deep=False) if fading else product


@lru_cache(maxsize=4096)
def _compiled(expression: sp.Basic) -> tuple[tuple[sp.Symbol, ...], Callable[..., object]]:
    named = {symbol.name: symbol for symbol in expression.free_symbols}
    if expression.has(sp.erfc, sp.besselk):
        expression = expression.replace(lambda one: one.is_Mul, scaled)
    elementary = all(isinstance(one, _KNOWN) for one in expression.atoms(sp.Function))
    # Names and not symbols, which sympy would replace one by one all through the expression.
    function = sp.lambdify(
        [_variable(name) for name in sorted(named)],
        expression,
        # The printer imports what it knows by name; all of SciPy, for the rest, takes long to read.
        modules=[arrays.NUMPY, *([] if elementary else ["scipy"])],
        printer=_PRINTER,
        cse=True,
    )
    return tuple(named[name] for name in sorted(named)), function


def _call(expression: sp.Basic, values: Mapping[str, ArrayLike]) -> tuple[object, tuple[int, ...]]:
    """Evaluate the compiled expression; also return the shape that its inputs broadcast to."""
    symbols, function = _compiled(expression)
    for symbol in symbols:
        if symbol.name not in values:
            raise MissingValue(symbol.name, expression, values)
    inputs = [np.asarray(values[symbol.name], dtype=np.float64) for symbol in symbols]
    ranks = [arrays.rank(symbol) for symbol in symbols]
    shapes = (one.shape[: one.ndim - rank] for one, rank in zip(inputs, ranks, strict=True))
    shape = _common(*shapes)
    inputs = [_spread(one, shape, rank) for one, rank in zip(inputs, ranks, strict=True)]
    # A Piecewise evaluates all its branches; a branch that is not taken may overflow in silence.
    with np.errstate(all="ignore"):
        return function(*inputs), shape


def _common(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that several broadcast to; if they are alike, NumPy takes long to say so."""
    return shapes[0] if len(set(shapes)) == 1 else np.broadcast_shapes(*shapes)


def _spread(array: NDArray[Any], shape: tuple[int, ...], rank: int = 0) -> NDArray[Any]:
    """Return a view of a shape, because the code that sympy writes for and/or does not broadcast.

    The axes of vectors and matrices go first, so that a scalar of that shape scales them.
    """
    if rank:
        whole = np.broadcast_to(array, shape + array.shape[array.ndim - rank :])
        return np.moveaxis(whole, range(-rank, 0), range(rank))
    return array if array.shape == shape else np.broadcast_to(array, shape)


def evaluate(expression: sp.Basic, values: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
    """Evaluate a sympy expression on numbers or arrays.

    Parameters
    ----------
    expression : sympy expression
        Scalar valued; may contain the array symbols and functions of `bounds.arrays`.
    values : mapping from symbol name to array
        Scalars and arrays broadcast against one another. A vector symbol takes ``(..., d)``, a
        matrix symbol ``(..., d, d)``.

    Returns
    -------
    float64 array of the common shape, also where the expression is a constant. Where the
    expression is undefined (a root of a negative number, say) the result is NaN.

    Raises
    ------
    MissingValue
        If a free symbol of the expression is not in ``values``.
    """
    result, shape = _call(expression, values)
    array = np.asarray(result)
    if np.iscomplexobj(array):
        array = np.where(array.imag == 0, array.real, np.nan)
    return np.array(_spread(array, _common(array.shape, shape)), np.float64)


def satisfied(predicate: sp.Basic, values: Mapping[str, ArrayLike]) -> NDArray[np.bool_]:
    """Evaluate a sympy predicate (a relation, or several joined by and/or) on arrays."""
    if predicate in (sp.true, sp.false):
        return np.array(bool(predicate))
    result, shape = _call(predicate, values)
    array = np.asarray(result, dtype=bool)
    return np.array(_spread(array, _common(array.shape, shape)))


def evaluate_precisely(
    expression: sp.Basic, values: Mapping[str, float | mpmath.mpf], digits: int = 50
) -> mpmath.mpf:
    """Evaluate a scalar expression with ``digits`` digits from the exact values of its inputs.

    Doubles stand for themselves, and mpmath's numbers keep all their digits.

    Raises
    ------
    MissingValue
        If a free symbol has no value.
    ValueError
        If the expression holds array symbols or does not evaluate to a real number.
    """
    replacements = {}
    for symbol in expression.free_symbols:
        if symbol.name not in values:
            raise MissingValue(symbol.name, expression, values)
        if arrays.rank(symbol):
            raise ValueError(f"{symbol} stands for an array; only scalars are evaluated precisely")
        replacements[symbol] = _exactly(values[symbol.name])
    value = _digits(expression, replacements, digits)
    if not value.is_real:
        raise ValueError(f"{expression} is {value}, not a real number")
    with mpmath.workdps(digits):
        return mpmath.mpf(sp.Float(value, digits)._mpf_)


def _digits(expression: sp.Basic, replacements: Mapping[Any, sp.Rational], digits: int) -> Any:
    """Evaluate an expression where its symbols are fractions."""
    if not any(power.exp.free_symbols for power in expression.atoms(sp.Pow)):
        try:
            return sp.N(expression.subs(replacements), digits)
        except ValueError:  # sympy fails to factor some large integers under a root
            pass
    # A fraction to the power of a fraction would become an integer of as many digits as these have.
    return expression.evalf(digits, subs=replacements)


def _exactly(value: float | mpmath.mpf) -> sp.Rational:
    """Return a number as the fraction that it is."""
    if isinstance(value, mpmath.mpf):
        sign, mantissa, exponent, _ = value._mpf_
        return sp.Rational((-1) ** sign * int(mantissa)) * sp.Integer(2) ** int(exponent)
    return sp.Rational(float(value))


class _InNumerator(sp.Dummy):
    """Stands for a factor of a product, printed and ordered as this."""

    __slots__ = ("factor",)

    def __new__(cls, factor: sp.Expr) -> _InNumerator:
        self = super().__new__(cls)
        self.factor = factor
        return self

    def sort_key(self, order: Any = None) -> Any:
        return self.factor.sort_key(order)

    def _latex(self, printer: Any) -> str:
        return str(printer._print(self.factor))


class _LatexPrinter(LatexPrinter):
    """sympy's printer, which moves a power to a denominator only if its exponent is a number.

    sympy asks `simplify` whether an exponent is one; here it is one if it has no symbols.
    """

    def _print_Mul(self, expr: sp.Mul) -> str:
        if isinstance(expr, sp.Mul) and expr.is_commutative:
            stays = {one for one in expr.args if one.as_base_exp()[1].free_symbols}
            if stays:
                factors = (_InNumerator(one) if one in stays else one for one in expr.args)
                expr = expr.func(*factors, evaluate=False)
        return str(super()._print_Mul(expr))


def latex(expression: sp.Basic) -> str:
    """Render an expression in LaTeX, for statements, plots and pages."""
    plain = [symbol for symbol in expression.atoms(sp.Symbol) if type(symbol) is sp.Symbol]
    printer = _LatexPrinter(
        {
            "inv_trig_style": "power",
            "symbol_names": {symbol: letter_of(symbol.name) for symbol in plain},
        }
    )
    return str(printer.doprint(expression))
