"""Polynomials near a step: one where two unit vectors are close, zero where they are far."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import flint
import numpy as np
from numpy.typing import NDArray

from sim.polynomials.certified import (
    Bracket,
    greatest_distance,
    log2_greatest_coefficient,
    rational,
)
from sim.polynomials.sign import SignPolynomial, chebyshev


class Step(NamedTuple):
    """Where a polynomial of an inner product is to be one, and where zero.

    Attributes
    ----------
    near : Fraction
        Inner product of unit vectors at the distance of the attack: one from here to 1.
    far : Fraction
        Inner product at the distance of other points: zero from -1 to here.
    """

    near: Fraction
    far: Fraction

    @classmethod
    def between(cls, separation: float, attack: float) -> Step:
        """Return the step for points at least ``separation`` apart, moved by ``attack``.

        Raises
        ------
        ValueError
            If moved points of two sets can meet, or no unit vectors are that far apart.
        """
        if not 0 <= 2 * attack < separation <= 2:
            raise ValueError(
                "needs 0 <= 2 attack < separation <= 2; got "
                f"attack = {attack:g} and separation = {separation:g}"
            )
        apart, moved = Fraction(separation), Fraction(attack)
        return cls(1 - moved**2 / 2, 1 - (apart - moved) ** 2 / 2)

    @property
    def middle(self) -> Fraction:
        """Where the polynomial is about a half."""
        return (self.near + self.far) / 2

    @property
    def half_gap(self) -> Fraction:
        """A quarter of the gap: what it is for the sign, at half the argument."""
        return (self.near - self.far) / 4

    def polynomial(self, accuracy: float) -> StepPolynomial:
        """Return ``(p((z - middle) / 2) + 1) / 2`` with the `chebyshev` sign polynomial ``p``."""
        return StepPolynomial(self, chebyshev(float(self.half_gap) * (1 - 1e-12), accuracy))


class StepPolynomial:
    """A polynomial near a step, of a polynomial near the sign."""

    def __init__(self, step: Step, sign: SignPolynomial) -> None:
        self.step, self.sign = step, sign
        self.polynomial = self.with_argument_times(Fraction(1, 2))

    def with_argument_times(self, factor: Fraction) -> flint.fmpq_poly:
        """Return ``(p(factor (z - middle)) + 1) / 2``; a half is what keeps it within [-1, 1]."""
        slope = rational(factor)
        argument = flint.fmpq_poly([-slope * rational(self.step.middle), slope])
        return (self.sign.polynomial(argument) + 1) / 2

    @property
    def degree(self) -> int:
        """Its degree."""
        return int(self.polynomial.degree())

    @property
    def doubles(self) -> NDArray[np.float64]:
        """Its coefficients from the constant one on, each rounded once."""
        return np.array([int(one.p) / int(one.q) for one in self.polynomial.coeffs()])

    @property
    def log2_coefficient(self) -> float:
        """Binary logarithm of its greatest coefficient in size."""
        return log2_greatest_coefficient(self.polynomial)

    @property
    def error_near(self) -> Bracket:
        """Supremum of the distance from 1 where it is to be 1."""
        return greatest_distance(self.polynomial, 1, self.step.near, 1)

    @property
    def error_far(self) -> Bracket:
        """Supremum of the distance from 0 where it is to be 0."""
        return greatest_distance(self.polynomial, 0, -1, self.step.far)
