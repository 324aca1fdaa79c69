"""The rule for claims over a box of parameters, which need no observables.

Points are drawn at random, and from the worst of them a search goes on to worse ones. Whether the
claim is violated at a point is decided in balls, without a tolerance. The points that were searched
for say nothing on how rare violations are: only those drawn count.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np

from bounds import evaluate_precisely
from verify.evidence.sample import Sample
from verify.judging.balls import NotReal
from verify.judging.gap import Gap, met, shown
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.search import worst_points

DECIDED = 64
"""Points, the worst ones, at which is decided in balls."""

NEVER = -0.01
"""A gap below which no ball is needed to see that a claim is met."""


def judge(sample: Sample[Any], look: int, ledger: Ledger) -> Judgement:
    """Judge a claim at the points that were drawn, and at the worst ones that a search finds."""
    domain = sample.theorem.domain(sample.claim)
    gap = Gap(sample.claim, lambda e: sample.theorem.written_out(e, frozenset(domain.names)))
    points = {name: sample.replicates[0][name] for name in domain.names}
    inside = domain.inside(points)
    points = {name: values[inside] for name, values in points.items()}
    try:
        values, gaps = worst_points(gap, domain, points)
        if not len(gaps):
            return cannot_tell(0.0, f"no point was found in the claim's domain, {domain}", cell=0)
        for column, at in zip(values.T[:DECIDED], gaps[:DECIDED], strict=True):
            point = dict(zip(domain.names, map(float, column), strict=True))
            if at < NEVER:
                break
            if gap.violated(point) and all(met(one, point) for one in domain.predicates):
                return Judgement("broken", "one instance", p_value=0.0, **_place(gap, point))
    except NotReal as failure:
        return cannot_tell(0.0, str(failure), cell=0)
    worst = _place(gap, dict(zip(domain.names, map(float, values[:, 0]), strict=True)))
    n = int(inside.sum())
    measure = math.log(1 / ledger.level(look)) / max(n, 1)
    if measure > sample.violation_measure:
        needed = math.log(1 / ledger.level(look + 2)) / sample.violation_measure
        return Judgement("undecided", "noise", forecast=float(np.ceil(needed)), **worst)
    note = f"sampled: violations rarer than {measure:.1e} ({n} tried); {worst.pop('note')}"
    return Judgement("holds", "sampled instances", note=note, **worst)


def _place(gap: Gap, point: Mapping[str, float]) -> dict[str, Any]:
    """Return what a judgement says of a point: where it is, and both sides in 50 digits."""
    left, right = precise_sides(gap, point)
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
            "parameters": dict(point),
            "observed": float(left),
            "predicted": float(right),
            "digits": digits,
        },
    )


def precise_sides(gap: Gap, point: Mapping[str, float]) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Evaluate both sides at a point in 50 digits, by other means than balls."""
    left, right = (evaluate_precisely(side, point) for side in (gap.left, gap.right))
    return left, right


def exceeds(gap: Gap, point: Mapping[str, float]) -> bool:
    """Decide in 50 digits whether a claim is violated at a point."""
    left, right = precise_sides(gap, point)
    scale = None if gap.scale is None else evaluate_precisely(gap.scale, point)
    with mpmath.workdps(50):
        slack = mpmath.mpf(gap.tolerance) * (abs(left) + abs(right) if scale is None else scale)
        beyond = abs(left - right) if gap.two_sided else gap.sign * (left - right)
        return bool(beyond > slack)
