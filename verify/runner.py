"""The runner: draws replicates look by look until every claim is judged or its budget is spent."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import threadpoolctl

from bounds import ClaimOf, Theorem
from bounds.claims import Unchecked
from verify.catalogue.budgets import Budget
from verify.catalogue.check import Check
from verify.catalogue.overrides import every_setting_is_used
from verify.catalogue.registry import Registry
from verify.catalogue.selection import Selection, registry_for, select
from verify.errors import UserError
from verify.evidence.context import Context
from verify.evidence.memory import parse_memory
from verify.evidence.parts import Part
from verify.evidence.progress import Progress
from verify.evidence.progress import Silent as Unheard
from verify.evidence.settings import DEFAULT_STORE, Settings
from verify.evidence.store import MissingBlocks, Store
from verify.judging.boxes import is_known, look_for
from verify.judging.costing import Cost, misdeclared
from verify.judging.deriving import derived, known
from verify.judging.drawing import Drawn, draw_part
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger, refuse_beyond
from verify.judging.pipeline import Pipeline, go_through, go_through_stored, opened, pipelines
from verify.judging.settling import settle, settle_without_replicates
from verify.judging.status import rests_on
from verify.judging.verdict import Verdict
from verify.provenance import fingerprints, machine, versions
from verify.report import Report

VERSION = "0.1.0"


class Listener(Progress, Protocol):
    """What the runner tells while it works."""

    def judged(self, verdict: Verdict) -> None:
        """A claim has its verdict."""


class Silent(Unheard):
    """Tells nothing."""

    def judged(self, verdict: Verdict) -> None:
        """Pass over."""


def run(
    ids: Selection | Iterable[Selection] = (),
    *,
    budget: Budget = "quick",
    alpha: float = 0.01,
    seed: int = 0,
    jobs: int | None = None,
    backend: str = "loky",
    store: str | Path = DEFAULT_STORE,
    fresh: bool = False,
    confirm: bool = False,
    set: Mapping[str, Any] | None = None,  # as the command line spells it
    files: Iterable[str | Path] = (),
    task_seconds: float | None = None,
    replicates: int | None = None,
    settle: float | None = None,
    part: str | None = None,
    scheduler: str | None = None,
    memory: str | float | None = None,
    progress: Listener | None = None,
) -> Report:
    """Check claims and return the report.

    Parameters
    ----------
    ids : str, path, Check, Theorem, or an iterable of these
        Papers (``"xing2021"``), theorems (``"xing2021/equation-5"``), claims
        (``"xing2021/equation-5#risk"``), or Python files with theorems of one's own; or a check
        itself, for instance from a cell of a notebook (it is run in this process, and drawn anew
        every time). Nothing at all stands for everything that is registered.
    budget : {"quick", "full"}
        How far to go; quick is a prefix of full, so going on is resuming.
    alpha : float
        Family-wise error of the report, for `broken` and for `holds` each.
    seed : int
        Root of every random generator.
    jobs : int, optional
        Processes; one per core by default. Never changes a result.
    backend : {"loky", "dask"}
        Local processes, or a Dask cluster: that of ``scheduler`` or of DASK_SCHEDULER_ADDRESS, else
        one that is started on this machine.
    store, fresh :
        Folder of the stored replicates, and whether to begin anew.
    confirm : bool
        Whether every measured verdict is looked at once more on a fresh seed; by default those are
        for which that costs less than two declared CPU seconds.
    set : mapping, optional
        Parameters of the grid to change, by name.
    files : iterable of paths, optional
        Files with theorems of one's own, beside those named in ``ids``.
    task_seconds : float, optional
        After so many seconds a task (some blocks of a simulation) is stopped, and counts as failed.
    replicates : int, optional
        Go to so many replicates per cell, in place of what the budget pays for.
    settle : float, optional
        Go on beyond the full budget until every claim is decided, or for so many seconds.
    part : str, optional
        I/N: draw every N-th block alone, to the end of the budget, and judge nothing. The stores of
        all parts are joined by `merge`, and a run on that store gives the verdicts.
    scheduler : str, optional
        Address of the Dask scheduler, tcp://HOST:8786 say.
    memory : str or float, optional
        What all processes together may use, in bytes or as in "4GB"; what does not fit is refused.
    progress : Listener, optional
        Told what happens.

    Returns
    -------
    Report

    Raises
    ------
    UserError
        If an id is unknown, a file cannot be read, or a setting is out of range.
    """
    settings = Settings(
        *("full" if settle is not None else budget, alpha, seed, jobs, backend, store, fresh),
        overrides=dict(set or {}),
        task_seconds=task_seconds,
        confirm=confirm,
        replicates=replicates,
        settle=settle,
        part=None if part is None else Part.parse(part),
        scheduler=scheduler,
        memory=parse_memory(memory) if isinstance(memory, str) else memory,
    )
    given = [ids] if isinstance(ids, str | os.PathLike | Check | Theorem) else list(ids)
    registry = registry_for([*given, *files])
    items, progress = select(registry, given), progress or Silent()
    if settings.part is not None:
        return draw_claims(registry, items, settings, progress)[0]
    return run_claims(registry, items, settings, progress)


def run_claims(
    registry: Registry, items: Sequence[ClaimOf], settings: Settings, progress: Listener
) -> Report:
    """Check the given claims."""
    started = time.perf_counter()
    refuse_beyond(len(items))
    _refuse_unused(registry, items, settings)
    verdicts: dict[str, Verdict] = {}
    costs: list[Cost] = []

    def judged(verdict: Verdict) -> None:
        verdicts[verdict.id] = verdict
        progress.judged(verdict)

    with opened(registry, items, settings) as (store, workers, every):
        ledger = Ledger(settings.alpha)
        for verdict in _unobserved(registry, items, ledger):
            judged(verdict)
        for item, judgement, seconds in derived(items, workers, progress):
            file = registry.file_of(item.theorem.id)
            judged(settle_without_replicates(item, judgement, ledger, seconds, file))
        look_for(items, workers, progress)
        with _unchanged(store):
            for pipeline in go_through(every, workers, progress):
                for verdict in settle(pipeline, settings):
                    judged(verdict)
                costs.append(Cost.of(pipeline))
        notes = (*store.notes, *_rounded_up(every, settings))
    seconds = time.perf_counter() - started
    return _report(registry, items, settings, verdicts, notes, seconds, misdeclared(costs))


def _rounded_up(every: Iterable[Pipeline], settings: Settings) -> list[str]:
    """Say where a run went beyond the replicates that were asked for, and why."""
    wanted, sizes = settings.replicates, dict[int, list[str]]()
    for pipeline in every:
        check = pipeline.evidence.check
        if wanted is not None and not check.complete:
            sizes.setdefault(check.size(pipeline.looks - 1), []).append(check.id)
    beyond = {size: ids for size, ids in sorted(sizes.items()) if size != wanted}
    if not beyond:
        return []
    where = (f"{size} ({ids[0]}{' and others' * (len(ids) > 1)})" for size, ids in beyond.items())
    return [
        f"At which replicates a check is looked at is fixed beforehand, so that --replicates "
        f"{wanted} goes to the next of them: {', '.join(where)}."
    ]


def draw_claims(
    registry: Registry, items: Sequence[ClaimOf], settings: Settings, progress: Progress
) -> tuple[Report, Drawn]:
    """Draw a part of the replicates of the given claims, all of which stay undecided."""
    started = time.perf_counter()
    refuse_beyond(len(items))
    _refuse_unused(registry, items, settings)
    drawn = draw_part(registry, items, settings, progress)
    words = f"part {drawn.part} was drawn; nothing is judged before the parts are merged"
    judgement = Judgement("undecided", "part", float("nan"), float("nan"), note=words)
    ledger, verdicts = Ledger(settings.alpha), dict[str, Verdict]()
    for item in items:
        file = registry.file_of(item.theorem.id)
        verdicts[item.id] = settle_without_replicates(item, judgement, ledger, 0.0, file)
    seconds = time.perf_counter() - started
    return _report(registry, items, settings, verdicts, drawn.notes, seconds), drawn


def _refuse_unused(registry: Registry, items: Sequence[ClaimOf], settings: Settings) -> None:
    """Refuse a setting that nothing has that was asked for.

    Of what is judged once more (what holds, say), none may have it.
    """
    checks = (check for item in items if (check := registry.check_of(item.id)) is not None)
    every_setting_is_used((cell for check in checks for cell in check.cells), settings.overrides)


@contextmanager
def _unchanged(store: Store) -> Iterator[None]:
    """Say so where somebody else took blocks out of a store while it was used."""
    try:
        yield
    except MissingBlocks as failure:
        raise UserError(
            f"The store {store.path} changed while it was used ({failure}); run it again."
        ) from failure


def recall_claims(
    registry: Registry, items: Sequence[ClaimOf], settings: Settings, progress: Listener
) -> Report:
    """Judge the given claims as far as the store goes: nothing is drawn, derived or proved.

    Claims on which nothing is stored or known are not in the report.

    Raises
    ------
    UserError
        If there are more claims than a report may have.
    """
    started = time.perf_counter()
    refuse_beyond(len(items))
    _refuse_unused(registry, items, settings)
    verdicts: dict[str, Verdict] = {}
    ledger = Ledger(settings.alpha)
    for verdict in _unobserved(registry, items, ledger):
        verdicts[verdict.id] = verdict
    for item, judgement, seconds in known(items):
        file = registry.file_of(item.theorem.id)
        verdicts[item.id] = settle_without_replicates(item, judgement, ledger, seconds, file)
    with Store(settings.store) as store, threadpoolctl.threadpool_limits(1):
        every = pipelines(registry, filter(is_known, items), settings, store)
        progress.started(len(every))
        with _unchanged(store):
            for pipeline in go_through_stored(every):
                for verdict in settle(pipeline, settings):
                    verdicts[verdict.id] = verdict
                    progress.judged(verdict)
                progress.advanced(1.0)
        notes = tuple(store.notes)
    return _report(registry, items, settings, verdicts, notes, time.perf_counter() - started)


def _report(
    registry: Registry,
    items: Sequence[ClaimOf],
    settings: Settings,
    verdicts: Mapping[str, Verdict],
    notes: tuple[str, ...],
    seconds: float,
    costs: tuple[str, ...] = (),
) -> Report:
    """Put the verdicts in order, with what reproduces them."""
    reached, how = settings.replicates, settings
    if settings.settle is not None:
        as_far = {verdict.id: verdict.replicates for verdict in verdicts.values()}
        reached = max(as_far.values(), default=0) or None
        how = replace(settings, settle=None, as_far=as_far)
    return Report(
        verdicts=_with_support(registry, items, verdicts),
        budget=settings.budget,
        alpha=settings.alpha,
        seed=settings.seed,
        version=VERSION,
        seconds=seconds,
        set=settings.overrides,
        files=fingerprints(registry.sources),
        platform=machine(),
        versions=versions(),
        notes=notes,
        costs=costs,
        replicates=reached,
        context=Context(registry, how),
    )


def _with_support(
    registry: Registry, items: Sequence[ClaimOf], verdicts: Mapping[str, Verdict]
) -> tuple[Verdict, ...]:
    """Return the verdicts in order, with the status in this run of what their theorems rest on."""

    def verdict_of(item: ClaimOf) -> str | None:
        return verdicts[item.id].verdict if item.id in verdicts else None

    theorems = {item.theorem.id: item.theorem for item in items}
    support = {name: rests_on(registry, one, verdict_of) for name, one in theorems.items()}
    judged = [one for one in items if one.id in verdicts]
    return tuple(replace(verdicts[one.id], rests_on=support[one.theorem.id]) for one in judged)


def _unobserved(registry: Registry, items: Sequence[ClaimOf], ledger: Ledger) -> Iterator[Verdict]:
    """Judge what nothing checks, nothing can say anything about, or needs what is not there."""
    for item in items:
        check = registry.check_of(item.id)
        if isinstance(item.claim, Unchecked):
            because = item.claim.because
            judgement = Judgement("not applicable", because, float("nan"), float("nan"))
        elif not item.claim.observed or (check and not check.absent()):
            continue
        elif check is None:
            name = f"theorem[{item.claim.name!r}]"
            words = f"no check observes this claim: name it in one, @check({name}, ...)"
            judgement = cannot_tell(float("nan"), words)
        else:
            judgement = _needs(check.absent())
        file = registry.file_of(item.theorem.id)
        yield settle_without_replicates(item, judgement, ledger, 0.0, file)


def _needs(modules: Sequence[str]) -> Judgement:
    """Return `undecided (absent)`, naming what to install."""
    return Judgement(
        "undecided",
        "absent",
        float("nan"),
        float("nan"),
        note=f"needs {', '.join(modules)}, which is not installed (see the extras in the README)",
    )
