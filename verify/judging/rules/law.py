"""Rule for claims that an observable has a given law: the band of Dvoretzky, Kiefer and Wolfowitz.

With probability 1 - a the distribution function of n independent replicates is nowhere further than
sqrt(log(2/a) / 2n) from the true one (Massart's constant; laws with jumps included). So the largest
distance d of the true distribution function from the claimed one lies as close to the distance that
is observed. No assumption is made on the law.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bounds import Law, evaluate
from verify.catalogue.kinds import KINDS
from verify.evidence.sample import Array, Sample, expand
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import CONSISTENT, Ledger

VARIABLE = KINDS["law"].variable
"""Name of the variable in the formula of a distribution function."""

LEAVES = "the claimed distribution function leaves [0, 1]"
FALLS = "the claimed distribution function falls"

ROUNDING = 1e-9
"""By how much the claimed function may leave [0, 1], or fall, through rounding."""


class Distance(NamedTuple):
    """The largest distance of an empirical distribution function from the claimed one.

    ``x`` is where, ``below`` whether just below it, and the rest the two functions there.
    """

    value: float
    x: float
    below: bool
    observed: float
    claimed: float


def judge(sample: Sample[Law], look: int, ledger: Ledger) -> Judgement:
    """Judge that the distribution function of the observable is the claimed one at every cell."""
    tolerance, cells = sample.claim.tolerance, len(sample.cells)
    found: list[Distance] = []
    for cell in range(cells):
        values = sample.values(cell, sample.claim.observable)
        sample.refuse_infinite([values], "the observable", at=cell)
        x, counts = np.unique(values, return_counts=True)
        at, before = (claimed(sample, cell, place) for place in (x, np.nextafter(x, -np.inf)))
        if problem := _no_distribution(np.stack([before, at], axis=1).ravel()):
            return cannot_tell(0.0, problem, cell=cell)
        found.append(_distance(x, counts, at, before))
    width = band(sample.n, ledger.level(look))
    apart = band(sample.n, ledger.level(look) / cells)
    clear = band(sample.n, max(CONSISTENT, ledger.level(look)) / cells)
    cell = int(np.argmax([one.value for one in found]))
    worst = found[cell]
    low, high = max(0.0, worst.value - apart), worst.value + width
    side = "just below" if worst.below else "at"
    where = f"P(observable <= x) is {worst.observed:.4g} and not {worst.claimed:.4g} {side} x = "
    summary: dict[str, Any] = dict(
        predicted=0.0,
        observed=worst.value,
        interval=(low, min(1.0, high)),
        tolerance=tolerance,
        cell=cell,
        cells=(cell,),
        values={
            "observed": worst.observed,
            "predicted": worst.claimed,
            "x": worst.x,
            "below": worst.below,
        },
    )
    if low > 0 and worst.value - clear > tolerance:
        p_value = float(min(1.0, 2 * cells * np.exp(-2 * sample.n * worst.value**2)))
        note = f"{where}{worst.x:.6g}"
        return Judgement("broken", "simultaneous band", p_value=p_value, note=note, **summary)
    if high <= tolerance:
        note = f"false, but within tolerance: {where}{worst.x:.6g}" if low > 0 else ""
        return Judgement("holds", "simultaneous band", note=note, **summary)
    margin = tolerance - worst.value
    needed = np.log(2 / ledger.level(look + 2)) / (2 * margin**2) if margin else np.inf
    if margin < 0:  # on the way to broken
        needed = np.log(2 * cells / CONSISTENT) / (2 * margin**2)
    return Judgement("undecided", "noise", forecast=float(np.ceil(needed)), **summary)


def band(n: int, level: float) -> float:
    """Return how far the empirical distribution function may be from the true one, anywhere."""
    return float(np.sqrt(np.log(2 / level) / (2 * n)))


def claimed(sample: Sample[Law], cell: int, x: Array) -> Array:
    """Evaluate the claimed distribution function at a cell.

    Raises
    ------
    ValueError
        If the cell has a parameter of the name of the variable.
    """
    known: Mapping[str, Any] = sample.cells[cell]
    if VARIABLE in known:
        raise ValueError(f"{VARIABLE!r} is the variable of the distribution function here")
    names = frozenset({*known, VARIABLE})
    cdf = expand(sample.claim.cdf, sample.theorem, names)
    numbers = {name: value for name, value in known.items() if not isinstance(value, str)}
    return np.broadcast_to(evaluate(cdf, {**numbers, VARIABLE: x}), x.shape)


def _no_distribution(values: Array) -> str:
    """Say what keeps values at growing places from being those of a distribution function."""
    if not np.all(np.isfinite(values)):
        return "the claimed distribution function is not a finite number"
    if values.min() < -ROUNDING or values.max() > 1 + ROUNDING:
        return LEAVES
    if np.any(np.diff(values) < -ROUNDING):
        return FALLS
    return ""


def _distance(x: Array, counts: NDArray[Any], at: Array, before: Array) -> Distance:
    """Compare the two functions at every jump of the empirical one, and just below it.

    Between two jumps it is constant and the claimed one rises, so they differ most at the ends.
    """
    after = np.cumsum(counts) / counts.sum()
    earlier = np.concatenate([[0.0], after[:-1]])
    gaps = np.stack([np.abs(after - at), np.abs(earlier - before)])
    side, place = np.unravel_index(int(np.argmax(gaps)), gaps.shape)
    ours, theirs = (earlier, before) if side else (after, at)
    return Distance(
        float(gaps[side, place]),
        float(x[place]),
        bool(side),
        float(ours[place]),
        float(theirs[place]),
    )
