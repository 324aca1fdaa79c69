"""What tests of theorems need: claims as properties, files as modules, and the strategies."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from verify.catalogue import files
from verify.probing.arrays import covariances, vectors
from verify.probing.properties import ClaimBroken, claim, claimed
from verify.probing.strategies import parameters

__all__ = [
    "ClaimBroken", "claim", "claimed", "covariances", "parameters", "read", "vectors",
]  # fmt: skip


def read(path: str | Path) -> ModuleType:
    """Return a file with theorems as a module, whatever the file is called.

    Its names are attributes, ``read("mine/theorem-1.py").theorem``; a check, called as
    ``simulate(rng, cell, n)``, runs its simulation.

    Raises
    ------
    UserError
        If there is no such file, or it cannot be run.
    """
    return files.read(Path(path).resolve()).module
