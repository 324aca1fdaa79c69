"""The linear models on which the checks of the paper run, as cells of a grid."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.linear.data import LinearModel
from verify.catalogue import Cell

ROTATION = np.linalg.qr(np.random.default_rng(1).standard_normal((3, 3)))[0]


def nested(array: np.ndarray) -> tuple:
    """Return an array as nested tuples, which a cell can hold and JSON can say."""
    if array.ndim == 0:
        return array.item()
    return tuple(nested(part) for part in array)


def anisotropic_cells() -> list[dict[str, Any]]:
    """Three models with covariances far from the identity, under attacks from weak to crushing.

    No coefficient vector is flat, so that the norms differ; one model has no noise.
    """
    skew = ROTATION @ np.diag([3.0, 0.8, 0.2]) @ ROTATION.T
    plane = np.array([[2.0, 0.9], [0.9, 0.7]])
    models = (
        ("d = 2, weak noise", (0.4, -0.9), (1.0, 0.3), plane, 0.5),
        ("d = 2, no noise", (1.5, 0.2), (0.6, -0.4), plane, 0.0),
        ("d = 3, strong noise", (-0.8, 0.1, 1.4), (0.2, 1.5, -0.7), skew, 2.0),
    )
    return [
        {"case": case, "d": len(theta_0), "epsilon": epsilon, "sigma": sigma}
        | {"theta": theta, "theta_0": theta_0, "Sigma": nested(np.round(covariance, 6))}
        for case, theta, theta_0, covariance, sigma in models
        for epsilon in (0.2, 0.6, 1.2, 2.0)
    ]


def model_of(cell: Cell) -> LinearModel:
    """Return the linear model of a cell."""
    return LinearModel(np.array(cell["theta_0"]), np.array(cell["Sigma"]), float(cell["sigma"]))
