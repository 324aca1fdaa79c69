"""The prover: branch and bound over a box, breadth first, with all boxes of a generation at once.

A box is put away if it lies outside the domain, or if the bound holds on it by interval arithmetic,
after the parameters in which what is bounded is monotone have been moved to the worse end, or after
the others have been moved to the middle (the mean value form). What is left is split along the
parameter that changes it most. Budgets are in boxes, so that the outcome is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.judging.proof.enclosure import Enclosures
from verify.judging.proof.intervals import Array, Interval, minus
from verify.judging.proof.statement import Statement

MARGIN = 1e-11
"""By how much the prover wants a bound to hold, for the rounding that it leaves out."""

FLAT = 1e-13
"""A slope, times the way, that counts as none."""

NARROW = 1e-10
"""Width of a box, relative to the whole, below which it is not split: the sides touch there."""

ROUNDS = 3
"""How often parameters are moved to their ends, with slopes on what is left."""

Mask = NDArray[np.bool_]


@dataclass
class Attempt:
    """What came of looking for a proof.

    Attributes
    ----------
    steps : list of str
        The proof in the words of `verify.judging.proof.checker`; empty if none was found.
    boxes : int
        How many boxes were looked at.
    left : float
        Which share of the whole was not proved.
    place : list of pairs
        Where it failed, as ends per parameter: the box on which the least is known.
    witness : list of float
        A point at which the claim seems to be violated, if one was met.
    """

    boxes: int = 0
    left: float = 1.0
    steps: list[str] = field(default_factory=list)
    place: list[tuple[float, float]] = field(default_factory=list)
    witness: list[float] = field(default_factory=list)


@dataclass
class _Boxes:
    """Boxes of one generation: (k, n) ends, (n,) slacks, (k, n) what was moved, and their nodes."""

    low: Array
    high: Array
    slack: Array
    moved: Mask
    node: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.slack)

    def at(self, rows: Any) -> _Boxes:
        return _Boxes(
            self.low[:, rows].copy(),
            self.high[:, rows].copy(),
            self.slack[rows].copy(),
            self.moved[:, rows].copy(),
            self.node[rows],
        )


class Prover:
    """Looks for a proof of a statement.

    Parameters
    ----------
    statement : Statement
    low, high : the ends of its parameters in doubles
    refutes : function of a point
        Whether the claim is false there; asked where it seems to be.
    """

    def __init__(
        self,
        statement: Statement,
        low: Array,
        high: Array,
        refutes: Callable[[list[float]], bool] = lambda point: False,
    ) -> None:
        self.statement, self._refutes = statement, refutes
        self.symbols = [one.symbol for one in statement.domain.box]
        self.names = [one.name for one in self.symbols]
        in_use = statement.upper.free_symbols | statement.lower.free_symbols
        self.used = np.array([one in in_use for one in self.symbols], dtype=bool)
        self.low, self.high = low, high
        self.logarithmic = [bool(one > 0) for one in low]
        self._log = np.array(self.logarithmic)[:, None]
        self.whole = np.array([[bool(one.is_integer)] for one in self.symbols])
        self.involved = [
            np.array([name in {s.name for s in predicate.free_symbols} for name in self.names])
            for predicate in statement.domain.predicates
        ]
        self.root_width = np.maximum(self._widths(low[:, None], high[:, None]), 1e-300)

    def prove(self, most_boxes: int) -> Attempt:
        """Look for a proof, at so many boxes at most."""
        attempt = Attempt()
        self.words: list[list[str]] = [[]]
        self.children: list[tuple[int, ...]] = [()]
        boxes = _Boxes(
            self.low[:, None].copy(),
            self.high[:, None].copy(),
            np.zeros(1),
            np.zeros((len(self.low), 1), dtype=bool),
            np.zeros(1, dtype=np.int64),
        )
        while len(boxes):
            attempt.boxes += len(boxes)
            left = self._put_away(boxes, attempt)
            if attempt.witness:
                return attempt
            if len(left[0]):
                worst = int(np.argmax(left[1]))
                attempt.place = list(
                    zip(
                        left[0].low[:, worst].tolist(), left[0].high[:, worst].tolist(), strict=True
                    )
                )
            share = self._widths(left[0].low, left[0].high) / self.root_width
            attempt.left = float(np.where(left[0].moved, 1.0, share).prod(axis=0).sum())
            if attempt.boxes + 2 * len(left[0]) > most_boxes:
                return attempt
            following = self._split(left[0], left[2])
            if following is None:
                return attempt
            boxes = following
        attempt.steps = self._in_order()
        return attempt

    def _widths(self, low: Array, high: Array) -> Array:
        with np.errstate(all="ignore"):
            ratio = np.log(high / low)
        return np.where(self._log, ratio, high - low)

    def _bounded(self, boxes: _Boxes) -> tuple[Array, list[Interval]]:
        """Return the highest value of what is to be negative, and its slopes."""
        ends = zip(self.logarithmic, boxes.low, boxes.high, strict=True)
        # By what is a point on every box no slope is asked.
        wanted = [one if (low < high).any() else None for one, low, high in ends]
        found = Enclosures(self.names, boxes.low, boxes.high, wanted)
        upper, lower = found.of(self.statement.upper), found.of(self.statement.lower)
        shape = (len(boxes),)
        nothing = (np.zeros(shape), np.zeros(shape))
        with np.errstate(all="ignore"):
            if self.statement.ratio:
                high = upper.log[1] - lower.log[0]
                fine = ~np.isnan(upper.log[0]) & (lower.log[0] > -np.inf)
                parts = upper.e, lower.e
            else:
                high = upper.value[1] - lower.value[0]
                fine, parts = np.array(True), (upper.d, lower.d)
            slopes = []
            for i in range(len(self.names)):
                one = minus(parts[0].get(i, nothing), parts[1].get(i, nothing))
                slopes.append(
                    tuple(
                        np.broadcast_to(np.where(fine, end, far), shape)
                        for end, far in zip(one, (-np.inf, np.inf), strict=True)
                    )
                )
        high = np.where(np.isnan(high), np.inf, high)
        return np.broadcast_to(high, shape), slopes  # type: ignore[return-value]

    def _put_away(self, boxes: _Boxes, attempt: Attempt) -> tuple[_Boxes, Array, list[Interval]]:
        """Write down what is proved; return the other boxes, their bounds and their slopes."""
        predicates = self._predicates(boxes)
        outside = (
            np.any([false for _, false in predicates], axis=0)
            if predicates
            else np.zeros(len(boxes), dtype=bool)
        )
        self._note(boxes.node[outside], "out")
        undecided = np.zeros((len(self.names), len(boxes)), dtype=bool)
        for (true, _), involved in zip(predicates, self.involved, strict=True):
            undecided |= involved[:, None] & ~true
        boxes, undecided = boxes.at(~outside), undecided[:, ~outside]
        bound, slopes = self._bounded(boxes)
        done = bound + boxes.slack <= -MARGIN
        # At a point the sides may be equal, which is for the checker to see.
        point = (boxes.low == boxes.high)[self.used].all(axis=0) & (boxes.slack == 0)
        done |= point & (bound <= MARGIN)
        self._note(boxes.node[done], "done")
        rest = np.flatnonzero(~done)
        boxes, undecided, bound = boxes.at(rest), undecided[:, rest], bound[rest]
        slopes = [(a[rest], b[rest]) for a, b in slopes]
        self._points, self._undecided = boxes.at(slice(0, 0)), undecided
        if not len(boxes):
            return boxes, bound, slopes
        proved, words = self._moved_away(boxes, slopes, undecided, attempt)
        for node, word in zip(boxes.node[proved], words, strict=True):
            self.words[node] += word
        rest = np.flatnonzero(~proved)
        boxes, undecided, bound = boxes.at(rest), undecided[:, rest], bound[rest]
        slopes = [(a[rest], b[rest]) for a, b in slopes]
        self._collapse(boxes, slopes, undecided)
        self._undecided = undecided
        return boxes, bound, slopes

    def _predicates(self, boxes: _Boxes) -> list[tuple[Mask, Mask]]:
        found = Enclosures(self.names, boxes.low, boxes.high)
        result = []
        for predicate, involved in zip(
            self.statement.domain.predicates, self.involved, strict=True
        ):
            with np.errstate(all="ignore"):
                true, false = found.truth(predicate)
            gone = boxes.moved[involved].any(axis=0)
            result.append((true | gone, false & ~gone))
        return result

    def _note(self, nodes: NDArray[np.int64], word: str) -> None:
        for node in nodes:
            self.words[node].append(word)

    def _letters(self, boxes: _Boxes, slopes: list[Interval], *, middle: bool) -> NDArray[Any]:
        """Return to which end each parameter may be moved at no cost, (k, n) letters."""
        width = self._widths(boxes.low, boxes.high)
        letters = np.full(width.shape, ".")
        for i, (low, high) in enumerate(slopes):
            with np.errstate(all="ignore"):
                rising, falling = low * width[i] >= -FLAT, high * width[i] <= FLAT
            finite = np.isfinite(low) & np.isfinite(high)
            moves = width[i] > 0
            letters[i][moves & finite & falling] = "l"
            letters[i][moves & finite & rising] = "h"
            if middle:
                letters[i][moves & finite & ~rising & ~falling] = "m"
        return letters

    def _move(self, boxes: _Boxes, slopes: list[Interval], letters: NDArray[Any]) -> None:
        """Move parameters, and add to the slack what that may change."""
        width = self._widths(boxes.low, boxes.high)
        for i, (low, high) in enumerate(slopes):
            with np.errstate(all="ignore"):
                cost = {
                    "l": np.maximum(high, 0) * width[i],
                    "h": np.maximum(-low, 0) * width[i],
                    "m": np.maximum(np.abs(low), np.abs(high)) * width[i] / 2 * (1 + 1e-12),
                }
                a, b = boxes.low[i], boxes.high[i]
                middle = np.sqrt(a) * np.sqrt(b) if self.logarithmic[i] else (a + b) / 2
            for letter, to in (("l", a.copy()), ("h", b.copy()), ("m", middle)):
                here = letters[i] == letter
                boxes.slack[here] += cost[letter][here]
                boxes.low[i, here] = boxes.high[i, here] = to[here]
                boxes.moved[i, here] = True

    def _moved_away(
        self, boxes: _Boxes, slopes: list[Interval], undecided: Mask, attempt: Attempt
    ) -> tuple[Mask, list[list[str]]]:
        """Try to prove boxes by moving parameters; return which are proved, and how."""
        trial, rows = boxes.at(slice(None)), np.arange(len(boxes))
        written: list[list[str]] = [[] for _ in rows]
        proved = np.zeros(len(boxes), dtype=bool)
        for turn in range(ROUNDS + 1):
            letters = self._letters(trial, slopes, middle=turn == ROUNDS)
            some = (letters != ".").any(axis=0)
            if turn < ROUNDS and not some.any():
                letters = self._letters(trial, slopes, middle=True)
                some = (letters != ".").any(axis=0)
                turn = ROUNDS
            if not some.any():
                break
            self._move(trial, slopes, letters)
            for row, column in zip(rows[some], letters.T[some], strict=True):
                written[row].append(f"f {''.join(column)}")
            bound, slopes = self._bounded(trial)
            done = bound + trial.slack <= -MARGIN
            proved[rows[done]] = True
            if self._witness(trial, bound, attempt) or turn == ROUNDS:
                break
            trial, rows = trial.at(~done), rows[~done]
            slopes = [(a[~done], b[~done]) for a, b in slopes]
            if not len(rows):
                break
        return proved, [[*written[row], "done"] for row in np.flatnonzero(proved)]

    def _witness(self, boxes: _Boxes, bound: Array, attempt: Attempt) -> bool:
        """See whether some boxes, by now points, violate the claim."""
        points = (self._widths(boxes.low, boxes.high) == 0).all(axis=0) & (bound > MARGIN)
        points &= ~(self.whole & (boxes.low != np.round(boxes.low))).any(axis=0)
        values = dict(zip(self.names, boxes.low, strict=True))
        points &= np.isfinite(bound) & self.statement.domain.inside(values)
        if points.any():
            place = int(np.argmax(np.where(points, bound, -np.inf)))
            if self._refutes(boxes.low[:, place].tolist()):
                attempt.witness = boxes.low[:, place].tolist()
        return bool(attempt.witness)

    def _collapse(self, boxes: _Boxes, slopes: list[Interval], undecided: Mask) -> None:
        """Move, for good, what is monotone and in no predicate that still may cut the box.

        What becomes a point is looked at once more, by itself.
        """
        letters = self._letters(boxes, slopes, middle=False)
        letters[undecided] = "."
        self._move(boxes, slopes, letters)
        for node, column in zip(boxes.node, letters.T, strict=True):
            if (column != ".").any():
                self.words[node].append(f"f {''.join(column)}")
        points = (boxes.low == boxes.high)[self.used].all(axis=0)
        self._points = boxes.at(points & (letters != ".").any(axis=0))

    def _split(self, boxes: _Boxes, slopes: list[Interval]) -> _Boxes | None:
        """Split each box along the parameter that matters most; None where one is too narrow."""
        keep = ~np.isin(boxes.node, self._points.node)
        slopes, undecided = [(a[keep], b[keep]) for a, b in slopes], self._undecided[:, keep]
        points, boxes = self._points, boxes.at(~np.isin(boxes.node, self._points.node))
        if not len(boxes):
            return points
        width = self._widths(boxes.low, boxes.high)
        wide = width > NARROW * self.root_width
        wide &= ~self.whole | (boxes.high - boxes.low >= 1)
        with np.errstate(all="ignore"):
            change = np.stack([np.maximum(np.abs(a), np.abs(b)) for a, b in slopes]) * width
        share = width / self.root_width
        change = np.where(np.isfinite(change), change, 1e9 * share) + 1e-9 * share
        # A parameter may matter for nothing but where the border of the domain is.
        border = np.where(undecided, share * change.max(axis=0) / 2, 0.0)
        change = np.where(wide, np.maximum(change, border), -1.0)
        which = change.argmax(axis=0)
        rows = np.arange(len(boxes))
        if (change[which, rows] < 0).any():
            return None
        a, b = boxes.low[which, rows], boxes.high[which, rows]
        log = np.array(self.logarithmic)[which]
        with np.errstate(all="ignore"):
            at = np.where(log, np.sqrt(a) * np.sqrt(b), (a + b) / 2)
        whole = self.whole[which, 0]
        at = np.where(whole, np.clip(np.floor(at), a, b - 1), np.clip(at, a, b))
        lower, upper = boxes.at(rows), boxes.at(rows)
        lower.high[which, rows] = at
        upper.low[which, rows] = np.where(whole, at + 1, at)
        for row, node in enumerate(boxes.node):
            self.words[node].append(f"s {which[row]} {float(at[row])!r}")
            first = len(self.words)
            self.words += [[], []]
            self.children += [(), ()]
            self.children[node] = (first, first + 1)
            lower.node[row], upper.node[row] = first, first + 1
        every = (lower, upper, points)
        return _Boxes(
            np.concatenate([one.low for one in every], axis=1),
            np.concatenate([one.high for one in every], axis=1),
            np.concatenate([one.slack for one in every]),
            np.concatenate([one.moved for one in every], axis=1),
            np.concatenate([one.node for one in every]),
        )

    def _in_order(self) -> list[str]:
        """Return the steps of the tree of boxes, each box before its parts."""
        steps: list[str] = []
        waiting = [0]
        while waiting:
            node = waiting.pop()
            steps += self.words[node]
            waiting += reversed(self.children[node])
        return steps
