"""From a claim over a box to its proof: simpler forms, the prover, the checker."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from bounds.box import Domain
from verify.catalogue.boxes import Coordinates
from verify.judging.gap import Gap
from verify.judging.proof import balls, checker
from verify.judging.proof.enclosure import Unknown
from verify.judging.proof.multipliers import multiplied
from verify.judging.proof.prover import Attempt, Prover
from verify.judging.proof.reducing import factors_show, holds_at_a_point, reduced
from verify.judging.proof.statement import (
    Positive,
    Statement,
    equivalent,
    statements,
    tightened,
)

Array = NDArray[np.float64]

FEW, MANY = 200, 6000
"""Boxes that each form of a claim may take: first few for all forms, then many."""


@dataclass(frozen=True)
class Proof:
    """How a claim was proved: in words, or by steps of the checker on boxes."""

    algebra: str = ""
    statement: Statement | None = None
    steps: tuple[str, ...] = ()
    boxes: int = 0

    @property
    def words(self) -> str:
        """Say how it was proved."""
        if self.algebra:
            return self.algebra
        if self.boxes == 1:
            return "in ball arithmetic, the whole box at once"
        return f"in ball arithmetic, {self.boxes} boxes"

    def to_json(self) -> str:
        """Return the proof as a text for another program."""
        assert self.statement is not None
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
    """Why there is no proof, and where it failed; or a point that refutes the claim."""

    words: str = "no proof: nothing is known of a function in it"
    witness: tuple[float, ...] = ()


def proved(
    gap: Gap,
    domain: Domain,
    worst: Array,
    refutes: Callable[[list[float]], bool],
    most_boxes: int = MANY,
) -> Proof | Failure:
    """Look for a proof of a claim over a box, and check it.

    Parameters
    ----------
    worst : (k,) array
        The worst point that is known: what holds it back is used.
    refutes : function of a point
        Whether the claim is false there.
    most_boxes : int
        How many boxes each form of the claim may take.
    """
    if gap.ordered is None:
        return Failure("no proof: identities are not proved on boxes")
    small, large = (side.doit() if side.has(sp.Sum, sp.Product) else side for side in gap.ordered)
    narrow = tightened(domain)
    for where in dict.fromkeys((narrow, replace(narrow, predicates=()))):
        algebra = _by_algebra(*reduced(small, large, where, positive_on(where)))
        if algebra:
            return Proof(algebra)
    small, large, inner = reduced(small, large, narrow, positive_on(narrow))
    if not inner.box:
        return Failure("no proof: monotone in every parameter, and undecided at the worst ends")
    positive = positive_on(inner)
    known = dict(zip(domain.names, map(float, worst), strict=True))

    def refutes_inside(point: list[float]) -> bool:
        if not set(inner.names) <= known.keys():
            return False  # of a quotient
        whole = known | dict(zip(inner.names, point, strict=True))
        return refutes([whole[name] for name in domain.names])

    every = [
        *(multiplied(small, large, inner, positive, known) if inner.predicates else ()),
        *statements(small, large, inner, positive),
    ]
    coordinates = Coordinates(inner)
    ends = np.concatenate([coordinates.low, coordinates.high], axis=1)
    failure = Failure()
    for budget in (FEW, MANY)[: 1 if most_boxes <= FEW else 2]:
        for statement in every:
            found = _attempt(statement, ends, refutes_inside, budget)
            if isinstance(found, Proof) or found.witness:
                return found
            failure = found
    return failure


def _by_algebra(small: sp.Expr, large: sp.Expr, domain: Domain) -> str:
    """Say how a claim is proved without boxes, or nothing."""
    if not domain.box:
        at_ends = "monotone in every parameter, and true at the worst ends"
        return at_ends if holds_at_a_point(small, large) else ""
    for sides in equivalent(small, large, positive_on(domain)):
        if factors_show(*sides, domain):
            return "the difference of the sides is a product of factors of known signs"
    return ""


def positive_on(domain: Domain) -> Positive:
    """Return a function that knows, of some expressions, that they are positive on a domain."""
    symbols = [one.symbol for one in domain.box]
    ends = [(float(one.low), float(one.high)) for one in domain.box]
    known: dict[sp.Expr, bool] = {}

    def positive(side: sp.Expr) -> bool:
        if side not in known:
            known[side] = bool(side.is_positive) or encloses(side)
        return known[side]

    def encloses(side: sp.Expr) -> bool:
        try:
            return bool(balls.enclosed(side, symbols, ends)[0] > 0)
        except (balls.Unbounded, TypeError, KeyError, ValueError):
            return False

    return positive


def _attempt(
    statement: Statement, ends: Array, refutes: Callable[[list[float]], bool], budget: int
) -> Proof | Failure:
    try:
        attempt = Prover(statement, ends[:, 0], ends[:, 1], refutes).prove(budget)
    except (Unknown, TypeError, KeyError, OverflowError):  # of what there is no enclosure
        attempt = Attempt()
    if attempt.steps:
        try:
            checker.check(statement, attempt.steps)
            return Proof("", statement, tuple(attempt.steps), attempt.boxes)
        except checker.Refused as refusal:
            return Failure(f"no proof: {refusal}")
    if attempt.place:
        words = f"no proof near {_where(statement.domain.names, attempt.place)}"
        return Failure(words, tuple(attempt.witness))
    return Failure(witness=tuple(attempt.witness))


def _where(names: Sequence[str], place: Sequence[tuple[float, float]]) -> str:
    ends = (f"{a:.6g} <= {n} <= {b:.6g}" for n, (a, b) in zip(names, place, strict=True))
    return ", ".join(ends)
