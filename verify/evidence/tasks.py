"""Blocks of replicates to be simulated, and what became of them."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import NamedTuple

import threadpoolctl

from verify.catalogue.check import Array, Check, simulate_block
from verify.catalogue.contained import contained, said
from verify.catalogue.files import Home, at_home, place_of
from verify.catalogue.grid import Cell
from verify.evidence.memory import held_to, in_words, keep_freed_memory

SHORTEST, LONGEST = 0.5, 5.0
"""Seconds of a task: blocks are grouped until it is worth a worker's while."""

WORTHWHILE = 0.1
"""Seconds below which a task is not cut further, however many workers wait: it costs some 5 ms."""

TASKS_PER_SECOND = 200.0
"""So many tasks a second are handed out and taken back at most; many workers get longer ones."""


class Task(NamedTuple):
    """Some blocks of one cell of one check.

    ``home`` is where a worker finds the simulation; without one it can only be performed in the
    process that has the check. ``limit`` is how many seconds it may take; ``need`` the bytes that a
    block is declared to take, and ``memory`` those that it may take.
    """

    home: Home | None
    check: str
    key: str
    position: int
    cell: Cell
    blocks: tuple[int, ...]
    seed: int
    forecast: float
    limit: float | None = None
    need: float = 0.0
    memory: float | None = None


class Done(NamedTuple):
    """What became of a task: blocks with their CPU seconds, or why and where it failed."""

    position: int
    forecast: float
    blocks: list[tuple[int, float, dict[str, Array]]]
    failure: str
    trace: str = ""


@lru_cache(maxsize=1)
def _libraries(imported: int) -> threadpoolctl.ThreadpoolController:
    return threadpoolctl.ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Give numerical libraries one thread; they are looked for where a module is new."""
    limited: AbstractContextManager[object] = _libraries(len(sys.modules)).limit(limits=1)
    return limited


def perform(task: Task, check: Check | None = None) -> Done:
    """Simulate the blocks of a task; a failure of the simulation is a value, not an exception."""
    keep_freed_memory()
    made: list[tuple[int, float, dict[str, Array]]] = []
    if check is None:
        assert task.home is not None
        check = task.home.find()
    if check.key != task.key:
        trouble = f"the code of {task.check} changed while it was run; run it again"
        return Done(task.position, task.forecast, made, trouble)
    trouble = trace = ""
    try:
        with (
            one_thread(),
            at_home(check.source),
            contained(task.limit),
            held_to(task.memory),
        ):
            for block in task.blocks:
                started = time.process_time()
                observables = simulate_block(check, task.seed, task.cell, block)
                made.append((block, time.process_time() - started, observables))
    except Exception as failure:
        where = place_of(failure, check.simulate)
        trouble = f"{where}: {said(failure)}".removeprefix(": ")
        if isinstance(failure, MemoryError) and task.memory is not None:
            trouble += f"; a process may use {in_words(task.memory)} (--memory)"
        trace = traceback.format_exc()
    return Done(task.position, task.forecast, made, trouble, trace)


def grouped(
    check: Check,
    home: Home | None,
    position: int,
    missing: Sequence[int],
    seed: int,
    jobs: int,
    limit: float | None = None,
) -> list[Task]:
    """Group the missing blocks of a cell into tasks of about equal length."""
    cell = check.cells[position]
    each = check.block * check.seconds(cell) + 1e-4
    seconds = min(max(SHORTEST, jobs / TASKS_PER_SECOND), LONGEST)
    fewest = max(-(-len(missing) // jobs), int(WORTHWHILE / each))
    per_task = max(1, min(int(seconds / each), fewest))
    parts = [tuple(missing[start : start + per_task]) for start in range(0, len(missing), per_task)]
    need, key = check.bytes(cell) * check.block, (check.id, check.key, position, dict(cell))
    return [Task(home, *key, part, seed, each * len(part), limit, need) for part in parts]
