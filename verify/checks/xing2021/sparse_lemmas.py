"""Checks of the curvature of the adversarial loss: Lemmas 4 and 5."""

from __future__ import annotations

import numpy as np
from mpmath import mp

from bounds.xing2021.sparse_lemmas import lemma_4, lemma_5
from sim.clusters.subspace import gaussian_coordinates
from sim.linear import attack as linear_attack
from sim.linear.data import LinearModel
from sim.linear.penalised_population import minimise_penalised_risk
from sim.linear.residual_risk import attacked_risk
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.xing2021.sparse import ONCE, SETTINGS, sparse_data

Array = np.ndarray
COMPLEX_STEP = 1e-30


def _attacked_loss(theta: Array, x: Array, y: Array, radius: Array) -> Array:
    """Return the squared loss of one point per row under its explicit worst perturbation: (n,)."""
    x, y = x[:, None], y[:, None]
    attacked = x + radius[:, None, None] * linear_attack.worst_case(theta, x, y, 1.0)
    return linear_attack.squared_loss(theta, attacked, y)[:, 0]


def _slope(theta: Array, move: Array, x: Array, y: Array, radius: Array) -> Array:
    """Differentiate the attacked loss along ``move`` by a complex step: (n,)."""
    shifted = theta + 1j * COMPLEX_STEP * move
    residual = np.sum(x * shifted, axis=1) - y
    length = np.sqrt(np.sum(shifted**2, axis=1))
    side = np.where(residual.real >= 0, 1.0, -1.0)
    return ((side * residual + radius * length) ** 2).imag / COMPLEX_STEP


def _two_points(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, ...]:
    """Draw a point, its response, two coefficient vectors and a radius; half of them shrink."""
    d = cell["d"]
    x = rng.standard_normal((n, d))
    y = 10 ** rng.uniform(-1, 1, n) * rng.standard_normal(n)
    old = 10 ** rng.uniform(-1, 1, (n, 1)) * rng.standard_normal((n, d))
    move = 10 ** rng.uniform(-1, 1, (n, 1)) * rng.standard_normal((n, d))
    shrunk = rng.uniform(0, 1, (n, 1)) * old + 0.1 * move
    new = np.where(rng.random((n, 1)) < 0.5, shrunk, old + move)
    return x, y, old, new, 10 ** rng.uniform(-1.5, 0.5, n)


