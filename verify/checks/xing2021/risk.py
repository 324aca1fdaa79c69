"""Checks of the closed forms of the robust risk and of its minimisers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bounds.xing2021.cost import claim_c_epsilon, optimal_risk
from bounds.xing2021.risk import (
    equation_5,
    equation_9,
    minimiser_l2,
    minimiser_linf,
    minimiser_noiseless,
    proposition_1,
)
from sim.linear import attack as linear_attack
from sim.linear.data import Array, LinearModel, random_covariance
from sim.linear.population_risk import Attack
from verify.catalogue import Cell, Observables, check, product
from verify.checks.xing2021.by_values import can_be_lowered, inverse_times, minimisers, risks
from verify.checks.xing2021.models import anisotropic_cells, model_of
from verify.checks.xing2021.replays_linear import Instance, in_50_digits


def _points(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, Array, Array]:
    """Return theta, and n independent points as a data set: (d,), (n, d), (n,)."""
    x, y = model_of(cell).sample(rng, 1, n)
    return np.array(cell["theta"]), x[0], y[0]


TOGETHER = 32
"""Points of which a replicate is the mean: a mean to 1 % wants more of them than are kept."""


@check(
    [equation_5["risk"], equation_9["risk"]],
    cells=anisotropic_cells(),
    version=3,
    seconds_per_replicate=TOGETHER * 1e-7,
    block=512,
    first=512,
)
def attacked_loss(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the mean over some points, attacked with the worst perturbation."""
    theta, x, y = _points(rng, cell, TOGETHER * n)

    def attacked(norm: Attack) -> Array:
        worst = linear_attack.worst_case(theta, x, y, cell["epsilon"], norm)
        losses = linear_attack.squared_loss(theta, x + worst, y)
        return losses.reshape(n, TOGETHER).mean(axis=1)

    return {"attacked_loss": attacked("l2"), "attacked_loss_linf": attacked("linf")}


