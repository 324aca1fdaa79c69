"""The quadratic bound of the inner maximum, its parabolas chosen by a lifted ascent.

The relaxation of :mod:`sim.certificates._quadratic_majorant` is an attack with a few more columns:
maximise it over ``|x|_F <= 1``, read off the parabolas, and bound their sum by the trust-region
dual. A place that is not a maximiser gives a looser bound, never a wrong one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy

from sim.certificates import _trust_region
from sim.certificates._ball_problem import EPSILON
from sim.certificates._quadratic_majorant import FoldedNetwork, quadratic_form, relaxation
from sim.networks.activation import Array

COLUMNS = 8  # of the covariance factor; the optimal one has a low rank
STAGES = (0.3, 0.1, 0.03)  # smoothing in units of a neuron's typical change, |w_s| / sqrt(k)
ITERATIONS = 40


def lifted_start(rng: np.random.Generator, place: Array) -> Array:
    """Return (k, 1 + columns): ``place`` (k,), where an attack arrived, with some spread."""
    k = len(place)
    spread = rng.standard_normal((k, min(COLUMNS, k)))
    x = np.column_stack([place, 0.5 * spread / np.sqrt(spread.size)])
    return x / np.linalg.norm(x)


def rounded(rng: np.random.Generator, x: Array, starts: int) -> Array:
    """Return (starts, k) draws of the perturbation whose moments are ``x``, pulled into the ball.

    Good starts for an attack: where the relaxation is nearly tight they lie near a maximiser.
    """
    mixture = rng.standard_normal((starts, x.shape[1]))
    mixture[:, 0] = 1.0
    u = mixture @ x.T
    return u / np.maximum(1.0, np.linalg.norm(u, axis=1, keepdims=True))


def upper_bound(
    net: FoldedNetwork,
    x: Array,
    *,
    needed: float = -np.inf,
    tolerance: float = 0.0,
    stages: Sequence[float] = STAGES,
) -> tuple[float, Array]:
    """Return an upper bound of a folded network on the ball, and the lifted maximiser.

    Parameters
    ----------
    x : (k, 1 + columns) array
        Where the ascent starts.
    needed : float
        Stop as soon as the bound is at most this.
    tolerance : float
        Accuracy of the trust-region bound; it may be that much above its own optimum.
    stages : sequence of float
        Decreasing smoothings; each ascends and gives a bound, of which the least is returned.
    """
    if not len(net.z):
        steep = float(np.linalg.norm(net.gradient))
        x = np.zeros_like(x)
        x[:, 0] = net.gradient / steep if steep else 0.0
        return net.constant + steep * (1 + 4 * len(x) * EPSILON) + net.slack, x
    best = np.inf
    for stage in stages:
        smoothing = stage / np.sqrt(len(x))
        x = _maximise(net, x, smoothing)
        _, gradient, chosen = relaxation(net, x, smoothing)
        q, b, constant, error = quadratic_form(net, chosen)
        factor = np.linalg.qr(x[:, 1:])[0]
        bound = _trust_region.upper_bound(
            q,
            b,
            start=float((gradient * x).sum()) / 2,
            floor=float(np.linalg.eigvalsh(factor.T @ q @ factor)[-1]),
            matrix_error=error,
            tolerance=tolerance,
        )
        best = min(best, constant + bound.value + net.slack)
        if best <= needed:
            break
    return best, x


def _maximise(net: FoldedNetwork, x: Array, smoothing: float) -> Array:
    """Ascend the smoothed relaxation on the sphere ``|x|_F = 1``."""
    shape = x.shape
    # The stopping rules of the minimiser are absolute.
    scale = float(np.abs(net.weight) @ net.reach + np.linalg.norm(net.gradient))

    def negative(flat: Array) -> tuple[float, Array]:
        length = float(np.linalg.norm(flat))
        place = flat.reshape(shape) / length
        value, gradient, _ = relaxation(net, place, smoothing)
        along = float((gradient * place).sum())
        return -value / scale, ((along * place - gradient) / (length * scale)).ravel()

    found = scipy.optimize.minimize(
        negative,
        x.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ITERATIONS, "maxfun": 2 * ITERATIONS},
    ).x.reshape(shape)
    return found / np.linalg.norm(found)
