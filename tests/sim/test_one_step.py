import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.certificates import one_step
from sim.certificates._active_split import active_split
from sim.certificates.one_step import certified_flip, flipped_value, gradient_ball, hardest
from sim.networks import lazy_ball

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, m, d):
    rng = np.random.default_rng(seed)
    a, w = (array[0] for array in lazy_ball.initialisation(rng, 1, m, d))
    x = rng.standard_normal(d)
    return rng, a, w, x / np.linalg.norm(x)


def networks_of_the_ball(rng, w, x, V, n):
    """Random networks, some with neurons just past their kink, some pushed all one way."""
    v = rng.standard_normal((n, *w.shape))
    push = rng.standard_normal((n, 1, w.shape[1])) * rng.choice([-1.0, 1.0], (n, len(w), 1))
    v = np.where(rng.random((n, 1, 1)) < 0.5, push, v)
    v *= V / np.linalg.norm(v, axis=-1, keepdims=True)
    edge = v + ((rng.choice([-1e-9, 1e-9], (n, len(w))) - w @ x) - v @ x)[..., None] * x
    fits = np.linalg.norm(edge, axis=-1, keepdims=True) <= V
    return w + np.where(fits & (rng.random((n, len(w), 1)) < 0.5), edge, v)


def scale(a, w, x, V):
    low, high = lazy_ball.extreme_values(a, w @ x, V)
    return float(max(high, -low))


def test_the_step_is_the_one_written_out():
    _, a, w, x = drawn(0, 20, 5)
    g, f = lazy_ball.gradient(a, w, x), float(lazy_ball.value(a, w, x))
    delta = -np.sign(f) * 0.7 * g / (g @ g)
    assert np.linalg.norm(delta) == pytest.approx(0.7 / np.linalg.norm(g))
    expected = np.sign(f) * lazy_ball.value(a, w, x + delta)
    assert flipped_value(a, w, x, 0.7) == pytest.approx(expected, abs=1e-14)
    assert np.isnan(flipped_value(np.ones(1), np.array([[-1.0, 0.0]]), np.array([1.0, 0.0]), 1.0))


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.floats(0.001, 0.05), st.floats(0.5, 4))
def test_no_network_of_the_ball_passes_the_bound(seed, V, factor):
    rng, a, w, x = drawn(seed, 40, 12)
    C_2 = factor * scale(a, w, x, V)
    bound = certified_flip(a, w, x, V, C_2)
    networks = networks_of_the_ball(rng, w, x, V, 300)
    assert np.nanmax(flipped_value(a, networks, x, C_2)) <= bound + 1e-9
    assert hardest(a, w, x, V, C_2, 10).value <= bound + 1e-9


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.floats(0.005, 0.1), st.sampled_from([1.0, 0.75, 0.3, 0.0]))
def test_steps_and_values_are_covered_network_by_network(seed, V, share):
    """The ball of steps, and the network with biases at every network's own step."""
    rng, a, w, x = drawn(seed, 30, 25)
    split = active_split(a, w, x, V)
    low, high = lazy_ball.extreme_values(a, w @ x, V)
    C_2 = 2 * scale(a, w, x, V)
    networks = networks_of_the_ball(rng, w, x, V, 100)
    slopes, values = lazy_ball.gradient(a, networks, x), lazy_ball.value(a, networks, x)
    centre, reach = gradient_ball(split)
    assert (np.linalg.norm(slopes - centre, axis=-1) <= reach + 1e-9).all()
    for s, top in ((1.0, high), (-1.0, -low)):
        steps = one_step._steps(split, s, C_2)
        if steps is None or top <= 0:
            continue
        problem, constant = one_step._bounding_network(
            a, w, x, w @ x, V, C_2, s, float(top), steps, share
        )
        for network, g, f in zip(networks, slopes, values, strict=True):
            if s * f <= 0:
                continue
            delta = -s * C_2 * g / (g @ g)
            inside = (delta - steps.centre) / steps.radius
            assert np.linalg.norm(inside) <= 1 + 1e-9
            assert np.linalg.norm(delta) <= steps.longest * (1 + 1e-9)
            above = problem.value(inside[None])[0] + constant
            assert s * lazy_ball.value(a, network, x + delta) <= above + 1e-9


