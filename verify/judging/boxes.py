"""What is known of claims over a box on the whole of it: looked for once, in all processes.

A worse point is searched for, and a proof. Neither depends on a run's seed, so what was found is
remembered, and kept in the user's cache like the proofs of derivations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import bounds
from bounds import ClaimOf, Theorem
from bounds.box import Domain
from bounds.claims import Claim
from verify.catalogue import boxes as points_of_boxes
from verify.evidence import cache
from verify.evidence.progress import Progress
from verify.evidence.workers import Workers
from verify.judging import balls, gap, rounding, search
from verify.judging.balls import NotReal
from verify.judging.gap import Array, Gap, met
from verify.judging.proof import __file__ as prover
from verify.judging.proof.proving import Failure, Proof, Proving
from verify.judging.proofs import fingerprint
from verify.judging.search import ranked, starts, worst_points

BOXES = "boxes"
"""Under which name the user's cache has what is known."""

FORECAST = 0.5
"""CPU seconds that the search takes for a claim, on average."""

DECIDED = 64
"""Points, the worst ones, at which is decided in balls."""

NEVER = -0.01
"""A gap below which no ball is needed to see that a claim is met."""

WRITING = ("authoring.py", "variation.py")
"""What only writes claims: what it has written is asked, and so is in the key by itself."""

CODE: tuple[str | Path, ...] = (
    *sorted(Path(prover).parent.glob("*.py")),
    *(one for one in sorted(Path(bounds.__file__).parent.glob("*.py")) if one.name not in WRITING),
    *(__file__, points_of_boxes.__file__, balls.__file__, gap.__file__, rounding.__file__),
    search.__file__,
)
"""What is judged by."""

NOWHERE = np.empty(0)


@dataclass(frozen=True)
class Known:
    """What came of the search.

    Attributes
    ----------
    worst : tuple of float
        The worst point that was found, by which the claim is refuted if ``refuted``; empty if no
        point of the domain was found.
    refuted : bool
    proof : str
        How the claim is proved on the whole box; empty if it is not.
    words : str
        Why there is no proof, or of what there is no real number.
    real : bool
        Whether both sides were real numbers wherever they were evaluated.
    """

    worst: tuple[float, ...] = ()
    refuted: bool = False
    proof: str = ""
    words: str = ""
    real: bool = True


@dataclass(frozen=True)
class Problem:
    """A claim over a box by itself, the quantities of its theorem written out."""

    gap: Gap
    domain: Domain

    @classmethod
    def of(cls, theorem: Theorem, claim: Claim) -> Problem:
        """Write out a claim over a box."""
        return cls(Gap.of(theorem, claim), theorem.domain(claim))

    @property
    def key(self) -> str:
        """Fingerprint of all that the answer depends on."""
        one, where = self.gap, self.domain
        numbers = (one.sign, one.two_sided, one.tolerance)
        ends = [part for range_ in where.box for part in range_]
        return fingerprint(
            CODE, (one.left, one.right, one.scale, *numbers, *ends, *where.predicates)
        )

    def refutes(self, point: Iterable[float]) -> bool:
        """Decide in balls whether a point is in the domain and violates the claim."""
        named = dict(zip(self.domain.names, map(float, point), strict=True))
        return self.gap.violated(named) and all(met(one, named) for one in self.domain.predicates)

    def refuting(self, values: Array, gaps: Array) -> Array:
        """Return the first of the worst points, (k, n) values, that violates the claim, or none."""
        for point, at in zip(values.T[:DECIDED], gaps[:DECIDED], strict=False):
            if at < NEVER:
                break
            if self.refutes(point):
                return np.asarray(point)
        return NOWHERE


_found: dict[str, Known] = {}


def known(problem: Problem) -> Known:
    """Return what is known of a claim over a box; it is looked for if nothing is."""
    key = problem.key
    if not _is_remembered(key):
        _keep(key, look(problem))
    return _found[key]


def is_known(item: ClaimOf) -> bool:
    """Return whether nothing need be searched to judge a claim; only of one over a box it may."""
    return item.claim.box is None or _is_remembered(Problem.of(item.theorem, item.claim).key)


def _is_remembered(key: str) -> bool:
    """Return whether something is known of a problem, in this process or from before."""
    if key not in _found and (entry := _recalled(key)) is not None:
        _found[key] = entry
    return key in _found


