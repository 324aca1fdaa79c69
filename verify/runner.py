"""The runner: draws replicates look by look until every claim is judged or its budget is spent."""

from __future__ import annotations

import os
import platform
import shlex
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import scipy
import sympy
import threadpoolctl

from bounds import ClaimOf, Theorem
from bounds.claims import Derivation, Unchecked
from verify.catalogue.budgets import Budget
from verify.catalogue.check import Check
from verify.catalogue.grid import digest
from verify.catalogue.overrides import apply_settings, every_setting_is_used
from verify.catalogue.registry import Registry
from verify.catalogue.selection import Selection, registry_for, select
from verify.errors import UserError
from verify.evidence.sample import Sample, applies
from verify.evidence.settings import DEFAULT_STORE, Settings
from verify.evidence.store import Block, DifferentObservables, Store, join
from verify.evidence.workers import Done, Task, grouped, perform, pool, usable_cores
from verify.judging import rules
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger, refuse_beyond
from verify.judging.replay import settle
from verify.judging.rules import derivation
from verify.judging.verdict import Verdict
from verify.report import Report

VERSION = "0.1.0"


class Progress(Protocol):
    """What the runner tells while it works."""

    def started(self, tasks: int, seconds: float) -> None:
        """A wave of tasks begins, with its forecast of CPU seconds."""

    def advanced(self, seconds: float) -> None:
        """A task is done that was forecast to take so long."""

    def judged(self, verdict: Verdict) -> None:
        """A claim has its verdict."""


class Silent:
    """Tells nothing."""

    def started(self, tasks: int, seconds: float) -> None:
        """Pass over."""

    def advanced(self, seconds: float) -> None:
        """Pass over."""

    def judged(self, verdict: Verdict) -> None:
        """Pass over."""


class CheckRun:
    """One check during a run: its replicates so far and the claims that are still open."""

    def __init__(
        self, check: Check, items: Sequence[ClaimOf], settings: Settings, store: Store
    ) -> None:
        self.check, self.items = check, list(items)
        self.settings, self.store = settings, store
        self.ledger = Ledger(settings.alpha)
        self.cells = apply_settings(check, settings.overrides)
        self.wanted = [
            position
            for position, cell in enumerate(self.cells)
            if any(applies(item.theorem, item.claim, cell) for item in items)
        ]
        self.look = 0
        self.evidence: dict[int, dict[str, np.ndarray]] = {p: {} for p in self.wanted}
        self.loaded = 0
        self.judgements: dict[str, tuple[Judgement, int, int]] = {}
        self.failures: dict[int, str] = {}
        self.seconds = 0.0

    @property
    def open(self) -> list[ClaimOf]:
        """Claims without a final verdict."""
        return [item for item in self.items if item.id not in self.judgements]

    def missing(self, jobs: int) -> list[Task]:
        """Return the tasks that bring every wanted cell to the present look."""
        blocks = self.check.size(self.look) // self.check.block
        tasks = []
        for position in self.wanted:
            if position in self.failures:
                continue
            cell = self.cells[position]
            there = self.store.numbers(self.check.key, digest(cell), self.settings.seed)
            missing = [number for number in range(blocks) if number not in there]
            tasks += grouped(
                self.files, self.check, position, cell, missing, self.settings.seed, jobs
            )
        return tasks

    @property
    def files(self) -> tuple[str, ...]:
        """Files that a worker must read to know this check."""
        return (self.check.source,) if self.check.source else ()

    def take(self, done: Done) -> None:
        """Store what a task made."""
        cell = self.cells[done.position]
        self.store.add(
            Block(self.check.key, digest(cell), self.settings.seed, number, seconds, observables)
            for number, seconds, observables in done.blocks
        )
        if done.failure:
            self.failures[done.position] = done.failure

    def judge(self) -> None:
        """Judge every open claim at the present look."""
        self._load()
        last = self.look + 1 >= self.check.looks[self.settings.budget]
        n = self.check.size(self.look)
        for item in self.open:
            judgement = self._judge_one(item, n)
            if judgement.verdict != "undecided" or last or judgement.reason == "error":
                self.judgements[item.id] = (judgement, n, self.look)
        self.look += 1

    def _judge_one(self, item: ClaimOf, n: int) -> Judgement:
        failed = [
            position
            for position in self.failures
            if applies(item.theorem, item.claim, self.cells[position])
        ]
        if failed:
            cell = self.cells[failed[0]]
            return cannot_tell(float("nan"), f"{self.failures[failed[0]]} (at {dict(cell)})")
        return judge_safely(self, item, n, self.look, self.ledger)

    def sample(self, item: ClaimOf, n: int) -> Sample:
        """Return the part of the evidence that a claim is judged on."""
        return Sample.of(self.check, item, self.evidence, n, self.cells)

    def _load(self) -> None:
        """Append the blocks of this look to the arrays in memory."""
        stop = self.check.size(self.look) // self.check.block
        for position in self.wanted:
            if position in self.failures:
                continue
            have = [self.evidence[position]] if self.loaded else []
            try:
                fresh = self.store.replicates(
                    self.check.key,
                    digest(self.cells[position]),
                    self.settings.seed,
                    self.loaded,
                    stop,
                )
                if stop > self.loaded:
                    self.evidence[position] = join([*have, fresh])
            except DifferentObservables as failure:
                self.failures[position] = str(failure)
        self.loaded = stop

    def verdicts(self) -> list[Verdict]:
        """Return the verdicts on all claims, counter-examples replayed."""
        blocks = self.loaded
        self.seconds = sum(
            self.store.seconds(self.check.key, digest(self.cells[p]), self.settings.seed, blocks)
            for p in self.wanted
        )
        share = self.seconds / max(len(self.items), 1)
        return [settle(self, item, share) for item in self.items]


