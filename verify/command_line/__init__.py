"""The command line: ``verify list``, ``show``, ``run``, ``report``, ``plot``, ``mutants``, ...

Commands import what they need when they are called, so that help is instant.
"""

from __future__ import annotations

import atexit
import gc

import click

from verify.command_line import (
    cite,
    diff,
    explain,
    falsify,
    figure,
    help,
    list,
    merge,
    mutants,
    new,
    plan,
    plot,
    report,
    run,
    sabotage,
    sharpness,
    show,
)

# Formulas are many objects, and to look for garbage among them takes long: it is done seldom, and
# not before the end.
gc.set_threshold(100_000, 20, 20)
atexit.register(gc.freeze)

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.version_option(package_name="theorycheck", prog_name="verify")
def main() -> None:
    """Hold the theorems of learning theory to their promises.

    An ID is a theorem (xing2021/theorem-2), one of its claims (xing2021/theorem-2#risk) or a
    paper (xing2021). A file with theorems of your own stands for all of these (mine.py), or for a
    part: mine.py#theorem-1, mine.py#norm, mine.py#theorem-1#norm. `verify new` writes one.

    \b
    Exit status: 0 every verdict is the expected one, 1 some verdict is not,
    2 the call is wrong, 3 nothing unexpected but something undecided.
    """


_COMMANDS = (
    *(list, show, run, merge, plan, explain, report, plot),
    *(figure, mutants, sharpness, sabotage, falsify, cite, diff, new, help),
)
for module in _COMMANDS:
    main.add_command(module.command)
