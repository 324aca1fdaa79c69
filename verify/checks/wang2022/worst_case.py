"""Checks of Definition 2.1 and of the exact worst cases over the lazy ball."""

import numpy as np

from bounds.wang2022.worst_case import claim_worst_case, definition_2_1
from sim.certificates import ball_gradient
from sim.certificates.universal import universal_radius
from sim.networks import lazy_ball
from sim.networks.gradient_span import rows_in_span
from verify.catalogue import Cell, Observables, Path, check, product

Array = np.ndarray


def unit(v: Array) -> Array:
    """Scale vectors to length 1."""
    return np.asarray(v / np.linalg.norm(v, axis=-1, keepdims=True))


def radius(cell: Cell) -> float:
    """Return the radius of the lazy ball per neuron."""
    return float(cell["C_0"] / np.sqrt(cell["m"]))


def network_of_the_ball(rng: np.random.Generator, w: Array, V: float) -> Array:
    """Draw a network of the ball: every neuron moves by V, some along the first axis."""
    moves = rng.standard_normal(w.shape)
    moves[..., 0] += rng.normal(scale=10, size=w.shape[:-1])
    return w + V * unit(moves)


def flips(a: Array, w: Array, x: Array, aim: float | Array) -> Array:
    """Say whether the step -sign(f) aim grad f / |grad f|^2 flips the sign of f: (n,)."""
    value, gradient = lazy_ball.value(a, w, x), lazy_ball.gradient(a, w, x)
    eta = -np.sign(value) * aim / np.vecdot(gradient, gradient)
    flipped: Array = value * lazy_ball.value(a, w, x + eta[:, None] * gradient) < 0
    return flipped


