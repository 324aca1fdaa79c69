"""How far a deep network can change in a ball of weights: upper bounds, layer by layer.

The layers of a network of `sim.networks.deep` move by the Frobenius norm ``radius`` each, and what
its first hidden layer is given moves as well. From layer to layer spectral norms carry what has
changed; within a layer the neurons that change their signs are those of which a move by that much
could flip the most. The bounds hold for every move; they grow like a product of spectral norms with
the depth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.networks.deep import DeepNetwork
from sim.networks.deep_moves import weights_in_the_output
from sim.networks.sign_flips import largest_change, most_flips
from sim.normal_matrices import draw_norms, spectral_norm

Array = NDArray[np.floating]


@dataclass(frozen=True)
class View:
    """What is asked of a network at one input of each replicate.

    Attributes
    ----------
    start : (R,) array
        ``|x_0|``.
    pre, weights : (R, H, m) arrays
        Before the ReLU, and how every neuron weighs in the output if it is active.
    norms : (R, H) array
        The layers' spectral norms, or upper bounds of them.
    """

    start: Array
    pre: Array
    weights: Array
    norms: Array


@dataclass(frozen=True)
class Certificate:
    """Upper bounds at one input of each replicate, over all moves; layers are the last axis.

    Attributes
    ----------
    flips : (R, H) array
        Neurons with another sign than at the start.
    moved, sizes : (R, H + 1) arrays
        ``|x'_h - x_h|`` and ``|x'_h|`` for h = 0, ..., H.
    rows, short_rows : (R, H) arrays
        Changes of ``a^T D_H W_H ... D_h W_h`` and of ``a^T D_H W_H ... D_h``.
    gradients, gradient_sizes : (R, H) arrays
        Frobenius norms: of the change of the output's gradient in every layer, and of it itself.
    """

    flips: Array
    moved: Array
    sizes: Array
    rows: Array
    short_rows: Array
    gradients: Array
    gradient_sizes: Array

    @property
    def bend(self) -> Array:
        """How much the whole gradient can differ between two networks of the ball: (R,)."""
        return np.asarray(2 * np.sqrt(np.square(self.gradients).sum(axis=1)))


def view_of(network: DeepNetwork, w: Array, x: Array, norms: Array) -> View:
    """See the network with weights (R, H, m, m) from inputs (R, d); ``norms`` are the layers'."""
    here = network.layers(w, x)
    start = np.linalg.norm(here.inputs[:, 0], axis=1)
    return View(start, here.pre, weights_in_the_output(network, w, here.active), norms)


def draw_view(rng: np.random.Generator, replicates: int, depth: int, width: int) -> View:
    """Draw from its law what is seen of a network of `normal_start` from an input of length 1.

    What a layer does with its input is known from above, what it gives back from below; the rest of
    it is a normal matrix still, of one row and one column less. Its norm is at most that of the two
    by two matrix of the norms of the four blocks. In a layer without an active neuron, of which
    there is one in ``2**width``, nothing has a direction: the width is 20 or more.
    """
    scale = np.sqrt(2 / width)
    lengths = [np.sqrt(rng.chisquare(width, replicates) / width)]
    pre = scale * rng.standard_normal((replicates, depth, width))
    for h in range(depth):
        pre[:, h] *= lengths[-1][:, None]
        lengths.append(np.linalg.norm(np.maximum(pre[:, h], 0), axis=1))
    weights, norms = np.empty_like(pre), np.empty((replicates, depth))
    weights[:, -1] = rng.standard_normal((replicates, width))
    for h in reversed(range(depth)):
        row = np.where(pre[:, h] >= 0, weights[:, h], 0.0)
        size = np.linalg.norm(row, axis=1)
        along = (row * pre[:, h]).sum(axis=1) / (size * lengths[h])
        if h:
            given = np.maximum(pre[:, h - 1], 0) / lengths[h][:, None]
            aside = scale * rng.standard_normal((replicates, width))
            aside -= (aside * given).sum(axis=1, keepdims=True) * given
            across = np.linalg.norm(aside, axis=1)
            weights[:, h - 1] = size[:, None] * (along[:, None] * given + aside)
        else:
            across = scale * np.sqrt(rng.chisquare(width - 1, replicates))
        column = np.linalg.norm(pre[:, h], axis=1) / lengths[h]
        blocks = np.empty((replicates, 2, 2))
        blocks[:, 0, 0], blocks[:, 0, 1] = np.abs(along), across
        blocks[:, 1, 0] = np.sqrt(np.maximum(column**2 - along**2, 0))
        blocks[:, 1, 1] = scale * draw_norms(rng, replicates, width - 1, width - 1)
        norms[:, h] = spectral_norm(blocks)
    return View(lengths[0], pre, weights, norms)


def certify(view: View, radius: float, aside: Array) -> Certificate:
    """Bound what the ball can do at the inputs of a view and near them.

    Parameters
    ----------
    view : View
        Of the network in the middle of the ball.
    radius : float
        Of the ball around every layer, in the Frobenius norm.
    aside : (R,) array
        Largest ``|A (x' - x)|`` of the inputs x' that are meant.
    """
    replicates, depth, _ = view.pre.shape
    lengths = np.concatenate(
        [view.start[:, None], np.linalg.norm(np.maximum(view.pre, 0), axis=2)], axis=1
    )
    stretch = view.norms + radius
    moved = np.empty_like(lengths)
    moved[:, 0] = aside
    for h in range(depth):
        moved[:, h + 1] = stretch[:, h] * moved[:, h] + radius * lengths[:, h]
    sizes = lengths + moved

    flips, rows, short, gradients, wide = (np.empty((replicates, depth)) for _ in range(5))
    one, carried = np.ones(replicates), np.zeros(replicates)
    for h in reversed(range(depth)):  # carried: how far the weights in the output have changed
        z, weights, budget = view.pre[:, h], view.weights[:, h], moved[:, h + 1]
        flips[:, h] = most_flips(z, one, budget)
        short[:, h] = carried + largest_change(z, weights, one, budget)[1]
        size = np.linalg.norm(np.where(z >= 0, weights, 0.0), axis=1)
        carried = stretch[:, h] * short[:, h] + radius * size
        rows[:, h] = carried
        gradients[:, h] = short[:, h] * sizes[:, h] + size * moved[:, h]
        wide[:, h] = (size + short[:, h]) * sizes[:, h]
    return Certificate(flips, moved, sizes, rows, short, gradients, wide)
