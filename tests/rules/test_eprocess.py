"""E-processes: their averages are at most one under the hypothesis, and grow fast beyond it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from verify.judging import eprocess

NEEDED = np.log(16_384 / 0.01)


@given(st.integers(1, 60), st.floats(0.001, 0.999), st.floats(0, 1))
def test_the_expectation_of_a_counts_e_value_is_at_most_one_under_every_hypothesis(n, p, bound):
    counts = np.arange(n + 1)
    above, below = eprocess.of_count(counts, n, bound)
    weight = stats.binom.pmf(counts, n, p)
    evidence = above if p <= bound else below
    with np.errstate(over="ignore"):
        assert np.sum(weight[weight > 0] * np.exp(evidence[weight > 0])) <= 1 + 1e-9


def test_it_is_a_martingale_in_time_where_the_bound_is_the_probability():
    p = 0.3
    for n, k in ((10, 2), (50, 25), (400, 100)):
        now = eprocess.of_count(k, n, p)
        more, less = eprocess.of_count(k + 1, n + 1, p), eprocess.of_count(k, n + 1, p)
        for side in (0, 1):
            ahead = p * np.exp(more[side]) + (1 - p) * np.exp(less[side])
            assert ahead == pytest.approx(np.exp(now[side]), rel=1e-9)


def test_impossible_counts_are_infinite_evidence_and_huge_ones_do_not_underflow():
    assert eprocess.of_count(1, 10, 0.0)[0] == np.inf and eprocess.of_count(9, 10, 1.0)[1] == np.inf
    assert eprocess.of_count(0, 10, 0.0)[0] == pytest.approx(0) and np.isfinite(
        eprocess.of_count(10**7, 10**8, 1e-6)[0]
    )


@given(st.integers(1, 400), st.integers(0, 400))
def test_the_interval_of_a_count_is_what_is_not_refuted(n, k):
    k = min(k, n)
    low, high = eprocess.count_interval(k, n, NEEDED)
    assert low <= k / n <= high
    for inside in (low + 1e-6, high - 1e-6):
        if low < inside < high:
            assert max(eprocess.of_count(k, n, inside)) < NEEDED + 0.1
    if low > 1e-3:
        assert eprocess.of_count(k, n, low - 1e-4)[0] >= NEEDED - 0.1
    if high < 1 - 1e-3:
        assert eprocess.of_count(k, n, high + 1e-4)[1] >= NEEDED - 0.1


@given(st.integers(20, 3000), st.floats(0.05, 0.95))
def test_the_refuted_counts_are_the_first_on_either_side(n, share):
    few, many = eprocess.refuted_counts(n, share, NEEDED)
    above, below = eprocess.of_count(np.arange(n + 1), n, share)
    assert few == max(np.flatnonzero(below >= NEEDED), default=-1)
    assert many == min(np.flatnonzero(above >= NEEDED), default=n + 1)


def test_bounded_values_of_zero_and_one_are_a_count():
    y = (np.random.default_rng(0).random(1001) < 0.3) * 1.0
    found = eprocess.of_range(y, 0.2, 0.0, 1.0)
    assert found[0] == pytest.approx(eprocess.of_count(y.sum(), 1001, 0.2)[0], abs=2.5)
    assert eprocess.of_range(y, 0.0, 0.0, 1.0)[0] == np.inf
    assert eprocess.of_range(y, 1.0, 0.0, 1.0)[1] == np.inf
    assert eprocess.of_range(y, 0.5, 0.0, np.inf)[1] == -np.inf


@pytest.mark.parametrize("law", ["range", "variance", "normal", "exponential", "poisson"])
def test_on_average_no_e_value_of_a_true_mean_exceeds_one(law):
    """The average over 4000 samples of 40; false alarm below 1e-7 by the tails of its own size."""
    rng, total = np.random.default_rng([5, len(law)]), []
    for _ in range(4000):
        y = {
            "range": lambda: rng.beta(0.2, 0.2, 40),
            "variance": lambda: rng.standard_exponential(40),
            "normal": lambda: rng.standard_normal(40),
            "exponential": lambda: rng.standard_exponential(40),
            "poisson": lambda: 1.0 * rng.poisson(1, 40),
        }[law]()
        total.append(
            {
                "range": lambda y: eprocess.of_range(y, 0.5, 0, 1),
                "variance": lambda y: eprocess.of_variance(y, 1.0, 1.0),
                "normal": lambda y: eprocess.of_normal(y, 0.0),
                "exponential": lambda y: eprocess.of_exponential(y, 1.0),
                "poisson": lambda y: eprocess.of_poisson(y, 1.0),
            }[law](y)
        )
    for side in np.array(total).T:
        # Markov's inequality, and the average with the largest values cut at 100.
        assert np.mean(side >= np.log(20)) <= 0.05
        assert np.mean(np.minimum(np.exp(side), 100)) <= 1.3
