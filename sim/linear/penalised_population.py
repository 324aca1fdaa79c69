"""Population adversarial risk of a linear model plus an L1 penalty, minimised for many models.

Inputs are N(0, covariance) with independent noise, so that the risk under Euclidean attacks is
``q**2 + 2 m radius q B + radius**2 B**2`` with ``q`` the root mean squared residual, ``B`` the norm
of theta and ``m`` the mean absolute value of a standard normal, taken from quadrature. Since
``2 q B <= q**2 / t + t B**2`` with equality at ``t = q / B``, every iterate gives a quadratic that
lies above the risk and touches it there; its penalised minimum is a soft threshold, coordinate by
coordinate. The objective falls in every step, and the result carries a bound of its distance to the
minimiser.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.linear.data import LinearModel
from sim.linear.population_risk import half_normal_rule

Array = NDArray[np.floating]

SWEEPS = 20000
"""Limit on the sweeps over the coordinates."""

ROUNDING = 1e-13
"""Relative size of a subgradient that cannot be made smaller in double precision."""


@dataclass(frozen=True)
class PenalisedMinimum:
    """Minimisers of the penalised risk of every model.

    Attributes
    ----------
    theta : (..., d) coefficients, with exact zeros
    risk : (...) adversarial risk there, without the penalty
    error : (...) bound of the distance to the minimiser in the norm of the covariance
    """

    theta: Array
    risk: Array
    error: Array


def mean_absolute_normal() -> float:
    """Return E|Z| of a standard normal Z, by quadrature."""
    nodes, weights = half_normal_rule()
    return float(weights @ nodes)


def minimise_penalised_risk(
    model: LinearModel, radius: ArrayLike, penalty: ArrayLike
) -> PenalisedMinimum:
    """Minimise the population risk under Euclidean attacks plus ``penalty * |theta|_1``.

    Parameters
    ----------
    model : LinearModel
        ``theta_0`` (..., d); the noise must be positive.
    radius, penalty : scalars or (...), at least 0

    Returns
    -------
    PenalisedMinimum

    Raises
    ------
    ValueError
        If the noise is not positive, or a radius or a penalty is negative or not finite.
    RuntimeError
        If some model has not converged (not observed but next to the radius from which on the
        minimiser is zero).
    """
    theta_0 = model.theta_0
    lead = theta_0.shape[:-1]
    noise, radius, penalty = (
        np.broadcast_to(np.asarray(value, dtype=np.float64), lead)
        for value in (model.noise, radius, penalty)
    )
    if not np.all(noise > 0):
        raise ValueError("the noise must be positive: without it the risk has a kink at theta_0")
    for name, value in (("radius", radius), ("penalty", penalty)):
        if not np.all(np.isfinite(value) & (value >= 0)):
            raise ValueError(f"the {name} must be finite and at least 0; got {value.min():g}")
    problem = _Problem(theta_0, model.covariance, noise, radius, penalty, mean_absolute_normal())
    theta, error = problem.minimise()
    return PenalisedMinimum(theta, problem.risk(theta), error)


def soft_threshold(values: Array, level: ArrayLike) -> Array:
    """Move values towards zero by ``level``, stopping there."""
    return np.sign(values) * np.maximum(np.abs(values) - level, 0.0)


@dataclass(frozen=True)
class _Problem:
    """The penalised risks of a stack of models."""

    theta_0: Array
    covariance: Array | None
    noise: Array
    radius: Array
    penalty: Array
    moment: float

    def times(self, theta: Array) -> Array:
        """Return the covariance times theta."""
        if self.covariance is None:
            return theta
        return np.einsum("...ij,...j->...i", self.covariance, theta)

    def scalars(self, theta: Array) -> tuple[Array, Array]:
        """Return q and B."""
        away = theta - self.theta_0
        squared = np.einsum("...i,...i->...", away, self.times(away))
        return np.sqrt(squared + self.noise**2), np.linalg.norm(theta, axis=-1)

    def risk(self, theta: Array) -> Array:
        """Return the adversarial risk."""
        q, b = self.scalars(theta)
        attack = self.radius * b
        return q**2 + 2 * self.moment * q * attack + attack**2

    def zero_is_optimal(self) -> NDArray[np.bool_]:
        """Return where the subgradient condition holds at zero."""
        pull = soft_threshold(2 * self.times(self.theta_0), self.penalty[..., None])
        q, _ = self.scalars(np.zeros_like(self.theta_0))
        return np.linalg.norm(pull, axis=-1) <= 2 * self.moment * self.radius * q

    def weights(self, theta: Array) -> tuple[Array, Array]:
        """Return the factors of q^2 and of B^2 in the quadratic that touches the risk here."""
        q, b = self.scalars(theta)
        b = np.where(b > 0, b, 1.0)
        first = 1 + self.moment * self.radius * b / q
        return first, self.radius**2 + self.moment * self.radius * q / b

    def least_subgradient(self, theta: Array) -> tuple[Array, Array]:
        """Return the subgradient with the smallest entries, and the size of what it sums."""
        first, second = self.weights(theta)
        fitted, pull = self.times(theta), self.times(self.theta_0)
        fit = 2 * first[..., None] * (fitted - pull)
        smooth = fit + 2 * second[..., None] * theta
        level = self.penalty[..., None]
        slack = np.where(theta == 0, soft_threshold(smooth, level), smooth + level * np.sign(theta))
        size = np.linalg.norm(fitted, axis=-1) + np.linalg.norm(pull, axis=-1)
        terms = 2 * first * size + 2 * second * np.linalg.norm(theta, axis=-1)
        return slack, terms

    def minimise(self) -> tuple[Array, Array]:
        """Descend; return the coefficients and the bounds of their distance to the minimisers."""
        zero = self.zero_is_optimal()
        theta = np.where(zero[..., None], 0.0, self.theta_0)
        for _ in range(SWEEPS):
            slack, terms = self.least_subgradient(theta)
            size = np.linalg.norm(slack, axis=-1)
            if np.all(zero | (size <= ROUNDING * terms)):
                break
            theta = np.where(zero[..., None], 0.0, self.sweep(theta))
        else:
            raise RuntimeError(
                f"{np.sum(~zero & (size > ROUNDING * terms))} models did not converge in {SWEEPS} "
                "sweeps: their radius is next to the one from which on the minimiser is zero"
            )
        return theta, np.where(zero, 0.0, self._distance(slack))

    def sweep(self, theta: Array) -> Array:
        """Minimise the touching quadratic plus the penalty, one coordinate after another."""
        first, second = (weight[..., None] for weight in self.weights(theta))
        level = self.penalty[..., None] / 2
        if self.covariance is None:
            return soft_threshold(first * self.theta_0, level) / (first + second)
        theta = theta.copy()
        for j in range(theta.shape[-1]):
            row, own = self.covariance[..., j, :], self.covariance[..., j, j]
            others = np.einsum("...i,...i->...", row, self.theta_0 - theta) + own * theta[..., j]
            target = soft_threshold(first[..., 0] * others, level[..., 0])
            theta[..., j] = target / (first[..., 0] * own + second[..., 0])
        return theta

    def _distance(self, slack: Array) -> Array:
        """Bound the distance: the risk less ``(1 - moment^2) q^2`` is convex."""
        if self.covariance is None:
            whitened = np.linalg.norm(slack, axis=-1)
        else:
            solved = np.linalg.solve(self.covariance, slack[..., None])[..., 0]
            whitened = np.sqrt(np.maximum(np.einsum("...i,...i->...", slack, solved), 0.0))
        return whitened / (2 * (1 - self.moment**2))
