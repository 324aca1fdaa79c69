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

from bounds import Theorem
from verify.judging import regimes
from verify.probing.falsify.search import Candidate, Search
from verify.probing.falsify.space import Point, Space
from verify.probing.falsify.trial import excess

SIZES = 7
"""Points of a ray."""

LAST = 4
"""So many of them, the last ones, must violate the claim."""

FAR = 64
"""By what factor sizes are larger where it is asked how a margin grows."""

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


def persisting(search: Search, candidate: Candidate) -> Ray | None:
    """Return a ray inside the regime along which a violation persists; ``None`` if none was found.

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
        return Ray(dict(space.path.ray), (point,), point) if right and ways else None
    for direction in _directions(space, point):
        if search.is_over:
            return None
        ray = _along(search, candidate, direction)
        if ray is not None:
            return ray
    return None


def _moves(before: Mapping[str, float], after: Mapping[str, float]) -> bool:
    return all(after[words] >= before[words] * (1 - 1e-9) for words in before if words in after)


def _margins(space: Space, point: Mapping[str, Any]) -> dict[str, float]:
    return regimes.margins(space.item.theorem, [{**space.base, **point}])


def _directions(space: Space, point: Point) -> Iterator[dict[str, float]]:
    """Yield exponents with which the free parameters grow so that every margin does, at best.

    Sizes, the whole numbers, do not shrink. Slopes are those far out, where they are settled.
    """
    free = [one for one in space.free if point[one.name] > 0]
    far = {**point, **{one.name: FAR * point[one.name] for one in free if one.whole}}
    margins = _margins(space, far)
    words = [w for w, margin in margins.items() if 0 < margin < math.inf]
    if not words or not free:
        return
    slopes: NDArray[np.float64] = np.zeros((len(words), len(free)))
    for column, one in enumerate(free):
        grown = _margins(space, {**far, one.name: far[one.name] * 2})
        for row, word in enumerate(words):
            margin = grown.get(word, math.nan)
            if not 0 < margin < math.inf:
                return
            slopes[row, column] = math.log2(margin / margins[word])
    rng = np.random.default_rng(0)
    seen: set[tuple[float, ...]] = set()
    matters: NDArray[np.bool_] = np.abs(slopes).max(axis=0) > 1e-9
    low = np.where(matters, [0.0 if one.whole else -1.0 for one in free], 0.0)
    ends = list(zip(low, matters.astype(float), strict=True))
    for attempt in range(6):
        # The least growth of a margin is made as large as it can be; then other corners of what is
        # possible, by a random goal with half of that growth.
        found = _programme(slopes, np.zeros(len(free)), ends, 1.0, 0.0)
        if found is None or found[1] <= 1e-6:
            return
        direction, growth = found
        if attempt:
            other = _programme(slopes, rng.standard_normal(len(free)), ends, 0.0, growth / 2)
            if other is None:
                continue
            direction = other[0]
        exponents = tuple(np.round(direction, 3))
        if exponents not in seen:
            seen.add(exponents)
            pairs = zip(free, exponents, strict=True)
            yield {one.name: float(e) for one, e in pairs if abs(e) > 1e-3}


def _programme(
    slopes: NDArray[np.float64],
    goal: NDArray[np.float64],
    ends: Sequence[tuple[float, float]],
    weight: float,
    least: float,
) -> tuple[NDArray[np.float64], float] | None:
    """Maximise ``goal @ v + weight * t`` with ``slopes @ v >= t >= least``, v between its ends."""
    rows = len(slopes)
    solved = scipy.optimize.linprog(
        -np.append(goal, weight),
        A_ub=np.hstack([-slopes, np.ones((rows, 1))]),
        b_ub=np.zeros(rows),
        bounds=[*ends, (least, 10)],
    )
    return (solved.x[:-1], float(solved.x[-1])) if solved.status == 0 else None


def _along(search: Search, candidate: Candidate, direction: Mapping[str, float]) -> Ray | None:
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
                return None
            point[name] = by_name[name].of(grown)
        size += 1
        now = _margins(space, point)  # rounding to whole numbers may move it back for a step
        if (
            margins
            and not _moves(margins[-1], now)
            and not any(by_name[n].whole for n in direction)
        ):
            return None
        trial = search.trial(point, candidate.trial.n)
        if trial is None or search.is_over:
            return None
        judgement = trial.violates()
        points.append(point)
        margins.append(now)
        scores.append(-math.inf if judgement is None else excess(space.item, judgement))
        inside = [place for place, one in enumerate(margins) if not regimes.outside(one)]
        if len(inside) >= LAST and len(points) >= SIZES:
            last = scores[-LAST:]
            if not all(math.isfinite(one) for one in last) or last[-1] < FADES * last[0]:
                return None
            first = next(p for p in inside if math.isfinite(scores[p]))
            return Ray(dict(direction), tuple(points), points[first])
    return None
