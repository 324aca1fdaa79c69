"""What the commands share: options, what a mistake looks like, writing JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from verify.errors import UserError

INTERRUPTED = 130


def stop(message: str) -> NoReturn:
    """Say what is wrong in one line and end with status 2."""
    click.echo(f"verify: {message}", err=True)
    sys.exit(2)


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a user's mistake into one line, and Ctrl-C into status 130."""

    @wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UserError as mistake:
            stop(str(mistake))
        except KeyboardInterrupt:
            click.echo(
                "\nInterrupted. What was computed is kept; the same command goes on from there.",
                err=True,
            )
            # Workers may hang in a long computation; nothing they hold is needed any more.
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        except BrokenPipeError:
            os._exit(0)

    return wrapper


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
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if file == "-":
        sys.stdout.write(text + "\n")
        return
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(text + "\n", encoding="utf-8")
    except OSError as failure:
        raise UserError(f"{file} cannot be written: {failure.strerror}.") from failure