@check(
    [equation_5["worst-case"], equation_9["worst-case"]],
    cells=anisotropic_cells(),
    seconds_per_replicate=4e-5,
    first=2048,
    quick=8,
)
def ascended_loss(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one point, attacked by projected ascent that knows no closed form."""
    theta, x, y = _points(rng, cell, n)

    def ascended(norm: Attack) -> Array:
        found = linear_attack.projected_ascent(theta, x, y, cell["epsilon"], norm, rng=rng)
        return linear_attack.squared_loss(theta, x + found, y)

    return {
        "r": linear_attack.residual(theta, x, y),
        "ascended_loss": ascended("l2"),
        "ascended_loss_linf": ascended("linf"),
    }


def _instances(
    rng: np.random.Generator, n: int, d: int, *, isotropic: bool = False, noiseless: bool = False
) -> LinearModel:
    """Draw n models: random truth, covariance and noise over two orders of magnitude."""
    scale = 10 ** rng.uniform(-1, 1, (n, 1))
    covariance: Array = np.broadcast_to(np.eye(d), (n, d, d))
    if not isotropic:
        covariance = random_covariance(rng, n, d)
    noise = np.zeros(n) if noiseless else scale[:, 0] * 10 ** rng.uniform(-1, 0.5, n)
    return LinearModel(scale * rng.standard_normal((n, d)), covariance, noise)


def _minimisers(
    rng: np.random.Generator, models: LinearModel, radius: Array, attack: Attack = "l2"
) -> tuple[Array, Array]:
    """Minimise the quadrature risk of every model: coefficients (n, d) and risks (n,).

    That no short move lowers the risk is then seen from its values. The minimiser itself decides
    by subgradient conditions whether zero, or the truth, is optimal, as theory would.
    """
    theta, risk = minimisers(models, radius, attack)
    lowered = can_be_lowered(rng, models, theta, radius, attack)
    if lowered.any():
        worst = int(np.flatnonzero(lowered)[0])
        raise RuntimeError(
            f"a short move lowers the risk at {theta[worst]}, where it should be least; the "
            f"minimiser fails for theta_0 = {models.theta_0[worst]} at radius {radius[worst]}"
        )
    return theta, risk


def _unit(models: LinearModel, attack: Attack = "l2") -> Array:
    """Unit of the attack radius: the dual norm of Sigma theta_0 over the root of E[y^2]."""
    pulled = models.times_covariance(models.theta_0)
    order = 2 if attack == "l2" else np.inf
    return np.linalg.norm(pulled, order, axis=-1) / np.sqrt(models.signal_and_noise)


@check(
    minimiser_l2["ridge-level", "ridge-path", "ridge-level-positive"],
    cells=product(d=[2, 5]),
    version=3,
    seconds_per_replicate=2.6e-5,
    block=512,
    first=1280,
)
def minimisers_l2(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model and radius, its risk minimised by convex optimisation."""
    models = _instances(rng, n, cell["d"])
    epsilon = _unit(models) * rng.uniform(0.02, 1.5, n)
    theta, _ = _minimisers(rng, models, epsilon)
    squared = np.sum(theta**2, axis=1)
    pull = models.times_covariance(models.theta_0 - theta)
    signal = np.linalg.norm(models.times_covariance(models.theta_0), axis=1)
    inside = squared > 0
    kappa = np.divide(np.sum(theta * pull, axis=1), squared, out=np.ones(n), where=inside)
    return {
        "active": inside,
        "epsilon": epsilon,
        "kappa": kappa,
        "q": models.residual_deviation(theta),
        "B": np.where(inside, np.sqrt(squared), 1.0),
        "ridge_residual": np.linalg.norm(pull - kappa[:, None] * theta, axis=1) / signal,
    }


@check(
    minimiser_noiseless["leaves-truth"],
    cells=product(d=[3], sigma=0.0, relative_radius=[0.6, 0.775, 0.82, 1.0]),
    version=2,
    seconds_per_replicate=7e-5,
)
def noiseless_truth(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model without noise, attacked at the cell's relative radius."""
    models, unit = _noiseless(rng, cell, n)
    radius = cell["relative_radius"] * unit
    return {"truth_is_not_optimal": can_be_lowered(rng, models, models.theta_0, radius)}


def _noiseless(rng: np.random.Generator, cell: Cell, n: int) -> tuple[LinearModel, Array]:
    """Draw n models without noise, and |theta_0| / |Sigma^{-1/2} theta_0| of each."""
    models = _instances(rng, n, cell["d"], noiseless=True)
    whitened = np.sqrt(np.sum(models.theta_0 * inverse_times(models, models.theta_0), axis=1))
    return models, np.linalg.norm(models.theta_0, axis=1) / whitened


@check(
    minimiser_noiseless["smallest-risk"],
    cells=product(d=[3], sigma=0.0, relative_radius=[0.2, 0.7]),
    version=2,
    seconds_per_replicate=1.3e-5,
    block=512,
    first=1280,
)
def noiseless_optimal_risk(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model without noise under a weak attack."""
    models, unit = _noiseless(rng, cell, n)
    radius = cell["relative_radius"] * unit
    return {
        "optimal_risk": _minimisers(rng, models, radius)[1],
        "epsilon": radius,
        "length_0": np.linalg.norm(models.theta_0, axis=1),
    }


@check(
    minimiser_linf["soft-level", "soft-threshold"],
    cells=product(d=[3]),
    version=2,
    seconds_per_replicate=1.2e-3,
)
def minimisers_linf(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random isotropic model and radius, under coordinatewise attacks."""
    models = _instances(rng, n, cell["d"], isotropic=True)
    epsilon = _unit(models, "linf") * rng.uniform(0.02, 1.5, n)
    theta, _ = _minimisers(rng, models, epsilon, "linf")
    truth = np.abs(models.theta_0)
    support = theta != 0
    count = support.sum(axis=1)
    shrunk = np.where(support, truth - np.abs(theta), 0).sum(axis=1)
    tau = np.divide(shrunk, count, out=np.ones(n), where=count > 0)
    soft = np.sign(models.theta_0) * np.clip(truth - tau[:, None], 0, None)
    return {
        "active": count > 0,
        "epsilon": epsilon,
        "tau": tau,
        "q": models.residual_deviation(theta),
        "S": np.abs(theta).sum(axis=1),
        "soft_residual": np.linalg.norm(theta - soft, axis=1) / np.linalg.norm(truth, axis=1),
    }


@check(
    [proposition_1["null-radius"], minimiser_linf["null-radius"]],
    cells=product(d=[3], epsilon=1.0, relative_radius=[1.0, 1.225, 1.283, 1.5]),
    version=2,
    seconds_per_replicate=1e-4,
)
def null_minimisers(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model, attacked at the cell's radius in its own units."""
    models = _instances(rng, n, cell["d"])

    def zero_is_optimal(attack: Attack) -> NDArray[np.bool_]:
        radius = cell["relative_radius"] * _unit(models, attack)
        return _zero_is_optimal(rng, models, radius, attack)

    return {
        "null_is_optimal": zero_is_optimal("l2"),
        "null_is_optimal_linf": zero_is_optimal("linf"),
    }


def _zero_is_optimal(
    rng: np.random.Generator, models: LinearModel, radius: Array, attack: Attack
) -> NDArray[np.bool_]:
    return ~can_be_lowered(rng, models, np.zeros(models.theta_0.shape), radius, attack)


def _null_radius(rng: np.random.Generator, models: LinearModel, attack: Attack) -> Array:
    """Find by bisection the radius from which on no move from zero lowers the risk: (n,)."""
    low, high = np.zeros(len(models.theta_0)), 8 * _unit(models, attack)
    for _ in range(20):
        middle = (low + high) / 2
        zero = _zero_is_optimal(rng, models, middle, attack)
        low, high = np.where(zero, low, middle), np.where(zero, middle, high)
    return (low + high) / 2


@check(
    [*proposition_1["null-radius-value", "universal-radius"], minimiser_linf["null-radius-value"]],
    cells=product(d=[3], epsilon=1.0),
    version=3,
    seconds_per_replicate=2.5e-4,
    block=512,
    first=1280,
    quick=8,
)
def null_radius(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model; its null radius is found by bisection."""
    models = _instances(rng, n, cell["d"])
    pulled = models.times_covariance(models.theta_0)
    return {
        "null_radius": _null_radius(rng, models, "l2"),
        "null_radius_linf": _null_radius(rng, models, "linf"),
        "v": np.sqrt(models.signal_and_noise),
        "norm_times": np.linalg.norm(pulled, axis=1),
        "largest_times": np.abs(pulled).max(axis=1),
        "norm_0": np.linalg.norm(models.theta_0, axis=1),
        "largest_0": np.abs(models.theta_0).max(axis=1),
        "weighted_0": np.sqrt(models.squared_norm(models.theta_0)),
        "norm_inverse": np.linalg.norm(inverse_times(models, models.theta_0), axis=1),
        "lambda_max": np.linalg.eigvalsh(models.written_covariance)[:, -1],
    }


def _jump(models: LinearModel, at: Array, direction: Array, radius: Array) -> Array:
    """Change of the directional derivative across a point, by extrapolated differences: (n,)."""
    step = 1e-4 * np.linalg.norm(models.theta_0, axis=1)
    moves = np.array([0.0, 1.0, -1.0, 0.5, -0.5])
    points = at[:, None, :] + (step[:, None] * moves)[..., None] * direction[:, None, :]
    centre, up, down, half_up, half_down = risks(models, points, radius).T
    whole = (up + down - 2 * centre) / step
    half = (half_up + half_down - 2 * centre) / (step / 2)
    return 2 * half - whole


@check(
    proposition_1["kink-at-zero", "kink-at-truth", "smooth-elsewhere", "convex"],
    cells=product(d=[3]),
    version=2,
    seconds_per_replicate=8e-5,
)
def risk_landscape(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model, with random points near and far from its kinks."""
    d = cell["d"]
    models = _instances(rng, n, d)
    quiet = LinearModel(models.theta_0, models.covariance, np.zeros(n))
    length = np.linalg.norm(models.theta_0, axis=1)
    epsilon = 10 ** rng.uniform(-1, 0.7, n)
    direction = rng.standard_normal((n, d))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    # Midpoints straddle the origin, the truth, and points of every size.
    size = length[:, None] * 10 ** rng.uniform(-3, 0.5, (n, 1))
    centre = np.where(rng.random((n, 1)) < 0.5, 0.0, models.theta_0)
    first = centre + size * rng.standard_normal((n, d))
    second = np.where(
        rng.random((n, 1)) < 0.5, 2 * centre - first, centre + size * rng.standard_normal((n, d))
    )
    ends = np.stack([first, (first + second) / 2, second], axis=1)
    noise = np.where(rng.random(n) < 0.3, 0.0, np.asarray(models.noise))
    mixed = LinearModel(models.theta_0, models.covariance, noise)
    left, middle, right = risks(mixed, ends, epsilon).T
    # Without noise the truth is a kink; with noise it is none, however near, and zero still is.
    off = length * np.where(rng.random(n) < 0.5, rng.uniform(0.2, 2, n), 0.0)
    near = np.where(noise > 0, off, length * rng.uniform(0.2, 0.8, n))
    away = models.theta_0 + near[:, None] * direction
    largest = np.linalg.eigvalsh(models.written_covariance)[:, -1]
    return {
        "epsilon": epsilon,
        "v": np.sqrt(mixed.signal_and_noise),
        "length_0": length,
        "length_u": np.sqrt(models.squared_norm(direction)),
        "jump_at_zero": _jump(mixed, np.zeros((n, d)), direction, epsilon),
        "jump_at_truth": _jump(quiet, models.theta_0, direction, epsilon),
        "jump_elsewhere": np.abs(_jump(mixed, away, direction, epsilon)) / epsilon,
        "midpoint_excess": middle - (left + right) / 2,
        "risk_scale": left + right,
        "quarter_square": largest * np.sum((first - second) ** 2, axis=1) / 4,
    }


@check(
    [claim_c_epsilon["increasing"], optimal_risk["increasing"]],
    cells=product(d=[3], epsilon=1.0, relative_radius=[0.05, 0.3, 0.6, 0.9, 1.1, 1.3, 1.6]),
    common_random_numbers=True,
    version=4,
    seconds_per_replicate=2e-5,
    block=512,
    first=1280,
    quick=8,
)
def optimal_risk_along_radius(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model, the same at every radius (in units of the model)."""
    models = _instances(rng, n, cell["d"])
    theta, risk = minimisers(models, cell["relative_radius"] * _unit(models))
    squared = models.signal_and_noise
    return {
        "c_epsilon": models.squared_norm(theta - models.theta_0) / squared,
        "optimal_risk": risk / squared,
    }


def _quiet_ends(
    rng: np.random.Generator, cell: Cell, n: int
) -> tuple[LinearModel, LinearModel, Array]:
    """Draw n models; also return them without noise, and the strength of a moderate attack."""
    models = _instances(rng, n, cell["d"])
    quiet = LinearModel(models.theta_0, models.covariance, np.zeros(n))
    return models, quiet, rng.uniform(0.05, 1.2, n)


@in_50_digits
def costless_attack(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Find the optimum of the model without noise on the ridge path, whose end is the truth."""
    _, quiet, moderate = _quiet_ends(rng, cell, n)
    instance = Instance(quiet, row, moderate[row] * _unit(quiet)[row])
    theta = instance.robust_minimiser()
    ratio = instance.deviation(theta) / instance.deviation(0 * theta)
    return {"c_epsilon_noiseless": ratio**2}


@check(
    [
        *claim_c_epsilon["positive", "positive-with-noise", "plateau"],
        *optimal_risk["at-zero", "beyond-null"],
    ],
    cells=product(d=[3], epsilon=1.0),
    version=3,
    seconds_per_replicate=1.5e-4,
    block=512,
    first=1280,
    replay=costless_attack,
)
def optimal_risk_ends(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one random model, at no, a moderate and a crushing attack."""
    models, quiet, moderate = _quiet_ends(rng, cell, n)
    unit, squared = _unit(models), models.signal_and_noise
    some, _ = _minimisers(rng, models, moderate * unit)
    weak, _ = _minimisers(rng, quiet, moderate * _unit(quiet))
    beyond, risk_beyond = _minimisers(rng, models, rng.uniform(1.3, 3, n) * unit)
    _, risk_at_zero = _minimisers(rng, models, np.zeros(n))

    def cost(theta: Array) -> Array:
        return models.squared_norm(theta - models.theta_0) / squared

    return {
        "sigma": np.asarray(models.noise),
        "v": np.sqrt(squared),
        "c_epsilon": cost(some),
        "c_epsilon_noiseless": cost(weak),
        "c_epsilon_beyond": cost(beyond),
        "plateau": models.squared_norm(models.theta_0) / squared,
        "optimal_risk_at_zero": risk_at_zero,
        "optimal_risk_beyond": risk_beyond,
    }
