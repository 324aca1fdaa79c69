"""Arrays that are drawn have the property that they were asked for, and differ in all else."""

import doctest
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import verify.probing.arrays
from verify.errors import UserError
from verify.strategies import (
    NORMS,
    covariances,
    flipped,
    in_ball,
    labels,
    perturbations,
    separated,
    vectors,
)

SEARCH = settings(max_examples=3000, database=None)
ORDERS = st.sampled_from([1.0, 1.5, 2.0, 3.0, np.inf])


def exact_norm_is_at_most(row, radius, order):
    """Compare in exact arithmetic, for the norms that are rational up to a square."""
    sizes = [abs(Fraction(float(one))) for one in row]
    bound = Fraction(float(radius))
    if order == np.inf:
        return max(sizes) <= bound
    if order == 1:
        return sum(sizes) <= bound
    assert order == 2
    return sum(one**2 for one in sizes) <= bound**2


@given(st.integers(1, 12), st.data())
def test_covariances_are_symmetric_positive_definite_and_well_enough_conditioned(d, data):
    matrix = data.draw(covariances(d, condition=50.0, scale=3.0))
    assert matrix.shape == (d, d) and (matrix == matrix.T).all()
    eigenvalues = np.linalg.eigvalsh(matrix)
    np.linalg.cholesky(matrix)
    assert eigenvalues[0] > 0 and eigenvalues[-1] <= 50.0001 * eigenvalues[0]
    assert 3 / np.sqrt(50.01) <= eigenvalues[0] and eigenvalues[-1] <= 3 * np.sqrt(50.01)


@given(ORDERS, st.data())
def test_vectors_have_norms_in_the_range(order, data):
    v = data.draw(vectors(st.integers(1, 9), smallest=0.5, largest=2.0, order=order))
    assert 1 <= len(v) <= 9
    norm = (np.abs(v) ** order).sum() ** (1 / order) if order < np.inf else np.abs(v).max()
    assert 0.5 * (1 - 1e-12) <= norm <= 2 * (1 + 1e-12)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda v: np.count_nonzero(v) == 1,
        lambda v: len(set(np.round(np.abs(v), 6))) == 3,
        lambda v: np.linalg.norm(v) < 0.01,
        lambda v: np.linalg.norm(v) > 100,
    ],
)
def test_vectors_of_every_sort_are_drawn(wanted):
    assert len(find(vectors(3), wanted, settings=SEARCH)) == 3


def test_covariances_of_every_sort_are_drawn():
    assert abs(find(covariances(3), lambda a: abs(a[0, 1]) > 0.1, settings=SEARCH)[0, 1]) > 0.1
    diagonal = find(
        covariances(3), lambda a: a[0, 1] == 0 and np.linalg.cond(a) > 9, settings=SEARCH
    )
    assert (diagonal == np.diag(np.diag(diagonal))).all()
    assert (find(covariances(3), lambda a: True) == np.eye(3)).all(), "the simplest one"


@given(st.sampled_from(NORMS), st.floats(0, 1e6), st.integers(1, 4), st.integers(1, 9), st.data())
def test_no_perturbation_is_longer_than_the_attack_radius_by_not_even_a_rounding(
    order, epsilon, n, d, data
):
    moves = data.draw(perturbations((n, d), epsilon, order))
    assert moves.shape == (n, d)
    assert (np.linalg.norm(moves, ord=order, axis=1) <= epsilon).all()
    assert all(exact_norm_is_at_most(row, epsilon, order) for row in moves)


@pytest.mark.parametrize("epsilon", [5e-324, 1e-300, 5.7e-160, 1e-139])
@given(st.sampled_from(NORMS), st.data())
def test_no_rounding_of_tiny_numbers_leads_out_of_the_ball(epsilon, order, data):
    (move,) = data.draw(perturbations((1, 2), epsilon, order))
    assert np.linalg.norm(move, ord=order) <= epsilon
    assert exact_norm_is_at_most(move, epsilon, order)


@pytest.mark.parametrize("order", NORMS)
def test_perturbations_reach_the_boundary_the_inside_and_the_centre(order):
    def length(moves):
        return np.linalg.norm(moves, ord=order)

    draws = perturbations(4, 1.0, order)
    assert length(find(draws, lambda x: length(x) == 0)) == 0
    assert length(find(draws, lambda x: length(x) > 1 - 1e-10, settings=SEARCH)) > 1 - 1e-10
    assert 0.1 < length(find(draws, lambda x: 0.1 < length(x) < 0.9, settings=SEARCH)) < 0.9
    corner = find(
        draws,
        lambda x: length(x) > 0.9 and len(set(np.round(np.abs(x), 9))) <= 2,
        settings=SEARCH,
    )
    assert np.count_nonzero(corner) == (4 if order == np.inf else 1)


