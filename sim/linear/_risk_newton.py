"""Newton's method for a convex function of a residual's spread and a norm, kinks included."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.floating]

_CHANGES = 1000


@dataclass(frozen=True)
class SpreadAndNorm:
    """The function ``second q^2 + 2 first radius q B + radius^2 B^2`` of theta.

    ``q^2 = |theta - centre|^2_covariance + sigma^2`` and ``B`` is the Euclidean norm of theta or
    the sum of its absolute values; ``first`` and ``second`` are the absolute moments of the
    standardised residual, with ``first^2 < second``. ``root`` is the lower Cholesky factor of the
    covariance.
    """

    centre: Array
    covariance: Array
    root: Array
    sigma: float
    radius: float
    euclidean: bool
    first: float
    second: float

    def spread(self, theta: Array) -> float:
        """Return ``q``."""
        away = self.root.T @ (theta - self.centre)
        return float(np.hypot(np.sqrt(away @ away), self.sigma))

    def size(self, theta: Array) -> float:
        """Return ``B``."""
        return float(np.sqrt(theta @ theta)) if self.euclidean else float(np.abs(theta).sum())

    def value(self, theta: Array) -> float:
        """Return the function."""
        q, attack = self.spread(theta), self.radius * self.size(theta)
        return self.second * q * q + 2 * self.first * q * attack + attack * attack

    def _slopes(self, theta: Array) -> tuple[float, float, float, float]:
        """Return q, B and the derivatives of the function in them."""
        q, b = self.spread(theta), self.size(theta)
        by_q = 2 * (self.second * q + self.first * self.radius * b)
        by_b = 2 * self.radius * (self.first * q + self.radius * b)
        return q, b, by_q, by_b

    def _dual_norm(self, v: Array) -> float:
        return float(np.sqrt(v @ v)) if self.euclidean else float(np.abs(v).max())

    def zero_is_optimal(self) -> bool:
        """Return whether the subgradient condition holds at zero."""
        q, _, by_q, by_b = self._slopes(np.zeros_like(self.centre))
        if q == 0:
            return True
        return self._dual_norm(by_q / q * (self.covariance @ self.centre)) <= by_b

    def centre_is_optimal(self) -> bool:
        """Return whether, without noise, the subgradient condition holds at the centre."""
        if self.sigma or not self.centre.any():
            return False
        return self._least_pull() * self.radius <= self.first

    def _least_pull(self) -> float:
        """Return the least whitened norm of a subgradient of ``B`` at the centre."""
        if self.euclidean:
            whitened = scipy.linalg.solve_triangular(
                self.root, self.centre / self.size(self.centre), lower=True
            )
            return float(np.sqrt(whitened @ whitened))
        # Zero coordinates may take any slope in [-1, 1]: a bounded least-squares problem.
        inverse = scipy.linalg.solve_triangular(self.root, np.eye(self.centre.size), lower=True)
        free = self.centre == 0
        fixed = inverse[:, ~free] @ np.sign(self.centre[~free])
        if not free.any():
            return float(np.sqrt(fixed @ fixed))
        best = scipy.optimize.lsq_linear(inverse[:, free], -fixed, bounds=(-1, 1), tol=1e-14)
        return float(np.sqrt(2 * best.cost))

    def subgradient(self, theta: Array) -> Array:
        """Return a subgradient at ``theta``, at zero coordinates the one of least entries."""
        q, b, by_q, by_b = self._slopes(theta)
        smooth = by_q / q * (self.covariance @ (theta - self.centre)) if q else np.zeros_like(theta)
        if self.euclidean and b:
            return smooth + by_b / b * theta
        if self.euclidean:
            length = self._dual_norm(smooth)
            return smooth * max(0.0, 1 - by_b / length) if length else smooth
        shrunk = np.sign(smooth) * np.maximum(np.abs(smooth) - by_b, 0.0)
        return np.where(theta == 0, shrunk, smooth + by_b * np.sign(theta))

    def distance(self, theta: Array) -> float:
        """Return a bound of ``|theta - minimiser|`` in the norm of the covariance.

        The function less ``(second - first^2) q^2`` is the square of ``first q + radius B``, hence
        convex: subgradients grow at least ``2 (second - first^2)`` times as fast as theta moves.
        """
        if self.centre_is_optimal():
            gone = self.root.T @ (theta - self.centre)
            return float(np.sqrt(gone @ gone))
        whitened = scipy.linalg.solve_triangular(self.root, self.subgradient(theta), lower=True)
        return float(np.sqrt(whitened @ whitened)) / (2 * (self.second - self.first**2))

    def minimise(self) -> Array:
        """Return the minimiser to working precision."""
        if self.zero_is_optimal():
            return np.zeros_like(self.centre)
        if self.radius == 0 or self.centre_is_optimal():
            return self.centre.copy()
        levels = [self.sigma]
        if self.sigma == 0:
            # The kink at the centre attracts descent even where it is not the minimiser: start
            # from smooth problems with less and less noise.
            scale = self.spread(np.zeros_like(self.centre))
            levels = [scale * 10.0**-k for k in range(1, 9)] + [0.0]
        theta: Array | None = None
        for sigma in levels:
            problem = replace(self, sigma=sigma)
            if problem.zero_is_optimal():  # noise lowers the radius from which on it is
                continue
            theta = problem._euclidean(theta) if self.euclidean else problem._taxicab(theta)
        assert theta is not None  # the last problem is this one, and zero is not its minimiser
        return theta

    def _euclidean(self, theta: Array | None) -> Array:
        """Descend from ``theta``, or from the best multiple of the steepest descent at zero."""
        if theta is None or not theta.any():
            axis = self.covariance @ self.centre
            reach = 2 * float(self.centre @ axis) / float(axis @ self.covariance @ axis)
            best = scipy.optimize.minimize_scalar(
                lambda k: self.value(k * axis),
                bounds=(0, reach),
                method="bounded",
                options={"xatol": 1e-12 * reach},
            )
            theta = max(float(best.x), 1e-12 * reach) * axis
        return self._descend(theta, np.ones(theta.size, dtype=bool), None)

    def _taxicab(self, theta: Array | None) -> Array:
        """Descend on a growing and shrinking set of nonzero coordinates."""
        theta = np.zeros_like(self.centre) if theta is None else theta
        sign = np.sign(theta)
        if sign.any():
            theta = self._descend(theta, sign != 0, sign)
        for _ in range(_CHANGES):
            q, _, by_q, by_b = self._slopes(theta)
            smooth = by_q / q * (self.covariance @ (theta - self.centre))
            steep = np.where(sign == 0, np.abs(smooth) - by_b, 0.0)
            worst = int(np.argmax(steep))
            if steep[worst] <= 1e-14 * max(by_b, float(np.abs(smooth).max())):
                return theta
            sign[worst] = -np.sign(smooth[worst])
            theta = self._descend(theta, sign != 0, sign)
        raise RuntimeError(f"the active set did not settle in {_CHANGES} changes")

    def _descend(self, theta: Array, free: NDArray[np.bool_], sign: Array | None) -> Array:
        """Return the minimiser over the coordinates ``free``, those with a sign kept at it.

        A coordinate that would change its sign is set to zero and leaves ``sign``.
        """
        previous = np.inf
        for _ in range(_CHANGES):
            if sign is not None:
                free = sign != 0
            step, decrement = self._newton_step(theta, np.flatnonzero(free), sign)
            value = self.value(theta)
            length, blocking = 1.0, -1
            if sign is not None:
                inward = -step * sign
                limit = np.full(theta.size, np.inf)
                limit[inward > 0] = (theta * sign)[inward > 0] / inward[inward > 0]
                blocking = int(np.argmin(limit))
                if limit[blocking] < 1:
                    length = float(limit[blocking])
                else:
                    blocking = -1
            # Close to the minimiser differences of values are rounding, and full steps are right.
            close = decrement <= 1e-11 * value
            while (
                not close and self.value(theta + length * step) > value - 1e-4 * length * decrement
            ):
                length, blocking = 0.5 * length, -1
            theta = theta + length * step
            if sign is not None and blocking >= 0:
                theta[blocking] = sign[blocking] = 0.0
            elif decrement <= 1e-22 * value or (close and decrement > 0.25 * previous):
                return theta
            previous = decrement
        raise RuntimeError(f"Newton's method did not converge in {_CHANGES} steps")

    def _newton_step(
        self, theta: Array, support: NDArray[np.intp], sign: Array | None
    ) -> tuple[Array, float]:
        """Return Newton's step on ``support`` and its decrement."""
        q, b, by_q, by_b = self._slopes(theta)
        slope_q = (self.covariance @ (theta - self.centre))[support] / q
        slope_b = theta[support] / b if sign is None else sign[support]
        along_q, mixed = np.outer(slope_q, slope_q), np.outer(slope_q, slope_b)
        hessian = (
            by_q / q * (self.covariance[np.ix_(support, support)] - along_q)
            + 2 * self.second * along_q
            + 2 * self.first * self.radius * (mixed + mixed.T)
            + 2 * self.radius**2 * np.outer(slope_b, slope_b)
        )
        if sign is None:
            hessian += by_b / b * (np.eye(support.size) - np.outer(slope_b, slope_b))
        gradient = by_q * slope_q + by_b * slope_b
        step = np.zeros_like(theta)
        step[support] = -np.linalg.solve(hessian, gradient)
        return step, float(-gradient @ step[support])
