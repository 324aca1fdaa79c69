"""Largest and smallest value of a two-layer network on a Euclidean ball, from both sides.

The network is ``f(x) = sum_s a_s phi(<w_s, x>)``. An attack, which exhibits a perturbation, gives
a lower bound of a maximum; a certificate, which holds for every perturbation, gives an upper bound.
A :class:`Bracket` has both and says which method gave which.

Certificates, from cheap to tight:

``"spectral"``
    largest singular value of the weights; any activation; all points at once;
``"tangent-chord"``
    an affine function above the network; convex activations; all points at once; exact where no
    neuron changes its sign on the ball;
``"quadratic"``
    a quadratic function above the network, with the trust-region dual; ReLU, leaky ReLU and
    smoothed leaky ReLU; one point at a time; by far the tightest on a large ball (a dual of the
    semidefinite relaxation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim import _folded_line, _lifted_ascent, _multi_start_ascent, _spectral, _tangent_chord
from sim._ball_problem import BallProblem, ball_problem
from sim.activation import Activation, Array

CERTIFICATES = ("spectral", "tangent-chord", "quadratic")


@dataclass(frozen=True)
class Effort:
    """How hard to try; the defaults suit a network of a thousand neurons.

    Attributes
    ----------
    starts, steps : int
        Of the attack: projected gradient ascent from the point itself and from ``starts - 1``
        places on the sphere, with normalised steps of length ``0.5 radius 0.95**t``.
    certificates : sequence of str
        Which certificates to use; those that do not apply to the activation are left out.
    relative_gap : float >= 0
        The quadratic certificate, which costs most, is computed only for points whose bounds
        differ by more than this share of the change achieved, and refined until they do not.
    """

    starts: int = 32
    steps: int = 100
    certificates: Sequence[str] = CERTIFICATES
    relative_gap: float = 0.01

    def __post_init__(self) -> None:
        if self.starts < 1 or self.steps < 0 or not self.relative_gap >= 0:
            raise ValueError(
                "expected starts >= 1, steps >= 0 and relative_gap >= 0; "
                f"got {self.starts}, {self.steps} and {self.relative_gap}"
            )
        unknown = sorted(set(self.certificates) - set(CERTIFICATES))
        if unknown or not self.certificates:
            named = repr(unknown[0]) if unknown else "none"
            raise ValueError(f"expected certificates among {CERTIFICATES}; got {named}")


DEFAULT_EFFORT = Effort()
QUICK_EFFORT = Effort(starts=8, steps=60)  # enough where only a sign is asked for


@dataclass(frozen=True)
class Bracket:
    """Two-sided bounds of an extreme value on the ball around each of n points.

    Attributes
    ----------
    lower, upper : (n,) arrays
        The extreme value lies between them, rounding errors included.
    centre : (n,) array
        The value at the unperturbed point.
    perturbation : (n, d) array
        Where the attained end was attained, within the radius.
    lower_method, upper_method : (n,) arrays of str
        ``"attack"`` at the attained end, the name of a certificate at the other.
    """

    lower: Array
    upper: Array
    centre: Array
    perturbation: Array
    lower_method: NDArray[np.str_]
    upper_method: NDArray[np.str_]

    @property
    def relative_gap(self) -> Array:
        """Distance of the bounds over the change that the attack achieved; 0 if they agree."""
        change = np.where(
            self.lower_method == "attack", self.lower - self.centre, self.centre - self.upper
        )
        gap = self.upper - self.lower
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(gap > 0, gap / np.maximum(change, 0.0), 0.0)


@dataclass(frozen=True)
class RobustErrorBracket:
    """Two-sided bounds of the robust error on n labelled points.

    A point is a robust error if some perturbation makes ``y f <= 0``: a tie is an error.

    Attributes
    ----------
    lower : float
        Share of points with a perturbation in the ball that was found and makes ``y f <= 0``.
    upper : float
        Share of points without a certificate that ``y f > 0`` on the whole ball.
    attackable, certified : (n,) arrays of bool
        The two kinds of decided points; the others are undecided.
    perturbation : (n, d) array
        The worst perturbation found for each point.
    """

    lower: float
    upper: float
    attackable: NDArray[np.bool_]
    certified: NDArray[np.bool_]
    perturbation: Array


def inner_maximum(
    w: ArrayLike,
    a: ArrayLike,
    activation: Activation,
    x: ArrayLike,
    radius: float,
    *,
    rng: np.random.Generator,
    effort: Effort = DEFAULT_EFFORT,
) -> Bracket:
    """Bracket ``max f(x_i + delta)`` over ``|delta|_2 <= radius``.

    Parameters
    ----------
    w : (m, d) array
        Hidden weights.
    a : (m,) array
        Output weights, any factor 1/sqrt(m) included.
    activation : Activation
        The function ``phi``.
    x : (n, d) array
        Points.
    radius : float >= 0
        Radius of the ball.
    rng : numpy.random.Generator
        Draws the starts of the ascents.
    effort : Effort
        Number of starts and steps of the attack, certificates to use, gap to aim at.

    Returns
    -------
    Bracket
        ``lower`` from the attack, ``upper`` from the best certificate.

    Raises
    ------
    ValueError
        If shapes disagree, a number is not finite, the radius is negative, or no certificate
        asked for applies to the activation.

    Notes
    -----
    Rounding errors are allowed for to first order, not by interval arithmetic.
    """
    problem = ball_problem(w, a, activation, x, radius)
    return _bracket(problem, rng, effort)


def inner_minimum(
    w: ArrayLike,
    a: ArrayLike,
    activation: Activation,
    x: ArrayLike,
    radius: float,
    *,
    rng: np.random.Generator,
    effort: Effort = DEFAULT_EFFORT,
) -> Bracket:
    """Bracket ``min f(x_i + delta)`` over ``|delta|_2 <= radius``.

    As :func:`inner_maximum` of ``-f``: ``upper`` is attained, ``lower`` is certified.
    """
    problem = ball_problem(w, a, activation, x, radius, -1.0)
    found = _bracket(problem, rng, effort)
    return _mirrored(found)


def robust_margin(
    w: ArrayLike,
    a: ArrayLike,
    activation: Activation,
    x: ArrayLike,
    y: ArrayLike,
    radius: float,
    *,
    rng: np.random.Generator,
    effort: Effort = DEFAULT_EFFORT,
) -> Bracket:
    """Bracket ``min y_i f(x_i + delta)`` over ``|delta|_2 <= radius``, labels ``y`` (n,) of +-1.

    As :func:`inner_maximum` of ``-y f``: ``upper`` is attained, ``lower`` is certified.
    """
    problem = ball_problem(w, a, activation, x, radius, -np.asarray(y, dtype=np.float64))
    found = _bracket(problem, rng, effort)
    return _mirrored(found)


def robust_error_bracket(
    w: ArrayLike,
    a: ArrayLike,
    activation: Activation,
    x: ArrayLike,
    y: ArrayLike,
    radius: float,
    *,
    rng: np.random.Generator,
    effort: Effort = QUICK_EFFORT,
) -> RobustErrorBracket:
    """Bracket the share of points that some perturbation of norm at most ``radius`` misclassifies.

    Parameters are those of :func:`robust_margin`. Each point is worked on only until its sign is
    decided, from the cheapest method to the dearest. A value of ``y f`` within rounding error of
    zero decides nothing.
    """
    problem = ball_problem(w, a, activation, x, radius, -np.asarray(y, dtype=np.float64))
    methods = _applicable(problem, effort)
    start = _multi_start_ascent.starting_points(rng, effort.starts, *_shape(problem))
    value, place = _multi_start_ascent.ascend(problem, start, steps=effort.steps)
    decided = value >= problem.rounding
    upper = np.full(len(value), np.inf)
    for method in methods:
        left = np.flatnonzero(~decided & ~(upper < 0))
        if not len(left):
            break
        part = _part(problem, left)
        if method != "quadratic":
            upper[left] = _batched_bound(part, method, place[left])
            continue
        line = _folded_line.recognise(problem.activation)
        for point in left:
            upper[point], lifted = _lifted_ascent.upper_bound(
                problem, point, line, place[point], rng, needed=-np.finfo(float).tiny,
                tolerance=1e-3 * abs(value[point]),
            )
            if not upper[point] < 0:
                found, where = _polish(problem, point, lifted, rng)
                if found > value[point]:
                    value[point], place[point] = found, where
                decided[point] = value[point] >= problem.rounding[point]
    certified = upper < 0
    attackable = decided & ~certified
    return RobustErrorBracket(
        float(attackable.mean()), float(1 - certified.mean()), attackable, certified,
        problem.perturbation(place),
    )


def _bracket(
    problem: BallProblem,
    rng: np.random.Generator,
    effort: Effort,
) -> Bracket:
    """Bracket the maximum of the signed network."""
    methods = _applicable(problem, effort)
    n, k = _shape(problem)
    centre = problem.value(np.zeros((n, k)))
    start = _multi_start_ascent.starting_points(rng, effort.starts, n, k)
    value, place = _multi_start_ascent.ascend(problem, start, steps=effort.steps)

    upper, name = np.full(n, np.inf), np.full(n, methods[0], dtype="<U16")
    for method in methods:
        if method == "quadratic":
            continue
        bound = _batched_bound(problem, method, place)
        name[bound < upper] = method
        upper = np.minimum(upper, bound)
    if "quadratic" in methods:
        line = _folded_line.recognise(problem.activation)
        allowed = effort.relative_gap * (value - centre) + 4 * problem.rounding
        for point in np.flatnonzero(upper - value > allowed):
            bound, lifted = _lifted_ascent.upper_bound(
                problem, point, line, place[point], rng, needed=value[point] + allowed[point],
                tolerance=0.02 * allowed[point],
            )
            if bound < upper[point]:
                upper[point], name[point] = bound, "quadratic"
            if upper[point] - value[point] > allowed[point]:
                found, where = _polish(problem, point, lifted, rng)
                if found > value[point]:
                    value[point], place[point] = found, where
    return Bracket(
        value - problem.rounding, upper, centre, problem.perturbation(place),
        np.full(n, "attack"), name,
    )


def _mirrored(found: Bracket) -> Bracket:
    """Turn the bracket of the maximum of ``-f`` into that of the minimum of ``f``."""
    return replace(
        found, lower=-found.upper, upper=-found.lower, centre=-found.centre,
        lower_method=found.upper_method, upper_method=found.lower_method,
    )


def _shape(problem: BallProblem) -> tuple[int, int]:
    return len(problem.z), problem.w.shape[1]


def _part(problem: BallProblem, points: Array) -> BallProblem:
    """Return the problem of some of the points."""
    return replace(
        problem, z=problem.z[points], sign=problem.sign[points], rounding=problem.rounding[points]
    )


def _applicable(problem: BallProblem, effort: Effort) -> list[str]:
    """Return the certificates that apply, from cheap to dear."""
    convex = problem.activation.convex
    folded = _folded_line.recognise(problem.activation) is not None
    able = {"spectral": True, "tangent-chord": convex, "quadratic": folded}
    methods = [name for name in CERTIFICATES if name in effort.certificates and able[name]]
    if not methods:
        raise ValueError(
            f"no certificate asked for applies to {problem.activation.name}; "
            "the spectral one applies to every activation"
        )
    return methods


def _batched_bound(problem: BallProblem, method: str, place: Array) -> Array:
    if method == "spectral":
        return _spectral.upper_bound(problem)
    return _tangent_chord.upper_bound(problem, place)


def _polish(
    problem: BallProblem, point: int, lifted: Array, rng: np.random.Generator
) -> tuple[float, Array]:
    """Attack one point again from places that the relaxation suggests."""
    start = _lifted_ascent.rounded(rng, lifted, 8)[:, None, :]
    value, place = _multi_start_ascent.ascend(
        _part(problem, np.array([point])), start, steps=60
    )
    return float(value[0]), place[0]
