"""The pseudo-network that fits labels on arcs of inputs with the least movement of the weights.

How far rows must move so that ``|g_W - y| <= tolerance`` at given inputs is a convex programme.
Moved along the last axis alone (Zhang et al. 2020, Lemma 6.5), it is a linear one; its dual bounds
the movement from below whatever the direction. As the width grows, the share of the neurons that
are on at the same inputs tends to a chance, and the programme to one of these.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.networks.circle_network import HEIGHT, REACH

Array = NDArray[np.float64]


UNREACHABLE = 1e-9
"""Inverse of a radius below which the labels count as out of reach."""


class LeastMove(NamedTuple):
    """A movement of the rows, and how long the longest row must at least be.

    Attributes
    ----------
    move : (m, 3)
        Along the last axis.
    radius : float
        Length of its longest row.
    least : float
        No movement, in any direction, fits within a smaller radius (weak duality).
    """

    move: Array
    radius: float
    least: float


def least_move(a: Array, on: NDArray[np.bool_], x: Array, y: Array, tolerance: float) -> LeastMove:
    """Fit ``sum_r a_r <D_r, x_j> on_jr`` to ``y_j`` within ``tolerance``, with the least rows.

    Parameters
    ----------
    a : (m,)
        Output weights.
    on : (k, m)
        Which neurons are on at an input.
    x : (k, 3)
        Inputs, with last coordinate 1/2.
    y : (k,)

    Raises
    ------
    ValueError
        If no movement fits: two inputs with the same neurons on want different labels, say.
    """
    packed = np.packbits(on, axis=0)
    _, first, group = np.unique(packed, axis=1, return_index=True, return_inverse=True)
    groups, group = on[:, first], group.ravel()
    # Neurons that are on at the same inputs move alike: together they reach what they can singly.
    weights = np.bincount(group, weights=np.abs(a))
    features = HEIGHT * groups * weights
    # With the inverse t of the radius and moves of length at most 1: as large a t as possible.
    rows = np.concatenate(
        [
            np.column_stack([features, -(y + tolerance)]),
            np.column_stack([-features, y - tolerance]),
        ]
    )
    found: Any = scipy.optimize.linprog(
        np.append(np.zeros(len(weights)), -1.0),
        A_ub=rows,
        b_ub=np.zeros(len(rows)),
        bounds=[(-1, 1)] * len(weights) + [(0, None)],
        method="highs",
    )
    if not found.success:
        raise RuntimeError(f"the linear programme was not solved: {found.message}")
    inverse = found.x[-1]
    if inverse < UNREACHABLE:
        raise ValueError("no pseudo-network near this initialisation fits these labels")
    move = np.zeros((len(a), 3))
    move[:, 2] = np.sign(a) * (found.x[:-1] / inverse)[group]
    marginals = found.ineqlin.marginals
    multipliers = marginals[: len(y)] - marginals[len(y) :]
    pulls = weights[:, None] * ((groups * multipliers[:, None]).T @ x)
    worth = multipliers @ y - tolerance * np.abs(multipliers).sum()
    least = worth / np.linalg.norm(pulls, axis=1).sum()
    return LeastMove(move, float(np.abs(move).max()), float(max(least, 0.0)))


def patterns(angles: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return how likely a neuron is on at which of the inputs at these angles of the circle.

    A preactivation is ``<n, q_j>`` times a length, with n uniform on the sphere of three dimensions
    and ``q_j`` on a cone; on are the inputs of an arc. That a run of them is on is the area of a
    spherical polygon, ``2 pi`` less the circumference of the polygon of its ``q_j``.

    Parameters
    ----------
    angles : (k,)
        Increasing, and within one turn; at least two.

    Returns
    -------
    chances : (k (k - 1) + 2,)
        Of the patterns; they add up to one.
    on : (k, k (k - 1) + 2)
        Which inputs are on.
    """
    k = len(angles)
    q = np.column_stack([REACH * np.cos(angles), REACH * np.sin(angles), np.ones(k)])
    q[:, 2] *= np.sqrt(1 + HEIGHT**2)
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    apart = 2 * np.arcsin(np.clip(np.linalg.norm(q[:, None] - q, axis=2) / 2, 0, 1))
    start, length = np.divmod(np.arange(k * k), k)
    length += 1
    sides = np.append(0, np.cumsum(np.tile(apart[np.arange(k), (np.arange(k) + 1) % k], 2)))
    last = start + length - 1
    circumference = sides[last] - sides[start] + apart[start, last % k]
    together = ((2 * np.pi - circumference) / (4 * np.pi)).reshape(k, k)  # of start, length - 1

    before = np.roll(together, 1, axis=0)  # begins one input earlier
    alone = together[:, : k - 1].copy()
    alone -= before[:, 1:] + together[:, 1:]
    alone[:, : k - 2] += before[:, 2:]
    alone[:, k - 2] += together[:, k - 1]
    places = (np.arange(k)[:, None, None] - np.arange(k)[:, None]) % k  # input, start
    on = places < np.arange(1, k)
    on = np.concatenate([on.reshape(k, -1), np.ones((k, 1), bool), np.zeros((k, 1), bool)], axis=1)
    everywhere = together[0, k - 1]
    return np.concatenate([alone.ravel(), [everywhere, everywhere]]), on
