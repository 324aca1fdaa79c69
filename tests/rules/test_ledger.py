"""The error budget: what looks may spend, and at which sizes data are looked at."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.catalogue.budgets import INSTANCES, RARE, SECONDS, affordable, look_size
from verify.errors import UserError
from verify.judging.ledger import CLAIMS, Ledger, refuse_beyond


@given(st.floats(1e-6, 0.5))
def test_all_looks_together_never_spend_more_than_one_claim_may(alpha):
    ledger = Ledger(alpha)
    assert ledger.error == alpha / CLAIMS
    spent = sum(ledger.level(look) for look in range(10_000))
    assert 0.9998 * ledger.error < spent < ledger.error


def test_the_number_of_claims_that_share_the_error_is_a_constant():
    assert CLAIMS == 16_384


def test_a_report_with_more_claims_than_its_error_is_divided_by_is_refused():
    refuse_beyond(CLAIMS)
    with pytest.raises(UserError, match=r"at most 16384 claims, and these are 16385"):
        refuse_beyond(CLAIMS + 1)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 2, float("nan")])
def test_alpha_is_a_probability(alpha):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Ledger(alpha)


@given(st.integers(1, 4096), st.integers(1, 600), st.integers(0, 20))
def test_look_sizes_are_whole_blocks_and_grow_by_root_two(first, block, look):
    size = look_size(look, first, block)
    assert size % block == 0 and size >= block
    assert abs(size - first * 2 ** (look / 2)) <= block / 2 + 1e-9 or size == block
    assert look_size(look + 1, first, block) >= size
    if block == 1:
        assert look_size(look + 2, first, block) == pytest.approx(2 * size, abs=2)
    assert isinstance(size, int) or np.issubdtype(type(size), np.integer)


@given(st.integers(1, 300), st.floats(1.5e-6, 5))
def test_looks_go_on_until_the_declared_seconds_are_spent_however_many_there_are(first, seconds):
    for limit in SECONDS.values():
        looks = affordable(limit, first, 1, seconds)
        assert looks == 1 or look_size(looks - 1, first, 1) * seconds <= limit
        assert look_size(looks, first, 1) * seconds > limit
    assert affordable(90, 4, 1, 1.5e-6) > 40, "no fixed number of looks binds"


@given(st.integers(1, 4096))
def test_no_look_is_taken_beyond_what_decides_every_claim(first):
    looks = affordable(90, first, 1, 1.5e-6, INSTANCES)
    assert look_size(looks - 1, first, 1) >= INSTANCES
    assert looks == 1 or look_size(looks - 2, first, 1) < INSTANCES


def test_what_counts_as_enough_instances_excludes_rare_violations():
    assert Ledger(0.01).rarest(INSTANCES) <= RARE
    assert Ledger(1e-6).rarest(2 * INSTANCES) <= RARE  # twice as many are drawn for those who ask


@given(st.floats(1e-6, 0.5), st.floats(1e-6, 0.1))
def test_instances_without_a_violation_are_as_many_as_the_error_asks_for_and_no_more(alpha, share):
    """Whoever holds at some look has seen none among the first so many: that is the only event."""
    ledger = Ledger(alpha)
    enough = ledger.instances(share)
    assert ledger.rarest(enough) <= share < ledger.rarest(enough - 1)
    error = enough * math.log1p(-share)  # of a truth in which exactly that share violates
    assert 1.1 * math.log(ledger.error) < error <= math.log(ledger.error)
