import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.linear import attack as linear_attack
from sim.linear import training as linear_training
from sim.networks import lazy as lazy_network
from sim.networks import two_layer
from sim.networks.activation import centred_sigmoid, linear, relu, smoothed_leaky_relu
from sim.networks.lazy import LazyNetwork, centred_softplus

ACTIVATIONS = [
    linear(0.7),
    relu(scale=0.5, at_zero=0.5),
    centred_sigmoid(),
    centred_softplus(),
    smoothed_leaky_relu(0.3),
]
SMOOTH = [linear(0.7), centred_sigmoid(), centred_softplus()]
seeds = st.integers(0, 2**32 - 1)


def problem(seed, activation, *, n=4, m=5, d=3, replicates=2):
    rng = np.random.default_rng(seed)
    network = LazyNetwork(activation, rng.standard_normal((replicates, m)))
    w = rng.standard_normal((replicates, m, d))
    return network, w, rng.standard_normal((replicates, n, d)), rng.standard_normal((replicates, n))


@given(seeds, st.sampled_from(ACTIVATIONS))
def test_value_and_input_gradient_are_those_of_each_replicates_network(seed, activation):
    network, w, x, _ = problem(seed, activation)
    for r in range(2):
        np.testing.assert_allclose(
            network.value(w, x)[r],
            two_layer.value(w[r], network.a[r], activation, x[r]),
            rtol=1e-12,
            atol=1e-14,
        )
        np.testing.assert_allclose(
            network.input_gradient(w, x)[r],
            two_layer.input_gradient(w[r], network.a[r], activation, x[r]),
            rtol=1e-12,
            atol=1e-14,
        )


@given(seeds, st.sampled_from(SMOOTH))
def test_the_weight_gradient_is_the_derivative_of_the_mean_loss(seed, activation):
    network, w, x, y = problem(seed, activation)
    direction = np.random.default_rng(seed + 1).standard_normal(w.shape)
    h = 1e-6
    slope = (
        network.loss(w + h * direction, x, y).mean(axis=-1)
        - network.loss(w - h * direction, x, y).mean(axis=-1)
    ) / (2 * h)
    found = np.sum(network.weight_gradient(w, x, y) * direction, axis=(-2, -1))
    scale = 1 + network.loss(w, x, y).mean(axis=-1)
    np.testing.assert_allclose(found / scale, slope / scale, atol=1e-6)


@given(seeds, st.sampled_from(SMOOTH))
def test_the_semi_gradient_holds_the_attack_fixed(seed, activation):
    network, w, x, y = problem(seed, activation)
    attacked = x + network.fast_gradient(w, x, y, 0.4, 0.1)
    np.testing.assert_allclose(
        network.semi_gradient(w, x, y, 0.4, 0.1),
        network.weight_gradient(w, attacked, y),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        network.semi_gradient(w, x, y, 0.0), network.weight_gradient(w, x, y), rtol=1e-12
    )


@given(seeds, st.sampled_from(ACTIVATIONS), st.sampled_from([0.0, 0.05, 2.0]))
def test_the_fast_gradient_step_has_the_smoothed_length_and_points_uphill(
    seed, activation, smoothing
):
    network, w, x, y = problem(seed, activation)
    move = network.fast_gradient(w, x, y, 0.3, smoothing)
    residual = network.value(w, x) - y
    gradient = 2 * residual[..., None] * network.input_gradient(w, x)
    length = np.linalg.norm(gradient, axis=-1)
    share = length / np.maximum(np.hypot(length, smoothing), 1e-300)  # dead ReLUs: no attack
    np.testing.assert_allclose(np.linalg.norm(move, axis=-1), 0.3 * share, rtol=1e-10)
    np.testing.assert_allclose(
        np.sum(move * gradient, axis=-1), np.linalg.norm(move, axis=-1) * length, rtol=1e-10
    )


def test_there_is_no_attack_where_the_loss_is_flat():
    network = LazyNetwork(centred_sigmoid(), np.ones(3))
    x, y = np.ones((1, 2, 2)), np.ones((1, 2))
    assert not network.fast_gradient(np.zeros((1, 3, 2)), x, y, 0.5).any()


