"""Predicates that hold the worst point back, multiplied into what is to be proved.

Where ``a <= b``, both positive, a side may be multiplied by a power of ``b / a``: if the claim is
true even then, it is true, and no box need follow the border of the domain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
import sympy as sp

from bounds.box import Domain
from verify.judging.proof.enclosure import Enclosures, Unknown
from verify.judging.proof.statement import (
    Positive,
    Sides,
    Statement,
    statements,
    with_multipliers,
    without_common_terms,
)

ACTIVE = 1e-3
"""How close the sides of a predicate are, relatively, where it holds back the worst point."""

STEEPEST = 50.0
"""Larger multipliers are not used: a power of a predicate that stands for an exponential."""

SIMPLE = 24
"""Multipliers are rounded to fractions with such a denominator."""


def multiplied(
    small: sp.Expr,
    large: sp.Expr,
    domain: Domain,
    positive: Positive,
    worst: Mapping[str, float],
) -> list[Statement]:
    """Return forms of a claim with the predicates multiplied in that are active at a point."""
    small, large = without_common_terms(small, large, positive)
    if not (positive(small) and positive(large)):
        return []
    try:
        active = list(_active(domain, positive, worst))
        weights = _weights(small / large, active, domain, worst) if active else []
    except (Unknown, TypeError):
        return []
    if not any(weights):
        return []
    return statements(with_multipliers(small, active, weights), large, domain, positive)


def _active(domain: Domain, positive: Positive, worst: Mapping[str, float]) -> Iterator[Sides]:
    """Yield the sides of the predicates ``a <= b``, both positive, that are nearly equal there."""
    for one in domain.predicates:
        if isinstance(one, sp.Le | sp.Lt | sp.Ge | sp.Gt):
            a, b = one.lts, one.gts
            if positive(a) and positive(b) and abs(_logarithm(a / b, worst)) < ACTIVE:
                yield a, b


def _logarithm(of: sp.Expr, at: Mapping[str, float]) -> float:
    point = np.array([list(at.values())], dtype=float).T
    return float(np.ravel(Enclosures(list(at), point, point).of(of).log[0])[0])


def _weights(
    ratio: sp.Expr, active: Sequence[Sides], domain: Domain, worst: Mapping[str, float]
) -> list[sp.Rational]:
    """Return how strongly each predicate holds the worst point back, as simple fractions.

    There the slope of the ratio is a combination of those of the predicates: along every parameter,
    or along every one that is not at an end of its range.
    """
    names = domain.names
    point = np.array([[worst[name]] for name in names])
    found = Enclosures(names, point, point, [bool(one.low > 0) for one in domain.box])

    def slopes(of: sp.Expr) -> list[float]:
        e = found.of(of).e
        return [float(np.ravel(e[i][0])[0]) if i in e else 0.0 for i in range(len(names))]

    matrix = np.array([slopes(a / b) for a, b in active]).T
    wanted = np.array(slopes(ratio))
    if not (np.isfinite(matrix).all() and np.isfinite(wanted).all()):
        return []
    every = list(range(len(names)))
    inner = [i for i in every if domain.box[i].low < worst[names[i]] < domain.box[i].high]
    for rows in (every, inner):
        weights, *_ = np.linalg.lstsq(matrix[rows], wanted[rows], rcond=None)
        fits = rows is inner or np.allclose(matrix @ weights, wanted, atol=1e-6)
        if fits and ((weights > -1e-6) & (weights < STEEPEST)).all():
            simple = [Fraction(max(float(one), 0.0)).limit_denominator(SIMPLE) for one in weights]
            return [sp.Rational(one.numerator, one.denominator) for one in simple]
    return []
