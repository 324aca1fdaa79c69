"""An implementation of somebody's, held against a claim at point after point."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import numpy as np
from hypothesis.strategies import SearchStrategy

from bounds import ClaimOf, MissingValue, Theorem, evaluate
from verify.catalogue.check import Simulation, check, simulate_block
from verify.catalogue.grid import digest, shown
from verify.catalogue.kinds import is_exact, kind_of
from verify.errors import UserError
from verify.evidence.sample import Sample
from verify.judging import rules
from verify.judging.judgement import Judgement
from verify.judging.ledger import Ledger
from verify.probing.failure import ClaimBroken, replay_here
from verify.probing.falsify.trial import excess, is_clear

SHRINKING = 20.0
"""Seconds after the first failure in which simpler points are looked for."""


@dataclass(frozen=True)
class _OneLook(Ledger):
    """A single look that spends all of alpha."""

    @property
    def error(self) -> float:
        """What the claim may spend."""
        return self.alpha

    def level(self, look: int) -> float:
        """What it spends at a look."""
        return self.alpha


class _Named(dict[str, Any]):
    """A cell that has the named quantities of a theorem too."""

    def __init__(self, theorem: Theorem, cell: Mapping[str, Any]) -> None:
        super().__init__(cell)
        self._theorem = theorem

    def __missing__(self, name: str) -> Any:
        if name not in self._theorem.quantities:
            raise KeyError(f"{name}; there are {', '.join((*self, *self._theorem.quantities))}")
        written_out = self._theorem.written_out(self._theorem.quantities[name], frozenset(self))
        value = evaluate(written_out, self)
        return float(value) if value.ndim == 0 else value


@dataclass
class Trials:
    """An implementation at point after point.

    Attributes
    ----------
    item : the claim
    implementation, error, seed, n : as in `claim`
    seen : what came of each point, so that the same point is never judged twice
    """

    item: ClaimOf
    implementation: Simulation
    error: float
    seed: int
    n: int
    seen: dict[str, Judgement] = field(default_factory=dict, init=False)
    drew: bool = field(default=False, init=False)
    raised: Exception | None = field(default=None, init=False)
    judged: int = field(default=0, init=False)
    until: float = field(default=math.inf, init=False)
    last: str = field(default="", init=False)
    returned: frozenset[str] = field(default=frozenset(), init=False)

    def look(self, cell: Mapping[str, Any]) -> float | None:
        """Judge the claim at a point; return by how much it is violated, if that is known.

        Raises
        ------
        ClaimBroken
            If it is violated.
        """
        __tracebackhide__ = True
        key = digest(cell)
        if key not in self.seen:
            if time.monotonic() > self.until:
                return None
            self.seen[key] = self._judged(cell)
        judgement = self.seen[key]
        if is_clear(self.item, judgement):
            self.until = min(self.until, time.monotonic() + SHRINKING)
            raise ClaimBroken(self._words(cell, judgement), replay_here(cell))
        found = excess(self.item, judgement)
        return found if math.isfinite(found) else None

    def _judged(self, cell: Mapping[str, Any]) -> Judgement:
        item, number = self.item, len(self.seen)
        try:
            bound = check(
                item, cells=[cell], id=item.theorem.id, seconds_per_replicate=1e-6,
                block=self.n, first=self.n, quick=1, full=1,
            )(self._simulate)  # fmt: skip
            made = simulate_block(bound, self.seed, bound.cells[0], 0)
        except ValueError as failure:
            if failure is self.raised:
                raise
            raise UserError(f"{self.name}: {failure}") from failure
        self.returned = frozenset(made)
        self._refuse_constant(made)
        ledger = _OneLook(self.error / ((number + 1) * (number + 2)))
        try:
            sample: Sample[Any] = Sample.of(bound, item, {0: made}, self.n)
            with np.errstate(all="ignore"):
                judgement = rules.judge(sample, 0, ledger)
        except MissingValue as missing:
            raise UserError(
                f"{item.id} is about {missing.name}, which {self.name} does not return and which "
                f"is no parameter. {missing}"
            ) from missing
        infinite = [name for name, values in made.items() if not np.all(np.isfinite(values))]
        if infinite and judgement.verdict != "not applicable":
            raise ClaimBroken(
                f"{self.name} returns {infinite[0]} = {_first_infinite(made[infinite[0]])}\n"
                f"  at {self._point(cell)}",
                replay_here(cell),
            )
        if judgement.verdict == "not applicable" or judgement.reason == "error":
            self.last = judgement.note or judgement.reason
        else:
            self.judged += 1
        return judgement

    def _simulate(
        self, rng: np.random.Generator, cell: Mapping[str, Any], n: int
    ) -> Mapping[str, Any]:
        before = repr(rng.bit_generator.state)
        try:
            found = self.implementation(rng, _Named(self.item.theorem, cell), n)
        except Exception as failure:
            self.raised = failure
            raise
        self.drew = repr(rng.bit_generator.state) != before
        if not isinstance(found, Mapping) or not is_exact(self.item.claim):
            return found
        # One number stands for all instances.
        return {k: np.full(n, v) if np.ndim(v) == 0 else v for k, v in found.items()}

    def _refuse_constant(self, made: Mapping[str, Any]) -> None:
        if self.drew or is_exact(self.item.claim):
            return
        raise UserError(
            f"{self.name} draws nothing from rng, but {self.item.id} is about the law of what it "
            "returns. If that is the mean itself, say claim(..., exact=True)."
        )

    def refuse_nothing(self) -> None:
        """Refuse a test that has judged nothing.

        Raises
        ------
        UserError
            Saying why.
        """
        if not self.judged:
            raise UserError(f"{self.item.id} could be judged at no point: {self.last}.")

    @property
    def name(self) -> str:
        """What the implementation is called."""
        return getattr(self.implementation, "__name__", "the implementation")

    def _words(self, cell: Mapping[str, Any], judgement: Judgement) -> str:
        item = self.item
        lines = [f"{item.id} is broken by {self.name}", f"at {self._point(cell)}"]
        if is_exact(item.claim):
            values = judgement.values
            lines.append(
                f"observed {values['observed']:.10g}, predicted {values['predicted']:.10g}"
            )
        else:
            low, high = judgement.interval or (math.nan, math.nan)
            what = kind_of(item.claim).scale.partition(" (")[0].partition(" / ")[2]
            lines.append(
                f"predicted {judgement.predicted:.6g}, observed {judgement.observed:.6g}, in "
                f"[{low:.6g}, {high:.6g}]  ({what})"
            )
            lines.append(
                f"{self.n} replicates; such a test fails by chance with probability {self.error:g} "
                "at most"
            )
        return "\n  ".join(lines)

    def _point(self, cell: Mapping[str, Any]) -> str:
        """Return the parameters of a point, without what the implementation returns itself."""
        return shown({name: v for name, v in cell.items() if name not in self.returned})


def explore(trials: Trials, points: SearchStrategy[Any], examples: int) -> None:
    """Look at points that Hypothesis draws, and let it shrink what fails.

    Raises
    ------
    ClaimBroken
        At the simplest point that was found.
    """
    __tracebackhide__ = True

    @hypothesis.seed(f"{trials.item.id} {trials.seed}")
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        phases=[hypothesis.Phase.generate, hypothesis.Phase.target, hypothesis.Phase.shrink],
    )
    @hypothesis.given(points)
    def at(cell: Mapping[str, Any]) -> None:
        violation = trials.look(cell)
        if violation is not None:
            hypothesis.target(violation)

    try:
        at()
    except (ClaimBroken, UserError) as failure:
        if hasattr(failure, "__notes__"):  # the point stands in the message
            del failure.__notes__
        raise failure.with_traceback(None) from None


def _first_infinite(values: np.ndarray) -> float:
    return float(values[~np.isfinite(values)][0])
