"""Whether coefficients minimise a convex risk, decided by comparing its values nearby."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.linear.data import Array, LinearModel
from sim.linear.population_risk import Attack, attacked_risks, minimise_risk, minimise_risks

STEP = 1e-6
"""Length of a move, in units of the response over those of the inputs: what is not linear or a kink
is a millionth, and what falls along it by as much of its slope is seen."""

RESOLUTION = 1e-12
"""Relative fall of the risk that counts; the quadrature rounds to about 1e-14."""


def covariances(models: LinearModel) -> Array:
    """Return the covariance of every model: (n, d, d)."""
    n, d = models.theta_0.shape
    return np.broadcast_to(models.written_covariance, (n, d, d))


def inverse_times(models: LinearModel, vectors: Array) -> Array:
    """Return the inverse covariance of every model times its vector: (n, d)."""
    return np.linalg.solve(covariances(models), vectors[..., None])[..., 0]


def risks(models: LinearModel, theta: Array, radius: Array, attack: Attack = "l2") -> Array:
    """Quadrature risk of several coefficient vectors of each model: (n, k, d) to (n, k)."""
    spread = models.residual_deviation(np.swapaxes(theta, 0, 1)).T
    return attacked_risks(theta, spread, radius[:, None], attack)


def minimisers(models: LinearModel, radius: Array, attack: Attack = "l2") -> tuple[Array, Array]:
    """Minimise the quadrature risk of every model, and trust the minimiser: (n, d) and (n,)."""
    noise = np.broadcast_to(np.asarray(models.noise, dtype=float), radius.shape)
    if attack == "l2":
        return minimise_risks(models.theta_0, covariances(models), noise, radius)
    instances = zip(models.theta_0, covariances(models), noise, radius, strict=True)
    found = [minimise_risk(*one, attack=attack) for one in instances]
    return np.stack([one.theta for one in found]), np.array([one.risk for one in found])


def can_be_lowered(
    rng: np.random.Generator,
    models: LinearModel,
    theta: Array,
    radius: Array,
    attack: Attack = "l2",
    penalty: Array | float = 0.0,
) -> NDArray[np.bool_]:
    """Return whether a short move from theta lowers the risk plus ``penalty * |theta|_1``: (n,).

    The moves are along the coordinates, towards theta_0 and zero, along ``covariance theta_0``,
    along a random direction, and along the steepest descents of the part that is odd around theta,
    which differences show. The risk is convex, so that a minimiser is a point that no move lowers;
    no subgradient condition is used.
    """
    n, d = theta.shape
    variance = np.einsum("nii->n", covariances(models)) / d
    size = STEP * np.sqrt(models.signal_and_noise / variance)
    level = np.broadcast_to(penalty, (n,))[:, None]

    def values(directions: Array) -> Array:
        length = np.linalg.norm(directions, axis=-1, keepdims=True)
        unit = np.divide(directions, length, out=np.zeros(directions.shape), where=length > 0)
        points = theta[:, None, :] + size[:, None, None] * unit
        return risks(models, points, radius, attack) + level * np.abs(points).sum(axis=-1)

    axes = np.concatenate([np.zeros((1, d)), np.eye(d), -np.eye(d)])
    along = values(np.broadcast_to(axes, (n, 2 * d + 1, d)))
    slope = (along[:, 1 : d + 1] - along[:, d + 1 :]) / (2 * size[:, None])
    sparse = np.sign(slope) * np.maximum(np.abs(slope) - level, 0)
    pulled = np.einsum("nij,nj->ni", covariances(models), models.theta_0)
    back, wander = models.theta_0 - theta, rng.standard_normal((n, d))
    newton = -inverse_times(models, slope)
    moves = np.stack([-slope, -sparse, newton, pulled, back, -theta, wander], axis=1)
    lowest = np.minimum(values(moves).min(axis=1), along.min(axis=1))
    return lowest < along[:, 0] * (1 - RESOLUTION)
