import numpy as np
import pytest

from sim.networks import lazy_ball
from sim.networks.switching_search import least_reserve


@pytest.mark.parametrize(("d", "V", "R"), [(2, 0.2, 0.1), (3, 0.46, 0.5), (5, 1.5, 0.5)])
def test_the_input_that_is_found_switches_and_others_do_not(d, V, R):
    """Literally, with the move of length V against the input; and no random pair does better."""
    rng = np.random.default_rng(1)
    x = np.eye(d)[0]
    w = rng.standard_normal((300, d))
    w *= np.where(w @ x < 0, -1, 1)[:, None]
    found, y = least_reserve(w, x, V, R)
    assert (np.linalg.norm(y - x, axis=1) <= R * (1 + 1e-12)).all()
    inside = np.einsum("nd,nd->n", w, y)
    moved = inside - V * np.linalg.norm(y, axis=1)
    np.testing.assert_array_equal((moved <= 0) | (inside <= 0), found <= 0)
    side = rng.standard_normal((4000, d))
    tried = x + R * side / np.linalg.norm(side, axis=1, keepdims=True)
    reserve = w @ tried.T - V * np.linalg.norm(tried, axis=1)
    assert (reserve >= found[:, None] - 1e-9).all()


@pytest.mark.parametrize("R", [0.0, 0.1, 0.5])
def test_what_the_search_finds_is_what_the_angles_say(R):
    rng, V = np.random.default_rng(2), 0.3
    w = rng.standard_normal((20000, 4))
    w[:, 0] = np.abs(w[:, 0])
    expected = lazy_ball.crossing_for_some_input(w[:, 0], np.linalg.norm(w, axis=1), V, R)
    np.testing.assert_array_equal(least_reserve(w, np.eye(4)[0], V, R)[0] <= 0, expected)


def test_the_least_over_weights_is_the_least_over_inputs_with_the_parts_exchanged():
    """A kink within V of w that sees y at an angle of arcsin(epsilon) is one that y' reaches."""
    rng = np.random.default_rng(3)
    w = rng.standard_normal((2000, 3))
    w[:, 0] = np.abs(w[:, 0])
    y = np.eye(3)[0]
    by_weights = least_reserve(np.broadcast_to(y, w.shape), w, 0.2, 0.3)[0] <= 0
    by_inputs = least_reserve(w, y, 0.3, 0.2)[0] <= 0
    np.testing.assert_array_equal(by_weights, by_inputs)
