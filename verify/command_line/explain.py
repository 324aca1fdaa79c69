"""``verify explain``: why a claim is undecided or blunt, and what would settle it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.command_line import completing
from verify.command_line.options import guarded, options, reading

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget
    from verify.report import Report


@click.command("explain")
@completing.argument("ids", nargs=-1, required=True, metavar="[FILE.py] ID")
@click.option("--from", "source", metavar="REPORT.json", help="How the run of a report was done.")
@click.option("--budget", type=click.Choice(["quick", "full"]), help="Evidence to judge on.")
@options("jobs", "store", "quiet")
@guarded
def command(
    ids: tuple[str, ...],
    source: str | None,
    budget: Budget | None,
    jobs: int | None,
    store: str,
    quiet: bool,
) -> None:
    """Say why a claim is undecided or blunt, what would settle it, and what that takes.

    It is judged again on what is stored, as far as the last run went (or that of --from), if that
    was about it; what is not there is drawn.
    """
    from verify.catalogue.selection import registry_for, select
    from verify.evidence.settings import Settings
    from verify.runner import run_claims
    from verify.showing.live import Live
    from verify.showing.rows import show as print_

    before = _before(source, store)
    registry = registry_for(ids)
    items = select(registry, ids)
    settings = Settings(store=store)
    if before is not None and before.context is not None:
        if source is not None or {one.id for one in items} & {one.id for one in before}:
            settings = before.context.settings
    if budget is not None:
        settings = replace(settings, budget=budget, as_far={})
    with Live(quiet=quiet) as progress:
        report = run_claims(registry, items, replace(settings, jobs=jobs), progress)
        found = report.explanations(progress)
    with reading():
        if not found:
            print(f"Nothing is open: all {len(report)} claims are decided, and none is blunt.")
        for one in found:
            print_(one, 100)


def _before(source: str | None, store: str) -> Report | None:
    """Return a report, by default the last one in the store, if there is one."""
    from verify.errors import UserError
    from verify.loading import load_report

    try:
        return load_report(source or Path(store) / "last.json", store=store)
    except UserError:
        if source is not None:
            raise
        return None
