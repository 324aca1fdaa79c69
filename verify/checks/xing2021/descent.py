"""Checks of Theorem 2: training with the surrogate attack on samples and on the population."""

from functools import lru_cache
from typing import Any

import numpy as np

from bounds import evaluate
from bounds.xing2021.descent import T, eta, theorem_2, xi
from sim.linear import population_training
from sim.linear.data import LinearModel
from sim.linear.surrogate_risk import Loss, risk
from sim.linear.training import attacked_loss, train
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.xing2021 import replays_symmetric
from verify.checks.xing2021.drawn import (
    Array,
    deviation_and_length,
    log_uniform,
    null_radius,
    unit_models,
    unit_vectors,
)
from verify.checks.xing2021.models import model_of, nested


def risk_of(loss: Loss, model: LinearModel, theta: Array, radius: Any, smoothing: Any) -> Array:
    """Return a population risk of coefficients: (..., d) to (...,)."""
    return risk(loss, *deviation_and_length(model, theta), radius, smoothing).value


def _prescribed(cell: Cell, model: LinearModel, n: int | None = None) -> dict[str, Any]:
    """Return the attack, step size and number of steps that the theorem prescribes."""
    known = {"v": np.sqrt(model.signal_and_noise), "n": n or cell["n"]}
    known |= {name: cell[name] for name in ("d", "L")}
    known["xi"] = evaluate(xi.definition, known)
    step, steps = (float(evaluate(each.definition, known)) for each in (eta, T))
    attack = {"radius": cell["epsilon"], "smoothing": float(known["xi"])}
    return {**attack, "step": step, "iterations": int(np.ceil(steps))}


def _from_truth(model: LinearModel, n: int) -> dict[str, Any]:
    return {"start": np.tile(model.theta_0, (n, 1)), "observe_at": ()}


@lru_cache(maxsize=64)
def _optimum(theta_0: tuple, covariance: tuple, noise: float, radius: float) -> tuple:
    """Return the robust optimum, its risk, and the robust risk of theta_0."""
    model = LinearModel(np.array(theta_0), np.array(covariance), noise)
    theta = population_training.robust_minimiser(model, radius).theta
    # The minimiser is exact to 1e-8: on the scale of the kink at zero that is zero.
    theta = np.where(np.linalg.norm(theta) < 1e-6, 0.0, theta)
    best = risk_of("robust", model, theta, radius, 0.0)
    truth = risk_of("robust", model, model.theta_0, radius, 0.0)
    return tuple(theta), float(best), float(truth)


def _optimum_of(cell: Cell) -> tuple[Array, float, float]:
    theta, best, truth = _optimum(
        cell["theta_0"], nested(np.array(cell["Sigma"])), cell["sigma"], cell["epsilon"]
    )
    return np.array(theta), best, truth


PLAIN = {"d": 2, "sigma": 1.0, "theta_0": (1.0, 0.5), "Sigma": ((1.0, 0.0), (0.0, 1.0))}
ONE = {"d": 1, "sigma": 1.0, "theta_0": (1.0,), "Sigma": ((1.0,),)}
SKEW = {"d": 2, "sigma": 0.8, "theta_0": (1.0, 0.3), "Sigma": ((1.4, 0.3), (0.3, 0.9))}


