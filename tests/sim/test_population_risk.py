"""Population risk by quadrature and its general minimiser."""

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import erfcx, k0e, k1e

from sim.linear._risk_newton import SpreadAndNorm
from sim.linear.population_risk import (
    half_normal_rule,
    minimise_risk,
    minimise_risks,
    robust_risk_by_quadrature,
)

SEEDS = st.integers(0, 2**32 - 1)
ATTACKS = st.sampled_from(["l2", "linf"])
MEAN_ABSOLUTE = np.sqrt(2 / np.pi)


def draw(seed, d):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((d, d))
    covariance = root @ root.T + 0.1 * np.eye(d)
    return rng.standard_normal(d), rng.standard_normal(d), covariance, rng


def spread_of(theta, theta_0, covariance, sigma):
    return np.sqrt((theta - theta_0) @ covariance @ (theta - theta_0) + sigma**2)


@given(SEEDS, st.integers(1, 6), ATTACKS, st.floats(0, 3), st.floats(0, 2))
def test_risk_of_the_full_attack_is_the_closed_form(seed, d, attack, radius, sigma):
    theta, theta_0, covariance, _ = draw(seed, d)
    q = spread_of(theta, theta_0, covariance, sigma)
    b = np.linalg.norm(theta) if attack == "l2" else np.abs(theta).sum()
    expected = q**2 + radius**2 * b**2 + 2 * radius * MEAN_ABSOLUTE * b * q
    found = robust_risk_by_quadrature(theta, theta_0, covariance, sigma, radius, attack=attack)
    assert found == pytest.approx(expected, rel=1e-12)


@given(SEEDS, st.integers(1, 5), st.floats(0.01, 3), st.floats(-9, 3))
def test_smoothed_euclidean_risk_is_its_bessel_form(seed, d, radius, log_smoothing):
    theta, theta_0, covariance, _ = draw(seed, d)
    smoothing = 10.0**log_smoothing
    q, b = spread_of(theta, theta_0, covariance, 0.5), np.linalg.norm(theta)
    a = smoothing / (2 * q * b)
    cross = a * a / (2 * np.sqrt(2 * np.pi)) * (k1e(a * a / 4) - k0e(a * a / 4))
    if a > 30:  # the Bessel difference cancels
        return
    square = 1 - np.sqrt(np.pi / 2) * a * erfcx(a / np.sqrt(2))
    expected = q**2 + 2 * radius * q * b * cross + radius**2 * b**2 * square
    found = robust_risk_by_quadrature(theta, theta_0, covariance, 0.5, radius, smoothing=smoothing)
    assert found == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("smoothing", [1e-3, 0.2, 5.0])
def test_smoothed_coordinatewise_risk_is_an_adaptive_integral(smoothing):
    theta, theta_0 = np.array([0.5, -0.02, 1.5]), np.array([1.0, 0.3, 0.0])
    q = float(spread_of(theta, theta_0, np.eye(3), 0.7))

    def attacked(z):
        r = q * z
        gradient = [2 * r * abs(t) for t in theta]
        shift = sum(
            0.4 * abs(t) * g / (g + smoothing) for t, g in zip(theta, gradient, strict=True)
        )
        return mpmath.npdf(z) * 2 * (r + shift) ** 2

    oracle = mpmath.quad(attacked, [0, 1e-4, 1e-3, 1e-2, 0.1, 0.5, 1, 2, 4, 8, 14])
    found = robust_risk_by_quadrature(
        theta, theta_0, np.eye(3), 0.7, 0.4, attack="linf", smoothing=smoothing
    )
    assert found == pytest.approx(float(oracle), rel=1e-11)


