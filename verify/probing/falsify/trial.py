"""A point on trial: replicates there, how far they are from what is claimed, what else fails."""

from __future__ import annotations

import contextlib
import math
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path as File
from typing import Any

import numpy as np

from bounds import ClaimOf
from verify.catalogue.alarm import alarm
from verify.catalogue.check import Array, Check, simulate_block
from verify.catalogue.contained import contained
from verify.catalogue.files import at_home
from verify.catalogue.kinds import is_exact, kind_of
from verify.evidence.blocks import join
from verify.evidence.sample import Sample, positions_of
from verify.judging import rules
from verify.judging.judgement import Judgement
from verify.judging.ledger import Ledger

CLEAR = 1e-6
"""Relative to the scale, what an exact claim must be violated by: a simulation computes in doubles,
and away from the cells of its check nobody has seen how well."""

TOLERANCES = 10.0
"""So many tolerances of the claim itself, if that is more."""

APART = 0.5
"""Sides of which one is this much smaller than the other differ clearly, whatever the scale."""

BYTES = 2e9
"""Memory that a simulation may ask for."""

LAST_LOOK = 0


class Trial:
    """Replicates of a check at a point, drawn from a seed as a run would draw them.

    Parameters
    ----------
    check : Check
        At the point (see `Space.grid`).
    item : ClaimOf
    seed : int
    """

    def __init__(self, check: Check, item: ClaimOf, seed: int) -> None:
        self.check, self.item, self.seed = check, item, seed
        self._blocks: dict[int, list[dict[str, Array]]] = {}
        self.n = 0

    def draw(self, n: int, limit: float) -> bool:
        """Draw so many replicates per cell, in so many CPU seconds; say whether it worked."""
        blocks = -(-n // self.check.block)
        try:
            with at_home(self.check.source), confined(limit):
                for position, cell in enumerate(self.check.cells):
                    have = self._blocks.setdefault(position, [])
                    while len(have) < blocks:
                        have.append(simulate_block(self.check, self.seed, cell, len(have)))
        except Exception:  # a point at which the simulation fails says nothing
            return False
        self.n = n
        return True

    def judge(self, item: ClaimOf | None = None) -> Judgement | None:
        """Judge the claim, or another one of the check; ``None`` if that cannot be done here."""
        item = item or self.item
        try:
            positions = positions_of(self.check, item)
            if not positions:
                return None
            made = {position: join(blocks) for position, blocks in self._blocks.items()}
            with np.errstate(all="ignore"):
                sample: Sample[Any] = Sample.of(self.check, item, made, self.n, positions)
                return rules.judge(sample, LAST_LOOK, Ledger())
        except Exception:  # expressions that have no value here
            return None

    def violates(self) -> Judgement | None:
        """Return the judgement, if the claim is broken here, and clearly so."""
        judgement = self.judge()
        return judgement if judgement is not None and is_clear(self.item, judgement) else None

    def contradicted(self, others: Sequence[ClaimOf]) -> str:
        """Say which claim that is expected to hold is broken here too, or nothing.

        Then it is the point, and not the claim, that is out of order: a parameter that is tied to
        others, or values at which the simulation is not good for anything.
        """
        for other in others:
            if other.id == self.item.id or other.claim.expected != "holds":
                continue
            judgement = self.judge(other)
            if judgement is not None and is_clear(other, judgement):
                return other.id
        return ""


def is_clear(item: ClaimOf, judgement: Judgement) -> bool:
    """Whether a claim is broken, and by more than numerical errors could account for."""
    if judgement.verdict != "broken":
        return False
    if not is_exact(item.claim) or kind_of(item.claim).needs_path:
        return True
    tolerance = float(getattr(item.claim, "tolerance", None) or 0.0)
    if judgement.observed <= TOLERANCES * tolerance:
        return False
    sides = [abs(judgement.values.get(name, 0.0)) for name in ("observed", "predicted")]
    return judgement.observed > CLEAR or min(sides) < APART * max(sides)


def excess(item: ClaimOf, judgement: Judgement | None) -> float:
    """Return by how much a claim is violated, on the scale on which it is judged.

    Negative where it is not; minus infinity where nothing is known.
    """
    if judgement is None or judgement.reason == "error":
        return -math.inf
    observed, predicted = judgement.observed, judgement.predicted
    claim, kind = item.claim, kind_of(item.claim)
    found = observed - predicted
    if kind.of_events:
        found *= claim.direction
        found /= math.sqrt(max(predicted * (1 - predicted), 0.0) + 1e-3)
    elif kind.violated == "below":
        found = -found
    elif kind.violated == "either" and not (kind.equates and is_exact(claim)):
        found = abs(found)
    return float(found) if math.isfinite(found) else -math.inf


class _OutOfTime(BaseException):
    """The CPU time of a simulation is over; no `Exception`, which the simulation may catch."""


@contextlib.contextmanager
def confined(seconds: float) -> Iterator[None]:
    """Run code of a check for so many CPU seconds, in so much memory, without warnings.

    Raises
    ------
    SimulationFailed, MemoryError
        If that does not suffice.
    """
    with (
        contained(),
        np.errstate(all="ignore"),
        warnings.catch_warnings(action="ignore"),
        alarm(seconds, _OutOfTime, "cpu"),
        _memory(BYTES),
    ):
        yield


@contextlib.contextmanager
def _memory(most: float) -> Iterator[None]:
    """Let an array that is too large be an error, and not the end of the process."""
    status = File("/proc/self/statm")
    if sys.platform != "linux" or not status.exists():
        yield
        return
    import resource

    now = int(status.read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = now + int(most)
    if soft != resource.RLIM_INFINITY:
        wanted = min(wanted, soft)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
