"""The dimension at which a linear network, one gradient step from zero, reaches a given error.

Signal and noise compete: in higher dimension the noise of the step turns the classifier farther
away from the mean. For one training set whose noise is continued to any dimension there is a
dimension at which the error passes a level. Errors come from quadrature and sampled margins
(:mod:`sim.clusters.robust_error`), the dimension from bisection; no closed form of it is used.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.clusters.robust_error import linear_robust_error

Array = NDArray[np.floating]

SMALLEST, LARGEST = 2.0, 1e24


class StepLaw:
    """The margin of a linear network after one step, as a function of the dimension.

    Draws of the component along the mean, and of the rank of the noise's length in its law, are
    kept, so that the same training set is seen in every dimension: the margin falls with it.

    Parameters
    ----------
    rng : numpy.random.Generator
    mean : float > 0
        Length of the mean; the noise is standard normal.
    samples : int >= 1
    replicates : int
    flip : float in [0, 1/2)
    """

    def __init__(
        self, rng: np.random.Generator, mean: float, samples: int, replicates: int, *, flip: float
    ):
        surplus = samples - 2.0 * rng.binomial(samples, flip, size=replicates)
        self.replicates = replicates
        self._mean, self._samples = mean, samples
        self._along = surplus * mean + np.sqrt(samples) * rng.standard_normal(replicates)
        self._rank = rng.random(replicates)

    def margin(self, dimension: Array) -> Array:
        """Return ``<mean, theta> / |theta|`` in these dimensions (real numbers >= 2)."""
        squared = 2 * scipy.special.gammaincinv((dimension - 1) / 2, self._rank)  # chi-squared
        across = np.sqrt(self._samples * squared)
        return self._mean * self._along / np.hypot(self._along, across)


def threshold(law: StepLaw, radius: float, error: float, *, flip: float, steps: int = 42) -> Array:
    """Return the dimension at which the robust error of each replicate passes ``error``.

    Parameters
    ----------
    law : StepLaw
    radius : float >= 0
        Radius of the attack; 0 for the error without attack.
    error : float
        Between ``flip`` and 1/2.
    flip : float
        Probability of a flipped label of a test point.
    steps : int
        Bisections of the logarithm of the dimension.

    Returns
    -------
    (replicates,) array
        NaN where the error is above the level in every dimension from 2 to 1e24, or below it.

    Raises
    ------
    ValueError
        If the level is not between ``flip`` and 1/2.
    """
    if not flip < error < 0.5:
        raise ValueError(f"the error level must lie between {flip} and 1/2; got {error}")

    def passed(log_dimension: Array) -> NDArray[np.bool_]:
        margin = law.margin(np.exp(log_dimension))
        return linear_robust_error(margin, radius, flip=flip) >= error

    low = np.full(law.replicates, np.log(SMALLEST))
    high = np.full(law.replicates, np.log(LARGEST))
    bracketed = ~passed(low) & passed(high)
    for _ in range(steps):
        middle = (low + high) / 2
        above = passed(middle)
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(bracketed, np.exp((low + high) / 2), np.nan)
