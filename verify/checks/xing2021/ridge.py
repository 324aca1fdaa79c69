"""Checks of where the optima lie: on the ridge path, at zeros of which gradient, and how sparse."""

from __future__ import annotations

from typing import Any

import numpy as np

from bounds.xing2021.gradients import gradients, relative_bound
from bounds.xing2021.ridge import example_1, proposition_8
from sim.linear import population_training
from sim.linear.data import LinearModel
from verify.catalogue import Cell, Observables, check
from verify.checks.xing2021.drawn import (
    Array,
    deviation_and_length,
    log_uniform,
    null_radius,
    random_models,
    unit_vectors,
)


def _path_residual(signal: Array, along: Array, theta: Array) -> tuple[Array, Array]:
    """Fit the level k in ``signal - along = k theta``; return it and the relative residual."""
    level = np.einsum("ni,ni->n", signal - along, theta) / np.einsum("ni,ni->n", theta, theta)
    rest = np.linalg.norm(signal - along - level[:, None] * theta, axis=-1)
    return level, rest / np.linalg.norm(signal, axis=-1)


@check(
    [
        proposition_8["ridge-path"],
        proposition_8["ridge-path-of-companion"],
        proposition_8["ridge-path-of-training"],
        proposition_8["level-of-training"],
        relative_bound["relative"],
    ],
    id="xing2021/optima",
    cells=[{"d": 3, "B_3": 1e-6}],
    seconds_per_replicate=1.5e-3,
    block=256,
    first=2048,
    full=7,
)
def optima(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model with its three optima, found in all coordinates.

    They are the minimisers of the companion and of the surrogate risk, and the point where
    training comes to rest.
    """
    model = random_models(rng, n, cell["d"])
    radius = null_radius(model) * log_uniform(rng, 0.2, 2.0, n)
    smoothing = model.signal_and_noise * log_uniform(rng, 1e-2, 0.5, n)
    signal = model.times_covariance(model.theta_0)
    companion = population_training.minimise("companion", model, radius, smoothing).theta
    training = population_training.stationary_point(model, radius, smoothing, companion).theta
    surrogate = population_training.minimise(
        "surrogate", model, radius, smoothing, companion
    ).theta
    observables = {"epsilon": radius, "xi": smoothing}
    for name, theta in (
        ("companion", companion), ("surrogate", surrogate), ("training", training)
    ):
        level, rest = _path_residual(signal, model.times_covariance(theta), theta)
        observables[f"{name}_residual"] = rest
    observables["kappa"] = level
    observables["q"], observables["B"] = deviation_and_length(model, training)
    observables["inverse_residual"] = _path_residual(
        model.theta_0, model.times_covariance(surrogate), surrogate
    )[1]
    observables["shrinking_residual"] = _path_residual(
        model.theta_0, np.zeros_like(surrogate), surrogate
    )[1]
    fields = [
        population_training.gradient(field, model, companion, radius, smoothing)
        for field in ("training", "companion")
    ]
    observables["difference_at_minimum"] = np.linalg.norm(fields[0] - fields[1], axis=-1)
    observables["gradient_at_minimum"] = np.linalg.norm(fields[1], axis=-1)
    return observables


def _curl_cells() -> list[dict[str, Any]]:
    return [
        {"case": case, "epsilon": epsilon, "xi": xi}
        for case, epsilon, xi in (
            ("weak attack", 0.5, 1.0), ("strong attack", 2.0, 1.0), ("little smoothing", 2.0, 0.2)
        )
    ]


@check(
    gradients["no-potential"],
    id="xing2021/curl-of-training",
    cells=_curl_cells(),
    seconds_per_replicate=1e-3,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def curl(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the model with theta_0 = (1, 0), identity covariance and sigma = 0.5.

    The fields are differentiated at theta = (0.5, 0.6).
    """
    model = LinearModel(np.array([1.0, 0.0]), None, 0.5)
    theta = np.array([0.5, 0.6])
    observables = {}
    for field, name in (("training", "circulation"), ("companion", "companion_circulation")):
        derivative = population_training.jacobian(
            field, model, theta, cell["epsilon"], cell["xi"]
        )
        turn = abs(derivative[0, 1] - derivative[1, 0])
        observables[name] = np.full(n, turn / np.linalg.norm(derivative))
    return observables


@check(
    proposition_8["not-sparse"],
    id="xing2021/correlated-pair",
    cells=[{"epsilon": epsilon, "xi": 0.1, "d": 2} for epsilon in (0.3, 0.5, 0.7)],
    seconds_per_replicate=1e-2,
    block=1,
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
    id="xing2021/block-diagonal",
    cells=[{"d": 4, "active": 2}],
    seconds_per_replicate=1.5e-3,
    block=256,
    first=2048,
    full=7,
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
        ("leak", np.where(apart, model.covariance, 0.0)),
        ("leak_with_correlation", model.covariance),
    ):
        sparse = LinearModel(theta_0, covariance, model.noise)
        theta = population_training.minimise(
            "surrogate", sparse, null_radius(sparse) * draws[0],
            sparse.signal_and_noise * draws[1], start,
        ).theta
        outside = np.abs(theta[:, active:]).max(axis=-1)
        observables[name] = outside / np.linalg.norm(theta, axis=-1)
    return observables
