"""Rule for the probability of an event."""

from __future__ import annotations

from typing import Any

import numpy as np

from bounds import Probability
from verify.evidence.sample import Sample
from verify.judging import eprocess
from verify.judging.forecast import looks_ahead, with_reason
from verify.judging.judgement import HAPPENED, Judgement, cannot_tell
from verify.judging.ledger import CONSISTENT, Ledger

SMALL = 1e-3
"""Of a bound below it the verdict says how much the replicates show, if that is not enough."""

IMPOSSIBLE = "no probability meets this bound"
"""What is said of a bound below zero, or above one of what is at least."""

ROUNDING = 1e-12
"""A bound that is negative by no more than this counts as zero."""


def judge(sample: Sample[Probability], look: int, ledger: Ledger) -> Judgement:
    """Judge ``P(event) <= at_most`` (or ``>= at_least``) by e-processes of the counts.

    Broken if the evidence against the bound, averaged over the cells, is enough (and some against
    the zone's edge, so that no other seed calls the claim true); holds if at every cell there is
    enough against all probabilities beyond the zone. A bound of zero ("almost surely") is broken
    by one occurrence.
    """
    claim, n = sample.claim, sample.n
    cells = range(len(sample.cells))
    event = sample.table(claim.event)
    sample.refuse_no_event(event)
    # Everything below is about the opposite event and an upper bound where "at least" is claimed.
    mirrored = claim.at_most is None
    stated = np.array([sample.parameter(c, claim.claimed[1]) for c in cells])
    bound = 1 - stated if mirrored else stated
    counts = event.sum(axis=1)
    counts = n - counts if mirrored else counts
    if np.isnan(bound).any():
        bad = int(np.argmax(np.isnan(bound)))
        return cannot_tell(float("nan"), "the bound is not a number", cell=bad)
    says_something = np.flatnonzero(bound < 1)
    if not says_something.size:
        return Judgement(
            "not applicable",
            "the bound is vacuous (no probability exceeds it) at every cell",
            float(stated[0]),
            float("nan"),
        )
    if np.any(bound < -ROUNDING):
        bad = int(np.argmin(bound))
        return cannot_tell(float(stated[bad]), IMPOSSIBLE, cell=bad)
    bound, counts = np.maximum(bound, 0.0)[says_something], counts[says_something]
    zone = bound + claim.tolerance * np.minimum(bound, 1 - bound)
    # Instances show no more of "almost surely" than that violations are rarer than this.
    zone = np.where(bound == 0, sample.violation_measure, zone)
    needed = -np.log(ledger.error)
    against, strictly = eprocess.of_count(counts, n, bound)
    beyond, inside = eprocess.of_count(counts, n, zone)
    sure = eprocess.average(against) >= needed
    consistent = eprocess.average(beyond) >= -np.log(CONSISTENT)
    happened = bool(np.any((bound == 0) & (counts > 0)))
    broken = bool(sure and consistent) or happened
    worst = int(np.argmax(against) if broken else np.argmin(inside))
    low, high = eprocess.count_interval(int(counts[worst]), n, needed)
    frequency = float(counts[worst] / n)
    cell = int(says_something[worst])
    notes = []
    if says_something.size < len(stated):
        notes.append(f"vacuous at {len(stated) - says_something.size} of {len(stated)} cells")
    summary: dict[str, Any] = dict(
        predicted=float(stated[cell]),
        observed=1 - frequency if mirrored else frequency,
        interval=(1 - high, 1 - low) if mirrored else (low, high),
        tolerance=float(zone[worst] - bound[worst]),
        cell=cell,
        cells=(cell,) if broken else tuple(int(c) for c in says_something),
        values={"observed": float(event[cell].mean()), "predicted": float(stated[cell])},
    )
    if broken:
        p_value = float(np.exp(-max(against[worst], 0.0)))
        note = "; ".join(notes)
        why = HAPPENED if happened else "one cell's count"
        return Judgement("broken", why, p_value=p_value, note=note, **summary)
    settled = inside >= needed
    if settled.all():
        if np.any(bound == 0):
            rarest = sample.violation_measure
            notes.append(f"never seen in {n} replicates per cell: rarer than {rarest:.2g}")
        if np.any((strictly < -np.log(CONSISTENT)) & (bound > 0)):
            how = "false, but within" if np.any(against >= needed) else "within"
            notes.append(f"touches the bound: {how} {claim.tolerance:.2g} of it")
        return Judgement("holds", "every cell's count", note="; ".join(notes), **summary)
    if 0 < bound[worst] < SMALL:
        notes.append(f"at most {high:.2g} shown")
    forecast = max(
        _needed(float(counts[c] / n), float(bound[c]), float(zone[c]), n, len(bound), ledger)
        for c in np.flatnonzero(~settled)
    )
    note = "; ".join(notes)
    return with_reason(Judgement("undecided", "", forecast=forecast, note=note, **summary), n)


def _needed(rate: float, bound: float, zone: float, n: int, cells: int, ledger: Ledger) -> float:
    """Forecast the replicates per cell after which an event of a given frequency is settled."""
    for size in looks_ahead(n):
        count, needed = np.array(round(size * rate)), -np.log(ledger.error)
        above = eprocess.of_count(count, round(size), bound)[0] - np.log(cells)
        if max(float(above), float(eprocess.of_count(count, round(size), zone)[1])) >= needed:
            return float(np.ceil(size))
    return float("inf")
