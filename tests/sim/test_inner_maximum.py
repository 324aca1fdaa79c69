import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.certificates import (
    _folded_line,
    _multi_start_ascent,
    _quadratic_majorant,
    _sign_splitting,
    _spectral,
)
from sim.certificates._ball_problem import ball_problem
from sim.certificates._bracketing import CERTIFICATES
from sim.certificates.inner_maximum import (
    Effort,
    inner_maximum,
    inner_minimum,
    robust_error_bracket,
    robust_margin,
)
from sim.networks.activation import (
    Activation,
    centred_sigmoid,
    leaky_relu,
    linear,
    relu,
    smoothed_leaky_relu,
)

SEEDS = st.integers(0, 2**32 - 1)
ACTIVATIONS = [
    relu(),
    leaky_relu(0.3, scale=2.0),
    linear(),
    smoothed_leaky_relu(0.2),
    smoothed_leaky_relu(0.5, 10.0),
    centred_sigmoid(),
]
FOLDED = ACTIVATIONS[:-1]
EXACT = Effort(certificates=CERTIFICATES, relative_gap=1e-3)
named = pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda phi: phi.name)
named_folded = pytest.mark.parametrize("activation", FOLDED, ids=lambda phi: phi.name)


def network(rng, m, d, n=1):
    """Weights, output weights and points of random scales."""
    w = rng.standard_normal((m, d)) * np.exp(rng.uniform(-1, 1, (m, 1)))
    return w, rng.standard_normal(m) / np.sqrt(m), rng.standard_normal((n, d))


def value(w, a, activation, x):
    return activation.value(x @ w.T) @ a


def disc(radius, rings=60, rays=720):
    """Places of a disc, and an upper bound of the distance to the nearest."""
    size, angle = np.meshgrid(
        radius * np.linspace(0, 1, rings + 1), 2 * np.pi * np.arange(rays) / rays
    )
    places = np.stack([size * np.cos(angle), size * np.sin(angle)], axis=-1).reshape(-1, 2)
    return places, radius * (0.5 / rings + np.pi / rays)


@named
@settings(max_examples=9)
@given(seed=SEEDS, radius=st.sampled_from([0.05, 0.5, 3.0]))
def test_certificates_exceed_brute_force_and_attacks_reach_it(activation, seed, radius):
    rng = np.random.default_rng(seed)
    w, a, x = network(rng, int(rng.integers(1, 25)), 2)
    places, distance = disc(radius)
    values = value(w, a, activation, x[0] + places)
    steepest = activation.upper * np.abs(a) @ np.linalg.norm(w, axis=1)
    for certificate in CERTIFICATES:
        if certificate != "spectral" and not activation.convex:
            continue
        effort = Effort(certificates=(certificate,))
        for find, brute, side in (
            (inner_maximum, values.max(), 1),
            (inner_minimum, values.min(), -1),
        ):
            found = find(w, a, activation, x, radius, rng=rng, effort=effort)
            certified, attained = (found.upper, found.lower)[::side]
            assert side * (certified[0] - brute) >= 0
            # The attack does as well as the grid, up to what a coarse grid may be lucky to find.
            assert side * (attained[0] - brute) >= -0.02 * np.ptp(values) - steepest * 1e-12
            assert side * (brute - attained[0]) >= -steepest * distance
            assert (found.upper_method, found.lower_method)[::side][0] == certificate


@named
def test_perturbation_lies_in_the_ball_and_attains_the_stated_end(activation):
    rng = np.random.default_rng(0)
    for m, d in ((40, 7), (5, 30)):
        w, a, x = network(rng, m, d, 6)
        y = np.array([1, -1, 1, -1, 1, -1.0])
        found = robust_margin(w, a, activation, x, y, 0.7, rng=rng)
        assert (np.linalg.norm(found.perturbation, axis=1) <= 0.7 * (1 + 1e-15)).all()
        attained = y * value(w, a, activation, x + found.perturbation)
        np.testing.assert_allclose(attained, found.upper, rtol=0, atol=1e-10)
        assert (attained <= found.upper).all()
        assert (found.lower <= found.upper).all()
        np.testing.assert_allclose(found.centre, y * value(w, a, activation, x), atol=1e-13)


