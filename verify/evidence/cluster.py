"""A Dask cluster: reached or started, looked over, and handed tasks with the files they need."""

from __future__ import annotations

import atexit
import hashlib
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from verify.catalogue.files import Home, read
from verify.errors import UserError
from verify.evidence.introduction import introduce, package_code
from verify.evidence.tasks import Done, Task, perform

ANSWER_SECONDS = 8.0
"""Within this time a scheduler answers, and has a worker."""

INTRODUCTION_SECONDS = 12.0
"""Within this time all workers say which versions they have."""

GONE_SECONDS = 8.0
"""After so long without a single worker nobody is expected any more."""

SILENT_SECONDS = 13.0
"""After so long without an answer or a result a scheduler counts as lost: it may be busy."""

CLOSE_SECONDS = 30.0
"""Longest time to wait for the processes of a cluster on this machine to end."""

LOOK_SECONDS = 2.0
"""Time between two looks at which workers there are."""

ADDRESS = "DASK_SCHEDULER_ADDRESS"
"""Environment variable that names a scheduler where no option does."""

_KEPT = "What was computed is kept, and the same command goes on from there."

_TALKATIVE = ("distributed", "tornado")

Given = TypeVar("Given")
Made = TypeVar("Made")


class OtherCode(Exception):
    """A worker has another version of this package than the process that hands out the tasks."""


