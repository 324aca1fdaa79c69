"""Every check on its own way through the looks, until its claims are judged."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bounds import ClaimOf
from verify.catalogue.registry import Registry
from verify.evidence.gathering import Evidence
from verify.evidence.progress import Progress
from verify.evidence.sample import positions_of
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.tasks import Done, Task
from verify.evidence.workers import Workers
from verify.judging import rules
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger


@dataclass
class Question:
    """A claim, where it applies, and how it was judged at which look.

    Attributes
    ----------
    item : ClaimOf
    positions : cells of the grid that the claim speaks about
    judgement : the last one; final if ``settled``
    n, look : replicates per cell, and number of the look, on which it was reached
    """

    item: ClaimOf
    positions: tuple[int, ...]
    judgement: Judgement | None = None
    n: int = 0
    look: int = 0
    settled: bool = False


class Pipeline:
    """One check during a run: its evidence so far, and the claims that are still open.

    Parameters
    ----------
    evidence : Evidence
    questions : sequence of Question
    ledger : Ledger
        What each claim may spend at a look.
    looks : int
        How many looks there are; at the last one every claim is settled.
    """

    def __init__(
        self, evidence: Evidence, questions: Sequence[Question], ledger: Ledger, looks: int
    ) -> None:
        self.evidence, self.questions = evidence, list(questions)
        self.ledger, self.looks = ledger, looks
        self.look = self.outstanding = 0

    @property
    def open(self) -> list[Question]:
        """Questions without a final judgement."""
        return [question for question in self.questions if not question.settled]

    def tasks(self, jobs: int) -> list[Task]:
        """Return what must be simulated before the present look."""
        tasks = self.evidence.tasks(self.evidence.check.size(self.look), jobs)
        self.outstanding = len(tasks)
        return tasks

    def take(self, done: Done) -> None:
        """Keep what a task made."""
        self.evidence.keep(done)
        self.outstanding -= 1

    def judge(self) -> None:
        """Judge every open claim at the present look, and go on to the next."""
        n = self.evidence.check.size(self.look)
        self.evidence.load(n)
        last = self.look + 1 >= self.looks
        for question in self.open:
            judgement = self._judge(question, n)
            question.judgement, question.n, question.look = judgement, n, self.look
            undecided = judgement.verdict == "undecided" and judgement.reason != "error"
            question.settled = last or not undecided
        self.look += 1

    def _judge(self, question: Question, n: int) -> Judgement:
        """Judge a claim; an expression that cannot be evaluated is `undecided (error)`."""
        failures = self.evidence.failures
        failed = next((p for p in question.positions if p in failures), None)
        if failed is not None:
            where = dict(self.evidence.check.cells[failed])
            return cannot_tell(float("nan"), f"{failures[failed]} (at {where})")
        try:
            sample = self.evidence.sample(question.item, n, question.positions)
            return rules.judge(sample, self.look, self.ledger)
        except (KeyError, ValueError) as failure:
            return cannot_tell(float("nan"), str(failure))
        except Exception as failure:  # the claim's expressions are the user's
            return cannot_tell(float("nan"), f"{type(failure).__name__}: {failure}")


def pipelines(
    registry: Registry, items: Iterable[ClaimOf], settings: Settings, store: Store
) -> list[Pipeline]:
    """Group the claims that have a simulation by their checks.

    Raises
    ------
    UserError
        If a setting does not fit a check.
    """
    by_check: dict[str, list[ClaimOf]] = {}
    for item in items:
        check = registry.check_of(item.id)
        if check is not None and not check.absent():
            by_check.setdefault(check.id, []).append(item)
    return [_pipeline(registry, name, claims, settings, store) for name, claims in by_check.items()]


def _pipeline(
    registry: Registry, name: str, items: Sequence[ClaimOf], settings: Settings, store: Store
) -> Pipeline:
    check = registry.checks[name].with_settings(settings.overrides)
    questions = [Question(item, positions_of(check, item)) for item in items]
    evidence = Evidence(
        check,
        store,
        settings.seed,
        home=registry.homes.get(name),
        positions={position for question in questions for position in question.positions},
    )
    return Pipeline(evidence, questions, Ledger(settings.alpha), check.looks[settings.budget])


def go_through(
    every: Iterable[Pipeline], workers: Workers[Pipeline], progress: Progress
) -> Iterator[Pipeline]:
    """Take each check through its looks by itself, and yield it when all its claims are settled.

    No check waits for another: as soon as its own replicates are there it is judged, and what its
    next look needs is queued behind the earlier looks of the others.
    """
    ready: deque[Pipeline] = deque()
    for pipeline in every:
        _queue(pipeline, workers, progress)
        if not pipeline.outstanding:
            ready.append(pipeline)
    while ready or workers.busy:
        workers.hand_over()
        if ready:
            pipeline = ready.popleft()
            pipeline.judge()
            if not pipeline.open:
                yield pipeline
                continue
            _queue(pipeline, workers, progress)
        else:
            pipeline, done = workers.next()
            pipeline.take(done)
            progress.advanced(done.forecast)
        if not pipeline.outstanding:
            ready.append(pipeline)


def _queue(pipeline: Pipeline, workers: Workers[Pipeline], progress: Progress) -> None:
    """Queue what a check needs before it is judged again."""
    tasks = pipeline.tasks(workers.jobs)
    for task in tasks:
        workers.add(pipeline, task, pipeline.evidence.check, priority=pipeline.look)
    if tasks:
        progress.started(len(tasks), sum(task.forecast for task in tasks))
