"""What the commands share: options, what a mistake looks like, writing JSON."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, NoReturn

import click

from verify.errors import UserError
from verify.errors import stop as end


def stop(message: str) -> NoReturn:
    """Say what is wrong in one line and end with status 2."""
    click.echo(f"verify: {message}", err=True)
    sys.exit(2)


def refuse_all_or_none(ids: Iterable[str], everything: bool, what: str) -> None:
    """Ask for ids or ``--all`` where a command would else begin with everything there is."""
    if everything and any(ids):
        stop("give ids or --all, not both.")
    if not everything and not any(ids):
        stop(f"say what to {what}: an id, a paper, a file with theorems, or --all.")


_TRACEBACK = "verify.traceback"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a user's mistake into one line, and Ctrl-C or its like into 128 and the signal.

    With ``--traceback`` the line has behind it where in a file of the user's it came from.
    """

    @_with_traceback
    @wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        sys.stdout = sys.stdout or open(os.devnull, "w")  # it was closed
        sys.stderr = sys.stderr or open(os.devnull, "w")
        for stream in (sys.stdout, sys.stderr):  # one may have no letters for what is printed
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            with _signals():
                result = command(*args, **kwargs)
            with reading():  # what is not written yet
                return result
        except UserError as mistake:
            if wants_traceback() and mistake.__cause__ is not None:
                click.echo("".join(traceback.format_exception(mistake.__cause__)), err=True)
            stop(str(mistake))
        except KeyboardInterrupt as wish:
            with contextlib.suppress(OSError):  # the terminal may be gone
                click.echo(
                    "\nInterrupted. What was computed is kept; the same command goes on from "
                    "there.",
                    err=True,
                )
                sys.stderr.flush()
            # Workers may hang in a long computation; nothing they hold is needed any more.
            os._exit(128 + getattr(wish, "number", signal.SIGINT))
        except BrokenPipeError:
            os._exit(0)
        except OSError as failure:
            if failure.errno not in _FULL:
                raise
            _discard_output()
            stop(f"The output cannot be written: {failure.strerror}.")

    return wrapper


def _with_traceback(command: Callable[..., Any]) -> Callable[..., Any]:
    def remember(context: click.Context, _: click.Parameter, value: bool) -> None:
        context.meta[_TRACEBACK] = value

    return click.option(
        "--traceback",
        is_flag=True,
        expose_value=False,
        callback=remember,
        help="Show in full where an error comes from.",
    )(command)


def wants_traceback() -> bool:
    """Whether the command that runs was given ``--traceback``."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_TRACEBACK))


def tell_errors(traces: Iterable[str]) -> None:
    """Say on standard error where errors come from, or how that is seen."""
    every = list(dict.fromkeys(filter(None, traces)))
    if every and not wants_traceback():
        click.echo("The same with --traceback shows in full where an error comes from.", err=True)
        return
    for trace in every:
        click.echo(f"\n{trace}", err=True)


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does, where nobody ignores them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: handler
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if (handler := signal.getsignal(number)) in (signal.default_int_handler, signal.SIG_DFL)
    }
    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Print for somebody who may stop reading: that changes neither what follows nor the status.

    Raises
    ------
    UserError
        If standard output cannot be written for another reason.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
    except OSError as failure:
        _discard_output()
        raise UserError(f"Standard output cannot be written: {failure.strerror}.") from failure


def _discard_output() -> None:
    """Let what is still to be printed go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def alone(json_file: str | None) -> Iterator[None]:
    """Keep standard output for JSON, if it is to go there: nothing else is printed to it.

    What the code of a user prints, or a process that it starts, goes to standard error.
    """
    if json_file != "-":
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 1)
        os.close(kept)


def options(*names: str) -> Callable[..., Any]:
    """Attach the options that several commands share."""
    known = {
        "budget": click.option(
            "--budget",
            type=click.Choice(["quick", "full"]),
            default="quick",
            show_default=True,
            help="How far to go. Quick is a prefix of full.",
        ),
        "seed": click.option(
            "--seed",
            type=click.IntRange(0),
            default=0,
            show_default=True,
            help="Root of all randomness.",
        ),
        "alpha": click.option(
            "--alpha",
            type=float,
            default=0.01,
            show_default=True,
            help="Error of the whole report, for broken and for holds each.",
        ),
        "jobs": click.option(
            "--jobs",
            type=click.IntRange(1),
            default=None,
            help="Processes. [default: one per core]",
        ),
        "backend": click.option(
            "--backend",
            type=click.Choice(["loky", "dask"]),
            default="loky",
            show_default=True,
            help="Local processes or a Dask cluster.",
        ),
        "scheduler": click.option(
            "--scheduler",
            metavar="ADDRESS",
            default=None,
            help="Of the Dask cluster, as in tcp://HOST:8786. [default: one on this machine]",
        ),
        "memory": click.option(
            "--memory",
            metavar="LIMIT",
            default=None,
            help="What all processes together may use, as in 4GB. [default: what there is]",
        ),
        "task_seconds": click.option(
            "--task-seconds",
            type=float,
            default=None,
            help="Longest time of one task, some blocks of a simulation. [default: none]",
        ),
        "store": click.option(
            "--store",
            type=click.Path(file_okay=False),
            default=".verify",
            show_default=True,
            help="Folder of the stored replicates.",
        ),
        "fresh": click.option(
            "--fresh", is_flag=True, help="Begin a new store instead of going on with the old one."
        ),
        "set": click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="NAME=VALUE",
            help="Change a parameter of the grid, as in --set sigma=0.5.",
        ),
        "quiet": click.option(
            "-q", "--quiet", is_flag=True, help="Do not show how it goes on (on standard error)."
        ),
        "json": click.option(
            "--json",
            "json_file",
            metavar="FILE|-",
            default=None,
            help="Write the result as JSON; - is standard output.",
        ),
    }

    def attach(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names):
            command = known[name](command)
        return command

    return attach


def write_json(data: Any, file: str) -> None:
    """Write data to a file, or to standard output if it is named ``-``."""
    from verify.evidence.writing import write_whole

    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if file != "-":
        write_whole(file, text + "\n")
        return
    with reading():
        sys.stdout.write(text + "\n")
