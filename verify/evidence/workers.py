"""Where blocks are simulated: in this process, in loky workers, or on a Dask cluster."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import joblib
import numpy as np
import threadpoolctl
from joblib.externals.loky.process_executor import TerminatedWorkerError

from verify.catalogue.check import Check, simulate_block
from verify.catalogue.grid import Cell
from verify.catalogue.registry import load_registry
from verify.errors import UserError

SECONDS_PER_TASK = 0.5
"""Blocks are grouped until a task is worth a worker's while."""

INLINE_SECONDS = 1.0
"""A wave that is forecast to be shorter than this does not start workers."""


_KILLED = (
    "A worker process was killed, most likely for want of memory. What was computed is kept; go on "
    "with fewer --jobs, or with smaller sizes (--set)."
)


class Task(NamedTuple):
    """Some blocks of one cell of one check."""

    files: tuple[str, ...]
    check: str
    position: int
    cell: Cell
    blocks: tuple[int, ...]
    seed: int
    forecast: float
    key: str


class Done(NamedTuple):
    """What became of a task: blocks with their CPU seconds, or why it failed."""

    check: str
    position: int
    forecast: float
    blocks: list[tuple[int, float, dict[str, np.ndarray]]]
    failure: str


def perform(task: Task, check: Check | None = None) -> Done:
    """Simulate the blocks of a task; a failure of the simulation is a value, not an exception."""
    if check is None:
        check = _find(task)
    made: list[tuple[int, float, dict[str, np.ndarray]]] = []
    trouble = ""
    if check.key != task.key:
        trouble = f"the code of {task.check} changed while it was run; run it again"
        return Done(task.check, task.position, task.forecast, made, trouble)
    try:
        with threadpoolctl.threadpool_limits(1):
            for block in task.blocks:
                started = time.process_time()
                observables = simulate_block(check, task.seed, task.cell, block)
                made.append((block, time.process_time() - started, observables))
    except Exception as failure:
        trouble = f"{type(failure).__name__}: {failure}"
    return Done(task.check, task.position, task.forecast, made, trouble)


def _find(task: Task) -> Check:
    """Return the check (or the simulation of a figure) that a task names."""
    if "/figure-" in task.check:
        from verify.figures import find

        return find(task.check).simulation
    return load_registry(task.files).checks[task.check]


def usable_cores() -> int:
    """Return how many processes this machine should run."""
    return joblib.cpu_count()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C for a moment: workers that start in it ignore it for good.

    A terminal sends Ctrl-C to every process; the main one alone answers, and ends the others.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def pool(backend: str, jobs: int) -> Iterator[Any]:
    """Give a callable that performs tasks on a backend, in any order."""
    if backend == "dask":
        try:
            from distributed import Client
        except ImportError as failure:
            raise UserError(
                "--backend dask needs the packages dask and distributed: "
                "pip install 'theorycheck[dask]'."
            ) from failure
        address = os.environ.get("DASK_SCHEDULER_ADDRESS")
        options = (
            {"address": address}
            if address
            else {
                "n_workers": jobs,
                "threads_per_worker": 1,
                "dashboard_address": None,
            }
        )
        with Client(**options) as client:

            def on_cluster(tasks: Sequence[Task]) -> Iterator[Done]:
                from distributed import KilledWorker, as_completed

                futures = client.map(perform, tasks, pure=False)
                try:
                    yield from (future.result() for future in as_completed(futures))
                except KilledWorker as failure:
                    raise UserError(_KILLED) from failure

            yield on_cluster
        return

    def locally(tasks: Sequence[Task]) -> Iterator[Done]:
        if jobs == 1 or sum(task.forecast for task in tasks) < INLINE_SECONDS:
            yield from (perform(task) for task in tasks)
            return
        with joblib.parallel_config("loky", n_jobs=jobs, inner_max_num_threads=1):
            workers = joblib.Parallel(return_as="generator_unordered", pre_dispatch="all")
        with _deaf_to_interrupts():
            done = workers(joblib.delayed(perform)(task) for task in tasks)
        try:
            yield from done
        except TerminatedWorkerError as failure:
            raise UserError(_KILLED) from failure

    yield locally


def grouped(
    files: tuple[str, ...],
    check: Check,
    position: int,
    cell: Cell,
    missing: Sequence[int],
    seed: int,
    jobs: int,
) -> list[Task]:
    """Group the missing blocks of a cell into tasks of about equal length."""
    each = check.block * check.seconds(cell) + 1e-4
    per_task = max(1, min(int(SECONDS_PER_TASK / each), -(-len(missing) // jobs)))
    return [
        Task(
            files,
            check.id,
            position,
            dict(cell),
            tuple(missing[start : start + per_task]),
            seed,
            each * len(missing[start : start + per_task]),
            check.key,
        )
        for start in range(0, len(missing), per_task)
    ]
