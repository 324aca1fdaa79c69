"""Evidence: the replicates of one check, from wherever they come.

Who needs replicates (a run, a figure, mutants, a plot, a search for a counter-example) asks the
evidence of a check; nobody else touches the store or simulates blocks.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from bounds import ClaimOf
from verify.catalogue.check import Array, Check, simulate_block
from verify.catalogue.contained import contained
from verify.catalogue.files import Home, at_home
from verify.catalogue.grid import digest, shown
from verify.errors import UserError
from verify.evidence.blocks import Block, DifferentObservables, alike, join
from verify.evidence.memory import in_words
from verify.evidence.parts import Part
from verify.evidence.progress import Progress, Silent
from verify.evidence.sample import Sample, positions_of
from verify.evidence.store import MissingBlocks, Store
from verify.evidence.tasks import Done, Task, grouped, perform
from verify.evidence.workers import Workers

SPOT_SECONDS = 1.0
"""A stored block that took longer is not drawn again to see whether it comes out, if others are."""

_UNDETERMINED = (
    "the simulation depends on something besides its generator, its cell and n: a block that was "
    "drawn three times came out differently each time (global randomness, the clock, or a state "
    "that is carried from call to call)"
)


class Evidence:
    """Replicates of one check, per cell of its grid.

    Parameters
    ----------
    check : Check
        With the settings of the run already put in (`Check.with_settings`).
    store : Store
        Where replicates are kept.
    seed : int
        Root of every random generator.
    home : Home, optional
        Where a worker finds the simulation; without it only this process can simulate.
    positions : iterable of int, optional
        The cells that are wanted; all by default.
    limit : float, optional
        Seconds that a task may take.

    Attributes
    ----------
    n : int
        Replicates per cell that are loaded.
    failures : dict from position to str
        Cells whose simulation failed, and why.
    traces : dict from position to str
        The tracebacks of these.
    """

    def __init__(
        self,
        check: Check,
        store: Store,
        seed: int,
        *,
        home: Home | None = None,
        positions: Iterable[int] | None = None,
        limit: float | None = None,
    ) -> None:
        self.check, self.store, self.seed, self.home = check, store, seed, home
        self.limit = limit
        wanted = range(len(check.cells)) if positions is None else sorted(set(positions))
        self.positions: tuple[int, ...] = tuple(wanted)
        self.failures: dict[int, str] = {}
        self.traces: dict[int, str] = {}
        self._cells = {position: digest(check.cells[position]) for position in self.positions}
        self._spot: Task | None = None
        self._resumes = True
        self._begin()

    def _begin(self) -> None:
        """Know of no replicates yet."""
        self.n = 0
        self._loaded: dict[int, dict[str, Array]] = {position: {} for position in self.positions}
        self._there: dict[int, set[int]] = {position: set() for position in self.positions}
        self._looked = dict.fromkeys(self.positions, 0)

    def want(self, positions: Iterable[int]) -> None:
        """Want no more than these of the cells that are wanted."""
        fewer = set(positions)
        self.positions = tuple(position for position in self.positions if position in fewer)

    def release(self) -> None:
        """Let the arrays in memory go; those in the store stay there."""
        self._begin()

    def blocks(self, n: int) -> int:
        """Return how many blocks hold ``n`` replicates."""
        return -(-n // self.check.block)

    def tasks(self, n: int, jobs: int, part: Part | None = None) -> list[Task]:
        """Return the tasks that bring every wanted cell to ``n`` replicates in the store.

        Where a run goes on from stored blocks, one of these is drawn again by the first task. Of a
        part of a run they bring the blocks that belong to it.
        """
        tasks = self._spot_task() if self._resumes else []
        self._resumes = False
        for position, missing in self.missing(n).items():
            mine = [number for number in missing if part is None or part.has(number)]
            tasks += self._grouped(position, mine, jobs) if mine else []
        return tasks

    def missing(self, n: int) -> dict[int, list[int]]:
        """Return the blocks that the store lacks of ``n`` replicates, by the cells that lack any.

        A cell whose simulation failed lacks none: there is no more to be had of it.
        """
        stop = self.blocks(n)
        missing: dict[int, list[int]] = {}
        for position in self.positions:
            if position in self.failures:
                continue
            there, unseen = self._there[position], range(self._looked[position], stop)
            if unseen:
                place = (self.check.key, self._cells[position], self.seed)
                there |= self.store.sound(*place, unseen, self.check.block)
                self._looked[position] = stop
            if lacks := [number for number in range(stop) if number not in there]:
                missing[position] = lacks
        return missing

    def _grouped(self, position: int, blocks: Sequence[int], jobs: int) -> list[Task]:
        return grouped(self.check, self.home, position, blocks, self.seed, jobs, self.limit)

    def _spot_task(self) -> list[Task]:
        """Return a task that draws one stored block again, at random among the cheap ones."""
        stored = [
            (seconds, position, number)
            for position in self.positions
            for number, seconds in self.store.costs(
                self.check.key, self._cells[position], self.seed
            ).items()
        ]
        if not stored:
            return []
        most = max(SPOT_SECONDS, min(stored)[0])
        _, position, number = random.choice([one for one in stored if one[0] <= most])
        (self._spot,) = tasks = self._grouped(position, [number], 1)
        return tasks

    def keep(self, done: Done) -> int:
        """Store what a task made, or remember why it failed; return how many blocks are new."""
        spot, position = self._spot, done.position
        if spot is not None and (position, [one[0] for one in done.blocks]) == (
            spot.position,
            list(spot.blocks),
        ):
            self._spot = None
            self._compare(spot, done)
            return 0
        self.store.add(
            Block(self.check.key, self._cells[position], self.seed, number, seconds, made)
            for number, seconds, made in done.blocks
        )
        self._there[position].update(number for number, *_ in done.blocks)
        if done.failure:
            self.failures[position] = done.failure
            self.traces[position] = done.trace
        return len(done.blocks)

    def _compare(self, spot: Task, done: Done) -> None:
        """Compare a stored block with the same, drawn again; forget all of them if they differ."""
        (number,), ((_, _, drawn),) = spot.blocks, done.blocks
        place = (self.check.key, self._cells[spot.position], self.seed)
        try:
            stored, made = self.store.block(*place, number)
        except MissingBlocks:  # damaged, which is seen to elsewhere
            return
        if alike(stored, drawn):
            return
        again = perform(spot._replace(home=None), self.check)
        if again.failure or not alike(again.blocks[0][2], drawn):
            self.failures |= dict.fromkeys(self.positions, again.failure or _UNDETERMINED)
            return
        self.store.forget(self.check.key, f"{self.check.id} (made with {made})")
        self._begin()

    def load(self, n: int) -> None:
        """Bring the arrays in memory to ``n`` replicates per cell, reading what is new.

        Raises
        ------
        MissingBlocks
            If the store does not have them.
        """
        start, stop = self.blocks(self.n), self.blocks(n)
        for position in self.positions:
            if position in self.failures or stop <= start:
                continue
            have = [self._loaded[position]] if start else []
            try:
                fresh = self.store.replicates(
                    *(self.check.key, self._cells[position], self.seed),
                    *(start, stop, self.check.block),
                )
                self._loaded[position] = join([*have, fresh])
            except DifferentObservables as failure:
                self.failures[position] = str(failure)
        self.n = max(n, self.n)

    def draw(self, n: int, workers: Workers[None], progress: Progress | None = None) -> None:
        """Simulate what the store lacks of ``n`` replicates per cell, and load all of them.

        Earlier blocks come first, so that an interrupted drawing leaves whole repetitions.
        """
        progress = progress or Silent()
        while tasks := self.tasks(n, workers.jobs):
            for task in tasks:
                workers.add(None, task, self.check, priority=min(task.blocks))
            progress.started(sum(task.forecast for task in tasks))
            while workers.busy:
                _, done = workers.next()
                self.keep(done)
                progress.advanced(done.forecast)
                if done.failure:
                    return
        for words in self.store.notes:
            progress.noted(words)
        self.load(n)

    def observables(self, position: int) -> Mapping[str, Array]:
        """Return the loaded replicates of a cell, by observable."""
        return self._loaded[position]

    def sample(
        self, item: ClaimOf, n: int | None = None, positions: Sequence[int] | None = None
    ) -> Sample[Any]:
        """Return the part of the evidence that a claim is judged on.

        Parameters
        ----------
        item : ClaimOf
        n : int, optional
            The first so many replicates per cell; all that are loaded by default.
        positions : sequence of int, optional
            Where the claim applies, if that is known already.
        """
        if positions is None:
            positions = positions_of(self.check, item)
        return Sample.of(self.check, item, self._loaded, self.n if n is None else n, positions)

    def again(self, position: int, block: int) -> dict[str, Array]:
        """Simulate a block anew, bypassing the store."""
        with at_home(self.check.source), contained(self.limit):
            return simulate_block(self.check, self.seed, self.check.cells[position], block)

    def replayed(self, position: int, row: int) -> Mapping[str, Any]:
        """Compute one replicate by the independent code that the check must have."""
        assert self.check.replay is not None
        block, offset = divmod(row, self.check.block)
        cell = self.check.cells[position]
        rng = self.check.generator(self.seed, cell, block)
        with at_home(self.check.source), contained(self.limit):
            return self.check.replay(rng, dict(cell), self.check.block, offset)

    def fresh(self, position: int, n: int, seed: int) -> dict[str, Array]:
        """Simulate ``n`` replicates of a cell from another seed; they are not kept."""
        cell = self.check.cells[position]
        with at_home(self.check.source), contained():
            parts = [simulate_block(self.check, seed, cell, b) for b in range(self.blocks(n))]
        return {name: np.concatenate([part[name] for part in parts])[:n] for name in parts[0]}

    def seconds(self) -> float:
        """Return the CPU time that the loaded replicates took when they were made."""
        blocks = self.blocks(self.n)
        return sum(
            self.store.seconds(self.check.key, cell, self.seed, blocks)
            for cell in self._cells.values()
        )

    def each(self, position: int) -> float:
        """Return the CPU seconds of one replicate at a cell.

        As measured on the blocks in the store; as declared if it has none.
        """
        costs = self.store.costs(self.check.key, self._cells[position], self.seed)
        if not costs:
            return self.check.seconds(self.check.cells[position])
        return sum(costs.values()) / (len(costs) * self.check.block)

    def forecast(self, n: int) -> float:
        """Return the CPU seconds that what the store lacks of ``n`` replicates per cell takes."""
        return sum(
            len(blocks) * self.check.block * self.each(position)
            for position, blocks in self.missing(n).items()
        )

    def bytes(self) -> int:
        """Return what the loaded replicates take in memory."""
        return sum(v.nbytes for loaded in self._loaded.values() for v in loaded.values())

    def refuse_too_large(self, room: float) -> None:
        """Refuse a cell whose block would not fit into memory, before anything starts.

        Parameters
        ----------
        room : float
            Bytes that a process may use if it is the only one at work.

        Raises
        ------
        UserError
            Naming the cell.
        """
        for position in self.positions:
            cell = self.check.cells[position]
            need = self.check.bytes(cell) * self.check.block
            if need > room:
                raise UserError(
                    f"{self.check.id}: a block of {self.check.block} replicates at {shown(cell)} "
                    f"needs {in_words(need)} of memory, and there are {in_words(room)}. Use "
                    "smaller sizes (--set), or allow more (--memory)."
                )
