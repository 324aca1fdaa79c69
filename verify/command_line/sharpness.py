"""``verify sharpness``: which constants and exponents the evidence pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from verify.command_line.options import alone, guarded, options, reading, write_json

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget


@click.command("sharpness")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--budget",
    type=click.Choice(["quick", "full"]),
    default="quick",
    show_default=True,
    help="Evidence to judge on.",
)
@options("alpha", "seed", "jobs", "backend", "store", "task_seconds", "json")
@guarded
def command(
    ids: tuple[str, ...],
    budget: Budget,
    alpha: float,
    seed: int,
    jobs: int | None,
    backend: str,
    store: str,
    task_seconds: float | None,
    json_file: str | None,
) -> None:
    """Find with which other constants and exponents the claims would hold as well."""
    from verify.catalogue.selection import registry_for, select
    from verify.evidence.settings import Settings
    from verify.evidence.writing import refuse_unwritable
    from verify.report import SharpnessReport
    from verify.showing.live import Live
    from verify.showing.tables import show as print_

    registry = registry_for(ids)
    if json_file and json_file != "-":
        refuse_unwritable(json_file)
    settings = Settings(budget, alpha, seed, jobs, backend, store, task_seconds=task_seconds)
    with alone(json_file), Live(quiet=json_file == "-") as progress:
        result = SharpnessReport.of(registry, select(registry, ids), settings, progress)
    if json_file:
        write_json(result.to_dict(), json_file)
    if json_file != "-":
        with reading():
            print_(result)
