"""``verify plan``: what a decision would take."""

from __future__ import annotations

import click

from verify.command_line import completing
from verify.command_line.options import alone, guarded, options, reading, write_json


@click.command("plan")
@completing.argument(
    "ids",
    nargs=-1,
    required=True,
    metavar="ID|PAPER|FILE.py[#PART]...",
)
@click.option(
    "--target",
    "wanted",
    metavar="decided|width=W",
    default="decided",
    show_default=True,
    help="A verdict, or an interval of that width.",
)
@options("set", "alpha", "seed", "jobs", "store", "json", "quiet")
@guarded
def command(
    ids: tuple[str, ...],
    wanted: str,
    settings: tuple[str, ...],
    alpha: float,
    seed: int,
    jobs: int | None,
    store: str,
    json_file: str | None,
    quiet: bool,
) -> None:
    """Say how many replicates, core-hours and how much memory a decision takes.

    It is planned by what is stored, at its measured cost. Of what nothing is stored a first look is
    drawn if that is cheap. Nothing else is simulated.
    """
    from verify.catalogue.overrides import parse_settings
    from verify.catalogue.selection import registry_for, select
    from verify.evidence.settings import Settings
    from verify.evidence.workers import usable_cores
    from verify.judging.planning import plan_claims, target
    from verify.showing.costs import plan_data, plan_table
    from verify.showing.live import Live
    from verify.showing.rows import show as print_

    width, overrides = target(wanted), parse_settings(settings)
    registry = registry_for(ids)
    how = Settings(alpha=alpha, seed=seed, jobs=jobs, store=store, overrides=overrides)
    with alone(json_file), Live(quiet=quiet or json_file == "-") as progress:
        plans = plan_claims(registry, select(registry, ids), how, width, progress)
    if json_file:
        write_json(plan_data(plans, wanted, how), json_file)
    if json_file != "-":
        with reading():
            print_(plan_table(plans, ids, how, jobs or usable_cores(), wanted))
