"""Values inside hypotheses: what is drawn is moved until everything that is required is met."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from bounds import evaluate, satisfied

Values = dict[str, Any]
Numbers = NDArray[np.float64]

MOVES = 40
"""Values of one parameter are changed so often before it is begun anew."""

HALVINGS = 60
"""Of the way to the boundary of a hypothesis."""


@dataclass(frozen=True)
class Movable:
    """Values that a parameter may take.

    Attributes
    ----------
    values : sorted array
        Among which one is looked for that meets the hypotheses.
    far : array
        Values that are looked at where none of these does.
    of : function
        From a number to the nearest that is allowed, in its type.
    between : bool
        Whether everything between two of the values is allowed too, up to ``of``.
    """

    values: Numbers
    far: Numbers
    of: Callable[[float], Any]
    between: bool = True

    @property
    def low(self) -> float:
        """The smallest value."""
        return float(min(self.values.min(), self.far.min(initial=np.inf)))

    @property
    def high(self) -> float:
        """The largest value."""
        return float(max(self.values.max(), self.far.max(initial=-np.inf)))


@dataclass(frozen=True)
class Inside:
    """The domain of a theorem's parameters.

    Attributes
    ----------
    relations : what is required, in names of parameters
    movable : the parameters that may be changed
    fixed : parameters that a hypothesis sets equal to something, in the order of their use
    """

    relations: Sequence[sp.Basic]
    movable: Mapping[str, Movable]
    fixed: Mapping[str, sp.Expr]

    def complete(self, values: Mapping[str, Any]) -> Values:
        """Return values with those that follow from them."""
        found = dict(values)
        for name, expression in self.fixed.items():
            found[name] = evaluate(expression, found)
        return found

    def met(self, relation: sp.Basic, values: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Return where a relation is met; values may be arrays that broadcast."""
        return satisfied(relation, self.complete(values))

    def moved(self, values: Mapping[str, Any], *, to_the_edge: bool) -> Values | None:
        """Return values that meet every relation, one parameter after the other changed.

        Parameters
        ----------
        to_the_edge : bool
            Whether a parameter goes no farther than it must, to the boundary of what it has to
            meet.
        """
        found, aside = dict(values), len(self.relations)
        for _ in range(MOVES):
            unmet = [one for one in self.relations if not self.met(one, found).all()]
            if not unmet:
                return found
            aims: Sequence[sp.Basic] = self.relations
            best = self._best(found, aims, unmet)
            if best is None and aside:  # one at the cost of others, which are met after it
                aside, aims = aside - 1, unmet[:1]
                best = self._best(found, aims, unmet)
            if best is None:
                return None
            name, value = best
            if to_the_edge and self.movable[name].between:
                value = self._edge(name, found, value, aims)
            found[name] = value
        return None

    def _best(
        self, found: Values, aims: Sequence[sp.Basic], unmet: Sequence[sp.Basic]
    ) -> tuple[str, Any] | None:
        """Return the change of one parameter that meets most aims, more than are met now."""
        best: tuple[int, float, str, Any] | None = None
        before = sum(one not in unmet for one in aims)
        for name in sorted(self.movable.keys() & self._names(unmet)):
            move = self._move(name, found, aims, before)
            if move is not None and (best is None or move[:2] > best[:2]):
                best = (*move[:2], name, move[2])
        return None if best is None else best[2:]

    def _names(self, relations: Sequence[sp.Basic]) -> set[str]:
        """Return the names that relations depend on, also through what follows from them."""
        names = {s.name for one in relations for s in one.free_symbols}
        for name in reversed(list(self.fixed)):
            if name in names:
                names |= {s.name for s in self.fixed[name].free_symbols}
        return names

    def _count(
        self, name: str, found: Values, values: Numbers, aims: Sequence[sp.Basic]
    ) -> NDArray[np.int64]:
        """Return how many relations are met with each value of a parameter."""
        with_them = {**found, name: values}
        met = [np.broadcast_to(self.met(one, with_them), values.shape) for one in aims]
        return np.asarray(np.sum(met, axis=0))

    def _move(
        self, name: str, found: Values, aims: Sequence[sp.Basic], before: int
    ) -> tuple[int, float, Any] | None:
        """Return the value with which most relations are met, the nearest one: count, -distance."""
        one = self.movable[name]
        for values in (self._solutions(name, found), one.values, one.far):
            if not values.size:
                continue
            counts = self._count(name, found, values, aims)
            if counts.max() > before:
                places = np.flatnonzero(counts == counts.max())
                distance = np.abs(_size(values[places]) - _size(np.asarray(float(found[name]))))
                nearest = int(places[int(distance.argmin())])
                return int(counts[nearest]), -float(distance.min()), one.of(float(values[nearest]))
        return None

    def _solutions(self, name: str, found: Values) -> Numbers:
        """Return what the equations among the relations say that a parameter is."""
        one, solutions = self.movable[name], []
        for relation in self.relations:
            solved = _solved(relation, name) if isinstance(relation, sp.Eq) else None
            if solved is not None and one.values.size:
                value = float(evaluate(solved, self.complete(found)))
                if math.isfinite(value) and one.low <= value <= one.high:
                    solutions.append(float(one.of(value)))
        return np.array(solutions)

    def _edge(self, name: str, found: Values, inside: Any, aims: Sequence[sp.Basic]) -> Any:
        """Return the value nearest to the present one with which as many relations are met."""
        one, outside = self.movable[name], float(found[name])
        wanted = int(self._count(name, found, np.array([float(inside)]), aims)[0])
        for _ in range(HALVINGS):
            middle = one.of((float(inside) + outside) / 2)
            if float(middle) in (float(inside), outside):
                break
            if int(self._count(name, found, np.array([float(middle)]), aims)[0]) >= wanted:
                inside = middle
            else:
                outside = float(middle)
        return inside


@lru_cache(maxsize=256)
def _solved(equation: sp.Eq, name: str) -> sp.Expr | None:
    """Return what an equation says that a parameter is; ``None`` if it is no single value."""
    symbol = next((one for one in equation.free_symbols if one.name == name), None)
    if symbol is None:
        return None
    try:
        found = sp.solve(equation, symbol)
    except (NotImplementedError, ValueError):
        return None
    return found[0] if len(found) == 1 else None


def _size(values: Numbers) -> Numbers:
    """Return signed sizes on a scale on which decades are as far apart as units."""
    return np.asarray(np.arcsinh(values * 1e3))
