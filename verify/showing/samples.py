"""The replicates on which verdicts were reached, read back for their pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from bounds import ClaimOf
from verify.catalogue.registry import Registry
from verify.evidence.gathering import Evidence
from verify.evidence.sample import Sample, positions_of
from verify.evidence.settings import Settings
from verify.evidence.store import MissingBlocks, Store
from verify.judging.verdict import Verdict
from verify.showing.panels import has_panel


def samples(
    registry: Registry, settings: Settings, verdicts: Iterable[Verdict]
) -> Iterator[tuple[Verdict, Sample[Any] | None]]:
    """Yield those verdicts that have a picture, check by check, with what they were reached on.

    ``None`` where the store does not have it. What is not registered has no picture.
    """
    by_check: dict[str, list[tuple[Verdict, ClaimOf]]] = defaultdict(list)
    for verdict in verdicts:
        for item in registry.known([verdict.id]) if verdict.replicates else ():
            check = registry.check_of(item.id)
            if check and has_panel(item.claim):
                by_check[check.id].append((verdict, item))
    with Store(settings.store) as store:
        for name, drawn in by_check.items():
            check = registry.checks[name].with_settings(settings.overrides)
            positions = {item.id: positions_of(check, item) for _, item in drawn}
            every = {one for places in positions.values() for one in places}
            evidence = Evidence(check, store, settings.seed, positions=every)
            try:
                evidence.load(max(verdict.replicates for verdict, _ in drawn))
            except MissingBlocks:
                yield from ((verdict, None) for verdict, _ in drawn)
                continue
            for verdict, item in drawn:
                sample = evidence.sample(item, verdict.replicates, positions[item.id])
                if sample.n:
                    yield verdict, sample