@given(seeds, st.floats(0, 1), st.sampled_from([0.0, 0.1]))
def test_on_a_linear_network_the_attack_is_the_linear_models(seed, radius, smoothing):
    network, w, x, y = problem(seed, linear(0.7))
    theta = 0.7 * np.einsum("...m,...md->...d", network.a, w)
    np.testing.assert_allclose(
        network.fast_gradient(w, x, y, radius, smoothing),
        linear_attack.smoothed(theta, x, y, radius, smoothing),
        rtol=1e-9,
        atol=1e-12,
    )
    np.testing.assert_allclose(
        network.attacked_loss(w, x, y, radius, smoothing),
        linear_training.attacked_loss(theta, x, y, radius, smoothing),
        rtol=1e-10,
    )


@given(seeds, st.sampled_from(ACTIVATIONS))
def test_ascent_stays_in_the_ball_and_is_never_worse_than_the_fast_gradient(seed, activation):
    network, w, x, y = problem(seed, activation)
    fast = network.loss(w, x + network.fast_gradient(w, x, y, 0.8), y)
    move = network.ascent(w, x, y, 0.8)
    assert (np.linalg.norm(move, axis=-1) <= 0.8 * (1 + 1e-12)).all()
    found = network.loss(w, x + move, y)
    assert (found >= fast * (1 - 1e-12)).all()


def test_ascent_comes_close_to_the_best_of_a_fine_grid():
    network, w, x, y = problem(3, centred_softplus(), d=2, replicates=3)
    angle = np.linspace(0, 2 * np.pi, 721)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    moves = np.concatenate([share * ring for share in np.linspace(0, 1, 41)])
    grid = np.stack([network.loss(w, x + move, y) for move in moves]).max(axis=0)
    found = network.loss(w, x + network.ascent(w, x, y, 1.0, steps=60), y)
    assert (found >= grid * (1 - 5e-3)).all()


@given(seeds, st.sampled_from(SMOOTH))
def test_rotating_the_inputs_rotates_the_trained_weights(seed, activation):
    network, w, x, y = problem(seed, activation)
    rotation = np.linalg.qr(np.random.default_rng(seed + 1).standard_normal((3, 3)))[0]
    settings = dict(step=0.02, iterations=5, radius=0.3, smoothing=0.2)
    plain = network.train(x, y, start=w, **settings).point
    turned = network.train(x @ rotation, y, start=w @ rotation, **settings).point
    np.testing.assert_allclose(turned, plain @ rotation, rtol=1e-8, atol=1e-10)


def test_replicates_do_not_see_one_another():
    network, w, x, y = problem(5, centred_sigmoid(), replicates=3)
    settings = dict(step=0.05, iterations=7, radius=0.3, smoothing=0.2)
    together = network.train(x, y, start=w, **settings).point
    for r in range(3):
        alone = (
            LazyNetwork(network.activation, network.a[r : r + 1])
            .train(x[r : r + 1], y[r : r + 1], start=w[r : r + 1], **settings)
            .point
        )
        np.testing.assert_allclose(together[r], alone[0], rtol=1e-12)


def test_shared_output_weights_are_allowed():
    network, w, x, y = problem(6, relu())
    shared = LazyNetwork(relu(), network.a[0])
    repeated = LazyNetwork(relu(), np.stack([network.a[0]] * 2))
    np.testing.assert_allclose(shared.value(w, x), repeated.value(w, x), rtol=1e-14)
    np.testing.assert_allclose(
        shared.semi_gradient(w, x, y, 0.2), repeated.semi_gradient(w, x, y, 0.2), rtol=1e-14
    )


def test_training_stops_replicate_by_replicate():
    network, w, x, y = problem(7, linear(), n=2, d=4)

    def fits(w):
        return network.loss(w, x, y).mean(axis=-1) < 0.1

    run = network.train(x, y, start=0 * w, step=0.02, iterations=2000, finished=fits)
    assert run.finished.all()
    assert (network.loss(run.point, x, y).mean(axis=-1) < 0.1).all()
    assert run.steps[0] != run.steps[1]


