"""Single replicates of the linear model in 50 digits: closed forms of means, and roots, anew."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np

from sim.linear.data import LinearModel

DIGITS = 50
in_50_digits = mp.workdps(DIGITS)
"""Decorator of functions that compute with this many digits."""


def exactly(array: Any) -> mp.matrix:
    """Return doubles as the numbers that they are."""
    return mp.matrix(np.asarray(array, dtype=float).tolist())


def pull_and_share(a: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
    """Return the means of Z^2 / (Z^2 + a^2)^(1/2) and of Z^2 / (Z^2 + a^2), Z standard normal."""
    with mp.workdps(2 * mp.mp.dps):  # for a large they are differences of near numbers
        x = a**2 / 4
        bessel = mp.exp(x) * (mp.besselk(1, x) - mp.besselk(0, x))
        missed = a * mp.sqrt(mp.pi / 2) * mp.exp(a**2 / 2) * mp.erfc(a / mp.sqrt(2))
        return a**2 * bessel / mp.sqrt(8 * mp.pi), 1 - missed


class Instance:
    """One linear model of an array, under one attack."""

    def __init__(self, model: LinearModel, row: int, radius: float, smoothing: float = 0.0):
        self.theta_0 = exactly(model.theta_0[row])
        d = len(self.theta_0)
        self.covariance = mp.eye(d) if model.covariance is None else exactly(model.covariance[row])
        self.noise = mp.mpf(float(model.noise[row]))
        self.radius, self.smoothing = mp.mpf(float(radius)), mp.mpf(float(smoothing))

    def deviation(self, theta: mp.matrix) -> mp.mpf:
        """Return q."""
        gap = theta - self.theta_0
        return mp.sqrt((gap.T * self.covariance * gap)[0] + self.noise**2)

    def on_ridge_path(self, level: mp.mpf) -> mp.matrix:
        """Return (covariance + level I)^-1 covariance theta_0."""
        shifted = self.covariance + level * mp.eye(len(self.theta_0))
        return mp.lu_solve(shifted, self.covariance * self.theta_0)

    def surrogate_risk(self, theta: mp.matrix) -> mp.mpf:
        """Return the mean squared loss under the explicit smoothed attack."""
        q, b = self.deviation(theta), mp.norm(theta)
        pull, share = pull_and_share(self.smoothing / (2 * q * b))
        return q**2 + 2 * self.radius * q * b * pull + self.radius**2 * b**2 * share

    def slopes(self, theta: mp.matrix) -> tuple[mp.mpf, mp.mpf, mp.mpf]:
        """Return factors of covariance (theta - theta_0), and of theta in training and companion.

        The field that training follows has the first two, the companion's gradient 1 and 3.
        """
        q, b = self.deviation(theta), mp.norm(theta)
        pull, share = pull_and_share(self.smoothing / (2 * q * b))
        pull *= self.radius
        along, across = 2 * (1 + b * pull / q), 2 * q * pull / b
        return along, across + 2 * self.radius**2 * share, across + 2 * self.radius**2

    def companion_minimiser(self) -> mp.matrix:
        """Return the point of the ridge path at which the companion's gradient vanishes."""

        def excess(logarithm: mp.mpf) -> mp.mpf:
            along, _, across = self.slopes(self.on_ridge_path(mp.exp(logarithm)))
            return logarithm - mp.log(across / along)

        level = mp.findroot(excess, (-20, 20), solver="anderson", tol=mp.mpf(10) ** (-2 * DIGITS))
        return self.on_ridge_path(mp.exp(level))

    def robust_minimiser(self) -> mp.matrix:
        """Return the minimiser of the robust risk on the ridge path, by bisection of its level."""
        low, high, c_0 = mp.mpf(-200), mp.mpf(200), mp.sqrt(2 / mp.pi)
        for _ in range(4 * DIGITS):
            middle = (low + high) / 2
            theta = self.on_ridge_path(mp.exp(middle))
            q, b = self.deviation(theta), mp.norm(theta)
            falling = mp.exp(middle) * (q + self.radius * c_0 * b) * b < q * self.radius * (
                self.radius * b + c_0 * q
            )
            low, high = (middle, high) if falling else (low, middle)
        return self.on_ridge_path(mp.exp(low))
