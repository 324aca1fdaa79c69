"""``verify merge``: join stores that were drawn in parts."""

from __future__ import annotations

import click

from verify.command_line.options import guarded, reading


@click.command("merge")
@click.argument("stores", nargs=-1, required=True, metavar="STORE STORE...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False),
    metavar="STORE",
    help="Folder of the new store.",
)
@guarded
def command(stores: tuple[str, ...], output: str) -> None:
    """Join stores of equal seed, settings and fingerprints to a new one.

    What is in several of them is compared: bit for bit, or to 1e-9 where it was made on processors
    of different kinds. `verify run ... --store STORE` then judges all of it.
    """
    from verify.evidence.merging import merge

    merged = merge(stores, output)
    with reading():
        for folder, blocks, parts in merged.given:
            words = f"  part {' and '.join(parts)}" if parts else ""
            click.echo(f"{blocks:>10} blocks  {folder}{words}")
        click.echo(f"{merged.blocks:>10} blocks  {merged.folder}")
        if twice := merged.equal + merged.close:
            close = f", {merged.close} of them up to 1e-9" if merged.close else ""
            click.echo(f"{twice} were in several and came out alike{close or ', bit for bit'}.")
        if merged.missing:
            click.echo(
                f"Not among them: part {', '.join(merged.missing)}; a run draws what is missing."
            )
