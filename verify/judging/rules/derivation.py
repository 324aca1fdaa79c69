"""Rule for derivations: one formula follows from others by algebra.

First the sides are compared at random rational points, in 50 digits (vectors have length one): a
difference refutes the derivation and is its counter-example. Only then is the algebra asked to
prove it. Agreement at points without a proof is `undecided (proof)`.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import sympy as sp
from sympy.printing.repr import ReprPrinter

from bounds import Theorem, arrays, numeric, satisfied
from bounds.claims import Derivation
from bounds.theorem import outside_domain
from verify.evidence.sample import expand
from verify.judging.judgement import Judgement

POINTS = 24
DIGITS = 50
SMALLEST_DIFFERENCE = mpmath.mpf(10) ** -25
"""Relative difference of the sides that refutes a derivation evaluated with 50 digits."""


@dataclass(frozen=True)
class Problem:
    """A derivation by itself, the quantities of its theorem written out.

    Attributes
    ----------
    left, right : expression
    sign : {0, 1, -1}
        What right - left must be: zero, nonnegative or nonpositive.
    form : expression or None
        The difference in a form that should be visibly nonnegative.
    inside : tuple of predicates
        Which points count: the required hypotheses, and where the claim speaks.
    """

    left: sp.Expr
    right: sp.Expr
    sign: int
    form: sp.Expr | None
    inside: tuple[sp.Basic, ...]

    @classmethod
    def of(cls, theorem: Theorem, claim: Derivation) -> Problem:
        """Write out a derivation."""
        sides = ((0, claim.equals), (1, claim.at_most), (-1, claim.at_least))
        sign, other = next((sign, other) for sign, other in sides if other is not None)
        required = [one.statement for one in theorem.hypotheses if one.role == "required"]

        def written_out(expression: sp.Basic) -> sp.Basic:
            return expand(expression, theorem, frozenset())

        return cls(
            written_out(claim.left),
            written_out(other),
            sign,
            None if claim.nonnegative is None else written_out(claim.nonnegative),
            tuple(written_out(one) for one in (*required, claim.where) if one is not None),
        )

    @property
    def key(self) -> str:
        """Fingerprint of all that the answer depends on, assumptions on symbols included."""
        write = _Writer().doprint
        parts = (self.left, self.right, self.sign, self.form, *self.inside)
        text = "\n".join((_code(), *map(write, parts)))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def symbols(self) -> list[sp.Symbol]:
        """The symbols of both sides, by name."""
        return sorted(self.left.free_symbols | self.right.free_symbols, key=lambda s: s.name)


class _Writer(ReprPrinter):  # type: ignore[misc]
    """Writes expressions with assumptions; symbols that are not equal are written differently."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[sp.Symbol, int] = {}

    def _print_Symbol(self, symbol: sp.Symbol) -> str:
        number = self._numbers.setdefault(symbol, len(self._numbers))
        return f"{super()._print_Symbol(symbol)}#{number}"


@cache
def _code() -> str:
    """Fingerprint of the code that judges: of this file, of what it stands on, and of sympy."""
    files = [Path(file).read_bytes() for file in (__file__, arrays.__file__, numeric.__file__)]
    parts = [*files, inspect.getsource(outside_domain).encode()]
    digest = hashlib.sha256(b"\0".join(parts)).hexdigest()
    return f"{sp.__version__} {mpmath.__version__} {digest}"


def judge(theorem: Theorem, claim: Derivation) -> Judgement:
    """Judge a derivation."""
    return decide(Problem.of(theorem, claim))


def decide(problem: Problem) -> Judgement:
    """Refute a derivation at points, or prove it by algebra."""
    refuted = _refute(problem)
    if refuted is not None:
        return refuted
    proved = _proved(problem)
    if proved:
        return Judgement("holds", proved, 0.0, 0.0)
    return Judgement(
        "undecided", "proof", 0.0, 0.0, note=f"no difference at {POINTS} random points"
    )


def _points(problem: Problem) -> Iterator[dict[sp.Symbol, sp.Rational]]:
    """Yield rational points in the domain of the symbols and inside the hypotheses."""
    symbols = problem.symbols
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
        if not _inside(problem, numbers):
            continue
        yield point
        found += 1
        if found == POINTS:
            return


def _inside(problem: Problem, numbers: dict[str, float]) -> bool:
    for predicate in problem.inside:
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


def _number(expression: sp.Expr, point: dict[sp.Symbol, sp.Rational]) -> mpmath.mpf | None:
    """Evaluate one side with 50 digits; ``None`` where it is not a real number."""
    value = _in_one_dimension(expression).subs(point).doit()
    value = sp.N(value, DIGITS, maxn=400)
    if value is sp.S.Infinity or value is sp.S.NegativeInfinity:
        return mpmath.mpf("inf") if value is sp.S.Infinity else mpmath.mpf("-inf")
    if not value.is_real or not value.is_number or not value.is_finite:
        return None
    with mpmath.workdps(DIGITS):
        return mpmath.mpf(sp.Float(value, DIGITS)._mpf_)


def _refute(problem: Problem) -> Judgement | None:
    symbols, sign = problem.symbols, problem.sign
    evaluated = 0
    for point in _points(problem):
        a, b = _number(problem.left, point), _number(problem.right, point)
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


def _proved(problem: Problem) -> str:
    """Return how the claim was proved, or the empty string."""
    difference = problem.right.doit() - problem.left.doit()
    if problem.sign == 0:
        return "the difference simplifies to zero" if _is_zero(difference) else ""
    difference = problem.sign * difference
    if not difference.free_symbols:
        return "both sides evaluated to 50 digits"
    form = problem.form
    if form is not None:
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
