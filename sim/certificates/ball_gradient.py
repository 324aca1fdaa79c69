"""Input gradients of all networks within a ball around a lazy network, at one input.

Notation as in `sim.networks.lazy_ball`: signs ``a`` (..., m), hidden weights ``w`` (..., m, d),
input ``x`` (..., d) of any length (the gradient depends on its direction alone), ball radius ``V``
per neuron. Replicates are treated one after the other. Lower bounds of a minimum and upper bounds
of a maximum hold for every network of the ball; the other ends are attained by one.

Source: Wang, Ullah, Mianjy and Arora 2022, Lemma B.7 and equation (7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.certificates._active_split import ActiveSplit, Mask, active_split
from sim.certificates._min_norm_point import MinNormPoint, min_norm_point
from sim.certificates._subset_sum import certified_sum, longest_subset_sum
from sim.networks.lazy_ball import preactivation

Array = NDArray[np.floating]

NEAR = 1e-3  # relative distance of the two ends at which no other pattern is tried


@dataclass(frozen=True)
class Bracket:
    """An extreme over the ball lies between these: both (...,)."""

    lower: Array
    upper: Array


def least_along(a: Array, w: Array, x: Array, V: ArrayLike, r: Array) -> Array:
    """Return the exact infimum over the ball of ``<r, gradient>``: (...,).

    Each neuron takes the smallest of three: pushed along ``r`` while on, held at its kink, or off.

    Parameters
    ----------
    r : (..., d) directions, of any length
    """
    unit = x / np.linalg.norm(x, axis=-1, keepdims=True)
    V = np.asarray(V, dtype=np.float64)[..., None]
    length = np.linalg.norm(r, axis=-1)[..., None]
    rho = np.sum(r * unit, axis=-1)[..., None]
    across = np.sqrt(np.maximum(length**2 - rho**2, 0))
    u, product = preactivation(w, unit), preactivation(w, r)
    free = a * product - V * length
    kink = a * (product - u * rho) - np.sqrt(np.maximum(V**2 - u**2, 0)) * across
    on = np.where(u * length - a * V * rho >= 0, free, kink)
    lowest = np.where(u > -V, np.where(u <= V, np.minimum(on, 0), on), 0)
    total: Array = lowest.sum(axis=-1) / np.sqrt(a.shape[-1])
    return total


def least_norm(a: Array, w: Array, x: Array, V: ArrayLike) -> Bracket:
    """Enclose the least length of the gradient over the ball.

    ``lower`` is `least_along` for a good direction, 0 where every direction gives less;
    ``upper`` is approached by the network of :func:`flattest`.
    """
    splits = _splits(a, w, x, V)
    return _bracket([_least_norm(split)[:2] for split in splits], w)


def surest_direction(a: Array, w: Array, x: Array, V: ArrayLike) -> Array:
    """Return the unit direction along which all gradients of the ball are long: (..., d).

    The one that gives the lower end of `least_norm`; that of the middle if every direction gives 0.
    """
    found = [_hull(split) for split in _splits(a, w, x, V)]
    return np.array([hull.best for hull in found]).reshape(*w.shape[:-2], w.shape[-1])


def flattest(a: Array, w: Array, x: Array, V: ArrayLike) -> Array:
    """Return the network of the ball with the shortest gradient found: (..., m, d)."""

    def build(split: ActiveSplit, signs: Array, weights: Array) -> Array:
        _, _, found, pattern = _least_norm(split)
        return split.weights(weights, signs, found.directions, found.weights, pattern)

    return _each_network(a, w, x, V, build)


def lowest_along(a: Array, w: Array, x: Array, V: ArrayLike, r: Array) -> Array:
    """Return the network of the ball whose gradient is lowest along ``r`` (d,): (..., m, d)."""
    r = r / np.linalg.norm(r)

    def build(split: ActiveSplit, signs: Array, weights: Array) -> Array:
        return split.weights(weights, signs, r[None], np.ones(1), split.lowest(r).on)

    return _each_network(a, w, x, V, build)


def greatest_change(a: Array, w: Array, x: Array, V: ArrayLike) -> Bracket:
    """Enclose the largest ``|gradient at W - gradient at the middle|`` over the ball.

    The neurons that may be on move by at most ``V`` each; for those that switch see
    :func:`greatest_flipped`. The lower end is found by alternating between the network for a
    direction and the direction for a network.
    """
    return _bracket([_greatest_change(split) for split in _splits(a, w, x, V)], w)


def greatest_flipped(a: Array, w: Array, x: Array, V: ArrayLike) -> Bracket:
    """Enclose the longest change of the gradient, across the input, through switching alone.

    The supremum of equation (7): over all sets of neurons that the ball can switch, of
    ``m**-0.5 * |sum of +-a_s P w_s|`` with ``P`` the projection across ``x``.
    """
    found = []
    for split in _splits(a, w, x, V):
        across = _switched(split)
        across -= (across @ split.unit)[:, None] * split.unit
        found.append(np.array(longest_subset_sum(across)) / np.sqrt(split.width))
    return _bracket(found, w)


def _least_norm(split: ActiveSplit) -> tuple[float, float, MinNormPoint, Mask]:
    """Lower and upper end, the combination that gives the upper, and its pattern."""
    hull = _hull(split)
    scale = np.sqrt(split.width)

    def attained(pattern: Mask) -> tuple[float, MinNormPoint, Mask]:
        # Gradients of one pattern form a convex set, all of it attained.
        found = min_norm_point(lambda r: split.lowest(r, pattern).gradient, hull.best)
        return float(np.linalg.norm(found.point)) / scale, found, pattern

    upper, found, pattern = attained(split.lowest(hull.best).on)
    if upper > (1 + NEAR) * hull.lower / scale:
        choices = [split.lowest(r).on for r in hull.directions]
        shares = hull.weights @ np.array(choices, dtype=np.float64)
        other = attained(_polish(split, shares > 0.5))
        if other[0] < upper:
            upper, found, pattern = other
    return hull.lower / scale, upper, found, pattern


def _hull(split: ActiveSplit) -> MinNormPoint:
    """Shortest point of the convex hull of all gradients."""
    return min_norm_point(lambda r: split.lowest(r).gradient, split.start)


def _polish(split: ActiveSplit, pattern: Mask, steps: int = 200) -> Mask:
    """Switch one neuron after the other while that shortens the gradient of the middle."""
    pattern = pattern.copy()
    total = split.sure + pattern.astype(np.float64) @ split.z
    squares = np.sum(split.z**2, axis=1)
    for _ in range(steps):
        slack = split.V * (split.count + pattern.sum())
        if not len(pattern) or np.linalg.norm(total) <= slack:
            break
        sign = np.where(pattern, -1.0, 1.0)
        change = squares + 2 * sign * (split.z @ total)
        s = int(np.argmin(change))
        if change[s] >= 0:
            break
        total = total + sign[s] * split.z[s]
        pattern[s] = ~pattern[s]
    return pattern


def _greatest_change(split: ActiveSplit, steps: int = 30) -> tuple[float, float]:
    switched = _switched(split)
    moving = split.V * (split.count + len(split.u))
    upper = moving + (certified_sum(switched) if len(switched) else 0.0)
    start, best = split.start, 0.0
    total = switched.sum(axis=0)
    for r in (start, -start, total, split.unit):
        last = 0.0
        for _ in range(steps):
            length = float(np.linalg.norm(r))
            if length == 0:
                break
            r = split.lowest(-r / length).gradient - start
            length = float(np.linalg.norm(r))
            if length <= last * (1 + 1e-10):
                break
            last = length
        best = max(best, last)
    return best / np.sqrt(split.width), upper / np.sqrt(split.width)


def _switched(split: ActiveSplit) -> Array:
    """Change of the gradient by every neuron that can switch, when it switches unmoved: (k, d)."""
    return np.where(split.u > 0, -1.0, 1.0)[:, None] * split.z


def _networks(
    a: Array, w: Array, x: Array, V: ArrayLike
) -> list[tuple[Array, Array, Array, float]]:
    """Every replicate's signs, weights, input and radius."""
    leading = w.shape[:-2]
    m, d = w.shape[-2:]
    signs = np.broadcast_to(a, (*leading, m)).reshape(-1, m)
    inputs = np.broadcast_to(x, (*leading, d)).reshape(-1, d)
    radii = np.broadcast_to(V, leading).reshape(-1)
    weights = w.reshape(-1, m, d)
    return [(signs[i], weights[i], inputs[i], float(radii[i])) for i in range(len(weights))]


def _splits(a: Array, w: Array, x: Array, V: ArrayLike) -> list[ActiveSplit]:
    return [active_split(*network) for network in _networks(a, w, x, V)]


def _each_network(
    a: Array,
    w: Array,
    x: Array,
    V: ArrayLike,
    build: Callable[[ActiveSplit, Array, Array], Array],
) -> Array:
    """Build one network per replicate: (..., m, d)."""
    built = [
        build(active_split(signs, weights, point, radius), signs, weights)
        for signs, weights, point, radius in _networks(a, w, x, V)
    ]
    return np.array(built).reshape(w.shape)


def _bracket(ends: list[tuple[float, float]], w: Array) -> Bracket:
    lower, upper = np.array(ends).T
    return Bracket(lower.reshape(w.shape[:-2]), upper.reshape(w.shape[:-2]))
