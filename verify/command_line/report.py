"""``verify report``: one HTML file for people, judged from the store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from verify.command_line import completing
from verify.command_line.options import guarded, options, stop

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget


@click.command("report")
@completing.argument("ids", nargs=-1, metavar="[ID|PAPER|FILE.py[#PART]]...")
@click.option(
    "--from",
    "source",
    metavar="REPORT.json",
    help="Show the verdicts of a report, with its budget, level, seed and settings.",
)
@click.option(
    "-o", "--output", default="report.html", show_default=True, help="The file that is written."
)
@click.option(
    "--figures",
    metavar="DIRECTORY",
    help="Pictures of the papers' own figures, as wang2022-figure-2.png, to stand beside ours.",
)
@options("budget", "alpha", "seed", "store", "set")
@guarded
def command(
    ids: tuple[str, ...],
    source: str | None,
    output: str,
    figures: str | None,
    budget: Budget,
    alpha: float,
    seed: int,
    store: str,
    settings: tuple[str, ...],
) -> None:
    """Write one HTML file with statements, verdicts, plots, errata and what rests on what.

    It is judged from the store, and nothing is simulated: what is not there is said, with the
    command that computes it. Without ids it is about everything that is registered.
    """
    if ids and source:
        stop("give ids or --from, not both.")
    from verify.catalogue.overrides import parse_settings
    from verify.catalogue.selection import registry_for, select
    from verify.evidence.settings import Settings
    from verify.evidence.writing import refuse_unwritable
    from verify.figures.plates import plates
    from verify.loading import load_report
    from verify.runner import recall_claims
    from verify.showing.live import Live
    from verify.words import counted

    refuse_unwritable(output)
    with Live(quiet=False, doing="judging and drawing") as progress:
        if source:
            report = load_report(source, store=store)
            registry, how = report.evidence.registry, report.evidence.settings
            items = registry.known(verdict.id for verdict in report)
        else:
            registry = registry_for(ids)
            items = select(registry, ids)
            how = Settings(budget, alpha, seed, store=store, overrides=parse_settings(settings))
            report = recall_claims(registry, items, how, progress)
        drawn = plates(registry, items, how, progress, figures)
        report.to_html(output, claims=items, plates=drawn, progress=progress)
    missing = 0 if source else len(items) - len(report)
    words = f"{output}: {counted(len(report), 'verdict')}, {os.path.getsize(output) / 1e6:.1f} MB"
    lacking = f"{counted(missing, 'claim')} {'is' if missing == 1 else 'are'} not in the store"
    click.echo(f"{words}; {lacking}" if missing else words)
