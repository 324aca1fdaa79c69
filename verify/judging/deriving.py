"""The derivations of a run: recalled where they were judged before, the others judged at once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bounds import ClaimOf
from verify.evidence.progress import Progress
from verify.evidence.workers import Workers
from verify.judging import proofs
from verify.judging.judgement import Judgement
from verify.judging.rules.derivation import LIMIT, Problem, decide

FORECAST = 0.3
"""CPU seconds that algebra takes for a derivation, on average."""


class Derived(NamedTuple):
    """A derivation, its judgement, and the CPU seconds that this took when it was done."""

    item: ClaimOf
    judgement: Judgement
    seconds: float


def derived(
    items: Iterable[ClaimOf], workers: Workers[Any], progress: Progress
) -> Iterator[Derived]:
    """Judge the derivations among some claims, in all processes if that is worth it."""
    open_: dict[str, tuple[Problem, list[ClaimOf]]] = {}
    for item in derivations(items):
        problem = _problem(item)
        key = problem.key
        if judged := proofs.recall(key):
            yield Derived(item, *judged)
        else:
            open_.setdefault(key, (problem, []))[1].append(item)
    if open_:
        progress.started(FORECAST * len(open_))
    problems = [problem for problem, _ in open_.values()]
    by_problem = {id(problem): (key, asked) for key, (problem, asked) in open_.items()}
    for problem, (judgement, seconds) in workers.apply(timed, problems, FORECAST * len(problems)):
        key, asked = by_problem[id(problem)]
        if not judgement.note.startswith(LIMIT):
            proofs.keep(key, judgement, seconds)
        progress.advanced(FORECAST)
        for item in asked:
            yield Derived(item, judgement, seconds)


def known(items: Iterable[ClaimOf]) -> Iterator[Derived]:
    """Yield the derivations among some claims that were judged before on this machine."""
    for item in derivations(items):
        if judged := proofs.recall(_problem(item).key):
            yield Derived(item, *judged)


def derivations(items: Iterable[ClaimOf]) -> list[ClaimOf]:
    """Return the derivations among some claims."""
    return [item for item in items if not item.claim.observed]


def kept(items: Iterable[ClaimOf]) -> int:
    """Return how many of some derivations were judged before on this machine."""
    keys = (_problem(item).key for item in items)
    return sum(proofs.recall(key) is not None for key in keys)


def _problem(item: ClaimOf) -> Problem:
    return Problem.of(item.theorem, item.claim)


def timed(problem: Problem) -> tuple[Judgement, float]:
    """Decide a derivation, and say how many CPU seconds that took."""
    started = time.process_time()
    judgement = decide(problem)
    return judgement, time.process_time() - started
