"""The figures of gao2019 show the numbers that they are given, and those are what they say."""

import numpy as np
import pytest
from matplotlib.patches import Circle

from verify.figures import Drawn
from verify.figures.gao2019 import balls, construction, quadratic, training, worst_cases


def test_worst_cases_are_drawn_over_their_orders_beside_their_limits():
    cells = worst_cases.figure_worst_cases.cells["quick"]
    names = {"flips": 1.0, "change": 2.0, "shortfall": 3.0}
    drawn = [
        Drawn(
            cell,
            {name: factor * cell["R"] * np.array([0.5, 1.5]) for name, factor in names.items()},
        )
        for cell in cells
    ]
    picture = worst_cases.figure_worst_cases.render(drawn, "quick")
    for axes, factor, limit in zip(picture.axes, (1, 2, 3), (0.9847, 1.1596, 0.4562), strict=True):
        for line, R in zip(axes.lines[:3], (1, 4, 16), strict=True):
            assert list(line.get_ydata()) == pytest.approx([factor * R] * 4)
        assert axes.lines[3].get_ydata()[0] == pytest.approx(limit, abs=1e-4)


def test_wide_networks_come_near_the_limits_of_the_worst_cases():
    found = worst_cases.worst_cases(np.random.default_rng(0), {"m": 100000, "R": 4.0}, 8)
    for name, limit in worst_cases.LIMITS.items():
        assert found[name].mean() == pytest.approx(limit, rel=0.02)


@pytest.mark.parametrize("attack", training.WORDS)
def test_equations_8_and_9_hold_along_the_run_that_is_drawn(attack):
    cell = {"attack": attack, "m": 64, "alpha": 0.1, "T": 80}
    found = training.steps(np.random.default_rng(1), cell, 3)
    assert (found["squared"] <= found["allowed"]).all()
    assert (found["regret"] <= found["bound"]).all()
    # The second run is the first one: it ends where the comparator is.
    assert found["squared"][:, -1] == pytest.approx(np.zeros(3), abs=1e-20)
    assert (found["squared"][:, 0] > 0).all()


def test_the_excess_is_drawn_beside_its_bound_and_the_room_over_the_step_size():
    kept = {"regret": 0.1, "bound": 0.3, "squared": 1.0, "allowed": 1.5}
    drawn = [
        Drawn(cell, {name: np.full((1, 5), value) for name, value in kept.items()})
        for cell in training.figure_training.cells["quick"]
    ]
    axes = training.figure_training.render(drawn, "quick").axes
    for above, below, one in zip(axes[:3], axes[3:], drawn, strict=True):
        assert [line.get_ydata()[0] for line in above.lines[:2]] == [0.3, 0.1]
        assert below.lines[0].get_ydata()[0] == pytest.approx(0.5 / one.cell["alpha"])


def test_the_network_that_is_drawn_carries_its_function_at_the_distance_that_it_says():
    narrow, wide = (
        construction.features_carried(np.random.default_rng(0), {"m": m}, 4) for m in (64, 4096)
    )
    for found, m in ((narrow, 64), (wide, 4096)):
        assert found["moved"] == pytest.approx(np.full(4, construction.B))
        assert (found["from_features"] <= construction.B**2 / (2 * np.sqrt(m))).all()
    assert wide["from_function"].max() < 0.1 < narrow["from_function"].max()
    # Only the terms of third order are left of f - g_3: sixteen times as wide, as much smaller.
    assert wide["from_features"].mean() < narrow["from_features"].mean() / 30
    drawn = [Drawn({"m": m}, found) for m, found in ((64, narrow), (4096, wide))]
    left, right = construction.figure_construction.render(drawn, "quick").axes
    assert "2.6000 to 2.6000" in left.get_title(loc="left")
    assert right.lines[0].get_ydata()[1] == pytest.approx(wide["from_function"].mean())
    assert right.lines[3].get_ydata()[0] == pytest.approx(2.6**2 / 16)


def test_even_degrees_from_four_on_and_even_labels_are_beyond_the_quadratic_network():
    small = {"m": 64, "alpha": 0.1, "T": 120, "degrees": 8}
    drawn = []
    for parity in (-1, 1):
        cell = {**small, "parity": parity}
        drawn.append(Drawn(cell, quadratic.losses(np.random.default_rng(0), cell, 2)))
    odd, even = drawn
    assert odd["loss"].min() < 0.6 and even["loss"].min() >= 1 - 1e-12
    for d in quadratic.DIMENSIONS:
        assert list(np.flatnonzero(even[f"eigenvalues_{d}"][0] == 0)) == [4, 6]
    assert even["eigenvalues_3"][0, 0] == pytest.approx(1 / 3)
    left, right = quadratic.figure_quadratic.render(drawn, "quick").axes
    assert list(left.lines[3].get_xdata()) == [4, 6]
    assert list(left.lines[1].get_xdata()) == [0, 1, 2, 3, 5, 7]
    assert right.lines[0].get_ydata() == pytest.approx(odd["loss"][0])


def test_balls_that_are_drawn_cover_their_points_and_the_curve_crosses_two():
    drawn = [
        Drawn(cell, balls.distances(np.random.default_rng(0), cell, 1))
        for cell in balls.figure_balls.cells["quick"]
    ]
    left, right = balls.figure_balls.render(drawn, "quick").axes
    discs = [patch for patch in left.patches if isinstance(patch, Circle) and patch.get_fill()]
    points = [line.get_xydata()[0] for line in left.lines if line.get_marker() == "o"]
    assert len(discs) == len(points) == 4
    for disc, point in zip(discs, points, strict=True):
        assert np.linalg.norm(disc.center - point) <= disc.radius == 1
    for i, one in enumerate(discs):
        for other in discs[:i]:
            assert np.linalg.norm(np.subtract(one.center, other.center)) >= 2 - 1e-12
    # d = 16 and k = 8, by the closed form: 2 sqrt(1 - 7/8 0.9^2) + 0.9/2.
    spread, distance = right.lines[0].get_xydata().T
    assert np.interp(0.9, spread, distance) == pytest.approx(1.5294, abs=1e-3)
    below = spread < 0.5
    assert (distance[below] > 2).all() and (distance[spread > 0.6] < 2).all()
