"""What mutants, sharpness and sabotage came out as, kept on this machine for the report.

It is kept claim by claim under all that it depends on: our code, a file of one's own with what that
imports, budget, level, seed and settings. Where any of these changes, it has to be computed again.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from verify.catalogue.budgets import BUDGETS
from verify.catalogue.imports import code_of, imported
from verify.catalogue.registry import Registry
from verify.evidence import cache
from verify.evidence.settings import Settings
from verify.judging.verdict import finite
from verify.showing.remembered import source_key

Found = list[dict[str, Any]]
"""What an attack found of one claim; empty where there was nothing to attack."""


class Kept:
    """The results of attacks on claims, under the settings of a run.

    Parameters
    ----------
    registry : Registry
        Whose own files are part of the key.
    settings : Settings
    """

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._sources, self._settings = registry.sources, settings

    def keep(self, attack: str, ids: Iterable[str], found: Iterable[Mapping[str, Any]]) -> None:
        """Keep what an attack (mutants, sharpness, sabotage) found of the claims it was made on."""
        if not self._key:
            return
        by_claim: dict[str, Found] = defaultdict(list)
        for one in found:
            by_claim[one["id"]].append(finite(one))
        for name in ids:
            request = self._request(attack, name, self._settings.budget)
            entry = {"key": self._key, "request": request, "found": by_claim[name]}
            cache.keep("attacks", _hash(request), entry)

    def recall(self, attack: str, name: str) -> tuple[Found, str] | None:
        """Return what an attack found of a claim, and on the evidence of which budget.

        ``None`` if it was not made, or not on what is now there. The budget of the settings comes
        before the other one.
        """
        for budget in sorted(BUDGETS, key=lambda one: one != self._settings.budget):
            request = self._request(attack, name, budget)
            entry = cache.recall("attacks", _hash(request)) or {}
            is_current = self._key and entry.get("key") == self._key
            if is_current and entry.get("request") == request:
                return entry["found"], budget
        return None

    @cached_property
    def _key(self) -> str:
        return source_key()

    @cached_property
    def _own(self) -> list[str]:
        files = [Path(one) for one in self._sources]
        return [code_of(one) for file in files for one in (file, *imported(file).values())]

    def _request(self, attack: str, name: str, budget: str) -> str:
        one = self._settings
        settings = [budget, one.alpha, one.seed, dict(one.overrides)]
        return json.dumps([attack, name, *settings, self._own], sort_keys=True, default=str)


def _hash(request: str) -> str:
    return hashlib.sha256(request.encode()).hexdigest()[:32]
