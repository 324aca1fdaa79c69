"""What can be checked: simulations bound to claims, their grids, and where to find them."""

from __future__ import annotations

from verify.catalogue.budgets import Budget
from verify.catalogue.check import Check, Observables, Simulation, check
from verify.catalogue.grid import Cell, Path, product
from verify.catalogue.saboteurs import Times

__all__ = [
    "Budget",
    "Cell",
    "Check",
    "Observables",
    "Path",
    "Simulation",
    "Times",
    "check",
    "product",
]
