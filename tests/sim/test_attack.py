from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks import two_layer
from sim.networks.activation import leaky_relu, linear, relu, smoothed_leaky_relu
from sim.networks.attack import (
    Attack,
    best_of_starts,
    l2_attack,
    linf_attack,
    random_starts,
)

ACTIVATIONS = [relu(), leaky_relu(0.3), linear(), smoothed_leaky_relu(0.4, 2.0)]
activations = st.sampled_from(ACTIVATIONS)
seeds = st.integers(0, 2**32 - 1)
radii = st.floats(1e-3, 10.0)
attackers = st.sampled_from([l2_attack, linf_attack])


def setting(seed, m=6, n=5, d=3, replicates=()):
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((*replicates, m, d))
    x = rng.standard_normal((*replicates, n, d))
    return w, rng.standard_normal(m), x, rng.choice([-1.0, 1.0], (*replicates, n))


def size(attacker, delta):
    return np.linalg.norm(delta, ord=2 if attacker is l2_attack else np.inf, axis=-1)


def margins(w, a, activation, x, y):
    return y * two_layer.value(w, a, activation, x)


@given(seeds, activations, radii, attackers, st.booleans(), st.sampled_from([0.1, 1.0, 30.0]))
def test_perturbation_stays_in_the_ball_around_the_clean_point(
    seed, activation, radius, attacker, keep_best, step
):
    w, a, x, y = setting(seed, replicates=(2,))
    for attack in (
        Attack.fixed(radius, step * radius, 7, keep_best=keep_best),
        Attack.fixed_point(radius, 4, keep_best=keep_best),
        Attack.decaying(radius, 7),
    ):
        delta, margin = attacker(w, a, activation, x, y, attack)
        assert (size(attacker, delta) <= radius * (1 + 1e-14)).all()
        np.testing.assert_allclose(margin, margins(w, a, activation, x + delta, y), rtol=1e-12)


@given(seeds, activations, radii, attackers, st.integers(0, 6))
def test_best_iterate_never_worsens_with_more_steps_and_beats_the_clean_point(
    seed, activation, radius, attacker, count
):
    w, a, x, y = setting(seed)
    found = [margins(w, a, activation, x, y)]
    for steps in (count, count + 1, count + 4):
        attack = Attack.fixed(radius, 0.7 * radius, steps, keep_best=True)
        found.append(attacker(w, a, activation, x, y, attack).margin)
    for before, after in pairwise(found):
        assert (after <= before + 1e-12 * (1 + np.abs(before))).all()


@given(seeds, radii)
def test_linear_network_is_attacked_exactly(seed, radius):
    w, a, x, y = setting(seed)
    clean = margins(w, a, linear(), x, y)
    attack = Attack.fixed_point(radius, 1)
    for attacker, dual in ((l2_attack, 2), (linf_attack, 1)):
        slope = np.linalg.norm(a @ w, ord=dual)
        exact = clean - radius * slope
        np.testing.assert_allclose(
            attacker(w, a, linear(), x, y, attack).margin, exact, rtol=1e-10, atol=1e-12
        )


@given(seeds, st.sampled_from([relu(), leaky_relu(0.3), smoothed_leaky_relu(0.4, 2.0)]))
def test_attack_with_several_starts_finds_the_grid_minimum_in_the_plane(seed, activation):
    w, a, x, y = setting(seed, m=5, n=3, d=2)
    radius = 1.0
    length, angle = np.meshgrid(np.linspace(0, 1, 41), np.linspace(0, 2 * np.pi, 361))
    ball = radius * np.stack([length * np.cos(angle), length * np.sin(angle)], -1).reshape(-1, 2)
    grid = margins(w, a, activation, x[:, None, :] + ball, y[:, None]).min(axis=1)
    starts = random_starts(np.random.default_rng(seed), 24, x.shape, radius)
    found = best_of_starts(
        w, a, activation, x, y, Attack.decaying(radius, 80, factor=0.93), starts
    ).margin
    slope = np.abs(a) @ np.linalg.norm(w, axis=1)
    # The attack may be better than the grid by what its mesh misses, and hardly worse.
    assert (found >= grid - 0.02 * slope).all()
    assert (found <= grid + 0.02 * slope).all()


@given(seeds, activations, radii)
def test_more_starts_never_worsen_the_best(seed, activation, radius):
    w, a, x, y = setting(seed)
    attack = Attack.decaying(radius, 5)
    starts = random_starts(np.random.default_rng(seed), 6, x.shape, radius)
    assert (np.linalg.norm(starts, axis=-1) <= radius * (1 + 1e-12)).all() and not starts[0].any()
    few = best_of_starts(w, a, activation, x, y, attack, starts[:2])
    many = best_of_starts(w, a, activation, x, y, attack, starts)
    zero = l2_attack(w, a, activation, x, y, attack)
    assert (many.margin <= few.margin).all() and (few.margin <= zero.margin).all()
    np.testing.assert_allclose(
        many.margin, margins(w, a, activation, x + many.perturbation, y), rtol=1e-12
    )


@given(seeds, activations, radii)
def test_rotating_everything_rotates_the_perturbation(seed, activation, radius):
    w, a, x, y = setting(seed)
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((3, 3)))[0]
    attack = Attack.fixed(radius, radius / 3, 3)
    delta, margin = l2_attack(w, a, activation, x, y, attack)
    turned, same = l2_attack(w @ turn, a, activation, x @ turn, y, attack)
    # A preactivation within rounding of a kink may fall on either side: such draws do not occur.
    np.testing.assert_allclose(turned, delta @ turn, atol=1e-9 * radius)
    np.testing.assert_allclose(same, margin, rtol=1e-8, atol=1e-9)


