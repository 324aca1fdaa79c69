"""Primal-dual interior point for adversarial least squares, with its structure eliminated.

The attacked residuals are lifted to ``slack_i >= |r_i| + radius * size`` with
``size >= |theta|_q``; stationarity makes ``slack`` its own dual variable. The state is therefore
only theta, its bound (a size or half-widths), slack and dual. Every multiplier follows from these,
so feasibility cannot drift, and a step costs one factorisation of order min(n, d).

Mehrotra's predictor-corrector with Nesterov-Todd scaling (Mehrotra 1992; Nesterov and Todd 1997).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from sim.regression._cones import Box, Breakdown, Euclidean, Step, longest
from sim.regression._problem import Problem, Vector


@dataclass(frozen=True)
class Iterate:
    """A point of the path.

    ``margin`` (d,) is, for problems with an absolute-value norm, how far each coefficient's
    multipliers are from their ends relative to the price; it vanishes where theta does not.
    ``complementarity`` bounds the duality gap; it is infinite at a last point that rounding has
    pushed out of the interior.
    """

    theta: Vector
    dual: Vector
    slack: Vector
    size: float
    residual: Vector
    correlation: Vector
    margin: Vector | None
    complementarity: float


class _Tall:
    """Solves ``(x^T diag(weight) x + diag(ridge)) v = b`` through a d by d factor."""

    def __init__(self, x: Vector):
        self.x = x

    def factor(self, weight: Vector, ridge: Vector | float) -> None:
        root = self.x * np.sqrt(weight)[:, None]
        matrix = root.T @ root
        matrix.flat[:: matrix.shape[0] + 1] += ridge
        self.lower, failed = scipy.linalg.lapack.dpotrf(matrix, lower=1, overwrite_a=1)
        if failed:
            raise Breakdown

    def solve(self, b: Vector) -> Vector:
        return scipy.linalg.lapack.dpotrs(self.lower, b, lower=1)[0]


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
        self.lower, failed = scipy.linalg.lapack.dpotrf(matrix, lower=1, overwrite_a=1)
        if failed:
            raise Breakdown

    def _eliminate(self, top: Vector, bottom: Vector | float) -> tuple[Vector, Vector]:
        tension = scipy.linalg.lapack.dpotrs(
            self.lower, self.x @ (top * self.give) - bottom, lower=1
        )[0]
        return (top - self.x.T @ tension) * self.give, tension

    def solve(self, b: Vector) -> Vector:
        top = b.reshape(b.shape[0], -1)
        v, tension = self._eliminate(top, 0.0)
        more, _ = self._eliminate(
            top - self.ridge * v - self.x.T @ tension, self.inverse * tension - self.x @ v
        )
        return (v + more).reshape(b.shape)


@dataclass(frozen=True)
class _Direction:
    """A step of the whole state, and of what follows from it."""

    slack: Vector
    dual: Vector
    residual: Vector
    correlation: Vector
    room: Vector
    pull: Vector
    blocks: list[Step]


class _Newton:
    """The linearised optimality conditions at one iterate, factored once and solved twice."""

    def __init__(
        self,
        problem: Problem,
        system: _Tall | _Wide,
        blocks: Sequence[Euclidean | Box],
        room: Vector,
        pull: Vector,
    ):
        self.x, self.radius, self.blocks = problem.x, problem.radius, blocks
        self.boxes = [block for block in blocks[1:] if isinstance(block, Box)]
        self.room, self.pull = room, pull
        rate = pull / room
        self.sum, self.difference = rate[0] + rate[1], rate[0] - rate[1]
        self.product = 4 * rate[0] * rate[1]
        self.soft = 1 / (1 + self.sum)
        self.mix = self.difference * self.soft
        self._factor(system)

    def _factor(self, system: _Tall | _Wide) -> None:
        self.system = system
        weight = (self.sum + self.product) * self.soft
        system.factor(weight, sum(block.ridge() for block in self.blocks))
        self.tilt = self.radius * (self.x.T @ self.mix)
        column, self.lean, a, b = self.blocks[0].border(self.tilt)
        self.columns = system.solve(np.stack([column, self.lean], axis=1))
        by_lean, by_tilt = self.lean @ self.columns, self.tilt @ self.columns
        corner = self.radius**2 * float(self.sum @ self.soft)
        self.small = (a - by_lean[0], b + by_lean[1], by_tilt[0] - corner, 1 - by_tilt[1])

    def _solve(
        self, both: Vector, apart: Vector, targets: Sequence[Vector]
    ) -> tuple[Vector, float, Vector, Vector, Vector, Vector]:
        """Return the steps of theta, size, widths (empty without), residual, dual, correlation."""
        norm = self.blocks[0]
        right, own = norm.right_side(targets[0])
        right = right + self.x.T @ (apart - self.mix * both)
        for box, target in zip(self.boxes, targets[1:], strict=True):
            right = right + box.right_side(target)[0]
        bare = self.system.solve(right)
        first = own + self.lean @ bare
        second = self.radius * float(self.soft @ both) - self.tilt @ bare
        a, b, c, d = self.small
        determinant = a * d - b * c
        size = float((d * first - b * second) / determinant)
        drive = float((a * second - c * first) / determinant)
        theta = bare + self.columns[:, 0] * size - self.columns[:, 1] * drive
        width: Vector = np.zeros(0)
        if isinstance(norm, Box):
            width = norm.widen(targets[0], theta, drive)
            size = float(width.sum())
        residual = -(self.x @ theta)
        lift = self.soft * (both - self.radius * size + self.difference * residual)
        dual = apart - self.difference * lift + self.sum * residual
        return theta, size, width, residual, dual, self.x.T @ dual

    def direction(self, target: Vector, targets: Sequence[Vector]) -> _Direction:
        """Return the step towards the complementarity targets of residuals and blocks."""
        both, apart = target[0] + target[1], target[0] - target[1]
        theta, size, width, residual, dual, correlation = self._solve(both, apart, targets)
        # The parts that follow from the state are recomputed from its step: whatever the solver
        # rounded away then shows as complementarity, never as infeasibility.
        lift = self.soft * (both - self.radius * size + self.difference * residual)
        slack = lift + self.radius * size
        drive = self.radius * float(slack.sum())
        norm = self.blocks[0]
        if isinstance(norm, Box):
            steps = [norm.expand(theta, width, drive, correlation)]
        else:
            force, steps = -correlation, []
            for box, box_target in zip(self.boxes, targets[1:], strict=True):
                tension = box.tighten(box_target, theta)
                force = force + tension
                steps.append(box.expand(theta, box.widen(box_target, theta, 0.0), 0.0, tension))
            steps.insert(0, norm.expand(theta, size, drive, force))
        pull = np.stack([slack + dual, slack - dual])
        pull *= 0.5
        room = np.stack([lift - residual, lift + residual])
        return _Direction(slack, dual, residual, correlation, room, pull, steps)

    def longest(self, step: _Direction) -> float:
        """Return how far ``step`` stays in the interior."""
        blocks = zip(self.blocks, step.blocks, strict=True)
        own = (longest(self.room, step.room), longest(self.pull, step.pull))
        return min(*own, *(block.longest(part) for block, part in blocks))

    def complementarity_after(self, step: _Direction, length: float) -> float:
        """Return the total complementarity after ``length`` of ``step``."""
        blocks = zip(self.blocks, step.blocks, strict=True)
        total = np.vdot(self.room + length * step.room, self.pull + length * step.pull)
        return float(total) + sum(b.complementarity_after(part, length) for b, part in blocks)


class _WideNewton(_Newton):
    """The same for d > n with the absolute-value norm: theta is eliminated instead of the dual.

    Near a vertex of the optimal face theta's own system is a difference of huge numbers. The
    system in (dual, drive, size) is not; its pivots are of very different sizes, hence LU.
    """

    def _factor(self, system: _Tall | _Wide) -> None:
        box = self.blocks[0]
        assert isinstance(box, Box)
        self.give = box.room / box.dual
        self.stiff = 0.25 * (self.give[0] + self.give[1])
        self.slant = 0.25 * (self.give[0] - self.give[1])
        n = self.room.shape[1]
        weight = self.sum + self.product
        self.inverse = (1 + self.sum) / weight
        self.tilt = self.radius * self.difference / weight
        root = self.x * np.sqrt(self.stiff)
        matrix = np.zeros((n + 2, n + 2))
        matrix[:n, :n] = root @ root.T
        # Repeated rows leave a singular matrix once `inverse` is lost in it.
        matrix.flat[: n * (n + 2) : n + 3] += self.inverse + 1e-15 * matrix.diagonal().max()
        matrix[:n, n] = matrix[n, :n] = self.x @ self.slant
        matrix[n, n] = self.stiff.sum()
        matrix[:n, n + 1], matrix[n + 1, :n] = -self.tilt, self.tilt
        matrix[n, n + 1], matrix[n + 1, n] = 1, -1
        matrix[n + 1, n + 1] = self.radius**2 * float((self.product / weight).sum())
        self.lu, self.pivots, failed = scipy.linalg.lapack.dgetrf(matrix, overwrite_a=1)
        if failed:
            raise Breakdown

    def _solve(
        self, both: Vector, apart: Vector, targets: Sequence[Vector]
    ) -> tuple[Vector, float, Vector, Vector, Vector, Vector]:
        upper, lower = self.give * targets[0]
        bare, open_ = 0.5 * (lower - upper), 0.5 * (lower + upper)
        rest = apart - self.mix * both
        right = np.concatenate(
            (
                self.inverse * rest - self.x @ bare,
                [open_.sum(), self.tilt @ rest - self.radius * float(self.soft @ both)],
            )
        )
        solution = scipy.linalg.lapack.dgetrs(self.lu, self.pivots, right)[0]
        dual, drive = solution[:-2], solution[-2]
        correlation = self.x.T @ dual
        theta = bare + self.stiff * correlation + self.slant * drive
        width = open_ - self.stiff * drive - self.slant * correlation
        return theta, float(width.sum()), width, -(self.x @ theta), dual, correlation


def ridge_guess(problem: Problem) -> Vector:
    """Return a ridge estimate whose strength imitates the attack and the penalty.

    For roughly Gaussian residuals the stationarity condition of the Euclidean attack is that of
    ridge regression with a strength that depends on the estimate; four fixed-point steps are
    enough for a start.
    """
    x, y = problem.x, problem.y
    n, d = x.shape
    radius = problem.radius * (1.0 if problem.euclidean else np.sqrt(d))
    tall = d <= n
    gram = problem.gram
    right = x.T @ y if tall else y
    least = 1e-12 * float(np.trace(gram)) / gram.shape[0]
    strength = n * radius * radius + problem.penalty
    theta = np.zeros(d)
    tiny = np.finfo(float).tiny
    for _ in range(4):
        matrix = gram.copy()
        matrix.flat[:: matrix.shape[0] + 1] += max(strength, least)
        solution = scipy.linalg.lapack.dpotrs(
            scipy.linalg.lapack.dpotrf(matrix, lower=1, overwrite_a=1)[0], right, lower=1
        )[0]
        theta = solution if tall else x.T @ solution
        size = float(np.sqrt(theta @ theta)) + tiny
        attack = radius * size
        spread = float(np.abs(y - x @ theta).mean()) + 1e-3 * attack + tiny
        pull = n * radius * (spread + attack) * spread / (spread + 0.6 * attack)
        strength = (pull + problem.penalty * np.sqrt(d)) / size
    return theta


def _start(problem: Problem, theta: Vector) -> tuple[list[Euclidean | Box], Vector, Vector, Vector]:
    """Return blocks, slack, dual and penalty tension of an interior point above ``theta``."""
    residual = problem.y - problem.x @ theta
    magnitude = np.abs(theta)
    wide = magnitude + 0.1 * magnitude.mean()
    blocks: list[Euclidean | Box]
    if problem.euclidean:
        blocks = [Euclidean(theta, 1.1 * problem.norm(theta))]
        if problem.penalty:
            blocks.append(Box(theta, wide))
    else:
        blocks = [Box(theta, wide)]
    attack = problem.radius * blocks[0].size
    smoothing = max(0.3 * float(np.sqrt(np.mean(residual * residual))), 0.1 * attack, 1e-12)
    smooth = np.sqrt(residual * residual + smoothing * smoothing)
    slack = attack + smooth
    dual = residual / smooth * slack
    correlation = problem.x.T @ dual
    limit = 0.9 * (problem.penalty if problem.euclidean else 0.0)
    tension = np.clip(correlation, -limit, limit)
    allowed = problem.radius * float(slack.sum())
    if problem.euclidean:
        force = correlation - tension
        excess = np.sqrt(force @ force) / (0.9 * allowed)
    else:
        excess = np.abs(correlation).max() / (0.9 * (allowed + problem.penalty))
    shrink = max(1.0, float(excess))
    return blocks, slack, dual / shrink, tension / shrink


def _derive(
    problem: Problem,
    blocks: list[Euclidean | Box],
    drive: float,
    correlation: Vector,
    tension: Vector,
) -> Vector | None:
    """Set all blocks' multipliers; return the coefficients' margins if there is a box."""
    norm = blocks[0]
    if isinstance(norm, Box):
        price = drive + problem.penalty
        norm.derive(price, correlation)
        return norm.dual.min(axis=0) / price
    margin, force = None, -correlation
    for box in blocks[1:]:
        box.derive(problem.penalty, tension)
        margin = box.dual.min(axis=0) / problem.penalty
        force = force + tension
    norm.derive(drive, force)
    return margin


def central_path(problem: Problem, theta: Vector) -> Iterator[Iterate]:
    """Yield strictly feasible points of falling complementarity until rounding ends it."""
    x, y, radius = problem.x, problem.y, problem.radius
    n, d = x.shape
    blocks, slack, dual, tension = _start(problem, theta)
    norm = blocks[0]
    system = _Tall(x) if d <= n else _Wide(x)
    newton_at = _WideNewton if d > n and not problem.euclidean else _Newton
    degree = 2 * n + sum(block.degree for block in blocks)
    residual, correlation = y - x @ norm.theta, x.T @ dual
    while True:
        lift = slack - radius * norm.size
        room = np.stack([lift - residual, lift + residual])
        pull = np.stack([slack + dual, slack - dual])
        pull *= 0.5
        inside = bool(room.min() > 0 and pull.min() > 0)
        margin = None
        try:
            margin = _derive(problem, blocks, radius * float(slack.sum()), correlation, tension)
        except Breakdown:
            inside = False
        total = np.inf
        if inside:
            total = float(np.vdot(room, pull)) + sum(block.complementarity() for block in blocks)
        yield Iterate(norm.theta, dual, slack, norm.size, residual, correlation, margin, total)
        if not inside:
            return
        mu = total / degree
        try:
            newton = newton_at(problem, system, blocks, room, pull)
            first = newton.direction(-pull, [block.predictor() for block in blocks])
            length = min(1.0, newton.longest(first))
            share = newton.complementarity_after(first, length) / (degree * mu)
            level = share**3 * mu
            second = newton.direction(
                (level - first.room * first.pull) / room - pull,
                [b.corrector(part, level) for b, part in zip(blocks, first.blocks, strict=True)],
            )
        except Breakdown:
            return
        length = min(1.0, max(0.9, 1 - share) * newton.longest(second))
        slack, dual = slack + length * second.slack, dual + length * second.dual
        residual = residual + length * second.residual
        correlation = correlation + length * second.correlation
        for block, part in zip(blocks, second.blocks, strict=True):
            block.advance(part, length)
        for part in second.blocks[1:]:
            tension = tension + length * (part.dual[0] - part.dual[1])
