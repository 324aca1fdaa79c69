"""Rule for monotone dependence on a parameter.

What is promised
----------------
A function of the levels that never falls (Z0), up to a dip of the declared share of its whole rise
(Zt): from no level to any later one may the mean fall by more, however many steps it takes.

`holds`: the whole rise is certain, from no level to a later one does the mean fall by more than the
dip, and the whole rise is at least ``minimal_rise``. Every pair is looked at with the same level,
since one pair that is outside of the zone suffices against it; it is wrong with probability
``level``. Where a fall is certain but within the dip, the verdict says "false, but within
tolerance"; where the rise touches its minimum (within 1 %), it says so.

`broken`: between some pair the mean certainly falls, and by more than the dip at 1e-3; or the whole
rise is certainly below ``minimal_rise``. Pairs, and the rise, share ``level``; the same
replicates are trusted for both verdicts. As with every mean without a bound it is assumed that no
event that was not seen carries it, and the verdict says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bounds import Monotone
from verify.evidence.sample import Array, Sample
from verify.judging.assuming import unseen
from verify.judging.forecast import REACH, with_reason
from verify.judging.intervals import Contrasts
from verify.judging.judgement import Judgement, Outcome, cannot_tell
from verify.judging.laws import normal_isf, student_cdf
from verify.judging.ledger import CONSISTENT, Ledger
from verify.judging.rules import exact

TOUCHES = 0.01
"""Share of the minimal rise within which a rise that is not certainly below it touches it."""


def judge(sample: Sample[Monotone], look: int, ledger: Ledger) -> Judgement:
    """Judge that the mean of the observable rises (or falls) with the levels of every group.

    With common random numbers the contrasts are paired.
    """
    claim = sample.claim
    if any(claim.along not in cell for cell in sample.cells):
        return cannot_tell(0.0, f"the cells have no parameter {claim.along!r}")
    if claim.exact:
        return exact.judge_monotone(sample, look, ledger)
    values = sample.table(claim.observable) * (1.0 if claim.increasing else -1.0)
    sample.refuse_infinite(values, "the observable")
    members = sample.levels(claim.along)
    if min(len(group) for group in members) < 2:
        return cannot_tell(0.0, f"a monotone claim needs several levels of {claim.along!r}")
    tests = sum(len(group) * (len(group) - 1) // 2 for group in members)
    tests += len(members) * (claim.minimal_rise is not None)
    verdicts = [_Group(sample, values, group, tests, look, ledger).judge() for group in members]
    for outcome in ("broken", "undecided"):
        for verdict in verdicts:
            if verdict.verdict == outcome:
                return verdict
    return min(verdicts, key=lambda verdict: verdict.observed)


class _Group:
    """The levels of one group, and what every two of them say."""

    def __init__(
        self,
        sample: Sample[Monotone],
        values: Array,
        group: list[int],
        tests: int,
        look: int,
        ledger: Ledger,
    ) -> None:
        self.sample, self.claim, self.group = sample, sample.claim, group
        self.contrasts = Contrasts(values[group], independent=sample.independent)
        self.level, self.tests = ledger.level(look), tests
        self.later = ledger.level(look + 6)
        self.unit = np.eye(len(group))
        self.rise = self.unit[-1] - self.unit[0]
        self.net = float(self.contrasts.estimate(self.rise))
        self.first, self.last = np.triu_indices(len(group), k=1)
        self.changes = self.unit[self.last] - self.unit[self.first]
        self.guarded = np.vstack([self.changes + self.claim.dip * self.rise, self.rise])
        self.least = None
        if self.claim.minimal_rise is not None:
            self.least = sample.parameter(group[-1], self.claim.minimal_rise)

    def trusted(self, contrasts: Array) -> NDArray[np.bool_]:
        """Whether there are enough replicates, for `broken` and for `holds` alike."""
        return np.asarray(
            self.contrasts.trustworthy(contrasts, self.level / self.tests), dtype=bool
        )

    def judge(self) -> Judgement:
        """Judge the group."""
        if not self.contrasts.error(self.changes).any():
            return cannot_tell(
                0.0,
                "the differences between levels have no randomness: state the claim with "
                "exact=True",
                cell=self.group[-1],
            )
        return self._falls() or self._too_small() or self._rises() or self._undecided()

    def _falls(self) -> Judgement | None:
        """Find a pair between which the mean certainly falls, and by more than the dip."""
        _, highs = self.contrasts.bounds(self.changes, self.level / self.tests)
        _, beyond = self.contrasts.bounds(self.guarded[:-1], CONSISTENT)
        certain = self.trusted(self.changes) & (highs < 0) & (beyond < 0)
        if not certain.any():
            return None
        pair = int(np.argmin(np.where(certain, highs, np.inf)))
        i, j = int(self.first[pair]), int(self.last[pair])
        change, error = (
            float(of(self.changes[pair])) for of in (self.contrasts.estimate, self.contrasts.error)
        )
        start, end = (self.sample.cells[self.group[k]][self.claim.along] for k in (i, j))
        return self._report(
            "broken",
            f"falls from {self.claim.along} = {start:g} to {end:g}",
            pair,
            self.level / self.tests,
            cells=(self.group[i], self.group[j]),
            p_value=float(student_cdf(change / error, self.contrasts.n - 1)),
        )

    def _too_small(self) -> Judgement | None:
        """Tell whether the whole rise is certainly below its minimum."""
        if self.least is None or not self.trusted(self.rise):
            return None
        low, high = self.contrasts.bounds(self.rise, self.level / self.tests)
        _, near = self.contrasts.bounds(self.rise, CONSISTENT)
        if high >= self.least or near >= self._touch():
            return None
        error, scale = float(self.contrasts.error(self.rise)), self.least or 1.0
        return Judgement(
            "broken",
            "the whole rise is below the declared minimum",
            1.0,
            self.net / scale,
            (float(low / scale), float(high / scale)),
            TOUCHES,
            assuming=unseen(self.sample.n),
            cell=self.group[-1],
            cells=(self.group[0], self.group[-1]),
            p_value=float(student_cdf((self.net - self.least) / error, self.sample.n - 1)),
            values={"predicted": self.least, "observed": self.net},
        )

    def _touch(self) -> float:
        """Return the end of the zone of the minimal rise."""
        assert self.least is not None
        return self.least - TOUCHES * abs(self.least)

    def _rises(self) -> Judgement | None:
        """Tell whether no pair falls by more than the dip, and the rise is as large as claimed."""
        lows, _ = self.contrasts.bounds(self.guarded, self.level)
        if lows.min() <= 0 or not self.trusted(self.guarded).all():
            return None
        notes = []
        if self.least is not None:
            low, _ = self.contrasts.bounds(self.rise, self.level)
            if low <= self._touch():
                return None
            if low < self.least:
                notes.append(f"the rise touches its minimum: within {TOUCHES:.0%} of it")
        _, highs = self.contrasts.bounds(self.changes, self.level / self.tests)
        if (highs < 0).any():
            notes.append("false, but within tolerance: a dip is certain")
        return self._report(
            "holds",
            "no level is below an earlier one, and the rise is certain",
            int(np.argmin(lows[:-1])),
            self.level,
            cells=tuple(self.group),
            note="; ".join(notes),
        )

    def _undecided(self) -> Judgement:
        """Forecast the replicates that would tell."""
        lows, _ = self.contrasts.bounds(self.guarded, self.level)
        pair, cells = int(np.argmin(lows[:-1])), tuple(self.group)
        if self.contrasts.heavy(self.guarded, self.level / self.tests):
            return self._report("undecided", "heavy_tail", pair, self.level, cells=cells)
        n, errors = self.sample.n, self.contrasts.error(self.guarded)
        gaps = self.contrasts.estimate(self.guarded)
        size = max(float(np.abs(self.contrasts.cells.mean).max()), 1e-300)
        flat = self.net < 3 * errors[-1]
        if flat and errors[-1] < 1e-3 * size:
            return self._report("undecided", "no_effect", pair, self.level, cells=cells)
        if self.least is not None:
            gaps, errors = np.append(gaps, self.net - self._touch()), np.append(errors, errors[-1])
        with np.errstate(divide="ignore", invalid="ignore"):
            slowest = float(np.where(errors > 0, gaps / errors, np.inf).min())
        needed = np.inf
        if slowest > 0:
            needed = np.ceil(1.4 * n * (normal_isf(self.later) / slowest) ** 2)
        needed = float(max(needed, 2 * n))
        judgement = self._report(
            "undecided", "no_effect", pair, self.level, cells=cells, forecast=needed
        )
        return judgement if flat and needed > REACH * n else with_reason(judgement, n)

    def _report(
        self, verdict: Outcome, reason: str, pair: int, level: float, **more: Any
    ) -> Judgement:
        """Put a judgement together: in units of the whole rise; if broken, of the observable."""
        means = self.contrasts.cells.mean
        scale = 1.0 if verdict == "broken" else abs(self.net) or 1.0
        low, high = self.contrasts.bounds(self.changes[pair], level)
        i, j = int(self.first[pair]), int(self.last[pair])
        values = {"predicted": float(means[i]), "observed": float(means[j])}
        if verdict != "broken":
            values["net rise"] = self.net
        return Judgement(
            verdict,
            reason,
            0.0,
            float(self.contrasts.estimate(self.changes[pair]) / scale),
            (float(low / scale), float(high / scale)),
            self.claim.dip * (max(self.net, 0.0) if verdict == "broken" else 1.0),
            cell=self.group[j],
            values=values,
            assuming=unseen(self.sample.n),
            **more,
        )