@pytest.mark.parametrize("attack", ["l2", "linf"])
@pytest.mark.parametrize("smoothing", [0.0, 0.8])
def test_risk_is_the_mean_over_attacked_samples(attack, smoothing):
    theta, theta_0, covariance, rng = draw(3, 4)
    n, radius, sigma = 200_000, 0.6, 0.5
    x = rng.multivariate_normal(np.zeros(4), covariance, n)
    y = x @ theta_0 + sigma * rng.standard_normal(n)
    # The loss's gradient in the input, and the perturbation that maximises it, sample by sample.
    gradient = 2 * (x @ theta - y)[:, None] * theta
    length = np.linalg.norm(gradient, axis=1, keepdims=True)
    if attack == "l2":
        delta = radius * gradient / length * length / np.hypot(length, smoothing)
    else:
        delta = radius * np.sign(gradient) * np.abs(gradient) / (np.abs(gradient) + smoothing)
    loss = ((x + delta) @ theta - y) ** 2
    found = robust_risk_by_quadrature(
        theta, theta_0, covariance, sigma, radius, attack=attack, smoothing=smoothing
    )
    # z test with alpha = 6e-7.
    assert abs(loss.mean() - found) < 5 * loss.std() / np.sqrt(n)


@given(SEEDS, st.integers(1, 5), ATTACKS, st.sampled_from([0.0, 0.3]))
def test_risk_grows_with_the_radius_and_falls_with_smoothing(seed, d, attack, smoothing):
    theta, theta_0, covariance, _ = draw(seed, d)

    def risk(radius, constant):
        return float(
            robust_risk_by_quadrature(
                theta, theta_0, covariance, 0.3, radius, attack=attack, smoothing=constant
            )
        )

    values = [risk(radius, smoothing) for radius in (0, 0.1, 1, 3)]
    assert values[0] == pytest.approx(spread_of(theta, theta_0, covariance, 0.3) ** 2, rel=1e-12)
    assert (np.diff(values) > 0).all()
    assert risk(1, 0.0) > risk(1, 0.1) > risk(1, 1.0)
    assert risk(1, 1e-10) == pytest.approx(risk(1, 0.0), rel=1e-7)


@given(SEEDS, st.integers(1, 5), st.floats(0.1, 10))
def test_risk_scales_with_responses_and_inputs(seed, d, k):
    theta, theta_0, covariance, _ = draw(seed, d)
    base = robust_risk_by_quadrature(theta, theta_0, covariance, 0.3, 0.7, smoothing=0.2)
    responses = robust_risk_by_quadrature(
        k * theta, k * theta_0, covariance, 0.3 * k, 0.7, smoothing=0.2 * k**2
    )
    assert responses == pytest.approx(k**2 * base, rel=1e-11)
    # x -> k x with radius -> k radius; the loss's gradient in the input shrinks by k.
    inputs = robust_risk_by_quadrature(
        theta / k, theta_0 / k, k**2 * covariance, 0.3, 0.7 * k, smoothing=0.2 / k
    )
    assert inputs == pytest.approx(base, rel=1e-11)


def test_stacks_zero_coefficients_and_the_kinks():
    theta_0, covariance = np.array([1.0, 2.0]), np.eye(2)
    stack = np.array([[[0.0, 0.0], [1.0, 2.0]], [[0.5, 0.5], [3.0, -1.0]]])
    risks = robust_risk_by_quadrature(stack, theta_0, covariance, 0.0, 0.5)
    assert risks.shape == (2, 2)
    assert risks[0, 0] == pytest.approx(5.0, rel=1e-12)  # no coefficient, nothing to attack
    assert risks[0, 1] == pytest.approx(0.25 * 5.0, rel=1e-12)  # residual zero, full attack
    for attack in ("l2", "linf"):
        smoothed = robust_risk_by_quadrature(
            theta_0, theta_0, covariance, 0.0, 0.5, attack=attack, smoothing=0.1
        )
        assert smoothed == 0  # where the residual vanishes so does the smoothed attack


@given(st.floats(-12, 1))
def test_rule_integrates_the_half_normal_law(log_finest):
    nodes, weights = half_normal_rule(10.0**log_finest)
    assert weights.sum() == pytest.approx(1, rel=1e-13)
    assert weights @ nodes == pytest.approx(MEAN_ABSOLUTE, rel=1e-13)
    assert weights @ nodes**2 == pytest.approx(1, rel=1e-13)


