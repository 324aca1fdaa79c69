"""By how much a claim of parameters alone is violated at points, and whether it is at one of them.

In doubles for many points at once, with an estimate of their error; in balls where these overflow
or cancel, and for every decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import flint
import mpmath
import numpy as np
import sympy as sp
from numpy.typing import NDArray

from bounds import Theorem, evaluate, evaluate_precisely
from bounds.claims import Claim
from verify.catalogue.kinds import kind_of
from verify.judging import balls
from verify.judging.balls import NotReal
from verify.judging.rounding import Rounding, has_terms, magnitude

Array = NDArray[np.float64]
Point = Mapping[str, float]

USUAL_TOLERANCE = 1e-9
"""What an inequality has unless its author says otherwise; over a box it stands for none."""

UNCLEAR = 1e-3
"""An error of the doubles, relative to the scale, beyond which they are not used."""

BITS = 256


class Gap:
    """Both sides of a claim, written out in the parameters of its box.

    Its value at a point is positive where the claim is violated: the logarithm of the ratio of the
    sides where they have one sign, else their difference relative to the scale.
    """

    def __init__(self, claim: Claim, written_out: Any) -> None:
        self.sign = -1 if getattr(claim, "at_least", None) is not None else 1
        self.two_sided = kind_of(claim).equates
        self.left, self.right = written_out(claim.about), written_out(claim.claimed[1])
        self.scale = None if claim.scale is None else written_out(claim.scale)
        if self.scale is None and (self.left.is_zero or self.right.is_zero):
            difference = self.left - self.right
            self.scale = magnitude(difference) if has_terms(difference) else None
        given = claim.tolerance
        self.tolerance = 0.0 if given in (None, USUAL_TOLERANCE) else float(given)

    @classmethod
    def of(cls, theorem: Theorem, claim: Claim) -> Gap:
        """Return the gap of a claim over a box, the quantities of its theorem written out."""
        names = frozenset(one.symbol.name for one in claim.box)
        return cls(claim, lambda side: theorem.written_out(side, names))

    def __call__(self, values: Mapping[str, Array]) -> tuple[Array, Array]:
        """Return the gap at points, arrays (n,), and an estimate of its error.

        Raises
        ------
        NotReal
            If a side is not a real number at a point, which is named.
        """
        rounding = Rounding(values, exact=True)
        shape = np.shape(next(iter(values.values())))
        with np.errstate(all="ignore"):
            a, b = rounding.of(self.left), rounding.of(self.right)
            scale = np.asarray(0.0) if self.scale is None else evaluate(self.scale, values)
            gap = _gap(a.value, b.value, scale, self.scale is not None)
            size = np.maximum(np.abs(a.value), np.abs(b.value)) if self.scale is None else scale
            error = (a.error + b.error) / size
            alike = (np.sign(a.value) == np.sign(b.value)) & (self.scale is None)
            each = a.error / np.abs(a.value) + b.error / np.abs(b.value)
            error = np.where(alike & (a.value != 0), each, error)
        gap = np.array(np.broadcast_to(self._turned(gap), shape))
        error = np.array(np.broadcast_to(error, shape))
        for place in np.flatnonzero(~(np.isfinite(gap) & (error < UNCLEAR))):
            gap[place] = self.precisely({name: v[place] for name, v in values.items()})
            error[place] = 0.0
        return gap, error

    def _turned(self, gap: Any) -> Any:
        return abs(gap) if self.two_sided else self.sign * gap

    def precisely(self, point: Point) -> float:
        """Return the gap at a point by balls."""
        a, b = (self._ball(side, point) for side in (self.left, self.right))
        with flint.ctx.workprec(BITS):
            if self.scale is not None:
                scale = self._ball(self.scale, point)
                found = (a - b) / scale if scale > 0 else a - b
            elif (a > 0 and b > 0) or (a < 0 and b < 0):
                found = abs(a).log() - abs(b).log()
                found = found if a > 0 else -found
            else:
                size = abs(a) + abs(b)
                found = (a - b) / size if size > 0 else a - b
            return float(self._turned(found.mid()))

    def _ball(self, side: sp.Basic, point: Point) -> Any:
        try:
            value = balls.evaluated(side, exactly(side, point), BITS).value
        except NotReal:
            raise NotReal(f"{side} is not a real number at {shown(point)}") from None
        if not value.is_finite():
            raise NotReal(f"{side} is too large for ball arithmetic at {shown(point)}")
        return value

    @property
    def ordered(self) -> tuple[sp.Basic, sp.Basic] | None:
        """Two expressions of which the claim says that the first is at most the second.

        ``None`` for an identity without a tolerance.
        """
        left, right = self.left, self.right
        if not self.tolerance:
            small, large = (left, right) if self.sign > 0 else (right, left)
            return None if self.two_sided else (small, large)
        size = sp.Abs(left) + sp.Abs(right) if self.scale is None else self.scale
        slack = sp.Rational(self.tolerance) * size
        if self.two_sided:
            return sp.Abs(left - right), slack
        return (left, right + slack) if self.sign > 0 else (right, left + slack)

    def violated(self, point: Point) -> bool:
        """Decide whether the claim is violated at a point, which is the fractions it is made of."""
        if self.ordered is None:
            return _order(self.left, self.right, point) != 0
        return _order(*self.ordered, point) < 0

    def proves(self, point: Point) -> bool:
        """Return whether both sides have balls at a point, and not mere estimates."""
        sides = self.ordered or (self.left, self.right)
        return all(balls.evaluated(one, exactly(one, point), BITS).proved for one in sides)

    def sides(self, point: Point) -> tuple[mpmath.mpf, mpmath.mpf]:
        """Evaluate both sides at a point in 50 digits, by other means than balls."""
        left, right = (evaluate_precisely(side, point) for side in (self.left, self.right))
        return left, right

    def exceeds(self, point: Point) -> bool:
        """Decide in 50 digits, by other means than balls, whether the claim is violated."""
        left, right = self.sides(point)
        scale = None if self.scale is None else evaluate_precisely(self.scale, point)
        with mpmath.workdps(50):
            slack = mpmath.mpf(self.tolerance) * (
                abs(left) + abs(right) if scale is None else scale
            )
            beyond = abs(left - right) if self.two_sided else self.sign * (left - right)
            return bool(beyond > slack)


def _order(left: sp.Basic, right: sp.Basic, point: Point) -> int:
    """Return the sign of ``right - left``; 0 if no precision tells the sides apart."""
    found, _ = balls.sign(left, right, exactly(left, point) | exactly(right, point))
    return found or 0


def _gap(a: Array, b: Array, scale: Array, scaled: bool) -> Array:
    difference = a - b
    if scaled:
        return np.where(scale > 0, difference / scale, difference)
    size = np.abs(a) + np.abs(b)
    ratio = np.sign(a) * (np.log(np.abs(a)) - np.log(np.abs(b)))
    plain = np.where(size > 0, difference / size, 0.0)
    found: Array = np.where((np.sign(a) == np.sign(b)) & (a != 0), ratio, plain)
    return found


def exactly(expression: sp.Basic, point: Point) -> dict[sp.Symbol, sp.Rational]:
    """Return the values of an expression's symbols as the fractions that they are."""
    return {one: _fraction(float(point[one.name])) for one in _symbols(expression)}


