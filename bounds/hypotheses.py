"""Hypotheses: what a theorem assumes, as predicates that can be evaluated and explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike

from bounds import numeric
from bounds.values import predicate


@dataclass(frozen=True)
class Hypothesis:
    """One assumption of a theorem.

    Attributes
    ----------
    statement : sympy predicate, or None
        ``None`` where the assumption is about the law of the data and is met by construction of
        the simulation (the words say what it is).
    words : str
        What is assumed, as a clause: "the noise level is positive".
    role : {"required", "regime"}
        A *required* hypothesis can be checked as it stands: a cell that does not meet it is never
        sampled. A *regime* hypothesis holds a limit, a much-less-than or an unnamed constant; it
        never refuses a cell, its margin is printed, and its rays say along which directions sizes
        may grow.
    quantity, tends_to :
        For a regime "this quantity tends to 0 (or infinity)": the expression and the limit.
    """

    words: str
    role: Literal["required", "regime"]
    statement: sp.Basic | None = None
    quantity: sp.Expr | None = None
    tends_to: sp.Expr | None = field(default=None)

    def met(self, values: Mapping[str, ArrayLike]) -> bool:
        """Whether the predicate is true at ``values``; a hypothesis in words alone is met."""
        if self.statement is None:
            return True
        return bool(np.all(numeric.satisfied(self.statement, values)))

    def margin(self, values: Mapping[str, ArrayLike]) -> float | None:
        """How comfortably a regime hypothesis is met: above 1 is met, and more is better.

        For ``a >= b`` it is a/b. For "q tends to 0" it is 1/q, for "q tends to infinity" q itself,
        so that it grows along every ray of the regime.
        """
        if self.quantity is not None:
            value = float(numeric.evaluate(self.quantity, values))
            if self.tends_to == 0:
                return np.inf if value == 0 else 1 / value
            return value
        if isinstance(self.statement, sp.Ge | sp.Gt):
            large, small = self.statement.lhs, self.statement.rhs
        elif isinstance(self.statement, sp.Le | sp.Lt):
            large, small = self.statement.rhs, self.statement.lhs
        else:
            return None
        bottom = float(numeric.evaluate(small, values))
        top = float(numeric.evaluate(large, values))
        return np.inf if bottom == 0 else top / bottom

    def __str__(self) -> str:
        if self.quantity is not None:
            return f"{self.words}: {self.quantity} -> {self.tends_to}"
        if self.statement is None or self.statement is sp.true:  # the symbols see to it
            return self.words
        return f"{self.words}: {self.statement}"


def required(statement: sp.Basic | bool | None, words: str) -> Hypothesis:
    """Return a hypothesis that every sampled cell must meet.

    Raises
    ------
    ValueError
        If the statement is no condition, or the words are none.

    >>> import sympy as sp
    >>> required(sp.Symbol("sigma", real=True) > 0, "the noise level is positive").met({"sigma": 0})
    False
    """
    _refuse_no_words("required", words)
    if statement is None:
        return Hypothesis(words, "required")
    return Hypothesis(words, "required", predicate(f"the hypothesis {words!r}", statement))


def _refuse_no_words(function: str, words: object) -> None:
    if not isinstance(words, str):
        raise ValueError(
            f"a hypothesis is {function}(CONDITION, WORDS), such as {function}(n > d, 'the sample "
            f"is large'); its words are {words!r}"
        )


def regime(
    statement: sp.Basic | bool, words: str, *, tends_to: sp.Expr | float | None = None
) -> Hypothesis:
    """Return a hypothesis with a limit or an unnamed constant.

    Parameters
    ----------
    statement : sympy predicate, or expression if ``tends_to`` is given
        A predicate such as ``d >= C * n**2`` (its margin is the ratio of the sides), or the
        quantity that vanishes or diverges.
    words : str
        What is assumed, as a clause.
    tends_to : 0 or sympy.oo, optional
        The limit of the quantity.
    """
    _refuse_no_words("regime", words)
    if tends_to is None:
        stated = predicate(f"the hypothesis {words!r}, without tends_to=,", statement)
        return Hypothesis(words, "regime", statement=stated)
    limit = sp.sympify(tends_to)
    if limit not in (sp.Integer(0), sp.oo):
        raise ValueError(f"tends_to={limit} of {words!r}: a regime tends to 0 or to infinity")
    return Hypothesis(words, "regime", quantity=sp.sympify(statement), tends_to=limit)
