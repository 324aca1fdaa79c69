"""Claims over a box: points are drawn, the worst one is searched for, and balls decide."""

import json
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from bounds import Inequality, Theorem, required
from bounds.box import Domain, box_of
from verify.catalogue.boxes import INSTANCES, Coordinates, check_of_box, drawn
from verify.catalogue.selection import registry_for, select
from verify.evidence.settings import Settings
from verify.judging.gap import met
from verify.probe_reports import MutantReport
from verify.runner import Silent, run

HEAD = """\
import sympy as sp
from bounds import *
x, y = sp.symbols("x y", positive=True)
k = sp.Symbol("k", positive=True, integer=True)
Q = sp.Rational
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(claims: str, more: str = "") -> None:
    text = f'theorem = Theorem(id="own/lemma-1", statement="", claims=[{claims}], {more})\n'
    Path("own.py").write_text(HEAD + text)


def verdict(claim: str, more: str = ""):
    write(claim, more)
    (found,) = run("own.py", jobs=1).verdicts
    assert json.dumps(found.to_dict())
    return found


def test_an_inequality_that_touches_inside_holds_and_says_where():
    # No form of it is proved: the sides touch at 1 + 1/e, to second order.
    claim = "sp.log(x - 1) * (x - 1), at_least=-sp.exp(-1)"
    found = verdict(f'Inequality("a", {claim}, box={{x: (1.1, 3)}})')
    assert (found.verdict, found.strength) == ("holds", "sampled")
    assert INSTANCES <= found.replicates < 2 * INSTANCES
    place = 1 + np.exp(-1)
    assert found.detail["values"]["parameters"]["x"] == pytest.approx(place, abs=1e-6)
    assert f"({found.replicates} tried); worst at x = 1.367879" in found.note
    assert "no proof near 1.3678" in found.note


def test_a_violation_of_measure_1e_7_is_found_and_given_in_50_digits():
    # A disc of radius 1.8e-4 in a square of side 0.98.
    found = verdict(
        'Inequality("a", Q(1, 31_000_000), at_most=(x - Q(3, 10))**2 + (y - Q(7, 10))**2, '
        "box={x: (0.02, 1), y: (0.02, 1)})"
    )
    assert found.verdict == "broken"
    at = found.counterexample["parameters"]
    assert (at["x"] - 0.3) ** 2 + (at["y"] - 0.7) ** 2 < 1 / 31_000_000
    digits = found.detail["values"]["digits"]
    assert sp.Float(digits["left"], 50) > sp.Float(digits["right"], 50)
    assert digits["left"] == "0.000000032258064516129032258064516129032258064516129032258"
    assert found.counterexample["command"].startswith("verify run ")


@pytest.mark.parametrize(("slack", "expected"), [("0", "holds"), ("Q(1, 10**6)", "broken")])
def test_a_whole_number_takes_whole_values(slack, expected):
    # (k - 3)(k - 4) is negative between 3 and 4, where there is no whole number.
    found = verdict(f'Inequality("a", 7 * k, at_most=k**2 + 12 - {slack}, box={{k: (1, 1e6)}})')
    assert found.verdict == expected
    assert found.detail["values"]["parameters"]["k"] in (3.0, 4.0)


def test_sizes_beyond_the_doubles_are_compared():
    box = "box={x: (1, 1e30), y: (1e-300, 1)}"
    assert verdict(f'Inequality("a", sp.exp(x), at_most=sp.exp(x) + y, {box})').verdict == "holds"
    assert verdict(f'Inequality("a", sp.exp(x) + y, at_most=sp.exp(x), {box})').verdict == "broken"


def test_sizes_beyond_all_bounds_are_an_error_and_not_passed_over():
    found = verdict('Inequality("a", sp.exp(x), at_most=sp.exp(x**3) + 9, box={x: (1, 1e90)})')
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "is too large for ball arithmetic at x = " in found.note


def test_terms_that_cancel_in_doubles_are_told_apart():
    box = 'box={x: ("1e-30", "1e-20")}'
    side = "(1 + x)**3 - 1 - 3*x"
    assert verdict(f'Inequality("a", {side}, at_least=3*x**2, {box})').verdict == "holds"
    assert verdict(f'Inequality("a", {side}, at_most=3*x**2, {box})').verdict == "broken"


def test_an_identity_is_broken_by_any_difference():
    claim = 'Identity("a", (x + 1)**2, x**2 + 2*x + 1{}, exact=True, box={{x: ("1e-3", 1e3)}})'
    assert verdict(claim.format("")).verdict == "holds"
    assert verdict(claim.format(" + Q(1, 10**35)")).verdict == "broken"
    small = 'Identity("a", x, x + Q(1, 10**4), exact=True, tolerance=1e-2, box={x: (1, 2)})'
    assert verdict(small).verdict == "holds"


def test_where_and_hypotheses_bound_the_domain_and_the_search():
    claim = 'Inequality("a", x, at_most=2, where=x <= 2, box={x: (1, 3)})'
    assert verdict(claim).verdict == "holds"
    plain = 'Inequality("a", x, at_most=2, box={x: (1, 3)})'
    assert verdict(plain).verdict == "broken"
    assert verdict(plain, 'hypotheses=[required(x <= 2, "x is small")]').verdict == "holds"


def test_a_side_that_is_no_number_somewhere_is_an_error_that_says_where():
    found = verdict('Inequality("a", sp.log(x - 1), at_most=x, box={x: (1, 3)})')
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "log(x - 1) is not a real number at x = 1" in found.note


def test_a_domain_that_is_hardly_there_is_an_error_that_says_so():
    found = verdict('Inequality("a", x, at_most=2, where=sp.Eq(x, 2), box={x: (1, 3)})')
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "give a box that fits it better" in found.note


def test_a_mutant_is_searched_for_on_its_own():
    # The claim is closest at x = 3, and the mutant is violated near x = 0.3 alone.
    write(
        'Inequality("a", Q(1, 10**8), at_most=(x - Q(3, 10))**2 + Q(11, 10**9) + 1/x**30, '
        "box={x: (0.1, 3)}, mutants=("
        'Mutant("the peak moves", at_most=(x - Q(7, 10))**2 + Q(9, 10**9)),)),'
        'Inequality("b", x, at_most=2, where=x < 2, box={x: (1, 3)})'
    )
    registry = registry_for(["own.py"])
    settings = Settings(budget="quick", jobs=1)
    report = MutantReport.of(registry, select(registry, ["own.py"]), settings, Silent())
    fates = {one.mutation: one.verdict for one in report.mutants}
    assert fates["the peak moves"] == fates["without the restriction"] == "broken"


def test_no_check_is_needed_and_a_second_one_is_refused():
    x = sp.Symbol("x", positive=True)
    claim = Inequality("a", x, at_most=2, box={x: (1, 2)})
    theorem = Theorem(
        id="own/lemma-1", statement="", claims=[claim, Inequality("b", "z", at_most=1)]
    )
    from verify import check

    one = check(theorem, cells=[{}], seconds_per_replicate=1e-6)(lambda rng, cell, n: {})
    assert [item.claim.name for item in one.claims] == ["b"]
    registry = registry_for([one])
    assert registry.check_of("own/lemma-1#a").id == "own/lemma-1#a/box"


@given(st.integers(0, 10**6))
def test_points_lie_in_the_domain_and_coordinates_lead_back(seed):
    x, k = sp.Symbol("x", positive=True), sp.Symbol("k", positive=True, integer=True)
    z = sp.Symbol("z", real=True)
    box = box_of("a", {x: ("1e-300", sp.Rational(1, 3)), k: (2, "1e30"), z: (-1e300, 1e300)})
    domain = Domain(box, (k * x < 10**20,))
    points = drawn(domain, np.random.default_rng(seed), 50)
    for column in range(50):
        point = {name: float(values[column]) for name, values in points.items()}
        assert all(r.low <= sp.Rational(point[r.symbol.name]) <= r.high for r in box)
        assert point["k"] == round(point["k"]) and met(domain.predicates[0], point)
    coordinates, values = Coordinates(domain), np.stack(list(points.values()))
    again = coordinates.values(coordinates.of(values))
    assert np.allclose(again, values, rtol=1e-9, atol=1e287)


def test_decades_are_drawn_evenly():
    x = sp.Symbol("x", positive=True)
    points = drawn(Domain(box_of("a", {x: (1, 1e30)})), np.random.default_rng(0), 3000)["x"]
    below = (np.log10(points) < 15).mean()
    assert abs(below - 0.5) < 0.06  # six standard errors: one failure in 1e9 seeds


def test_the_points_belong_to_the_domain_in_the_store():
    x = sp.Symbol("x", positive=True)

    def cell(high, bound):
        claim = Inequality("a", x, at_most=9, box={x: (1, high)})
        one = Theorem(
            id="own/lemma-1", statement="", claims=[claim], hypotheses=[required(x < bound, "")]
        )
        return check_of_box(one["a"]).cells[0]

    assert cell(3, 2) == cell(3, 2) != cell(4, 2) and cell(3, 2) != cell(3, 1)
