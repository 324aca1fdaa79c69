"""``verify run``: check claims and print their verdicts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from verify.command_line.options import alone, guarded, options, reading, stop, tell_errors

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget
    from verify.report import Report


@click.command("run")
@click.argument("ids", nargs=-1, metavar="[ID|PAPER|FILE.py[#PART]]...")
@click.option("--all", "everything", is_flag=True, help="Everything that is registered.")
@options("budget", "alpha", "seed", "jobs", "backend", "store", "fresh", "set", "task_seconds")
@options("json")
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
@guarded
def command(
    ids: tuple[str, ...],
    everything: bool,
    budget: Budget,
    alpha: float,
    seed: int,
    jobs: int | None,
    backend: str,
    store: str,
    fresh: bool,
    settings: tuple[str, ...],
    task_seconds: float | None,
    json_file: str | None,
    confirm: bool,
    plots: str | None,
    dry_run: bool,
) -> None:
    """Run the checks of claims and print their verdicts."""
    if not ids and not everything:
        stop("say what to run: an id, a paper, a file with theorems, or --all.")
    if ids and everything:
        stop("give ids or --all, not both.")
    from verify.catalogue.overrides import parse_settings
    from verify.showing.live import Live

    overrides = parse_settings(settings)
    if dry_run:
        _dry_run(ids, budget, jobs, overrides)
        return
    from verify.evidence.writing import refuse_unwritable
    from verify.runner import run as run_checks

    if json_file and json_file != "-":
        refuse_unwritable(json_file)
        json_file = os.path.abspath(json_file)  # whatever folder a file with theorems goes to
    with alone(json_file), Live(quiet=json_file == "-") as progress:
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
            progress=progress,
        )
    _print_report(report, json_file)
    tell_errors(verdict.trace for verdict in report)
    if plots:
        click.echo(f"drawing into {plots}", err=True)
        count = report.save_plots(plots, tell=lambda words: click.echo(words, err=True))
        click.echo(f"{count} plots in {plots}", err=True)
    sys.exit(report.exit_status)


def _dry_run(
    ids: tuple[str, ...], budget: Budget, jobs: int | None, overrides: dict[str, Any]
) -> None:
    from verify.catalogue.selection import registry_for, select
    from verify.evidence.workers import usable_cores
    from verify.showing.costs import forecast_table
    from verify.showing.tables import show as print_

    registry = registry_for(ids)
    print_(
        forecast_table(registry, select(registry, ids), budget, jobs or usable_cores(), overrides)
    )


def _print_report(report: Report, json_file: str | None) -> None:
    from verify.showing.tables import show as print_

    with reading():
        if json_file == "-":
            sys.stdout.write(report.to_json() + "\n")
        else:
            print_(report)
    if json_file and json_file != "-":
        report.to_json(json_file)
