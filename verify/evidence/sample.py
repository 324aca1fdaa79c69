"""The part of the evidence that a claim is judged on, with its expressions turned into numbers."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanFunction

from bounds import ClaimOf, MissingValue, Theorem, evaluate, satisfied
from bounds.claims import Claim
from verify.catalogue.check import Array as Observed
from verify.catalogue.check import Check
from verify.catalogue.grid import Cell, PathCells
from verify.catalogue.kinds import kind_of

Array = NDArray[np.float64]


def expand(expression: sp.Basic, theorem: Theorem, known: frozenset[str]) -> sp.Basic:
    """Write ``expression`` in terms of the ``known`` names, using the theorem's quantities."""
    return theorem.written_out(expression, known)


def applies(theorem: Theorem, claim: Claim, cell: Cell) -> bool:
    """Whether a claim speaks about a cell: required hypotheses met, and inside ``where``.

    The cell of a claim over a box is the box; where it speaks is up to each point.
    """
    return claim.box is not None or (not theorem.unmet(cell) and _inside(theorem, claim, cell))


def _inside(theorem: Theorem, claim: Claim, cell: Cell) -> bool:
    if claim.where is None:
        return True
    return bool(np.all(satisfied(expand(claim.where, theorem, frozenset(cell)), cell)))


def left_out(check: Check, item: ClaimOf) -> str:
    """Say which cells a claim would speak about if they met the hypotheses, or nothing."""
    missed = []
    for cell in check.cells:
        if unmet := item.theorem.unmet(cell):
            with contextlib.suppress(MissingValue):  # then it is not the cells of this claim
                if _inside(item.theorem, item.claim, cell):
                    missed.append(unmet)
    if not missed:
        return ""
    several = f"{len(missed)} of {len(check.cells)} cells"
    return f"{several} left out, outside the hypotheses: {missed[0][0]}"


def meeting(check: Check, theorem: Theorem) -> tuple[int, ...]:
    """Return which cells of a check's grid meet the required hypotheses of a theorem."""
    return tuple(at for at, cell in enumerate(check.cells) if not theorem.unmet(cell))


def positions_of(
    check: Check, item: ClaimOf, met: tuple[int, ...] | None = None
) -> tuple[int, ...]:
    """Return which cells of a check's grid a claim speaks about.

    ``met``, those that meet its theorem's hypotheses, is found where it is not given: the claims of
    a theorem share it.
    """
    theorem, claim = item.theorem, item.claim
    if claim.box is not None:
        return tuple(range(len(check.cells)))
    met = meeting(check, theorem) if met is None else met
    return tuple(at for at in met if _inside(theorem, claim, check.cells[at]))


class OddValue(ValueError):
    """A value on which no claim can be judged.

    Attributes
    ----------
    cell : int
        At which cell of the sample.
    row : int or None
        In which replicate of the evidence; ``None`` where it does not depend on it.
    """

    def __init__(self, words: str, cell: int, row: int | None = None) -> None:
        super().__init__(words)
        self.cell, self.row = cell, row


BEYOND = 1e-9
"""What rounding may carry values beyond their domain, relative to the largest of them."""


C_co = TypeVar("C_co", bound=Claim, covariant=True)


