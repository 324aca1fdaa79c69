"""The rule for monotone dependence on a parameter."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from bounds import Monotone
from building import balanced, sample, verdict
from verify.judging import textbook
from verify.judging.ledger import Ledger
from verify.judging.rules import judge

CLAIM = Monotone("rises", observable="y", along="l")
LEVELS = [dict(l=k) for k in range(5)]
RISING = [0.0, 0.25, 0.5, 0.75, 1.0]


def data(means, n=2048, deviation=0.3, shared=0.0, seed=0):
    rng = np.random.default_rng(seed)
    common = shared * balanced(rng, n, 0.0, 1.0)
    return [{"y": balanced(rng, n, mean, deviation) + common} for mean in means]


def test_a_certain_rise_without_a_dip_holds():
    found = verdict(CLAIM, data(RISING), LEVELS)
    assert (found.verdict, found.predicted, found.tolerance) == ("holds", 0.0, 0.05)
    assert found.observed == pytest.approx(0.25)


def test_any_pair_of_levels_that_falls_breaks_it():
    found = verdict(CLAIM, data([0.0, 0.9, 0.95, 0.97, 0.6]), LEVELS)
    assert found.verdict == "broken" and found.reason.startswith("falls from l = ")
    assert found.reason.endswith("to 4") and found.cells[1] == 4
    assert found.observed < 0 and found.interval[1] < 0 and found.p_value < 1e-9


def test_a_plateau_holds_within_the_allowed_dip_and_a_deeper_dip_is_open_or_broken():
    assert verdict(CLAIM, data([0, 0.4, 0.4, 0.7, 1], 30_000), LEVELS).verdict == "holds"
    assert verdict(CLAIM, data([0, 0.4, 0.36, 0.7, 1], 2048), LEVELS).verdict == "undecided"
    assert verdict(CLAIM, data([0, 0.4, 0.3, 0.7, 1], 8192), LEVELS).verdict == "broken"


@given(st.floats(-5, 5), st.floats(-6, 6))
def test_units_and_origin_of_the_observable_do_not_matter(shift, power):
    unit = 2.0 ** round(power)
    for means in (RISING, [0, 0.5, 0.3, 0.7, 1], [0, 0.4, 0.38, 0.7, 1]):
        plain = verdict(CLAIM, data(means), LEVELS)
        moved = [{"y": shift + unit * one["y"]} for one in data(means)]
        again = verdict(CLAIM, moved, LEVELS)
        assert plain.verdict == again.verdict
        scale = unit if plain.verdict == "broken" else 1.0
        expected = [scale * end for end in plain.interval]
        assert again.interval == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_a_decreasing_claim_is_an_increasing_one_about_the_negative():
    falls = Monotone("falls", observable="y", along="l", increasing=False)
    rows = data(RISING)
    negative = [{"y": -one["y"]} for one in rows]
    assert verdict(falls, negative, LEVELS).verdict == "holds"
    assert verdict(falls, rows, LEVELS).verdict == "broken"
    assert verdict(CLAIM, negative, LEVELS).verdict == "broken"


def test_levels_may_come_in_any_order_and_groups_are_judged_apart():
    order = [3, 0, 4, 1, 2]
    rows = data(RISING)
    assert verdict(CLAIM, [rows[k] for k in order], [LEVELS[k] for k in order]).verdict == "holds"
    cells = [dict(l=c["l"], m=m) for m in (1, 2) for c in LEVELS]
    assert verdict(CLAIM, rows + data(RISING, seed=1), cells).verdict == "holds"
    found = verdict(CLAIM, rows + data(RISING[::-1]), cells)
    assert found.verdict == "broken" and min(found.cells) >= 5


def test_common_random_numbers_are_used_as_pairs():
    rows = data(RISING, 1024, deviation=0.1, shared=5.0)
    assert verdict(CLAIM, rows, LEVELS, independent=False).verdict == "holds"
    assert verdict(CLAIM, rows, LEVELS).verdict == "undecided"


def test_flat_data_show_no_effect():
    found = verdict(CLAIM, data([1.0] * 5), LEVELS)
    assert (found.verdict, found.reason) == ("undecided", "no_effect")


def test_a_strict_claim_is_broken_by_a_rise_below_its_minimum():
    strict = Monotone("rises", observable="y", along="l", minimal_rise=sp.Rational(1, 2))
    found = verdict(strict, data([0, 0.05, 0.1, 0.15, 0.2]), LEVELS)
    assert found.verdict == "broken" and "below the declared minimum" in found.reason
    assert found.values == {"predicted": 0.5, "observed": pytest.approx(0.2)}
    assert verdict(strict, data(RISING), LEVELS).verdict == "holds"


def test_a_minimal_rise_that_depends_on_the_level_is_that_of_the_last():
    strict = Monotone("rises", observable="y", along="l", minimal_rise=sp.Symbol("l") / 8)
    means = np.array(RISING) * 0.45
    found = verdict(strict, data(means, 16_384), LEVELS)
    assert found.verdict == "broken" and found.values["predicted"] == 0.5
    assert verdict(strict, data(means[:4]), LEVELS[:4]).verdict != "broken"


def test_the_minimal_rise_shares_the_error_with_the_pairs():
    """Two levels: the pair and the whole rise are two tests, each with half of the level."""
    strict = Monotone("rises", observable="y", along="l", minimal_rise=sp.Rational(1, 2))
    plain = verdict(CLAIM, data([1.0, 0.8], 500), LEVELS[:2])
    shared = verdict(strict, data([1.0, 0.8], 500), LEVELS[:2])
    assert plain.verdict == shared.verdict == "broken"
    assert np.diff(shared.interval) > np.diff(plain.interval)


def test_differences_without_randomness_ask_for_an_exact_claim():
    rng = np.random.default_rng(0)
    noise = balanced(rng, 1024)
    rows = [{"y": noise + k} for k in range(5)]
    found = verdict(CLAIM, rows, LEVELS, independent=False)
    assert found.reason == "error" and "exact=True" in found.note
    still = [{"y": np.full(600, float(k))} for k in range(5)]
    assert "exact=True" in verdict(CLAIM, still, LEVELS).note


def test_two_constant_levels_among_noisy_ones_are_not_judged_by_a_t_interval():
    rows = data(RISING)
    rows[1]["y"], rows[2]["y"] = np.full(2048, 0.5), np.full(2048, 0.4)
    found = verdict(CLAIM, rows, LEVELS)
    assert found.verdict == "undecided"


def test_heavy_tails_and_single_levels_and_odd_values():
    rng = np.random.default_rng(0)
    heavy = [{"y": k + rng.pareto(1.5, 4096)} for k in range(3)]
    assert verdict(CLAIM, heavy, LEVELS[:3]).reason == "heavy_tail"
    assert "several levels" in verdict(CLAIM, data([1.0]), LEVELS[:1]).note
    assert "no parameter 'l'" in verdict(CLAIM, data([1.0]), [dict(k=1)]).note
    odd = data(RISING)
    odd[2]["y"][0] = np.inf
    assert "not a finite number" in verdict(CLAIM, odd, LEVELS).note


def test_the_worst_group_is_reported():
    cells = [dict(l=c["l"], m=m) for m in (1, 2, 3) for c in LEVELS]
    noisy = data([0, 0.4, 0.4, 0.7, 1], deviation=1.0)
    found = verdict(CLAIM, data(RISING) + noisy + data(RISING, seed=1), cells)
    assert found.verdict == "undecided" and 5 <= found.cell < 10


def test_a_rise_that_may_be_above_its_minimum_is_not_broken():
    strict = Monotone("rises", observable="y", along="l", minimal_rise=sp.Float(0.97))
    assert verdict(strict, data(RISING, 1024, 0.5), LEVELS).verdict == "undecided"
    assert verdict(strict, data(RISING, 60_000, 0.5), LEVELS).verdict == "holds"


STRICT = Monotone("rises", observable="y", along="l", minimal_rise=sp.Rational(1, 2))


@pytest.mark.parametrize(
    ("rise", "expected"), [(0.6, "holds"), (0.45, "broken"), (0.3, "broken"), (0.497, "undecided")]
)
@pytest.mark.parametrize("paired", [True, False])
def test_holds_asks_for_the_minimal_rise_too(rise, expected, paired):
    means = rise * np.arange(5) / 4
    rows = data(means, 8192, 0.1, shared=1.0 if paired else 0.0)
    found = verdict(STRICT, rows, LEVELS, independent=not paired)
    assert found.verdict == expected


@pytest.mark.parametrize("increasing", [True, False])
def test_a_rise_below_its_minimum_is_broken_by_the_textbook_too(increasing):
    claim = replace(STRICT, increasing=increasing)
    rows = [{"y": (1 if increasing else -1) * one["y"]} for one in data(0.3 * np.arange(5) / 4)]
    whole = sample(claim, rows, LEVELS)
    found = judge(whole, 3, Ledger())
    assert found.verdict == "broken" and "minimum" in found.reason
    again = textbook.test(whole, found)
    assert again.same_side and again.p_value < 1e-6
    assert again.observed == pytest.approx(-0.2)


def test_a_rise_that_touches_its_minimum_says_so():
    found = verdict(STRICT, data(0.499 * np.arange(5) / 4, 60_000, 0.05), LEVELS)
    assert found.verdict == "holds" and "touches" in found.note
    less = verdict(STRICT, data(0.4925 * np.arange(5) / 4, 60_000, 0.05), LEVELS)
    assert less.verdict == "broken", "that is 1.5 % below, and a touch is 1 %"


LADDER = [dict(l=k) for k in range(13)]


@pytest.mark.parametrize("increasing", [True, False])
def test_dips_that_are_small_step_by_step_add_up(increasing):
    """It rises by one and then falls by 24 % in steps of 3 %."""
    means = np.concatenate([np.linspace(0, 1, 5), 1 - 0.03 * np.arange(1, 9)])
    claim = replace(CLAIM, increasing=increasing)
    rows = [{"y": (1 if increasing else -1) * one["y"]} for one in data(means, 4096, 0.1)]
    found = verdict(claim, rows, LADDER)
    assert found.verdict == "broken" and found.cells == (4, 12)


def test_a_fall_in_two_steps_within_the_dip_each_does_not_hold():
    for n in (512, 8192, 60_000):
        found = verdict(CLAIM, data([0, 0.5, 1.0, 0.96, 0.92], n, 0.2), LEVELS)
        assert found.verdict != "holds"


def test_a_dip_within_the_tolerance_has_one_verdict_for_all_seeds():
    shape = [0, 0.5, 0.47, 0.8, 1.0]
    found = {seed: verdict(CLAIM, data(shape, 60_000, 0.2, seed=seed), LEVELS) for seed in range(5)}
    assert {one.verdict for one in found.values()} == {"holds"}
    assert all("false, but within tolerance" in one.note for one in found.values())


@pytest.mark.parametrize("n", [200, 260, 300, 330, 360, 400, 600])
def test_a_fall_that_is_too_early_to_break_it_does_not_hold_either(n):
    """`broken` and `holds` trust the same replicates, so that none slips in between."""
    means = np.concatenate([np.linspace(0, 1, 5), 1 - 0.03 * np.arange(1, 9)])
    assert verdict(CLAIM, data(means, n, 0.002), LADDER).verdict != "holds"
