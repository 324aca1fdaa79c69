"""Checks of adversarial training with an L1 penalty for sparse coefficients."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from bounds.xing2021.sparse import proof_9, remark_3, theorem_9
from sim.linear.data import LinearModel
from sim.linear.penalised_population import minimise_penalised_risk
from sim.linear.population_risk import minimise_risk
from sim.linear.residual_risk import attacked_risk
from sim.linear.surrogate_risk import Loss, risk
from sim.linear.training import semi_gradient
from sim.regression.adversarial import objective, solve
from sim.regression.sparse import sparse_estimate
from verify.catalogue import Cell, Observables, Path, Times, check, product
from verify.checks.xing2021 import replays_symmetric
from verify.checks.xing2021.by_values import can_be_lowered

Array = np.ndarray

EQUAL = {"signal": 1.0, "sigma": 1.0}
SETTINGS = {"signal": 1.0, "sigma": 0.5, "epsilon": 0.3}
CONSTANT = 2.0
"""The constant c of the penalty: large enough that irrelevant inputs stay out."""

ONCE: dict[str, Any] = {"common_random_numbers": True, "first": 64, "block": 64, "full": 1}
"""For infinite samples: instances are drawn, the same along a path, and then all is exact."""


def flat(s: int, signal: float) -> Array:
    """Return s coefficients of equal size with norm ``signal``: (s,)."""
    return np.full(s, signal / np.sqrt(s))


def squared_v(cell: Cell) -> float:
    """Return E[y^2]."""
    return cell["signal"] ** 2 + cell["sigma"] ** 2


def prescribed(cell: Cell) -> float:
    """Return the penalty of Theorem 9, its lower bound met with equality."""
    return float(cell["c"] * np.sqrt(squared_v(cell) * cell["s"] * np.log(cell["d"]) / cell["n"]))


@lru_cache(maxsize=256)
def optimum(s: int, signal: float, sigma: float, epsilon: float) -> tuple[Array, float, float]:
    """Return theta* on its support, R* and the risk of theta_0."""
    theta_0 = flat(s, signal)
    best = minimise_risk(theta_0, np.eye(s), sigma, epsilon)
    return best.theta, best.risk, float(attacked_risk(sigma, signal, epsilon))


def optimum_of(cell: Cell) -> tuple[Array, float, float]:
    """Return theta* on its support, R* and the risk of theta_0 for a cell."""
    return optimum(cell["s"], cell["signal"], cell["sigma"], cell["epsilon"])


def isotropic_risk(theta: Array, theta_0: Array, cell: Cell) -> Array:
    """Return the robust risk of coefficients (..., k) whose first s are the relevant ones."""
    away = theta.copy()
    away[..., : len(theta_0)] -= theta_0
    deviation = np.sqrt(np.sum(away**2, axis=-1) + cell["sigma"] ** 2)
    return attacked_risk(deviation, np.linalg.norm(theta, axis=-1), cell["epsilon"])


def estimates(rng: np.random.Generator, cell: Cell, n: int) -> list[Array]:
    """Draw n data sets; return the coefficients of each estimate, the relevant ones first."""
    theta_0, penalty = flat(cell["s"], cell["signal"]), prescribed(cell)
    model = cell["n"], cell["d"], theta_0, cell["sigma"], cell["epsilon"], penalty
    return [sparse_estimate(rng, *model).theta for _ in range(n)]


FEW = {"n": 150, "d": 150, "s": 2, "c": 1.5, **SETTINGS, "epsilon": 0.6}


@check(
    theorem_9["risk", "l1-error-bounded-support"],
    version=2,
    paths=[
        Path({"n": 1, "d": 1}, FEW, sizes=5, step=3),
        Path(
            {"n": 1, "d": 1.5}, FEW | {"d": 100, "s": 3, "sigma": 0.3, "c": 1.25}, sizes=5, step=3
        ),
        Path({"n": 1, "d": 1, "signal": 1, "sigma": 1}, FEW | {"signal": 0.3}, sizes=4, step=3),
    ],
    seconds_per_replicate=lambda cell: 1.2e-3 + 2e-6 * cell["n"] + 1e-7 * cell["d"],
    first=16,
)
def penalised_estimates(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with s relevant of d inputs, and its penalised estimate."""
    theta_0, scale = flat(cell["s"], cell["signal"]), squared_v(cell)
    best, optimal_risk, risk_of_truth = optimum_of(cell)
    found = estimates(rng, cell, n)
    risk = np.array([isotropic_risk(theta, theta_0, cell) for theta in found])
    s = len(best)
    error = [np.abs(theta[:s] - best).sum() + np.abs(theta[s:]).sum() for theta in found]
    return {
        "risk_excess": (risk - optimal_risk) / scale,
        "risk_over_truth": (risk - risk_of_truth) / scale,
        "error_l1": np.array(error),
    }


