"""The course of a two-sided search: best attack and best certificate so far at every point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.certificates import (
    _box_splitting,
    _folded_line,
    _lifted_ascent,
    _multi_start_ascent,
    _sign_splitting,
    _spectral,
    _tangent_chord,
)
from sim.certificates._ball_problem import BallProblem
from sim.certificates._quadratic_majorant import fold_network
from sim.networks.activation import Array

CERTIFICATES = ("spectral", "tangent-chord", "quadratic", "branch-and-bound")
BOXES_PER_NODE = 300  # a box is bounded in microseconds, a node in milliseconds
BLOCK = 1_000_000  # pre-activations handled at once
ROUNDED_STARTS, ROUNDED_STEPS = 8, 60
CONTRADICTION = (
    "a certificate lies below a value that an attack attained, which is a defect of this program "
    "or of the activation (is it convex, with slopes between `lower` and `upper`, as it says?): "
    "please report it with the network and the point"
)


class Search:
    """Bounds of the maximum of a signed network on the ball, tightened step by step.

    Parameters
    ----------
    problem : BallProblem
    certificates : sequence of str
        Those that may be used; the ones that do not apply are left out.
    rng : numpy.random.Generator

    Attributes
    ----------
    value, place : (n,) and (n, k) arrays
        The best value that an attack attained, and where.
    upper, method : (n,) arrays
        The best upper bound, rounding errors included, and the certificate it is from.

    Raises
    ------
    ValueError
        If no certificate applies.
    """

    def __init__(
        self, problem: BallProblem, certificates: Sequence[str], rng: np.random.Generator
    ) -> None:
        self.problem, self.rng = problem, rng
        self.line = _folded_line.recognise(problem.activation)
        n, k = len(problem.z), problem.w.shape[1]
        self.value, self.place = np.full(n, -np.inf), np.zeros((n, k))
        self.upper, self.method = np.full(n, np.inf), np.full(n, "none", dtype="<U16")
        self.boxes = k <= _box_splitting.MOST_COORDINATES and problem.activation.convex
        able = {
            "spectral": True,
            "tangent-chord": problem.activation.convex,
            "quadratic": self.line is not None,
            "branch-and-bound": self.boxes or (self.line is not None and self.line.rho == 0),
        }
        self.certificates = [name for name in CERTIFICATES if name in certificates and able[name]]
        if not self.certificates:
            raise ValueError(
                f"no certificate asked for applies to {problem.activation.name} in {k} dimensions; "
                "the spectral one applies to every activation"
            )

    def part(self, points: NDArray[np.intp]) -> BallProblem:
        """Return the problem of some of the points."""
        whole = self.problem
        return replace(
            whole, z=whole.z[points], sign=whole.sign[points], rounding=whole.rounding[points]
        )

    def attack(self, points: NDArray[np.intp], start: Array, steps: int) -> None:
        """Ascend from ``start`` (s, len(points), k) and keep what is better."""
        found, where = _multi_start_ascent.ascend(self.part(points), start, steps=steps)
        self._attained(points, found, where)

    def attack_from_everywhere(self, points: NDArray[np.intp], starts: int, steps: int) -> None:
        """Ascend from the centre and from random places on the sphere."""
        k = self.place.shape[1]
        start = _multi_start_ascent.starting_points(self.rng, starts, len(points), k)
        self.attack(points, start, steps)

    def bound_together(self, points: NDArray[np.intp]) -> None:
        """Apply the certificates that treat all points at once."""
        if "spectral" in self.certificates and len(points):
            largest = _spectral.largest_singular_value(self.problem.w)
        size = max(1, BLOCK // len(self.problem.a))
        for begin in range(0, len(points), size):
            block = points[begin : begin + size]
            part = self.part(block)
            if "spectral" in self.certificates:
                self._certified(block, _spectral.upper_bound(part, largest), "spectral")
            if "tangent-chord" in self.certificates:
                bound = _tangent_chord.upper_bound(part, self.place[block])
                self._certified(block, bound, "tangent-chord")

    def refine(self, point: int, *, allowed: float, stop: float, enough: float, nodes: int) -> None:
        """Apply the certificates that treat one point at a time, as far as needed.

        Parameters
        ----------
        allowed : float
            Gap of the bounds that is small enough.
        stop : float
            An upper bound that is small enough.
        enough : float
            An attained value that is large enough.
        nodes : int
            Largest number of nodes of branch and bound.
        """
        one = np.array([point])
        problem, rounding = self.part(one), float(self.problem.rounding[point])
        lifted = _lifted_ascent.lifted_start(self.rng, self.place[point])
        net = None if self.line is None else fold_network(problem, 0, self.line)

        def target() -> float:
            return max(float(self.value[point]) + allowed, stop) - rounding

        def done() -> bool:
            return self.upper[point] <= target() + rounding or self.value[point] >= enough

        if net is not None and "quadratic" in self.certificates and not done():
            bound, lifted = _lifted_ascent.upper_bound(
                net, lifted, needed=target(), tolerance=0.02 * allowed
            )
            self._certified(one, np.array([bound + rounding]), "quadratic")
            if not done():
                start = _lifted_ascent.rounded(self.rng, lifted, ROUNDED_STARTS)
                self.attack(one, start[:, None, :], ROUNDED_STEPS)
        if "branch-and-bound" in self.certificates and not done():
            known = float(self.value[point]), self.place[point]
            if self.boxes:
                bracket = partial(_box_splitting.bracket, problem, nodes=nodes * BOXES_PER_NODE)
            else:
                assert net is not None
                bracket = partial(_sign_splitting.bracket, problem, net, lifted, nodes=nodes)
            bound, value, place = bracket(
                *known, allowed=allowed, stop=stop - rounding, enough=enough
            )
            self._certified(one, np.array([bound + rounding]), "branch-and-bound")
            self._attained(one, np.array([value]), place[None])

    def check(self) -> None:
        """Raise if a certificate contradicts an attack."""
        if (self.value - self.problem.rounding > self.upper).any():
            raise ArithmeticError(CONTRADICTION)

    def _certified(self, points: NDArray[np.intp], bound: Array, method: str) -> None:
        better = bound < self.upper[points]
        self.method[points[better]] = method
        self.upper[points] = np.minimum(self.upper[points], bound)

    def _attained(self, points: NDArray[np.intp], value: Array, place: Array) -> None:
        better = value > self.value[points]
        self.value[points[better]], self.place[points[better]] = value[better], place[better]
