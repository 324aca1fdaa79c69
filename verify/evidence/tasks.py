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

SECONDS_PER_TASK = 0.5
"""Blocks are grouped until a task is worth a worker's while."""


class Task(NamedTuple):
    """Some blocks of one cell of one check.

    ``home`` is where a worker finds the simulation; without one it can only be performed in the
    process that has the check. ``limit`` is how many seconds it may take.
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
    made: list[tuple[int, float, dict[str, Array]]] = []
    if check is None:
        assert task.home is not None
        check = task.home.find()
    if check.key != task.key:
        trouble = f"the code of {task.check} changed while it was run; run it again"
        return Done(task.position, task.forecast, made, trouble)
    trouble = trace = ""
    try:
        with one_thread(), at_home(check.source), contained(task.limit):
            for block in task.blocks:
                started = time.process_time()
                observables = simulate_block(check, task.seed, task.cell, block)
                made.append((block, time.process_time() - started, observables))
    except Exception as failure:
        where = place_of(failure, check.simulate)
        trouble = f"{where}: {said(failure)}".removeprefix(": ")
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
    per_task = max(1, min(int(SECONDS_PER_TASK / each), -(-len(missing) // jobs)))
    parts = [tuple(missing[start : start + per_task]) for start in range(0, len(missing), per_task)]
    return [
        Task(home, check.id, check.key, position, dict(cell), part, seed, each * len(part), limit)
        for part in parts
    ]