@check(
    theorem_2["risk", "coefficients", "training-loss", "coefficients-slow"],
    # From n = 256 on the prescribed smoothing is below the variance of y, and from 1000 on it does
    # not let the first steps jump far under the strongest attack.
    paths=[
        Path(
            {"n": 1}, {"n": least, **base, "epsilon": radius, "L": constant}, sizes=sizes, step=3.0
        )
        for base, radius, constant, least, sizes in (
            (ONE, 0.25, 0.75, 512, 5),
            (SKEW, 5.5, 12.0, 1200, 4),
            (PLAIN, 0.5, 10.0, 256, 4),
        )
    ],
    version=4,
    seconds_per_replicate=lambda cell: 4e-4 + 3e-9 * cell["n"] ** 1.35,
    bytes_per_replicate=lambda cell: 100.0 * cell["n"],
)
def training_schedule(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training on a sample, from theta_0, by the prescribed schedule.

    A second training on the same sample keeps the step size of the smallest sample.
    """
    model = model_of(cell)
    plan = _prescribed(cell, model)
    constant = plan | {"step": _prescribed(cell, model, n=256)["step"]}
    optimum, best, truth = _optimum_of(cell)
    x, y = model.sample(rng, n, cell["n"])
    theta = train(x, y, **plan, **_from_truth(model, n)).theta
    other = train(x, y, **constant, **_from_truth(model, n)).theta
    attack = plan["radius"], plan["smoothing"]
    return {
        "surrogate_risk": risk_of("surrogate", model, theta, *attack),
        "training_loss": attacked_loss(theta, x, y, *attack),
        "optimal_risk": np.full(n, best),
        "risk_of_truth": np.full(n, truth),
        "distance": np.linalg.norm(theta - optimum, axis=-1),
        "distance_to_truth": np.linalg.norm(theta - model.theta_0, axis=-1),
        "distance_with_constant_step": np.linalg.norm(other - optimum, axis=-1),
    }


@check(
    theorem_2["decreases"],
    paths=[
        Path(
            {"n": 1},
            {"n": 1024, **PLAIN, "theta_0": (1.0, 1.0), "epsilon": 3.0, "L": 40.0},
            sizes=6,
            step=2.0,
        )
    ],
    seconds_per_replicate=lambda cell: 5e-4 + 3e-9 * cell["n"] ** 1.4,
    bytes_per_replicate=lambda cell: 100.0 * cell["n"],
)
def monotone_descent(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training on a sample, from zero; the risk is watched step by step."""
    model = model_of(cell)
    plan = _prescribed(cell, model)
    attack = plan["radius"], plan["smoothing"]
    x, y = model.sample(rng, n, cell["n"])
    observers = {"risk": lambda theta: risk_of("surrogate", model, theta, *attack)}
    history = train(x, y, **plan, observers=observers).history["risk"]
    return {"always_decreases": np.all(np.diff(history, axis=-1) < 0, axis=-1)}


@check(
    theorem_2["companion-decreases"],
    cells=[{"d": 3, "L": 20.0}, {"d": 1, "L": 20.0}],
    seconds_per_replicate=4e-4,
    first=2048,
)
def companion_step(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one step of training on the population, in the unit in which v is 1.

    The step starts anywhere, or on the scale of the smoothing from the minimiser of the companion
    risk, or on the way from zero to it.
    """
    model = unit_models(rng, n, cell["d"])
    radius = log_uniform(rng, 0.3, 1.5, n)
    smoothing = log_uniform(rng, 5e-3, 0.2, n)
    lowest = population_training.minimise("companion", model, radius, smoothing).theta
    size = smoothing * log_uniform(rng, 1e-2, 10.0, n)
    near = lowest + size[:, None] * unit_vectors(rng, n, cell["d"])
    kind = rng.integers(3, size=n)[:, None]
    theta = np.select(
        [kind == 0, kind == 1],
        [rng.standard_normal((n, cell["d"])), near],
        rng.random((n, 1)) * lowest,
    )
    step = smoothing / cell["L"]
    after = theta - step[:, None] * population_training.gradient(
        "training", model, theta, radius, smoothing
    )
    q, _ = deviation_and_length(model, theta)
    slope = population_training.gradient("companion", model, theta, radius, smoothing)
    return {
        "epsilon": radius,
        "xi": smoothing,
        "v": np.ones(n),
        "q": q,
        "companion_gradient": np.linalg.norm(slope, axis=-1),
    } | {
        f"{loss}_change": risk_of(loss, model, after, radius, smoothing)
        - risk_of(loss, model, theta, radius, smoothing)
        for loss in ("companion", "surrogate")
    }


@check(
    theorem_2["rise"],
    paths=[
        Path(
            {"xi": -1},
            {"xi": 0.2, "epsilon": 3.0, "d": 2, "L": 40.0, "time": 0.5},
            sizes=6,
            step=2.0,
        )
    ],
    seconds_per_replicate=lambda cell: 1e-3 / cell["xi"],
    block=8,
    first=8,
    full=1,
    common_random_numbers=True,
)
def surrogate_rise(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training on the population from zero, in the unit in which v is 1.

    It lasts half a unit of time, whatever the step size.
    """
    model = unit_models(rng, n, cell["d"], noise=(0.5, 2.0))
    radius, smoothing = cell["epsilon"], cell["xi"]
    step = smoothing / cell["L"]
    history = population_training.train(
        model,
        radius=radius,
        smoothing=smoothing,
        step=step,
        iterations=int(np.ceil(cell["time"] / step)),
        start=np.zeros_like(model.theta_0),
        observers={"risk": lambda theta: risk_of("surrogate", model, theta, radius, smoothing)},
    ).history["risk"]
    return {"surrogate_rise": history[:, -1] - history.min(axis=-1)}


@check(
    theorem_2["fixed-point", "fixed-point-risk"],
    paths=[
        Path({"xi": -1}, {"xi": 0.002, "d": 2, "relative_radius": relative}, sizes=6, step=2.0)
        for relative in (0.4, 0.8, 2.0)
    ],
    seconds_per_replicate=5e-3,
    block=16,
    first=16,
    full=1,
    common_random_numbers=True,
)
def resting_points(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model in the unit in which v is 1.

    The attack radius is ``relative_radius`` times |Sigma theta_0| / v, from which on (divided by
    0.8) zero is optimal.
    """
    model = unit_models(rng, n, cell["d"], noise=(0.5, 2.0))
    radius = cell["relative_radius"] * null_radius(model)
    optimum = population_training.robust_minimiser(model, radius)
    rest = population_training.stationary_point(model, radius, cell["xi"]).theta
    best = risk_of("robust", model, optimum.theta, radius, 0.0)
    reached = risk_of("surrogate", model, rest, radius, cell["xi"])
    return {
        "fixed_point_distance": np.linalg.norm(rest - optimum.theta, axis=-1),
        "fixed_point_distance_to_truth": np.linalg.norm(rest - model.theta_0, axis=-1),
        "fixed_point_excess": np.abs(reached - best),
    }


@check(
    theorem_2["large-constant"],
    cells=[
        {"epsilon": epsilon, "L": 2 * epsilon * factor, "d": 3}
        for epsilon in (10.0, 30.0)
        for factor in (0.975, 1.025)
    ],
    seconds_per_replicate=1.2e-3,
)
def two_cycle(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training on the population, in the unit in which v is 1.

    It comes to rest if its last step is shorter than a tenth of the one half-way.
    """
    model = unit_models(rng, n, cell["d"], noise=(0.5, 2.0))
    smoothing = log_uniform(rng, 1e-3, 1e-2, n)
    path = population_training.train(
        model,
        radius=cell["epsilon"],
        smoothing=smoothing,
        step=smoothing / cell["L"],
        iterations=120,
        start=1e-3 * smoothing[:, None] * model.theta_0,
        observers={"first": lambda theta: theta[:, 0], "last": lambda theta: theta[:, -1]},
        observe_at=(60, 61, 119, 120),
    ).history
    moves = np.hypot(np.diff(path["first"], axis=-1), np.diff(path["last"], axis=-1))
    return {"settles": moves[:, 2] < 0.1 * moves[:, 0]}


def _untrained_again(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict[str, Any]:
    """Train one replicate in 50 digits, its responses exactly without noise."""
    model = model_of(cell)
    x, _ = model.sample(rng, n, cell["n"])
    return replays_symmetric.without_noise(model, x[row], _prescribed(cell, model))


@check(
    theorem_2["risk-without-noise", "coefficients-without-noise"],
    paths=[
        Path(
            {"n": 1}, {"n": 256, **PLAIN, "sigma": 0.0, "epsilon": 1.5, "L": 5.0}, sizes=6, step=2.0
        )
    ],
    seconds_per_replicate=1e-3,
    block=4,
    replay=_untrained_again,
)
def noiseless_training(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training from theta_0 on a noiseless sample, as prescribed."""
    model = model_of(cell)
    plan = _prescribed(cell, model)
    optimum, best, _ = _optimum_of(cell)
    x, y = model.sample(rng, n, cell["n"])
    theta = train(x, y, **plan, **_from_truth(model, n)).theta
    return {
        "surrogate_risk": risk_of("surrogate", model, theta, plan["radius"], plan["smoothing"]),
        "optimal_risk": np.full(n, best),
        "distance": np.linalg.norm(theta - optimum, axis=-1),
    }


@check(
    theorem_2["truth-attracts"],
    cells=[
        {"d": 5, "n": 500, "sigma": 0.0, "epsilon": epsilon, "xi": xi}
        for epsilon in (1.5, 3.0)
        for xi in (0.1, 1.0)
    ],
    seconds_per_replicate=0.02,
    first=1,
    full=1,
    complete=True,
)
def attracting_truth(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training on a noiseless sample, from 0.001 off theta_0.

    A second one has noise of standard deviation 1.
    """
    d = cell["d"]
    observables = {}
    for name, noise in (("attraction", 0.0), ("attraction_with_noise", 1.0)):
        model = LinearModel(np.ones(d) / np.sqrt(d), None, noise)
        x, y = model.sample(rng, n, cell["n"])
        offset = 1e-3 * unit_vectors(rng, n, d)
        theta = train(
            x,
            y,
            radius=cell["epsilon"],
            smoothing=cell["xi"],
            step=cell["xi"] / (8 * cell["epsilon"]),
            iterations=400,
            start=model.theta_0 + offset,
            observe_at=(),
        ).theta
        observables[name] = np.linalg.norm(theta - model.theta_0, axis=-1) / 1e-3
    return observables
