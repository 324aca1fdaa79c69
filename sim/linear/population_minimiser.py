"""Minimiser of the population adversarial risk of a linear model, Euclidean attack, fast.

Inputs are N(0, covariance), responses ``theta_0.x + noise``. The adversarial risk depends on theta
through ``q`` (root mean squared residual) and ``B = |theta|`` only, hence its minimiser lies on the
ridge path ``(covariance + kappa I)^{-1} covariance theta_0`` (Xing, Song and Cheng, AISTATS 2021,
equation (5), Propositions 1 and 8). On that path stationarity is a quadratic equation for the
radius, so that the radius is an explicit increasing function of ``kappa``; one eigendecomposition
serves every radius and each radius costs one scalar root.

This module relies on the closed form of the risk. Checks of that closed form use
:mod:`sim.linear.population_risk`, which does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]

# Mean absolute value of a standard normal variable.
_MEAN_ABSOLUTE = float(np.sqrt(2 / np.pi))


@dataclass(frozen=True)
class PopulationMinimum:
    """The minimiser of the population risk at one radius.

    Attributes
    ----------
    theta : ndarray, shape (d,)
        The coefficients; exactly zero from the null radius on.
    risk : float
        The adversarial risk there.
    ridge : float
        Strength of the ridge path at the minimiser: 0 at ``theta_0``, infinite at zero.
    """

    theta: Array
    risk: float
    ridge: float


class PopulationMinimiser:
    """Minimises the population adversarial risk at any radius after one eigendecomposition.

    Parameters
    ----------
    theta_0 : array_like, shape (d,)
        True coefficients, not all zero.
    covariance : array_like, shape (d, d)
        Positive definite covariance of the inputs.
    sigma : float >= 0
        Standard deviation of the noise.

    Attributes
    ----------
    null_radius : float
        Radius from which on the minimiser is exactly zero.
    exact_radius : float
        Radius up to which the minimiser is ``theta_0`` itself: 0 unless ``sigma`` is 0.

    Raises
    ------
    ValueError
        If shapes do not match, a value is not finite, ``theta_0`` is zero, ``sigma`` is negative
        or the covariance is not symmetric positive definite.
    """

    def __init__(self, theta_0: ArrayLike, covariance: ArrayLike, sigma: float):
        theta_0 = np.asarray(theta_0, dtype=float)
        covariance = np.asarray(covariance, dtype=float)
        if theta_0.ndim != 1 or covariance.shape != 2 * theta_0.shape:
            raise ValueError(
                "theta_0 must be (d,) and covariance (d, d); got "
                f"{theta_0.shape} and {covariance.shape}"
            )
        if not (np.isfinite(theta_0).all() and np.isfinite(covariance).all()):
            raise ValueError("theta_0 and covariance must be finite; got infinities or NaNs")
        if not 0 <= sigma < np.inf or not theta_0.any():
            raise ValueError(
                f"sigma must be finite and at least 0 and theta_0 not zero; got {sigma}"
            )
        if not np.allclose(covariance, covariance.T, rtol=1e-10, atol=0):
            raise ValueError("covariance must be symmetric")
        self._spectrum, self._axes = scipy.linalg.eigh(covariance, check_finite=False)
        if not self._spectrum[0] > 0:
            raise ValueError(
                f"covariance must be positive definite; smallest eigenvalue {self._spectrum[0]:.2e}"
            )
        self.theta_0, self.sigma = theta_0, float(sigma)
        self._true = self._axes.T @ theta_0
        # Everything needed is a sum over eigenvalues of these two weights.
        self._size = (self._spectrum * self._true) ** 2
        self._miss = self._spectrum * self._true**2
        self._zero_spread = float(np.sqrt(self._miss.sum() + self.sigma**2))
        self.null_radius = float(np.sqrt(self._size.sum())) / (_MEAN_ABSOLUTE * self._zero_spread)
        self.exact_radius = 0.0
        if sigma == 0:
            size = float(np.sqrt(self._true @ self._true))
            whitened = float(np.sqrt((self._true**2 / self._spectrum).sum()))
            self.exact_radius = _MEAN_ABSOLUTE * size / whitened

    def radius_at(self, ridge: float) -> float:
        """Return the radius whose minimiser has ridge strength ``ridge`` > 0."""
        return float(np.exp(self._log_radius(np.log(ridge))))

    def _size_and_spread(self, ridge: float) -> tuple[float, float]:
        """Return ``B`` and ``q`` at ``ridge``, both without cancellation."""
        inverse = 1 / (self._spectrum + ridge)
        squared = inverse * inverse
        size = float(np.sqrt(self._size @ squared))
        spread = float(np.sqrt(self.sigma**2 + ridge * ridge * (self._miss @ squared)))
        return size, spread

    def _log_radius(self, log_ridge: float) -> float:
        ridge = np.exp(log_ridge)
        size, spread = self._size_and_spread(ridge)
        # radius^2 + radius c (q/B - ridge B/q) = ridge; q/B - ridge B/q is where signs meet.
        half = 0.5 * _MEAN_ABSOLUTE * (spread / size - ridge * size / spread)
        root = np.sqrt(half * half + ridge)
        return float(np.log(ridge / (half + root) if half > 0 else root - half))

    def minimise(self, radius: float) -> PopulationMinimum:
        """Return the minimiser at ``radius``.

        Parameters
        ----------
        radius : float >= 0
            Largest Euclidean size of a perturbation of an input.

        Returns
        -------
        PopulationMinimum

        Raises
        ------
        ValueError
            If ``radius`` is negative or not finite.
        """
        risk, ridge = self._solve(radius)
        return PopulationMinimum(self._lift(ridge), risk, ridge)

    def _solve(self, radius: float) -> tuple[float, float]:
        """Return risk and ridge strength of the minimiser."""
        if not 0 <= radius < np.inf:
            raise ValueError(f"radius must be finite and at least 0; got {radius}")
        if radius >= self.null_radius:
            return self._zero_spread**2, np.inf
        if radius <= self.exact_radius:  # also radius 0, whatever the noise
            return self._risk(float(np.sqrt(self._true @ self._true)), self.sigma, radius), 0.0
        ridge = self._ridge(radius)
        return self._risk(*self._size_and_spread(ridge), radius), ridge

    def path(self, radii: ArrayLike) -> tuple[Array, Array, Array]:
        """Return the minimisers at many radii; in high dimension cheaper than one by one.

        Parameters
        ----------
        radii : array_like, shape (k,)
            Finite and at least 0, in any order.

        Returns
        -------
        theta : ndarray, shape (k, d)
        risk : ndarray, shape (k,)
        ridge : ndarray, shape (k,)

        Raises
        ------
        ValueError
            If a radius is negative or not finite.
        """
        radii = np.asarray(radii, dtype=float)
        solved = [self._solve(radius) for radius in radii]
        risk, ridge = np.array(solved, dtype=float).reshape(-1, 2).T
        return self._lift(ridge[:, None]), risk, ridge

    def _lift(self, ridge: Array | float) -> Array:
        """Return theta (..., d) on the ridge path; ``ridge`` is scalar or (..., 1)."""
        turned = self._spectrum / (self._spectrum + ridge) * self._true
        return np.where(ridge == 0, self.theta_0, turned @ self._axes.T)

    def _ridge(self, radius: float) -> float:
        target = float(np.log(radius))

        def excess(log_ridge: float) -> float:
            return self._log_radius(log_ridge) - target

        # The ridge of white inputs with this signal and noise is a start; then walk outwards.
        middle = float(np.log(radius * (radius + self.sigma / self._zero_spread)))
        middle += float(np.log(self._spectrum[-1])) * 0.5
        step = 2.0
        low = high = middle
        if excess(middle) > 0:
            while excess(low) > 0:
                low, high, step = low - step, low, 2 * step
        else:
            while excess(high) < 0:
                low, high, step = high, high + step, 2 * step
        return float(np.exp(scipy.optimize.brentq(excess, low, high, xtol=1e-15, rtol=1e-15)))

    def _risk(self, size: float, spread: float, radius: float) -> float:
        attack = radius * size
        return spread * spread + attack * attack + 2 * _MEAN_ABSOLUTE * attack * spread

    def gradient(self, theta: ArrayLike, radius: float) -> Array:
        """Return the gradient of the risk at ``theta``, where it is differentiable.

        Raises
        ------
        ValueError
            If ``theta`` is zero, or is ``theta_0`` without noise: there the risk has a kink.
        """
        theta = np.asarray(theta, dtype=float)
        turned = self._axes.T @ theta
        size = float(np.sqrt(turned @ turned))
        away = turned - self._true
        spread = float(np.sqrt(self.sigma**2 + self._spectrum @ (away * away)))
        if size == 0 or spread == 0:
            raise ValueError("the risk has a kink at zero and, without noise, at theta_0")
        pull = self._spectrum * away * (1 + radius * _MEAN_ABSOLUTE * size / spread)
        shrink = turned * (radius**2 + radius * _MEAN_ABSOLUTE * spread / size)
        return 2 * (self._axes @ (pull + shrink))
