"""Rule for the probability of an event."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from bounds import Probability
from verify.evidence.sample import Sample
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger

SMALLEST = 1e-3
"""Smallest probability that is tested; a claim of less is tested at this, and says so."""

ROUNDING = 1e-12
"""A bound that is negative by no more than this counts as zero."""


def judge(sample: Sample[Probability], look: int, ledger: Ledger) -> Judgement:
    """Judge ``P(event) <= at_most`` (or ``>= at_least``) by exact binomial tails.

    Broken if some cell's count is too large for the bound; holds if every cell's count rules out
    ``bound + tolerance * min(bound, 1 - bound)``. A bound of zero ("almost surely") is broken by
    one occurrence.
    """
    claim, level, n = sample.claim, ledger.level(look), sample.n
    cells = range(len(sample.cells))
    event = sample.table(claim.event)
    if problem := sample.not_an_event(event):
        return cannot_tell(float("nan"), problem)
    if claim.at_most is not None:
        bound = np.array([sample.parameter(cell, claim.at_most) for cell in cells])
        counts = event.sum(axis=1)
    else:
        bound = 1 - np.array([sample.parameter(cell, claim.at_least) for cell in cells])
        counts = n - event.sum(axis=1)
    if np.isnan(bound).any():
        bad = int(np.argmax(np.isnan(bound)))
        return cannot_tell(float("nan"), "the bound is not a number", cell=bad)
    says_something = bound < 1
    if not says_something.any():
        return Judgement(
            "not applicable", "the bound is vacuous (at least 1) at every cell", 1.0, float("nan")
        )
    if np.any(bound < -ROUNDING):
        bad = int(np.argmin(bound))
        return cannot_tell(float(bound[bad]), "no probability meets a negative bound", cell=bad)
    notes = []
    if not says_something.all():
        notes.append(f"vacuous at {np.sum(~says_something)} of {len(bound)} cells")
    tested = np.where(bound > 0, np.maximum(bound, SMALLEST), 0.0)
    if np.any((bound > 0) & (bound < SMALLEST)):
        notes.append(f"failure probability tested at {SMALLEST:g}")

    tail = np.where(says_something, scipy.stats.binom.sf(counts - 1, n, np.clip(tested, 0, 1)), 1.0)
    divisor = int(says_something.sum())
    # Relative to the bound, but near one to what is left above it, so that the zone ends below 1.
    zone = tested + claim.tolerance * np.minimum(tested, 1 - np.minimum(tested, 1))
    worst = int(np.argmin(np.where(says_something, tail, 2)))
    summary: dict[str, Any] = dict(
        predicted=float(bound[worst]),
        observed=float(counts[worst] / n),
        cell=worst,
        tolerance=float(zone[worst] - tested[worst]),
        values={"observed": float(counts[worst]), "predicted": float(bound[worst] * n)},
    )
    upper = float(scipy.stats.beta.isf(level, counts[worst] + 1, max(n - counts[worst], 1e-300)))
    lower = float(scipy.stats.beta.ppf(level, counts[worst], n - counts[worst] + 1))
    interval = (lower if counts[worst] else 0.0, upper if counts[worst] < n else 1.0)
    if tail[worst] <= level / divisor or (tested[worst] == 0 and counts[worst] > 0):
        return Judgement(
            "broken",
            "one cell's count",
            interval=interval,
            cells=(worst,),
            p_value=float(tail[worst]),
            note="; ".join(notes),
            **summary,
        )
    everywhere = tuple(int(cell) for cell in np.flatnonzero(says_something))
    impossible = tested == 0
    rules_out = scipy.stats.binom.cdf(counts, n, np.clip(zone, 0, 1)) <= level
    rules_out |= impossible & (np.log(1 / level) / n <= sample.violation_measure)
    if rules_out[says_something].all():
        if impossible.any():
            notes.append(f"never seen in {n} replicates per cell")
        return Judgement(
            "holds",
            "every cell's count",
            interval=interval,
            cells=everywhere,
            note="; ".join(notes),
            **summary,
        )
    needed = max(
        _replicates_needed(
            counts[cell] / n,
            tested[cell],
            zone[cell],
            n,
            look,
            ledger,
            sample.violation_measure,
            divisor,
        )
        for cell in everywhere
        if not rules_out[cell]
    )
    reason = "noise" if np.isfinite(needed) else "edge"
    return Judgement(
        "undecided",
        reason,
        interval=interval,
        forecast=needed,
        cells=everywhere,
        note="; ".join(notes),
        **summary,
    )


def _replicates_needed(
    rate: float,
    bound: float,
    zone: float,
    n: int,
    look: int,
    ledger: Ledger,
    measure: float,
    divisor: int,
) -> float:
    for ahead in range(1, 21):
        size = round(n * 2 ** (ahead / 2))
        level = ledger.level(look + ahead)
        count = round(size * rate)
        if bound == 0:
            settled = np.log(1 / level) / size <= measure
        else:
            settled = (
                scipy.stats.binom.cdf(count, size, zone) <= level
                or scipy.stats.binom.sf(count - 1, size, bound) <= level / divisor
            )
        if settled:
            return float(np.ceil(1.4 * size))
    return float("inf")
