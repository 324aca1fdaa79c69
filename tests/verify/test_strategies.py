"""Parameters are drawn inside what a theorem speaks about, arrays included, and nowhere else."""

import doctest
import subprocess
import sys

import numpy as np
import pytest
import sympy as sp
from hypothesis import HealthCheck, Phase, find, given, settings

import verify.probing.strategies
from bounds import Identity, Theorem, evaluate, matrix, observable, required, vector
from verify.catalogue.registry import load_registry
from verify.errors import UnknownName, UserError
from verify.strategies import covariances, parameters

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
    assert set(values) == {"m", "n", "eps", "r", "s", "even", "theta", "d"}
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
    with pytest.raises(UnknownName, match="no parameter of own/theorem-1 'thetta'"):
        parameters(THEOREM, thetta=1.0)
    with pytest.raises(UserError, match=r"theta stands for a vector, an array \(d,\)"):
        parameters(THEOREM, theta=1.0)
    with pytest.raises(UserError, match="All have one dimension; theta 2 and d 3 is none"):
        parameters(THEOREM, theta=[1.0, 2.0], d=3)
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
def test_every_registered_theorem_has_parameters_and_no_health_check_is_triggered(name):
    theorem = load_registry().theorem(name)

    @settings(max_examples=12, database=None, derandomize=True)
    @given(parameters(name))
    def drawn(values):
        assert theorem.unmet(values) == []

    drawn()


Sigma = matrix("Sigma")
MODEL = Theorem(
    id="own/theorem-3",
    statement="",
    claims=[
        Identity("a", observable("risk", "a risk"), equals=eps * theta),
        Identity("b", observable("other", "another"), equals=r + Sigma, where=r > 3),
    ],
)


@given(parameters(MODEL))
def test_vectors_and_matrices_share_a_dimension_and_observables_are_not_drawn(values):
    assert set(values) == {"eps", "r", "theta", "Sigma", "d"}
    d = values["d"]
    assert values["theta"].shape == (d,) and values["Sigma"].shape == (d, d)
    assert 1 <= d <= 8 and np.linalg.eigvalsh(values["Sigma"])[0] > 0


@given(parameters(MODEL["b"], d=(2, 3)))
def test_of_a_claim_what_it_speaks_of_is_drawn_where_it_speaks(values):
    assert set(values) == {"r", "Sigma", "d"}
    assert values["r"] > 3 and values["Sigma"].shape in ((2, 2), (3, 3))


@given(parameters(MODEL, theta=np.array([3.0, 4.0]), Sigma=covariances(2)))
def test_a_given_vector_sets_the_dimension(values):
    assert values["d"] == 2 and values["theta"].tolist() == [3, 4]


def test_hypotheses_are_met_to_their_boundary_and_beyond_the_usual_sizes():
    tight = Theorem(
        id="own/theorem-4",
        statement="",
        claims=[Identity("a", observable="y", equals=eps + m + n)],
        hypotheses=[required(m > 40 * n, "wide"), required(eps * n >= 7, "strong")],
    )

    @settings(max_examples=100, database=None, derandomize=True)
    @given(parameters(tight))
    def drawn(values):
        assert values["m"] > 40 * values["n"] and values["eps"] * values["n"] >= 7

    drawn()
    huge = Identity(
        "far", observable="y", equals=m, where=(m >= n ** sp.Rational(12, 5)) & (n >= 10**6)
    )
    far = Theorem(id="own/theorem-6", statement="", claims=[huge])["far"]
    assert find(parameters(far), lambda v: True, settings=GENERATE)["m"] >= 10**14.4
    edge = find(parameters(tight), lambda v: v["m"] == 40 * v["n"] + 1, settings=GENERATE)
    assert edge["eps"] * edge["n"] >= 7
    assert find(parameters(tight), lambda v: v["m"] > 5000, settings=GENERATE)["n"] > 25


def test_an_equation_that_no_value_of_a_grid_meets_is_solved():
    whole = Theorem(
        id="own/theorem-5",
        statement="",
        claims=[Identity("a", observable="y", equals=eps + m)],
        hypotheses=[required(sp.Eq(m, sp.sqrt(n) / eps), "so many steps"), required(eps > 0, "")],
    )

    @settings(max_examples=30, database=None, derandomize=True)
    @given(parameters(whole))
    def drawn(values):
        assert values["m"] == pytest.approx(np.sqrt(values["n"]) / values["eps"], rel=1e-12)

    drawn()


def test_the_examples_in_the_documentation_run():
    assert doctest.testmod(verify.probing.strategies).failed == 0


def test_hypothesis_reads_our_modules_before_its_clock_runs(tmp_path):
    """It looks for constants in the source of every module when it draws first: a second or two."""
    code = """
import hypothesis.internal.conjecture.providers as providers
from verify import load
from verify.strategies import parameters
parameters(load("xing2021/equation-5"))
known = len(providers._seen_modules)
providers._get_local_constants()
assert known == len(providers._seen_modules) > 500, known
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
