"""Names that are declared once: a sympy symbol together with what it means.

A `Symbol` carries its meaning, its letter in LaTeX and, for a named quantity, its definition.
Whoever uses it in a formula says all of this by using it; nothing is repeated in tables. A name of
two meanings makes two symbols that are not equal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike


class Symbol(sp.Symbol):
    """A sympy symbol that knows what it stands for.

    Attributes
    ----------
    name : str
        The name under which a cell or a simulation gives its value.
    meaning : str
        What it stands for, in words.
    letter : str
        Its LaTeX; the empty string leaves it to sympy, or to the words of the name.
    definition : expression or None
        What a named quantity is equal to, wherever it has no value of its own.
    error : str
        Name of the observable that bounds the numerical error of this one, if there is one.
    observed : bool
        Whether a simulation returns its values.
    """

    __slots__ = ("definition", "error", "letter", "meaning", "observed")

    meaning: str
    letter: str
    definition: sp.Basic | None
    error: str
    observed: bool

    def __new__(  # noqa: D102 (the class says it)
        cls,
        name: str,
        meaning: str = "",
        letter: str = "",
        definition: sp.Basic | None = None,
        error: str = "",
        observed: bool = False,
        **assumptions: bool | None,
    ) -> Symbol:
        cls._sanitize(assumptions, cls)
        self = sp.Symbol.__xnew__(cls, name, **assumptions)
        self.meaning, self.letter, self.definition = meaning, letter, definition
        self.error, self.observed = error, observed
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, bool]]:
        given = (
            *(self.name, self.meaning, self.letter),
            *(self.definition, self.error, self.observed),
        )
        return given, self._assumptions_orig

    def _hashable_content(self) -> tuple[Any, ...]:
        # One string first, so that symbols are still ordered by name, as sympy's own are.
        name, *assumptions = super()._hashable_content()
        parts = (name, self.meaning, self.letter, self.error)
        definition = sp.S.false if self.definition is None else self.definition
        return ("\0".join(parts), definition, *assumptions)

    def _decides(self, other: Any) -> bool:
        """Whether sympy is to decide a relation, which it does by the signs of everything in it.

        Nothing is known of an observable before it is simulated, little of a formula, and how
        large a positive letter is not said: of those, relations stand as they are written.
        """
        if self.observed or not (self.is_nonnegative or self.is_nonpositive):
            return False
        if isinstance(other, sp.Basic) and not other.is_Number:
            return bool(other.is_Symbol) and not (self.is_nonnegative and other.is_nonnegative)
        return bool(self.is_nonpositive) or bool(other <= (1 if self.is_integer else 0))

    def __lt__(self, other: Any) -> Any:
        return sp.Lt(self, other, evaluate=self._decides(other))

    def __le__(self, other: Any) -> Any:
        return sp.Le(self, other, evaluate=self._decides(other))

    def __gt__(self, other: Any) -> Any:
        return sp.Gt(self, other, evaluate=self._decides(other))

    def __ge__(self, other: Any) -> Any:
        return sp.Ge(self, other, evaluate=self._decides(other))

    def _latex(self, printer: Any) -> str:
        return self.letter or letter_of(self.name)


@cache
def letter_of(name: str) -> str:
    """Return LaTeX for a name: a letter with its index, or else words set upright."""
    head, _, index = name.partition("_")
    if (len(head) == 1 or head in _GREEK) and "_" not in index:
        return str(sp.latex(sp.Symbol(name)))
    return rf"\text{{{name.replace('_', ' ')}}}"


_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split()
)


def parameter(name: str, meaning: str, letter: str = "", **assumptions: bool | None) -> sp.Symbol:
    """Declare a letter of a paper, or a parameter of a grid; its assumptions are its domain.

    >>> d = parameter("d", "input dimension", integer=True, positive=True)
    >>> d.meaning
    'input dimension'
    """
    _refuse_no_meaning("parameter", name, meaning)
    return Symbol(name, meaning, letter, None, "", False, **assumptions)


def observable(
    name: str, meaning: str, letter: str = "", *, error: str = "", **assumptions: bool | None
) -> sp.Symbol:
    """Declare what a simulation returns under this name, one value per replicate.

    ``error`` is the name of another observable of the same simulation, which bounds the numerical
    error of this one; an exact claim takes it into account, and its verdict says so.
    """
    _refuse_no_meaning("observable", name, meaning)
    return Symbol(name, meaning, letter, None, error, True, **assumptions)


def quantity(
    name: str, meaning: str, definition: object, letter: str = "", **assumptions: bool | None
) -> sp.Symbol:
    """Declare a named quantity or event: whoever uses it, uses its definition.

    Where a cell or a simulation gives a value of the same name, that value is taken.
    """
    _refuse_no_meaning("quantity", name, meaning)
    return Symbol(name, meaning, letter, sp.sympify(definition), "", False, **assumptions)


def _refuse_no_meaning(function: str, name: str, meaning: object) -> None:
    if not isinstance(meaning, str) or not meaning.strip():
        raise ValueError(
            f"{function}({name!r}, {meaning!r}) says nothing: the second argument is what {name} "
            f'stands for, in words, as in {function}("n", "sample size")'
        )


def outside_domain(symbol: sp.Symbol, value: ArrayLike) -> list[str]:
    """Say which assumptions of a symbol ("positive", "an integer") a value does not meet."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return ["a number"]
    return [words for words, met in _domain(symbol) if not met(array).all()]


@cache
def _domain(symbol: sp.Symbol) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return the assumptions of a symbol that say something, each with its test."""
    signed = symbol.is_positive or symbol.is_negative
    tests: tuple[tuple[str, bool | None, Callable[[Any], Any]], ...] = (
        ("positive", symbol.is_positive, lambda x: x > 0),
        ("nonnegative", symbol.is_nonnegative and not symbol.is_positive, lambda x: x >= 0),
        ("negative", symbol.is_negative, lambda x: x < 0),
        ("nonpositive", symbol.is_nonpositive and not symbol.is_negative, lambda x: x <= 0),
        ("nonzero", symbol.is_nonzero and not signed, lambda x: x != 0),
        ("an integer", symbol.is_integer, lambda x: x == np.round(x)),
        ("even", symbol.is_even, lambda x: x == 2 * np.round(x / 2)),
        ("odd", symbol.is_odd, lambda x: x + 1 == 2 * np.round((x + 1) / 2)),
        ("finite", symbol.is_extended_real, np.isfinite),
    )
    return tuple((words, met) for words, assumed, met in tests if assumed)
