"""How sharp the evidence is: the same replicates, judged against changed claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import threadpoolctl

from bounds import ClaimOf, Mutant
from bounds.variation import generated
from verify.catalogue.registry import Registry
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.workers import Workers
from verify.judging.boxes import look_for
from verify.judging.deriving import derived
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.pipeline import Pipeline, go_through, pipelines


@dataclass(frozen=True)
class MutantVerdict:
    """What became of one changed claim."""

    id: str
    mutation: str
    truth: str
    verdict: str
    because: str
    predicted: float
    observed: float
    generated: bool = False

    @property
    def caught(self) -> bool:
        """Whether the evidence breaks the changed claim."""
        return self.verdict == "broken"

    @property
    def survives(self) -> bool:
        """Whether a false claim was not told from the true one."""
        return self.truth == "false" and not self.caught


def judge_mutants(
    registry: Registry, items: Iterable[ClaimOf], settings: Settings, progress: Progress
) -> tuple[MutantVerdict, ...]:
    """Judge every mutant of the given claims, written or generated, on the evidence of a run.

    A mutant is judged look by look on the replicates of the true claim, up to the last look of the
    budget. Replicates beyond the look at which the true claim was settled are drawn where a mutant
    needs them.

    Raises
    ------
    UserError
        If a setting does not fit a check.
    """
    changed = [
        (item, mutant, ClaimOf(item.theorem, mutant.of(item.claim)))
        for item in items
        for mutant in (*item.claim.mutants, *generated(item.claim))
    ]
    judgements: dict[int, Judgement] = {}
    with (
        Store(settings.store) as store,
        threadpoolctl.threadpool_limits(1),
        Workers[Pipeline].of(settings) as workers,
    ):
        others = [other for *_, other in changed]
        every = pipelines(registry, others, settings, store)
        for pipeline in every:
            pipeline.evidence.refuse_too_large(workers.room)
        for other, judgement, _ in derived(others, workers, progress):
            judgements[id(other)] = judgement
        look_for(others, workers, progress)
        for pipeline in go_through(every, workers, progress):
            for question in pipeline.questions:
                assert question.judgement is not None
                judgements[id(question.item)] = question.judgement
        for words in store.notes:
            progress.noted(words)
    return tuple(
        _result(item, mutant, judgements.get(id(other)) or _without_evidence(registry, other))
        for item, mutant, other in changed
    )


def _without_evidence(registry: Registry, item: ClaimOf) -> Judgement:
    """Say why a mutant cannot be judged."""
    check = registry.check_of(item.id)
    if check is None:
        return cannot_tell(float("nan"), "nothing checks the claim")
    return cannot_tell(float("nan"), f"needs {', '.join(check.absent())}")


def _result(item: ClaimOf, mutant: Mutant, judgement: Judgement) -> MutantVerdict:
    return MutantVerdict(
        item.id,
        mutant.words,
        mutant.truth,
        judgement.verdict,
        mutant.because,
        judgement.predicted,
        judgement.observed,
        mutant.generated,
    )
