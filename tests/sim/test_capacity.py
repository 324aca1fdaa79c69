"""Balls around clusters: they cover, touch and separate; nearest centres by brute force."""

import numpy as np
import pytest

from sim.capacity import ball_centres, clusters, labelings, nearest_sign, tangent_radius


def test_all_labelings_are_listed_once():
    listed = labelings(5)
    assert listed.shape == (32, 5)
    assert len({tuple(row) for row in listed.tolist()}) == 32
    assert set(np.unique(listed)) == {-1, 1}


@pytest.mark.parametrize("number", [0, 25])
def test_too_many_points_are_refused(number):
    with pytest.raises(ValueError, match="1 to 24 points"):
        labelings(number)


def test_clusters_lie_on_the_axes_around_their_centres():
    points = clusters(2, 3, 0.5, 6.0)
    expected = [
        [[6.5, 0, 0], [6, 0.5, 0], [6, 0, 0.5]],
        [[12.5, 0, 0], [12, 0.5, 0], [12, 0, 0.5]],
    ]
    np.testing.assert_allclose(points, expected)


@pytest.mark.parametrize("d", [2, 3, 6])
def test_balls_touch_their_hyperplane_from_both_sides(d):
    labels = labelings(d)
    mixed = labels[np.abs(labels.sum(axis=1)) < d]
    heights = np.einsum("nld,nd->nl", ball_centres(mixed, 0.3, 1.0, 50.0), mixed) / np.sqrt(d)
    np.testing.assert_allclose(heights, np.tile([1.0, -1.0], (len(mixed), 1)), atol=1e-12)


def test_a_cluster_of_one_label_has_its_ball_at_the_centre_and_the_other_far_away():
    centres = ball_centres([[1, 1], [-1, -1]], 0.3, 1.0, 50.0)
    np.testing.assert_allclose(centres, [[[0, 0], [0, 50]], [[0, 50], [0, 0]]])


@pytest.mark.parametrize("seed", range(5))
def test_the_tangent_ball_is_the_least_that_covers(seed):
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal(4)
    normal /= np.linalg.norm(normal)
    points = rng.standard_normal((6, 4))
    points += (rng.uniform(0.5, 1, 6) - points @ normal)[:, None] * normal
    radius = tangent_radius(points, normal)
    mean = points.mean(axis=0)
    foot = mean - (mean @ normal) * normal

    def covers(r):
        return np.all(np.linalg.norm(points - foot - r * normal, axis=1) <= r)

    assert covers(radius * (1 + 1e-9)) and not covers(radius * (1 - 1e-6))


def test_points_behind_the_hyperplane_have_no_tangent_ball():
    with pytest.raises(ValueError, match="side of the normal"):
        tangent_radius(np.array([[1.0, 0], [-1, 0]]), np.array([1.0, 0]))


def test_nearest_centres_agree_with_a_loop():
    rng = np.random.default_rng(0)
    points, centres = rng.standard_normal((3, 7, 2)), rng.standard_normal((3, 4, 2))
    signs = np.array([1, -1, 1, -1])
    found = nearest_sign(points, centres, signs)
    for i in range(3):
        for j in range(7):
            near = min(range(4), key=lambda c: np.linalg.norm(points[i, j] - centres[i, c]))
            assert found[i, j] == signs[near]
