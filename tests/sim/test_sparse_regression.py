"""Penalised regression with irrelevant inputs that are drawn only when they are looked at."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.regression.adversarial import solve
from sim.regression.sparse import HiddenColumns, sparse_estimate


class Remembering(HiddenColumns):
    """Hidden columns that can be completed to the whole design afterwards."""

    last = None

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.drawn = {}
        Remembering.last = self

    def draw(self, which):
        columns = super().draw(which)
        self.drawn.update(zip(np.asarray(which).tolist(), columns.T, strict=True))
        return columns

    def complete(self):
        rest = [j for j in range(self.count) if j not in self.drawn]
        whole = np.empty((self._length, self.count))
        whole[:, rest] = super().draw(rest)
        for j, column in self.drawn.items():
            whole[:, j] = column
        return whole


@given(st.integers(0, 10_000), st.sampled_from([(40, 30, 0.3), (30, 60, 0.25), (30, 20, 5.0)]))
def test_the_estimate_is_that_of_the_whole_design(seed, case):
    n, d, penalty = case
    rng = np.random.default_rng(seed)
    theta_0 = np.array([0.8, -0.6])
    found = sparse_estimate(rng, n, d, theta_0, 0.5, 0.3, penalty, columns=Remembering)
    hidden = Remembering.last
    design = np.hstack([found.x[:, :2], hidden.complete()])
    whole = solve(design, found.y, 0.3, penalty=penalty).theta
    lazy = np.zeros(d)
    lazy[:2] = found.theta[:2]
    lazy[2 + np.array(list(hidden.drawn), dtype=int)] = found.theta[2:]
    # Both are within a relative duality gap of 1e-10 of the minimum; the distance is its root.
    np.testing.assert_allclose(lazy, whole, atol=2e-4)


def test_products_seen_before_a_column_is_drawn_are_its_products():
    rng = np.random.default_rng(0)
    hidden = HiddenColumns(rng, 9, 5)
    vectors = rng.standard_normal((3, 9))
    vectors[2] = vectors[0] - 2 * vectors[1]  # nothing new is drawn for it
    seen = np.array([hidden.products(vector) for vector in vectors])
    np.testing.assert_allclose(seen, vectors @ hidden.draw(np.arange(5)), atol=1e-12)


def test_completed_columns_are_independent_standard_normals():
    rng = np.random.default_rng(1)
    columns = []
    for _ in range(60):
        hidden = HiddenColumns(rng, 6, 40)
        first = hidden.products(np.arange(1.0, 7.0))
        # The second direction depends on what was seen, as it does in training.
        hidden.products(np.where(first[:6] > 0, 1.0, -2.0))
        columns.append(hidden.draw(np.arange(40)))
    columns = np.stack(columns).transpose(0, 2, 1).reshape(-1, 6)
    # Seven fixed-seed tests at 1e-6 each.
    for entry in columns.T:
        assert stats.kstest(entry, "norm").pvalue > 1e-6
    covariance = columns.T @ columns / len(columns)
    off = covariance - np.eye(6)
    assert np.abs(off).max() < stats.norm.isf(1e-6 / 36) * np.sqrt(2 / len(columns))


def test_many_irrelevant_inputs_cost_little_memory_and_stay_out():
    rng = np.random.default_rng(2)
    found = sparse_estimate(rng, 400, 300_000, np.array([1.0]), 0.5, 0.3, 0.6)
    assert found.x.shape[0] == 400 and found.x.shape[1] < 50


@pytest.mark.parametrize(("d", "penalty"), [(1, 0.5), (5, 0.0)])
def test_impossible_settings_are_refused(d, penalty):
    with pytest.raises(ValueError, match="needs d >= 2 relevant inputs and a positive penalty"):
        sparse_estimate(np.random.default_rng(0), 9, d, np.ones(2), 1.0, 0.1, penalty)
