"""Along a line a ReLU network is piecewise linear: the first step at which its sign flips.

The network is ``f(x) = m**-0.5 * sum_s a_s relu(<w_s, x>)``. With ``u_s = <w_s, x>`` and ``v_s =
<w_s, direction>`` its slope along ``x + t direction`` grows by ``m**-0.5 a_s |v_s|`` where neuron s
turns, at ``t = -u_s / v_s``, whichever way it turns. Sorted breakpoints and cumulative sums give
its value at each of them: no grid, no tolerance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

CHUNK = 2**20
"""Numbers in each of the arrays that a search holds at once."""


class Flip(NamedTuple):
    """What it takes to flip a network's sign along its own gradient, one value per input.

    Attributes
    ----------
    value : (...) array
        ``f(x)``.
    gradient_norm : (...) array
        ``|grad_x f(x)|``.
    step : (...) array
        The smallest step: ``inf{eta > 0: f(x) f(x - sign(f(x)) eta grad_x f(x)) < 0}``; infinite
        if no step flips the sign.
    """

    value: Array
    gradient_norm: Array
    step: Array

    @property
    def length(self) -> Array:
        """Length of the smallest perturbation along the gradient, infinite if nothing flips."""
        return self._reached(self.gradient_norm)

    @property
    def first_order(self) -> Array:
        """``step |grad f|^2 / |f|``: one if the network is linear up to the flip."""
        size = np.where(self.value == 0, 1, np.abs(self.value))
        return self._reached(self.gradient_norm**2 / size)

    def _reached(self, factor: Array) -> Array:
        """Return the step times a factor, infinite where no step flips the sign."""
        flips = np.isfinite(self.step)
        return np.where(flips, np.where(flips, self.step, 0) * factor, np.inf)


def first_flip(a: Array, u: Array, v: Array) -> Array:
    """Return the smallest step at which ``sum_s a_s relu(u_s + t v_s)`` changes its sign.

    Parameters
    ----------
    a : (m,) or (..., m) array
        Output weights.
    u, v : (..., m) arrays
        Pre-activations at the start, and how fast they change.

    Returns
    -------
    (...) array
        ``inf{t > 0: f(0) f(t) < 0}``: a value of zero that is only touched flips nothing. Infinite
        if f keeps its sign for ever, or starts at zero and has none.
    """
    a, u, v = np.broadcast_arrays(a, u, v)
    start = np.sum(a * np.maximum(u, 0), axis=-1, keepdims=True)
    sign = np.sign(start)
    on = (u > 0) | ((u == 0) & (v > 0))
    slope = np.sum(np.where(on, a * v, 0), axis=-1, keepdims=True)
    turn = np.full(u.shape, np.inf)
    np.divide(-u, v, out=turn, where=u * np.sign(v) < 0)
    order = np.argsort(turn, axis=-1)
    turn = np.take_along_axis(turn, order, axis=-1)
    bend = np.take_along_axis(a * np.abs(v), order, axis=-1)
    switch = np.take_along_axis(np.sign(v), order, axis=-1)
    # Piece k begins at `begin` and ends at `end`; along it sign * f has slope `slope`.
    begin = np.concatenate([np.zeros_like(start), turn], axis=-1)
    end = np.concatenate([turn, np.full(start.shape, np.inf)], axis=-1)
    inner, last = np.isfinite(end), np.isfinite(begin) & ~np.isfinite(end)
    slope = sign * np.cumsum(np.concatenate([slope, bend], axis=-1), axis=-1)
    # Where no neuron is on, f is exactly zero, which rounding would not tell from a flip.
    count = np.sum(on, axis=-1, keepdims=True)
    silent = np.cumsum(np.concatenate([count, switch], axis=-1), axis=-1) == 0
    slope[silent] = 0
    rise = np.zeros(begin.shape)
    np.multiply(slope, np.subtract(end, begin, where=inner, out=rise), out=rise, where=inner)
    after = sign * start + np.cumsum(rise, axis=-1)
    after[silent] = 0
    after[..., :-1][silent[..., 1:]] = 0
    before = np.concatenate([sign * start, after[..., :-1]], axis=-1)
    crosses = (inner & (after < 0)) | (last & (slope < 0))
    piece = np.argmax(crosses, axis=-1)[..., None]
    found = np.take_along_axis(crosses, piece, axis=-1) & (sign != 0)
    at, height, down = (np.take_along_axis(part, piece, axis=-1) for part in (begin, before, slope))
    crossing = np.full(start.shape, np.inf)
    np.divide(height, -down, out=crossing, where=found)
    return (np.where(found, at, 0) + crossing)[..., 0]


def flip_along(a: Array, w: Array, x: Array, direction: Array) -> Array:
    """Return the smallest step from each input along its direction that flips the sign of f.

    Parameters
    ----------
    a : (m,) or (..., m) array of +-1
    w : (..., m, d) array
    x, direction : (..., n, d) arrays

    Returns
    -------
    (..., n) array
        As in `first_flip`. Inputs are searched in chunks, so that memory stays bounded.
    """
    hidden = np.swapaxes(w, -1, -2)
    width = max(1, int(np.prod(w.shape[:-1])))
    size = max(1, CHUNK // width)
    return np.concatenate(
        [
            first_flip(
                a[..., None, :],
                x[..., k : k + size, :] @ hidden,
                direction[..., k : k + size, :] @ hidden,
            )
            for k in range(0, x.shape[-2], size)
        ],
        axis=-1,
    )


def gradient_flip(a: Array, w: Array, x: Array) -> Flip:
    """Return value, gradient and smallest flipping step of every input along its gradient.

    Parameters
    ----------
    a : (m,) or (..., m) array of +-1
    w : (..., m, d) array
    x : (..., n, d) array

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    if w.shape[-1] != x.shape[-1] or w.shape[-2] != a.shape[-1]:
        raise ValueError(
            f"a is (..., m), w (..., m, d) and x (..., n, d); got {a.shape}, {w.shape}, {x.shape}"
        )
    hidden, scale = np.swapaxes(w, -1, -2), w.shape[-2] ** -0.5
    parts: list[tuple[Array, ...]] = []
    size = max(1, CHUNK // max(1, int(np.prod(w.shape[:-1]))))
    for k in range(0, x.shape[-2], size):
        u = x[..., k : k + size, :] @ hidden
        value = scale * np.sum(a[..., None, :] * np.maximum(u, 0), axis=-1)
        gradient = scale * (np.where(u > 0, a[..., None, :], 0) @ w)
        v = -np.sign(value)[..., None] * (gradient @ hidden)
        parts.append((value, np.linalg.norm(gradient, axis=-1), first_flip(a[..., None, :], u, v)))
    return Flip(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))


