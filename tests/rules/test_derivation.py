"""The rule for derivations: refuted at points, or proved by algebra."""

from dataclasses import replace

import pytest
import sympy as sp

from bounds import Derivation, Theorem, inner, matrix, norm, required, times, vector
from verify.judging.rules import derivation

x, y = sp.symbols("x y", positive=True)
r = sp.Symbol("r", real=True)
k = sp.Symbol("k", integer=True, positive=True)


def judge(left, hypotheses=(), quantities=None, **sides):
    claim = Derivation("d", left=left, **sides)
    theorem = Theorem(
        id="own/proof-1",
        statement="",
        claims=[claim],
        hypotheses=hypotheses,
        quantities=quantities or {},
    )
    return derivation.judge(theorem, claim)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((x + y) ** 2, x**2 + 2 * x * y + y**2),
        (sp.Derivative(x**3, x), 3 * x**2),
        (sp.Integral(sp.exp(-x * r**2), (r, -sp.oo, sp.oo)), sp.sqrt(sp.pi / x)),
        (sp.Sum(k, (k, 1, 4)), 10),
        (sp.Limit((1 + x / r) ** r, r, sp.oo), sp.exp(x)),
        (sp.log(x * y), sp.log(x) + sp.log(y)),
        (sp.sqrt(x**2 * y), x * sp.sqrt(y)),
        (sp.cos(r) ** 2 + sp.sin(r) ** 2, 1),
        (1 / (1 + sp.sqrt(2)), sp.sqrt(2) - 1),
    ],
)
def test_true_derivations_hold(left, right):
    assert judge(left, equals=right).verdict == "holds"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((x + y) ** 2, x**2 + x * y + y**2),
        (sp.Derivative(x**3, x), 3 * x),
        (sp.sqrt(r**2), r),
        (sp.log(x + y), sp.log(x) + sp.log(y)),
        (sp.Sum(k, (k, 1, 4)), 11),
        (sp.Integer(1), sp.Integer(2)),
        (sp.oo, x),
        (sp.oo, -sp.oo),
        (x, x + sp.Rational(1, 10**20)),
    ],
)
def test_false_derivations_are_broken_at_a_point_of_their_domain(left, right):
    found = judge(left, equals=right)
    assert found.verdict == "broken"
    parameters = {name: sp.Rational(text) for name, text in found.values["parameters"].items()}
    sides = [
        sp.N(
            side.subs(
                {s: parameters[s.name] for s in side.free_symbols if s.name in parameters}
            ).doit(),
            50,
        )
        for side in map(sp.sympify, (left, right))
    ]
    assert sides[0] != sides[1]
    assert [float(side) for side in sides] == pytest.approx(
        [found.values["observed"], found.values["predicted"]]
    )


def test_no_difference_is_too_small_and_no_number_too_large():
    assert judge(x, equals=x + sp.Rational(1, 10**40)).verdict == "broken"
    near = sp.exp(sp.pi * sp.sqrt(163))  # 7.5e-13 below the integer
    assert judge(near, at_least=262537412640768744).verdict == "broken"
    assert judge(near, at_most=262537412640768744).verdict == "holds"
    assert "a difference of 7.5e-13" in judge(near, equals=262537412640768744).note
    assert judge(1 + sp.Rational(1, 10**30), at_most=1).verdict == "broken"
    assert judge(1, at_most=1 + sp.Rational(1, 10**300)).verdict == "holds"
    huge = sp.Integer(10) ** 60
    assert judge(huge + 1, at_most=huge).verdict == "broken"
    assert judge(sp.exp(sp.Integer(10) ** 9), at_most=sp.exp(sp.Integer(10) ** 9) + 1).verdict != (
        "broken"
    )


def test_rules_that_need_positive_arguments_are_not_taken_for_granted():
    a, b = sp.symbols("a b", positive=True)
    s, t = sp.symbols("s t", real=True)
    assert judge((r**a) ** b, equals=r ** (a * b)).verdict == "broken"
    assert judge((r**s) ** t, equals=r ** (s * t)).verdict == "broken"
    assert judge((x**s) ** t, equals=x ** (s * t)).verdict == "holds"
    assert judge(sp.sqrt(r * s), equals=sp.sqrt(r) * sp.sqrt(s)).verdict != "holds"
    assert judge(sp.log(r**2), equals=2 * sp.log(r)).verdict == "broken", "complex for r < 0"
    assert judge(sp.log(x**2), equals=2 * sp.log(x)).verdict == "holds"


