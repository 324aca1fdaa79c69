"""Other distributions that bring theorems and checks."""

from __future__ import annotations

import importlib.metadata

ENTRY_POINTS = "theorycheck.theorems"
"""Entry-point group under which other distributions name modules with theorems and checks."""


def installed() -> tuple[importlib.metadata.EntryPoint, ...]:
    """Return the modules that are named under the group, not loaded."""
    return tuple(importlib.metadata.entry_points(group=ENTRY_POINTS))
