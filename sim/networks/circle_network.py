"""Two-layer ReLU networks near their initialisation, on the circle of inputs in three dimensions.

The network is ``f_W(x) = sum_r a_r relu(<W_r, x> + b_r)`` with ``a_r = +-m**(-1/3)`` and entries
of ``W`` and ``b`` from ``N(0, 1/m)``; only ``W`` moves (Zhang et al. 2020, Section 3.2). Its
pseudo-network ``g_W(x) = sum_r a_r <W_r - W0_r, x> 1{<W0_r, x> + b_r >= 0}`` is linear in ``W``.
Inputs lie on ``{|x| = 1, x_d = 1/2}``, in three dimensions a circle, on which everything is
piecewise ``p cos t + q sin t + k``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HEIGHT = 0.5
"""The last coordinate of every input."""

REACH = np.sqrt(1 - HEIGHT**2)
"""Radius of the sphere of inputs."""


def initialisation(rng: np.random.Generator, n: int, m: int, d: int) -> tuple[Array, Array, Array]:
    """Draw ``n`` networks: ``a`` (n, m), ``w`` (n, m, d) and ``b`` (n, m) (Section 3.2)."""
    a = rng.choice([-1.0, 1.0], (n, m)) * m ** (-1 / 3)
    return a, rng.standard_normal((n, m, d)) / np.sqrt(m), rng.standard_normal((n, m)) / np.sqrt(m)


def inputs(rng: np.random.Generator, n: int, count: int, d: int) -> Array:
    """Draw inputs uniformly: (n, count, d) on the unit sphere, with last coordinate 1/2."""
    x = rng.standard_normal((n, count, d - 1))
    x *= REACH / np.linalg.norm(x, axis=-1, keepdims=True)
    return np.concatenate([x, np.full((n, count, 1), HEIGHT)], axis=-1)


def inputs_in_their_span(rng: np.random.Generator, n: int, count: int, d: int) -> Array:
    """Draw inputs as in `inputs`, up to a rotation: (n, count, count + 1), whatever ``d``.

    The first coordinates are in a basis of their span: rows of the triangular factor of a Gaussian
    matrix (Bartlett 1933), scaled to one length. The cost does not depend on ``d``.

    Raises
    ------
    ValueError
        If there are ``d`` inputs or more.
    """
    if count >= d:
        raise ValueError(f"needs fewer than d inputs; got {count} and d = {d}")
    x = np.tril(rng.standard_normal((n, count, count)), -1)
    place = np.arange(count)
    x[:, place, place] = np.sqrt(rng.chisquare(d - 1 - place, (n, count)))
    x *= REACH / np.linalg.norm(x, axis=-1, keepdims=True)
    return np.concatenate([x, np.full((n, count, 1), HEIGHT)], axis=-1)


def excess(z: Array, radius: float) -> Array:
    """Return ``max_{|s| <= radius} relu(z + s) - s 1{z >= 0}``, less ``relu(z)``.

    It is ``(radius - |z|)+``; the least value is zero.
    """
    return np.maximum(radius - np.abs(z), 0)


def greatest_gap(a: Array, z: Array, radius: float) -> Array:
    """Return ``sup_W |f_W(x) - g_W(x)|`` over ``|W_r - W0_r| <= radius``, exactly: (...,).

    Parameters
    ----------
    a, z : (..., m)
        Output weights, and preactivations at the initial weights of an input of norm one.
    """
    start = np.sum(a * np.maximum(z, 0), axis=-1)
    room = np.abs(a) * excess(z, radius)
    up, down = np.sum(room * (a > 0), axis=-1), np.sum(room * (a < 0), axis=-1)
    return np.maximum(start + up, down - start)


def greatest_gap_on_the_circle(a: Array, w: Array, b: Array, radius: float) -> Array:
    """Return the supremum of `greatest_gap` over all inputs on the circle, exactly: (n,).

    Between the angles at which a preactivation is ``-radius``, ``0`` or ``radius`` the gap of
    either sign is ``p cos t + q sin t + k``, of which the maximum is known.

    Parameters
    ----------
    a, b : (n, m)
    w : (n, m, 3)
    radius : float
        Of every row of ``W``.
    """
    networks = zip(REACH * w[..., :2], HEIGHT * w[..., 2] + b, a, strict=True)
    return np.array(
        [
            max(_greatest_surplus(pull, turn, sign * weights, radius) for sign in (1.0, -1.0))
            for pull, turn, weights in networks
        ]
    )


def _greatest_surplus(pull: Array, turn: Array, a: Array, radius: float) -> float:
    """Maximise ``sum_r a_r relu(z_r) + (a_r)+ (radius - |z_r|)+`` over the circle.

    Parameters
    ----------
    pull, turn : (m, 2) and (m,)
        The preactivations are ``z_r = <pull_r, (cos t, sin t)> + turn_r``.
    """
    up, weight, length = a > 0, np.abs(a), np.hypot(pull[:, 0], pull[:, 1])
    wave = np.ascontiguousarray(pull.T)
    x, y, changes = [], [], []
    # Where z rises past a level, a neuron's part gains so many slopes, and continues.
    for level, gain, some in ((-radius, 1.0, up), (0.0, -1.0, True), (radius, 1.0, up)):
        (crossed,) = np.nonzero(some & (np.abs(turn - level) < length))
        still, far, steep = turn[crossed] - level, length[crossed], gain * weight[crossed]
        wave_x, wave_y = wave[0][crossed], wave[1][crossed]
        # It rises at the phase less some angle, of this cosine and sine, and falls at their sum.
        cosine = -still / far
        sine = np.sqrt((1 - cosine) * (1 + cosine))
        along, across = cosine / far, sine / far
        change = steep * np.array([wave_x, wave_y, still])
        for way in (1.0, -1.0):
            x.append(along * wave_x + way * across * wave_y)
            y.append(along * wave_y - way * across * wave_x)
            changes.append(way * change)
    edges = np.concatenate(x), np.concatenate(y)
    turns = _turn(*edges)
    order = np.argsort(turns)
    x_, y_ = (np.append(first, edge[order]) for first, edge in zip((1.0, 0.0), edges, strict=True))
    jumps = np.concatenate(changes, axis=1).take(order, axis=1)

    at_zero = pull[:, 0] + turn
    on, near = a * (at_zero >= 0), np.maximum(a, 0) * (np.abs(at_zero) < radius)
    slope = on - np.sign(at_zero) * near
    start = slope @ pull[:, 0], slope @ pull[:, 1], slope @ turn + radius * near.sum()
    p, q, k = np.cumsum(np.column_stack([start, jumps]), axis=1)

    # The surplus is continuous: of every piece its beginning, and its crest if that is higher.
    best = float(np.max(p * x_ + q * y_ + k))
    below = best - k
    (higher,) = np.nonzero((below < 0) | (p * p + q * q > below * below))
    crest, turns = _turn(p[higher], q[higher]), np.concatenate([[0.0], turns[order], [4.0]])
    inside = (turns[higher] <= crest) & (crest <= turns[higher + 1])
    crests = np.hypot(p, q)[higher] + k[higher]
    return max(best, float(crests.max(initial=-np.inf, where=inside)))


def _turn(x: Array, y: Array) -> Array:
    """Return a number from 0 to 4 that grows with the angle of ``(x, y)``, a quarter each."""
    share = x / (np.abs(x) + np.abs(y))
    return np.where(y >= 0, 1 - share, 3 + share)
