"""The search for points at which a simulated claim is violated.

Corners and limits of the domain come first, with the boundaries of every hypothesis; then points
that Hypothesis draws, targeted on the violation; then each of the best is moved as long as that
helps. Where the outcome is noisy, the best of a round get twice the replicates, again and again;
where that takes long, half of them stay.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import process_time as clock

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from verify.catalogue.grid import digest
from verify.catalogue.kinds import is_exact
from verify.judging.judgement import Judgement
from verify.probing.falsify.space import Point, Space
from verify.probing.falsify.trial import Trial, excess

MOST_CORNERS = 160
ROUND = 60
"""Points of a round of Hypothesis's."""

MORE = 8
"""Times as many replicates are drawn of a noisy outcome where a candidate is looked into: a smaller
effect is still told then."""

KEPT = 8
"""Points that get more replicates after a round."""

DOUBLINGS = 7
"""How often they may get twice as many."""

SPARED = 0.1
"""Of the time that is left, in which they all get more, before half of them go."""

MOVES = (0.12, 0.03, 0.008)
"""How far, of the whole range, a parameter is moved uphill."""

FEWEST = 16
"""Replicates from which on a noisy outcome is looked at."""

SLOWEST = 0.25
"""Of the time that is left, what the replicates of one point among many may take."""


@dataclass(frozen=True)
class Candidate:
    """A point at which a claim is broken on the replicates of the search."""

    space: Space
    point: Point
    trial: Trial
    judgement: Judgement


