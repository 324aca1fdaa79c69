"""Objective and certificate of adversarial least squares, from the data alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from sim.regression._problem import Attack, Problem, Vector

# An objective below this share of the mean squared response counts as zero (interpolation without
# an attack): what is left of it is rounding.
NOTHING = 1e-20


@dataclass(frozen=True)
class Certificate:
    """What a pair of a primal and a dual point proves.

    Attributes
    ----------
    objective : float
        Value of the primal point: an upper bound of the minimum.
    lower_bound : float
        What the dual point proves that the minimum is not below.
    gap : float
        Their difference relative to the objective (or to 1e-20 of the mean squared response if
        the objective is smaller still); at rounding level it may be slightly negative.
    """

    objective: float
    lower_bound: float
    gap: float


def check_settings(radius: float, attack: str, penalty: float) -> None:
    """Raise if a setting is outside its range."""
    if attack not in ("l2", "linf"):
        raise ValueError(f'attack must be "l2" or "linf"; got {attack!r}')
    for name, value in (("radius", radius), ("penalty", penalty)):
        if not 0 <= value < np.inf:
            raise ValueError(f"{name} must be finite and at least 0; got {value}")


def posed(x: ArrayLike, y: ArrayLike, radius: float, attack: Attack, penalty: float) -> Problem:
    """Return the problem in sum form, or raise and say what is wrong with it."""
    check_settings(radius, attack, penalty)
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 2 or y.shape != x.shape[:1] or x.size == 0:
        raise ValueError(
            f"x must be (n, d) and y (n,) with n and d at least 1; got {x.shape} and {y.shape}"
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("x and y must be finite; got infinities or NaNs")
    return Problem(x, y, float(radius), attack, 0.5 * x.shape[0] * penalty)


def objective(
    theta: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    radius: float,
    *,
    attack: Attack = "l2",
    penalty: float = 0.0,
) -> NDArray[np.float64]:
    """Return the mean worst-case squared loss plus the penalty.

    Parameters
    ----------
    theta : array_like, shape (..., d)
    x : array_like, shape (..., n, d)
    y : array_like, shape (..., n)
    radius : float >= 0
        Largest size of a perturbation of an input.
    attack : {"l2", "linf"}
        Norm in which perturbations are bounded.
    penalty : float >= 0
        Factor of the sum of the absolute coefficients.

    Returns
    -------
    ndarray, shape (...)
    """
    check_settings(radius, attack, penalty)
    theta, x, y = (np.asarray(v, dtype=float) for v in (theta, x, y))
    total = np.abs(theta).sum(axis=-1)
    size = np.sqrt((theta * theta).sum(axis=-1)) if attack == "l2" else total
    residual = y - (x @ theta[..., None])[..., 0]
    return np.mean((np.abs(residual) + radius * size[..., None]) ** 2, axis=-1) + penalty * total


def certified_gap(
    theta: ArrayLike,
    dual: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    radius: float,
    *,
    attack: Attack = "l2",
    penalty: float = 0.0,
    slack: ArrayLike | None = None,
) -> Certificate:
    """Say, from the data alone, how far ``theta`` can be from the minimum.

    Parameters
    ----------
    theta : array_like, shape (d,)
        Any coefficients; their objective is an upper bound of the minimum.
    dual : array_like, shape (n,)
        Any vector; near the optimum ``(|r_i| + radius |theta|_q) sign(r_i)`` where ``r_i != 0``.
    x, y : array_like, shapes (n, d) and (n,)
        The data.
    radius, attack, penalty
        As in :func:`objective`.
    slack : array_like, shape (n,), optional
        The dual's second part. Without it the best one is computed, and every ``dual`` yields a
        valid bound (without an attack, after it has been shrunk or projected until it does). With
        it the pair is taken as it stands, and refused unless it is feasible.

    Returns
    -------
    Certificate

    Raises
    ------
    ValueError
        If shapes do not match, a value is not finite, or ``slack`` is not feasible.

    Notes
    -----
    In the sum form (n/2 times the objective) weak duality gives the bound
    ``dual.y - |slack|^2 / 2`` whenever ``slack >= |dual|`` and ``x^T dual`` is the sum of a vector
    of dual norm at most ``radius * sum(slack)`` and one of entries at most ``n * penalty / 2``.
    """
    problem = posed(x, y, radius, attack, penalty)
    n, d = problem.x.shape
    theta, dual = np.asarray(theta, dtype=float), np.asarray(dual, dtype=float)
    if theta.shape != (d,) or dual.shape != (n,):
        raise ValueError(
            f"a certificate for {n} samples in {d} dimensions needs theta of shape ({d},) and dual "
            f"of shape ({n},); got {theta.shape} and {dual.shape}"
        )
    if not (np.isfinite(theta).all() and np.isfinite(dual).all()):
        raise ValueError("a certificate needs finite theta and dual; got infinities or NaNs")
    if slack is not None:
        lower = _bound_as_given(problem, dual, np.asarray(slack, dtype=float))
    elif radius == 0 and penalty == 0:
        # Only duals orthogonal to the columns are feasible, and they see of y only what is
        # orthogonal too: projecting both squares what rounding leaves of a fit that is exact.
        both = np.stack([dual, problem.y], axis=1)
        along, rest = (both - problem.x @ scipy.linalg.lstsq(problem.x, both)[0]).T
        lower = float(along @ rest - 0.5 * along @ along)
    else:
        lower, _ = problem.bound(dual, problem.x.T @ dual)
    upper = problem.value(theta, problem.y - problem.x @ theta)
    upper, lower = 2 / n * upper, 2 / n * max(lower, 0.0)
    floor = max(upper, NOTHING * float(np.mean(problem.y**2)))
    return Certificate(upper, lower, (upper - lower) / floor if floor > 0 else 0.0)


def _bound_as_given(problem: Problem, dual: Vector, slack: Vector) -> float:
    if slack.shape != dual.shape or not np.isfinite(slack).all():
        raise ValueError(f"slack must be finite and of shape {dual.shape}; got shape {slack.shape}")
    short = float((np.abs(dual) - slack).max())
    if short > 0:
        raise ValueError(
            "the dual pair is not feasible: slack must be at least |dual| in every entry, and "
            f"misses it by up to {short:.2e}; without slack the best one is computed"
        )
    needed, given = problem.excess(problem.x.T @ dual), problem.radius * float(slack.sum())
    if needed > given:
        raise ValueError(
            f"the dual pair is not feasible: x^T dual needs radius * sum(slack) >= {needed:.17g}, "
            f"which is {given:.17g}; without slack the best one is computed"
        )
    return float(dual @ problem.y - 0.5 * slack @ slack)
