"""Checks: which simulation, over which grid, observes which claims."""

from __future__ import annotations

import importlib.util
import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Protocol

import mpmath
import numpy as np
import sympy as sp
from numpy.typing import NDArray

from bounds import ClaimOf, Theorem, evaluate
from bounds.claims import Unchecked
from verify.catalogue.budgets import (
    BUDGETS,
    COMMON,
    INSTANCES,
    LONGER,
    OVERHEAD,
    RARE,
    SECONDS,
    SHARE,
    SHARED,
    Budget,
    affordable,
    look_size,
)
from verify.catalogue.grid import Cell, Path, PathCells, digest, lay_out
from verify.catalogue.kinds import is_counted, is_exact, kind_of
from verify.catalogue.overrides import changed_grid, refuse_outside
from verify.catalogue.refusals import (
    refuse_costs,
    refuse_costs_at,
    refuse_counts,
    refuse_grid,
    refuse_open_conditions,
    refuse_simulation,
)
from verify.catalogue.saboteurs import Times, as_simulations

Array = NDArray[Any]
Observables = dict[str, Array]
Claims = Theorem | ClaimOf | Sequence["Claims"]


class Simulation(Protocol):
    """What a check runs: ``simulate(rng, cell, n)`` returns arrays with ``n`` rows."""

    def __call__(self, rng: np.random.Generator, cell: Cell, n: int) -> Mapping[str, Array]:
        """Simulate ``n`` replicates at one cell of the grid."""


class Replay(Protocol):
    """What a counter-example is replayed with: one replicate again, by independent code.

    ``replay(rng, cell, n, row)`` returns the observables of replicate ``row`` of the block of ``n``
    that the simulation draws from the same generator. Numbers of mpmath keep their digits.
    """

    def __call__(
        self, rng: np.random.Generator, cell: Cell, n: int, row: int
    ) -> Mapping[str, float | mpmath.mpf]:
        """Compute one replicate of a block at one cell of the grid."""


