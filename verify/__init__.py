"""Compares what papers say with what happens, and returns verdicts that can be trusted.

>>> from verify import run
>>> report = run("xing2021/equation-5")  # doctest: +SKIP
>>> report.verdicts  # doctest: +SKIP

A verdict is `holds`, `broken` or `undecided` at a controlled error level (or `not applicable`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verify.catalogue.check import Check, check
    from verify.catalogue.grid import Path, product
    from verify.evidence.merging import merge
    from verify.judging.verdict import Verdict
    from verify.loading import load
    from verify.report import Report
    from verify.runner import run

# Imported on first use, so that `verify --help` does not wait for sympy and scipy.
_HOME = {
    "run": "verify.runner",
    "load": "verify.loading",
    "merge": "verify.evidence.merging",
    "check": "verify.catalogue.check",
    "Check": "verify.catalogue.check",
    "Path": "verify.catalogue.grid",
    "product": "verify.catalogue.grid",
    "Report": "verify.report",
    "Verdict": "verify.judging.verdict",
}

__all__ = ["Check", "Path", "Report", "Verdict", "check", "load", "merge", "product", "run"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'verify' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
