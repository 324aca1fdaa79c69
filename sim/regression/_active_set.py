"""Newton's method on a guess of which residuals and coefficients of the optimum are zero.

Given the right guess the optimum solves a smooth problem with linear equations, and a few solves
give it to rounding. Each solve also says how to correct a wrong guess: a zero residual whose
multiplier is too large leaves zero, a residual that changed its sign becomes zero, and likewise
for coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.regression._interior_point import Iterate
from sim.regression._problem import Incumbent, Problem, Vector

# Relative size of the terms that keep the linear systems solvable when rows or columns repeat.
_REGULARISATION = 1e-14
# Relative gaps: at which nothing is left to gain, and below which an interior point is believed
# to show which coefficients can be nonzero.
_GOOD_ENOUGH = 1e-13
_FACE_IS_KNOWN = 1e-6


@dataclass(frozen=True)
class Guess:
    """Which residuals (n,) and coefficients (d,) are zero: signs in {-1, 0, 1}; and a theta."""

    theta: Vector
    residual_sign: Vector
    coefficient_sign: Vector


def guess_from_residuals(problem: Problem, theta: Vector) -> Guess:
    """Return the guess of a smooth approximation: the smallest residuals are zero."""
    residual = problem.y - problem.x @ theta
    small = 0.01 * float(np.sqrt(np.mean(residual * residual)))
    attack = problem.radius * problem.norm(theta)
    if attack == 0:  # without an attack a zero residual is nothing special
        small = 0.0
    elif problem.x.shape[1] >= problem.y.size and small < 0.01 * attack:
        small = np.inf
    zero = _at_most(np.abs(residual) < small, -np.abs(residual), theta.size)
    side = np.where(residual < 0, -1.0, 1.0)
    return Guess(theta, np.where(zero, 0.0, side), np.sign(theta))


def _at_most(zero: NDArray[np.bool_], likelihood: Vector, columns: int) -> NDArray[np.bool_]:
    """Return ``zero``, or its likeliest entries if far more than there are columns.

    Some more can be zero where rows repeat or the fit is perfect, and each costs a row.
    """
    if np.count_nonzero(zero) <= columns + 50:
        return zero
    threshold = -np.partition(-likelihood[zero], columns)[columns]
    return zero & (likelihood > threshold)


def guess_from_interior(problem: Problem, point: Iterate, gap: float) -> Guess:
    """Return the guess of an interior point: zero is whatever has more multiplier than room."""
    lift = point.slack - problem.radius * point.size
    inside = np.minimum(
        point.slack + point.dual - 2 * (lift - point.residual),
        point.slack - point.dual - 2 * (lift + point.residual),
    )
    zero = _at_most((inside > 0) & (problem.radius > 0), inside, point.theta.size)
    residual_sign = np.where(zero, 0.0, np.where(point.dual < 0, -1.0, 1.0))
    if point.margin is None:
        return Guess(point.theta, residual_sign, np.sign(point.theta))
    magnitude = np.abs(point.theta)
    chosen = magnitude > point.margin * magnitude.max()
    n = problem.y.size
    if not problem.euclidean and gap > _FACE_IS_KNOWN and np.count_nonzero(chosen) > n:
        # More coefficients than equations are undetermined: keep the likeliest. Close to the
        # optimum a surplus means that the minimiser is not unique, and any of them will do.
        order = np.argsort(magnitude / point.margin)
        chosen[order[:-n]] = False
    sign = np.where(chosen, np.sign(point.correlation), 0.0)
    return Guess(np.where(chosen, point.theta, 0.0), residual_sign, sign)


@dataclass(frozen=True)
class _System:
    """Newton's equations with some residuals held at zero.

    The Hessian is that of the free rows plus ``bend`` times the identity plus, in the plane of
    ``tilt`` and ``direction``, (curl - bend) direction direction^T less both mixed products.
    """

    x: Vector
    held: NDArray[np.bool_]
    tilt: Vector
    direction: Vector
    curl: float
    bend: float

    def solve_densely(
        self, right: Vector, residual: Vector, gram: Vector | None
    ) -> tuple[Vector, Vector] | None:
        """Return the step and the multipliers of the held rows; ``gram`` is x^T x if at hand."""
        held = self.x[self.held]
        if gram is None:
            kept = self.x[~self.held]
            hessian = kept.T @ kept
        else:
            hessian = gram - held.T @ held
        cross = np.outer(self.tilt, self.direction)
        hessian -= cross + cross.T
        hessian += (self.curl - self.bend) * np.outer(self.direction, self.direction)
        m, z = hessian.shape[0], held.shape[0]
        matrix = np.zeros((m + z, m + z))
        matrix[:m, :m] = hessian
        matrix[m:, :m] = held
        matrix[:m, m:] = held.T
        level = _REGULARISATION * max(float(np.trace(hessian)) / m + self.bend, 1.0)
        matrix.flat[: m * (m + z) : m + z + 1] += self.bend + level
        matrix.flat[m * (m + z + 1) :: m + z + 1] = -_REGULARISATION
        _, _, solution, failed = scipy.linalg.lapack.dgesv(
            matrix, np.concatenate((right, residual[self.held])), overwrite_a=1, overwrite_b=1
        )
        return None if failed else (solution[:m], -solution[m:])

    def solve_by_rows(
        self, right: Vector, residual: Vector, gram: Vector
    ) -> tuple[Vector, Vector] | None:
        """Return the same for many columns and a positive bend; ``gram`` is x x^T."""
        x, n = self.x, self.x.shape[0]
        plane = np.stack([self.tilt, self.direction], axis=1)
        matrix = gram.copy()
        level = 1e-15 * float(np.trace(matrix)) / n
        matrix.flat[:: n + 1] += np.where(self.held, level, self.bend)
        lower, failed = scipy.linalg.lapack.dpotrf(matrix, lower=1, overwrite_a=1)
        if failed:
            return None
        tops = np.column_stack((right, plane))
        bottoms = np.zeros((n, 3))
        bottoms[self.held, 0] = residual[self.held]
        tensions = scipy.linalg.lapack.dpotrs(lower, x @ tops - self.bend * bottoms, lower=1)[0]
        steps = (tops - x.T @ tensions) / self.bend
        # Now the plane: its form's inverse plus what the rest of the Hessian gives there.
        corner = np.array([[self.bend - self.curl, -1.0], [-1.0, 0.0]]) + plane.T @ steps[:, 1:]
        _, _, weight, failed = scipy.linalg.lapack.dgesv(corner, plane.T @ steps[:, 0])
        if failed:
            return None
        step, tension = (part[:, 0] - part[:, 1:] @ weight for part in (steps, tensions))
        return step, -tension[self.held]


def _solve_equalities(
    problem: Problem, guess: Guess, columns: NDArray[np.intp]
) -> tuple[Vector, Vector] | None:
    """Return theta and dual after one Newton step with the zeros of ``guess`` held."""
    radius, penalty = problem.radius, problem.penalty
    n, m = problem.y.size, columns.size
    every = m == problem.x.shape[1]
    x = problem.x if every else problem.x[:, columns]
    theta, sign = guess.theta[columns], guess.coefficient_sign[columns]
    residual = problem.y - x @ theta
    free = np.where(guess.residual_sign == 0, 0.0, residual)
    if problem.euclidean:
        size = float(np.sqrt(theta @ theta))
        if size == 0:
            return None
        direction = theta / size
    else:
        direction = sign
        size = float(sign @ theta)
    drive = radius * (float(guess.residual_sign @ residual) + n * radius * size)

    gradient = drive * direction - x.T @ (free + radius * size * guess.residual_sign)
    if penalty:
        gradient = gradient + penalty * sign
    system = _System(
        x,
        guess.residual_sign == 0,
        radius * (x.T @ guess.residual_sign),
        direction,
        n * radius**2,
        drive / size if problem.euclidean else 0.0,
    )
    tall = problem.x.shape[1] <= n
    if system.bend and m + np.count_nonzero(system.held) > n:
        outer = problem.gram if every and not tall else x @ x.T
        solution = system.solve_by_rows(-gradient, residual, outer)
    else:
        gram = None
        if tall:
            gram = problem.gram if every else problem.gram[np.ix_(columns, columns)]
        solution = system.solve_densely(-gradient, residual, gram)
    if solution is None:
        return None
    step, multipliers = solution
    moved = theta + step
    # The dual follows from the step and not from theta: theta's own rounding, in units of y, would
    # otherwise spoil its feasibility where the residuals are small.
    residual = residual - x @ step
    size = float(np.sqrt(moved @ moved)) if problem.euclidean else float(sign @ moved)
    dual = np.where(guess.residual_sign == 0, 0.0, residual + radius * size * guess.residual_sign)
    dual[guess.residual_sign == 0] = multipliers
    if every:
        return moved, dual
    full = np.zeros(problem.x.shape[1])
    full[columns] = moved
    return full, dual


def _corrected(
    problem: Problem,
    guess: Guess,
    theta: Vector,
    residual: Vector,
    dual: Vector,
    correlation: Vector,
    share: float,
) -> Guess:
    """Return ``guess`` with everything put right that its solution contradicts.

    With a positive ``share`` only contradictions above that share of the worst of their kind.
    """
    sign, coefficient = guess.residual_sign, guess.coefficient_sign
    attack = problem.radius * problem.norm(theta)
    zero = sign == 0
    release = catch = np.zeros(sign.size)
    add = drop = np.zeros(theta.size)
    if problem.radius:
        release = np.where(zero, np.abs(dual) - attack, 0.0)
        catch = -sign * residual
    if problem.penalty or not problem.euclidean:
        price = problem.penalty
        if not problem.euclidean:
            slack = np.where(zero, attack, np.abs(residual) + attack)
            price += problem.radius * float(slack.sum())
        add = np.where(coefficient == 0, np.abs(correlation) - price, 0.0)
        drop = -coefficient * theta
    released, caught, added, dropped = (
        amount > max(share * float(amount.max()), 0.0) for amount in (release, catch, add, drop)
    )
    zeros = np.count_nonzero(zero) - np.count_nonzero(released) + np.count_nonzero(caught)
    # More zeros than coefficients cannot be: then the changes of sign are believed instead.
    crowded = zeros > (np.count_nonzero(coefficient) or theta.size)
    new_sign = np.where(caught, -sign if crowded else 0.0, sign)
    new_sign = np.where(released, np.sign(dual), new_sign)
    new_coefficient = np.where(dropped, 0.0, coefficient)
    new_coefficient = np.where(added, np.sign(correlation), new_coefficient)
    return Guess(np.where(dropped, 0.0, theta), new_sign, new_coefficient)


def refine(
    problem: Problem, guess: Guess, incumbent: Incumbent, steps: int, patience: int
) -> Guess:
    """Improve ``incumbent`` from ``guess``; return the guess at which it stopped.

    Stops when the gap is at rounding level, or when ``patience`` steps in a row brought nothing.
    """
    n, d = problem.x.shape
    sparse = bool(problem.penalty) or not problem.euclidean
    idle = 0
    for _ in range(steps):
        columns = np.flatnonzero(guess.coefficient_sign) if sparse else np.arange(d)
        # Without curvature n equations determine at most n coefficients; a few more only where the
        # minimiser is not unique.
        most = d if problem.euclidean else n
        if incumbent.gap <= _FACE_IS_KNOWN:
            most = max(most, 3 * n, 200)
        if columns.size == 0 or columns.size > most:
            break
        found = _solve_equalities(problem, guess, columns)
        if found is None:
            break
        theta, dual = found
        residual, correlation = problem.y - problem.x @ theta, problem.x.T @ dual
        before = incumbent.gap
        incumbent.offer(theta, residual, dual, correlation)
        if incumbent.gap <= _GOOD_ENOUGH:
            return replace(guess, theta=theta)
        idle = idle + 1 if incumbent.gap > 0.9 * before else 0
        if idle >= patience:
            break
        # Correcting everything at once can cycle; halving the corrections breaks most cycles.
        share = 0.5 if idle else 0.0
        guess = _corrected(problem, guess, theta, residual, dual, correlation, share)
    return guess
