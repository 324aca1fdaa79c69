"""``verify diff``: what changed between two reports."""

from __future__ import annotations

import click

from verify.command_line.options import guarded


@click.command("diff")
@click.argument("before", metavar="A.json")
@click.argument("after", metavar="B.json")
@guarded
def command(before: str, after: str) -> None:
    """Say what changed between two reports."""
    from verify.loading import load_report
    from verify.showing.difference import difference_table
    from verify.showing.rows import show as print_

    print_(difference_table(load_report(before), load_report(after)))
