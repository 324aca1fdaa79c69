"""The pseudo-network that fits labels on arcs of inputs with the least movement of the weights.

How far rows must move so that ``|g_W - y| <= tolerance`` at given inputs is a convex programme.
Moved along the last axis alone (Zhang et al. 2020, Lemma 6.5), it is a linear one; its dual bounds
the movement from below whatever the direction.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.networks.circle_network import HEIGHT

Array = NDArray[np.float64]


class LeastMove(NamedTuple):
    """A movement of the rows, and how long the longest row must at least be.

    Attributes
    ----------
    move : (m, 3)
        Along the last axis.
    radius : float
        Length of its longest row.
    least : float
        No movement, in any direction, fits within a smaller radius (weak duality).
    """

    move: Array
    radius: float
    least: float


def least_move(a: Array, on: Array, x: Array, y: Array, tolerance: float) -> LeastMove:
    """Fit ``sum_r a_r <D_r, x_j> on_jr`` to ``y_j`` within ``tolerance``, with the least rows.

    Parameters
    ----------
    a : (m,)
        Output weights.
    on : (k, m)
        Which neurons are on at an input.
    x : (k, 3)
        Inputs, with last coordinate 1/2.
    y : (k,)

    Raises
    ------
    ValueError
        If no movement fits: two inputs with the same neurons on want different labels, say.
    """
    m = len(a)
    kept = np.flatnonzero(on.any(axis=0))
    scale = HEIGHT * np.sum(np.abs(a))
    features = HEIGHT * a[kept] * on[:, kept] / scale  # of movements times the scale
    rows = np.concatenate([features, -features])
    one, column = scipy.sparse.eye_array(len(kept)), -np.ones((len(kept), 1))
    blocks: Any = [[scipy.sparse.csr_array(rows), None], [one, column], [-one, column]]
    constraints: Any = scipy.sparse.block_array(blocks, format="csr")
    found: Any = scipy.optimize.linprog(
        np.append(np.zeros(len(kept)), 1.0),
        A_ub=constraints,
        b_ub=np.concatenate([y + tolerance, tolerance - y, np.zeros(2 * len(kept))]),
        bounds=[(None, None)],
        method="highs",
    )
    if found.status == 2:
        raise ValueError("no pseudo-network near this initialisation fits these labels")
    if not found.success:
        raise RuntimeError(f"the linear programme was not solved: {found.message}")
    move = np.zeros((m, 3))
    move[kept, 2] = found.x[:-1] / scale
    marginals = found.ineqlin.marginals[: 2 * len(y)]
    weights = marginals[: len(y)] - marginals[len(y) :]
    pulls = np.abs(a)[:, None] * ((on * weights[:, None]).T @ x)
    worth = weights @ y - tolerance * np.abs(weights).sum()
    least = worth / np.linalg.norm(pulls, axis=1).sum()
    return LeastMove(move, float(np.abs(move).max()), float(max(least, 0.0)))
