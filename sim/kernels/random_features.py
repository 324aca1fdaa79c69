"""Random features ``x sigma'(<w, x>)`` of the sphere and the kernel that they average to.

The slope is ``sigma' = bound tanh``; ``w`` is standard normal. A function of the class is given by
a field ``u``, ``h(x) = E <u(w), x> sigma'(<w, x>)``; finitely many features estimate it by
``(1/M) sum_i <u(w_i), x> sigma'(<w_i, x>)``. Replicates are leading axes.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy
from numpy.polynomial.chebyshev import chebfit, chebval
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray

from sim.quadrature import legendre

Array = NDArray[np.floating]

NODES = 64
"""Of the quadrature in each of two directions: errors below 1e-9 for tanh."""

TERMS = 80
"""Of the kernel's series: errors below 1e-14."""


def kernel(cosine: float | Array, bound: float = 1.0) -> Array:
    """Return ``<x, y> E sigma'(<w, x>) sigma'(<w, y>)`` for unit vectors with this cosine.

    By a series of Chebyshev polynomials, to rounding that of the quadrature.
    """
    t = np.asarray(cosine, dtype=np.float64)
    return np.asarray(bound**2 * chebval(t, _kernel_series()))


@lru_cache
def _kernel_series() -> Array:
    """Return the series of the kernel of tanh, by Gauss-Hermite quadrature in a plane."""
    z, weight = hermegauss(NODES)
    weight = weight / weight.sum()
    t = np.cos(np.pi * (np.arange(TERMS) + 0.5) / TERMS)
    turned = t[:, None, None] * z[:, None] + np.sqrt(1 - t**2)[:, None, None] * z
    inner = (np.tanh(turned) * weight).sum(axis=-1)
    return np.asarray(chebfit(t, t * (np.tanh(z) * weight * inner).sum(axis=-1), TERMS - 1))


def signed_value(cosine: float | Array, bound: float = 1.0) -> Array:
    """Return ``t E sign(<w, e>) sigma'(<w, x>)`` for unit vectors e, x with the cosine t.

    The value at x of the field ``u(w) = e sign(<w, e>)``; by quadrature on each side of the kink.
    """
    t = np.asarray(cosine, dtype=np.float64)
    nodes, weight = legendre(200)
    first = 5 * (nodes + 1)
    weight = 5 * weight * 2 * np.exp(-(first**2) / 2) / np.sqrt(2 * np.pi)
    z, inner = hermegauss(NODES)
    inner = inner / inner.sum()
    turned = t[..., None, None] * first[:, None] + np.sqrt(1 - t**2)[..., None, None] * z[None, :]
    return np.asarray(bound * t * ((np.tanh(turned) * inner).sum(axis=-1) * weight).sum(axis=-1))


@lru_cache
def radial_value(dimension: int, bound: float = 1.0) -> float:
    """Return ``E <w, x>/|w| sigma'(<w, x>)``, the value everywhere of the field ``w / |w|``."""
    if dimension == 1:
        nodes, weight = legendre(400)
        z = 6 * (nodes + 1)
        mass = 12 * weight * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        return float(bound * (np.tanh(z) * mass).sum())
    # <w, x> = r c, with c the first coordinate of a uniform point of the sphere.
    nodes, weight = legendre(400)
    angle = np.pi / 2 * (nodes + 1)
    density = np.sin(angle) ** (dimension - 2) * weight
    density /= density.sum()
    radius = scipy.stats.chi(dimension).ppf((np.arange(4000) + 0.5) / 4000)
    cosine = np.cos(angle)
    inner = (cosine * np.tanh(radius[:, None] * cosine) * density).sum(axis=1)
    return float(bound * inner.mean())


