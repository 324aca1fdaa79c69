"""The rule for claims about all times up to a horizon."""

import numpy as np
import pytest
import sympy as sp

from bounds import Always
from building import verdict

N, T = 30_000, 20
t = sp.Symbol("t", nonnegative=True)
BELOW = Always("below", left="y", at_most=1, until=T)


def runs(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((N, T + 1))


def test_a_bound_that_no_run_passes_at_any_time_holds_and_names_its_horizon():
    found = verdict(BELOW, [{"y": runs()}])
    assert found.verdict == "holds" and "for all t up to 20" in found.note


@pytest.mark.parametrize("time", [0, 7, T])
def test_one_run_above_at_one_time_breaks_it_and_both_are_named(time):
    y = runs()
    y[123, time] = 1.5
    found = verdict(BELOW, [{"y": y}])
    assert (found.verdict, found.row, found.values["t"]) == ("broken", 123, time)
    assert found.values["observed"] == 1.5 and f"first at t = {time}" in found.note


def test_the_counter_example_is_the_first_violation_and_not_the_largest():
    y, other = runs(), runs(1)
    y[5, 9], y[6, 12] = 1.1, 7.0
    other[7, 4] = 1.01
    found = verdict(BELOW, [{"y": y}, {"y": other}], [dict(g=0), dict(g=1)])
    assert (found.cell, found.row, found.values["t"]) == (1, 7, 4)


def test_bounds_depend_on_the_time_and_observables_need_not():
    decay = Always("decay", left="y", at_most=sp.Symbol("start") * sp.Rational(9, 10) ** t, until=T)
    start = 1 + np.random.default_rng(2).random(N)
    y = start[:, None] * 0.9 ** np.arange(T + 1)
    assert verdict(decay, [{"y": y, "start": start}]).verdict == "holds"
    slow = y * 1.001 ** np.arange(T + 1)
    found = verdict(decay, [{"y": slow, "start": start}])
    assert (found.verdict, found.values["t"]) == ("broken", 1)
    least = Always("least", left="y", at_least=sp.Rational(1, 10), until=T)
    assert verdict(least, [{"y": y}]).verdict == "holds"


def test_the_horizon_may_be_a_parameter_and_later_times_do_not_count():
    steps = sp.Symbol("steps", integer=True, positive=True)
    claim = Always("below", left="y", at_most=1, until=steps)
    y = runs()
    y[3, 15] = 2.0
    assert verdict(claim, [{"y": y}], [dict(steps=14)]).verdict == "holds"
    assert verdict(claim, [{"y": y}], [dict(steps=15)]).verdict == "broken"


def test_a_parameter_of_the_name_of_the_time_is_refused():
    with pytest.raises(ValueError, match="'t' is the time"):
        verdict(BELOW, [{"y": runs()}], [dict(t=1)])


def test_few_runs_leave_it_undecided_and_an_enumeration_does_not():
    assert verdict(BELOW, [{"y": runs()[:50]}]).reason == "noise"
    assert verdict(BELOW, [{"y": runs()[:50]}], complete=True).verdict == "holds"