@settings(max_examples=30)
@given(SEEDS, st.integers(1, 5), ATTACKS, st.sampled_from([0.02, 0.3, 0.8]), st.floats(0.05, 2))
def test_minimiser_is_not_beaten_and_knows_its_error(seed, d, attack, share, sigma):
    _, theta_0, covariance, rng = draw(seed, d)
    pull = covariance @ theta_0
    top = np.linalg.norm(pull) if attack == "l2" else np.abs(pull).max()
    scale = np.sqrt(theta_0 @ pull + sigma**2)
    radius = share * top / scale / MEAN_ABSOLUTE
    found = minimise_risk(theta_0, covariance, sigma, radius, attack=attack)
    assert found.error <= 1e-9 * scale
    steps = 10.0 ** rng.uniform(-7, 0, (100, 1)) * rng.standard_normal((100, d))
    steps[:50] *= rng.random((50, d)) < 0.4
    nearby = robust_risk_by_quadrature(
        found.theta + steps, theta_0, covariance, sigma, radius, attack=attack
    )
    assert nearby.min() >= found.risk * (1 - 1e-13)


@pytest.mark.parametrize("attack", ["l2", "linf"])
@pytest.mark.parametrize("seed", range(4))
def test_minimiser_agrees_with_a_general_solver(attack, seed):
    _, theta_0, covariance, _ = draw(seed, 3)
    radius = 0.3
    # theta = plus - minus, both at least zero: smooth also for the sum of absolute values.
    signs = np.hstack([np.eye(3), -np.eye(3)])

    def risk(split):
        theta = signs @ split
        size = np.linalg.norm(theta) if attack == "l2" else split.sum()
        q = spread_of(theta, theta_0, covariance, 0.4)
        return q * q + 2 * MEAN_ABSOLUTE * radius * q * size + (radius * size) ** 2

    oracle = minimize(
        risk,
        np.full(6, 0.2),
        bounds=[(0, None)] * 6,
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    found = minimise_risk(theta_0, covariance, 0.4, radius, attack=attack)
    assert found.risk <= oracle.fun * (1 + 1e-12)
    assert found.risk == pytest.approx(oracle.fun, rel=1e-7)


@pytest.mark.parametrize("sigma", [0.0, 0.3])
@pytest.mark.parametrize("radius", [0.05, 0.2, 0.4])
def test_coordinatewise_minimiser_for_white_inputs_is_a_soft_threshold(sigma, radius):
    theta_0 = np.array([2.0, -1.0, 0.2, 0.0, 0.05])
    theta = minimise_risk(theta_0, np.eye(5), sigma, radius, attack="linf").theta
    level = np.abs(theta_0[0] - theta[0])
    expected = np.sign(theta_0) * np.maximum(np.abs(theta_0) - level, 0)
    np.testing.assert_allclose(theta, expected, atol=1e-12)
    q, size = np.hypot(np.linalg.norm(theta - theta_0), sigma), np.abs(theta).sum()
    c = MEAN_ABSOLUTE
    if level > 1e-9:
        formula = q * radius * (radius * size + c * q) / (q + radius * c * size)
        assert level == pytest.approx(formula, rel=1e-9)


@pytest.mark.parametrize("d", [1, 2, 5])
def test_many_models_are_minimised_together_as_one_by_one(d):
    rng = np.random.default_rng(d)
    n = 40
    theta_0, root = rng.standard_normal((n, d)), rng.standard_normal((n, d, 2 * d))
    covariance = root @ np.swapaxes(root, 1, 2) / d
    sigma = np.where(np.arange(n) % 2, 0.0, 10 ** rng.uniform(-2, 0.5, n))
    squared = np.einsum("ni,nij,nj->n", theta_0, covariance, theta_0) + sigma**2
    pulled = np.einsum("nij,nj->ni", covariance, theta_0)
    unit = np.linalg.norm(pulled, axis=1) / np.sqrt(squared)
    radius = unit * rng.uniform(0, 1.5, n)
    radius[:2] = 0
    radius[2:12] = unit[2:12] * np.sqrt(np.pi / 2) * (1 - 10.0 ** -np.arange(1, 11))
    theta, risk = minimise_risks(theta_0, covariance, sigma, radius)
    instances = zip(theta_0, covariance, sigma, radius, strict=True)
    one_by_one = [minimise_risk(*one) for one in instances]
    apart = np.stack([one.theta for one in one_by_one])
    assert theta == pytest.approx(apart, rel=1e-9, abs=1e-12)
    assert risk == pytest.approx(np.array([one.risk for one in one_by_one]), rel=1e-12)
    for kink in (np.zeros_like(theta_0), theta_0):
        reached = (theta == kink).all(axis=1)
        assert np.array_equal(reached, (apart == kink).all(axis=1)) and 0 < reached.sum() < n


@pytest.mark.parametrize("attack", ["l2", "linf"])
def test_minimiser_is_zero_exactly_beyond_the_null_radius(attack):
    _, theta_0, covariance, _ = draw(9, 4)
    pull = covariance @ theta_0
    top = np.linalg.norm(pull) if attack == "l2" else np.abs(pull).max()
    null = top / (MEAN_ABSOLUTE * np.sqrt(theta_0 @ pull + 0.25))
    assert not minimise_risk(theta_0, covariance, 0.5, null * 1.0001, attack=attack).theta.any()
    assert minimise_risk(theta_0, covariance, 0.5, null * 0.9999, attack=attack).theta.any()


@pytest.mark.parametrize("attack", ["l2", "linf"])
def test_without_noise_a_small_attack_leaves_the_truth(attack):
    theta_0 = np.array([1.0, -0.5, 0.0])
    covariance = np.diag([1.0, 2.0, 0.5]) + 0.2
    found = minimise_risk(theta_0, covariance, 0.0, 0.1, attack=attack)
    np.testing.assert_array_equal(found.theta, theta_0)
    assert found.error == 0
    away = minimise_risk(theta_0, covariance, 0.0, 1.0, attack=attack)
    assert np.abs(away.theta - theta_0).max() > 1e-3
    assert away.error < 1e-9


def test_zero_coordinates_of_the_truth_may_take_any_slope():
    # White inputs: with slope 0 at the zero coordinate the truth stays optimal up to radius c.
    theta_0 = np.array([1.0, 0.0])
    for radius, stays in ((0.79, True), (0.81, False)):
        theta = minimise_risk(theta_0, np.eye(2), 0.0, radius, attack="linf").theta
        assert (theta == theta_0).all() == stays


def test_slopes_at_zero_coordinates_follow_the_correlation():
    # The least pull is at slope 0.5 there, and makes up for the correlation entirely.
    covariance = np.array([[1.0, 0.5], [0.5, 1.0]])
    for radius, stays in ((0.79, True), (0.81, False)):
        theta = minimise_risk([1.0, 0.0], covariance, 0.0, radius, attack="linf").theta
        assert (theta == [1.0, 0.0]).all() == stays


# The examples are cases in which plain descent ends in the kink.
@example(338, 5, "l2", 0.5)
@example(381, 3, "l2", 0.3)
@example(98, 5, "linf", 0.5)
@example(317, 4, "linf", 0.3)
@given(SEEDS, st.integers(2, 6), ATTACKS, st.floats(0.01, 0.95))
def test_kink_at_the_truth_does_not_trap_the_descent(seed, d, attack, share):
    _, theta_0, covariance, rng = draw(seed, d)
    theta_0[1:] *= rng.random(d - 1) < 0.5
    pull = covariance @ theta_0
    top = np.linalg.norm(pull) if attack == "l2" else np.abs(pull).max()
    scale = np.sqrt(theta_0 @ pull)
    found = minimise_risk(
        theta_0, covariance, 0.0, share * top / scale / MEAN_ABSOLUTE, attack=attack
    )
    assert found.error <= 1e-9 * scale


def test_distance_bound_is_sharp_where_the_curvature_is_least():
    # One coefficient, hardly any noise, radius equal to the first moment: along the way from the
    # truth to zero the rest of the risk is constant.
    one = np.ones((1, 1))
    problem = SpreadAndNorm(np.ones(1), one, one, 1e-4, MEAN_ABSOLUTE, True, MEAN_ABSOLUTE, 1.0)
    best = problem.minimise()
    for theta in (0.3, 0.6, 0.9):
        distance = abs(theta - best[0])
        assert distance <= problem.distance(np.array([theta])) <= 1.05 * distance


@settings(max_examples=30)
@given(SEEDS, st.integers(1, 5), st.booleans(), st.floats(-6, 1))
def test_distance_bound_covers_the_distance(seed, d, euclidean, log_step):
    _, theta_0, covariance, rng = draw(seed, d)
    problem = SpreadAndNorm(
        theta_0, covariance, np.linalg.cholesky(covariance), 0.4, 0.3, euclidean, MEAN_ABSOLUTE, 1.0
    )
    best = problem.minimise()
    moved = best + 10.0**log_step * rng.standard_normal(d) * (rng.random(d) < 0.7)
    away = problem.root.T @ (moved - best)
    bound = problem.distance(moved)
    assert np.linalg.norm(away) <= bound * (1 + 1e-9) + 1e-9
    assert problem.value(moved) - problem.value(best) <= bound**2 + 1e-12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"theta": np.ones(3)}, "theta must be"),
        ({"covariance": np.eye(3)}, "theta must be"),
        ({"theta_0": [np.nan, 1.0]}, "must be finite"),
        ({"sigma": -1.0}, "sigma must be"),
        ({"radius": np.nan}, "radius must be"),
        ({"attack": "l1"}, "attack must be"),
        ({"smoothing": -0.1}, "smoothing must be"),
    ],
)
def test_bad_input_is_refused_with_a_reason(change, message):
    arguments = {
        "theta": np.ones(2),
        "theta_0": np.ones(2),
        "covariance": np.eye(2),
        "sigma": 1.0,
        "radius": 0.1,
    } | change
    with pytest.raises(ValueError, match=message):
        robust_risk_by_quadrature(**arguments)


