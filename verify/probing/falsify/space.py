"""The parameters of a simulated claim: which may be searched, and points inside its hypotheses.

The grid of a check says what parameters its simulation has, and of which type. Their values there
are not looked at: what is searched is what `where` and the required hypotheses allow. A parameter
is free if it is a number of the theorem's, and the simulation answers to it or a hypothesis speaks
of it (of whole numbers, those that the simulation reads). The others (words, arrays, sizes that
only the simulation knows, quantities that the author of the check computed from the rest) are left
as the check has them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from bounds import ClaimOf, Theorem, arrays, evaluate, satisfied
from bounds.claims import Claim
from verify.catalogue.check import Check
from verify.catalogue.grid import Cell, Path, digest, lay_out
from verify.catalogue.kinds import kind_of
from verify.evidence.sample import applies
from verify.probing.falsify.answering import answers, reads

Array = NDArray[np.float64]
Point = dict[str, Any]

DECADES = 3.0
"""Numbers are searched from 10**-DECADES to 10**DECADES, and zero where it is allowed."""

LARGEST_WHOLE, LARGEST_DOUBLE = 1000, 1e9
"""Whole numbers are searched up to here; the second where the simulation takes them as doubles."""

FARTHEST = 30
"""Decades up to which a hypothesis may push a number that cannot meet it between those ends."""

STEPS = 33
"""Values of a parameter among which one is looked for that meets a hypothesis."""

FIGURE = "claim-figure-"
"""What is said of a figure is said of its settings, and begins so."""

ATTEMPTS = 24
"""Points that are begun with to see whether any meets the hypotheses."""

ROUND = 6
"""Digits beyond which a value of the grid looks computed from others, and not chosen."""


@dataclass(frozen=True)
class Parameter:
    """A number that is searched.

    Attributes
    ----------
    name : str
    symbol : its symbol, with the assumptions on it
    whole : whether only whole numbers are allowed
    python : int or float, the type that the simulation is given
    answers : whether the simulation answers to it, or reads it; else only formulas speak of it
    is_share : whether it is taken for a probability, such as the confidence of a bound
    """

    name: str
    symbol: sp.Symbol
    whole: bool
    python: type
    answers: bool = True
    is_share: bool = False

    @property
    def low(self) -> float:
        """The smallest size: of a number 10**-DECADES, or the first whole number."""
        if not self.whole:
            return float(10**-DECADES)
        return 1.0 if self.symbol.is_positive else 0.0

    @property
    def high(self) -> float:
        """The largest size."""
        if not self.whole:
            return 1.0 if self.is_share else float(10**DECADES)
        return LARGEST_WHOLE if self.python is int else LARGEST_DOUBLE

    @property
    def has_zero(self) -> bool:
        """Whether zero is allowed."""
        return not (self.symbol.is_positive or self.symbol.is_negative or self.symbol.is_nonzero)

    def of(self, value: float) -> Any:
        """Return a value in the type, and among the numbers, that are allowed."""
        if self.whole:
            value = max(round(value), self.low)
            if self.symbol.is_even and value % 2:
                value += 1
            if self.symbol.is_odd and value % 2 == 0:
                value += 1
        return self.python(min(value, 1.0) if self.is_share else value)

    def at(self, share: float) -> Any:
        """Return the value at a share of the way from the smallest size to the largest."""
        share = min(max(share, 0.0), 1.0)
        if self.whole:
            start = self.low - 1
            return self.of(start + (self.high - start) ** share)
        if self.has_zero and share < 0.04:
            return self.python(0)
        return self.of(10 ** (DECADES * (2 * share - 1)))

    def share(self, value: float) -> float:
        """Return where a value is on that way."""
        if self.whole:
            start = self.low - 1
            return math.log(max(value - start, 1)) / math.log(self.high - start)
        return 0.0 if value <= 0 else (math.log10(value) / DECADES + 1) / 2

    @property
    def values(self) -> list[Any]:
        """Some values from end to end, small whole numbers among them."""
        every = [self.at(share) for share in np.linspace(0, 1, STEPS)]
        every += [self.of(one) for one in (1, 2, 3, 4, 5, 6, 8) if one >= self.low]
        return sorted(set(every))

    @property
    def far(self) -> list[Any]:
        """Values beyond the ends."""
        if self.whole and self.python is int:
            return []
        powers = [10.0**k for k in np.arange(DECADES, FARTHEST, 0.5)]
        return [
            self.of(one) for one in (powers if self.whole else [*powers, *map(_inverse, powers)])
        ]

    @property
    def corners(self) -> list[Any]:
        """The limits of the domain, and simple values between them."""
        if self.whole:
            some = [self.low, self.low + 1, 2, 3, 5, 10, 30, 100]
            return list(dict.fromkeys(self.of(one) for one in some if one >= self.low))
        some = [1.0, 0.5, 2.0, 0.1, 10.0, self.low, self.high]
        zero = [self.python(0)] if self.has_zero else []
        return [self.of(some[0]), *zero, *map(self.of, some[1:])]


def _inverse(value: float) -> float:
    return 1 / value


@dataclass(frozen=True)
class Space:
    """What is searched for one claim: a part of its check's grid, with some parameters free.

    Attributes
    ----------
    check : Check
    item : ClaimOf
    cells : sequence of cells
        What is judged together: one cell, a path, or the levels of one parameter.
    path : Path, optional
    free : sequence of Parameter
    tied : str
        Why nothing is free, in words; or nothing.
    relations : what a point must meet
        The required hypotheses and `where`, in parameters of the grid.
    regime : what it should meet
        The regime hypotheses, with every unnamed constant one.
    """

    check: Check
    item: ClaimOf
    cells: Sequence[Cell]
    path: Path | None = None
    free: Sequence[Parameter] = ()
    tied: str = ""
    relations: Sequence[sp.Basic] = ()
    regime: Sequence[sp.Basic] = ()

    @property
    def base(self) -> Cell:
        """The first cell."""
        return self.path.base if self.path else self.cells[0]

    def grid(self, point: Mapping[str, Any]) -> Check | None:
        """Return the check at a point; ``None`` where the claim does not speak of all its cells."""
        cells: Sequence[Cell] = [{**cell, **point} for cell in self.cells]
        paths: Sequence[Path] = ()
        try:
            if self.path is not None:
                paths = [replace(self.path, base={**self.path.base, **point})]
                cells = ()
            grid, placed = lay_out(cells, paths)
        except ValueError:
            return None
        check = replace(self.check, cells=grid, paths=placed)
        theorem, claim = self.item.theorem, self.item.claim
        try:
            inside = all(applies(theorem, claim, cell) for cell in grid)
        except (KeyError, ValueError, TypeError):
            return None
        return check if inside else None

    def inside(self, point: Mapping[str, Any], rng: np.random.Generator) -> Point | None:
        """Return a point near a given one that meets the hypotheses; ``None`` if none was found.

        It is inside the regime, too, where that can be reached.
        """
        every = [*self.relations, *self.regime]
        found = self._repaired(point, every, rng)
        if found is None and self.regime:
            found = self._repaired(point, self.relations, rng)
        return found

    def _repaired(
        self, point: Mapping[str, Any], relations: Sequence[sp.Basic], rng: np.random.Generator
    ) -> Point | None:
        """Change one parameter after the other until every relation is met."""
        found = dict(point)
        by_name = {one.name: one for one in self.free}
        for _ in range(6 * len(relations) + 1):
            unmet = [one for one in relations if not _met(one, {**self.base, **found})]
            if not unmet:
                return found if self.grid(found) is not None else None
            relation = unmet[int(rng.integers(len(unmet)))]
            names = sorted(s.name for s in relation.free_symbols if s.name in by_name)
            for name in rng.permutation(names) if names else ():
                value = self._meeting(relation, by_name[name], found, rng)
                if value is not None:
                    found[name] = value
                    break
            else:
                return None
        return None

    def _meeting(
        self, relation: sp.Basic, one: Parameter, point: Point, rng: np.random.Generator
    ) -> Any:
        """Return the value of a parameter nearest to the present one that meets a relation."""
        known = {**self.base, **point}
        if isinstance(relation, sp.Eq) and (solved := _solved(relation, one.name)) is not None:
            try:
                return one.of(float(evaluate(solved, numeric(known))))
            except (KeyError, TypeError, ValueError, OverflowError):
                return None
        near = one.values
        for values in (near, one.far):
            try:
                grid = {**numeric(known), one.name: np.array(values, dtype=float)}
                with np.errstate(all="ignore"):
                    met = np.broadcast_to(satisfied(relation, grid), (len(values),))
            except (KeyError, TypeError, ValueError):
                return None
            if len(places := np.flatnonzero(met)):
                break
        else:
            return None
        if values is near and rng.random() < 0.3:
            return values[int(rng.choice(places))]
        here = _size(point[one.name])
        return values[int(min(places, key=lambda p: abs(_size(values[p]) - here)))]

    def boundaries(self, point: Mapping[str, Any]) -> Iterator[Point]:
        """Yield points on the boundaries of hypotheses and of `where`, just inside."""
        for relation in (*self.relations, *self.regime):
            for one in self.free:
                if not any(s.name == one.name for s in relation.free_symbols):
                    continue
                values = one.values
                met = [_met(relation, {**self.base, **point, one.name: v}) for v in values]
                for place in range(len(values) - 1):
                    if met[place] != met[place + 1]:
                        ends = values[place : place + 2]
                        inside, outside = ends if met[place] else ends[::-1]
                        yield {**point, one.name: self._edge(relation, one, point, inside, outside)}

    def _edge(
        self,
        relation: sp.Basic,
        one: Parameter,
        point: Mapping[str, Any],
        inside: Any,
        outside: Any,
    ) -> Any:
        for _ in range(40):
            middle = one.of((inside + outside) / 2)
            if middle in (inside, outside):
                break
            if _met(relation, {**self.base, **point, one.name: middle}):
                inside = middle
            else:
                outside = middle
        return inside


@lru_cache(maxsize=256)
def _solved(equation: sp.Eq, name: str) -> sp.Expr | None:
    """Return what an equation says that a parameter is; ``None`` if it is no single value."""
    (symbol,) = (s for s in equation.free_symbols if s.name == name)
    try:
        found = sp.solve(equation, symbol)
    except (NotImplementedError, ValueError):
        return None
    return found[0] if len(found) == 1 else None


def _size(value: float) -> float:
    return math.log(max(value, 1e-40))


def numeric(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a cell that are no words."""
    return {name: value for name, value in cell.items() if not isinstance(value, str)}