def test_strict_hypotheses_help_the_algebra():
    below, near = required(r < 1, "r is below one"), required(x < y, "x is below y")
    power = ((1 + x) ** (2 / (1 - r))) ** ((r - 1) / 2)
    assert judge(power, [below], equals=1 / (1 + x)).verdict == "holds"
    ratio = sp.sqrt(1 / sp.log(y / x)) * sp.sqrt(sp.log(y / x))
    assert judge(ratio, [near], equals=1).verdict == "holds"
    assert judge(ratio, [near], equals=1 + sp.Rational(1, 10**50)).verdict == "broken"


def test_equal_constants_need_the_algebra():
    root = sp.sqrt(3 + 2 * sp.sqrt(2))
    assert judge(root, at_most=1 + sp.sqrt(2)).verdict == "holds"
    assert judge(root, equals=1 + sp.sqrt(2)).verdict == "holds"


def test_a_derivation_that_takes_too_much_work_is_left_and_says_so(monkeypatch):
    monkeypatch.setattr(derivation, "MOST_SECONDS", 0.2)
    monkeypatch.setattr(derivation, "_proved", lambda problem: [None for _ in iter(int, 1)])
    found = judge(x, equals=x)
    assert (found.verdict, found.reason) == ("undecided", "proof")
    assert found.note.startswith("limit of work")


def test_points_stay_inside_the_domain_the_hypotheses_and_where():
    small = required(r < 1, "r is small")
    positive = required(r > 0, "r is positive")
    assert judge(sp.Abs(r), equals=r).verdict == "broken"
    assert judge(sp.sqrt(r**2), [positive], equals=r).verdict in ("holds", "undecided")
    negative = sp.Symbol("s", negative=True)
    assert judge(sp.Abs(negative), equals=-negative).verdict == "holds"
    assert judge(sp.Abs(negative), equals=negative).verdict == "broken"
    bounded = judge(r**2, [positive, small], at_most=r)
    assert bounded.verdict != "broken"
    claim = Derivation("d", left=r**2, at_most=r, where=sp.And(r > 0, r < 1))
    theorem = Theorem(id="own/proof-1", statement="", claims=[claim])
    assert derivation.judge(theorem, claim).verdict != "broken"


def test_a_hypothesis_on_a_named_quantity_keeps_points_inside():
    kappa = sp.Symbol("kappa")
    inside = [required(kappa < 1, "kappa is small")]
    quantities = {"kappa": x / y}
    assert judge(x, inside, quantities, at_most=y).verdict != "broken"
    assert judge(x, (), quantities, at_most=y).verdict == "broken"


def test_quantities_are_written_out_on_both_sides():
    q = sp.Symbol("q", positive=True)
    assert judge(q**2, (), {"q": sp.sqrt(x)}, equals=x).verdict == "holds"
    assert judge(q, (), {"q": sp.sqrt(x)}, equals=x).verdict == "broken"


def test_inequalities_are_refuted_or_proved_by_sign_or_by_a_visible_form():
    assert judge(2 * x * y, at_most=x**2 + y**2, nonnegative=(x - y) ** 2).verdict == "holds"
    assert judge(x**2 + y**2, at_least=2 * x * y, nonnegative=(x - y) ** 2).verdict == "holds"
    assert judge(2 * x * y, at_most=x**2 + y**2, nonnegative=(x + y) ** 2).verdict == "undecided"
    assert judge(3 * x * y, at_most=x**2 + y**2).verdict == "broken"
    almost = (x - sp.sqrt(2)) ** 2 - sp.Rational(1, 10**12)  # negative where no point is tried
    found = judge(2 * x, at_most=almost + 2 * x, nonnegative=almost)
    assert (found.verdict, found.reason) == ("undecided", "proof")
    assert judge(x, at_most=x + y).verdict == "holds"
    assert judge(x, at_least=x + y).verdict == "broken"
    assert judge(sp.pi, at_most=sp.Rational(22, 7)).verdict == "holds"
    assert judge(sp.pi, at_least=sp.Rational(22, 7)).verdict == "broken"


