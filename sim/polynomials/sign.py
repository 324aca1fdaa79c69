"""Odd polynomials near the sign function away from zero, with exact coefficients.

Both constructions are ``x sum_j w_j T_j(a - b x^2)`` with weights in floating point, which the
polynomial takes as the exact numbers that they are.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import flint
import numpy as np
import scipy
from numpy.polynomial.polynomial import polyval
from numpy.typing import NDArray

from sim.polynomials.certified import (
    Bracket,
    chebyshev_series,
    greatest_distance,
    in_odd_powers,
    log2_greatest_coefficient,
    rational,
)

Array = NDArray[np.floating]

TAILS = (0.5, 0.8, 0.95)
"""Shares of the accuracy that are spent on ending the outer series of `two_level`."""


class SignPolynomial(NamedTuple):
    """An odd polynomial and what is certified of it.

    Attributes
    ----------
    polynomial : flint.fmpq_poly
    degree : int
    error : Bracket
        Of the supremum of ``|p - 1|`` over [half_gap, 1], and so of ``|p + 1|`` over
        [-1, -half_gap].
    log2_coefficient : float
        Binary logarithm of the greatest coefficient.
    """

    polynomial: flint.fmpq_poly
    degree: int
    error: Bracket
    log2_coefficient: float


class _Family(NamedTuple):
    """``x sum_{j <= s} weights[j] T_j(centre - slope x^2)``, for every ``s``."""

    weights: Array
    centre: Fraction
    slope: int


def chebyshev(half_gap: float, accuracy: float) -> SignPolynomial:
    """Return a polynomial of near optimal degree, about ``log(1 / accuracy) / half_gap``.

    ``x h(1 + k - 2 x^2)``, where ``h`` is the truncated Chebyshev series of
    ``((1 + k - u) / 2)^(-1/2)`` and ``k`` is ``2 half_gap^2``; the least degree that is certified.

    Raises
    ------
    ValueError
        If one of the arguments does not lie between 0 and 1.
    """
    _refuse_outside(half_gap, accuracy)
    return _least([_chebyshev(half_gap, accuracy)], half_gap, accuracy)


def two_level(half_gap: float, accuracy: float) -> SignPolynomial:
    """Return the polynomial of two truncations: a binomial series in powers of ``1 - x^2``.

    ``sign x = x (1 - (1 - x^2))^(-1/2)``; each power of ``1 - x^2`` is truncated in turn to the
    Chebyshev polynomials that a simple random walk reaches within a few standard deviations.

    Raises
    ------
    ValueError
        If one of the arguments does not lie between 0 and 1.
    """
    _refuse_outside(half_gap, accuracy)
    return _least([_two_level(half_gap, share * accuracy) for share in TAILS], half_gap, accuracy)


CONSTRUCTIONS: dict[str, Callable[[float, float], SignPolynomial]] = {
    "two-level": two_level,
    "Chebyshev": chebyshev,
}


def _refuse_outside(half_gap: float, accuracy: float) -> None:
    if not (0 < half_gap < 1 and 0 < accuracy < 1):
        raise ValueError(
            f"the half-gap and the accuracy lie between 0 and 1; got {half_gap:g} and {accuracy:g}"
        )


def _chebyshev(half_gap: float, accuracy: float) -> _Family:
    # a dyadic number, so that the coefficients have powers of two as denominators
    rise = Fraction(np.floor(2 * half_gap**2 * 2**40) / 2**40)
    terms = int(np.ceil((3 + np.log(1 / accuracy) + np.log(1 / half_gap)) / half_gap)) + 8
    count = 4 * terms
    u = np.cos(np.pi * (np.arange(count) + 0.5) / count)
    weights = scipy.fft.dct(((1 + float(rise) - u) / 2) ** -0.5) / count
    weights[0] /= 2
    return _Family(weights[:terms], 1 + rise, 2)


def _two_level(half_gap: float, tail: float) -> _Family:
    most = int(np.ceil(2 * np.log(4 / (half_gap * tail)) / half_gap**2)) + 4
    i = np.arange(most)
    series = np.exp(
        scipy.special.gammaln(2 * i + 1) - 2 * scipy.special.gammaln(i + 1) - i * np.log(4)
    )
    left = 1 - half_gap * np.cumsum(series * (1 - half_gap**2) ** i)
    terms = 1 + int(np.argmax(left <= tail))
    # a step of the walk on a circle, too long to go around, multiplies frequencies by cosines
    step = np.cos(2 * np.pi * np.arange(terms + 1) / (2 * terms + 1))
    weights = np.fft.irfft(polyval(step, series[:terms]), 2 * terms + 1)[: terms + 1]
    weights[1:] *= 2
    return _Family(weights, Fraction(1), 1)


def _least(families: list[_Family], half_gap: float, accuracy: float) -> SignPolynomial:
    """Return the member of least degree whose error is certified to be within the accuracy."""
    guesses = [_guess(family, half_gap, accuracy) for family in families]
    family, last = min(zip(families, guesses, strict=True), key=lambda one: one[1])
    while True:
        found = _member(family, last, half_gap)
        if found.error.high <= accuracy:
            return found
        last += 1
        if last > len(family.weights):
            raise ArithmeticError(
                f"doubles do not suffice for accuracy {accuracy:g} with half-gap {half_gap:g}"
            )


def _guess(family: _Family, half_gap: float, accuracy: float) -> int:
    """Return the first index whose member is accurate enough at a few points."""
    terms = len(family.weights)
    angle = np.linspace(0, np.pi, 8 * terms + 64)
    x = (1 + half_gap) / 2 - (1 - half_gap) / 2 * np.cos(angle)
    inner = np.arccos(np.clip(float(family.centre) - family.slope * x**2, -1, 1))
    value = np.zeros_like(x)
    for j, weight in enumerate(family.weights):
        value += weight * x * np.cos(j * inner)
        if np.abs(value - 1).max() <= accuracy:
            return j
    return terms


def _member(family: _Family, last: int, half_gap: float) -> SignPolynomial:
    inner = flint.fmpq_poly([rational(family.centre), -family.slope])
    even = chebyshev_series(family.weights[: last + 1], inner)
    polynomial = in_odd_powers(even)
    return SignPolynomial(
        polynomial,
        polynomial.degree(),
        greatest_distance(polynomial, 1, half_gap, 1),
        log2_greatest_coefficient(polynomial),
    )
