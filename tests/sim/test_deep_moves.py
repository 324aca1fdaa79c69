import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.networks.deep import DeepNetwork, normal_start, start_of_one_layer
from sim.networks.deep_moves import (
    shortfall,
    weights_in_the_output,
    with_activations_moved,
    with_shortfall,
    with_signs_flipped,
    with_the_row_kept,
)

SEEDS = st.integers(0, 2**32 - 1)
MOVES = [with_signs_flipped, with_shortfall, with_activations_moved]


def drawn(seed, depth=3, width=20):
    network, w = normal_start(np.random.default_rng(seed), 2, depth, width, 2)
    return network, w, np.eye(1, 2).repeat(2, axis=0)


@pytest.mark.parametrize("move", MOVES)
@given(seed=SEEDS, radius=st.floats(0.01, 1))
@settings(max_examples=20)
def test_no_layer_leaves_its_ball(move, seed, radius):
    network, w, x = drawn(seed)
    size = np.linalg.norm(move(network, w, x, radius) - w, axis=(2, 3))
    assert np.all(size <= radius * (1 + 1e-9))


@pytest.mark.parametrize("heavy", [True, False])
def test_the_first_layer_has_the_signs_flipped_that_it_pays_for(heavy):
    network, w, x = drawn(0, depth=1, width=60)
    before = network.layers(w, x)
    after = network.layers(with_signs_flipped(network, w, x, 0.3, heavy), x)
    flipped = before.active != after.active
    cost = (
        np.where(flipped, before.pre, 0)[:, 0]
        / np.linalg.norm(before.inputs[:, 0], axis=1)[:, None]
    )
    assert np.all(flipped.sum(axis=2) > 5)
    assert np.all((cost**2).sum(axis=1) <= 0.3**2)


def test_weights_in_the_output_are_its_slopes_in_every_activation():
    network, w, x = drawn(1)
    here = network.layers(w, x)
    weights = weights_in_the_output(network, w, here.active)
    for h in range(3):
        assert (weights[:, h] * here.post[:, h]).sum(axis=1) == pytest.approx(here.value)
    rows = network.backward(w, here.active)
    assert rows == pytest.approx(weights * here.active)


def test_shortfall_is_that_of_the_whole_gradient():
    network, w, x = drawn(2)
    moved = w + 0.3 * np.random.default_rng(3).standard_normal(w.shape)
    along = (network.gradient(w, x) * (moved - w)).sum(axis=(1, 2, 3))
    value = network.layers(w, x).value + along - network.layers(moved, x).value
    assert shortfall(network, w, moved, x) == pytest.approx(value)


def test_moved_activations_keep_their_direction():
    network, w, x = drawn(4, width=40)
    before = network.layers(w, x).post[:, -1]
    after = network.layers(with_activations_moved(network, w, x, 0.2), x).post[:, -1]
    parallel = (before * after).sum(axis=1)
    assert parallel == pytest.approx(np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1))
    assert np.all(np.linalg.norm(after, axis=1) > np.linalg.norm(before, axis=1))


def test_what_counts_of_one_layer_gives_the_outputs_of_the_whole_network():
    rng = np.random.default_rng(5)
    network, w = normal_start(rng, 2, 1, 9, 2)
    x, y = rng.standard_normal((2, 2, 2))
    basis, triangle = np.linalg.qr(network.first)
    seen = DeepNetwork(triangle, network.a)
    small = np.matmul(w[:, 0], basis)[:, None]
    assert seen.layers(small, x).value == pytest.approx(network.layers(w, x).value)
    products = [
        (one.gradient(v, x) * one.gradient(v, y)).sum(axis=(1, 2, 3))
        for one, v in ((network, w), (seen, small))
    ]
    assert products[0] == pytest.approx(products[1])


def test_what_counts_of_one_layer_is_drawn_with_the_same_moments():
    rng = np.random.default_rng(6)
    whole, w = normal_start(rng, 4000, 1, 6, 2)
    seen, small = start_of_one_layer(rng, 4000, 6, 2)
    x = np.array([[0.6, 0.8]]).repeat(4000, axis=0)
    for square in (
        lambda net, v: net.layers(v, x).value ** 2,
        lambda net, v: (net.gradient(v, x) ** 2).sum(axis=(1, 2, 3)),
        lambda net, v: (net.start_of(x) ** 2).sum(axis=1),
    ):
        assert square(seen, small).mean() == pytest.approx(square(whole, w).mean(), rel=0.12)


def test_outputs_at_several_inputs_are_those_at_each():
    network, w, _ = drawn(7)
    x = np.random.default_rng(8).standard_normal((2, 5, 2))
    every = [network.layers(w, x[:, k]).value for k in range(5)]
    assert network.values(w, x) == pytest.approx(np.stack(every, axis=1))


def test_one_neuron_goes_off_and_the_longer_row_stays():
    network, w, x = drawn(6, depth=1, width=400)
    moved = with_the_row_kept(network, w, x, 1.0)
    before, after = network.layers(w, x), network.layers(moved, x)
    lost = before.active & ~after.active
    assert (before.active != after.active).sum(axis=2).tolist() == [[1], [1]]
    rows = [
        np.matmul((network.a * v.active[:, 0])[:, None], u[:, 0])
        for v, u in ((before, w), (after, moved))
    ]
    assert rows[0] == pytest.approx(rows[1], abs=1e-12)
    change = np.linalg.norm(network.gradient(moved, x) - network.gradient(w, x), axis=(2, 3))[:, 0]
    output = np.abs(np.where(lost[:, 0], network.a, 0)).sum(axis=1)
    assert change == pytest.approx(output * np.linalg.norm(before.inputs[:, 0], axis=1))
    size = np.linalg.norm(moved - w, axis=(2, 3))[:, 0]
    assert size == pytest.approx(2 * output / np.sqrt(400), rel=0.2)
