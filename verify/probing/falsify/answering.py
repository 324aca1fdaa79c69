"""Whether a simulation answers to a parameter: what it makes of another value is something else.

One that it reads without answering is a parameter of it all the same: a step size, say, at which
training comes to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.catalogue.check import Check
from verify.catalogue.grid import Cell
from verify.probing.falsify.trial import confined

Array = NDArray[np.float64]

LONGEST = 5.0
"""CPU seconds that a few replicates may take when it is seen what a simulation answers to."""


def answers(check: Check, cell: Cell, name: str, values: Iterable[Any]) -> bool:
    """Whether any of some values of a parameter changes what a simulation makes at a cell."""
    before = _outcome(check, dict(cell))
    for value in values:
        if value == cell[name]:
            continue
        after = _outcome(check, {**cell, name: value})
        if before is not None and after is not None and not _alike(before, after):
            return True
    return False


def reads(check: Check, cell: Cell, name: str) -> bool:
    """Whether a simulation asks a cell for a parameter."""
    noting = _Noting(cell)
    _outcome(check, noting)
    return name in noting.asked


class _Noting(dict[str, Any]):
    """A cell that notes which of its parameters are asked for, one by one."""

    def __init__(self, cell: Cell) -> None:
        super().__init__(cell)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, as of any mapping."""
        return self[name] if name in self else default


def _alike(one: Mapping[str, Array], other: Mapping[str, Array]) -> bool:
    return one.keys() == other.keys() and all(
        one[name].shape == other[name].shape and np.array_equal(one[name], other[name], True)
        for name in one
    )


def _outcome(check: Check, cell: Cell) -> dict[str, Array] | None:
    """Run a few replicates of a simulation; ``None`` if it fails, or takes long."""
    rng = np.random.default_rng(0)
    try:
        with confined(LONGEST):
            made = check.simulate(rng, cell, min(check.block, 16))
            return {name: np.asarray(values) for name, values in made.items()}
    except Exception:  # the simulation may be a user's, and the cell outside of what it is for
        return None
