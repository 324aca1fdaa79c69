"""Polynomials with exact coefficients, and certified bounds of them over an interval.

The bound is that of Ehlich and Zeller (1964), Schwankung von Polynomen zwischen Gitterpunkten:
for a polynomial of degree k and the M > k zeros of the Chebyshev polynomial of degree M, moved to
the interval, the supremum is at most the greatest value at these points over cos(pi k / (2 M)).
The values are those of ball arithmetic, so that rounding is part of the bound.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import flint
import numpy as np
from numpy.typing import ArrayLike, NDArray

DENSITY = 12
"""Points per degree; the bound exceeds the supremum by a factor 1/cos(pi/24), 0.9 %, at most."""


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
    count = density * degree
    bits, flint.ctx.prec = flint.ctx.prec, 128 + 4 * degree
    try:
        centre = flint.arb(rational(low) + rational(high)) / 2
        half = flint.arb(rational(high) - rational(low)) / 2
        exact = flint.arb_poly(polynomial - rational(target))
        points = (
            centre + half * flint.arb(flint.fmpq(2 * i + 1, 2 * count)).cos_pi()
            for i in range(count)
        )
        values = [abs(exact(point)) for point in points]
        loss = flint.arb(flint.fmpq(degree, 2 * count)).cos_pi()
        greatest = max(_up(value / loss) for value in values)
        attained = max(_down(value) for value in values)
    finally:
        flint.ctx.prec = bits
    return Bracket(attained, greatest)


def values(polynomial: flint.fmpq_poly, points: ArrayLike) -> NDArray[np.float64]:
    """Return the values at points, each rounded once."""
    exact = (polynomial(rational(float(point))) for point in np.asarray(points))
    return np.array([int(value.p) / int(value.q) for value in exact])


def log2_greatest_coefficient(polynomial: flint.fmpq_poly) -> float:
    """Return the binary logarithm of the greatest coefficient in size, rounded up."""
    return _up(max(abs(flint.arb(c)) for c in polynomial.coeffs()).log() / flint.arb(2).log())


def _up(ball: flint.arb) -> float:
    return float(np.nextafter(float(ball.upper()), np.inf))


def _down(ball: flint.arb) -> float:
    return float(np.nextafter(float(ball.lower()), -np.inf))
