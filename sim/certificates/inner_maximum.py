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
    semidefinite relaxation of Raghunathan, Steinhardt and Liang, 2018);
``"branch-and-bound"``
    exact up to the gap asked for, given enough nodes, which a small network needs few of; in at
    most 4 dimensions any convex activation, in more ReLU and leaky ReLU; only if asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.certificates._ball_problem import BallProblem, ball_problem
from sim.certificates._bracketing import CERTIFICATES, Search
from sim.networks.activation import Activation, Array


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
        The certificates that work on one point at a time are used only for points whose bounds
        differ by more than this share of the change achieved, and until they do not.
    nodes : int
        Largest number of nodes of branch and bound, for each point.
    """

    starts: int = 32
    steps: int = 100
    certificates: Sequence[str] = CERTIFICATES[:3]
    relative_gap: float = 0.01
    nodes: int = 1000

    def __post_init__(self) -> None:
        if min(self.starts, self.nodes) < 1 or self.steps < 0 or not self.relative_gap >= 0:
            raise ValueError(
                "expected starts >= 1, steps >= 0, relative_gap >= 0 and nodes >= 1; "
                f"got {self.starts}, {self.steps}, {self.relative_gap} and {self.nodes}"
            )
        unknown = sorted(set(self.certificates) - set(CERTIFICATES))
        if unknown or not self.certificates:
            named = repr(unknown[0]) if unknown else "none"
            raise ValueError(f"expected certificates among {CERTIFICATES}; got {named}")


DEFAULT_EFFORT = Effort()
QUICK_EFFORT = Effort(starts=8, steps=60)  # enough where only a sign is asked for
QUICK_STEPS = 20


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
        """Distance of the bounds over the change that the attack achieved; infinite if none."""
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
    zero decides nothing, except at the origin, where the network is exactly zero.
    """
    problem = ball_problem(w, a, activation, x, radius, -np.asarray(y, dtype=np.float64))
    search = Search(problem, effort.certificates, rng)
    n, k = search.place.shape
    search.attack(np.arange(n), np.zeros((1, n, k)), QUICK_STEPS)
    # A tie that needs no arithmetic: without biases the network vanishes at the origin.
    x = np.asarray(x, dtype=np.float64)
    vanishes = activation.value(np.zeros(1))[0] == 0
    tied = (np.linalg.norm(x, axis=1) * (1 + 1e-12) <= radius) & vanishes

    def undecided() -> NDArray[np.intp]:
        return np.flatnonzero((search.value < problem.rounding) & ~tied & ~(search.upper < 0))

    search.bound_together(undecided())
    if len(left := undecided()):
        search.attack_from_everywhere(left, effort.starts, effort.steps)
    for point in undecided():
        search.refine(
            point,
            allowed=1e-3 * abs(search.value[point]),
            stop=-np.finfo(float).tiny,
            enough=problem.rounding[point],
            nodes=effort.nodes,
        )
    search.check()
    attacked = search.value >= problem.rounding
    certified, attackable = search.upper < 0, attacked | tied
    perturbation = np.where((tied & ~attacked)[:, None], -x, problem.perturbation(search.place))
    return RobustErrorBracket(
        float(attackable.mean()), float((~certified).mean()), attackable, certified, perturbation
    )


def _bracket(problem: BallProblem, rng: np.random.Generator, effort: Effort) -> Bracket:
    """Bracket the maximum of the signed network."""
    search = Search(problem, effort.certificates, rng)
    everywhere = np.arange(len(problem.z))
    search.attack_from_everywhere(everywhere, effort.starts, effort.steps)
    search.bound_together(everywhere)
    centre = problem.value(np.zeros_like(search.place))
    allowed = effort.relative_gap * (search.value - centre) + 4 * problem.rounding
    for point in np.flatnonzero(search.upper - search.value > allowed).tolist():
        search.refine(
            point, allowed=allowed[point], stop=-np.inf, enough=np.inf, nodes=effort.nodes
        )
    search.check()
    return Bracket(
        search.value - problem.rounding,
        search.upper,
        centre,
        problem.perturbation(search.place),
        np.full(len(centre), "attack"),
        search.method,
    )


def _mirrored(found: Bracket) -> Bracket:
    """Turn the bracket of the maximum of ``-f`` into that of the minimum of ``f``."""
    return replace(
        found,
        lower=-found.upper,
        upper=-found.lower,
        centre=-found.centre,
        lower_method=found.upper_method,
        upper_method=found.lower_method,
    )
