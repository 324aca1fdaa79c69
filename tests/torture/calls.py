"""Random calls of the command line: each ends with a status and words for people."""

import random
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from verify.command_line import main

THINGS = (
    "several.py", "several.py#mean", "several.py#several/lemma-2", "several.py#no", "misspelt.py",
    "xing2021/theorem-2", "xing2021/theorem-2#risk", "xing2021/theorem-77", "wang2022#x", "a/b/c#d",
    "report.json", "odd.json", "no.json", ".", "..", "kinds", "new/theorem-1", "mine/theorem-1.py",
)  # fmt: skip
ODD = (
    "", "-", "--", "-1", "0", "1", "3", "1e9", "1e999", "nan", "inf", "0.05", "x", "d=3", "=",
    "sigma=0", "d=3,sigma=", "1/2", "0/0", "3/2", "quick", "10m", "1kB", "é", "[bold]x[/]", "<b>",
    "a b", "\udcff", "{}", "%s", "x" * 300, "tcp://", "*", "#", "##", "a#b#c",
)  # fmt: skip
COSTLY = {"xing2021/theorem-2", "xing2021/theorem-2#risk"}
"""What only the commands that show things are called with: it would be simulated for minutes."""
USUAL = {"--jobs": "1", "--seconds": "0.2"}
"""What nearly every call has, for it to be short."""
VALUES = {
    "--alpha": ("0.01", "0.2"), "--figures": (".",), "--from": ("report.json", "odd.json"),
    "--jobs": ("1", "2"), "--json": ("-", "out.json"), "--memory": ("1GB", "100kB"),
    "--mnist": (".",),    "--only": ("broken", "undecided,blunt"),
    "--output": ("out", "out.html", "out.py", "o.csv"),
    "--part": ("1/2", "2/2", "3/2"), "--plots": ("plots",), "--repetitions": ("1",),
    "--replicates": ("1", "100", "5000"), "--scheduler": ("nonsense",), "--seconds": ("0.2",),
    "--seed": ("0", "1", "12345678901234567890"), "--set": ("d=3", "sigma=2.0", "d=500", "e=1"),
    "--settle": ("several.py#mean",), "--store": ("store", ".verify"),
    "--target": ("decided", "width=0.1"),
    "--task-seconds": ("5", "0.001"), "--time": ("1s", "5"),
}  # fmt: skip
"""Values of options that a user might give."""
SHOWING = {"list", "show", "cite", "help", "diff", "new"}


def random_call(rng: random.Random) -> list[str]:
    """A command with some of its options, and values that are right, nearly right or nonsense."""
    name = rng.choice(sorted(main.commands))
    call = [name] if rng.random() < 0.98 else [rng.choice(ODD)]
    parameters = main.commands[name].params
    things = THINGS if name in SHOWING else tuple(one for one in THINGS if one not in COSTLY)
    for parameter in parameters:
        if "--all" in parameter.opts:
            continue
        if isinstance(parameter, click.Option):
            usual = USUAL.get(parameter.opts[0])
            if usual is not None and rng.random() < 0.95:
                call += [parameter.opts[0], usual]
            elif rng.random() < 0.15:
                call += [rng.choice(parameter.opts)]
                if not parameter.is_flag or rng.random() < 0.02:
                    call += [_value(parameter, things, rng)]
        else:
            # Without a name some commands are about all papers.
            number = rng.choice((0, 1, 2) if name in SHOWING else (1, 1, 1, 2, 3))
            call += [_value(parameter, things, rng) for _ in range(number)]
    if rng.random() < 0.05:
        rng.shuffle(call)
    return call


def _value(parameter: click.Parameter, things: tuple[str, ...], rng: random.Random) -> str:
    if rng.random() < 0.9:
        if isinstance(parameter.type, click.Choice):
            return str(rng.choice(list(parameter.type.choices)))
        if isinstance(parameter, click.Argument):
            return rng.choice(things[:3] if rng.random() < 0.7 else things)
        return rng.choice(VALUES.get(parameter.opts[-1], ODD))
    return rng.choice(ODD + things)


def outcome(call: list[str]) -> str:
    """Make a call in this process and say what came of it.

    Raises
    ------
    AssertionError
        When it ended otherwise than a call may.
    """
    result = CliRunner().invoke(main, call, prog_name="verify")
    raised = result.exception
    assert raised is None or isinstance(raised, SystemExit), (call, repr(raised))
    assert "--traceback" in call or "Traceback (most recent" not in result.output, (
        call,
        result.output,
    )
    assert result.exit_code in (0, 1, 2, 3), (call, result.exit_code, result.output)
    if result.exit_code == 2:
        assert result.output.strip(), call
        return "refused"
    return "done"


def calls(count: int, seed: int) -> Iterator[list[str]]:
    """Random calls, each of a number of its own."""
    for number in range(count):
        yield random_call(random.Random(f"{seed} {number}"))


def prepare(several: str, misspelt: str, report: str, odd: str) -> None:
    """Put what the calls are made with into the working folder."""
    Path("several.py").write_text(several)
    Path("misspelt.py").write_text(misspelt)
    Path("report.json").write_text(report)
    Path("odd.json").write_text(odd)
