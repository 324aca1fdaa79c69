"""The interior-point method alone, its cones, and the active-set refinement alone."""

import itertools

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from sim.regression._active_set import Guess, _at_most, _System, guess_from_interior, refine
from sim.regression._cones import Box, Breakdown, Euclidean, longest
from sim.regression._interior_point import _Tall, _Wide, central_path, ridge_guess
from sim.regression._problem import Incumbent, Problem, least_slack

SEEDS = st.integers(0, 2**32 - 1)
CASES = [
    pytest.param(n, d, attack, penalty, id=f"{n}x{d}-{attack}-{penalty}")
    for (n, d), attack, penalty in itertools.product(
        [(30, 5), (12, 12), (8, 40), (200, 3), (1, 4), (4, 1)], ["l2", "linf"], [0.0, 0.3]
    )
]


def pose(n, d, attack, penalty, seed=0, share=0.4):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    y = x @ rng.standard_normal(d) / np.sqrt(d) + 0.5 * rng.standard_normal(n)
    pull = x.T @ y
    null = np.linalg.norm(pull) if attack == "l2" else np.abs(pull).max()
    return Problem(x, y, share * null / np.abs(y).sum(), attack, penalty * np.abs(pull).max())


def follow(problem, iterations=40, gap=1e-9):
    incumbent, points = Incumbent(problem), []
    for point in itertools.islice(central_path(problem, ridge_guess(problem)), iterations):
        points.append(point)
        incumbent.offer(point.theta, point.residual, point.dual, point.correlation)
        if incumbent.gap <= gap:
            break
    return incumbent, points


@pytest.mark.parametrize(("n", "d", "attack", "penalty"), CASES)
def test_path_alone_reaches_a_small_certified_gap(n, d, attack, penalty):
    incumbent, points = follow(pose(n, d, attack, penalty))
    assert incumbent.gap <= 1e-8
    assert len(points) <= 25


@pytest.mark.parametrize(("n", "d", "attack", "penalty"), CASES)
def test_every_point_of_the_path_is_feasible_and_bounds_its_gap(n, d, attack, penalty):
    problem = pose(n, d, attack, penalty, seed=1)
    _, points = follow(problem, gap=1e-6)
    for point in points:
        np.testing.assert_allclose(point.residual, problem.y - problem.x @ point.theta, atol=1e-10)
        np.testing.assert_allclose(point.correlation, problem.x.T @ point.dual, atol=1e-9)
        assert point.size >= problem.norm(point.theta)
        assert (point.slack >= np.abs(point.residual) + problem.radius * point.size).all()
        assert (point.slack >= np.abs(point.dual)).all()
        own = problem.value(point.theta, point.residual) - (
            point.dual @ problem.y - 0.5 * point.slack @ point.slack
        )
        assert -1e-12 <= own <= point.complementarity * (1 + 1e-9)


@pytest.mark.parametrize(("n", "d", "attack", "penalty"), CASES)
def test_refinement_of_a_rough_interior_point_is_exact(n, d, attack, penalty):
    problem = pose(n, d, attack, penalty, seed=2)
    incumbent, points = follow(problem, gap=1e-6)
    guess = guess_from_interior(problem, points[-1], incumbent.gap)
    fresh = Incumbent(problem)
    refine(problem, guess, fresh, steps=10, patience=3)
    assert fresh.gap <= 1e-12
    assert fresh.upper <= incumbent.upper * (1 + 1e-12)


@pytest.mark.parametrize("attack", ["l2", "linf"])
def test_refinement_recovers_from_wrong_signs(attack):
    problem = pose(40, 4, attack, 0.0, seed=3)
    incumbent, _ = follow(problem)
    residual = problem.y - problem.x @ incumbent.theta
    sign = np.where(np.abs(residual) < 1e-6, 1.0, np.sign(residual))
    sign[np.argsort(np.abs(residual))[:6]] *= -1
    fresh = Incumbent(problem)
    guess = Guess(incumbent.theta, sign, np.sign(incumbent.theta))
    refine(problem, guess, fresh, steps=20, patience=6)
    assert fresh.gap <= 1e-12


