"""Means of which the claim states a range, a variance or a law: no assumption is left."""

import numpy as np
import pytest
import sympy as sp

from bounds import Identity
from building import verdict

f = sp.Symbol("f", positive=True)


def mean(**stated) -> Identity:
    return Identity("mean", observable="y", equals=f, **stated)


LAWS = {
    "range": (mean(range=(0, 2)), lambda rng, n: 2 * rng.random(n)),
    "variance": (mean(variance=1), lambda rng, n: rng.standard_exponential(n)),
    "normal": (mean(law="normal"), lambda rng, n: 1 + 0.3 * rng.standard_normal(n)),
    "exponential": (mean(law="exponential"), lambda rng, n: rng.standard_exponential(n)),
    "poisson": (mean(law="poisson"), lambda rng, n: 1.0 * rng.poisson(1, n)),
}


@pytest.mark.parametrize("name", LAWS)
def test_what_the_claim_states_is_all_that_a_verdict_stands_on(name):
    claim, draw = LAWS[name]
    y = draw(np.random.default_rng(0), 2**19)
    right = verdict(claim, [{"y": y}], [dict(f=1.0)])
    assert (right.verdict, right.assuming) == ("holds", "")
    assert 0.99 < right.interval[0] < 1 < right.interval[1] < 1.01
    for wrong in (0.7, 1.3):
        found = verdict(claim, [{"y": y[:4096]}], [dict(f=wrong)])
        assert (found.verdict, found.assuming) == ("broken", "")
        assert not found.interval[0] < 1 < found.interval[1]
    assert verdict(claim, [{"y": y[:64]}], [dict(f=1.01)]).verdict == "undecided"


def test_a_rare_event_inside_a_declared_range_never_breaks_a_true_mean_nor_holds_a_false_one():
    """Without the range, 3 replicates of 10 would break it before the event is seen."""
    common = np.full(4000, 0.5)
    true = mean(range=(0, 1000))
    assert verdict(true, [{"y": common}], [dict(f=1.0)]).verdict == "undecided"
    assert verdict(true, [{"y": common}], [dict(f=0.5)]).verdict == "undecided"
    assumed = verdict(mean(), [{"y": common}], [dict(f=1.0)])
    assert assumed.verdict == "broken" and "no event that was not seen" in assumed.assuming


def test_an_end_at_infinity_leaves_one_side_to_the_assumption():
    y = 2 * np.random.default_rng(0).standard_exponential(4096)
    claim = mean(range=(0, sp.oo))
    above = verdict(claim, [{"y": y}], [dict(f=1.0)])
    assert (above.verdict, above.assuming) == ("broken", "")
    below = verdict(claim, [{"y": y / 8}], [dict(f=1.0)])
    assert below.verdict == "broken" and "not seen" in below.assuming


@pytest.mark.parametrize(
    ("stated", "law", "words"),
    [
        (dict(range=(0, 1)), lambda rng, n: 1.2 * rng.random(n), "outside the stated range"),
        (dict(law="normal"), lambda rng, n: rng.lognormal(size=n), "not of normal law"),
        (dict(law="exponential"), lambda rng, n: 1 + rng.standard_normal(n), "not negative"),
        (dict(law="exponential"), lambda rng, n: rng.random(n), "not of exponential law"),
        (dict(law="poisson"), lambda rng, n: rng.random(n), "whole numbers"),
        (dict(law="poisson"), lambda rng, n: 1.0 * rng.geometric(0.5, n), "not of poisson law"),
    ],
)
def test_values_that_contradict_what_is_stated_are_an_error(stated, law, words):
    y = law(np.random.default_rng(0), 8192)
    found = verdict(mean(**stated), [{"y": y}], [dict(f=0.6)])
    assert (found.verdict, found.reason) == ("undecided", "error") and words in found.note


def test_values_of_a_discrete_or_skewed_law_are_of_that_law():
    rng = np.random.default_rng(1)
    for name, y in (
        ("poisson", 1.0 * rng.poisson(0.2, 2**16)),
        ("exponential", rng.standard_exponential(2**16)),
        ("normal", rng.standard_normal(2**16)),
    ):
        found = verdict(mean(law=name), [{"y": y}], [dict(f=5.0)])
        assert found.verdict == "broken"


def test_a_mean_is_bounded_by_one_thing():
    with pytest.raises(ValueError, match="one of range, variance and law"):
        mean(range=(0, 1), law="normal")
    with pytest.raises(ValueError, match="one of range, variance and law"):
        mean(range=(0, 1), functional="proportion")
    with pytest.raises(ValueError, match="law is one of"):
        mean(law="cauchy")


def test_a_negative_scale_turns_both_sides_round():
    y = -1 - 0.1 * np.random.default_rng(0).random(4096)
    g = sp.Symbol("g", real=True)
    claim = Identity("mean", observable="y", equals=g, range=(-2, 0))
    found = verdict(claim, [{"y": y}], [dict(g=-0.5)])
    assert found.verdict == "broken" and found.interval[0] > 1
