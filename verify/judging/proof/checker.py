"""The checker: goes through a proof step by step, in ball arithmetic, and trusts nothing.

A proof is a list of steps on boxes, each a product of intervals, beginning with the whole box:

``"out"``
    some predicate of the domain is false on the whole box;
``"done"``
    the bound holds on the whole box, by interval arithmetic;
``"s I X"``
    the box is split at X along parameter I; the steps of the lower part follow, then the others';
``"f LETTERS"``
    a letter per parameter: ``l``, ``m``, ``h`` puts it at its low end, its middle or its high end,
    ``.`` leaves it. By the mean value theorem what is bounded changes by no more than its slope
    times the way, which is added to what has to be shown from here on. Predicates that speak of a
    parameter that was moved mean nothing from there on.

A parameter with positive ends is measured by its logarithm. Slopes are kept twice, as derivative
and as logarithmic derivative, and each is bounded by the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import flint
import sympy as sp
from flint import arb

from verify.judging.proof.balls import (
    BITS,
    ZERO,
    Interval,
    Slopes,
    Unbounded,
    ends,
    minus,
    times,
)
from verify.judging.proof.statement import Statement


class Refused(Exception):
    """A proof does not prove what it should."""


def check(statement: Statement, steps: Sequence[str]) -> None:
    """Go through a proof.

    Raises
    ------
    Refused
        If a step is not what it should be, or some are missing or left.
    """
    queue = iter(steps)
    try:
        with flint.ctx.workprec(BITS):
            box = [ends(one) for one in statement.domain.box]
            _Walk(statement, queue).of(box, arb(0), frozenset())
    except (Unbounded, ValueError, IndexError) as failure:
        raise Refused(str(failure)) from failure
    if next(queue, None) is not None:
        raise Refused("there are steps left over")


class _Walk:
    """The steps of a proof, taken from a queue."""

    def __init__(self, statement: Statement, steps: Iterator[str]) -> None:
        self.statement, self.steps = statement, steps
        self.symbols = [one.symbol for one in statement.domain.box]
        self.positive = [bool(ends(one)[0] > 0) for one in statement.domain.box]

    def of(self, box: list[Interval], slack: Any, moved: frozenset[int]) -> None:
        waiting = [(box, slack, moved)]  # a proof may be deeper than the stack of Python
        while waiting:
            box, slack, moved = waiting.pop()
            step = next(self.steps, None)
            if step is None:
                raise Refused("steps are missing")
            word, *rest = step.split() or [""]
            if word == "out":
                self._is_outside(box, moved)
            elif word == "done":
                self._is_bounded(box, slack)
            elif word == "s":
                low, high = self._split(box, int(rest[0]), float(rest[1]))
                waiting += [(high, slack, moved), (low, slack, moved)]
            elif word == "f" and len(rest[0]) == len(box):
                waiting.append(self._moved(box, slack, moved, rest[0]))
            else:
                raise Refused(f"{step!r} is no step")

    def _is_outside(self, box: list[Interval], moved: frozenset[int]) -> None:
        gone = {self.symbols[i].name for i in moved}
        slopes = Slopes(self.symbols, box, ())
        for predicate in self.statement.domain.predicates:
            if not gone & {one.name for one in predicate.free_symbols}:
                if slopes.truth(predicate) is False:
                    return
        raise Refused("a box is not outside the domain")

    def _is_bounded(self, box: list[Interval], slack: Any) -> None:
        slopes = Slopes(self.symbols, box, ())
        upper, lower = slopes.of(self.statement.upper), slopes.of(self.statement.lower)
        (_, a), (b, _) = upper.value, lower.value
        fine = a * slack.exp() <= b and b > 0 if self.statement.ratio else a - b + slack <= 0
        if not (fine or (slack.is_zero() and self._is_equal(box))):
            raise Refused("the bound is not met on a box")

    def _is_equal(self, box: list[Interval]) -> bool:
        """Return whether a box is a point at which both sides are the same number."""
        used = self.statement.upper.free_symbols | self.statement.lower.free_symbols
        places = [(one, place) for one, place in zip(self.symbols, box, strict=True) if one in used]
        if not all(low.is_exact() and low == high for _, (low, high) in places):
            return False
        point = {one: sp.Rational(int(low.fmpq().p), int(low.fmpq().q)) for one, (low, _) in places}
        difference = self.statement.upper - self.statement.lower
        return difference.subs(point).is_zero is True

    def _split(
        self, box: list[Interval], i: int, at: float
    ) -> tuple[list[Interval], list[Interval]]:
        low, high = box[i]
        point = arb(at)
        upper = point
        if self.symbols[i].is_integer:
            if at != int(at):
                raise Refused("a whole number is split at a fraction")
            upper = point + 1
        if not (low <= point and upper <= high):
            raise Refused("a box is split outside of itself")
        return ([*box[:i], (low, point), *box[i + 1 :]], [*box[:i], (upper, high), *box[i + 1 :]])

    def _moved(
        self, box: list[Interval], slack: Any, moved: frozenset[int], letters: str
    ) -> tuple[list[Interval], Any, frozenset[int]]:
        wanted = (
            None if letter == "." else one
            for letter, one in zip(letters, self.positive, strict=True)
        )
        slopes = Slopes(self.symbols, box, tuple(wanted))
        upper, lower = slopes.of(self.statement.upper), slopes.of(self.statement.lower)
        if self.statement.ratio and not (upper.value[0] >= 0 and lower.value[0] > 0):
            raise Refused("a logarithm of what may be negative")
        new = list(box)
        for i, letter in enumerate(letters):
            if letter == ".":
                continue
            low, high = box[i]
            a, b = (self._coordinate(i, end) for end in (low, high))
            to = {"l": low, "h": high}.get(letter)
            if letter == "m":  # any point of the interval will do
                to = ((a + b) / 2).exp() if self.positive[i] else (a + b) / 2
                to = arb(float(to.mid()))
                if not (low <= to <= high):
                    to = low
            if to is None:
                raise Refused(f"{letter!r} is no place")
            at = self._coordinate(i, to)
            below = arb(0) if letter == "l" else a - at
            above = arb(0) if letter == "h" else b - at
            parts = [one.e if self.statement.ratio else one.d for one in (upper, lower)]
            slope = minus(parts[0].get(i, ZERO), parts[1].get(i, ZERO))
            way = times(slope, (below, above))
            if not way[1].is_finite():
                raise Refused("a slope is not bounded")
            slack = slack + way[1].max(arb(0))
            new[i] = (to, to)
            moved = moved | {i}
        return new, slack, moved

    def _coordinate(self, i: int, value: Any) -> Any:
        return value.log() if self.positive[i] else value
