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


@pytest.mark.parametrize("shape", ["square", "kinked", "steep", "impossible beyond"])
@pytest.mark.parametrize("scale", [0.03, 1.0, 50.0])
def test_an_interval_ends_just_outside_of_where_the_evidence_is_enough(shape, scale):
    asked = []

    def evidence(value: float, side: int) -> float:
        asked.append(value)
        x = (value - 2 if side else 2 - value) / scale
        return {
            "square": x * x / 2 - 3,
            "kinked": max(x - 3, 0) * 100,
            "steep": float(np.expm1(min(x, 700))),
            "impossible beyond": float(x >= 4) * np.inf if x >= 4 else 0.1 * x,
        }[shape]

    ends = {"square": np.sqrt(2 * (NEEDED + 3)), "kinked": 3 + NEEDED / 100}
    ends |= {"steep": np.log1p(NEEDED), "impossible beyond": 4.0}
    low, high = eprocess.interval(evidence, 2.0, 1.0, NEEDED)
    for found in (2 - low, high - 2):
        assert ends[shape] * scale <= found * (1 + 1e-12)
        assert found <= ends[shape] * scale * (1 + 3e-4) + 1e-4
    assert len(asked) <= 70
    assert eprocess.interval(evidence, 2.0, 0.0, NEEDED) == (2.0, 2.0)


def test_evidence_of_many_values_is_that_of_its_definition():
    rng = np.random.default_rng(3)
    for n in (1, 7, 8, 2047, 5003):
        y = rng.standard_normal(n) * 10.0 ** rng.uniform(-2, 100 * (n == 8), n)
        x = y - 0.3
        bets = np.geomspace(3e-4, 2.0, 24)[:, None]
        with np.errstate(over="ignore"):
            terms = np.sign(x) * np.log1p(bets * np.abs(x) + (bets * x) ** 2 / 2)
        far = 2 * np.log(bets * np.abs(x)) - np.log(2)
        sums = np.where(np.isfinite(terms), terms, np.sign(x) * far).sum(axis=1)
        cost = n * bets[:, 0] ** 2 / 2
        expected = [eprocess.average(sign * sums - cost) for sign in (1, -1)]
        assert eprocess.of_variance(y, 0.3, 1.0) == pytest.approx(expected, rel=1e-9, abs=1e-9)
        u = rng.random(n)
        shares = eprocess.STAKES[:, None]
        expected = eprocess.average(np.log1p(shares * (u - 0.4) / 0.4).sum(axis=1))
        assert eprocess.above_in_range(u, 0.4, 0.0) == pytest.approx(expected, rel=1e-9, abs=1e-9)
