"""Branch and bound for the inner maximum in a few dimensions: halve boxes that cover the ball.

On each box the network lies below the affine function of :mod:`sim.certificates._tangent_chord`,
with the ranges of the pre-activations on the box; it is exact on a box that no fold crosses. All
boxes of a round are bounded at once.
"""

from __future__ import annotations

import numpy as np

from sim.certificates._ball_problem import BallProblem
from sim.networks.activation import Array

MOST_COORDINATES = 4
ROUNDS = 200
BLOCK = 500_000  # pre-activations handled at once


def _bounds(problem: BallProblem, middle: Array, half: Array) -> tuple[Array, Array, Array]:
    """Upper bounds (N,) on boxes, and values (N,) of the network at the places (N, k) they hint."""
    size = max(1, BLOCK // len(problem.a))
    blocks = [
        _bound_block(problem, middle[begin : begin + size], half[begin : begin + size])
        for begin in range(0, len(middle), size)
    ]
    bound, value, place = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return bound, value, place


def _bound_block(problem: BallProblem, middle: Array, half: Array) -> tuple[Array, Array, Array]:
    phi = problem.activation
    weight = problem.sign[0] * problem.a
    z = problem.z[0] + middle @ problem.w.T
    reach = half @ np.abs(problem.w).T
    left, right = phi.value(z - reach), phi.value(z + reach)
    added = weight > 0
    slope = np.where(added, (right - left) / np.where(reach > 0, 2 * reach, 1.0), phi.slope(z))
    level = np.where(added, (left + right) / 2, phi.value(z)) @ weight
    g = (weight * slope) @ problem.w
    # The affine function on the box, and on the part of it that lies in the ball.
    on_box = (np.abs(g) * half).sum(axis=1)
    on_ball = np.linalg.norm(g, axis=1) - (g * middle).sum(axis=1)
    place = middle + np.sign(g) * half
    place /= np.maximum(1.0, np.linalg.norm(place, axis=1, keepdims=True))
    value = problem.value(place[:, None, :])[:, 0]
    return level + np.minimum(on_box, on_ball), value, place


def bracket(
    problem: BallProblem,
    attained: float,
    place: Array,
    *,
    allowed: float,
    stop: float,
    enough: float,
    nodes: int,
) -> tuple[float, float, Array]:
    """Refine the bracket of one point's maximum; arguments as in
    :mod:`sim.certificates._sign_splitting`.

    Returns
    -------
    upper, attained, place
    """
    k = problem.w.shape[1]
    middle, half = np.zeros((1, k)), np.ones((1, k))
    bound, values, places = _bounds(problem, middle, half)
    closed, count = -np.inf, 1
    for _ in range(ROUNDS):
        best = int(values.argmax())
        if values[best] > attained:
            attained, place = float(values[best]), places[best]
        target = max(attained + allowed, stop)
        done = bound.max() <= max(target, closed) or attained >= enough
        if done or count + 2 * len(bound) > nodes:
            break
        split = bound > target
        closed = max(closed, bound[~split].max(initial=-np.inf))
        middle, half, parent = middle[split], half[split], bound[split]
        rows, longest = np.arange(len(middle)), half.argmax(axis=1)
        half[rows, longest] /= 2
        step = np.zeros_like(middle)
        step[rows, longest] = half[rows, longest]
        middle = np.concatenate([middle - step, middle + step])
        half, parent = np.concatenate([half, half]), np.concatenate([parent, parent])
        nearest = np.maximum(np.abs(middle) - half, 0.0)
        inside = (nearest**2).sum(axis=1) <= 1 + 1e-12
        middle, half, parent = middle[inside], half[inside], parent[inside]
        bound, values, places = _bounds(problem, middle, half)
        bound = np.minimum(bound, parent)
        count += len(bound)
    return max(closed, float(bound.max())), attained, place
