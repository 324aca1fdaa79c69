"""Gaussian clusters and initial weights in the few dimensions that training can see.

Gradient training on inputs ``x_i`` from weights ``w_s`` stays in the span of the mean, the inputs
and the initial weights, Euclidean attacks included, and Gaussian vectors look the same in every
basis. So the coordinates in an orthonormal basis of that span are drawn directly: the cost depends
on the numbers of samples and neurons, not on the dimension. The law is exact for every dimension.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clusters import data as clusters
from sim.networks import two_layer

Array = NDArray[np.floating]


class Subspace(NamedTuple):
    """A training set and initial weights in coordinates; the mean is ``norm`` times the first axis.

    Attributes
    ----------
    x : (R, n, k) array
        Inputs.
    y, cluster : (R, n) array
        Labels, and the signs of the clusters before flips.
    w : (R, m, k) array
        Initial hidden weights.
    mean : (k,) array
        The cluster mean.
    """

    x: Array
    y: Array
    cluster: Array
    w: Array
    mean: Array


def sample(
    rng: np.random.Generator,
    replicates: int,
    n: int,
    width: int,
    dimension: int,
    *,
    mean_norm: float,
    weight_deviation: float,
    flip: float = 0.0,
    noise_deviation: float = 1.0,
    symmetric: bool = True,
    dtype: type = np.float64,
) -> Subspace:
    """Draw training sets and initial weights in coordinates of their span.

    Equal in law to :class:`sim.clusters.data.Clusters` with Gaussian noise and
    :func:`sim.networks.two_layer.initial_weights` in ``dimension`` dimensions, up to a rotation.

    Parameters
    ----------
    n, width : int
        Samples and neurons per replicate.
    dimension : int >= 1
        The dimension of the inputs, of any size.
    mean_norm, weight_deviation, noise_deviation : float >= 0
    flip : float in [0, 1/2]
    symmetric : bool
        As in :func:`sim.networks.two_layer.initial_weights`; the pairs cost no extra dimension.

    Returns
    -------
    Subspace
        With ``k = 1 + min(p, dimension - 1)`` coordinates, ``p`` the number of Gaussian vectors:
        ``n + m/2`` if symmetric, else ``n + m``.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    Notes
    -----
    The first axis is the direction of the mean: there every Gaussian vector has an independent
    normal coordinate. The other ``dimension - 1`` are compressed by Gram-Schmidt: vector ``j`` has
    normal coordinates along the ``j`` directions before it and a chi-distributed one, with
    ``dimension - 1 - j`` degrees of freedom, along its own (Bartlett's decomposition).
    """
    clusters.require_flip_probability(flip)
    if dimension < 1 or n < 1:
        raise ValueError(f"dimension and n must be at least 1; got {dimension} and {n}")
    drawn = two_layer.half_width(width) if symmetric else width
    rows = np.concatenate(
        [
            rng.standard_normal((replicates, n + drawn, 1)),
            gaussian_coordinates(rng, replicates, n + drawn, dimension - 1),
        ],
        axis=-1,
    )
    y, cluster = clusters.labels(rng, (replicates, n), flip, dtype=dtype)
    x, w = noise_deviation * rows[:, :n], weight_deviation * rows[:, n:]
    x[..., 0] += mean_norm * cluster
    if symmetric:
        w = np.concatenate([w, w], axis=1)
    mean = clusters.first_axis(x.shape[-1], mean_norm)
    return Subspace(
        x.astype(dtype, copy=False), y, cluster, w.astype(dtype, copy=False), mean.astype(dtype)
    )


def fresh_points(
    rng: np.random.Generator,
    replicates: int,
    count: int,
    mean: Array,
    *,
    flip: float = 0.0,
    noise_deviation: float = 1.0,
) -> clusters.Sample:
    """Draw test points, projected on the subspace: all that a network in it can see of them.

    Attacks on a test point stay in the subspace too, because the value of the network does not
    depend on the part of the perturbation outside.

    Parameters
    ----------
    mean : (k,) array
        ``Subspace.mean``; its dtype is used.

    Returns
    -------
    Sample
        With ``x`` of shape ``(replicates, count, k)``.
    """
    return clusters.Clusters(mean, flip, clusters.gaussian(noise_deviation)).sample(
        rng, replicates, count, dtype=mean.dtype.type
    )


def gaussian_coordinates(
    rng: np.random.Generator, replicates: int, count: int, dimension: int
) -> Array:
    """Draw ``count`` standard normal vectors in the basis that Gram-Schmidt makes of them.

    Returns
    -------
    (replicates, count, min(count, dimension)) array
        Lower triangular (trapezoidal if ``count > dimension``), diagonal positive.
    """
    k = min(count, dimension)
    rows = np.tril(rng.standard_normal((replicates, count, k)), -1)
    own = np.arange(k)
    rows[:, own, own] = np.sqrt(rng.chisquare(dimension - own, size=(replicates, k)))
    return rows


def coordinates(*blocks: Array) -> tuple[Array, ...]:
    """Rotate given vectors into an orthonormal basis of their joint span.

    Parameters
    ----------
    *blocks : (..., p_j, d) arrays
        For instance the mean ``(1, d)``, inputs and distinct initial weights. Leading axes are
        broadcast. The order decides the basis: the first vector lies on the first axis.

    Returns
    -------
    tuple of (..., p_j, k) arrays
        With ``k = min(d, sum p_j)``; all inner products are those of the arguments.
    """
    leading = np.broadcast_shapes(*(block.shape[:-2] for block in blocks))
    rows = np.concatenate(
        [np.broadcast_to(block, leading + block.shape[-2:]) for block in blocks], axis=-2
    )
    # NumPy's stubs promise both factors in every mode.
    triangle: Array = np.linalg.qr(np.swapaxes(rows, -1, -2), mode="r")  # type: ignore[assignment]
    # QR fixes directions up to sign; vectors first in the list get positive coordinates.
    diagonal = np.diagonal(triangle, axis1=-2, axis2=-1)
    signs = np.where(diagonal < 0, -1, 1).astype(triangle.dtype)[..., None]
    rotated = np.swapaxes(triangle * signs, -1, -2)
    splits = np.cumsum([block.shape[-2] for block in blocks])[:-1]
    return tuple(np.split(rotated, splits, axis=-2))
