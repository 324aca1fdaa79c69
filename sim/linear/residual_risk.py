"""Population risk of attacked linear models from two numbers each, for stacks of replicates.

With Gaussian inputs the residual of a linear model is normal, and the worst perturbation moves it
by the radius times the dual norm of the coefficients. So the risk is an integral over the residual,
done here by quadrature for many models at once; no closed form is used.
`sim.linear.population_risk` does the same from the coefficients of one model.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.linear.population_risk import half_normal_rule

Array = NDArray[np.floating]


def attacked_risk(
    deviation: ArrayLike, length: ArrayLike, radius: float, smoothing: float = 0.0
) -> Array:
    """Return the mean squared loss under the worst, or the smoothed worst, perturbation: (...,).

    Parameters
    ----------
    deviation : (...) standard deviation of the residual
    length : (...) dual norm of the coefficients: Euclidean for the L2 attack, l1 for L-infinity
    radius : float >= 0
        Largest size of a perturbation of an input.
    smoothing : float >= 0
        Constant of the surrogate L2 attack, which multiplies the worst perturbation by
        ``|g| / sqrt(|g|**2 + smoothing**2)`` with ``g`` the gradient of the loss in the input
        (Xing, Song and Cheng, AISTATS 2021, Section 2.1).
    """
    deviation, length = np.broadcast_arrays(
        np.asarray(deviation, dtype=np.float64), np.asarray(length, dtype=np.float64)
    )
    steepest = float(np.max(deviation * length, initial=0.0))
    finest = smoothing / (2 * steepest) if smoothing and steepest else 1.0
    nodes, weights = half_normal_rule(max(finest, 1e-12))
    residual = deviation[..., None] * nodes
    shift = np.broadcast_to(radius * length[..., None], residual.shape)
    if smoothing:
        gradient = 2 * residual * length[..., None]
        shift = shift * (gradient / np.hypot(gradient, smoothing))
    return (residual + shift) ** 2 @ weights
