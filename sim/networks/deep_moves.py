"""Moves of all layers of a deep network that are bad for it: signs flipped, convexity lost.

Each layer moves by Frobenius norm ``radius`` at most. Only the networks that are found say
anything: in depth nothing is optimal here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.networks.deep import DeepNetwork
from sim.networks.sign_flips import largest_change, largest_shortfall

Array = NDArray[np.floating]

BEYOND = 1 + 1e-6
"""How far a pre-activation that is brought to zero goes: its sign changes."""


def weights_in_the_output(network: DeepNetwork, w: Array, active: NDArray[np.bool_]) -> Array:
    """Return how every neuron weighs in the output if it is active: (R, H, m)."""
    rows = network.backward(w, active)
    weights = np.repeat(network.a[:, None], w.shape[1], axis=1)
    for h in range(w.shape[1] - 1):
        weights[:, h] = np.matmul(rows[:, h + 1, None], w[:, h + 1])[:, 0]
    return weights


def with_signs_flipped(
    network: DeepNetwork, w: Array, x: Array, radius: float, heavy: bool = True
) -> Array:
    """Return weights at which, from layer 1 up, neurons have other signs than at the start.

    Flipped are those that weigh much in the output for what they cost or, if not ``heavy``, as
    many as possible.
    """
    here = network.layers(w, x)
    weights = weights_in_the_output(network, w, here.active) if heavy else np.ones_like(here.pre)
    moved, given = w.copy(), here.inputs[:, 0]
    allowed = np.full(len(w), radius / BEYOND)
    for h in range(w.shape[1]):
        z = np.matmul(moved[:, h], given[..., None])[..., 0]
        still = (z >= 0) == here.active[:, h]
        length = np.linalg.norm(given, axis=-1)
        _, _, chosen = largest_change(np.where(still, z, 0.0), weights[:, h], length, allowed)
        change = np.where(chosen & still, -BEYOND * z, 0.0)
        moved[:, h] += _rank_one(change, given, length)
        given = np.maximum(np.matmul(moved[:, h], given[..., None])[..., 0], 0)
    return moved


def with_shortfall(network: DeepNetwork, w: Array, x: Array, radius: float) -> Array:
    """Return weights at which the output falls below its linear part, by a move of every layer."""
    here = network.layers(w, x)
    weights = weights_in_the_output(network, w, here.active)
    moved = w.copy()
    for h in range(w.shape[1]):
        given = here.inputs[:, h]
        length = np.linalg.norm(given, axis=-1)
        allowed = np.full(len(w), radius)
        _, _, moves = largest_shortfall(here.pre[:, h], weights[:, h], length, allowed)
        moved[:, h] += _rank_one(moves, given, length)
    return moved


def with_activations_moved(network: DeepNetwork, w: Array, x: Array, radius: float) -> Array:
    """Return weights in every layer of which the active neurons are moved up together.

    Each layer moves along its input at the start, by the whole radius.
    """
    here = network.layers(w, x)
    moved = w.copy()
    for h in range(w.shape[1]):
        given = here.inputs[:, h]
        length = np.linalg.norm(given, axis=-1)
        up = here.post[:, h] / np.linalg.norm(here.post[:, h], axis=-1, keepdims=True)
        moved[:, h] += _rank_one(radius * length[:, None] * up, given, length)
    return moved


def with_the_row_kept(network: DeepNetwork, w: Array, x: Array, most: float) -> Array:
    """Return weights of one layer at which a neuron has gone off, and ``a^T D W`` is as it was.

    The neuron is the one nearest to zero of those that are on and have ``|a| <= most``; the others
    take over its part of the row, in proportion to their output weights; where none is on, the
    weights are not numbers.
    """
    here = network.layers(w, x)
    given, every = here.inputs[:, 0], np.arange(len(w))
    may = here.active[:, 0] & (np.abs(network.a) <= most)
    r = np.where(may, here.pre[:, 0], np.inf).argmin(axis=1)
    moved = w.copy()
    off = BEYOND * here.pre[every, 0, r] / np.square(given).sum(axis=1)
    moved[every, 0, r] -= off[:, None] * given
    u = network.a * here.active[:, 0]
    u[every, r] = 0
    lost = network.a[every, r][:, None] * w[every, 0, r]
    with np.errstate(divide="ignore", invalid="ignore"):
        moved[:, 0] += u[..., None] * lost[:, None] / np.square(u).sum(axis=1)[:, None, None]
    return moved


def _rank_one(change: Array, given: Array, length: Array) -> Array:
    """Return the move of a layer that changes its pre-activations at one input."""
    return change[..., None] * given[:, None] / np.square(length)[:, None, None]


def shortfall(network: DeepNetwork, w: Array, moved: Array, x: Array) -> Array:
    """Return ``f(W) + <grad f(W), W' - W> - f(W')``: (R,)."""
    before, after = network.layers(w, x), network.layers(moved, x)
    rows = network.backward(w, before.active)
    along = np.einsum("rhi,rhij,rhj->r", rows, moved - w, before.inputs, optimize=True)
    return np.asarray(before.value + along - after.value)
