import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.networks.deep import normal_start
from sim.networks.deep_training import PointSets, into_the_ball, train
from sim.networks.smooth_two_layer import least_affine_loss

SEEDS = st.integers(0, 2**32 - 1)


def problem(seed, depth=2, width=5, n=2, p=3):
    rng = np.random.default_rng(seed)
    network, w = normal_start(rng, 2, depth, width, 2)
    return (
        rng,
        network,
        w,
        PointSets(rng.standard_normal((2, n, p, 2)), rng.normal(size=(2, n)), 0.7),
    )


def mean_loss(network, w, x, y, slope):
    losses = [slope * np.abs(network.layers(w, x[:, i]).value - y[:, i]) for i in range(x.shape[1])]
    return np.mean(losses, axis=0)


def test_the_first_step_goes_down_the_difference_quotient_of_the_attacked_loss():
    rng, network, w, data = problem(0)
    run = train(rng, network, w, data, "worst", rate=1e-6, steps=1, radius=1.0)
    chosen = data.losses(network, w).argmax(axis=2)
    x = np.take_along_axis(data.points, chosen[..., None, None], axis=2)[:, :, 0]
    step, tiny = (w - run.w) / 1e-6, 1e-6
    for place in np.ndindex(w.shape[1:]):
        up, down = w.copy(), w.copy()
        up[(slice(None), *place)] += tiny
        down[(slice(None), *place)] -= tiny
        quotient = (
            mean_loss(network, up, x, data.y, 0.7) - mean_loss(network, down, x, data.y, 0.7)
        ) / (2 * tiny)
        assert step[(slice(None), *place)] == pytest.approx(quotient, abs=1e-5)


@pytest.mark.parametrize("attack", ["identity", "random", "worst"])
def test_the_attack_takes_points_of_the_sets(attack):
    rng, network, w, data = problem(1)
    run = train(rng, network, w, data, attack, rate=0.0, steps=20, radius=1.0)
    losses = data.losses(network, w)
    if attack == "worst":
        assert run.losses == pytest.approx(np.tile(losses.max(axis=2).mean(axis=1)[:, None], 20))
    elif attack == "identity":
        assert run.losses == pytest.approx(np.tile(losses[:, :, 0].mean(axis=1)[:, None], 20))
    else:
        assert np.ptp(run.losses, axis=1).min() > 0
    assert np.all(run.losses <= data.worst_loss(network, w)[:, None] + 1e-12)


@given(seed=SEEDS, radius=st.floats(0.01, 2))
@settings(max_examples=30)
def test_the_projection_is_the_nearest_point_of_the_product_of_balls(seed, radius):
    rng = np.random.default_rng(seed)
    start, w, inside = rng.standard_normal((3, 2, 3, 4, 4))
    inside = into_the_ball(inside, start, radius)
    nearest = into_the_ball(w, start, radius)
    size = np.linalg.norm(nearest - start, axis=(2, 3))
    assert np.all(size <= radius * (1 + 1e-12))
    # Variational inequality: the angle at the nearest point is obtuse, layer by layer.
    angle = ((w - nearest) * (inside - nearest)).sum(axis=(2, 3))
    assert np.all(angle <= 1e-9)


def test_what_is_kept_of_a_run_is_what_happened():
    rng, network, w, data = problem(2)
    centre = w + 0.1
    run = train(rng, network, w, data, "worst", rate=0.05, steps=6, radius=0.1, centre=centre)
    assert run.squared[:, 0] == pytest.approx(0.01 * w[0].size)
    assert run.squared[:, -1] == pytest.approx(((run.w - centre) ** 2).sum(axis=(1, 2, 3)))
    assert run.departures.max() <= 0.1 + 1e-12
    assert np.any(run.squared[:, 1:] < run.unprojected - 1e-6)
    free = train(
        rng, network, w, data, "worst", rate=0.05, steps=6, radius=0.1, centre=centre,
        projects=False,
    )  # fmt: skip
    assert free.departures.max() > 0.1
    assert free.unprojected == pytest.approx(free.squared[:, 1:])
    wrong = train(
        rng, network, w, data, "worst", rate=0.05, steps=1, radius=9.0, gradient_error=2.0
    )
    right = train(rng, network, w, data, "worst", rate=0.05, steps=1, radius=9.0)
    assert wrong.w - w == pytest.approx(2 * (right.w - w))


@given(seed=SEEDS)
@settings(max_examples=30)
def test_no_linear_model_of_the_ball_is_better_than_the_bound(seed):
    rng = np.random.default_rng(seed)
    features, targets = rng.standard_normal((1, 6, 4)), rng.standard_normal((1, 2, 3))
    gram = features @ np.swapaxes(features, 1, 2)
    bound = least_affine_loss(gram, targets, 0.7, 0.8)
    u = rng.standard_normal((4, 500))
    u *= 0.8 * rng.random(500) ** 0.25 / np.linalg.norm(u, axis=0)
    errors = np.abs((features[0] @ u).reshape(2, 3, 500) - targets[0][..., None])
    assert bound[0] <= 0.7 * errors.max(axis=1).mean(axis=0).min() + 1e-12
