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
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, count
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Generic, NamedTuple, TypeVar

import joblib
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.backend.utils import kill_process_tree
from joblib.externals.loky.process_executor import TerminatedWorkerError

from verify.catalogue.check import Check
from verify.errors import UserError
from verify.evidence.cluster import ADDRESS, LOOK_SECONDS, Cluster, cluster
from verify.evidence.memory import allowing, memory
from verify.evidence.settings import Settings
from verify.evidence.tasks import Done, Task, perform

INLINE_SECONDS = 1.0
"""Workers are not started for work that is forecast to be shorter than this."""

IN_FLIGHT = 4
"""Tasks per worker that are handed over before the first is back; the others wait by priority."""

SHARE_OF_MEMORY = 0.8
"""What the blocks that are simulated at one time may take."""

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
        Processes; one per core by default, and as many as a Dask cluster has.
    scheduler : str, optional
        Address of the Dask scheduler; by default it is read from the environment, and without any
        a cluster is started on this machine.
    memory : float, optional
        Bytes that all processes of this machine together may use.

    Raises
    ------
    UserError
        On entering, if there is no such scheduler, or its workers are not fit.
    """

    def __init__(
        self,
        backend: str = "loky",
        jobs: int | None = None,
        scheduler: str | None = None,
        memory: float | None = None,
    ) -> None:
        self.backend, self.jobs = backend, jobs or usable_cores()
        self._memory = memory
        self._scheduler = scheduler or os.environ.get(ADDRESS)
        self._queue: list[_Waiting] = []
        self._here: list[_Waiting] = []
        self._owners: dict[int, Owner] = {}
        self._flying: dict[Future[Done], tuple[int, Task]] = {}
        self._back = SimpleQueue[Future[Done]]()
        self._numbers = count()
        self._executor: Executor | None = None
        self._cluster: Cluster | None = None
        self._cleanup = ExitStack()

    @classmethod
    def of(cls, settings: Settings) -> Workers[Owner]:
        """Return the workers of a run."""
        return cls(settings.backend, settings.jobs, settings.scheduler, settings.memory)

    def __enter__(self) -> Workers[Owner]:
        self._cleanup.enter_context(allowing(self._memory))
        if self.backend == "dask" and self._scheduler:
            self._reach()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None and self._executor is not None:
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
        if self._executor is None and self._cluster is None:
            if not self._worth_starting(sum(entry.task.forecast for entry in self._queue)):
                return
        while self._queue and len(self._flying) < self.jobs * IN_FLIGHT:
            if not self._fits(self._queue[0].task):
                return
            entry = heapq.heappop(self._queue)
            future = self._perform(entry.task)
            self._flying[future] = entry.number, entry.task
            future.add_done_callback(self._back.put)

    def next(self) -> tuple[Owner, Done]:
        """Wait for a task and return it with its owner.

        Raises
        ------
        UserError
            If a worker was killed, or the cluster failed.
        """
        self.hand_over()
        waiting = self._here or ([] if self._flying else self._queue)
        if waiting:
            entry = heapq.heappop(waiting)
            return self._owners.pop(entry.number), perform(self._held(entry.task), entry.check)
        future = self._wait(self._back)
        number, task = self._flying.pop(future)
        others = (one.check for _, one in self._flying.values())
        return self._owners.pop(number), self._result(future, chain([task.check], others))

    def apply(
        self,
        function: Callable[[Given], Made],
        arguments: Iterable[Given],
        forecast: float,
        here: Callable[[Given], bool] = lambda _: False,
    ) -> Iterator[tuple[Given, Made]]:
        """Apply a function to each argument, and yield both as they are done, in any order.

        Arguments are asked for as they are wanted: a few at a time are in memory.

        Parameters
        ----------
        forecast : float
            CPU seconds of all calls together.
        here : callable
            Whether an argument stays in this process: no worker knows what a file of the user's
            own defines.
        """
        if not self._worth_starting(forecast):
            yield from ((argument, function(argument)) for argument in arguments)
            return
        waiting, flying = iter(arguments), dict[Future[Made], Given]()
        back = SimpleQueue[Future[Made]]()
        while True:
            for argument in waiting:
                if here(argument):
                    yield argument, function(argument)
                    continue
                future = self._submit(function, argument)
                flying[future] = argument
                future.add_done_callback(back.put)
                if len(flying) >= self.jobs * IN_FLIGHT:
                    break
            if not flying:
                return
            future = self._wait(back)
            words = ["algebra, proofs on boxes, pins, or pictures"]
            yield flying.pop(future), self._result(future, words)

    @property
    def room(self) -> float:
        """Bytes that one process may use if no other is at work."""
        if self.backend == "loky":
            return SHARE_OF_MEMORY * memory()
        return SHARE_OF_MEMORY * (self._reach().memory() if self._scheduler else self._share)

    @property
    def _share(self) -> float:
        """Bytes for each process if all have the same."""
        return memory() / self.jobs

    def _fits(self, task: Task) -> bool:
        """Whether a task may begin beside those that are under way, by what they are to need.

        On a cluster every process has memory of its own.
        """
        if not self._flying or not task.need or self.backend == "dask":
            return True
        needs = [task.need, *(other.need for _, other in self._flying.values())]
        return sum(heapq.nlargest(self.jobs, needs)) <= self.room

    def _held(self, task: Task) -> Task:
        """Return a task with the memory that it may use, if somebody limits that."""
        if self._memory is None:
            return task
        return task._replace(memory=max(SHARE_OF_MEMORY * self._share, task.need))

    def _perform(self, task: Task) -> Future[Done]:
        task = self._held(task)
        if self.backend == "loky":
            return self._submit(perform, task)
        return self._reach().perform(task)

    def _submit(self, function: Callable[[Given], Made], argument: Given) -> Future[Made]:
        if self.backend == "dask":
            return self._reach().submit(function, argument)
        self._executor = self._executor or self._start()
        with _deaf_to_interrupts():
            return self._executor.submit(function, argument)

    def _reach(self) -> Cluster:
        """Return the cluster, reached or started when it is first needed."""
        if self._cluster is None:
            found = cluster(self.jobs, self._scheduler, self._share)
            self._cluster = self._cleanup.enter_context(found)
            self.jobs = self._cluster.workers
        return self._cluster

    def _wait(self, back: SimpleQueue[Future[Made]]) -> Future[Made]:
        """Wait for something that was handed over; a cluster is looked after meanwhile."""
        while True:
            if self._cluster is not None:
                self._cluster.look()
                self.jobs = self._cluster.workers
            with suppress(Empty):
                return back.get(timeout=LOOK_SECONDS)

    def _result(self, future: Future[Made], flying: Iterable[str]) -> Made:
        if self._cluster is not None:
            return self._cluster.result(future)
        try:
            return future.result()
        except TerminatedWorkerError as failure:
            raise UserError(_how_it_ended(str(failure), sorted(set(flying)))) from failure

    def _worth_starting(self, seconds: float) -> bool:
        if self._executor is not None or self._cluster is not None:
            return True
        return self.jobs > 1 and seconds >= INLINE_SECONDS

    def _start(self) -> Executor:
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
