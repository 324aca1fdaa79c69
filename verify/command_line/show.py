"""``verify show``: everything there is to say about a theorem."""

from __future__ import annotations

import sys

import click

from verify.command_line.options import guarded
from verify.errors import UserError


@click.command("show")
@click.argument("id", metavar="ID|FILE.py")
@guarded
def command(id: str) -> None:
    """Show a theorem: statement, hypotheses, quantities, checks, errata, citation."""
    from rich.console import Console

    from verify.catalogue.selection import registry_for, select
    from verify.showing.describe import describe

    registry = registry_for((id,))
    items = select(registry, (id,))
    if id in registry.paper_keys():
        raise UserError(
            f"{id} is a paper. Name one of its statements, such as {items[0].theorem.id}; "
            f"`verify list {id}` has them all."
        )
    only = id.partition("#")[2]
    console = Console(width=None if sys.stdout.isatty() else 110)
    for theorem in {item.theorem.id: item.theorem for item in items}.values():
        console.print(describe(registry, theorem, only), highlight=False)
