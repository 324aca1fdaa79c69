"""Branch and bound for the inner maximum: fix the signs of neurons whose fold is sharp.

For a neuron that is added, ``|v| = max(v, -v)``: the maximum of the network is the larger of the
two maxima with ``v`` and with ``-v`` in the place of ``|v|``, with no constraint on ``v``. Neurons
that are subtracted need no splitting. The bound of a node is the quadratic one; what is left when
no neuron is added is a concave problem, of which the dual is solved.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from functools import partial

import numpy as np
import scipy

from sim.certificates import _folded_line as folded
from sim.certificates import _lifted_ascent, _multi_start_ascent
from sim.certificates._ball_problem import EPSILON, BallProblem
from sim.certificates._quadratic_majorant import FoldedNetwork
from sim.networks.activation import Array

STAGES = (0.1, 0.02)
ROUNDINGS = 10.0 ** -np.arange(1, 9)  # of the norm in the dual of a concave piece


def split(net: FoldedNetwork, neuron: int, side: float) -> FoldedNetwork:
    """Return the network with ``side * v`` in the place of ``|v|`` for one added neuron."""
    keep = np.delete(np.arange(len(net.z)), neuron)
    share = side * net.weight[neuron]
    return replace(
        net,
        w=net.w[keep],
        z=net.z[keep],
        reach=net.reach[keep],
        weight=net.weight[keep],
        added=net.added - 1,
        constant=net.constant + share * net.z[neuron],
        gradient=net.gradient + share * net.w[neuron],
    )


def _loosest(net: FoldedNetwork, x: Array) -> int:
    """Return the added neuron whose parabola costs most at the lifted place."""
    up = slice(None, net.added)
    moved = net.w[up] @ x
    mean = net.z[up] + moved[:, 0]
    square = mean**2 + (moved[:, 1:] ** 2).sum(axis=1)
    touch = folded.best_touch(mean, square, net.z[up], net.reach[up], 0.0)
    over = folded.above(touch, net.z[up], net.reach[up], 0.0)
    extreme = over.quadratic * square + over.linear * mean + over.constant
    return int((net.weight[up] * (extreme - np.abs(mean))).argmax())


def concave_maximum(net: FoldedNetwork) -> tuple[float, Array]:
    """Return an upper bound of a network without added neurons, and a place that nearly attains it.

    As ``-|v| <= -beta v`` for every ``|beta| <= 1``, the network lies below affine functions, each
    of which is largest where its gradient points; the least of these maxima is the maximum, by
    duality. Rounding the norm by ``r`` costs at most ``r``, and less and less is rounded.
    """
    pull, lift = np.abs(net.weight)[:, None] * net.w, np.abs(net.weight) * net.z
    size = float(np.linalg.norm(net.gradient) + np.linalg.norm(pull, axis=1).sum()) or 1.0
    beta, best = np.sign(net.z), np.inf
    attained, place = -np.inf, np.zeros(net.w.shape[1])

    def dual(beta: Array, rounding: float) -> tuple[float, Array]:
        steep = net.gradient - beta @ pull
        length = float(np.hypot(np.linalg.norm(steep), rounding))
        return length - float(beta @ lift), -pull @ steep / length - lift

    for rounding in ROUNDINGS:
        found = scipy.optimize.minimize(
            dual,
            beta,
            args=(rounding * size,),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-1, 1)] * len(beta),
            options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-12 * size},
        )
        beta = np.clip(found.x, -1, 1)
        steep = net.gradient - beta @ pull
        length = float(np.linalg.norm(steep))
        best = min(best, length - float(beta @ lift))
        u = steep / max(float(np.hypot(length, rounding * size)), np.finfo(float).tiny)
        value = float(net.gradient @ u - np.abs(lift + pull @ u).sum())
        if value > attained:
            attained, place = value, u
    error = 4 * (sum(net.w.shape) + 4) * EPSILON * (size + float(np.abs(lift).sum()))
    return float(net.constant + best + error + net.slack), place


def bracket(
    problem: BallProblem,
    net: FoldedNetwork,
    x: Array,
    attained: float,
    place: Array,
    *,
    allowed: float,
    stop: float,
    enough: float,
    nodes: int,
) -> tuple[float, float, Array]:
    """Refine the bracket of one point's maximum.

    Parameters
    ----------
    problem : BallProblem
        Of one point.
    net : FoldedNetwork
        Its folded form; the fold must be sharp.
    x : array
        Lifted maximiser of the root.
    attained, place
        The best value known and where it is.
    allowed : float
        Gap at which to stop.
    stop : float
        Also stop once the upper bound is at most this.
    enough : float
        Also stop once the attained value is at least this.
    nodes : int
        Largest number of nodes to bound.

    Returns
    -------
    upper, attained, place
    """
    tolerance = 0.1 * allowed
    upper_bound = partial(_lifted_ascent.upper_bound, tolerance=tolerance)
    root, x = upper_bound(net, x, needed=attained + allowed, stages=STAGES)
    count = order = 1
    open_nodes = [(-root, 0, net, x)]
    closed = -np.inf  # the largest bound of nodes that will not be split
    while open_nodes and count < nodes and attained < enough:
        target = max(attained + allowed, stop)
        if -open_nodes[0][0] <= max(target, closed):
            break
        bound, _, net, x = heapq.heappop(open_nodes)
        if net.added == 0:
            leaf, there = concave_maximum(net)
            closed = max(closed, min(-bound, leaf))
            value = float(problem.value(there[None, None])[0, 0])
            if value > attained:
                attained, place = value, there
            continue
        neuron = _loosest(net, x)
        for side in (1.0, -1.0):
            child = split(net, neuron, side)
            value, lifted = upper_bound(child, x, needed=target, stages=STAGES)
            value = min(value, -bound)
            count, order = count + 1, order + 1
            if value > target:
                start = lifted[:, 0] / max(float(np.linalg.norm(lifted[:, 0])), 1e-12)
                found, where = _multi_start_ascent.ascend(
                    problem, start[None, None], steps=10, first=0.1
                )
                if found[0] > attained:
                    attained, place = float(found[0]), where[0]
                    target = max(attained + allowed, stop)
            heapq.heappush(open_nodes, (-value, order, child, lifted))
    upper = max([closed, *(-node[0] for node in open_nodes[:1])])
    return upper, attained, place
