"""From a claim over a box to its proof: simpler forms, the prover, the checker."""

from __future__ import annotations

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

FEW, MANY, FORMS = 150, 6000, 2
"""Boxes that a form of a claim may take: first few, then many for so many of the forms."""


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


@dataclass(frozen=True)
class Failure:
    """Why there is no proof, and where it failed; or a point that refutes the claim."""

    words: str = "no proof: nothing is known of a function in it"
    witness: tuple[float, ...] = ()


class Proving:
    """The search for a proof of a claim over a box, with little work first and more later.

    Parameters
    ----------
    gap, domain : the claim, and where it is stated
    refutes : function of a point
        Whether the claim is false there.
    """

    def __init__(self, gap: Gap, domain: Domain, refutes: Callable[[list[float]], bool]) -> None:
        self._names, self._refutes = domain.names, refutes
        self._found: Proof | Failure | None = None
        if gap.ordered is None:
            self._found = Failure("no proof: identities are not proved on boxes")
            return
        sides = (side.doit() if side.has(sp.Sum, sp.Product) else side for side in gap.ordered)
        small, large = (_by_name(side, domain) for side in sides)
        predicates = tuple(_by_name(one, domain) for one in domain.predicates)
        narrow = tightened(replace(domain, predicates=predicates))
        for where in dict.fromkeys((narrow, replace(narrow, predicates=()))):
            inner = reduced(small, large, where, positive_on(where))
            if algebra := _by_algebra(*inner):
                self._found = Proof(algebra)
                return
            if where is narrow:
                self._small, self._large, self._domain = inner
        if not self._domain.box:
            words = "no proof: monotone in every parameter, and undecided at the worst ends"
            self._found = Failure(words)
            return
        self._positive = positive_on(self._domain)
        coordinates = Coordinates(self._domain)
        self._ends = np.concatenate([coordinates.low, coordinates.high], axis=1)
        self._tried: dict[Statement, float] = {}

    def quickly(self, worst: Array) -> Proof | Failure:
        """Try every form of the claim on a few boxes.

        Parameters
        ----------
        worst : (k,) array
            The worst point that is known: what holds it back is used.
        """
        if self._found is not None:
            return self._found
        plain = statements(self._small, self._large, self._domain, self._positive)
        return self._try([*self._multiplied(worst), *plain], FEW)

    def thoroughly(self, worst: Array) -> Proof | Failure:
        """Go on with the forms that came furthest, after `quickly`, from a worse point if any."""
        if self._found is not None:
            return self._found
        found = self._try([s for s in self._multiplied(worst) if s not in self._tried], FEW)
        if isinstance(found, Proof) or found.witness:
            return found
        best = sorted(self._tried, key=lambda one: self._tried[one])  # stable, so the same always
        failed = 0
        for statement in best:
            found = self._try([statement], MANY)
            # What the checker refuses to believe is no sign that other forms would not do.
            failed += self._tried[statement] < np.inf
            if isinstance(found, Proof) or found.witness or failed == FORMS:
                break
        return found

    def _multiplied(self, worst: Array) -> list[Statement]:
        if not self._domain.predicates or not set(self._domain.names) <= set(self._names):
            return []
        known = dict(zip(self._names, map(float, worst), strict=True))
        return multiplied(self._small, self._large, self._domain, self._positive, known)

    def _try(self, every: Sequence[Statement], most_boxes: int) -> Proof | Failure:
        failure = Failure()
        for statement in every:
            attempt = self._attempt(statement, most_boxes)
            self._tried[statement] = attempt.left
            if attempt.steps:
                try:
                    checker.check(statement, attempt.steps)
                    return Proof("", statement, tuple(attempt.steps), attempt.boxes)
                except checker.Refused as refusal:
                    self._tried[statement] = np.inf
                    failure = Failure(f"no proof: {refusal}")
            elif attempt.witness:
                return Failure(witness=tuple(self._whole(attempt.witness)))
            elif attempt.place:
                where = _where(self._domain.names, attempt.place)
                failure = Failure(f"no proof near {where}")
        return failure

    def _attempt(self, statement: Statement, most_boxes: int) -> Attempt:
        low, high = self._ends.T
        try:
            return Prover(statement, low, high, self._refutes_inside).prove(most_boxes)
        except (Unknown, TypeError, KeyError, OverflowError):  # of what there is no enclosure
            return Attempt()

    def _refutes_inside(self, point: list[float]) -> bool:
        whole = self._whole(point)
        return bool(whole) and self._refutes(whole)

    def _whole(self, point: list[float]) -> list[float]:
        """Return a point of the claim's own box, or nothing where a parameter was put away."""
        inner = dict(zip(self._domain.names, point, strict=True))
        return [inner[name] for name in self._names] if set(self._names) <= inner.keys() else []


def _by_name(expression: sp.Basic, domain: Domain) -> sp.Basic:
    """Write an expression in the symbols of a box; elsewhere a name is enough."""
    symbols = {one.symbol.name: one.symbol for one in domain.box}
    return expression.xreplace({one: symbols[one.name] for one in expression.free_symbols})


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
    known: dict[sp.Expr, bool] = {}

    def positive(side: sp.Expr) -> bool:
        if side not in known:
            known[side] = bool(side.is_positive) or encloses(side)
        return known[side]

    def encloses(side: sp.Expr) -> bool:
        try:
            return bool(balls.enclosed(side, domain.box)[0] > 0)
        except (balls.Unbounded, TypeError, KeyError, ValueError):
            return False

    return positive


def _where(names: Sequence[str], place: Sequence[tuple[float, float]]) -> str:
    ends = (f"{a:.6g} <= {n} <= {b:.6g}" for n, (a, b) in zip(names, place, strict=True))
    return ", ".join(ends)
