"""Strategies draw what a theorem speaks about, and nothing else."""

import doctest

import numpy as np
import pytest
import sympy as sp
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import verify.probing.strategies
from bounds import Identity, Theorem, evaluate, required, vector
from verify.catalogue.registry import load_registry
from verify.errors import UnknownName, UserError
from verify.strategies import covariances, parameters, vectors

m, n = sp.symbols("m n", positive=True, integer=True)
eps = sp.Symbol("eps", nonnegative=True)
r = sp.Symbol("r", real=True)
s = sp.Symbol("s", negative=True)
even = sp.Symbol("even", even=True, positive=True)
theta = vector("theta")
GENERATE = settings(
    max_examples=1500,
    database=None,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
THEOREM = Theorem(
    id="own/theorem-1",
    statement="",
    quantities={"ratio": m / n},
    hypotheses=[
        required(m > n, "wide"),
        required(sp.Symbol("ratio") < 50, "not too wide"),
        required(None, "in words"),
    ],
    claims=[Identity("a", observable="y", equals=m * eps + r * s + even + theta)],
)


@given(parameters(THEOREM))
def test_values_meet_domains_and_required_hypotheses_also_of_named_quantities(values):
    assert set(values) == {"m", "n", "eps", "r", "s", "even"}
    assert THEOREM.unmet(values) == []
    assert values["m"] > values["n"] and values["m"] < 50 * values["n"]
    assert isinstance(values["m"], int) and isinstance(values["r"], float)
    assert values["s"] < 0 <= values["eps"] and values["even"] % 2 == 0
    assert np.isfinite(evaluate(m * eps + r * s, values))


@given(parameters(THEOREM, only=["n", "eps", "r"], n=(5, 9), eps=[0.25, 0.5], r=7.0))
def test_ranges_choices_and_fixed_values_are_kept(values):
    assert set(values) == {"n", "eps", "r"}
    assert 5 <= values["n"] <= 9 and values["eps"] in (0.25, 0.5) and values["r"] == 7.0


@given(parameters(THEOREM, only=["eps", "s", "even"], eps=(0, 1), s=(-2, 0), even=(3, 8)))
def test_ranges_do_not_leave_the_domain(values):
    assert 0 <= values["eps"] <= 1 and -2 <= values["s"] < 0 and values["even"] in (4, 6, 8)


@pytest.mark.parametrize(
    "extreme",
    [
        lambda v: v["eps"] == 0,
        lambda v: v["eps"] > 100,
        lambda v: 0 < v["eps"] < 0.01,
        lambda v: v["r"] < -100,
        lambda v: v["r"] > 100,
        lambda v: v["m"] > 900,
        lambda v: v["n"] == 1,
        lambda v: v["even"] == 2,
    ],
)
def test_every_corner_of_the_domain_is_reached(extreme):
    assert find(parameters(THEOREM), extreme, settings=GENERATE)


def test_an_equation_among_the_hypotheses_fixes_its_symbol():
    noiseless = Theorem(
        id="own/theorem-2",
        statement="",
        claims=[Identity("a", observable="y", equals=eps * m)],
        hypotheses=[required(sp.Eq(eps, 0), "no noise"), required(sp.Eq(n, m), "square")],
    )
    found = find(parameters(noiseless), lambda v: v["m"] > 10, settings=GENERATE)
    assert found["eps"] == 0 and found["n"] == found["m"] > 10
    free = find(parameters(noiseless, n=[3, 5], only=["m", "n"]), lambda v: True, settings=GENERATE)
    assert free["n"] == free["m"], "a value of one's own comes before the equation"


def test_unknown_theorems_symbols_and_empty_ranges_are_one_sentence():
    with pytest.raises(UnknownName, match="Did you mean xing2021/equation-5"):
        parameters("xing2021/equation-55")
    with pytest.raises(UnknownName, match="no scalar symbol of own/theorem-1 'theta'"):
        parameters(THEOREM, theta=1.0)
    with pytest.raises(UserError, match=r"low <= high; eps has \(2, 1\)"):
        parameters(THEOREM, eps=(2, 1))
    with pytest.raises(UserError, match="No value of even lies between"):
        parameters(THEOREM, even=(3, 3))
    with pytest.raises(UserError, match="No value of n"):
        parameters(THEOREM, n=(-5, 0))


@pytest.mark.parametrize(
    "name",
    [
        t.id
        for t in load_registry().theorems.values()
        if any(h.role == "required" and h.statement is not None for h in t.hypotheses)
    ],
)
def test_every_registered_theorem_has_parameters_that_meet_its_hypotheses(name):
    theorem = load_registry().theorem(name)

    @settings(max_examples=5, database=None, suppress_health_check=list(HealthCheck))
    @given(parameters(name))
    def drawn(values):
        assert theorem.unmet(values) == []

    drawn()


@given(st.integers(1, 12), st.data())
def test_covariances_are_symmetric_positive_definite_and_well_enough_conditioned(d, data):
    matrix = data.draw(covariances(d, condition=50.0, scale=3.0))
    assert matrix.shape == (d, d) and (matrix == matrix.T).all()
    eigenvalues = np.linalg.eigvalsh(matrix)
    assert eigenvalues[0] > 0 and eigenvalues[-1] <= 50.0001 * eigenvalues[0]
    assert 3 / np.sqrt(50.01) <= eigenvalues[0] and eigenvalues[-1] <= 3 * np.sqrt(50.01)


@given(vectors(st.integers(1, 9), smallest=0.5, largest=2.0))
def test_vectors_have_norms_in_the_range(v):
    assert 1 <= len(v) <= 9 and 0.4999 <= np.linalg.norm(v) <= 2.0001


def test_arrays_vary_and_are_not_aligned_with_the_axes():
    v = find(vectors(3), lambda v: (np.abs(v) > 0.1).all())
    assert len(set(np.round(np.abs(v), 6))) == 3
    matrix = find(covariances(3), lambda a: abs(a[0, 1]) > 0.1)
    assert np.linalg.cond(matrix) > 1.1


def test_the_examples_in_the_documentation_run():
    assert doctest.testmod(verify.probing.strategies).failed == 0
