"""``verify list``: every claim in a line."""

from __future__ import annotations

from typing import Any

import click

from verify.command_line import completing
from verify.command_line.options import guarded, write_json

COLUMNS = ("claim", "kind", "expected", "statement")


@click.command("list")
@completing.argument("ids", nargs=-1, metavar="[PAPER|ID|FILE.py[#PART]]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@guarded
def command(ids: tuple[str, ...], as_json: bool) -> None:
    """List every claim: id, kind, expected verdict, statement."""
    if as_json:
        from verify.showing.remembered import remembered

        write_json(remembered("list --json", ids, lambda: _entries(ids)), "-")
        return
    from verify.showing.columns import show_rows
    from verify.showing.listing import claims

    show_rows(COLUMNS, claims(ids))


def _entries(ids: tuple[str, ...]) -> list[dict[str, Any]]:
    from verify.catalogue.selection import registry_for, select
    from verify.showing.facts import list_entry

    registry = registry_for(ids)
    return [list_entry(registry, item) for item in select(registry, ids)]
