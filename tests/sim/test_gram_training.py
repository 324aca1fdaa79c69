import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.clusters import data as clusters
from sim.clusters import subspace
from sim.networks import _flips, gram, gram_attack, gram_training, two_layer
from sim.networks.activation import centred_sigmoid, leaky_relu, linear, relu, smoothed_leaky_relu
from sim.networks.adversarial_training import Plan, Snapshot, decaying_rates, train
from sim.networks.attack import Attack, l2_attack

seeds = st.integers(0, 2**32 - 1)
TWO_SLOPES = [relu(), relu(at_zero=1.0), leaky_relu(0.3), leaky_relu(0.2, scale=1.4), linear()]
CURVED = [smoothed_leaky_relu(0.4, 2.0), centred_sigmoid(), relu(at_zero=0.5)]
ROUTES = [(a, r) for a in TWO_SLOPES for r in ("dense", "flips")] + [(a, "dense") for a in CURVED]
routes = st.sampled_from(ROUTES)
ATTACKS = [
    Attack.fixed(1.0, 0.25, 8),
    Attack.fixed(1.0, 0.25, 8, keep_best=True),
    Attack.decaying(1.0, 8),
    Attack.fixed_point(1.0, 4),
    Attack.fixed_point(1.0, 4, keep_best=False),
    Attack(1.0, (0.3, np.inf, 0.3, 0.3)),
    Attack(1.0, (0.3, np.inf, 0.3, 0.3), keep_best=True),
    Attack(1.0, ()),
]
OBSERVE = {
    "robust": Snapshot.robust_loss,
    "clean": Snapshot.clean_loss,
    "norm": Snapshot.frobenius_norm,
    "margin": lambda s: s.attacked_margin,
}


def setting(seed, replicates=2, n=12, m=20, d=60, symmetric=True, dtype=np.float64):
    problem = subspace.sample(
        np.random.default_rng(seed),
        replicates,
        n,
        m,
        d,
        mean_norm=3.0,
        weight_deviation=0.1,
        flip=0.1,
        symmetric=symmetric,
        dtype=dtype,
    )
    return problem, two_layer.balanced_signs(m, dtype=dtype)