@pytest.mark.parametrize(("attack", "penalty"), [("linf", 0.0), ("linf", 0.1), ("l2", 0.1)])
def test_refinement_finds_missing_and_drops_wrong_coefficients(attack, penalty):
    problem = pose(40, 6, attack, penalty, seed=5)
    incumbent, _ = follow(problem, gap=1e-10)
    residual = problem.y - problem.x @ incumbent.theta
    sign = np.where(np.abs(residual) < 1e-6, 0.0, np.sign(residual))
    nonzero = np.abs(incumbent.theta) > 1e-6
    assert nonzero.sum() >= 2
    for wrong in (
        np.where(np.arange(6) == np.argmax(nonzero), 0.0, np.sign(incumbent.theta) * nonzero),
        np.where(nonzero, np.sign(incumbent.theta), 1.0),
    ):
        fresh = Incumbent(problem)
        guess = Guess(incumbent.theta * (wrong != 0), sign, wrong)
        refine(problem, guess, fresh, steps=20, patience=6)
        assert fresh.gap <= 1e-12


@pytest.mark.parametrize("held", [0, 3, 6])
def test_both_ways_of_solving_the_equations_agree(held):
    rng = np.random.default_rng(6)
    x, right, residual = (
        rng.standard_normal((6, 20)),
        rng.standard_normal(20),
        rng.standard_normal(6),
    )
    direction = rng.standard_normal(20)
    system = _System(
        x,
        np.arange(6) < held,
        0.3 * rng.standard_normal(20),
        direction / np.linalg.norm(direction),
        2.0,
        5.0,
    )
    dense = system.solve_densely(right, residual, None)
    by_rows = system.solve_by_rows(right, residual, x @ x.T)
    np.testing.assert_allclose(by_rows[0], dense[0], atol=1e-10)
    np.testing.assert_allclose(by_rows[1], dense[1], atol=1e-10)
    np.testing.assert_allclose(x[:held] @ dense[0], residual[:held], atol=1e-10)
    assert dense[1].shape == (held,)


def test_zeros_far_beyond_the_columns_are_cut_to_the_likeliest():
    rng = np.random.default_rng(7)
    zero, likelihood = rng.random(400) < 0.5, rng.standard_normal(400)
    kept = _at_most(zero, likelihood, 6)
    assert kept.sum() == 6
    assert (kept <= zero).all()
    assert likelihood[kept].min() > likelihood[zero & ~kept].max()
    np.testing.assert_array_equal(_at_most(zero, likelihood, 200), zero)


def test_bound_takes_the_largest_shrink_that_the_penalty_covers():
    # Equal correlations: the estimate of the shrunk excess is exact then.
    x, penalty, radius = np.eye(2), 1.0, 1e-9
    problem = Problem(x, np.array([3.0, 3.0]), radius, "l2", penalty)
    dual = np.array([2.0, 2.0])
    value, factor = problem.bound(dual, dual)
    assert factor == pytest.approx(0.5, rel=1e-8)
    assert value == pytest.approx(0.5 * 12 - 0.125 * 8, rel=1e-8)


def test_bound_without_attack_or_penalty_needs_an_orthogonal_dual():
    problem = Problem(np.ones((2, 1)), np.array([1.0, 0.0]), 0.0, "linf", 0.0)
    for dual, expected in (([1.0, 1.0], 0.0), ([0.5, -0.5], 0.25)):
        dual = np.array(dual)
        assert problem.bound(dual, problem.x.T @ dual)[0] == expected