def _population(rng: np.random.Generator, cell: Cell, n: int) -> tuple[LinearModel, Array, Array]:
    """Draw n models with flat coefficients on s of s + 1 inputs; noise and radius are drawn."""
    noise = cell["sigma"] * 2.0 ** rng.uniform(-1, 1, n)
    relative = rng.uniform(0.1, 0.7, n)
    signs = np.where(rng.random((n, 1)) < 0.5, -1.0, 1.0)
    theta_0 = np.append(flat(cell["s"], cell["signal"]), 0.0) * signs
    model = LinearModel(theta_0, noise=noise)
    null = cell["signal"] / np.sqrt(model.signal_and_noise)
    return model, relative, relative * null


def sparse_data(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, Array, Array, Array]:
    """Draw n data sets with s relevant of d inputs; return x, y, theta_0 and theta*."""
    irrelevant = np.zeros(cell["d"] - cell["s"])
    theta_0 = np.append(flat(cell["s"], cell["signal"]), irrelevant)
    x, y = LinearModel(theta_0, noise=cell["sigma"]).sample(rng, n, cell["n"])
    return x, y, theta_0, np.append(optimum_of(cell)[0], irrelevant)


def _penalised(model: LinearModel, radius: Array, penalty: float) -> Observables:
    """Compare the penalised minimisers with the robust ones."""
    best = minimise_penalised_risk(model, radius, 0.0)
    found = minimise_penalised_risk(model, radius, penalty)
    away, squared = found.theta - best.theta, model.signal_and_noise
    length = np.linalg.norm(model.theta_0, axis=1)
    models = zip(np.asarray(model.noise), length, radius, strict=True)
    truth = np.array([float(attacked_risk(*one)) for one in models])
    return {
        "error_l1": np.abs(away).sum(axis=1),
        "error_l2": np.linalg.norm(away, axis=1),
        "risk_excess": (found.risk - best.risk) / squared,
        "risk_over_truth": (found.risk - truth) / squared,
        "v": np.sqrt(squared),
    }


