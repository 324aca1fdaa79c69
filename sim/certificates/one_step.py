"""Does one gradient step flip the sign of every network of a lazy ball?

The step is ``delta = -s C_2 g / |g|**2``, with ``g`` the input gradient of the network at hand and
``s`` its sign. That all networks of the ball take another sign at ``x + delta`` than at ``x`` is
proved by an upper bound of ``s f(x + delta)`` that is negative (`certified_flip`), and refuted by a
network that keeps its sign (`hardest`).

How the bound is made. Gradients of the ball lie in a ball ``B(c, E)``; inversion takes it to a ball
that holds every step. There the network is bounded in two ways, and in mixtures of the two.
*Directly*: every neuron's weights move its pre-activation by at most ``V |x + delta|``, which gives
one network with biases. *By the remainder*: whatever the network, ``s f(x + delta)`` is
``s f(x) - C_2`` plus what neurons add that switch between ``x`` and ``x + delta``, which leaves a
network with biases again, small near ``delta = 0``. Either is maximised over the ball of steps by
the certificates behind `sim.certificates.inner_maximum`.

Source: Wang, Ullah, Mianjy and Arora 2022, Theorem 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.certificates import _lifted_ascent, _tangent_chord
from sim.certificates._active_split import ActiveSplit, active_split
from sim.certificates._ball_problem import EPSILON, BallProblem
from sim.certificates._folded_line import FoldedLine
from sim.certificates._hardest import Hardest, flipped_value, hardest
from sim.certificates._min_norm_point import min_norm_point
from sim.certificates._quadratic_majorant import fold_network
from sim.networks.activation import relu
from sim.networks.lazy_ball import extreme_values

Array = NDArray[np.floating]

__all__ = ["Hardest", "certified_flip", "flipped_value", "gradient_ball", "hardest"]

MIXTURES = (1.0, 0.75)  # shares of the direct bound; less never helped


def certified_flip(a: Array, w: Array, x: Array, V: ArrayLike, C_2: ArrayLike) -> Array:
    """Return an upper bound of ``s f(x + delta)`` over all networks of the ball: (...,).

    Negative: it is proved that the step flips every one of them. Infinite where the bound does not
    apply, because the gradients are not known to stay away from zero. Where it is proved the search
    stops early, so that the number says only its sign.

    Parameters
    ----------
    a, w, x : (..., m), (..., m, d), (..., d) signs, hidden weights in the middle, unit inputs
    V : scalar or (...,) radius of the ball of weights, per neuron
    C_2 : scalar or (...,) length of the step times ``|g|``
    """
    leading, (m, d) = w.shape[:-2], w.shape[-2:]
    signs = np.broadcast_to(a, (*leading, m)).reshape(-1, m)
    inputs = np.broadcast_to(x, (*leading, d)).reshape(-1, d)
    if not np.allclose(np.linalg.norm(inputs, axis=-1), 1, rtol=1e-9):
        raise ValueError("the inputs must be unit vectors")
    radii, steps = (np.broadcast_to(each, leading).reshape(-1) for each in (V, C_2))
    found = [
        _certified(*one)
        for one in zip(signs, w.reshape(-1, m, d), inputs, radii, steps, strict=True)
    ]
    return np.array(found).reshape(leading)


@dataclass(frozen=True)
class _Steps:
    """A ball that holds the steps of all networks of one sign, and the longest of them."""

    centre: Array
    radius: float
    longest: float


def _certified(a: Array, w: Array, x: Array, V: float, C_2: float) -> float:
    u = w @ x
    low, high = extreme_values(a, u, V)
    split = active_split(a, w, x, V)
    worst = -np.inf
    for s, top in ((1.0, high), (-1.0, -low)):
        if top <= 0:
            continue  # no network of the ball has this sign
        steps = _steps(split, s, C_2)
        if steps is None:
            return np.inf
        bound = np.inf
        for share in MIXTURES:
            problem, constant = _bounding_network(a, w, x, u, V, C_2, s, float(top), steps, share)
            bound = min(bound, _maximum(problem, -constant) + constant)
            if bound < 0:
                break
        worst = max(worst, bound)
    return worst


def _steps(split: ActiveSplit, s: float, C_2: float) -> _Steps | None:
    """Invert the ball of gradients; None if it may contain zero."""
    centre, reach = gradient_ball(split)
    power = float(centre @ centre) - reach**2
    least = min_norm_point(lambda r: split.lowest(r).gradient, split.start).lower
    if power <= 0 or least <= 0:
        return None
    longest = C_2 * np.sqrt(split.width) / least
    return _Steps(-s * C_2 / power * centre, C_2 * reach / power, float(longest))


def gradient_ball(split: ActiveSplit) -> tuple[Array, float]:
    """Return centre and radius of a ball that holds every gradient.

    Neurons that can switch count half in the centre; the other half of them, with any signs, is at
    most ``sqrt(k)`` times the spectral norm.
    """
    k, scale = len(split.z), np.sqrt(split.width)
    centre = (split.sure + split.z.sum(axis=0) / 2) / scale
    spread = np.sqrt(k) * np.linalg.norm(split.z, 2) / 2 if k else 0.0
    return centre, float(split.V * (split.count + k) + spread) / scale


def _bounding_network(
    a: Array,
    w: Array,
    x: Array,
    u: Array,
    V: float,
    C_2: float,
    s: float,
    top: float,
    steps: _Steps,
    share: float,
) -> tuple[BallProblem, float]:
    """Return a network on the ball of steps, and a constant, whose sum is never below ``s f``.

    With ``p_s = <w_s, x + delta>`` in the middle and ``b = V |x + delta|``, times ``sqrt(m)``:

    - directly ``sum s a_s relu(p_s + s a_s b)``;
    - the remainder: a neuron that is on at ``x`` throughout the ball adds
      ``s a_s relu(-p_s + s a_s b)``, one that is off ``s a_s relu(p_s + s a_s b)``, and one that
      can be either at most ``|p_s| + b`` if ``s a_s = 1`` and nothing otherwise.
    """
    root = np.sqrt(len(w))
    # <x, delta> = -C_2 s f(x) / |g|**2 <= 0
    b = V * np.sqrt(1 + steps.longest**2)
    p, pull = w @ (x + steps.centre), s * a
    rows, z, weights, constant = [w], [p + pull * b], [share * pull / root], 0.0
    if share < 1:
        rest = 1 - share
        sure, either = np.abs(u) > V, (np.abs(u) <= V) & (pull > 0)
        turned = -np.sign(u)[sure]
        rows += [turned[:, None] * w[sure], w[either], -w[either]]
        z += [turned * p[sure] + pull[sure] * b, p[either], -p[either]]
        weights += [rest * pull[sure] / root, *[np.full(either.sum(), rest / root)] * 2]
        constant = rest * (top - C_2 + b * either.sum() / root)
    stacked = np.vstack(rows) if len(rows) > 1 else w
    reach = steps.radius * np.linalg.norm(stacked, axis=1)
    z_all, weight = np.concatenate(z), np.concatenate(weights)
    # First-order bound of the rounding of one evaluation, as in `ball_problem`.
    size = np.abs(weight) @ (np.abs(z_all) + reach)
    rounding = 2 * (len(z_all) + w.shape[1] + 8) * EPSILON * size
    problem = BallProblem(
        relu(),
        steps.radius * stacked,
        weight,
        z_all[None],
        np.ones(1),
        reach,
        np.array([rounding]),
        None,
        steps.radius,
    )
    return problem, constant


def _maximum(problem: BallProblem, needed: float) -> float:
    """Return a certified upper bound on the ball; stop once it is below ``needed``."""
    active = (problem.z[0] > 0) * problem.a
    uphill = active @ problem.w
    length = np.linalg.norm(uphill)
    place = uphill / length if length > 0 else np.eye(len(uphill))[0]
    bound = float(_tangent_chord.upper_bound(problem, place[None])[0])
    if bound < needed:
        return bound
    net = fold_network(problem, 0, FoldedLine(0.5, 0.5, 0.0, 0.0))
    start = _lifted_ascent.lifted_start(np.random.default_rng(0), place)
    rounding = float(problem.rounding[0])
    target = needed - rounding - 1e-9 * (1 + abs(needed))
    quadratic, _ = _lifted_ascent.upper_bound(net, start, needed=target)
    return min(bound, quadratic + rounding)
