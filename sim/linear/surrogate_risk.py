"""Population risks of the linear model under plain and smoothed attacks, by quadrature.

With Gaussian inputs and noise the residual ``r = x . theta - y`` is N(0, q**2), and the loss under
an L2 attack depends on a point only through r and the length ``B = |theta|``. So every population
risk is an integral over one half-line in q and B; it is computed here from the attacked loss
itself, and no closed form of it is used.

Three losses (``radius`` is the attack's, ``smoothing`` the xi of Xing, Song and Cheng 2021, Section
2.1, and ``c = smoothing / 2``, because the gradient of the squared loss in the input is 2 r theta):

``robust``
    ``(|r| + radius B)**2``, the worst case over the ball.
``surrogate``
    the same with the attack multiplied by ``|r| B / sqrt(r**2 B**2 + c**2)``.
``companion``
    ``r**2 + 2 radius sqrt(r**2 B**2 + c**2) + radius**2 B**2``, from Appendix B there.

The half-line is traversed as ``|r| = q a sinh(t)`` with ``a = c / (q B)``, the scale on which the
attack is switched on; the trapezoidal rule in t then converges geometrically, however small c is.
An integrand with a kink at r = 0 is given a scale so short that the kink does not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]
Loss = Literal["robust", "surrogate", "companion"]

INTERVALS = 192
"""Intervals of the trapezoidal rule; every second node makes the rule that bounds the error."""

TAIL = 12.0
"""Standard deviations at which the normal law is cut off (its mass beyond is 4e-33)."""

SHORTEST, LONGEST = 1e-12, 20.0
"""Range of the scale a."""

KINKED = 1e-7
"""Longest scale for an integrand with a kink at zero: its error is of the order of the square."""


class Integral(NamedTuple):
    """A value by quadrature and a bound of its error, both ``(...,)``."""

    value: Array
    error: Array


def half_normal_rule(scale: ArrayLike) -> tuple[Array, Array]:
    """Return nodes and weights for the law of ``|N(0, 1)|``, crowded below ``scale``.

    Parameters
    ----------
    scale : (...,) array
        Length on which the integrand changes near zero.

    Returns
    -------
    z, weights : (..., INTERVALS + 1)
        ``(weights * f(z)).sum(-1)`` is the mean of ``f(|Z|)``.
    """
    a = np.clip(np.asarray(scale, dtype=np.float64), SHORTEST, LONGEST)[..., None]
    end = np.arcsinh(TAIL / a)
    t = end * (np.arange(INTERVALS + 1) / INTERVALS)
    z = a * np.sinh(t)
    weights = np.exp(-(z**2) / 2) * (a * np.cosh(t)) * (end * np.sqrt(2 / np.pi) / INTERVALS)
    weights[..., 0] /= 2
    return z, weights


def _scale(deviation: Array, length: Array, smoothing: Array) -> Array:
    """Scale of |r| / q at which the smoothed attack is switched on; infinite if it never is."""
    product = deviation * length
    scale = np.divide(smoothing / 2, product, out=np.full(product.shape, np.inf), where=product > 0)
    return np.where(smoothing > 0, scale, KINKED)


def _expectation(
    integrand: Callable[[Array, Array, Array, Array], Array],
    deviation: ArrayLike,
    length: ArrayLike,
    radius: ArrayLike,
    smoothing: ArrayLike,
    *,
    kinked: bool = False,
) -> Integral:
    """Integrate a function of (|r|, length, radius, c) over the law of the residual."""
    q, b, eps, xi = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (deviation, length, radius, smoothing))
    )
    if np.any(q < 0) or np.any(b < 0) or np.any(eps < 0) or np.any(xi < 0):
        raise ValueError(
            "deviation, length, radius and smoothing are at least 0; got minima "
            f"{q.min():g}, {b.min():g}, {eps.min():g}, {xi.min():g}"
        )
    scale = _scale(q, b, xi)
    z, weights = half_normal_rule(np.minimum(scale, KINKED) if kinked else scale)
    terms = weights * integrand(q[..., None] * z, b[..., None], eps[..., None], xi[..., None] / 2)
    value = terms.sum(axis=-1)
    # The node at t = 0 carries half a weight in both rules.
    coarse = 2 * terms[..., ::2].sum(axis=-1)
    rounding = 64 * np.finfo(float).eps * np.abs(terms).sum(axis=-1)
    return Integral(value, np.abs(value - coarse) + rounding)


def _root(r: Array, b: Array, c: Array) -> Array:
    return np.sqrt((r * b) ** 2 + c**2)


def _over(top: Array, bottom: Array) -> Array:
    """Divide, with 0/0 = 0."""
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom > 0)


def robust_loss(r: Array, length: Array, radius: Array, c: Array | float = 0.0) -> Array:
    """Return the largest squared loss over the ball; ``c`` is not used."""
    return (np.abs(r) + radius * length) ** 2


def surrogate_loss(r: Array, length: Array, radius: Array, c: Array) -> Array:
    """Return the squared loss under the smoothed attack; ``c`` is half the smoothing."""
    root = _root(r, length, c)
    # Without smoothing a vanishing residual is attacked as well; where theta vanishes it is moot.
    shrunk = np.divide(np.abs(r) * length, root, out=np.ones_like(root), where=root > 0)
    return (np.abs(r) + radius * length * shrunk) ** 2


def companion_loss(r: Array, length: Array, radius: Array, c: Array) -> Array:
    """Return the companion of the surrogate loss; ``c`` is half the smoothing."""
    return r**2 + 2 * radius * _root(r, length, c) + (radius * length) ** 2


LOSSES: dict[str, Callable[[Array, Array, Array, Array], Array]] = {
    "robust": robust_loss,
    "surrogate": surrogate_loss,
    "companion": companion_loss,
}


def risk(
    loss: Loss,
    deviation: ArrayLike,
    length: ArrayLike,
    radius: ArrayLike,
    smoothing: ArrayLike = 0.0,
) -> Integral:
    """Return a population risk.

    Parameters
    ----------
    loss : {"robust", "surrogate", "companion"}
    deviation, length : (...,) standard deviation q of the residual, and norm B of theta
    radius, smoothing : (...,) of the attack

    Raises
    ------
    ValueError
        If one of the four is negative.
    """
    if loss == "robust":
        smoothing = 0.0
    return _expectation(LOSSES[loss], deviation, length, radius, smoothing)


def smoothing_gap(
    deviation: ArrayLike, length: ArrayLike, radius: ArrayLike, smoothing: ArrayLike
) -> Integral:
    """Return robust minus surrogate risk, integrated as one function so that nothing cancels."""

    def gap(r: Array, b: Array, eps: Array, c: Array) -> Array:
        root = _root(r, b, c)
        missing = _over(c**2 * np.ones_like(r), root * (root + np.abs(r) * b))
        return eps * b * missing * (2 * np.abs(r) + eps * b * (2 - missing))

    return _expectation(gap, deviation, length, radius, smoothing, kinked=True)


def companion_excess(
    deviation: ArrayLike, length: ArrayLike, radius: ArrayLike, smoothing: ArrayLike
) -> Integral:
    """Return companion minus robust risk, integrated as one function so that nothing cancels."""

    def excess(r: Array, b: Array, eps: Array, c: Array) -> Array:
        return 2 * eps * _over(c**2 * np.ones_like(r), _root(r, b, c) + np.abs(r) * b)

    return _expectation(excess, deviation, length, radius, smoothing, kinked=True)


def attack_share(deviation: ArrayLike, length: ArrayLike, smoothing: ArrayLike) -> Integral:
    """Return the mean of ``c**2 / (r**2 B**2 + c**2)``: how much of the attack is switched off."""

    def share(r: Array, b: Array, eps: Array, c: Array) -> Array:
        return _over(c**2 * np.ones_like(r), _root(r, b, c) ** 2)

    return _expectation(share, deviation, length, 0.0, smoothing)


Field = Literal["robust", "surrogate", "companion", "training"]


def slopes(
    field: Field,
    deviation: ArrayLike,
    length: ArrayLike,
    radius: ArrayLike,
    smoothing: ArrayLike = 0.0,
) -> tuple[Array, Array]:
    """Return (s, t) such that a gradient in theta is ``s covariance (theta - theta_0) + t theta``.

    For a risk R(q, B) these are ``(dR/dq) / q`` and ``(dR/dB) / B``. The field "training" is the
    gradient of the surrogate risk with the attack held fixed, which is what adversarial training
    follows; it uses that the mean of x given the residual r is ``covariance (theta - theta_0) r /
    q**2`` for Gaussian inputs.

    Parameters
    ----------
    field : {"robust", "surrogate", "companion", "training"}
    deviation, length, radius, smoothing : (...,) as in `risk`
        Deviation and length must be positive for the field "robust", the smoothing for the others.

    Raises
    ------
    ValueError
        At a kink of the robust risk, or without smoothing for the other fields.
    """
    q, b, eps, xi = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (deviation, length, radius, smoothing))
    )
    if field == "robust":
        if np.any((q == 0) | (b == 0)):
            raise ValueError(
                "the robust risk has a kink where theta or the residual vanishes; smooth the "
                "attack, or move theta"
            )
        xi = np.zeros_like(xi)
    elif np.any(xi == 0):
        raise ValueError(f'without smoothing the field "{field}" is that of the robust risk')
    z, weights = half_normal_rule(_scale(q, b, xi))
    q, b, eps, c = q[..., None], b[..., None], eps[..., None], xi[..., None] / 2
    r = q * z
    if field == "robust":
        along_inputs = 2 * z * (z + eps * b / q)
        along_theta = 2 * eps * (r / b + eps)
    else:
        root = _root(r, b, c)
        stretch = 1 + eps * b**2 / root
        if field == "companion":
            along_inputs = 2 * z**2 * stretch
            along_theta = 2 * eps * r**2 / root + 2 * eps**2
        elif field == "training":
            along_inputs = 2 * z**2 * stretch
            along_theta = 2 * eps * r**2 / root * stretch
        else:
            along_inputs = 2 * z**2 * stretch * (1 + eps * (b * c) ** 2 / root**3)
            along_theta = 2 * eps * r**2 * stretch * (root**2 + c**2) / root**3
    return (weights * along_inputs).sum(axis=-1), (weights * along_theta).sum(axis=-1)
