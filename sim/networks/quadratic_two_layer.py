"""Two-layer networks with the quadratic rectifier, trained on the absolute loss under an attack."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def output_signs(m: int) -> Array:
    """Return output weights, +1 for the first half of m neurons and -1 for the second."""
    if m < 2 or m % 2:
        raise ValueError(f"a symmetric start needs an even number of neurons, not {m}")
    return np.repeat([1.0, -1.0], m // 2)


def symmetric_start(rng: np.random.Generator, n: int, m: int, d: int) -> Array:
    """Draw weights (n, m, d) on the sphere of radius sqrt(d), the same in both halves."""
    w = rng.standard_normal((n, m // 2, d))
    w *= np.sqrt(d) / np.linalg.norm(w, axis=-1, keepdims=True)
    return np.concatenate([w, w], axis=1)


def values(a: Array, w: Array, x: Array) -> Array:
    """Return ``m**-0.5 sum_r a_r max(w_r.x, 0)^2``, for w (n, m, d) and x (n, p, d): (n, p)."""
    active = np.maximum(x @ np.swapaxes(w, -1, -2), 0)
    result: Array = np.square(active) @ a / np.sqrt(w.shape[-2])
    return result


def absolute_slope(a: Array, w: Array, x: Array, y: Array) -> Array:
    """Return a subgradient in w of the mean over p inputs of ``|f(x) - y|``: (n, m, d)."""
    active = np.maximum(x @ np.swapaxes(w, -1, -2), 0)
    sign = np.sign(np.square(active) @ a / np.sqrt(w.shape[-2]) - y)
    outer = np.swapaxes(active * sign[..., None], -1, -2) @ x
    result: Array = 2 * a[:, None] * outer / (np.sqrt(w.shape[-2]) * x.shape[-2])
    return result


def worst_of(a: Array, w: Array, choices: Array, y: Array) -> tuple[Array, Array]:
    """Return, of the choices (p, c, d) for each input, the one with the greatest loss.

    Returns
    -------
    x : (n, p, d) array
    loss : (n, p) array
        Its ``|f(x) - y|``, for labels (n, p).
    """
    p, c, d = choices.shape
    flat = np.broadcast_to(choices.reshape(1, -1, d), (len(w), p * c, d))
    loss = np.abs(values(a, w, flat).reshape(-1, p, c) - y[..., None])
    worst = loss.argmax(axis=-1)
    return choices[np.arange(p), worst], loss.max(axis=-1)


def least_attacked_loss(a: Array, w: Array, choices: Array, y: Array, rate: float, T: int) -> Array:
    """Train for T steps against the worst of the choices; return the least loss that was met: (n,).

    The attack is made anew at every step, and is not differentiated: `absolute_slope` at the inputs
    of `worst_of`, whose neurons are evaluated once for both.
    """
    p, c, d = choices.shape
    scale, rows, which = np.sqrt(w.shape[-2]), np.arange(len(w))[:, None], np.arange(p)
    flat = choices.reshape(-1, d)
    least = np.full(len(w), np.inf)
    for step in range(T + 1):
        active = flat @ np.swapaxes(w, -1, -2)
        np.maximum(active, 0, out=active)
        error = (np.square(active) @ a / scale).reshape(-1, p, c) - y[..., None]
        worst = np.abs(error).argmax(axis=-1)
        signed = error[rows, which, worst]
        least = np.minimum(least, np.abs(signed).mean(axis=-1))
        if step < T:
            at = active[rows, worst + c * which]
            at *= np.sign(signed)[..., None]
            outer = np.swapaxes(at, -1, -2) @ choices[which, worst]
            w = w - (2 * rate / (scale * p)) * a[:, None] * outer
    return least
