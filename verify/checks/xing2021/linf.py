"""Checks of coordinatewise attacks: their smoothed form, and their kinship with LASSO."""

from __future__ import annotations

import mpmath as mp
import numpy as np

from bounds.xing2021.linf import kinks, overshrink, remark_4
from sim.linear import attack as linear_attack
from sim.linear.data import Array, LinearModel, random_covariance
from sim.linear.interpolation import minimum_norm_interpolator
from sim.linear.penalised_population import minimise_penalised_risk
from sim.linear.surrogate_risk import risk
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.xing2021.by_values import minimisers
from verify.checks.xing2021.replays_linear import exactly, in_50_digits


def _flat(
    rng: np.random.Generator, cell: Cell, n: int, size: float | None = None
) -> tuple[Array, Array, Array, Array]:
    """Draw n residuals of the given size, or sizes from 0.2 to 2, and points with them.

    Also return the flat coefficients at which they have these residuals.
    """
    theta = np.full(cell["d"], 1 / cell["d"])
    residual = np.where(rng.random(n) < 0.5, -1.0, 1.0)
    residual = residual * (rng.uniform(0.2, 2, n) if size is None else size)
    x = rng.standard_normal((n, 1, cell["d"]))
    return residual, theta, x, x @ theta - residual[:, None]


def _attacked(
    rng: np.random.Generator, cell: Cell, n: int, size: float | None = None
) -> Observables:
    """Attack n points at flat coefficients."""
    d = cell["d"]
    residual, theta, x, y = _flat(rng, cell, n, size)
    plain = linear_attack.worst_case(theta, x, y, d**-0.5, "linf")
    smooth = linear_attack.smoothed(theta, x, y, d**-0.5, cell["xi"], "linf")
    return {
        "r": residual,
        "plain_length": np.linalg.norm(plain[:, 0], axis=1),
        "attack_length": np.linalg.norm(smooth[:, 0], axis=1),
    }