def judge_safely(run_: CheckRun, item: ClaimOf, n: int, look: int, ledger: Ledger) -> Judgement:
    """Judge a claim; an expression that cannot be evaluated is `undecided (error)`."""
    try:
        return rules.judge(run_.sample(item, n), look, ledger)
    except (KeyError, ValueError) as failure:
        return cannot_tell(float("nan"), str(failure))
    except Exception as failure:  # the claim's expressions are the user's
        return cannot_tell(float("nan"), f"{type(failure).__name__}: {failure}")


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
    set: Mapping[str, Any] | None = None,  # as the command line spells it
    files: Iterable[str | Path] = (),
    progress: Progress | None = None,
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
        Local processes, or a Dask cluster (the address is read from DASK_SCHEDULER_ADDRESS).
    store, fresh :
        Folder of the stored replicates, and whether to begin anew.
    set : mapping, optional
        Parameters of the grid to change, by name.
    files : iterable of paths, optional
        Files with theorems of one's own, beside those named in ``ids``.
    progress : Progress, optional
        Told what happens.

    Returns
    -------
    Report

    Raises
    ------
    UserError
        If an id is unknown, a file cannot be read, or a setting is out of range.
    """
    settings = Settings(budget, alpha, seed, jobs, backend, store, fresh, dict(set or {}))
    given = [ids] if isinstance(ids, str | os.PathLike | Check | Theorem) else list(ids)
    registry = registry_for([*given, *files])
    return run_claims(registry, select(registry, given), settings, progress or Silent())


def run_claims(
    registry: Registry, items: Sequence[ClaimOf], settings: Settings, progress: Progress
) -> Report:
    """Check the given claims."""
    started = time.perf_counter()
    refuse_beyond(len(items))
    ledger = Ledger(settings.alpha)
    verdicts: dict[str, Verdict] = {}
    with (
        Store(settings.store, fresh=settings.fresh) as store,
        threadpoolctl.threadpool_limits(1),
    ):
        runs = _check_runs(registry, items, settings, store)
        for verdict in _without_evidence(registry, items, ledger):
            verdicts[verdict.id] = verdict
            progress.judged(verdict)
        _draw_and_judge(registry, runs, settings, progress, verdicts)
    order = [item.id for item in items]
    return Report(
        verdicts=tuple(verdicts[name] for name in order),
        budget=settings.budget,
        alpha=settings.alpha,
        seed=settings.seed,
        version=VERSION,
        seconds=time.perf_counter() - started,
        versions=versions(),
        context=(registry, settings),
    )


def versions() -> dict[str, str]:
    """Versions that a result may depend on."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "sympy": sympy.__version__,
    }


def _check_runs(
    registry: Registry, items: Sequence[ClaimOf], settings: Settings, store: Store
) -> list[CheckRun]:
    """Group the claims that have a simulation by their checks."""
    by_check: dict[str, list[ClaimOf]] = {}
    for item in items:
        check = registry.check_of(item.id)
        if check is not None and not check.absent():
            by_check.setdefault(check.id, []).append(item)
    runs = [
        CheckRun(registry.checks[name], claims, settings, store)
        for name, claims in by_check.items()
    ]
    every_setting_is_used([run_.check for run_ in runs], settings.overrides)
    for run_ in runs:
        _fits_in_memory(run_)
    return runs


