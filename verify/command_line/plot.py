"""``verify plot``: predicted against observed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.command_line import completing
from verify.command_line.options import guarded, options, stop

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget


@click.command("plot")
@completing.argument("id", metavar="ID|FILE.py[#PART]")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="png, svg or pdf.")
@click.option("--csv", type=click.Path(dir_okay=False), help="Also write the points it shows.")
@options("budget", "seed", "jobs", "store", "quiet")
@guarded
def command(
    id: str,
    output: str | None,
    csv: str | None,
    budget: Budget,
    seed: int,
    jobs: int | None,
    store: str,
    quiet: bool,
) -> None:
    """Draw predicted against observed, one panel per claim."""
    from verify.catalogue.selection import registry_for, select
    from verify.evidence.writing import refuse_unwritable
    from verify.runner import run as run_checks
    from verify.showing.live import Live
    from verify.showing.picture import write
    from verify.showing.plots import nothing_to_draw

    registry = registry_for((id,))
    reason = nothing_to_draw(registry, select(registry, (id,)))
    if reason:
        stop(reason)
    if csv:
        refuse_unwritable(csv)
    with Live(quiet=quiet) as progress:
        report = run_checks(
            id,
            budget=budget,
            seed=seed,
            jobs=jobs,
            store=store,
            progress=progress,
        )
    file, hash_, part = Path(id).name.partition("#")
    name = file.removesuffix(".py") + hash_.replace("#", "-") + part.replace("#", "-")
    target = Path(output or f"{name}.png")
    for written in write(report.plot(), target, csv):
        click.echo(written)
