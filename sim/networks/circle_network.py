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
    levels = np.array([-radius, 0.0, radius])
    crossings = _Crossings(pull, turn, levels)
    best = np.full(len(a), -np.inf)
    for sign in (1.0, -1.0):
        weight = np.abs(a)
        up = (sign * a > 0)[..., None]
        # Slope and intercept of a neuron's part in its preactivation, from below -radius on.
        slopes = np.where(up, [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, -1.0, -1.0]) * weight[..., None]
        starts = np.where(up, [0.0, radius, radius, 0.0], 0.0) * weight[..., None]
        best = np.maximum(best, crossings.maximum(slopes, starts))
    return best


class _Crossings:
    """Where on the circle the preactivations ``<pull, (cos t, sin t)> + turn`` cross levels.

    Parameters
    ----------
    pull : (n, m, 2)
    turn : (n, m)
    levels : (3,)
        In increasing order.
    """

    def __init__(self, pull: Array, turn: Array, levels: Array) -> None:
        self._pull, self._turn = pull, turn
        n, m = turn.shape
        length, phase = np.hypot(pull[..., 0], pull[..., 1]), np.arctan2(pull[..., 1], pull[..., 0])
        with np.errstate(divide="ignore", invalid="ignore"):
            cosine = (levels - turn[..., None]) / length[..., None]
        crossed = np.abs(cosine) < 1
        half = np.arccos(np.clip(cosine, -1, 1))
        # z rises at phase - half and falls at phase + half; what is not crossed comes last.
        angle = np.concatenate(
            [
                np.where(
                    crossed, np.mod(phase[..., None] - way * half, 2 * np.pi), 2 * np.pi
                ).reshape(n, 3 * m)
                for way in (1.0, -1.0)
            ],
            axis=1,
        )
        most = 2 * int(crossed.sum(axis=(1, 2)).max(initial=0))
        self._order = np.argsort(angle, axis=1)[:, :most]
        angle = np.take_along_axis(angle, self._order, axis=1)
        self._crossed = crossed
        edges = np.pad(angle, ((0, 0), (1, 1)), constant_values=(0.0, 2 * np.pi))
        self._low, self._high = edges[:, :-1], edges[:, 1:]
        self._cosine, self._sine = np.cos(edges), np.sin(edges)
        at_zero = pull[..., 0] + turn
        self._level = np.sum(at_zero[..., None] >= levels, axis=-1)[..., None]

    def maximum(self, slopes: Array, starts: Array) -> Array:
        """Maximise ``sum_r slope_r z_r(t) + start_r`` over the circle, exactly: (n,).

        Both depend on how many levels z is above: (n, m, 4).
        """
        p, q, k = self._pieces(slopes, starts)
        crest = np.mod(np.arctan2(q, p), 2 * np.pi)
        inside = (self._low <= crest) & (crest <= self._high)
        at = p * self._cosine[:, :-1] + q * self._sine[:, :-1]
        at_ends = np.maximum(at, p * self._cosine[:, 1:] + q * self._sine[:, 1:])
        return np.max(np.where(inside, np.hypot(p, q), at_ends) + k, axis=1)

    def _pieces(self, slopes: Array, starts: Array) -> list[Array]:
        """Return p, q and k of the sum, ``p cos t + q sin t + k``, between crossings."""
        pull, turn = self._pull, self._turn
        n, m = turn.shape
        rise = [
            np.where(self._crossed, np.diff(part, axis=-1), 0.0).reshape(n, 3 * m)
            for part in (slopes, starts)
        ]
        rows, which = np.arange(n)[:, None], self._order % (3 * m)
        way = np.where(self._order < 3 * m, 1.0, -1.0)
        slope, start = (way * part[rows, which] for part in rise)
        neuron = which // 3
        first_slope = np.take_along_axis(slopes, self._level, axis=-1)[..., 0]
        first_start = np.take_along_axis(starts, self._level, axis=-1)[..., 0]
        pieces = []
        for number, factor in enumerate((pull[..., 0], pull[..., 1], turn)):
            change, first = slope * factor[rows, neuron], first_slope * factor
            if number == 2:
                change, first = change + start, first + first_start
            total = first.sum(axis=-1, keepdims=True)
            pieces.append(np.concatenate([total, total + np.cumsum(change, axis=1)], axis=1))
        return pieces
