"""Rule for derivations: one formula follows from others by algebra.

First the sides are compared at random rational points, in 50 digits (vectors have length one): a
difference refutes the derivation and is its counter-example. Only then is the algebra asked to
prove it. Agreement at points without a proof is `undecided (proof)`.
"""

from __future__ import annotations

from collections.abc import Iterator

import mpmath
import numpy as np
import sympy as sp

from bounds import Theorem, arrays, satisfied
from bounds.claims import Derivation
from bounds.theorem import outside_domain
from verify.evidence.sample import expand
from verify.judging.judgement import Judgement

POINTS = 24
DIGITS = 50
SMALLEST_DIFFERENCE = mpmath.mpf(10) ** -25
"""Relative difference of the sides that refutes a derivation evaluated with 50 digits."""


def judge(theorem: Theorem, claim: Derivation) -> Judgement:
    """Judge a derivation."""
    left, right, sign = _sides(theorem, claim)
    refuted = _refute(theorem, claim, left, right, sign)
    if refuted is not None:
        return refuted
    proved = _proved(theorem, claim, left, right, sign)
    if proved:
        return Judgement("holds", proved, 0.0, 0.0)
    return Judgement(
        "undecided", "proof", 0.0, 0.0, note=f"no difference at {POINTS} random points"
    )


def _sides(theorem: Theorem, claim: Derivation) -> tuple[sp.Expr, sp.Expr, int]:
    """Return left, right and what the difference right - left must be: 0 zero, +1, -1 sign."""
    for sign, other in ((0, claim.equals), (1, claim.at_most), (-1, claim.at_least)):
        if other is not None:
            return (
                expand(claim.left, theorem, frozenset()),
                expand(other, theorem, frozenset()),
                sign,
            )
    raise AssertionError("a derivation has another side")


def _points(theorem: Theorem, claim: Derivation, symbols: list[sp.Symbol]) -> Iterator[dict]:
    """Yield rational points in the domain of the symbols and inside the hypotheses."""
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(400 * POINTS):
        point = {}
        for symbol in symbols:
            if symbol.is_integer:
                value = sp.Integer(int(np.exp(rng.uniform(0, 4))))
            else:
                size = sp.Rational(int(1 + 1000 * np.exp(rng.normal(0, 1.2))), 1000)
                signed = symbol.is_nonnegative or arrays.rank(symbol) == 2 or rng.random() < 0.5
                value = size if signed and not symbol.is_nonpositive else -size
            point[symbol] = value
        numbers = {symbol.name: float(value) for symbol, value in point.items()}
        if any(outside_domain(symbol, numbers[symbol.name]) for symbol in symbols):
            continue
        if not _inside(theorem, claim, numbers):
            continue
        yield point
        found += 1
        if found == POINTS:
            return


def _inside(theorem: Theorem, claim: Derivation, numbers: dict[str, float]) -> bool:
    predicates = [
        hypothesis.statement
        for hypothesis in theorem.hypotheses
        if hypothesis.role == "required" and hypothesis.statement is not None
    ]
    if claim.where is not None:
        predicates.append(claim.where)
    for predicate in predicates:
        predicate = expand(predicate, theorem, frozenset(numbers))
        names = {symbol.name for symbol in predicate.free_symbols}
        if names <= numbers.keys() and not bool(satisfied(predicate, numbers)):
            return False
    return True


def _in_one_dimension(expression: sp.Expr) -> sp.Expr:
    """Write norms and products of arrays out for vectors of length one."""

    def norm(v: sp.Expr, *kind: sp.Expr) -> sp.Expr:
        matrix = any(arrays.rank(symbol) == 2 for k in kind for symbol in k.free_symbols)
        return sp.sqrt(kind[0]) * sp.Abs(v) if matrix else sp.Abs(v)

    for function, meaning in (
        (arrays.norm, norm),
        (arrays.inner, sp.Mul),
        (arrays.times, sp.Mul),
    ):
        expression = expression.replace(function, meaning)
    return expression


def _number(expression: sp.Expr, point: dict) -> mpmath.mpf | None:
    """Evaluate one side with 50 digits; ``None`` where it is not a real number."""
    value = _in_one_dimension(expression).subs(point).doit()
    value = sp.N(value, DIGITS, maxn=400)
    if value is sp.S.Infinity or value is sp.S.NegativeInfinity:
        return mpmath.mpf("inf") if value is sp.S.Infinity else mpmath.mpf("-inf")
    if not value.is_real or not value.is_number or not value.is_finite:
        return None
    with mpmath.workdps(DIGITS):
        return mpmath.mpf(sp.Float(value, DIGITS)._mpf_)


def _refute(
    theorem: Theorem, claim: Derivation, left: sp.Expr, right: sp.Expr, sign: int
) -> Judgement | None:
    symbols = sorted(left.free_symbols | right.free_symbols, key=lambda s: s.name)
    evaluated = 0
    for point in _points(theorem, claim, symbols):
        a, b = _number(left, point), _number(right, point)
        if a is None or b is None:
            continue
        evaluated += 1
        scale = max(abs(a), abs(b), mpmath.mpf(10) ** -30)
        if mpmath.isinf(scale):  # one side, or both with opposite signs
            difference = mpmath.mpf(0) if a == b else mpmath.sign(b - a)
        else:
            difference = (b - a) / scale
        wrong = abs(difference) if sign == 0 else -sign * difference
        if wrong > SMALLEST_DIFFERENCE:
            parameters = {symbol.name: str(value) for symbol, value in point.items()}
            return Judgement(
                "broken",
                "the sides differ",
                0.0,
                1.0,
                note=f"{float(a):.8g} against {float(b):.8g}",
                values={"observed": float(a), "predicted": float(b), "parameters": parameters},
            )
        if not symbols:
            break
    if evaluated == 0 and symbols:
        return Judgement(
            "undecided",
            "error",
            0.0,
            float("nan"),
            note="no point of the domain was found at which both sides are real numbers",
        )
    return None


def _proved(theorem: Theorem, claim: Derivation, left: sp.Expr, right: sp.Expr, sign: int) -> str:
    """Return how the claim was proved, or the empty string."""
    difference = right.doit() - left.doit()
    if sign == 0:
        return "the difference simplifies to zero" if _is_zero(difference) else ""
    difference = sign * difference
    if not difference.free_symbols:
        return "both sides evaluated to 50 digits"
    if claim.nonnegative is not None:
        form = expand(claim.nonnegative, theorem, frozenset())
        if form.is_nonnegative and _is_zero(form - difference):
            return "the difference equals a form that is visibly nonnegative"
        return ""
    if sp.simplify(difference).is_nonnegative:
        return "the difference is nonnegative on the whole domain"
    return ""


def _is_zero(difference: sp.Expr) -> bool:
    """Whether sympy proves that an expression vanishes, by increasingly costly means."""
    if difference.is_zero:
        return True
    for transform in (
        sp.expand,
        sp.cancel,
        sp.factor,
        sp.simplify,
        sp.radsimp,
        lambda e: sp.simplify(sp.expand_log(sp.expand_func(e), force=True)),
        lambda e: sp.simplify(sp.powdenest(sp.expand(e), force=True)),
    ):
        try:
            if transform(difference) == 0:
                return True
        except (NotImplementedError, sp.PolynomialError, TypeError, ValueError):
            continue
    return False