def replay_loss_change(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Use the closed form of the attacked loss and of its derivative."""
    with mp.workdps(50):
        x, y, old, new, epsilon = (
            mp.matrix(np.atleast_1d(array[row]).tolist()) for array in _two_points(rng, cell, n)
        )
        y, epsilon, move = y[0], epsilon[0], new - old
        length_old, length_new = mp.norm(old), mp.norm(new)
        residual, along = mp.fdot(x, old) - y, mp.fdot(x, move)
        root_before = abs(residual) + epsilon * length_old
        before, after = root_before**2, (abs(residual + along) + epsilon * length_new) ** 2
        inner, squared = mp.fdot(old, new), mp.fdot(move, move)
        turn = mp.sign(residual) * along + epsilon * mp.fdot(old, move) / length_old
        return {
            "loss_change": after - before,
            "derivative": 2 * root_before * turn,
            "move_times_x": along,
            "squared_move": squared,
            "length_old": length_old,
            "length_new": length_new,
            "inner_product": inner,
            "r": residual,
            "epsilon": epsilon,
            "loss_size": before + after + along**2 + epsilon**2 * squared,
            "printed_left": 2 * epsilon * length_new * (abs(along) - along),
        }


@check(
    [lemma_4["pointwise"], lemma_5["as-printed", "with-sign", "last-step", "last-step-as-printed"]],
    cells=[{"d": 1}, {"d": 3}],
    replay=replay_loss_change,
    seconds_per_replicate=6e-7,
    first=16384,
)
def loss_change(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one point, two coefficient vectors and a radius; half of them shrink."""
    x, y, old, new, epsilon = _two_points(rng, cell, n)
    move = new - old
    before, after = (_attacked_loss(theta, x, y, epsilon) for theta in (old, new))
    along = np.sum(move * x, axis=1)
    length_old, length_new = np.linalg.norm(old, axis=1), np.linalg.norm(new, axis=1)
    residual = np.sum(x * old, axis=1) - y
    return {
        "loss_change": after - before,
        "derivative": _slope(old, move, x, y, epsilon),
        "move_times_x": along,
        "squared_move": np.sum(move**2, axis=1),
        "length_old": length_old,
        "length_new": length_new,
        "inner_product": np.sum(old * new, axis=1),
        "r": residual,
        "epsilon": epsilon,
        "loss_size": before + after + along**2 + epsilon**2 * np.sum(move**2, axis=1),
        "printed_left": 2 * epsilon * length_new * (np.abs(along) - along),
    }


def _risk(theta: Array, theta_0: Array, noise: Array, radius: Array) -> Array:
    """Return the robust risk for isotropic inputs, one radius each: (n, k, d) to (n, k).

    The risk depends on radius times length only, so that the radius goes into the length.
    """
    away = theta - theta_0[:, None]
    deviation = np.sqrt(np.sum(away**2, axis=-1) + noise[:, None] ** 2)
    length = radius[:, None] * np.linalg.norm(theta, axis=-1)
    return attacked_risk(deviation, length, 1.0)


def _risk_slope(
    theta: Array, move: Array, theta_0: Array, noise: Array, radius: Array
) -> tuple[Array, Array]:
    """Differentiate the risk along ``move``, with a bound of the error: (n,), (n,)."""
    size = np.linalg.norm(move, axis=1)
    deviation = np.sqrt(np.sum((theta - theta_0) ** 2, axis=1) + noise**2)
    step = 2e-3 * np.minimum(1, np.minimum(np.linalg.norm(theta, axis=1), deviation) / size)
    shifts = step[:, None] * np.array([1.0, -1.0, 2.0, -2.0, 4.0, -4.0])
    values = _risk(theta[:, None] + shifts[..., None] * move[:, None], theta_0, noise, radius)
    one, two, four = ((values[:, 2 * k] - values[:, 2 * k + 1]) / 2 ** (k + 1) for k in range(3))
    fine, coarse = (4 * one - two) / 3, (4 * two - four) / 3
    rounding = 1e-14 * values.max(axis=1)
    return fine / step, (np.abs(fine - coarse) + rounding) / step


@check(
    lemma_4["population", "population-uniform"],
    cells=[{"d": 2}],
    seconds_per_replicate=3e-5,
    block=2048,
    first=16384,
)
def risk_curvature(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one isotropic model, a radius, and two points, many on a line to theta_0."""
    d = cell["d"]
    theta_0 = rng.standard_normal((n, d))
    theta_0 /= np.linalg.norm(theta_0, axis=1, keepdims=True)
    noise = 10 ** rng.uniform(-3, 0.5, n)
    epsilon = rng.uniform(0.05, 2.5, n)
    # The curvature is least between zero and theta_0.
    between = rng.uniform(0.05, 0.95, (n, 2, 1)) * theta_0[:, None]
    anywhere = 10 ** rng.uniform(-1, 0.5, (n, 2, 1)) * rng.standard_normal((n, 2, d))
    points = np.where(rng.random((n, 1, 1)) < 0.5, between, anywhere)
    new, old = points[:, 0], points[:, 1]
    after, before = _risk(points, theta_0, noise, epsilon).T
    slope, error = _risk_slope(old, new - old, theta_0, noise, epsilon)
    return {
        "epsilon": epsilon,
        "risk_change": after - before,
        "risk_derivative": slope,
        "risk_derivative_error": error,
        "squared_move": np.sum((new - old) ** 2, axis=1),
        "risk_size": after + before + np.abs(slope),
    }


@check(
    lemma_4["sign-covariance"],
    cells=[
        {
            "case": "aligned",
            "sigma": 0.4,
            "theta": (0.2, 0.1, 0.0),
            "theta_0": (1.0, 0.5, 0.2),
            "move": (0.8, 0.6, 0.1),
        },
        {
            "case": "opposite, strong noise",
            "sigma": 1.5,
            "theta": (3.0, -1.0, 0.4),
            "theta_0": (1.0, 1.0, 0.2),
            "move": (-1.0, 1.2, 0.0),
        },
    ],
    seconds_per_replicate=5e-7,
    first=1024,
)
def sign_covariance(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one point."""
    theta, theta_0, move = (np.array(cell[name]) for name in ("theta", "theta_0", "move"))
    x, y = LinearModel(theta_0, noise=cell["sigma"]).sample(rng, 1, n)
    residual = linear_attack.residual(theta, x, y)[0]
    away = theta - theta_0
    return {
        "sign_product": (x[0] @ move) * np.sign(residual),
        "covariance_with_residual": np.full(n, move @ away),
        "q": np.full(n, np.sqrt(away @ away + cell["sigma"] ** 2)),
    }


@check(
    lemma_4["sign-average"],
    paths=[
        Path({"n": 1}, {"n": 60, "d": 30, "s": 3, **SETTINGS}),
        Path({"n": 1, "d": 0.5}, {"n": 100, "d": 20, "s": 2, **SETTINGS}),
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 1e-8 * cell["n"] * cell["d"],
    block=128,
    first=128,
    quick=5,
    version=3,
)
def averages(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, and the mean of its inputs times the residuals' signs."""
    x, y, _, best = sparse_data(rng, cell, n)
    signs = np.sign(np.matmul(x, best) - y)
    average = np.matmul(signs[:, None], x)[:, 0] / cell["n"]
    return {"sign_average": np.abs(average[:, cell["s"] :]).max(axis=1)}


@check(
    lemma_4["covariance-error", "covariance-converges"],
    paths=[
        Path({"n": 1}, {"n": 60, "d": 30}, step=4),
        Path({"n": 1, "d": 0.5}, {"n": 100, "d": 8}, step=4),
    ],
    seconds_per_replicate=lambda cell: 5e-5 + 2e-7 * cell["d"] ** 2,
    bytes_per_replicate=lambda cell: 40.0 * cell["d"] ** 2,
    block=16,
)
def covariance_of_many(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of isotropic inputs, of which only the inner products are drawn."""
    columns = gaussian_coordinates(rng, n, cell["d"], cell["n"])
    covariance = columns @ np.swapaxes(columns, 1, 2) / cell["n"]
    return {"covariance_error": np.abs(covariance - np.eye(cell["d"])).max(axis=(1, 2))}


@check(
    lemma_5["risk"],
    paths=[Path({"relative_distance": -1}, {"d": 3, "relative_distance": 0.2})],
    seconds_per_replicate=5e-5,
    **ONCE,
)
def risk_near_optimum(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one isotropic model, radius and direction, the same along the path."""
    theta_0 = rng.standard_normal((n, cell["d"]))
    length = np.linalg.norm(theta_0, axis=1)
    model = LinearModel(theta_0, noise=length * 2.0 ** rng.uniform(-1, 1, n))
    epsilon = rng.uniform(0.1, 0.7, n) * length / np.sqrt(model.signal_and_noise)
    best = minimise_penalised_risk(model, epsilon, 0.0).theta
    direction = rng.standard_normal((n, cell["d"]))
    distance = cell["relative_distance"] * np.linalg.norm(best, axis=1)
    move = direction * (distance / np.linalg.norm(direction, axis=1))[:, None]
    points = np.stack([best + move, best], axis=1)
    after, before = _risk(points, theta_0, np.asarray(model.noise), epsilon).T
    return {"risk_change": after - before, "distance": distance}
