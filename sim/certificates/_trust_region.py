"""Certified upper bound of a quadratic function on the unit ball (trust-region dual)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from sim.certificates._ball_problem import EPSILON
from sim.networks.activation import Array

ITERATIONS = 40


@dataclass(frozen=True)
class TrustRegionBound:
    """``value >= b.u + u'Qu`` for every ``|u| <= 1``, by weak duality with ``multiplier``."""

    value: float
    multiplier: float
    factorisations: int


def upper_bound(
    q: Array,
    b: Array,
    *,
    start: float = 0.0,
    floor: float = 0.0,
    matrix_error: float = 0.0,
    tolerance: float = 1e-9,
) -> TrustRegionBound:
    """Bound ``b.u + u'Qu`` on the unit ball by ``g(mu) = mu + b'(mu I - Q)^{-1} b / 4``.

    Every ``mu >= 0`` for which ``mu I - Q`` is positive definite gives an upper bound, and the
    smallest is the maximum. One Cholesky factorisation tests a ``mu`` and gives ``g`` and its
    derivative ``1 - |u|^2``, ``u = (mu I - Q)^{-1} b / 2``; ``mu`` follows by safeguarded Newton
    steps on ``1/|u|`` (More and Sorensen, 1983). There is no eigendecomposition, and no case apart
    for ``b`` orthogonal to the top eigenvector: ``mu`` then settles just above the eigenvalue.

    Parameters
    ----------
    q : (k, k) array, symmetric
    b : (k,) array
    start : float
        Guess of the multiplier.
    floor : float
        A lower bound of the largest eigenvalue, for instance a Rayleigh quotient; ends the search
        early when the multiplier comes down to the eigenvalue.
    matrix_error : float >= 0
        Bound of the spectral norm of the error in ``q``; the bound allows for it.
    tolerance : float
        Excess over the maximum at which to stop.

    Raises
    ------
    ValueError
        If ``q`` or ``b`` is not finite.
    """
    if not (np.isfinite(q).all() and np.isfinite(b).all()):
        raise ValueError("the quadratic function must be finite; it contains NaN or infinity")
    k = len(b)
    largest = float(np.abs(q).sum(axis=1).max(initial=0.0))  # bounds the largest eigenvalue
    scale = largest + float(np.linalg.norm(b)) / 2
    if scale == 0:
        return TrustRegionBound(0.0, 0.0, 0)
    low, high = min(max(floor, 0.0), largest), scale * (1 + 1e-9)
    # A successful factorisation of A proves A + shift I >= 0 in exact arithmetic.
    shift = 4 * (k + 2) * EPSILON * (k * scale + abs(float(np.trace(q)))) + 2 * matrix_error
    mu = min(max(start, low + 1e-3 * (high - low), shift), high)
    best_value, best = np.inf, None
    leap = 1e-6 * scale
    diagonal = np.arange(k)
    count = 0
    while count < ITERATIONS:
        count += 1
        shifted = -q
        shifted[diagonal, diagonal] += mu
        factor, failed = scipy.linalg.lapack.dpotrf(shifted, lower=1, overwrite_a=0, clean=0)
        if failed:
            low = max(low, mu)
            if best is None:
                mu, leap = min(low + leap, high), 10 * leap
            elif high - low <= 1e-13 * scale:
                break
            else:
                mu = 0.5 * (low + high)
            continue
        u = scipy.linalg.lapack.dpotrs(factor, b / 2, lower=1)[0]
        length = float(np.linalg.norm(u))
        value = mu + float(b @ u) / 2
        if value < best_value:
            best_value, best = value, (mu, u)
        if length > 1:
            low = max(low, mu)
            excess = (length**2 - 1) * (high - mu)
        else:
            high = min(high, mu)
            excess = (1 - length**2) * (mu - low)
        if excess <= tolerance or high - low <= 1e-13 * scale:
            break
        if length == 0:
            newton = low
        else:
            half = scipy.linalg.lapack.dtrtrs(factor, u, lower=1)[0]
            newton = mu + (length**2 / float(half @ half)) * (length - 1)
        if not low < newton < high:
            # Below the root Newton never leaves; above it the step may cross the top eigenvalue.
            newton = max(np.sqrt(low * high), low + 0.02 * (high - low))
        mu = newton
    if best is None:
        raise ArithmeticError(
            "no multiplier made the trust-region matrix positive definite; "
            "the quadratic function is badly scaled: rescale the weights"
        )
    mu, u = best
    return TrustRegionBound(_certify(q, b, mu, u, shift), mu + 2 * shift, count)


def _certify(q: Array, b: Array, mu: float, u: Array, shift: float) -> float:
    """Upper bound from ``mu``, whose matrix passed the Cholesky test, and an inexact solution.

    With ``M = (mu + 2 shift) I - Q``, whose eigenvalues are at least ``shift``, and the residual
    ``r = b/2 - M u``: ``b'M^{-1}b/4 = b.u - u'Mu + r'M^{-1}r <= b.u - u'Mu + |r|^2 / shift``.
    """
    mu = mu + 2 * shift
    product = mu * u - q @ u
    residual = b / 2 - product
    length = 1 + float(np.linalg.norm(u))
    scale = mu + float(np.abs(q).sum(axis=1).max(initial=0.0))
    rounding = 4 * (len(b) + 2) * EPSILON * (scale * length**2 + float(np.linalg.norm(b)) * length)
    slack = float(residual @ residual) / shift
    return mu + float(b @ u) - float(u @ product) + slack + rounding