def _penalised_again(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict[str, Any]:
    """Find both minimisers of one replicate on the line through theta_0, in 50 digits."""
    model, _, radius = _population(rng, cell, n)
    return replays_symmetric.penalised(model, radius, cell["lambda"], row)


@check(
    theorem_9[
        "l1-error-as-printed",
        "l1-error-corrected",
        "l2-error-as-printed",
        "l2-error-corrected",
        "risk-bias",
    ],
    version=2,
    paths=[
        Path({"lambda": -1}, {"s": 3, **EQUAL, "lambda": 0.02}),
        Path({"lambda": -1.5, "s": 1}, {"s": 2, **EQUAL, "lambda": 0.02}),
        Path(
            {"lambda": 1, "signal": 1, "sigma": 1}, {"s": 2, **EQUAL, "sigma": 0.5, "lambda": 0.01}
        ),
    ],
    seconds_per_replicate=1.4e-4,
    replay=_penalised_again,
    **ONCE,
)
def penalty_bias(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one noise level and radius, the same along a path, with infinite data."""
    model, _, radius = _population(rng, cell, n)
    return _penalised(model, radius, cell["lambda"])


@check(
    theorem_9["risk-as-printed", "risk-corrected"],
    version=2,
    paths=[
        Path({"s": 1, "lambda": fall}, {"s": 2, **EQUAL, "lambda": 0.2, "beta": beta}, 5, step=4)
        for fall, beta in ((-0.25, 0.25), (-1, 1.0))
    ],
    seconds_per_replicate=lambda cell: 1e-4 + (2e-5 if cell["beta"] < 1 else 2e-6) * cell["s"],
    replay=_penalised_again,
    **ONCE,
)
def penalty_and_support(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one noise level and radius, the same along a path, with infinite data."""
    model, _, radius = _population(rng, cell, n)
    return _penalised(model, radius, cell["lambda"])


def _radius_of_one(rng: np.random.Generator, n: int) -> Array:
    """Draw radii between those at which theta_0 and zero are optimal."""
    return rng.uniform(0.82, 0.95, n)


def _smoothed_again(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict[str, Any]:
    """Search one replicate without noise again, in 50 digits."""
    return replays_symmetric.smoothed(cell, float(_radius_of_one(rng, n)[row]))


SEARCHES, NODES = 6, 161
"""The global search: so many points, about the best of which it narrows so many times."""


@check(
    theorem_9[
        "smoothed-risk-as-printed", "smoothed-error-as-printed", "smoothed-risk", "smoothed-error"
    ],
    paths=[
        Path(
            {"lambda": -1, "xi": -2},
            {"d": 1, "s": 1, "signal": 1.0, "sigma": sigma, "lambda": 0.1, "xi": 0.01},
            sizes=5,
            step=3,
        )
        for sigma in (0.0, 0.5)
    ],
    seconds_per_replicate=8e-3,
    replay=_smoothed_again,
    **{**ONCE, "first": 16, "block": 16},
)
def smoothed_penalty(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one radius between those at which theta_0 and zero are optimal.

    The penalised surrogate risk of one coefficient is searched from -1.5 to 1.5 times the truth,
    which is one of the points; it may have several minima.
    """
    sigma, penalty, smoothing = cell["sigma"], cell["lambda"], cell["xi"]
    radius = _radius_of_one(rng, n)

    def minimum(loss: Loss, penalty: float) -> tuple[Array, Array]:
        middle, reach = np.zeros(n), 1.5
        for _ in range(SEARCHES):
            theta = middle[:, None] + reach * np.linspace(-1, 1, NODES)
            theta = np.concatenate([theta, np.ones((n, 1))], axis=1)
            value = risk(
                loss, np.hypot(1 - theta, sigma), np.abs(theta), radius[:, None], smoothing
            ).value + penalty * np.abs(theta)
            best = np.argmin(value, axis=1)[:, None]
            middle = np.take_along_axis(theta, best, axis=1)[:, 0]
            reach *= 4 / NODES
        lowest = np.take_along_axis(value, best, axis=1)[:, 0]
        return middle, lowest - penalty * np.abs(middle)

    best, optimal_risk = minimum("robust", 0.0)
    found, reached = minimum("surrogate", penalty)
    truth = risk("robust", sigma, 1.0, radius).value
    scale = squared_v(cell)
    return {
        "surrogate_excess": (reached - optimal_risk) / scale,
        "surrogate_over_truth": (reached - truth) / scale,
        "error_l1": np.abs(found - best),
    }


@check(
    theorem_9["null-penalty"],
    version=2,
    cells=product(s=1, **EQUAL, relative_radius=0.4, relative_penalty=[0.545, 0.663, 0.7, 0.815])
    + product(s=6, **EQUAL, relative_radius=0.8, relative_penalty=[0.29, 0.352, 0.372, 0.435]),
    seconds_per_replicate=3e-5,
    block=64,
)
def null_penalty(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one noise level, its penalised population risk compared with that at 0."""
    model, _, _ = _population(rng, cell, n)
    radius = cell["relative_radius"] * cell["signal"] / np.sqrt(model.signal_and_noise)
    penalty = cell["relative_penalty"] * 2 * cell["signal"] / np.sqrt(cell["s"])
    zero = np.zeros(model.theta_0.shape)
    return {"estimate_is_zero": ~can_be_lowered(rng, model, zero, radius, penalty=penalty)}


@check(
    theorem_9["null-threshold", "null-threshold-squared"],
    version=2,
    cells=product(d=4, signal=[0.3, 2.0], relative_radius=[1.0, 1.22, 1.29, 1.5]),
    seconds_per_replicate=6e-5,
)
def isotropic_null_minimisers(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one model with coefficients of the cell's norm, two of four not zero."""
    d, signal = cell["d"], cell["signal"]
    theta_0 = np.zeros((n, d))
    theta_0[:, :2] = rng.standard_normal((n, 2))
    theta_0 *= signal / np.linalg.norm(theta_0, axis=1, keepdims=True)
    noise = 10 ** rng.uniform(-1, 0.5, n)
    radius = cell["relative_radius"] * signal / np.sqrt(signal**2 + noise**2)
    model = LinearModel(theta_0, noise=noise)
    return {"null_is_optimal": ~can_be_lowered(rng, model, np.zeros((n, d)), radius)}


@check(
    proof_9["basic-inequality", "convexity", "cone"],
    cells=[{"n": 20, "d": 16, "s": 2, **SETTINGS, "sigma": 0.8}],
    seconds_per_replicate=1e-3,
    block=256,
    first=2048,
    saboteurs={"no attack": Times(epsilon=0)},
)
def penalised_solutions(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with a penalty just above its gradient at theta*."""
    s, epsilon = cell["s"], cell["epsilon"]
    x, y, _, best = sparse_data(rng, cell, n)
    gradient = semi_gradient(np.broadcast_to(best, (n, len(best))), x, y, epsilon)
    steepest = np.abs(gradient).max(axis=1)
    penalty = steepest * (1 + 10 ** rng.uniform(-2, 0, n))
    data = list(zip(x, y, strict=True))
    found = np.stack(
        [solve(*one, epsilon, penalty=float(k)).theta for one, k in zip(data, penalty, strict=True)]
    )
    away = found - best
    before = np.array([objective(best, *one, epsilon) for one in data])
    after = np.array([objective(t, *one, epsilon) for t, one in zip(found, data, strict=True)])
    return {
        "lambda": penalty,
        "gradient_noise": steepest,
        "on_support": np.abs(away[:, :s]).sum(axis=1),
        "off_support": np.abs(away[:, s:]).sum(axis=1),
        "along_gradient": np.sum(away * gradient, axis=1),
        "loss_difference": after - before,
        "loss_size": before,
    }


@check(
    proof_9["gradient-noise", "gradient-noise-without-s"],
    paths=[
        Path({"n": 1}, {"n": 100, "d": 40, "s": 4, **SETTINGS}),
        Path({"n": 1, "d": 1}, {"n": 40, "d": 80, "s": 4, **SETTINGS}, sizes=5),
        Path({"s": 1}, {"n": 400, "d": 128, "s": 2, **SETTINGS}),
        Path({"signal": 1, "sigma": 1}, {"n": 100, "d": 40, "s": 4, **SETTINGS}, sizes=4),
    ],
    seconds_per_replicate=lambda cell: 2e-5 + 1.2e-8 * cell["n"] * cell["d"],
    block=16,
)
def gradient_noise(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, and the gradient of its training loss at theta*."""
    x, y, _, best = sparse_data(rng, cell, n)
    gradient = semi_gradient(np.broadcast_to(best, (n, len(best))), x, y, cell["epsilon"])
    return {"gradient_noise": np.abs(gradient).max(axis=1)}


@check(
    remark_3["beats-no-penalty", "needs-tuning"],
    cells=[
        {"n": 200, "d": 100, "s": 2, "c": CONSTANT / 2, **SETTINGS},
        {"n": 100, "d": 200, "s": 2, "c": CONSTANT / 2, **SETTINGS},
        {"n": 400, "d": 8, "s": 8, "c": CONSTANT, **SETTINGS},
    ],
    seconds_per_replicate=lambda cell: 2e-3 + 5e-7 * cell["n"] * cell["d"],
)
def with_and_without_penalty(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, trained with and without the penalty."""
    x, y, theta_0, _ = sparse_data(rng, cell, n)

    def ratio(penalty: float) -> Array:
        found = [solve(*one, cell["epsilon"], penalty=penalty) for one in zip(x, y, strict=True)]
        risk = [float(isotropic_risk(one.theta, theta_0, cell)) for one in found]
        return np.array(risk) / squared_v(cell)

    risk = {"penalised_risk": ratio(prescribed(cell)), "plain_risk": ratio(0.0)}
    return risk | {"optimal_ratio": np.full(n, optimum_of(cell)[1] / squared_v(cell))}


@check(
    remark_3["dense-as-printed"],
    paths=[Path({"d": 1, "n": 1.75}, {"d": 4, "n": 160, "c": 1.0, **SETTINGS}, sizes=4)],
    seconds_per_replicate=lambda cell: 1e-3 + 5e-7 * cell["n"] * np.sqrt(cell["d"]),
    block=4,
)
def dense_as_printed(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with dense coefficients, and its penalised estimate."""
    everything = {**cell, "s": cell["d"]}
    theta_0, (_, optimal_risk, _) = flat(cell["d"], cell["signal"]), optimum_of(everything)
    found = estimates(rng, everything, n)
    risk = np.array([isotropic_risk(theta, theta_0, cell) for theta in found])
    return {"risk_excess": (risk - optimal_risk) / squared_v(cell)}


@check(
    remark_3["dense-corrected", "dense-smaller-penalty"],
    version=3,
    paths=[
        Path(ray, {"d": 4, "n": 400, "c": 1.0, **EQUAL}) for ray in ({"n": 1}, {"d": 1, "n": 2.5})
    ],
    seconds_per_replicate=4e-4,
    **ONCE,
)
def dense_corrected(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one noise level and radius, the same along a path, with infinite data."""
    everything = {**cell, "s": cell["d"]}
    model, _, radius = _population(rng, everything, n)
    small = _penalised(model, radius, prescribed({**everything, "s": 1}))
    return _penalised(model, radius, prescribed(everything)) | {
        "risk_excess_small": small["risk_excess"]
    }
