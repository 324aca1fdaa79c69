"""From a claim over a box to its proof: forms, multipliers, the prover, the checker."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from bounds.box import Domain
from verify.judging.proof import checker
from verify.judging.proof.enclosure import Enclosures, Unknown
from verify.judging.proof.prover import Attempt, Prover
from verify.judging.proof.statement import Statement, forms, with_multipliers

Array = NDArray[np.float64]

BUDGETS = (400, 6000)
"""Boxes that each form of a claim may take: first few for all, then many."""

ACTIVE = 1e-3
"""How close the sides of a predicate are, relatively, where it holds back the worst point."""

STEEPEST = 50.0
"""Larger multipliers are not used: a power of a predicate that stands for an exponential."""

SIMPLE = 24
"""Multipliers are rounded to fractions with such a denominator."""


@dataclass(frozen=True)
class Proof:
    """A statement with the steps that prove it, and how many boxes were looked at for them."""

    statement: Statement
    steps: tuple[str, ...]
    boxes: int

    def to_json(self) -> str:
        """Return the proof as a text for another program."""
        return json.dumps(
            {
                "upper": str(self.statement.upper),
                "lower": str(self.statement.lower),
                "of_the_ratio": self.statement.ratio,
                "domain": str(self.statement.domain),
                "steps": self.steps,
            }
        )


@dataclass(frozen=True)
class Failure:
    """Where no proof was found: the ends per parameter of a box; or a point that refutes."""

    place: tuple[tuple[float, float], ...] = ()
    witness: tuple[float, ...] = ()


def prove(
    small: sp.Expr,
    large: sp.Expr,
    domain: Domain,
    ends: Array,
    worst: Mapping[str, float],
    refutes: Callable[[list[float]], bool],
) -> Proof | Failure:
    """Look for a proof of ``small <= large``, and check it.

    Parameters
    ----------
    ends : (k, 2) array
        The box in doubles.
    worst : mapping from name to number
        The worst point that is known: what holds it back is used.
    refutes : function of a point
        Whether the claim is false there.
    """
    symbols = [one.symbol for one in domain.box]
    known: dict[sp.Expr, bool] = {}

    def positive(side: sp.Expr) -> bool:
        if side not in known:
            known[side] = bool(side.is_positive) or _encloses_positive(side, symbols, ends)
        return known[side]

    statements = list(_statements(small, large, domain, positive, worst))
    failure = Failure()
    for budget in BUDGETS:
        for statement in statements:
            attempt = _attempt(statement, ends, refutes, budget)
            if attempt.witness:
                return Failure(witness=tuple(attempt.witness))
            if attempt.steps:
                try:
                    checker.check(statement, attempt.steps)
                except checker.Refused:
                    continue
                return Proof(statement, tuple(attempt.steps), attempt.boxes)
            failure = Failure(place=tuple(attempt.place) or failure.place)
    return failure


def _attempt(
    statement: Statement, ends: Array, refutes: Callable[[list[float]], bool], budget: int
) -> Attempt:
    try:
        return Prover(statement, ends[:, 0], ends[:, 1], refutes).prove(budget)
    except (Unknown, TypeError, KeyError, OverflowError):  # of what there is no enclosure
        return Attempt()


def _encloses_positive(side: sp.Expr, symbols: Sequence[sp.Symbol], ends: Array) -> bool:
    try:
        return bool(checker.enclosed(side, symbols, ends.tolist())[0] > 0)
    except (checker.Unbounded, TypeError, KeyError, ValueError):
        return False


def _statements(
    small: sp.Expr,
    large: sp.Expr,
    domain: Domain,
    positive: Callable[[sp.Expr], bool],
    worst: Mapping[str, float],
) -> Iterator[Statement]:
    """Yield what may be proved: first with the predicates that are active multiplied in."""
    if positive(small) and positive(large):
        active = list(_active(domain, positive, worst))
        if active:
            weights = _multipliers(small / large, active, domain, worst)
            if any(weights):
                changed = with_multipliers(small, active, weights)
                yield from forms(changed, large, domain, positive)
    yield from forms(small, large, domain, positive)


def _active(
    domain: Domain, positive: Callable[[sp.Expr], bool], worst: Mapping[str, float]
) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """Yield the sides of the predicates ``a <= b``, both positive, that are nearly equal there."""
    for predicate in domain.predicates:
        for one in predicate.args if isinstance(predicate, sp.And) else (predicate,):
            if isinstance(one, sp.Le | sp.Lt | sp.Ge | sp.Gt):
                a, b = (one.gts, one.lts)[::-1]
                if positive(a) and positive(b):
                    (gap,) = _logarithms([a / b], worst)
                    if abs(gap) < ACTIVE:
                        yield a, b


def _logarithms(of: Sequence[sp.Expr], at: Mapping[str, float]) -> list[float]:
    point = np.array([list(at.values())], dtype=float).T
    found = Enclosures(list(at), point, point)
    return [float(np.ravel(found.of(one).log[0])[0]) for one in of]


def _multipliers(
    ratio: sp.Expr,
    active: Sequence[tuple[sp.Expr, sp.Expr]],
    domain: Domain,
    worst: Mapping[str, float],
) -> list[sp.Rational]:
    """Return how strongly each predicate holds the worst point back, as simple fractions.

    There the slope of the ratio is a combination of those of the predicates, along every parameter
    that is not at an end of its range.
    """
    names = domain.names
    point = np.array([[worst[name]] for name in names])
    logarithmic = [bool(float(one.low) > 0) for one in domain.box]
    found = Enclosures(names, point, point, logarithmic)
    inner = [
        i
        for i, one in enumerate(domain.box)
        if float(one.low) < worst[names[i]] < float(one.high)
    ]

    def slopes(of: sp.Expr) -> list[float]:
        e = found.of(of).e
        return [float(np.ravel(e[i][0])[0]) if i in e else 0.0 for i in inner]

    if not inner:
        return []
    matrix = np.array([slopes(a / b) for a, b in active]).T
    wanted = np.array(slopes(ratio))
    if not (np.isfinite(matrix).all() and np.isfinite(wanted).all()):
        return []
    weights, *_ = np.linalg.lstsq(matrix, wanted, rcond=None)
    if not ((weights > -1e-6) & (weights < STEEPEST)).all():
        return []
    weights = np.maximum(weights, 0)
    simple = [Fraction(float(one)).limit_denominator(SIMPLE) for one in weights]
    return [sp.Rational(one.numerator, one.denominator) for one in simple]
