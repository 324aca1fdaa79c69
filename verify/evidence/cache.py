"""What was found once, kept on this machine for the next time.

It lies in the user's cache, one JSON file each; never in a store that travels, so nobody else's
word is taken for it.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VARIABLE = "THEORYCHECK_CACHE"
"""Environment variable that says where everything is kept instead of in the user's cache."""


def folder(kind: str) -> Path:
    """Return where entries of a kind are kept."""
    if given := os.environ.get(VARIABLE):
        return Path(given) / kind
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "theorycheck" / kind


def recall(kind: str, name: str) -> dict[str, Any] | None:
    """Return the entry of a name; ``None`` if there is none, or nothing that can be read."""
    try:
        entry = json.loads((folder(kind) / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def keep(kind: str, name: str, entry: Mapping[str, Any]) -> None:
    """Keep an entry under a name; where the cache cannot be written, do without."""
    place = folder(kind)
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
        # Written whole before it gets its name: whoever reads at the same time sees all or nothing.
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=place, suffix=".part", delete=False
        ) as part:
            json.dump(entry, part)
        os.replace(part.name, place / f"{name}.json")
