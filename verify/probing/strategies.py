"""Hypothesis strategies: parameters inside a theorem's domain, covariances and vectors.

For property-based tests of bounds of one's own:

>>> from hypothesis import given, settings
>>> from bounds import evaluate
>>> from verify import load
>>> from verify.strategies import parameters
>>> theorem = load("xing2021/equation-5")
>>> @settings(max_examples=5, database=None)
... @given(parameters(theorem, only=["epsilon", "sigma"], epsilon=(0.0, 2.0)))
... def test_radius(values):
...     assert 0 <= values["epsilon"] <= 2 and values["sigma"] >= 0
>>> test_radius()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import scipy.special  # noqa: F401  formulas need it; load it while Hypothesis's clock does not run
import sympy as sp
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bounds import Theorem, arrays, evaluate
from verify.errors import UnknownName, UserError

DECADES = 3.0
"""Sizes are drawn from 10**-DECADES to 10**DECADES where nothing else is said."""

SMALL_WHOLE, LARGEST_WHOLE = 12, 1000
TRIES = 50
Range = Any


def parameters(
    of: Theorem | str, *, only: Iterable[str] | None = None, **ranges: Range
) -> SearchStrategy[dict[str, Any]]:
    """Draw values of a theorem's parameters, inside their domains and its required hypotheses.

    Parameters
    ----------
    of : Theorem or str
        A theorem or its id.
    only : names, optional
        Which symbols to draw. By default every scalar symbol of the theorem that is assumed to be
        real (an observable that is named by a string is not); symbols that a hypothesis fixes by
        an equation get that value.
    **ranges
        For a symbol: ``(low, high)``, a list of choices, a fixed value, or a strategy. By default
        sizes are drawn from 1e-3 to 1e3 on a logarithmic scale, whole numbers up to 12 or up to
        1000.

    Returns
    -------
    Strategy of dictionaries from name to float, or int for whole numbers; they can be passed to
    `bounds.evaluate`.

    Raises
    ------
    UserError
        If the theorem, or a symbol, does not exist, or a range is empty.

    Examples
    --------
    >>> from bounds import Identity, Theorem, required
    >>> m, n = sp.symbols("m n", positive=True, integer=True)
    >>> theorem = Theorem("own/lemma-1", "", [Identity("a", observable="y", equals=m / n)],
    ...                   hypotheses=[required(m > n, "the network is wide")])
    >>> from hypothesis import find
    >>> find(parameters(theorem, n=(3, 9)), lambda values: True)
    {'m': 4, 'n': 3}
    """
    theorem = _theorem(of)
    symbols = {
        symbol.name: symbol
        for symbol in sorted(theorem.free_symbols(), key=lambda s: s.name)
        if not arrays.rank(symbol) and symbol.name not in theorem.quantities
    }
    wanted = (
        list(only)
        if only is not None
        else [name for name, symbol in symbols.items() if symbol.is_extended_real or name in ranges]
    )
    for name in [*wanted, *ranges]:
        if name not in symbols:
            raise UnknownName(f"scalar symbol of {theorem.id}", name, symbols)
    fixed = {
        name: value
        for name, value in _equations(theorem).items()
        if name in wanted and name not in ranges
    }
    drawn = {
        name: _range(symbols[name], ranges[name]) if name in ranges else _domain(symbols[name])
        for name in wanted
        if name not in fixed
    }
    return _inside(theorem, drawn, fixed)


def _inside(
    theorem: Theorem, drawn: Mapping[str, SearchStrategy], fixed: Mapping[str, sp.Expr]
) -> SearchStrategy[dict[str, Any]]:
    """Draw until the required hypotheses are met."""

    @st.composite
    def values_inside(draw: st.DrawFn) -> dict[str, Any]:
        for _ in range(TRIES):
            values = {name: draw(strategy) for name, strategy in drawn.items()}
            for name, expression in fixed.items():
                written_out = theorem.written_out(expression, frozenset(values))
                values[name] = float(evaluate(written_out, values))
            if not theorem.unmet(values):
                return dict(sorted(values.items()))
        reject()

    return values_inside()


def _theorem(of: Theorem | str) -> Theorem:
    if isinstance(of, Theorem):
        return of
    from verify.catalogue.registry import load_registry

    return load_registry().theorem(of)


def _equations(theorem: Theorem) -> dict[str, sp.Expr]:
    """Symbols that a required hypothesis sets equal to something."""
    return {
        hypothesis.statement.lhs.name: hypothesis.statement.rhs
        for hypothesis in theorem.hypotheses
        if hypothesis.role == "required"
        and isinstance(hypothesis.statement, sp.Eq)
        and isinstance(hypothesis.statement.lhs, sp.Symbol)
    }


def _domain(symbol: sp.Symbol) -> SearchStrategy:
    """Values of every size that the assumptions of a symbol allow."""
    if symbol.is_integer:
        small, any_size = (_whole(symbol, -most, most) for most in (SMALL_WHOLE, LARGEST_WHOLE))
        return st.one_of(small, any_size)
    size = st.floats(-DECADES, DECADES).map(lambda exponent: 10.0**exponent)
    parts = []
    if not symbol.is_nonpositive:
        parts.append(size)
    if not (symbol.is_positive or symbol.is_negative or symbol.is_nonzero):
        parts.append(st.just(0.0))
    if not symbol.is_nonnegative:
        parts.append(size.map(lambda value: -value))
    return st.one_of(parts)


def _whole(symbol: sp.Symbol, low: float, high: float) -> SearchStrategy:
    """Whole numbers between two ends that the assumptions of a symbol allow."""
    if symbol.is_nonnegative:
        low = max(low, 1 if symbol.is_positive else 0)
    if symbol.is_nonpositive:
        high = min(high, -1 if symbol.is_negative else 0)
    step = 2 if symbol.is_even or symbol.is_odd else 1
    offset = 1 if symbol.is_odd else 0
    first, last = int(np.ceil((low - offset) / step)), int(np.floor((high - offset) / step))
    if first > last:
        raise UserError(f"No value of {symbol.name} lies between {low:g} and {high:g}.")
    numbers = st.integers(first, last).map(lambda k: step * k + offset)
    return numbers.filter(bool) if symbol.is_nonzero else numbers


def _range(symbol: sp.Symbol, given: Range) -> SearchStrategy:
    """Read what a caller says about a symbol's values."""
    if isinstance(given, SearchStrategy):
        return given
    if isinstance(given, list):
        return st.sampled_from(given)
    if not isinstance(given, tuple):
        return st.just(given)
    if len(given) != 2 or not given[0] <= given[1]:
        raise UserError(f"A range is (low, high) with low <= high; {symbol.name} has {given}.")
    if symbol.is_integer:
        return _whole(symbol, *given)
    low, high = (float(end) for end in given)
    return st.floats(
        low,
        high,
        exclude_min=bool(symbol.is_positive and low == 0 and high > 0),
        exclude_max=bool(symbol.is_negative and high == 0 and low < 0),
        allow_subnormal=False,
    )


