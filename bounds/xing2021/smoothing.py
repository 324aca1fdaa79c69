"""What smoothing the attack brings into formulas: its scale, three means, two hypotheses."""

from __future__ import annotations

import sympy as sp

from bounds import required
from bounds.xing2021.notation import B, epsilon, q, xi

c = xi / 2
"""The gradient of the squared loss in the input has norm 2|r|B, so that xi appears halved; the
xi of the paper's Appendices B and C is this half."""

a = sp.Symbol("a", positive=True)
"""Scale, in units of the residual's deviation, below which a residual is hardly attacked."""

at_model = c / (q * B)
"""That scale for a model whose residual has deviation q, and coefficients of norm B."""

GAUSSIAN = required(None, "inputs and noise are Gaussian")
ATTACKED = required(epsilon > 0, "there is an attack")
SMOOTHED = required(xi > 0, "the attack is smoothed")

z = sp.Symbol("z", real=True)
density = 2 * sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
"""Density of |Z| on the half-line, for a standard normal Z."""


def _bessel(scale: sp.Expr, sign: int) -> sp.Expr:
    x = scale**2 / 4
    front = scale**2 * sp.exp(x) / (2 * sp.sqrt(2 * sp.pi))
    return front * (sp.besselk(1, x) + sign * sp.besselk(0, x))


def attack_mean(scale: sp.Expr) -> sp.Expr:
    """Return H = E[Z^2 / sqrt(Z^2 + a^2)], the smoothed mean of |Z|; sqrt(2/pi) at a = 0."""
    return _bessel(scale, -1)


def root_mean(scale: sp.Expr) -> sp.Expr:
    """Return K = E[sqrt(Z^2 + a^2)]; sqrt(2/pi) at a = 0."""
    return _bessel(scale, 1)


def attack_share(scale: sp.Expr) -> sp.Expr:
    """Return E_2 = E[Z^2 / (Z^2 + a^2)], the share of the squared attack that is left."""
    tail = sp.exp(scale**2 / 2) * sp.erfc(scale / sp.sqrt(2))
    return 1 - sp.sqrt(sp.pi / 2) * scale * tail


def surrogate_risk(scale: sp.Expr = at_model, cross=attack_mean, square=attack_share) -> sp.Expr:
    """Return the surrogate risk of the closed form."""
    return q**2 + 2 * epsilon * q * B * cross(scale) + epsilon**2 * B**2 * square(scale)


def companion_risk(scale: sp.Expr = at_model, cross=root_mean) -> sp.Expr:
    """Return the companion risk of Appendix B."""
    return q**2 + 2 * epsilon * q * B * cross(scale) + epsilon**2 * B**2


def largest_gap(deviation: sp.Expr = q, length: sp.Expr = B) -> sp.Expr:
    """Return the bound of robust minus surrogate risk."""
    return epsilon * xi + epsilon**2 * sp.sqrt(sp.pi / 8) * xi * length / deviation
