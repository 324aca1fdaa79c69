"""``verify cite``: the BibTeX entry of a paper."""

from __future__ import annotations

import click

from verify.command_line import completing
from verify.command_line.options import guarded
from verify.errors import UserError


@click.command("cite")
@completing.argument("id")
@guarded
def command(id: str) -> None:
    """Print the BibTeX entry of a theorem's paper, or of a paper."""
    from verify.catalogue.selection import registry_for, select

    registry = registry_for([id])
    paper = registry.papers.get(id) or select(registry, [id])[0].theorem.paper
    if paper is None:
        raise UserError(f"{id} names no paper: give its Theorem a paper=... to cite.")
    click.echo(paper.bibtex.strip())
