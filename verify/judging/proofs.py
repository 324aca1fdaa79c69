"""Proofs and refutations that were found once, kept on this machine for the next time.

They lie in the user's cache, one JSON file each, under a fingerprint of the derivation and of the
code that judged it; never in a store that travels, so nobody's word is taken for a proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from verify.evidence import cache
from verify.judging.judgement import Judgement, Outcome

DERIVATIONS = "derivations"
"""Under which name the user's cache has them."""

_KEPT = ("verdict", "reason", "predicted", "observed", "note", "values", "strength")


def recall(key: str) -> tuple[Judgement, float] | None:
    """Return what was kept under a key, and the CPU seconds that it took to find.

    ``None`` if there is nothing, or nothing sound.
    """
    entry = cache.recall(DERIVATIONS, key)
    if entry is None or entry.get("key") != key or not _is_sound(entry):
        return None
    return Judgement(**{name: entry[name] for name in _KEPT}), entry["seconds"]


def keep(key: str, judgement: Judgement, seconds: float) -> None:
    """Keep a judgement under a key; where the cache cannot be written, do without."""
    entry = {name: getattr(judgement, name) for name in _KEPT}
    cache.keep(DERIVATIONS, key, entry | {"key": key, "seconds": seconds})


def _is_sound(entry: Mapping[str, Any]) -> bool:
    """Whether an entry has the fields of a judgement, and a refutation its point."""
    texts, numbers = ("reason", "note", "strength"), ("predicted", "observed", "seconds")
    values = entry.get("values")
    if entry.get("verdict") not in get_args(Outcome) or not isinstance(values, dict):
        return False
    if not all(isinstance(entry.get(name), str) for name in texts):
        return False
    if not all(isinstance(entry.get(name), float) for name in numbers):
        return False
    return entry["verdict"] != "broken" or (
        isinstance(values.get("parameters"), dict)
        and all(isinstance(values.get(name), float) for name in ("predicted", "observed"))
    )