@given(seeds, radii, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_scaling_inputs_radius_and_weights_scales_the_perturbation(seed, radius, c, k):
    w, a, x, y = setting(seed)
    delta, margin = l2_attack(w, a, relu(), x, y, Attack.fixed(radius, radius / 3, 3))
    scaled, found = l2_attack(
        k * w, a, relu(), c * x, y, Attack.fixed(c * radius, c * radius / 3, 3)
    )
    np.testing.assert_allclose(scaled, c * delta, atol=1e-9 * c * radius)
    np.testing.assert_allclose(found, c * k * margin, rtol=1e-8, atol=1e-9 * c * k)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("width", [2, 40, 1000])
@pytest.mark.parametrize("attacker", [l2_attack, linf_attack])
def test_symmetric_initial_network_is_not_perturbed_at_all(dtype, width, attacker):
    rng = np.random.default_rng(width)
    w = two_layer.initial_weights(rng, 2, width, 300, 1e-3, dtype=dtype)
    a = two_layer.balanced_signs(width, dtype=dtype)
    x = (5 * rng.standard_normal((2, 20, 300))).astype(dtype)
    y = rng.choice([-1.0, 1.0], (2, 20))
    delta, margin = attacker(w, a, relu(), x, y, Attack.fixed(5.0, 1.0, 5))
    assert not delta.any()
    scale = np.sqrt(np.sum(w[0] ** 2)) * 5
    assert np.abs(margin).max() <= 10 * np.finfo(dtype).eps * scale
    # one weight moved by a thousandth breaks the symmetry
    w[:, 0] *= 1.001
    assert size(attacker, attacker(w, a, relu(), x, y, Attack.fixed(5.0, 1.0, 5))[0]).max() > 4


@given(seeds, st.floats(1e-3, 0.05))
def test_one_jump_is_exact_where_no_neuron_changes_sign(seed, radius):
    w, a, x, y = setting(seed)
    z = two_layer.preactivation(w, x)
    safe = (np.abs(z) > radius * np.linalg.norm(w, axis=1)).all(axis=1)
    gradient = np.linalg.norm(two_layer.input_gradient(w, a, relu(), x), axis=1)
    exact = margins(w, a, relu(), x, y) - radius * gradient
    found = l2_attack(w, a, relu(), x, y, Attack.fixed_point(radius, 1)).margin
    np.testing.assert_allclose(found[safe], exact[safe], rtol=1e-10, atol=1e-12)


def test_a_start_outside_the_ball_is_projected_on_it_and_a_start_inside_is_kept():
    w, a, x, y = setting(3)
    outside = np.full_like(x, 7.0)
    delta = l2_attack(w, a, relu(), x, y, Attack(0.5, ()), start=outside).perturbation
    np.testing.assert_allclose(np.linalg.norm(delta, axis=-1), 0.5)
    inside = np.full_like(x, 0.1)
    kept = l2_attack(w, a, relu(), x, y, Attack(0.5, ()), start=inside).perturbation
    np.testing.assert_array_equal(kept, inside)


def test_steps_follow_the_loss_downhill_for_both_labels():
    w, a, x, _ = setting(4, n=40)
    for label in (1.0, -1.0):
        y = np.full(40, label)
        gradient = two_layer.input_gradient(w, a, relu(), x)
        delta = l2_attack(w, a, relu(), x, y, Attack.fixed(1.0, 0.01, 1)).perturbation
        unit = gradient / np.linalg.norm(gradient, axis=-1, keepdims=True)
        np.testing.assert_allclose(delta, -label * 0.01 * unit, atol=1e-15)


def test_zero_radius_leaves_the_inputs_alone():
    w, a, x, y = setting(5)
    for attack in (Attack.fixed(0.0, 1.0, 3), Attack.decaying(0.0, 3), Attack.fixed_point(0.0, 2)):
        for attacker in (l2_attack, linf_attack):
            delta, margin = attacker(w, a, relu(), x, y, attack)
            assert np.abs(delta).max() == 0
            np.testing.assert_array_equal(margin, margins(w, a, relu(), x, y))


def test_stacked_replicates_give_what_each_gives_alone():
    w, a, x, y = setting(6, replicates=(3,))
    attack = Attack.fixed(1.0, 0.3, 5, keep_best=True)
    together = l2_attack(w, a, relu(), x, y, attack)
    for r in range(3):
        alone = l2_attack(w[r], a, relu(), x[r], y[r], attack)
        np.testing.assert_allclose(together.perturbation[r], alone.perturbation, atol=1e-13)


def test_inputs_keep_their_precision():
    w, a, x, y = (array.astype(np.float32) for array in setting(7))
    for attack in (Attack.decaying(1.0, 3), Attack.fixed_point(1.0, 3), Attack.fixed(1.0, 0.2, 3)):
        for attacker in (l2_attack, linf_attack):
            found = attacker(w, a, relu(), x, y.astype(np.float64), attack)
            assert found.perturbation.dtype == found.margin.dtype == np.float32


@pytest.mark.parametrize(
    "wrong", [lambda: Attack(-1.0, ()), lambda: Attack(np.inf, ()), lambda: Attack(1.0, (0.1, 0.0))]
)
def test_impossible_attacks_are_refused(wrong):
    with pytest.raises(ValueError, match=r"radius|step"):
        wrong()
