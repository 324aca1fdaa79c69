"""What can be seen of rows that are not independent, and what must not be taken for it."""

import numpy as np
import pytest
from scipy.signal import lfilter

from verify.judging.independence import dependence

LEVEL = 6e-7
B, ROWS = 32, 256
rng = np.random.default_rng(0)
BLOCK = rng.standard_exponential(ROWS)

WRONG = {
    "the same block": np.tile(BLOCK, B),
    "one block twice": np.concatenate([rng.standard_normal((B - 1) * ROWS), BLOCK, BLOCK]),
    "one draw per block": np.repeat(rng.random(B), ROWS),
    "two draws in turn": np.concatenate([np.resize(rng.random(2), ROWS) for _ in range(B)]),
    "an error per block": np.repeat(rng.standard_normal(B), ROWS) + rng.standard_normal(B * ROWS),
    "a chain": lfilter([1.0], [1.0, -0.3], rng.standard_normal(B * ROWS)),
    "each draw twice": np.repeat(rng.random(B * ROWS // 2), 2),
    "sorted rows": np.sort(rng.random((B, ROWS)), axis=1).ravel(),
    "halves alike": np.tile(rng.random((B, ROWS // 2)), 2).ravel(),
    "an event of the block": np.repeat(rng.random(B) < 0.4, ROWS),
}


@pytest.mark.parametrize("name", WRONG)
def test_rows_that_are_not_independent_are_seen(name):
    assert dependence(WRONG[name], ROWS, LEVEL)


LAWS = {
    "normal": lambda n: rng.standard_normal(n),
    "cauchy": lambda n: rng.standard_cauchy(n),
    "coins": lambda n: rng.random(n) < 0.5,
    "rare events": lambda n: rng.random(n) < 1e-3,
    "very rare events": lambda n: rng.random(n) < 2e-5,
    "few values": lambda n: rng.integers(0, 3, n),
    "constant": np.ones,
    "mostly zero": lambda n: np.where(rng.random(n) < 0.02, rng.random(n), 0.0),
}


@pytest.mark.parametrize("block", [1, 2, 16, 256])
@pytest.mark.parametrize("name", LAWS)
def test_independent_rows_are_not_suspected(name, block):
    for n in (256, 8192):
        for _ in range(20):
            assert not dependence(LAWS[name](n), block, LEVEL)


def test_the_level_is_kept_where_it_can_be_measured():
    """At 5 %: 1000 samples, flaky with probability 1e-6."""
    found = sum(bool(dependence(rng.standard_normal(2048), 64, 0.05)) for _ in range(1000))
    assert found <= 88
