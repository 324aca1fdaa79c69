"""Checks of coordinatewise attacks: their smoothed form, and their kinship with LASSO."""

from __future__ import annotations

import numpy as np

from bounds.xing2021.linf import kinks, overshrink, remark_4
from sim.linear import attack as linear_attack
from sim.linear.data import LinearModel, random_covariance
from sim.linear.interpolation import minimum_norm_interpolator
from sim.linear.penalised_population import minimise_penalised_risk
from sim.linear.population_risk import minimise_risk
from sim.linear.surrogate_risk import risk
from verify.catalogue import Cell, Observables, Path, check


def _attacked(
    rng: np.random.Generator, cell: Cell, n: int, size: float | None = None
) -> Observables:
    """Draw n residuals and points with these residuals at flat coefficients, and attack them.

    The residuals have the given size, or sizes from 0.2 to 2.
    """
    d = cell["d"]
    theta = np.full(d, 1 / d)
    residual = np.where(rng.random(n) < 0.5, -1.0, 1.0)
    residual = residual * (rng.uniform(0.2, 2, n) if size is None else size)
    x = rng.standard_normal((n, 1, d))
    y = x @ theta - residual[:, None]
    plain = linear_attack.worst_case(theta, x, y, d**-0.5, "linf")
    smooth = linear_attack.smoothed(theta, x, y, d**-0.5, cell["xi"], "linf")
    return {
        "r": residual,
        "plain_length": np.linalg.norm(plain[:, 0], axis=1),
        "attack_length": np.linalg.norm(smooth[:, 0], axis=1),
    }


