"""Checks of Theorem 3.1, of the display of Section 4 and of the proof."""

import mpmath
import numpy as np

from bounds.wang2022.theorem import claim_transition, proof_theorem_3_1, section_4, theorem_3_1
from sim.certificates.one_step import certified_flip, hardest
from sim.networks import lazy_ball
from sim.networks.gradient_span import rows_in_span
from verify.catalogue import Cell, Observables, check
from verify.checks.wang2022.worst_case import network_of_the_ball, radius

Array = np.ndarray
C_4 = 1000.0
"""Constant of the greatest width at which the window is open at the dimensions below."""

AIMS = (1.25, 2.0, 4.0)
"""Aims of the step, over the largest |f| of the ball."""
CLEARLY = 0.1
"""Value after the step of a network that resists it clearly, over the largest |f| of the ball."""


def fixed_aim(gamma: float, C_0: float) -> float:
    """Return twice the bound of Lemma B.5 on |f|, for a third of the failure probability."""
    return float(2 * (2 * np.sqrt(np.log(6 / gamma)) + C_0))


def in_the_window(d: int, m: int, C_0: float, gamma: float) -> Cell:
    """Return a cell with an aim that suffices, and with constants of the window."""
    sizes = {"d": d, "m": m, "C_0": C_0, "gamma": gamma}
    return {**sizes, "C_2": fixed_aim(gamma, C_0), "C_3": 1, "C_4": C_4}


class Line:
    """The values of a network at an input and on the line of its gradient there, not divided.

    Attributes
    ----------
    square : (n,) array
        Squared length of the gradient.
    """

    def __init__(self, a: Array, w: Array, x: Array) -> None:
        gradient = lazy_ball.gradient(a, w, x)
        self.square = np.vecdot(gradient, gradient)
        self._a, self._u, self._v = a, w @ x, lazy_ball.preactivation(w, gradient)
        self._start = np.vecdot(a, np.maximum(self._u, 0))

    def flips(self, aim: float | Array) -> Array:
        """Say whether the step -sign(f) aim grad f / |grad f|^2 flips the sign of f: (n,)."""
        eta = -np.sign(self._start) * aim / self.square
        moved = np.maximum(self._u + eta[:, None] * self._v, 0)
        flipped: Array = self._start * np.vecdot(self._a, moved) < 0
        return flipped


