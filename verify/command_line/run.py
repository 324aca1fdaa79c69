"""``verify run``: check claims and print their verdicts."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verify.command_line import completing
from verify.command_line.options import (
    alone,
    guarded,
    options,
    reading,
    refuse_all_or_none,
    stop,
    tell_errors,
)
from verify.errors import UserError

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget
    from verify.evidence.settings import Settings
    from verify.judging.verdict import Verdict
    from verify.report import Report

ONLY = ("broken", "undecided", "unexpected", "blunt")
TEN_MINUTES = 600.0
LAST, TABLE = "last.json", "last.txt"
"""What a store has of the last run, for `verify explain` and for who wants all verdicts."""

SCREEN = 100
"""Width of the first screen where there is no terminal."""


def _only(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> set[str]:
    """Return what is asked for, with commas between or one by one."""
    wanted = {name for one in given for name in one.split(",") if name}
    if odd := sorted(wanted - {*ONLY}):
        raise click.BadParameter(f"{odd[0]!r} is not one of {', '.join(ONLY)}.")
    return wanted


def _seconds(context: click.Context, option: click.Parameter, given: str | None) -> float | None:
    """Return a time such as 90, 90s, 10m or 2h in seconds."""
    if given is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", given.strip())
    if found is None or not float(found[1]):
        raise click.BadParameter(f"{given!r} is no time; expected something like 90s, 10m or 2h.")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]]


@click.command("run")
@completing.argument("ids", nargs=-1, metavar="[ID|PAPER|FILE.py[#PART]]...")
@click.option("--all", "everything", is_flag=True, help="Everything that is registered.")
@options("budget", "alpha", "seed", "jobs", "backend", "scheduler", "store", "fresh", "set")
@options("memory", "task_seconds", "json")
@click.option(
    "--confirm",
    is_flag=True,
    help="Look at every measured verdict once more on a fresh seed, whatever that costs.",
)
@click.option("--plots", type=click.Path(file_okay=False), help="Draw every claim into a folder.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Only forecast cells, replicates, time and memory; count derivations.",
)
@click.option(
    "--replicates",
    type=click.IntRange(1),
    metavar="N",
    help="Go to N replicates per cell, in place of what the budget pays for.",
)
@click.option(
    "--settle",
    is_flag=True,
    help="Go on beyond the full budget until everything is decided or the time is over.",
)
@click.option(
    "--time",
    "seconds",
    callback=_seconds,
    metavar="TIME",
    help="How long --settle may take, as in 90s, 10m or 2h.  [default: 10m]",
)
@click.option(
    "--part",
    metavar="I/N",
    help="Draw every N-th block alone, to the end of the budget, and judge nothing; `verify merge` "
    "joins the stores of the parts.",
)
@click.option("-v", "--verbose", is_flag=True, help="Print every verdict, however many there are.")
@click.option(
    "--only",
    multiple=True,
    callback=_only,
    metavar="WHAT",
    help="Print only what is broken, undecided, unexpected or blunt (several with commas). "
    "What is blunt is found out then, at full, and for few claims.",
)
@options("quiet")
@guarded
def command(
    ids: tuple[str, ...],
    everything: bool,
    budget: Budget,
    alpha: float,
    seed: int,
    jobs: int | None,
    backend: str,
    scheduler: str | None,
    store: str,
    fresh: bool,
    settings: tuple[str, ...],
    memory: str | None,
    task_seconds: float | None,
    json_file: str | None,
    confirm: bool,
    plots: str | None,
    dry_run: bool,
    replicates: int | None,
    settle: bool,
    seconds: float | None,
    part: str | None,
    verbose: bool,
    only: set[str],
    quiet: bool,
) -> None:
    """Run the checks of claims and print their verdicts.

    Of many claims the first screen is printed: what was found, and what to type next. The table of
    all verdicts then lies beside the JSON file, or in the store.
    """
    refuse_all_or_none(ids, everything, "run")
    if settle and replicates is not None:
        stop("give --settle or --replicates, not both.")
    if seconds is not None and not settle:
        stop("--time is how long --settle may take; give that too.")
    for name, given in (("--settle", settle), ("--confirm", confirm), ("--plots", plots)):
        if part is not None and given:
            stop(f"--part judges nothing: leave {name} to the run on the merged store.")
    from verify.catalogue.overrides import parse_settings
    from verify.showing.live import Live

    overrides = parse_settings(settings)
    if dry_run:
        _dry_run(ids, budget, jobs, overrides)
        return
    from verify.evidence.writing import refuse_unwritable
    from verify.runner import run as run_checks
    from verify.showing.screen import is_long

    if json_file and json_file != "-":
        refuse_unwritable(json_file)
        json_file = os.path.abspath(json_file)  # whatever folder a file with theorems goes to
    folder = os.path.abspath(store)
    if part is not None:
        from verify.evidence.memory import parse_memory
        from verify.evidence.parts import Part
        from verify.evidence.settings import Settings

        how = Settings(
            *(budget, alpha, seed, jobs, backend, store, fresh),
            overrides=overrides,
            task_seconds=task_seconds,
            replicates=replicates,
            part=Part.parse(part),
            scheduler=scheduler,
            memory=parse_memory(memory) if memory else None,
        )
        _draw_part(ids, how, json_file, quiet=quiet)
        return
    with alone(json_file), Live(quiet=quiet or json_file == "-") as progress:
        report = run_checks(
            ids,
            budget=budget,
            alpha=alpha,
            seed=seed,
            jobs=jobs,
            backend=backend,
            store=store,
            fresh=fresh,
            confirm=confirm,
            set=overrides,
            task_seconds=task_seconds,
            replicates=replicates,
            settle=(seconds or TEN_MINUTES) if settle else None,
            scheduler=scheduler,
            memory=memory,
            progress=progress,
        )
        if "blunt" in only or budget == "full" or not is_long(report.verdicts):
            report = report.sharpened(progress)
    _print_report(report, ids, json_file, folder, verbose=verbose, only=only)
    with contextlib.suppress(UserError):  # a store that may only be read remembers no last run
        report.to_json(Path(folder) / LAST)
    tell_errors(verdict.trace for verdict in report)
    if plots:
        with Live(quiet=quiet, doing="drawing") as progress:
            count = report.save_plots(plots, progress)
        click.echo(f"{count} plots in {plots}", err=True)
    sys.exit(report.exit_status)


def _dry_run(
    ids: tuple[str, ...], budget: Budget, jobs: int | None, overrides: dict[str, Any]
) -> None:
    from verify.catalogue.selection import registry_for, select
    from verify.evidence.workers import usable_cores
    from verify.showing.costs import forecast_table
    from verify.showing.rows import show as print_

    registry = registry_for(ids)
    print_(
        forecast_table(registry, select(registry, ids), budget, jobs or usable_cores(), overrides)
    )


def _draw_part(
    ids: tuple[str, ...], settings: Settings, json_file: str | None, *, quiet: bool
) -> None:
    """Draw a part; status 1 if a simulation failed, else 0, since there is no verdict to be had."""
    from verify.catalogue.selection import registry_for, select
    from verify.runner import draw_claims
    from verify.showing.costs import part_words
    from verify.showing.live import Live

    registry = registry_for(ids)
    with alone(json_file), Live(quiet=quiet or json_file == "-") as progress:
        report, drawn = draw_claims(registry, select(registry, ids), settings, progress)
    if json_file and json_file != "-":
        report.to_json(json_file)
    with reading():
        words = part_words(drawn, report.seconds, settings, ids)
        click.echo(report.to_json() if json_file == "-" else words)
    sys.exit(1 if drawn.failures else 0)


def _print_report(
    report: Report,
    ids: tuple[str, ...],
    json_file: str | None,
    folder: str,
    *,
    verbose: bool,
    only: set[str],
) -> None:
    from verify.evidence.writing import write_whole
    from verify.showing.rows import as_text
    from verify.showing.rows import show as print_
    from verify.showing.screen import Screen, is_long
    from verify.showing.verdicts import VerdictTable

    if json_file and json_file != "-":
        report.to_json(json_file)
    everything = VerdictTable(report, examples=True)
    with reading():
        if json_file == "-":
            sys.stdout.write(report.to_json() + "\n")
        elif only:
            chosen = tuple(one for one in report if _is_wanted(one, only))
            print_(VerdictTable(report, examples=True, only=chosen))
        elif verbose or not is_long(report.verdicts):
            print_(everything if verbose else report)
        else:
            table = _place_of_table(json_file, folder)
            try:
                write_whole(table, as_text(everything) + "\n")
            except UserError:
                print_(everything)
                return
            assert report.context is not None
            context, file = report.context, os.path.relpath(table)
            print_(Screen(report, context.registry, context.settings, ids, file), SCREEN)


def _place_of_table(json_file: str | None, folder: str) -> Path:
    """Return where the table of all verdicts goes: beside a JSON file, else into the store."""
    if json_file and json_file.endswith(".json") and os.path.isfile(json_file):
        return Path(json_file).with_suffix(".txt")
    return Path(folder) / TABLE


def _is_wanted(verdict: Verdict, only: set[str]) -> bool:
    found = {verdict.verdict}
    found |= {"unexpected"} if verdict.is_unexpected else set()
    return bool(only & (found | ({"blunt"} if verdict.is_blunt else set())))
