import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.networks.smooth_two_layer import (
    ATTACKS,
    Arcs,
    Network,
    circle,
    folded,
    least_linear_loss,
    log_cosh,
    moved_in_pairs,
    symmetric_start,
    train,
)

SEEDS = st.integers(0, 2**32 - 1)


def problem(seed, n=3, width=6, replicates=2, bound=1.5, curvature=0.7):
    rng = np.random.default_rng(seed)
    w, a = symmetric_start(rng, replicates, width, 2)
    w = w + 0.5 * rng.standard_normal(w.shape)
    arcs = Arcs(
        rng.uniform(0, np.pi, (replicates, n)),
        rng.standard_normal((replicates, n)),
        half_width=0.2,
        slope=0.8,
    )
    return Network(log_cosh(bound, curvature), a), w, arcs


@pytest.mark.parametrize("shape", [log_cosh(1.5, 0.7), log_cosh(0.5, 2.0, 0.3), folded(1.3)])
def test_slope_is_the_derivative_of_the_value(shape):
    z = np.array([-40.0, -1.7, -0.2, 0.4, 2.3, 60.0])
    found = (shape.value(z + 1e-6) - shape.value(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(shape.slope(z), found, atol=1e-8)
    assert np.all(shape.slope(z) <= shape.upper + 1e-12)
    assert np.all(shape.slope(z) >= shape.lower - 1e-12)


def test_slope_of_log_cosh_has_the_lipschitz_constant_that_it_is_asked_for():
    z = np.linspace(-5, 5, 20001)
    rise = np.abs(np.diff(log_cosh(1.5, 0.7).slope(z)) / np.diff(z))
    assert rise.max() == pytest.approx(0.7, rel=1e-6)


def test_the_symmetric_start_is_the_zero_function():
    rng = np.random.default_rng(0)
    w, a = symmetric_start(rng, 3, 8, 4)
    network = Network(log_cosh(), a)
    assert np.abs(network.value(w, rng.standard_normal((3, 5, 4)))).max() < 1e-15
    assert set(np.unique(np.abs(a))) == {1 / np.sqrt(8)}


def test_an_odd_width_is_refused():
    with pytest.raises(ValueError, match="even"):
        symmetric_start(np.random.default_rng(0), 1, 5, 2)


def test_value_features_and_loss_gradient_are_those_of_the_network_written_out():
    network, w, arcs = problem(1)
    x = circle(arcs.angles)
    act = network.activation
    for r in range(2):
        for i in range(3):
            plain = sum(
                s * act.value(np.array(v @ x[r, i]))
                for s, v in zip(network.a[r], w[r], strict=True)
            )
            assert network.value(w, x)[r, i] == pytest.approx(plain, rel=1e-12)
    loss, gradient = network.loss_gradient(w, x, arcs)
    step = np.random.default_rng(2).standard_normal(w.shape)
    ahead, _ = network.loss_gradient(w + 1e-6 * step, x, arcs)
    behind, _ = network.loss_gradient(w - 1e-6 * step, x, arcs)
    np.testing.assert_allclose(
        (gradient * step).sum(axis=(1, 2)), (ahead - behind) / 2e-6, rtol=1e-6
    )
    outer = 0.8 / 3 * np.sign(network.value(w, x) - arcs.y)
    summed = (outer[..., None, None] * network.features(w, x)).sum(axis=1)
    np.testing.assert_allclose(gradient, summed, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(loss, arcs.loss(network.value(w, x)).mean(axis=1))


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_the_worst_loss_on_the_arcs_is_bracketed(seed):
    network, w, arcs = problem(seed)
    low, high = network.worst_loss(w, arcs, 0.7, points=5)
    _, values = network.on_arcs(w, arcs, 4001)
    fine = (0.8 * np.abs(values - arcs.y[..., None])).max(axis=-1).mean(axis=-1)
    assert np.all(low <= fine + 1e-12)
    assert np.all(fine <= high + 1e-12)


@given(SEEDS, st.sampled_from(sorted(ATTACKS)))
@settings(max_examples=20, deadline=None)
def test_attacks_stay_on_their_arcs(seed, name):
    network, w, arcs = problem(seed)
    moved = ATTACKS[name](network, w, arcs, np.random.default_rng(seed))
    assert np.all(np.abs(moved - arcs.angles) <= arcs.half_width + 1e-12)


def test_the_worst_attack_is_the_worst_of_its_points():
    network, w, arcs = problem(3)
    moved = ATTACKS["worst"](network, w, arcs, np.random.default_rng(0))
    low, _ = network.worst_loss(w, arcs, 0.7, points=13)
    assert arcs.loss(network.value(w, circle(moved))).mean(axis=1) == pytest.approx(low)


def test_training_takes_plain_gradient_steps_and_records_where_it_is():
    network, w, arcs = problem(4)
    centre = w + 1.0
    run = train(
        np.random.default_rng(0), network, w, arcs, ATTACKS["identity"], rate=0.3, steps=2,
        centre=centre,
    )  # fmt: skip
    first, gradient = network.loss_gradient(w, circle(arcs.angles), arcs)
    after = w - 0.3 * gradient
    second, gradient = network.loss_gradient(after, circle(arcs.angles), arcs)
    last = after - 0.3 * gradient
    np.testing.assert_allclose(run.w, last)
    np.testing.assert_allclose(run.losses, np.stack([first, second], axis=1))
    squares = [np.square(v - centre).sum(axis=(1, 2)) for v in (w, after, last)]
    np.testing.assert_allclose(run.distances, np.stack(squares, axis=1))
    away = [np.sqrt(np.square(v - w).sum(axis=(1, 2))) for v in (w, after, last)]
    np.testing.assert_allclose(run.departures, np.stack(away, axis=1))


def test_no_steps_train_nothing():
    network, w, arcs = problem(5)
    run = train(np.random.default_rng(0), network, w, arcs, ATTACKS["worst"], rate=0.3, steps=0)
    assert np.array_equal(run.w, w)


def test_pairs_move_in_opposite_ways():
    start = np.zeros((1, 4, 2))
    moves = np.arange(4.0).reshape(1, 2, 2)
    assert np.array_equal(moved_in_pairs(start, moves)[0], [[0, 1], [2, 3], [-0, -1], [-2, -3]])


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_no_linear_model_of_the_ball_is_below_the_lower_bound(seed):
    rng = np.random.default_rng(seed)
    arcs = Arcs(np.zeros((1, 3)), rng.standard_normal((1, 3)), 0.0, 1.3)
    features = rng.standard_normal((1, 3, 2, 4))
    bound = least_linear_loss(features, arcs, 0.7)[0]
    u = rng.standard_normal((5000, 4))
    u *= 0.7 * rng.random((5000, 1)) / np.linalg.norm(u, axis=1, keepdims=True)
    said = np.einsum("ijk,sk->sij", features[0], u)
    worst = 1.3 * np.abs(said - arcs.y[0][:, None]).max(axis=2).mean(axis=1)
    assert bound <= worst.min() + 1e-12


def test_the_lower_bound_is_attained_for_one_input():
    arcs = Arcs(np.zeros((1, 1)), np.full((1, 1), 2.0), 0.0)
    features = np.array([3.0, 4.0]).reshape(1, 1, 1, 2)
    assert least_linear_loss(features, arcs, 0.1)[0] == pytest.approx(2 - 0.1 * 5)
