"""The adversarial least-squares problem in the form its solvers work on, with its dual bound.

With ``r = y - x theta`` and the norm ``|.|_q`` dual to the attack's (q = 2 for the Euclidean
attack, q = 1 for the coordinatewise one) the primal is

    minimise over theta   1/2 sum_i (|r_i| + radius |theta|_q)^2 + penalty |theta|_1

and every vector ``u`` of length n yields a lower bound of it: for any ``s >= |u|`` whose sum is
large enough that ``u`` correlates with no direction of theta by more than the two norms charge,

    u.y - |s|^2 / 2  <=  minimum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.floating]
Attack = Literal["l2", "linf"]


def least_slack(magnitude: Vector, total: float) -> Vector:
    """Return the shortest vector above ``magnitude`` whose entries sum to at least ``total``.

    Raising the smallest entries to one common level is optimal, as water fills a basin.
    """
    if magnitude.sum() >= total:
        return magnitude
    ordered = np.sort(magnitude)
    raised = np.arange(1, ordered.size + 1)
    dry = ordered.sum() - np.cumsum(ordered)
    level = (total - dry) / raised
    stays_dry = np.append(level[:-1] <= ordered[1:], True)
    return np.maximum(magnitude, level[np.argmax(stays_dry)])


@dataclass(frozen=True)
class Problem:
    """One problem in sum form: ``x`` (n, d), ``y`` (n,), ``penalty`` in sum units."""

    x: Vector
    y: Vector
    radius: float
    attack: Attack
    penalty: float

    @cached_property
    def gram(self) -> Vector:
        """The smaller of ``x^T x`` and ``x x^T``."""
        n, d = self.x.shape
        return self.x.T @ self.x if d <= n else self.x @ self.x.T

    def at(self, radius: float) -> Problem:
        """Return the same problem at another radius, sharing what does not depend on it."""
        other = replace(self, radius=radius)
        other.__dict__["gram"] = self.gram
        return other

    @property
    def euclidean(self) -> bool:
        """Whether the attack is Euclidean, so that theta is charged in the Euclidean norm."""
        return self.attack == "l2"

    def norm(self, theta: Vector) -> float:
        """Return the norm of ``theta`` that the attack exploits."""
        return float(np.sqrt(theta @ theta)) if self.euclidean else float(np.abs(theta).sum())

    def value(self, theta: Vector, residual: Vector) -> float:
        """Return the primal objective, given ``residual = y - x theta``."""
        attacked = np.abs(residual) + self.radius * self.norm(theta)
        value = 0.5 * float(attacked @ attacked)
        return value + self.penalty * float(np.abs(theta).sum()) if self.penalty else value

    def excess(self, correlation: Vector) -> float:
        """Return what ``radius * sum(slack)`` must reach for a dual with this ``x^T u``."""
        if not self.euclidean:
            return float(np.abs(correlation).max()) - self.penalty
        if not self.penalty:
            return float(np.sqrt(correlation @ correlation))
        beyond = np.maximum(np.abs(correlation) - self.penalty, 0.0)
        return float(np.sqrt(beyond @ beyond))

    def bound(self, dual: Vector, correlation: Vector) -> tuple[float, float]:
        """Return a lower bound of the minimum from any ``dual`` and its ``x^T dual``.

        Also the factor by which the dual has to be multiplied to give it.

        The dual is made feasible by raising its slack, or by shrinking it until the penalty
        covers what the attack does not; the better of the two counts.
        """
        magnitude = np.abs(dual)
        linear, covered = float(dual @ self.y), self.radius * float(magnitude.sum())
        excess = self.excess(correlation)
        best = (0.0, 0.0)
        if self.radius > 0:
            slack = least_slack(magnitude, excess / self.radius)
            # Without a penalty any multiple of a feasible pair is feasible.
            best = _parabola(linear, float(slack @ slack), 1.0 if self.penalty else np.inf)
        if self.penalty and excess > covered:
            # Where entries exceed the penalty by at most `over`, shrinking by the factor k takes
            # at least (1 - k) penalty / over of each excess away.
            over = float(np.abs(correlation).max()) - self.penalty
            reach = self.penalty * excess / over
            best = max(
                best, _parabola(linear, float(dual @ dual), reach / (reach + excess - covered))
            )
        elif self.radius == 0 and excess <= 0:
            best = _parabola(linear, float(dual @ dual), 1.0)
        return best


def _parabola(linear: float, square: float, most: float) -> tuple[float, float]:
    """Return the maximum of ``k * linear - k^2 * square / 2`` over 0 <= k <= ``most``, and k."""
    if linear <= 0 or square <= 0:
        return 0.0, 0.0
    k = min(linear / square, most)
    return k * linear - 0.5 * k * k * square, k


class Incumbent:
    """The best primal point and the best dual point seen so far, whoever found them."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.theta: Vector = np.zeros(problem.x.shape[1])
        self.dual: Vector = np.zeros(problem.y.size)
        self.upper = problem.value(self.theta, problem.y)
        self.lower = 0.0

    def offer(self, theta: Vector, residual: Vector, dual: Vector, correlation: Vector) -> None:
        """Keep ``theta`` if its value is lower, and ``dual`` if its bound is higher."""
        upper = self.problem.value(theta, residual)
        if upper < self.upper:
            self.theta, self.upper = theta, upper
        lower, factor = self.problem.bound(dual, correlation)
        if lower > self.lower:
            self.dual, self.lower = factor * dual, lower

    @property
    def gap(self) -> float:
        """How far the best value can be above the minimum, relative to the best value."""
        return (self.upper - self.lower) / self.upper if self.upper > 0 else 0.0