# A search asks for the same coordinates and the same sides again and again.
@lru_cache(maxsize=4096)
def _fraction(value: float) -> sp.Rational:
    return sp.Rational(*value.as_integer_ratio())  # sympy takes a double apart more slowly


@lru_cache(maxsize=256)
def _symbols(expression: sp.Basic) -> tuple[sp.Symbol, ...]:
    return tuple(expression.free_symbols)


def met(predicate: sp.Basic, point: Point) -> bool:
    """Decide whether a predicate is true at a point."""
    if predicate in (sp.true, sp.false):
        return predicate is sp.true
    if isinstance(predicate, sp.And | sp.Or):
        parts = (met(part, point) for part in predicate.args)
        return all(parts) if isinstance(predicate, sp.And) else any(parts)
    if isinstance(predicate, sp.Not):
        return not met(predicate.args[0], point)
    order = _order(predicate.lhs, predicate.rhs, point)
    holds = {sp.Le: order >= 0, sp.Lt: order > 0, sp.Ge: order <= 0, sp.Gt: order < 0,
             sp.Eq: order == 0, sp.Ne: order != 0}  # fmt: skip
    return holds[type(predicate)]


def shown(point: Point) -> str:
    """Return a point in words."""
    return ", ".join(f"{name} = {float(value):.12g}" for name, value in point.items())
