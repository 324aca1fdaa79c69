"""The rule for claims over a box of parameters, which need no observables.

Points are drawn at random, and from the worst of them a search goes on to worse ones. Whether the
claim is violated at a point is decided in balls, without a tolerance. If it is not, a proof is
looked for; without one, only the points that were drawn say how rare violations are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import mpmath
import numpy as np

from bounds.box import Domain
from verify.evidence.sample import Sample
from verify.judging.balls import NotReal
from verify.judging.gap import Array, Gap, met, shown
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.proof.proving import Failure, Proof, Proving
from verify.judging.search import ranked, worst_points

DECIDED = 64
"""Points, the worst ones, at which is decided in balls."""

NEVER = -0.01
"""A gap below which no ball is needed to see that a claim is met."""


def judge(sample: Sample[Any], look: int, ledger: Ledger) -> Judgement:
    """Judge a claim at the points that were drawn, at worse ones, and on the whole box."""
    domain = sample.theorem.domain(sample.claim)
    gap = Gap.of(sample)
    points = {name: sample.replicates[0][name] for name in domain.names}
    inside = domain.inside(points)
    points = {name: values[inside] for name, values in points.items()}
    try:
        found = _judged(gap, domain, points)
    except NotReal as failure:
        return cannot_tell(0.0, str(failure), cell=0)
    if isinstance(found, Judgement):
        return found
    worst, why = found
    n = int(inside.sum())
    measure = math.log(1 / ledger.level(look)) / max(n, 1)
    if measure > sample.violation_measure:
        needed = math.log(1 / ledger.level(look + 2)) / sample.violation_measure
        return Judgement("undecided", "noise", forecast=float(np.ceil(needed)), **worst)
    note = f"sampled: violations rarer than {measure:.1e} ({n} tried); {worst.pop('note')}; {why}"
    return Judgement("holds", "sampled instances", note=note, **worst)


def _judged(
    gap: Gap, domain: Domain, points: Mapping[str, Array]
) -> Judgement | tuple[dict[str, Any], str]:
    """Refute or prove a claim; else return its worst point, and why there is no proof.

    A proof is first tried for, and searched for points, with little work each.
    """

    def refutes(point: Iterable[float]) -> bool:
        return _refutes(gap, domain, point)

    values, gaps = ranked(gap, domain, points)
    seems_false = bool(len(gaps)) and gaps[0] > 0 and refutes(values[:, 0])
    proof: Proof | Failure = Failure()
    proving = None if seems_false else Proving(gap, domain, refutes)
    if len(gaps) and proving is not None:
        proof = proving.quickly(values[:, 0])
    if isinstance(proof, Failure):
        values, gaps = worst_points(gap, domain, values, gaps)
        if not len(gaps):
            return cannot_tell(0.0, f"no point was found in the claim's domain, {domain}", cell=0)
        for column, at in zip(values.T[:DECIDED], gaps[:DECIDED], strict=False):
            if at < NEVER:
                break
            if refutes(column):
                return _broken(gap, domain, column)
        proving = proving or Proving(gap, domain, refutes)
        proof = proof if proof.witness else proving.thoroughly(values[:, 0])
    if isinstance(proof, Failure) and proof.witness:
        return _broken(gap, domain, proof.witness)
    worst = _place(gap, domain, values[:, 0])
    if isinstance(proof, Failure):
        return worst, proof.words
    how = f"proved: {proof.words}; {worst.pop('note')}"
    return Judgement("holds", "every point", strength="proved", note=how, **worst)


def _refutes(gap: Gap, domain: Domain, values: Iterable[float]) -> bool:
    """Decide in balls whether a point is in the domain and violates the claim."""
    point = dict(zip(domain.names, map(float, values), strict=True))
    return gap.violated(point) and all(met(one, point) for one in domain.predicates)


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