def test_wide_networks_in_a_moderate_ball_are_all_flipped():
    """Radius 1 / sqrt(m) at 100 inputs: proved; the search finds none that resists."""
    rng = np.random.default_rng(1)
    a, w = lazy_ball.initialisation(rng, 2, 1000, 100)
    x = np.eye(100)[[0, 3]]
    V = 1 / 1000**0.5
    low, high = lazy_ball.extreme_values(a, lazy_ball.preactivation(w, x), V)
    C_2 = 2 * np.maximum(high, -low)
    assert (certified_flip(a, w, x, V, C_2) < 0).all()
    found = hardest(a, w, x, V, C_2)
    assert (found.value < 0).all()
    middle = flipped_value(a, w, x, C_2)
    assert (found.value > middle).all()


def test_a_step_that_is_too_short_is_not_proved():
    _, a, w, x = drawn(2, 500, 50)
    V = 0.5 / 500**0.5
    A = scale(a, w, x, V)
    assert certified_flip(a, w, x, V, 0.8 * A) > 0
    assert hardest(a, w, x, V, 0.8 * A).value > 0
    assert certified_flip(a, w, x, V, 2 * A) < 0


def test_a_large_ball_holds_a_network_that_resists_and_no_bound_denies_it():
    _, a, w, x = drawn(3, 1000, 25)
    V = 10 / 1000**0.5
    C_2 = 2 * scale(a, w, x, V)
    found = hardest(a, w, x, V, C_2)
    assert found.value > 1
    assert found.reach <= 1 + 1e-9
    assert flipped_value(a, found.weights, x, C_2) == pytest.approx(found.value, rel=1e-6)
    assert certified_flip(a, w, x, V, C_2) == np.inf


def test_a_network_whose_neurons_have_switched_resists_where_moves_alone_do_not():
    """Radius 3 / sqrt(m) at 100 inputs; without the switches the best value found is -1.0."""
    a, w = lazy_ball.initialisation(np.random.default_rng(1), 1, 1000, 100)
    x, V = np.eye(100)[0], 3 / 1000**0.5
    found = hardest(a, w, x, V, 2 * scale(a[0], w[0], x, V))
    assert found.value > 0
    assert found.reach <= 1 + 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_the_search_passes_every_random_network_of_a_tiny_ball(seed):
    rng, a, w, x = drawn(seed, 6, 3)
    V, C_2 = 0.15, 1.0
    networks = networks_of_the_ball(rng, w, x, V, 20000)
    found = hardest(a, w, x, V, C_2)
    assert found.reach <= 1 + 1e-9
    assert found.value >= np.nanmax(flipped_value(a, networks, x, C_2)) - 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_a_ball_of_no_radius_has_the_value_of_one_network(seed):
    _, a, w, x = drawn(seed, 50, 10)
    expected = flipped_value(a, w, x, 0.3)
    assert certified_flip(a, w, x, 0.0, 0.3) == pytest.approx(expected, abs=1e-9)
    assert hardest(a, w, x, 0.0, 0.3, 3).value == pytest.approx(expected, abs=1e-9)


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_the_bound_scales_with_the_network_and_does_not_see_a_rotation(seed):
    rng, a, w, x = drawn(seed, 60, 15)
    turn = np.linalg.qr(rng.standard_normal((15, 15)))[0]
    V = 0.01
    C_2 = 0.9 * scale(a, w, x, V)
    one = certified_flip(a, w, x, V, C_2)
    other = certified_flip(a, 3 * w @ turn, x @ turn, 3 * V, 3 * C_2)
    assert np.sign(other) == np.sign(one)
    if one > 0:  # below zero the search stops early
        assert other == pytest.approx(3 * one, rel=0.02)
    np.testing.assert_allclose(
        flipped_value(a, 3 * w @ turn, x @ turn, 3 * C_2), 3 * flipped_value(a, w, x, C_2)
    )


def test_inputs_of_another_length_are_refused():
    _, a, w, x = drawn(5, 10, 3)
    with pytest.raises(ValueError, match="unit"):
        certified_flip(a, w, 2 * x, 0.1, 1.0)


def test_a_search_that_is_told_what_is_enough_ends_there():
    rng = np.random.default_rng(4)
    a, w = lazy_ball.initialisation(rng, 3, 60, 25)
    x, V = np.eye(1, 25)[0], 5 / np.sqrt(60)
    least, greatest = lazy_ball.extreme_values(a, lazy_ball.preactivation(w, x), V)
    C_2 = 2 * np.maximum(greatest, -least)
    whole = hardest(a, w, x, V, C_2, 20)
    found = hardest(a, w, x, V, C_2, 20, enough=0.1 * C_2)
    assert np.all(found.value >= 0.1 * C_2) and np.all(found.value <= whole.value)
    assert found.value == pytest.approx(flipped_value(a, found.weights, x, C_2))
