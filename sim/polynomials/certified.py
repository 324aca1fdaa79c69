"""Polynomials with exact coefficients, and certified bounds of them over an interval.

The bound is that of Ehlich and Zeller (1964), Schwankung von Polynomen zwischen Gitterpunkten:
for a polynomial of degree k and the M > k zeros of the Chebyshev polynomial of degree M, moved to
the interval, the supremum is at most the greatest value at these points over cos(pi k / (2 M)).
Ball arithmetic evaluates the polynomial at about k + 1 such zeros, which determine it; two cosine
transforms lead from there to the M points. Their rounding is part of the bound: a fast transform of
length M, a power of two, errs in the Euclidean norm by at most about 7 log2(M) units of roundoff
(Higham 2002, Accuracy and Stability of Numerical Algorithms, Theorem 24.2).
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import flint
import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

DENSITY = 12
"""Points per degree; the bound exceeds the supremum by a factor 1/cos(pi/24), 0.9 %, at most."""

_ROUNDING = 32 * np.finfo(float).eps
"""Of both transforms and of the values, per doubling of the length: four times Higham's bound."""


class Bracket(NamedTuple):
    """Two bounds of a supremum; the lower one is attained at a point."""

    low: float
    high: float


def rational(value: float | Fraction) -> flint.fmpq:
    """Return the exact value of a float or a fraction."""
    exact = Fraction(value)
    return flint.fmpq(exact.numerator, exact.denominator)


def chebyshev_series(weights: ArrayLike, inner: flint.fmpq_poly) -> flint.fmpq_poly:
    """Return ``sum_j weights[j] T_j(inner(v))``, exactly, by Clenshaw's recurrence."""
    exact = [rational(float(weight)) for weight in np.asarray(weights)]
    before, last = flint.fmpq_poly([0]), flint.fmpq_poly([0])
    for weight in reversed(exact[1:]):
        before, last = last, 2 * inner * last - before + weight
    return inner * last - before + exact[0]


def in_odd_powers(even: flint.fmpq_poly) -> flint.fmpq_poly:
    """Return ``x even(x^2)``."""
    coefficients: list[flint.fmpq] = []
    for coefficient in even.coeffs():
        coefficients += [flint.fmpq(0), coefficient]
    return flint.fmpq_poly(coefficients)


def greatest_distance(
    polynomial: flint.fmpq_poly,
    target: float | Fraction,
    low: float | Fraction,
    high: float | Fraction,
    density: int = DENSITY,
) -> Bracket:
    """Bracket the supremum of ``|polynomial - target|`` over ``[low, high]``.

    Raises
    ------
    ValueError
        If the interval is empty, or there are too few points for a bound.
    """
    if not low <= high or density < 2:
        raise ValueError(
            f"needs low <= high and a density of 2 at least; got [{low}, {high}] and {density}"
        )
    degree = max(polynomial.degree(), 1)
    count = _power_of_two(density * degree)
    few = _at_zeros(polynomial - rational(target), rational(low), rational(high), degree)
    many = np.zeros(count)
    many[: len(few)] = scipy.fft.dct(few, norm="ortho")
    many = np.abs(scipy.fft.idct(many, norm="ortho")) * np.sqrt(count / len(few))
    rounding = float(_ROUNDING * np.log2(4 * count) * np.sqrt(count) * np.abs(few).max())
    top, loss = float(many.max()), float(np.cos(np.pi * degree / (2 * count)))
    return Bracket(max(top - rounding, 0.0), (top + 2 * rounding) / loss)


def _at_zeros(
    polynomial: flint.fmpq_poly, low: flint.fmpq, high: flint.fmpq, degree: int
) -> NDArray[np.float64]:
    """Return the values at more than ``degree`` Chebyshev zeros of an interval, each rounded."""
    count = _power_of_two(degree + 1)
    bits, flint.ctx.prec = flint.ctx.prec, 128 + 4 * degree
    try:
        centre, half = flint.arb(low + high) / 2, flint.arb(high - low) / 2
        exact = flint.arb_poly(polynomial)
        zeros = (flint.arb(flint.fmpq(2 * i + 1, 2 * count)).cos_pi() for i in range(count))
        balls = [exact(centre + half * zero) for zero in zeros]
    finally:
        flint.ctx.prec = bits
    values, radii = (
        np.array([float(part) for part in parts])
        for parts in zip(*((ball.mid(), ball.rad()) for ball in balls), strict=True)
    )
    if radii.max() > 2.0**-60 * np.abs(values).max():
        raise ArithmeticError(f"{128 + 4 * degree} bits are too few for degree {degree}")
    return values


def values(polynomial: flint.fmpq_poly, points: ArrayLike) -> NDArray[np.float64]:
    """Return the values at points, each rounded once."""
    exact = (polynomial(rational(float(point))) for point in np.asarray(points))
    return np.array([int(value.p) / int(value.q) for value in exact])


def log2_greatest_coefficient(polynomial: flint.fmpq_poly) -> float:
    """Return the binary logarithm of the greatest coefficient in size, rounded up."""
    return _up(max(abs(flint.arb(c)) for c in polynomial.coeffs()).log() / flint.arb(2).log())


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()


def _up(ball: flint.arb) -> float:
    return float(np.nextafter(float(ball.upper()), np.inf))
