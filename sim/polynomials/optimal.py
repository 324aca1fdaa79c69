"""The least error of odd polynomials of a degree near the sign: by exchange, and certified.

The odd powers are a Haar system on ``[half_gap, 1]``. So the error of the best polynomial
alternates at one point more than it has coefficients, and whatever polynomial alternates there
bounds the least error from below by its smallest error at these points (de la Vallee Poussin).
The best polynomial of any kind is odd.
"""

from __future__ import annotations

from itertools import pairwise

import flint
import numpy as np

from sim.polynomials.certified import (
    Bracket,
    chebyshev_series,
    greatest_distance,
    in_odd_powers,
    rational,
)

POINTS = 120
"""Points per coefficient among which the exchange looks for the greatest errors."""

ROUNDS = 30
"""Exchanges at most; the error converges quadratically."""


def least_sign_error(half_gap: float, terms: int) -> Bracket:
    """Bracket the least supremum of ``|p - 1|`` over ``[half_gap, 1]``, certified from both sides.

    The bounds lie within a hundredth of one another, and the lower one within 1e-3 of the truth.
    Over all odd polynomials ``p`` with ``terms`` coefficients, so of degree ``2 terms - 1``.

    Raises
    ------
    ValueError
        If there is no coefficient, or the half-gap does not lie between 0 and 1.
    """
    if terms < 1 or not 0 < half_gap < 1:
        raise ValueError(f"needs terms >= 1, 0 < half_gap < 1; got {terms} and {half_gap:g}")
    low, high = half_gap**2, 1.0
    angle = np.linspace(0, np.pi, POINTS * (terms + 5))
    v = (high + low) / 2 - (high - low) / 2 * np.cos(angle)
    basis = np.sqrt(v)[:, None] * np.cos(np.arange(terms) * (np.pi - angle[:, None]))
    signs = (-1.0) ** np.arange(terms + 1)
    chosen = np.rint(np.linspace(0, len(v) - 1, terms + 1)).astype(int)
    weights = np.empty(terms)
    for _ in range(ROUNDS):
        system = np.column_stack([basis[chosen], signs])
        weights = np.linalg.solve(system, np.ones(terms + 1))[:-1]
        found = _alternation(basis @ weights - 1, terms + 1)
        if np.array_equal(found, chosen):
            break
        chosen = found
    slope = 2 / (rational(high) - rational(low))
    inner = flint.fmpq_poly([-1 - slope * rational(low), slope])
    polynomial = in_odd_powers(chebyshev_series(weights, inner))
    return Bracket(
        _alternating(polynomial, np.sqrt(v[chosen])),
        greatest_distance(polynomial, 1, half_gap, 1).high,
    )


def _alternation(error: np.ndarray, count: int) -> np.ndarray:
    """Return the places of the greatest errors of alternating sign, ``count`` of them."""
    turns = np.flatnonzero(np.diff(np.sign(error))) + 1
    runs = np.split(np.arange(len(error)), turns)
    places = np.array([run[np.abs(error[run]).argmax()] for run in runs])
    while len(places) > count:
        places = places[1:] if abs(error[places[0]]) < abs(error[places[-1]]) else places[:-1]
    if len(places) < count:
        raise ArithmeticError(f"the error alternates at {len(places)} points, not at {count}")
    return places


def _alternating(polynomial: flint.fmpq_poly, points: np.ndarray) -> float:
    """Return the smallest error at points where its sign is certified to alternate, else 0."""
    points = np.clip(points, points[0], 1.0)
    values = [polynomial(rational(point)) - 1 for point in points]
    if any(one * other >= 0 for one, other in pairwise(values)):
        return 0.0
    least = min(abs(value) for value in values)
    return float(np.nextafter(int(least.p) / int(least.q), 0))
