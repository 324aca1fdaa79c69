"""Two-layer networks known only by inner products: the state that needs no dimension.

Under gradient training with Euclidean attacks from a zero start, everything that happens is a
function of the inner products of weights, training inputs and chosen further points (*probes*).
The state of training is therefore ``W W^T``, ``X W^T`` and ``X X^T``, whatever the dimension.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class GramState:
    """Inner products of hidden weights ``w_s``, training inputs ``x_i`` and probes ``p_j``.

    Attributes
    ----------
    weights : (..., m, m) array
        ``<w_s, w_r>``.
    inputs : (..., n, m) array
        ``<x_i, w_s>``: the preactivations of the training inputs.
    data : (..., n, n) array
        ``<x_i, x_j>``; constant.
    probes : (..., p, m) array
        ``<p_j, w_s>``: the preactivations of the probes. A probe costs as much as a training input
        outside the attack. With the cluster mean as a probe fresh test points can be drawn; with a
        basis as probes this is the transpose of the weights in coordinates.
    probe_data : (..., p, n) array
        ``<p_j, x_i>``; constant.
    """

    weights: Array
    inputs: Array
    data: Array
    probes: Array
    probe_data: Array

    def copy(self) -> GramState:
        """Return a state whose changing arrays are its own."""
        return replace(
            self,
            weights=np.array(self.weights, order="C"),
            inputs=np.array(self.inputs, order="C"),
            probes=np.array(self.probes, order="C"),
        )

    def squared_norms(self) -> Array:
        """Return ``||w_s||^2``, ``(..., m)``."""
        return np.diagonal(self.weights, axis1=-2, axis2=-1).copy()

    def frobenius_norm(self) -> Array:
        """Return ``||W||_F``, ``(...)``."""
        return np.sqrt(self.squared_norms().sum(axis=-1))

    def spectral_norm(self) -> Array:
        """Return ``||W||_2``, ``(...)``."""
        return np.sqrt(np.linalg.eigvalsh(self.weights)[..., -1])


def gram_state(x: Array, w: Array, probes: Array | None = None) -> GramState:
    """Return the inner products of given vectors, in R^d or in coordinates of a subspace.

    Parameters
    ----------
    x : (..., n, d) array
    w : (..., m, d) array
    probes : (..., p, d) array, optional
        None by default (``p = 0``).
    """
    if probes is None:
        probes = np.zeros((*x.shape[:-2], 0, x.shape[-1]), dtype=x.dtype)
    wt, xt = np.swapaxes(w, -1, -2), np.swapaxes(x, -1, -2)
    gram = np.matmul(w, wt)
    return GramState(
        (gram + np.swapaxes(gram, -1, -2)) / 2,
        np.matmul(x, wt),
        np.matmul(x, xt),
        np.matmul(probes, wt),
        np.matmul(probes, xt),
    )


def fresh_preactivations(
    rng: np.random.Generator,
    weights: Array,
    mean: Array,
    cluster: Array,
    *,
    noise_deviation: float = 1.0,
) -> Array:
    """Draw the preactivations of fresh points ``c mu + N(0, deviation^2 I)`` of any dimension.

    They are Gaussian with mean ``c <mu, w_s>`` and covariance ``deviation^2 <w_s, w_r>``, and
    independent of the training set given the weights; nothing else about the points matters to the
    network or to an attack on it.

    Parameters
    ----------
    weights : (..., m, m) array
        ``GramState.weights``.
    mean : (..., m) array
        ``<mu, w_s>``: the row of ``GramState.probes`` that belongs to the cluster mean.
    cluster : (..., N) array
        Signs ``c`` of the clusters.

    Returns
    -------
    (..., N, m) array
        In the dtype of ``weights``.
    """
    normal = rng.standard_normal((*cluster.shape, weights.shape[-1]))
    drawn = np.matmul(normal.astype(weights.dtype, copy=False), matrix_root(weights))
    drawn *= weights.dtype.type(noise_deviation)
    drawn += cluster[..., None].astype(weights.dtype, copy=False) * mean[..., None, :]
    return drawn


def matrix_root(gram: Array) -> Array:
    """Return the symmetric ``B`` with ``B B = gram`` up to rounding, for a positive stack.

    The symmetric root is unique, so the same normal draws give the same points on every machine;
    a triangular or spectral factor of a singular matrix would not. A Gram matrix of more neurons
    than dimensions is singular; eigenvalues that rounding made negative count as zero. Computed in
    double precision, returned in the dtype of ``gram``.
    """
    eigenvalues, vectors = np.linalg.eigh(gram.astype(np.float64, copy=False))
    scaled = vectors * np.sqrt(np.maximum(eigenvalues, 0))[..., None, :]
    return np.matmul(scaled, np.swapaxes(vectors, -1, -2)).astype(gram.dtype, copy=False)
