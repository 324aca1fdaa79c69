"""Whether coefficients minimise a convex risk, decided by comparing its values nearby."""

from __future__ import annotations

import numpy as np

from sim.linear.data import LinearModel
from sim.linear.population_risk import Attack, robust_risk_by_quadrature

Array = np.ndarray

STEP = 1e-6
"""Length of a move, over the norm of theta_0: what is not linear or a kink is a millionth."""

RESOLUTION = 1e-12
"""Relative fall of the risk that counts; the quadrature rounds to about 1e-14."""


def covariances(models: LinearModel) -> Array:
    """Return the covariance of every model: (n, d, d)."""
    n, d = models.theta_0.shape
    covariance = np.eye(d) if models.covariance is None else models.covariance
    return np.broadcast_to(covariance, (n, d, d))


def risks(
    models: LinearModel, theta: Array, radius: Array, attack: Attack = "l2"
) -> Array:
    """Quadrature risk of several coefficient vectors of each model: (n, k, d) to (n, k)."""
    noise = np.broadcast_to(models.noise, radius.shape)
    return np.stack([
        robust_risk_by_quadrature(
            several, theta_0, covariance, float(sigma), float(one), attack=attack
        )
        for several, theta_0, covariance, sigma, one in zip(
            theta, models.theta_0, covariances(models), noise, radius, strict=True
        )
    ])


def can_be_lowered(
    rng: np.random.Generator,
    models: LinearModel,
    theta: Array,
    radius: Array,
    attack: Attack = "l2",
    penalty: Array | float = 0.0,
) -> Array:
    """Return whether a short move from theta lowers the risk plus ``penalty * |theta|_1``: (n,).

    The moves are along the coordinates, towards theta_0 and zero, along ``covariance theta_0``,
    along a random direction, and along the steepest descents of the part that is odd around theta,
    which differences show. The risk is convex, so that a minimiser is a point that no move lowers;
    no subgradient condition is used.
    """
    n, d = theta.shape
    size = STEP * np.linalg.norm(models.theta_0, axis=-1)
    level = np.broadcast_to(penalty, (n,))[:, None]
    covariance = covariances(models)

    def values(directions: Array) -> Array:
        length = np.linalg.norm(directions, axis=-1, keepdims=True)
        unit = np.divide(directions, length, out=np.zeros(directions.shape), where=length > 0)
        points = theta[:, None, :] + size[:, None, None] * unit
        return risks(models, points, radius, attack) + level * np.abs(points).sum(axis=-1)

    axes = np.broadcast_to(np.concatenate([np.zeros((1, d)), np.eye(d), -np.eye(d)]),
                           (n, 2 * d + 1, d))
    along = values(axes)
    slope = (along[:, 1 : d + 1] - along[:, d + 1 :]) / (2 * size[:, None])
    sparse = np.sign(slope) * np.maximum(np.abs(slope) - level, 0)
    moves = np.stack([
        -slope, -sparse, -np.linalg.solve(covariance, slope[..., None])[..., 0],
        np.einsum("nij,nj->ni", covariance, models.theta_0), models.theta_0 - theta, -theta,
        rng.standard_normal((n, d)),
    ], axis=1)
    lowest = np.minimum(values(moves).min(axis=1), along.min(axis=1))
    return lowest < along[:, 0] * (1 - RESOLUTION)
