"""Checks of the surrogate and companion risks: closed forms, gradients, and how near they are."""

from __future__ import annotations

import numpy as np

from bounds.xing2021.companion import auxiliary
from bounds.xing2021.gradients import gradients, relative_bound
from bounds.xing2021.surrogate import definition
from sim.linear import attack as linear_attack
from sim.linear import population_training, surrogate_risk
from sim.linear.data import LinearModel
from sim.linear.training import attacked_loss
from verify.catalogue import Cell, Observables, check
from verify.checks.xing2021.drawn import deviation_and_length, log_uniform, random_models
from verify.checks.xing2021.models import anisotropic_cells, model_of

STEP = 1e-20
"""Complex step: derivatives come out exact to rounding."""

DIFFERENTIATED = ("surrogate_loss", "frozen_slope", "companion_loss", "companion_slope")
"""Losses and their slopes along a direction, of one point."""


def _sample_cells() -> list[dict]:
    """Models under a weak and a strong attack, hardly and heavily smoothed."""
    cells = []
    for cell in anisotropic_cells():
        if cell["epsilon"] not in (0.6, 2.0):
            continue
        model, theta = model_of(cell), np.array(cell["theta"])
        q, b = deviation_and_length(model, theta)
        u = np.arange(1.0, cell["d"] + 1)
        u /= np.linalg.norm(u)
        scalars = {"q": float(q), "B": float(b), "theta_u": float(theta @ u)}
        cells += [{**cell, **scalars, "xi": xi, "u": tuple(u)} for xi in (0.3, 3.0)]
    return cells


def _points(rng: np.random.Generator, cell: Cell, n: int) -> dict[str, np.ndarray]:
    """Draw n points under the explicit surrogate attack.

    The loss is differentiated along a direction with the attack held fixed; the companion loss is
    differentiated as it stands.
    """
    theta, u = np.array(cell["theta"]), np.array(cell["u"])
    radius, smoothing = cell["epsilon"], cell["xi"]
    x, y = model_of(cell).sample(rng, 1, n)
    x, y = x[0], y[0]
    attack = linear_attack.smoothed(theta, x, y, radius, smoothing)
    moved = theta + 1j * STEP * u
    frozen = ((x + attack) @ moved - y) ** 2
    residual, square = x @ moved - y, moved @ moved
    companion = (
        residual**2
        + 2 * radius * np.sqrt(square * residual**2 + smoothing**2 / 4)
        + radius**2 * square
    )
    return {
        "r": x @ theta - y,
        "x_u": x @ u,
        "surrogate_loss": frozen.real,
        "frozen_slope": frozen.imag / STEP,
        "companion_loss": companion.real,
        "companion_slope": companion.imag / STEP,
    }


@check(
    [definition["per-sample"], *gradients["semi-gradient", "companion-gradient"]],
    cells=_sample_cells(),
    seconds_per_replicate=1e-6,
    first=2048,
)
def surrogate_points(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one point, under the explicit surrogate attack."""
    points = _points(rng, cell, n)
    del points["companion_loss"]
    return points


TOGETHER = 32
"""Points of which a replicate is the mean: means want millions of them, more than is kept."""


@check(
    [
        definition["risk"],
        auxiliary["risk"],
        *gradients["population", "companion-population"],
        *gradients["difference-printed", "difference-sampled"],
    ],
    cells=_sample_cells(),
    version=3,
    seconds_per_replicate=TOGETHER * 1.5e-7,
    block=512,
    first=512,
    quick=12,
)
def surrogate_samples(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the mean over some points, under the explicit surrogate attack."""
    points = _points(rng, cell, TOGETHER * n)
    return {name: points[name].reshape(n, TOGETHER).mean(axis=1) for name in DIFFERENTIATED}


@check(
    [
        *definition["closed-form", "below-robust", "gap", "flat-at-truth"],
        *auxiliary["closed-form", "above-robust", "near-robust"],
        gradients["difference"],
        relative_bound["additive"],
    ],
    version=3,
    cells=[{"d": 3}],
    seconds_per_replicate=3e-5,
    first=2048,
)
def surrogate_population(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model, coefficient vector, attack and smoothing.

    Risks and gradients are integrals over the law of the residual.
    """
    model = random_models(rng, n, cell["d"])
    theta = rng.standard_normal((n, cell["d"]))
    radius = log_uniform(rng, 0.1, 400.0, n)  # the gap's bound is attained as it grows,
    q, b = deviation_and_length(model, theta)
    smoothing = 2 * q * b * log_uniform(rng, 1e-4, 30.0, n)  # and the companion's as this does
    training, companion = (
        population_training.gradient(field, model, theta, radius, smoothing)
        for field in ("training", "companion")
    )
    # One noiseless point of every model, attacked at its true coefficients.
    x, y = LinearModel(model.theta_0, model.covariance, 0.0).sample(rng, n, 1)
    observables = {
        "epsilon": radius,
        "xi": smoothing,
        "q": q,
        "B": b,
        "v": np.sqrt(model.signal_and_noise),
        "difference": np.linalg.norm(training - companion, axis=-1),
        "loss_at_truth": attacked_loss(model.theta_0, x, y, radius, smoothing),
        "length_0": np.linalg.norm(model.theta_0, axis=-1),
    }
    for name, integral in {
        "surrogate_risk": surrogate_risk.risk("surrogate", q, b, radius, smoothing),
        "companion_risk": surrogate_risk.risk("companion", q, b, radius, smoothing),
        "robust_risk": surrogate_risk.risk("robust", q, b, radius),
        "smoothing_gap": surrogate_risk.smoothing_gap(q, b, radius, smoothing),
        "companion_excess": surrogate_risk.companion_excess(q, b, radius, smoothing),
    }.items():
        observables[name], observables[f"{name}_error"] = integral
    return observables