@given(SEEDS, st.integers(1, 12), st.floats(0, 3))
def test_least_slack_is_the_shortest_feasible_one(seed, n, stretch):
    rng = np.random.default_rng(seed)
    magnitude = np.abs(rng.standard_normal(n))
    total = stretch * magnitude.sum()
    slack = least_slack(magnitude, total)
    assert (slack >= magnitude).all()
    assert slack.sum() >= total * (1 - 1e-12)
    # Optimality: what is raised is raised to one level, and nothing is raised without need.
    raised = slack > magnitude
    if raised.any():
        assert np.ptp(slack[raised]) == 0
        assert slack[raised][0] <= slack.min() * (1 + 1e-12)
        assert slack.sum() == pytest.approx(total, rel=1e-12)
    else:
        np.testing.assert_array_equal(slack, magnitude)


def test_least_slack_agrees_with_a_general_solver():
    magnitude = np.array([0.1, 2.0, 0.7, 0.0, 1.1])
    oracle = minimize(
        lambda s: s @ s,
        np.full(5, 2.0),
        jac=lambda s: 2 * s,
        bounds=[(m, None) for m in magnitude],
        constraints=LinearConstraint(np.ones((1, 5)), 6.0, np.inf),
        method="SLSQP",
        options={"ftol": 1e-14},
    )
    np.testing.assert_allclose(least_slack(magnitude, 6.0), oracle.x, atol=1e-6)


@given(SEEDS, st.integers(1, 8))
def test_scaling_of_the_cone_joins_primal_and_dual(seed, d):
    rng = np.random.default_rng(seed)
    theta, force = rng.standard_normal((2, d))
    cone = Euclidean(theta, np.linalg.norm(theta) * (1 + 10 ** rng.uniform(-6, 1)))
    cone.derive(np.linalg.norm(force) * (1 + 10 ** rng.uniform(-6, 1)), force)
    scaled = cone._scaled(cone.dual)
    np.testing.assert_allclose(
        scaled, cone._scaled(cone.point, inverse=True), atol=1e-8 * np.abs(scaled).max()
    )
    v = rng.standard_normal(d + 1)
    np.testing.assert_allclose(
        cone._scaled(cone._scaled(v), inverse=True), v, atol=1e-6 * np.abs(v).max()
    )


def jordan(a, b):
    return np.concatenate(([a @ b], a[0] * b[1:] + b[0] * a[1:]))


@given(SEEDS, st.integers(1, 8))
def test_corrector_of_the_cone_solves_its_equation(seed, d):
    rng = np.random.default_rng(seed)
    theta, force = rng.standard_normal((2, d))
    cone = Euclidean(theta, np.linalg.norm(theta) + 0.3)
    cone.derive(np.linalg.norm(force) + 0.3, force)
    step = cone.expand(rng.standard_normal(d), 0.4, -0.2, rng.standard_normal(d))
    target = cone.corrector(step, 0.7)
    middle = cone._scaled(cone.dual)
    product = jordan(cone._scaled(step.primal, inverse=True), cone._scaled(step.dual))
    goal = np.eye(1, d + 1)[0] * 0.7 - jordan(middle, middle) - product
    np.testing.assert_allclose(jordan(middle, cone._scaled(target)), goal, atol=1e-8)
    # A target is met by the dual step that its own linearisation gives.
    zero = cone.corrector(cone.expand(np.zeros(d), 0.0, 0.0, np.zeros(d)), 0.0)
    np.testing.assert_allclose(zero, cone.predictor(), atol=1e-8)


@given(SEEDS, st.integers(1, 8))
def test_corrector_of_the_box_solves_its_equation(seed, d):
    rng = np.random.default_rng(seed)
    box = Box(rng.standard_normal(d), 3 + rng.random(d))
    box.theta = np.clip(box.theta, -2, 2)
    box.derive(4.0, rng.uniform(-3, 3, d))
    step = box.expand(*rng.standard_normal((2, d)), 0.3, rng.standard_normal(d))
    target = box.corrector(step, 0.7)
    np.testing.assert_allclose(
        box.room * (target + box.dual) + step.primal * step.dual, 0.7, atol=1e-10
    )


