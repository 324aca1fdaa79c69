"""Where the statements and the checks of a built-in paper are, read no further than is asked for.

A paper ``KEY`` has its statements in ``bounds.KEY`` and its checks in the modules of
``verify.checks.KEY``.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import pkgutil
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from bounds import Paper, Theorem
from verify.errors import UserError
from verify.errors import place as file_and_line

ROOT = Path(__file__).parents[2]
"""Where `bounds` and `verify` lie."""


def imported(module: str) -> ModuleType:
    """Return a module with statements or checks.

    Formulas are many objects, and none is garbage: while they are made, none is looked for.

    Raises
    ------
    UserError
        If what an author wrote there is wrong.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(module)
    except UserError:
        raise
    except Exception as failure:
        raise UserError(_mistake(failure, module)) from failure
    finally:
        if collects:
            gc.enable()


def _mistake(failure: Exception, module: str) -> str:
    """Say in a line what is wrong, and at which line of the paper's files."""
    from verify.catalogue.advice import advice  # reads all kinds of claims, for a mistake alone

    key = re.sub(r"^(bounds|verify\.checks)\.", "", module).partition(".")[0]
    folders = [ROOT / place / key for place in ("bounds", "verify/checks")]
    lines = [
        file_and_line(frame.filename, frame.lineno)
        for frame in traceback.extract_tb(failure.__traceback__)
        if Path(frame.filename).parent in folders
    ]
    where = lines[-1] if lines else module
    return f"{where}: {type(failure).__name__}: {failure}{advice(failure)}"


def notation(key: str) -> Paper:
    """Return what is to be cited, without the statements."""
    paper = imported(f"bounds.{key}.notation").paper
    assert isinstance(paper, Paper)
    return paper


def statements(key: str) -> tuple[Theorem, ...]:
    """Return every statement of a paper, in the paper's order."""
    return tuple(imported(f"bounds.{key}.contents").theorems)


def statement(key: str, name: str) -> Theorem | None:
    """Return a statement by its id or alias from the file that defines it, if one plainly does.

    Who finds none here reads all of the paper.
    """
    number = re.escape(name.partition("/")[2])
    defines = re.compile(rf'(\bid=|\btheorem\(\s*|\baliases=\([^)]*)"({key}/)?{number}"')
    for place in _modules(f"bounds.{key}"):
        if defines.search(_text(place)):
            for value in vars(imported(place)).values():
                if isinstance(value, Theorem) and name in (value.id, *value.aliases):
                    return value
    return None


def check_modules(key: str) -> tuple[str, ...]:
    """Return the names of the modules with a paper's checks; none of them is imported."""
    return _modules(f"verify.checks.{key}")


@lru_cache
def _modules(package: str) -> tuple[str, ...]:
    path = importlib.import_module(package).__path__
    return tuple(f"{package}.{info.name}" for info in pkgutil.iter_modules(path))


def mentioning(theorem: Theorem, modules: Iterable[str]) -> Iterator[str]:
    """Yield those of some modules whose text has a name under which a theorem is defined.

    A module that observes a claim has to mention its theorem. Nothing rests on this but time: who
    finds no check among these modules reads the others.
    """
    names = _names_of(theorem)
    if not names:
        return
    mention = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
    for module in modules:
        if mention.search(_text(module)):
            yield module


def _names_of(theorem: Theorem) -> list[str]:
    prefix = f"bounds.{theorem.paper_key}"
    return sorted(
        {
            name
            for place, module in list(sys.modules.items())
            if place.startswith(prefix)
            for name, value in vars(module).items()
            if value is theorem
        }
    )


@lru_cache(maxsize=256)
def _text(module: str) -> str:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
