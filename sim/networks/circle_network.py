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
    pull, turn = REACH * w[..., :2], HEIGHT * w[..., 2] + b
    weight = np.abs(a)[..., None]
    best = np.full(len(a), -np.inf)
    for sign in (1.0, -1.0):
        up = (sign * a > 0)[..., None]
        # Slope and intercept of a neuron's part in its preactivation, from below -radius on.
        slopes = np.where(up, [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, -1.0, -1.0]) * weight
        starts = np.where(up, [0.0, radius, radius, 0.0], 0.0) * weight
        best = np.maximum(best, _maximum(pull, turn, slopes, starts, radius))
    return best


def _maximum(pull: Array, turn: Array, slopes: Array, starts: Array, radius: float) -> Array:
    """Maximise ``sum_r slope_r z_r(t) + start_r`` over the circle; both depend on z's level."""
    n = len(turn)
    levels = np.array([-radius, 0.0, radius])
    length = np.hypot(pull[..., 0], pull[..., 1])[..., None]
    rise, lift = np.diff(slopes, axis=-1), np.diff(starts, axis=-1)
    crossed = np.abs(levels - turn[..., None]) < length
    row, neuron, level = np.nonzero(crossed & ((rise != 0) | (lift != 0)))
    count = np.bincount(row, minlength=n)
    place = np.arange(len(row)) - (np.cumsum(count) - count)[row]
    wave, still = pull[row, neuron], turn[row, neuron]
    phase = np.arctan2(wave[:, 1], wave[:, 0])
    half = np.arccos((levels[level] - still) / length[row, neuron, 0])
    steep, start = rise[row, neuron, level], lift[row, neuron, level]
    change = np.column_stack([steep[:, None] * wave, steep * still + start])

    # z rises at phase - half and falls at phase + half; rows with fewer changes end at 2 pi.
    most = int(count.max(initial=0))
    edge, jump = np.full((n, 2 * most), 2 * np.pi), np.zeros((n, 2 * most, 3))
    for way, column in ((1.0, place), (-1.0, most + place)):
        edge[row, column] = np.mod(phase - way * half, 2 * np.pi)
        jump[row, column] = way * change
    order = np.argsort(edge, axis=1)
    edge = np.take_along_axis(edge, order, axis=1)
    jump = np.take_along_axis(jump, order[..., None], axis=1)

    at_zero = pull[..., 0] + turn
    step = np.sum(at_zero[..., None] >= levels, axis=-1)[..., None]
    slope = np.take_along_axis(slopes, step, axis=-1)[..., 0]
    begin = np.take_along_axis(starts, step, axis=-1)[..., 0]
    parts = slope * pull[..., 0], slope * pull[..., 1], slope * turn + begin
    first = np.stack([part.sum(axis=-1) for part in parts], axis=-1)
    piece = np.concatenate([first[:, None], first[:, None] + np.cumsum(jump, axis=1)], axis=1)
    p, q, k = np.moveaxis(piece, -1, 0)

    edge = np.pad(edge, ((0, 0), (1, 1)), constant_values=(0.0, 2 * np.pi))
    x, y = np.cos(edge), np.sin(edge)
    crest = np.mod(np.arctan2(q, p), 2 * np.pi)
    inside = (edge[:, :-1] <= crest) & (crest <= edge[:, 1:])
    at_ends = np.maximum(p * x[:, :-1] + q * y[:, :-1], p * x[:, 1:] + q * y[:, 1:])
    return np.max(np.where(inside, np.hypot(p, q), at_ends) + k, axis=1)
