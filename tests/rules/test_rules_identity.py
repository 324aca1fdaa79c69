"""The rule for means and proportions that equal a formula."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bounds import Identity
from building import balanced, verdict
from verify.judging.intervals import fewest_replicates
from verify.judging.ledger import Ledger

p, f = sp.symbols("p f", positive=True)
MEAN = Identity("mean", observable="y", equals=f)
SHARE = Identity("share", observable="y", equals=p, functional="proportion")
CELLS = [dict(f=2.0), dict(f=-3.0)]


def cells(seed: int, n: int, ratios: tuple[float, float], deviation: float = 0.2):
    rng = np.random.default_rng(seed)
    return [
        {"y": cell["f"] * balanced(rng, n, ratio, deviation)}
        for cell, ratio in zip(CELLS, ratios, strict=True)
    ]


def means(ratios: tuple[float, float], n: int = 8192, claim: Identity = MEAN, **more):
    signed = [dict(f=2.0), dict(f=3.0)]
    rng = np.random.default_rng(0)
    data = [
        {"y": cell["f"] * balanced(rng, n, ratio, 0.2)}
        for cell, ratio in zip(signed, ratios, strict=True)
    ]
    return verdict(claim, data, signed, **more)


def test_it_holds_where_both_cells_and_their_mean_are_near_one():
    found = means((1.004, 0.996))
    assert (found.verdict, found.predicted) == ("holds", 1.0)
    assert found.observed == pytest.approx(1.0)
    low, high = found.interval
    assert 0.98 < low < 1 < high < 1.02 and found.tolerance == 0.02


def test_a_wrong_constant_breaks_the_pooled_ratio():
    found = means((1.006, 1.006), n=24576)
    assert found.verdict == "broken" and found.reason == "ratio pooled over the cells"
    assert found.observed == pytest.approx(1.006) and found.interval[0] > 1
    assert found.p_value < 1e-5


def test_one_wrong_cell_breaks_it_although_the_mean_of_the_cells_is_right():
    found = means((1.04, 0.96))
    assert found.verdict == "broken" and found.reason == "one cell's ratio"
    assert found.cell in (0, 1) and found.values["predicted"] in (2.0, 3.0)
    assert found.values["observed"] / found.values["predicted"] == pytest.approx(found.observed)


def test_too_few_replicates_give_a_forecast_that_suffices():
    few = means((1.001, 0.999), n=1024)
    assert (few.verdict, few.reason) == ("undecided", "noise")
    assert 1024 < few.forecast < 60_000
    assert means((1.001, 0.999), n=2 * int(few.forecast), look=8).verdict == "holds"


def test_nothing_is_said_before_an_event_of_3_percent_had_the_chance_to_show_itself():
    found = means((1.2, 1.2), n=256)
    assert (found.verdict, found.reason) == ("undecided", "noise")
    assert found.forecast >= fewest_replicates(Ledger().level(3) / 8), "it would need that many"
    assert means((1.2, 1.2), n=1024).verdict == "broken"


def test_a_heavy_tail_in_one_cell_keeps_the_whole_claim_open():
    rng = np.random.default_rng(0)
    data = [{"y": rng.pareto(1.5, 8192)}, {"y": 5 * balanced(rng, 8192)}]
    found = verdict(MEAN, data, [dict(f=2.0), dict(f=1.0)])
    assert (found.verdict, found.reason) == ("undecided", "heavy_tail")
    assert "skewness" in found.note


def test_a_cell_that_never_varies_is_named_and_not_judged():
    rng = np.random.default_rng(0)
    data = [{"y": np.zeros(8192)}, {"y": balanced(rng, 8192)}]
    found = verdict(MEAN, data, [dict(f=0.1), dict(f=1.0)])
    assert (found.verdict, found.reason) == ("undecided", "heavy_tail")
    assert "never varies at {'f': 0.1}" in found.note


def test_no_randomness_at_all_asks_for_an_exact_identity():
    found = verdict(MEAN, [{"y": np.full(512, 2.0)}], [dict(f=2.0)])
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "exact=True" in found.note


def test_a_formula_that_vanishes_needs_a_scale():
    rng = np.random.default_rng(0)
    data = [{"y": balanced(rng, 4096, 0.001, 0.1)}]
    claim = Identity("mean", observable="y", equals=0)
    assert "needs a scale" in verdict(claim, data).note
    scaled = Identity("mean", observable="y", equals=0, scale=1)
    found = verdict(scaled, data, look=0)
    assert found.verdict == "holds" and found.observed == pytest.approx(1.001)


def test_values_that_are_not_numbers_are_an_error():
    data = [{"y": np.array([1.0, np.nan] * 300)}]
    found = verdict(MEAN, data, [dict(f=1.0)])
    assert (found.reason, found.cell) == ("error", 0)


def test_a_declared_bias_of_the_simulator_widens_the_claim():
    biased = Identity("mean", observable="y", equals=f, bias=0.008)
    assert means((1.006, 1.006), n=16384, claim=biased).verdict == "holds"
    assert means((1.03, 1.03), n=16384, claim=biased).verdict == "broken"


@given(st.floats(-300, 300), st.integers(0, 100))
def test_the_judgement_does_not_depend_on_units(exponent, seed):
    rng = np.random.default_rng(seed)
    y, unit = balanced(rng, 2048, 1 + 0.01 * rng.standard_normal(), 0.2), 2.0 ** round(exponent)
    plain = verdict(MEAN, [{"y": 2 * y}], [dict(f=2.0)])
    scaled = verdict(MEAN, [{"y": 2 * unit * y}], [dict(f=2.0 * unit)])
    assert (plain.verdict, plain.reason) == (scaled.verdict, scaled.reason)
    assert plain.interval == pytest.approx(scaled.interval, rel=1e-9)


@given(st.permutations(range(4)))
def test_the_judgement_does_not_depend_on_the_order_of_the_cells(order):
    rng = np.random.default_rng(1)
    data = [{"y": k + balanced(rng, 2048, 0.01 * k)} for k in range(1, 5)]
    grid = [dict(f=float(k)) for k in range(1, 5)]
    first = verdict(MEAN, data, grid)
    again = verdict(MEAN, [data[k] for k in order], [grid[k] for k in order])
    assert (first.verdict, first.reason) == (again.verdict, again.reason)
    assert first.interval == pytest.approx(again.interval)


def events(k: int, n: int) -> dict[str, np.ndarray]:
    return {"y": np.arange(n) < k}


def test_proportions_are_judged_by_exact_binomial_intervals():
    assert verdict(SHARE, [events(30_000, 100_000)], [dict(p=0.3)]).verdict == "holds"
    off = verdict(SHARE, [events(33_000, 100_000)], [dict(p=0.3)])
    assert off.verdict == "broken" and off.observed == pytest.approx(1.1)
    assert verdict(SHARE, [events(300, 1000)], [dict(p=0.3)]).reason == "noise"


@pytest.mark.parametrize(
    ("k", "n", "probability", "expected"),
    [
        (0, 20_000, 1e-3, "broken"),
        (0, 1000, 1e-3, "undecided"),
        (1000, 1000, 0.9, "broken"),
        (1000, 1000, 0.999, "holds"),
        (1000, 1000, 1.0, "holds"),
        (999, 1000, 1.0, "broken"),
    ],
)
def test_no_success_and_only_successes_are_evidence_too(k, n, probability, expected):
    assert verdict(SHARE, [events(k, n)], [dict(p=probability)]).verdict == expected


def test_an_outcome_that_is_no_event_and_a_formula_that_is_no_probability_are_errors():
    assert "takes the value 0.5" in verdict(SHARE, [{"y": [0.5, 1.0]}], [dict(p=0.5)]).note
    assert "no probability" in verdict(SHARE, [events(5, 10)], [dict(p=1.5)]).note


def test_a_conditional_identity_counts_the_replicates_inside_the_event_and_says_how_many():
    rng = np.random.default_rng(0)
    inside = np.repeat([True, False], [6000, 2000])
    y = np.where(inside, balanced(rng, 8000, 1, 0), 50.0) + 0.1 * rng.standard_normal(8000)
    claim = Identity("mean", observable="y", equals=f, given="good")
    found = verdict(claim, [{"y": y, "good": inside}], [dict(f=1.0)])
    assert found.verdict == "holds"
    assert "6000 replicates per cell inside good, which has frequency 0.75" in found.note


def test_an_event_that_did_not_happen_yet_leaves_the_claim_open_and_is_no_error():
    claim = Identity("mean", observable="y", equals=f, given="good")
    found = verdict(claim, [{"y": np.ones(300), "good": np.zeros(300, bool)}], [dict(f=1.0)])
    assert (found.verdict, found.reason) == ("undecided", "noise")
    assert "no replicate lies inside the event" in found.note


def test_common_random_numbers_do_not_make_the_pooled_ratio_more_precise():
    """Twenty copies of one cell say no more than one."""
    rng = np.random.default_rng(0)
    y = 1.012 + 0.3 * balanced(rng, 4096, 0, 1)
    one = verdict(MEAN, [{"y": y}], [dict(f=1.0)], independent=False)
    many = verdict(
        MEAN,
        [{"y": y}] * 20,
        [dict(f=1.0)] * 1 + [dict(f=1.0, g=k) for k in range(19)],
        independent=False,
    )
    assert one.verdict == many.verdict == "undecided"
    assert many.interval == pytest.approx(one.interval)


@pytest.mark.parametrize("wrong", ["one", "all"])
def test_breaking_is_corrected_for_both_sides_the_cells_and_the_pooled_ratio(wrong):
    """Half of the level for the pooled ratio, half for the cells, and half of each per side."""
    n, count, level = 4096, 6, Ledger().level(3)
    rng = np.random.default_rng(0)
    ratios = [1.04] + [1.0 if wrong == "one" else 1.04] * (count - 1)
    rows = [{"y": balanced(rng, n, ratio, 0.3 if wrong == "one" else 0.8)} for ratio in ratios]
    found = verdict(Identity("mean", observable="y", equals=1), rows, look=3)
    y = rows[0]["y"] if wrong == "one" else np.mean([row["y"] for row in rows], axis=0)
    share = level / (4 * count) if wrong == "one" else level / 4
    reach = stats.t.isf(share, n - 1) * y.std(ddof=1) / np.sqrt(n)
    assert found.verdict == "broken" and ("pooled" in found.reason) == (wrong == "all")
    assert found.interval == pytest.approx((y.mean() - reach, y.mean() + reach), rel=1e-4)


def test_proportions_are_corrected_for_both_sides_and_the_cells():
    n, k, level = 2000, 800, Ledger().level(3)
    grid = [dict(p=0.5)] * 5
    rows = [{"y": np.arange(n) < (k if cell == 2 else n / 2)} for cell in range(5)]
    found = verdict(SHARE, rows, [dict(c, i=i) for i, c in enumerate(grid)], look=3)
    exact = stats.binomtest(k, n).proportion_ci(1 - 2 * level / 10)
    assert (found.verdict, found.cell) == ("broken", 2)
    assert found.interval == pytest.approx((exact.low / 0.5, exact.high / 0.5))


def test_a_cell_that_may_be_off_by_more_than_its_tolerance_on_one_side_keeps_it_open():
    rng = np.random.default_rng(0)
    ratios = [1.06] + [1 - 0.06 / 11] * 11
    rows = [{"y": balanced(rng, 4096, ratio, 0.7)} for ratio in ratios]
    found = verdict(Identity("mean", observable="y", equals=1), rows)
    assert (found.verdict, found.cell) == ("undecided", 0)
    assert 0.98 < found.interval[0] and found.interval[1] < 1.02, "the pooled ratio is settled"
