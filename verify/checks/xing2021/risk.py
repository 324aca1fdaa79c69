"""Checks of the closed forms of the robust risk and of its minimisers."""

from __future__ import annotations

import numpy as np

from bounds.xing2021.risk import equation_5, equation_9
from sim import linear_attack
from verify.binding import Observables, check
from verify.checks.xing2021.models import anisotropic_cells, model_of
from verify.grid import Cell


def _points(
    rng: np.random.Generator, cell: Cell, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return theta, and n independent points as a data set: (d,), (n, d), (n,)."""
    x, y = model_of(cell).sample(rng, 1, n)
    return np.array(cell["theta"]), x[0], y[0]


@check(
    [equation_5["risk"], equation_9["risk"]],
    id="xing2021/attacked-loss",
    cells=anisotropic_cells(),
    seconds_per_replicate=4e-7,
    block=256,
    first=1024,
)
def attacked_loss(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one point, attacked explicitly with the worst perturbation of each norm."""
    theta, x, y = _points(rng, cell, n)
    radius = cell["epsilon"]
    l2 = x + linear_attack.worst_case(theta, x, y, radius, "l2")
    linf = x + linear_attack.worst_case(theta, x, y, radius, "linf")
    return {
        "attacked_loss": linear_attack.squared_loss(theta, l2, y),
        "attacked_loss_linf": linear_attack.squared_loss(theta, linf, y),
    }


@check(
    [equation_5["worst-case"], equation_9["worst-case"]],
    id="xing2021/ascended-loss",
    cells=anisotropic_cells(),
    seconds_per_replicate=4e-5,
    block=512,
    first=2048,
    full=8,
    quick=8,
)
def ascended_loss(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one point, attacked by projected ascent that knows no closed form."""
    theta, x, y = _points(rng, cell, n)
    radius = cell["epsilon"]
    found = {
        norm: linear_attack.projected_ascent(theta, x, y, radius, norm, rng=rng)
        for norm in ("l2", "linf")
    }
    return {
        "r": linear_attack.residual(theta, x, y),
        "ascended_loss": linear_attack.squared_loss(theta, x + found["l2"], y),
        "ascended_loss_linf": linear_attack.squared_loss(theta, x + found["linf"], y),
    }