@dataclass(frozen=True)
class Sample(Generic[C_co]):
    """Replicates of the cells that one claim speaks about.

    Attributes
    ----------
    theorem, claim :
        What is judged.
    cells : list of cells
        Those that the claim applies to.
    positions : list of int
        Where these stand in the grid of the check.
    replicates : list of mappings from observable to (n,) array
        One per cell.
    paths : paths all of whose cells are in ``cells``; positions refer to ``cells``.
    n : replicates per cell.
    complete, independent :
        Whether the replicates enumerate a finite set, and whether cells are independent (no common
        random numbers).
    violation_measure : share of violations that a sampled `holds` may overlook.
    shares, rows : for a claim that is conditional on an event, its frequency at each cell, and
        which replicates of the evidence lie inside it.
    """

    theorem: Theorem
    claim: C_co
    cells: Sequence[Cell]
    positions: Sequence[int]
    replicates: Sequence[Mapping[str, Observed]]
    paths: Sequence[PathCells]
    n: int
    complete: bool
    independent: bool
    violation_measure: float
    shares: tuple[float, ...] | None = None
    rows: tuple[NDArray[np.intp], ...] | None = None

    @staticmethod
    def of(
        check: Check,
        item: ClaimOf,
        replicates: Mapping[int, Mapping[str, Observed]],
        n: int,
        positions: Sequence[int] | None = None,
    ) -> Sample[Any]:
        """Select from a check's replicates (by grid position) what a claim is judged on."""
        if positions is None:
            positions = positions_of(check, item)
        place = {index: rank for rank, index in enumerate(positions)}
        paths = [
            PathCells(path.path, tuple(place[index] for index in path.positions))
            for path in check.paths
            if all(index in place for index in path.positions)
        ]
        sample: Sample[Any] = Sample(
            theorem=item.theorem,
            claim=item.claim,
            cells=[check.cells[index] for index in positions],
            positions=positions,
            replicates=[
                {name: values[:n] for name, values in replicates[index].items()}
                for index in positions
            ],
            paths=paths,
            n=n,
            complete=check.complete,
            independent=not check.common_random_numbers,
            violation_measure=check.violation_measure,
        )
        return sample if item.claim.given is None else sample._inside_event()

    def _inside_event(self) -> Sample[C_co]:
        """Keep the replicates inside the event that the claim is conditional on."""
        given = [  # it may be what leaves out the replicates that are no numbers
            np.broadcast_to(self._evaluated(cell, self.claim.given), (self.n,))
            for cell in range(len(self.cells))
        ]
        if given:
            self.refuse_no_event(np.stack(given))
        inside = [values.astype(bool) for values in given]
        together = kind_of(self.claim).compares_rows(self.claim, independent=self.independent)
        if together and any((mask != inside[0]).any() for mask in inside):
            raise ValueError(
                "a claim that compares cells row by row cannot be conditional on an event that "
                "differs between them"
            )
        fewest = min((int(mask.sum()) for mask in inside), default=0)
        kept = [
            {name: values[mask][:fewest] for name, values in replicates.items()}
            for replicates, mask in zip(self.replicates, inside, strict=True)
        ]
        return replace(
            self,
            replicates=kept,
            n=fewest,
            complete=False,
            shares=tuple(float(mask.mean()) for mask in inside),
            rows=tuple(np.flatnonzero(mask) for mask in inside),
        )

    def row_of(self, cell: int, row: int) -> int:
        """Return the row in the evidence of a replicate of the sample."""
        return row if self.rows is None else int(self.rows[cell][row])

    def refuse_no_event(self, values: Array) -> None:
        """Refuse (cells, n) values that are not the outcome of an event.

        Raises
        ------
        OddValue
            Naming the first value that is neither 0 nor 1.
        """
        odd = (values != 0) & (values != 1)
        if odd.any():
            cell, row = (int(at) for at in np.argwhere(odd)[0])
            words = "an event is 0 or 1 (or a relation), but it takes the value "
            raise OddValue(f"{words}{values[cell, row]:g}", cell, self.row_of(cell, row))

    def refuse_infinite(self, values: Sequence[Array] | Array, what: str, *, at: int = 0) -> None:
        """Refuse values that are no numbers; per cell, from the cell ``at`` on, they are (n, ...).

        Raises
        ------
        OddValue
            Saying in how many replicates, and what to do.
        """
        for cell, found in enumerate(values, start=at):
            fine = np.isfinite(found).reshape(len(found), -1).all(axis=1)
            if fine.all():
                continue
            count = int(np.count_nonzero(~fine))
            if count == len(fine):
                advice = "leave such cells out (where=), or mend the formula or the simulation"
                raise OddValue(f"{what} is not a finite number; {advice}", cell)
            often = f"in {count} of {len(fine)} replicates"
            advice = "let the simulation return a number, or say with given= which replicates count"
            row = self.row_of(cell, int(np.argmin(fine)))
            raise OddValue(f"{what} is not a finite number {often}; {advice}", cell, row)

    def refuse_outside(self) -> None:
        """Refuse values of the claim's observables that lie outside their declared domains.

        What sympy was told of a symbol it uses when it simplifies.

        Raises
        ------
        OddValue
            Naming the observable, what it is declared to be, and the value.
        """
        if not self.cells:
            return
        names = frozenset(self.replicates[0])
        parts = [getattr(self.claim, name) for name in self.claim._expressions]
        symbols: set[sp.Symbol] = set()
        for part in [one for one in (*parts, self.claim.given) if one is not None]:
            written_out = expand(part, self.theorem, names.union(self.cells[0]))
            symbols |= {symbol for symbol in written_out.free_symbols if symbol.name in names}
        for symbol in sorted(symbols, key=str):
            for cell, observed in enumerate(self.replicates):
                error = observed.get(getattr(symbol, "error", ""), np.zeros(1))
                self._refuse_outside(symbol, observed[symbol.name], error, cell)

    def _refuse_outside(
        self, symbol: sp.Symbol, values: Observed, error: Observed, cell: int
    ) -> None:
        numbers = np.where(np.isfinite(values), values, 0.0)
        slack = BEYOND * np.abs(numbers).max(initial=0.0) + error
        for is_declared, words, beyond in (
            (symbol.is_nonnegative, "positive" if symbol.is_positive else "nonnegative", -numbers),
            (symbol.is_nonpositive, "negative" if symbol.is_negative else "nonpositive", numbers),
            (symbol.is_integer, "an integer", np.abs(numbers - np.round(numbers))),
        ):
            if is_declared and np.any(beyond > slack):
                index = np.argwhere(beyond > slack)[0]
                value = f"{values[tuple(index)]:.6g}"
                problem = f"{symbol.name} is declared to be {words}, but takes the value {value}"
                raise OddValue(problem, cell, self.row_of(cell, int(index[0])))

    def known(self, cell: int) -> dict[str, Any]:
        """Every name with a value at a cell: its parameters and its observables."""
        return {**self.cells[cell], **self.replicates[cell]}

    def values(self, cell: int, expression: sp.Basic) -> Array:
        """Evaluate an expression on the replicates of a cell: (n,) array.

        Raises
        ------
        OddValue
            If it is a condition that compares what is no number: to NumPy such a one is not met.
        """
        found = self._evaluated(cell, expression)
        if isinstance(expression, Relational | BooleanFunction):
            sides = {side for one in expression.atoms(Relational) for side in one.args}
            for side in sorted(sides, key=str):
                compared = np.broadcast_to(self._evaluated(cell, side), (self.n,))
                if (undefined := np.isnan(compared)).any():
                    often = f"in {np.count_nonzero(undefined)} of {self.n} replicates"
                    words = f"{expression} compares what is no number: {side} is nan {often}"
                    raise OddValue(words, cell, self.row_of(cell, int(np.argmax(undefined))))
        return np.broadcast_to(found, (self.n,))

    def parameter(self, cell: int, expression: sp.Basic) -> float:
        """Evaluate an expression of the cell's parameters alone.

        Raises
        ------
        ValueError
            If it depends on an observable.
        """
        values = np.atleast_1d(self._evaluated(cell, expression))
        if not np.array_equal(values, np.full_like(values, values[0]), equal_nan=True):
            raise ValueError(f"{expression} depends on the replicate, but must not")
        return float(values[0])

    def _evaluated(self, cell: int, expression: sp.Basic) -> Array:
        """Evaluate an expression at a cell: one value if no observable occurs in it, else (n,)."""
        known = self.known(cell)
        written_out = expand(expression, self.theorem, frozenset(known))
        numbers = {name: known[name] for name in known if not isinstance(known[name], str)}
        return evaluate(written_out, numbers)

    def table(self, expression: sp.Basic) -> Array:
        """Evaluate an expression everywhere: (cells, n) array."""
        return np.stack([self.values(cell, expression) for cell in range(len(self.cells))])

    def levels(self, along: str) -> list[list[int]]:
        """Group the cells that differ only in one parameter, each group in increasing order of it.

        Every cell must have the parameter.
        """
        found: dict[tuple[tuple[str, str], ...], list[int]] = defaultdict(list)
        for index, cell in enumerate(self.cells):
            rest = tuple(sorted((k, repr(v)) for k, v in cell.items() if k != along))
            found[rest].append(index)
        return [sorted(group, key=lambda c: self.cells[c][along]) for group in found.values()]
