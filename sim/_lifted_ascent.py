"""The quadratic bound of the inner maximum, its parabolas chosen by a lifted ascent.

The relaxation of :mod:`sim._quadratic_majorant` is an attack with a few more columns: maximise it
over ``|x|_F <= 1``, read off the parabolas, and bound their sum by the trust-region dual. A place
that is not a maximiser gives a looser bound, never a wrong one.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from sim import _trust_region
from sim._ball_problem import BallProblem
from sim._folded_line import FoldedLine
from sim._quadratic_majorant import FoldedNetwork, fold_network, quadratic_form, relaxation
from sim.activation import Array

COLUMNS = 4  # of the covariance factor; the optimal one has a low rank
STAGES = (0.3, 0.1, 0.03)  # smoothing in units of a neuron's typical change, |w_s| / sqrt(k)
ITERATIONS = 40


def _maximise(net: FoldedNetwork, x: Array, smoothing: float) -> Array:
    """Ascend the smoothed relaxation on the sphere ``|x|_F = 1``."""
    shape = x.shape

    def negative(flat: Array) -> tuple[float, Array]:
        length = float(np.linalg.norm(flat))
        place = flat.reshape(shape) / length
        value, gradient, _ = relaxation(net, place, smoothing)
        along = float((gradient * place).sum())
        return -value, ((along * place - gradient) / length).ravel()

    found = minimize(
        negative, x.ravel(), jac=True, method="L-BFGS-B",
        options={"maxiter": ITERATIONS, "maxfun": 2 * ITERATIONS},
    ).x.reshape(shape)
    return found / np.linalg.norm(found)


def rounded(rng: np.random.Generator, x: Array, starts: int) -> Array:
    """Return (starts, k) draws of the perturbation whose moments are ``x``, pulled into the ball.

    Good starts for an attack: where the relaxation is nearly tight they lie near a maximiser.
    """
    mixture = rng.standard_normal((starts, x.shape[1]))
    mixture[:, 0] = 1.0
    u = mixture @ x.T
    return u / np.maximum(1.0, np.linalg.norm(u, axis=1, keepdims=True))


def upper_bound(
    problem: BallProblem,
    point: int,
    line: FoldedLine,
    place: Array,
    rng: np.random.Generator,
    *,
    needed: float = -np.inf,
    tolerance: float = 0.0,
) -> tuple[float, Array]:
    """Return an upper bound of the signed network around one point, and the lifted maximiser.

    Parameters
    ----------
    place : (k,) array
        Where an attack arrived; the ascent starts there.
    needed : float
        Stop as soon as the bound is at most this.
    tolerance : float
        Accuracy of the trust-region bound; it may be that much above its own optimum.
    """
    net = fold_network(problem, point, line)
    k = len(place)
    x = np.empty((k, 1 + min(COLUMNS, k)))
    x[:, 0] = place
    x[:, 1:] = 0.5 * rng.standard_normal((k, x.shape[1] - 1)) / np.sqrt(x[:, 1:].size)
    x /= np.linalg.norm(x)
    best = np.inf
    for stage in STAGES if len(net.z) else STAGES[:1]:
        smoothing = stage / np.sqrt(k)
        if len(net.z):
            x = _maximise(net, x, smoothing)
        _, gradient, chosen = relaxation(net, x, smoothing)
        q, b, constant, error = quadratic_form(net, chosen)
        factor = np.linalg.qr(x[:, 1:])[0]
        rayleigh = np.linalg.eigvalsh(factor.T @ q @ factor)[-1]
        bound = _trust_region.upper_bound(
            q, b, start=float((gradient * x).sum()) / 2, floor=float(rayleigh),
            matrix_error=error, tolerance=tolerance,
        )
        best = min(best, constant + bound.value + net.slack + float(problem.rounding[point]))
        if best <= needed:
            break
    return best, x
