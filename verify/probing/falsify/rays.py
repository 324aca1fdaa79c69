"""Violations of a theorem with regime hypotheses: do they persist along a ray inside the regime?

"d is much larger than n", "for C sufficiently large": a violation at one point says nothing of such
a statement. It counts if it persists along a ray on which every regime quantity moves the right
way, up to where all of them are met.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from bounds import Hypothesis, Theorem
from verify.judging import regimes
from verify.probing.falsify.search import Candidate, Search
from verify.probing.falsify.space import Parameter, Point, Space, numeric
from verify.probing.falsify.trial import excess

SIZES = 7
"""Points of a ray."""

LAST = 4
"""So many of them, the last ones, must violate the claim."""

FAR = 64.0
"""By what factor sizes are larger where it is asked once more how a margin grows."""

CUTS, ATTEMPTS = 3, 8
"""How often it is asked, and how many directions are found altogether."""

STEP = 2.0
"""Ratio of neighbouring sizes, for what moves most."""

FADES = 0.5
"""A violation that is a smaller share of itself over the last sizes goes away."""


def has_regime(theorem: Theorem, space: Space) -> bool:
    """Whether a regime hypothesis can be evaluated on the parameters of a space."""
    return bool(regimes.margins(theorem, [space.base]))


@dataclass(frozen=True)
class Ray:
    """A violation that persists: the points of a ray, and the first one inside the regime."""

    direction: Mapping[str, float]
    points: tuple[Point, ...]
    first: Point


@dataclass(frozen=True)
class NoRay:
    """Why no ray was found: it says nothing of the claim where one ``untried`` might have been."""

    words: str
    untried: bool = False


GONE = NoRay("it does not persist along rays of the regime")
NO_WAY = NoRay(
    "no parameter that the simulation has leads further into the regime, on all counts at once",
    untried=True,
)


def persisting(search: Search, candidate: Candidate) -> Ray | NoRay:
    """Return a ray inside the regime along which a violation persists, or why none was found.

    A claim about growth or a limit is judged along a ray of its check already; there only that ray
    must move every regime quantity the right way.
    """
    space, point = candidate.space, candidate.point
    theorem = space.item.theorem
    if space.path is not None:
        check = space.grid(point)
        cells = check.cells if check is not None else ()
        ways = [regimes.margins(theorem, [cell]) for cell in cells]
        right = all(_moves(before, after) for before, after in pairwise(ways))
        return Ray(dict(space.path.ray), (point,), point) if right and ways else GONE
    lost: list[NoRay] = []
    for direction in _directions(space, point):
        ray = _along(search, candidate, direction)
        if isinstance(ray, Ray):
            return ray
        lost.append(ray)
        if search.is_over:
            break
    if not lost:
        return GONE if regimes.outside(_margins(space, point)) else NO_WAY
    return next((one for one in lost if one.untried), lost[0])


def _moves(before: Mapping[str, float], after: Mapping[str, float]) -> bool:
    return all(after[words] >= before[words] * (1 - 1e-9) for words in before if words in after)


def _margins(space: Space, point: Mapping[str, Any]) -> dict[str, float]:
    return regimes.margins(space.item.theorem, [{**space.base, **point}])


def _directions(space: Space, point: Point) -> Iterator[dict[str, float]]:
    """Yield exponents with which the free parameters grow so that every margin does, at best.

    Sizes, the whole numbers, do not shrink, what only formulas speak of (the confidence of a bound,
    say) stays as it is, and the required hypotheses are met all along. How fast a margin
    grows is asked where a ray begins, and again far out along the ray that this gives: hypotheses
    with a maximum in them change their shape on the way.
    """
    free = [one for one in space.free if one.answers and point[one.name] > 0]
    slopes = _Slopes(space, free)
    if not free or not slopes.add(point):
        return
    rng = np.random.default_rng(0)
    seen: set[tuple[float, ...]] = set()
    for attempt in range(ATTEMPTS):
        # The least growth of a margin is made as large as it can be; then other corners of what is
        # possible, by a random goal with half of that growth.
        found = slopes.best(np.zeros(len(free)), 1.0, 0.0)
        if found is None or found[1] <= 1e-6:
            return
        direction, growth = found
        if attempt >= CUTS:
            other = slopes.best(rng.standard_normal(len(free)), 0.0, growth / 2)
            if other is None:
                continue
            direction = other[0]
        exponents = tuple(np.round(direction, 3))
        pairs = dict(zip((one.name for one in free), map(float, exponents), strict=True))
        far = {name: point[name] * FAR ** pairs.get(name, 0.0) for name in point}
        if attempt < CUTS and not slopes.add(far):
            return
        if exponents not in seen and (attempt >= CUTS - 1):
            seen.add(exponents)
            yield {name: exponent for name, exponent in pairs.items() if abs(exponent) > 1e-3}


class _Slopes:
    """How margins grow with the logarithms of parameters, and the directions that this leaves."""

    def __init__(self, space: Space, free: Sequence[Parameter]) -> None:
        self.space, self.free = space, free
        self.rows: list[NDArray[np.float64]] = []
        self.weights: list[float] = []

    def add(self, point: Mapping[str, float]) -> bool:
        """Ask how margins grow at a point; say whether there was an answer."""
        base, required = self._logs(point)
        grown = [self._logs({**point, one.name: point[one.name] * 2}) for one in self.free]
        for part, (known, weight) in enumerate(((base, 1.0), (required, 0.0))):
            for key, value in known.items():
                row = np.array([logs[part].get(key, math.nan) for logs in grown]) - value
                if np.isfinite(row).all():
                    self.rows.append(row / math.log(2))
                    self.weights.append(weight)
        return bool(base) and any(self.weights)

    def _logs(self, point: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
        """Return the logarithms of the margins of the regime, and of what is required."""
        margins = _margins(self.space, point)
        cell = numeric({**self.space.base, **point})
        required = {}
        for number, relation in enumerate(self.space.relations):
            try:
                margin = Hypothesis("", "regime", relation).margin(cell)
            except (KeyError, TypeError, ValueError):
                continue
            if margin is not None and 0 < margin < math.inf:
                required[str(number)] = math.log(margin)
        return {w: math.log(m) for w, m in margins.items() if 0 < m < math.inf}, required

    def best(
        self, goal: NDArray[np.float64], weight: float, least: float
    ) -> tuple[NDArray[np.float64], float] | None:
        """Maximise ``goal @ v + weight * t`` with ``rows @ v >= weights * t``, ``t >= least``."""
        rows = np.array(self.rows)
        matters: NDArray[np.bool_] = np.abs(rows).max(axis=0) > 1e-9
        low = np.where(matters, [0.0 if one.whole else -1.0 for one in self.free], 0.0)
        solved = scipy.optimize.linprog(
            -np.append(goal, weight),
            A_ub=np.hstack([-rows, np.array(self.weights)[:, None]]),
            b_ub=np.zeros(len(rows)),
            bounds=[*zip(low, matters.astype(float), strict=True), (least, 10)],
        )
        if solved.status != 0:
            return None
        found = np.asarray(solved.x, dtype=float)
        return found[:-1], float(found[-1])


def _along(search: Search, candidate: Candidate, direction: Mapping[str, float]) -> Ray | NoRay:
    """Follow a ray as far as it goes, at most to where every regime hypothesis is met."""
    space = candidate.space
    points: list[Point] = []
    scores: list[float] = []
    margins: list[dict[str, float]] = []
    by_name = {one.name: one for one in space.free}
    size = 0
    while len(points) < 4 * SIZES:
        point = dict(candidate.point)
        for name, exponent in direction.items():
            grown = point[name] * STEP ** (exponent * size)
            if not math.isfinite(grown) or not grown > 0:
                return GONE
            point[name] = by_name[name].of(grown)
        size += 1
        now = _margins(space, point)  # rounding to whole numbers may move it back for a step
        if (
            margins
            and not _moves(margins[-1], now)
            and not any(by_name[n].whole for n in direction)
        ):
            return GONE
        if space.grid(point) is None:  # the claim ends there
            return GONE
        # A large effect shows in few replicates; more are drawn where these do not show it.
        trial = search.trial(point, candidate.trial.n)
        if trial is not None and trial.violates() is None and search.more > 1:
            trial = search.trial(point, search.more * candidate.trial.n)
        if trial is None or search.is_over:
            where = ", ".join(f"{name} = {point[name]:.6g}" for name in direction)
            words = (
                f"whether that persists is not known: at {where} the simulation fails, or takes "
                "longer than is left (`--seconds` gives more)"
            )
            return NoRay(words, untried=True)
        judgement = trial.violates()
        points.append(point)
        margins.append(now)
        scores.append(-math.inf if judgement is None else excess(space.item, judgement))
        inside = [place for place, one in enumerate(margins) if not regimes.outside(one)]
        if len(inside) >= LAST and len(points) >= SIZES:
            last = scores[-LAST:]
            if not all(math.isfinite(one) for one in last) or last[-1] < FADES * last[0]:
                return GONE
            first = next(p for p in inside if math.isfinite(scores[p]))
            return Ray(dict(direction), tuple(points), points[first])
    return GONE
