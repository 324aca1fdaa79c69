"""Adversarial linear regression: optimality, certificates, invariances, degenerate data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize_scalar

from sim.regression.adversarial import (
    NotSolved,
    Status,
    certified_gap,
    objective,
    path,
    solve,
    solve_stack,
)

ATTACKS = st.sampled_from(["l2", "linf"])
SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 25)
# Radius as a share of the one from which on the solution is zero; penalty likewise.
SHARES = st.sampled_from([0.001, 0.03, 0.2, 0.5, 0.9, 0.99])
PENALTIES = st.sampled_from([0.0, 0.0, 0.001, 0.1, 0.5])


def draw(seed, n, d, noise=0.5):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return x, x @ rng.standard_normal(d) + noise * rng.standard_normal(n)


def null_radius(x, y, attack):
    pull = x.T @ y
    dual_norm = np.linalg.norm(pull) if attack == "l2" else np.abs(pull).max()
    return dual_norm / np.abs(y).sum()


def draw_problem(seed, n, d, attack, share, penalty_share):
    x, y = draw(seed, n, d)
    penalty = penalty_share * 2 / n * np.abs(x.T @ y).max()
    return x, y, share * null_radius(x, y, attack), {"attack": attack, "penalty": penalty}


@st.composite
def problems(draw_from):
    """Data, radius, settings and a generator of further random numbers."""
    seed, n, d = draw_from(SEEDS), draw_from(SIZES), draw_from(SIZES)
    drawn = draw_problem(seed, n, d, draw_from(ATTACKS), draw_from(SHARES), draw_from(PENALTIES))
    return *drawn, np.random.default_rng(seed + 1)


@given(problems())
def test_gap_asked_for_is_certified(problem):
    x, y, radius, settings_, _ = problem
    found = solve(x, y, radius, **settings_)
    assert found.status is Status.SOLVED
    assert -1e-12 <= found.gap <= 1e-10
    again = certified_gap(found.theta, found.dual, x, y, radius, **settings_)
    assert (again.objective, again.lower_bound) == (found.objective, found.lower_bound)
    assert objective(found.theta, x, y, radius, **settings_) == pytest.approx(
        found.objective, rel=1e-12
    )


@given(problems())
def test_optimality_conditions_hold(problem):
    x, y, radius, settings_, _ = problem
    found = solve(x, y, radius, **settings_)
    theta, dual, n = found.theta, found.dual, y.size
    if not theta.any():
        return
    euclidean, price = settings_["attack"] == "l2", n * settings_["penalty"] / 2
    residual = y - x @ theta
    size = np.linalg.norm(theta) if euclidean else np.abs(theta).sum()
    slack = np.abs(residual) + radius * size
    scale = slack.max()
    # Residuals: the dual is the slack with the residual's sign, and smaller where there is none.
    assert (np.abs(dual) <= slack + 1e-6 * scale).all()
    clear = np.abs(residual) > 1e-5 * scale
    np.testing.assert_allclose(dual[clear], (slack * np.sign(residual))[clear], atol=2e-5 * scale)
    # Coefficients: x^T dual is in radius * sum(slack) times the subdifferential, plus the penalty.
    pull, drive = x.T @ dual, radius * slack.sum()
    tolerance = 1e-4 * np.abs(pull).max()
    nonzero = np.abs(theta) > 1e-6 * np.abs(theta).max()
    if euclidean:
        rest = pull - drive * theta / size
        assert (np.abs(rest) <= price + tolerance).all()
        np.testing.assert_allclose(rest[nonzero], price * np.sign(theta[nonzero]), atol=tolerance)
    else:
        assert (np.abs(pull) <= drive + price + tolerance).all()
        np.testing.assert_allclose(
            pull[nonzero], (drive + price) * np.sign(theta[nonzero]), atol=tolerance
        )


@given(problems())
def test_no_point_is_below_the_lower_bound(problem):
    x, y, radius, settings_, rng = problem
    found = solve(x, y, radius, **settings_)
    scales = 10.0 ** rng.uniform(-8, 2, size=(200, 1)) * (1 + np.abs(found.theta).max())
    points = found.theta + scales * rng.standard_normal((200, found.theta.size))
    # Also along the coordinates only, and towards zero.
    points[:50] *= rng.uniform(size=(50, 1))
    points[50:100] = found.theta + scales[50:100] * rng.permuted(
        np.eye(1, found.theta.size).repeat(50, axis=0), axis=1
    )
    values = objective(points, x, y, radius, **settings_)
    assert values.min() >= found.lower_bound * (1 - 1e-12)


def best_of_one_coefficient(x, y, radius, penalty):
    """Minimise over one coefficient exactly: a parabola between any two neighbouring kinks."""
    kinks = np.sort(np.append(y / x, 0.0))
    inner = (kinks[:-1] + kinks[1:]) / 2
    candidates = list(kinks)
    for low, middle, high in zip(kinks[:-1], inner, kinks[1:], strict=True):
        side, tilt = np.sign(y - x * middle), np.sign(middle) * radius - np.sign(y - x * middle) * x
        vertex = -(np.mean(side * y * tilt) + penalty * np.sign(middle) / 2) / np.mean(tilt**2)
        candidates.append(np.clip(vertex, low, high))
    values = [
        np.mean((np.abs(y - x * t) + radius * abs(t)) ** 2) + penalty * abs(t) for t in candidates
    ]
    return min(values)


@given(SEEDS, SIZES, ATTACKS, SHARES, PENALTIES)
def test_one_coefficient_agrees_with_enumeration(seed, n, attack, share, penalty_share):
    x, y, radius, settings_ = draw_problem(seed, n, 1, attack, share, penalty_share)
    found = solve(x, y, radius, **settings_)
    oracle = best_of_one_coefficient(x[:, 0], y, radius, settings_["penalty"])
    assert found.objective == pytest.approx(oracle, rel=1e-10)


@pytest.mark.parametrize("attack", ["l2", "linf"])
@pytest.mark.parametrize("penalty", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(3))
def test_two_coefficients_agree_with_nested_bracketing(attack, penalty, seed):
    x, y = draw(seed, 7, 2)
    radius = 0.4 * null_radius(x, y, attack)

    def value(a, b):
        return float(objective([a, b], x, y, radius, attack=attack, penalty=penalty))

    def bracket(f):
        return minimize_scalar(f, bounds=(-5, 5), method="bounded", options={"xatol": 1e-9})

    oracle = bracket(lambda a: bracket(lambda b: value(a, b)).fun)
    found = solve(x, y, radius, attack=attack, penalty=penalty)
    assert found.objective <= oracle.fun * (1 + 1e-12)
    assert found.objective == pytest.approx(oracle.fun, rel=1e-7)


@given(problems())
def test_certificate_of_any_dual_is_not_above_the_minimum(problem):
    x, y, radius, settings_, rng = problem
    found = solve(x, y, radius, **settings_)
    candidates = rng.standard_normal((20, y.size)) * np.abs(y).max()
    near = found.dual + 10.0 ** rng.uniform(-9, 0, (20, 1)) * rng.standard_normal((20, y.size))
    for dual in (*candidates, *near, *(found.dual * k for k in (0.5, 2.0, -1.0)), 0 * y):
        certificate = certified_gap(found.theta, dual, x, y, radius, **settings_)
        assert 0 <= certificate.lower_bound <= found.objective * (1 + 1e-11)


@given(SEEDS, SIZES, SIZES, ATTACKS, SHARES)
def test_certificate_of_a_near_optimal_dual_is_near_optimal(seed, n, d, attack, share):
    x, y, radius, settings_ = draw_problem(seed, n, d, attack, share, 0.0)
    found = solve(x, y, radius, **settings_)
    rng = np.random.default_rng(seed)
    moved = found.dual + 1e-9 * np.abs(found.dual).max() * rng.standard_normal(n)
    lower = certified_gap(found.theta, moved, x, y, radius, **settings_).lower_bound
    # The bound is concave with a kink, hence the loss is of the order of the move over the radius.
    assert lower >= found.objective * (1 - 1e-9 * 100 * n * (1 + np.abs(x).sum() / radius))


def test_certificate_refuses_an_infeasible_pair():
    x, y = draw(0, 12, 4)
    radius = 0.3
    found = solve(x, y, radius)
    slack = np.maximum(np.abs(found.dual), radius * np.linalg.norm(found.theta)) * (1 + 1e-9)
    given_ = certified_gap(found.theta, found.dual, x, y, radius, slack=slack)
    assert given_.lower_bound == pytest.approx(found.lower_bound, rel=1e-7)
    with pytest.raises(ValueError, match="at least \\|dual\\|"):
        certified_gap(found.theta, found.dual, x, y, radius, slack=0.99 * slack)
    with pytest.raises(ValueError, match="radius \\* sum\\(slack\\)"):
        certified_gap(found.theta, found.dual, x, y, 0.9 * radius, slack=slack)
    with pytest.raises(ValueError, match="slack must be finite"):
        certified_gap(found.theta, found.dual, x, y, radius, slack=slack[:-1])


@given(problems(), st.floats(-4, 4), st.floats(-4, 4))
def test_units_of_inputs_and_responses_only_rescale(problem, inputs, responses):
    x, y, radius, settings_, _ = problem
    c, k = 10.0**inputs, 10.0**responses
    found = solve(x, y, radius, **settings_)
    scaled = solve(
        c * x,
        k * y,
        c * radius,
        attack=settings_["attack"],
        penalty=c * k * settings_["penalty"],
    )
    assert scaled.objective == pytest.approx(k**2 * found.objective, rel=1e-9)
    moved = objective(scaled.theta * c / k, x, y, radius, **settings_)
    assert moved == pytest.approx(found.objective, rel=1e-9)


@given(SEEDS, SIZES, SIZES, SHARES)
def test_rotation_rotates_the_euclidean_solution(seed, n, d, share):
    x, y, radius, _ = draw_problem(seed, n, d, "l2", share, 0.0)
    rotation = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]
    found, turned = solve(x, y, radius), solve(x @ rotation, y, radius)
    assert turned.objective == pytest.approx(found.objective, rel=1e-9)
    # Strongly convex in theta through radius^2 |theta|^2: a small gap is a small distance.
    bound = np.sqrt(2e-10 * found.objective) / radius
    np.testing.assert_allclose(rotation @ turned.theta, found.theta, atol=bound + 1e-12)


@given(problems())
def test_permutations_and_sign_flips_change_nothing_but_names(problem):
    x, y, radius, settings_, rng = problem
    order, sign = rng.permutation(x.shape[1]), rng.choice([-1, 1], x.shape[1])
    rows = rng.permutation(y.size)
    found = solve(x, y, radius, **settings_)
    renamed = solve((x * sign)[rows][:, order], y[rows], radius, **settings_)
    assert renamed.objective == pytest.approx(found.objective, rel=1e-9)


@given(problems(), st.integers(2, 4))
def test_duplicated_data_change_nothing(problem, times):
    x, y, radius, settings_, _ = problem
    found = solve(x, y, radius, **settings_)
    repeated = solve(np.tile(x, (times, 1)), np.tile(y, times), radius, **settings_)
    assert repeated.objective == pytest.approx(found.objective, rel=1e-9)


@given(SEEDS, SIZES, SIZES, ATTACKS, PENALTIES)
def test_objective_grows_with_the_radius(seed, n, d, attack, penalty_share):
    x, y, radius, settings_ = draw_problem(seed, n, d, attack, 1.0, penalty_share)
    solutions = path(x, y, radius * np.array([0, 0.01, 0.1, 0.5, 0.9, 1.5]), **settings_)
    values = np.array([one.objective for one in solutions])
    assert (np.diff(values) >= -1e-9 * values[-1]).all()
    assert values[-1] <= np.mean(y * y) * (1 + 1e-12)


@given(SEEDS, SIZES, SIZES, ATTACKS, PENALTIES)
def test_solution_is_zero_exactly_from_the_null_radius_on(seed, n, d, attack, penalty_share):
    x, y, radius, settings_ = draw_problem(seed, n, d, attack, 1.0, penalty_share)
    beyond = solve(x, y, radius * (1 + 1e-9), **settings_)
    assert not beyond.theta.any()
    assert beyond.objective == pytest.approx(np.mean(y * y), rel=1e-12)
    if penalty_share == 0:
        below = solve(x, y, radius * 0.999, **settings_)
        assert below.theta.any()
        assert below.objective < np.mean(y * y)


@pytest.mark.parametrize("attack", ["l2", "linf"])
def test_without_attack_or_penalty_it_is_least_squares(attack):
    x, y = draw(1, 30, 6)
    found = solve(x, y, 0.0, attack=attack)
    np.testing.assert_allclose(found.theta, np.linalg.lstsq(x, y, rcond=None)[0], rtol=1e-10)
    assert found.gap == pytest.approx(0, abs=1e-12)
    wide, target = draw(2, 6, 30)
    found = solve(wide, target, 0.0, attack=attack)
    expected = wide.T @ np.linalg.solve(wide @ wide.T, target)
    np.testing.assert_allclose(found.theta, expected, rtol=1e-9)
    assert found.objective < 1e-25
    assert found.status is Status.SOLVED


@pytest.mark.parametrize(("n", "d"), [(40, 8), (15, 60)])
@pytest.mark.parametrize("attack", ["l2", "linf"])
def test_without_attack_it_is_the_lasso(n, d, attack):
    x, y = draw(3, n, d)
    penalty = 0.2 * 2 / n * np.abs(x.T @ y).max()
    theta = solve(x, y, 0.0, attack=attack, penalty=penalty).theta
    pull, price = x.T @ (y - x @ theta), n * penalty / 2
    assert (np.abs(pull) <= price * (1 + 1e-7)).all()
    chosen = theta != 0
    assert chosen.any()
    np.testing.assert_allclose(pull[chosen], price * np.sign(theta[chosen]), rtol=1e-4)


def test_small_euclidean_attack_on_wide_data_gives_the_shortest_interpolator():
    x, y = draw(4, 10, 40)
    shortest = x.T @ np.linalg.solve(x @ x.T, y)
    found = solve(x, y, 0.05)
    np.testing.assert_allclose(found.theta, shortest, rtol=1e-9, atol=1e-12)
    assert found.objective == pytest.approx(0.05**2 * shortest @ shortest, rel=1e-10)


def test_small_coordinatewise_attack_on_wide_data_gives_basis_pursuit():
    x, y = draw(5, 10, 40)
    program = linprog(np.ones(80), A_eq=np.hstack([x, -x]), b_eq=y, bounds=(0, None))
    found = solve(x, y, 0.01, attack="linf")
    assert np.abs(found.theta).sum() == pytest.approx(program.fun, rel=1e-9)
    np.testing.assert_allclose(x @ found.theta, y, atol=1e-10)


@pytest.mark.parametrize("attack", ["l2", "linf"])
@pytest.mark.parametrize("penalty", [0.0, 0.05])
@pytest.mark.parametrize(("n", "d"), [(60, 6), (12, 30)])
def test_path_gives_what_single_solves_give(attack, penalty, n, d):
    x, y = draw(6, n, d)
    radii = null_radius(x, y, attack) * np.array([0.5, 0.0, 0.1, 1.2, 0.12, 0.9, 0.3, 0.31])
    along = path(x, y, radii, attack=attack, penalty=penalty)
    for radius, one in zip(radii, along, strict=True):
        alone = solve(x, y, radius, attack=attack, penalty=penalty)
        assert one.objective == pytest.approx(alone.objective, rel=1e-9, abs=1e-24)
        assert one.status is Status.SOLVED


def test_stack_gives_what_single_solves_give():
    rng = np.random.default_rng(7)
    x, y = rng.standard_normal((2, 3, 9, 4)), rng.standard_normal((2, 3, 9))
    stack = solve_stack(x, y, 0.2, penalty=0.01)
    for index in np.ndindex(2, 3):
        one = solve(x[index], y[index], 0.2, penalty=0.01)
        np.testing.assert_array_equal(stack.theta[index], one.theta)
        assert stack.objective[index] == one.objective
        assert stack.lower_bound[index] == one.lower_bound
    np.testing.assert_allclose(objective(stack.theta, x, y, 0.2, penalty=0.01), stack.objective)


@pytest.mark.parametrize("attack", ["l2", "linf"])
@pytest.mark.parametrize("penalty", [0.0, 0.05])
@pytest.mark.parametrize(
    "degenerate",
    ["zero response", "zero inputs", "repeated columns", "low rank", "noise free", "integers"],
)
def test_degenerate_data_are_solved(attack, penalty, degenerate):
    rng = np.random.default_rng(8)
    for n, d in [(1, 1), (1, 5), (9, 4), (6, 15)]:
        x, y = draw(9, n, d, noise=0.0 if degenerate == "noise free" else 0.5)
        if degenerate == "zero response":
            y = 0 * y
        elif degenerate == "zero inputs":
            x = 0 * x
        elif degenerate == "repeated columns":
            x = x[:, rng.integers(0, d, d) // 2]
        elif degenerate == "low rank":
            x = x[:, :1] @ np.ones((1, d))
        elif degenerate == "integers":
            x, y = np.round(x), np.round(2 * y)
        for radius in (0.0, 0.01, 0.3):
            found = solve(x, y, radius, attack=attack, penalty=penalty)
            assert found.status is Status.SOLVED
            assert found.gap <= 1e-8
            assert np.isfinite(found.theta).all()


@pytest.mark.parametrize("attack", ["l2", "linf"])
@pytest.mark.parametrize("penalty", [0.0, 0.01])
def test_many_samples_of_few_dimensions_are_solved(attack, penalty):
    x, y = draw(13, 5000, 4)
    for noise_free in (False, True):
        response = x @ [1.0, -2.0, 0.0, 0.5] if noise_free else y
        assert solve(x, response, 0.2, attack=attack, penalty=penalty).gap <= 1e-10


def test_failure_is_an_exception_or_a_status_and_never_silent():
    x, y = draw(10, 20, 80)
    with pytest.raises(NotSolved, match="iteration limit") as failure:
        solve(x, y, 0.02, attack="linf", iterations=2)
    returned = solve(x, y, 0.02, attack="linf", iterations=2, strict=False)
    assert returned.status is Status.ITERATIONS
    assert returned.gap == failure.value.solution.gap > 1e-3
    best = solve(x, y, 0.02, attack="linf")
    assert returned.lower_bound <= best.objective <= returned.objective
    with pytest.raises(NotSolved, match=r"in replicate \(1,\)"):
        easy = np.zeros_like(y)
        solve_stack([x, x], [easy, y], 0.02, attack="linf", iterations=2)


def test_impossible_gap_ends_as_rounding():
    x, y = draw(11, 30, 5)
    found = solve(x, y, 0.3, gap=1e-300, strict=False)
    assert abs(found.gap) < 1e-13


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.ones((3, 2))}, "x must be"),
        ({"x": np.ones((4, 0))}, "x must be"),
        ({"y": [1.0, np.nan, 0.0, 0.0]}, "must be finite"),
        ({"radius": -1.0}, "radius must be"),
        ({"radius": np.inf}, "radius must be"),
        ({"penalty": np.nan}, "penalty must be"),
        ({"attack": "l1"}, "attack must be"),
        ({"gap": 0.0}, "gap must be"),
        ({"iterations": 0}, "iterations at least 1"),
    ],
)
def test_bad_input_is_refused_with_a_reason(change, message):
    arguments = {"x": np.ones((4, 2)), "y": np.arange(4.0), "radius": 0.1} | change
    with pytest.raises(ValueError, match=message):
        solve(**arguments)


def test_certificate_refuses_wrong_shapes_and_values():
    x, y = draw(12, 5, 3)
    with pytest.raises(ValueError, match="needs theta of shape"):
        certified_gap(np.ones(5), np.ones(5), x, y, 0.1)
    with pytest.raises(ValueError, match="finite theta"):
        certified_gap(np.full(3, np.inf), np.ones(5), x, y, 0.1)


@settings(max_examples=20)
@given(SEEDS, ATTACKS)
def test_projected_dual_of_least_squares_is_the_least_squares_bound(seed, attack):
    rng = np.random.default_rng(seed)
    x, y = draw(seed, 12, 3)
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    optimum = np.mean((y - x @ best) ** 2)
    exact = certified_gap(best, y - x @ best, x, y, 0.0, attack=attack)
    assert exact.lower_bound == pytest.approx(optimum, rel=1e-12)
    # A dual that is not orthogonal to the columns is projected, not believed.
    for dual in rng.standard_normal((5, 12)) * 10:
        assert certified_gap(best, dual, x, y, 0.0, attack=attack).lower_bound <= optimum * (
            1 + 1e-12
        )
    wide, target = draw(seed, 3, 12)
    assert certified_gap(np.zeros(12), target, wide, target, 0.0).lower_bound < 1e-20
