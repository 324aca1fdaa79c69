"""What a ball of weights can do to one layer of ReLUs: worst cases by sorting.

The neurons of the layer have pre-activations ``z`` (R, m) at an input of length ``length`` (R,),
and weigh ``b`` (R, m) in the output, ``f = sum b_r max(z_r, 0)``. A move of the layer's weights of
Frobenius norm ``radius`` (R,) moves the pre-activations by any vector of norm
``radius * length``, and no farther.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]

TINY = 1e-300
FEW, LEAST = 256, 3
"""Neurons of which one sees what the budget pays for, and how many times as many are worth it."""


def most_flips(z: Array, length: Array, radius: Array) -> Array:
    """Return how many neurons a move can bring to zero at once: (R,).

    They change their signs for as little more as one likes.
    """
    cost, budget = np.square(z), _budget(length, radius)
    order = _cheapest(cost, cost, budget)
    spent = np.cumsum(np.take_along_axis(cost, order, axis=-1), axis=-1)
    return (spent <= budget[:, None]).sum(axis=-1).astype(float)


def largest_change(z: Array, b: Array, length: Array, radius: Array) -> tuple[Array, Array, Flags]:
    """Bracket the largest norm of ``b`` on the neurons that a move brings to zero.

    Returns
    -------
    attained, bound : (R,) arrays
        The best neurons in the order of ``|z| / |b|``, and the relaxation in which the next one
        counts in part.
    chosen : (R, m) boolean array
        Neurons that attain the first.
    """
    cost, gain, budget = np.square(z), np.square(b), _budget(length, radius)
    order = _cheapest(cost / np.maximum(gain, TINY), cost, budget)
    cost, gain = (np.take_along_axis(v, order, axis=-1) for v in (cost, gain))
    spent = np.cumsum(cost, axis=-1)
    kept = spent <= budget[:, None]
    attained = np.where(kept, gain, 0.0).sum(axis=-1)
    share = np.clip((budget[:, None] - spent + cost) / np.maximum(cost, TINY), 0, 1)
    bound = np.where(kept, gain, share * gain).sum(axis=-1)
    chosen = np.zeros(z.shape, dtype=bool)
    row, place = np.nonzero(kept)
    chosen[row, order[row, place]] = True
    return np.sqrt(attained), np.sqrt(bound), chosen


def largest_shortfall(
    z: Array, b: Array, length: Array, radius: Array
) -> tuple[Array, Array, Array]:
    """Bracket how far f can fall below its linear part: ``max f_lin(W) - f(W)`` over the ball.

    Returns
    -------
    attained, bound : (R,) arrays
        By neurons of negative ``b`` that come first in the order of ``|z| / |b|``, each moved
        through zero in proportion to ``|b|``; and by the Lagrangian of the budget.
    moves : (R, m) array
        Of the pre-activations, with which the first is attained.

    Notes
    -----
    A move of t through zero gains ``|b| (t - |z|)_+`` and costs ``t**2``. For each multiplier
    ``lambda`` the maximum is at most ``lambda budget + sum (b^2 / (4 lambda) - |b z|)_+``; a set of
    neurons gains ``sqrt(budget) |b| - sum |b z|`` over it, by Cauchy and Schwarz. What is gained
    in the best set pays for every neuron of it, so that the budget would bring all to zero.
    """
    weight, height = np.maximum(-b, 0), np.abs(z)
    budget = _budget(length, radius)
    order = _cheapest(height / np.maximum(weight, TINY), np.square(height), budget)
    squares, paid = (
        np.cumsum(np.take_along_axis(v, order, axis=-1), axis=-1)
        for v in (np.square(weight), weight * height)
    )
    gained = np.sqrt(budget[:, None] * squares) - paid
    last = gained.argmax(axis=-1)
    every = np.arange(len(z))
    bounds = np.full(len(z), np.inf)
    for count in (last, np.minimum(last + 1, order.shape[-1] - 1)):
        # The best multiplier is |b| over the best set, over the root of the budget and 2.
        multiplier = np.sqrt(squares[every, count] / np.maximum(budget, TINY)) / 2
        multiplier = np.maximum(multiplier, TINY)
        over = np.maximum(np.square(weight) / (4 * multiplier[:, None]) - weight * height, 0)
        bounds = np.minimum(bounds, multiplier * budget + over.sum(axis=-1))
    chosen = np.zeros(z.shape, dtype=bool)
    row, place = np.nonzero(np.arange(order.shape[-1]) <= last[:, None])
    chosen[row, order[row, place]] = True
    size = np.sqrt(budget / np.maximum(squares[every, last], TINY))[:, None]
    moves = -np.where(z >= 0, 1.0, -1.0) * np.where(chosen, size * weight, 0.0)
    return np.maximum(gained[every, last], 0), bounds, moves


def _budget(length: Array, radius: Array) -> Array:
    return np.asarray(np.square(length * radius))


def _cheapest(ratio: Array, cost: Array, budget: Array) -> NDArray[np.integer]:
    """Return neurons in the order of their ratios, up to some that the budget does not pay.

    All are returned where it pays for all of them. Behind those that a replicate has, others of it
    may be repeated.
    """
    m = ratio.shape[-1]
    if m < LEAST * FEW:
        return np.argsort(ratio, axis=-1)
    found = []
    for one, each, limit, most in zip(
        ratio, cost, _limit(ratio, cost, budget), budget, strict=True
    ):
        near = np.flatnonzero(one <= limit)
        if len(near) == m or each[near].sum() <= most:
            return np.argsort(ratio, axis=-1)
        found.append(near[np.argsort(one[near])])
    order = np.empty((len(found), max(map(len, found))), dtype=np.intp)
    for row, near in enumerate(found):
        order[row, : len(near)] = near
        order[row, len(near) :] = near[-1]
    return order


def _limit(ratio: Array, cost: Array, budget: Array) -> Array:
    """Guess, from a few neurons, up to which ratio more than the budget is spent: (R,)."""
    order = np.argsort(ratio[:, :FEW], axis=-1)
    spent = np.cumsum(np.take_along_axis(cost[:, :FEW], order, axis=-1), axis=-1)
    paid = (spent * ratio.shape[-1] / FEW <= budget[:, None]).sum(axis=-1)
    last = np.minimum(paid + 2 * np.sqrt(paid) + 4, FEW - 1).astype(int)
    at = np.take_along_axis(order, last[:, None], axis=-1)
    return np.asarray(np.take_along_axis(ratio, at, axis=-1)[:, 0])
