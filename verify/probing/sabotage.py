"""Whether a check can fail at all: claims that hold, judged on evidence that is spoiled on purpose.

Any evidence is spoiled in three ways: what a claim is about is multiplied by 1.05; it is exchanged
between cells, and between the rows of a cell; it is drawn from a cell at random, so that it depends
on no parameter. A check declares its own saboteurs beside its simulation: no training, no attack, a
gradient that is wrong.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import threadpoolctl

from bounds import ClaimOf
from bounds.claims import Claim, Unchecked
from verify.catalogue.check import Check
from verify.catalogue.registry import Registry
from verify.evidence.gathering import Evidence
from verify.evidence.progress import Progress
from verify.evidence.sample import Sample, expand
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.workers import Workers
from verify.judging.ledger import Ledger
from verify.judging.pipeline import Pipeline, Question, go_through, pipelines


@dataclass(frozen=True)
class Sabotage:
    """How a claim was judged on the evidence of its check, spoiled in one way."""

    check: str
    way: str
    declared: bool
    verdict: str
    note: str

    @property
    def noticed(self) -> bool:
        """Whether the claim comes out broken."""
        return self.verdict == "broken"


@dataclass(frozen=True)
class Endured:
    """What became of one claim: under which sabotages it still holds, and why that may be."""

    id: str
    ways: tuple[Sabotage, ...]
    reason: str

    @property
    def cannot_fail(self) -> bool:
        """Whether it holds under every sabotage."""
        return all(one.verdict == "holds" for one in self.ways)

    @property
    def is_blind(self) -> bool:
        """Whether it does so without a reason."""
        return self.cannot_fail and not self.reason


def judge_sabotage(
    registry: Registry, items: Iterable[ClaimOf], settings: Settings, progress: Progress
) -> tuple[Endured, ...]:
    """Judge the claims that hold again, on spoiled evidence of the same size.

    Spoiled replicates are not kept.

    Raises
    ------
    UserError
        If a setting does not fit a check.
    """
    holding: list[Pipeline] = []
    found: dict[str, list[Sabotage]] = {}
    wanted = [one for one in items if _has_observables(one.claim)]
    with (
        Store(settings.store) as store,
        tempfile.TemporaryDirectory() as folder,
        Store(folder) as spoiled,
        threadpoolctl.threadpool_limits(1),
        Workers[Pipeline].of(settings) as workers,
    ):
        every = pipelines(registry, wanted, settings, store)
        for pipeline in every:
            pipeline.again = None
        for pipeline in go_through(every, workers, progress):
            pipeline.questions = [q for q in pipeline.questions if _holds(q)]
            if pipeline.questions:
                holding.append(pipeline)
        ways = [
            way for pipeline in holding for way in _spoiled(registry, pipeline, settings, spoiled)
        ]
        for _ in go_through([one for one, *_ in ways], workers, progress):
            pass
        for pipeline, way, declared in ways:
            for question in pipeline.questions:
                judgement, check = question.judgement, registry.check_of(question.item.id)
                assert judgement is not None and check is not None
                note = judgement.note or judgement.reason
                found.setdefault(question.item.id, []).append(
                    Sabotage(check.id, way, declared, judgement.verdict, note)
                )
    return tuple(
        Endured(one.id, tuple(found[one.id]), one.claim.cannot_fail)
        for one in wanted
        if one.id in found
    )


def _has_observables(claim: Claim) -> bool:
    """Whether evidence can be spoiled: what is stated over a box speaks of its parameters alone."""
    return claim.observed and claim.box is None and not isinstance(claim, Unchecked)


def _holds(question: Question) -> bool:
    return question.judgement is not None and question.judgement.verdict == "holds"


def _spoiled(
    registry: Registry, pipeline: Pipeline, settings: Settings, store: Store
) -> Iterator[tuple[Pipeline, str, bool]]:
    """Yield the check of a pipeline with its evidence spoiled, each way once."""
    evidence = pipeline.evidence
    looks = 1 + max(question.look for question in pipeline.questions)

    def again(evidence: Evidence) -> Pipeline:
        questions = [Question(one.item, one.positions) for one in pipeline.questions]
        return Pipeline(evidence, questions, Ledger(settings.alpha), looks)

    where: Mapping[str, Any] = dict(positions=evidence.positions, limit=settings.task_seconds)
    for way, spoil in GENERIC.items():
        yield again(_Spoiled(evidence, spoil, **where)), way, False
    home = registry.homes.get(evidence.check.id)
    for way in evidence.check.saboteurs:
        check: Check = evidence.check.sabotaged(way)
        place = home and replace(home, saboteur=way)
        yield again(Evidence(check, store, settings.seed, home=place, **where)), way, True


Spoil = Callable[[Sample[Any]], Sample[Any]]


class _Spoiled(Evidence):
    """The stored replicates of other evidence; every claim sees them spoiled."""

    def __init__(self, evidence: Evidence, spoil: Spoil, **where: Any) -> None:
        super().__init__(evidence.check, evidence.store, evidence.seed, **where)
        self._spoil, self._resumes = spoil, False

    def sample(
        self, item: ClaimOf, n: int | None = None, positions: Sequence[int] | None = None
    ) -> Sample[Any]:
        return self._spoil(super().sample(item, n, positions))


def observed_names(sample: Sample[Any]) -> set[str]:
    """Return which observables a claim is about, apart from those that it compares them with."""

    def names(expression: Any) -> set[str]:
        known = frozenset(sample.known(0))
        return {s.name for s in expand(expression, sample.theorem, known).free_symbols}

    claim = sample.claim
    about = names(claim.about) & sample.replicates[0].keys()
    other = names(claim.claimed[1]) if claim._claimed else set()
    return (about - other) or about


def scaled(sample: Sample[Any]) -> Sample[Any]:
    """Multiply what a claim is about by 1.05; an event stays one."""
    names = observed_names(sample)

    def spoil(name: str, values: Any) -> Any:
        is_event = values.dtype == np.bool_ or np.isin(values, (0, 1)).all()
        return values if name not in names or is_event else 1.05 * values

    return replace(
        sample,
        replicates=[{k: spoil(k, v) for k, v in cell.items()} for cell in sample.replicates],
    )


def exchanged(sample: Sample[Any]) -> Sample[Any]:
    """Give every cell the values of the one that stands opposite, each row those of the next."""
    count, rows = len(sample.cells), np.roll(np.arange(sample.n), 1)
    return _taken(sample, lambda cell: (np.full(sample.n, count - 1 - cell), rows))


def mixed(sample: Sample[Any]) -> Sample[Any]:
    """Give every row the values of a cell at random."""
    count, rows, rng = len(sample.cells), np.arange(sample.n), np.random.default_rng(0)
    return _taken(sample, lambda cell: (rng.integers(count, size=sample.n), rows))


def _taken(sample: Sample[Any], source: Callable[[int], tuple[Any, Any]]) -> Sample[Any]:
    """Take what a claim is about from the cells and rows that ``source`` gives for each cell."""
    tables = {}
    for name in observed_names(sample):
        every = [cell[name] for cell in sample.replicates if name in cell]
        if len(every) == len(sample.cells) and len({one.shape for one in every}) == 1:
            tables[name] = np.stack(every)
    spoiled = []
    for cell, replicates in enumerate(sample.replicates):
        cells, rows = source(cell)
        taken = {name: table[cells, rows] for name, table in tables.items()}
        spoiled.append({**replicates, **taken})
    return replace(sample, replicates=spoiled)


GENERIC: Mapping[str, Spoil] = {
    "times 1.05": scaled,
    "exchanged": exchanged,
    "mixed over the cells": mixed,
}
"""What any evidence is spoiled by, in words."""
