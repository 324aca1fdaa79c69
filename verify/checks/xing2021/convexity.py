"""Checks of the smoothness and convexity of the surrogate risk and of its companion."""

from __future__ import annotations

from collections.abc import Sequence

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
from verify.checks.xing2021.replays_linear import Instance, exactly, in_50_digits

FIGURE_1 = "setting of Figure 1"
RANDOM = "random models"
MIDPOINTS: dict[Loss, tuple[str, str]] = {
    "surrogate": ("midpoint_excess", "risk_scale"),
    "companion": ("companion_midpoint_excess", "companion_scale"),
}
"""For each risk, its excess at a midpoint, and on what scale."""


def _risk(loss: Loss, model: LinearModel, theta: Array, radius: Array, smoothing: Array) -> Array:
    return risk(loss, *deviation_and_length(model, theta), radius, smoothing).value


def _pairs(
    rng: np.random.Generator, cell: Cell, n: int
) -> tuple[LinearModel, Array, Array, Array, Array]:
    """Draw n models with radius and smoothing of the attack, and two coefficient vectors each."""
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
    return model, radius, smoothing, first, second


@in_50_digits
def one_midpoint(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Integrate the loss under the explicit attack at the ends and at the midpoint."""
    model, radius, smoothing, *ends = _pairs(rng, cell, n)
    instance = Instance(model, row, radius[row], smoothing[row])
    first, second = (exactly(end[row]) for end in ends)
    left, middle, right = map(instance.surrogate_risk, (first, (first + second) / 2, second))
    return {"midpoint_excess": middle - (left + right) / 2, "risk_scale": max(left, right)}


@check(
    [*convexity["convex", "nearly-convex"], auxiliary["convex"]],
    cells=[{"case": FIGURE_1, "d": 10}, {"case": RANDOM, "d": 3}],
    seconds_per_replicate=2.5e-5,
    first=2048,
    replay=one_midpoint,
)
def midpoints(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one pair of coefficient vectors with their midpoint.

    Half of the pairs are near zero, on the scale on which the smoothed attack is switched on and
    almost along one ray; the others are anywhere.
    """
    model, radius, smoothing, first, second = _pairs(rng, cell, n)
    observables = {
        "epsilon": radius,
        "xi": smoothing,
        "v": np.sqrt(model.signal_and_noise),
        "eighth_of_square": ((first - second) ** 2).sum(axis=-1) / 8,
    }
    for number, end in ((1, first), (2, second)):
        observables[f"q_{number}"], observables[f"B_{number}"] = deviation_and_length(model, end)
    for loss, (excess, scale) in MIDPOINTS.items():
        ends = [_risk(loss, model, theta, radius, smoothing) for theta in (first, second)]
        centre = _risk(loss, model, (first + second) / 2, radius, smoothing)
        observables[excess] = centre - (ends[0] + ends[1]) / 2
        observables[scale] = np.maximum(*ends)
    return observables


def _jump(value: Sequence[Array], step: Array) -> Array:
    """Absolute change of the derivative across the middle, from one-sided differences."""
    right = (-3 * value[2] + 4 * value[3] - value[4]) / (2 * step)
    left = (3 * value[2] - 4 * value[1] + value[0]) / (2 * step)
    return np.abs(right - left)


def _curvature(value: Sequence[Array], step: Array) -> Array:
    """Second derivative in the middle, by differences of fourth order."""
    second = -value[0] + 16 * value[1] - 30 * value[2] + 16 * value[3] - value[4]
    return second / (12 * step**2)


@check(
    [*convexity["smooth", "smooth-at-truth"], *auxiliary["smooth", "curvature-at-zero"]],
    cells=[{"d": 3}],
    seconds_per_replicate=1.9e-4,
    first=2048,
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
        "epsilon": radius,
        "xi": smoothing,
        "v": v,
        "length_0": length_0,
        "length_u": length_u,
    }

    def along(loss: Loss, law: LinearModel, at: Array, step: Array) -> list[Array]:
        points = (at + k * step[:, None] * u for k in (-2, -1, 0, 1, 2))
        return [_risk(loss, law, point, radius, smoothing) for point in points]

    step, origin = 0.005 * smoothing / v, np.zeros_like(u)
    losses: tuple[Loss, ...] = ("surrogate", "companion", "robust")
    near_zero = {loss: along(loss, model, origin, step) for loss in losses}
    for loss in losses:
        observables[f"{loss}_jump"] = _jump(near_zero[loss], step)
    observables["curvature_at_zero"] = _curvature(near_zero["companion"], step)
    step = 1e-4 * smoothing / (length_0 * length_u)
    smooth_and_not: tuple[Loss, ...] = ("surrogate", "robust")
    for loss in smooth_and_not:
        values = along(loss, quiet, model.theta_0, step)
        observables[f"{loss}_jump_at_truth"] = _jump(values, step)
    return observables


@check(
    convexity["two-valleys", "wrong-valley"],
    cells=[
        {"d": 10, "epsilon": epsilon, "xi": xi, "wrong": wrong}
        | {"sigma": float(np.sqrt(variance)), "v": float(np.sqrt(10 + variance))}
        for variance, epsilon, xi, wrong in (
            (0.01, 1.5, 0.1, 0),
            (0.1, 1.5, 1.0, 0),
            (0.001, 3.0, 1.0, 1),
        )
    ],
    seconds_per_replicate=0.05,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def valleys(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the whole ray through theta_0 = 1 with identity covariance.

    The ray is scanned from 0 to beyond theta_0, densely where the attack is switched on.
    """
    truth = np.ones(cell["d"])
    model = LinearModel(truth, None, cell["sigma"])
    b = np.concatenate([np.geomspace(1e-5, 0.05, 600), np.linspace(0.05, 1.2, 600)[1:]])
    surrogate, companion, robust = (
        _risk(loss, model, b[:, None] * truth, cell["epsilon"], cell["xi"])
        for loss in ("surrogate", "companion", "robust")
    )
    top, near, far = _barrier(surrogate)
    found = {
        "barrier": top,
        "near_valley": surrogate[near],
        "far_valley": surrogate[far],
        "companion_barrier": _barrier(companion)[0],
        "robust_near": robust[near],
        "robust_far": robust[far],
    }
    return {name: np.full(n, value) for name, value in found.items()}


def _barrier(values: Array) -> tuple[float, int, int]:
    """Height of the highest barrier between two valleys, and where the valleys are."""
    before = np.minimum.accumulate(values)
    after = np.minimum.accumulate(values[::-1])[::-1]
    height = values - np.maximum(before, after)
    top = int(np.argmax(height))
    return float(height[top]), int(np.argmin(values[: top + 1])), top + int(np.argmin(values[top:]))


@check(
    auxiliary["hessian"],
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
    lengths = np.concatenate([smoothing * np.geomspace(0.01, 10, 16), np.geomspace(0.01, 2, 16)])
    hessian = population_training.jacobian(
        "companion", model, spots * lengths[:, None, None], radius, smoothing
    )
    values = np.linalg.eigvalsh((hessian + np.swapaxes(hessian, -1, -2)) / 2)
    return {"largest_curvature": values.max(axis=(0, 2))}
