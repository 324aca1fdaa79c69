"""What tests of theorems of one's own need: a file of theirs as a module, and the strategies."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from verify.catalogue import files
from verify.probing.strategies import covariances, parameters, vectors

__all__ = ["covariances", "parameters", "read", "vectors"]


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
