"""The interior-point method alone, its cones, and the active-set refinement alone."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from sim._active_set import Guess, guess_from_interior, refine
from sim._cones import Box, Breakdown, Euclidean, longest
from sim._interior_point import _Tall, _Wide, central_path, ridge_guess
from sim._regression_problem import Incumbent, Problem, least_slack

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


def test_indefinite_system_is_refused():
    solver = _Tall(np.eye(3))
    with pytest.raises(Breakdown):
        solver.factor(np.ones(3), np.array([0.0, -2.0, 0.0]))
