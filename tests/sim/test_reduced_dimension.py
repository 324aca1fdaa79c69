"""Training without the dimension has the law of training in full dimension."""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.clusters import data as clusters
from sim.clusters import subspace
from sim.networks import gram, gram_attack, gram_training, two_layer
from sim.networks.activation import relu, smoothed_leaky_relu
from sim.networks.adversarial_training import Plan, Snapshot, train
from sim.networks.attack import Attack, l2_attack

LEVEL = 1e-6  # of every Kolmogorov-Smirnov test that should pass; about 12 of them
MEAN, RADIUS, FLIP, TEST_POINTS = 6.0, 1.0, 0.1, 120
DEVIATION, RATE, ITERATIONS = 0.05, 0.1, 8
ATTACK = Attack.fixed(RADIUS, 0.25, 8)
PLAN = Plan(ATTACK, (RATE,) * ITERATIONS, False, {"loss": Snapshot.robust_loss}, (ITERATIONS,))


def errors(clean_margin, attacked_margin):
    return (clean_margin <= 0).mean(-1), (attacked_margin <= 0).mean(-1)


def in_full_dimension(seed, replicates, n, m, d, activation, block=4):
    """Training loss, clean and robust test error and weight norm, in R^d."""
    rng = np.random.default_rng(seed)
    a = two_layer.balanced_signs(m)
    mixture = clusters.Clusters(clusters.first_axis(d, MEAN), FLIP)
    rows = []
    for _ in range(0, replicates, block):
        x, y, _ = mixture.sample(rng, block, n)
        w = two_layer.initial_weights(rng, block, m, d, DEVIATION)
        w, history = train(w, a, activation, x, y, PLAN)
        x, y, _ = mixture.sample(rng, block, TEST_POINTS)
        clean = y * two_layer.value(w, a, activation, x)
        robust = l2_attack(w, a, activation, x, y, ATTACK).margin
        norm = two_layer.frobenius_norm(w)
        rows.append(np.stack([history["loss"][0], *errors(clean, robust), norm]))
    return np.concatenate(rows, axis=1)


def without_dimension(seed, replicates, n, m, d, activation):
    """The same from inner products, the coordinates drawn for dimension ``d``."""
    rng = np.random.default_rng(seed)
    a = two_layer.balanced_signs(m)
    problem = subspace.sample(
        rng, replicates, n, m, d, mean_norm=MEAN, weight_deviation=DEVIATION, flip=FLIP
    )
    state = gram.gram_state(problem.x, problem.w, problem.mean[None])
    state, history = gram_training.train(state, a, activation, problem.y, PLAN)
    y, cluster = clusters.labels(rng, (replicates, TEST_POINTS), FLIP)
    z = gram.fresh_preactivations(rng, state.weights, state.probes[..., 0, :], cluster)
    clean = y * np.matmul(activation.value(z), a)
    robust = gram_attack.gram_attack(state.weights, a, activation, z, y, ATTACK).margin
    return np.stack([history["loss"][0], *errors(clean, robust), state.frobenius_norm()])


def p_values(one, other):
    return [stats.ks_2samp(a, b).pvalue for a, b in zip(one, other, strict=True)]


@pytest.mark.parametrize("activation", [relu(), smoothed_leaky_relu(0.3)], ids=lambda a: a.name)
def test_law_is_that_of_full_dimension_when_few_directions_are_missing(activation):
    full = in_full_dimension(1, 600, 8, 6, 30, activation, block=200)
    reduced = without_dimension(2, 2000, 8, 6, 30, activation)
    assert min(p_values(full, reduced)) > LEVEL


@cache
def in_two_thousand_dimensions(smooth):
    activation = smoothed_leaky_relu(0.3) if smooth else relu()
    return activation, in_full_dimension(3, 800, 12, 6, 2000, activation)


@pytest.mark.slow
@pytest.mark.parametrize("smooth", [False, True])
def test_law_is_that_of_full_dimension_in_two_thousand_dimensions(smooth):
    activation, full = in_two_thousand_dimensions(smooth)
    reduced = without_dimension(4, 4000, 12, 6, 2000, activation)
    found = p_values(full, reduced)
    assert min(found) > LEVEL, found


@pytest.mark.slow
def test_a_wrong_dimension_is_noticed_at_this_sample_size():
    """The power of the test above."""
    activation, full = in_two_thousand_dimensions(True)
    wrong = without_dimension(4, 4000, 12, 6, 2600, activation)
    found = p_values(full, wrong)
    assert found[3] < 1e-20 and found[2] < 1e-2, found


@pytest.mark.slow
def test_law_at_a_wide_network_does_not_depend_on_how_it_is_computed():
    full = in_full_dimension(5, 60, 20, 300, 1000, relu(), block=10)
    reduced = without_dimension(6, 120, 20, 300, 1000, relu())
    found = p_values(full, reduced)
    assert min(found) > LEVEL, found
