"""The two cones of adversarial least squares as blocks of an interior-point method.

A block holds a strictly feasible primal point and, once `derive` has been called, the multipliers
that follow from it. Steps are pairs of a primal and a dual part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.regression._problem import Vector

_LARGE = 1e30


class Breakdown(Exception):
    """Rounding has pushed an iterate out of the interior, or made a matrix indefinite."""


@dataclass(frozen=True)
class Step:
    """A direction of one block; ``width`` is the box's own, empty for the Euclidean cone."""

    primal: Vector
    dual: Vector
    width: Vector


def longest(value: Vector, step: Vector) -> float:
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


class Euclidean:
    """The cone ``size >= |theta|`` with Nesterov-Todd scaling; its dual is (drive, force)."""

    degree = 1

    def __init__(self, theta: Vector, size: float):
        self.point = np.concatenate(([size], theta))

    @property
    def theta(self) -> Vector:
        """The coefficients (d,)."""
        return self.point[1:]

    @property
    def size(self) -> float:
        """The bound on their norm."""
        return float(self.point[0])

    def derive(self, drive: float, force: Vector) -> None:
        """Set the multipliers and the scaling point at which the cone's Hessian joins both."""
        self.dual = np.concatenate(([drive], force))
        roots = []
        for v in (self.point, self.dual):
            level = v[0] * v[0] - v[1:] @ v[1:]
            if not (level > 0 and v[0] > 0):
                raise Breakdown
            roots.append(np.sqrt(level))
        point, dual = self.point / roots[0], self.dual / roots[1]
        axis = point - dual
        axis[0] = point[0] + dual[0]
        self.axis = axis / np.sqrt(2 * (1 + point @ dual))
        self.scale = np.sqrt(roots[0] / roots[1])

    def complementarity(self) -> float:
        """Return the inner product of primal and dual."""
        return float(self.point @ self.dual)

    def ridge(self) -> float:
        """Return the multiple of the identity that the block adds to the system in theta."""
        return float(self.scale**-2)

    def border(self, tilt: Vector) -> tuple[Vector, Vector, float, float]:
        """Return the columns of size and drive and the block's own row of the system."""
        head = self.axis[0]
        lean = self.axis[1:] / head
        half = 0.5 / (head * head)
        return tilt + lean / self.scale**2, lean, 1 - half, half * self.scale**2

    def right_side(self, target: Vector) -> tuple[Vector, float]:
        """Return what ``target`` adds to the right side in theta, and in the block's own row."""
        head = self.axis[0]
        share = target[0] / head
        return target[1:] + self.axis[1:] * share, float(0.5 * share * self.scale**2 / head)

    def predictor(self) -> Vector:
        """Return the target of a step to zero complementarity."""
        return -self.dual

    def corrector(self, step: Step, level: float) -> Vector:
        """Return the target of a step to ``level``, corrected for the product of ``step``."""
        middle = self._scaled(self.dual)
        first, second = self._scaled(step.primal, inverse=True), self._scaled(step.dual)
        target = -(2 * middle[0] * middle + first[0] * second + second[0] * first)
        target[0] = level - middle @ middle - first @ second
        determinant = middle[0] ** 2 - middle[1:] @ middle[1:]
        head = (middle[0] * target[0] - middle[1:] @ target[1:]) / determinant
        quotient = (target - head * middle) / middle[0]
        quotient[0] = head
        return self._scaled(quotient, inverse=True)

    def _scaled(self, v: Vector, inverse: bool = False) -> Vector:
        head, lean = self.axis[0], self.axis[1:]
        if inverse:
            lean = -lean
        along = float(lean @ v[1:])
        out = np.empty_like(v)
        out[0] = head * v[0] + along
        out[1:] = v[1:] + (v[0] + along / (1 + head)) * lean
        return out / self.scale if inverse else out * self.scale

    def expand(self, theta: Vector, size: float, drive: float, force: Vector) -> Step:
        """Return the block's step from its parts."""
        return Step(np.concatenate(([size], theta)), np.concatenate(([drive], force)), np.zeros(0))

    def longest(self, step: Step) -> float:
        """Return how far ``step`` stays inside, primal and dual."""
        return min(
            _longest_in_cone(self.point, step.primal), _longest_in_cone(self.dual, step.dual)
        )

    def complementarity_after(self, step: Step, length: float) -> float:
        """Return the inner product after ``length`` of ``step``."""
        return float((self.point + length * step.primal) @ (self.dual + length * step.dual))

    def advance(self, step: Step, length: float) -> None:
        """Move the primal point."""
        self.point = self.point + length * step.primal


