"""Linear regression data: Gaussian inputs of any covariance, a linear signal, Gaussian noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class LinearModel:
    """``y = theta_0 . x + e`` with ``x ~ N(0, covariance)`` and ``e ~ N(0, noise**2)``.

    Attributes
    ----------
    theta_0 : (..., d) true coefficients; leading axes are instances of the model
    covariance : (..., d, d) positive definite, or None for the identity
    noise : scalar or (...,) standard deviation of ``e``, at least 0
    """

    theta_0: Array
    covariance: Array | None = None
    noise: Any = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "theta_0", np.asarray(self.theta_0, dtype=np.float64))
        object.__setattr__(self, "noise", np.asarray(self.noise, dtype=np.float64))
        if np.any(self.noise < 0):
            raise ValueError(f"the noise is a standard deviation, at least 0; got {self.noise}")
        if self.covariance is None:
            return
        covariance = np.asarray(self.covariance, dtype=np.float64)
        d = self.theta_0.shape[-1]
        if covariance.shape[-2:] != (d, d):
            raise ValueError(
                f"theta_0 has {d} coordinates, so the covariance is {d} x {d}; "
                f"got {covariance.shape[-2:]}"
            )
        object.__setattr__(self, "covariance", covariance)

    @property
    def dimension(self) -> int:
        """Number of inputs d."""
        return self.theta_0.shape[-1]

    @property
    def written_covariance(self) -> Array:
        """The covariance, the identity too: (..., d, d)."""
        return np.eye(self.dimension) if self.covariance is None else self.covariance

    @property
    def signal_and_noise(self) -> Array:
        """Return ``E[y**2]``: (...,)."""
        return self.squared_norm(self.theta_0) + np.asarray(self.noise) ** 2

    def squared_norm(self, theta: Array) -> Array:
        """Return ``theta' covariance theta``: (..., d) to (...,)."""
        return np.einsum("...i,...i->...", theta, self.times_covariance(theta))

    def times_covariance(self, theta: Array) -> Array:
        """Return ``covariance theta``: (..., d) to (..., d)."""
        if self.covariance is None:
            return np.asarray(theta, dtype=np.float64)
        return np.einsum("...ij,...j->...i", self.covariance, theta)

    def residual_deviation(self, theta: Array) -> Array:
        """Return the standard deviation of ``x . theta - y``: (..., d) to (...,)."""
        return np.sqrt(self.squared_norm(theta - self.theta_0) + np.asarray(self.noise) ** 2)

    def sample(self, rng: np.random.Generator, replicates: int, n: int) -> tuple[Array, Array]:
        """Draw data sets.

        Parameters
        ----------
        rng : numpy.random.Generator
        replicates, n : int
            Independent data sets, and points in each. If the model has one leading axis of
            instances, it must be ``replicates`` long: one data set from each.

        Returns
        -------
        x : (replicates, n, d)
        y : (replicates, n)
        """
        x = rng.standard_normal((replicates, n, self.dimension))
        if self.covariance is not None:
            x = x @ np.swapaxes(np.linalg.cholesky(self.covariance), -1, -2)
        noise = np.broadcast_to(np.asarray(self.noise), (replicates,))[:, None]
        signal = np.einsum(
            "rnd,...d->rn" if self.theta_0.ndim == 1 else "rnd,rd->rn", x, self.theta_0
        )
        return x, signal + noise * rng.standard_normal((replicates, n))


def random_covariance(
    rng: np.random.Generator, instances: int, d: int, spread: float = 4.0
) -> Array:
    """Draw covariances with random eigenvectors and log-uniform eigenvalues.

    Parameters
    ----------
    instances, d : int
    spread : float >= 1
        Eigenvalues lie in ``[1/spread, spread]``.

    Returns
    -------
    (instances, d, d) symmetric positive definite matrices.
    """
    vectors, triangle = np.linalg.qr(rng.standard_normal((instances, d, d)))
    vectors = vectors * np.sign(np.diagonal(triangle, axis1=1, axis2=2))[:, None, :]
    values = spread ** rng.uniform(-1, 1, (instances, d))
    covariance = (vectors * values[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    return (covariance + np.swapaxes(covariance, 1, 2)) / 2