def relative(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


@given(seeds, routes, st.sampled_from(ATTACKS), st.booleans())
def test_one_attack_is_the_attack_in_coordinates(seed, route, attack, symmetric):
    activation, route = route
    problem, a = setting(seed, symmetric=symmetric)
    w = problem.w
    if symmetric:
        w = w * np.linspace(0.5, 1.5, 20)[:, None]
    state = gram.gram_state(problem.x, w)
    expected = l2_attack(w, a, activation, problem.x, problem.y, attack)
    found = gram_attack.gram_attack(
        state.weights, a, activation, state.inputs, problem.y, attack, route=route
    )
    np.testing.assert_allclose(found.margin, expected.margin, rtol=1e-9, atol=1e-10)
    delta = np.matmul(found.coefficients, w)
    assert (np.linalg.norm(delta, axis=-1) <= attack.radius * (1 + 1e-11)).all()
    z = two_layer.preactivation(w, problem.x + delta)
    np.testing.assert_allclose(found.shift, z - state.inputs, atol=1e-10)
    np.testing.assert_allclose(
        (found.gradient * z).sum(-1) * problem.y if activation.homogeneous else found.margin,
        found.margin,
        rtol=1e-8,
        atol=1e-9,
    )
    if not attack.keep_best:  # equal margins may be reached by several iterates
        np.testing.assert_allclose(delta, expected.perturbation, atol=1e-9)


@pytest.mark.parametrize("at_zero", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("route", ["auto", "dense"])
def test_slope_at_exactly_zero_is_the_convention_of_the_activation(at_zero, route):
    rng = np.random.default_rng(16)
    w, x = rng.standard_normal((20, 6)), rng.standard_normal((12, 6))
    w[:10, 3:] = w[10:, :3] = x[:, :3] = 0  # the first ten neurons see nothing of the inputs
    y, a = rng.choice([-1.0, 1.0], 12), rng.standard_normal(20)
    state = gram.gram_state(x, w)
    attack, activation = Attack.fixed(1.0, 0.1, 1), leaky_relu(0.2, at_zero=at_zero)
    found = gram_attack.gram_attack(
        state.weights, a, activation, state.inputs, y, attack, route=route
    )
    ascent = -y[:, None] * (a * np.where(x @ w.T > 0, 1.0, 0.2))
    ascent[:, :10] = -y[:, None] * a[:10] * (0.2 + 0.8 * at_zero)
    expected = 0.1 * ascent / np.linalg.norm(ascent @ w, axis=1, keepdims=True)
    np.testing.assert_allclose(found.coefficients, expected, rtol=1e-12)


@settings(max_examples=30)
@given(seeds, routes, st.booleans(), st.booleans())
def test_training_is_the_training_in_coordinates(seed, route, symmetric, perturb_first):
    activation, route = route
    problem, a = setting(seed, symmetric=symmetric)
    plan = Plan(
        Attack.fixed(1.0, 0.2, 8),
        decaying_rates(0.3, 40, every=20),
        perturb_first,
        OBSERVE,
        (0, 1, 20, 40),
    )
    expected = train(problem.w, a, activation, problem.x, problem.y, plan)
    state = gram.gram_state(problem.x, problem.w, problem.mean[None])
    found = gram_training.train(state, a, activation, problem.y, plan, route=route)
    final = gram.gram_state(problem.x, expected.w, problem.mean[None])
    for name in ("weights", "inputs", "data", "probes", "probe_data"):
        assert relative(getattr(found.state, name), getattr(final, name)) < 1e-10
    for name in OBSERVE:
        np.testing.assert_allclose(
            found.history[name], expected.history[name], rtol=1e-9, atol=1e-10
        )
    np.testing.assert_array_equal(found.state.weights, np.swapaxes(found.state.weights, -1, -2))


@pytest.mark.parametrize(
    ("activation", "width"),
    [(relu(), 300), (leaky_relu(0.3), 300), (smoothed_leaky_relu(0.5), 100)],
)
def test_a_hundred_iterations_in_many_dimensions_agree_to_twelve_digits(activation, width):
    rng = np.random.default_rng(1)
    d, n = 500, 20
    x, y, _ = (
        array[0] for array in clusters.Clusters(clusters.first_axis(d, 6.0), 0.1).sample(rng, 1, n)
    )
    w = two_layer.initial_weights(rng, 1, width, d, 1e-2)[0]
    a = two_layer.balanced_signs(width)
    plan = Plan(Attack.fixed(2.0, 0.3, 10), (0.1,) * 100)
    full = train(w, a, activation, x, y, plan).w
    found = gram_training.train(gram.gram_state(x, w), a, activation, y, plan).state
    expected = gram.gram_state(x, full)
    assert relative(found.weights, expected.weights) < 1e-12
    assert relative(found.inputs, expected.inputs) < 1e-12
    value = activation.value(expected.inputs) @ a
    assert relative(activation.value(found.inputs) @ a, value) < 1e-12


def test_single_precision_follows_double():
    problem, a = setting(2, replicates=1, n=20, m=300, d=2000)
    plan = Plan(Attack.fixed(1.0, 0.2, 10), (0.1,) * 60, observe=OBSERVE, at=(60,))
    double = gram_training.train(gram.gram_state(problem.x, problem.w), a, relu(), problem.y, plan)
    state = gram.gram_state(problem.x.astype(np.float32), problem.w.astype(np.float32))
    single = gram_training.train(state, a, relu(), problem.y, plan)
    assert single.state.weights.dtype == np.float32
    # A neuron within rounding of its kink may flip in one precision and not in the other.
    assert single.history["margin"] == pytest.approx(double.history["margin"], rel=1e-3)
    assert relative(single.state.weights, double.state.weights) < 1e-4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("width", "route"), [(20, "dense"), (400, "dense"), (400, "flips")])
def test_symmetric_initial_network_is_not_perturbed_at_all(dtype, width, route):
    problem, a = setting(3, n=20, m=width, d=5000, dtype=dtype)
    state = gram.gram_state(problem.x, problem.w)
    attack = Attack.fixed(2.0, 0.5, 6)
    found = gram_attack.gram_attack(
        state.weights, a, relu(), state.inputs, problem.y, attack, route=route
    )
    assert not found.coefficients.any() and not found.shift.any()
    scale = np.sqrt(two_layer.frobenius_norm(problem.w).max() * 70)
    assert np.abs(found.margin).max() < 20 * np.finfo(dtype).eps * scale
    # after one step the gradient is real and is followed
    trained = gram_training.train(
        state, a, relu(), problem.y, Plan(attack, (0.3,)), route=route
    ).state
    moved = gram_attack.gram_attack(
        trained.weights, a, relu(), trained.inputs, problem.y, attack, route=route
    )
    delta = np.einsum(
        "...is,...st,...it->...i", moved.coefficients, trained.weights, moved.coefficients
    )
    assert delta.min() > 1


def test_lengths_of_single_precision_perturbations_stay_within_the_ball():
    problem, a = setting(4, n=20, m=400, d=5000, symmetric=False, dtype=np.float32)
    state = gram.gram_state(problem.x, problem.w)
    found = gram_attack.gram_attack(
        state.weights, a, relu(), state.inputs, problem.y, Attack.fixed(2.0, 0.5, 20)
    )
    delta = found.coefficients.astype(float) @ problem.w.astype(float)
    assert np.linalg.norm(delta, axis=-1).max() <= 2 * (1 + 1e-5)


def test_basis_as_probes_gives_the_weights():
    problem, a = setting(5)
    k = problem.x.shape[-1]
    state = gram.gram_state(problem.x, problem.w, np.broadcast_to(np.eye(k), (2, k, k)))
    plan = Plan(Attack.fixed(1.0, 0.2, 8), (0.2,) * 30)
    found = gram_training.train(state, a, leaky_relu(0.2), problem.y, plan).state
    expected = train(problem.w, a, leaky_relu(0.2), problem.x, problem.y, plan).w
    assert relative(np.swapaxes(found.probes, -1, -2), expected) < 1e-11


def test_state_given_is_not_changed_and_its_norms_are_those_of_the_weights():
    problem, a = setting(6)
    state = gram.gram_state(problem.x, problem.w, problem.mean[None])
    before = state.copy()
    gram_training.train(state, a, relu(), problem.y, Plan(Attack.fixed(1.0, 0.2, 4), (0.2,) * 3))
    for name in ("weights", "inputs", "data", "probes", "probe_data"):
        np.testing.assert_array_equal(getattr(state, name), getattr(before, name))
    np.testing.assert_allclose(state.frobenius_norm(), two_layer.frobenius_norm(problem.w))
    np.testing.assert_allclose(state.spectral_norm(), two_layer.spectral_norm(problem.w))


@pytest.mark.parametrize("route", ["dense", "flips"])
def test_huge_steps_do_not_underflow(route):
    problem, a = setting(7, symmetric=False)
    state = gram.gram_state(problem.x, problem.w)
    attack = Attack.fixed(1.0, 1e4, 90)
    expected = l2_attack(problem.w, a, leaky_relu(0.5), problem.x, problem.y, attack)
    found = gram_attack.gram_attack(
        state.weights, a, leaky_relu(0.5), state.inputs, problem.y, attack, route=route
    )
    np.testing.assert_allclose(
        np.matmul(found.coefficients, problem.w), expected.perturbation, atol=1e-9
    )
    np.testing.assert_allclose(found.margin, expected.margin, rtol=1e-9)


def test_samples_in_blocks_are_the_samples_together(monkeypatch):
    problem, a = setting(8)
    state = gram.gram_state(problem.x, problem.w)
    arguments = (state.weights, a, relu(), state.inputs, problem.y, ATTACKS[1])
    together = gram_attack.gram_attack(*arguments, route="flips")
    monkeypatch.setattr(gram_attack, "_BLOCK", 5 * 20)
    for one, other in zip(
        together, gram_attack.gram_attack(*arguments, route="flips"), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-12)


def test_many_and_few_flips_are_followed_alike(monkeypatch):
    problem, a = setting(9, m=30)
    state = gram.gram_state(problem.x, problem.w)
    plan = Plan(Attack.fixed(3.0, 0.4, 10), (0.4,) * 30)
    results = []
    for verdict in (True, False):
        monkeypatch.setattr(_flips.Changes, "too_many", lambda self, size, v=verdict: v)
        results.append(
            gram_training.train(state, a, relu(), problem.y, plan, route="flips").state.weights
        )
    assert relative(*results) < 1e-11


def test_missing_kernel_is_replaced_by_the_public_product(monkeypatch):
    assert _flips._kernel() is not None
    problem, a = setting(10)
    state = gram.gram_state(problem.x, problem.w)
    plan = Plan(Attack.fixed(1.0, 0.2, 8), (0.3,) * 10)
    fast = gram_training.train(state, a, relu(), problem.y, plan, route="flips").state
    monkeypatch.setattr(_flips, "_kernel", lambda: None)
    slow = gram_training.train(state, a, relu(), problem.y, plan, route="flips").state
    assert relative(fast.weights, slow.weights) < 1e-12


@given(seeds, st.integers(1, 5), st.integers(1, 4), st.integers(0, 12))
def test_combined_rows_are_a_sparse_product(seed, rows, width, terms):
    rng = np.random.default_rng(seed)
    counts = np.bincount(rng.integers(0, rows, terms), minlength=rows)
    pointers = np.concatenate([[0], np.cumsum(counts)])
    indices, factors = rng.integers(0, 6, terms), rng.standard_normal(terms)
    dense, out = rng.standard_normal((6, width)), rng.standard_normal((rows, width))
    expected = out.copy()
    for i in range(rows):
        for k in range(pointers[i], pointers[i + 1]):
            expected[i] += factors[k] * dense[indices[k]]
    _flips.add_combined_rows(out, pointers, indices, factors, dense)
    np.testing.assert_allclose(out, expected, atol=1e-13)


def test_fresh_preactivations_have_the_law_of_fresh_points():
    problem, a = setting(11, replicates=1)
    state = gram.gram_state(problem.x, problem.w, problem.mean[None])
    plan = Plan(Attack.fixed(1.0, 0.2, 8), (0.5,) * 20)
    trained = train(problem.w, a, relu(), problem.x, problem.y, plan).w
    state = gram_training.train(state, a, relu(), problem.y, plan).state
    rng = np.random.default_rng(12)
    count = 20_000
    points = subspace.fresh_points(rng, 1, count, problem.mean, noise_deviation=0.7)
    direct = two_layer.preactivation(trained, points.x)
    cluster = rng.choice([-1.0, 1.0], (1, count))
    drawn = gram.fresh_preactivations(
        rng, state.weights, state.probes[:, 0], cluster, noise_deviation=0.7
    )
    attack = Attack.fixed(1.0, 0.2, 8)
    attacked = [
        gram_attack.gram_attack(state.weights, a, relu(), z, c, attack).margin.ravel()
        for z, c in ((direct, points.cluster), (drawn, cluster))
    ]
    clean = [
        (c * (np.maximum(z, 0) @ a)).ravel()
        for z, c in ((direct, points.cluster), (drawn, cluster))
    ]
    mixed = [
        (c[..., None] * z)[0, :, 0] + z[0, :, 5]
        for z, c in ((direct, points.cluster), (drawn, cluster))
    ]
    for one, other in (attacked, clean, mixed):
        assert stats.ks_2samp(one, other).pvalue > 1e-7  # three tests
    # power: the wrong noise is noticed
    wrong = gram.fresh_preactivations(
        rng, state.weights, state.probes[:, 0], cluster, noise_deviation=0.85
    )
    wrong = (cluster * (np.maximum(wrong, 0) @ a)).ravel()
    assert stats.ks_2samp(clean[0], wrong).pvalue < 1e-7


def test_root_of_a_singular_matrix_is_a_root():
    w = np.random.default_rng(1).standard_normal((2, 12, 5))
    matrix = w @ np.swapaxes(w, -1, -2)
    root = gram.matrix_root(matrix)
    np.testing.assert_allclose(root @ root, matrix, atol=1e-12)
    np.testing.assert_allclose(root, np.swapaxes(root, -1, -2), atol=1e-13)
    assert gram.matrix_root(matrix.astype(np.float32)).dtype == np.float32


def test_divergence_is_an_error_that_says_where():
    problem, a = setting(13)
    with np.errstate(all="ignore"):
        state = gram.gram_state(1e200 * problem.x, 1e200 * problem.w)
    with (
        np.errstate(all="ignore"),
        pytest.raises(FloatingPointError, match=r"iteration \d+: the learning rate is too large"),
    ):
        gram_training.train(
            state, a, smoothed_leaky_relu(0.5), problem.y, Plan(Attack(0.0, ()), (0.1,) * 5)
        )


def test_wrong_routes_are_refused():
    problem, a = setting(14)
    state = gram.gram_state(problem.x, problem.w)
    for activation, route, message in (
        (relu(), "fast", "'auto', 'dense' or 'flips'; got 'fast'"),
        (smoothed_leaky_relu(0.5), "flips", "needs an activation with two slopes"),
    ):
        with pytest.raises(ValueError, match=message):
            gram_attack.gram_attack(
                state.weights, a, activation, state.inputs, problem.y, ATTACKS[0], route=route
            )


@pytest.mark.parametrize(
    ("replicates", "n", "m", "route"),
    [(1, 50, 600, "auto"), (50, 10, 8, "auto"), (1, 100, 300, "auto"), (4, 10, 200, "dense")],
)
def test_memory_forecast_covers_the_peak_without_exaggerating(replicates, n, m, route):
    problem, a = setting(15, replicates=replicates, n=n, m=m, d=10**6)
    state = gram.gram_state(problem.x, problem.w, problem.mean[None])
    plan = Plan(Attack.fixed(1.0, 0.3, 6), (0.2,) * 3)
    tracemalloc.start()
    gram_training.train(state, a, relu(), problem.y, plan, route=route)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    forecast = gram_training.bytes_needed(replicates, n, m, 1)
    assert peak <= forecast <= 4 * peak
