"""Random linear models for checks of statements about all models."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.linear.data import LinearModel, random_covariance

Array = NDArray[np.floating]


def log_uniform(rng: np.random.Generator, low: float, high: float, n: int) -> Array:
    """Draw n numbers whose logarithms are uniform."""
    return np.exp(rng.uniform(np.log(low), np.log(high), n))


def unit_vectors(rng: np.random.Generator, n: int, d: int) -> Array:
    """Draw n unit vectors: (n, d)."""
    u = rng.standard_normal((n, d))
    return u / np.linalg.norm(u, axis=-1, keepdims=True)


def random_models(
    rng: np.random.Generator, n: int, d: int, *, noise: tuple[float, float] = (0.2, 2.0)
) -> LinearModel:
    """Draw n models: Gaussian coefficients, any covariance, noise of the order of the signal."""
    return LinearModel(
        rng.standard_normal((n, d)), random_covariance(rng, n, d), log_uniform(rng, *noise, n)
    )


def unit_models(
    rng: np.random.Generator, n: int, d: int, *, noise: tuple[float, float] = (0.2, 2.0)
) -> LinearModel:
    """Draw n models as `random_models` does, in the unit of the response in which v is 1."""
    model = random_models(rng, n, d, noise=noise)
    v = np.sqrt(model.signal_and_noise)
    return LinearModel(model.theta_0 / v[:, None], model.covariance, model.noise / v)


def deviation_and_length(model: LinearModel, theta: Array) -> tuple[Array, Array]:
    """Return q and B: the residual's standard deviation and the norm of theta, both (...,)."""
    return model.residual_deviation(theta), np.linalg.norm(theta, axis=-1)


def null_radius(model: LinearModel) -> Array:
    """Return the unit of attack radii ``|covariance theta_0| / v``: (...,)."""
    signal = np.linalg.norm(model.times_covariance(model.theta_0), axis=-1)
    return signal / np.sqrt(model.signal_and_noise)
