"""Newton's method for the function of `SpreadAndNorm`, with the Euclidean norm, of many models."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

STEPS, HALVINGS = 200, 60
START = 2.0 ** (-np.arange(80) / 2)
"""Multiples of the steepest descent at zero, over the largest that can lower the function."""

NO_MORE = np.zeros(1)
LESS_AND_LESS = np.append(10.0 ** -np.arange(1, 9), 0.0)
"""Without noise the kink at the centre attracts descent even where it is not the minimiser."""


@dataclass(frozen=True)
class SpreadsAndNorms:
    """The function ``second q^2 + 2 first radius q B + radius^2 B^2`` of theta, for n models.

    ``centre`` (n, d), ``covariance`` (n, d, d), and ``sigma`` and ``radius`` (n,).
    """

    centre: Array
    covariance: Array
    sigma: Array
    radius: Array
    first: float
    second: float

    def pulled(self, theta: Array) -> Array:
        """Return the covariance times ``theta - centre``: (n, d)."""
        return np.asarray((self.covariance @ (theta - self.centre)[..., None])[..., 0])

    def spread_and_norm(self, theta: Array) -> tuple[Array, Array]:
        """Return ``q`` and ``B``: (n,) each."""
        squared = ((theta - self.centre) * self.pulled(theta)).sum(axis=1)
        return np.sqrt(squared + self.sigma**2), np.sqrt(np.square(theta).sum(axis=1))

    def slopes(self, q: Array, b: Array) -> tuple[Array, Array]:
        """Return the derivatives of the function in ``q`` and ``B``."""
        by_q = 2 * (self.second * q + self.first * self.radius * b)
        return by_q, 2 * self.radius * (self.first * q + self.radius * b)

    def value(self, theta: Array) -> Array:
        """Return the function."""
        q, b = self.spread_and_norm(theta)
        attack = self.radius * b
        return np.asarray(self.second * q * q + 2 * self.first * q * attack + attack * attack)

    def of(self, some: NDArray[np.bool_]) -> SpreadsAndNorms:
        """Return some of the models."""
        return replace(
            self,
            centre=self.centre[some],
            covariance=self.covariance[some],
            sigma=self.sigma[some],
            radius=self.radius[some],
        )

    def zero_is_optimal(self) -> NDArray[np.bool_]:
        """Return whether the subgradient condition holds at zero."""
        zero = np.zeros_like(self.centre)
        q, b = self.spread_and_norm(zero)
        by_q, by_b = self.slopes(q, b)
        pull = np.linalg.norm(self.pulled(zero), axis=1)
        return np.asarray((q == 0) | (by_q * pull <= by_b * q))

    def centre_is_optimal(self) -> NDArray[np.bool_]:
        """Return whether, without noise, the subgradient condition holds at the centre."""
        size = np.linalg.norm(self.centre, axis=1)
        whole = (
            self.centre * np.linalg.solve(self.covariance, self.centre[..., None])[..., 0]
        ).sum(axis=1)
        some = (self.sigma == 0) & (size > 0)
        return np.asarray(some & (self.radius * np.sqrt(whole) <= self.first * size))

    def minimise(self) -> Array:
        """Return the minimisers to working precision: (n, d)."""
        zero, stays = self.zero_is_optimal(), (self.radius == 0) | self.centre_is_optimal()
        found = np.where((stays & ~zero)[:, None], self.centre, 0.0)
        for quiet, levels in ((self.sigma > 0, NO_MORE), (self.sigma == 0, LESS_AND_LESS)):
            some = quiet & ~zero & ~stays
            if some.any():
                found[some] = self.of(some).follow(levels)
        return found

    def follow(self, levels: Array) -> Array:
        """Descend with more noise, of so much of the response, and then with less and less."""
        response, _ = self.spread_and_norm(np.zeros_like(self.centre))
        theta = np.zeros_like(self.centre)
        for level in levels:
            problem = replace(self, sigma=np.hypot(self.sigma, level * response))
            some = ~problem.zero_is_optimal()  # noise lowers the radius from which on it is
            problem = problem.of(some)
            begun = (theta[some] != 0).any(axis=1, keepdims=True)
            theta[some] = problem.descend(np.where(begun, theta[some], problem.start()))
        return theta

    def start(self) -> Array:
        """Return the best of some multiples of the steepest descent at zero."""
        axis = -self.pulled(np.zeros_like(self.centre))
        squared = (axis * (self.covariance @ axis[..., None])[..., 0]).sum(axis=1)
        axis *= (2 * (self.centre * axis).sum(axis=1) / squared)[:, None]
        values = np.stack([self.value(k * axis) for k in START])
        return np.asarray(START[values.argmin(axis=0)][:, None] * axis)

    def descend(self, theta: Array) -> Array:
        """Descend, every model until its step is lost in rounding.

        Raises
        ------
        RuntimeError
            If that does not happen (not observed).
        """
        previous = np.full(len(theta), np.inf)
        done = np.zeros(len(theta), dtype=bool)
        for _ in range(STEPS):
            step, decrement = self.newton_step(theta)
            value = self.value(theta)
            # Close to the minimiser differences of values are rounding, and full steps are right.
            close = decrement <= 1e-11 * value
            length = np.where(done, 0.0, 1.0)
            for _ in range(HALVINGS):
                reached = self.value(theta + length[:, None] * step)
                short = ~close & (reached > value - 1e-4 * length * decrement)
                if not short.any():
                    break
                length = np.where(short, length / 2, length)
            theta = theta + length[:, None] * step
            done |= (decrement <= 1e-22 * value) | (close & (decrement > 0.25 * previous))
            if done.all():
                return theta
            previous = decrement
        raise RuntimeError(f"Newton's method did not converge in {STEPS} steps")

    def newton_step(self, theta: Array) -> tuple[Array, Array]:
        """Return Newton's steps and their decrements."""
        q, b = self.spread_and_norm(theta)
        by_q, by_b = (one[:, None, None] for one in self.slopes(q, b))
        slope_q, slope_b = self.pulled(theta) / q[:, None], theta / b[:, None]

        def outer(one: Array, other: Array) -> Array:
            return one[:, :, None] * other[:, None, :]

        along_q, along_b, mixed = (
            outer(*pair) for pair in ((slope_q, slope_q), (slope_b, slope_b), (slope_q, slope_b))
        )
        radius = self.radius[:, None, None]
        hessian = (
            by_q / q[:, None, None] * (self.covariance - along_q)
            + 2 * self.second * along_q
            + 2 * self.first * radius * (mixed + np.swapaxes(mixed, 1, 2))
            + 2 * radius**2 * along_b
            + by_b / b[:, None, None] * (np.eye(theta.shape[1]) - along_b)
        )
        gradient = by_q[:, 0] * slope_q + by_b[:, 0] * slope_b
        step = -np.linalg.solve(hessian, gradient[..., None])[..., 0]
        return step, -(gradient * step).sum(axis=1)
