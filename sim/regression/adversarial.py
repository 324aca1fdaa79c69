"""Adversarially trained linear regression, solved to a certified duality gap.

The linear model's worst perturbation of an input is explicit, so that adversarial training on n
samples is the convex problem ::

    minimise over theta   (1/n) sum_i (|y_i - x_i.theta| + radius |theta|_q)^2 + penalty |theta|_1

with q = 2 for perturbations bounded in the Euclidean norm and q = 1 for perturbations bounded
coordinatewise (Xing, Song and Cheng, AISTATS 2021: equations (5), (9) and, with the penalty,
Theorem 9, on a sample instead of the population). Residuals and coefficients may be exactly zero at
the optimum. Every result carries a lower bound of the minimum that anybody can recompute with
:func:`certified_gap`; bounds are computed in double precision, without directed rounding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import scipy
from numpy.typing import ArrayLike

from sim.regression._active_set import Guess, guess_from_interior, guess_from_residuals, refine
from sim.regression._certificate import (
    NOTHING,
    Certificate,
    certified_gap,
    check_settings,
    objective,
    posed,
)
from sim.regression._interior_point import central_path, ridge_guess
from sim.regression._problem import Attack, Incumbent, Problem, Vector

# Iterations without progress after which rounding is to blame.
_PATIENCE = 12

__all__ = [
    "Certificate",
    "NotSolved",
    "Solution",
    "Solutions",
    "Status",
    "certified_gap",
    "objective",
    "path",
    "solve",
    "solve_stack",
]


class Status(Enum):
    """How a solve ended; each value says why and what to do about it."""

    SOLVED = (
        "The certified relative gap is at most the one asked for, or the rounding error of "
        "the objective where that is larger."
    )
    ROUNDING = (
        "Rounding ended the progress before the gap asked for was certified: ask for a larger gap, "
        "or rescale the data (nearly collinear columns and a tiny radius are the usual causes)."
    )
    ITERATIONS = (
        "The iteration limit came before the gap asked for was certified: raise `iterations`, or "
        "ask for a larger gap."
    )


@dataclass(frozen=True)
class Solution(Certificate):
    """A minimiser with its certificate.

    Attributes
    ----------
    theta : ndarray, shape (d,)
        The coefficients.
    dual : ndarray, shape (n,)
        The dual point behind the lower bound: at the optimum, in the notation of the module,
        ``(|r_i| + radius |theta|_q) sign(r_i)`` where the residual is not zero.
    iterations : int
        Interior-point iterations; 0 if a guess of the zeros was right at once.
    status : Status
        Whether the gap asked for was reached, and if not why.
    """

    theta: Vector
    dual: Vector
    iterations: int
    status: Status


@dataclass(frozen=True)
class Solutions:
    """Minimisers of a stack of problems: ``theta`` (..., d), the rest (...)."""

    theta: Vector
    objective: Vector
    lower_bound: Vector
    gap: Vector


class NotSolved(RuntimeError):
    """Raised when the gap asked for was not reached; ``solution`` is the best that was found."""

    def __init__(self, solution: Solution, asked: float, where: str = ""):
        super().__init__(
            f"{solution.status.value} Reached a relative gap of {solution.gap:.1e} where "
            f"{asked:.1e} was asked for{where}."
        )
        self.solution = solution


def solve(
    x: ArrayLike,
    y: ArrayLike,
    radius: float,
    *,
    attack: Attack = "l2",
    penalty: float = 0.0,
    gap: float = 1e-10,
    iterations: int = 60,
    strict: bool = True,
) -> Solution:
    """Minimise the mean worst-case squared loss of a linear model plus an L1 penalty.

    Parameters
    ----------
    x : array_like, shape (n, d)
        Inputs; any n and d of at least 1.
    y : array_like, shape (n,)
        Responses.
    radius : float >= 0
        Largest size of a perturbation of an input. At 0 without a penalty the result is the least
        squares solution of smallest Euclidean norm: the minimum-norm interpolator if the rows of
        ``x`` are linearly independent.
    attack : {"l2", "linf"}
        Norm in which perturbations are bounded.
    penalty : float >= 0
        Factor of the sum of the absolute coefficients.
    gap : float > 0
        Relative duality gap to certify.
    iterations : int > 0
        Limit on interior-point iterations.
    strict : bool
        Whether to raise if the gap is not reached; otherwise see ``status``.

    Returns
    -------
    Solution
        Where the minimiser is not unique (possible with ``attack="linf"``), one of them.

    Raises
    ------
    ValueError
        If shapes do not match, a value is not finite or a setting is outside its range.
    NotSolved
        If ``strict`` and the gap was not reached.
    """
    return _Solver(x, y, attack, penalty, gap, iterations, strict).solve(radius)


def path(
    x: ArrayLike,
    y: ArrayLike,
    radii: Iterable[float],
    *,
    attack: Attack = "l2",
    penalty: float = 0.0,
    gap: float = 1e-10,
    iterations: int = 60,
    strict: bool = True,
) -> list[Solution]:
    """Solve the same data at several radii, each started from the zeros of the one before.

    Parameters and errors are those of :func:`solve`; sorted radii are fastest.

    Returns
    -------
    list of Solution
        In the order of ``radii``.
    """
    solver = _Solver(x, y, attack, penalty, gap, iterations, strict)
    return [solver.solve(radius) for radius in radii]


def solve_stack(
    x: ArrayLike,
    y: ArrayLike,
    radius: float,
    *,
    attack: Attack = "l2",
    penalty: float = 0.0,
    gap: float = 1e-10,
    iterations: int = 60,
) -> Solutions:
    """Solve a stack of replicates: ``x`` (..., n, d), ``y`` (..., n).

    Parameters are those of :func:`solve`, which runs once per replicate; no failure is returned.

    Raises
    ------
    ValueError
        If the shapes do not match or a setting is outside its range.
    NotSolved
        If the gap was not reached in some replicate.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim < 2 or x.shape[:-1] != y.shape:
        raise ValueError(
            f"x must be (..., n, d) and y (..., n) with the same leading axes; got {x.shape} and "
            f"{y.shape}"
        )
    lead = y.shape[:-1]
    theta = np.empty((*lead, x.shape[-1]))
    values = np.empty((3, *lead))
    for index in np.ndindex(*lead):
        solver = _Solver(x[index], y[index], attack, penalty, gap, iterations, strict=False)
        found = solver.solve(radius)
        if found.status is not Status.SOLVED:
            raise NotSolved(found, gap, f" in replicate {index}")
        theta[index] = found.theta
        values[(slice(None), *index)] = found.objective, found.lower_bound, found.gap
    return Solutions(theta, values[0], values[1], values[2])