def _met(relation: sp.Basic, cell: Mapping[str, Any]) -> bool:
    try:
        with np.errstate(all="ignore"):
            return bool(np.all(satisfied(relation, numeric(cell))))
    except (KeyError, TypeError, ValueError, OverflowError):
        return False


def spaces(check: Check, item: ClaimOf, fixed: Mapping[str, Any]) -> list[Space]:
    """Return what is to be searched for a claim, one space for each way that its check is set.

    Parameters
    ----------
    fixed : values of parameters that are not searched.
    """
    found: dict[str, Space] = {}
    for cells, path in _parts(check, item, fixed):
        base = path.base if path else cells[0]
        plain = Space(check, item, cells, path, relations=_relations(item, base))
        free, tied = _free(plain, fixed)
        names = {one.name for one in free}
        rest = [{k: v for k, v in cell.items() if k not in names} for cell in cells]
        ray = dict(path.ray) if path else {}
        key = digest([rest if not path else [rest[0]], ray, sorted(names)])
        if key not in found:
            space = replace(plain, free=free, tied=tied, regime=_regime(item, base))
            if _reachable(space):
                found[key] = space
    return list(found.values())


def _reachable(space: Space) -> bool:
    """Whether a point was found of which the claim speaks."""
    if not space.free:
        return space.grid({}) is not None
    rng = np.random.default_rng(0)
    starts = ({one.name: one.at(rng.random()) for one in space.free} for _ in range(ATTEMPTS))
    return any(space.inside(start, rng) is not None for start in starts)


