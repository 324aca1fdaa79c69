"""Where evidence is: what plots, mutants and explanations of a report ask."""

from __future__ import annotations

from dataclasses import dataclass

from verify.catalogue.registry import Registry
from verify.evidence.settings import Settings


@dataclass(frozen=True)
class Context:
    """Where the evidence behind a report is: what was registered, and how the run was done."""

    registry: Registry
    settings: Settings