@given(st.floats(0, 10), st.data())
def test_weights_stay_in_the_ball_around_their_start(radius, data):
    start = np.arange(12.0).reshape(3, 4)
    together = data.draw(in_ball((3, 4), radius, around=start))
    apart = data.draw(in_ball((3, 4), radius, around=start, each_row=True))
    assert np.linalg.norm(together - start) <= radius * (1 + 1e-12) + 1e-13
    assert (np.linalg.norm(apart - start, axis=1) <= radius * (1 + 1e-12) + 1e-13).all()


@given(st.integers(1, 10), st.integers(1, 6), st.just(0.0) | st.floats(1e-100, 50), st.data())
def test_points_are_separated(n, d, delta, data):
    points = data.draw(separated(n, d, delta))
    assert points.shape == (n, d)
    for i in range(n):
        for j in range(i):
            assert np.linalg.norm(points[i] - points[j]) >= delta * (1 - 1e-12)


@given(st.integers(2, 8), st.data())
def test_separated_points_lie_on_the_sphere(d, data):
    points = data.draw(separated(d, d, 1.0, sphere=True))
    assert np.abs(np.linalg.norm(points, axis=1) - 1).max() < 1e-12
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1) + 9 * np.eye(d)
    assert distances.min() >= 1 - 1e-12


@pytest.mark.parametrize(
    ("n", "d", "delta"), [(2, 1, 2.0), (5, 2, 1.17), (4, 3, 1.63), (8, 4, 1.41), (3, 5, 1.73)]
)
def test_as_many_points_as_fit_on_the_sphere_are_found(n, d, delta):
    """Antipodes, a pentagon, a simplex, a cross-polytope, a triangle: none is found by chance."""
    points = find(separated(n, d, delta, sphere=True), lambda x: True)
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1) + 9 * np.eye(n)
    assert distances.min() >= delta * (1 - 1e-12)


def test_too_many_points_for_the_sphere_are_one_sentence():
    with pytest.raises(UserError, match=r"No 9 points of the unit sphere in R\^2 were found"):
        find(separated(9, 2, 1.5, sphere=True), lambda x: True)


@given(labels(st.integers(0, 20)))
def test_labels_are_signs(y):
    assert y.dtype == float and set(y) <= {-1.0, 1.0}


@given(st.integers(0, 12), st.floats(0, 1), st.data())
def test_no_more_labels_are_flipped_than_allowed(n, share, data):
    clean = data.draw(labels(n))
    assert (data.draw(flipped(clean, share)) != clean).sum() <= share * n
    most = data.draw(st.integers(0, n))
    noisy = data.draw(flipped(clean, most))
    assert (noisy != clean).sum() <= most and set(noisy) <= {-1.0, 1.0}


def test_every_number_of_flips_is_drawn():
    clean = np.ones(5)
    for count in range(4):
        found = find(flipped(clean, 3), lambda y, count=count: (y < 0).sum() == count)
        assert (found < 0).sum() == count
    assert (clean == 1).all(), "what is given stays as it is"


@pytest.mark.parametrize(
    "strategy",
    [
        vectors(0),
        vectors(3, smallest=2, largest=1),
        vectors(3, order=0.5),
        covariances(3, condition=0.5),
        in_ball((2, 0)),
        in_ball(3, -1.0),
        separated(3, 2, -1.0),
        flipped([1.0, -1.0], 3),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(strategy):
    with pytest.raises(UserError, match=r"A strategy needs"):
        find(strategy, lambda x: True)


@pytest.mark.parametrize(
    "strategy",
    [
        vectors(200),
        covariances(40),
        perturbations((50, 50), 1.0, np.inf),
        separated(60, 20, 0.3),
        separated(12, 6, 1.0, sphere=True),
        labels(200),
        flipped(np.ones(200), 0.5),
    ],
)
def test_no_health_check_is_triggered(strategy):
    @settings(max_examples=30, database=None, derandomize=True, deadline=None)
    @given(strategy)
    def drawn(value):
        assert len(value)

    drawn()


def test_the_examples_in_the_documentation_run():
    assert doctest.testmod(verify.probing.arrays).failed == 0