def _parts(
    check: Check, item: ClaimOf, fixed: Mapping[str, Any]
) -> Iterator[tuple[list[Cell], Path | None]]:
    """Yield the smallest parts of a grid on which a claim can be judged."""
    claim: Claim = item.claim
    along = getattr(claim, "along", None)
    if kind_of(claim).needs_path:
        for placed in check.paths:
            base = {**placed.path.base, **{k: v for k, v in fixed.items() if k in placed.path.base}}
            path = replace(placed.path, base=base)
            yield list(path.cells()), path
        return
    cells: list[Cell] = [{**c, **{k: v for k, v in fixed.items() if k in c}} for c in check.cells]
    if along is None:
        for cell in cells:
            yield [cell], None
        return
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(digest({k: v for k, v in cell.items() if k != along}), []).append(cell)
    for group in groups.values():
        if len(group) > 1:
            yield group, None


def _relations(item: ClaimOf, cell: Cell) -> list[sp.Basic]:
    """Return the relations that a cell must meet, in names that it has."""
    theorem, claim = item.theorem, item.claim
    required = [h.statement for h in theorem.hypotheses if h.role == "required"]
    found: list[sp.Basic] = []
    for statement in (*required, claim.where):
        if statement is None:
            continue
        written_out = theorem.written_out(statement, frozenset(cell))
        for part in written_out.args if isinstance(written_out, sp.And) else (written_out,):
            if part is not sp.true and {s.name for s in part.free_symbols} <= cell.keys():
                found.append(part)
    return found