@check(
    [
        definition_2_1["homogeneous", "gradient-homogeneous"],
        claim_worst_case["attained", "attained-below", "not-exceeded", "not-undercut"],
    ],
    cells=[{"m": m, "d": d, "C_0": C_0} for m, d, C_0 in [(3, 2, 3.0), (4, 10, 0.5), (40, 5, 1.0)]],
    seconds_per_replicate=lambda cell: 2e-6 + 4e-8 * cell["m"] * cell["d"],
    first=1024,
)
def networks_of_the_ball(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, one input, one network of the ball and one factor."""
    m, d, V = cell["m"], cell["d"], radius(cell)
    a, w = lazy_ball.initialisation(rng, n, m, d)
    x = np.eye(1, d)[0]
    moved = network_of_the_ball(rng, w, V)
    c = 10.0 ** rng.uniform(-3, 3, n)
    u = lazy_ball.preactivation(w, x)
    scaled = c[:, None, None] * moved
    return {
        "c": c,
        "ball_value": lazy_ball.value(a, moved, x),
        "value_scaled": lazy_ball.value(a, scaled, x),
        "ball_slope": np.linalg.norm(lazy_ball.gradient(a, moved, x), axis=-1),
        "slope_scaled": np.linalg.norm(lazy_ball.gradient(a, scaled, x), axis=-1),
        "greatest": lazy_ball.greatest_value(a, u, V),
        "least": lazy_ball.least_value(a, u, V),
        "at_maximiser": lazy_ball.value(a, lazy_ball.maximiser(a, w, x, V), x),
        "at_minimiser": lazy_ball.value(a, lazy_ball.maximiser(a, w, x, V, sign=-1), x),
    }


@check(
    [definition_2_1["initial-gradient"], claim_worst_case["gradient-change"]],
    cells=[
        {"m": m, "d": d, "theta": theta}
        for m, d, theta in [(40, 20, 2.0), (60, 20, 1.0), (100, 30, 0.5), (40, 40, 1.5)]
    ],
    seconds_per_replicate=lambda cell: 3e-6 + 1.1e-8 * cell["m"] * cell["d"],
    first=1024,
    quick=3,
)
def gradients_at_the_start(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation; the attack turns the input by a fixed angle."""
    a, w = lazy_ball.initialisation(rng, n, cell["m"], cell["d"])
    x, other = np.eye(2, cell["d"])
    turned = np.cos(cell["theta"]) * x + np.sin(cell["theta"]) * other
    before = lazy_ball.gradient(a, w, x)
    change = lazy_ball.gradient(a, w, turned) - before
    return {"slope_square": np.vecdot(before, before), "change_square": np.vecdot(change, change)}


@check(
    definition_2_1["initial-value", "initial-value-wide", "initial-square"],
    cells=[{"m": m} for m in (1, 2, 4, 100)],
    seconds_per_replicate=lambda cell: 5e-7 + 2e-8 * cell["m"],
    first=4096,
    quick=3,
)
def values_at_the_start(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, of which a value needs the pre-activations alone."""
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    return {"initial_value": lazy_ball.greatest_value(a, u, 0.0)}


@check(
    claim_worst_case["greatest", "spread", "switching", "worst-value"],
    cells=product(m=[9, 300], C_0=[1.0, 3.0]),
    seconds_per_replicate=lambda cell: 1e-6 + 4e-8 * cell["m"],
    first=4096,
)
def extremes_over_the_ball(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation with the exact extremes of f over its ball."""
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    V = radius(cell)
    least, greatest = lazy_ball.extreme_values(a, u, V)
    return {
        "rise": greatest - lazy_ball.greatest_value(a, u, 0.0),
        "spread": greatest - least,
        "worst_value": np.maximum(greatest, -least),
        "switching": lazy_ball.crossing(u, V).sum(axis=-1),
    }


@check(
    claim_worst_case["drop"],
    cells=product(m=[4, 25], C_0=[1.0, 5.0]),
    seconds_per_replicate=lambda cell: 2e-7 + 9e-8 * cell["m"],
    first=4096,
    quick=3,
)
def lowest_slope(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation in the plane of x and of a fixed direction across it."""
    a, w = lazy_ball.initialisation(rng, n, cell["m"], 2)
    x, r = np.eye(2)
    before = lazy_ball.gradient(a, w, x)[:, 1]
    return {"drop": ball_gradient.least_along(a, w, x, radius(cell), r) - before}


@check(
    claim_worst_case["drop-constant"],
    paths=[Path({"m": 1}, {"m": 10**4, "C_0": C_0}, sizes=8, step=16) for C_0 in (0.1, 1.0, 3.0)],
    seconds_per_replicate=1e-6,
)
def mean_drop_of_wide_networks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the closed formula at one width."""
    return {"index": np.arange(n)}


@check(
    claim_worst_case["universal-radius"],
    paths=[Path({"d": 1, "m": 1}, {"d": 400, "m": 400, "C_0": 1.0}, sizes=5, step=2)],
    seconds_per_replicate=lambda cell: 3e-7 * cell["m"],
    first=128,
    version=2,
    block=16,
)
def universal_attack(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation in the plane of x and of its gradient."""
    m, d, C_0 = cell["m"], cell["d"], cell["C_0"]
    a, u = lazy_ball.first_layer(rng, n, m)
    w, x = rows_in_span(rng, u, (a * (u > 0))[:, None], d), np.eye(1, 2)[0]
    found = universal_radius(a, w, x, radius(cell), scan=16, steps=12)
    expected = np.sqrt(2 / d) * (np.abs(lazy_ball.value(a, w, x)) + C_0 / 2)
    return {"universal_ratio": found / expected}


@check(
    claim_worst_case["aim"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "C_2": C_2}
        for d, m, C_0, C_2 in [
            (10**6, 1600, 0.5, 0.7),
            (10**6, 1600, 2.0, 1.5),
            (10**7, 6400, 10.0, 6.0),
        ]
    ],
    seconds_per_replicate=lambda cell: 1.3e-7 * cell["m"],
    first=512,
    quick=1,
)
def extreme_networks_step(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation in the span of x and of the gradients at W_max, W_min."""
    m, V = cell["m"], radius(cell)
    a, u = lazy_ball.first_layer(rng, n, m)
    active = np.stack([a * (u + a * V > 0), a * (u - a * V > 0)], axis=1)
    w, x = rows_in_span(rng, u, active, cell["d"]), np.eye(1, 3)[0]
    extremes = [lazy_ball.maximiser(a, w, x, V, sign=sign) for sign in (1, -1)]
    return {"flips_extremes": np.all([flips(a, w, x, cell["C_2"]) for w in extremes], axis=0)}
