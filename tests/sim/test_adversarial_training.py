import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from sim.clusters import data as clusters
from sim.clusters import subspace
from sim.networks import two_layer
from sim.networks.activation import leaky_relu, linear, relu, smoothed_leaky_relu
from sim.networks.adversarial_training import (
    Plan,
    Snapshot,
    bytes_needed,
    decaying_rates,
    train,
)
from sim.networks.attack import Attack, l2_attack, linf_attack

seeds = st.integers(0, 2**32 - 1)
activations = st.sampled_from([relu(), leaky_relu(0.3), smoothed_leaky_relu(0.4, 2.0), linear()])
OBSERVE = {
    "robust": Snapshot.robust_loss,
    "clean": Snapshot.clean_loss,
    "norm": Snapshot.frobenius_norm,
    "error": Snapshot.robust_error,
    "ratio": Snapshot.weight_ratio,
    "margin": lambda s: s.attacked_margin,
}


def setting(seed, m=6, n=8, d=12, replicates=(), symmetric=True):
    rng = np.random.default_rng(seed)
    count = int(np.prod(replicates, dtype=int))
    mixture = clusters.Clusters(clusters.first_axis(d, 3.0), 0.1)
    x, y, _ = mixture.sample(rng, count, n)
    w = two_layer.initial_weights(rng, count, m, d, 0.2, symmetric=symmetric)
    a = two_layer.balanced_signs(m)
    return (
        w.reshape(*replicates, m, d),
        a,
        x.reshape(*replicates, n, d),
        y.reshape(*replicates, n),
    )


def by_hand(w, a, activation, x, y, radius, step, steps, rates):
    """One replicate, sample by sample and neuron by neuron."""
    for rate in rates:
        total = np.zeros_like(w)
        for xi, yi in zip(x, y, strict=True):
            delta = np.zeros_like(xi)
            for _ in range(steps):
                slopes = activation.slope(w @ (xi + delta))
                ascent = -yi * (a * slopes) @ w
                if np.linalg.norm(ascent) > 1e-10:
                    delta = delta + step * ascent / np.linalg.norm(ascent)
                delta = delta * min(1, radius / max(np.linalg.norm(delta), 1e-300))
            z = w @ (xi + delta)
            pull = yi * expit(-yi * (a @ activation.value(z)))
            for s in range(len(a)):
                total[s] += pull * a[s] * activation.slope(z[s]) * (xi + delta)
        w = w + rate / len(y) * total
    return w


@settings(max_examples=20)
@given(seeds, activations, st.booleans())
def test_training_does_what_the_algorithm_says_sample_by_sample(seed, activation, symmetric):
    w, a, x, y = setting(seed, symmetric=symmetric)
    rates = (0.5, 0.5, 0.1)
    expected = by_hand(w, a, activation, x, y, 0.8, 0.3, 4, rates)
    found = train(w, a, activation, x, y, Plan(Attack.fixed(0.8, 0.3, 4), rates)).w
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


@given(seeds, activations)
def test_a_step_without_attack_goes_down_the_gradient_of_the_logistic_loss(seed, activation):
    w, a, x, y = setting(seed, symmetric=False)
    if np.abs(np.abs(two_layer.preactivation(w, x))[..., None] - [0, 0.5]).min() < 1e-4:
        return
    direction = np.random.default_rng(seed).standard_normal(w.shape)

    def loss(v):
        return two_layer.logistic_loss(y * two_layer.value(v, a, activation, x)).mean()

    h = 1e-6
    slope = (loss(w + h * direction) - loss(w - h * direction)) / (2 * h)
    step = train(w, a, activation, x, y, Plan(Attack(0.0, ()), (1.0,))).w - w
    assert -np.sum(step * direction) == pytest.approx(slope, rel=1e-5, abs=1e-7)


@settings(max_examples=20)
@given(seeds, activations)
def test_rotated_data_give_the_rotated_trajectory(seed, activation):
    w, a, x, y = setting(seed)
    plan = Plan(Attack.fixed(0.5, 0.2, 5), (0.3,) * 10, observe=OBSERVE, at=(0, 5, 10))
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((12, 12)))[0]
    straight = train(w, a, activation, x, y, plan)
    turned = train(w @ turn, a, activation, x @ turn, y, plan)
    np.testing.assert_allclose(turned.w, straight.w @ turn, rtol=1e-9, atol=1e-10)
    for name in ("robust", "clean", "norm", "ratio"):
        np.testing.assert_allclose(turned.history[name], straight.history[name], rtol=1e-9)


