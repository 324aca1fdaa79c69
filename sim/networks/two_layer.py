"""Two-layer networks with fixed output weights: values, gradients, logistic loss, weight norms.

The network is ``f(x) = sum_s a_s phi(<w_s, x>)``: hidden weights ``w`` are trained, output weights
``a`` are fixed and already include any ``1/sqrt(m)``; there are no biases.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.networks.activation import Activation

Array = NDArray[np.floating]


def preactivation(w: Array, x: Array) -> Array:
    """Return ``<w_s, x_i>`` ``(..., n, m)`` for ``w`` ``(..., m, d)`` and ``x`` ``(..., n, d)``."""
    return np.matmul(x, np.swapaxes(w, -1, -2))


def value(w: Array, a: Array, activation: Activation, x: Array) -> Array:
    """Return ``f(x_i)`` as ``(..., n)``."""
    return np.matmul(activation.value(preactivation(w, x)), a)


def input_gradient(w: Array, a: Array, activation: Activation, x: Array) -> Array:
    """Return the gradients of ``f`` in its input, one per sample, as ``(..., n, d)``.

    At a kink the slope is the activation's convention.
    """
    return np.matmul(activation.slope(preactivation(w, x)) * a, w)


def weight_gradient(
    w: Array, a: Array, activation: Activation, x: Array, coefficients: Array
) -> Array:
    """Return ``sum_i c_i grad_w f(x_i)`` as ``(..., m, d)`` for ``coefficients`` ``(..., n)``."""
    weighted = activation.slope(preactivation(w, x)) * a * coefficients[..., None]
    return np.matmul(np.swapaxes(weighted, -1, -2), x)


def logistic_loss(margin: Array) -> Array:
    """Return ``log(1 + exp(-margin))`` without overflow; relative precision also in the tail."""
    return np.logaddexp(margin.dtype.type(0), -margin)


def logistic_weight(margin: Array) -> Array:
    """Return minus the slope of the logistic loss, ``1 / (1 + exp(margin))``."""
    return scipy.special.expit(-margin)


def frobenius_norm(w: Array) -> Array:
    """Return ``||W||_F`` of every replicate, ``(...)``."""
    return np.linalg.norm(w, axis=(-2, -1))


def spectral_norm(w: Array) -> Array:
    """Return ``||W||_2`` of every replicate, ``(...)``."""
    return np.linalg.norm(w, ord=2, axis=(-2, -1))


def balanced_signs(width: int, *, dtype: type = np.float64) -> Array:
    """Return output weights ``+1/sqrt(m)`` (first half) and ``-1/sqrt(m)`` (second half).

    Parameters
    ----------
    width : even int >= 2
        Number ``m`` of hidden neurons.

    Raises
    ------
    ValueError
        If ``width`` is odd or not positive.
    """
    half = half_width(width)
    return (np.repeat([1.0, -1.0], half) / np.sqrt(width)).astype(dtype)


def half_width(width: int) -> int:
    """Return ``width / 2``, refusing odd widths with :class:`ValueError`."""
    if width < 2 or width % 2:
        raise ValueError(
            f"neurons come in pairs here, so the width must be even and positive; got {width}"
        )
    return width // 2


def initial_weights(
    rng: np.random.Generator,
    replicates: int,
    width: int,
    dimension: int,
    deviation: float,
    *,
    symmetric: bool = True,
    dtype: type = np.float64,
) -> Array:
    """Draw Gaussian hidden weights, ``(replicates, m, d)``.

    Parameters
    ----------
    deviation : float > 0
        Standard deviation of every entry.
    symmetric : bool
        Give neuron ``s + m/2`` the weights of neuron ``s``. With :func:`balanced_signs` the initial
        network is then zero everywhere (wang2024, section 2).

    Raises
    ------
    ValueError
        If ``symmetric`` and the width is odd.
    """
    drawn = half_width(width) if symmetric else width
    w = deviation * rng.standard_normal((replicates, drawn, dimension))
    if symmetric:
        w = np.concatenate([w, w], axis=-2)
    return w.astype(dtype, copy=False)
