"""The figures of Gaussian clusters show the numbers that they are given, in the right places."""

import numpy as np
import pytest

from verify.figures import Drawn
from verify.figures.wang2024 import synthetic


def errors(cell, replicates=3):
    """Make up errors that tell the cells apart."""
    level = 0.1 + cell["d"] / 1e5 + cell["mu"] / 100 + cell["ratio"] / 10
    return np.linspace(level - 0.01, level + 0.01, replicates)


def drawn(which, shape=()):
    return [
        Drawn(
            cell,
            {
                name: errors(cell).reshape(3, *(1 for _ in shape)) * np.ones((3, *shape))
                for name in ("clean_error", "robust_error", "robust_loss")
            },
        )
        for cell in which.cells["quick"]
    ]


@pytest.mark.parametrize(
    "which, across", [(synthetic.figure_1, "mu"), (synthetic.figure_3, "ratio")]
)
def test_heat_map_shows_mean_accuracies_by_dimension(which, across):
    replicates = drawn(which)
    picture = which.render(replicates, "quick")
    axes = picture.axes[0]
    shown = axes.collections[0].get_array()
    rows = sorted({one.cell["d"] for one in replicates})
    columns = sorted({one.cell[across] for one in replicates})
    assert shown.shape == (len(rows), len(columns))
    for one in replicates:
        there = shown[rows.index(one.cell["d"]), columns.index(one.cell[across])]
        assert there == pytest.approx(1 - errors(one.cell).mean())
    assert axes.get_ylabel() == "dimension d"


def test_curves_show_means_of_the_cells_of_their_row():
    looks = len(range(0, 201, 20))
    replicates = drawn(synthetic.figure_2, (looks,))
    picture = synthetic.figure_2.render(replicates, "quick")
    for (varied, fixed, _, _), axes in zip(synthetic.ROWS, picture.axes[1::2], strict=True):
        curves = axes.lines[: len(synthetic.VALUES[varied])]
        for curve, value in zip(curves, synthetic.VALUES[varied], strict=True):
            level = errors({**fixed, varied: value}).mean()
            assert np.allclose(curve.get_ydata(), level)
            assert list(curve.get_xdata()) == list(range(0, 201, 20))


def test_full_grids_are_those_of_the_paper():
    one, two, three = (
        figure.cells["full"]
        for figure in (synthetic.figure_1, synthetic.figure_2, synthetic.figure_3)
    )
    assert len(one) == 180
    assert {cell["mu"] for cell in one} == set(range(1, 11))
    assert {cell["d"] for cell in one} == {1000 * k for k in range(1, 19)}
    assert len(two) == 9  # the settings that two rows share are simulated once
    assert len(three) == 108
    assert {cell["ratio"] for cell in three} == {k / 20 for k in range(1, 10)}
    for cell in (*one, *two, *three):
        settings = synthetic.experiment(cell)
        assert (settings.width, settings.iterations, settings.samples) == (1000, 1000, 100)
        assert settings.radius == pytest.approx(cell["ratio"] * cell["mu"])
