"""``verify figure``: a paper's own figure, from our simulation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.command_line.options import guarded, options

if TYPE_CHECKING:
    from verify.catalogue.budgets import Budget


@click.command("figure")
@click.argument("id", metavar="[PAPER/figure-N]", required=False)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="png, svg or pdf.")
@click.option("--csv", type=click.Path(dir_okay=False), help="Also write the points it shows.")
@options("budget", "seed", "jobs", "backend", "scheduler", "memory", "store", "quiet")
@click.option(
    "--mnist", type=click.Path(exists=False), help="The real MNIST files, where a figure uses them."
)
@click.option(
    "--repetitions", type=int, help="Fewer or more than the budget's; what is stored is kept."
)
@guarded
def command(
    id: str | None,
    output: str | None,
    csv: str | None,
    budget: Budget,
    seed: int,
    jobs: int | None,
    backend: str,
    scheduler: str | None,
    memory: str | None,
    store: str,
    mnist: str | None,
    repetitions: int | None,
    quiet: bool,
) -> None:
    """Draw a figure of a paper from our own simulation; without a name, list them all."""
    from verify.evidence.writing import refuse_unwritable
    from verify.figures import draw
    from verify.showing.live import Live
    from verify.showing.picture import write

    if id is None:
        _list_figures()
        return
    if csv:
        refuse_unwritable(csv)
    with Live(quiet=quiet) as progress:
        picture = draw(
            id,
            budget=budget,
            seed=seed,
            jobs=jobs,
            backend=backend,
            scheduler=scheduler,
            memory=memory,
            store=store,
            mnist=mnist,
            repetitions=repetitions,
            progress=progress,
        )
    target = Path(output or f"{id.replace('/', '-')}.png")
    for written in write(picture, target, csv):
        click.echo(written)


def _list_figures() -> None:
    from verify.figures import registered
    from verify.showing.plain import plain
    from verify.showing.rows import Rows
    from verify.showing.rows import show as print_
    from verify.showing.tables import duration

    rows = [
        (
            name,
            duration(figure.forecast("quick")),
            duration(figure.forecast("full")),
            plain(figure.title),
        )
        for name, figure in registered().items()
    ]
    print_(Rows(("figure", "CPU (quick)", "CPU (full)", "what it shows"), rows))