@st.composite
def vectors(
    draw: st.DrawFn, d: int | SearchStrategy[int], *, smallest: float = 1e-3, largest: float = 1e3
) -> np.ndarray:
    """Draw vectors of length ``d``: a uniform direction, and a norm on a logarithmic scale.

    Parameters
    ----------
    d : int or strategy
        The dimension.
    smallest, largest : float
        Between which the Euclidean norm lies.

    Returns
    -------
    (d,) float64 array.
    """
    length = draw(d) if isinstance(d, SearchStrategy) else d
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    norm = np.exp(draw(st.floats(np.log(smallest), np.log(largest))))
    direction = rng.standard_normal(length)
    return np.asarray(norm * direction / np.linalg.norm(direction))


@st.composite
def covariances(
    draw: st.DrawFn, d: int | SearchStrategy[int], *, condition: float = 1e3, scale: float = 1.0
) -> np.ndarray:
    """Draw covariance matrices: random axes, eigenvalues on a logarithmic scale.

    Parameters
    ----------
    d : int or strategy
        The dimension.
    condition : float
        Largest ratio of two eigenvalues.
    scale : float
        Geometric centre of the eigenvalues' range.

    Returns
    -------
    (d, d) symmetric positive definite float64 array.
    """
    length = draw(d) if isinstance(d, SearchStrategy) else d
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = np.log(draw(st.floats(1.0, condition)))
    axes = np.linalg.qr(rng.standard_normal((length, length)))[0]
    eigenvalues = scale * np.exp(spread * (rng.random(length) - 0.5))
    matrix = (axes * eigenvalues) @ axes.T
    return np.asarray((matrix + matrix.T) / 2)
