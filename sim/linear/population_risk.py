"""Population risk of an attacked linear model by quadrature, and its minimiser, without theory.

Inputs are N(0, covariance), responses ``theta_0.x + noise``, the model is ``theta.x`` and the loss
is squared. The residual is then normal with mean square ``q^2 = |theta - theta_0|^2_covariance +
sigma^2``; each value of it is attacked explicitly, and the attacked loss is integrated numerically.
No closed form of the risk is used, so that closed forms can be checked against these functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.linear._risk_newton import SpreadAndNorm
from sim.linear._risk_newton_together import SpreadsAndNorms

Array = NDArray[np.floating]
Attack = Literal["l2", "linf"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_FAR = 13.0  # beyond it a standard normal has mass 1e-38
_TOGETHER = 128  # so many integrals fit into a core's cache


@lru_cache(maxsize=256)
def half_normal_rule(finest: float = 1.0, widest: float = 0.5) -> tuple[Array, Array]:
    """Return nodes and weights of an integral against the law of ``|Z|``, Z standard normal.

    Parameters
    ----------
    finest : float > 0
        Smallest scale on which the integrand varies near zero. Gauss-Legendre panels double in
        width from there on, which resolves a singularity at any complex point at that distance.
    widest : float > 0
        Largest width of a panel; 2 is enough for polynomials.

    Returns
    -------
    nodes, weights : ndarray, shape (k,)
        Read-only. The weights sum to 1 up to rounding.
    """
    edges = [0.0]
    width = min(float(finest), widest)
    while edges[-1] < _FAR:
        edges.append(edges[-1] + width)
        width = min(edges[-1], widest)
    low, high = np.array(edges[:-1])[:, None], np.array(edges[1:])[:, None]
    nodes = (0.5 * (high - low) * (_NODES + 1) + low).ravel()
    weights = (0.5 * (high - low) * _WEIGHTS).ravel()
    weights = weights * np.sqrt(2 / np.pi) * np.exp(-0.5 * nodes * nodes)
    nodes.flags.writeable = weights.flags.writeable = False
    return nodes, weights


def robust_risk_by_quadrature(
    theta: ArrayLike,
    theta_0: ArrayLike,
    covariance: ArrayLike,
    sigma: float,
    radius: float,
    *,
    attack: Attack = "l2",
    smoothing: float = 0.0,
) -> Array:
    """Return the mean squared loss under the worst, or the smoothed worst, perturbation.

    Parameters
    ----------
    theta : array_like, shape (..., d)
        Coefficients at which to evaluate.
    theta_0 : array_like, shape (d,)
        True coefficients.
    covariance : array_like, shape (d, d)
        Covariance of the inputs.
    sigma : float >= 0
        Standard deviation of the noise.
    radius : float >= 0
        Largest size of a perturbation of an input.
    attack : {"l2", "linf"}
        Norm in which perturbations are bounded.
    smoothing : float >= 0
        The surrogate attack's constant, in units of a squared response (Xing, Song and Cheng,
        AISTATS 2021, Sections 2 and 4). With ``g`` the gradient of the loss in the input, the
        worst perturbation is multiplied by ``|g| / sqrt(|g|^2 + smoothing^2)`` for the Euclidean
        attack, and its coordinate i by ``|g_i| / (|g_i| + smoothing)`` for the other.

    Returns
    -------
    ndarray, shape (...)
        Accurate to about 1e-13 relative. With "linf" and smoothing, memory is some hundred times
        that of ``theta``.

    Raises
    ------
    ValueError
        If shapes do not match or a value is outside its domain.
    """
    theta, theta_0, covariance = _checked(theta, theta_0, covariance, sigma, radius, attack)
    if not 0 <= smoothing < np.inf:
        raise ValueError(f"smoothing must be finite and at least 0; got {smoothing}")
    away = theta - theta_0
    spread = np.sqrt(np.einsum("...i,ij,...j->...", away, covariance, away) + sigma**2)
    if not smoothing:
        return attacked_risks(theta, spread, radius, attack)
    flat_theta, flat_spread = theta.reshape(-1, theta.shape[-1]), spread.ravel()
    risk = np.empty(flat_spread.size)
    for k, (one, scale) in enumerate(zip(flat_theta, flat_spread, strict=True)):
        risk[k] = _attacked_risk(one, float(scale), radius, attack, smoothing)
    return risk.reshape(spread.shape)


def attacked_risks(
    theta: Array, spread: ArrayLike, radius: ArrayLike, attack: Attack = "l2"
) -> Array:
    """Integrate the attacked loss, without smoothing, for residuals of these root mean squares.

    Parameters
    ----------
    theta : (..., d) array
        Coefficients, of as many models as one likes.
    spread, radius : scalars or (...)
        Root mean square of the residual, and largest size of a perturbation.

    Returns
    -------
    (...) array
    """
    nodes, weights = half_normal_rule(widest=2.0)
    if attack == "l2":
        size = np.sqrt(np.square(theta).sum(axis=-1, keepdims=True))
        way = np.divide(theta, size, out=np.zeros_like(theta), where=size > 0)
    else:
        way = np.sign(theta)
    shift = (np.asarray(radius) * (way * theta).sum(axis=-1)).ravel()
    scale = np.broadcast_to(spread, theta.shape[:-1]).ravel()
    risk = np.empty(scale.size)
    for start in range(0, scale.size, _TOGETHER):
        part = slice(start, start + _TOGETHER)
        risk[part] = (scale[part, None] * nodes + shift[part, None]) ** 2 @ weights
    return risk.reshape(theta.shape[:-1])


def _attacked_risk(
    theta: Array, spread: float, radius: float, attack: Attack, smoothing: float
) -> float:
    """Integrate the smoothly attacked loss over the residual; by symmetry over positive ones."""
    size = float(np.sqrt(theta @ theta))
    scales = np.abs(theta[theta != 0]) if attack == "linf" else np.array([size])
    finest = 1.0
    if spread and scales.size and scales.max() > 0:
        finest = max(smoothing / (2 * spread * float(scales.max())), 1e-300)
    nodes, weights = half_normal_rule(finest)
    residual = spread * nodes
    if attack == "l2":
        perturbation = radius * theta / size if size else np.zeros_like(theta)
        gradient = 2 * residual * size
        shift = (perturbation @ theta) * gradient / np.hypot(gradient, smoothing)
    else:
        perturbation = radius * np.sign(theta)
        gradient = 2 * residual[:, None] * np.abs(theta)
        shift = (gradient / (gradient + smoothing) * perturbation) @ theta
    return float(weights @ (residual + shift) ** 2)


@dataclass(frozen=True)
class RiskMinimum:
    """A minimiser of the population adversarial risk, found by convex optimisation.

    Attributes
    ----------
    theta : ndarray, shape (d,)
        The coefficients.
    risk : float
        The risk there.
    error : float
        Bound of the distance to the minimiser, ``|theta - theta*|`` in the norm of the covariance,
        from strong convexity and a subgradient. The risk is above its minimum by less than the
        square of it.
    """

    theta: Array
    risk: float
    error: float


def minimise_risk(
    theta_0: ArrayLike,
    covariance: ArrayLike,
    sigma: float,
    radius: float,
    *,
    attack: Attack = "l2",
) -> RiskMinimum:
    """Minimise the population adversarial risk by Newton's method on its smooth pieces.

    Nothing is assumed about the form of the solution. The risk is a convex increasing function of
    the residual's root mean square and of the norm of theta, whose coefficients come from
    quadrature. Kinks (zero coefficients, and ``theta_0`` without noise) are handled by the
    subgradient conditions.

    Parameters
    ----------
    theta_0, covariance, sigma, radius, attack
        As in :func:`robust_risk_by_quadrature`; the covariance must be positive definite.

    Returns
    -------
    RiskMinimum

    Raises
    ------
    ValueError
        If shapes do not match or a value is outside its domain.
    RuntimeError
        If Newton's method does not converge (not observed).
    """
    theta_0, _, covariance = _checked(theta_0, theta_0, covariance, sigma, radius, attack)
    if theta_0.ndim != 1:
        raise ValueError(f"theta_0 must be (d,); got {theta_0.shape}")
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        raise ValueError("covariance must be positive definite") from None
    nodes, weights = half_normal_rule()
    first, second = float(weights @ nodes), float(weights @ nodes**2)
    problem = SpreadAndNorm(
        theta_0, covariance, root, float(sigma), float(radius), attack == "l2", first, second
    )
    theta = problem.minimise()
    risk = float(
        robust_risk_by_quadrature(theta, theta_0, covariance, sigma, radius, attack=attack)
    )
    return RiskMinimum(theta, risk, problem.distance(theta))


def minimise_risks(
    theta_0: Array, covariance: Array, sigma: Array, radius: Array
) -> tuple[Array, Array]:
    """Minimise the risk of n models under Euclidean attacks, as `minimise_risk` does one by one.

    Parameters
    ----------
    theta_0, covariance : (n, d) and (n, d, d) arrays
    sigma, radius : (n,) arrays

    Returns
    -------
    theta, risk : (n, d) and (n,) arrays
    """
    nodes, weights = half_normal_rule()
    moments = float(weights @ nodes), float(weights @ nodes**2)
    theta = SpreadsAndNorms(theta_0, covariance, sigma, radius, *moments).minimise()
    away = theta - theta_0
    spread = np.sqrt(np.einsum("ni,nij,nj->n", away, covariance, away) + sigma**2)
    return theta, attacked_risks(theta, spread, radius)


def _checked(
    theta: ArrayLike,
    theta_0: ArrayLike,
    covariance: ArrayLike,
    sigma: float,
    radius: float,
    attack: str,
) -> tuple[Array, Array, Array]:
    theta, theta_0, covariance = (np.asarray(v, dtype=float) for v in (theta, theta_0, covariance))
    d = theta_0.shape[-1] if theta_0.ndim else 0
    if theta.shape[-1:] != (d,) or covariance.shape != (d, d) or d == 0:
        raise ValueError(
            "theta must be (..., d), theta_0 (d,) and covariance (d, d); got "
            f"{theta.shape}, {theta_0.shape} and {covariance.shape}"
        )
    if not all(np.isfinite(v).all() for v in (theta, theta_0, covariance)):
        raise ValueError("theta, theta_0 and covariance must be finite; got infinities or NaNs")
    for name, value in (("sigma", sigma), ("radius", radius)):
        if not 0 <= value < np.inf:
            raise ValueError(f"{name} must be finite and at least 0; got {value}")
    if attack not in ("l2", "linf"):
        raise ValueError(f'attack must be "l2" or "linf"; got {attack!r}')
    return theta, theta_0, covariance
