"""The least movement of a pseudo-network: what is found fits, and nothing shorter does."""

import numpy as np
import pytest
from scipy.optimize import minimize

from sim.networks import circle_network as net
from sim.networks import circle_training as training
from sim.networks.robust_program import least_move, patterns


def instance(seed, m=12, k=3):
    rng = np.random.default_rng(seed)
    a, w, b = (part[0] for part in net.initialisation(rng, 1, m, 3))
    x = training.points(2 * np.pi * np.arange(k) / k)
    return a, x @ w.T + b >= 0, x, rng.uniform(-1, 1, k)


def pseudo(a, on, x, move):
    return np.sum(a * on * (x @ move.T), axis=1)


@pytest.mark.parametrize("seed", range(6))
def test_the_movement_fits_and_the_bounds_enclose_the_least_one(seed):
    a, on, x, y = instance(seed)
    tolerance = 0.05
    found = least_move(a, on, x, y, tolerance)
    assert (found.move[:, :2] == 0).all()
    assert np.abs(pseudo(a, on, x, found.move) - y).max() <= tolerance + 1e-9
    assert np.linalg.norm(found.move, axis=1).max() == pytest.approx(found.radius)
    # The least radius in any direction, by a general solver over (movement, radius).
    m = len(a)

    def fits(v):
        g = pseudo(a, on, x, v[:-1].reshape(m, 3))
        return np.concatenate([tolerance - (g - y), tolerance + (g - y)])

    def within(v):
        return v[-1] ** 2 - np.square(v[:-1].reshape(m, 3)).sum(axis=1)

    start = np.append(found.move.ravel(), found.radius * 1.01)
    best = minimize(
        lambda v: v[-1],
        start,
        jac=lambda v: np.eye(len(v))[-1],
        constraints=[{"type": "ineq", "fun": fits}, {"type": "ineq", "fun": within}],
        bounds=[(None, None)] * (3 * m) + [(0, None)],
        method="SLSQP",
        options={"maxiter": 300},
    )
    assert best.success
    assert found.least <= best.x[-1] + 1e-6
    assert best.x[-1] <= found.radius + 1e-6
    assert 0 < found.least


def test_along_one_axis_the_movement_is_the_shortest_possible():
    a, on, x, y = instance(0, k=1)
    found = least_move(a, on, x, y, 0.0)
    # One input: every neuron that is on moves as far as every other.
    assert found.radius == pytest.approx(abs(y[0]) / (0.5 * np.abs(a * on[0]).sum()))


def test_one_pattern_with_two_labels_is_refused():
    a, on, x, _ = instance(0, k=2)
    on[1] = on[0]
    with pytest.raises(ValueError, match="no pseudo-network"):
        least_move(a, on, x, np.array([1.0, -1.0]), 0.1)


def test_neurons_that_are_on_at_the_same_inputs_count_together():
    a, on, x, y = instance(3, m=8)
    apart = least_move(np.repeat(a, 5) / 5, np.repeat(on, 5, axis=1), x, y, 0.05)
    together = least_move(a, on, x, y, 0.05)
    assert apart.radius == pytest.approx(together.radius)
    assert apart.least == pytest.approx(together.least)


@pytest.mark.parametrize("k", [2, 3, 6])
def test_chances_of_who_is_on_are_the_shares_of_many_neurons(k):
    rng = np.random.default_rng(k)
    angles = np.sort(rng.uniform(0, 2 * np.pi, k))
    chances, on = patterns(angles)
    assert chances.sum() == pytest.approx(1)
    assert chances.min() > 0
    assert len(np.unique(on, axis=1).T) == len(chances) == k * (k - 1) + 2
    count = 200_000
    _, w, b = (part[0] for part in net.initialisation(rng, 1, count, 3))
    code = 2 ** np.arange(k)
    seen = np.bincount(code @ (training.points(angles) @ w.T + b >= 0), minlength=2**k) / count
    error = np.sqrt(chances / count)
    assert (np.abs(seen[code @ on] - chances) <= 5 * error).all()
    assert seen[code @ on].sum() == pytest.approx(1)


def test_wide_networks_need_what_infinitely_many_neurons_need():
    angles, y = 2 * np.pi * np.arange(3) / 3, np.array([0.5, -0.5, 0.5])
    chances, on = patterns(angles)
    limit = least_move(chances, on, training.points(angles), y, 0.1)
    m = 100_000
    a, w, b = (part[0] for part in net.initialisation(np.random.default_rng(0), 1, m, 3))
    x = training.points(angles)
    found = least_move(a, x @ w.T + b >= 0, x, y, 0.1)
    assert found.radius * m ** (2 / 3) == pytest.approx(limit.radius, rel=0.02)
    assert found.least * m ** (2 / 3) == pytest.approx(limit.least, rel=0.02)
