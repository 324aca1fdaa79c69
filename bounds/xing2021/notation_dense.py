"""Letters of the high-dimensional part of the paper, where the coefficients enter by their size."""

from bounds.authoring import *
from bounds.xing2021.notation import *

signal = parameter(
    "signal", "norm of the true coefficients, |theta_0|_Sigma", r"\|\theta_0\|", positive=True
)
V = sqrt(signal**2 + sigma**2)
v = quantity("v", "root of E[y^2] = |theta_0|_Sigma^2 + sigma^2", V, positive=True)
optimal_risk = observable(
    "optimal_risk", "smallest robust risk over all coefficients", "R^*", positive=True
)
C_R = epsilon * sqrt(d)
"""The constant C of an L-infinity radius C / sqrt(d)."""

isotropic = required(None, "inputs are N(0, I), the noise is Gaussian")
more_inputs = required(d > n, "there are more inputs than points, so that an interpolator exists")
dimension_dominates = regime(n / d, "the dimension dominates the sample size", tends_to=0)
dimension_dominates_logarithm = regime(
    log(n) * sqrt(n / d), "d grows faster than n (log n)^2", tends_to=0
)

__all__ = [
    "C_R", "V", "dimension_dominates", "dimension_dominates_logarithm", "isotropic",
    "more_inputs", "optimal_risk", "signal", "v",
]  # fmt: skip
