"""Means of functions of a standard normal variable that the smoothed attack leads to.

With ``Z ~ N(0, 1)`` and ``a`` the scale (in units of the residual's deviation) below which the
attack is switched off, these three means carry all that smoothing changes.
"""

from __future__ import annotations

import sympy as sp

z = sp.Symbol("z", real=True)
density = 2 * sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
"""Density of |Z| on the half-line."""


def _bessel(a: sp.Expr, sign: int) -> sp.Expr:
    x = a**2 / 4
    front = a**2 * sp.exp(x) / (2 * sp.sqrt(2 * sp.pi))
    return front * (sp.besselk(1, x) + sign * sp.besselk(0, x))


def attack_mean(a: sp.Expr) -> sp.Expr:
    """Return E[Z^2 / sqrt(Z^2 + a^2)]: the smoothed |Z|; sqrt(2/pi) at a = 0."""
    return _bessel(a, -1)


def root_mean(a: sp.Expr) -> sp.Expr:
    """Return E[sqrt(Z^2 + a^2)]; sqrt(2/pi) at a = 0."""
    return _bessel(a, 1)


def attack_share(a: sp.Expr) -> sp.Expr:
    """Return E[Z^2 / (Z^2 + a^2)]: the share of the squared attack that is left; 1 at a = 0."""
    return 1 - sp.sqrt(sp.pi / 2) * a * sp.exp(a**2 / 2) * sp.erfc(a / sp.sqrt(2))
