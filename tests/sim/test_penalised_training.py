"""Adversarial training of two-layer networks with an L1 penalty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks import two_layer
from sim.networks.activation import relu
from sim.networks.adversarial_training import Plan, train
from sim.networks.attack import Attack, linf_attack
from sim.networks.penalised_training import (
    PenalisedPlan,
    attack_shrinkage,
    penalised_objective,
    train_penalised,
)


def problem(seed: int, *, m: int = 6, d: int = 4, n: int = 9, replicates: int = 2):
    rng = np.random.default_rng(seed)
    w = two_layer.initial_weights(rng, replicates, m, d, 0.5, symmetric=False)
    x, y = rng.standard_normal((replicates, n, d)), np.ones((replicates, n))
    y[:, ::2] = -1
    return w, two_layer.balanced_signs(m), relu(), x, y


@given(st.integers(0, 10_000), st.sampled_from(["l2", "linf"]))
def test_without_penalty_and_smoothing_it_is_plain_adversarial_training(seed, norm):
    w, a, activation, x, y = problem(seed)
    attack = Attack.fixed_point(0.3, 2)
    more = {"attacker": linf_attack} if norm == "linf" else {}
    plain = train(w, a, activation, x, y, Plan(attack, (0.1,) * 7), **more).w
    mine = train_penalised(w, a, activation, x, y, PenalisedPlan(norm, attack, 0.1, 7))
    np.testing.assert_allclose(mine, plain, rtol=1e-12, atol=1e-14)


@given(st.integers(0, 10_000))
def test_one_step_is_a_gradient_step_and_a_soft_threshold(seed):
    w, a, activation, x, y = problem(seed)
    still = Attack(0.0, ())
    moved = train_penalised(w, a, activation, x, y, PenalisedPlan("l2", still, 0.2, 1))
    thresholded = train_penalised(
        w, a, activation, x, y, PenalisedPlan("l2", still, 0.2, 1, penalty=0.7)
    )
    expected = np.sign(moved) * np.maximum(np.abs(moved) - 0.14, 0)
    np.testing.assert_allclose(thresholded, expected, atol=1e-14)


@given(st.integers(0, 10_000))
def test_without_attack_a_small_step_never_raises_the_penalised_objective(seed):
    w, a, activation, x, y = problem(seed)
    before = penalised_objective(w, a, activation, x, y, 0.05)
    plan = PenalisedPlan("l2", Attack(0.0, ()), 0.01, 20, penalty=0.05)
    after = penalised_objective(
        train_penalised(w, a, activation, x, y, plan), a, activation, x, y, 0.05
    )
    assert np.all(after <= before + 1e-12)


def test_a_large_penalty_makes_every_weight_exactly_zero():
    w, a, activation, x, y = problem(1)
    plan = PenalisedPlan("l2", Attack.fixed_point(0.1, 1), 0.1, 200, penalty=5.0)
    assert not train_penalised(w, a, activation, x, y, plan).any()


def test_smoothing_lies_between_plain_and_attacked_training():
    w, a, activation, x, y = problem(3)
    attack = Attack.fixed_point(0.5, 2)

    def trained(smoothing, attack=attack):
        plan = PenalisedPlan("l2", attack, 0.1, 10, smoothing=smoothing)
        return train_penalised(w, a, activation, x, y, plan)

    attacked, clean = trained(0.0), trained(0.0, Attack(0.0, ()))
    np.testing.assert_allclose(trained(1e-12), attacked, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(trained(1e12), clean, rtol=1e-9, atol=1e-10)
    between = trained(0.1)
    assert np.linalg.norm(between - attacked) > 1e-3 < np.linalg.norm(between - clean)


def test_shrinkage_is_by_length_for_l2_and_by_coordinate_for_linf():
    gradient = np.array([[[3.0, 4.0], [0.0, 0.0]]])
    np.testing.assert_allclose(attack_shrinkage(gradient, 12.0, "l2")[0], [[5 / 13], [0.0]])
    np.testing.assert_allclose(
        attack_shrinkage(gradient, 1.0, "linf")[0], [[0.75, 0.8], [0.0, 0.0]]
    )


def test_replicates_do_not_mix_and_the_start_is_unchanged():
    w, a, activation, x, y = problem(4)
    kept = w.copy()
    plan = PenalisedPlan("linf", Attack.fixed_point(0.2, 2), 0.1, 5, penalty=0.01, smoothing=0.01)
    both = train_penalised(w, a, activation, x, y, plan)
    np.testing.assert_array_equal(w, kept)
    for i in range(2):
        alone = train_penalised(w[i], a, activation, x[i], y[i], plan)
        np.testing.assert_allclose(both[i], alone, rtol=1e-12, atol=1e-14)


def test_single_precision_stays_single():
    w, a, activation, x, y = problem(5)
    plan = PenalisedPlan("l2", Attack.fixed_point(0.2, 2), 0.1, 5, penalty=0.01, smoothing=0.01)
    single = train_penalised(w.astype(np.float32), a, activation, x, y, plan)
    assert single.dtype == np.float32
    np.testing.assert_allclose(
        single, train_penalised(w, a, activation, x, y, plan), rtol=1e-3, atol=1e-4
    )


def test_divergence_is_an_error():
    w, a, activation, x, y = problem(6)
    plan = PenalisedPlan("l2", Attack(0.0, ()), 1e300, 5)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="finite"):
        train_penalised(w * np.inf, a, activation, x, y, plan)


@pytest.mark.parametrize(
    "change",
    [
        dict(norm="l1"),
        dict(rate=0.0),
        dict(penalty=-1.0),
        dict(smoothing=-1.0),
    ],
)
def test_settings_outside_their_range_are_refused(change):
    settings = dict(norm="l2", attack=Attack(0.1, (0.1,)), rate=0.1, iterations=1) | change
    with pytest.raises(ValueError, match=r"norm of the attack|positive rate"):
        PenalisedPlan(**settings)
