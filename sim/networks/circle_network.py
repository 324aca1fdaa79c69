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


AT_ONCE = 1 << 15
"""So many neurons are looked at together: what comes of them fits in a core's cache."""


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
    rows = max(1, AT_ONCE // a.shape[1])
    parts = [slice(start, start + rows) for start in range(0, len(a), rows)]
    return np.concatenate(
        [
            np.maximum(
                _greatest_surplus(pull[part], turn[part], a[part], radius),
                _greatest_surplus(pull[part], turn[part], -a[part], radius),
            )
            for part in parts
        ]
    )


def _greatest_surplus(pull: Array, turn: Array, a: Array, radius: float) -> Array:
    """Maximise ``sum_r a_r relu(z_r) + (a_r)+ (radius - |z_r|)+`` over the circle: (n,).

    Parameters
    ----------
    pull, turn : (n, m, 2) and (n, m)
        The preactivations are ``z_r = <pull_r, (cos t, sin t)> + turn_r``.
    """
    # Where z rises past a level, a neuron's part gains a slope, times |a|, and continues.
    levels, gains = np.array([-radius, 0.0, radius]), np.array([1.0, -1.0, 1.0])
    length = np.hypot(pull[..., 0], pull[..., 1])
    crossed = np.abs(turn[..., None] - levels) < length[..., None]
    crossed[..., ::2] &= (a > 0)[..., None]
    at = np.flatnonzero(crossed)
    neuron, level = np.divmod(at, 3)
    wave_x, wave_y = (np.ascontiguousarray(pull[..., i]).take(neuron) for i in (0, 1))
    still, far = turn.take(neuron) - levels.take(level), length.take(neuron)
    change = gains.take(level) * np.abs(a).take(neuron) * np.array([wave_x, wave_y, still])

    # It rises at the phase less some angle, of this cosine and sine, and falls at their sum. Rows
    # with fewer changes than others have their last ones, of nothing, where the circle ends.
    cosine = -still / far
    along, across = cosine / far, np.sqrt((1 - cosine) * (1 + cosine)) / far
    count = np.count_nonzero(crossed, axis=(1, 2))
    most, first = int(count.max(initial=0)), np.cumsum(count) - count
    row_starts = 2 * most * np.arange(len(a))
    place = np.arange(len(at)) + np.repeat(row_starts - first, count)
    edges = np.zeros((6, 2 * most * len(a)))
    edges[0], edges[2] = 1.0, 4.0
    for way, places in ((1.0, place), (-1.0, place + most)):
        x = along * wave_x + way * across * wave_y
        y = along * wave_y - way * across * wave_x
        edges[:, places] = np.stack([x, y, _turn(x, y), *(way * change)])
    order = np.argsort(edges[2].reshape(len(a), -1), axis=1) + row_starts[:, None]
    x, y, turns, *jumps = edges.take(order, axis=1)

    at_zero = pull[..., 0] + turn
    near = np.maximum(a, 0) * (np.abs(at_zero) < radius)
    slope = a * (at_zero >= 0) - np.sign(at_zero) * near
    start = np.stack([slope * pull[..., 0], slope * pull[..., 1], slope * turn + radius * near])
    pieces = np.concatenate([start.sum(axis=2)[..., None], jumps], axis=2)
    p, q, k = np.cumsum(pieces, axis=2, out=pieces)

    # The surplus is continuous: of every piece its beginning, and its crest if that is higher.
    best = np.maximum(
        p[:, 0] + k[:, 0], (p[:, 1:] * x + q[:, 1:] * y + k[:, 1:]).max(1, initial=-np.inf)
    )
    below = best[:, None] - k
    row, higher = np.nonzero((below < 0) | (p * p + q * q > below * below))
    p, q, k = p[row, higher], q[row, higher], k[row, higher]
    turns = np.pad(turns, ((0, 0), (1, 1)), constant_values=(0.0, 4.0))
    crest = _turn(p, q)
    inside = (turns[row, higher] <= crest) & (crest <= turns[row, higher + 1])
    np.maximum.at(best, row[inside], (np.hypot(p, q) + k)[inside])
    return best


def _turn(x: Array, y: Array) -> Array:
    """Return a number from 0 to 4 that grows with the angle of ``(x, y)``, a quarter each."""
    share = x / (np.abs(x) + np.abs(y))
    return np.where(y >= 0, 1 - share, 3 + share)
