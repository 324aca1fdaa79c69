"""Sympy expressions become numbers: against `evalf` with 30 digits, and exactly."""

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds import (
    MissingValue,
    evaluate,
    evaluate_precisely,
    inner,
    latex,
    matrix,
    norm,
    satisfied,
    times,
    vector,
)

x, y, z = sp.symbols("x y z", positive=True)
LEAVES = [x, y, z, sp.Integer(2), sp.Rational(1, 3), sp.pi, sp.Integer(1)]
UNARY = [
    sp.sqrt,
    lambda e: sp.log(1 + e),
    lambda e: sp.exp(-e),
    sp.erf,
    lambda e: sp.erfc(e / 5),
    lambda e: sp.atan(e),
    lambda e: e**2,
    lambda e: 1 / (1 + e),
    lambda e: sp.Max(e, 1),
    lambda e: sp.Piecewise((e, e < 1), (1 / e, True)),
    lambda e: sp.gamma(1 + e / (1 + e)),
]


@st.composite
def expressions(draw: st.DrawFn) -> sp.Expr:
    """Positive expressions in x, y, z of moderate size."""
    parts = draw(st.lists(st.sampled_from(LEAVES), min_size=2, max_size=4))
    result = parts[0]
    for part in parts[1:]:
        result = draw(st.sampled_from([result + part, result * part, result / part]))
        result = draw(st.sampled_from(UNARY))(result)
    return sp.sympify(result)


