"""Where tasks are performed: in this process, in loky workers, or on a Dask cluster."""

from __future__ import annotations

import contextlib
import ctypes
import heapq
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import ExitStack, contextmanager
from itertools import count, islice
from types import TracebackType
from typing import Generic, NamedTuple, TypeVar

import joblib
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.backend.utils import kill_process_tree
from joblib.externals.loky.process_executor import TerminatedWorkerError

from verify.catalogue.check import Check
from verify.errors import UserError
from verify.evidence.tasks import Done, Task, perform

INLINE_SECONDS = 1.0
"""Workers are not started for work that is forecast to be shorter than this."""

IN_FLIGHT = 4
"""Tasks per worker that are handed over before the first is back; the others wait by priority."""

IDLE_SECONDS = 300
"""After so long without work a worker process ends."""

THREADS = [
    f"{library}_NUM_THREADS" for library in ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMBA", "NUMEXPR")
]
"""Variables that tell numerical libraries to use one thread."""

_KILLED = (
    "A worker process was killed, most likely for want of memory. What was computed is kept; go on "
    "with fewer --jobs, or with smaller sizes (--set)."
)

_CRASHED = (
    "A worker process crashed ({how}) while it worked on {checks}: not for want of memory, but by "
    "an error in compiled code, or an exit. What was computed is kept."
)

_PR_SET_PDEATHSIG = 1

Owner = TypeVar("Owner")
Given = TypeVar("Given")
Made = TypeVar("Made")


def usable_cores() -> int:
    """Return how many processes this machine should run."""
    return int(joblib.cpu_count())


class _Waiting(NamedTuple):
    """A task in the queue: earlier looks first, and of one look the longest task first."""

    priority: int
    shortness: float
    number: int
    task: Task
    check: Check


class Workers(Generic[Owner]):
    """Performs tasks and gives them back as they are done, in any order, to their owners.

    Processes are started when the work is worth it, and kept for the next run of this process. Use
    it as a context: if that is left by an exception, the processes are ended.

    Parameters
    ----------
    backend : {"loky", "dask"}
    jobs : int, optional
        Processes; one per core by default.
    """

    def __init__(self, backend: str = "loky", jobs: int | None = None) -> None:
        self.backend, self.jobs = backend, jobs or usable_cores()
        self._queue: list[_Waiting] = []
        self._here: list[_Waiting] = []
        self._owners: dict[int, Owner] = {}
        self._flying: dict[Future[Done], tuple[int, Task]] = {}
        self._numbers = count()
        self._executor: Executor | None = None
        self._cleanup = ExitStack()

    def __enter__(self) -> Workers[Owner]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None and self.backend == "loky" and self._executor is not None:
            _end_processes(self._executor)
        self._cleanup.close()

    def add(self, owner: Owner, task: Task, check: Check, priority: int = 0) -> None:
        """Queue a task of a check; the lowest priority comes first."""
        entry = _Waiting(priority, -task.forecast, next(self._numbers), task, check)
        self._owners[entry.number] = owner
        heapq.heappush(self._here if task.home is None else self._queue, entry)

    @property
    def busy(self) -> bool:
        """Whether any task is not given back yet."""
        return bool(self._owners)

    def hand_over(self) -> None:
        """Let the workers, if there are any, begin with what is queued."""
        if self._executor is None:
            if not self._worth_an_executor():
                return
            self._executor = self._start()
        most = self.jobs * IN_FLIGHT if self.backend == "loky" else len(self._owners)
        while self._queue and len(self._flying) < most:
            entry = heapq.heappop(self._queue)
            with _deaf_to_interrupts():
                future = self._executor.submit(perform, entry.task)
            self._flying[future] = entry.number, entry.task

    def next(self) -> tuple[Owner, Done]:
        """Wait for a task and return it with its owner.

        Raises
        ------
        UserError
            If a worker was killed.
        """
        self.hand_over()
        waiting = self._here or ([] if self._flying else self._queue)
        if waiting:
            entry = heapq.heappop(waiting)
            return self._owners.pop(entry.number), perform(entry.task, entry.check)
        future = next(iter(wait(self._flying, return_when=FIRST_COMPLETED).done))
        flying = sorted({task.check for _, task in self._flying.values()})
        number, _ = self._flying.pop(future)
        return self._owners.pop(number), _result(future, flying)

    def apply(
        self, function: Callable[[Given], Made], arguments: Iterable[Given], forecast: float
    ) -> Iterator[tuple[Given, Made]]:
        """Apply a function to each argument, and yield both as they are done, in any order.

        Arguments are asked for as they are wanted: a few at a time are in memory.

        Parameters
        ----------
        forecast : float
            CPU seconds of all calls together.
        """
        if not self._worth_starting(forecast):
            yield from ((argument, function(argument)) for argument in arguments)
            return
        self._executor = self._executor or self._start()
        waiting, flying = iter(arguments), dict[Future[Made], Given]()
        while True:
            for argument in islice(waiting, self.jobs * IN_FLIGHT - len(flying)):
                with _deaf_to_interrupts():
                    flying[self._executor.submit(function, argument)] = argument
            if not flying:
                return
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                yield flying.pop(future), _result(future, ["algebra, proofs on boxes, or pins"])

    def _worth_an_executor(self) -> bool:
        if self.backend == "dask":
            return bool(self._queue)
        return self._worth_starting(sum(entry.task.forecast for entry in self._queue))

    def _worth_starting(self, seconds: float) -> bool:
        return self.jobs > 1 and seconds >= INLINE_SECONDS

    def _start(self) -> Executor:
        if self.backend == "dask":
            return self._cleanup.enter_context(_cluster(self.jobs))
        is_main = threading.current_thread() is threading.main_thread()
        with _deaf_to_interrupts():
            executor: Executor = get_reusable_executor(
                max_workers=self.jobs,
                timeout=IDLE_SECONDS,
                env=dict.fromkeys(THREADS, "1"),
                initializer=_begin,
                initargs=(os.getpid(), is_main),
            )
        return executor


