"""Linear regression data in the few coordinates that training can see.

For ``x ~ N(0, I_d)`` and ``y = theta_0 . x + e``, gradient training from zero stays in the span of
the inputs, Euclidean attacks included, and the population risk depends on the coefficients through
their norm and their product with ``theta_0``. Gaussian vectors look the same in every basis, so the
coordinates along ``theta_0`` and along the rest of the span are drawn directly: the cost depends on
the number of points, not on the dimension. The law is exact for every dimension.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clusters.subspace import gaussian_coordinates

Array = NDArray[np.floating]


class Regression(NamedTuple):
    """Data sets in coordinates of which the first is along the true coefficients.

    Attributes
    ----------
    x : (R, n, k) inputs
    y : (R, n) responses
    theta_0 : (k,) true coefficients, ``signal`` times the first axis
    w : (R, m, k) further Gaussian vectors, for instance initial weights
    """

    x: Array
    y: Array
    theta_0: Array
    w: Array


def sample(
    rng: np.random.Generator,
    replicates: int,
    n: int,
    dimension: int,
    *,
    signal: float,
    noise: float,
    width: int = 0,
    weight_deviation: float = 0.0,
) -> Regression:
    """Draw data sets with isotropic inputs, up to a rotation.

    Parameters
    ----------
    n : int
        Points per replicate.
    dimension : int >= 2
        Dimension of the inputs, of any size.
    signal : float >= 0
        Euclidean norm of the true coefficients.
    noise : float >= 0
        Standard deviation of the noise.
    width, weight_deviation :
        Number of further independent Gaussian vectors, and the deviation of their entries.

    Returns
    -------
    Regression
        With ``k = 1 + min(n + width, dimension - 1)`` coordinates. A fresh input has independent
        standard normal coordinates.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    if dimension < 2 or n < 1 or min(signal, noise, width, weight_deviation) < 0:
        raise ValueError(
            "regression data need dimension >= 2, n >= 1 and signal, noise, width and "
            f"weight_deviation >= 0; got {dimension}, {n}, {signal}, {noise}, {width} and "
            f"{weight_deviation}"
        )
    count = n + width
    disturbance = noise * rng.standard_normal((replicates, n))
    along = rng.standard_normal((replicates, count, 1))
    rest = gaussian_coordinates(rng, replicates, count, dimension - 1)
    rows = np.concatenate([along, rest], axis=-1)
    x, w = rows[:, :n], weight_deviation * rows[:, n:]
    y = signal * x[..., 0] + disturbance
    theta_0 = np.zeros(x.shape[-1])
    theta_0[0] = signal
    return Regression(x, y, theta_0, w)