@given(SEEDS, st.integers(1, 8))
def test_steps_to_the_boundary_end_on_it(seed, d):
    rng = np.random.default_rng(seed)
    theta, step, force = rng.standard_normal((3, d))
    cone = Euclidean(theta, np.linalg.norm(theta) + 0.5)
    cone.derive(np.linalg.norm(force) + 0.5, force)
    move = cone.expand(step, float(rng.standard_normal()), 0.0, np.zeros(d))
    length = cone.longest(move)
    if length < 1e20:
        reached = cone.point + length * move.primal
        assert reached[0] == pytest.approx(np.linalg.norm(reached[1:]), rel=1e-7, abs=1e-9)
        inside = cone.point + 0.999 * length * move.primal
        assert inside[0] > np.linalg.norm(inside[1:])
    else:
        far = cone.point + 1e6 * move.primal
        assert far[0] >= np.linalg.norm(far[1:]) * (1 - 1e-9)


def test_longest_step_of_the_orthant():
    assert longest(np.array([1.0, 2.0]), np.array([-0.5, -4.0])) == 0.5
    assert longest(np.array([1.0]), np.array([3.0])) >= 1e29


def test_points_outside_a_cone_are_refused():
    with pytest.raises(Breakdown):
        Euclidean(np.ones(2), 1.0).derive(5.0, np.zeros(2))
    with pytest.raises(Breakdown):
        Euclidean(np.ones(2), 2.0).derive(0.5, np.ones(2))
    with pytest.raises(Breakdown):
        Box(np.ones(2), np.ones(2)).derive(1.0, np.zeros(2))
    with pytest.raises(Breakdown):
        Box(np.ones(2), 2 * np.ones(2)).derive(1.0, np.array([0.0, -1.0]))


@pytest.mark.parametrize(("n", "d", "system"), [(20, 5, _Tall), (5, 20, _Wide)])
def test_linear_systems_are_solved(n, d, system):
    rng = np.random.default_rng(4)
    x, weight = rng.standard_normal((n, d)), 10.0 ** rng.uniform(-2, 4, n)
    ridge = 10.0 ** rng.uniform(-4, 2, d)
    b = rng.standard_normal((d, 2))
    matrix = x.T @ np.diag(weight) @ x + np.diag(ridge)
    solver = system(x)
    solver.factor(weight, ridge)
    np.testing.assert_allclose(matrix @ solver.solve(b), b, atol=1e-7)
    np.testing.assert_allclose(solver.solve(b[:, 0]), solver.solve(b)[:, 0], rtol=1e-9)


def test_wide_system_stays_accurate_where_elimination_cancels():
    # Three coefficients have left zero, as near an optimum: their ridge has almost vanished.
    rng = np.random.default_rng(7)
    x, b = rng.standard_normal((4, 12)), rng.standard_normal(12)
    weight, ridge = np.array([1e9, 1e9, 1e9, 1.0]), np.r_[np.full(3, 1e-9), np.full(9, 1e3)]
    solver = _Wide(x)
    solver.factor(weight, ridge)
    with mpmath.workdps(60):
        matrix = (
            mpmath.matrix(x.T.tolist()) * mpmath.diag(weight.tolist()) * mpmath.matrix(x.tolist())
        )
        exact = mpmath.lu_solve(matrix + mpmath.diag(ridge.tolist()), mpmath.matrix(b.tolist()))
        exact = np.array([float(v) for v in exact])
    np.testing.assert_allclose(solver.solve(b), exact, atol=1e-9 * np.abs(exact).max())


def test_indefinite_system_is_refused():
    solver = _Tall(np.eye(3))
    with pytest.raises(Breakdown):
        solver.factor(np.ones(3), np.array([0.0, -2.0, 0.0]))
