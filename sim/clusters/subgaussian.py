"""Sub-Gaussian norms of laws on the line: the psi_2 Orlicz norm, from its definition.

``|X|_psi2`` is the smallest ``t > 0`` with ``E exp(X^2 / t^2) <= 2``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.clusters._line_law import line_law
from sim.clusters.data import Noise
from sim.networks.activation import Array

HALVINGS = 100
PANELS = 2048
NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)


def norm_of_atoms(values: ArrayLike, probabilities: ArrayLike) -> Array:
    """Return the psi_2 norm of laws with finitely many atoms.

    Parameters
    ----------
    values : (..., k) array
        Atoms; those of a law need not differ.
    probabilities : (..., k) array
        Not negative; the sum over the last axis is 1.

    Returns
    -------
    (...) array
        To relative rounding error, also where the probability of the largest atom is tiny.

    Raises
    ------
    ValueError
        If the probabilities are negative or do not add up to 1, or an atom is not finite.
    """
    values, probabilities = np.broadcast_arrays(
        np.asarray(values, dtype=np.float64), np.asarray(probabilities, dtype=np.float64)
    )
    if (probabilities < 0).any() or (np.abs(probabilities.sum(axis=-1) - 1) > 1e-9).any():
        raise ValueError("the probabilities of the atoms must be >= 0 and add up to 1")
    if not np.isfinite(values).all():
        raise ValueError("the atoms must be finite")
    size = np.where(probabilities > 0, np.abs(values), 0.0)
    possible = np.where(probabilities > 0, probabilities, 1.0)
    # p exp(x^2/t^2) + 1 - p <= 2 is necessary for every atom, exp(max x^2/t^2) <= 2 sufficient.
    low = (size / np.sqrt(np.log1p(1 / possible))).max(axis=-1)
    high = size.max(axis=-1) / np.sqrt(np.log(2))
    scale = np.where(high > 0, high, 1.0)
    low, high, size = low / scale, high / scale, size / scale[..., None]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        safe = np.where(middle > 0, middle, 1.0)[..., None]
        exponent = np.square(size / safe)
        fits = (probabilities * np.expm1(np.minimum(exponent, 700))).sum(axis=-1) <= 1
        low, high = np.where(fits, low, middle), np.where(fits, middle, high)
    return high * scale


def norm_of_noise(noise: Noise) -> float:
    """Return the psi_2 norm of a law with a density, by quadrature and bisection.

    Parameters
    ----------
    noise : Noise
        With tails of a normal law or lighter.

    Returns
    -------
    float
        To about 1e-10 of itself.

    Raises
    ------
    ValueError
        If ``E exp(X^2/t^2) = 2`` has no solution: the tails are heavier than those of a normal law,
        or the moment is still below 2 where it becomes infinite.
    """
    reach = line_law(noise).reach
    edges = np.linspace(0.0, reach, PANELS + 1)
    half = reach / PANELS / 2
    z = (edges[:-1, None] + half * (NODES + 1)).ravel()
    mass = 2 * half * np.tile(WEIGHTS, PANELS) * noise.density(z)
    log_mass = np.log(mass[mass > 0])
    square = np.square(z[mass > 0])

    def exceeds(t: float) -> bool:
        exponent = log_mass + square / t**2
        # The part of the integral that is kept is a lower bound; one term above 2 suffices.
        return exponent.max() > 1 or np.exp(exponent).sum() > 2

    low = float(np.sqrt(noise.variance))
    high = 2 * low
    while exceeds(high):
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if exceeds(middle) else (low, middle)
    bounded = noise.density(np.array(0.999 * reach)) > 1e-250 * noise.density(np.array(0.0))
    if not bounded and log_mass[-1] + square[-1] / high**2 > -50:
        raise ValueError(
            f"E exp(X^2/t^2) of {noise.name} does not pass 2 continuously: it becomes infinite "
            "first; expected tails lighter than those of the normal law with the same norm"
        )
    return high
