"""Hypothesis strategies: parameters inside a theorem's domain, with its vectors and matrices.

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

import math
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import scipy.special  # noqa: F401  formulas need it; load it while Hypothesis's clock does not run
import sympy as sp
from hypothesis import HealthCheck, Phase, currently_in_test_context, given, reject, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bounds import ClaimOf, Theorem, arrays
from bounds.symbols import outside_domain
from verify.catalogue.kinds import kind_of
from verify.errors import UnknownName, UserError
from verify.probing.arrays import covariances, vectors
from verify.probing.inside import Inside, Movable

DECADES = 3.0
"""Sizes are drawn from 10**-DECADES to 10**DECADES where nothing else is said."""

SMALL_WHOLE, LARGEST_WHOLE = 12, 1000
LARGEST_DIMENSION = 8
"""Of vectors and matrices, where nothing else is said."""

DIMENSION = "d"
"""The parameter that is the length of vectors, and the rows and columns of matrices."""

TRIES = 20
FARTHEST_WHOLE, FARTHEST = 16, 30
"""Decades to which a hypothesis may push a number that meets it nowhere between those ends; whole
numbers as far as doubles have them all."""

STEPS = 61
Range = Any


def parameters(
    of: Theorem | ClaimOf | str, *, only: Iterable[str] | None = None, **ranges: Range
) -> SearchStrategy[dict[str, Any]]:
    """Draw values of a theorem's parameters, inside their domains and its required hypotheses.

    Parameters
    ----------
    of : Theorem, one of its claims, or the id of either
        Of a claim, the parameters of its formulas and of the hypotheses, inside its ``where``.
    only : names, optional
        Which symbols to draw. By default every symbol of the theorem that is assumed to be real
        (vectors and matrices are) and that is neither an observable nor defined by others; symbols
        that a hypothesis fixes by an equation get that value.
    **ranges
        For a symbol: ``(low, high)``, a list of choices, a fixed value, or a strategy; for a vector
        or a matrix one of the last two. By default sizes are drawn from 1e-3 to 1e3 on a
        logarithmic scale, whole numbers up to 12 or up to 1000, vectors by `vectors` and matrices
        by `covariances`, all of one dimension ``d``, from 1 to 8. What the hypotheses do not allow
        is moved to where they do, often just to their boundary.

    Returns
    -------
    Strategy of dictionaries from name to float, or int for whole numbers, or array (d,) or (d, d);
    they can be passed to `bounds.evaluate`.

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
    >>> drawn = find(parameters(theorem, n=(3, 9)), lambda values: values["n"] > 8)
    >>> drawn["m"] > drawn["n"]
    True
    """
    theorem, claim = _statement(of)
    _let_modules_be_read(len(sys.modules))
    symbols = _parameters(theorem, list(theorem) if claim is None else [claim])
    spoken = set(symbols) if claim is None else _spoken(claim, symbols)
    wanted = (
        list(only)
        if only is not None
        else [
            name
            for name, symbol in symbols.items()
            if name in ranges
            or (name in spoken and symbol.is_extended_real and not _is_observed(symbol))
        ]
    )
    listed = [name for name in wanted if name in symbols and arrays.rank(symbols[name])]
    if listed and DIMENSION not in symbols:
        symbols[DIMENSION] = sp.Symbol(DIMENSION, integer=True, positive=True)
    if listed and DIMENSION not in wanted:
        wanted.append(DIMENSION)
    for name in [*wanted, *ranges]:
        if name not in symbols:
            raise UnknownName(f"parameter of {theorem.id}", name, symbols)
    if listed:
        ranges = {**ranges, DIMENSION: _dimension(listed, ranges)}
    scalars = [name for name in wanted if name not in listed]
    fixed = {
        name: value
        for name, value in _equations(theorem).items()
        if name in scalars and name not in ranges
    }
    drawn, movable = {}, {}
    for name in scalars:
        if name not in fixed:
            drawn[name], move = _scalar(symbols[name], ranges)
            if move is not None:
                movable[name] = move
    known = frozenset(scalars)
    inside = Inside(
        _relations(theorem, claim, known),
        movable,
        {name: theorem.written_out(one, known - {name}) for name, one in fixed.items()},
    )
    return _inside(theorem, drawn, inside, {name: _array(symbols[name], ranges) for name in listed})


@cache
def _let_modules_be_read(modules: int) -> None:
    """Let Hypothesis look for constants in our modules now, and not while its clock runs.

    It reads the source of each once, when numbers are drawn first, and a draw of a second is a
    failed health check.
    """
    if currently_in_test_context():
        return

    @settings(
        max_examples=2,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.integers(), min_size=200, max_size=200))
    def draw(numbers: list[int]) -> None:
        """Every twentieth number is such a constant."""

    draw()


def _inside(
    theorem: Theorem,
    drawn: Mapping[str, SearchStrategy],
    inside: Inside,
    listed: Mapping[str, Callable[[int], SearchStrategy]],
) -> SearchStrategy[dict[str, Any]]:
    """Draw values, move them inside the required hypotheses, and draw vectors and matrices."""

    @st.composite
    def values_inside(draw: st.DrawFn) -> dict[str, Any]:
        start = {name: draw(strategy) for name, strategy in drawn.items()}
        found = inside.complete(start)
        if theorem.unmet(found) or not all(inside.met(one, start) for one in inside.relations):
            edge = draw(st.booleans())
            found = _found(theorem, inside, start, draw(st.integers(0, 2**32 - 1)), edge)
        values = {name: _plain(theorem, name, value) for name, value in found.items()}
        for name, strategy in listed.items():
            values[name] = draw(strategy(values[DIMENSION]))
        return dict(sorted(values.items()))

    return values_inside()


def _found(
    theorem: Theorem, inside: Inside, start: Mapping[str, Any], seed: int, edge: bool
) -> dict[str, Any]:
    """Return values that meet the hypotheses, near a start or near others of the same ranges."""
    rng, begun = np.random.default_rng(seed), dict(start)
    for _ in range(TRIES):
        moved = inside.moved(begun, to_the_edge=edge)
        if moved is not None:
            found = inside.complete(moved)
            if not theorem.unmet(found):
                return found
        begun = {
            **start,
            **{name: one.of(rng.choice(one.values)) for name, one in inside.movable.items()},
        }
    reject()


def _plain(theorem: Theorem, name: str, value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    whole = next(s.is_integer for s in theorem.free_symbols() if s.name == name)
    return int(value) if whole else float(value)


def _statement(of: Theorem | ClaimOf | str) -> tuple[Theorem, ClaimOf | None]:
    if isinstance(of, Theorem):
        return of, None
    if isinstance(of, ClaimOf):
        return of.theorem, of
    from verify.catalogue.registry import load_registry

    theorem = load_registry().theorem(of)
    name = of.partition("#")[2]
    return theorem, load_registry().resolve([of])[0] if name else None


def _parameters(theorem: Theorem, items: Iterable[ClaimOf]) -> dict[str, sp.Symbol]:
    """Return the symbols of a theorem that nothing else says the values of, by name."""
    bound = {kind_of(item.claim).variable for item in items}
    symbols = sorted(theorem.free_symbols(), key=lambda symbol: symbol.name)
    names = theorem.quantities.keys() | bound
    return {symbol.name: symbol for symbol in symbols if symbol.name not in names}


def _is_observed(symbol: sp.Symbol) -> bool:
    return bool(getattr(symbol, "observed", False))


def _spoken(item: ClaimOf, symbols: Mapping[str, sp.Symbol]) -> set[str]:
    """Return the names that a claim, or a required hypothesis, speaks of."""
    theorem, known = item.theorem, frozenset(symbols)
    stated = [one.statement for one in theorem.hypotheses if one.role == "required"]
    parts = [*item.claim.expressions(), *(one for one in stated if one is not None)]
    return {s.name for one in parts for s in theorem.written_out(one, known).free_symbols}


def _relations(theorem: Theorem, item: ClaimOf | None, known: frozenset[str]) -> list[sp.Basic]:
    """Return what is required of the names that are known, part by part."""
    stated = [one.statement for one in theorem.hypotheses if one.role == "required"]
    stated += [] if item is None else [item.claim.where]
    found: list[sp.Basic] = []
    for one in stated:
        if one is None:
            continue
        written_out = theorem.written_out(one, known)
        for part in written_out.args if isinstance(written_out, sp.And) else (written_out,):
            if part is not sp.true and {s.name for s in part.free_symbols} <= known:
                found.append(part)
    return found


def _equations(theorem: Theorem) -> dict[str, sp.Expr]:
    """Symbols that a required hypothesis sets equal to something, a whole number to a whole one."""
    equations = (one.statement for one in theorem.hypotheses if one.role == "required")
    return {
        one.lhs.name: one.rhs
        for one in equations
        if isinstance(one, sp.Eq)
        and isinstance(one.lhs, sp.Symbol)
        and (not one.lhs.is_integer or one.rhs.is_integer)
    }


def _scalar(
    symbol: sp.Symbol, ranges: Mapping[str, Range]
) -> tuple[SearchStrategy, Movable | None]:
    """Return how a number is drawn, and what it may be moved to."""
    if symbol.name not in ranges:
        return _domain(symbol), _movable(symbol, _everywhere(symbol), _far(symbol))
    given = ranges[symbol.name]
    strategy = _range(symbol, given)
    if isinstance(given, SearchStrategy) or not isinstance(given, list | tuple):
        return strategy, None
    if isinstance(given, list):
        numbers = all(isinstance(one, int | float | np.number) for one in given)
        return strategy, _choices(given) if numbers else None
    return strategy, _movable(symbol, _between(symbol, *map(float, given)), [], given)


def _choices(given: list[Any]) -> Movable:
    """Return a parameter that is one of some numbers."""
    values = np.array(sorted(map(float, given)))

    def of(value: float) -> Any:
        return min(given, key=lambda one: abs(float(one) - value))

    return Movable(values, np.empty(0), of, between=False)


def _movable(
    symbol: sp.Symbol,
    values: Iterable[float],
    far: Iterable[float],
    ends: tuple[float, float] | None = None,
) -> Movable:
    """Return a parameter that may be any number that its symbol allows, between ends if given."""
    low, high = ends or (-math.inf, math.inf)
    every, beyond = (
        np.array(sorted({one for one in some if not outside_domain(symbol, one)}), dtype=float)
        for some in (values, far)
    )

    def of(value: float) -> Any:
        if not symbol.is_integer:
            return float(value)
        whole = min(max(round(value), low), high)
        while outside_domain(symbol, whole):  # odd, even or not zero: the next one is
            whole += 1 if whole < high else -1
        return int(whole)

    return Movable(every, beyond, of)


def _everywhere(symbol: sp.Symbol) -> list[float]:
    """Return values of every size."""
    if symbol.is_integer:
        sizes = {*range(SMALL_WHOLE + 2), *np.geomspace(SMALL_WHOLE, LARGEST_WHOLE, STEPS).round()}
        sizes |= {one + 1 for one in sizes}
    else:
        sizes = {0.0, *(10.0**k for k in np.linspace(-DECADES, DECADES, STEPS))}
    return [*sizes, *(-one for one in sizes)]


def _far(symbol: sp.Symbol) -> list[float]:
    """Return values beyond those of every size."""
    if symbol.is_integer:
        sizes = [10.0**k for k in np.arange(DECADES, FARTHEST_WHOLE, 0.25)]
        sizes = [one for size in sizes for one in (float(round(size)), float(round(size)) + 1)]
    else:
        powers = [10.0**k for k in np.arange(DECADES, FARTHEST, 0.5)]
        sizes = [*powers, *(1 / one for one in powers)]
    return [*sizes, *(-one for one in sizes)]


def _between(symbol: sp.Symbol, low: float, high: float) -> list[float]:
    """Return values from one end to the other, close together near zero."""
    start, end = np.arcsinh(np.array([low, high]) * 10**DECADES)
    values = np.sinh(np.linspace(start, end, 4 * STEPS)) / 10**DECADES
    values = np.clip(np.append(values, np.linspace(low, high, 4 * STEPS)), low, high)
    return list(values.round() if symbol.is_integer else values)


def _dimension(listed: Iterable[str], ranges: Mapping[str, Range]) -> Range:
    """Return what the dimension is drawn from: it is that of the arrays that are given."""
    given = {name: len(ranges[name]) for name in listed if np.ndim(ranges.get(name, 0))}
    if not given:
        return ranges.get(DIMENSION, (1, LARGEST_DIMENSION))
    if DIMENSION in ranges:
        given[DIMENSION] = ranges[DIMENSION]
    length, *others = given.values()
    if any(one != length for one in others):
        said = " and ".join(f"{name} {one}" for name, one in given.items())
        raise UserError(f"All have one dimension; {said} is none.")
    return length


def _array(symbol: sp.Symbol, ranges: Mapping[str, Range]) -> Callable[[int], SearchStrategy[Any]]:
    """Return how a vector or a matrix of a given dimension is drawn."""
    rank = arrays.rank(symbol)
    if symbol.name not in ranges:
        return vectors if rank == 1 else covariances
    given = ranges[symbol.name]
    if isinstance(given, SearchStrategy):
        return lambda d: given
    value = np.asarray(given, dtype=float)
    if value.ndim != rank or len(set(value.shape)) != 1:
        what = "a vector, an array (d,)" if rank == 1 else "a square matrix, an array (d, d)"
        raise UserError(f"{symbol.name} stands for {what}, or a strategy for these; not {given!r}.")
    return lambda d: st.just(value)


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
