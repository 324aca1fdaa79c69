"""Deep fully connected ReLU networks with a linear first and a linear last layer.

``x_0 = A x``, then ``z_h = W_h x_{h-1}`` and ``x_h = max(z_h, 0)`` for h = 1, ..., H, and the
output is ``<a, x_H>`` (Gao et al. 2019, Appendix A). All hidden layers have one width m, so that
the weights are one array (R, H, m, m); replicates are the leading axis. Layer h stands at position
h - 1 of arrays that have an axis of layers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.normal_matrices import draw_triangles

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Layers:
    """What a network computes on its way.

    Attributes
    ----------
    inputs : (R, H, m) array
        What every layer is given: ``x_0, ..., x_{H-1}``.
    pre, post : (R, H, m) arrays
        Before and after the ReLU: ``z_1, ..., z_H`` and ``x_1, ..., x_H``.
    active : (R, H, m) boolean array
        Where ``z_h >= 0``.
    value : (R,) array
    """

    inputs: Array
    pre: Array
    post: Array
    active: NDArray[np.bool_]
    value: Array


@dataclass(frozen=True)
class DeepNetwork:
    """What training leaves alone: the first layer (R, m, d) and the output weights (R, m)."""

    first: Array
    a: Array

    def start_of(self, x: Array) -> Array:
        """Return ``A x`` for inputs (R, d): (R, m)."""
        return np.matmul(self.first, x[..., None])[..., 0]

    def layers(self, w: Array, x: Array) -> Layers:
        """Run the network with weights (R, H, m, m) on inputs (R, d)."""
        given = self.start_of(x)
        inputs, pre = [], []
        for h in range(w.shape[1]):
            inputs.append(given)
            pre.append(np.matmul(w[:, h], given[..., None])[..., 0])
            given = np.maximum(pre[-1], 0)
        before = np.stack(pre, axis=1)
        return Layers(
            np.stack(inputs, axis=1),
            before,
            np.maximum(before, 0),
            before >= 0,
            (self.a * given).sum(axis=-1),
        )

    def values(self, w: Array, x: Array) -> Array:
        """Return the outputs at several inputs (R, k, d) of each replicate: (R, k)."""
        given = np.matmul(x, np.swapaxes(self.first, -1, -2))
        for h in range(w.shape[1]):
            given = np.maximum(np.matmul(given, np.swapaxes(w[:, h], -1, -2)), 0)
        return np.matmul(given, self.a[..., None])[..., 0]

    def backward(self, w: Array, active: NDArray[np.bool_]) -> Array:
        """Return the rows ``a^T D_H W_H ... W_{h+1} D_h`` for these active neurons: (R, H, m)."""
        rows = [self.a * active[:, -1]]
        for h in range(w.shape[1] - 2, -1, -1):
            rows.append(np.matmul(rows[-1][:, None], w[:, h + 1])[:, 0] * active[:, h])
        return np.stack(rows[::-1], axis=1)

    def gradient(self, w: Array, x: Array) -> Array:
        """Return the gradients of the output in every layer's weights: (R, H, m, m)."""
        found = self.layers(w, x)
        return self.backward(w, found.active)[..., None] * found.inputs[..., None, :]


def normal_start(
    rng: np.random.Generator, replicates: int, depth: int, width: int, dimension: int
) -> tuple[DeepNetwork, Array]:
    """Draw a network: ``A`` of variance 1/m, the layers of variance 2/m, ``a`` of variance 1."""
    network = DeepNetwork(
        rng.standard_normal((replicates, width, dimension)) / np.sqrt(width),
        rng.standard_normal((replicates, width)),
    )
    w = rng.standard_normal((replicates, depth, width, width))
    w *= np.sqrt(2 / width)
    return network, w


def _first_and_last(
    rng: np.random.Generator, replicates: int, width: int, dimension: int
) -> DeepNetwork:
    first = draw_triangles(rng, replicates, width, dimension) / np.sqrt(width)
    return DeepNetwork(first, rng.standard_normal((replicates, width)))


def one_layer_at_an_input(
    rng: np.random.Generator, replicates: int, width: int, dimension: int
) -> tuple[DeepNetwork, Array, Array]:
    """Draw what counts of `start_of_one_layer` at one input of length 1, from its law.

    Returns
    -------
    network : DeepNetwork
    z : (R, m) array
        The layer at the input.
    layer : (R, d, d) array
        A triangle with the Gram matrix of the layer, in a basis in which ``A x`` is the first
        column of ``A``.
    """
    network, scale = _first_and_last(rng, replicates, width, dimension), np.sqrt(2 / width)
    column = scale * rng.standard_normal((replicates, width))
    layer = np.zeros((replicates, dimension, dimension))
    layer[:, 0, 0] = np.linalg.norm(column, axis=1)
    if dimension > 1:
        layer[:, 0, 1:] = scale * rng.standard_normal((replicates, dimension - 1))
        layer[:, 1:, 1:] = scale * draw_triangles(rng, replicates, width - 1, dimension - 1)
    return network, network.first[:, 0, :1] * column, layer


def start_of_one_layer(
    rng: np.random.Generator, replicates: int, width: int, dimension: int
) -> tuple[DeepNetwork, Array]:
    """Draw what counts of a network with one hidden layer, from its law.

    The weights are seen through ``A`` alone: in an orthonormal basis that begins with the span of
    its columns, ``A`` is a triangular matrix (R, d, d) above zeros, and the layer is (R, 1, m, d).
    Norms and inner products of moves made by training are the same.
    """
    network = _first_and_last(rng, replicates, width, dimension)
    layer = rng.standard_normal((replicates, 1, width, dimension)) * np.sqrt(2 / width)
    return network, layer


def with_the_input_moved(w: Array, before: Array, after: Array, power: float = 2.0) -> Array:
    """Return weights that do at ``before`` (R, m) what ``w`` (R, H, m, m) does at ``after``.

    The first layer gets the term ``W_1 (after - before) before^T / |before|^2``; another ``power``
    of the norm is wrong, for tests of tests.
    """
    term = np.matmul(w[:, 0], (after - before)[..., None])[..., 0]
    size = np.linalg.norm(before, axis=-1) ** power
    moved = w.copy()
    moved[:, 0] += term[..., None] * before[:, None] / size[:, None, None]
    return moved
