"""Minimum-norm interpolation and the gradient flow of clean least squares, in closed form.

The interpolator is ``theta(y) = x^T (x x^T)^{-1} y`` (Xing, Song and Cheng, AISTATS 2021, Lemma 1),
which gradient descent on the clean mean squared loss reaches from zero when d >= n. The whole
trajectory is explicit in the singular vectors of ``x``; it is an oracle for iterative trainers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]


def _checked(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim < 2 or x.shape[:-1] != y.shape or x.size == 0:
        raise ValueError(
            f"x must be (..., n, d) and y (..., n) with the same leading axes and n and d at least "
            f"1; got {x.shape} and {y.shape}"
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("x and y must be finite; got infinities or NaNs")
    return x, y


def minimum_norm_interpolator(x: ArrayLike, y: ArrayLike) -> Array:
    """Return the shortest coefficients that fit every sample exactly.

    Parameters
    ----------
    x : array_like, shape (..., n, d)
        Inputs with linearly independent rows, so that d >= n; leading axes are replicates.
    y : array_like, shape (..., n)
        Responses.

    Returns
    -------
    ndarray, shape (..., d)

    Raises
    ------
    ValueError
        If shapes do not match, a value is not finite, or some replicate's rows are linearly
        dependent to working precision: then there is no interpolator, or no unique way to say how
        close one comes.
    """
    x, y = _checked(x, y)
    n, d = x.shape[-2:]
    if n > d:
        raise ValueError(
            f"{n} samples in {d} dimensions have no interpolator in general; need d >= n"
        )
    left, singular, right = np.linalg.svd(x, full_matrices=False)
    smallest, largest = singular[..., -1], singular[..., 0]
    dependent = smallest <= d * np.finfo(float).eps * largest
    if dependent.any():
        where = [tuple(int(i) for i in index) for index in np.argwhere(dependent)[:3]]
        at = f" in replicates {where}" if x.ndim > 2 else ""
        raise ValueError(
            f"the rows of x are linearly dependent to working precision{at} (singular values from "
            f"{float(largest.max()):.2e} down to {float(smallest.min()):.2e}): remove repeated "
            "samples, or use sim.regression.adversarial.solve with radius 0"
        )
    weights = np.swapaxes(left, -1, -2) @ y[..., None] / singular[..., None]
    return (np.swapaxes(right, -1, -2) @ weights)[..., 0]


@dataclass(frozen=True)
class LeastSquaresFlow:
    """The trajectory of gradient descent, or of its flow, on the clean mean squared loss.

    The loss is ``(1/n) |y - x theta|^2``, its gradient ``-(2/n) x^T (y - x theta)``, the start 0.

    Attributes
    ----------
    rates : ndarray, shape (..., k)
        Decay rates ``2 s^2 / n`` of the residual along the k = min(n, d) left singular vectors.
    left : ndarray, shape (..., n, k)
        Left singular vectors of ``x``.
    right : ndarray, shape (..., k, d)
        Right singular vectors of ``x``.
    target : ndarray, shape (..., k)
        Coordinates of the minimum-norm least-squares solution along the rows of ``right``.
    """

    rates: Array
    left: Array
    right: Array
    target: Array

    @classmethod
    def of(cls, x: ArrayLike, y: ArrayLike) -> LeastSquaresFlow:
        """Decompose the data: ``x`` (..., n, d), ``y`` (..., n); any rank.

        Raises
        ------
        ValueError
            If shapes do not match or a value is not finite.
        """
        x, y = _checked(x, y)
        left, singular, right = np.linalg.svd(x, full_matrices=False)
        coordinates = (np.swapaxes(left, -1, -2) @ y[..., None])[..., 0]
        floor = max(x.shape[-2:]) * np.finfo(float).eps * singular[..., :1]
        live = singular > floor
        target = np.where(live, coordinates / np.where(live, singular, 1.0), 0.0)
        rates = np.where(live, 2 / x.shape[-2] * singular**2, 0.0)
        return cls(rates, left, right, target)

    @property
    def largest_stable_step(self) -> Array:
        """Return the step size (...) below which gradient descent converges: 2 / largest rate."""
        return 2 / self.rates.max(axis=-1)

    def descent(self, step: float, steps: int) -> Array:
        """Return theta (..., d) after ``steps`` steps of gradient descent of size ``step``.

        Raises
        ------
        ValueError
            If ``step`` is not positive or ``steps`` is negative.
        """
        if not step > 0 or steps < 0:
            raise ValueError(f"step must be positive and steps at least 0; got {step}, {steps}")
        progress = step * self.rates
        # Where a step achieves little, the difference would lose the digits that log1p keeps.
        slow = progress < 0.5
        logarithm = np.log1p(-np.where(slow, progress, 0.0))
        done = np.where(slow, -np.expm1(steps * logarithm), 1 - (1 - progress) ** steps)
        return self._lift(done)

    def flow(self, time: float) -> Array:
        """Return theta (..., d) of the gradient flow at ``time`` >= 0.

        Raises
        ------
        ValueError
            If ``time`` is negative.
        """
        if not time >= 0:
            raise ValueError(f"time must be at least 0; got {time}")
        return self._lift(-np.expm1(-time * self.rates))

    def _lift(self, done: Array) -> Array:
        return (np.swapaxes(self.right, -1, -2) @ (done * self.target)[..., None])[..., 0]