@in_50_digits
def one_attack(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Shrink the attack coordinate by coordinate, from the gradient at the drawn point."""
    _, theta, x, y = _flat(rng, cell, n)
    theta, x, y = (exactly(array) for array in (theta, x[row, 0], y[row]))
    residual = (x.T * theta)[0] - y[0]
    gradients = [2 * abs(residual) * abs(one) for one in theta]
    left = [slope / (slope + mp.mpf(cell["xi"])) for slope in gradients]
    return {"r": residual, "attack_length": mp.norm(left) / mp.sqrt(cell["d"])}


@check(
    overshrink["length", "length-as-printed", "plain-length"],
    cells=[{"d": 10, "xi": 0.1}, {"d": 100, "xi": 0.03}],
    seconds_per_replicate=1e-5,
    block=1024,
    first=16384,
    replay=one_attack,
)
def smoothed_attack(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one point and its response, attacked at flat coefficients."""
    return _attacked(rng, cell, n)


@check(
    overshrink["kept", "lost", "reduced"],
    version=2,
    paths=[
        Path({"d": 1, "xi": -power}, {"d": 16, "xi": start, "rho": power}, sizes=6, step=4)
        for power, start in ((2.0, 0.05), (1.75, 0.05), (1.0, 0.2), (0.5, 1.0), (0.25, 1.0))
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 5e-8 * cell["d"],
    common_random_numbers=True,
    first=64,
    quick=1,
    full=1,
)
def smoothed_attack_in_high_dimension(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one residual, the same along the path, and a point with it."""
    found = _attacked(rng, cell, n)
    at_one = _attacked(rng, cell, n, size=1.0)
    return found | {"attack_length_at_one": at_one["attack_length"]}


@check(
    kinks["kink", "smooth-elsewhere"],
    cells=[{"d": 3}],
    seconds_per_replicate=4e-5,
    block=1024,
    first=16384,
)
def coordinatewise_kinks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model, at coefficients one of which is zero, and at others."""
    d = cell["d"]
    theta_0 = rng.standard_normal((n, d))
    size = np.linalg.norm(theta_0, axis=1)
    noise = size * 10 ** rng.uniform(-1, 0.5, n)
    model = LinearModel(theta_0, random_covariance(rng, n, d), noise)
    radius = 10 ** rng.uniform(-1, 0.7, n)
    away = size[:, None] * rng.uniform(0.1, 2, (n, d)) * rng.choice([-1.0, 1.0], (n, d))
    axis = np.eye(d)[rng.integers(d, size=n)]
    corner = away * (1 - axis)

    def curvature(at: Array, step: Array) -> Array:
        points = at + np.array([0.0, 1.0, -1.0])[:, None, None] * step[:, None] * axis
        length = np.abs(points).sum(axis=-1)
        centre, up, down = risk("robust", model.residual_deviation(points), length, radius).value
        return (up + down - 2 * centre) / step

    def jump(at: Array) -> Array:
        # A smooth function's difference is proportional to the step: extrapolate it to none.
        return 2 * curvature(at, 5e-5 * size) - curvature(at, 1e-4 * size)

    return {
        "epsilon": radius,
        "q": model.residual_deviation(corner),
        "S": np.abs(corner).sum(axis=1),
        "jump": jump(corner),
        "jump_elsewhere": np.abs(jump(away)),
    }


def _models(rng: np.random.Generator, n: int, d: int) -> tuple[LinearModel, Array]:
    """Draw n models of any covariance, and a radius for each below its null radius."""
    theta_0 = rng.standard_normal((n, d))
    noise = np.linalg.norm(theta_0, axis=1) * 10 ** rng.uniform(-0.5, 0.3, n)
    model = LinearModel(theta_0, random_covariance(rng, n, d), noise)
    unit = np.abs(model.times_covariance(theta_0)).max(axis=1) / np.sqrt(model.signal_and_noise)
    return model, unit * rng.uniform(0.1, 1.1, n)


@check(
    remark_4["same-path", "same-minimiser", "attack-stays"],
    version=2,
    cells=[{"d": 3}],
    seconds_per_replicate=9e-4,
    block=256,
    first=2048,
)
def robust_and_lasso(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one model; its robust minimiser is compared with LASSO minimisers."""
    model, radius = _models(rng, n, cell["d"])
    theta, _ = minimisers(model, radius, "linf")
    # On the support the slope of the standard risk is minus the penalty, times the sign.
    slope = 2 * model.times_covariance(model.theta_0 - theta) * np.sign(theta)
    penalty = slope.sum(axis=1) / (theta != 0).sum(axis=1)

    def distance(other: Array) -> Array:
        return np.linalg.norm(theta - other, axis=1) / np.linalg.norm(model.theta_0, axis=1)

    once, twice = (minimise_penalised_risk(model, 0.0, k * penalty).theta for k in (1.0, 2.0))
    return {
        "epsilon": radius,
        "q": model.residual_deviation(theta),
        "S": np.abs(theta).sum(axis=1),
        "equivalent_penalty": penalty,
        "lasso_distance": distance(once),
        "distance_double": distance(twice),
        "robust_bias": distance(model.theta_0),
    }


@check(
    remark_4["lasso-fades"],
    paths=[Path({"lambda": -1}, {"d": 3, "lambda": 0.5}, sizes=7, step=4)],
    seconds_per_replicate=9e-4,
    common_random_numbers=True,
    first=64,
    block=64,
    quick=1,
    full=1,
)
def fading_penalty(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one model, the same along the path, with the cell's penalty or attack."""
    model, radius = _models(rng, n, cell["d"])
    size = np.linalg.norm(model.theta_0, axis=1)
    lasso = minimise_penalised_risk(model, 0.0, cell["lambda"]).theta
    robust, _ = minimisers(model, radius, "linf")
    return {
        "lasso_bias": np.linalg.norm(lasso - model.theta_0, axis=1) / size,
        "robust_bias": np.linalg.norm(robust - model.theta_0, axis=1) / size,
    }


@check(
    remark_4["not-all-minimisers-are-robust"],
    cells=[{"n": 4, "d": 12, "epsilon": 0.2}],
    seconds_per_replicate=1.5e-5,
    block=1024,
    first=16384,
)
def two_interpolators(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with two interpolators, attacked explicitly."""
    x = rng.standard_normal((n, cell["n"], cell["d"]))
    y = rng.standard_normal((n, cell["n"]))
    short = minimum_norm_interpolator(x, y)
    wander = rng.standard_normal((n, cell["d"]))
    wander -= minimum_norm_interpolator(x, np.einsum("nid,nd->ni", x, wander))
    # By the triangle inequality the sum's l1 norm is at least twice that of the first part.
    wander *= (3 * np.abs(short).sum(axis=1) / np.abs(wander).sum(axis=1))[:, None]
    long = short + wander

    def attacked_loss(theta: Array) -> Array:
        attack = linear_attack.worst_case(theta, x, y, cell["epsilon"], "linf")
        return linear_attack.squared_loss(theta, x + attack, y).mean(axis=1)

    fitted = linear_attack.squared_loss(long, x, y).max(axis=1) < 1e-18 * np.mean(y**2, axis=1)
    return {"attacked_ratio": np.where(fitted, attacked_loss(long) / attacked_loss(short), np.nan)}
