"""A symmetric law on the line whose probabilities come from its density by quadrature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from sim.clusters.data import Noise
from sim.networks.activation import Array

PANELS = 4096
NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)
NEGLIGIBLE = 1e-290  # relative to the density at 0


@dataclass(frozen=True)
class LineLaw:
    """Tail probabilities of a symmetric unimodal density, to relative rounding error.

    Attributes
    ----------
    noise : Noise
        The law of one coordinate; only its density is used.
    reach : float
        Where the density ends or becomes negligible.
    edges, tails : (PANELS + 1,) arrays
        Ends of the panels on ``[0, reach]`` and the probability beyond each.
    """

    noise: Noise
    reach: float
    edges: Array
    tails: Array

    def density(self, z: ArrayLike) -> Array:
        """Return the density at ``z``."""
        return self.noise.density(np.asarray(z, dtype=np.float64))

    def tail(self, z: ArrayLike) -> Array:
        """Return ``P(xi > z)`` for an array of any shape."""
        z = np.asarray(z, dtype=np.float64)
        size = np.minimum(np.abs(z), self.reach)
        panel = np.clip(np.searchsorted(self.edges, size, side="right") - 1, 0, PANELS - 1)
        beyond = self.tails[panel + 1] + _integral(self.noise, size, self.edges[panel + 1])
        return np.where(z >= 0, beyond, 1 - beyond)


def line_law(noise: Noise) -> LineLaw:
    """Return the law of one coordinate of ``noise``.

    Raises
    ------
    ValueError
        If the density does not integrate to 1 within 1e-9.
    """
    return _line_law(noise)


@lru_cache(maxsize=64)
def _line_law(noise: Noise) -> LineLaw:
    level = NEGLIGIBLE * float(noise.density(np.zeros(1))[0])

    def present(z: float) -> bool:
        return float(noise.density(np.array([z]))[0]) > level

    far = 1.0
    while present(far):
        far *= 2
    near = 0.0
    while near < (middle := (near + far) / 2) < far:
        near, far = (middle, far) if present(middle) else (near, middle)
    edges = np.linspace(0.0, near, PANELS + 1)
    pieces = _integral(noise, edges[:-1], edges[1:])
    tails = np.append(np.cumsum(pieces[::-1])[::-1], 0.0)
    if not abs(2 * tails[0] - 1) < 1e-9:
        raise ValueError(
            f"the density of {noise.name} integrates to {2 * tails[0]:.12g} instead of 1: "
            "give a symmetric, normalised density"
        )
    return LineLaw(noise, near, edges, tails)


def _integral(noise: Noise, left: Array, right: Array) -> Array:
    """Integrate the density over intervals on which it is smooth; Gauss-Legendre."""
    half = (right - left) / 2
    z = (right + left)[..., None] / 2 + half[..., None] * NODES
    return half * (noise.density(z) @ WEIGHTS)
