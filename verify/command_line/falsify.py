"""``verify falsify``: the search for a counter-example."""

from __future__ import annotations

import sys

import click

from verify.command_line import completing
from verify.command_line.options import (
    alone,
    guarded,
    options,
    reading,
    refuse_all_or_none,
    write_json,
)


@click.command("falsify")
@completing.argument(
    "ids",
    nargs=-1,
    metavar="[ID|PAPER|FILE.py[#PART]]...",
)
@click.option("--all", "everything", is_flag=True, help="Everything that is registered.")
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    default=10.0,
    show_default=True,
    help="How long is searched for each claim that is simulated.",
)
@options("set", "seed", "alpha", "task_seconds", "json", "quiet")
@guarded
def command(
    ids: tuple[str, ...],
    everything: bool,
    seconds: float,
    settings: tuple[str, ...],
    seed: int,
    alpha: float,
    task_seconds: float | None,
    json_file: str | None,
    quiet: bool,
) -> None:
    """Search for a violation of claims, and shrink it.

    What `where` and the required hypotheses allow is searched, not the cells of a check. With --set
    a parameter keeps a value. A statement about a regime is violated only along a ray inside it.
    Exit status 1: a claim is violated that is not known to be false.
    """
    refuse_all_or_none(ids, everything, "search")
    from verify.catalogue.overrides import parse_settings
    from verify.catalogue.selection import registry_for, select
    from verify.evidence.settings import Settings
    from verify.evidence.writing import refuse_unwritable
    from verify.showing.falsified import FalsifyReport
    from verify.showing.live import Live
    from verify.showing.rows import show as print_

    registry = registry_for(ids)
    if json_file and json_file != "-":
        refuse_unwritable(json_file)
    how = Settings(
        alpha=alpha, seed=seed, task_seconds=task_seconds, overrides=parse_settings(settings)
    )
    with alone(json_file), Live(quiet=quiet or json_file == "-", doing="searching") as progress:
        found = FalsifyReport.of(registry, select(registry, ids), how, progress, seconds)
    if json_file:
        write_json(found.to_dict(), json_file)
    if json_file != "-":
        with reading():
            print_(found)
    sys.exit(1 if found.failed else 0)
