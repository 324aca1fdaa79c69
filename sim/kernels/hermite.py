"""Powers of an inner product as means over Gaussian half-spaces, by Hermite polynomials.

With ``u`` standard normal and ``a = <w, u>``, ``z = <x, u>`` for unit vectors at inner product
``t``, and He_i the probabilists' Hermite polynomials,

    E[He_i(a) 1{z >= b}] = t^i He_(i-1)(b) phi(b).

So with ``p_i = int |He_(i-1)(b)| phi(b)^2 db`` and ``b = -beta`` drawn from N(0, 1) as well,
``h_i(a, beta) = He_i(a) sign He_(i-1)(b) / p_i`` has ``E[h_i(a, beta) 1{z + beta >= 0}] = t^i``.
Clipping ``a`` to ``[-B, B]`` makes it bounded, at the price of an error that quadrature gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import scipy
from numpy.polynomial import hermite_e
from numpy.typing import ArrayLike, NDArray

from sim.quadrature import legendre

Array = NDArray[np.float64]

REACH = 12.0
"""Beyond it the normal density times a polynomial of moderate degree is below 1e-20."""

NODES = 12
"""Gauss-Legendre nodes of each piece of an integral."""


def density(b: ArrayLike) -> Array:
    """Return the standard normal density."""
    x: Array = np.asarray(b, dtype=float)
    bell: Array = np.exp(-(x * x) / 2)
    return bell / np.sqrt(2 * np.pi)


def hermite(i: int, x: ArrayLike) -> Array:
    """Return He_i at ``x``, the Hermite polynomial with leading coefficient 1."""
    value: Any = hermite_e.hermeval(np.asarray(x, dtype=float), np.eye(i + 1)[i])
    return np.asarray(value)


def _pieces(places: ArrayLike) -> tuple[Array, Array]:
    """Return Gauss-Legendre nodes and weights between places along the last axis: (..., q)."""
    node, weight = legendre(NODES)
    ends = np.sort(places, axis=-1)
    half = np.diff(ends)[..., None] / 2
    nodes = ((ends[..., :-1] + ends[..., 1:]) / 2)[..., None] + half * node
    shape = (*ends.shape[:-1], -1)
    return nodes.reshape(shape), (half * weight).reshape(shape)


def _roots(i: int) -> Array:
    """Return the roots of He_(i-1), which are real; some NumPy give them as complex numbers."""
    found: Array = hermite_e.hermeroots(np.eye(i)[i - 1]).real if i > 1 else np.empty(0)
    return found


@cache
def _bias(i: int) -> tuple[Array, Array]:
    """Return nodes ``b`` and weights ``sign He_(i-1)(b) phi(b)``, split at the sign changes."""
    b, weight = _pieces(np.concatenate([np.linspace(-REACH, REACH, 27), _roots(i)]))
    return b, weight * np.sign(hermite(i - 1, b)) * density(b)


@cache
def normaliser(i: int) -> float:
    """Return ``p_i``, the mean of ``|He_(i-1)(b)| phi(b)``."""
    b, weight = _bias(i)
    return float(weight @ (hermite(i - 1, b) * density(b)))


def window_mean(i: int, low: float, high: float) -> float:
    """Return the mean of ``He_(i-1)(b) phi(b)`` over ``b`` in a window."""
    b, weight = _pieces([low, high])
    return float(weight @ (hermite(i - 1, b) * density(b) ** 2))


def half_space_mean(i: int, t: float, b: ArrayLike, clip: float = np.inf) -> Array:
    """Return ``E[He_i(clip a) 1{z >= b}]`` by quadrature over ``a``, for ``|t| < 1``: as ``b``.

    Given ``a``, ``z`` is normal with mean ``t a`` and variance ``1 - t^2``.
    """
    b = np.asarray(b, dtype=float)[..., None]
    spread = np.sqrt(1 - t**2)
    middle = b / t if t else np.zeros(b.shape)
    width = spread / max(abs(t), spread)
    near = np.clip(middle + width * np.linspace(-10, 10, 21), -REACH, REACH)
    edges = [-clip, clip] if clip < REACH else []
    fixed = np.concatenate([np.linspace(-REACH, REACH, 27), edges])
    fixed = np.broadcast_to(fixed, (*near.shape[:-1], len(fixed)))
    a, weight = _pieces(np.concatenate([fixed, near], axis=-1))
    value = (
        hermite(i, np.clip(a, -clip, clip)) * scipy.special.ndtr((t * a - b) / spread) * density(a)
    )
    return np.asarray(np.sum(weight * value, axis=-1))


@dataclass(frozen=True)
class Monomial:
    """The bounded function ``h_i`` that represents ``t^i``, with ``a`` clipped to [-clip, clip]."""

    i: int
    clip: float

    def __call__(self, a: ArrayLike, beta: ArrayLike) -> Array:
        """Return ``h_i(a, beta)``."""
        if self.i == 0:
            return np.full(np.broadcast(a, beta).shape, 2.0)
        b = -np.asarray(beta)
        value = hermite(self.i, np.clip(a, -self.clip, self.clip)) / normaliser(self.i)
        return np.asarray(value * np.where(hermite(self.i - 1, b) >= 0, 1.0, -1.0))

    @property
    def largest(self) -> float:
        """The supremum of ``|h_i|``, exactly: at the clip, or where He_i turns."""
        if self.i == 0:
            return 2.0
        turns = _roots(self.i)
        places = np.append(turns[np.abs(turns) <= self.clip], self.clip)
        return float(np.abs(hermite(self.i, places)).max() / normaliser(self.i))

    def represented(self, t: ArrayLike) -> Array:
        """Return ``E[h_i(a, beta) 1{z + beta >= 0}]`` for ``t`` in [-1, 1], by quadrature."""
        t = np.asarray(t, dtype=float)
        return np.ones(t.shape) if self.i == 0 else t**self.i + self._error_of_clipping(t)

    def represented_by_half_spaces(self, t: ArrayLike) -> Array:
        """Return the same for ``|t| < 1`` by another route: half-spaces, then their thresholds."""
        t = np.asarray(t, dtype=float)
        if self.i == 0:
            return np.ones(t.shape)
        b, weight = _bias(self.i)
        b, weight = b[np.abs(b) <= 9], weight[np.abs(b) <= 9]  # beyond, less than 1e-18 is left
        mean = [half_space_mean(self.i, one, b, self.clip) @ weight for one in t.ravel()]
        return np.reshape(mean, t.shape) / normaliser(self.i)

    def _error_of_clipping(self, t: Array) -> Array:
        """Return the mean of what clipping adds, over ``|a| > clip`` alone."""
        if self.clip >= REACH:
            return np.zeros(t.shape)
        a, weight = _pieces(
            np.linspace(self.clip, REACH, 1 + int(np.ceil((REACH - self.clip) / 2)))
        )
        added = hermite(self.i, self.clip) - hermite(self.i, a)
        weight = weight * added * density(a) / normaliser(self.i)
        # He_i(-a) = (-1)^i He_i(a)
        inside = (signed_mass(self.i, side * a, t[..., None]) * side**self.i for side in (1, -1))
        return np.asarray(sum(one @ weight for one in inside))


def signed_mass(i: int, a: Array, t: Array) -> Array:
    """Return ``E[sign He_(i-1)(b) 1{b <= z}]``, where ``z`` is normal about ``t a``, exactly.

    ``z`` has the variance ``1 - t^2``; between sign changes it is a bivariate normal probability.
    """
    variance = np.maximum(1 - t**2, 0)
    level, correlation = t * a / np.sqrt(1 + variance), 1 / np.sqrt(1 + variance)
    roots = _roots(i)
    ends = np.concatenate([[-REACH], roots, [REACH]])
    below = [bivariate_normal(end, level, correlation) for end in ends]
    last = 1.0  # the sign of He_(i-1) to the right of its roots
    signs = last * (-1.0) ** np.arange(len(roots), -1, -1)
    return np.asarray(
        sum(s * (high - low) for s, (low, high) in zip(signs, pairwise(below), strict=True))
    )


def bivariate_normal(h: ArrayLike, k: ArrayLike, r: ArrayLike) -> Array:
    """Return P(X <= h, Y <= k) of standard normals with correlation ``0 < r <= 1`` (Owen 1956)."""
    h, k, r = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (h, k, r)))
    h, k = np.where(h == 0, 1e-300, h), np.where(k == 0, 1e-300, k)
    ndtr, owens_t = scipy.special.ndtr, scipy.special.owens_t
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rest = np.sqrt(1 - r**2)
        value = (ndtr(h) + ndtr(k)) / 2 - np.where((h < 0) != (k < 0), 0.5, 0.0)
        value -= owens_t(h, (k - r * h) / (h * rest)) + owens_t(k, (h - r * k) / (k * rest))
    return np.asarray(np.where(rest == 0, ndtr(np.minimum(h, k)), value))


def monomial(i: int, accuracy: float) -> Monomial:
    """Return a function of nearly the least clip whose error is at most ``accuracy``.

    The error is that at 65 inner products in [-1, 1], which crowd at both ends.
    """
    if i == 0:
        return Monomial(0, np.inf)
    few, all_of_them = (np.sin(np.linspace(0, np.pi / 2, count)) for count in (4, 33))
    low, high = 0.0, REACH - 1
    while high - low > 3e-3:  # the error is even or odd
        middle = (low + high) / 2
        low, high = (middle, high) if _error(i, middle, few) > accuracy else (low, middle)
    while _error(i, high, all_of_them) > accuracy:
        high += 0.01
    return Monomial(i, high)


def _error(i: int, clip: float, t: Array) -> float:
    return float(np.abs(Monomial(i, clip).represented(t) - t**i).max())


@dataclass(frozen=True)
class Representation:
    """The bounded function ``h = sum_i coefficients[i] h_i`` of a polynomial."""

    coefficients: tuple[float, ...]
    monomials: tuple[Monomial, ...]

    def __call__(self, a: ArrayLike, beta: ArrayLike) -> Array:
        """Return ``h(a, beta)``."""
        terms = zip(self.coefficients, self.monomials, strict=True)
        return np.asarray(sum(c * one(a, beta) for c, one in terms if c))

    @property
    def largest(self) -> float:
        """A bound of ``|h|``: the sum of those of its terms."""
        terms = zip(self.coefficients, self.monomials, strict=True)
        return sum(abs(c) * one.largest for c, one in terms if c)

    def represented(self, t: ArrayLike) -> Array:
        """Return ``E[h(a, beta) 1{z + beta >= 0}]`` for ``t`` in [-1, 1]."""
        terms = zip(self.coefficients, self.monomials, strict=True)
        return np.asarray(sum(c * one.represented(t) for c, one in terms if c))

    def represented_by_half_spaces(self, t: ArrayLike) -> Array:
        """Return the same for ``|t| < 1`` by the other route of its terms."""
        terms = zip(self.coefficients, self.monomials, strict=True)
        return np.asarray(sum(c * one.represented_by_half_spaces(t) for c, one in terms if c))


def representation(coefficients: ArrayLike, accuracy: float) -> Representation:
    """Return a bounded representation of a polynomial whose error is at most ``accuracy``.

    Each of the terms that are clipped has an equal share of the error.
    """
    alpha = np.asarray(coefficients, dtype=float)
    share = accuracy / max(int(np.count_nonzero(alpha[1:])), 1)
    monomials = tuple(
        monomial(i, share / abs(one)) if one else Monomial(i, np.inf)
        for i, one in enumerate(alpha.tolist())
    )
    return Representation(tuple(map(float, alpha)), monomials)
