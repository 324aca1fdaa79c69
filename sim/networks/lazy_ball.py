"""Two-layer ReLU networks near their initialisation: values, gradients, exact extremes of the ball.

The network is ``f(x) = m**-0.5 * sum_s a_s relu(<w_s, x>)`` with fixed signs ``a`` (..., m) and
hidden weights ``w`` (..., m, d) that start as standard normal vectors. The ball of radius ``V``
around ``w`` holds every network each of whose neurons lies within ``V`` of its own start. Neurons
move independently of one another, so extremes of the value over the ball have closed forms.
Inputs ``x`` are (..., d); leading axes are replicates.

Source: Wang, Ullah, Mianjy and Arora 2022, Section 2.1, Definition 2.1, Lemmas B.4 and B.5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]
Precision = type[np.float32] | type[np.float64]

BLOCK = 1 << 14  # neurons per block of a sweep: the block and its copies fit in a core's cache


def initialisation(
    rng: np.random.Generator, n: int, m: int, d: int, dtype: Precision = np.float64
) -> tuple[Array, Array]:
    """Draw signs ``a`` (n, m) and standard normal hidden weights (n, m, d)."""
    return output_signs(rng, n, m), rng.standard_normal((n, m, d), dtype=dtype)


def first_layer(rng: np.random.Generator, n: int, m: int) -> tuple[Array, Array]:
    """Draw signs and pre-activations ``<w_s, x>`` of a unit input alone: both (n, m).

    All that the value at one input, and its extremes over the ball, depend on.
    """
    return output_signs(rng, n, m), rng.standard_normal((n, m))


def output_signs(rng: np.random.Generator, n: int, m: int) -> Array:
    """Draw output signs, -1 or 1 with equal probability: (n, m)."""
    signs: Array = rng.integers(0, 2, (n, m), dtype=np.int32).astype(np.float64)
    signs *= 2
    signs -= 1
    return signs


def row_blocks(
    rng: np.random.Generator,
    m: int,
    d: int,
    *,
    rows: int = 4096,
    dtype: Precision = np.float32,
) -> Iterator[tuple[slice, Array]]:
    """Draw one replicate's hidden weights a few rows at a time: (rows they are, (rows, d)).

    For networks that are read once and too large to keep. One buffer is drawn into again and again:
    copy what is to last.
    """
    buffer: NDArray[Any] = np.empty((min(rows, m), d), dtype=dtype)
    for start in range(0, m, rows):
        block = buffer[: min(rows, m - start)]
        rng.standard_normal(dtype=dtype, out=block)
        yield slice(start, start + len(block)), block


def preactivation(w: Array, x: Array) -> Array:
    """Return ``<w_s, x>``: (..., m)."""
    return np.matmul(w, x[..., None])[..., 0]


def value(a: Array, w: Array, x: Array) -> Array:
    """Return ``f(x)``: (...,)."""
    z = preactivation(w, x)
    total: Array = np.sum(a * np.maximum(z, 0, out=z), axis=-1)
    return total / math.sqrt(a.shape[-1])


def gradient(a: Array, w: Array, x: Array) -> Array:
    """Return the gradient of ``f`` in its input, with slope 0 at a kink: (..., d)."""
    active = a * (preactivation(w, x) > 0)
    total: Array = np.matmul(active[..., None, :].astype(w.dtype), w)[..., 0, :]
    return total / math.sqrt(a.shape[-1])


def greatest_value(a: Array, u: Array, reach: ArrayLike) -> Array:
    """Return the largest value of any network of the ball at one input: (...,).

    A neuron within ``V`` of ``w_s`` has any pre-activation within ``reach = V * |x|`` of
    ``u_s = <w_s, x>``, and the ReLU is monotone: the maximum is
    ``m**-0.5 * sum_s a_s relu(u_s + a_s * reach)``.

    Parameters
    ----------
    a, u : (..., m) signs and pre-activations
    reach : scalar or (...,)
    """
    return _extremes(a, u, reach, (1,))[0]


def least_value(a: Array, u: Array, reach: ArrayLike) -> Array:
    """Return the smallest value of any network of the ball at one input: (...,)."""
    return _extremes(a, u, reach, (-1,))[0]


def extreme_values(a: Array, u: Array, reach: ArrayLike) -> tuple[Array, Array]:
    """Return the smallest and the largest value over the ball in one sweep: both (...,).

    As `greatest_value`; sums are accumulated in double precision over blocks of neurons.
    """
    least, greatest = _extremes(a, u, reach, (-1, 1))
    return least, greatest


def _extremes(a: Array, u: Array, reach: ArrayLike, sides: tuple[int, ...]) -> list[Array]:
    """Return the extreme values of the given sides (-1 the smallest, 1 the largest)."""
    m = u.shape[-1]
    a = a.astype(u.dtype, copy=False)
    width = _per_neuron(reach, u.dtype)
    shape = np.broadcast_shapes(a.shape[:-1], u.shape[:-1], width.shape[:-1])
    totals = [np.zeros(shape) for _ in sides]
    block = max(512, BLOCK // max(1, int(np.prod(shape))))
    for start in range(0, m, block):
        signs, z = a[..., start : start + block], u[..., start : start + block]
        shift = signs * width
        for total, side in zip(totals, sides, strict=True):
            moved = z + shift if side > 0 else z - shift
            np.maximum(moved, 0, out=moved)
            total += np.vecdot(signs, moved)
    return [total / math.sqrt(m) for total in totals]


def maximiser(a: Array, w: Array, x: Array, V: ArrayLike, sign: int = 1) -> Array:
    """Return the network of the ball with the largest (sign 1) or smallest (-1) value at ``x``.

    Every neuron moves by ``V`` along or against the input: (..., m, d).
    """
    unit = x / np.linalg.norm(x, axis=-1, keepdims=True)
    return w + (sign * _per_neuron(V) * a)[..., None] * unit[..., None, :]


def crossing(u: Array, V: ArrayLike) -> Mask:
    """Say which neurons some network of the ball switches at a unit input: (..., m) (``S_v``).

    ``u`` are the pre-activations (..., m). A neuron is on where its pre-activation is positive, so
    one that is on switches already at 0: the set is ``-V < u_s <= V``. For an input of another
    length give ``V * |x|``.
    """
    V = _per_neuron(V)
    return (-V < u) & (u <= V)


def crossing_for_some_input(u: Array, norms: Array, V: ArrayLike, R: ArrayLike) -> Mask:
    """Say which neurons some network switches at some input within ``R`` of a unit input.

    The set of Lemma B.4 as it is printed, where every neuron may have an input of its own. Over the
    inputs the angle between a neuron and the plane of its kink shrinks by at most ``arcsin R``, so
    the distance that the neuron has to move shrinks to
    ``|w_s| * sin(max(arcsin(|u_s| / |w_s|) - arcsin(R), 0))``.

    Parameters
    ----------
    u, norms : (..., m) pre-activations at the unit input and lengths of the neurons
    V, R : scalars or (...,); radii of the weights (>= 0) and of the inputs (below 1)
    """
    V, R = _per_neuron(V), _per_neuron(R)
    if np.any((R < 0) | (R >= 1)):
        raise ValueError(f"the inputs move by a distance R with 0 <= R < 1, not {R.squeeze()}")
    angle = np.arcsin(np.minimum(np.abs(u) / norms, 1)) - np.arcsin(R)
    distance = norms * np.sin(np.maximum(angle, 0))
    return np.where(u > 0, distance <= V, distance < V) & (V > 0)


def crossing_at(w: Array, x: Array, delta: Array, V: ArrayLike) -> Mask:
    """Say which neurons some network of the ball switches at ``x + delta``: (..., m)."""
    moved = x + delta
    return crossing(preactivation(w, moved), np.asarray(V) * np.linalg.norm(moved, axis=-1))


def _per_neuron(value: ArrayLike, dtype: DTypeLike = np.float64) -> Array:
    """Give a number per replicate an axis for the neurons."""
    array: Array = np.asarray(value, dtype=dtype)[..., None]
    return array