def test_minimiser_refuses_a_singular_covariance():
    with pytest.raises(ValueError, match="positive definite"):
        minimise_risk(np.ones(2), np.ones((2, 2)), 1.0, 0.1)


def lowest_by_simplex(theta_0, covariance, sigma, radius, attack):
    """Search the smallest risk by values alone, from a start that is not zero."""

    def risk(theta):
        return float(
            robust_risk_by_quadrature(theta, theta_0, covariance, sigma, radius, attack=attack)
        )

    best, options = 0.5 * theta_0, {"xatol": 1e-9, "fatol": 1e-13, "maxfev": 2000}
    for _ in range(2):
        best = minimize(risk, best, method="Nelder-Mead", options=options).x
    return best, risk(best)


@pytest.mark.parametrize("attack", ["l2", "linf"])
@pytest.mark.parametrize("seed", range(4))
def test_zero_is_returned_exactly_where_a_search_by_values_ends_there(attack, seed):
    _, theta_0, covariance, rng = draw(seed, 2)
    sigma = float(rng.uniform(0.3, 2))
    pull = covariance @ theta_0
    dual = np.linalg.norm(pull) if attack == "l2" else np.abs(pull).max()
    at_zero = theta_0 @ pull + sigma**2
    null = dual / (MEAN_ABSOLUTE * np.sqrt(at_zero))
    size = np.linalg.norm(theta_0)
    found, lowest = lowest_by_simplex(theta_0, covariance, sigma, 0.93 * null, attack)
    below = minimise_risk(theta_0, covariance, sigma, 0.93 * null, attack=attack)
    assert lowest < at_zero * (1 - 1e-6)
    assert np.linalg.norm(below.theta - found) < 1e-3 * size
    assert below.theta.any()
    found, _ = lowest_by_simplex(theta_0, covariance, sigma, 1.07 * null, attack)
    above = minimise_risk(theta_0, covariance, sigma, 1.07 * null, attack=attack)
    assert np.linalg.norm(found) < 1e-3 * size
    assert not above.theta.any()


@pytest.mark.parametrize("seed", range(4))
def test_without_noise_the_truth_is_returned_exactly_where_a_search_by_values_ends_there(seed):
    _, theta_0, covariance, _ = draw(seed, 2)
    whitened = np.sqrt(theta_0 @ np.linalg.solve(covariance, theta_0))
    size = np.linalg.norm(theta_0)
    threshold = MEAN_ABSOLUTE * size / whitened
    for share, stays in ((0.93, True), (1.07, False)):
        found, lowest = lowest_by_simplex(theta_0, covariance, 0.0, share * threshold, "l2")
        best = minimise_risk(theta_0, covariance, 0.0, share * threshold)
        assert best.risk <= lowest * (1 + 1e-9)
        assert (np.linalg.norm(found - theta_0) < 1e-3 * size) == stays
        assert (np.linalg.norm(best.theta - theta_0) < 1e-9 * size) == stays
