"""Lower bounds of the inner maximum: projected gradient ascent from several starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.certificates._ball_problem import BallProblem
from sim.networks.activation import Array

FIRST_STEP, DECAY = 0.5, 0.95
POLISHING_STEPS = 10
BLOCK = 400_000  # pre-activations handled at once: a few MB, what a core's cache holds


def _gradient(problem: BallProblem, v: Array, sign: Array) -> tuple[Array, Array]:
    """Gradient of the signed network and its norm; zero where it is only rounding noise."""
    # One flat product: a stack with one point in each of its matrices would run row by row.
    slope = problem.activation.slope(v) * problem.a
    g = sign * (slope.reshape(-1, v.shape[-1]) @ problem.w).reshape(*v.shape[:-1], -1)
    norm = np.linalg.norm(g, axis=-1, keepdims=True)
    # With symmetric weights the gradient is exactly zero and its noise must not be normalised.
    noise = 1e-13 * np.sqrt(((problem.a * problem.reach) ** 2).sum())
    return g, np.where(norm > noise, norm, np.inf)


def _ascend_block(
    problem: BallProblem, start: Array, points: NDArray[np.intp], steps: int, first: float
) -> tuple[Array, Array]:
    """Ascend from ``start`` (s, b, k) for the points (b,); best values (b,) and places (b, k)."""
    z, sign = problem.z[points], problem.sign[points][:, None]
    every = np.arange(len(points))
    u = start.copy()
    value = np.full(u.shape[:2], -np.inf)  # best so far of each start
    place = u.copy()

    def look(u: Array) -> Array:
        v = z + (u.reshape(-1, u.shape[-1]) @ problem.w.T).reshape(*u.shape[:-1], -1)
        now = sign[:, 0] * (problem.activation.value(v) @ problem.a)
        better = now > value
        value[better], place[better] = now[better], u[better]
        return v

    for step in range(steps):
        if step in (steps // 5, steps // 2) and len(u) > 4:
            # Starts that lag behind after a fifth of the steps do not win: keep a quarter.
            keep = np.argsort(-value, axis=0, kind="stable")[: max(4, len(u) // 4)]
            u, value, place = u[keep, every], value[keep, every], place[keep, every]
        g, norm = _gradient(problem, look(u), sign)
        u = u + (first * DECAY**step) * g / norm
        u /= np.maximum(1.0, np.linalg.norm(u, axis=-1, keepdims=True))
    look(u)
    # On a piece where the network is affine the maximiser is the normalised gradient.
    u = place.copy()
    for _ in range(POLISHING_STEPS):
        g, norm = _gradient(problem, look(u), sign)
        u = np.where(np.isfinite(norm), g / norm, u)
    look(u)
    winner = value.argmax(axis=0)
    return value[winner, every], place[winner, every]


def starting_points(rng: np.random.Generator, starts: int, n: int, k: int) -> Array:
    """Return (starts, n, k): the centre first, then uniform directions on the sphere."""
    u = rng.standard_normal((starts, n, k))
    u /= np.linalg.norm(u, axis=-1, keepdims=True)
    u[0] = 0.0
    return u


def ascend(
    problem: BallProblem, start: Array, *, steps: int = 100, first: float = FIRST_STEP
) -> tuple[Array, Array]:
    """Return the best values (n,) and places (n, k) found from ``start`` (s, n, k).

    The normalised steps decay as ``first * 0.95**t``: steps of fixed length circle around a
    maximiser on a kink without reaching it. Each value is that of an actual place in the ball, so
    it is a lower bound of the maximum; it never gets worse with more starts that are all kept.
    """
    n = start.shape[1]
    size = max(1, BLOCK // max(1, len(start) * len(problem.a)))
    values, places = np.empty(n), np.empty(start.shape[1:])
    for begin in range(0, n, size):
        points = np.arange(begin, min(n, begin + size))
        values[points], places[points] = _ascend_block(
            problem, start[:, points], points, steps, first
        )
    return values, places
