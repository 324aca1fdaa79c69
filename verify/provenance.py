"""What a result depends on besides its seed: versions, the platform, and files of one's own."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from pathlib import Path

import flint
import numpy as np
import scipy
import sympy


def versions() -> dict[str, str]:
    """Return the versions that a result may depend on."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "sympy": sympy.__version__,
        "python-flint": flint.__version__,
    }


def machine() -> dict[str, str]:
    """Return what kind of machine this is."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "python": platform.python_implementation() + " " + platform.python_version(),
    }


def fingerprints(files: Iterable[str]) -> tuple[dict[str, str], ...]:
    """Return name and hash of files, by names that say nothing of this machine."""
    return tuple(
        {"name": _name(Path(file)), "hash": hashlib.sha256(Path(file).read_bytes()).hexdigest()}
        for file in files
    )


def _name(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else path.name