def look_for(items: Iterable[ClaimOf], workers: Workers[Any], progress: Progress) -> None:
    """See to it that everything is known of the claims over a box among some claims.

    Of one whose expressions cannot be evaluated nothing is known; its rule will say so.
    """
    for key, found in _found_of(items, look, workers, progress):
        _keep(key, found)


@contextmanager
def refuted(items: Iterable[ClaimOf], workers: Workers[Any], progress: Progress) -> Iterator[None]:
    """See to it that worse points are known of claims over a box, and for a while ask no more.

    Within it a claim is judged that is not refuted, and for which no proof was looked for.
    """
    open_ = []
    for key, found in _found_of(items, refute, workers, progress):
        if found.refuted or not found.real:
            _keep(key, found)
        else:
            _found[key] = found
            open_.append(key)
    try:
        yield
    finally:
        for key in open_:
            del _found[key]


def _found_of(
    items: Iterable[ClaimOf],
    how: Callable[[Problem], Known],
    workers: Workers[Any],
    progress: Progress,
) -> Iterator[tuple[str, Known]]:
    """Yield what is found of the claims over a box of which nothing is known, with their keys."""
    problems = {}
    for item in items:
        if item.claim.box is not None:
            problem = Problem.of(item.theorem, item.claim)
            key = problem.key
            if not _is_remembered(key):
                problems[key] = problem
    if not problems:
        return
    forecast = FORECAST * len(problems)
    progress.started(forecast)
    for asked, found in workers.apply(partial(_looked_for, how), problems.items(), forecast):
        progress.advanced(FORECAST)
        if found is not None:
            yield asked[0], found


def _looked_for(how: Callable[[Problem], Known], asked: tuple[str, Problem]) -> Known | None:
    try:
        return how(asked[1])
    except NotReal as failure:
        return Known(words=str(failure), real=False)
    except Exception:  # the expressions are the user's: judging it says what is wrong
        return None


def refute(problem: Problem) -> Known:
    """Search for worse points alone."""
    own, domain = problem.gap, problem.domain
    values, gaps = worst_points(own, domain, *ranked(own, domain, starts(domain)))
    if not len(gaps):
        return Known()
    if len(point := problem.refuting(values, gaps)):
        return Known(_as_tuple(point), refuted=True)
    return Known(_as_tuple(values[:, 0]), words="no proof was looked for")


def look(problem: Problem) -> Known:
    """Search for worse points and for a proof, each with little work first."""
    try:
        return _look(problem)
    except NotReal as failure:
        return Known(words=str(failure), real=False)


def _look(problem: Problem) -> Known:
    own, domain = problem.gap, problem.domain
    values, gaps = ranked(own, domain, starts(domain))
    seems_false = bool(len(gaps)) and gaps[0] > 0 and problem.refutes(values[:, 0])
    proof: Proof | Failure = Failure()
    proving = None if seems_false else Proving(own, domain, problem.refutes)
    if len(gaps) and proving is not None:
        proof = proving.quickly(values[:, 0])
    if isinstance(proof, Failure):
        values, gaps = worst_points(own, domain, values, gaps)
        if not len(gaps):
            return Known()
        if len(point := problem.refuting(values, gaps)):
            return Known(_as_tuple(point), refuted=True)
        proving = proving or Proving(own, domain, problem.refutes)
        proof = proof if proof.witness else proving.thoroughly(values[:, 0])
    if isinstance(proof, Proof):
        return Known(_as_tuple(values[:, 0]), proof=proof.words)
    if proof.witness:
        return Known(_as_tuple(proof.witness), refuted=True)
    return Known(_as_tuple(values[:, 0]), words=proof.words)


def _as_tuple(point: Iterable[float]) -> tuple[float, ...]:
    return tuple(map(float, point))


def _keep(key: str, found: Known) -> None:
    _found[key] = found
    cache.keep(BOXES, key, asdict(found) | {"key": key})


def _recalled(key: str) -> Known | None:
    """Return what was kept under a key; ``None`` if there is nothing, or nothing sound."""
    entry = cache.recall(BOXES, key)
    kinds = {"worst": list, "refuted": bool, "proof": str, "words": str, "real": bool}
    if entry is None or entry.pop("key", None) != key or entry.keys() != kinds.keys():
        return None
    if not all(isinstance(entry[name], kind) for name, kind in kinds.items()):
        return None
    worst = entry.pop("worst")
    if not all(isinstance(one, float) and math.isfinite(one) for one in worst):
        return None
    if (entry["refuted"] or entry["proof"]) and not worst:
        return None
    return Known(tuple(worst), **entry)
