import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks.deep import normal_start, with_the_input_moved

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, depth=3, width=6, dimension=4):
    rng = np.random.default_rng(seed)
    network, w = normal_start(rng, 2, depth, width, dimension)
    x = rng.standard_normal((2, dimension))
    return rng, network, w, x


def by_hand(network, w, x, r):
    """Return the output of one replicate, neuron by neuron."""
    given = [sum(row[k] * x[r, k] for k in range(len(x[r]))) for row in network.first[r]]
    for layer in w[r]:
        given = [max(sum(v * g for v, g in zip(row, given, strict=True)), 0) for row in layer]
    return sum(v * g for v, g in zip(network.a[r], given, strict=True))


@given(seed=SEEDS, depth=st.integers(1, 4))
def test_the_output_is_that_of_the_network_written_out(seed, depth):
    _, network, w, x = drawn(seed, depth)
    found = network.layers(w, x).value
    assert found == pytest.approx([by_hand(network, w, x, r) for r in range(2)], abs=1e-12)


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_gradient_is_the_difference_quotient_of_every_weight(depth):
    _, network, w, x = drawn(depth, depth)
    gradient = network.gradient(w, x)
    step = 1e-7
    for place in np.ndindex(w.shape[1:]):
        up, down = w.copy(), w.copy()
        up[(slice(None), *place)] += step
        down[(slice(None), *place)] -= step
        quotient = (network.layers(up, x).value - network.layers(down, x).value) / (2 * step)
        assert gradient[(slice(None), *place)] == pytest.approx(quotient, abs=1e-6)


@given(seed=SEEDS)
def test_the_output_is_linear_in_the_inputs_of_a_layer_whose_neurons_stay_active(seed):
    _, network, w, x = drawn(seed)
    found = network.layers(w, x)
    rows = network.backward(w, found.active)
    for h in range(3):
        assert (rows[:, h] * found.pre[:, h]).sum(axis=1) == pytest.approx(found.value, abs=1e-12)


@given(seed=SEEDS)
def test_a_move_of_the_input_is_a_move_of_the_first_layer(seed):
    rng, network, w, x = drawn(seed)
    other = rng.standard_normal(x.shape)
    moved = with_the_input_moved(w, network.start_of(x), network.start_of(other))
    there, here = network.layers(w, other), network.layers(moved, x)
    assert here.pre == pytest.approx(there.pre, abs=1e-9)
    assert np.array_equal(moved[:, 1:], w[:, 1:])


def test_entries_have_the_stated_variances():
    network, w = normal_start(np.random.default_rng(0), 20, 2, 50, 30)
    assert 50 * network.first.var() == pytest.approx(1, rel=0.03)
    assert 50 * w.var() == pytest.approx(2, rel=0.03)
    assert network.a.var() == pytest.approx(1, rel=0.2)
