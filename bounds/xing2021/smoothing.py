"""What smoothing the attack brings into formulas: its scale, three means, two hypotheses."""

from collections.abc import Callable

from bounds.authoring import *
from bounds.xing2021.notation import *

c = xi / 2
"""The gradient of the squared loss in the input has norm 2|r|B, so that xi appears halved; the
xi of the paper's Appendices B and C is this half."""

a = parameter(
    "a",
    "scale, in units of the residual's deviation, below which a residual is hardly attacked",
    positive=True,
)

OfScale = Callable[[Expr], Expr]
"""What is a function of that scale."""

at_model = c / (q * B)
"""That scale for a model whose residual has deviation q, and coefficients of norm B."""

GAUSSIAN = required(None, "inputs and noise are Gaussian")
ATTACKED = required(epsilon > 0, "there is an attack")
SMOOTHED = required(xi > 0, "the attack is smoothed")

z = sp.Symbol("z", real=True)
density = 2 * exp(-(z**2) / 2) / sqrt(2 * pi)
"""Density of |Z| on the half-line, for a standard normal Z."""


def _bessel(scale: Expr, sign: int) -> Expr:
    x = scale**2 / 4
    front = scale**2 * exp(x) / (2 * sqrt(2 * pi))
    return front * (sp.besselk(1, x) + sign * sp.besselk(0, x))


def attack_mean(scale: Expr) -> Expr:
    """Return H = E[Z^2 / sqrt(Z^2 + a^2)], the smoothed mean of |Z|; sqrt(2/pi) at a = 0."""
    return _bessel(scale, -1)


def root_mean(scale: Expr) -> Expr:
    """Return K = E[sqrt(Z^2 + a^2)]; sqrt(2/pi) at a = 0."""
    return _bessel(scale, 1)


def attack_share(scale: Expr) -> Expr:
    """Return E_2 = E[Z^2 / (Z^2 + a^2)], the share of the squared attack that is left."""
    return 1 - sqrt(pi / 2) * scale * exp(scale**2 / 2) * sp.erfc(scale / sqrt(2))


def surrogate_risk(
    scale: Expr = at_model, cross: OfScale = attack_mean, square: OfScale = attack_share
) -> Expr:
    """Return the surrogate risk of the closed form."""
    return q**2 + 2 * epsilon * q * B * cross(scale) + epsilon**2 * B**2 * square(scale)


def companion_risk(scale: Expr = at_model, cross: OfScale = root_mean) -> Expr:
    """Return the companion risk of Appendix B."""
    return surrogate_risk(scale, cross, lambda scale: 1)


def largest_gap(deviation: Expr = q, length: Expr = B) -> Expr:
    """Return the bound of robust minus surrogate risk."""
    return epsilon * xi + epsilon**2 * sqrt(pi / 8) * xi * length / deviation


__all__ = [
    "ATTACKED", "GAUSSIAN", "SMOOTHED", "OfScale", "a", "at_model", "attack_mean", "attack_share",
    "c", "companion_risk", "density", "largest_gap", "root_mean", "surrogate_risk", "z",
]  # fmt: skip
