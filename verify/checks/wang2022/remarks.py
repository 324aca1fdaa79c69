"""Checks of the remarks of Section 3."""

import numpy as np

from bounds.wang2022.remarks import remark_cone, remark_linear, remark_radius, remark_scalings
from sim.networks import lazy_ball
from sim.networks.gradient_span import rows_in_span
from sim.networks.line_search import Flip, gradient_flip
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2022.worst_case import flips, radius

Array = np.ndarray


def smallest_flips(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Flip, Flip]:
    """Return the smallest flipping steps at W_0, and where |f| is greatest in the ball.

    Networks are drawn in the span of the input and of both gradients.
    """
    V = radius(cell)
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    least, greatest = lazy_ball.extreme_values(a, u, V)
    push = np.where(greatest > -least, V, -V)[:, None] * a
    active = np.stack([a * (u > 0), a * (u + push > 0)], axis=1)
    w, x = rows_in_span(rng, u, active, cell["d"]), np.eye(1, 3)
    moved = w.copy()
    moved[..., 0] += push
    inputs = np.broadcast_to(x, (n, 1, 3))
    start, worst = (gradient_flip(a, weights, inputs) for weights in (w, moved))
    return Flip(*(part[:, 0] for part in start)), Flip(*(part[:, 0] for part in worst))


