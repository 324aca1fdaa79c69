"""``verify cite``: the BibTeX entry of a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from verify.command_line.options import guarded
from verify.errors import UserError

if TYPE_CHECKING:
    from verify.catalogue.registry import Registry


@click.command("cite")
@click.argument("id")
@guarded
def command(id: str) -> None:
    """Print the BibTeX entry of a theorem's paper, or of a paper."""
    registry = _registry()
    if id in registry.papers:
        paper = registry.papers[id]
    else:
        paper = registry.resolve([id])[0].theorem.paper
        if paper is None:
            raise UserError(f"{id} names no paper: give its Theorem a paper=... to cite.")
    click.echo(paper.bibtex.strip())


def _registry() -> Registry:
    from verify.catalogue.registry import load_registry

    return load_registry()
