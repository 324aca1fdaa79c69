"""Training runs of smooth networks again, one replicate at a time: plain loops in 50 digits."""

import mpmath
import numpy as np
from mpmath import fdot, fsum, mpf

from verify.catalogue import Cell
from verify.checks.wang2024.smooth_runs import ATTACK_STEPS, draw

Vector = list[mpf]
Replayed = dict[str, mpf]


def length(v: Vector) -> mpf:
    """Return the Euclidean norm."""
    return mpmath.sqrt(fdot(v, v))


class Retrained:
    """Algorithm 1 on the sample and the initial weights of one row of a block.

    ``w``, ``u`` and ``margin`` hold weights, perturbations and attacked margins by time, and
    ``descent`` minus the gradients of the robust training loss.
    """

    def __init__(self, rng: np.random.Generator, cell: Cell, n: int, row: int) -> None:
        data = draw(rng, cell, n)
        self.x, start = (_exact(values[row]) for values in (data.x, data.w))
        (self.mean,), (self.y,) = _exact(data.mean[None]), _exact(data.y[row][None])
        self.gamma, self.H, self.alpha, self.eta = (
            mpf(float(cell[name])) for name in ("gamma", "H", "alpha", "eta")
        )
        half, size = cell["m"] // 2, 1 / mpmath.sqrt(cell["m"])
        self.a = [size] * half + [-size] * half
        self.w: list[list[Vector]] = [start]
        self.u: list[list[Vector]] = []
        self.margin: list[Vector] = []
        self.descent: list[list[Vector]] = []
        for time in range(cell["T"] + 1):
            self._attack(ATTACK_STEPS if time else 0)
            if time < cell["T"]:
                self._step()

    def phi(self, z: mpf) -> mpf:
        """Return the smoothed leaky ReLU, equation (1)."""
        shift = (1 - self.gamma) / (4 * self.H)
        if abs(z) * self.H >= 1:
            return (z if z > 0 else self.gamma * z) - shift
        return (1 - self.gamma) / 4 * self.H * z**2 + (1 + self.gamma) / 2 * z

    def slope(self, z: mpf) -> mpf:
        """Return its derivative."""
        if abs(z) * self.H >= 1:
            return mpf(1) if z > 0 else self.gamma
        return (1 - self.gamma) / 2 * self.H * z + (1 + self.gamma) / 2

    def _attack(self, steps: int) -> None:
        """Follow the fixed-point iteration from each input, and keep its best point."""
        found = [self._attacked(x, y, steps) for x, y in zip(self.x, self.y, strict=True)]
        self.u.append([u for u, _ in found])
        self.margin.append([margin for _, margin in found])

    def _attacked(self, x: Vector, y: mpf, steps: int) -> tuple[Vector, mpf]:
        w, u = self.w[-1], [mpf(0)] * len(x)
        best: tuple[Vector, mpf] | None = None
        for left in range(steps, -1, -1):
            z = [fdot(row, _sum(x, u)) for row in w]
            margin = y * fdot(self.a, map(self.phi, z))
            if best is None or margin < best[1]:
                best = u, margin
            if left:
                pull = [-y * a * self.slope(value) for a, value in zip(self.a, z, strict=True)]
                ascent = [fdot(pull, column) for column in zip(*w, strict=True)]
                u = [self.alpha * part / length(ascent) for part in ascent]
        assert best is not None  # without a step there is still the start
        return best

    def _step(self) -> None:
        """Make a step along minus the gradient."""
        attacked = [_sum(x, u) for x, u in zip(self.x, self.u[-1], strict=True)]
        weights = [
            y / (1 + mpmath.exp(margin)) / len(self.y)
            for y, margin in zip(self.y, self.margin[-1], strict=True)
        ]
        self.descent.append([])
        for a, row in zip(self.a, self.w[-1], strict=True):
            pull = [
                a * g * self.slope(fdot(row, x)) for g, x in zip(weights, attacked, strict=True)
            ]
            self.descent[-1].append([fdot(pull, column) for column in zip(*attacked, strict=True)])
        self.w.append(
            [
                [old + self.eta * part for old, part in zip(row, direction, strict=True)]
                for row, direction in zip(self.w[-1], self.descent[-1], strict=True)
            ]
        )

    def along(self, w: list[Vector]) -> mpf:
        """Return ``<W, V>`` for V with rows ``a_s mu / |mu|``, ``a_s = +-1 / sqrt(m)``."""
        unit = [part / length(self.mean) for part in self.mean]
        return fsum(a * fdot(row, unit) for a, row in zip(self.a, w, strict=True))

    def norm(self, w: list[Vector]) -> mpf:
        """Return the Frobenius norm."""
        return length([part for row in w for part in row])


def small_constant(rng: np.random.Generator, cell: Cell, n: int, row: int) -> Replayed:
    """Return the smallest attacked margin and the largest distance from the span."""
    with mpmath.workdps(50):
        run = Retrained(rng, cell, n, row)
        basis: list[Vector] = []
        for x in run.x:
            rest = _without(x, basis)
            basis.append([part / length(rest) for part in rest])
        return {
            "edge_margin": min(margin for margins in run.margin[1:] for margin in margins),
            "edge_distance": max(length(_without(u, basis)) for us in run.u[1:] for u in us),
        }


def first_move(rng: np.random.Generator, cell: Cell, n: int, row: int) -> Replayed:
    """Return the norm after one step, and the product with the direction of Section 4.3."""
    with mpmath.workdps(50):
        run = Retrained(rng, cell, n, row)
        return {
            "trained_norm": run.norm(run.w[1]),
            "along_printed_direction": mpmath.sqrt(cell["m"]) * run.along(run.w[1]),
        }


def telescoped(rng: np.random.Generator, cell: Cell, n: int, row: int) -> Replayed:
    """Return both sides of the telescoping sum (15), and the norms."""
    with mpmath.workdps(50):
        run = Retrained(rng, cell, n, row)
        return {
            "travelled": run.along(run.w[-1]) - run.along(run.w[0]),
            "summed_descent": fsum(run.along(descent) for descent in run.descent),
            "initial_norm": run.norm(run.w[0]),
            "final_norm": run.norm(run.w[-1]),
        }


def _exact(rows: np.ndarray) -> list[Vector]:
    return [[mpf(float(part)) for part in row] for row in rows]


def _sum(u: Vector, v: Vector) -> Vector:
    return [one + two for one, two in zip(u, v, strict=True)]


def _without(v: Vector, basis: list[Vector]) -> Vector:
    """Return the part of a vector that is orthogonal to an orthonormal basis."""
    for e in basis:
        part = fdot(v, e)
        v = [one - part * two for one, two in zip(v, e, strict=True)]
    return v
