"""Minimum-norm interpolation and the closed-form trajectory of least squares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from sim.linear.interpolation import LeastSquaresFlow, minimum_norm_interpolator
from sim.regression.adversarial import solve

SEEDS = st.integers(0, 2**32 - 1)


def draw(seed, *shape):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(shape), rng.standard_normal(shape[:-1])


@given(SEEDS, st.integers(1, 10), st.integers(0, 20), st.floats(-6, 6))
def test_interpolator_fits_and_lies_in_the_row_space(seed, n, extra, log_unit):
    x, y = draw(seed, n, n + 1 + extra)
    x = x * 10.0**log_unit
    theta = minimum_norm_interpolator(x, y)
    condition = np.linalg.cond(x)
    np.testing.assert_allclose(x @ theta, y, atol=1e-13 * condition * np.abs(y).max())
    # In the row space: orthogonal to the null space, hence the shortest of all interpolators.
    null = np.linalg.svd(x)[2][n:]
    np.testing.assert_allclose(null @ theta, 0, atol=1e-12 * np.linalg.norm(theta))


def test_stack_gives_what_single_problems_give():
    x, y = draw(0, 3, 2, 5, 12)
    stack = minimum_norm_interpolator(x, y)
    assert stack.shape == (3, 2, 12)
    for index in np.ndindex(3, 2):
        direct = x[index].T @ np.linalg.solve(x[index] @ x[index].T, y[index])
        np.testing.assert_allclose(stack[index], direct, atol=1e-11)
    np.testing.assert_allclose(solve(x[0, 0], y[0, 0], 0.0).theta, stack[0, 0], atol=1e-12)


def test_ill_conditioned_rows_keep_their_digits():
    # The normal equations would square the condition number of 1e7 and lose 14 digits.
    rng = np.random.default_rng(1)
    left, right = (np.linalg.qr(rng.standard_normal((k, 6)))[0] for k in (6, 20))
    x = left @ np.diag(10.0 ** -np.linspace(0, 7, 6)) @ right.T
    truth = right @ rng.standard_normal(6)
    np.testing.assert_allclose(minimum_norm_interpolator(x, x @ truth), truth, atol=1e-7)


@pytest.mark.parametrize("repeat", [(1, 2), (4, 4)])
def test_dependent_rows_are_refused_by_replicate(repeat):
    x, y = draw(2, 3, 6, 10)
    x[1, repeat[0]] = x[1, (repeat[1] + 1) % 6]
    with pytest.raises(ValueError, match=r"linearly dependent.*replicates \[\(1,\)\]"):
        minimum_norm_interpolator(x, y)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((3, 2)), np.ones(3), "need d >= n"),
        (np.ones((2, 3)), np.ones(3), "same leading axes"),
        (np.full((1, 2), np.nan), np.ones(1), "must be finite"),
    ],
)
def test_bad_input_is_refused_with_a_reason(x, y, message):
    with pytest.raises(ValueError, match=message):
        minimum_norm_interpolator(x, y)


@given(SEEDS, st.integers(1, 8), st.integers(1, 8), st.floats(0.01, 1.9), st.integers(0, 40))
def test_descent_is_what_the_iteration_gives(seed, n, d, share, steps):
    x, y = draw(seed, n, d)
    flow = LeastSquaresFlow.of(x, y)
    step = share / 2 * float(flow.largest_stable_step)
    theta = np.zeros(d)
    for _ in range(steps):
        theta = theta + step * 2 / n * x.T @ (y - x @ theta)
    np.testing.assert_allclose(flow.descent(step, steps), theta, atol=1e-10 * (1 + np.abs(y).max()))


def test_flow_is_what_an_integrator_gives():
    x, y = draw(3, 6, 4)
    solution = solve_ivp(
        lambda _, theta: 2 / 6 * x.T @ (y - x @ theta),
        (0, 1.7),
        np.zeros(4),
        rtol=1e-11,
        atol=1e-13,
    )
    np.testing.assert_allclose(LeastSquaresFlow.of(x, y).flow(1.7), solution.y[:, -1], atol=1e-9)


@given(SEEDS, st.floats(0.01, 3))
def test_descent_of_small_steps_tends_to_the_flow(seed, time):
    x, y = draw(seed, 5, 9)
    flow = LeastSquaresFlow.of(x, y)
    np.testing.assert_allclose(
        flow.descent(time / 10**9, 10**9), flow.flow(time), atol=2e-9 * np.abs(flow.target).max()
    )


def test_long_runs_end_at_the_shortest_least_squares_solution():
    for n, d in ((4, 15), (15, 4)):
        x, y = draw(4, n, d)
        flow = LeastSquaresFlow.of(x, y)
        expected = np.linalg.lstsq(x, y, rcond=None)[0]
        np.testing.assert_allclose(flow.flow(1e6), expected, atol=1e-12)
        step = 0.9 * float(flow.largest_stable_step)
        np.testing.assert_allclose(flow.descent(step, 10**6), expected, atol=1e-12)
        assert np.abs(flow.descent(1.01 * float(flow.largest_stable_step), 10**4)).max() > 1e10


def test_flow_of_stacks_and_of_rank_deficient_data():
    x, y = draw(5, 2, 5, 8)
    x[1, 3] = x[1, 2]
    flow = LeastSquaresFlow.of(x, y)
    assert flow.flow(1e6).shape == (2, 8)
    assert flow.target[1, -1] == flow.rates[1, -1] == 0
    np.testing.assert_allclose(
        flow.flow(1e8)[1], np.linalg.lstsq(x[1], y[1], rcond=None)[0], atol=1e-9
    )
    np.testing.assert_array_equal(flow.flow(0.0), 0)
    np.testing.assert_array_equal(flow.descent(0.1, 0), 0)


def test_bad_times_and_steps_are_refused():
    flow = LeastSquaresFlow.of(*draw(6, 3, 3))
    with pytest.raises(ValueError, match="time must be"):
        flow.flow(-1.0)
    with pytest.raises(ValueError, match="step must be"):
        flow.descent(0.0, 3)
    with pytest.raises(ValueError, match="steps at least 0"):
        flow.descent(0.1, -3)
