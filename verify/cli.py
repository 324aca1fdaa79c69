"""The command line: ``verify list``, ``show``, ``run``, ``plot``, ``figure``, ``mutants``, ...

Commands import what they need when they are called, so that help is instant.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verify.errors import UserError

if TYPE_CHECKING:
    from verify.registry import Registry
    from verify.verdict import Report

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
INTERRUPTED = 130


def _stop(message: str) -> None:
    """Say what is wrong in one line and end with status 2."""
    click.echo(f"verify: {message}", err=True)
    sys.exit(2)


def _guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a user's mistake into one line, and Ctrl-C into status 130."""

    @wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UserError as mistake:
            _stop(str(mistake))
        except KeyboardInterrupt:
            click.echo(
                "\nInterrupted. What was computed is kept; the same command goes on from there.",
                err=True,
            )
            # Workers may hang in a long computation; nothing they hold is needed any more.
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        except BrokenPipeError:
            os._exit(0)

    return wrapper


def _options(*names: str) -> Callable[..., Any]:
    """Attach the options that several commands share."""
    known = {
        "budget": click.option(
            "--budget", type=click.Choice(["quick", "full"]), default="quick", show_default=True,
            help="How far to go. Quick is a prefix of full.",
        ),
        "seed": click.option(
            "--seed", type=click.IntRange(0), default=0, show_default=True,
            help="Root of all randomness.",
        ),
        "alpha": click.option(
            "--alpha", type=float, default=0.01, show_default=True,
            help="Error of the whole report, for broken and for holds each.",
        ),
        "jobs": click.option(
            "--jobs", type=click.IntRange(1), default=None,
            help="Processes. [default: one per core]",
        ),
        "backend": click.option(
            "--backend", type=click.Choice(["loky", "dask"]), default="loky", show_default=True,
            help="Local processes or a Dask cluster.",
        ),
        "store": click.option(
            "--store", type=click.Path(file_okay=False), default=".verify", show_default=True,
            help="Folder of the stored replicates.",
        ),
        "fresh": click.option(
            "--fresh", is_flag=True, help="Begin a new store instead of going on with the old one."
        ),
        "set": click.option(
            "--set", "settings", multiple=True, metavar="NAME=VALUE",
            help="Change a parameter of the grid, as in --set sigma=0.5.",
        ),
        "json": click.option(
            "--json", "json_file", metavar="FILE|-", default=None,
            help="Write the result as JSON; - is standard output.",
        ),
    }

    def attach(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names):
            command = known[name](command)
        return command

    return attach


@click.group(context_settings=CONTEXT)
@click.version_option(package_name="theorycheck", prog_name="verify")
def main() -> None:
    """Hold the theorems of learning theory to their promises.

    An ID is a theorem (xing2021/theorem-2), one of its claims (xing2021/theorem-2#risk) or a
    paper (xing2021).

    \b
    Exit status: 0 every verdict is the expected one, 1 some verdict is not,
    2 the call is wrong, 3 nothing unexpected but something undecided.
    """


@main.command("list")
@click.argument("ids", nargs=-1, metavar="[PAPER|ID|FILE.py]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_guarded
def list_(ids: tuple[str, ...], as_json: bool) -> None:
    """List every claim: id, kind, expected verdict, statement."""
    from verify.selection import registry_for, select
    from verify.tables import show as print_

    registry = registry_for(ids)
    items = select(registry, ids)
    if as_json:
        from verify.describe import list_entry

        _write_json([list_entry(registry, item) for item in items], "-")
        return
    from verify.describe import one_line
    from verify.tables import simple_table

    rows = [
        (item.id, item.claim.kind, item.claim.expected, one_line(item)) for item in items
    ]
    print_(
        simple_table(("claim", "kind", "expected", "statement"), rows)
    )


@main.command()
@click.argument("id", metavar="ID|FILE.py")
@_guarded
def show(id: str) -> None:
    """Show a theorem: statement, hypotheses, quantities, checks, errata, citation."""
    from rich.console import Console

    from verify.describe import describe
    from verify.selection import registry_for, select

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


@main.command()
@click.argument("ids", nargs=-1, metavar="[ID|PAPER|FILE.py]...")
@click.option("--all", "everything", is_flag=True, help="Everything that is registered.")
@_options("budget", "alpha", "seed", "jobs", "backend", "store", "fresh", "set", "json")
@click.option("--plots", type=click.Path(file_okay=False), help="Draw every claim into a folder.")
@click.option("--dry-run", is_flag=True, help="Only forecast cells, replicates, time and memory.")
@_guarded
def run(
    ids: tuple[str, ...], everything: bool, budget: str, alpha: float, seed: int,
    jobs: int | None, backend: str, store: str, fresh: bool, settings: tuple[str, ...],
    json_file: str | None, plots: str | None, dry_run: bool,
) -> None:
    """Run the checks of claims and print their verdicts."""
    if not ids and not everything:
        _stop("say what to run: an id, a paper, a file with theorems, or --all.")
    if ids and everything:
        _stop("give ids or --all, not both.")
    from verify.overrides import parse_settings
    from verify.progress import Live

    options = dict(
        budget=budget, alpha=alpha, seed=seed, jobs=jobs, backend=backend, store=store,
        fresh=fresh, set=parse_settings(settings),
    )
    if dry_run:
        _dry_run(ids, budget, jobs, options["set"])  # type: ignore[arg-type]
        return
    from verify.runner import run as run_checks

    with Live(quiet=json_file == "-") as progress:
        report = run_checks(ids, progress=progress, **options)  # type: ignore[arg-type]
    _print_report(report, json_file)
    if plots:
        from verify.plots import save_all

        click.echo(f"drawing into {plots}", err=True)
        count = save_all(report, Path(plots), tell=lambda words: click.echo(words, err=True))
        click.echo(f"{count} plots in {plots}", err=True)
    sys.exit(report.exit_status)


def _dry_run(
    ids: tuple[str, ...], budget: str, jobs: int | None, overrides: dict[str, Any]
) -> None:
    from verify.describe import forecast_table
    from verify.selection import registry_for, select
    from verify.tables import show as print_
    from verify.workers import usable_cores

    registry = registry_for(ids)
    print_(
        forecast_table(registry, select(registry, ids), budget, jobs or usable_cores(), overrides)
    )


def _print_report(report: Report, json_file: str | None) -> None:
    from verify.tables import show as print_

    if json_file == "-":
        sys.stdout.write(report.to_json() + "\n")
        return
    print_(report)
    if json_file:
        try:
            report.to_json(json_file)
        except OSError as failure:
            raise UserError(f"{json_file} cannot be written: {failure.strerror}.") from failure


def _write_json(data: Any, file: str) -> None:
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if file == "-":
        sys.stdout.write(text + "\n")
        return
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(text + "\n", encoding="utf-8")
    except OSError as failure:
        raise UserError(f"{file} cannot be written: {failure.strerror}.") from failure


@main.command()
@click.argument("id")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="png, svg or pdf.")
@_options("budget", "seed", "jobs", "store")
@_guarded
def plot(
    id: str, output: str | None, budget: str, seed: int, jobs: int | None, store: str
) -> None:
    """Draw predicted against observed, one panel per claim."""
    from verify.plots import nothing_to_draw, save
    from verify.progress import Live
    from verify.runner import run as run_checks
    from verify.selection import registry_for, select

    registry = registry_for((id,))
    reason = nothing_to_draw(registry, select(registry, (id,)))
    if reason:
        _stop(reason)
    with Live(quiet=False) as progress:
        report = run_checks(
            id, budget=budget, seed=seed, jobs=jobs, store=store,  # type: ignore[arg-type]
            progress=progress,
        )
    target = Path(output or f"{Path(id).name.replace('#', '-').removesuffix('.py')}.png")
    save(report.plot(), target)
    click.echo(f"{target}", err=False)


