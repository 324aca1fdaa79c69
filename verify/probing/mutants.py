"""How sharp the evidence is: the same replicates, judged against changed claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import threadpoolctl

from bounds import ClaimOf, Mutant
from bounds.variation import generated
from verify.catalogue.registry import Registry
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.workers import Workers
from verify.judging.boxes import refuted
from verify.judging.deriving import derived
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.pipeline import (
    NOT_BY_REPLICATES,
    Pipeline,
    Question,
    go_through,
    pipelines,
)
from verify.judging.rules import contradicts_itself


@dataclass(frozen=True)
class MutantVerdict:
    """What became of one changed claim.

    ``because`` says why it is weaker or equivalent, or, of a false one, why no evidence within
    reach breaks it, where its author says so; ``reason`` is the verdict's.
    """

    id: str
    mutation: str
    truth: str
    verdict: str
    reason: str
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

    @property
    def is_explained(self) -> bool:
        """Whether it survives, and its author says why."""
        return self.survives and bool(self.because)


def judge_mutants(
    registry: Registry, items: Iterable[ClaimOf], settings: Settings, progress: Progress
) -> tuple[MutantVerdict, ...]:
    """Judge every mutant of the given claims, written or generated, on the evidence of a run.

    A mutant is judged look by look on the replicates that settle the claims, which are judged along
    with it, and on those of the quick budget. Beyond them more are drawn, up to the last look of
    the budget, as long as the forecast for a mutant is that these will settle it. Of one over a box
    worse points are searched for, but no proof.

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
        claims = {item.id: item for item, *_ in changed if item.claim.box is None}
        every = pipelines(registry, [*claims.values(), *others], settings, store)
        for pipeline in every:
            pipeline.evidence.refuse_too_large(workers.room)
            pipeline.again = pipeline.longest = None
            pipeline.calls_for_more = partial(_calls_for_more, pipeline, claims)
        for other, judgement, _ in derived(others, workers, progress):
            judgements[id(other)] = judgement
        with refuted(others, workers, progress):
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


def _calls_for_more(pipeline: Pipeline, claims: Mapping[str, ClaimOf], question: Question) -> bool:
    """Whether more is drawn for an open question: for a mutant, if it is cheap or settles it."""
    judgement, check = question.judgement, pipeline.evidence.check
    is_mutant = question.item is not claims.get(question.item.id)
    if not is_mutant or judgement is None or pipeline.look < check.looks["quick"]:
        return True
    if judgement.forecast is None:
        return judgement.reason not in NOT_BY_REPLICATES
    # A forecast is hardly below twice what there is: so small a one says "soon".
    return judgement.forecast <= max(check.size(pipeline.looks - 1), 2 * question.n)


def _without_evidence(registry: Registry, item: ClaimOf) -> Judgement:
    """Say why a mutant cannot be judged."""
    check = registry.check_of(item.id)
    if check is None:
        return cannot_tell(float("nan"), "nothing checks the claim")
    return cannot_tell(float("nan"), f"needs {', '.join(check.absent())}")


def _result(item: ClaimOf, mutant: Mutant, judgement: Judgement) -> MutantVerdict:
    verdict = "broken" if contradicts_itself(judgement) else judgement.verdict
    return MutantVerdict(
        item.id,
        mutant.words,
        mutant.truth,
        verdict,
        judgement.reason,
        mutant.because or mutant.survives,
        judgement.predicted,
        judgement.observed,
        mutant.generated,
    )
