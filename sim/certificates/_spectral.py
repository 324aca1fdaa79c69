"""Upper bound of the inner maximum from the largest singular value of the weights."""

from __future__ import annotations

import numpy as np
import scipy

from sim.certificates._ball_problem import EPSILON, BallProblem
from sim.networks.activation import Array


def largest_singular_value(matrix: Array) -> float:
    """Return an upper bound, tight to rounding, of the largest singular value.

    An iterative method would approach it from below and certify nothing.
    """
    rows, columns = matrix.shape
    gram = matrix @ matrix.T if rows < columns else matrix.T @ matrix
    k = len(gram)
    top = scipy.linalg.eigvalsh(gram, subset_by_index=(k - 1, k - 1))[0] if k else 0.0
    return float(np.sqrt(max(top, 0.0) + 4 * (rows + columns) * EPSILON * np.trace(gram)))


def slope_ranges(problem: BallProblem) -> tuple[Array, Array]:
    """Return (n, m) bounds of the slope of each neuron on its range of pre-activations."""
    phi = problem.activation
    if phi.convex:
        return phi.slope(problem.z - problem.reach), phi.slope(problem.z + problem.reach)
    return np.full(problem.z.shape, phi.lower), np.full(problem.z.shape, phi.upper)


def upper_bound(problem: BallProblem, largest: float) -> Array:
    """Return upper bounds (n,), given the ``largest`` singular value of the weights.

    With slopes in ``centre +- half`` on the range of a neuron, the network moves by at most
    ``|W^T (a centre)| + sum_s |a_s| half_s |<w_s, u>|``, and the last sum is at most
    ``|a half| sigma_max(W)``.
    """
    low, high = slope_ranges(problem)
    centre, half = (low + high) / 2, (high - low) / 2
    push = np.linalg.norm((problem.a * centre) @ problem.w, axis=1)
    spread = np.linalg.norm(problem.a * half, axis=1) * largest
    here = problem.sign * (problem.activation.value(problem.z) @ problem.a)
    return here + push + spread + problem.rounding
