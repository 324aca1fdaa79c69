"""``verify new``: a theorem of one's own that runs as it stands, and a test beside it."""

from __future__ import annotations

import re
import shlex
from importlib import resources
from pathlib import Path

import click

from verify.command_line.options import guarded
from verify.errors import UserError


@click.command("new")
@click.argument("id", metavar="PAPER/NAME-NUMBER")
@click.option(
    "-o",
    "--output",
    metavar="FILE.py",
    help="Where to write it; the test stands beside it.  [default: PAPER/NAME-NUMBER.py]",
)
@guarded
def command(id: str, output: str | None) -> None:
    """Write a theorem of your own that runs as it stands, and a test of it.

    PAPER is any word for your paper, such as mine; NAME is theorem, lemma, proposition or the like.
    """
    id = id.removesuffix(".py")
    _refuse_odd(id)
    file = Path(output or f"{id}.py")
    if file.suffix != ".py":
        raise UserError(f"A theorem is written into a Python file: -o {file.with_suffix('.py')}.")
    test = file.with_name(f"test_{re.sub(r'[^A-Za-z0-9_]', '_', file.stem)}.py")
    words = {"ID": id, "FILE": shlex.quote(str(file)), "TEST": shlex.quote(str(test))}
    words["NAME"] = file.name
    _write({file: _filled("theorem", words), test: _filled("test", words)})
    click.echo(f"{file} and {test}\nare written. They run as they stand; next:\n")
    steps = {
        f"verify run {words['FILE']}": "judge its claims",
        f"verify run {words['FILE']}#risk": "judge one of them",
        f"verify mutants {words['FILE']}": "hold the false variants against the evidence",
        f"pytest {words['TEST']}": "run its tests (pip install pytest)",
        "verify help kinds": "what else can be claimed",
    }
    width = max(map(len, steps))
    for step, what in steps.items():
        click.echo(f"  {step:{width}}  {what}")


def _refuse_odd(id: str) -> None:
    """Refuse what is no id of a theorem, or one that belongs to a paper of ours."""
    from bounds import PAPERS
    from bounds.theorem import KINDS_OF_STATEMENT, is_id

    key, _, rest = id.partition("/")
    if key in PAPERS:
        raise UserError(
            f"{key} is a paper that theorycheck has already; choose another word: mine/{rest}."
        )
    if not is_id(id):
        raise UserError(
            f"{id!r} is no id of a theorem. It has the form PAPER/NAME-NUMBER, such as "
            f"mine/theorem-1: PAPER is a word in lower case, NAME one of "
            f"{', '.join(KINDS_OF_STATEMENT)}."
        )


def _filled(name: str, words: dict[str, str]) -> str:
    text = resources.files("verify.command_line").joinpath("scaffold", f"{name}.txt")
    return re.sub(r"@([A-Z]+)@", lambda found: words[found[1]], text.read_text(encoding="utf-8"))


def _write(texts: dict[Path, str]) -> None:
    """Write files that are not there yet; none if one is there, or cannot be written."""
    there = [str(path) for path in texts if path.exists() or path.is_symlink()]
    if there:
        raise UserError(
            f"{' and '.join(there)} {'exists' if len(there) == 1 else 'exist'} already, and "
            "nothing is overwritten. Choose another number, or another file with -o."
        )
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as failure:
            raise UserError(f"{path} cannot be written: {failure.strerror}.") from failure
