"""A limit of time for a piece of code, which a signal tells it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from itertools import count
from types import FrameType
from typing import Literal, NoReturn

CLOCKS = {
    "wall": ("ITIMER_REAL", "SIGALRM"),
    "user": ("ITIMER_VIRTUAL", "SIGVTALRM"),
    "cpu": ("ITIMER_PROF", "SIGPROF"),
}
"""Clocks with their timers and signals, of which each is set by one alarm at a time."""

PATIENCE = 10
"""Code that catches an alarm so often goes on for ever: its process is ended."""

_exit = os._exit  # a simulation runs where `os._exit` fails


def can_alarm() -> bool:
    """Whether signals come here: to the main thread of a process alone."""
    return threading.current_thread() is threading.main_thread()


@contextlib.contextmanager
def alarm(
    seconds: float, raised: type[BaseException], clock: Literal["wall", "user", "cpu"]
) -> Iterator[None]:
    """Raise an exception when so much time is over, and each second after it, if it is caught.

    Where it is caught again and again the process ends with status 2. In a thread without signals
    nothing is raised.

    Parameters
    ----------
    seconds : float
    raised : type
        No `Exception` where the code at hand may catch those.
    clock : {"wall", "user", "cpu"}
        What is limited: the time of the day, or CPU time without or with that of the system.
    """
    if not can_alarm():
        yield
        return
    timer, name = (getattr(signal, each) for each in CLOCKS[clock])
    told = sys.unraisablehook
    times = count(1)

    def over(_: int, frame: FrameType | None) -> NoReturn:
        if next(times) > PATIENCE:
            end_process(frame)
        raise raised

    def unraisable(lost: sys.UnraisableHookArgs) -> None:
        # What is raised in a callback of the interpreter's own is lost there; the next one is not.
        if not issubclass(lost.exc_type, raised):
            told(lost)

    before = signal.signal(name, over)
    sys.unraisablehook = unraisable
    signal.setitimer(timer, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(name, before)
        sys.unraisablehook = told


def end_process(frame: FrameType | None) -> NoReturn:
    """End this process at once, for code in it that nothing else ends, and say where that is."""
    where = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "a simulation"
    words = (
        f"{where} ran out of its time and catches whatever is raised in it (`except BaseException` "
        "or a bare `except`): its process was ended. What was computed before is kept."
    )
    with contextlib.suppress(OSError):
        os.write(2, f"verify: {words}\n".encode())
    _exit(2)