def _regime(item: ClaimOf, cell: Cell) -> list[sp.Basic]:
    """Return the regime hypotheses as relations, unnamed constants put to one."""
    found = []
    for one in item.theorem.hypotheses:
        if one.role != "regime":
            continue
        statement = one.statement
        if one.quantity is not None:
            statement = one.quantity <= 1 if one.tends_to == 0 else one.quantity >= 1
        if statement is None:
            continue
        for part in (statement, _says_something(statement)):
            written_out = item.theorem.written_out(part, frozenset(cell))
            open_ = {s: 1 for s in written_out.free_symbols if s.name == "C" and "C" not in cell}
            written_out = written_out.subs(open_)
            names = {s.name for s in written_out.free_symbols}
            if names <= cell.keys() and written_out is not sp.true:
                found.append(written_out)
    return found


def _says_something(statement: sp.Basic) -> sp.Basic:
    """Return that the smaller side of a relation is positive: else it is met without a margin."""
    if not isinstance(statement, sp.Ge | sp.Gt | sp.Le | sp.Lt):
        return sp.true
    return sp.true if statement.lts.is_positive else sp.Ge(statement.lts, 0)


def _free(space: Space, fixed: Mapping[str, Any]) -> tuple[list[Parameter], str]:
    """Return the parameters that may be searched, or why none may."""
    theorem, claim = space.item.theorem, space.item.claim
    if theorem.id.partition("/")[2].startswith(FIGURE):
        return [], "the statement is about the settings of a figure"
    along = getattr(claim, "along", None)
    symbols = {s.name: s for s in theorem.free_symbols()}
    spoken = (*space.relations, *_regime(space.item, space.base))
    stated = {s.name for one in spoken for s in one.free_symbols}
    used = _used(theorem, claim, space.base)
    lengths = {len(value) for value in space.base.values() if isinstance(value, tuple | list)}
    free: list[Parameter] = []
    for name, value in sorted(space.base.items()):
        symbol = symbols.get(name)
        if symbol is None or name == along or name in fixed or not _is_number(value):
            continue
        if name in theorem.quantities or arrays.rank(symbol) or symbol.is_negative:
            continue
        listed = _listed(space, name)
        if _is_flag(symbol, listed):
            continue
        whole = bool(symbol.is_integer)
        if whole and value in lengths:  # the length of an array that stays
            continue
        one = Parameter(name, symbol, whole, int if isinstance(value, int) else float)
        responds = _answers(space, one)
        if name not in stated and any(map(_looks_computed, listed)) and (responds or name in used):
            why = f"{name} was computed from other parameters where the check is declared"
            return [], why
        share = not responds and all(0 < value < 1 for value in listed)
        read = responds or (name in stated and reads(space.check, space.cells[0], name))
        if read or (name in stated and not whole and name != "C"):
            free.append(replace(one, answers=read, is_share=share))
    return free, "" if free else "the check has no parameter that could be searched"


def _used(theorem: Theorem, claim: Claim, cell: Cell) -> set[str]:
    """Return the names of a cell that a claim's formulas use."""
    known = frozenset(cell)
    parts = (theorem.written_out(one, known) for one in claim.expressions())
    return {s.name for part in parts for s in part.free_symbols}


def _listed(space: Space, name: str) -> list[Any]:
    """Return the values that the check declares of a parameter."""
    bases = [placed.path.base for placed in space.check.paths] if space.path else space.check.cells
    return [cell[name] for cell in bases if name in cell]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_flag(symbol: sp.Symbol, listed: Sequence[Any]) -> bool:
    """Whether a number stands for a choice: it has no assumptions, or is 0, 1 or 2 at most."""
    if not all(isinstance(one, int) for one in listed):
        return not (symbol.is_extended_real)
    no_sign = not (symbol.is_nonnegative or symbol.is_nonpositive)
    return no_sign or (min(listed) == 0 and max(listed) <= 2)


def _looks_computed(value: Any) -> bool:
    if isinstance(value, int):
        return False
    digits = f"{abs(float(value)):.15g}".replace(".", "").partition("e")[0].strip("0")
    return len(digits) > ROUND


def _answers(space: Space, one: Parameter) -> bool:
    """Whether the simulation makes other values of a claim's observables with another value."""
    number = float(space.cells[0][one.name])
    ways = (number * 2 + (number == 0), number / 2, number + 1, number * 10, number / 10)
    return answers(space.check, space.cells[0], one.name, [one.of(way) for way in ways])
