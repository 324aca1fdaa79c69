"""What changed in users' files since the last run: said, because other replicates are judged then.

Beside the replicates of a store lies what the code of each simulation consisted of when it was last
used. Replicates are found by the fingerprint of the code and not by this, which only gives words.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from verify.catalogue.check import Check
from verify.errors import UserError
from verify.evidence.store import Store
from verify.evidence.writing import write_whole

FILE = "code.json"


def tell_changes(store: Store, checks: Iterable[Check]) -> None:
    """Add to the notes of a store which simulations have changed since they were last used.

    A store that cannot be written, or a file that somebody else wrote, is passed over.
    """
    now = {f"{check.source}: {check.id}": dict(check.parts) for check in checks if check.parts}
    if not now:
        return
    before = _read(store.folder)
    for name, parts in now.items():
        changed = _changed(before.get(name), parts)
        if changed:
            store.tell(
                f"The code of {name.rpartition(': ')[2]} has changed since the last run "
                f"({', '.join(changed)}): it is judged on replicates of the code as it is now."
            )
    if store.is_writable and any(before.get(name) != parts for name, parts in now.items()):
        with contextlib.suppress(UserError):
            write_whole(store.folder / FILE, json.dumps({**before, **now}, indent=1) + "\n")


def join_codes(folders: Iterable[Path], into: Path) -> None:
    """Put what is known of the code of several stores beside the replicates of another."""
    known: dict[str, object] = {}
    for folder in folders:
        known = {**_read(folder), **known}
    if known:
        with contextlib.suppress(UserError):
            write_whole(into / FILE, json.dumps(known, indent=1) + "\n")


def _read(folder: Path) -> dict[str, object]:
    try:
        known = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def _changed(before: object, now: Mapping[str, str]) -> list[str]:
    """Return which files and modules are new, gone or different."""
    if not isinstance(before, dict) or before == now:
        return []
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
