"""Checks of the smoothness and convexity of the surrogate risk and of its companion."""

from __future__ import annotations

from typing import Any

import numpy as np

from bounds.xing2021.companion import auxiliary
from bounds.xing2021.surrogate import convexity
from sim.linear import population_training
from sim.linear.data import LinearModel
from sim.linear.surrogate_risk import Loss, risk
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.xing2021.drawn import (
    Array,
    deviation_and_length,
    log_uniform,
    random_models,
    unit_models,
    unit_vectors,
)

FIGURE_1 = "setting of Figure 1"
RANDOM = "random models"


def _risk(
    loss: Loss, model: LinearModel, theta: Array, radius: Array, smoothing: Array
) -> Array:
    return risk(loss, *deviation_and_length(model, theta), radius, smoothing).value


@check(
    [convexity["convex"], convexity["nearly-convex"], auxiliary["convex"]],
    id="xing2021/midpoints",
    cells=[{"case": FIGURE_1, "d": 10}, {"case": RANDOM, "d": 3}],
    seconds_per_replicate=6e-5,
    block=512,
    first=2048,
    quick=7,
    full=7,
)
def midpoints(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one pair of coefficient vectors with their midpoint.

    Half of the pairs are near zero, on the scale on which the smoothed attack is switched on and
    almost along one ray; the others are anywhere.
    """
    d = cell["d"]
    if cell["case"] == FIGURE_1:
        model = LinearModel(np.ones((n, d)), None, np.ones(n))
        radius, smoothing = np.full(n, 3.0), np.full(n, 0.05)
    else:
        model = random_models(rng, n, d)
        radius = log_uniform(rng, 0.1, 4.0, n)
        smoothing = model.signal_and_noise * log_uniform(rng, 1e-3, 1.0, n)
    reach = smoothing / 2 / np.sqrt(model.signal_and_noise)
    middle = unit_vectors(rng, n, d) * (reach * log_uniform(rng, 0.1, 30.0, n))[:, None]
    half = middle * rng.uniform(0.05, 0.95, (n, 1))
    half = half + 0.05 * np.linalg.norm(half, axis=-1, keepdims=True) * unit_vectors(rng, n, d)
    near = (rng.random(n) < 0.5)[:, None]
    first = np.where(near, middle - half, rng.standard_normal((n, d)))
    second = np.where(near, middle + half, rng.standard_normal((n, d)))
    observables = {
        "epsilon": radius, "xi": smoothing, "v": np.sqrt(model.signal_and_noise),
        "eighth_of_square": ((first - second) ** 2).sum(axis=-1) / 8,
    }
    for number, end in ((1, first), (2, second)):
        observables[f"q_{number}"], observables[f"B_{number}"] = deviation_and_length(model, end)
    for loss, excess, scale in (
        ("surrogate", "midpoint_excess", "risk_scale"),
        ("companion", "companion_midpoint_excess", "companion_scale"),
    ):
        ends = [_risk(loss, model, theta, radius, smoothing) for theta in (first, second)]
        centre = _risk(loss, model, (first + second) / 2, radius, smoothing)
        observables[excess] = centre - (ends[0] + ends[1]) / 2
        observables[scale] = np.maximum(*ends)
    return observables


def _jump(
    loss: Loss, model: LinearModel, at: Array, u: Array, step: Array, radius: Array,
    smoothing: Array,
) -> Array:
    """Absolute change of the derivative along ``u`` across ``at``, from one-sided differences."""
    value = [
        _risk(loss, model, at + k * step[:, None] * u, radius, smoothing)
        for k in (-2, -1, 0, 1, 2)
    ]
    right = (-3 * value[2] + 4 * value[3] - value[4]) / (2 * step)
    left = (3 * value[2] - 4 * value[1] + value[0]) / (2 * step)
    return np.abs(right - left)


@check(
    [
        convexity["smooth"],
        convexity["smooth-at-truth"],
        auxiliary["smooth"],
        auxiliary["curvature-at-zero"],
    ],
    id="xing2021/kinks",
    cells=[{"d": 3}],
    seconds_per_replicate=1.9e-4,
    block=512,
    first=2048,
    full=7,
)
def kinks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model with a line through 0, and one through theta_0.

    The differences take steps of a hundredth of the length on which the attack is switched on (and
    less at theta_0, where the surrogate risk vanishes, so that nothing cancels).
    """
    model = random_models(rng, n, cell["d"])
    radius = log_uniform(rng, 0.1, 4.0, n)
    smoothing = model.signal_and_noise * log_uniform(rng, 1e-2, 1.0, n)
    u = unit_vectors(rng, n, cell["d"])
    quiet = LinearModel(model.theta_0, model.covariance, np.zeros(n))
    v, length_0 = np.sqrt(model.signal_and_noise), np.linalg.norm(model.theta_0, axis=-1)
    length_u = np.sqrt(model.squared_norm(u))
    observables = {
        "epsilon": radius, "xi": smoothing, "v": v, "length_0": length_0, "length_u": length_u,
        "curvature_at_zero": _curvature_at_zero(model, u, 0.005 * smoothing / v, radius, smoothing),
    }
    origin = np.zeros_like(u)
    step = 0.005 * smoothing / v
    for loss in ("surrogate", "companion", "robust"):
        observables[f"{loss}_jump"] = _jump(loss, model, origin, u, step, radius, smoothing)
    step = 1e-4 * smoothing / (length_0 * length_u)
    for loss in ("surrogate", "robust"):
        observables[f"{loss}_jump_at_truth"] = _jump(
            loss, quiet, model.theta_0, u, step, radius, smoothing
        )
    return observables


def _curvature_at_zero(
    model: LinearModel, u: Array, step: Array, radius: Array, smoothing: Array
) -> Array:
    """Second derivative of the companion risk at 0 along ``u``, by differences of fourth order."""
    value = [
        _risk("companion", model, k * step[:, None] * u, radius, smoothing)
        for k in (-2, -1, 0, 1, 2)
    ]
    second = -value[0] + 16 * value[1] - 30 * value[2] + 16 * value[3] - value[4]
    return second / (12 * step**2)


def _valley_cells() -> list[dict[str, Any]]:
    settings = [(0.01, 1.5, 0.1, 0), (0.1, 1.5, 1.0, 0), (0.001, 3.0, 1.0, 1)]
    return [
        {
            "d": 10, "sigma": float(np.sqrt(variance)), "epsilon": epsilon, "xi": xi,
            "wrong": wrong, "v": float(np.sqrt(10 + variance)),
        }
        for variance, epsilon, xi, wrong in settings
    ]


@check(
    [convexity["two-valleys"], convexity["wrong-valley"]],
    id="xing2021/valleys",
    cells=_valley_cells(),
    seconds_per_replicate=0.05,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def valleys(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the whole ray through theta_0 = 1 with identity covariance.

    The ray is scanned from 0 to beyond theta_0, densely where the attack is switched on.
    """
    d = cell["d"]
    model = LinearModel(np.ones(d), None, cell["sigma"])
    b = np.concatenate([np.geomspace(1e-5, 0.05, 600), np.linspace(0.05, 1.2, 600)[1:]])
    ray = b[:, None] * np.ones(d)

    def along(loss: Loss) -> Array:
        return _risk(loss, model, ray, cell["epsilon"], cell["xi"])

    surrogate, companion, robust = (along(loss) for loss in ("surrogate", "companion", "robust"))
    top, near, far = _barrier(surrogate)
    return {
        name: np.full(n, value)
        for name, value in {
            "barrier": top,
            "near_valley": surrogate[near],
            "far_valley": surrogate[far],
            "companion_barrier": _barrier(companion)[0],
            "robust_near": robust[near],
            "robust_far": robust[far],
        }.items()
    }


def _barrier(values: Array) -> tuple[float, int, int]:
    """Height of the highest barrier between two valleys, and where the valleys are."""
    before = np.minimum.accumulate(values)
    after = np.minimum.accumulate(values[::-1])[::-1]
    height = values - np.maximum(before, after)
    top = int(np.argmax(height))
    return float(height[top]), int(np.argmin(values[: top + 1])), top + int(np.argmin(values[top:]))


@check(
    auxiliary["hessian"],
    id="xing2021/companion-curvature",
    paths=[
        Path({"xi": -1}, {"xi": 0.1, "epsilon": epsilon, "d": 3}, sizes=6, step=2.0)
        for epsilon in (1.0, 3.0)
    ],
    seconds_per_replicate=1.7e-3,
    block=16,
    first=16,
    quick=1,
    full=1,
    common_random_numbers=True,
)
def companion_curvature(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model, in the unit of the response in which v is 1.

    The largest curvature is the largest eigenvalue of the Hessian over 32 points, half of them
    near 0.
    """
    model = unit_models(rng, n, cell["d"])
    radius, smoothing = cell["epsilon"], cell["xi"]
    spots = unit_vectors(rng, 32 * n, cell["d"]).reshape(32, n, cell["d"])
    lengths = np.concatenate(
        [smoothing * np.geomspace(0.01, 10, 16), np.geomspace(0.01, 2, 16)]
    )
    hessian = population_training.jacobian(
        "companion", model, spots * lengths[:, None, None], radius, smoothing
    )
    values = np.linalg.eigvalsh((hessian + np.swapaxes(hessian, -1, -2)) / 2)
    return {"largest_curvature": values.max(axis=(0, 2))}
