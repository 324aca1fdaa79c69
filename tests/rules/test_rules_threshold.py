"""The rule for where an outcome turns from unlikely to likely."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bounds import Threshold
from building import verdict
from verify.judging.ledger import Ledger

at = sp.Symbol("at", positive=True)
CLAIM = Threshold("place", success="up", along="s", at=at, tolerance=0.1)
PAIR = [dict(s=0.9, at=1.0), dict(s=1.1, at=1.0)]


def events(*shares, n=1024):
    return [{"up": np.arange(n) < round(share * n)} for share in shares]


def test_it_holds_with_failure_below_and_success_above():
    found = verdict(CLAIM, events(0.2, 0.8), PAIR)
    assert (found.verdict, found.predicted, found.tolerance) == ("holds", 1.0, 0.1)
    assert found.interval == (0.9, 1.1) and found.observed == pytest.approx(np.sqrt(0.99))


@pytest.mark.parametrize(("shares", "side"), [((0.7, 0.9), "below"), ((0.1, 0.3), "above")])
def test_a_level_on_the_wrong_side_breaks_it(shares, side):
    found = verdict(CLAIM, events(*shares), PAIR)
    assert found.verdict == "broken" and side in found.reason
    assert found.cells == (0 if side == "below" else 1,)
    assert found.values["observed"] == pytest.approx(shares[found.cell], abs=1e-3)


def test_near_one_half_it_stays_open_with_a_forecast():
    found = verdict(CLAIM, events(0.45, 0.8), PAIR)
    assert (found.verdict, found.reason) == ("undecided", "noise")
    assert verdict(CLAIM, events(0.45, 0.8, n=2 * int(found.forecast)), PAIR).verdict == "holds"
    assert verdict(CLAIM, events(0.5, 0.8), PAIR).reason == "edge"


def test_a_falling_outcome_mirrors_a_rising_one():
    falls = replace(CLAIM, rising=False)
    for shares in ((0.2, 0.8), (0.7, 0.9), (0.45, 0.8)):
        rising = verdict(CLAIM, events(*shares), PAIR)
        falling = verdict(falls, events(*(1 - s for s in shares)), PAIR)
        assert (rising.verdict, rising.cell) == (falling.verdict, falling.cell)


@given(st.floats(-6, 6), st.permutations([0, 1, 2, 3]))
def test_units_and_the_order_of_levels_do_not_matter(power, order):
    unit = 2.0 ** round(power)
    shares, places = [0.1, 0.3, 0.7, 0.9], [0.6, 0.9, 1.1, 1.5]
    cells = [dict(s=s * unit, at=unit) for s in places]
    rows = events(*shares)
    found = verdict(CLAIM, [rows[k] for k in order], [cells[k] for k in order])
    plain = verdict(CLAIM, rows, [dict(s=s, at=1.0) for s in places])
    assert found.verdict == plain.verdict == "holds"
    assert found.interval == pytest.approx(plain.interval)


@pytest.mark.parametrize("shares", [(0.49, 0.51), (0.51, 0.49), (0.51, 0.52), (0.48, 0.49)])
def test_the_interval_lies_between_levels_that_are_certain(shares):
    """Else two seeds see the place at other levels, and call one another wrong."""
    places = (0.5, 0.9, 0.98, 1.02, 1.1, 1.5)
    cells = [dict(s=s, at=1.0) for s in places]
    found = verdict(CLAIM, events(0.1, 0.1, *shares, 0.9, 0.9), cells)
    assert found.verdict == "holds" and found.interval == (0.9, 1.1)
    low, high = found.interval
    assert low <= found.observed <= high
    late = verdict(CLAIM, events(0.1, 0.1, *shares, 0.2, 0.9), cells)
    assert late.verdict == "broken" and late.interval == (1.1, 1.5)
    early = verdict(CLAIM, events(0.1, 0.8, *shares, 0.9, 0.9), cells)
    assert early.verdict == "broken" and early.interval == (0.5, 0.9)


def test_where_it_turns_twice_the_interval_is_at_the_side_that_breaks_it():
    cells = [dict(s=s, at=1.0) for s in (0.5, 0.9, 1.1, 1.5)]
    late = verdict(CLAIM, events(0.1, 0.1, 0.9, 0.1), cells)
    assert late.verdict == "broken" and late.interval == (1.5, np.inf)
    early = verdict(CLAIM, events(0.9, 0.1, 0.9, 0.9), cells)
    assert early.verdict == "broken" and early.interval == (0.0, 0.5)


def test_every_group_of_levels_has_its_own_predicted_point():
    cells = [dict(s=s * a, at=a, m=m) for m, a in ((1, 1.0), (2, 5.0)) for s in (0.9, 1.1)]
    assert verdict(CLAIM, events(0.2, 0.8, 0.2, 0.8), cells).verdict == "holds"
    broken = verdict(CLAIM, events(0.2, 0.8, 0.8, 0.9), cells)
    assert (broken.verdict, broken.cell) == ("broken", 2)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([dict(s=0.9, at=1.0), dict(s=0.8, at=1.0)], "do not bracket"),
        ([dict(s=0.5, at=1.0), dict(s=1.1, at=1.0)], "too far"),
        ([dict(t=0.9, at=1.0), dict(t=1.1, at=1.0)], "no parameter 's'"),
        ([dict(s=0.9, at=0.0), dict(s=1.1, at=1.0)], "not a positive number"),
        ([dict(s=0.9, at=float("nan")), dict(s=1.1, at=1.0)], "not a positive number"),
    ],
)
def test_levels_that_cannot_tell_are_an_error(cells, words):
    found = verdict(CLAIM, events(0.2, 0.8) if "bracket" not in words else events(0.2, 0.2), cells)
    assert found.reason == "error" and words in found.note


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0.1, 0.2, 0.8, 0.9, 0.95), "holds"),
        ((0.1, 0.2, 0.8, 0.4, 0.9), "broken"),
        ((0.1, 0.2, 0.8, 0.9, 0.5), "undecided"),
        ((0.6, 0.2, 0.8, 0.9, 0.9), "broken"),
        ((0.5, 0.2, 0.8, 0.9, 0.9), "undecided"),
    ],
)
@pytest.mark.parametrize("rising", [True, False])
def test_levels_far_from_the_place_count_like_the_nearest(shares, expected, rising):
    cells = [dict(s=s, at=1.0) for s in (0.5, 0.9, 1.1, 1.5, 2.5)]
    rows = events(*(p if rising else 1 - p for p in shares))
    found = verdict(replace(CLAIM, rising=rising), rows, cells)
    assert found.verdict == expected
    if expected == "holds":
        assert found.cells == (0, 1, 2, 3, 4)


def test_the_place_is_sought_within_two_percent_unless_said_otherwise():
    plain = Threshold("place", success="up", along="s", at=at)
    cells = [dict(s=s, at=1.0) for s in (0.98, 1.02)]
    assert verdict(plain, events(0.2, 0.8), cells).verdict == "holds"
    assert verdict(plain, events(0.2, 0.4), cells).verdict == "broken"
    assert "too far" in verdict(plain, events(0.2, 0.8), PAIR).note


def test_levels_between_the_bracketing_ones_are_not_judged():
    cells = [dict(s=s, at=1.0) for s in (0.9, 0.97, 1.03, 1.1)]
    assert verdict(CLAIM, events(0.2, 0.9, 0.1, 0.8), cells).verdict == "holds"


def test_more_levels_need_stronger_evidence_to_break():
    n, level, cells = 200, Ledger().level(0), PAIR
    k = int(stats.binom.isf(level / 2, n, 0.5)) + 1
    assert verdict(CLAIM, events((k - 1) / n, 0.9, n=n), cells, look=0).verdict == "undecided"
    rows = events(k / n, 0.9, n=n)
    assert verdict(CLAIM, rows, cells, look=0).verdict == "broken"
    many = [dict(s=0.9 - 0.001 * k, at=1.0) for k in range(1, 400)]
    extra = events(*[0.2] * len(many), n=n)
    assert verdict(CLAIM, rows + extra, cells + many, look=0).verdict == "undecided"


def test_an_outcome_that_is_no_event_is_an_error():
    rows = [{"up": np.array([0.2, 1.0])}, {"up": np.array([1.0, 1.0])}]
    assert "takes the value 0.2" in verdict(CLAIM, rows, PAIR).note
