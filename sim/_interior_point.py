"""Primal-dual interior point for adversarial least squares, with its structure eliminated.

The attacked residuals are lifted to ``slack_i >= |r_i| + radius * size`` with ``size >= |theta|_q``;
stationarity makes ``slack`` its own dual variable. The state is therefore only (theta, size or the
half-widths behind it, slack, dual): every multiplier follows from it and dual feasibility cannot
drift. A step costs one factorisation of order min(n, d).

Sources: Mehrotra's predictor-corrector; Nesterov-Todd scaling for the second-order cone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from sim._regression_problem import Problem, Vector

_LARGE = 1e30


@dataclass(frozen=True)
class Iterate:
    """A strictly feasible point; ``ranking`` (d,) orders coefficients from surely nonzero down."""

    theta: Vector
    dual: Vector
    slack: Vector
    residual: Vector
    correlation: Vector
    size: float
    ranking: Vector | None


class _Breakdown(Exception):
    """Rounding has pushed the iterate out of the interior, or made a matrix indefinite."""


def _longest(value: Vector, step: Vector) -> float:
    """Return how far ``value + length * step`` stays positive, for positive ``value``."""
    fastest = float((-step / value).max())
    return 1 / fastest if fastest > 1 / _LARGE else _LARGE


def _longest_in_cone(point: Vector, step: Vector) -> float:
    """Return how far ``point + length * step`` stays in the second-order cone."""
    square = float(step[0] * step[0] - step[1:] @ step[1:])
    mixed = float(point[0] * step[0] - point[1:] @ step[1:])
    level = float(point[0] * point[0] - point[1:] @ point[1:])
    length = -point[0] / step[0] if step[0] < 0 else _LARGE
    discriminant = mixed * mixed - square * level
    if discriminant >= 0:
        pivot = -(mixed + np.copysign(np.sqrt(discriminant), mixed))
        for top, bottom in ((pivot, square), (level, pivot)):
            if bottom != 0 and top / bottom > 0:
                length = min(length, top / bottom)
    return float(length)


class _Tall:
    """Solves ``(x^T diag(weight) x + diag(ridge)) v = b`` through a d by d factor."""

    def __init__(self, x: Vector):
        self.x = x

    def factor(self, weight: Vector, ridge: Vector | float) -> None:
        root = self.x * np.sqrt(weight)[:, None]
        matrix = root.T @ root
        matrix.flat[:: matrix.shape[0] + 1] += ridge
        self.lower, failed = dpotrf(matrix, lower=1, overwrite_a=1)
        if failed:
            raise _Breakdown

    def solve(self, b: Vector) -> Vector:
        return dpotrs(self.lower, b, lower=1)[0]


class _Wide:
    """Solves the same system through an n by n factor, refined on the augmented system.

    Coefficients that leave zero make ``1 / ridge`` huge. The two terms of the elimination then
    cancel almost entirely, and without refinement the iteration stalls far from the optimum.
    """

    def __init__(self, x: Vector):
        self.x = x

    def factor(self, weight: Vector, ridge: Vector | float) -> None:
        self.ridge = np.broadcast_to(np.asarray(ridge, dtype=float), self.x.shape[1])[:, None]
        self.give, self.inverse = 1 / self.ridge, (1 / weight)[:, None]
        root = self.x * np.sqrt(self.give.T)
        matrix = root @ root.T
        matrix.flat[:: matrix.shape[0] + 1] += self.inverse[:, 0]
        self.lower, failed = dpotrf(matrix, lower=1, overwrite_a=1)
        if failed:
            raise _Breakdown

    def _eliminate(self, top: Vector, bottom: Vector | float) -> tuple[Vector, Vector]:
        tension = dpotrs(self.lower, self.x @ (top * self.give) - bottom, lower=1)[0]
        return (top - self.x.T @ tension) * self.give, tension

    def solve(self, b: Vector) -> Vector:
        top = b.reshape(b.shape[0], -1)
        v, tension = self._eliminate(top, 0.0)
        for _ in range(self.REF):
            more, moret = self._eliminate(
            top - self.ridge * v - self.x.T @ tension, self.inverse * tension - self.x @ v
            )
            v=v+more; tension=tension+moret
        return v.reshape(b.shape)

    REF=1

class _Euclidean:
    """The cone ``size >= |theta|`` with Nesterov-Todd scaling; its dual is (drive, force)."""

    degree = 1

    def __init__(self, theta: Vector, size: float):
        self.point = np.concatenate(([size], theta))

    @property
    def theta(self) -> Vector:
        return self.point[1:]

    @property
    def size(self) -> float:
        return float(self.point[0])

    def derive(self, drive: float, force: Vector) -> None:
        self.dual = np.concatenate(([drive], force))
        levels = []
        for v in (self.point, self.dual):
            level = v[0] * v[0] - v[1:] @ v[1:]
            if not (level > 0 and v[0] > 0):
                raise _Breakdown
            levels.append(np.sqrt(level))
        point, dual = self.point / levels[0], self.dual / levels[1]
        axis = point - dual
        axis[0] = point[0] + dual[0]
        self.axis = axis / np.sqrt(2 * (1 + point @ dual))
        self.scale = np.sqrt(levels[0] / levels[1])

    def complementarity(self) -> float:
        return float(self.point @ self.dual)

    def ridge(self) -> float:
        return float(self.scale**-2)

    def border(self, tilt: Vector) -> tuple[Vector, Vector, float, float]:
        head, lean = self.axis[0], self.axis[1:] / self.axis[0]
        half = 0.5 / (head * head)
        return tilt + lean / self.scale**2, lean, 1 - half, half * self.scale**2

    def right_side(self, target: Vector) -> tuple[Vector, float]:
        head = self.axis[0]
        lean = self.axis[1:] / head
        return target[1:] + lean * target[0], float(target[0] * 0.5 * (self.scale / head) ** 2)

    def predictor(self) -> Vector:
        return -self.dual

    def corrector(self, step: tuple[Vector, Vector], level: float) -> Vector:
        middle = self._scaled(self.dual)
        first, second = self._scaled(step[0], inverse=True), self._scaled(step[1])
        target = -(2 * middle[0] * middle + first[0] * second + second[0] * first)
        target[0] = level - middle @ middle - first @ second
        determinant = middle[0] ** 2 - middle[1:] @ middle[1:]
        head = (middle[0] * target[0] - middle[1:] @ target[1:]) / determinant
        quotient = (target - head * middle) / middle[0]
        quotient[0] = head
        return self._scaled(quotient, inverse=True)

    def _scaled(self, v: Vector, inverse: bool = False) -> Vector:
        head, lean = self.axis[0], -self.axis[1:] if inverse else self.axis[1:]
        along = float(lean @ v[1:])
        out = v + (v[0] + along / (1 + head)) * np.concatenate(([0.0], lean))
        out[0] = head * v[0] + along
        return out / self.scale if inverse else out * self.scale

    def expand(self, theta: Vector, size: float, drive: float, force: Vector):
        return np.concatenate(([size], theta)), np.concatenate(([drive], force))

    def longest(self, step: tuple[Vector, Vector]) -> float:
        return min(_longest_in_cone(self.point, step[0]), _longest_in_cone(self.dual, step[1]))

    def complementarity_after(self, step: tuple[Vector, Vector], length: float) -> float:
        return float((self.point + length * step[0]) @ (self.dual + length * step[1]))

    def advance(self, step: tuple[Vector, Vector], length: float) -> None:
        self.point = self.point + length * step[0]


class _Box:
    """Half-widths ``width >= |theta|``, whose two multipliers sum to ``price`` in each coordinate.

    ``tension`` is the difference of the multipliers. With ``coupled`` the widths sum to the size
    of theta and the price is the common drive; otherwise the price is the penalty.
    """

    def __init__(self, theta: Vector, width: Vector, coupled: bool):
        self.theta, self.width, self.coupled = theta, width, coupled
        self.degree = 2 * theta.size

    @property
    def size(self) -> float:
        return float(self.width.sum())

    def derive(self, price: float, tension: Vector) -> None:
        self.dual = 0.5 * np.stack([price + tension, price - tension])
        self.room = np.stack([self.width - self.theta, self.width + self.theta])
        if not (self.dual.min() > 0 and self.room.min() > 0):
            raise _Breakdown
        self.rate = self.dual / self.room
        self.total = self.rate[0] + self.rate[1]
        self.lean = (self.rate[0] - self.rate[1]) / self.total

    def complementarity(self) -> float:
        return float(np.vdot(self.dual, self.room))

    def ridge(self) -> Vector:
        return 4 * self.rate[0] * self.rate[1] / self.total

    def border(self, tilt: Vector) -> tuple[Vector, Vector, float, float]:
        return tilt, self.lean, 1.0, float((1 / self.total).sum())

    def right_side(self, target: Vector) -> tuple[Vector, float]:
        both = target[0] + target[1]
        return target[1] - target[0] + self.lean * both, float((both / self.total).sum())

    def predictor(self) -> Vector:
        return -self.dual

    def corrector(self, step: Any, level: float) -> Vector:
        return (level - step[0] * step[1]) / self.room - self.dual

    def widen(self, target: Vector, theta: Vector, price: float) -> Vector:
        return (target[0] + target[1] - price) / self.total + self.lean * theta

    def expand(self, theta: Vector, width: Vector, price: float, tension: Vector) -> Any:
        room = np.stack([width - theta, width + theta])
        return room, 0.5 * np.stack([price + tension, price - tension]), theta, width

    def longest(self, step: Any) -> float:
        return min(_longest(self.room, step[0]), _longest(self.dual, step[1]))

    def complementarity_after(self, step: Any, length: float) -> float:
        return float(np.vdot(self.room + length * step[0], self.dual + length * step[1]))

    def advance(self, step: Any, length: float) -> None:
        self.theta = self.theta + length * step[2]
        self.width = self.width + length * step[3]

    def ranking(self) -> Vector:
        """Return large values where the multiplier vanishes, small where theta does."""
        return np.abs(self.theta) / self.dual.min(axis=0)


def ridge_guess(problem: Problem) -> Vector:
    """Return a ridge estimate whose strength imitates the attack.

    For roughly Gaussian residuals the stationarity condition of the Euclidean attack is that of
    ridge regression with a strength that depends on the estimate; four fixed-point steps suffice
    for a start.
    """
    x, y = problem.x, problem.y
    n, d = x.shape
    radius = problem.radius * (1.0 if problem.euclidean else np.sqrt(d)) + problem.penalty / n
    tall = d <= n
    gram = x.T @ x if tall else x @ x.T
    right = x.T @ y if tall else y
    strength = n * radius * radius
    theta = np.zeros(d)
    for _ in range(4):
        matrix = gram.copy()
        matrix.flat[:: matrix.shape[0] + 1] += strength + 1e-12 * np.trace(gram) / gram.shape[0]
        solution = dpotrs(dpotrf(matrix, lower=1, overwrite_a=1)[0], right, lower=1)[0]
        theta = solution if tall else x.T @ solution
        size = float(np.sqrt(theta @ theta))
        spread = float(np.abs(y - x @ theta).mean()) + 1e-3 * radius * size
        strength = n * radius * (spread + radius * size) * spread
        strength /= size * (spread + 0.6 * radius * size)
    return theta


class _Start:
    """An interior point near the central path above ``theta``."""

    def __init__(self, problem: Problem, theta: Vector):
        x, y, n = problem.x, problem.y, problem.y.size
        residual = y - x @ theta
        magnitude = float(np.sqrt(theta @ theta))
        typical = magnitude if problem.euclidean else float(np.abs(theta).mean())
        self.norm: _Euclidean | _Box
        if problem.euclidean:
            self.norm = _Euclidean(theta, 1.1 * magnitude)
        else:
            self.norm = _Box(theta, np.abs(theta) + 0.1 * typical, coupled=True)
        attack = problem.radius * self.norm.size
        width = max(0.3 * float(np.sqrt(residual @ residual / n)), 0.1 * attack, 1e-12)
        smooth = np.sqrt(residual * residual + width * width)
        self.slack = attack + smooth
        self.dual = residual / smooth * self.slack
        allowed = problem.radius * float(self.slack.sum())
        correlation = x.T @ self.dual
        if problem.euclidean:
            limit = problem.penalty * 0.9
            self.tension = np.clip(correlation, -limit, limit)
            overshoot = np.sqrt(np.sum((correlation - self.tension) ** 2)) / (0.9 * allowed)
        else:
            overshoot = np.abs(correlation).max() / (0.9 * (allowed + problem.penalty))
        shrink = max(1.0, float(overshoot))
        self.dual = self.dual / shrink
        self.tension = self.tension / shrink if problem.euclidean else np.zeros(0)
        self.prices = [_Box(theta, np.abs(theta) + 0.1 * float(np.abs(theta).mean()), coupled=False)]
        if not (problem.euclidean and problem.penalty):
            self.prices = []


def central_path(problem: Problem, theta: Vector) -> Iterator[Iterate]:
    """Yield strictly feasible points of falling complementarity until rounding stops it."""
    x, y, radius = problem.x, problem.y, problem.radius
    n, d = x.shape
    start = _Start(problem, theta)
    norm, prices, slack, dual = start.norm, start.prices, start.slack, start.dual
    tension = start.tension
    system = _Tall(x) if d <= n else _Wide(x)
    degree = 2 * n + norm.degree + sum(box.degree for box in prices)

    while True:
        residual, correlation = y - x @ norm.theta, x.T @ dual
        width = slack - radius * norm.size
        room = np.stack([width - residual, width + residual])
        pull = 0.5 * np.stack([slack + dual, slack - dual])
        if not (room.min() > 0 and pull.min() > 0):
            return
        drive = radius * float(slack.sum())
        try:
            if problem.euclidean:
                for box in prices:
                    box.derive(problem.penalty, tension)
                norm.derive(drive, tension - correlation if prices else -correlation)
            else:
                norm.derive(drive + problem.penalty, correlation)
            boxes = prices if problem.euclidean else [norm]
            yield Iterate(
                norm.theta, dual, slack, residual, correlation, norm.size,
                boxes[0].ranking() if boxes else None,
            )
            blocks = [norm, *prices]
            mu = float(np.vdot(room, pull)) + sum(block.complementarity() for block in blocks)
            mu /= degree
            newton = _Newton(problem, system, blocks, room, pull)
            first = newton.step(-pull, [block.predictor() for block in blocks])
            length = min(1.0, first.longest)
            share = (first.complementarity_after(length) / degree / mu)
            level = share**3 * mu
            second = newton.step(
                (level - first.room * first.pull) / room - pull,
                [b.corrector(s, level) for b, s in zip(blocks, first.blocks, strict=True)],
            )
        except _Breakdown:
            return
        length = min(1.0, max(0.9, 1 - share) * second.longest)
        slack, dual = slack + length * second.slack, dual + length * second.dual
        for block, step in zip(blocks, second.blocks, strict=True):
            block.advance(step, length)
        if prices:
            tension = tension + length * (second.blocks[1][1][0] - second.blocks[1][1][1])


class _Newton:
    """The linearised optimality conditions at one iterate, factored once, solved twice."""

    def __init__(self, problem, system, blocks, room, pull):
        self.x, self.radius, self.system, self.blocks = problem.x, problem.radius, system, blocks
        self.room, self.pull = room, pull
        rate = pull / room
        self.sum, self.difference = rate[0] + rate[1], rate[0] - rate[1]
        self.soft = 1 / (1 + self.sum)
        self.mix = self.difference * self.soft
        weight = (self.sum + 4 * rate[0] * rate[1]) * self.soft
        ridge = sum(block.ridge() for block in blocks)
        system.factor(weight, ridge)
        self.tilt = self.radius * (self.x.T @ self.mix)
        self.columns, self.lean, a, b = self._border()
        corner = -(self.radius**2) * float(self.sum @ self.soft)
        lean, tilt, columns = self.lean, self.tilt, self.columns
        self.small = np.array(
            [
                [a - lean @ columns[:, 0], b + lean @ columns[:, 1]],
                [corner + tilt @ columns[:, 0], 1 - tilt @ columns[:, 1]],
            ]
        )

    def _border(self):
        size_column, lean, a, b = self.blocks[0].border(self.tilt)
        return self.system.solve(np.stack([size_column, lean], axis=1)), lean, a, b

    def step(self, target, block_targets) -> _Step:
        both, apart = target[0] + target[1], target[0] - target[1]
        right, second = self.blocks[0].right_side(block_targets[0])
        right = right + self.x.T @ (apart - self.mix * both)
        for box, box_target in zip(self.blocks[1:], block_targets[1:], strict=True):
            right = right + box.right_side(box_target)[0]
        third = self.radius * float(self.soft @ both)
        bare = self.system.solve(right)
        r0, r1 = second + self.lean @ bare, third - self.tilt @ bare
        (m00, m01), (m10, m11) = self.small
        det = m00 * m11 - m01 * m10
        size, drive = (m11 * r0 - m01 * r1) / det, (m00 * r1 - m10 * r0) / det
        theta = bare + self.columns[:, 0] * size - self.columns[:, 1] * drive
        residual = -(self.x @ theta)
        norm = self.blocks[0]
        if isinstance(norm, _Box):
            widths = norm.widen(block_targets[0], theta, drive)
            size = float(widths.sum())
        width = self.soft * (both - self.radius * size + self.difference * residual)
        slack = width + self.radius * size
        dual = apart - self.difference * width + self.sum * residual
        drive = self.radius * float(slack.sum())
        correlation = self.x.T @ dual
        if isinstance(norm, _Box):
            steps = [norm.expand(theta, widths, drive, correlation)]
        else:
            force, steps = -correlation, []
            for box, t in zip(self.blocks[1:], block_targets[1:], strict=True):
                tension = t[0] - t[1] - box.lean * (t[0] + t[1]) + box.ridge() * theta
                force = force + tension
                steps.append(box.expand(theta, box.widen(t, theta, 0.0), 0.0, tension))
            steps.insert(0, norm.expand(theta, size, drive, force))
        return _Step(
            self, slack, dual,
            np.stack([width - residual, width + residual]),
            0.5 * np.stack([slack + dual, slack - dual]),
            steps,
        )


@dataclass
class _Step:
    newton: _Newton
    slack: Vector
    dual: Vector
    room: Vector
    pull: Vector
    blocks: list

    @property
    def longest(self) -> float:
        own = min(_longest(self.newton.room, self.room), _longest(self.newton.pull, self.pull))
        return min(own, *(b.longest(s) for b, s in zip(self.newton.blocks, self.blocks, strict=True)))

    def complementarity_after(self, length: float) -> float:
        own = np.vdot(self.newton.room + length * self.room, self.newton.pull + length * self.pull)
        return float(own) + sum(
            b.complementarity_after(s, length)
            for b, s in zip(self.newton.blocks, self.blocks, strict=True)
        )