@main.command()
@click.argument("id", metavar="[PAPER/figure-N]", required=False)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="png, svg or pdf.")
@_options("budget", "seed", "jobs", "store")
@click.option(
    "--mnist", type=click.Path(exists=False), help="The real MNIST files, where a figure uses them."
)
@click.option(
    "--repetitions", type=int, help="Fewer or more than the budget's; what is stored is kept."
)
@_guarded
def figure(
    id: str | None, output: str | None, budget: str, seed: int, jobs: int | None, store: str,
    mnist: str | None, repetitions: int | None,
) -> None:
    """Draw a figure of a paper from our own simulation; without a name, list them all."""
    from verify.figures import draw
    from verify.plots import save
    from verify.progress import Live

    if id is None:
        _list_figures()
        return
    with Live(quiet=False) as progress:
        picture = draw(
            id, budget=budget, seed=seed, jobs=jobs, store=store, mnist=mnist,
            repetitions=repetitions, progress=progress,
        )
    target = Path(output or f"{id.replace('/', '-')}.png")
    save(picture, target)
    click.echo(f"{target}")


def _numbered(entry: tuple[str, object]) -> tuple[str, int]:
    """Sort figure-10 behind figure-9."""
    paper, _, number = entry[0].partition("/figure-")
    return paper, int(number)


def _list_figures() -> None:
    from verify.figures import registered
    from verify.tables import duration, simple_table
    from verify.tables import show as print_

    rows = [
        (name, duration(figure.forecast("quick")), duration(figure.forecast("full")), figure.title)
        for name, figure in sorted(registered().items(), key=_numbered)
    ]
    print_(
        simple_table(("figure", "CPU (quick)", "CPU (full)", "what it shows"), rows)
    )


@main.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--budget", type=click.Choice(["quick", "full"]), default="full", show_default=True,
    help="Evidence to judge on.",
)
@_options("alpha", "seed", "jobs", "backend", "store", "json")
@_guarded
def mutants(
    ids: tuple[str, ...], budget: str, alpha: float, seed: int, jobs: int | None, backend: str,
    store: str, json_file: str | None,
) -> None:
    """Judge the evidence against changed claims; a sharp check catches the false ones."""
    from verify.mutants import judge_mutants, mutant_table
    from verify.progress import Live
    from verify.runner import Settings
    from verify.selection import registry_for, select
    from verify.tables import show as print_

    registry = registry_for(ids)
    settings = Settings(budget, alpha, seed, jobs, backend, store)  # type: ignore[arg-type]
    with Live(quiet=json_file == "-") as progress:
        result = judge_mutants(registry, select(registry, ids), settings, progress)
    if json_file:
        _write_json(result.to_dict(), json_file)
    if json_file != "-":
        print_(mutant_table(result))
    sys.exit(1 if result.survived else 0)


@main.command()
@click.argument("id")
@_guarded
def cite(id: str) -> None:
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
    from verify.registry import load_registry

    return load_registry()


@main.command()
@click.argument("before", metavar="A.json")
@click.argument("after", metavar="B.json")
@_guarded
def diff(before: str, after: str) -> None:
    """Say what changed between two reports."""
    from verify.describe import difference_table
    from verify.loading import load_report
    from verify.tables import show as print_

    print_(
        difference_table(load_report(before), load_report(after))
    )


if __name__ == "__main__":
    main()
