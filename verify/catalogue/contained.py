"""Code of a user's is run such that it changes nothing around it, and cannot end the run."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from itertools import count
from typing import NoReturn

import numpy as np

from verify.catalogue.alarm import PATIENCE, alarm, can_alarm, end_process
from verify.errors import Stopped, printable, stop


class SimulationFailed(Exception):
    """Something was raised that is no `Exception`, such as `SystemExit`; the message names it."""


class TookTooLong(BaseException):
    """A time limit is over; not an `Exception`, which a simulation may catch."""


def is_interrupt(failure: BaseException) -> bool:
    """Whether a failure is somebody's wish to end, and not something that the code raised itself.

    Where Ctrl-C does not raise a plain `KeyboardInterrupt`, such a one comes from the code.
    """
    if isinstance(failure, Stopped) or not isinstance(failure, KeyboardInterrupt):
        return isinstance(failure, Stopped)
    here = threading.current_thread() is threading.main_thread()
    return here and signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, stop)


def said(failure: BaseException) -> str:
    """Say what was raised, in characters that can be printed."""
    if isinstance(failure, SimulationFailed):
        return str(failure)
    try:
        return printable(f"{type(failure).__name__}: {failure}")
    except Exception:  # its own way of saying it fails
        return type(failure).__name__


@contextlib.contextmanager
def contained(limit: float | None = None) -> Iterator[None]:
    """Send what is printed to standard error, go back to the folder, and let nothing end the run.

    What NumPy is told to do about overflow and the like is told to the code alone.

    Parameters
    ----------
    limit : float, optional
        Seconds after which the code is stopped. What hangs in a library's own code is stopped when
        it comes back from there; what catches whatever is raised in it is ended with its process.

    Raises
    ------
    SimulationFailed
        In place of whatever is not an `Exception`, unless somebody interrupts.
    """
    try:
        with (
            contextlib.redirect_stdout(sys.stderr),
            same_folder(),
            np.errstate(),
            no_exit(),
            _time_limit(limit),
        ):
            yield
    except Exception:
        raise
    except TookTooLong:
        raise SimulationFailed(f"it took longer than {limit:g} s (--task-seconds)") from None
    except BaseException as failure:
        if is_interrupt(failure):
            raise
        raise SimulationFailed(said(failure)) from failure


@contextlib.contextmanager
def same_folder() -> Iterator[None]:
    """Go back to the folder that is the working one now."""
    try:
        here = os.getcwd()
    except OSError:  # it was deleted
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.chdir(here)


@contextlib.contextmanager
def no_exit() -> Iterator[None]:
    """Let `os._exit` fail in this process; in one that the code forks it ends that one."""
    leave, here = os._exit, os.getpid()

    def refuse(status: int) -> NoReturn:
        if os.getpid() != here or threading.current_thread() is not threading.main_thread():
            leave(status)
        raise SimulationFailed(f"os._exit({status}) was called")

    os._exit = refuse
    try:
        yield
    finally:
        os._exit = leave


@contextlib.contextmanager
def _time_limit(seconds: float | None) -> Iterator[None]:
    """Raise `TookTooLong` when the time is over."""
    if seconds is None:
        yield
    elif can_alarm():
        with alarm(seconds, TookTooLong, "wall"):
            yield
    else:
        with _raised_in_thread(seconds):
            yield


@contextlib.contextmanager
def _raised_in_thread(seconds: float) -> Iterator[None]:
    """Let another thread raise it in this one, which gets no signals."""
    here, done = ctypes.c_ulong(threading.get_ident()), threading.Event()
    deciding = threading.Lock()  # it is raised before the end, or not at all

    def watch() -> None:
        left = seconds
        for times in count(1):
            if done.wait(left):
                return
            with deciding:
                if not done.is_set():
                    if times > PATIENCE:
                        end_process(sys._current_frames().get(here.value))
                    raise_in_thread(here, ctypes.py_object(TookTooLong))
            left = 1.0  # again, if it is caught

    raise_in_thread = ctypes.pythonapi.PyThreadState_SetAsyncExc
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        with deciding:
            done.set()
        raise_in_thread(here, None)  # what was not raised yet
