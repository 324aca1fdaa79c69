"""Checks of where the optima lie: on the ridge path, at zeros of which gradient, and how sparse."""

from __future__ import annotations

import mpmath as mp
import numpy as np

from bounds.xing2021.gradients import gradients, relative_bound
from bounds.xing2021.ridge import example_1, proposition_8
from sim.linear import population_training
from sim.linear.data import LinearModel
from sim.linear.surrogate_risk import Field
from verify.catalogue import Cell, Observables, check
from verify.checks.xing2021.drawn import (
    Array,
    deviation_and_length,
    log_uniform,
    null_radius,
    random_models,
    unit_vectors,
)
from verify.checks.xing2021.replays_linear import Instance, in_50_digits


def _path_residual(signal: Array, along: Array, theta: Array) -> tuple[Array, Array]:
    """Fit the level k in ``signal - along = k theta``; return it and the relative residual."""
    level = np.einsum("ni,ni->n", signal - along, theta) / np.einsum("ni,ni->n", theta, theta)
    rest = np.linalg.norm(signal - along - level[:, None] * theta, axis=-1)
    return level, rest / np.linalg.norm(signal, axis=-1)


def _attacked_models(
    rng: np.random.Generator, cell: Cell, n: int
) -> tuple[LinearModel, Array, Array]:
    """Draw n models, with the radius and the smoothing of an attack on each."""
    model = random_models(rng, n, cell["d"])
    radius = null_radius(model) * log_uniform(rng, 0.2, 2.0, n)
    return model, radius, model.signal_and_noise * log_uniform(rng, 1e-2, 0.5, n)


@in_50_digits
def vanishing_gradient(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Solve for the companion's minimiser on the ridge path, and integrate both fields there."""
    model, radius, smoothing = _attacked_models(rng, cell, n)
    instance = Instance(model, row, radius[row], smoothing[row])
    theta = instance.companion_minimiser()
    along, training, companion = instance.slopes(theta)
    pull = along * (instance.covariance * (theta - instance.theta_0))
    return {
        "difference_at_minimum": mp.norm((training - companion) * theta),
        "gradient_at_minimum": mp.norm(pull + companion * theta),
    }


@check(
    [
        *proposition_8["ridge-path", "ridge-path-of-companion", "ridge-path-of-training"],
        proposition_8["level-of-training"],
        relative_bound["relative"],
    ],
    cells=[{"d": 3, "B_3": 1e-6}],
    seconds_per_replicate=1.5e-3,
    block=256,
    first=2048,
    replay=vanishing_gradient,
)
def optima(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model with its three optima, found in all coordinates.

    They are the minimisers of the companion and of the surrogate risk, and the point where
    training comes to rest.
    """
    model, radius, smoothing = _attacked_models(rng, cell, n)
    signal = model.times_covariance(model.theta_0)
    companion = population_training.minimise("companion", model, radius, smoothing).theta
    training = population_training.stationary_point(model, radius, smoothing, companion).theta
    surrogate = population_training.minimise("surrogate", model, radius, smoothing, companion).theta
    observables = {"epsilon": radius, "xi": smoothing}
    for name, theta in (("companion", companion), ("surrogate", surrogate), ("training", training)):
        level, rest = _path_residual(signal, model.times_covariance(theta), theta)
        observables[f"{name}_residual"] = rest
    observables["kappa"] = level
    observables["q"], observables["B"] = deviation_and_length(model, training)
    pulled = {"inverse": model.times_covariance(surrogate), "shrinking": np.zeros_like(surrogate)}
    for name, along in pulled.items():
        observables[f"{name}_residual"] = _path_residual(model.theta_0, along, surrogate)[1]
    trained, descended = (
        population_training.gradient(field, model, companion, radius, smoothing)
        for field in ("training", "companion")
    )
    observables["difference_at_minimum"] = np.linalg.norm(trained - descended, axis=-1)
    observables["gradient_at_minimum"] = np.linalg.norm(descended, axis=-1)
    return observables


@check(
    gradients["no-potential"],
    cells=[
        {"case": "weak attack", "epsilon": 0.5, "xi": 1.0},
        {"case": "strong attack", "epsilon": 2.0, "xi": 1.0},
        {"case": "little smoothing", "epsilon": 2.0, "xi": 0.2},
    ],
    seconds_per_replicate=1e-3,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def curl_of_training(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the model with theta_0 = (1, 0), identity covariance and sigma = 0.5.

    The fields are differentiated at theta = (0.5, 0.6).
    """
    model = LinearModel(np.array([1.0, 0.0]), None, 0.5)
    theta = np.array([0.5, 0.6])
    observables = {}
    fields: dict[str, Field] = {
        "circulation": "training",
        "companion_circulation": "companion",
    }
    for name, field in fields.items():
        derivative = population_training.jacobian(field, model, theta, cell["epsilon"], cell["xi"])
        turn = abs(derivative[0, 1] - derivative[1, 0])
        observables[name] = np.full(n, turn / np.linalg.norm(derivative))
    return observables


@check(
    proposition_8["not-sparse"],
    cells=[{"epsilon": epsilon, "xi": 0.1, "d": 2} for epsilon in (0.3, 0.5, 0.7)],
    seconds_per_replicate=1e-2,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def correlated_pair(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the model with theta_0 = (1, 0), sigma = 1 and correlation 1/2 (or none)."""
    observables = {}
    for name, correlation in (("leak", 0.5), ("leak_without_correlation", 0.0)):
        covariance = np.array([[1.0, correlation], [correlation, 1.0]])
        model = LinearModel(np.array([1.0, 0.0]), covariance, 1.0)
        theta = population_training.minimise(
            "surrogate", model, cell["epsilon"], cell["xi"], np.array([0.5, 0.2])
        ).theta
        observables[name] = np.full(n, abs(theta[1]))
    return observables


@check(
    example_1["support"],
    cells=[{"d": 4, "active": 2}],
    seconds_per_replicate=1.5e-3,
    block=256,
    first=2048,
)
def block_diagonal(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random sparse model; the search starts at a vector without zeros."""
    d, active = cell["d"], cell["active"]
    model = random_models(rng, n, d)
    theta_0 = np.where(np.arange(d) < active, model.theta_0, 0.0)
    start = 0.5 * unit_vectors(rng, n, d)
    apart = (np.arange(d) < active)[:, None] == (np.arange(d) < active)
    draws = rng.uniform(0.2, 0.9, n), log_uniform(rng, 1e-2, 0.5, n)
    observables = {}
    for name, covariance in (
        ("leak", np.where(apart, model.written_covariance, 0.0)),
        ("leak_with_correlation", model.written_covariance),
    ):
        sparse = LinearModel(theta_0, covariance, model.noise)
        theta = population_training.minimise(
            "surrogate",
            sparse,
            null_radius(sparse) * draws[0],
            sparse.signal_and_noise * draws[1],
            start,
        ).theta
        outside = np.abs(theta[:, active:]).max(axis=-1)
        observables[name] = outside / np.linalg.norm(theta, axis=-1)
    return observables
