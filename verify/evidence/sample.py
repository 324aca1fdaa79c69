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


def _odd(values: Array) -> float:
    """Return the first value that is neither 0 nor 1."""
    return float(values[(values != 0) & (values != 1)][0])


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
    shares : for a claim that is conditional on an event, its frequency at each cell.
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
        given = [self.values(cell, self.claim.given) for cell in range(len(self.cells))]
        if given and (problem := self.not_an_event(np.stack(given))):
            raise ValueError(problem)
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
        )

    def not_an_event(self, values: Array) -> str:
        """Say what keeps (cells, n) values from being the outcome of an event, or nothing."""
        if np.all((values == 0) | (values == 1)):
            return ""
        return f"an event is 0 or 1 (or a relation), but it takes the value {_odd(values):g}"

    def known(self, cell: int) -> dict[str, Any]:
        """Every name with a value at a cell: its parameters and its observables."""
        return {**self.cells[cell], **self.replicates[cell]}

    def values(self, cell: int, expression: sp.Basic) -> Array:
        """Evaluate an expression on the replicates of a cell: (n,) array."""
        known = self.known(cell)
        written_out = expand(expression, self.theorem, frozenset(known))
        numbers = {name: known[name] for name in known if not isinstance(known[name], str)}
        return np.broadcast_to(evaluate(written_out, numbers), (self.n,))

    def parameter(self, cell: int, expression: sp.Basic) -> float:
        """Evaluate an expression of the cell's parameters alone.

        Raises
        ------
        ValueError
            If it depends on an observable.
        """
        values = self.values(cell, expression)
        if not np.array_equal(values, np.full_like(values, values[0]), equal_nan=True):
            raise ValueError(f"{expression} depends on the replicate, but must not")
        return float(values[0])

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
