"""The rules for proportions and quantiles, which are counts."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bounds import Identity
from building import verdict
from verify.judging.ledger import Ledger

p, f = sp.symbols("p f", positive=True)
SHARE = Identity("share", observable="y", equals=p, functional="proportion")
MEDIAN = Identity("median", observable="y", equals=f, functional="median")


def events(k: int, n: int) -> dict[str, np.ndarray]:
    return {"y": np.arange(n) < k}


def test_a_proportion_holds_within_5_percent_of_the_rarer_outcome():
    held = verdict(SHARE, [events(30_000, 100_000)], [dict(p=0.3)])
    assert (held.verdict, held.tolerance, held.assuming) == ("holds", pytest.approx(0.05), "")
    off = verdict(SHARE, [events(33_000, 100_000)], [dict(p=0.3)])
    assert off.verdict == "broken" and off.observed == pytest.approx(1.1)
    assert verdict(SHARE, [events(300, 1000)], [dict(p=0.3)]).reason == "noise"
    both = [events(30_000, 100_000), events(1000, 100_000)]
    assert verdict(SHARE, both, [dict(p=0.3), dict(p=0.01)]).verdict == "undecided", "all cells"
    common = verdict(SHARE, [events(98_700, 100_000)], [dict(p=0.99)])
    assert common.verdict == "broken", "a zone of 5 % of 0.99 would reach beyond one"


@pytest.mark.parametrize(
    ("k", "n", "probability", "expected"),
    [
        (0, 40_000, 1e-3, "broken"),
        (0, 1000, 1e-3, "undecided"),
        (1000, 1000, 0.9, "broken"),
        (20_000, 20_000, 1.0, "holds"),
        (999, 1000, 1.0, "broken"),
        (20_000, 20_000, 0.0, "broken"),
        (1, 1000, 0.0, "broken"),
        (0, 20_000, 0.0, "holds"),
        (0, 1000, 0.0, "undecided"),
    ],
)
def test_no_success_and_only_successes_are_evidence_too(k, n, probability, expected):
    assert verdict(SHARE, [events(k, n)], [dict(p=probability)]).verdict == expected


def test_beside_a_cell_of_probability_zero_the_others_count():
    cells, likely = [dict(p=0.0), dict(p=0.5)], events(20_000, 40_000)
    assert verdict(SHARE, [events(0, 40_000), likely], cells).verdict == "holds"
    found = verdict(SHARE, [events(2, 40_000), likely], cells)
    assert (found.verdict, found.cell, found.p_value) == ("broken", 0, 0.0)
    assert found.observed == pytest.approx(1 + 2 / 40_000) and found.interval[0] >= 1
    assert verdict(SHARE, [events(0, 40_000), events(10_000, 40_000)], cells).cell == 1


def test_an_outcome_that_is_no_event_and_a_formula_that_is_no_probability_are_errors():
    assert "takes the value 0.5" in verdict(SHARE, [{"y": [0.5, 1.0]}], [dict(p=0.5)]).note
    assert "no probability" in verdict(SHARE, [events(5, 10)], [dict(p=1.5)]).note
    worst = verdict(SHARE, [events(5, 10)] * 2, [dict(p=1.2), dict(p=0.3)])
    assert worst.cell == 0 and "1.2" in worst.note


def test_breaking_takes_more_evidence_in_many_cells():
    grid = [dict(p=0.5, i=i) for i in range(50)]
    k = next(
        k
        for k in range(500, 1000)
        if verdict(SHARE, [events(k, 1000)], grid[:1]).verdict == "broken"
    )
    many = [events(k, 1000)] + [events(500, 1000)] * 49
    assert verdict(SHARE, many, grid).verdict == "undecided"
    assert verdict(SHARE, [events(k + 40, 1000), *many[1:]], grid).verdict == "broken"


@given(st.integers(0, 2000), st.floats(0.02, 0.98))
def test_a_proportion_inside_its_exact_binomial_interval_is_not_broken(k, probability):
    found = verdict(SHARE, [events(k, 2000)], [dict(p=probability)])
    exact = stats.binomtest(k, 2000).proportion_ci(1 - 2 * Ledger().error)
    low, high = (end * probability for end in found.interval)
    assert low <= exact.low + 1e-9 and high >= exact.high - 1e-9
    assert found.verdict != "broken" or not exact.low <= probability <= exact.high
    assert high - low < 1.35 * (exact.high - exact.low) + 0.003


def quantile(share: float, **more) -> Identity:
    return Identity(
        "quantile", observable="y", equals=f, functional="quantile", probability=share, **more
    )


@pytest.mark.parametrize("law", ["standard_normal", "standard_cauchy", "standard_exponential"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_quantile_needs_no_assumption_and_no_mean(law, share):
    y = getattr(np.random.default_rng(0), law)(100_000)
    name = {"standard_normal": "norm", "standard_cauchy": "cauchy"}.get(law, "expon")
    at = getattr(stats, name).ppf(share)
    claim = quantile(share, tolerance=0.2)
    right = verdict(claim, [{"y": 10 + y}], [dict(f=10 + at)])
    assert (right.verdict, right.assuming) == ("holds", "")
    assert right.interval[0] < 1 < right.interval[1]
    for wrong in (0.6, 1.6):
        found = verdict(claim, [{"y": 10 + y}], [dict(f=(10 + at) * wrong)])
        assert found.verdict == "broken" and (found.observed < 1) == (wrong > 1)


def test_the_median_of_a_discrete_law_is_where_half_lies_below_or_above():
    rows = [{"y": np.arange(6000) % 3}]
    assert verdict(MEDIAN, rows, [dict(f=1)]).verdict == "holds"
    assert verdict(MEDIAN, rows, [dict(f=2)]).verdict == "broken"


def test_the_printed_interval_of_a_quantile_is_what_order_statistics_leave():
    y = np.random.default_rng(0).standard_exponential(4001)
    found = verdict(MEDIAN, [{"y": y}], [dict(f=np.log(2))])
    low, high = (end * np.log(2) for end in found.interval)
    exact = stats.quantile_test(y, p=0.5).confidence_interval(1 - 2 * Ledger().error)
    assert low <= exact.low <= exact.high <= high
    assert high - low < 1.4 * (exact.high - exact.low)


def test_a_claim_on_a_quantile_says_which():
    with pytest.raises(ValueError, match="a quantile, and nothing else"):
        Identity("q", observable="y", equals=1, functional="quantile")
    with pytest.raises(ValueError, match="a quantile, and nothing else"):
        Identity("q", observable="y", equals=1, probability=0.5)
