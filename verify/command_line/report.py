"""``verify report``: one HTML file for people, judged from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from verify.command_line.options import guarded, options, stop

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget


@click.command("report")
@click.argument("ids", nargs=-1, metavar="[ID|PAPER|FILE.py[#PART]]...")
@click.option(
    "--from",
    "source",
    metavar="REPORT.json",
    help="Show the verdicts of a report, with its budget, level, seed and settings.",
)
@click.option(
    "-o", "--output", default="report.html", show_default=True, help="The file that is written."
)
@options("budget", "alpha", "seed", "store", "set")
@guarded
def command(
    ids: tuple[str, ...],
    source: str | None,
    output: str,
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
    from verify.loading import load_report
    from verify.runner import recall_claims
    from verify.showing.live import Live

    refuse_unwritable(output)
    with Live(quiet=False, doing="judging and drawing") as progress:
        if source:
            report, items = load_report(source, store=store), []
        else:
            registry = registry_for(ids)
            items = select(registry, ids)
            how = Settings(budget, alpha, seed, store=store, overrides=parse_settings(settings))
            report = recall_claims(registry, items, how, progress)
        text = report.to_html(output, claims=items, progress=progress)
    missing = len(items) - len(report) if items else 0
    words = f"{output}: {len(report)} verdicts, {len(text.encode()) / 1e6:.1f} MB"
    click.echo(f"{words}; {missing} claims are not in the store" if missing else words)
