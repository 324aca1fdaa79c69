"""How the input gradient of a lazy network varies between an input and its neighbours.

For one pair of inputs and one direction the largest variation over all networks of the ball is a
closed form, neuron by neuron; over all inputs within a radius and all directions it is enclosed.

Source: Wang, Ullah, Mianjy and Arora 2022, Lemmas B.8 and B.9.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.certificates._subset_sum import certified_sum
from sim.certificates.ball_gradient import Bracket
from sim.networks.lazy_ball import gradient, preactivation

Array = NDArray[np.floating]

PARALLEL = 1e-14  # squared sine below which the two inputs switch the same neurons


def greatest_variation(a: Array, w: Array, x: Array, delta: Array, V: ArrayLike, r: Array) -> Array:
    """Return the supremum over the ball of ``<r, gradient at x - gradient at x + delta>``: (...,).

    A neuron counts where it is on at one of the two inputs and off at the other: its best weights
    maximise a linear form over a ball cut by two half-spaces, and are free, on one of the two
    planes, or on both.

    Parameters
    ----------
    a, w, x : (..., m), (..., m, d), (..., d) signs, hidden weights in the middle, input
    delta : (..., d), shorter than ``x``
    V : scalar or (...,) radius of the ball of weights, per neuron
    r : (..., d) direction, of any length
    """
    gain, _ = _best_pattern(a, w, x, delta, V, r)
    total: Array = gain.sum(axis=-1) / np.sqrt(a.shape[-1])
    return total


def variation_bracket(
    a: Array,
    w: Array,
    x: Array,
    V: float,
    R: float,
    *,
    rng: np.random.Generator,
    starts: int = 4,
    steps: int = 15,
) -> Bracket:
    """Enclose the largest ``|gradient at x - gradient at x + delta|`` of one network's ball.

    Over all networks of the ball and all ``|delta| <= R``. The lower end alternates between the
    best direction and a step of ``delta`` up the variation with softened kinks, from the gradient's
    own direction and from random ones. The upper end lets every neuron that some such pair switches
    do so at will; it is coarse, of order ``sqrt(m)``, since it forgets that they share one input.

    Parameters
    ----------
    a, w, x : (m,), (m, d), (d,); ``x`` is made a unit vector
    V, R : radii of the weights, and of the inputs (below 1)
    """
    x = x / np.linalg.norm(x)
    g = gradient(a, w, x)
    begin = [g, -g, *rng.standard_normal((starts, len(x)))]
    lower = max(_ascend(a, w, x, V, R, delta, steps) for delta in begin)
    return Bracket(np.array(lower), np.array(_any_switches(a, w, x, V, R)))


def _best_pattern(
    a: Array, w: Array, x: Array, delta: Array, V: ArrayLike, r: Array
) -> tuple[Array, NDArray[np.int64]]:
    """Largest contribution of every neuron to the variation along ``r``, and its side: (..., m).

    The side is 1 for a neuron on at ``x`` alone, -1 for one on at ``x + delta`` alone, else 0.
    """
    if np.any(np.linalg.norm(delta, axis=-1) >= np.linalg.norm(x, axis=-1)):
        raise ValueError("the step must be shorter than the input")
    p, q = (_unit(point) for point in (x, x + delta))
    V = np.asarray(V, dtype=np.float64)[..., None]
    u_p, u_q, product = (preactivation(w, vector) for vector in (p, q, r))
    # With an acute angle between the inputs, whatever reaches one kink reaches equal signs.
    equal = ((u_p > 0) == (u_q > 0)) | (np.abs(u_p) <= V) | (np.abs(u_q) <= V)
    gain, side = np.where(equal, 0.0, -np.inf), np.zeros(u_p.shape, dtype=np.int64)
    cosine, r_p, r_q = (_product(*pair) for pair in ((p, q), (r, p), (r, q)))
    length = np.sqrt(_product(r, r))
    for sign in (1, -1):
        # On at one input and off at the other: sign * <w, p> >= 0 and -sign * <w, q> >= 0; the
        # contribution is <w, sign * a * r>.
        value = sign * a * product + _wedge_gain(
            (sign * u_p, -sign * u_q), (a * r_p, -a * r_q), length, -cosine, V
        )
        side = np.where(value > gain, sign, side)
        gain = np.maximum(gain, value)
    return gain, side


def _wedge_gain(
    u: tuple[Array, Array], g: tuple[Array, Array], length: Array, cosine: Array, V: Array
) -> Array:
    """Return the maximum of ``<v, G>`` over ``|v| <= V`` with ``u_i + <v, n_i> >= 0``, i = 1, 2.

    ``n_1, n_2`` are unit vectors with the given cosine, ``g_i = <G, n_i>`` and ``length = |G|``.
    Minus infinity where no ``v`` satisfies both.
    """
    sine = 1 - cosine**2
    slack = 1e-12 * (V + np.abs(u[0]) + np.abs(u[1]))
    best: Array = np.where(
        (u[0] * length + V * g[0] >= 0) & (u[1] * length + V * g[1] >= 0), V * length, -np.inf
    )
    for i, j in ((0, 1), (1, 0)):
        across = np.sqrt(np.maximum(length**2 - g[i] ** 2, 0))
        reach = np.sqrt(np.maximum(V**2 - u[i] ** 2, 0))
        # v = -u_i n_i + reach * (G - g_i n_i) / across
        along = np.divide(reach, across, out=np.zeros_like(reach * across), where=across > 0)
        other = u[j] - u[i] * cosine + along * (g[j] - g[i] * cosine)
        fits = (np.abs(u[i]) <= V) & (other >= -slack)
        best = np.maximum(best, np.where(fits, -u[i] * g[i] + reach * across, -np.inf))
    # On both planes: v = -(c_1 n_1 + c_2 n_2) + a part across them.
    safe = np.maximum(sine, PARALLEL)
    nearest = (u[0] ** 2 + u[1] ** 2 - 2 * cosine * u[0] * u[1]) / safe
    c = [(u[i] - cosine * u[1 - i]) / safe for i in (0, 1)]
    inside = (g[0] ** 2 + g[1] ** 2 - 2 * cosine * g[0] * g[1]) / safe
    across = np.sqrt(np.maximum(length**2 - inside, 0))
    both = -(c[0] * g[0] + c[1] * g[1]) + np.sqrt(np.maximum(V**2 - nearest, 0)) * across
    best = np.maximum(best, np.where((nearest <= V**2) & (sine > PARALLEL), both, -np.inf))
    result: Array = np.where(sine > PARALLEL, best, -np.inf)
    return result


def _ascend(a: Array, w: Array, x: Array, V: float, R: float, delta: Array, steps: int) -> float:
    """Return the largest variation met: of the middle's neurons, made larger by the ball."""
    delta = R * _unit(delta)
    best = 0.0
    u, norms = w @ x, np.linalg.norm(w, axis=1)
    for step in range(steps):
        r: Array = gradient(a, w, x) - gradient(a, w, x + delta)
        if not np.any(r):
            r = delta
        r = _unit(r)
        best = max(best, float(greatest_variation(a, w, x, delta, V, r)))
        # Every kink softened to the width of the move.
        z = u + w @ delta
        pull = -a * (w @ r) * np.exp(-0.5 * (z / (R * norms)) ** 2)
        delta = R * _unit(delta + R * 0.85**step * _unit(pull @ w))
    return best


def _any_switches(a: Array, w: Array, x: Array, V: float, R: float) -> float:
    """Return a bound that lets each neuron switch on its own."""
    u, norms = w @ x, np.linalg.norm(w, axis=1)
    able = np.abs(u) <= V + R * (norms + V)
    either = able & (np.abs(u) <= V)
    z = np.where(u > 0, a, -a)[able, None] * w[able]
    # One that the ball alone can switch may count either way: -z + 2 y z with y in [0, 1].
    z[either[able]] *= 2
    offset = -z[either[able]].sum(axis=0) / 2
    total = V * able.sum() + (certified_sum(z, offset) if able.any() else 0.0)
    return float(total / np.sqrt(len(w)))


def _unit(vector: Array) -> Array:
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.divide(vector, length, out=np.zeros_like(vector), where=length > 0)


def _product(one: Array, other: Array) -> Array:
    """Inner product, with an axis for the neurons."""
    product: Array = np.sum(one * other, axis=-1)[..., None]
    return product
