"""Adversarial training of two-layer networks in Gram form: exact, at a cost without the dimension.

The same trajectory, up to rounding, as :func:`sim.networks.adversarial_training.train` under
Euclidean attacks from a zero start. Use this for wide networks and high dimensions; for the weights
themselves use coordinates of the subspace (:mod:`sim.clusters.subspace`) with the plain trainer, or
a basis as probes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.networks import two_layer
from sim.networks._flips import Booleans, TwoSlopes, follow, sign_changes
from sim.networks.activation import Activation
from sim.networks.adversarial_training import Plan, Recorder, Snapshot, require_finite
from sim.networks.gram import GramState
from sim.networks.gram_attack import GramAttacked, flip_slopes, gram_attack

Array = NDArray[np.floating]


class GramTrained(NamedTuple):
    """The state after the last update, and the recorded observables."""

    state: GramState
    history: dict[str, Array]


def train(
    state: GramState,
    a: Array,
    activation: Activation,
    y: Array,
    plan: Plan,
    *,
    route: str = "auto",
) -> GramTrained:
    """Train the hidden weights on attacked samples with the logistic loss.

    Parameters
    ----------
    state : GramState
        Inner products of the training inputs and the initial weights, from
        :func:`sim.networks.gram.gram_state`; unchanged.
    a : (m,) array
        Fixed output weights.
    y : (..., n) array
        Labels +1 or -1.
    plan : Plan
    route : {"auto", "dense", "flips"}
        How attack steps are computed; see :func:`sim.networks.gram_attack.gram_attack`.

    Returns
    -------
    GramTrained
        In the dtype of ``state``.

    Raises
    ------
    FloatingPointError
        If weights or margins overflow or become NaN.

    Notes
    -----
    Double precision agrees with coordinates to rounding. In single precision the squared length
    of an input gradient has a relative error of about ``eps (sum_s |a_s| ||w_s||)^2 / |g|^2``:
    step lengths and radii lose digits at inputs where the two signs of neurons nearly cancel
    (training in coordinates does not suffer). Averages over test points hardly notice.

    Keep some hundred small replicates in a stack, so that it fits into a cache; wide networks one
    by one.

    With attacked inputs ``X + C W`` and updates ``W += A^T (X + C W)``,
    ``P = X (X + C W)^T`` and ``K = (X + C W)(X + C W)^T`` follow from the state, and
    ``W W^T += A^T B + B^T A`` with ``B = (X + C W) W^T + K A / 2``, ``X W^T += P A``.
    """
    state = state.copy()
    dtype = state.weights.dtype
    y, a = np.asarray(y, dtype=dtype), np.asarray(a, dtype=dtype)
    recorder = Recorder(plan)
    slopes = flip_slopes(activation, route)
    clean = None if slopes is None else _CleanPull(a, slopes)

    def attack(iteration: int) -> GramAttacked:
        attacked = gram_attack(
            state.weights,
            a,
            activation,
            state.inputs,
            y,
            plan.attack_at(iteration),
            route=route,
            pull=None if clean is None else clean.at(state),
        )
        require_finite(attacked.margin, iteration)
        if recorder.wants(iteration):
            recorder.record(
                Snapshot(
                    iteration,
                    y * np.matmul(activation.value(state.inputs), a),
                    attacked.margin,
                    state.squared_norms(),
                    attacked.coefficients,
                    state,
                )
            )
        return attacked

    for iteration, rate in enumerate(plan.rates):
        attacked = attack(iteration)
        pull = y * two_layer.logistic_weight(attacked.margin) * dtype.type(rate / y.shape[-1])
        _update(state, attacked, attacked.gradient * pull[..., None], clean)
    if recorder.wants(len(plan.rates)):
        attack(len(plan.rates))
    require_finite(state.weights, len(plan.rates))
    return GramTrained(state, recorder.history())


def bytes_needed(
    replicates: int, n: int, width: int, probes: int = 0, *, dtype: type = np.float64
) -> int:
    """Return a forecast of the peak memory of :func:`train`, in bytes, whatever the dimension.

    The Gram matrix of the weights (with temporaries of the same size if there are several
    replicates), some twenty arrays ``n m``, and the probes.
    """
    squares = 4 if replicates > 1 else 2
    numbers = squares * width**2 + 20 * n * width + 6 * n**2 + 3 * probes * (width + n)
    return replicates * numbers * np.dtype(dtype).itemsize


class _CleanPull:
    """``V W W^T`` at the clean inputs, ``V = a phi'(z)``, carried from iteration to iteration.

    Between two iterations few clean inputs change the sign of a neuron and the weights change by a
    matrix of low rank; following both costs less than a product with the Gram matrix. Every 64
    iterations it is computed anew, so that rounding does not pile up.
    """

    _on: Booleans
    _gradient: Array
    _pull: Array

    def __init__(self, a: Array, slopes: TwoSlopes):
        self._a, self._slopes, self._age = a, slopes, 0

    def at(self, state: GramState) -> Array:
        """Return it for a state that differs from the last one by :meth:`add` at most."""
        width = state.inputs.shape[-1]
        on = self._slopes.on(state.inputs, 0).reshape(-1, width)
        if self._age % 64:
            changes = sign_changes(on, self._on, self._slopes.jump(self._a))
            if not changes.too_many(on.size):
                follow(self._pull.reshape(-1, width), changes, state.weights)
                self._gradient.reshape(-1)[changes.flat] += changes.amount
                self._on = on
                return self._pull
        self._age = 0
        self._on = on
        self._gradient = self._slopes.gradient(on, self._a).reshape(state.inputs.shape)
        self._pull = np.matmul(self._gradient, state.weights)
        return self._pull

    def add(self, left: Array, right: Array) -> None:
        """Follow the addition of ``left^T right + right^T left`` to the Gram matrix."""
        self._age += 1
        sides = np.concatenate([left, right, left], axis=-2)
        n = left.shape[-2]
        onto = np.matmul(self._gradient, np.swapaxes(sides[..., : 2 * n, :], -1, -2))
        self._pull += np.matmul(onto, sides[..., n:, :])


def _update(
    state: GramState, attacked: GramAttacked, change: Array, clean: _CleanPull | None
) -> None:
    """Add ``change^T (X + C W)`` to the weights, in place, in inner products."""
    back = np.swapaxes(attacked.coefficients, -1, -2)
    z = state.inputs + attacked.shift
    cross = state.data + np.matmul(state.inputs, back)
    square = cross + np.matmul(attacked.coefficients, np.swapaxes(z, -1, -2))
    half = np.matmul(square, change)
    half *= half.dtype.type(0.5)
    half += z
    _add_symmetric_product(state.weights, change, half)
    if clean is not None:
        clean.add(change, half)
    probes = np.matmul(state.probe_data + np.matmul(state.probes, back), change)
    np.add(state.inputs, np.matmul(cross, change), out=state.inputs)
    np.add(state.probes, probes, out=state.probes)


def _add_symmetric_product(gram: Array, left: Array, right: Array) -> None:
    """Add ``left^T right + right^T left`` to ``gram`` in place, keeping it exactly symmetric."""
    if gram.ndim == 2 or gram.shape[:-2] == (1,):
        gram, left, right = (array.reshape(array.shape[-2:]) for array in (gram, left, right))
        _symmetric_rank_update(gram, left, right)
        return
    product = np.matmul(np.swapaxes(left, -1, -2), right)
    gram += product + np.swapaxes(product, -1, -2)


def _symmetric_rank_update(gram: Array, left: Array, right: Array, tile: int = 128) -> None:
    """Do the same for one large matrix: half the arithmetic, then mirror one triangle by tiles."""
    update = scipy.linalg.blas.ssyr2k if gram.dtype == np.float32 else scipy.linalg.blas.dsyr2k
    # To Fortran the transposed view is in its own order: its lower triangle is our upper one.
    update(1.0, left.T, right.T, beta=1.0, c=gram.T, lower=1, overwrite_c=1)
    width = len(gram)
    below = np.tri(tile, k=-1, dtype=bool)
    for low in range(0, width, tile):
        block = slice(low, min(low + tile, width))
        diagonal = gram[block, block]
        size = len(diagonal)
        np.copyto(diagonal, diagonal.T.copy(), where=below[:size, :size])
        for next_low in range(low + tile, width, tile):
            other = slice(next_low, next_low + tile)
            gram[other, block] = gram[block, other].T
