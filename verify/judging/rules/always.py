"""Rule for claims about every time up to a horizon: each run is an instance.

One run that violates the claim at one time breaks it; the counter-example is the violation that
comes first. What `holds` says of runs that were not drawn is as for other instances; of times
beyond the horizon it says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import sympy as sp

from bounds import Always, ClaimOf, evaluate
from verify.catalogue.check import horizon
from verify.catalogue.kinds import KINDS
from verify.evidence.sample import Sample, expand
from verify.judging.judgement import Judgement
from verify.judging.ledger import Ledger
from verify.judging.rules.exact import judge_excess, sides

TIME = KINDS["always"].variable
"""Name of the time in the formulas of such a claim."""


def judge(sample: Sample[Always], look: int, ledger: Ledger) -> Judgement:
    """Judge ``left <= at_most`` (or ``left >= at_least``) run by run, at every time."""
    claim = sample.claim
    bound, sign = (claim.at_least, -1) if claim.at_most is None else (claim.at_most, 1)
    horizons = [_last(sample, cell) for cell in range(len(sample.cells))]
    found = [
        sides(sample, claim.left, bound, known_at(sample, cell), (sample.n, last + 1))
        for cell, last in enumerate(horizons)
    ]
    excess = [sign * (one.left - one.right) for one in found]
    judgement = judge_excess(sample, found, excess, claim.tolerance, ledger, first=True)
    ends = sorted({min(horizons), max(horizons)})
    words = f"for all t up to {' to '.join(map(str, ends))}"
    if judgement.verdict == "broken":
        words = f"first at t = {judgement.values['t']}, {words}"
    return replace(judgement, note=f"{words}; {judgement.note}".removesuffix("; "))


def known_at(sample: Sample[Always], cell: int) -> dict[str, Any]:
    """Return what is known at a cell together with the time, up to the last of the claim."""
    return over_time(sample.cells[cell], sample.replicates[cell], _last(sample, cell))


def mean_over_time(sample: Sample[Always], cell: int, expression: sp.Basic) -> float:
    """Return the mean of an expression over the runs of a cell and the times of the claim."""
    known = known_at(sample, cell)
    return float(np.mean(evaluate(expand(expression, sample.theorem, frozenset(known)), known)))


def _last(sample: Sample[Always], cell: int) -> int:
    return horizon(ClaimOf(sample.theorem, sample.claim), sample.cells[cell])


def over_time(cell: Mapping[str, Any], runs: Mapping[str, Any], last: int) -> dict[str, Any]:
    """Return what is known at a cell together with the time, observables as (runs, times).

    Raises
    ------
    ValueError
        If the cell has a parameter of that name.
    """
    if TIME in {*cell, *runs}:
        raise ValueError(f"{TIME!r} is the time of this claim, and cannot be anything else as well")
    over = {
        name: value[:, None] if value.ndim == 1 else value[:, : last + 1]
        for name, value in runs.items()
    }
    return {**cell, **over, TIME: np.arange(last + 1.0)[None, :]}
