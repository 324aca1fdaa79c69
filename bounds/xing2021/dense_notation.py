"""Symbols of the high-dimensional part of the paper, where the coefficients enter by their size."""

from __future__ import annotations

import sympy as sp

from bounds import regime, required
from bounds.xing2021.notation import d, epsilon, n, sigma

signal = sp.Symbol("signal", positive=True)
"""Norm of the true coefficients, ``|theta_0|_Sigma``."""

V = sp.sqrt(signal**2 + sigma**2)
"""Root of E[y^2]."""

optimal_risk = sp.Symbol("optimal_risk", positive=True)

C_R = epsilon * sp.sqrt(d)
"""The constant C of an L-infinity radius C / sqrt(d)."""

isotropic = required(None, "inputs are N(0, I), the noise is Gaussian")
dimension_dominates = regime(n / d, "the dimension dominates the sample size", tends_to=0)
dimension_dominates_logarithm = regime(
    sp.log(n) * sp.sqrt(n / d), "d grows faster than n (log n)^2", tends_to=0
)

SYMBOLS = {
    "signal": "norm of the true coefficients, |theta_0|_Sigma",
    "optimal_risk": "smallest robust risk over all coefficients",
}
