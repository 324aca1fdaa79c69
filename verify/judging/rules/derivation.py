"""Rule for derivations: one formula follows from others by algebra.

First the sides are compared at rational points, in ball arithmetic (vectors have length one): a
ball of the difference that does not contain zero refutes the derivation, however close the sides
are, and the point is its counter-example. Only then is the algebra asked to prove it, by rules that
hold on the whole domain of the symbols. Agreement at points without a proof is `undecided (proof)`,
and so is what takes too much work.

Sums, integrals and limits are worked out anew at the first points. If a closed form of them, for
all values of the symbols, agrees there, the other points are put into that: working out is dear.
What seems to be refuted by the closed form counts only if it is without.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import sympy as sp

from bounds import Theorem, arrays, numeric, satisfied
from bounds.claims import Claim
from bounds.symbols import outside_domain
from verify.catalogue.alarm import alarm
from verify.evidence.sample import expand
from verify.judging import balls
from verify.judging.judgement import Judgement
from verify.judging.proofs import fingerprint

POINTS = 24
SIMPLE = [sp.Rational(p, q) for p, q in ((1, 2), (1, 1), (2, 1), (3, 1), (3, 2), (1, 3), (4, 1))]
"""Half of the values at which sides are compared: powers and roots are real there, or exact."""

SPREAD = 1.5
"""Mean size of the logarithm of the others: one in four is beyond 8 (or 1/8), one in 30 beyond 150.

