"""Training on the circle: exact adversaries, gradients, and what the analysis of a step says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks import circle_network as net
from sim.networks import circle_training as training

SEEDS = st.integers(0, 2**32 - 1)


def problem(seed, n=2, m=15, k=3, half=0.4):
    rng = np.random.default_rng(seed)
    a, w, b = net.initialisation(rng, n, m, 3)
    angles = rng.uniform(0, 2 * np.pi, (n, k))
    return training.Problem(a, w, b, angles, rng.uniform(-1, 1, (n, k)), half)


def on_arcs(task, count=4001):
    return task.angles[..., None] + task.half * np.linspace(-1, 1, count)


@given(seed=SEEDS, half=st.sampled_from([1e-6, 0.1, 1.0, np.pi]))
def test_extremes_of_a_network_are_those_of_a_fine_grid(seed, half):
    task = problem(seed, half=half)
    found = training.extremes(
        task.w, task.b, training.of_network(task.a, task.w, task.b), task.angles, half
    )
    t = on_arcs(task)
    grid = task.values(task.w, t.reshape(2, -1)).reshape(t.shape)
    steep = (np.abs(task.a) * np.linalg.norm(task.w, axis=-1)).sum(axis=1)[:, None]
    step = steep * half / 2000
    assert (found.greatest >= grid.max(axis=-1) - 1e-12).all()
    assert (found.least <= grid.min(axis=-1) + 1e-12).all()
    assert (found.greatest <= grid.max(axis=-1) + step + 1e-12).all()
    assert (found.least >= grid.min(axis=-1) - step - 1e-12).all()
    for value, where in ((found.greatest, found.argmax), (found.least, found.argmin)):
        np.testing.assert_allclose(task.values(task.w, where), value, atol=1e-12)
        apart = np.abs(np.angle(np.exp(1j * (where - task.angles))))
        assert (apart <= half + 1e-9).all()


@given(seed=SEEDS)
def test_extremes_of_a_pseudo_network_bound_it_and_are_nearly_attained(seed):
    task = problem(seed)
    move = 0.3 * np.random.default_rng(seed).standard_normal(task.w.shape)
    found = training.extremes(
        task.w, task.b, training.of_pseudo_network(task.a, move), task.angles, task.half
    )
    t = on_arcs(task).reshape(2, -1)
    on = task.preactivations(task.w, t) >= 0
    pseudo = np.sum(task.a[:, None] * on * (training.points(t) @ np.swapaxes(move, 1, 2)), axis=-1)
    pseudo = pseudo.reshape(2, 3, -1)
    assert (found.greatest >= pseudo.max(axis=-1) - 1e-12).all()
    assert (found.least <= pseudo.min(axis=-1) + 1e-12).all()
    np.testing.assert_allclose(found.greatest, pseudo.max(axis=-1), atol=0.01)
    np.testing.assert_allclose(found.least, pseudo.min(axis=-1), atol=0.01)


@given(seed=SEEDS)
def test_the_gradient_is_that_of_the_training_loss(seed):
    task = problem(seed, m=5)
    pulls = np.sign(task.values(task.w, task.angles) - task.y)
    found = training.gradient(task, task.w, task.angles, pulls)
    direction = np.random.default_rng(seed).standard_normal(task.w.shape)

    def loss(size):
        moved = task.w + size * direction
        return np.abs(task.values(moved, task.angles) - task.y).mean(axis=1)

    slope = (loss(1e-7) - loss(-1e-7)) / 2e-7
    np.testing.assert_allclose(np.sum(found * direction, axis=(1, 2)), slope, atol=1e-5)


@given(seed=SEEDS, radius=st.sampled_from([0.01, 0.3, 2.0]))
def test_no_weights_of_the_ball_fit_an_input_better_than_the_least_loss_and_some_fit_it_so_well(
    seed, radius
):
    task = problem(seed, k=1)
    rng = np.random.default_rng(seed)
    least = training.least_losses(task, radius)[:, 0]
    x = training.points(task.angles)  # (n, 1, 3)
    corners = rng.standard_normal((400, *task.w.shape))
    corners *= radius / np.linalg.norm(corners, axis=-1, keepdims=True)
    signed = radius * np.linspace(-1, 1, 401)[:, None, None, None] * np.sign(task.a)[..., None] * x
    losses = np.array(
        [
            np.abs(task.values(task.w + move, task.angles) - task.y)[:, 0]
            for move in (*corners, *signed)
        ]
    )
    assert (losses >= least - 1e-12).all()
    step = radius / 200 * np.abs(task.a).sum(axis=1)
    assert (losses.min(axis=0) <= least + step).all()


@given(seed=SEEDS)
def test_the_curvature_is_what_the_tangent_leaves_over(seed):
    task = problem(seed)
    rng = np.random.default_rng(seed)
    before, after = (task.w + 0.1 * rng.standard_normal(task.w.shape) for _ in range(2))
    z, moved = (task.preactivations(w, task.angles) for w in (before, after))
    tangent = np.sum(task.a[:, None] * (z >= 0) * (moved - z), axis=-1)
    left = task.values(after, task.angles) - task.values(before, task.angles) - tangent
    np.testing.assert_allclose(training.curvature(task.a[:, None], z, moved), left, atol=1e-12)


@given(seed=SEEDS, before=st.sampled_from([0.1, 1.0, 3.0]), after=st.sampled_from([0.2, 2.0]))
def test_the_greatest_curvature_is_that_of_the_best_moves(seed, before, after):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((4, 1))
    ends = np.append(np.linspace(-before, before, 801), -z), np.linspace(-after, after, 801)
    start = np.clip(z + np.append(ends[0], -z - 1e-12), z - before, z + before)
    end = z + ends[1]
    one = np.ones(1)
    each = np.abs(training.curvature(one, start[:, :, None, None], end[:, None, :, None])).max(
        axis=(1, 2)
    )
    most = training.greatest_curvature(one, z, before, after)
    assert (each <= most + 1e-9).all()
    np.testing.assert_allclose(each, most, atol=0.01)


def test_training_against_the_worst_adversary_lowers_the_robust_loss():
    rng = np.random.default_rng(0)
    a, w, b = net.initialisation(rng, 2, 400, 3)
    angles = np.tile(2 * np.pi * np.arange(3) / 3, (2, 1))
    y = np.tile([0.5, -0.5, 0.5], (2, 1))
    task = training.Problem(a, w, b, angles, y, training.half_angle(0.1))
    run = training.train(rng, task, 0.1 * 400 ** (-1 / 3), 300, "worst")
    assert (run.losses[0] > 0.3).all() and (run.losses.min(axis=0) < 0.05).all()
    np.testing.assert_allclose(run.losses[-1], task.robust_loss(run.weights[-1]), rtol=1e-12)


@given(seed=SEEDS, m=st.integers(1, 12), rate=st.sampled_from([0.0, 0.01, 0.3]))
def test_training_on_one_input_in_leaps_finds_the_losses_of_every_step(seed, m, rate):
    task = problem(seed, m=m, k=1)
    run = training.train(np.random.default_rng(0), task, rate, 300, "identity")
    least = np.minimum.accumulate(run.losses[1:], axis=0)
    found = training.least_until(task, rate, (1, 7, 300))
    np.testing.assert_allclose(found, least[[0, 6, 299]], atol=1e-12)


@pytest.mark.parametrize("adversary", ["identity", "random", "worst"])
def test_adversaries_stay_on_their_arcs(adversary):
    task = problem(3)
    run = training.train(np.random.default_rng(0), task, 0.1, 5, adversary)
    apart = np.abs(np.angle(np.exp(1j * (run.angles - task.angles))))
    assert (apart <= task.half + 1e-9).all()
    assert (apart.max() == 0) == (adversary == "identity")


def test_an_arc_ends_at_the_radius_of_the_attack():
    centre, end = training.points(np.array([1.0, 1.0 + training.half_angle(0.1)]))
    assert np.linalg.norm(centre - end) == pytest.approx(0.1)


def test_rows_are_pulled_into_the_ball():
    rng = np.random.default_rng(0)
    w, centre = rng.standard_normal((2, 3, 7, 3))
    pulled = training.into_the_ball(w, centre, 1.0)
    assert training.distance(pulled, centre) == pytest.approx(1.0)
    inside = np.linalg.norm(w - centre, axis=-1) <= 1
    np.testing.assert_allclose(pulled[inside], w[inside])
