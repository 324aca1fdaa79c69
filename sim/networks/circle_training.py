"""Adversarial training on the circle of inputs in three dimensions, against exact adversaries.

Networks are those of `circle_network`; an input is an angle, and the ball of a given radius around
it an arc. There a network is ``p cos t + q sin t + k`` between the angles at which a neuron
switches, so that its extremes are found exactly. Training is Algorithm 1 of Zhang et al. (2020)
with the loss ``|f - y|``: the adversary moves every input, then comes one gradient step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.networks.circle_network import HEIGHT, REACH

Array = NDArray[np.float64]
Adversary = Literal["identity", "random", "worst"]

TURN = 2 * np.pi


def half_angle(radius: float) -> float:
    """Return half the angle of the arc of inputs at distance at most ``radius`` from its middle."""
    return float(2 * np.arcsin(min(1.0, radius / (2 * REACH))))


def points(angles: Array) -> Array:
    """Return the inputs at some angles: (..., 3)."""
    return np.stack(
        [REACH * np.cos(angles), REACH * np.sin(angles), np.full_like(angles, HEIGHT)], axis=-1
    )


class Extremes(NamedTuple):
    """Least and greatest value on every arc, and where: each (n, k)."""

    least: Array
    greatest: Array
    argmin: Array
    argmax: Array


def extremes(w: Array, b: Array, parts: Array, middles: Array, half: float) -> Extremes:
    """Return the extremes over arcs of ``sum_r 1{<w_r, x> + b_r >= 0} parts_r (x, 1)``, exactly.

    Parameters
    ----------
    w, b : (n, m, 3) and (n, m)
        When a neuron is on.
    parts : (n, m, 4)
        What it then adds, as coefficients of the input and of 1. With ``a_r (w_r, b_r)`` the sum
        is the network, with ``a_r (w_r' - w_r, 0)`` the pseudo-network at weights ``w'``; where
        that jumps, both its values count.
    middles : (n, k)
        Angles of the middles of the arcs.
    half : float
        Half the angle of an arc, at most pi.
    """
    n, k = middles.shape
    middles = np.mod(middles, TURN)
    pull, turn = REACH * w[..., :2], HEIGHT * w[..., 2] + b
    wave = np.concatenate(
        [REACH * parts[..., :2], HEIGHT * parts[..., 2:3] + parts[..., 3:]], axis=-1
    )
    length, phase = np.hypot(pull[..., 0], pull[..., 1]), np.arctan2(pull[..., 1], pull[..., 0])
    cosine = -turn / np.maximum(length, np.finfo(float).tiny)
    width = np.arccos(np.clip(cosine, -1, 1))
    switches = np.concatenate([phase - width, phase + width], axis=-1)  # on, then off again
    switches[np.tile(np.abs(cosine) >= 1, 2)] = np.nan

    left = middles - half
    after = switches[:, None] - left[..., None]
    after -= TURN * np.floor(after / TURN)
    net, arc, place = np.nonzero(after < 2 * half)
    row, m = net * k + arc, turn.shape[1]
    sign = np.where(place < m, 1.0, -1.0)[:, None]
    edge = np.stack([np.cos(left), np.sin(left)], axis=-1)
    on = edge @ np.swapaxes(pull, 1, 2) + turn[:, None] >= 0
    start = (on.astype(float) @ wave).reshape(n * k, 3)

    rows = np.concatenate([np.arange(n * k), row])
    offset = np.concatenate([np.zeros(n * k), after[net, arc, place]])
    change = np.concatenate([start, sign * wave[net, place % m]])
    order = np.lexsort((offset, rows))
    rows, offset, change = rows[order], offset[order], change[order]
    first = np.searchsorted(rows, np.arange(n * k))
    total = np.cumsum(change, axis=0)
    total -= (total[first] - change[first])[rows]
    p, q, level = total.T

    # Of every piece both ends, and its crest where that lies between them.
    low = left.ravel()[rows] + offset
    last = np.append(first[1:], len(rows)) - 1
    x, y = np.cos(low), np.sin(low)
    end = (left + 2 * half).ravel()
    high, end_x, end_y = (np.append(one[1:], 0.0) for one in (low, x, y))
    high[last], end_x[last], end_y[last] = end, np.cos(end), np.sin(end)
    values = np.stack([p * x + q * y, p * end_x + q * end_y])
    size, crest = np.hypot(p, q), np.arctan2(q, p)
    found = []
    for sense in (-1.0, 1.0):
        later = (values[1] - values[0]) * sense > 0
        best_of, where = np.where(later, values[1], values[0]), np.where(later, high, low)
        top = crest if sense > 0 else crest + np.pi
        top = top + TURN * np.ceil((low - top) / TURN)  # the first one from the piece's begin on
        crested = (top <= high) & (sense * best_of < size)
        best_of = level + np.where(crested, sense * size, best_of)
        where = np.where(crested, top, where)
        best = sense * np.maximum.reduceat(sense * best_of, first)
        hits = np.flatnonzero(best_of == best[rows])
        chosen = hits[np.searchsorted(rows[hits], np.arange(n * k))]
        found += [best.reshape(n, k), where[chosen].reshape(n, k)]
    return Extremes(found[0], found[2], found[1], found[3])


def of_network(a: Array, w: Array, b: Array) -> Array:
    """Return what every neuron of the network adds when it is on: (n, m, 4), for `extremes`."""
    return a[..., None] * np.concatenate([w, b[..., None]], axis=-1)


def of_pseudo_network(a: Array, move: Array) -> Array:
    """Return the same for the pseudo-network, on where the initial one is: (n, m, 4)."""
    return a[..., None] * np.concatenate([move, np.zeros((*move.shape[:2], 1))], axis=-1)


def worst_loss(extreme: Extremes, y: Array) -> tuple[Array, Array]:
    """Return the greatest ``|f - y|`` on every arc, and where: (n, k) each."""
    above, below = extreme.greatest - y, y - extreme.least
    return np.maximum(above, below), np.where(above >= below, extreme.argmax, extreme.argmin)


@dataclass(frozen=True)
class Problem:
    """Networks and training sets, one of each a replicate.

    Attributes
    ----------
    a, b : (n, m)
    w : (n, m, 3)
        Initial weights.
    angles, y : (n, k)
        The training inputs and their labels.
    half : float
        Half the angle of the adversary's arcs.
    """

    a: Array
    w: Array
    b: Array
    angles: Array
    y: Array
    half: float

    def select(self, rows: NDArray[Any]) -> Problem:
        """Return some of the replicates."""
        a, w, b, angles, y = (part[rows] for part in (self.a, self.w, self.b, self.angles, self.y))
        return Problem(a, w, b, angles, y, self.half)

    def worst(self, w: Array) -> tuple[Array, Array]:
        """Return the worst-case losses at some weights, and where they are: (n, k) each."""
        found = extremes(w, self.b, of_network(self.a, w, self.b), self.angles, self.half)
        return worst_loss(found, self.y)

    def robust_loss(self, w: Array) -> Array:
        """Return the worst-case robust training loss: (n,)."""
        return self.worst(w)[0].mean(axis=1)

    def attacked(self, rng: np.random.Generator, w: Array, adversary: Adversary) -> Array:
        """Return the angles that an adversary chooses: (n, k)."""
        if adversary == "worst":
            return self.worst(w)[1]
        if adversary == "random":
            return self.angles + self.half * rng.uniform(-1, 1, self.angles.shape)
        return self.angles

    def preactivations(self, w: Array, angles: Array) -> Array:
        """Return ``<w_r, x> + b_r``: (n, k, m)."""
        return points(angles) @ np.swapaxes(w, 1, 2) + self.b[:, None]

    def values(self, w: Array, angles: Array) -> Array:
        """Return ``f_W(x)``: (n, k)."""
        return self.outputs(self.preactivations(w, angles))

    def outputs(self, z: Array) -> Array:
        """Return ``f_W(x)`` where preactivations are ``z``: (n, k)."""
        return (np.maximum(z, 0) @ self.a[..., None])[..., 0]


@dataclass(frozen=True)
class Run:
    """A training run, at ``t = 0, ..., steps``; everything is taken before the step at ``t``.

    Attributes
    ----------
    weights : (steps + 1, n, m, 3)
    angles : (steps + 1, n, k)
        What the adversary chose.
    losses : (steps + 1, n)
        Training losses on these inputs.
    pulls : (steps + 1, n, k)
        Derivatives of the loss in the network's value: -1, 0 or 1.
    """

    weights: Array
    angles: Array
    losses: Array
    pulls: Array


def gradient(problem: Problem, w: Array, angles: Array, pulls: Array) -> Array:
    """Return the gradient of the mean loss in the hidden weights: (n, m, 3)."""
    return _gradient(problem, problem.preactivations(w, angles), angles, pulls)


def _gradient(problem: Problem, z: Array, angles: Array, pulls: Array) -> Array:
    """Return the gradient where preactivations are ``z``."""
    weighted = np.swapaxes(pulls[..., None] * (z >= 0), 1, 2) @ points(angles)
    return problem.a[..., None] * weighted / angles.shape[1]


class Moment(NamedTuple):
    """What a `Run` holds, at one ``t``."""

    weights: Array
    angles: Array
    losses: Array
    pulls: Array


def descend(
    rng: np.random.Generator,
    problem: Problem,
    rate: float,
    steps: int,
    adversary: Adversary,
    *,
    factor: float = 1.0,
) -> Iterator[Moment]:
    """Run Algorithm 1 as `train` does, and yield ``t = 0, ..., steps`` one by one."""
    w = problem.w
    for t in range(steps + 1):
        angles = problem.attacked(rng, w, adversary)
        z = problem.preactivations(w, angles)
        error = problem.outputs(z) - problem.y
        pulls = np.sign(error)
        yield Moment(w, angles, np.abs(error).mean(axis=1), pulls)
        if t < steps:
            w = w - factor * rate * _gradient(problem, z, angles, pulls)


def train(
    rng: np.random.Generator,
    problem: Problem,
    rate: float,
    steps: int,
    adversary: Adversary,
    *,
    factor: float = 1.0,
) -> Run:
    """Run Algorithm 1: ``steps`` gradient steps, each on inputs that the adversary moves anew.

    Parameters
    ----------
    rate : float
        Learning rate.
    factor : float
        Multiplies every step; other than one, the gradient is wrong.
    """
    weights = np.empty((steps + 1, *problem.w.shape))
    angles = np.empty((steps + 1, *problem.angles.shape))
    pulls = np.empty_like(angles)
    losses = np.empty((steps + 1, len(problem.a)))
    for t, now in enumerate(descend(rng, problem, rate, steps, adversary, factor=factor)):
        weights[t], angles[t], losses[t], pulls[t] = now
    return Run(weights, angles, losses, pulls)


def train_until(
    rng: np.random.Generator,
    problem: Problem,
    rate: float,
    level: float,
    most: int,
    adversary: Adversary,
    *,
    factor: float = 1.0,
) -> tuple[Array, Array]:
    """Train until the attacked training loss is at most ``level``, each replicate by itself.

    Returns
    -------
    steps : (n,)
        How many it took, at least one; infinite where ``most`` were not enough.
    weights : (n, m, 3)
        The last weights.
    """
    w = problem.w.copy()
    steps = np.full(len(w), np.inf)
    left = np.arange(len(w))
    for t in range(most + 1):
        rest = problem.select(left)
        angles = rest.attacked(rng, w[left], adversary)
        error = rest.values(w[left], angles) - rest.y
        loss = np.abs(error).mean(axis=1)
        done = (loss <= level) & (t > 0)
        steps[left[done]] = t
        going = ~done
        left, rest, angles = left[going], rest.select(going), angles[going]
        if not len(left):
            break
        w[left] -= factor * rate * gradient(rest, w[left], angles, np.sign(error[going]))
    return steps, w


def least_until(problem: Problem, rate: float, times: Sequence[int]) -> Array:
    """Train on one input that nobody moves; return the least losses over ``t = 1, ..., time``.

    What `train` does, in leaps: as long as the same neurons are on and the residual keeps its sign,
    every step is the same. A neuron that is off stays so. Where two steps undo one another all
    later ones do.

    Parameters
    ----------
    times : increasing sequence of int

    Returns
    -------
    least : (len(times), n)
    """
    z, a, y = problem.preactivations(problem.w, problem.angles)[:, 0], problem.a, problem.y[:, 0]
    passed = np.zeros(len(z))
    pull, undone = np.zeros((2, len(z)))
    least = np.full(len(z), np.inf)
    found = []
    for time in times:
        left = np.flatnonzero(passed < time)
        while len(left):
            on = z[left] >= 0
            error = (a[left] * np.maximum(z[left], 0)).sum(axis=1) - y[left]
            size, before = np.abs(error), pull[left]
            pull[left] = np.sign(error)
            move = -rate * pull[left, None] * a[left] * on
            speed = np.abs((a[left] * move).sum(axis=1))
            until_zero = _steps_beyond(size, speed)
            until_off = _steps_beyond(np.maximum(z[left], 0), np.maximum(-move, 0)).min(axis=1)
            leap = np.minimum(np.minimum(until_zero, until_off), time - passed[left])
            z[left] += leap[:, None] * move
            passed[left] += leap
            after = np.abs((a[left] * np.maximum(z[left], 0)).sum(axis=1) - y[left])
            on_the_way = np.where(leap > 1, size - (leap - 1) * speed, np.inf)
            least[left] = np.minimum(least[left], np.minimum(after, on_the_way))
            swings = (pull[left] == -before) & (leap == 1) & np.all(on == (z[left] >= 0), axis=1)
            undone[left] = np.where(swings, undone[left] + 1, 0)
            passed[left[(undone[left] == 2) | (speed == 0)]] = np.inf
            left = left[passed[left] < time]
        found.append(least.copy())
    return np.stack(found)


def _steps_beyond(size: Array, speed: Array) -> Array:
    """Return how many steps of a speed lead beyond a size; infinite where nothing moves."""
    ratio = np.full(np.broadcast_shapes(size.shape, speed.shape), np.inf)
    np.divide(size, speed, out=ratio, where=speed > 0)
    return np.floor(ratio) + 1


def distance(w: Array, v: Array) -> Array:
    """Return ``max_r |w_r - v_r|``, the (2, infinity) norm of the difference: (...)."""
    return np.linalg.norm(w - v, axis=-1).max(axis=-1)


def into_the_ball(w: Array, centre: Array, radius: float) -> Array:
    """Return ``w`` with every row pulled into the ball around that of ``centre``."""
    move = w - centre
    length = np.linalg.norm(move, axis=-1, keepdims=True)
    return centre + move * np.minimum(1, radius / np.maximum(length, np.finfo(float).tiny))


def least_losses(problem: Problem, radius: float) -> Array:
    """Return the least ``|f_W(x) - y|`` at every input by itself: (n, k).

    Over all weights with rows within ``radius`` of the initial ones. Inputs have norm one, so that
    preactivations move by up to the radius, each by itself.
    """
    z, a = problem.preactivations(problem.w, problem.angles), problem.a[:, None]
    moved = radius * np.sign(a)
    most, least = ((a * np.maximum(z + way, 0)).sum(axis=-1) for way in (moved, -moved))
    return np.maximum(np.maximum(problem.y - most, least - problem.y), 0)


def curvature(a: Array, before: Array, after: Array) -> Array:
    """Return ``sum_r a_r |z_r'| 1{z_r z_r' < 0}``: f at ``after`` less its tangent at ``before``.

    Parameters
    ----------
    a : (..., m)
    before, after : (..., m)
        Preactivations of one input at two weights.
    """
    switched = (before >= 0) != (after >= 0)
    return np.sum(a * np.abs(after) * switched, axis=-1)


def greatest_curvature(a: Array, z: Array, before: Array | float, after: Array | float) -> Array:
    """Return the supremum of ``|curvature|`` over two balls around one initialisation: (...).

    Parameters
    ----------
    a, z : (..., m)
        Output weights, and initial preactivations of an input of norm one.
    before, after : float, or arrays that broadcast
        How far every preactivation may move, to the one and to the other weights.
    """
    size = np.abs(z)
    most = np.where(size < before, after + size, np.maximum(after - size, 0)) * np.abs(a)
    return np.maximum(np.sum(most * (a > 0), axis=-1), np.sum(most * (a < 0), axis=-1))
