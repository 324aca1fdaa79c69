"""The linear models on which the checks of the paper run, as cells of a grid."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.linear_data import LinearModel
from verify.grid import Cell

ROTATION = np.linalg.qr(np.random.default_rng(1).standard_normal((3, 3)))[0]


def nested(array: np.ndarray) -> tuple:
    """Return an array as nested tuples, which a cell can hold and JSON can say."""
    if array.ndim == 0:
        return array.item()
    return tuple(nested(part) for part in array)


def _cell(
    theta: np.ndarray, theta_0: np.ndarray, covariance: np.ndarray, sigma: float, epsilon: float
) -> dict[str, Any]:
    return {
        "d": len(theta_0), "epsilon": epsilon, "sigma": sigma, "theta": nested(theta),
        "theta_0": nested(theta_0), "Sigma": nested(np.round(covariance, 6)),
    }


def anisotropic_cells() -> list[dict[str, Any]]:
    """Six models of dimension 1 to 3, with covariances far from the identity.

    No coefficient vector is flat, so that the norms differ; one model has no noise; one attack is
    weak, one far beyond the null radius.
    """
    skew = ROTATION @ np.diag([3.0, 0.8, 0.2]) @ ROTATION.T
    plane = np.array([[2.0, 0.9], [0.9, 0.7]])
    return [
        _cell(np.array([0.7]), np.array([1.0]), np.eye(1), 1.0, 0.5),
        _cell(np.array([0.4, -0.9]), np.array([1.0, 0.3]), plane, 0.5, 1.0),
        _cell(np.array([1.5, 0.2]), np.array([0.6, -0.4]), plane, 0.0, 0.8),
        _cell(np.array([0.3, -1.1, 0.5]), np.array([1.0, 1.0, 1.0]), skew, 1.0, 0.2),
        _cell(np.array([-0.8, 0.1, 1.4]), np.array([0.2, 1.5, -0.7]), skew, 2.0, 1.0),
        _cell(np.array([1.0, 0.5, -0.25]), np.array([0.9, 0.4, -0.1]), skew, 0.3, 3.0),
    ]


def model_of(cell: Cell) -> LinearModel:
    """Return the linear model of a cell."""
    return LinearModel(
        np.array(cell["theta_0"]), np.array(cell["Sigma"]), float(cell["sigma"])
    )