@dataclass(frozen=True)
class Check:
    """A simulation bound to its grid and to the claims that it observes.

    Calling it calls the simulation. Make one with the decorator `check`.

    Attributes
    ----------
    id : str
        Unique; part of every seed, so renaming a check draws new data.
    simulate : Simulation
        Returns one array with ``n`` rows for every observable.
    claims : tuple of ClaimOf
        What it observes.
    cells, paths :
        The grid; paths point into the cells.
    version : int
        Raised whenever the outcome of the simulation changes; stored replicates of another
        version are never used.
    block : int
        Replicates that are drawn from one generator, vectorised.
    first : int
        Replicates per cell at the first look.
    looks : mapping from budget to int
        Number of looks; quick is a prefix of full.
    longest : int, optional
        Number of looks that an exact claim may have at the quick budget if they settle it; none
        where the author says how many there are.
    seconds, bytes : callable
        Declared cost of one replicate at a cell.
    common_random_numbers : bool
        The same generator for the same block of every cell.
    complete : bool
        The replicates enumerate a finite set, so that an exact claim holds without reservation.
    replay : Replay, optional
        The observables of one replicate from the same generator by independent code; a
        counter-example must survive it.
    replicate : str
        What one replicate is, in words.
    requires : tuple of str
        Modules of an extra that the simulation needs; without them its claims stay undecided.
    saboteurs : mapping from words to simulation, or to `Times`
        The same simulation spoiled on purpose, "no training" say: some claim must notice each.
    source, code : str
        For a check from a file of one's own: the file, and the fingerprint of the simulation's
        code in it, so that a changed simulation never reuses stored replicates.
    parts : mapping from str to str
        Of what that code consists: the file and the modules of one's own that it imports, each
        with its fingerprint.
    """

    id: str
    simulate: Simulation
    claims: tuple[ClaimOf, ...]
    cells: tuple[Cell, ...]
    paths: tuple[PathCells, ...]
    version: int
    block: int
    first: int
    looks: Mapping[Budget, int]
    seconds: Callable[[Cell], float]
    bytes: Callable[[Cell], float]
    common_random_numbers: bool = False
    complete: bool = False
    longest: int | None = None
    replay: Replay | None = None
    replicate: str = ""
    requires: tuple[str, ...] = ()
    saboteurs: Mapping[str, Simulation] = field(default_factory=dict, compare=False)
    source: str = field(default="", compare=False)
    code: str = ""
    parts: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __call__(self, rng: np.random.Generator, cell: Cell, n: int) -> Mapping[str, Array]:
        """Run the simulation."""
        return self.simulate(rng, cell, n)

    def size(self, look: int) -> int:
        """Replicates per cell at a look."""
        return look_size(look, self.first, self.block)

    def size_of(self, budget: Budget) -> int:
        """Replicates per cell at the last look of a budget."""
        return self.size(self.looks[budget] - 1)

    def looks_to(self, replicates: float) -> int:
        """Return how many looks it takes to so many replicates per cell."""
        looks = 1
        while self.size(looks - 1) < replicates:
            looks += 1
        return looks

    @cached_property
    def key(self) -> str:
        """Fingerprint of the simulation: whatever differs here is never mixed in the store."""
        parts = [self.id, self.version, self.block, self.common_random_numbers]
        return digest([*parts, self.code] if self.code else parts)

    def absent(self) -> list[str]:
        """Return which of the required modules are not installed."""
        return [name for name in self.requires if importlib.util.find_spec(name) is None]

    @cached_property
    def violation_measure(self) -> float:
        """Largest share of violating instances that a sampled `holds` may overlook."""
        costs = [self.seconds(cell) for cell in self.cells]
        return _overlooked(costs, together=self.common_random_numbers)

    def cost(self, budget: Budget, *, longest: bool = False) -> float:
        """Forecast of CPU seconds if every claim needs the whole budget.

        With ``longest`` also the looks that a claim may have beyond those of the quick budget.
        """
        looks = self.looks[budget]
        if longest and budget == "quick":
            looks = max(looks, self.longest or 0)
        return self.size(looks - 1) * sum(self.seconds(cell) for cell in self.cells)

    @cached_property
    def is_measured(self) -> bool:
        """Whether any claim is judged statistically, on replicates that must be independent."""
        exact = self.complete or all(is_exact(item.claim) for item in self.claims)
        return bool(self.claims) and not exact

    def times(self, cell: Cell) -> set[int]:
        """Return how many times, from 0 on, claims for all times speak about at a cell."""
        return {horizon(item, cell) + 1 for item in self.claims if kind_of(item.claim).over_time}

    def with_settings(self, settings: Mapping[str, Any]) -> Check:
        """Return the check on another grid: cells and paths with the settings put in.

        Its cost is declared for that grid. Cells that become equal are one cell.

        Raises
        ------
        UserError
            If a value has the wrong type, or is outside the domain or the hypotheses of a claim.
        """
        if not any(name in cell for cell in self.cells for name in settings):
            return self
        changed, paths = changed_grid(self.cells, self.paths, settings)
        for before, after in zip(self.cells, changed, strict=True):
            if after is not before:
                refuse_outside(self.claims, before, after, settings)
        cells, placed = lay_out(changed, paths)
        return replace(self, cells=cells, paths=placed)

    def sabotaged(self, words: str) -> Check:
        """Return the check with one of its saboteurs in the place of its simulation."""
        return replace(self, id=f"{self.id} ({words})", simulate=self.saboteurs[words])

    def generator(self, seed: int, cell: Cell, block: int) -> np.random.Generator:
        """Return the generator of one block, whatever the order or the number of jobs."""
        where = "" if self.common_random_numbers else digest(cell)
        key = _spawn_key(self.id, where)
        return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*key, block)))


@lru_cache(maxsize=1024)
def _spawn_key(*names: str) -> tuple[int, ...]:
    return tuple(int(digest(name), 16) for name in names)


def horizon(item: ClaimOf, cell: Cell) -> int:
    """Return up to which time an `Always` claim speaks at a cell.

    Raises
    ------
    ValueError
        If that is not a whole number of steps.
    """
    until = item.theorem.written_out(item.claim.until, frozenset(cell))
    last = float(evaluate(until, {k: v for k, v in cell.items() if not isinstance(v, str)}))
    if not (last >= 0 and last == round(last)):
        raise ValueError(f"{item.id} is for all times until {last:g}, which is no number of steps")
    return int(last)


def _wants_a_simulation(item: ClaimOf) -> bool:
    """Whether a claim is neither algebra, nor over a box, nor one that nothing can check."""
    claim = item.claim
    return claim.observed and not isinstance(claim, Unchecked) and claim.box is None


def _as_claims(of: Claims) -> tuple[ClaimOf, ...]:
    if isinstance(of, ClaimOf):
        return (of,)
    if isinstance(of, Theorem):
        return tuple(item for item in of if _wants_a_simulation(item))
    if isinstance(of, tuple | list):
        return tuple(item for part in of for item in _as_claims(part))
    raise ValueError(
        "a check is of a theorem or of its claims, @check(theorem, ...) or "
        f'@check(theorem["name"], ...), not of {of!r}'
    )