class Parcel(NamedTuple):
    """A user's file with the modules of the user's that it imports, by their place in a folder."""

    main: str
    files: Mapping[str, bytes]
    hash: str

    @classmethod
    def of(cls, path: Path) -> Parcel:
        """Pack a file and what it imports.

        Raises
        ------
        UserError
            If it cannot be read.
        """
        places = {path.name: path}
        for name, place in read(path).imports.items():
            package, _, last = name.rpartition(".")
            folder = name if place.stem == "__init__" else package
            if place.suffix == ".py" or place.name.startswith(f"{last}."):
                places["/".join([*filter(None, folder.split(".")), place.name])] = place
        files = {name: place.read_bytes() for name, place in sorted(places.items())}
        return cls(path.name, files, hashlib.sha256(repr(files).encode()).hexdigest())

    def unpack(self) -> Path:
        """Write the files to a folder of this process, once, and return where the first one is."""
        if self.hash not in _unpacked:
            folder = Path(tempfile.mkdtemp(prefix="theorycheck-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            for name, data in self.files.items():
                place = folder / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            _unpacked[self.hash] = folder / self.main
        return _unpacked[self.hash]


_unpacked: dict[str, Path] = {}
_alone = threading.Lock()
"""Simulations change the working folder and what is imported: one at a time in a process."""


def _perform(task: Task, parcel: Parcel | None, code: str) -> Done:
    """Perform a task on a worker."""
    if package_code() != code:
        raise OtherCode
    with _alone:
        if parcel is not None:
            assert task.home is not None
            task = task._replace(home=replace(task.home, place=str(parcel.unpack())))
        return perform(task)


class Cluster:
    """The workers of a Dask scheduler.

    Parameters
    ----------
    client : distributed.Client
    name : str
        What the scheduler is called in messages.

    Attributes
    ----------
    workers : int
        How many processes there are, as far as is known.
    """

    def __init__(self, client: Any, name: str) -> None:
        self._client, self.name = client, name
        self._executor: Executor = client.get_executor(pure=False)
        self._parcels: dict[str, Parcel] = {}
        self._code = package_code()
        self.workers = 1
        self._looked = self._seen = self._heard = time.monotonic()

    def submit(self, function: Callable[[Given], Made], argument: Given) -> Future[Made]:
        """Let a worker apply a function."""
        future: Future[Made] = self._executor.submit(function, argument)
        return future

    def perform(self, task: Task) -> Future[Done]:
        """Let a worker perform a task; what it needs of a user's files goes with it."""
        return self._executor.submit(_perform, task, self._parcel(task.home), self._code)

    def _parcel(self, home: Home | None) -> Parcel | None:
        if home is None or not home.is_file:
            return None
        if home.place not in self._parcels:
            self._parcels[home.place] = Parcel.of(Path(home.place))
        return self._parcels[home.place]

    def result(self, future: Future[Made]) -> Made:
        """Return what came out.

        Raises
        ------
        UserError
            If the cluster failed, and not the simulation.
        """
        self._heard = time.monotonic()
        try:
            return future.result()
        except OtherCode:
            raise self._refusal(
                "a worker that joined it has another version of theorycheck; "
                "install the same on all of them"
            ) from None
        except BaseException as failure:
            if isinstance(failure, KeyboardInterrupt | SystemExit):
                raise
            kind = type(failure).__name__
            if kind == "KilledWorker":
                words = (
                    "a worker was killed again and again while it worked on the same blocks, most "
                    "likely for want of memory; go on with smaller sizes (--set), or give workers "
                    "more"
                )
            elif kind in ("CancelledError", "FutureCancelledError", "CommClosedError"):
                words = "the scheduler is gone"
            else:
                words = f"a worker cannot perform tasks ({kind}: {str(failure).splitlines()[0]})"
            raise self._refusal(words) from failure

    def look(self) -> None:
        """See how many workers there are, if that is due.

        Raises
        ------
        UserError
            If there is none any more, or the scheduler does not answer.
        """
        if time.monotonic() < self._looked + LOOK_SECONDS:
            return
        try:
            there = self.known()
        except Exception as failure:
            if time.monotonic() > self._heard + SILENT_SECONDS:
                raise self._refusal("the scheduler does not answer any more") from failure
            return
        self._looked = self._heard = now = time.monotonic()
        if there:
            self.workers, self._seen = len(there), now
        elif now > self._seen + GONE_SECONDS:
            raise self._refusal("all of its workers are gone")

    def known(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what the scheduler knows of its workers, by their addresses."""
        found = self._client.sync(
            self._client.scheduler.identity, callback_timeout=ANSWER_SECONDS / 2
        )["workers"]
        assert isinstance(found, Mapping)
        return found

    def memory(self) -> float:
        """Return the bytes that the smallest worker may use; infinity if nobody limits it."""
        limits = [worker.get("memory_limit") or float("inf") for worker in self.known().values()]
        return float(min(limits, default=float("inf")))

    def look_over(self) -> None:
        """See that there are workers, and that all of them have what is here.

        Raises
        ------
        UserError
            If not.
        """
        from distributed import TimeoutError as TooLate

        try:
            self._client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except (TooLate, TimeoutError) as failure:
            raise UserError(
                f"The Dask scheduler {self.name} has no workers (waited {ANSWER_SECONDS:.0f} s). "
                f"Start some: dask worker {self.name} --nthreads 1"
            ) from failure
        self.workers = len(self.known())
        try:
            said = _within(INTRODUCTION_SECONDS, self._introductions)
        except Exception as failure:
            raise self._refusal("its workers do not answer") from failure
        here = _here()
        for address, there in said.items():
            if isinstance(there, OSError):  # it died meanwhile; its successor is asked with a task
                continue
            if isinstance(there, BaseException):
                raise UserError(
                    f"The Dask worker {address} has no theorycheck, or another version of it "
                    f"({there}). Install there what is here."
                ) from there
            other = [name for name in here if here[name] != there.get(name)]
            if other:
                raise UserError(
                    f"The Dask worker {address} has another {_difference(other[0], here, there)}. "
                    "Install the same there: blocks that are drawn elsewhere must come out alike."
                )

    def _introductions(self) -> Mapping[str, dict[str, str] | BaseException]:
        found: dict[str, Any] = self._client.run(introduce, on_error="return")
        return found

    def _refusal(self, words: str) -> UserError:
        return UserError(f"The Dask cluster {self.name} failed: {words}. {_KEPT}")


def _here() -> dict[str, str]:
    return introduce()


def _difference(name: str, here: Mapping[str, str], there: Mapping[str, str]) -> str:
    if name == "theorycheck":  # its code, whatever number it has
        return "version of theorycheck"
    return f"version of {name}: {there.get(name) or 'none'}, and {here[name]} is here"


def _within(seconds: float, function: Callable[[], Made]) -> Made:
    """Return what a function does, unless it hangs.

    Raises
    ------
    TimeoutError
        If it takes longer.
    """
    future: Future[Made] = Future()

    def work() -> None:
        try:
            future.set_result(function())
        except BaseException as failure:
            future.set_exception(failure)

    threading.Thread(target=work, daemon=True).start()
    return future.result(seconds)


@contextmanager
def cluster(jobs: int, address: str | None, memory: float) -> Iterator[Cluster]:
    """Reach the scheduler at an address, or start a cluster on this machine.

    Parameters
    ----------
    jobs : int
        Processes of a cluster on this machine.
    address : str, optional
    memory : float
        Bytes that each process of a cluster on this machine may use.

    Raises
    ------
    UserError
        If Dask is not installed, nobody answers, or a worker has not what is here.
    """
    try:
        from distributed import Client
    except ImportError as failure:
        raise UserError(
            "--backend dask needs the packages dask and distributed: "
            "pip install 'theorycheck[dask]'."
        ) from failure
    options: dict[str, Any] = {"address": address, "timeout": ANSWER_SECONDS}
    if not address:
        options = {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": None}
        options["silence_logs"] = logging.CRITICAL
        options |= {"memory_limit": memory / jobs} if memory else {}
    with _muted():
        try:
            client = _connected(Client, options)
        except Exception as failure:
            if not address:
                raise UserError(f"A Dask cluster cannot be started here: {failure}.") from failure
            why = f"waited {ANSWER_SECONDS:.0f} s" if isinstance(failure, OSError) else failure
            raise UserError(
                f"No Dask scheduler answers at {address} ({why}). Start one with `dask scheduler`, "
                "or name another with --scheduler tcp://HOST:8786."
            ) from failure
        try:
            found = Cluster(client, address or "on this machine")
            found.look_over()
            yield found
        finally:
            client.close(timeout=CLOSE_SECONDS)


def _connected(kind: Any, options: Mapping[str, Any]) -> Any:
    """Return a client of Dask; one that does not connect is closed at once.

    Else it is closed when it is collected, which may be in the midst of another one's start: both
    take one lock, in one thread.
    """
    client = kind.__new__(kind)
    try:
        client.__init__(**options)
    except BaseException:
        with suppress(Exception):
            client.close(timeout=CLOSE_SECONDS)
        raise
    return client


@contextmanager
def _muted() -> Iterator[None]:
    """Let Dask's own words on what it loses be unsaid: a line of ours says it."""
    names = [one for one in logging.Logger.manager.loggerDict if one.startswith(_TALKATIVE)]
    handlers = {handler for name in names for handler in logging.getLogger(name).handlers}
    levels = {handler: handler.level for handler in handlers}
    loop, silent = logging.getLogger("asyncio"), logging.CRITICAL + 1
    level = loop.level
    loop.setLevel(silent)
    for handler in handlers:
        handler.setLevel(silent)
    try:
        yield
    finally:
        loop.setLevel(level)
        for handler, level in levels.items():
            handler.setLevel(level)
