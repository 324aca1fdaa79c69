"""Kernels of rectifiers on the sphere: values by quadrature, spectra in ratios of integers.

The kernel of the quadratic rectifier is ``K(x, y) = <x, y> E[s(w.x) s(w.y)]`` with ``s(z) = 2
max(z, 0)`` and w isotropic with ``E[w w^T] = I``; on the unit sphere it depends on ``t = <x, y>``.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.quadrature import legendre

Array = NDArray[np.floating]


def in_the_angle(theta: ArrayLike) -> Array:
    """Return the quadratic rectifier's kernel at inputs of an angle; smooth in it."""
    turn = np.asarray(theta, dtype=float)
    along = np.cos(turn)
    result: Array = 2 / np.pi * along * (np.sin(turn) + (np.pi - turn) * along)
    return result


def by_quadrature(theta: float, nodes: int = 40) -> float:
    """Return the same from its definition, an integral over directions of the plane of the inputs.

    The radius in that plane has second moment 2, whether w is normal or uniform on a sphere.
    """
    if not 0 <= theta <= np.pi:
        raise ValueError(f"an angle lies between 0 and pi, not at {theta:g}")
    places, weights = legendre(nodes)
    low, high = theta - np.pi / 2, np.pi / 2  # both pre-activations are positive
    phi = low + (high - low) * (places + 1) / 2
    product = np.cos(phi) * np.cos(phi - theta)
    return float(np.cos(theta) * 4 * 2 * (weights @ product) * (high - low) / 2 / (2 * np.pi))


@lru_cache(maxsize=1024)
def gegenbauer(k: int, d: int) -> tuple[Fraction, ...]:
    """Return the coefficients, of 1 first, of the polynomial of degree k of zonal harmonics in R^d.

    It is 1 at 1: Gegenbauer's polynomial, Chebyshev's for d = 2, Legendre's for d = 3.
    """
    if k < 0 or d < 2:
        raise ValueError(f"zonal harmonics need a degree of at least 0 and d >= 2, not {k} and {d}")
    if k < 2:
        return (Fraction(1),) if k == 0 else (Fraction(0), Fraction(1))
    before, last = gegenbauer(k - 2, d), gegenbauer(k - 1, d)
    risen = [Fraction(2 * k + d - 4) * c for c in (Fraction(0), *last)]
    for place, coefficient in enumerate(before):
        risen[place] -= (k - 1) * coefficient
    return tuple(c / (k + d - 3) for c in risen)


@lru_cache(maxsize=4096)
def moment(power: int, d: int) -> Fraction:
    """Return the mean of ``x_1**power`` over the unit sphere of R^d."""
    if power % 2:
        return Fraction(0)
    if power == 0:
        return Fraction(1)
    return moment(power - 2, d) * Fraction(power - 1, d + power - 2)


@lru_cache(maxsize=8)
def power_series(terms: int) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Return K(t) as a power series in two parts: ratios of integers, and those times ``2 / pi``.

    ``K(t) = t^2 + (2 / pi) (t sqrt(1 - t^2) + t^2 arcsin t)``; coefficients of the powers below
    ``terms``.
    """
    plain, scaled = [Fraction(0)] * max(terms, 3), [Fraction(0)] * max(terms, 3)
    plain[2] = Fraction(1)
    root, arc = Fraction(1), Fraction(1)  # of t^(2j) in the root, and t^(2j + 1) in the arcsine
    for j in range(terms):
        if 2 * j + 1 < terms:
            scaled[2 * j + 1] += root
        if 2 * j + 3 < terms:
            scaled[2 * j + 3] += arc / (2 * j + 1)
        root *= Fraction(2 * j - 1, 2 * j + 2)
        arc *= Fraction(2 * j + 1, 2 * j + 2)
    return tuple(plain[:terms]), tuple(scaled[:terms])


def exact_parts(k: int, d: int, terms: int) -> tuple[Fraction, Fraction]:
    """Return the mean of ``K(x_1)`` times the zonal polynomial of degree k, in the same two parts.

    The series ends before the power ``terms``; its summands at k and beyond that are left out are
    nonnegative, as are its coefficients.
    """
    polynomial = gegenbauer(k, d)
    plain, scaled = (
        sum(
            (
                a * c * moment(i + j, d)
                for i, a in enumerate(part)
                if a
                for j, c in enumerate(polynomial)
                if c and (i + j) % 2 == 0
            ),
            Fraction(0),
        )
        for part in power_series(terms)
    )
    return plain, scaled


def eigenvalue(k: int, d: int, nodes: int = 200) -> float:
    """Return the eigenvalue of the kernel at harmonics of degree k, by quadrature in the angle."""
    places, weights = legendre(nodes)
    theta = np.pi * (places + 1) / 2
    zonal = np.ones_like(theta)
    before = np.zeros_like(theta)
    along = np.cos(theta)
    for degree in range(1, k + 1):
        risen = (2 * degree + d - 4) * along * zonal - (degree - 1) * before
        before, zonal = zonal, along if degree == 1 else risen / (degree + d - 3)
    density = weights * np.sin(theta) ** (d - 2)
    return float((density * in_the_angle(theta)) @ zonal / density.sum())
