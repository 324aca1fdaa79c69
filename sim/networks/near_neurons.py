"""Neurons of one layer that a small move can switch, drawn without the others.

A neuron has the pre-activation z and weighs b in the output, both standard normal. Near are those
of small ``|z| / |b|``, whose polar angle is uniform and independent of their radius, or of small
``|z|``: a share of each law, in which there is a binomial number of neurons.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.floating]

FAR = 1e3
"""Stands for the pre-activations behind the neurons that a replicate has."""


def draw_light(
    rng: np.random.Generator, replicates: int, width: int, share: float
) -> tuple[Array, Array]:
    """Draw z and b of the neurons of which ``|z| / |b|`` is in this share of its law: (R, k).

    Behind those that a replicate has, z is `FAR` and b is 0.
    """
    there = _there(rng, replicates, width, share)
    angle = np.pi / 2 * share * rng.uniform(-1, 1, there.shape)
    radius = np.sqrt(2 * rng.standard_exponential(there.shape))
    radius *= 2 * rng.integers(0, 2, there.shape) - 1
    return np.where(there, radius * np.sin(angle), FAR), np.where(there, radius * np.cos(angle), 0)


def draw_small(rng: np.random.Generator, replicates: int, width: int, share: float) -> Array:
    """Draw z of the neurons of which ``|z|`` is in this share of its law: (R, k).

    Behind those that a replicate has, z is `FAR`.
    """
    there = _there(rng, replicates, width, share)
    z = scipy.special.ndtri((1 + share * rng.uniform(-1, 1, there.shape)) / 2)
    return np.where(there, z, FAR)


def _there(
    rng: np.random.Generator, replicates: int, width: int, share: float
) -> NDArray[np.bool_]:
    count = rng.binomial(width, share, replicates)
    return np.asarray(np.arange(max(count.max(), 1)) < count[:, None])