def test_the_softplus_is_centred_with_slope_one_half_and_curvature_one_quarter():
    softplus, h = centred_softplus(), 1e-4
    z = np.array([-h, 0.0, h])
    low, middle, high = softplus.value(z)
    assert middle == pytest.approx(0, abs=1e-16)
    assert softplus.slope(z)[1] == pytest.approx(0.5)
    assert (high - 2 * middle + low) / h**2 == pytest.approx(0.25, rel=1e-6)
    assert (high - low) / (2 * h) == pytest.approx(0.5, rel=1e-8)
    assert softplus.value(np.array([1000.0]))[0] == pytest.approx(1000 - np.log(2))


@given(seeds, st.integers(2, 40))
def test_balanced_output_weights_have_equal_norms_on_both_sides(seed, width):
    a = lazy_network.uniform_output_weights(np.random.default_rng(seed), 3, width, balanced=True)
    up, down = np.sum(np.clip(a, 0, None) ** 2, -1), np.sum(np.clip(a, None, 0) ** 2, -1)
    np.testing.assert_allclose(up, down, rtol=1e-12)


def test_balancing_leaves_the_positive_weights_alone():
    plain = lazy_network.uniform_output_weights(np.random.default_rng(0), 4, 30)
    balanced = lazy_network.uniform_output_weights(np.random.default_rng(0), 4, 30, balanced=True)
    positive = plain[:, 2:] > 0
    np.testing.assert_array_equal(balanced[:, 2:][positive], plain[:, 2:][positive])
    assert (np.sign(balanced[:, 2:]) == np.sign(plain[:, 2:])).all()
    assert np.abs(plain).max() <= 1 / np.sqrt(30)


def test_one_neuron_cannot_be_balanced():
    with pytest.raises(ValueError, match="width of at least 2"):
        lazy_network.uniform_output_weights(np.random.default_rng(0), 1, 1, balanced=True)


def test_the_vanishing_start_has_squared_norm_h_to_the_minus_delta():
    w = lazy_network.vanishing_start(np.random.default_rng(0), 400, 64, 25, 0.5)
    assert np.mean(np.sum(w**2, axis=(-2, -1))) == pytest.approx(64**-0.5, rel=0.02)


@given(seeds, st.sampled_from(SMOOTH), st.integers(1, 3))
def test_neurons_of_one_output_weight_are_trained_as_one(seed, activation, copies):
    rng = np.random.default_rng(seed)
    kinds, n, d, replicates = 3, 4, 2, 2
    width = kinds * copies
    sums = lazy_network.repeated_output_weights(rng, replicates, width, kinds)
    sizes = np.abs(sums) * kinds / np.sqrt(width)
    assert ((sizes >= 0.5) & (sizes <= 1)).all()
    x, y = rng.standard_normal((replicates, n, d)), rng.standard_normal((replicates, n))
    fresh = rng.standard_normal((replicates, 5, d))
    settings = dict(radius=0.3, smoothing=0.2, iterations=4)
    few = LazyNetwork(activation, sums)
    wide = LazyNetwork(activation, np.repeat(sums / copies, copies, axis=-1))
    w = few.train(x, y, start=np.zeros((replicates, kinds, d)), step=0.1 / copies, **settings).point
    v = wide.train(x, y, start=np.zeros((replicates, width, d)), step=0.1, **settings).point
    np.testing.assert_allclose(v, np.repeat(w, copies, axis=1), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        wide.attacked_loss(v, fresh, fresh[..., 0], 0.3, 0.2),
        few.attacked_loss(w, fresh, fresh[..., 0], 0.3, 0.2),
        rtol=1e-9,
    )


@pytest.mark.parametrize("width, kinds", [(10, 4), (0, 1), (4, 0), (3, 6)])
def test_a_width_that_the_output_weights_do_not_divide_is_refused(width, kinds):
    with pytest.raises(ValueError, match="cannot be divided"):
        lazy_network.repeated_output_weights(np.random.default_rng(0), 1, width, kinds)
