"""Linear regression data in the few coordinates that training can see.

For ``x ~ N(0, I_d)`` and ``y = theta_0 . x + e``, gradient training from zero stays in the span of
the inputs, Euclidean attacks included, and the population risk depends on the coefficients through
their norm and their product with ``theta_0``. Gaussian vectors look the same in every basis, so the
coordinates along ``theta_0`` and along the rest of the span are drawn directly: the cost depends on
the number of points, not on the dimension. The law is exact for every dimension.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

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


class BlockRegression(NamedTuple):
    """Data sets whose inputs have one variance per block of coordinates.

    Attributes
    ----------
    x : (R, n, k) inputs
    y : (R, n) responses
    theta_0 : (k,) true coefficients
    variances : (k,) of the inputs' coordinates, which are independent
    """

    x: Array
    y: Array
    theta_0: Array
    variances: Array


def sample_in_blocks(
    rng: np.random.Generator,
    replicates: int,
    n: int,
    sizes: Sequence[int],
    variances: ArrayLike,
    signals: ArrayLike,
    *,
    noise: float,
) -> BlockRegression:
    """Draw data sets with a diagonal covariance of few values, up to rotations within its blocks.

    Within a block the inputs are isotropic, so that each is reduced as in `sample`.

    Parameters
    ----------
    n : int
        Points per replicate.
    sizes : K integers >= 2
        Dimensions of the blocks, of any size.
    variances, signals : (K,)
        Variance of the coordinates of a block, and the norm of the true coefficients in it.
    noise : float >= 0

    Returns
    -------
    BlockRegression
        With ``1 + min(n, size - 1)`` coordinates per block.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    variances, signals = np.asarray(variances, float), np.asarray(signals, float)
    if not len(sizes) == len(variances) == len(signals) or n < 1 or min(sizes, default=0) < 2:
        raise ValueError(
            "blocks need n >= 1 and as many sizes >= 2 as variances and signals; got "
            f"{n}, {list(sizes)}, {len(variances)} and {len(signals)}"
        )
    if noise < 0 or (variances < 0).any() or (signals < 0).any():
        raise ValueError("noise, variances and signals must not be negative")
    parts, coefficients, spread = [], [], []
    for size, variance, signal in zip(sizes, variances, signals, strict=True):
        along = rng.standard_normal((replicates, n, 1))
        part = np.concatenate([along, gaussian_coordinates(rng, replicates, n, size - 1)], axis=-1)
        count = part.shape[-1]
        parts.append(np.sqrt(variance) * part)
        coefficients.append(np.eye(1, count)[0] * signal)
        spread.append(np.full(count, variance))
    x, theta_0 = np.concatenate(parts, axis=-1), np.concatenate(coefficients)
    y = x @ theta_0 + noise * rng.standard_normal((replicates, n))
    return BlockRegression(x, y, theta_0, np.concatenate(spread))


class SparseInterpolator(NamedTuple):
    """The minimum-norm interpolator of a model of which few coefficients are not zero.

    Attributes
    ----------
    residual : (R, n) of the fit, zero but for rounding
    y : (R, n) responses
    l1, squared_norm : (R,) of the interpolator
    squared_error : (R,) squared distance from the true coefficients
    roundness : (R,) l1 over Euclidean norm of an isotropic vector that is independent of ``y``
    """

    residual: Array
    y: Array
    l1: Array
    squared_norm: Array
    squared_error: Array
    roundness: Array


def interpolate_sparse(
    rng: np.random.Generator,
    replicates: int,
    n: int,
    dimension: int,
    theta_support: ArrayLike,
    *,
    noise: float,
) -> SparseInterpolator:
    """Draw minimum-norm interpolators of data with isotropic inputs and sparse coefficients.

    The inputs on the support are drawn as they are. Of those off it the interpolator sees the Gram
    matrix only, and given that the direction of its coefficients off the support is uniform: so a
    replicate costs one normal vector of the full dimension, not one per point. The law is exact.

    Parameters
    ----------
    n, dimension : int
        Points, and the dimension of the inputs, which exceeds ``n`` and the support's size.
    theta_support : (s,) true coefficients on their support
    noise : float >= 0

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    support = np.asarray(theta_support, dtype=np.float64)
    off = dimension - len(support)
    if n < 1 or noise < 0 or off < 1 or dimension <= n:
        raise ValueError(
            "an interpolator needs n >= 1, noise >= 0 and a dimension above n and above the "
            f"support's size; got {n}, {noise}, {dimension} and {len(support)}"
        )
    x = rng.standard_normal((replicates, n, len(support)))
    rest = gaussian_coordinates(rng, replicates, n, off)
    y = x @ support + noise * rng.standard_normal((replicates, n))
    gram = x @ np.swapaxes(x, -1, -2) + rest @ np.swapaxes(rest, -1, -2)
    weights = np.linalg.solve(gram, y[..., None])
    on = (np.swapaxes(x, -1, -2) @ weights)[..., 0]
    length = np.linalg.norm(np.swapaxes(rest, -1, -2) @ weights, axis=(-2, -1))
    direction = rng.standard_normal((replicates, off))
    roundness = np.abs(direction).sum(axis=-1) / np.linalg.norm(direction, axis=-1)
    return SparseInterpolator(
        (gram @ weights)[..., 0] - y,
        y,
        np.abs(on).sum(axis=-1) + length * roundness,
        np.sum(on**2, axis=-1) + length**2,
        np.sum((on - support) ** 2, axis=-1) + length**2,
        roundness,
    )