class Box:
    """Half-widths ``width >= |theta|``; the two multipliers of a coordinate sum to ``price``.

    Their difference is the coordinate's ``tension``. Either the widths sum to the size of theta
    and the price is the drive, or each width costs the penalty by itself.
    """

    def __init__(self, theta: Vector, width: Vector):
        self.theta, self.width = theta, width
        self.degree = 2 * theta.size

    @property
    def size(self) -> float:
        """The bound on the sum of the absolute coefficients."""
        return float(self.width.sum())

    def derive(self, price: float, tension: Vector) -> None:
        """Set both multipliers, and the rates at which they answer to the room left."""
        self.dual = np.stack([price + tension, price - tension])
        self.dual *= 0.5
        self.room = np.stack([self.width - self.theta, self.width + self.theta])
        if not (self.dual.min() > 0 and self.room.min() > 0):
            raise Breakdown
        self.rate = self.dual / self.room
        self.total = self.rate[0] + self.rate[1]
        self.lean = (self.rate[0] - self.rate[1]) / self.total

    def complementarity(self) -> float:
        """Return the inner product of primal and dual."""
        return float(np.vdot(self.dual, self.room))

    def ridge(self) -> Vector:
        """Return the diagonal that the block adds to the system in theta."""
        return 4 * self.rate[0] * self.rate[1] / self.total

    def border(self, tilt: Vector) -> tuple[Vector, Vector, float, float]:
        """Return the columns of size and drive and the block's own row of the system."""
        return tilt, self.lean, 1.0, float((1 / self.total).sum())

    def right_side(self, target: Vector) -> tuple[Vector, float]:
        """Return what ``target`` adds to the right side in theta, and in the block's own row."""
        both = target[0] + target[1]
        return target[1] - target[0] + self.lean * both, float((both / self.total).sum())

    def widen(self, target: Vector, theta: Vector, price: float) -> Vector:
        """Return the step of the widths that goes with one of theta and of the price."""
        return (target[0] + target[1] - price) / self.total + self.lean * theta

    def tighten(self, target: Vector, theta: Vector) -> Vector:
        """Return the step of the tension that goes with one of theta at a fixed price."""
        both = target[0] + target[1]
        return target[0] - target[1] - self.lean * both + self.ridge() * theta

    def predictor(self) -> Vector:
        """Return the target of a step to zero complementarity."""
        return -self.dual

    def corrector(self, step: Step, level: float) -> Vector:
        """Return the target of a step to ``level``, corrected for the product of ``step``."""
        return (level - step.primal * step.dual) / self.room - self.dual

    def expand(self, theta: Vector, width: Vector, price: float, tension: Vector) -> Step:
        """Return the block's step from its parts."""
        dual = np.stack([price + tension, price - tension])
        dual *= 0.5
        return Step(np.stack([width - theta, width + theta]), dual, width)

    def longest(self, step: Step) -> float:
        """Return how far ``step`` stays inside, primal and dual."""
        return min(longest(self.room, step.primal), longest(self.dual, step.dual))

    def complementarity_after(self, step: Step, length: float) -> float:
        """Return the inner product after ``length`` of ``step``."""
        return float(np.vdot(self.room + length * step.primal, self.dual + length * step.dual))

    def advance(self, step: Step, length: float) -> None:
        """Move theta and the widths."""
        self.theta = self.theta + length * (step.width - step.primal[0])
        self.width = self.width + length * step.width
