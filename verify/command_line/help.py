"""``verify help``: the help of a command, and a page on the kinds of claims."""

from __future__ import annotations

import click

from verify.command_line.options import guarded, reading
from verify.errors import UnknownName


@click.command("help", short_help="verify help kinds: what can be claimed.")
@click.argument("topic", metavar="[kinds|COMMAND]", required=False)
@click.pass_context
@guarded
def command(context: click.Context, topic: str | None) -> None:
    """Explain a command, or all kinds of claims on one page (`verify help kinds`)."""
    parent = context.parent
    assert parent is not None and isinstance(parent.command, click.Group)
    if topic == "kinds":
        from verify.showing.kinds import page

        with reading():
            click.echo(page())
        return
    if topic is None:
        click.echo(parent.get_help())
        return
    found = parent.command.get_command(parent, topic)
    if found is None:
        raise UnknownName("command or page", topic, ["kinds", *parent.command.commands])
    with click.Context(found, info_name=topic, parent=parent) as inner:
        click.echo(found.get_help(inner))