@named_folded
def test_tangent_and_chord_are_exact_where_no_neuron_changes_sign(activation):
    rng = np.random.default_rng(1)
    w, a, x = network(rng, 30, 8, 5)
    far = 3.0  # beyond the fold and its rounding on either side
    radius = 0.5
    w *= (far + radius) / np.abs(x @ w.T).min()
    # Now |<w, x>| >= far + radius for every neuron; make the ball small for the steepest of them.
    radius /= np.linalg.norm(w, axis=1).max()
    found = inner_maximum(
        w, a, activation, x, radius, rng=rng, effort=Effort(certificates=("tangent-chord",))
    )
    gradient = (activation.slope(x @ w.T) * a) @ w
    exact = value(w, a, activation, x) + radius * np.linalg.norm(gradient, axis=1)
    np.testing.assert_allclose(found.upper, exact, rtol=1e-10)
    assert (found.relative_gap < 1e-6).all()


@named_folded
def test_a_linear_stretch_is_exact_for_the_quadratic_bound_too(activation):
    rng = np.random.default_rng(2)
    w, a, x = network(rng, 20, 6)
    w *= 4 / np.abs(x @ w.T).min()
    radius = 0.5 / np.linalg.norm(w, axis=1).max()
    found = inner_maximum(
        w,
        a,
        activation,
        x,
        radius,
        rng=rng,
        effort=Effort(certificates=("quadratic",), relative_gap=0.0),
    )
    assert (found.relative_gap < 1e-6).all()


@named_folded
@given(seed=SEEDS, smoothing=st.sampled_from([1e-3, 0.05, 0.5]))
def test_every_choice_of_parabolas_lies_above_the_network(activation, seed, smoothing):
    rng = np.random.default_rng(seed)
    w, a, x = network(rng, 12, 3)
    problem = ball_problem(w, a, activation, x, 1.3, rng.choice([-1.0, 1.0]))
    line = _folded_line.recognise(activation)
    net = _quadratic_majorant.fold_network(problem, 0, line)
    place = rng.standard_normal((3, 3))
    _, _, chosen = _quadratic_majorant.relaxation(net, place / np.linalg.norm(place), smoothing)
    q, b, constant, _ = _quadratic_majorant.quadratic_form(net, chosen)
    u = rng.standard_normal((300, 3))
    u /= np.maximum(1, np.linalg.norm(u, axis=1, keepdims=True))
    above = constant + u @ b + np.einsum("ij,jk,ik->i", u, q, u) + net.slack
    assert (above - problem.value(u[:, None, :])[:, 0] >= -1e-11 * (1 + np.abs(above))).all()


@named_folded
@given(seed=SEEDS)
def test_relaxation_has_the_right_gradient_and_weak_duality(activation, seed):
    rng = np.random.default_rng(seed)
    w, a, x = network(rng, 9, 4)
    problem = ball_problem(w, a, activation, x, 0.9)
    line = _folded_line.recognise(activation)
    net = _quadratic_majorant.fold_network(problem, 0, line)
    place = rng.standard_normal((4, 3)) * 0.2
    _, gradient, _ = _quadratic_majorant.relaxation(net, place, 0.1)
    direction = rng.standard_normal(place.shape)
    step = 1e-6
    values = [
        _quadratic_majorant.relaxation(net, place + s * step * direction, 0.1)[0] for s in (1, -1)
    ]
    scale = np.abs(net.weight) @ net.reach + np.linalg.norm(net.gradient)
    assert (values[0] - values[1]) / (2 * step) == pytest.approx(
        (gradient * direction).sum(), abs=1e-4 * scale * np.linalg.norm(direction)
    )
    # Without smoothing and without spread the relaxation is the network itself.
    u = rng.standard_normal(4)
    u /= 2 * np.linalg.norm(u)
    alone = _quadratic_majorant.relaxation(net, np.stack([u, 0 * u], axis=1), 1e-9)[0]
    assert alone == pytest.approx(float(problem.value(u[None])[0]), abs=1e-6 * (1 + scale))
    # The mean of any parabolas over a law with these moments is at least its relaxed value.
    _, _, other = _quadratic_majorant.relaxation(net, rng.standard_normal((4, 2)) / 3, 0.2)
    q, b, constant, _ = _quadratic_majorant.quadratic_form(net, other)
    place /= np.linalg.norm(place)
    relaxed, _, _ = _quadratic_majorant.relaxation(net, place, 1e-9)
    assert relaxed <= constant + b @ place[:, 0] + (place * (q @ place)).sum() + 1e-6 * (1 + scale)


