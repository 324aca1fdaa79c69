"""What a user names, and the claims that it stands for."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeGuard

from bounds import ClaimOf, Theorem
from verify.catalogue.check import Check
from verify.catalogue.registry import Registry, load_registry
from verify.errors import UserError

Selection = str | os.PathLike[str] | Check | Theorem
"""An id, a file with theorems of one's own, a check, or a theorem."""


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
    files = tuple(str(Path(one).resolve()) for one in given if _is_file(one))
    registry = load_registry(files)
    checks = [one for one in given if isinstance(one, Check)]
    own = [one for one in checks if registry.checks.get(one.id) is not one]
    if own:
        registry = registry.copy()
        for check in own:
            # Nobody can tell what code in memory depends on: no stored replicate is its own.
            registry.add_check(replace(check, code=uuid.uuid4().hex))
    return registry


def select(registry: Registry, given: Sequence[Selection]) -> list[ClaimOf]:
    """Return the claims that were named; a file stands for the theorems that it defines.

    Raises
    ------
    UnknownName
        Naming the nearest ids.
    """
    if not given:
        return list(registry.claims())
    found: dict[str, ClaimOf] = {}
    for one in given:
        if isinstance(one, Check):
            items = list(one.claims)
        elif isinstance(one, Theorem):
            items = _known(registry, one)
        elif _is_file(one):
            items = registry.from_file(str(Path(one).resolve()))
        else:
            items = registry.resolve([os.fspath(one)])
        found.update({item.id: item for item in items})
    return list(found.values())


def _is_file(one: Selection) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(one, str | os.PathLike) and os.fspath(one).endswith(".py")


def _known(registry: Registry, theorem: Theorem) -> list[ClaimOf]:
    if registry.theorems.get(theorem.id) is not theorem:
        raise UserError(
            f"{theorem.id} is not registered. Give its check (what `@check` returns), or the file "
            "that defines both."
        )
    return list(theorem)