@check(
    [overshrink[name] for name in ("length", "length-as-printed", "plain-length")],
    id="xing2021/smoothed-attack",
    cells=[{"d": 10, "xi": 0.1}, {"d": 100, "xi": 0.03}],
    seconds_per_replicate=1e-5,
    block=1024,
    first=16384,
    quick=1,
    full=2,
)
def smoothed_attack(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one point and its response, attacked at flat coefficients."""
    return _attacked(rng, cell, n)


@check(
    [overshrink[name] for name in ("kept", "lost", "reduced")],
    id="xing2021/smoothed-attack-in-high-dimension",
    version=2,
    paths=[
        Path({"d": 1, "xi": -power}, {"d": 16, "xi": start, "rho": power}, sizes=6, step=4)
        for power, start in ((2.0, 0.05), (1.75, 0.05), (1.0, 0.2), (0.5, 1.0), (0.25, 1.0))
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 5e-8 * cell["d"],
    common_random_numbers=True,
    block=16,
    first=64,
    quick=1,
    full=1,
)
def smoothed_attack_in_high_dimension(
    rng: np.random.Generator, cell: Cell, n: int
) -> Observables:
    """One replicate is one residual, the same along the path, and a point with it."""
    return _attacked(rng, cell, n) | {
        "attack_length_at_one": _attacked(rng, cell, n, size=1.0)["attack_length"]
    }


@check(
    [kinks["kink"], kinks["smooth-elsewhere"]],
    id="xing2021/coordinatewise-kinks",
    cells=[{"d": 3}],
    seconds_per_replicate=9.5e-5,
    block=1024,
    first=16384,
    quick=1,
    full=2,
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

    def curvature(at: np.ndarray, step: np.ndarray) -> np.ndarray:
        points = at + np.array([0.0, 1.0, -1.0])[:, None, None] * step[:, None] * axis
        length = np.abs(points).sum(axis=-1)
        centre, up, down = risk("robust", model.residual_deviation(points), length, radius).value
        return (up + down - 2 * centre) / step

    def jump(at: np.ndarray) -> np.ndarray:
        # A smooth function's difference is proportional to the step: extrapolate it to none.
        return 2 * curvature(at, 5e-5 * size) - curvature(at, 1e-4 * size)

    return {
        "epsilon": radius,
        "q": model.residual_deviation(corner),
        "S": np.abs(corner).sum(axis=1),
        "jump": jump(corner),
        "jump_elsewhere": np.abs(jump(away)),
    }


def _models(rng: np.random.Generator, n: int, d: int) -> tuple[LinearModel, np.ndarray]:
    """Draw n models of any covariance, and a radius for each below its null radius."""
    theta_0 = rng.standard_normal((n, d))
    noise = np.linalg.norm(theta_0, axis=1) * 10 ** rng.uniform(-0.5, 0.3, n)
    model = LinearModel(theta_0, random_covariance(rng, n, d), noise)
    unit = np.abs(model.times_covariance(theta_0)).max(axis=1) / np.sqrt(model.signal_and_noise)
    return model, unit * rng.uniform(0.1, 1.1, n)


def _robust(model: LinearModel, radius: np.ndarray) -> np.ndarray:
    """Minimise the risk under coordinatewise attacks for every model: (n, d)."""
    return np.stack([
        minimise_risk(theta_0, covariance, float(noise), float(one), attack="linf").theta
        for theta_0, covariance, noise, one in zip(
            model.theta_0, model.covariance, np.asarray(model.noise), radius, strict=True
        )
    ])


@check(
    [remark_4[name] for name in ("same-path", "same-minimiser", "attack-stays")],
    id="xing2021/robust-and-lasso",
    version=2,
    cells=[{"d": 3}],
    seconds_per_replicate=9e-4,
    block=256,
    first=2048,
    full=7,
)
def robust_and_lasso(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one model; its robust minimiser is compared with LASSO minimisers."""
    model, radius = _models(rng, n, cell["d"])
    theta = _robust(model, radius)
    # On the support the slope of the standard risk is minus the penalty, times the sign.
    slope = 2 * model.times_covariance(model.theta_0 - theta) * np.sign(theta)
    count = (theta != 0).sum(axis=1)
    penalty = slope.sum(axis=1) / count
    size = np.linalg.norm(model.theta_0, axis=1)
    away = {
        factor: np.linalg.norm(
            minimise_penalised_risk(model, 0.0, factor * penalty).theta - theta, axis=1
        ) / size
        for factor in (1.0, 2.0)
    }
    return {
        "epsilon": radius,
        "q": model.residual_deviation(theta),
        "S": np.abs(theta).sum(axis=1),
        "equivalent_penalty": penalty,
        "lasso_distance": away[1.0],
        "distance_double": away[2.0],
        "robust_bias": np.linalg.norm(theta - model.theta_0, axis=1) / size,
    }


@check(
    remark_4["lasso-fades"],
    id="xing2021/fading-penalty",
    paths=[Path({"lambda": -1}, {"d": 3, "lambda": 0.5}, sizes=7, step=4)],
    seconds_per_replicate=9e-4,
    common_random_numbers=True,
    block=64,
    first=64,
    quick=1,
    full=1,
)
def fading_penalty(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one model, the same along the path, with the cell's penalty or attack."""
    model, radius = _models(rng, n, cell["d"])
    size = np.linalg.norm(model.theta_0, axis=1)
    lasso = minimise_penalised_risk(model, 0.0, cell["lambda"]).theta
    return {
        "lasso_bias": np.linalg.norm(lasso - model.theta_0, axis=1) / size,
        "robust_bias": np.linalg.norm(_robust(model, radius) - model.theta_0, axis=1) / size,
    }


@check(
    remark_4["not-all-minimisers-are-robust"],
    id="xing2021/two-interpolators",
    cells=[{"n": 4, "d": 12, "epsilon": 0.2}],
    seconds_per_replicate=1.5e-5,
    block=1024,
    first=16384,
    quick=1,
    full=2,
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
    radius = cell["epsilon"]
    loss = [
        linear_attack.squared_loss(
            theta, x + linear_attack.worst_case(theta, x, y, radius, "linf"), y
        ).mean(axis=1)
        for theta in (short, long)
    ]
    fitted = linear_attack.squared_loss(long, x, y).max(axis=1) < 1e-18 * np.mean(y**2, axis=1)
    return {"attacked_ratio": np.where(fitted, loss[1] / loss[0], np.nan)}
