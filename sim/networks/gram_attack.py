"""Euclidean gradient attacks on a network known by its inner products only.

The same iterates as :func:`sim.networks.attack.l2_attack` from a zero start, without coordinates:
each perturbation is a combination ``delta_i = sum_s C_is w_s`` of the hidden weights, and what it
does to the preactivations is ``C W W^T``.

Two routes give the same numbers up to rounding. The *dense* one takes any activation and
multiplies by the Gram matrix at every step. The *flips* one is for piecewise-linear activations
(two slopes): between two steps few neurons change sign, and only their rows of the Gram matrix
change the gradient.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.networks._flip_attack import advance, follow_flips
from sim.networks._flips import TwoSlopes
from sim.networks.activation import Activation
from sim.networks.attack import Attack, squared_scale

Array = NDArray[np.floating]

# Rows of the working arrays of the flips route are cut into blocks of about this many numbers, so
# that four of them stay in a cache of one or two megabytes.
_BLOCK = 128 * 1024


class GramAttacked(NamedTuple):
    """Where an attack ended, ``n`` inputs against ``m`` neurons.

    Attributes
    ----------
    coefficients : (..., n, m) array
        ``C`` with ``delta_i = sum_s C_is w_s``.
    shift : (..., n, m) array
        ``<delta_i, w_s>``.
    gradient : (..., n, m) array
        ``a_s phi'(<x_i + delta_i, w_s>)``: the input gradient of the network at the attacked point
        as a combination of the weights.
    margin : (..., n) array
        ``y_i f(x_i + delta_i)``: an upper bound of the smallest margin over the ball.
    """

    coefficients: Array
    shift: Array
    gradient: Array
    margin: Array


def gram_attack(
    weights: Array,
    a: Array,
    activation: Activation,
    z: Array,
    y: Array,
    attack: Attack,
    *,
    route: str = "auto",
    pull: Array | None = None,
) -> GramAttacked:
    """Attack inputs inside Euclidean balls, given inner products only.

    Parameters
    ----------
    weights : (..., m, m) array
        ``<w_s, w_r>``.
    a : (m,) array
    z : (..., n, m) array
        ``<x_i, w_s>``: training inputs, or any other points.
    y : (..., n) array
        Labels +1 or -1.
    attack : Attack
    route : {"auto", "dense", "flips"}
        ``auto`` takes flips for every piecewise-linear activation.
    pull : (..., n, m) array, optional
        ``a phi'(z) W W^T``, if it is known; the flips route saves a product then.

    Raises
    ------
    ValueError
        If the flips route is asked for with an activation that has more than two slopes.

    Notes
    -----
    In inner products a gradient shows only by its squared length, so the smallest one that can be
    told from rounding noise is ``(64 eps^2 m)^(1/4)`` of its natural scale (2e-7 of it in double,
    5e-3 in single precision, at m = 1000), where coordinates resolve ``8 eps m^(1/2)``. Below it
    an input is left where it is. Use coordinates, or double precision, where the network nearly
    cancels.
    """
    slopes = flip_slopes(activation, route)
    if slopes is None:
        return _dense(weights, a, activation, z, y, attack)
    floor = _floor(weights, a, activation)
    rows = max(1, _BLOCK // z.shape[-1])
    blocks = [slice(low, low + rows) for low in range(0, max(1, z.shape[-2]), rows)]
    parts = [
        follow_flips(
            weights,
            a,
            slopes,
            z[..., block, :],
            y[..., block],
            attack,
            floor,
            None if pull is None else pull[..., block, :],
        )
        for block in blocks
    ]
    if len(parts) == 1:
        return GramAttacked(*parts[0])
    *matrices, margins = zip(*parts, strict=True)
    coefficients, shift, gradient = (np.concatenate(blocks, axis=-2) for blocks in matrices)
    return GramAttacked(coefficients, shift, gradient, np.concatenate(margins, axis=-1))


def _floor(weights: Array, a: Array, activation: Activation) -> Array:
    """Return the squared gradient length, ``(...)``, that rounding alone may produce."""
    squared_norms = np.diagonal(weights, axis1=-2, axis2=-1)
    scale = squared_scale(squared_norms, a, activation)
    return 8 * np.finfo(weights.dtype).eps * np.sqrt(a.shape[-1]) * scale


def flip_slopes(activation: Activation, route: str) -> TwoSlopes | None:
    """Return the slopes that the flips route works with, None for the dense route.

    Parameters and errors are those of :func:`gram_attack`.
    """
    if route not in ("auto", "dense", "flips"):
        raise ValueError(f"the route is 'auto', 'dense' or 'flips'; got {route!r}")
    slopes = None if route == "dense" else TwoSlopes.of(activation)
    if slopes is None and route == "flips":
        raise ValueError(
            f"the flips route needs an activation with two slopes; {activation.name} has more: "
            "use route='dense'"
        )
    return slopes


def _dense(
    weights: Array, a: Array, activation: Activation, z: Array, y: Array, attack: Attack
) -> GramAttacked:
    y = y.astype(np.float64)
    floor = _floor(weights, a, activation)[..., None]
    shift, coefficients = np.zeros_like(z), np.zeros_like(z)
    squared: Array = np.zeros(z.shape[:-1])
    best: GramAttacked | None = None
    for iterate in range(len(attack.steps) + 1):
        attacked = z + shift
        gradient = activation.slope(attacked) * a
        margin = y * np.matmul(activation.value(attacked), a)
        now = GramAttacked(coefficients, shift, gradient, margin.astype(z.dtype))
        best = _better(best, now) if attack.keep_best and best is not None else now
        if iterate == len(attack.steps):
            break
        pull = np.matmul(gradient, weights)
        square = np.vecdot(gradient, pull).astype(np.float64)
        along = -y * np.vecdot(gradient, shift)
        keep, add, squared = advance(squared, along, square, floor, attack, attack.steps[iterate])
        keep, add = (factor.astype(z.dtype)[..., None] for factor in (keep, -y * add))
        shift = keep * shift + add * pull
        coefficients = keep * coefficients + add * gradient
    assert best is not None  # without a step there is still the start
    return best


def _better(best: GramAttacked, now: GramAttacked) -> GramAttacked:
    lower = now.margin < best.margin
    coefficients, shift, gradient = (
        np.where(lower[..., None], new, old) for new, old in zip(now[:3], best[:3], strict=True)
    )
    return GramAttacked(coefficients, shift, gradient, np.where(lower, now.margin, best.margin))
