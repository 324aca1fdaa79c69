"""Lengths, angles and singular values of a training set of clusters and of initial weights.

All are functions of inner products, so they may be measured in the coordinates of a subspace that
contains the points (:mod:`sim.clusters.subspace`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.networks import two_layer

Array = NDArray[np.floating]


class SampleGeometry(NamedTuple):
    """Extremes over the points ``x_i = c_i mu + xi_i`` of each training set; arrays (...).

    Attributes
    ----------
    noise_least, noise_most, input_least, input_most
        Smallest and largest ``|xi_i|^2`` and ``|x_i|^2``, over the dimension.
    noise_product, input_product
        Largest ``|<xi_i, xi_j>|`` and ``|<x_i, x_j>|`` for different points.
    mixed_product, attacked_product
        Largest ``|<x_i + u, x_j + v>|`` for different points, ``|v| <= radius`` and ``u = 0``, or
        ``|u| <= radius``: upper bounds, attained if the other vectors leave room.
    top_noise : largest eigenvalue of the Gram matrix of the noise, over the dimension
    top_input, bottom_input : extreme singular values of the matrix of the inputs
    deviation : largest ``|<mu, xi_i>| / |mu|^2``
    noisy_share : share of points whose label differs from their cluster
    """

    noise_least: Array
    noise_most: Array
    input_least: Array
    input_most: Array
    noise_product: Array
    input_product: Array
    mixed_product: Array
    attacked_product: Array
    top_noise: Array
    top_input: Array
    bottom_input: Array
    deviation: Array
    noisy_share: Array


class WeightGeometry(NamedTuple):
    """Extremes of initial weights in units of their law; arrays (...).

    Attributes
    ----------
    smallest_row, largest_row : extreme ``|w_s|^2`` over ``dimension * deviation^2``
    spectral_norm : ``|W|_2`` over ``deviation``
    """

    smallest_row: Array
    largest_row: Array
    spectral_norm: Array


def sample_geometry(
    x: Array, y: Array, cluster: Array, mean: Array, *, dimension: float, radius: float
) -> SampleGeometry:
    """Measure training sets.

    Parameters
    ----------
    x : (..., n, k) array
        Points, in all coordinates or in those of a subspace.
    y, cluster : (..., n) arrays
        Labels, and the signs of the clusters.
    mean : (k,) array
        The cluster mean ``mu``, not zero.
    dimension : float
        The dimension that squared lengths are compared with.
    radius : float >= 0
        Of the attack.
    """
    noise = x - cluster[..., None] * mean
    gram, noise_gram = (np.matmul(v, np.swapaxes(v, -1, -2)) for v in (x, noise))
    squares, noise_squares = (np.diagonal(g, axis1=-2, axis2=-1) for g in (gram, noise_gram))
    lengths = np.sqrt(squares)
    different = 1 - np.eye(x.shape[-2])
    products = np.abs(gram)
    mixed = products + radius * lengths[..., None]
    attacked = mixed + radius * (lengths[..., None, :] + radius)
    eigenvalues = np.maximum(np.linalg.eigvalsh(gram), 0)

    def largest(values: Array) -> Array:
        return (values * different).max(axis=(-2, -1))

    return SampleGeometry(
        noise_squares.min(axis=-1) / dimension,
        noise_squares.max(axis=-1) / dimension,
        squares.min(axis=-1) / dimension,
        squares.max(axis=-1) / dimension,
        largest(np.abs(noise_gram)),
        largest(products),
        largest(mixed),
        largest(attacked),
        np.linalg.eigvalsh(noise_gram)[..., -1] / dimension,
        np.sqrt(eigenvalues[..., -1]),
        np.sqrt(eigenvalues[..., 0]),
        np.abs(np.matmul(noise, mean)).max(axis=-1) / np.dot(mean, mean),
        (y != cluster).mean(axis=-1),
    )


def weight_geometry(w: Array, *, dimension: float, deviation: float) -> WeightGeometry:
    """Measure weights ``(..., m, k)`` whose entries were drawn with the given deviation."""
    # Scaled first, because the squares of tiny weights underflow.
    scaled = w / deviation
    squares = np.square(scaled).sum(axis=-1) / dimension
    return WeightGeometry(
        squares.min(axis=-1), squares.max(axis=-1), two_layer.spectral_norm(scaled)
    )


def distance_to_span(points: Array, vectors: Array) -> Array:
    """Return the distances of ``points`` (..., n, d) from the span of ``vectors`` (..., p, d).

    Parameters
    ----------
    points, vectors : arrays
        Leading axes are broadcast; the ``p <= d`` vectors of each replicate are independent.

    Returns
    -------
    (..., n) array
    """
    basis = np.linalg.qr(np.swapaxes(vectors, -1, -2))[0]
    inside = np.matmul(np.matmul(points, basis), np.swapaxes(basis, -1, -2))
    return np.linalg.norm(points - inside, axis=-1)
