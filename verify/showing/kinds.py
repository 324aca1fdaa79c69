"""The page on kinds of claims, from their records: for a terminal and for the documentation.

``python -m verify.showing.kinds > docs/kinds.md`` writes the latter.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from verify.catalogue.kinds import KINDS, Kind

NAMES = ("d, n, sigma, r, epsilon", "risk, norm, squared_norm, error, loss, success, total")
"""Parameters and observables of the examples."""

HEAD = (
    "A claim is one sentence of a theorem that can be checked. Its first argument is its name, the "
    "second what it is about: an observable, which the simulation returns, or a formula of "
    f"observables. In the examples {NAMES[0]} are parameters and {NAMES[1]} are observables."
)

FOOT = (
    "Those that need a path are judged along sizes that grow together: "
    'paths=[Path({"n": 1}, base=dict(n=10, d=3), sizes=6, step=2)] makes six cells, n = 10, 20, '
    "..., 320. The others take cells=[dict(n=10, d=3), ...] or "
    "cells=product(n=[10, 20], d=[3, 30]), and paths as well.",
    "Every claim takes where= (a condition on the cells, n > d say), given= (a 0/1 observable: "
    "only replicates with it count), mutants=[Mutant(WORDS, FIELD=...)] (false variants, which "
    '`verify mutants` holds against the evidence), expected="broken" with because= (a claim that '
    "is false and should be found to be), and tolerance=, how far from the formula it still holds.",
    "What nothing can be said about is an Unchecked(NAME, because=WHY).",
)


def page(width: int = 80) -> str:
    """Return the page as text."""
    lines = [*textwrap.wrap(HEAD, width), ""]
    for kind in KINDS.values():
        lines += [f"{kind.type} ({kind.name}): {_grid(kind)}", *_indented(kind, width), ""]
    for paragraph in FOOT:
        lines += [*textwrap.wrap(paragraph, width, break_on_hyphens=False), ""]
    return "\n".join(lines).rstrip()


def _indented(kind: Kind, width: int) -> Iterator[str]:
    yield from _wrapped(kind.says, "  ", width)
    yield f"    {kind.example}"
    yield from _wrapped(f"to be stated: {kind.states}", "  ", width)


def _grid(kind: Kind) -> str:
    if not kind.simulated:
        return "needs no simulation"
    return "needs a path" if kind.needs_path else "needs no path"


def _wrapped(words: str, indent: str, width: int) -> list[str]:
    return textwrap.wrap(
        words,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def markdown() -> str:
    """Return the page for the documentation."""
    parts = ["# Kinds of claims", HEAD + " `verify help kinds` prints this page."]
    for kind in KINDS.values():
        parts += [
            f"## `{kind.type}` ({kind.name})",
            f"{kind.says[0].upper()}{kind.says[1:]}.",
            f"```python\n{kind.example}\n```",
            f"| needs | state | predicted / observed |\n| --- | --- | --- |\n"
            f"| `{kind.grid}` | {kind.states} | {kind.scale} |",
        ]
    return "\n\n".join([*parts, "## What they have in common", *FOOT]) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
