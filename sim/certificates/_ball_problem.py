"""The inner problem in its normal form: a two-layer network to be maximised on the unit ball."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.networks.activation import Activation, Array

EPSILON = np.finfo(np.float64).eps


@dataclass(frozen=True)
class BallProblem:
    """Maximise ``sign_i * sum_s a_s phi(z_is + <w_s, u>)`` over ``|u| <= 1``, for each point i.

    The radius is absorbed in ``w``, and if the inputs have more coordinates than there are
    neurons, ``w`` is given in an orthonormal basis of its row space: a perturbation gains nothing
    outside it.

    Attributes
    ----------
    activation : Activation
        The function ``phi``.
    w : (m, k) array
        Radius times the hidden weights, ``k = min(m, d)``.
    a : (m,) array
        Output weights.
    z : (n, m) array
        Pre-activations of the unperturbed points.
    sign : (n,) array of +-1
        +1 to maximise the network at a point, -1 to minimise it.
    reach : (m,) array
        Largest change ``|w_s|`` of a pre-activation.
    rounding : (n,) array
        First-order bound of the rounding error of one evaluation of the network on the ball.
    basis : (d, k) array or None
        Columns are the orthonormal basis; None if ``w`` is in the original coordinates.
    radius : float
        Radius of the original ball.
    """

    activation: Activation
    w: Array
    a: Array
    z: Array
    sign: Array
    reach: Array
    rounding: Array
    basis: Array | None
    radius: float

    def value(self, u: Array, points: slice | Array = slice(None)) -> Array:
        """Return the signed network at ``u`` (..., n, k) for the chosen points; (..., n)."""
        v = self.z[points] + u @ self.w.T
        return self.sign[points] * (self.activation.value(v) @ self.a)

    def perturbation(self, u: Array) -> Array:
        """Return the perturbation in the original coordinates, of norm at most ``radius``."""
        delta = self.radius * (u if self.basis is None else u @ self.basis.T)
        norm = np.linalg.norm(delta, axis=-1, keepdims=True)
        return delta * (self.radius / np.maximum(norm, self.radius) if self.radius else 0.0)


def ball_problem(
    w: ArrayLike,
    a: ArrayLike,
    activation: Activation,
    x: ArrayLike,
    radius: float,
    sign: ArrayLike = 1.0,
) -> BallProblem:
    """Check the arguments and bring the problem to its normal form.

    Parameters
    ----------
    w, a, activation
        The network: hidden weights (m, d), output weights (m,), activation.
    x : (n, d) array
        Points.
    radius : float >= 0
        Radius of the Euclidean ball around each point.
    sign : (n,) array of +-1, or one number
        +1 to maximise, -1 to minimise.

    Raises
    ------
    ValueError
        If shapes disagree, a number is not finite, or the radius is negative.
    """
    w, a, x = (np.asarray(array, dtype=np.float64) for array in (w, a, x))
    if w.ndim != 2 or a.shape != w.shape[:1] or x.ndim != 2 or x.shape[1] != w.shape[1]:
        raise ValueError(
            "expected hidden weights (m, d), output weights (m,) and points (n, d); "
            f"got {w.shape}, {a.shape} and {x.shape}"
        )
    if not x.size or not w.size:
        raise ValueError("expected at least one point, one neuron and one input coordinate")
    for name, array in (("hidden weights", w), ("output weights", a), ("points", x)):
        if not np.isfinite(array).all():
            raise ValueError(f"the {name} must be finite; they contain NaN or infinity")
    if not (np.isfinite(radius) and radius >= 0):
        raise ValueError(f"the radius must be finite and not negative; got {radius}")
    sign = np.broadcast_to(np.asarray(sign, dtype=np.float64), x.shape[:1])
    if not np.isin(sign, (-1.0, 1.0)).all():
        raise ValueError("the signs (or labels) must be -1 or +1")

    m, d = w.shape
    z = x @ w.T
    lengths = np.linalg.norm(w, axis=1)
    steepest = max(abs(activation.lower), abs(activation.upper))
    farthest = np.linalg.norm(x, axis=1)[:, None] + radius
    at_zero = np.abs(activation.value(np.zeros(1)))[0]
    size = (np.abs(a) * (steepest * lengths * farthest + at_zero)).sum(axis=1)
    rounding = 2 * (m + d + 8) * EPSILON * size

    basis = None
    if d > m:
        basis, triangle = np.linalg.qr(w.T)
        w = triangle.T
    return BallProblem(
        activation, radius * w, a, z, sign, radius * lengths, rounding, basis, float(radius)
    )
