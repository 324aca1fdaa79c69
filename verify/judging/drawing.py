"""A part of the replicates of a run, for stores that are merged: nothing is judged for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bounds import ClaimOf
from verify.catalogue.grid import shown
from verify.catalogue.registry import Registry
from verify.evidence.parts import Part
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
from verify.evidence.workers import Workers
from verify.judging.pipeline import Pipeline, opened


@dataclass(frozen=True)
class Drawn:
    """A part that was drawn.

    Attributes
    ----------
    part : Part
    checks, decided : int
        Simulations that were asked for, and those whose claims the store decides already.
    blocks : int
        How many were drawn now.
    cpu : float
        Seconds that these took.
    failures : tuple of str
        Which simulations failed, and why.
    notes : tuple of str
        What became of stored replicates.
    """

    part: Part
    checks: int
    decided: int
    blocks: int
    cpu: float
    failures: tuple[str, ...]
    notes: tuple[str, ...]


def draw_part(
    registry: Registry, items: Sequence[ClaimOf], settings: Settings, progress: Progress
) -> Drawn:
    """Draw the blocks of one part, to the end of the budget, of what the store does not decide.

    To a number of replicates that is given all are drawn, whatever is decided.
    Claims that are proved, derived or searched for on a box need none.
    """
    assert settings.part is not None
    sampled = [item for item in items if item.claim.box is None]
    blocks, cpu, failures = 0, 0.0, dict[str, str]()
    with opened(registry, sampled, settings) as (store, workers, every):
        everything = settings.replicates is not None
        wanted = [one for one in every if everything or not _is_decided(one)]
        for pipeline in wanted:
            _queue(pipeline, workers, settings.part, progress)
        while workers.busy:
            pipeline, done = workers.next()
            blocks += pipeline.take(done)
            cpu += sum(seconds for _, seconds, _ in done.blocks)
            progress.advanced(done.forecast)
            if done.failure:
                check = pipeline.evidence.check
                where = shown(check.cells[done.position])
                failures.setdefault(check.id, f"{check.id}: {done.failure} (at {where})")
            elif not pipeline.outstanding:  # more is to be done if stored blocks were stale
                _queue(pipeline, workers, settings.part, progress)
        notes = tuple(store.notes)
    return Drawn(
        settings.part,
        len(every),
        len(every) - len(wanted),
        blocks,
        cpu,
        tuple(failures.values()),
        notes,
    )


def _is_decided(pipeline: Pipeline) -> bool:
    """Judge the claims of a check as far as the store goes; return whether none is left open."""
    evidence = pipeline.evidence
    while pipeline.open and not evidence.missing(evidence.check.size(pipeline.look)):
        pipeline.judge()
    evidence.release()
    return not pipeline.open


def _queue(pipeline: Pipeline, workers: Workers[Pipeline], part: Part, progress: Progress) -> None:
    """Queue what a part lacks, early blocks first: they are of use even if it is interrupted."""
    check = pipeline.evidence.check
    tasks = pipeline.evidence.tasks(check.size(pipeline.looks - 1), workers.jobs, part)
    pipeline.outstanding = len(tasks)
    for task in tasks:
        workers.add(pipeline, task, check, priority=min(task.blocks))
    progress.started(sum(task.forecast for task in tasks))
