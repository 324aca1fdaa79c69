"""Kinds of claims: what a check has to know of them.

A kind's decision rule, textbook recheck and panel are registered under its name in
`verify.judging.rules`, `verify.judging.textbook` and `verify.showing.panels`; what a claim of the
kind says is in `bounds.claims`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bounds import KINDS as NAMES
from bounds.claims import Claim

EXACT_FIRST = 4
"""Replicates at the first look of values without randomness: one instance says all."""

MANY_CELLS = 12
"""From so many cells on, a statistic that joins them needs few replicates of each."""


@dataclass(frozen=True)
class Kind:
    """What follows from the kind of a claim.

    Attributes
    ----------
    name : str
    first : int
        Replicates per cell at the first look that suit it.
    first_of_many : int, optional
        The same on a grid of `MANY_CELLS` or more.
    needs_path : bool
        Whether it is judged along paths of growing size.
    joins_cells : bool
        Whether its statistic combines replicates of several cells.
    joins_instances : bool
        Whether that is so too if it is exact: then one instance goes through several cells.
    few_if_exact : bool
        Whether an exact claim of the kind begins with `EXACT_FIRST` replicates.
    of_instances : bool
        Whether all its claims are exact: about every replicate, and not about their law.
    """

    name: str
    first: int
    first_of_many: int | None = None
    needs_path: bool = False
    joins_cells: bool = False
    joins_instances: bool = False
    few_if_exact: bool = False
    of_instances: bool = False

    def preferred_first(self, claim: Claim, cells: int) -> int:
        """Return the replicates per cell at the first look that suit a claim."""
        if self.few_if_exact and is_exact(claim):
            return EXACT_FIRST
        if self.first_of_many is not None and cells >= MANY_CELLS:
            return self.first_of_many
        # A frequency needs fewer draws than a mean to be told from another.
        return min(self.first, 64) if claim.functional == "proportion" else self.first

    def compares_rows(self, claim: Claim, *, independent: bool) -> bool:
        """Return whether row i of one cell is compared with row i of another."""
        if is_exact(claim):
            return self.joins_instances
        return self.joins_cells and not independent


def is_exact(claim: Claim) -> bool:
    """Return whether a claim is about every replicate, and not about a mean or a frequency."""
    return kind_of(claim).of_instances or bool(getattr(claim, "exact", False))


def _path(name: str) -> Kind:
    return Kind(
        name, 64, 16, needs_path=True, joins_cells=True, joins_instances=True, few_if_exact=True
    )


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("identity", 256, joins_cells=True),
        Kind("probability", 64),
        Kind("deterministic", 256, of_instances=True),
        _path("theta"),
        _path("O"),
        _path("omega"),
        _path("bounded"),
        _path("limit"),
        Kind("threshold", 64),
        Kind("monotone", 32, joins_cells=True, joins_instances=True),
        Kind("construction", 256, of_instances=True),
        Kind("always", 256, of_instances=True),
        Kind("law", 256),
        Kind("derivation", 256, of_instances=True),
    )
}
"""Every kind by name."""

assert KINDS.keys() == set(NAMES)


def kind_of(claim: Claim) -> Kind:
    """Return the kind of a claim."""
    return KINDS[claim.kind]