def test_what_fails_only_far_from_one_is_refuted():
    assert judge(1 / (1 + x), at_least=sp.Rational(1, 20)).verdict == "broken"
    assert judge(1 / (1 + x), at_most=sp.Rational(19, 20)).verdict == "broken"


def test_integrals_that_are_off_only_far_from_one_are_refuted_there():
    bell = sp.Integral(sp.exp(-x * r**2), (r, -sp.oo, sp.oo))
    found = judge(bell, at_least=sp.Rational(1, 4))
    assert found.verdict == "broken"
    at = sp.Rational(found.values["parameters"]["x"])
    assert found.values["observed"] == pytest.approx(float(sp.sqrt(sp.pi / at)))


def test_integrals_are_worked_out_at_the_first_points_alone(monkeypatch):
    worked_out = derivation._worked_out
    points = []

    def counted(expression, point):
        points.append(point)
        return worked_out(expression, point)

    monkeypatch.setattr(derivation, "_worked_out", counted)
    bell = sp.Integral(sp.exp(-x * r**2), (r, -sp.oo, sp.oo))
    assert judge(bell, equals=sp.sqrt(sp.pi / x)).verdict == "holds"
    assert len(set(points)) == derivation.ANEW


def test_a_closed_form_that_is_none_neither_refutes_nor_is_asked_on(monkeypatch):
    def wrong(problem, points):
        return replace(problem, left=sp.sqrt(sp.pi / x) + 1)

    monkeypatch.setattr(derivation, "_closed", wrong)
    bell = sp.Integral(sp.exp(-x * r**2), (r, -sp.oo, sp.oo))
    assert judge(bell, equals=sp.sqrt(sp.pi / x)).verdict == "holds"
    assert judge(bell, at_most=sp.sqrt(sp.pi / x) + 1 - x / 1000).verdict == "broken"


class Moody(sp.Function):
    """Comes out larger by one where its argument is a number."""

    def doit(self, **hints):
        return self.args[0] + (0 if self.free_symbols else 1)


def test_a_closed_form_that_differs_at_a_point_is_not_taken():
    left = Moody(x) + sp.Sum(k, (k, 1, 4))
    problem = derivation.Problem(left, x + 10, 0, None, ())
    assert derivation._closed(problem, [{x: sp.Integer(2)}]) is problem
    assert derivation._closed(problem, []).left == x + 10


def test_agreement_without_a_proof_is_undecided_and_says_so():
    found = judge(sp.besselj(0, x) ** 2 + sp.besselj(1, x), at_most=10)
    assert (found.verdict, found.reason) == ("undecided", "proof")


def test_sides_that_are_never_real_numbers_are_an_error():
    found = judge(sp.Mul(sp.zoo, x, evaluate=False), equals=x)
    assert (found.verdict, found.reason) == ("undecided", "error")
    nowhere = [required(r > 1, "large"), required(r < 0, "small")]
    assert judge(r, nowhere, equals=r).reason == "error"


def test_norms_and_products_of_arrays_are_compared_in_one_dimension():
    v, a = vector("v"), matrix("A")
    assert judge(norm(v), equals=x).verdict == "broken"
    assert judge(norm(v, a) ** 2, equals=inner(v, times(a, v))).verdict != "broken"
    assert judge(norm(v, 4 * a), equals=2 * norm(v, a)).verdict != "broken"
    assert judge(norm(v, 4 * a), equals=norm(v, a)).verdict == "broken"
    square = norm(v) ** 2 + 2 * x * norm(v) + x**2
    assert judge((norm(v) + x) ** 2, equals=square).verdict == "holds"


def test_the_same_points_are_drawn_every_time():
    first, again = (judge((x + y) ** 2, equals=x**2 + y**2) for _ in range(2))
    assert first.values == again.values
