"""``verify explain``: why a claim is undecided or blunt, and what would settle it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verify.command_line.options import guarded, options, reading

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget


@click.command("explain")
@click.argument("ids", nargs=-1, required=True, metavar="[FILE.py] ID")
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

    It is judged again on what is stored, as far as the last run went (or that of --from); what is
    not there is drawn.
    """
    from verify.runner import run as run_checks
    from verify.showing.live import Live
    from verify.showing.tables import show as print_

    before = _run_of(source, store)
    with Live(quiet=quiet) as progress:
        report = run_checks(
            ids,
            jobs=jobs,
            store=store,
            progress=progress,
            **(before if budget is None else {**before, "budget": budget, "replicates": None}),
        )
        found = report.explanations(progress)
    with reading():
        if not found:
            print(f"Nothing is open: all {len(report)} claims are decided, and none is blunt.")
        for one in found:
            print_(one, 100)


def _run_of(source: str | None, store: str) -> dict[str, Any]:
    """Return how a report was made, by default the last one in the store, if there is one."""
    from verify.errors import UserError
    from verify.loading import load_report

    try:
        report = load_report(source or Path(store) / "last.json")
    except UserError:
        if source is not None:
            raise
        return {}
    names = ("budget", "alpha", "seed", "replicates", "set")
    return {name: getattr(report, name) for name in names}
