"""Every check on its own way through the looks, until its claims are judged."""

from __future__ import annotations

import math
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import threadpoolctl

from bounds import ClaimOf, MissingValue
from verify.catalogue.budgets import EARLIER
from verify.catalogue.grid import shown
from verify.catalogue.kinds import is_counted, is_exact
from verify.catalogue.registry import Registry
from verify.errors import place
from verify.evidence.changes import tell_changes
from verify.evidence.gathering import Evidence
from verify.evidence.memory import memory
from verify.evidence.progress import Progress
from verify.evidence.record import remember
from verify.evidence.sample import OddValue, meeting, positions_of
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.tasks import Done, Task
from verify.evidence.workers import Workers
from verify.judging import rules
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger

CONFIRMATION_SECONDS = 2.0
"""Declared CPU seconds below which a measured verdict is always confirmed on a fresh seed."""

CONFIRMATION_BLOCKS = 16
"""So many blocks are drawn at least, if they cost no more, to see what the rows of one share."""

SHARE_OF_MEMORY = 0.1
"""What the loaded replicates of a check may take when it goes on beyond its budget."""

NOT_BY_REPLICATES = ("drift", "rounding", "proof", "absent")
"""Reasons for `undecided` that more replicates do not remove."""

JUDGING_SECONDS = 0.1
"""What judging a claim takes on average: for the progress alone."""

