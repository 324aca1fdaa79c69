"""Upper bound of the inner maximum, convex activations: an affine function above the network."""

from __future__ import annotations

import numpy as np

from sim.certificates._ball_problem import BallProblem
from sim.networks.activation import Array


def upper_bound(problem: BallProblem, place: Array, *, rounds: int = 3) -> Array:
    """Return upper bounds (n,); exact where every neuron is affine on its range.

    A neuron that is added lies below its chord over the range of its pre-activation; one that is
    subtracted lies above its tangent anywhere, at first at ``place`` (n, k), then at the maximiser
    of the affine function. Every round gives a bound; the smallest is returned.

    Raises
    ------
    ValueError
        If the activation is not convex.
    """
    phi = problem.activation
    if not phi.convex:
        raise ValueError(
            f"the tangent/chord bound needs a convex activation; {phi.name} is not: "
            "use the spectral bound"
        )
    weight = problem.sign[:, None] * problem.a
    added = weight > 0
    z, reach = problem.z, problem.reach
    left, right = phi.value(z - reach), phi.value(z + reach)
    chord = (right - left) / np.where(reach > 0, 2 * reach, 1.0)
    middle = (left + right) / 2  # the chord at z

    best = np.full(len(z), np.inf)
    for _ in range(rounds):
        change = place @ problem.w.T
        tangent = phi.slope(z + change)
        slope = np.where(added, chord, tangent)
        at_centre = np.where(added, middle, phi.value(z + change) - tangent * change)
        g = (weight * slope) @ problem.w
        norm = np.linalg.norm(g, axis=1)
        best = np.minimum(best, (weight * at_centre).sum(axis=1) + norm)
        place = g / np.where(norm > 0, norm, 1.0)[:, None]
    return best + problem.rounding