@settings(max_examples=20)
@given(seeds, activations)
def test_training_in_coordinates_of_the_span_is_training_in_full_dimension(seed, activation):
    w, a, x, y = setting(seed, d=60)
    mean, inputs, distinct = subspace.coordinates(
        clusters.first_axis(60, 3.0)[None], x, w[..., :3, :]
    )
    assert inputs.shape[-1] == 1 + 8 + 3
    plan = Plan(Attack.fixed(0.5, 0.2, 5), (0.3,) * 10, observe=OBSERVE, at=(0, 5, 10))
    full = train(w, a, activation, x, y, plan)
    reduced = train(np.concatenate([distinct] * 2), a, activation, inputs, y, plan)
    np.testing.assert_allclose(reduced.w @ mean[0], 3 * full.w[..., 0], rtol=1e-9, atol=1e-11)
    for name in ("robust", "clean", "norm", "ratio", "margin"):
        np.testing.assert_allclose(reduced.history[name], full.history[name], rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_symmetric_initial_network_is_zero_and_unperturbed_at_the_first_iteration(dtype):
    w, a, x, y = setting(1, m=200, replicates=(2,))
    seen = {}
    plan = Plan(
        Attack.fixed(2.0, 0.5, 5),
        (0.1,) * 2,
        observe={"delta": lambda s: s.perturbation, "margin": lambda s: s.attacked_margin},
        at=(0, 1),
    )
    seen = train(w.astype(dtype), a, relu(), x, y, plan).history
    assert not seen["delta"][0].any()
    assert np.abs(seen["margin"][0]).max() < 50 * np.finfo(dtype).eps
    assert np.linalg.norm(seen["delta"][1], axis=-1).min() > 1


def test_first_iteration_is_unperturbed_if_asked_and_the_others_are_not():
    w, a, x, y = setting(2, symmetric=False)
    observe = {"delta": lambda s: s.perturbation}
    attack = Attack.fixed(1.0, 0.5, 4)
    for first in (True, False):
        plan = Plan(attack, (0.1,) * 2, first, observe, (0, 1, 2))
        delta = train(w, a, relu(), x, y, plan).history["delta"]
        assert delta[0].any() == first
        assert delta[1].any() and delta[2].any()


def test_stacked_replicates_train_as_each_does_alone():
    w, a, x, y = setting(3, replicates=(2, 2))
    plan = Plan(Attack.fixed(1.0, 0.3, 4), (0.2,) * 15, observe=OBSERVE, at=(3, 15))
    together = train(w, a, relu(), x, y, plan)
    assert together.history["robust"].shape == (2, 2, 2)
    for index in np.ndindex(2, 2):
        alone = train(w[index], a, relu(), x[index], y[index], plan)
        np.testing.assert_allclose(together.w[index], alone.w, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(
            together.history["robust"][(slice(None), *index)], alone.history["robust"], rtol=1e-10
        )


def test_history_holds_the_observables_at_the_iterations_asked_for():
    w, a, x, y = setting(4, symmetric=False)
    attack = Attack.fixed(0.5, 0.2, 4)
    plan = Plan(attack, (0.2,) * 6, observe=OBSERVE, at=(6, 2))
    history = train(w, a, relu(), x, y, plan).history
    for row, iterations in ((0, 2), (1, 6)):
        weights = train(w, a, relu(), x, y, Plan(attack, (0.2,) * iterations)).w
        margin = l2_attack(weights, a, relu(), x, y, attack).margin
        clean = y * two_layer.value(weights, a, relu(), x)
        pull = expit(-margin)
        expected = {
            "robust": np.log1p(np.exp(-margin)).mean(),
            "clean": np.log1p(np.exp(-clean)).mean(),
            "norm": np.linalg.norm(weights),
            "error": (margin <= 0).mean(),
            "ratio": pull.max() / pull.min(),
        }
        for name, value in expected.items():
            assert history[name][row] == pytest.approx(value, rel=1e-10)


def test_clean_loss_is_below_the_robust_one_and_training_drives_both_down():
    w, a, x, y = setting(5, m=20, n=10, d=200)
    plan = Plan(Attack.decaying(1.0, 8), (0.5,) * 200, observe=OBSERVE, at=(0, 10, 100, 200))
    history = train(w, a, leaky_relu(0.2), x, y, plan).history
    assert (history["clean"] <= history["robust"] + 1e-12).all()
    assert (np.diff(history["robust"]) < 0).all() and history["robust"][-1] < 0.02
    assert history["robust"][0] == pytest.approx(np.log(2))


def test_learning_rates_are_divided_after_every_period():
    rates = decaying_rates(0.1, 1001)
    assert len(rates) == 1001
    assert rates[0] == rates[499] == 0.1
    assert rates[500] == rates[999] == pytest.approx(0.01) and rates[1000] == pytest.approx(1e-3)


def test_cube_attacks_train_too():
    w, a, x, y = setting(6, symmetric=False)
    attack = Attack.fixed(0.1, 0.05, 4)
    plan = Plan(attack, (0.2,) * 3, observe={"d": lambda s: s.perturbation}, at=(2,))
    delta = train(w, a, relu(), x, y, plan, attacker=linf_attack).history["d"]
    assert np.abs(delta).max() == pytest.approx(0.1)
    assert np.isclose(np.abs(delta), 0.1).mean() > 0.5


def test_weights_given_are_not_changed():
    w, a, x, y = setting(7)
    before = w.copy()
    train(w, a, relu(), x, y, Plan(Attack.fixed(0.1, 0.05, 4), (0.2,) * 3))
    np.testing.assert_array_equal(w, before)


def test_divergence_is_an_error_that_says_where():
    w, a, x, y = setting(8, symmetric=False)
    with (
        np.errstate(all="ignore"),
        pytest.raises(FloatingPointError, match=r"iteration \d+: the learning rate is too large"),
    ):
        train(w, a, smoothed_leaky_relu(0.5), np.inf * x, y, Plan(Attack(0.0, ()), (0.1,) * 5))


def test_recording_beyond_the_last_iteration_is_refused():
    with pytest.raises(ValueError, match="0 to 3; got \\[4\\]"):
        Plan(Attack(0.0, ()), (0.1,) * 3, observe=OBSERVE, at=(1, 4))


@pytest.mark.parametrize(("replicates", "n", "m", "d"), [(1, 20, 30, 2000), (40, 10, 8, 300)])
def test_memory_forecast_covers_the_peak_without_exaggerating(replicates, n, m, d):
    w, a, x, y = setting(9, m=m, n=n, d=d, replicates=(replicates,))
    plan = Plan(Attack.fixed(1.0, 0.3, 4, keep_best=True), (0.2,) * 2)
    tracemalloc.start()
    train(w, a, relu(), x, y, plan)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    forecast = bytes_needed(replicates, n, m, d)
    assert peak <= forecast <= 3 * peak
