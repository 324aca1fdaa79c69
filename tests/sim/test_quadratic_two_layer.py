"""The quadratic-rectifier network: start, values, slope and attack, by loops and differences."""

import numpy as np
import pytest

from sim.networks import quadratic_two_layer as network


def instance(n=3, m=6, p=4, d=3):
    rng = np.random.default_rng(0)
    w, x = rng.standard_normal((n, m, d)), rng.standard_normal((n, p, d))
    return network.output_signs(m), w, x, rng.choice([-1.0, 1.0], (n, p))


def test_the_start_is_zero_everywhere_and_of_the_promised_length():
    rng = np.random.default_rng(1)
    w = network.symmetric_start(rng, 5, 8, 3)
    np.testing.assert_allclose(np.linalg.norm(w, axis=-1), np.sqrt(3))
    x = rng.standard_normal((5, 7, 3))
    np.testing.assert_allclose(network.values(network.output_signs(8), w, x), 0, atol=1e-12)


def test_an_odd_number_of_neurons_is_refused():
    with pytest.raises(ValueError, match="even number"):
        network.output_signs(5)


def test_values_agree_with_a_loop():
    a, w, x, _ = instance()
    for i in range(3):
        for j in range(4):
            expected = sum(a[r] * max(w[i, r] @ x[i, j], 0) ** 2 for r in range(6)) / np.sqrt(6)
            assert network.values(a, w, x)[i, j] == pytest.approx(expected)


def test_slope_agrees_with_differences():
    a, w, x, y = instance()
    slope = network.absolute_slope(a, w, x, y)

    def loss(weights):
        return np.abs(network.values(a, weights, x) - y).mean(axis=-1)

    for r in range(6):
        for axis in range(3):
            step = np.zeros_like(w)
            step[:, r, axis] = 1e-6
            difference = (loss(w + step) - loss(w - step)) / 2e-6
            np.testing.assert_allclose(slope[:, r, axis], difference, atol=1e-6)


def test_the_attack_takes_the_greatest_loss():
    a, w, _, y = instance()
    choices = np.random.default_rng(2).standard_normal((4, 5, 3))
    x, loss = network.worst_of(a, w, choices, y)
    for i in range(3):
        for j in range(4):
            each = [abs(network.values(a, w[i : i + 1], c[None, None])[0, 0] - y[i, j])
                    for c in choices[j]]  # fmt: skip
            assert loss[i, j] == pytest.approx(max(each))
            np.testing.assert_array_equal(x[i, j], choices[j, np.argmax(each)])


def test_training_never_reports_more_than_the_loss_of_the_start():
    a, w, _, y = instance()
    choices = np.random.default_rng(2).standard_normal((4, 2, 3))
    start = network.worst_of(a, w, choices, y)[1].mean(axis=-1)
    none = network.least_attacked_loss(a, w, choices, y, 0.01, 0)
    np.testing.assert_allclose(none, start)
    assert np.all(network.least_attacked_loss(a, w, choices, y, 0.01, 50) < start)