class Search:
    """Looks for candidates in a space until its time is over.

    Parameters
    ----------
    space : Space
    seed : int
    until : float
        Of the CPU time of this process: so the outcome does not depend on what else is running.
    """

    def __init__(self, space: Space, seed: int, until: float) -> None:
        self.space, self.seed, self.until = space, seed, until
        self.rng = np.random.default_rng(seed)
        self.tried = 0
        self.exact = is_exact(space.item.claim)
        self.n = max(space.check.block, 1 if self.exact else FEWEST)
        self.more = 1 if self.exact else MORE
        self._scores: dict[str, float] = {}
        self._best: list[tuple[float, int, Point]] = []
        self._found: list[Candidate] = []

    def __iter__(self) -> Iterator[Candidate]:
        """Yield candidates, from the simplest corners on."""
        if not self.space.free:
            yield from self._looked([{}])
            yield from self._halved()
            return
        yield from self._looked(self._corners())
        yield from self._halved()
        for number in itertools.count():
            if self.is_over:
                return
            before = self.tried
            self._targeted(self.seed + number)
            yield from self._taken()
            yield from self._halved()
            yield from self._looked(self._uphill())
            if self.tried == before:  # nothing new is drawn any more
                return

    @property
    def is_over(self) -> bool:
        """Whether there is no more time."""
        return clock() > self.until

    def trial(self, point: Point, n: int | None = None) -> Trial | None:
        """Put a point on trial; ``None`` if the claim does not speak of it, or nothing comes."""
        trial = self._at(point)
        return trial if trial is not None and self._drew(trial, n or self.n) else None

    def _at(self, point: Point) -> Trial | None:
        check = self.space.grid(point)
        return None if check is None else Trial(check, self.space.item, self.seed)

    def _drew(self, trial: Trial, n: int) -> bool:
        left = self.until - clock()
        share = SLOWEST if self.space.free else 1.0
        return left > 0 and trial.draw(n, share * left + 0.05)

    def _taken(self) -> Iterator[Candidate]:
        while self._found:
            yield self._found.pop(0)

    def _looked(self, points: Iterator[Point] | Sequence[Point]) -> Iterator[Candidate]:
        for point in points:
            if self.is_over:
                return
            self._look(point)
            yield from self._taken()

    def _look(self, point: Point) -> float:
        """Return by how much the claim is violated at a point."""
        key = digest(point)
        if key not in self._scores:
            self._scores[key] = score = self._score(point)
            if math.isfinite(score):
                self._best.append((-score, len(self._scores), point))
                self._best.sort(key=lambda one: one[:2])
                del self._best[4 * KEPT :]
        return self._scores[key]

    def _score(self, point: Point) -> float:
        trial = self.trial(point)
        if trial is None:
            return -math.inf
        self.tried += 1
        judgement = trial.judge()
        if judgement is not None and trial.violates() is not None:
            self._found.append(Candidate(self.space, point, trial, judgement))
        return excess(self.space.item, judgement)

    def _corners(self) -> Iterator[Point]:
        """Yield corners and limits of the domain inside the hypotheses, the simplest first."""
        free = self.space.free
        start = {one.name: one.corners[0] for one in free}
        for point in itertools.islice(self._plain(start), MOST_CORNERS):
            inside = self.space.inside(point, self.rng)
            if inside is not None:
                yield inside
        middle = {one.name: one.at(0.5) for one in free}
        yield from self.space.boundaries(start)
        yield from self.space.boundaries(self.space.inside(middle, self.rng) or middle)

    def _plain(self, start: Point) -> Iterator[Point]:
        free = self.space.free
        yield start
        for depth in range(1, max(len(one.corners) for one in free)):
            yield {o.name: o.corners[min(depth, len(o.corners) - 1)] for o in free}
            for one in free:
                if depth < len(one.corners):
                    yield {**start, one.name: one.corners[depth]}
        for first, second in itertools.combinations(free, 2):
            for a, b in itertools.product(first.corners[1:4], second.corners[1:4]):
                yield {**start, first.name: a, second.name: b}

    def _targeted(self, seed: int) -> None:
        """Let Hypothesis draw points, the next ones near those that come closest."""
        free = self.space.free

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=ROUND,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.target],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(st.tuples(*[st.floats(0, 1)] * len(free)))
        def look(shares: tuple[float, ...]) -> None:
            if self.is_over or self._found:
                return
            point = {one.name: one.at(share) for one, share in zip(free, shares, strict=True)}
            inside = self.space.inside(point, self.rng)
            score = -math.inf if inside is None else self._look(inside)
            if math.isfinite(score):
                hypothesis.target(score)

        look()

    def _uphill(self) -> Iterator[Point]:
        """Yield neighbours of the best points; where one is better, its neighbours next."""
        for _, _, best in self._best[:3]:
            for step in MOVES:
                moved = True
                while moved and not self.is_over:
                    moved = False
                    for one in self.space.free:
                        for way in (step, -step):
                            share = one.share(best[one.name]) + way
                            near = {**best, one.name: one.at(share)}
                            inside = self.space.inside(near, self.rng)
                            if inside is None or digest(inside) in self._scores:
                                continue
                            before = self._look(best)
                            yield inside
                            if self._look(inside) > before:
                                best, moved = inside, True

    def _halved(self) -> Iterator[Candidate]:
        """Give the best points more and more replicates, fewer of them each time."""
        if self.exact:
            return
        every = [point for _, _, point in self._best]
        yield from self._in_halves(every[:KEPT])
        if self.space.path is not None:  # where it begins late, what is of lower order has faded
            grown = list(self.space.path.ray)
            every.sort(key=lambda point: math.prod(point.get(name, 1) for name in grown))
            yield from self._in_halves(every[-KEPT:])

    def _in_halves(self, points: Sequence[Point]) -> Iterator[Candidate]:
        trials = [(point, trial) for point in points if (trial := self._at(point)) is not None]
        n, began = self.n, clock()
        for _ in range(DOUBLINGS):
            n *= 2
            scored: list[tuple[float, int]] = []
            for number, (point, trial) in enumerate(trials):
                if self.is_over:
                    return
                if not self._drew(trial, n):
                    continue
                judgement = trial.judge()
                if judgement is not None and trial.violates() is not None:
                    yield Candidate(self.space, point, trial, judgement)
                    # It was not accepted: others have its place.
                    self._best = [one for one in self._best if one[2] != point]
                else:
                    scored.append((-excess(self.space.item, judgement), number))
            is_cheap = clock() - began < SPARED * (self.until - began)
            stay = len(scored) if is_cheap else max(len(scored) // 2, 1)
            trials = [trials[number] for _, number in sorted(scored)[:stay]]