@check(
    theorem_3_1["sign", "sign-as-printed"],
    cells=[
        in_the_window(d, m, C_0, gamma)
        for d, m, C_0, gamma in [
            (25, 2500, 1.0, 0.1),
            (40, 7500, 1.0, 0.1),
            (10**4, 400, 1.0, 0.1),
            (10**5, 1600, 10.0, 0.1),
            (10**6, 1600, 30.0, 0.1),
            (10**4, 100, 0.3, 0.4),
        ]
    ],
    seconds_per_replicate=lambda cell: 3e-7 * cell["m"],
    first=128,
    version=2,
    block=8,
)
def both_signs_of_the_step(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation in the span of x and of three gradients.

    They are those at W_0 and at the networks of the ball with the greatest and the least value.
    In the window the steps are longer than the input; where they are short the network is narrow.
    """
    d, m, V, C_2 = cell["d"], cell["m"], radius(cell), cell["C_2"]
    a, u = lazy_ball.first_layer(rng, n, m)
    shifts = V * np.array([0.0, 1.0, -1.0])[:, None, None] * a
    active = np.stack([a * (u + shift > 0) for shift in shifts], axis=1)
    w, x = rows_in_span(rng, u, active, d), np.eye(1, 4)[0]
    lines = [Line(a, w + shift[..., None] * x, x) for shift in shifts]

    def all_flip(aim: float) -> Array:
        return np.all([line.flips(aim) for line in lines], axis=0)

    return {
        "flips_against": all_flip(C_2),
        "flips_along": all_flip(-C_2),
        "flips_unscaled": np.all([line.flips(C_2 * line.square / d**2) for line in lines], axis=0),
        "flips_shorter": all_flip(2 * C_2 / np.sqrt(d)),
        "flips_without_radius": all_flip(fixed_aim(cell["gamma"], 0.0)),
        "flips_start": lines[0].flips(C_2),
    }


@check(
    theorem_3_1["certified"],
    cells=[
        in_the_window(d, m, C_0, gamma)
        for d, m, C_0, gamma in [
            (25, 2500, 0.05, 0.1),
            (25, 2500, 0.25, 0.1),
            (40, 7500, 0.3, 0.1),
            (25, 2500, 0.25, 0.4),
        ]
    ],
    seconds_per_replicate=lambda cell: 1e-7 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 64 * cell["m"] * cell["d"],
    first=8,
    quick=1,
    block=8,
)
def all_networks_in_the_window(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation with a certificate for its whole ball."""
    a, w = lazy_ball.initialisation(rng, n, cell["m"], cell["d"])
    x = np.eye(1, cell["d"])[0]
    return {"certified": certified_flip(a, w, x, radius(cell), cell["C_2"]) < 0}


def greatest_size(a: Array, w: Array, x: Array, V: float) -> Array:
    """Return the largest |f| over the ball: (n,)."""
    least, greatest = lazy_ball.extreme_values(a, lazy_ball.preactivation(w, x), V)
    return np.asarray(np.maximum(greatest, -least))


@check(
    claim_transition["certified"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "gamma": gamma}
        for d, m, C_0, gamma in [(100, 200, 0.8, 0.1), (196, 200, 1.2, 0.1), (100, 100, 1.0, 0.4)]
    ],
    seconds_per_replicate=lambda cell: 5e-7 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 64 * cell["m"] * cell["d"],
    first=8,
    quick=1,
    block=8,
)
def all_networks_of_small_balls(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation with a certificate for its whole ball."""
    a, w = lazy_ball.initialisation(rng, n, cell["m"], cell["d"])
    x, V = np.eye(1, cell["d"])[0], radius(cell)
    return {"certified_own": certified_flip(a, w, x, V, 4 * greatest_size(a, w, x, V)) < 0}


@check(
    claim_transition["defeated", "feasible"],
    # In the last ball no network resists (claim-transition#certified): there is little to seek.
    cells=[
        {"d": d, "m": m, "C_0": float(ratio * np.sqrt(d)), "rounds": rounds}
        for d, m, ratio, rounds in [(64, 100, 0.75, 20), (49, 100, 1.0, 20), (9, 20, 0.1, 2)]
    ],
    seconds_per_replicate=6e-3,
    bytes_per_replicate=lambda cell: 64 * cell["m"] * cell["d"],
    first=2,
    quick=1,
    block=2,
    version=5,  # the search ends where a network resists clearly, and is short in the small ball
)
def networks_that_resist(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation and, for each aim, a network that resists clearly."""
    a, w = lazy_ball.initialisation(rng, n, cell["m"], cell["d"])
    x, V = np.eye(1, cell["d"])[0], radius(cell)
    size = greatest_size(a, w, x, V)
    found = [hardest(a, w, x, V, aim * size, cell["rounds"], enough=CLEARLY * size) for aim in AIMS]
    return {
        "defeat": np.min([one.value / size for one in found], axis=0),
        "excess": np.max([one.reach for one in found], axis=0),
    }


def positive_network(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, Array, Array]:
    """Draw signs, weights of a network of the ball with f > 0, and the input: a, w, x."""
    a, start = lazy_ball.initialisation(rng, n, cell["m"], cell["d"])
    w = network_of_the_ball(rng, start, radius(cell))
    w[:, 0, 0] = np.abs(w[:, 0, 0])  # one neuron is on
    x = np.eye(1, cell["d"])[0]
    sign = np.sign(lazy_ball.value(a, w, x))
    return a * np.where(sign == 0, 1, sign)[:, None], w, x


def changes_on_the_way(a: Array, w: Array, x: Array) -> tuple[Array, Array]:
    """Return where the gradient changes against the gradient, and by how much at most until then.

    Returns
    -------
    aims : (n, m) array
        The aims eta |g|^2 at which a neuron turns, in increasing order, infinite for those that do
        not.
    change : (n, m) array
        Largest |grad f(x - t g) - g| from there to the next.
    """
    g = lazy_ball.gradient(a, w, x)
    u, v = lazy_ball.preactivation(w, x), -lazy_ball.preactivation(w, g)
    turn = np.full(u.shape, np.inf)
    np.divide(-u, v, out=turn, where=u * v < 0)
    order = np.argsort(turn, axis=1)
    # Going against the gradient a neuron that is on turns off, and one that is off turns on.
    jumps = (np.where(u > 0, -a, a) * np.isfinite(turn))[..., None] * w / np.sqrt(a.shape[1])
    path = np.cumsum(np.take_along_axis(jumps, order[..., None], axis=1), axis=1)
    change = np.maximum.accumulate(np.linalg.norm(path, axis=-1), axis=1)
    aims = np.take_along_axis(turn, order, axis=1) * np.vecdot(g, g)[:, None]
    return aims, change


def change_until(aims: Array, change: Array, aim: Array) -> Array:
    """Return the largest change of the gradient on the segment of a given aim: (n,)."""
    passed = np.sum(aims <= aim[:, None], axis=1)
    before = np.concatenate([np.zeros((len(aim), 1)), change], axis=1)
    return np.take_along_axis(before, passed[:, None], axis=1)[:, 0]


def value_after(a: Array, w: Array, x: Array, aim: Array) -> Array:
    """Return f(x - aim g / |g|^2): (n,)."""
    g = lazy_ball.gradient(a, w, x)
    return lazy_ball.value(a, w, x - (aim / np.vecdot(g, g))[:, None] * g)


def draw_step(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, Array, Array, Array]:
    """Draw a network with f > 0 and an aim around f: a, w, x, aim."""
    a, w, x = positive_network(rng, cell, n)
    return a, w, x, lazy_ball.value(a, w, x) * 10.0 ** rng.uniform(-1, 1, n)


def exactly(a: Array, w: Array) -> tuple[list, list, mpmath.mpf, list]:
    """Return signs and rows as exact numbers, and value and gradient at e_1, neuron by neuron."""
    signs = [int(sign) for sign in a]
    rows = [[mpmath.mpf(float(entry)) for entry in row] for row in w]
    on = [(sign, row) for sign, row in zip(signs, rows, strict=True) if row[0] > 0]
    scale = mpmath.sqrt(len(signs))
    gradient = [mpmath.fsum(s * row[i] for s, row in on) / scale for i in range(len(rows[0]))]
    return signs, rows, gradient[0], gradient


def replayed_step(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Replay one step in 50 digits."""
    a, w, _, aim = draw_step(rng, cell, n)
    with mpmath.workdps(50):
        signs, rows, value, g = exactly(a[row], w[row])
        square, scale = mpmath.fsum(v**2 for v in g), mpmath.sqrt(len(signs))
        eta = mpmath.mpf(float(aim[row])) / square
        y = [(i == 0) - eta * v for i, v in enumerate(g)]
        moved = [mpmath.fdot(line, y) for line in rows]
        lit = [s * z for s, z in zip(signs, moved, strict=True) if z > 0]
        length = eta * mpmath.sqrt(square)
        norms = [mpmath.norm(line) for line in rows]
        near = [r for line, r in zip(rows, norms, strict=True) if abs(line[0]) <= length * r]
        return {
            "value": value,
            "slope": mpmath.sqrt(square),
            "eta_size": eta,
            "after": mpmath.fsum(lit) / scale,
            "change_nearby": mpmath.fsum(near) / scale,
        }


def replayed_aims(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Replay value and gradient of one network in 50 digits, and the change of the gradient."""
    a, w, _ = positive_network(rng, cell, n)
    with mpmath.workdps(50):
        signs, rows, value, g = exactly(a[row], w[row])
        square = mpmath.fsum(v**2 for v in g)
        along = [mpmath.fdot(line, g) for line in rows]
        turned = [
            (line[0] * square / v, s if line[0] <= 0 else -s, line)
            for s, line, v in zip(signs, rows, along, strict=True)
            if 0 <= line[0] * square / v <= 4 * value
        ]
        total, largest = [mpmath.mpf(0)] * len(g), mpmath.mpf(0)
        for _, s, line in sorted(turned, key=lambda turn: turn[0]):
            total = [t + s * v for t, v in zip(total, line, strict=True)]
            largest = max(largest, mpmath.norm(total))
        slope = mpmath.sqrt(square)
        change = largest / mpmath.sqrt(len(signs)) / slope
        return {"value": value, "aim_printed": 2 * slope, "change_four": change}


@check(
    section_4["descent", "descent-as-printed"],
    cells=[{"m": m, "d": d, "C_0": C_0} for m, d, C_0 in [(1, 1, 0.1), (2, 2, 0.5), (60, 10, 1.0)]],
    seconds_per_replicate=lambda cell: 1e-5 + 8e-8 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 64 * cell["m"] * cell["d"],
    first=1024,
    replay=replayed_step,
)
def one_step(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network of the ball with f > 0, and a step against its gradient.

    Within the length of the step the gradient changes by no more than the lengths of all neurons
    that some perturbation of this length turns.
    """
    a, w, x, aim = draw_step(rng, cell, n)
    aims, change = changes_on_the_way(a, w, x)
    slope = np.linalg.norm(lazy_ball.gradient(a, w, x), axis=-1)
    norms = np.linalg.norm(w, axis=-1)
    near = np.abs(lazy_ball.preactivation(w, x)) <= (aim / slope)[:, None] * norms
    return {
        "value": lazy_ball.value(a, w, x),
        "slope": slope,
        "eta_size": aim / slope**2,
        "after": value_after(a, w, x, aim),
        "change": change_until(aims, change, aim),
        "change_nearby": np.sum(near * norms, axis=1) / np.sqrt(cell["m"]),
    }


def aim_of_the_proof(value: Array, slope: Array, aims: Array, change: Array) -> Array:
    """Return the first aim t with t (1 - q(t)) = 2 f, infinite where there is none: (n,).

    q is constant between two aims at which a neuron turns, and only grows.
    """
    start = np.zeros((len(value), 1))
    q = np.concatenate([start, change], axis=1) / slope[:, None]
    ends = np.concatenate([aims, np.full(start.shape, np.inf)], axis=1)
    wanted = np.full(q.shape, np.inf)
    np.divide(2 * value[:, None], 1 - q, out=wanted, where=q < 1)
    found = wanted <= ends
    first = np.argmax(found, axis=1)[:, None]
    aim = np.take_along_axis(np.where(found, wanted, np.inf), first, axis=1)[:, 0]
    return np.asarray(aim)


@check(
    proof_theorem_3_1["value-after", "aim-of-four", "aim", "aim-as-printed"],
    cells=[{"m": 20, "d": 60, "C_0": 0.3}, {"m": 40, "d": 30, "C_0": 1.0}],
    seconds_per_replicate=lambda cell: 2e-5 + 4e-8 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 64 * cell["m"] * cell["d"],
    version=2,
    block=256,
    first=1280,
    quick=10,
    replay=replayed_aims,
)
def steps_of_the_proof(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network of the ball with f > 0 and the two steps of the proof."""
    a, w, x = positive_network(rng, cell, n)
    value = lazy_ball.value(a, w, x)
    slope = np.linalg.norm(lazy_ball.gradient(a, w, x), axis=-1)
    aims, change = changes_on_the_way(a, w, x)
    aim = aim_of_the_proof(value, slope, aims, change)
    solvable = np.isfinite(aim)
    return {
        "value": value,
        "solvable": solvable,
        "after_aim": value_after(a, w, x, np.where(solvable, aim, 1.0)),
        "after_four": value_after(a, w, x, 4 * value),
        "change_four": change_until(aims, change, 4 * value) / slope,
        "aim_meant": aim,
        "aim_printed": 2 * slope,
    }
