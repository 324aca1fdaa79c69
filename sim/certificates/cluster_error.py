"""Errors of a two-layer network on Gaussian clusters, certified from above."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.floating]


def largest_error(
    w: Array,
    a: Array,
    mean: Array,
    *,
    flip: float,
    deviation: float = 1.0,
    radius: float = 0.0,
) -> Array:
    """Return a bound of the robust error, certain for every activation that rises through 0.

    A point ``y mean + noise`` is classified as ``y``, whatever the perturbation, if that leaves
    every preactivation on the side of ``a_s y``. The normal probabilities that it does not are
    added up over the neurons, and a flipped label counts as an error.

    Parameters
    ----------
    w : (..., m, d) array
        Hidden weights, not zero; any part of the noise outside their span does not matter.
    a : (m,) array of both signs
    mean : (d,) array
        Of the cluster with the label 1; the other one is opposite.
    flip : float in [0, 1]
        Probability of a flipped label.
    deviation, radius : float
        Standard deviation of the noise, and attack radius in the Euclidean norm.

    Returns
    -------
    (...) array
    """
    margin = np.sign(a) * np.matmul(w, mean) / np.linalg.norm(w, axis=-1)
    wrong = scipy.special.ndtr((radius - margin) / deviation).sum(axis=-1)
    return np.asarray(flip + (1 - flip) * np.minimum(wrong, 1))
