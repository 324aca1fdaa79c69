"""SGD that stops at the edge of the lazy ball, and Algorithm 1, against plain loops."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks import projected_training as training
from sim.networks.projected_training import Perturbation, Projected, into_ball, train_until_leaving

REPLICATES, WIDTH, D, N, BATCH = 2, 12, 5, 14, 4


def problem(seed=0):
    rng = np.random.default_rng(seed)
    a = rng.choice([-1.0, 1.0], (REPLICATES, WIDTH))
    w = rng.standard_normal((REPLICATES, WIDTH, D))
    x = rng.standard_normal((REPLICATES, N, D))
    return a, w, x / np.linalg.norm(x, axis=-1, keepdims=True), rng.choice([-1.0, 1.0], (2, N))


def plain_loss(a, w, x, y):
    """The summed logistic loss of one network, written out."""
    total = 0.0
    for point, sign in zip(x, y, strict=True):
        f = sum(c * max(float(row @ point), 0) for c, row in zip(a, w, strict=True))
        total += np.log1p(np.exp(-sign * f / len(a) ** 0.5))
    return total


def plain_gradient(a, w, x, y):
    """Its gradient in the weights, written out."""
    gradient = np.zeros_like(w)
    for point, sign in zip(x, y, strict=True):
        f = sum(c * max(float(row @ point), 0) for c, row in zip(a, w, strict=True))
        share = -sign / (1 + np.exp(sign * f / len(a) ** 0.5)) / len(a) ** 0.5
        for s, row in enumerate(w):
            if row @ point > 0:
                gradient[s] += share * a[s] * point
    return gradient


def test_loss_and_gradients_are_those_of_the_formula():
    a, w, x, y = problem()
    for r in range(REPLICATES):
        one = (a[r], w[r], x[r], y[r])
        assert training.loss(a, w, x, y)[r] == pytest.approx(plain_loss(*one))
        np.testing.assert_allclose(training.loss_gradient(a, w, x, y)[r], plain_gradient(*one))
    step = 1e-6 * np.random.default_rng(1).standard_normal(x.shape)
    values, gradient = training.value_and_gradient(a, w, x)
    change = training.value(a, w, x + step) - training.value(a, w, x - step)
    np.testing.assert_allclose(change, 2 * np.sum(gradient * step, axis=-1), rtol=1e-4, atol=1e-12)
    np.testing.assert_array_equal(values, training.value(a, w, x))


@given(st.integers(0, 10**6), st.floats(0, 3))
def test_the_projection_is_the_nearest_point_of_the_ball_and_idempotent(seed, radius):
    rng = np.random.default_rng(seed)
    centre, points, others = rng.standard_normal((3, 2, 6, 3))
    nearest = into_ball(points, centre, radius)
    assert np.all(training.farthest(nearest - centre) <= radius * (1 + 1e-12) + 1e-15)
    np.testing.assert_allclose(into_ball(nearest, centre, radius), nearest, rtol=0, atol=1e-15 * 9)
    inside = into_ball(others, centre, radius)
    # Nearest: the way to it makes no acute angle with the way on to any point of the ball.
    assert np.all(np.sum((points - nearest) * (inside - nearest), axis=-1) <= 1e-12)


def test_a_point_of_the_ball_stays_where_it_is():
    centre = np.zeros((1, 2, 2))
    points = np.array([[[0.3, 0.4], [3.0, 4.0]]])
    np.testing.assert_allclose(into_ball(points, centre, 0.5), [[[0.3, 0.4], [0.3, 0.4]]])


def test_minibatches_use_each_input_at_most_once_and_leave_out_what_is_no_full_batch():
    found = np.concatenate(list(training.minibatches(np.random.default_rng(0), 3, 14, 4)), axis=1)
    assert found.shape == (3, 12)
    assert all(len(set(row)) == 12 and set(row) <= set(range(14)) for row in found)
    assert len({tuple(row) for row in found}) == 3
    with pytest.raises(ValueError, match="not 15"):
        next(training.minibatches(np.random.default_rng(0), 3, 14, 15))


def test_training_stops_at_the_last_iterate_inside_the_ball():
    a, start, x, y = problem()
    radius = 0.08
    found = train_until_leaving(np.random.default_rng(7), a, start, x, y, radius, batch=BATCH)
    batches = _batches(7)
    for r in range(REPLICATES):
        w, steps = start[r], 0
        while True:
            which = batches[steps][r]
            moved = w - 0.1 / BATCH * plain_gradient(a[r], w, x[r, which], y[r, which])
            if np.linalg.norm(moved - start[r], axis=1).max() > radius:
                break
            w, steps = moved, steps + 1
        assert found.steps[r] == steps > 3 and found.left[r]
        np.testing.assert_allclose(found.w[r], w, rtol=1e-10)


def _batches(seed, epochs=40):
    rng = np.random.default_rng(seed)
    return [
        which for _ in range(epochs) for which in training.minibatches(rng, REPLICATES, N, BATCH)
    ]


def test_training_that_is_out_of_time_says_so_and_no_time_trains_nothing():
    a, start, x, y = problem()
    rng = np.random.default_rng(0)
    short = train_until_leaving(rng, a, start, x, y, 9.0, batch=BATCH, most=5)
    assert list(short.steps) == [5, 5] and not short.left.any()
    none = train_until_leaving(rng, a, start, x, y, 9.0, batch=BATCH, most=0)
    np.testing.assert_array_equal(none.w, start)


def test_the_inner_loop_climbs_within_the_ball_around_the_clean_inputs():
    a, w, x, y = problem()
    meant = Perturbation(0.3, 20)
    found = meant.of(a, w, x, y)
    expected = x.copy()
    for _ in range(20):
        for r, i in np.ndindex(REPLICATES, N):
            at = expected[r, i]
            on = w[r] @ at > 0
            gradient = (a[r] * on) @ w[r] / WIDTH**0.5
            f = a[r] @ np.maximum(w[r] @ at, 0) / WIDTH**0.5
            moved = at - 2.5 * 0.3 / 20 * y[r, i] / (1 + np.exp(y[r, i] * f)) * gradient
            move = moved - x[r, i]
            expected[r, i] = x[r, i] + move * min(1, 0.3 / np.linalg.norm(move))
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert np.all(training.loss(a, w, found, y) > training.loss(a, w, x, y))


def test_the_inner_loop_as_printed_takes_one_step_however_often_it_is_passed():
    a, w, x, y = problem()
    once = Perturbation(0.3, 1, rate=0.01, accumulates=False)
    often = dataclasses.replace(once, passes=25)
    np.testing.assert_array_equal(once.of(a, w, x, y), often.of(a, w, x, y))


def test_normalised_steps_have_the_length_of_the_rate():
    a, w, x, y = problem()
    moved = Perturbation(0.3, 1, rate=0.01, normalised=True).of(a, w, x, y)
    np.testing.assert_allclose(np.linalg.norm(moved - x, axis=-1), 0.01)


def plan(**changes):
    return Projected(Perturbation(0.2, 3), **{"ball": 0.05, "epochs": 4, "batch": BATCH} | changes)


@pytest.mark.parametrize("restarts", [False, True])
def test_an_epoch_sums_its_rounds_as_meant_and_keeps_the_last_one_as_printed(restarts):
    a, start, x, y = problem()
    one = plan(restarts=restarts, ball=1e9)
    found, out = one.epoch(np.random.default_rng(3), a, start, start, x, y)
    perturbed = one.perturbation.of(a, start, x, y)
    batches = _batches(3, epochs=1)
    assert len(batches) == 3
    for r in range(REPLICATES):
        w, farthest = start[r], 0.0
        for which in batches:
            at = start[r] if restarts else w
            w = at - 0.01 * plain_gradient(a[r], at, perturbed[r, which[r]], y[r, which[r]])
            farthest = max(farthest, np.linalg.norm(w - start[r], axis=1).max())
        np.testing.assert_allclose(found[r], w, rtol=1e-10)
        assert out[r] == pytest.approx(farthest)


@pytest.mark.parametrize("every_step", [False, True])
def test_weights_are_in_the_ball_after_every_epoch(every_step):
    a, start, x, y = problem()
    one = plan(every_step=every_step, ball=0.01)
    rng, w = np.random.default_rng(0), start
    for _ in range(6):
        w, _ = one.epoch(rng, a, start, w, x, y)
        assert np.all(training.farthest(w - start) <= 0.01 * (1 + 1e-12))
    assert np.all(training.farthest(w - start) > 0.0099)


def test_without_the_projection_they_leave_it():
    a, start, x, y = problem()
    free = plan(projects=False, ball=0.01, epochs=6)
    w = free.train(np.random.default_rng(0), a, start, x, y)
    assert np.all(training.farthest(w - start) > 0.011)


def test_a_falsified_gradient_is_a_longer_step():
    a, start, x, y = problem()
    wrong = plan(gradient_error=1.3).train(np.random.default_rng(0), a, start, x, y)
    longer = plan(rate=0.013).train(np.random.default_rng(0), a, start, x, y)
    np.testing.assert_allclose(wrong, longer, rtol=1e-12)
    right = plan().train(np.random.default_rng(0), a, start, x, y)
    assert np.abs(wrong - right).max() > 1e-4


def test_single_precision_stays_single_and_agrees():
    a, start, x, y = problem()
    single = [part.astype(np.float32) for part in (start, x, y)]
    found = plan().train(np.random.default_rng(0), a, *single)
    assert found.dtype == np.float32
    double = plan().train(np.random.default_rng(0), a, start, x, y)
    np.testing.assert_allclose(found, double, rtol=1e-4, atol=1e-5)
    stopped = train_until_leaving(np.random.default_rng(7), a, *single, 0.08, batch=BATCH)
    assert stopped.w.dtype == np.float32