@pytest.mark.parametrize("activation", [relu(), leaky_relu(0.2)], ids=lambda phi: phi.name)
@given(seed=SEEDS, factor=st.sampled_from([1e-3, 7.0, 1e4]))
@settings(max_examples=8)
def test_scaling_the_weights_or_the_inputs_scales_the_bounds(activation, seed, factor):
    rng = np.random.default_rng(seed)
    w, a, x = network(rng, 15, 4, 2)
    base = inner_maximum(w, a, activation, x, 0.8, rng=np.random.default_rng(1))
    for other in (
        inner_maximum(factor * w, a, activation, x, 0.8, rng=np.random.default_rng(1)),
        inner_maximum(w, factor * a, activation, x, 0.8, rng=np.random.default_rng(1)),
        inner_maximum(w, a, activation, factor * x, factor * 0.8, rng=np.random.default_rng(1)),
    ):
        change = base.lower - base.centre
        np.testing.assert_allclose(other.lower / factor, base.lower, atol=1e-9 * change.max())
        # The quadratic bound stops when it is good enough, at slightly different places.
        assert (np.abs(other.upper / factor - base.upper) <= 0.03 * change + 1e-9).all()


@given(seed=SEEDS)
@settings(max_examples=15)
def test_rotations_and_the_order_of_neurons_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    w, a, x = network(rng, 15, 4, 2)
    rotation = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    order = rng.permutation(15)
    effort = Effort(starts=1, certificates=("spectral", "tangent-chord"))
    base = inner_maximum(w, a, relu(), x, 0.8, rng=rng, effort=effort)
    turned = inner_maximum(w @ rotation, a, relu(), x @ rotation, 0.8, rng=rng, effort=effort)
    sorted_ = inner_maximum(w[order], a[order], relu(), x, 0.8, rng=rng, effort=effort)
    best = inner_maximum(w @ rotation, a, relu(), x @ rotation, 0.8, rng=rng)
    for other in (turned, sorted_):
        np.testing.assert_allclose(other.lower, base.lower, rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(other.upper, base.upper, rtol=1e-8, atol=1e-9)
    # The random starts of the full effort are not rotated, but its bounds must be compatible.
    full = inner_maximum(w, a, relu(), x, 0.8, rng=rng)
    assert (full.lower <= best.upper).all() and (best.lower <= full.upper).all()


@named
def test_the_minimum_is_the_mirrored_maximum(activation):
    w, a, x = network(np.random.default_rng(5), 12, 5, 4)
    low = inner_minimum(w, a, activation, x, 0.6, rng=np.random.default_rng(1))
    high = inner_maximum(w, -a, activation, x, 0.6, rng=np.random.default_rng(1))
    np.testing.assert_allclose(low.lower, -high.upper, rtol=1e-9)
    np.testing.assert_allclose(low.upper, -high.lower, rtol=1e-9)
    positive = robust_margin(w, a, activation, x, np.ones(4), 0.6, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(positive.lower, low.lower)
    np.testing.assert_array_equal(positive.upper, low.upper)


def test_a_larger_ball_has_no_smaller_maximum():
    rng = np.random.default_rng(6)
    w, a, x = network(rng, 60, 10, 3)
    found = [inner_maximum(w, a, relu(), x, r, rng=rng) for r in (0.0, 0.1, 0.2, 0.4, 0.8)]
    for small, large in itertools.pairwise(found):
        assert (small.lower <= large.upper).all()
        assert (small.upper <= large.upper + 1e-12).all()
    np.testing.assert_allclose(found[0].upper, found[0].centre, atol=1e-11)
    assert not found[0].perturbation.any()


def test_more_inputs_than_neurons_are_handled_in_the_row_space():
    rng = np.random.default_rng(7)
    w, a, x = network(rng, 8, 5, 3)
    basis = np.linalg.qr(rng.standard_normal((200, 5)))[0]
    outside = rng.standard_normal((3, 200)) * 0.1
    outside -= outside @ basis @ basis.T
    effort = Effort(starts=1, certificates=("spectral", "tangent-chord"))
    small = inner_maximum(w, a, relu(), x, 0.8, rng=rng, effort=effort)
    wide = inner_maximum(w @ basis.T, a, relu(), x @ basis.T + outside, 0.8, rng=rng, effort=effort)
    np.testing.assert_allclose(wide.upper, small.upper, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(wide.lower, small.lower, rtol=1e-9, atol=1e-10)
    assert np.abs(wide.perturbation @ basis @ basis.T - wide.perturbation).max() < 1e-12


def test_symmetric_weights_leave_the_points_where_they_are():
    rng = np.random.default_rng(8)
    w, _, x = network(rng, 10, 6, 3)
    w, a = np.concatenate([w, w]), np.repeat([1.0, -1.0], 10) / 3
    problem = ball_problem(w, a, relu(), x, 0.5)
    values, places = _multi_start_ascent.ascend(problem, np.zeros((1, 3, 6)))
    assert not places.any()
    assert np.abs(values).max() < 1e-14
    # An output of exactly zero is an error for both labels, but no computed zero is exact.
    found = robust_error_bracket(w, a, relu(), x, np.ones(3), 0.5, rng=rng)
    assert (found.lower, found.upper) == (0.0, 1.0)


@given(seed=SEEDS, radius=st.sampled_from([0.05, 0.2, 0.6]))
@settings(max_examples=10)
def test_robust_error_bracket_contains_the_brute_force_error(seed, radius):
    rng = np.random.default_rng(seed)
    w, a, x = network(rng, 20, 2, 40)
    y = np.where(rng.random(40) < 0.1, -1, 1) * np.sign(value(w, a, relu(), x))
    places, distance = disc(radius, 30, 180)
    worst = (y[:, None] * value(w, a, relu(), x[:, None] + places)).min(axis=1)
    found = robust_error_bracket(w, a, relu(), x, y, radius, rng=rng)
    steepest = np.abs(a) @ np.linalg.norm(w, axis=1)
    assert (worst[found.certified] > 0).all()
    assert (worst[found.attackable] <= steepest * distance).all()
    attacked = y * value(w, a, relu(), x + found.perturbation)
    assert (attacked[found.attackable] <= 1e-14).all()
    assert found.lower == found.attackable.mean()
    assert found.upper == pytest.approx(1 - found.certified.mean())
    # The grid may miss an error by its fineness, so it bounds the share from below.
    assert (worst <= 0).mean() <= found.upper + 1e-12
    exact = robust_error_bracket(w, a, relu(), x, y, radius, rng=rng, effort=EXACT)
    assert found.lower <= exact.upper + 1e-12 and exact.lower <= found.upper + 1e-12
    assert exact.upper - exact.lower <= 0.026  # one point, on the edge


def gap_of_splitting_signs(seed):
    """Relative gap on a network of twelve neurons in six dimensions."""
    rng = np.random.default_rng(seed)
    w, a, x = network(rng, 12, 6)
    return inner_maximum(w, a, relu(), x, 2.0, rng=rng, effort=EXACT).relative_gap[0]


# With 43 and 82 much is left to a concave piece, whose fold must not be rounded.
@pytest.mark.parametrize("seed", [*range(2, 10), 43, 82])
def test_splitting_signs_closes_the_bracket(seed):
    assert gap_of_splitting_signs(seed) <= 1.01e-3


@pytest.mark.parametrize("activation", FOLDED, ids=lambda phi: phi.name)
@settings(max_examples=8)
@given(seed=SEEDS, radius=st.sampled_from([0.3, 2.0]))
def test_branch_and_bound_closes_the_bracket_on_the_brute_force_maximum(activation, seed, radius):
    rng = np.random.default_rng(seed)
    w, a, x = network(rng, 12, 2)
    places, distance = disc(radius)
    brute = value(w, a, activation, x[0] + places).max()
    steepest = activation.upper * np.abs(a) @ np.linalg.norm(w, axis=1)
    found = inner_maximum(w, a, activation, x, radius, rng=rng, effort=EXACT)
    assert found.relative_gap[0] <= 1.01e-3
    assert brute - 1e-12 <= found.upper[0]
    assert found.lower[0] <= brute + steepest * distance
    if activation in FOLDED[:3]:
        # The same network in more dimensions is solved by splitting signs, not boxes.
        basis = np.linalg.qr(rng.standard_normal((6, 2)))[0]
        other = inner_maximum(
            w @ basis.T, a, activation, x @ basis.T, radius, rng=rng, effort=EXACT
        )
        assert other.relative_gap[0] <= 1.01e-3
        assert other.lower[0] <= found.upper[0] and found.lower[0] <= other.upper[0]


def test_branch_and_bound_stops_at_its_nodes_with_a_valid_bracket():
    rng = np.random.default_rng(13)
    for d in (3, 8):
        w, a, x = network(rng, 60, d)
        one = Effort(certificates=("branch-and-bound",), relative_gap=1e-9, nodes=1)
        few = inner_maximum(w, a, relu(), x, 2.0, rng=rng, effort=one)
        many = inner_maximum(w, a, relu(), x, 2.0, rng=rng, effort=EXACT)
        assert few.upper_method == "branch-and-bound"
        assert np.isfinite(few.upper).all() and (few.upper >= many.lower).all()
        assert (many.upper <= few.upper).all()


def test_a_ball_around_the_origin_holds_a_tie_whatever_the_rounding():
    rng = np.random.default_rng(14)
    w, a = rng.standard_normal((20, 3)), np.full(20, 0.1)  # positive everywhere else
    x = np.array([[0.1, 0.2, 0.2], [3.0, 0.0, 0.0]])
    found = robust_error_bracket(w, a, relu(), x, np.ones(2), 0.5, rng=rng)
    np.testing.assert_array_equal(found.attackable, [True, False])
    np.testing.assert_array_equal(found.certified, [False, True])
    np.testing.assert_array_equal(found.perturbation[0], -x[0])


def test_quadratic_bound_is_close_where_linear_ones_are_hopeless():
    # Guards the quality of the parabolas: every neuron may change sign on this ball.
    rng = np.random.default_rng(9)
    m, d = 300, 50
    w = rng.standard_normal((m, d))
    a = rng.choice([-1.0, 1.0], m) / np.sqrt(m)
    x = rng.standard_normal((2, d))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    radius = 5 / np.sqrt(d)
    quadratic = inner_maximum(w, a, relu(), x, radius, rng=rng)
    affine = inner_maximum(
        w, a, relu(), x, radius, rng=rng, effort=Effort(certificates=("tangent-chord",))
    )
    assert (quadratic.relative_gap < 0.2).all()
    assert (quadratic.upper_method == "quadratic").all()
    assert (affine.relative_gap > 3).all()
    assert (quadratic.lower <= affine.upper).all()


def test_points_do_not_influence_one_another(monkeypatch):
    rng = np.random.default_rng(15)
    w, a, x = network(rng, 10, 4, 7)
    effort = Effort(starts=1, certificates=CERTIFICATES[:2])
    together = inner_maximum(w, a, relu(), x, 0.8, rng=rng, effort=effort)
    monkeypatch.setattr("sim.certificates._bracketing.BLOCK", 20)
    monkeypatch.setattr("sim.certificates._multi_start_ascent.BLOCK", 20)
    blocks = inner_maximum(w, a, relu(), x, 0.8, rng=rng, effort=effort)
    for i in range(7):
        alone = inner_maximum(w, a, relu(), x[[i]], 0.8, rng=rng, effort=effort)
        for other, j in ((blocks, i), (alone, 0)):
            assert other.upper[j] == pytest.approx(together.upper[i], abs=1e-12)
            assert other.lower[j] == pytest.approx(together.lower[i], abs=1e-12)


@named
@settings(max_examples=20)
@given(seed=SEEDS)
def test_extreme_scales_and_idle_neurons_still_give_a_valid_bracket(activation, seed):
    rng = np.random.default_rng(seed)
    m, d = rng.choice([1, 2, 12]), rng.choice([1, 3, 6])
    w, a, x = network(rng, m, d, 2)
    w *= 10 ** rng.uniform(-8, 8) * 10 ** (rng.uniform(-4, 4, (m, 1)) * rng.integers(0, 2))
    a *= 10 ** rng.uniform(-8, 8)
    w[0] *= rng.integers(0, 2)
    a[-1] *= rng.integers(0, 2)
    radius = float(np.linalg.norm(x[0])) * 10.0 ** rng.choice([-12, -3, 0, 3])
    effort = Effort(starts=3, steps=20, certificates=CERTIFICATES, nodes=5)
    found = inner_maximum(w, a, activation, x, radius, rng=rng, effort=effort)
    assert (found.lower <= found.upper).all() and np.isfinite(found.upper).all()
    assert (np.linalg.norm(found.perturbation, axis=1) <= radius * (1 + 1e-15)).all()
    attained = value(w, a, activation, x + found.perturbation)
    assert (attained <= found.upper).all()
    assert (found.lower <= attained).all()


def test_largest_singular_value_is_bounded_from_above_and_tightly():
    rng = np.random.default_rng(10)
    for shape in ((30, 7), (7, 30), (1, 5)):
        matrix = rng.standard_normal(shape)
        exact = np.linalg.svd(matrix, compute_uv=False)[0]
        assert exact <= _spectral.largest_singular_value(matrix) <= exact * (1 + 1e-10)


def test_an_activation_that_is_not_what_it_says_is_reported_instead_of_bounded():
    liar = Activation(
        "steep",
        lambda z: 9 * np.abs(z),
        lambda z: 9 * np.sign(z),
        -1.0,
        1.0,
        homogeneous=False,
        convex=False,
    )
    w, a, x = network(np.random.default_rng(11), 5, 3)
    with pytest.raises(ArithmeticError, match="certificate lies below"):
        inner_maximum(w, np.abs(a), liar, x, 1.0, rng=np.random.default_rng(0))


def test_wrong_arguments_are_named():
    rng = np.random.default_rng(12)
    w, a, x = network(rng, 5, 3)
    with pytest.raises(ValueError, match=r"expected hidden weights \(m, d\)"):
        inner_maximum(w, a[:-1], relu(), x, 1.0, rng=rng)
    with pytest.raises(ValueError, match="the points must be finite"):
        inner_maximum(w, a, relu(), x * np.nan, 1.0, rng=rng)
    with pytest.raises(ValueError, match="radius"):
        inner_maximum(w, a, relu(), x, -1.0, rng=rng)
    with pytest.raises(ValueError, match="at least one point"):
        inner_maximum(w, a, relu(), x[:0], 1.0, rng=rng)
    with pytest.raises(ValueError, match="labels"):
        robust_margin(w, a, relu(), x, [2.0], 1.0, rng=rng)
    with pytest.raises(ValueError, match="'crown'"):
        Effort(certificates=("crown",))
    with pytest.raises(ValueError, match="starts >= 1"):
        Effort(starts=0)
    with pytest.raises(ValueError, match="no certificate asked for applies"):
        inner_maximum(
            w, a, centred_sigmoid(), x, 1.0, rng=rng, effort=Effort(certificates=CERTIFICATES[1:])
        )


@given(seed=SEEDS, scale=st.sampled_from([0.2, 1.0, 5.0]))
def test_a_concave_piece_lies_between_its_bound_and_the_place_that_is_given(seed, scale):
    rng = np.random.default_rng(seed)
    m, d = int(rng.integers(1, 9)), int(rng.integers(1, 5))
    w, z = rng.standard_normal((m, d)), scale * rng.standard_normal(m)
    net = _quadratic_majorant.FoldedNetwork(
        w=w,
        z=z,
        reach=np.linalg.norm(w, axis=1),
        weight=-rng.random(m),
        added=0,
        constant=0.3,
        gradient=rng.standard_normal(d),
        rho=0.0,
        slack=0.0,
    )

    def value(u):
        return net.constant + u @ net.gradient + np.abs(z + u @ w.T) @ net.weight

    bound, place = _sign_splitting.concave_maximum(net)
    assert np.linalg.norm(place) <= 1 + 1e-12
    assert value(place) <= bound <= value(place) + 1e-6
    u = rng.standard_normal((2000, d))
    assert value(u / np.maximum(1, np.linalg.norm(u, axis=1, keepdims=True))).max() <= bound