def _overlooked(costs: Sequence[float], *, together: bool) -> float:
    """Return which share of violating instances may be overlooked, by the seconds of one per cell.

    With common random numbers an instance goes through all cells, ``together``.
    """
    each = sum(costs) if together else max(costs)
    return min(max(RARE, 16 * each / 60), COMMON)


def _derived_id(theorem: Theorem, simulate: Simulation) -> str:
    name = getattr(simulate, "__name__", "simulate").strip("_").replace("_", "-")
    return theorem.id if name == "simulate" else f"{theorem.paper_key}/{name}"


def check(
    of: Claims,
    *,
    cells: Iterable[Cell] = (),
    paths: Sequence[Path] = (),
    id: str | None = None,
    version: int = 1,
    seconds_per_replicate: float | Callable[[Cell], float] | None = None,
    bytes_per_replicate: float | Callable[[Cell], float] = 4096.0,
    block: int | None = None,
    first: int | None = None,
    quick: int | None = None,
    full: int | None = None,
    common_random_numbers: bool = False,
    complete: bool = False,
    replay: Replay | None = None,
    requires: Sequence[str] = (),
    saboteurs: Mapping[str, Simulation | Times] | None = None,
) -> Callable[[Simulation], Check]:
    """Bind a simulation to the claims that it observes; a decorator.

    Parameters
    ----------
    of : theorem, one of its claims (``theorem["name"]``), or a sequence of these, nested or not
        What the simulation observes. A theorem stands for all its claims but the derivations,
        those that cannot be checked, and those over a box, which have a check of their own.
    cells, paths : the grid
        Dictionaries of parameters, or paths of growing size for scaling claims and limits.
    id : str, optional
        Defaults to PAPER/NAME of the function, with hyphens; to the id of the first theorem if the
        function is just called ``simulate``.
    version : int
        Raise it when the outcome of the simulation changes.
    seconds_per_replicate, bytes_per_replicate : number or function of the cell
        Declared cost. Together with the default budgets it sets how far a run goes.
    block, first, quick, full : int, optional
        Replicates per generator, replicates per cell at the first look, and the numbers of looks
        of the two budgets; the defaults follow from the kinds of the claims and the cost. A budget
        below the usual one (from the environment) is not exceeded whatever is said here, but for
        one block.
    common_random_numbers, complete, replay, requires, saboteurs :
        As in `Check`.

    Raises
    ------
    ValueError
        If there is no grid, or none on which the claims say anything, a number is out of range, or
        the budgets are not nested.
    """
    refuse_counts(block=block, first=first, quick=quick, full=full)
    refuse_costs(
        seconds_per_replicate=seconds_per_replicate, bytes_per_replicate=bytes_per_replicate
    )
    claims = _as_claims(of)
    grid, placed = lay_out(cells, paths)
    refuse_grid(claims, grid, bool(placed))
    refuse_open_conditions(claims, grid)
    refuse_costs_at(
        grid, seconds_per_replicate=seconds_per_replicate, bytes_per_replicate=bytes_per_replicate
    )

    def cost(value: float | Callable[[Cell], float] | None) -> Callable[[Cell], float]:
        return value if callable(value) else lambda cell: float(value or 0)

    def memory(cell: Cell) -> float:
        times = [horizon(one, cell) + 1 for one in claims if kind_of(one.claim).over_time]
        return declared(cell) + 8 * sum(times)

    seconds, declared = cost(seconds_per_replicate), cost(bytes_per_replicate)
    start = first or max(
        kind_of(item.claim).preferred_first(item.claim, len(grid)) for item in claims
    )
    size = block or max(1, start // 4)
    total = sum(max(seconds(cell), OVERHEAD) for cell in grid)
    enough = math.inf
    if all(is_exact(item.claim) and item.claim.given is None for item in claims):
        costs = [seconds(cell) for cell in grid]
        # Twice what the usual error level needs, for those who ask for a smaller one.
        enough = 2 * INSTANCES * RARE / _overlooked(costs, together=common_random_numbers)
    if SHARE["quick"] < 1:  # who tries something out waits for no more than that
        start = max(size, min(start, int(SECONDS["quick"] / total)))
    paid = {budget: affordable(SECONDS[budget], start, size, total, enough) for budget in BUDGETS}

    looks: dict[Budget, int] = {
        "quick": quick or min(paid["quick"], full or paid["quick"]),
        "full": full or max(paid["full"], quick or 1),
    }
    if looks["quick"] > looks["full"]:
        raise ValueError(
            f"quick ({looks['quick']} looks) must be a prefix of full ({looks['full']} looks)"
        )
    for budget in BUDGETS:
        if SHARE[budget] < 1:
            looks[budget] = min(looks[budget], paid[budget])
    looks["full"] = max(looks.values())
    longest = None
    if quick is None and not complete:
        counted = sum(is_counted(item.claim) for item in claims)
        most = SECONDS["quick"] * max(LONGER, SHARED * counted)
        longest = affordable(most, start, size, total, enough)
        longest = min(max(longest, looks["quick"]), looks["full"])

    def bind(simulate: Simulation) -> Check:
        refuse_simulation(simulate, claims)
        return Check(
            id=id or _derived_id(claims[0].theorem, simulate),
            simulate=simulate,
            claims=claims,
            cells=grid,
            paths=placed,
            version=version,
            block=size,
            first=start,
            looks=looks,
            seconds=seconds,
            bytes=memory,
            common_random_numbers=common_random_numbers,
            complete=complete,
            longest=longest,
            replay=replay,
            replicate=inspect.cleandoc(simulate.__doc__ or ""),
            requires=tuple(requires),
            saboteurs=as_simulations(saboteurs or {}, simulate),
        )

    return bind


def simulate_block(check: Check, seed: int, cell: Cell, block: int) -> dict[str, Array]:
    """Run one block and return its observables as arrays with ``check.block`` rows.

    Raises
    ------
    ValueError
        If the simulation does not return one value per replicate for every observable, a plain
        number each, or if measured values vary although no random number was drawn. (A simulation
        that observes no claim, for a figure, may return one curve per replicate; what an `Always`
        claim speaks about has one value per time.)
    """
    rng = check.generator(seed, cell, block)
    before = _drawn(rng)
    observables = check.simulate(rng, dict(cell), check.block)
    if not isinstance(observables, Mapping):
        raise ValueError(
            f"simulation of {check.id} returns {type(observables).__name__}; expected a dictionary "
            'of arrays with one value per replicate, {"NAME": values}'
        )
    result = {name: _plain(check, name, values) for name, values in observables.items()}
    shapes = {(check.block,), *((check.block, times) for times in check.times(cell))}
    for name, array in result.items():
        shape = array.shape if check.claims else array.shape[:1]
        if shape not in shapes:
            raise ValueError(
                f"simulation of {check.id}: observable {name!r} has shape {array.shape}; "
                f"expected one value per replicate, {' or '.join(map(str, sorted(shapes)))}"
            )
    if check.is_measured and _drawn(rng) == before:
        varying = [name for name, array in result.items() if not _same_rows(array)]
        if varying:
            raise ValueError(
                f"simulation of {check.id}: {varying[0]!r} varies from row to row, but no number "
                "was drawn from the generator that it was given, so that its replicates are not "
                "independent"
            )
    return result


def _same_rows(array: Array) -> bool:
    return np.array_equal(array, np.broadcast_to(array[:1], array.shape), equal_nan=True)


def _drawn(rng: np.random.Generator) -> tuple[str, int]:
    """Return what changes when a generator, or a child of it, is used."""
    source = rng.bit_generator
    return repr(source.state), getattr(source.seed_seq, "n_children_spawned", 0)


LARGEST_INTEGER = 2**53
"""Beyond it not every whole number is a double, and formulas are evaluated in doubles."""

_REFUSED = {
    "c": "complex numbers",
    "O": "Python objects",
    "S": "bytes",
    "U": "strings",
    "M": "dates",
    "m": "durations",
    "V": "records",
}
"""By NumPy's letter for it: what is no plain number."""


def _plain(check: Check, name: str, values: object) -> Array:
    """Return what a simulation observed as booleans, integers or doubles; refuse anything else."""
    array = np.asarray(values)
    trouble = _REFUSED.get(array.dtype.kind, "")
    if isinstance(values, np.ma.MaskedArray):
        trouble = "masked values"
    if array.dtype.kind in "iu" and array.size:
        if max(int(array.max()), -int(array.min())) > LARGEST_INTEGER:
            trouble = "integers beyond 2^53"
    if trouble and isinstance(next(array.flat, None), sp.Basic):
        trouble = "sympy's numbers (in a simulation take np.sqrt and np.pi, or float(...))"
    if trouble:
        raise ValueError(
            f"simulation of {check.id}: observable {name!r} holds {trouble}; expected plain "
            "numbers (bool, int, float)"
        )
    kind = {"b": np.bool_, "i": np.int64, "u": np.int64}.get(array.dtype.kind, np.float64)
    return array.astype(kind)
