"""Evidence: the replicates of one check, from wherever they come.

Who needs replicates (a run, a figure, mutants, a plot, a search for a counter-example) asks the
evidence of a check; nobody else touches the store or simulates blocks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from bounds import ClaimOf
from verify.catalogue.check import Array, Check, simulate_block
from verify.catalogue.files import Home
from verify.catalogue.grid import digest
from verify.errors import UserError
from verify.evidence.progress import Progress, Silent
from verify.evidence.sample import Sample, positions_of
from verify.evidence.store import Block, DifferentObservables, Store, join
from verify.evidence.tasks import Done, Task, grouped
from verify.evidence.workers import Workers

SHARE_OF_MEMORY = 0.8
"""What the blocks that are simulated at one time may take."""


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

    Attributes
    ----------
    n : int
        Replicates per cell that are loaded.
    failures : dict from position to str
        Cells whose simulation failed, and why.
    """

    def __init__(
        self,
        check: Check,
        store: Store,
        seed: int,
        *,
        home: Home | None = None,
        positions: Iterable[int] | None = None,
    ) -> None:
        self.check, self.store, self.seed, self.home = check, store, seed, home
        wanted = range(len(check.cells)) if positions is None else sorted(set(positions))
        self.positions: tuple[int, ...] = tuple(wanted)
        self.n = 0
        self.failures: dict[int, str] = {}
        self._cells = {position: digest(check.cells[position]) for position in self.positions}
        self._loaded: dict[int, dict[str, Array]] = {position: {} for position in self.positions}

    def blocks(self, n: int) -> int:
        """Return how many blocks hold ``n`` replicates."""
        return -(-n // self.check.block)

    def tasks(self, n: int, jobs: int) -> list[Task]:
        """Return the tasks that bring every wanted cell to ``n`` replicates in the store."""
        tasks = []
        for position in self.positions:
            if position in self.failures:
                continue
            there = self.store.numbers(self.check.key, self._cells[position], self.seed)
            missing = [number for number in range(self.blocks(n)) if number not in there]
            tasks += grouped(self.check, self.home, position, missing, self.seed, jobs)
        return tasks

    def keep(self, done: Done) -> None:
        """Store what a task made, or remember why it failed."""
        self.store.add(
            Block(self.check.key, self._cells[done.position], self.seed, number, seconds, made)
            for number, seconds, made in done.blocks
        )
        if done.failure:
            self.failures[done.position] = done.failure

    def load(self, n: int) -> None:
        """Bring the arrays in memory to ``n`` replicates per cell, reading what is new.

        Raises
        ------
        KeyError
            If the store does not have them.
        """
        start, stop = self.blocks(self.n), self.blocks(n)
        for position in self.positions:
            if position in self.failures or stop <= start:
                continue
            have = [self._loaded[position]] if start else []
            try:
                fresh = self.store.replicates(
                    self.check.key, self._cells[position], self.seed, start, stop
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
        tasks = self.tasks(n, workers.jobs)
        for task in tasks:
            workers.add(None, task, self.check, priority=min(task.blocks))
        if tasks:
            progress.started(len(tasks), sum(task.forecast for task in tasks))
        while workers.busy:
            _, done = workers.next()
            self.keep(done)
            progress.advanced(done.forecast)
            if done.failure:
                return
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
        return simulate_block(self.check, self.seed, self.check.cells[position], block)

    def replayed(self, position: int, row: int) -> Mapping[str, Any]:
        """Compute one replicate by the independent code that the check must have."""
        assert self.check.replay is not None
        block, offset = divmod(row, self.check.block)
        cell = self.check.cells[position]
        rng = self.check.generator(self.seed, cell, block)
        return self.check.replay(rng, dict(cell), self.check.block, offset)

    def fresh(self, position: int, n: int, seed: int) -> dict[str, Array]:
        """Simulate ``n`` replicates of a cell from another seed; they are not kept."""
        cell = self.check.cells[position]
        parts = [simulate_block(self.check, seed, cell, b) for b in range(self.blocks(n))]
        return {name: np.concatenate([part[name] for part in parts])[:n] for name in parts[0]}

    def seconds(self) -> float:
        """Return the CPU time that the loaded replicates took when they were made."""
        blocks = self.blocks(self.n)
        return sum(
            self.store.seconds(self.check.key, cell, self.seed, blocks)
            for cell in self._cells.values()
        )

    def refuse_too_large(self, jobs: int) -> None:
        """Refuse a cell whose block would not fit into memory, before anything starts.

        Raises
        ------
        UserError
            Naming the cell.
        """
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        for position in self.positions:
            cell = self.check.cells[position]
            need = self.check.bytes(cell) * self.check.block
            if need * jobs > SHARE_OF_MEMORY * total:
                raise UserError(
                    f"{self.check.id}: a block of {self.check.block} replicates at {dict(cell)} "
                    f"needs {need / 1e9:.1f} GB in each of {jobs} processes, and this machine has "
                    f"{total / 1e9:.1f} GB. Use fewer --jobs or smaller sizes (--set)."
                )
