"""``verify show``: everything there is to say about a theorem."""

from __future__ import annotations

import sys
from typing import Any

import click

from verify.command_line import completing
from verify.command_line.options import guarded, write_json
from verify.errors import UserError

WIDTH = 110
"""Columns where there is no terminal, and COLUMNS does not say how many."""


@click.command("show")
@completing.argument("id", metavar="ID|FILE.py[#PART]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@guarded
def command(id: str, as_json: bool) -> None:
    """Show a theorem: statement, hypotheses, quantities, checks, errata, citation."""
    from verify.showing.remembered import remembered

    shown = remembered("show", (id,), lambda: _facts(id))
    if as_json:
        write_json({"schema": 1, "theorems": shown}, "-")
        return
    from rich.console import Console

    from verify.showing.describe import describe
    from verify.showing.rows import as_text, terminal_width

    if not sys.stdout.isatty():
        for one in shown:
            click.echo(as_text(describe(one), terminal_width(WIDTH)))
        return
    for one in shown:
        Console().print(describe(one), highlight=False)


def _facts(id: str) -> list[dict[str, Any]]:
    from verify.catalogue.selection import registry_for, select
    from verify.showing.facts import facts

    registry = registry_for((id,))
    items = select(registry, (id,))
    if id in registry.paper_keys():
        raise UserError(
            f"{id} is a paper. Name one of its statements, such as {items[0].theorem.id}; "
            f"`verify list {id}` has them all."
        )
    only = {item.claim.name for item in items}
    theorems = {item.theorem.id: item.theorem for item in items}.values()
    return [facts(registry, theorem, only) for theorem in theorems]
