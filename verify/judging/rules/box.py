"""The rule for claims over a box of parameters, which need no observables.

Points are drawn at random, and from others a search goes on to worse ones. Whether the claim is
violated at a point is decided in balls, without a tolerance. If it is not, a proof is looked for;
without one, only the points that were drawn say how rare violations are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mpmath
import numpy as np

from bounds.box import Domain
from verify.evidence.sample import Sample
from verify.judging.balls import NotReal
from verify.judging.boxes import Problem, known
from verify.judging.gap import Gap, shown
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.search import ranked


def judge(sample: Sample[Any], look: int, ledger: Ledger) -> Judgement:
    """Judge a claim on its whole box, or else at the points that were drawn and at worse ones."""
    problem = Problem.of(sample.theorem, sample.claim)
    gap, domain = problem.gap, problem.domain
    found = known(problem)
    if not found.real:
        return cannot_tell(0.0, found.words, cell=0)
    if found.refuted:
        return _broken(gap, domain, found.worst)
    if found.proof:
        worst = _place(gap, domain, found.worst)
        how = f"proved: {found.proof}; {worst.pop('note')}"
        return Judgement("holds", "every point", strength="proved", note=how, **worst)
    try:
        drawn = np.stack([np.asarray(sample.replicates[0][name], float) for name in domain.names])
        values, gaps = ranked(gap, domain, drawn)
        refuting = problem.refuting(values, gaps)
    except NotReal as failure:
        return cannot_tell(0.0, str(failure), cell=0)
    if len(refuting):
        return _broken(gap, domain, refuting)
    if not found.worst:
        return cannot_tell(0.0, f"no point was found in the claim's domain, {domain}", cell=0)
    worst = _place(gap, domain, found.worst)
    n = len(gaps)
    measure = ledger.rarest(n)
    if measure > sample.violation_measure:
        needed = float(ledger.instances(sample.violation_measure))
        return Judgement("undecided", "noise", forecast=needed, **worst)
    note = f"sampled: violations rarer than {measure:.1e} ({n} tried); {worst.pop('note')}; "
    return Judgement("holds", "sampled instances", note=note + found.words, **worst)


def _broken(gap: Gap, domain: Domain, values: Iterable[float]) -> Judgement:
    place = _place(gap, domain, values)
    how = "proved" if gap.proves(place["values"]["parameters"]) else "certified"
    return Judgement("broken", "one instance", p_value=0.0, strength=how, **place)


def _place(gap: Gap, domain: Domain, values: Iterable[float]) -> dict[str, Any]:
    """Return what a judgement says of a point: where it is, and both sides in 50 digits."""
    point = dict(zip(domain.names, map(float, values), strict=True))
    left, right = gap.sides(point)
    with mpmath.workdps(50):
        size = abs(left) + abs(right)
        gap_there = (left - right) / size if size else mpmath.mpf(0)
        excess = abs(gap_there) if gap.two_sided else gap.sign * gap_there
        digits = {"left": mpmath.nstr(left, 50), "right": mpmath.nstr(right, 50)}
        short = f"{mpmath.nstr(left, 12)} against {mpmath.nstr(right, 12)}"
    return dict(
        predicted=0.0,
        observed=float(excess),
        tolerance=gap.tolerance,
        cell=0,
        cells=(0,),
        note=f"worst at {shown(point)}: {short}",
        values={
            "parameters": point,
            "observed": float(left),
            "predicted": float(right),
            "digits": digits,
        },
    )