def _begin(parent: int, is_main: bool) -> None:
    """Keep a worker from standard output, and let it end when the process that started it is gone.

    Linux does it at once, but for the thread that started the worker; where that may end before its
    process does, or on other systems, a thread looks now and then.
    """
    os.dup2(2, 1)
    if is_main and sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _result(future: Future[Made], flying: Sequence[str]) -> Made:
    try:
        return future.result()
    except TerminatedWorkerError as failure:
        raise UserError(_how_it_ended(str(failure), flying)) from failure
    except Exception as failure:
        if type(failure).__name__ == "KilledWorker":  # of Dask, which may not be installed
            raise UserError(_KILLED) from failure
        raise


def _how_it_ended(words: str, flying: Sequence[str]) -> str:
    """Say in a line why a worker is gone, from the exit codes in the words of loky."""
    ends = set(re.findall(r"\b([A-Z]+)\(-?(\d+)\)", words))
    crashes = sorted(ends - {("SIGKILL", "9"), ("SIGTERM", "15")})
    if not crashes:
        return _KILLED
    name, number = crashes[0]
    how = f"it ended with status {number}" if name == "EXIT" else name
    if name == "SIGSEGV":
        how += ", a memory access that is not allowed"
    return _CRASHED.format(how=how, checks=" or ".join(flying[:3]))


def _end_processes(executor: Executor) -> None:
    """End the workers as if they had been killed from outside.

    Unlike this, loky's own ``shutdown(kill_workers=True)`` trips over tasks that no worker has
    begun, and its thread says so at length.
    """
    for process in list(executor._processes.values()):  # type: ignore[attr-defined]
        kill_process_tree(process)
    executor.shutdown(wait=True)  # its thread sees that they are gone, and cleans up


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
def _cluster(jobs: int) -> Iterator[Executor]:
    """Connect to a Dask cluster, or start one on this machine."""
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
        else {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": None}
    )
    with Client(**options) as client:  # type: ignore[no-untyped-call]
        yield client.get_executor(pure=False)