@check(
    remark_scalings[
        "gradient",
        "gradient-worst",
        "step",
        "step-worst",
        "perturbation",
        "perturbation-worst",
    ],
    paths=[
        Path({"d": 1, "m": 0.5}, {"d": 400, "m": 100, "C_0": 1.0}, sizes=5, step=4),
        Path({"m": 1}, {"d": 3000, "m": 100, "C_0": 1.0}, sizes=4, step=2),
        Path({"C_0": 1, "d": 2.5, "m": 1}, {"d": 1000, "m": 100, "C_0": 0.5}, sizes=5, step=2),
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 5e-7 * cell["m"],
    first=512,
)
def sizes_of_the_step(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation; steps are exact, by a search along the gradient."""
    start, worst = smallest_flips(rng, cell, n)
    return {
        "start_slope": start.gradient_norm,
        "worst_slope": worst.gradient_norm,
        "start_step": start.step / np.abs(start.value),
        "worst_step": worst.step / np.abs(worst.value),
        "start_length": start.length / np.abs(start.value),
        "worst_length": worst.length / np.abs(worst.value),
    }


@check(
    remark_scalings["value-worst"],
    paths=[
        Path({"m": 1}, {"m": 16, "C_0": 1.0}, sizes=4, step=4),
        Path({"C_0": 1}, {"m": 100, "C_0": 0.25}, sizes=5, step=4),
    ],
    seconds_per_replicate=lambda cell: 1e-6 + 4e-8 * cell["m"],
    first=1024,
)
def largest_values(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation with the exact extremes of f over its ball."""
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    least, greatest = lazy_ball.extreme_values(a, u, radius(cell))
    return {"worst_size": np.maximum(greatest, -least)}


@check(
    remark_scalings["step-constant", "step-constant-worst"],
    paths=[Path({"d": 1, "m": 0.5}, {"d": 1600, "m": 200, "C_0": 1.0}, sizes=5, step=4)],
    seconds_per_replicate=lambda cell: 1e-5 + 5e-7 * cell["m"],
    first=256,
)
def constants_of_the_step(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation; steps are exact, by a search along the gradient."""
    start, worst = smallest_flips(rng, cell, n)
    return {
        f"{name}_aim": flip.step * flip.gradient_norm**2 / np.abs(flip.value)
        for name, flip in (("start", start), ("worst", worst))
    }


def linear_models(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, Array]:
    """Draw <w, x> and |w| for standard normal w and a fixed unit x: (n,) each."""
    along = rng.standard_normal(n)
    return along, np.sqrt(along**2 + rng.chisquare(cell["d"] - 1, n))


@check(
    remark_linear["value", "gradient", "gradient-as-printed"],
    cells=[{"d": d} for d in (2, 4, 30)],
    seconds_per_replicate=lambda cell: 2e-7 + 3e-9 * cell["d"] ** 2,
    first=4096,
    quick=6,
    replay=lambda rng, cell, n, row: replayed_linear_model(rng, cell, n, row),
)
def linear_model(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one weight vector and one unit input; the gradient is that of f."""
    w, x = rng.standard_normal((2, n, cell["d"]))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    value = np.vecdot(w, x) / np.sqrt(cell["d"])
    h = 2.0**-10  # for a linear function a difference quotient is the derivative
    moved = x[:, None, :] + h * np.eye(cell["d"])
    quotients = (np.vecdot(w[:, None, :], moved) / np.sqrt(cell["d"]) - value[:, None]) / h
    return {
        "linear_value": value,
        "linear_slope": np.linalg.norm(quotients, axis=1),
        "weight_norm": np.linalg.norm(w, axis=1),
    }


def replayed_linear_model(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Replay one weight vector in 50 digits."""
    import mpmath

    with mpmath.workdps(50):
        w = [mpmath.mpf(float(v)) for v in rng.standard_normal((2, n, cell["d"]))[0, row]]
        square = mpmath.fsum(v**2 for v in w)
        return {
            "weight_norm": mpmath.sqrt(square),
            "linear_slope": mpmath.sqrt(square / cell["d"]),
        }


@check(
    remark_linear["gradient-size", "gradient-size-as-printed", "ratio"],
    paths=[Path({"d": 1}, {"d": 40}, sizes=6, step=4)],
    seconds_per_replicate=1e-7,
    first=256,
)
def linear_model_sizes(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one weight vector: its product with the input, and its length."""
    along, length = linear_models(rng, cell, n)
    scale = np.sqrt(cell["d"])
    return {
        "linear_slope": length / scale,
        "linear_ratio": np.abs(along) / length,
    }


@check(
    remark_linear[
        "gradient-nearby", "gradient-nearby-greatest", "value-nearby", "value-nearby-constant"
    ],
    paths=[Path({"d": 1}, {"d": 64}, sizes=6, step=4)],
    seconds_per_replicate=lambda cell: 1e-6 + 2e-8 * cell["d"],
    bytes_per_replicate=lambda cell: 32 * cell["d"],
    first=256,
    version=2,
    block=32,
)
def nearby_linear_models(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one weight vector and all those with entries within 1/2 of its own.

    The input has equal entries, along which the entries of the weights add up.
    """
    w, scale = rng.standard_normal((n, cell["d"])), np.sqrt(cell["d"])
    total = w.sum(axis=1) / scale
    size = np.abs(w, out=w)
    farther, nearer = size + 0.5, np.maximum(size - 0.5, 0)
    return {
        "lowest_slope": np.sqrt(np.vecdot(nearer, nearer)) / scale,
        "largest_slope": np.sqrt(np.vecdot(farther, farther)) / scale,
        "largest_size": (np.abs(total) + 0.5 * scale) / scale,
    }


def steps_in_the_cone(rng: np.random.Generator, cell: Cell, n: int, *, far: bool) -> Observables:
    """Take a network W' at the start, in the span of x and its gradient, and W'/r of the cone.

    ``far``: with the r at which the printed step is a quarter of what is needed.
    """
    C_2 = cell["C_2"]
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    if not far:
        u[:, 0] = np.abs(u[:, 0])  # one neuron is on, so that there is a value and a gradient
    w, x = rows_in_span(rng, u, (a * (u > 0))[:, None], cell["d"]), np.eye(1, 2)[0]
    value, slope = lazy_ball.value(a, w, x), lazy_ball.gradient(a, w, x)
    r = np.abs(value) / (4 * C_2) if far else 10.0 ** rng.uniform(-2, 2, n)
    wide = w / r[:, None, None]
    outside, gradient = lazy_ball.value(a, wide, x), lazy_ball.gradient(a, wide, x)
    return {
        "r": r,
        "inside_value": value,
        "cone_value": outside,
        "inside_after": lazy_ball.value(a, w, step(value, slope, x, C_2)),
        "cone_after": lazy_ball.value(a, wide, step(outside, gradient, x, C_2 / r)),
        "inside_length": np.linalg.norm(step(value, slope, x, C_2) - x, axis=1),
        "printed_length": np.linalg.norm(step(outside, gradient, x, C_2) - x, axis=1),
        "cone_flips": flips(a, wide, x, C_2 / r),
        "cone_flips_printed": flips(a, wide, x, C_2),
    }


@check(
    remark_cone["value", "after-the-step", "printed-length"],
    cells=[{"m": m, "d": d, "C_2": C_2} for m, d, C_2 in [(3, 3, 1.0), (40, 10, 4.0)]],
    seconds_per_replicate=lambda cell: 8e-6 + 1.6e-7 * cell["m"],
    first=1024,
)
def networks_of_the_cone(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network near its initialisation and a multiple of it."""
    return steps_in_the_cone(rng, cell, n, far=False)


@check(
    remark_cone["flips", "flips-as-printed"],
    cells=[
        {"m": m, "d": d, "C_2": C_2, "gamma": gamma, "C_0": 0.0}
        for m, d, C_2, gamma in [
            (2500, 25, 8.1, 0.1),
            (8000, 40, 8.1, 0.1),
            (1000, 400, 6.6, 0.4),
        ]
    ],
    seconds_per_replicate=lambda cell: 2e-7 * cell["m"],
    first=64,
)
def steep_networks_of_the_cone(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation and the multiple of it that has the value 4 C_2."""
    return steps_in_the_cone(rng, cell, n, far=True)


def step(value: Array, gradient: Array, x: Array, aim: float | Array) -> Array:
    """Return x after the step -sign(f) aim grad f / |grad f|^2: (n, d)."""
    eta = -np.sign(value) * aim / np.vecdot(gradient, gradient)
    return np.asarray(x + eta[:, None] * gradient)


@check(
    remark_radius["mean-rise", "rise", "bounded", "unbounded"],
    paths=[
        Path({"m": 1}, {"m": 64, "C_0": C_0, "beta": beta}, sizes=4, step=3)
        for C_0, beta in ((4.0, 0.0), (4.0, 0.25), (4.0, 0.5), (4.0, 0.75), (1.0, 0.5))
    ],
    seconds_per_replicate=lambda cell: 1e-6 + 4e-8 * cell["m"],
    first=256,
    quick=4,
)
def balls_of_other_radii(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation with the exact extremes of f over its ball."""
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    least, greatest = lazy_ball.extreme_values(a, u, cell["C_0"] * cell["m"] ** -cell["beta"])
    return {
        "wide_rise": greatest - lazy_ball.greatest_value(a, u, 0.0),
        "wide_size": np.maximum(greatest, -least),
    }
