"""What a shell offers where an id may stand: papers, statements, claims, and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def argument(name: str, **options: Any) -> Callable[..., Any]:
    """Attach an argument for ids, or for files with theorems."""
    return click.argument(name, shell_complete=ids, **options)


def ids(context: click.Context, argument: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the ids that begin as what is typed; where none does, files are offered."""
    from click.shell_completion import CompletionItem

    from bounds import PAPERS
    from verify.showing.listing import claims

    paper, begun, _ = typed.partition("/")
    names = list(PAPERS) if not begun else []
    if begun and paper in PAPERS:
        names = [row[0] for row in claims((paper,))]
        if "#" not in typed:
            names = list(dict.fromkeys(name.partition("#")[0] for name in names))
    found = [CompletionItem(name) for name in names if name.startswith(typed)]
    return found or [CompletionItem(typed, type="file")]
