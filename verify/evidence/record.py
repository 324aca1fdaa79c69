"""What the replicates of a store were drawn for, so that it is joined with its like alone.

The replicates are found by fingerprints, of which nobody can tell whether they differ by mistake.
This says it in words, in a file beside them; no replicate is used or passed over because of it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from verify.catalogue.check import Check
from verify.catalogue.grid import canonical
from verify.errors import UserError
from verify.evidence.parts import Part
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.writing import write_whole

FILE = "drawn.json"


@dataclass(frozen=True)
class Record:
    """What the runs on a store were.

    Attributes
    ----------
    seeds : sequence of int
    settings : sequence of mappings
        The parameters that were changed; an empty one for a run without.
    parts : sequence of str
        Which parts of a run were drawn, as I/N.
    simulations : mapping from id to str
        The fingerprint of each simulation.
    """

    seeds: Sequence[int] = ()
    settings: Sequence[Mapping[str, Any]] = ()
    parts: Sequence[str] = ()
    simulations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Record | None:
        """Return the record of a store; nothing if it has none that can be read."""
        try:
            found = cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))
            [*map(Part.parse, found.parts)]
        except (OSError, TypeError, ValueError, RecursionError, UserError):
            return None
        lists = (found.seeds, found.settings, found.parts)
        of = zip(lists, (int, dict, str), strict=True)
        if not all(isinstance(one, list) and _all(one, kind) for one, kind in of):
            return None
        known = found.simulations
        return found if isinstance(known, dict) and _all([*known.values()], str) else None

    def joined(self, other: Record) -> Record:
        """Return what both say; where they differ on a simulation, what the other says."""
        return Record(
            sorted({*self.seeds, *other.seeds}),
            _unique([*self.settings, *other.settings]),
            sorted({*self.parts, *other.parts}),
            {**self.simulations, **other.simulations},
        )

    def write(self, folder: Path) -> None:
        """Write it beside the replicates; a folder that cannot be written is passed over."""
        with contextlib.suppress(UserError):
            write_whole(folder / FILE, json.dumps(canonical(asdict(self)), indent=1) + "\n")


def remember(store: Store, checks: Iterable[Check], settings: Settings) -> None:
    """Note beside the replicates of a store what they are drawn for."""
    new = Record(
        [settings.seed],
        [dict(settings.overrides)],
        [str(settings.part)] if settings.part else [],
        {check.id: check.key for check in checks},
    )
    before = None if settings.fresh else Record.read(store.folder)
    now = before.joined(new) if before else new
    if store.is_writable and now != before:
        now.write(store.folder)


def _all(values: Sequence[object], kind: type) -> bool:
    return all(isinstance(value, kind) for value in values)


def _unique(settings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({json.dumps(canonical(one), sort_keys=True): one for one in settings}.values())
