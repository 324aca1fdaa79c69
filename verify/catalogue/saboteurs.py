"""Saboteurs that simulate what a check simulates, at other parameters than its cell says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

Simulation = Callable[..., Any]


class Times:
    """A saboteur for which some parameters of every cell are multiplied: ``Times(epsilon=0)``.

    The claims still speak of the cell. Where a simulation divides by the parameter, a millionth of
    it is as good as none.
    """

    def __init__(self, **factors: float) -> None:
        self.factors = factors

    def of(self, simulate: Simulation) -> Simulation:
        """Return the simulation at the other parameters."""
        return partial(_elsewhere, simulate, self.factors)


def _elsewhere(
    simulate: Simulation,
    factors: Mapping[str, float],
    rng: np.random.Generator,
    cell: Mapping[str, Any],
    n: int,
) -> Any:
    return simulate(rng, {**cell, **{name: k * cell[name] for name, k in factors.items()}}, n)


def as_simulations(
    saboteurs: Mapping[str, Simulation | Times], simulate: Simulation
) -> dict[str, Simulation]:
    """Return the saboteurs of a simulation by their words."""
    return {
        words: one.of(simulate) if isinstance(one, Times) else one
        for words, one in saboteurs.items()
    }
