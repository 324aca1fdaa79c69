"""``verify list``: every claim in a line."""

from __future__ import annotations

import click

from verify.command_line.options import guarded, write_json


@click.command("list")
@click.argument("ids", nargs=-1, metavar="[PAPER|ID|FILE.py]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@guarded
def command(ids: tuple[str, ...], as_json: bool) -> None:
    """List every claim: id, kind, expected verdict, statement."""
    from verify.catalogue.selection import registry_for, select

    registry = registry_for(ids)
    items = select(registry, ids)
    if as_json:
        from verify.showing.facts import list_entry

        write_json([list_entry(registry, item) for item in items], "-")
        return
    from verify.showing.facts import one_line
    from verify.showing.tables import show_rows

    rows = [(item.id, item.claim.kind, item.claim.expected, one_line(item)) for item in items]
    show_rows(("claim", "kind", "expected", "statement"), rows)
