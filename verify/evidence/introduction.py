"""What a worker says of itself before it is given anything; quick to import, wherever it runs."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from functools import cache
from pathlib import Path

LIBRARIES = ("numpy", "scipy", "sympy", "python-flint")
"""Replicates depend on them."""

_PACKAGES = ("bounds", "sim", "verify")


@cache
def package_code() -> str:
    """Return a fingerprint of the code of this package, as it is installed here."""
    root = Path(__file__).parents[2]
    hash_ = hashlib.sha256()
    for name in _PACKAGES:
        for file in sorted((root / name).rglob("*.py")):
            hash_.update(repr((str(file.relative_to(root)), file.read_bytes())).encode())
    return hash_.hexdigest()


def introduce() -> dict[str, str]:
    """Return the versions of what replicates depend on; empty for what is not installed."""
    found = {"Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = ""
    return {**found, "theorycheck": package_code()}
