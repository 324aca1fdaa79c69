"""A limit of time for a piece of code, which a signal tells it."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Literal, NoReturn

CLOCKS = {
    "wall": ("ITIMER_REAL", "SIGALRM"),
    "user": ("ITIMER_VIRTUAL", "SIGVTALRM"),
    "cpu": ("ITIMER_PROF", "SIGPROF"),
}
"""Clocks with their timers and signals, of which each is set by one alarm at a time."""


def can_alarm() -> bool:
    """Whether signals come here: to the main thread of a process alone."""
    return threading.current_thread() is threading.main_thread()


@contextlib.contextmanager
def alarm(
    seconds: float, raised: type[BaseException], clock: Literal["wall", "user", "cpu"]
) -> Iterator[None]:
    """Raise an exception when so much time is over, and each second after it, if it is caught.

    In a thread without signals nothing is raised.

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

    def over(*_: object) -> NoReturn:
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
