"""How a run is done."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from verify.catalogue.budgets import BUDGETS, Budget
from verify.errors import UserError
from verify.evidence.parts import Part

DEFAULT_STORE = ".verify"
LARGEST_SEED = 2**62


@dataclass(frozen=True)
class Settings:
    """How a run is done; of it only ``seed``, ``alpha``, ``overrides`` and how far it
    goes (``budget``, ``replicates``, ``settle``, ``as_far``) change a verdict.

    Attributes
    ----------
    budget : {"quick", "full"}
    alpha : float
        Family-wise error of the report.
    seed : int
        Root of every random generator.
    jobs : int, optional
        Processes; one per core by default.
    backend : {"loky", "dask"}
    scheduler : str, optional
        Address of the Dask scheduler; without one the environment says it, or a cluster is started
        on this machine.
    store, fresh :
        Folder of the stored replicates, and whether to begin anew.
    overrides : mapping
        Parameters of the grid to change, by name.
    confirm : bool
        Whether measured verdicts are confirmed on a fresh seed whatever that costs.
    task_seconds : float, optional
        After so many seconds a task, some blocks of a simulation, counts as failed.
    replicates : int, optional
        Go to so many replicates per cell, in place of what the budget pays for.
    settle : float, optional
        Go on until every claim is decided, or until so many seconds are over.
    part : Part, optional
        Draw only that part of the blocks, and judge nothing.
    memory : float, optional
        Bytes that the run may use; what there is by default.
    as_far : mapping from id to int
        Go to so many replicates per cell for a claim, as a run did that left it open how far.

    Raises
    ------
    UserError
        If a value is out of range.
    """

    budget: Budget = "quick"
    alpha: float = 0.01
    seed: int = 0
    jobs: int | None = None
    backend: str = "loky"
    store: str | Path = DEFAULT_STORE
    fresh: bool = False
    overrides: Mapping[str, Any] = field(default_factory=dict)
    confirm: bool = False
    task_seconds: float | None = None
    replicates: int | None = None
    settle: float | None = None
    part: Part | None = None
    scheduler: str | None = None
    memory: float | None = None
    as_far: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.budget not in BUDGETS:
            raise UserError(f"The budget is quick or full, not {self.budget!r}.")
        if self.backend not in ("loky", "dask"):
            raise UserError(f"The backend is loky or dask, not {self.backend!r}.")
        if self.scheduler is not None and self.backend != "dask":
            raise UserError("A scheduler is for the backend dask; name that too (--backend dask).")
        if self.memory is not None and not 0 < self.memory < math.inf:
            raise UserError(f"The memory of a run is above 0 bytes, not {self.memory}.")
        if self.jobs is not None and self.jobs < 1:
            raise UserError(f"The number of jobs is at least 1, not {self.jobs}.")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise UserError(
                f"The seed is a whole number from 0 to {LARGEST_SEED}, not {self.seed}."
            )
        if not 0 < self.alpha < 1:
            raise UserError(f"alpha is a probability between 0 and 1, not {self.alpha}.")
        if self.task_seconds is not None and not 0 < self.task_seconds < math.inf:
            raise UserError(f"The seconds of a task are above 0, not {self.task_seconds}.")
        if self.replicates is not None and self.replicates < 1:
            raise UserError(f"The number of replicates is at least 1, not {self.replicates}.")
        if self.settle is not None and not 0 < self.settle < math.inf:
            raise UserError(f"The time to settle a claim is above 0 s, not {self.settle}.")
        if self.settle is not None and self.replicates is not None:
            raise UserError("Settle a claim, or go to a number of replicates; not both.")

        if self.part is not None and (self.settle is not None or self.confirm):
            what = "settled" if self.settle is not None else "confirmed"
            raise UserError(f"A part of a run judges nothing, so that nothing can be {what}.")

    def replicates_of(self, claims: Iterable[str]) -> int | None:
        """Return the replicates per cell that are wanted for claims, if no budget says it."""
        return (
            self.replicates or max((self.as_far.get(one, 0) for one in claims), default=0) or None
        )

    def of_claim(self, claim: str) -> Settings:
        """Return how a run of that claim alone is done."""
        return replace(self, replicates=self.replicates_of([claim]), settle=None, as_far={})

    @property
    def reach(self) -> list[str]:
        """How far it goes, as on a command line."""
        if self.replicates is not None:
            return ["--replicates", str(self.replicates)]
        return ["--settle"] if self.settle or self.as_far else ["--budget", self.budget]

    @property
    def in_store(self) -> list[str]:
        """Where the replicates are, as on a command line."""
        return [] if str(self.store) == DEFAULT_STORE else ["--store", str(self.store)]

    @property
    def options(self) -> list[str]:
        """What a command line needs to go on with this run, apart from how far it goes."""
        parts = self.in_store
        parts += [] if self.seed == 0 else ["--seed", str(self.seed)]
        parts += [] if self.alpha == 0.01 else ["--alpha", str(self.alpha)]
        for name, value in self.overrides.items():
            parts += ["--set", f"{name}={value}"]
        return parts
