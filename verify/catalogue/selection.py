"""What a user names, and the claims that it stands for."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bounds import ClaimOf, Theorem
from verify.catalogue.check import Check
from verify.catalogue.registry import Registry, load_registry
from verify.errors import UnknownName, UserError

Selection = str | os.PathLike[str] | Check | Theorem
"""An id, a file with theorems of one's own or a part of one, a check, or a theorem."""


class InFile(NamedTuple):
    """What FILE.py#PART names: a file, and a theorem or a claim in it; without a part, all."""

    path: str
    part: str
    has_part: bool


def in_file(one: Selection) -> InFile | None:
    """Return the file that is named, and which part of it; nothing for what is no file."""
    if not isinstance(one, str | os.PathLike):
        return None
    found = re.fullmatch(r"(.*\.py)(#.*)?", os.fspath(one), re.DOTALL)
    if found is None:
        return None
    part = found[2] or ""
    return InFile(str(Path(found[1]).resolve()), part.removeprefix("#"), bool(part))


def registry_for(given: Iterable[Selection]) -> Registry:
    """Return what is registered, with the files and the checks among the given read in.

    Raises
    ------
    UserError
        If a file cannot be read, or something is given that cannot be checked.
    """
    given = list(given)
    for one in given:
        if not isinstance(one, str | os.PathLike | Check | Theorem):
            raise UserError(
                f"An id, a file, a check or a theorem is expected, not {type(one).__name__}."
            )
    files = dict.fromkeys(file.path for one in given if (file := in_file(one)) is not None)
    registry = load_registry(tuple(files))
    checks = [one for one in given if isinstance(one, Check)]
    own = [one for one in checks if registry.checks.get(one.id) is not one]
    if own:
        registry = registry.copy()
        for check in own:
            # Nobody can tell what code in memory depends on: no stored replicate is its own.
            registry.add_check(replace(check, code=uuid.uuid4().hex))
    return registry


def select(registry: Registry, given: Sequence[Selection]) -> list[ClaimOf]:
    """Return the claims that were named.

    A file stands for the theorems that it defines; where one of these, or a claim of it, is named
    as well, the file is only where that is read from. FILE.py#PART stands for a part of it.

    Raises
    ------
    UnknownName
        Naming the nearest ids.
    """
    if not given:
        return list(registry.claims())
    named = [(in_file(one), _items(registry, one)) for one in given]
    narrowed = {
        registry.file_of(item.theorem.id)
        for file, items in named
        if file is None or file.has_part
        for item in items
    }
    found: dict[str, ClaimOf] = {}
    for file, items in named:
        if file is None or file.has_part or file.path not in narrowed:
            found.update({item.id: item for item in items})
    return list(found.values())


def _items(registry: Registry, one: Selection) -> list[ClaimOf]:
    file = in_file(one)
    if file is not None:
        every = registry.from_file(file.path)
        return _part(str(one), every, file.part) if file.has_part else every
    if isinstance(one, Check):
        return list(one.claims)
    if isinstance(one, Theorem):
        return _known(registry, one)
    try:
        return registry.resolve([os.fspath(one)])
    except UnknownName as unknown:
        if hint := _file_meant(os.fspath(one)):
            raise UserError(f"There is no paper or theorem {one!r}. {hint}") from unknown
        raise


def _file_meant(name: str) -> str:
    """Say which file somebody may mean who names a folder, or a file without its ending."""
    base, hash_, part = name.partition("#")
    if Path(f"{base}.py").is_file():
        return f"Do you mean the file {base}.py{hash_}{part}?"
    if Path(base).is_dir():
        files = sorted(Path(base).glob("*.py"))
        theorems = [one for one in files if not one.name.startswith(("test_", "_"))]
        return f"{base} is a folder: name a file in it" + (
            f", such as {theorems[0]}." if theorems else "."
        )
    return ""


def _part(given: str, every: Sequence[ClaimOf], part: str) -> list[ClaimOf]:
    """Return the claims of a file that a theorem's name, a claim's or both stand for.

    Raises
    ------
    UserError
        If there are none, or claims of several theorems are named alike.
    """
    theorem, _, claim = part.rpartition("#")
    by_theorem = [one for one in every if part in _names(one.theorem)]
    if by_theorem:
        return by_theorem
    found = [
        one
        for one in every
        if one.claim.name == claim and (not theorem or theorem in _names(one.theorem))
    ]
    file = given[: -len(part) - 1]
    if len(found) > 1:
        forms = " or ".join(f"{file}#{_short(one)}" for one in found)
        raise UserError(f"Several theorems of {file} have a claim {claim!r}: name {forms}.")
    if not found:
        known = {form for one in every for form in (one.claim.name, _short(one))}
        raise UnknownName("theorem or claim", part, known, f"`verify list {file}` has them all.")
    return found


def _names(theorem: Theorem) -> list[str]:
    ids = (theorem.id, *theorem.aliases)
    return [*ids, *(name.partition("/")[2] for name in ids)]


def _short(item: ClaimOf) -> str:
    """Return a claim's id without the part that names the paper."""
    return item.id.partition("/")[2]


def _known(registry: Registry, theorem: Theorem) -> list[ClaimOf]:
    if registry.theorems.get(theorem.id) is not theorem:
        raise UserError(
            f"{theorem.id} is not registered. Give its check (what `@check` returns), or the file "
            "that defines both."
        )
    return list(theorem)