def boundary_flip(a: Array, w: Array, x: Array, *, steps: int = 8) -> Array:
    """Return the length of a short perturbation that flips each input's sign: (..., n).

    Steps go to the point nearest to the input at which the linearisation of f at the last point is
    zero; along the last direction the flip is then found exactly, and along the plain gradient as
    well. An upper bound of the distance to the decision boundary, found for every radius of attack
    at once.

    Parameters
    ----------
    a : (m,) or (..., m) array of +-1
    w : (..., m, d) array
    x : (..., n, d) array
    steps : int
        0 leaves the plain gradient alone.
    """
    plain = gradient_flip(a, w, x).length
    if not steps:
        return plain
    hidden, signs = np.swapaxes(w, -1, -2), a[..., None, :]
    delta = np.zeros_like(x)
    for _ in range(steps):
        u = (x + delta) @ hidden
        values = np.sum(signs * np.maximum(u, 0), axis=-1)
        gradient = np.where(u > 0, signs, 0) @ w
        squared = np.sum(gradient**2, axis=-1)
        along = np.sum(gradient * delta, axis=-1)
        size = np.divide(along - values, squared, out=np.zeros_like(squared), where=squared > 0)
        delta = size[..., None] * gradient
    times = flip_along(a, w, x, delta)
    length = np.where(np.isfinite(times), times, 1) * np.linalg.norm(delta, axis=-1)
    return np.where(np.isfinite(times), np.minimum(length, plain), plain)
