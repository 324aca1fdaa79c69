"""The rule for claims on a distribution function."""

import numpy as np
import pytest
import sympy as sp
from scipy import stats

from bounds import Law
from building import verdict

N = 200_000
x, s = sp.Symbol("x", real=True), sp.Symbol("s", positive=True)
NORMAL = (1 + sp.erf(x / (s * sp.sqrt(2)))) / 2
DIE = sp.Min(1, sp.Max(0, sp.floor(x) / 6))
rng = np.random.default_rng(0)
Z = rng.standard_normal(N)
ROLLS = rng.integers(1, 7, N)


def judged(cdf, *columns, cells=None, **options):
    cells = cells or [dict(s=1.0, g=g) for g in range(len(columns))]
    return verdict(Law("law", "y", cdf=cdf, **options), [{"y": y} for y in columns], cells)


def test_the_right_law_holds_continuous_or_not_at_every_cell():
    assert judged(NORMAL, Z).verdict == "holds"
    assert judged(NORMAL, Z, 3 * Z, cells=[dict(s=1.0), dict(s=3.0)]).verdict == "holds"
    assert judged(DIE, ROLLS).verdict == "holds"


@pytest.mark.parametrize("cell", [0, 1, 2])
def test_one_wrong_cell_breaks_it_and_is_named(cell):
    columns = [Z + 0.1 * (k == cell) for k in range(3)]
    found = judged(NORMAL, *columns)
    assert (found.verdict, found.cell) == ("broken", cell) and found.p_value < 1e-9


def test_what_differs_in_the_tails_or_in_one_place_alone_is_seen():
    assert judged(NORMAL, np.clip(Z, -1.5, 1.5)).verdict == "broken"
    assert judged(NORMAL, np.where(np.abs(Z) < 0.1, 0.0, Z)).verdict == "broken"
    assert judged(DIE, np.where(ROLLS == 6, 5, ROLLS)).verdict == "broken"
    assert judged(DIE, ROLLS - 1).verdict == "broken"


def test_a_small_difference_is_within_the_zone_and_called_false():
    off = 0.015 * stats.norm.pdf(0)  # of the two distribution functions
    near = judged(NORMAL, rng.standard_normal(10**6) + 0.015)
    assert off < 0.01 and near.verdict == "holds" and "false, but within tolerance" in near.note
    assert judged(NORMAL, Z + 0.015, tolerance=0.002).verdict != "holds"


def test_no_sample_breaks_it_while_it_may_be_within_the_zone():
    edge = judged(NORMAL, rng.standard_normal(10**6) + 0.0252)  # off by 0.01 at most
    assert edge.verdict in ("holds", "undecided")


def test_the_interval_is_the_band_and_more_replicates_are_asked_for():
    few = judged(NORMAL, Z[:1000])
    assert (few.verdict, few.reason) == ("undecided", "noise")
    assert few.interval[0] == 0.0 and few.interval[1] > 0.05 and few.forecast > 1000


def test_the_distance_is_that_of_kolmogorov_and_smirnov():
    values = Z[:5000] + 0.2
    assert judged(NORMAL, values).observed == pytest.approx(stats.kstest(values, "norm").statistic)


@pytest.mark.parametrize(
    ("cdf", "words"),
    [(x, "leaves"), ((1 - sp.erf(x)) / 2, "falls"), (sp.log(x), "finite")],
)
def test_what_is_no_distribution_function_is_an_error(cdf, words):
    found = judged(cdf, Z)
    assert found.reason == "error" and words in found.note


def test_a_parameter_of_the_name_of_the_variable_is_refused():
    with pytest.raises(ValueError, match="'x' is the variable"):
        judged(NORMAL, Z, cells=[dict(x=1.0, s=1.0)])
