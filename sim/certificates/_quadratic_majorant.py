"""Quadratic functions above a two-layer network on the ball, and the relaxation they are dual to.

Replace every unsettled neuron by a parabola on its side (:mod:`sim.certificates._folded_line`): the
network lies below one quadratic function of the perturbation. Every choice of the parabolas gives a
bound, and the best choice solves a semidefinite programme. Its dual asks for the law of a random
perturbation with ``E|u|^2 <= 1`` that maximises the sum over the neurons of the extreme mean of the
fold given its first two moments. With ``x[:, 0]`` as the mean and ``x[:, 1:]`` as a factor of the
covariance, the constraint is ``|x|_F <= 1``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.certificates import _folded_line as folded
from sim.certificates._ball_problem import EPSILON, BallProblem
from sim.certificates._folded_line import FoldedLine, Parabola
from sim.networks.activation import Array


@dataclass(frozen=True)
class FoldedNetwork:
    """One point's signed network ``constant + gradient.u + sum_s weight_s h(z_s + <w_s, u>)``.

    Settled neurons are in the affine part. The first ``added`` of the others have positive
    weights, the rest negative ones.
    """

    w: Array
    z: Array
    reach: Array
    weight: Array
    added: int
    constant: float
    gradient: Array
    rho: float
    slack: float


def fold_network(problem: BallProblem, point: int, line: FoldedLine) -> FoldedNetwork:
    """Return the folded form of the signed network around one point."""
    a = problem.sign[point] * problem.a
    z, w, reach, rho = problem.z[point], problem.w, problem.reach, line.rho
    done = folded.settled(z, reach, rho) | (a == 0) | (line.half == 0)
    side = np.clip(z / rho, -1, 1) if rho > 0 else np.sign(z)
    affine = a * (line.centre + np.where(done, line.half * side, 0.0))
    constant = line.centre * (a @ z) + line.half * (a[done] @ folded.fold(z[done], rho))
    added, subtracted = np.flatnonzero(~done & (a > 0)), np.flatnonzero(~done & (a < 0))
    order = np.concatenate([added, subtracted])
    return FoldedNetwork(
        w[order],
        z[order],
        reach[order],
        line.half * a[order],
        len(added),
        float(constant),
        affine @ w,
        rho,
        line.error * float(np.abs(a).sum()),
    )


@dataclass(frozen=True)
class Parabolas:
    """The chosen parabolas of the added and of the subtracted neurons."""

    above: Parabola
    below: Parabola


def relaxation(net: FoldedNetwork, x: Array, smoothing: float) -> tuple[float, Array, Parabolas]:
    """Return the relaxed objective at ``x`` (k, 1 + columns), its gradient, and its parabolas.

    ``smoothing`` (relative to each neuron's reach) rounds the square root and the maxima in the
    extreme means, so that a quasi-Newton method works; the parabolas are valid whatever it is.
    """
    p, rho = net.added, net.rho
    moved = net.w @ x
    mean = net.z + moved[:, 0]
    spread = (moved[:, 1:] ** 2).sum(axis=1)
    blur = smoothing * net.reach

    up = slice(None, p)
    square = mean[up] ** 2 + spread[up] + blur[up] ** 2
    touch = folded.best_touch(mean[up], square, net.z[up], net.reach[up], rho)
    over = folded.above(touch, net.z[up], net.reach[up], rho)
    high = over.quadratic * square + over.linear * mean[up] + over.constant

    down = slice(p, None)
    z, reach, mean_down, blur = net.z[down], net.reach[down], mean[down], blur[down]
    square = mean_down**2 + spread[down]
    width = np.maximum(blur, rho)
    slope = np.clip(mean_down / width, -1.0, 1.0)
    even = folded.even_curvature_below(z, reach, rho)
    values = np.stack(
        [
            slope * mean_down - width * slope**2 / 2,
            np.where(np.abs(z) < reach, (square - z * mean_down) / reach - rho / 2, -np.inf),
            even * square,
        ]
    )
    top = values.max(axis=0)
    share = np.exp((values - top) / blur)
    total = share.sum(axis=0)
    share /= total
    under = folded.below(slope, share, z, reach, rho)
    low = top + blur * np.log(total)

    objective = net.constant + net.gradient @ x[:, 0] + net.weight[up] @ high
    objective += net.weight[down] @ low
    quadratic = net.weight * np.concatenate([over.quadratic, under.quadratic])
    linear = net.weight * np.concatenate([over.linear, under.linear])
    pull = 2 * quadratic[:, None] * moved
    pull[:, 0] += 2 * quadratic * net.z + linear
    gradient = net.w.T @ pull
    gradient[:, 0] += net.gradient
    return float(objective), gradient, Parabolas(over, under)


def quadratic_form(net: FoldedNetwork, chosen: Parabolas) -> tuple[Array, Array, float, float]:
    """Return ``q, b, constant`` of the quadratic function of ``u``, and a bound of q's error."""
    up, down = slice(None, net.added), slice(net.added, None)
    over, under = chosen.above, chosen.below
    plus = np.sqrt(net.weight[up] * over.quadratic)[:, None] * net.w[up]
    minus = np.sqrt(-net.weight[down] * under.quadratic)[:, None] * net.w[down]
    q = plus.T @ plus - minus.T @ minus
    error = 2 * (len(net.w) + 4) * EPSILON * float((plus**2).sum() + (minus**2).sum())
    quadratic = net.weight * np.concatenate([over.quadratic, under.quadratic])
    linear = net.weight * np.concatenate([over.linear, under.linear])
    b = net.gradient + net.w.T @ (2 * quadratic * net.z + linear)
    constant = (
        net.constant + net.weight[up] @ over(net.z[up]) + net.weight[down] @ under(net.z[down])
    )
    return q, b, float(constant), error
