"""Sizes of the layers of a deep ReLU network at its start, drawn from their joint law.

Seen from what lies below it, a layer of independent normal weights is determined by how many of
its neurons are active (binomial) and by chi-square variables; so are the rows ``a^T D_H W_H ...
W_{h+1} D_h`` and ``a^T D_H W_H ... D_h W_h`` on the way back, of which the part along the layer's
input is known from the output. A network of any width costs a few numbers per layer.

The network is that of `sim.networks.deep`: ``A`` of variance ``variance / m``, layers of 2/m,
output weights of 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.quadrature import legendre

Array = NDArray[np.floating]

DEGREE = 120
"""Of the interpolation of a logarithm of a density."""


@dataclass(frozen=True)
class Norms:
    """Euclidean norms at one input of length 1.

    Attributes
    ----------
    post : (R, H + 1) array
        ``x_0, ..., x_H``, after the ReLU.
    pre : (R, H) array
        Before it, in layers 1 to H.
    rows : (R, H) array
        ``a^T D_H W_H ... W_{h+1} D_h``; times ``|x_{h-1}|`` the gradient in the weights of layer h.
    longer_rows : (R, H) array
        ``a^T D_H W_H ... D_h W_h``.
    """

    post: Array
    pre: Array
    rows: Array
    longer_rows: Array


def draw_norms(
    rng: np.random.Generator, replicates: int, depth: int, width: int, variance: float = 1.0
) -> Norms:
    """Draw the norms of a network of this depth and width.

    A layer without an active neuron, of which there is one in ``2**width``, makes all that
    follows zero; how its own signs count is not kept.
    """
    shape = (replicates, depth)
    on = rng.binomial(width, 0.5, shape)
    active, silent = (_chi_square(rng, count) for count in (on, width - on))
    start = variance * rng.chisquare(width, (replicates, 1)) / width
    squares = np.cumprod(np.concatenate([start, 2 * active / width], axis=1), axis=1)
    pre = squares[:, :-1] * 2 * (active + silent) / width
    output = rng.standard_normal(replicates) ** 2 * squares[:, -1]
    aside, across = _chi_square(rng, on - 1), rng.chisquare(width - 1, shape)
    rows, longer = np.zeros(shape), np.zeros(shape)
    spread = np.ones(replicates)
    share = output[:, None] / np.where(squares > 0, squares, np.inf)
    for h in range(depth - 1, -1, -1):
        rows[:, h] = share[:, h + 1] + spread * aside[:, h]
        spread = 2 * rows[:, h] / width
        longer[:, h] = share[:, h] + spread * across[:, h]
    return Norms(np.sqrt(squares), np.sqrt(pre), np.sqrt(rows), np.sqrt(longer))


def _chi_square(rng: np.random.Generator, degrees: NDArray[np.integer]) -> Array:
    """Draw chi-square variables; of no degrees of freedom, zero."""
    return 2 * rng.standard_gamma(np.maximum(degrees, 0) / 2)


def exit_chance(
    depth: int, width: int, low: float, high: float, variance: float = 1.0, nodes: int = 0
) -> float:
    """Return the probability that one of ``|x_0|, ..., |x_H|`` is outside of [low, high].

    The logarithms of their squares are a random walk; what is left of it inside is integrated,
    layer by layer from the last one, by Gauss's rule. Small probabilities keep their relative
    accuracy.
    """
    bottom, top = 2 * np.log(low), 2 * np.log(high)
    nodes = nodes or 40 + int(6 * (top - bottom) * np.sqrt(width / 5))
    t, weight = legendre(nodes)
    t = bottom + (t + 1) * (top - bottom) / 2
    weight = weight * (top - bottom) / 2
    kernel = _step_density(width, t[None, :] - t[:, None], top - bottom) * weight
    leaves = _step_outside(width, bottom - t, top - t)
    later = np.zeros(nodes)
    for _ in range(depth):
        later = leaves + kernel @ later
    half, scale = width / 2, width / (2 * variance)
    outside = scipy.special.gammainc(half, scale * low**2) + scipy.special.gammaincc(
        half, scale * high**2
    )
    y = scale * np.exp(t)
    density = np.exp(half * np.log(y) - y - scipy.special.gammaln(half))
    return float(outside + (density * weight) @ later)


def _active(width: int) -> tuple[NDArray[np.integer], Array]:
    """Return numbers of active neurons that are not impossibly rare, and their probabilities."""
    k = np.arange(1, width + 1)
    chance = scipy.stats.binom.logpmf(k, width, 0.5)
    kept = chance > -400
    return k[kept], chance[kept]


def _step_density(width: int, log_ratio: Array, reach: float) -> Array:
    """Return the density of ``log(|x_h|^2 / |x_{h-1}|^2)`` up to ``reach`` on both sides of 0.

    Its logarithm is analytic, and is interpolated.
    """
    k, chance = _active(width)

    def logarithm(v: Array) -> Array:
        log_y = np.asarray(v)[:, None] + np.log(width / 4)
        terms = chance - scipy.special.gammaln(k / 2) + log_y * k / 2 - np.exp(log_y)
        return np.asarray(scipy.special.logsumexp(terms, axis=1))

    fit = np.polynomial.Chebyshev.interpolate(logarithm, DEGREE, domain=[-reach, reach])
    return np.exp(fit(log_ratio))


def _step_outside(width: int, below: Array, above: Array) -> Array:
    """Return the probability that the logarithm of the ratio is not between two numbers."""
    k, chance = _active(width)
    low, high = (width / 4 * np.exp(v)[:, None] for v in (below, above))
    both = scipy.special.gammainc(k / 2, low) + scipy.special.gammaincc(k / 2, high)
    return np.asarray(both @ np.exp(chance) + 0.5**width)
