"""``verify show``: everything there is to say about a theorem, or of a paper in one screen."""

from __future__ import annotations

import sys
from typing import Any

import click

from verify.command_line import completing
from verify.command_line.options import guarded, write_json

WIDTH = 110
"""Columns where there is no terminal, and COLUMNS does not say how many."""


@click.command("show")
@completing.argument("id", metavar="ID|PAPER|FILE.py[#PART]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@guarded
def command(id: str, as_json: bool) -> None:
    """Show a theorem: statement, hypotheses, quantities, checks, errata, citation.

    Of a paper it shows its statements and what is false as printed; with --json, all of them whole.
    """
    from verify.showing.remembered import remembered

    if as_json:
        facts = remembered("show --json", (id,), lambda: _facts(id))
        write_json({"schema": 1, "theorems": facts}, "-")
        return
    from rich.console import Console

    from verify.showing.describe import describe, describe_paper
    from verify.showing.rows import as_text, terminal_width

    shown = remembered("show", (id,), lambda: _overview(id) or _facts(id))
    is_paper = isinstance(shown, dict)
    for one in [describe_paper(shown)] if is_paper else map(describe, shown):
        if sys.stdout.isatty():
            Console().print(one, highlight=False)
        else:
            click.echo(as_text(one, terminal_width(WIDTH)))


def _overview(id: str) -> dict[str, Any]:
    """Return what there is to say about a paper; nothing if it is the id of something else."""
    from verify.catalogue.selection import registry_for, select
    from verify.showing.facts import overview

    registry = registry_for((id,))
    paper = registry.papers.get(id) if id in registry.paper_keys() else None
    return {} if paper is None else overview(paper, select(registry, (id,)))


def _facts(id: str) -> list[dict[str, Any]]:
    from verify.catalogue.selection import registry_for, select
    from verify.showing.facts import facts

    registry = registry_for((id,))
    items = select(registry, (id,))
    only = {item.claim.name for item in items}
    theorems = {item.theorem.id: item.theorem for item in items}.values()
    return [facts(registry, theorem, only) for theorem in theorems]