CONFIRMATION_SHIFT = 0x5EED
"""Added to the run's seed for the confirmation."""


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
    longest : int, optional
        With it an exact claim, or one of an event that has not failed, has that many looks if a
        forecast says that they settle it, and a claim is given up some looks earlier if its looks
        do not. Whether others are open makes no difference.
    until : float, optional
        With it there are more looks, as long as they help and end before this time (of
        `time.monotonic`).
    again : Evidence, optional
        The same check from a fresh seed, for confirmations.
    most_seconds : float
        What the declared cost of a confirmation may be.

    Attributes
    ----------
    calls_for_more : function of a Question
        Whether a question that is open is reason enough for another look. As long as one is, all
        that are open are judged at it.
    """

    def __init__(
        self,
        evidence: Evidence,
        questions: Sequence[Question],
        ledger: Ledger,
        looks: int,
        again: Evidence | None = None,
        most_seconds: float = 0.0,
        until: float | None = None,
        longest: int | None = None,
    ) -> None:
        self.evidence, self.questions = evidence, list(questions)
        self.ledger, self.looks, self.longest = ledger, looks, longest
        self.again, self.most_seconds = again, most_seconds
        self.until, self.jobs = until, 1
        self.calls_for_more: Callable[[Question], bool] = lambda question: True
        self.look = self.outstanding = self.confirming = 0

    @property
    def open(self) -> list[Question]:
        """Questions without a final judgement."""
        return [question for question in self.questions if not question.settled]

    @property
    def last(self) -> int:
        """How many looks there are at most."""
        return self.looks if self.longest is None else self.longest

    @property
    def forecast(self) -> float:
        """CPU seconds that judging takes about, besides simulating and proving."""
        return JUDGING_SECONDS * len(self.questions)

    def tasks(self, jobs: int) -> list[Task]:
        """Return what must be simulated before the present look."""
        self.jobs = jobs
        if self.again is not None and self.confirming:
            tasks = self.again.tasks(self.confirming, jobs)
        else:
            tasks = self.evidence.tasks(self.evidence.check.size(self.look), jobs)
        self.outstanding = len(tasks)
        return tasks

    def take(self, done: Done) -> int:
        """Keep what a task made, and return how many blocks are new."""
        evidence = self.again if self.again is not None and self.confirming else self.evidence
        self.outstanding -= 1
        return evidence.keep(done)

    def judge(self) -> bool:
        """Judge every open claim at the present look; return whether more replicates are wanted.

        They are for the next look, or, when every claim is settled, for the confirmation of those
        that are measured.
        """
        if self.again is not None and self.confirming:
            self.again.load(self.confirming)
            return False
        self._judge_open()
        if any(map(self.calls_for_more, self.open)):
            return True
        wanted = [question for question in self.questions if self.confirms(question)]
        if wanted and self.again is not None:
            self.again.want({position for question in wanted for position in question.positions})
            least = CONFIRMATION_BLOCKS * self.evidence.check.block
            cheap = least * self._cost(self.again.positions) < self.most_seconds
            most = max(question.n for question in wanted)
            self.confirming = max(most, least) if cheap else most
        return bool(wanted)

    def release(self) -> None:
        """Let the replicates go, of which nothing more is wanted."""
        for evidence in (self.evidence, self.again):
            if evidence is not None:
                evidence.release()

    def confirms(self, question: Question) -> bool:
        """Return whether a measured verdict is looked at once more, on a fresh seed."""
        judgement, check = question.judgement, self.evidence.check
        if self.again is None or judgement is None or check.complete:
            return False
        if is_exact(question.item.claim) or judgement.verdict not in ("holds", "broken"):
            return False
        return question.n * self._cost(question.positions) < self.most_seconds

    def _cost(self, positions: Iterable[int]) -> float:
        """Return the declared cost of one replicate at each of some cells."""
        check = self.evidence.check
        return sum(check.seconds(check.cells[position]) for position in positions)

    def _judge_open(self) -> None:
        n = self.evidence.check.size(self.look)
        self.evidence.load(n)
        stop = self._stop(n)
        for question in self.open:
            judgement = self._judge(question, n)
            undecided = judgement.verdict == "undecided" and judgement.reason != "error"
            question.settled = stop is not None or not undecided
            question.settled = question.settled or self._gives_up(question, judgement, n)
            if undecided and stop:
                note = f"{judgement.note}; {stop}".removeprefix("; ")
                judgement = replace(judgement, note=note)
            question.judgement, question.n, question.look = judgement, n, self.look
        self.look += 1

    def _stop(self, n: int) -> str | None:
        """Say why this look is the last one; nothing if it is that of the budget, ``None`` if not.

        Without an end in time the budget says it. With one, a next look that would end later is
        not begun, nor one that would not fit into memory.
        """
        if self.until is None:
            return "" if self.look + 1 >= self.last else None
        size = self.evidence.check.size(self.look + 1)
        seconds = self.evidence.forecast(size) / self.jobs
        left = max(self.until - time.monotonic(), 0.0)
        if seconds > left:
            return (
                f"stopped there: {size} replicates would take {seconds:.0f} s more, of "
                f"{left:.0f} s that were left"
            )
        if self.evidence.bytes() / n * size > SHARE_OF_MEMORY * memory():
            return f"stopped there: {size} replicates would not fit into memory"
        return None

    def _gives_up(self, question: Question, judgement: Judgement, n: int) -> bool:
        """Whether an undecided claim gets no more replicates although there would be some."""
        done, forecast = self.look + 1, judgement.forecast
        if self.until is not None:
            return done >= self.looks and judgement.reason in NOT_BY_REPLICATES
        if self.longest is None or done < self.looks - EARLIER:
            return False
        unopposed = is_exact(question.item.claim) or judgement.observed in (0.0, 1.0)
        last = self.longest if unopposed and is_counted(question.item.claim) else self.looks
        if forecast is None or done >= last:
            return done >= self.looks or judgement.reason in NOT_BY_REPLICATES
        reach = self.evidence.check.size(last - 1)
        # A forecast is hardly below twice what there is, and on the safe side.
        return forecast > max(reach if done >= self.looks else 2 * reach, 2 * n)

    def _judge(self, question: Question, n: int) -> Judgement:
        """Judge a claim; an error says where it is and at which cell it came up."""
        failures, cells = self.evidence.failures, self.evidence.check.cells
        failed = next((p for p in question.positions if p in failures), None)
        if failed is not None:
            words = f"{failures[failed]} (at {shown(cells[failed])})"
            return cannot_tell(float("nan"), words, trace=self.evidence.traces.get(failed, ""))
        judgement = self._judge_sample(question, n)
        if judgement.reason != "error":
            return judgement
        written = question.item.claim.place or question.item.theorem.place
        where = place(*written.rpartition(":")[::2])
        note = f"{where}: {judgement.note}".removeprefix(": ")
        if judgement.cell is not None:
            drawn = self._drawn(judgement.row)
            note += f" (at {shown(cells[question.positions[judgement.cell]])}{drawn})"
        return replace(judgement, note=note, row=None)

    def _drawn(self, row: int | None) -> str:
        """Say from where a replicate was drawn with which something is wrong."""
        if row is None:
            return ""
        block, place = divmod(row, self.evidence.check.block)
        return f"; seed {self.evidence.seed}, block {block}, replicate {place}"

    def judgement_at(self, question: Question, n: int, look: int) -> Judgement:
        """Judge a claim at a look whether it was settled before or not."""
        before, self.look = self.look, look
        try:
            return self._judge(question, n)
        finally:
            self.look = before

    def _judge_sample(self, question: Question, n: int) -> Judgement:
        """Judge a claim; an expression that cannot be evaluated is `undecided (error)`."""
        try:
            sample = self.evidence.sample(question.item, n, question.positions)
            sample.refuse_outside()
            return rules.judge(sample, self.look, self.ledger)
        except OddValue as odd:
            return cannot_tell(float("nan"), str(odd), cell=odd.cell, row=odd.row)
        except MissingValue as failure:
            words = f"{failure} The simulation must return {failure.name!r}, or every cell have it"
            return cannot_tell(float("nan"), words)
        except (KeyError, ValueError) as failure:
            return cannot_tell(float("nan"), str(failure))
        except Exception as failure:  # the claim's expressions are the user's
            words = f"{type(failure).__name__}: {failure}"
            return cannot_tell(float("nan"), words, trace=traceback.format_exc())


@contextmanager
def opened(
    registry: Registry, items: Iterable[ClaimOf], settings: Settings
) -> Iterator[tuple[Store, Workers[Pipeline], list[Pipeline]]]:
    """Open the store and the workers of a run; yield them with a pipeline for every check.

    Raises
    ------
    UserError
        If a setting does not fit a check, or a check does not fit into memory.
    """
    with (
        Store(settings.store, fresh=settings.fresh) as store,
        threadpoolctl.threadpool_limits(1),
        Workers[Pipeline].of(settings) as workers,
    ):
        every = pipelines(registry, items, settings, store)
        remember(store, [pipeline.evidence.check for pipeline in every], settings)
        for pipeline in every:
            pipeline.evidence.refuse_too_large(workers.room)
        yield store, workers, every


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
    tell_changes(store, (registry.checks[name] for name in by_check))
    return [_pipeline(registry, name, claims, settings, store) for name, claims in by_check.items()]


def _pipeline(
    registry: Registry, name: str, items: Sequence[ClaimOf], settings: Settings, store: Store
) -> Pipeline:
    check = registry.checks[name].with_settings(settings.overrides)
    theorems = {item.theorem.id: item.theorem for item in items}
    met = {id: meeting(check, theorem) for id, theorem in theorems.items()}
    questions = [Question(item, positions_of(check, item, met[item.theorem.id])) for item in items]

    def evidence(seed: int) -> Evidence:
        return Evidence(
            check,
            store,
            seed,
            home=registry.homes.get(name),
            positions={position for question in questions for position in question.positions},
            limit=settings.task_seconds,
        )

    most = math.inf if settings.confirm else CONFIRMATION_SECONDS
    looks, until = check.looks[settings.budget], None
    longest = check.longest if settings.budget == "quick" else None
    if not check.complete and (drawn := settings.replicates_of(item.id for item in items)):
        looks, longest = check.looks_to(drawn), None
    if not check.complete and settings.settle is not None:
        until = time.monotonic() + settings.settle
    return Pipeline(
        evidence(settings.seed),
        questions,
        Ledger(settings.alpha),
        looks,
        evidence(settings.seed + CONFIRMATION_SHIFT),
        most,
        until,
        longest,
    )


def go_through(
    every: Iterable[Pipeline], workers: Workers[Pipeline], progress: Progress
) -> Iterator[Pipeline]:
    """Take each check through its looks by itself, and yield it when all its claims are settled.

    No check waits for another: as soon as its own replicates are there it is judged, and what its
    next look needs is queued behind the earlier looks of the others. A check's replicates leave the
    memory when the next one is asked for.
    """
    ready: deque[Pipeline] = deque()
    every = list(every)
    progress.started(sum(pipeline.forecast for pipeline in every))
    for pipeline in every:
        _queue(pipeline, workers, progress)
        if not pipeline.outstanding:
            ready.append(pipeline)
    while ready or workers.busy:
        workers.hand_over()
        if ready:
            pipeline = ready.popleft()
            if not pipeline.judge():
                progress.advanced(pipeline.forecast)
                yield pipeline
                pipeline.release()
                continue
            _queue(pipeline, workers, progress)
        else:
            pipeline, done = workers.next()
            pipeline.take(done)
            progress.advanced(done.forecast)
            if not pipeline.outstanding:  # more is to be done if stored blocks were stale
                _queue(pipeline, workers, progress)
        if not pipeline.outstanding:
            ready.append(pipeline)


def go_through_stored(every: Iterable[Pipeline]) -> Iterator[Pipeline]:
    """Take each check through its looks as far as the store goes, and yield it; nothing is drawn.

    Claims that not even the first look was drawn for are no longer among its questions. A verdict
    is looked at once more where the fresh replicates are stored, too.
    """
    for pipeline in every:
        evidence, again = pipeline.evidence, pipeline.again
        wanted = True
        while wanted and not pipeline.confirming:
            if evidence.missing(evidence.check.size(pipeline.look)):
                break
            wanted = pipeline.judge()
        if wanted and (again is None or not pipeline.confirming):
            pipeline.again = None
        elif wanted and again is not None:
            if again.missing(pipeline.confirming):
                pipeline.again = None
            else:
                pipeline.judge()
        pipeline.questions = [one for one in pipeline.questions if one.judgement is not None]
        yield pipeline
        pipeline.release()


def _queue(pipeline: Pipeline, workers: Workers[Pipeline], progress: Progress) -> None:
    """Queue what a check needs before it is judged again."""
    tasks = pipeline.tasks(workers.jobs)
    for task in tasks:
        workers.add(pipeline, task, pipeline.evidence.check, priority=pipeline.look)
    if tasks:
        progress.started(sum(task.forecast for task in tasks))
