import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.descent import descend

seeds = st.integers(0, 2**32 - 1)


def quadratic(seed, replicates=3, d=4):
    rng = np.random.default_rng(seed)
    curvature = rng.uniform(0.1, 1.0, (replicates, d))
    return curvature, rng.standard_normal((replicates, d))


@given(seeds)
def test_a_quadratic_contracts_by_one_minus_step_times_curvature(seed):
    curvature, start = quadratic(seed)
    run = descend(lambda point: curvature * point, start, step=0.7, iterations=9)
    np.testing.assert_allclose(run.point, (1 - 0.7 * curvature) ** 9 * start, rtol=1e-12)
    assert (run.steps == 9).all()
    assert not run.finished.any()


@given(seeds)
def test_each_replicate_has_its_own_step(seed):
    curvature, start = quadratic(seed)
    step = np.array([0.1, 0.5, 1.0])
    run = descend(lambda point: curvature * point, start, step=step, iterations=3)
    np.testing.assert_allclose(run.point, (1 - step[:, None] * curvature) ** 3 * start, rtol=1e-12)


@given(seeds)
def test_a_finished_replicate_stays_and_its_steps_are_counted(seed):
    _, start = quadratic(seed)
    start = np.abs(start) + 0.5

    def small(point):
        return np.linalg.norm(point, axis=-1) < 0.3

    run = descend(lambda point: point, start, step=0.5, iterations=50, finished=small)
    size = np.linalg.norm(start, axis=-1)
    expected = np.ceil(np.log2(size / 0.3)).astype(int)
    np.testing.assert_array_equal(run.steps, expected)
    np.testing.assert_allclose(run.point, start * 0.5 ** expected[:, None], rtol=1e-12)
    assert run.finished.all()


def test_a_replicate_that_is_finished_at_the_start_never_moves():
    run = descend(
        lambda point: point,
        np.array([[0.1], [4.0]]),
        step=0.5,
        iterations=2,
        finished=lambda point: np.abs(point[:, 0]) < 0.2,
    )
    np.testing.assert_array_equal(run.steps, [0, 2])
    np.testing.assert_array_equal(run.finished, [True, False])
    np.testing.assert_allclose(run.point[:, 0], [0.1, 1.0])


def test_a_rule_met_after_the_last_step_counts_as_finished():
    run = descend(
        lambda point: point,
        np.array([[4.0]]),
        step=0.5,
        iterations=2,
        finished=lambda point: np.abs(point[:, 0]) <= 1,
    )
    assert run.finished.all()
    assert run.steps.tolist() == [2]


def test_observers_see_the_start_and_the_chosen_steps():
    run = descend(
        lambda point: point,
        np.ones((2, 3)),
        step=0.5,
        iterations=4,
        observe_at=[0, 1, 4],
        observers={"first": lambda point: point[:, 0]},
    )
    np.testing.assert_array_equal(run.iterations, [0, 1, 4])
    np.testing.assert_allclose(run.history["first"], [[1.0, 0.5, 0.0625]] * 2)


def test_observation_ends_when_all_replicates_are_finished():
    run = descend(
        lambda point: point,
        np.array([[1.0], [2.0]]),
        step=0.5,
        iterations=30,
        finished=lambda point: np.abs(point[:, 0]) < 0.3,
        observers={"size": lambda point: np.abs(point[:, 0])},
    )
    np.testing.assert_array_equal(run.iterations, [0, 1, 2, 3])
    np.testing.assert_allclose(run.history["size"], [[1, 0.5, 0.25, 0.25], [2, 1, 0.5, 0.25]])


def test_points_may_be_matrices():
    start = np.arange(12.0).reshape(2, 3, 2)
    run = descend(lambda point: point, start, step=np.array([0.5, 0.25]), iterations=1)
    np.testing.assert_allclose(run.point, start * np.array([0.5, 0.75])[:, None, None])


def test_divergence_is_an_error_that_names_the_step():
    with pytest.raises(FloatingPointError, match="step than 3"), np.errstate(all="ignore"):
        descend(lambda point: point**3, np.full((1, 1), 10.0), step=3.0, iterations=20)
