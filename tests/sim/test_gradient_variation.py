import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from sim.certificates.gradient_variation import greatest_variation, variation_bracket
from sim.networks import lazy_ball

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, m, d):
    rng = np.random.default_rng(seed)
    a, w = (array[0] for array in lazy_ball.initialisation(rng, 1, m, d))
    x = rng.standard_normal(d)
    return rng, a, w, x / np.linalg.norm(x)


def by_general_optimiser(a, w, x, moved, V, r):
    """Best contribution of each neuron over its four patterns, each a convex programme."""
    total = 0.0
    for sign, v in zip(a, w, strict=True):
        best = -np.inf
        for p in (1, -1):
            for q in (1, -1):
                weight = sign * ((p > 0) - (q > 0))
                constraints = [
                    {"type": "ineq", "fun": lambda s: V**2 - s @ s},
                    {"type": "ineq", "fun": lambda s, p=p, v=v: p * ((v + s) @ x)},
                    {"type": "ineq", "fun": lambda s, q=q, v=v: q * ((v + s) @ moved)},
                ]
                near = optimize.minimize(
                    lambda s: s @ s, np.zeros(len(x)), method="SLSQP", constraints=constraints[1:]
                )
                if not near.success or near.fun > V**2:
                    continue
                found = optimize.minimize(
                    lambda s, c=weight, v=v: -c * ((v + s) @ r),
                    near.x,
                    method="SLSQP",
                    constraints=constraints,
                    options={"ftol": 1e-13, "maxiter": 300},
                )
                best = max(best, -found.fun)
        total += best
    return total / len(a) ** 0.5


@pytest.mark.parametrize("seed", range(8))
def test_the_variation_is_that_of_neurons_maximised_one_by_one(seed):
    rng, a, w, x = drawn(seed, 6, 3)
    delta, r, V = 0.3 * rng.standard_normal(3), rng.standard_normal(3), 0.6
    expected = by_general_optimiser(a, w, x, x + delta, V, r)
    assert greatest_variation(a, w, x, delta, V, r) == pytest.approx(expected, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(0.02, 1.5), st.floats(0.02, 0.9))
def test_no_network_of_the_ball_varies_more(seed, V, R):
    rng, a, w, x = drawn(seed, 6, 3)
    delta = rng.standard_normal(3)
    delta *= R / np.linalg.norm(delta)
    shifts = rng.standard_normal((500, 6, 3))
    networks = w + V * shifts / np.linalg.norm(shifts, axis=-1, keepdims=True)
    change = lazy_ball.gradient(a, networks, x) - lazy_ball.gradient(a, networks, x + delta)
    r = rng.standard_normal(3)
    assert (change @ r <= greatest_variation(a, w, x, delta, V, r) + 1e-12).all()
    bracket = variation_bracket(a, w, x, V, R, rng=rng)
    assert (np.linalg.norm(change, axis=-1) <= bracket.upper + 1e-12).all()
    assert bracket.lower <= bracket.upper + 1e-12


def test_without_a_ball_the_variation_is_the_difference_of_two_gradients():
    rng, a, w, x = drawn(1, 50, 4)
    delta, r = 0.2 * rng.standard_normal(4), rng.standard_normal(4)
    change = lazy_ball.gradient(a, w, x) - lazy_ball.gradient(a, w, x + delta)
    assert greatest_variation(a, w, x, delta, 0.0, r) == pytest.approx(change @ r, abs=1e-12)


def test_inputs_in_one_direction_switch_the_same_neurons():
    _, a, w, x = drawn(2, 30, 3)
    assert greatest_variation(a, w, x, 0.25 * x, 0.5, np.ones(3)) == 0


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_the_variation_scales_with_the_network_and_does_not_see_a_rotation(seed):
    rng, a, w, x = drawn(seed, 40, 4)
    delta, r = 0.2 * rng.standard_normal(4), rng.standard_normal(4)
    turn = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    one = greatest_variation(a, w, x, delta, 0.1, r)
    other = greatest_variation(a, 3 * w @ turn, x @ turn, delta @ turn, 0.3, 2 * r @ turn)
    assert other == pytest.approx(6 * one, rel=1e-9)


def test_replicates_do_not_see_one_another():
    rng = np.random.default_rng(3)
    a, w = lazy_ball.initialisation(rng, 4, 30, 5)
    x, r = np.eye(5)[:4], rng.standard_normal((4, 5))
    delta, V = 0.1 * rng.standard_normal((4, 5)), np.array([0.1, 0.2, 0.3, 0.4])
    together = greatest_variation(a, w, x, delta, V, r)
    alone = [greatest_variation(a[i], w[i], x[i], delta[i], V[i], r[i]) for i in range(4)]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_the_search_over_inputs_passes_every_random_input():
    rng, a, w, x = drawn(4, 400, 20)
    V, R = 0.05, 0.2
    bracket = variation_bracket(a, w, x, V, R, rng=rng)
    g = lazy_ball.gradient(a, w, x)
    for delta in rng.standard_normal((50, 20)):
        delta *= R / np.linalg.norm(delta)
        r = g - lazy_ball.gradient(a, w, x + delta)
        r /= np.linalg.norm(r)
        assert greatest_variation(a, w, x, delta, V, r) < bracket.lower


def test_a_step_as_long_as_the_input_is_refused():
    _, a, w, x = drawn(5, 3, 3)
    with pytest.raises(ValueError, match="shorter"):
        greatest_variation(a, w, x, x, 0.1, x)