def numbers(shape: tuple[int, ...], seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {name: np.exp(rng.uniform(-1, 1, shape)) for name in "xyz"}


@settings(max_examples=20)
@given(expressions(), st.integers(0, 2**32))
def test_evaluate_agrees_with_30_digits(expression, seed):
    values = numbers((3,), seed)
    result = evaluate(expression, values)
    for i in range(3):
        point = {s: sp.Float(float(values[s.name][i]), 40) for s in expression.free_symbols}
        assert result.flat[i if result.size > 1 else 0] == pytest.approx(
            float(expression.subs(point).evalf(30)), rel=1e-11
        )


@settings(max_examples=20)
@given(expressions(), st.integers(0, 2**32))
def test_scalars_and_columns_and_rows_broadcast(expression, seed):
    values = numbers((2, 3), seed)
    values["x"], values["y"] = values["x"][:, :1], values["y"][0]
    needed = {s.name for s in expression.free_symbols}
    result = evaluate(expression, {name: values[name] for name in needed})
    assert result.dtype == np.float64
    assert result.shape == np.broadcast_shapes(*(values[name].shape for name in needed), ())
    whole = {name: np.broadcast_to(values[name], (2, 3)) for name in "xyz"}
    np.testing.assert_allclose(
        np.broadcast_to(result, (2, 3)),
        evaluate(expression + 0 * (x + y + z), whole) * np.ones((2, 3)),
        rtol=1e-13,
    )


def test_a_constant_is_a_float64_scalar_and_its_simplified_form_keeps_the_shape():
    assert evaluate(sp.Integer(3), {}).dtype == np.float64
    assert evaluate(sp.Integer(3), {"x": np.ones(4)}).shape == ()
    assert evaluate(sp.Piecewise((1, x > 0), (2, True)) + 0, {"x": np.ones(4)}).shape in [(), (4,)]
    real = sp.Symbol("r", real=True)
    constant_in_all_branches = sp.Piecewise((1, real < 0), (2, True))
    assert evaluate(constant_in_all_branches, {"r": np.array([-1.0, 1.0])}).tolist() == [1, 2]


def test_a_branch_that_is_not_taken_overflows_in_silence():
    r = sp.Symbol("r", real=True)
    safe = sp.Piecewise((sp.exp(r), r < 0), (1 + r, True))
    with np.errstate(all="raise"):
        result = evaluate(safe, {"r": np.array([-1.0, 1000.0])})
    np.testing.assert_allclose(result, [np.exp(-1), 1001])


def test_outside_the_domain_the_result_is_nan():
    r = sp.Symbol("r", real=True)
    assert np.isnan(evaluate(sp.sqrt(r), {"r": -1.0}))
    assert np.isnan(evaluate(sp.log(r), {"r": -1.0}))


def test_a_missing_symbol_is_named_with_what_there_is():
    with pytest.raises(MissingValue, match=r"'y' has no value.*there are values for: x"):
        evaluate(x + y, {"x": 1.0})


@given(st.integers(1, 5), st.integers(0, 2**32), st.sampled_from([(), (4,), (2, 3)]))
def test_vectors_and_matrices_map_to_scalars(d, seed, shape):
    rng = np.random.default_rng(seed)
    u, v = rng.standard_normal((*shape, d)), rng.standard_normal(d)
    root = rng.standard_normal((*shape, d, d))
    a = root @ np.swapaxes(root, -1, -2)
    scale = 2.0 + 0 * u[..., 0]
    U, V, A, s = vector("u"), vector("v"), matrix("A"), sp.Symbol("s", real=True)
    values = {"u": u, "v": v, "A": a, "s": scale}
    w = u - scale[..., None] * v
    np.testing.assert_allclose(
        evaluate(norm(U - s * V), values), np.sqrt((w**2).sum(-1)), rtol=1e-12
    )
    np.testing.assert_allclose(evaluate(norm(U, 1), values), np.abs(u).sum(-1), rtol=1e-12)
    np.testing.assert_allclose(evaluate(norm(U, sp.oo), values), np.abs(u).max(-1), rtol=1e-12)
    np.testing.assert_allclose(evaluate(norm(U, s), values), evaluate(norm(U), values), rtol=1e-12)
    np.testing.assert_allclose(evaluate(inner(U, V), values), (u * v).sum(-1), atol=1e-12)
    by_hand = np.einsum("...i,...i->...", w, (a @ w[..., None])[..., 0])
    np.testing.assert_allclose(
        evaluate(norm(U - s * V, A) ** 2, values), by_hand, rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(
        evaluate(inner(times(A, U), V), values),
        ((a @ u[..., None])[..., 0] * v).sum(-1),
        rtol=1e-10,
        atol=1e-10,
    )


def test_the_norm_in_a_covariance_is_rotation_invariant():
    rng = np.random.default_rng(0)
    q = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    v, a = rng.standard_normal(4), np.diag([1.0, 2.0, 3.0, 4.0])
    expression = norm(vector("v"), matrix("A"))
    np.testing.assert_allclose(
        evaluate(expression, {"v": v, "A": a}),
        evaluate(expression, {"v": q @ v, "A": q @ a @ q.T}),
        rtol=1e-12,
    )


def test_predicates_evaluate_element_by_element_also_when_joined():
    r, s = sp.symbols("r s", real=True)
    values = {"r": np.array([1.0, 2.0, 3.0]), "s": 2.0}
    assert satisfied(sp.And(r >= s, r < 3), values).tolist() == [False, True, False]
    assert satisfied(sp.Or(r > s, sp.Eq(r, 1)), values).tolist() == [True, False, True]
    assert satisfied(sp.true, {}).tolist() is True
    assert satisfied(sp.Eq(sp.Mod(r, 2), 0), values).tolist() == [False, True, False]


@settings(max_examples=20)
@given(st.fractions(-50, 50, max_denominator=64), st.fractions(1, 50, max_denominator=64))
def test_precise_evaluation_equals_fractions(a, b):
    r = sp.Symbol("r", real=True)
    value = evaluate_precisely((r**3 - 2 * r) / y + 1, {"r": float(a), "y": float(b)})
    a, b = Fraction(float(a)), Fraction(float(b))
    exact = (a**3 - 2 * a) / b + 1
    error = abs(Fraction(mpmath.nstr(value, 50)) - exact)
    assert error <= Fraction(1, 10**45) * max(1, abs(exact))


def test_precise_evaluation_takes_the_doubles_at_their_exact_values():
    tenth = evaluate_precisely(10 * x - 1, {"x": 0.1})
    assert 0 < tenth < 1e-15


def test_a_fraction_to_the_power_of_a_fraction_is_a_number_and_no_integer_of_all_its_digits():
    value = evaluate_precisely((48 * x) ** (99 / y), {"x": 12345.678, "y": 0.1001})
    with mpmath.workdps(60):
        expected = (48 * mpmath.mpf(12345.678)) ** (99 / mpmath.mpf(0.1001))
        assert abs(value / expected - 1) < 1e-45


@settings(max_examples=20)
@given(expressions(), st.integers(0, 2**32))
def test_the_two_evaluations_agree(expression, seed):
    point = {name: float(v[0]) for name, v in numbers((1,), seed).items()}
    quick = float(np.ravel(evaluate(expression, point))[0])
    assert quick == pytest.approx(float(evaluate_precisely(expression, point)), rel=1e-11)


def test_precise_evaluation_refuses_arrays_and_complex_numbers():
    with pytest.raises(ValueError, match="only scalars"):
        evaluate_precisely(norm(vector("v")), {"v": 1.0})
    with pytest.raises(ValueError, match="not a real number"):
        evaluate_precisely(sp.sqrt(sp.Symbol("r", real=True)), {"r": -1.0})
    with pytest.raises(MissingValue):
        evaluate_precisely(x, {})


@pytest.mark.parametrize(
    "formula",
    [
        y * sp.exp(-x) / 2,
        -3 * sp.exp(-x * y) / (2 * z),
        z * x ** (-y) * sp.sqrt(x),
        x ** (y - z) / y**2,
        sp.Integral(z * sp.exp(-x * y), (x, 0, 1)) * 2 ** (-y),
        1 - x * (1 + y) * sp.exp(-z) / (1 + z),
    ],
)
def test_a_power_is_printed_where_sympy_prints_it(formula):
    """Which of them go to the denominator is decided without sympy's simplification."""
    assert latex(formula) == sp.latex(formula, inv_trig_style="power")


def test_latex_of_array_functions_reads_like_the_paper():
    theta, sigma = vector("theta"), matrix("Sigma")
    assert latex(norm(theta, sigma)) == r"\left\|\theta\right\|_{\Sigma}"
    assert latex(norm(theta) ** 2) == r"\left\|\theta\right\|^{2}"
    assert latex(inner(theta, times(sigma, theta))) == (
        r"\left\langle \theta, \Sigma \theta\right\rangle"
    )


def test_what_is_not_a_real_number_is_nan():
    values = {"x": np.array([1.0, 4.0])}
    assert np.isnan(evaluate(sp.sqrt(-x), values)).all(), "sympy writes it as i sqrt(x)"
    assert np.isnan(evaluate(sp.I * x + 1, values)).all()
    assert evaluate((sp.I * x) ** 2 + 5, values).tolist() == [4, -11]
    assert np.isnan(evaluate(sp.log(x - 2), values)).tolist() == [True, False]


def test_a_matrix_acts_on_the_vector_to_its_right():
    rng = np.random.default_rng(0)
    a, u, v = rng.standard_normal((5, 3, 3)), rng.standard_normal(3), rng.standard_normal((5, 3))
    found = evaluate(inner(vector("u"), times(matrix("A"), vector("v"))), dict(u=u, A=a, v=v))
    np.testing.assert_allclose(found, [u @ a[k] @ v[k] for k in range(5)], rtol=1e-12)


def test_roots_of_numbers_that_sympy_cannot_factor_are_evaluated():
    x, y = sp.symbols("x y", positive=True)
    point = {"x": 60.429639023813294, "y": 60.70201741865932}
    found = evaluate_precisely(sp.sqrt(x) * sp.sqrt(y), point)
    with mpmath.workdps(50):
        wanted = mpmath.sqrt(mpmath.mpf(point["x"]) * mpmath.mpf(point["y"]))
        assert abs(found / wanted - 1) < mpmath.mpf(10) ** -45


@pytest.mark.parametrize(
    "function",
    [
        sp.harmonic,
        lambda x: sp.harmonic(x, 2),
        lambda x: sp.betainc(x, 2, 0, sp.Rational(1, 2)),
        lambda x: sp.betainc_regularized(x, 2, 0, sp.Rational(1, 2)),
        lambda x: sp.lowergamma(x, 2),
        lambda x: sp.uppergamma(x, 2),
    ],
)
def test_a_function_that_the_code_writes_out_stays_one_factor(function):
    x = sp.Symbol("x", positive=True)
    for expression in (3 - x * function(x), function(x) ** 2, 1 / function(x)):
        found = float(evaluate(expression, {"x": 5}))
        assert found == pytest.approx(float(evaluate_precisely(expression, {"x": 5})), rel=1e-9)


PLAIN = (
    sp.exp(x) * sp.log(y) + sp.Max(x, y, 3) - sp.Min(x, y) + sp.Abs(x - y) ** sp.Rational(1, 3),
    sp.floor(x) + sp.ceiling(y) + sp.sign(x - y) + sp.pi + sp.EulerGamma + sp.E**2,
    sp.atan(x) + sp.sinh(x) + sp.asin(x / 10) + sp.acos(x / 10) + sp.tan(x / 10) + sp.tanh(y),
    sp.Piecewise(
        (0, sp.Eq(x, 1)), (1, (x > 1) & sp.Ne(y, 2)), (2, ~((x > 2) | (y > 1))), (3, True)
    ),
)


def test_what_needs_no_special_function_is_evaluated_without_scipy():
    code = (
        "import json, sys, numpy, test_numeric\n"
        "from bounds import evaluate\n"
        "at = {'x': numpy.linspace(0.1, 3, 7), 'y': 2.5}\n"
        "print(json.dumps([evaluate(one, at).tolist() for one in test_numeric.PLAIN]))\n"
        "assert 'scipy.special' not in sys.modules"
    )
    folders = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    environment = os.environ | {"PYTHONPATH": folders}
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
    for formula, found in zip(PLAIN, json.loads(done.stdout), strict=True):
        values = [float(formula.subs({x: one, y: 2.5})) for one in np.linspace(0.1, 3, 7)]
        np.testing.assert_allclose(found, values, rtol=1e-13)


@pytest.mark.parametrize(
    "product",
    [
        1 - sp.sqrt(sp.pi / 2) * x * sp.exp(x**2 / 2) * sp.erfc(x / sp.sqrt(2)),
        x**2 * sp.exp(x**2 / 4) * (sp.besselk(1, x**2 / 4) - sp.besselk(0, x**2 / 4)),
        3 + y * sp.exp(x) * sp.besselk(0, x),
    ],
)
def test_what_grows_times_what_fades_is_a_number_beyond_the_range_of_both(product):
    at = {"x": 100.0, "y": 2.0}
    values = {symbol.name: at[symbol.name] for symbol in product.free_symbols}
    assert float(evaluate(product, values)) == pytest.approx(
        float(evaluate_precisely(product, values)), rel=1e-12 if product.has(y) else 1e-9
    )
    at["x"] = 1000.0
    values = {symbol.name: at[symbol.name] for symbol in product.free_symbols}
    assert np.isfinite(evaluate(product, values))


@pytest.mark.parametrize("value", ["-1.5", "0", "3e-40"])
def test_a_number_of_many_digits_keeps_them_and_its_sign(value):
    with mpmath.workdps(50):
        number = mpmath.mpf(value) / 3
        assert mpmath.almosteq(evaluate_precisely(2 * sp.Symbol("x"), {"x": number}), 2 * number)
