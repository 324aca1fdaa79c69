"""What the commands that attack a claim have in common: mutants, sharpness, sabotage."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget


def probe(name: str, report: str, words: str, *, budget: Budget) -> click.Command:
    """Return the command that reports on the claims that it is given, by `verify.probe_reports`.

    Parameters
    ----------
    name : str
        The command's.
    report : str
        The class in `verify.probe_reports`; its ``failed`` sets the exit status.
    words : str
        What the help says.
    budget : {"quick", "full"}
        The default evidence.
    """
    default = budget

    @click.command(name, help=words)
    @completing.argument("ids", nargs=-1, metavar="[ID|PAPER|FILE.py[#PART]]...")
    @click.option("--all", "everything", is_flag=True, help="Everything that is registered.")
    @click.option(
        "--budget",
        type=click.Choice(["quick", "full"]),
        default=default,
        show_default=True,
        help="Evidence to judge on.",
    )
    @options(
        "alpha", "seed", "jobs", "backend", "scheduler", "store", "task_seconds", "json", "quiet"
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
        scheduler: str | None,
        store: str,
        task_seconds: float | None,
        json_file: str | None,
        quiet: bool,
    ) -> None:
        refuse_all_or_none(ids, everything, "judge")
        from verify import probe_reports
        from verify.catalogue.selection import registry_for, select
        from verify.evidence.settings import Settings
        from verify.evidence.writing import refuse_unwritable
        from verify.showing.kept import Kept
        from verify.showing.live import Live
        from verify.showing.rows import show as print_

        registry = registry_for(ids)
        if json_file and json_file != "-":
            refuse_unwritable(json_file)
        settings = Settings(
            *(budget, alpha, seed, jobs, backend, store),
            task_seconds=task_seconds,
            scheduler=scheduler,
        )
        with alone(json_file), Live(quiet=quiet or json_file == "-") as progress:
            items = select(registry, ids)
            judged = getattr(probe_reports, report).of(registry, items, settings, progress)
        data = judged.to_dict()
        found = data.get("mutants") or data.get("claims") or ()
        Kept(registry, settings).keep(name, [item.id for item in items], found)
        if json_file:
            write_json(data, json_file)
        if json_file != "-":
            with reading():
                print_(judged)
        sys.exit(1 if judged.failed else 0)

    return command