@lru_cache
def mean_error_on_the_line(count: int, bound: float = 1.0) -> float:
    """Return ``E |mean of count values bound tanh(w)|`` for standard normal w.

    The error on the line of the constant field, whose function is zero. From the characteristic
    function ``c`` of a value: ``E |sum| = (2/pi) int (1 - c(t)^count) / t^2 dt``, whose integrand
    is ``1 / t^2`` from where the power is below 1e-17.

    Raises
    ------
    ValueError
        For 2 to 99 values, whose characteristic function falls too slowly.
    """
    if count == 1:
        return radial_value(1, bound)
    if count < 100:
        raise ValueError(f"one value, or at least 100, not {count}")
    nodes, weight = legendre(400)
    z = 6 * (nodes + 1)
    mass = 12 * weight * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    end = 2.0
    t = end * (nodes + 1) / 2
    power = (np.cos(t[:, None] * np.tanh(z)) @ (mass / mass.sum())) ** count
    integral = end / 2 * (weight * (1 - power) / t**2).sum() + 1 / end
    return float(bound * 2 / (np.pi * count) * integral)


def estimate(w: Array, u: Array, x: Array, bound: float = 1.0) -> Array:
    """Return ``(1/M) sum_i <u_i, x> sigma'(<w_i, x>)`` for features (R, M, d) at ``x`` (..., n, d).

    Returns
    -------
    (R, n) array
    """
    points = np.swapaxes(x, -1, -2)
    slopes = bound * np.tanh(np.matmul(w, points))
    return np.asarray((np.matmul(u, points) * slopes).mean(axis=1))


def largest_on_the_circle(
    w: Array, u: Array, value: float | Array, bound: float = 1.0, points: int = 128
) -> tuple[Array, Array]:
    """Return a lower and an upper bound of ``max |estimate - value|`` over the circle: (R,) each.

    ``value`` is a number, or one for each replicate, (R, 1).

    The estimate is even, so a half circle is enough. In the angle, its second derivative is at
    most ``(bound/M) sum |u_i| (1 + 3 |w_i| + |w_i|^2)``: of ``<u, x> tanh(<w, x>)`` with ``|tanh|,
    |tanh'|, |tanh''| <= 1``; between two grid points it exceeds the larger value by at most
    ``spacing^2/8`` times that.
    """
    angles = np.pi * np.arange(points) / points
    x = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    low = np.abs(estimate(w, u, x, bound) - value).max(axis=1)
    size, length = np.linalg.norm(u, axis=-1), np.linalg.norm(w, axis=-1)
    curvature = bound * (size * (1 + 3 * length + length**2)).mean(axis=1)
    return low, low + curvature * (np.pi / points) ** 2 / 8


def ascent_on_the_sphere(
    rng: np.random.Generator,
    w: Array,
    u: Array,
    bound: float = 1.0,
    *,
    starts: int = 8,
    steps: int = 30,
) -> Array:
    """Return the largest ``|estimate|`` found on the sphere by projected ascent: (R,).

    A lower bound of the supremum. Starts are random points and the mean of the fields and of the
    weights; steps shrink.
    """
    replicates, _, d = w.shape
    x: Array = rng.standard_normal((replicates, starts, d))
    x[:, 0] = u.mean(axis=1) / np.maximum(np.linalg.norm(u.mean(axis=1), axis=1), 1e-12)[:, None]
    x[:, 1] = w.mean(axis=1)
    x[:, 2] = unit(w.mean(axis=1)) + unit(u.mean(axis=1))
    x = unit(x)
    best = np.abs(estimate(w, u, x, bound)).max(axis=1)
    for count in range(steps):
        z = np.matmul(x, np.swapaxes(w, 1, 2))
        along = np.matmul(x, np.swapaxes(u, 1, 2))
        slopes = np.tanh(z)
        value = (along * slopes).sum(axis=2)
        uphill = np.matmul(slopes, u) + np.matmul(along * (1 - slopes**2), w)
        uphill = np.sign(value)[..., None] * uphill
        uphill -= (uphill * x).sum(axis=-1, keepdims=True) * x
        x = unit(x + 0.5 * 0.9**count * unit(uphill))
        best = np.maximum(best, np.abs(estimate(w, u, x, bound)).max(axis=1))
    return np.asarray(best)


def unit(v: Array) -> Array:
    """Scale vectors to length 1; the zero vector stays."""
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    return v / np.where(length > 0, length, 1.0)