class _Solver:
    """One data set, normalised and reduced once, solved at any number of radii."""

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        attack: Attack,
        penalty: float,
        gap: float,
        iterations: int,
        strict: bool,
    ):
        self.given = posed(x, y, 0.0, attack, penalty)
        if not gap > 0 or iterations < 1:
            raise ValueError(
                f"gap must be positive and iterations at least 1; got {gap} and {iterations}"
            )
        self.penalty, self.gap, self.iterations, self.strict = penalty, gap, iterations, strict
        self.guess: Guess | None = None
        self.reduction: tuple[Vector, Problem] | None = None
        x, y = self.given.x, self.given.y
        # The internal problem has entries of order one, whatever the units of the data.
        self.input_unit = float(np.sqrt(np.mean(x * x))) or 1.0
        self.response_unit = float(np.sqrt(np.mean(y * y))) or 1.0
        x, y = x / self.input_unit, y / self.response_unit
        tension = self.given.penalty / (self.input_unit * self.response_unit)
        self.normalised = Problem(x, y, 0.0, attack, tension)

    def solve(self, radius: float) -> Solution:
        """Return the certified solution at ``radius``."""
        check_settings(radius, self.given.attack, self.penalty)
        problem = self.normalised.at(radius / self.input_unit)
        iterations, stopped = 0, Status.ROUNDING
        theta: Vector
        dual: Vector
        if radius == 0 and self.penalty == 0:
            theta = scipy.linalg.lstsq(self.given.x, self.given.y, check_finite=False)[0]
            dual = self.given.y - self.given.x @ theta
        elif problem.excess(problem.x.T @ problem.y) <= problem.radius * np.abs(problem.y).sum():
            theta, dual = np.zeros(self.given.x.shape[1]), self.given.y
        else:
            incumbent = Incumbent(problem)
            iterations, stopped = self._minimise(problem, incumbent)
            theta = incumbent.theta * (self.response_unit / self.input_unit)
            dual = incumbent.dual * self.response_unit
        certificate = certified_gap(
            theta,
            dual,
            self.given.x,
            self.given.y,
            radius,
            attack=self.given.attack,
            penalty=self.penalty,
        )
        reached = certificate.gap <= self.gap or certificate.gap <= self._rounding(
            theta, radius, certificate.objective
        )
        status = Status.SOLVED if reached else stopped
        solution = Solution(
            certificate.objective,
            certificate.lower_bound,
            certificate.gap,
            theta,
            dual,
            iterations,
            status,
        )
        if self.strict and status is not Status.SOLVED:
            raise NotSolved(solution, self.gap)
        return solution

    def _rounding(self, theta: Vector, radius: float, value: float) -> float:
        """Return the relative error with which the objective of ``theta`` can be computed."""
        x, y = self.given.x, self.given.y
        attacked = np.abs(y - x @ theta) + radius * self.given.norm(theta)
        error = 8 * np.finfo(float).eps * (np.abs(y) + np.abs(x) @ np.abs(theta))
        floor = max(value, NOTHING * float(np.mean(y * y)))
        return float(np.mean(2 * attacked * error + error * error)) / floor if floor else 0.0

    def _minimise(self, problem: Problem, incumbent: Incumbent) -> tuple[int, Status]:
        """Improve ``incumbent``; return the iterations used and why it stopped."""
        if problem.radius == 0:
            problem = replace(problem, attack="linf")  # neither norm is charged: the simpler cone
            incumbent.problem = problem
        # The certificate on the data as given loses a little to rounding.
        aim = 0.5 * self.gap
        if self.guess is not None:
            self.guess = refine(problem, self.guess, incumbent, steps=8, patience=3)
            if incumbent.gap <= aim:
                return 0, Status.ROUNDING
        theta = ridge_guess(problem)
        n, d = problem.x.shape
        if d <= n or problem.euclidean:
            guess = guess_from_residuals(problem, theta)
            self.guess = refine(problem, guess, incumbent, steps=16, patience=6)
            if incumbent.gap <= aim:
                return 0, Status.ROUNDING
        if d > n and problem.euclidean and not problem.penalty:
            return self._minimise_reduced(problem, incumbent)
        return self._follow(problem, incumbent, theta)

    def _minimise_reduced(self, problem: Problem, incumbent: Incumbent) -> tuple[int, Status]:
        """Follow the path in the row space: off it theta costs something and achieves nothing."""
        if self.reduction is None:
            basis, triangle = scipy.linalg.qr(problem.x.T, mode="economic", check_finite=False)
            self.reduction = basis, replace(problem, x=np.ascontiguousarray(triangle.T))
        basis, reduced = self.reduction
        reduced = reduced.at(problem.radius)
        inner = Incumbent(reduced)
        ending = self._follow(reduced, inner, ridge_guess(reduced))
        theta = basis @ inner.theta
        incumbent.offer(theta, problem.y - problem.x @ theta, inner.dual, problem.x.T @ inner.dual)
        if self.guess is not None:
            theta = basis @ self.guess.theta
            self.guess = Guess(theta, self.guess.residual_sign, np.sign(theta))
        return ending

    def _follow(self, problem: Problem, incumbent: Incumbent, theta: Vector) -> tuple[int, Status]:
        """Improve ``incumbent`` along the central path; return iterations and why it stopped."""
        n, d = problem.x.shape
        # A wide problem with absolute values has its optimum at a vertex, which no partly right
        # guess comes close to: there an attempt pays later.
        vertex = d > n and not problem.euclidean
        next_try = 0.01 if vertex else 0.1
        aim = 0.5 * self.gap
        iteration, idle, least = 0, 0, np.inf
        for iteration, point in enumerate(central_path(problem, theta), start=1):
            incumbent.offer(point.theta, point.residual, point.dual, point.correlation)
            own = point.complementarity / incumbent.upper
            idle = 0 if own < 0.9 * least else idle + 1
            least = min(least, own)
            if own < next_try:
                next_try = (0.05 if vertex else 0.25) * own
                guess = guess_from_interior(problem, point, incumbent.gap)
                self.guess = refine(problem, guess, incumbent, steps=8, patience=3)
            if incumbent.gap <= aim or idle >= _PATIENCE:
                break
            if iteration == self.iterations:
                return iteration, Status.ITERATIONS
        return iteration, Status.ROUNDING