def _fits_in_memory(run_: CheckRun) -> None:
    """Refuse a cell whose block would not fit, before anything starts."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    jobs = run_.settings.jobs or usable_cores()
    for position in run_.wanted:
        cell = run_.cells[position]
        need = run_.check.bytes(cell) * run_.check.block
        if need * jobs > 0.8 * total:
            raise UserError(
                f"{run_.check.id}: a block of {run_.check.block} replicates at {dict(cell)} needs "
                f"{need / 1e9:.1f} GB in each of {jobs} processes, and this machine has "
                f"{total / 1e9:.1f} GB. Use fewer --jobs or smaller sizes (--set)."
            )


def _without_evidence(
    registry: Registry, items: Sequence[ClaimOf], ledger: Ledger
) -> Iterable[Verdict]:
    """Judge derivations, and claims that nothing checks or can say anything about."""
    for item in items:
        claim, started = item.claim, time.process_time()
        check = registry.check_of(item.id)
        if isinstance(claim, Unchecked):
            judgement = Judgement("not applicable", claim.because, float("nan"), float("nan"))
        elif isinstance(claim, Derivation):
            judgement = derivation.judge(item.theorem, claim)
        elif check is None:
            judgement = cannot_tell(float("nan"), "no check observes this claim")
        elif check.absent():
            judgement = _needs(check.absent())
        else:
            continue
        file = registry.file_of(item.theorem.id)
        yield _verdict_without_data(
            item,
            judgement,
            ledger,
            time.process_time() - started,
            shlex.join(["verify", "run", *([file] if file else []), item.id]),
        )


def _needs(modules: Sequence[str]) -> Judgement:
    """Return `undecided (absent)`, naming what to install."""
    return Judgement(
        "undecided",
        "absent",
        float("nan"),
        float("nan"),
        note=f"needs {', '.join(modules)}, which is not installed (see the extras in the README)",
    )


def _verdict_without_data(
    item: ClaimOf, judgement: Judgement, ledger: Ledger, seconds: float, command: str
) -> Verdict:
    counterexample = None
    if judgement.verdict == "broken":
        counterexample = {
            "parameters": judgement.values["parameters"],
            "seed": None,
            "observed": judgement.values["observed"],
            "predicted": judgement.values["predicted"],
            "cell": None,
            "blocks": [],
            "replicates": 0,
            "command": command,
        }
    return Verdict(
        id=item.id,
        theorem=item.theorem.id,
        kind=item.claim.kind,
        statement=item.claim.statement or item.theorem.statement,
        verdict=judgement.verdict,
        expected=item.claim.expected,
        predicted=judgement.predicted,
        observed=judgement.observed,
        interval=None,
        tolerance=judgement.tolerance,
        replicates=0,
        error=ledger.error,
        counterexample=counterexample,
        seconds=seconds,
        note=judgement.note,
        reason=judgement.reason,
    )


def _performed_here(tasks: Iterable[Task], registry: Registry) -> Iterator[Done]:
    """Perform the tasks of checks that a worker could not find."""
    for task in tasks:
        if task.check not in registry.homes:
            yield perform(task, registry.checks[task.check])


def _draw_and_judge(
    registry: Registry,
    runs: Sequence[CheckRun],
    settings: Settings,
    progress: Progress,
    verdicts: dict[str, Verdict],
) -> None:
    """Advance all checks together, one look at a time, so that cheap answers come first."""
    jobs = settings.jobs or usable_cores()
    by_id = {run_.check.id: run_ for run_ in runs}
    active = list(runs)
    needs_pool = any(run_.wanted for run_ in runs)
    with pool(settings.backend, jobs) if needs_pool else nullcontext() as perform_all:
        while active:
            tasks = [task for run_ in active for task in run_.missing(jobs)]
            tasks.sort(key=lambda task: -task.forecast)
            if tasks:
                progress.started(len(tasks), sum(task.forecast for task in tasks))
                for done in chain(
                    _performed_here(tasks, registry),
                    perform_all([task for task in tasks if task.check in registry.homes]),
                ):
                    by_id[done.check].take(done)
                    progress.advanced(done.forecast)
            for run_ in active:
                run_.judge()
            for run_ in [run_ for run_ in active if not run_.open]:
                for verdict in run_.verdicts():
                    verdicts[verdict.id] = verdict
                    progress.judged(verdict)
                run_.evidence.clear()
            active = [run_ for run_ in active if run_.open]
