"""Proofs and refutations that were found once, kept on this machine for the next time.

They lie in the user's cache, one JSON file each, under a fingerprint of the derivation and of the
code that judged it; never in a store that travels, so nobody's word is taken for a proof.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from verify.judging.judgement import Judgement, Outcome

VARIABLE = "THEORYCHECK_CACHE"
"""Environment variable that says where proofs are kept instead of in the user's cache."""

_KEPT = ("verdict", "reason", "predicted", "observed", "note", "values")


def folder() -> Path:
    """Return where proofs are kept."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "theorycheck" / "derivations"


def recall(key: str) -> tuple[Judgement, float] | None:
    """Return what was kept under a key, and the CPU seconds that it took to find.

    ``None`` if there is nothing, or nothing sound.
    """
    try:
        entry = json.loads((folder() / f"{key}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or entry.get("key") != key or not _is_sound(entry):
        return None
    return Judgement(**{name: entry[name] for name in _KEPT}), entry["seconds"]


def keep(key: str, judgement: Judgement, seconds: float) -> None:
    """Keep a judgement under a key; where the cache cannot be written, do without."""
    entry = {name: getattr(judgement, name) for name in _KEPT}
    entry |= {"key": key, "seconds": seconds}
    place = folder()
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
        # Written whole before it gets its name: whoever reads at the same time sees all or nothing.
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=place, suffix=".part", delete=False
        ) as part:
            json.dump(entry, part)
        os.replace(part.name, place / f"{key}.json")


def _is_sound(entry: Mapping[str, Any]) -> bool:
    """Whether an entry has the fields of a judgement, and a refutation its point."""
    texts, numbers = ("reason", "note"), ("predicted", "observed", "seconds")
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
