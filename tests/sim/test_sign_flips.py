import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from sim.networks.sign_flips import largest_change, largest_shortfall, most_flips

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, m=7, scale=1.0):
    rng = np.random.default_rng(seed)
    z, b = rng.standard_normal((1, m)), rng.standard_normal((1, m))
    return z, b, rng.uniform(0.5, 2, 1), scale * rng.uniform(0, 1.5, 1)


def subsets(m):
    return (np.array(s, dtype=bool) for s in itertools.product([False, True], repeat=m))


@given(seed=SEEDS)
def test_no_set_of_neurons_that_a_move_pays_for_is_larger(seed):
    z, _, length, radius = drawn(seed)
    best = max(s.sum() for s in subsets(7) if (z[0, s] ** 2).sum() <= (length * radius) ** 2)
    assert most_flips(z, length, radius) == best


@given(seed=SEEDS)
def test_the_largest_change_is_between_what_is_attained_and_its_bound(seed):
    z, b, length, radius = drawn(seed)
    budget = (length[0] * radius[0]) ** 2
    best = max(np.sqrt((b[0, s] ** 2).sum()) for s in subsets(7) if (z[0, s] ** 2).sum() <= budget)
    attained, bound, chosen = largest_change(z, b, length, radius)
    assert attained[0] <= best + 1e-12
    assert best <= bound[0] + 1e-12
    assert (z[chosen] ** 2).sum() <= budget
    assert attained[0] == pytest.approx(np.sqrt((b[chosen] ** 2).sum()))


def fall(z, b, moves):
    """Return by how much the output falls below its linear part."""
    linear = (b * (np.maximum(z, 0) + (z >= 0) * moves)).sum()
    return linear - (b * np.maximum(z + moves, 0)).sum()


@given(seed=SEEDS)
def test_the_shortfall_of_the_moves_is_the_one_that_is_stated(seed):
    z, b, length, radius = drawn(seed)
    attained, bound, moves = largest_shortfall(z, b, length, radius)
    assert np.linalg.norm(moves) <= length[0] * radius[0] * (1 + 1e-12)
    assert fall(z[0], b[0], moves[0]) >= attained[0] - 1e-12
    assert attained[0] <= bound[0] + 1e-12


@pytest.mark.parametrize("seed", range(20))
def test_no_move_that_is_searched_for_falls_below_the_bound(seed):
    z, b, length, radius = drawn(seed, m=4)
    size = length[0] * radius[0]
    _, bound, _ = largest_shortfall(z, b, length, radius)
    rng, best = np.random.default_rng(seed), 0.0
    for _ in range(8):

        def value(v):
            return -fall(z[0], b[0], size * v / max(np.linalg.norm(v), 1))

        found = minimize(value, rng.standard_normal(4), method="Nelder-Mead")
        best = max(best, -found.fun)
    assert best <= bound[0] + 1e-9


@pytest.mark.parametrize("scale", [0.02, 0.2, 3.0, 100.0])
@pytest.mark.parametrize("m", [1, 40, 3000])
def test_ends_of_the_brackets_meet_in_wide_layers_and_nothing_is_missed(m, scale):
    rng = np.random.default_rng(m)
    z, b = rng.standard_normal((3, m)) / np.sqrt(m), rng.standard_normal((3, m))
    one, radius = np.ones(3), np.full(3, scale)
    order = np.argsort(z**2 / b**2, axis=1)
    cost, gain = (np.take_along_axis(v**2, order, axis=1) for v in (z, b))
    whole = np.where(np.cumsum(cost, axis=1) <= scale**2, gain, 0).sum(axis=1)
    attained, bound, _ = largest_change(z, b, one, radius)
    assert attained**2 == pytest.approx(whole)
    assert np.all(bound**2 - attained**2 <= (b**2).max(axis=1) + 1e-9)
    fewest = np.cumsum(np.sort(z**2, axis=1), axis=1) <= scale**2
    assert np.array_equal(most_flips(z, one, radius), fewest.sum(axis=1))
    low, high, _ = largest_shortfall(z, b, one, radius)
    assert np.all(high >= low * (1 - 1e-12))
    if m == 3000:
        assert high == pytest.approx(low, rel=5e-3)