What fails only far from one is refuted there.
"""

ANEW = 6
"""At so many points sums, integrals and limits are worked out, before a closed form is asked."""

MOST_OPERATIONS = 2000
"""Larger differences are expanded, and not simplified in dearer ways."""

MOST_SECONDS = 40.0
"""CPU seconds after which a derivation is left: generous for what a person writes down."""

LIMIT = "limit of work"
"""Begins the note of a derivation that was left; it is not kept, as another machine may do it."""


CODE = (
    __file__,
    balls.__file__,
    arrays.__file__,
    numeric.__file__,
    inspect.getfile(outside_domain),
)
"""What derivations are judged by."""


class _OutOfWork(BaseException):
    """The CPU time of a derivation is spent. No Exception, so that sympy does not catch it."""


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
    def of(cls, theorem: Theorem, claim: Claim) -> Problem:
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
        return fingerprint(CODE, (self.left, self.right, self.sign, self.form, *self.inside))

    @property
    def symbols(self) -> list[sp.Symbol]:
        """The symbols of both sides, by name."""
        return sorted(self.left.free_symbols | self.right.free_symbols, key=lambda s: s.name)


def judge(theorem: Theorem, claim: Claim) -> Judgement:
    """Judge a derivation."""
    return decide(Problem.of(theorem, claim))


def decide(problem: Problem) -> Judgement:
    """Refute a derivation at points, or prove it by algebra, within the limit of work."""
    try:
        with alarm(MOST_SECONDS, _OutOfWork, "user"):
            return _decide(problem)
    except (_OutOfWork, RecursionError, MemoryError):
        note = f"{LIMIT}: left after {MOST_SECONDS:.0f} CPU seconds or for want of memory"
        return Judgement("undecided", "proof", 0.0, 0.0, note=note)


def _decide(problem: Problem) -> Judgement:
    compared = _compare(problem)
    if compared is not None:
        return compared
    proved = _proved(problem)
    if proved:
        return Judgement("holds", proved, 0.0, 0.0)
    return Judgement("undecided", "proof", 0.0, 0.0, note=f"no difference at {POINTS} points")


def _points(problem: Problem) -> Iterator[dict[sp.Symbol, sp.Rational]]:
    """Yield rational points in the domain of the symbols and inside the hypotheses, each once."""
    symbols = problem.symbols
    rng = np.random.default_rng(0)
    found, seen = 0, set()
    for _ in range(400 * POINTS):
        point = {}
        for symbol in symbols:
            if symbol.is_integer:
                value = sp.Integer(int(np.exp(rng.uniform(0, 4))))
            else:
                simple = SIMPLE[int(rng.integers(len(SIMPLE)))]
                size = sp.Rational(int(1 + 1000 * np.exp(rng.laplace(0, SPREAD))), 1000)
                size = simple if rng.random() < 0.5 else size
                signed = symbol.is_nonnegative or arrays.rank(symbol) == 2 or rng.random() < 0.5
                value = size if signed and not symbol.is_nonpositive else -size
            point[symbol] = value
        numbers = {symbol.name: float(value) for symbol, value in point.items()}
        if any(outside_domain(symbol, numbers[symbol.name]) for symbol in symbols):
            continue
        if not _inside(problem, numbers):
            continue
        values = tuple(point.values())
        if values not in seen:
            seen.add(values)
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


_WORKED_OUT = (sp.Sum, sp.Product, sp.Integral, sp.Limit)
_UNEVALUATED = (*_WORKED_OUT, sp.Derivative, sp.Subs)


@lru_cache(maxsize=64)
def _prepared(expression: sp.Expr) -> sp.Expr:
    """Write a side for vectors of length one, with derivatives taken: these are so at any point."""

    def may_be_taken(one: sp.Basic) -> bool:
        return isinstance(one, sp.Derivative | sp.Subs) and not one.has(*_WORKED_OUT)

    return _in_one_dimension(expression).replace(may_be_taken, lambda one: one.doit())


def _at(expression: sp.Expr, point: dict[sp.Symbol, sp.Rational]) -> sp.Expr:
    """Return a side as a closed expression at a point, infinite ones as infinity."""
    expression = _prepared(expression)
    if expression.has(*_UNEVALUATED, sp.oo, -sp.oo, sp.zoo, sp.nan):
        return _worked_out(expression, tuple(point.items()))
    return expression


@lru_cache(maxsize=64)
def _worked_out(expression: sp.Expr, point: tuple[tuple[sp.Symbol, sp.Rational], ...]) -> sp.Expr:
    return expression.subs(dict(point)).doit()


def _compare(problem: Problem, anew: int = ANEW) -> Judgement | None:
    """Compare the sides at points; constants of which one is certainly larger hold at once."""
    evaluated: list[dict[sp.Symbol, sp.Rational]] = []
    asked = None
    for point in _points(problem):
        if asked is None and len(evaluated) == anew:
            asked = _closed(problem, evaluated)
        found, proved, refuted = _judged(asked or problem, point)
        if refuted is not None and asked not in (None, problem):
            refuted = _judged(problem, point)[2]
            if refuted is None:  # the closed form is not one
                return _compare(problem, POINTS)
        if refuted is not None:
            return refuted
        if found is None:
            continue
        evaluated.append(point)
        if not problem.symbols:
            if problem.sign and found == problem.sign:
                how = "in ball arithmetic" if proved else "to 48 digits"
                return Judgement(
                    "holds", f"both sides evaluated {how}", 0.0, 0.0, strength=_known(proved)
                )
            break
    if not evaluated:
        return Judgement(
            "undecided",
            "error",
            0.0,
            float("nan"),
            note="no point of the domain was found at which both sides are real numbers",
        )
    return None


def _closed(problem: Problem, points: Iterable[dict[sp.Symbol, sp.Rational]]) -> Problem:
    """Return a problem with the sides in closed form, if these agree with its own at some points.

    Else it is returned as it is.
    """
    sides = _prepared(problem.left), _prepared(problem.right)
    if not any(side.has(*_UNEVALUATED) for side in sides):
        return problem
    try:
        closed = [side.doit() for side in sides]
        if any(side.has(*_UNEVALUATED) for side in closed):
            return problem
        for point in points:
            for side, form in zip(sides, closed, strict=True):
                if _sign(_at(side, point), _at(form, point), point)[0] not in (None, 0):
                    return problem
    except (balls.NotReal, NotImplementedError, ArithmeticError, TypeError, ValueError):
        return problem
    return replace(problem, left=closed[0], right=closed[1])


def refuted_at(problem: Problem, point: Mapping[sp.Symbol, sp.Rational]) -> Judgement | None:
    """Return the judgement on a derivation that is false at a point of its domain, or nothing."""
    numbers = {symbol.name: float(value) for symbol, value in point.items()}
    if any(outside_domain(symbol, numbers[symbol.name]) for symbol in point):
        return None
    return _judged(problem, dict(point))[2] if _inside(problem, numbers) else None


def _judged(
    problem: Problem, point: dict[sp.Symbol, sp.Rational]
) -> tuple[int | None, bool, Judgement | None]:
    """Return the sign of right - left at a point, whether it is proved, and the refutation if any.

    The sign is ``None`` where a side is no real number, and 0 where they are not told apart.
    """
    a, b = _at(problem.left, point), _at(problem.right, point)
    wanted = problem.sign
    try:
        found, proved = _sign(a, b, point)
    except balls.NotReal:
        return None, False, _one_is_complex(a, b, point) if wanted == 0 else None
    if found not in (None, 0) and (wanted == 0 or found == -wanted):
        return found, proved, _refutation(a, b, point, proved=proved)
    return found or 0, proved, None


def _sign(a: sp.Expr, b: sp.Expr, point: dict[sp.Symbol, sp.Rational]) -> tuple[int | None, bool]:
    """Return the sign of b - a, also where a side is infinite, and whether it is proved."""
    infinite = [side in (sp.oo, -sp.oo) for side in (a, b)]
    if not any(infinite):
        return balls.sign(a, b, point)
    if a == b:
        return 0, True
    return (1 if b is sp.oo or a is -sp.oo else -1), True


def _one_is_complex(
    a: sp.Expr, b: sp.Expr, point: dict[sp.Symbol, sp.Rational]
) -> Judgement | None:
    """Return the judgement on sides of which one is real at a point and the other is not."""
    values = [complex(sp.N(side.subs(point), 30)) if _is_number(side, point) else None
              for side in (a, b)]  # fmt: skip
    if None in values:
        return None
    left, right = (value for value in values if value is not None)
    size = max(abs(left), abs(right))
    if (abs(left.imag) > 1e-9 * size) == (abs(right.imag) > 1e-9 * size):
        return None
    words = f"{left:.8g} against {right:.8g}"
    return _differ(words, left.real, right.real, point, proved=False)


def _is_number(side: sp.Expr, point: dict[sp.Symbol, sp.Rational]) -> bool:
    value = sp.N(side.subs(point), 30)
    return bool(value.is_number and value.is_finite)


def _refutation(
    a: sp.Expr, b: sp.Expr, point: dict[sp.Symbol, sp.Rational], *, proved: bool
) -> Judgement:
    """Return the judgement on sides that differ at a point, with their values there."""

    def number(side: sp.Expr) -> float:
        if side in (sp.oo, -sp.oo):
            return float(side)
        return float(balls.evaluated(side, point, balls.PRECISIONS[1]).value)

    observed, predicted = number(a), number(b)
    words = f"{observed:.8g} against {predicted:.8g}"
    if math.isclose(observed, predicted, rel_tol=1e-7):
        *_, last = balls.differences(a, b, point)
        words += f", a difference of {float(last.value):.3g}"
    return _differ(words, observed, predicted, point, proved=proved)


def _known(proved: bool) -> str:
    return "proved" if proved else "certified"


def _differ(
    words: str,
    observed: float,
    predicted: float,
    point: dict[sp.Symbol, sp.Rational],
    *,
    proved: bool,
) -> Judgement:
    return Judgement(
        "broken",
        "the sides differ",
        0.0,
        1.0,
        note=words,
        strength=_known(proved),
        values={
            "observed": observed,
            "predicted": predicted,
            "parameters": {symbol.name: str(value) for symbol, value in point.items()},
        },
    )


def _proved(problem: Problem) -> str:
    """Return how the claim was proved, or the empty string."""
    difference = problem.right.doit() - problem.left.doit()
    if problem.sign == 0:
        proved = _is_zero(difference) or _is_zero(_where_strict(difference, problem.inside))
        return "the difference simplifies to zero" if proved else ""
    difference = problem.sign * difference
    if not difference.free_symbols:
        return "the difference simplifies to zero" if _is_zero(difference) else ""
    form = problem.form
    if form is not None:
        if form.is_nonnegative and _is_zero(form - difference):
            return "the difference equals a form that is visibly nonnegative"
        return ""
    small = difference.count_ops() <= MOST_OPERATIONS
    if difference.is_nonnegative or (small and sp.simplify(difference).is_nonnegative):
        return "the difference is nonnegative on the whole domain"
    return ""


def _where_strict(difference: sp.Expr, inside: tuple[sp.Basic, ...]) -> sp.Expr:
    """Write a difference so that strict hypotheses on single symbols are seen by the algebra.

    ``s < c`` becomes ``s = c - u`` with a new positive u, or ``s = c / (1 + u)`` if both sides are
    positive: nothing inside the hypotheses is left out.
    """
    for predicate in inside:
        if not isinstance(predicate, sp.StrictLessThan | sp.StrictGreaterThan):
            continue
        small, large = predicate.lts, predicate.gts
        u = sp.Dummy("u", positive=True)
        positive = small.is_positive and large.is_positive
        if small.is_Symbol and small not in large.free_symbols:
            difference = difference.subs(small, large / (1 + u) if positive else large - u)
        elif large.is_Symbol and large not in small.free_symbols:
            difference = difference.subs(large, small * (1 + u) if positive else small + u)
    return difference


def _is_zero(difference: sp.Expr) -> bool:
    """Whether sympy proves that an expression vanishes, by increasingly costly means.

    None of them takes a rule for granted that needs more than the symbols' own domains.
    """
    if difference.is_zero:
        return True
    cheap = (sp.expand,)
    dear = (
        sp.cancel,
        sp.factor,
        sp.simplify,
        sp.radsimp,
        sp.sqrtdenest,
        lambda e: sp.simplify(sp.expand_log(sp.expand_func(e))),
        lambda e: sp.simplify(sp.powdenest(sp.expand(e))),
        lambda e: sp.simplify(e.rewrite(sp.exp)),
    )
    small = difference.count_ops() <= MOST_OPERATIONS
    for transform in (*cheap, *(dear if small else ())):
        try:
            if transform(difference) == 0:
                return True
        except (NotImplementedError, sp.PolynomialError, TypeError, ValueError):
            continue
    return False
