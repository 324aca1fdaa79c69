"""The figures of zhang2020 show the numbers that they are given; images may be CIFAR-10's."""

import numpy as np
import pytest

from sim import images
from verify.errors import UserError
from verify.figures import Drawn
from verify.figures.zhang2020 import polynomials, pseudo_network, regret, separation, training


def test_the_histogram_counts_the_points_of_a_sample():
    cell = {"sample": 3, "mnist": ""}
    delta = np.array([[0.05, 0.31, 0.33], [0.31, 0.31, 0.33]])
    picture = separation.figure_1.render([Drawn(cell, {"delta": delta, "uniform": delta})], "quick")
    axes = picture.axes[0]
    heights = {round(bar.get_x(), 2): bar.get_height() for bar in axes.patches[:60]}
    assert heights[0.04] == pytest.approx(0.5)
    assert heights[0.3] == pytest.approx(1.5)
    assert heights[0.32] == pytest.approx(1.0)
    assert "17 % within" in axes.get_title(loc="left")


def test_samples_are_compared_with_all_images(tmp_path):
    rng = np.random.default_rng(0)
    records = rng.integers(0, 256, (30, images.CIFAR_RECORD), dtype=np.uint8)
    records.tofile(tmp_path / "data_batch_1.bin")
    found = separation.distances(rng, {"sample": 10, "mnist": str(tmp_path)}, 2)
    x = images.padded(records[:, 1:] / 255)
    every = images.least_distances(x, np.arange(30))
    assert found["delta"].shape == (2, 10)
    assert np.isclose(found["delta"][..., None], every).any(axis=-1).all()


def test_other_images_of_the_same_name_have_another_fingerprint(tmp_path):
    def content(seed):
        rng = np.random.default_rng(seed)
        batch = rng.integers(0, 256, (2, images.CIFAR_RECORD), dtype=np.uint8)
        folder = tmp_path / str(seed)
        folder.mkdir()
        batch.tofile(folder / "data_batch_1.bin")
        return separation.figure_1.cells_of("quick", str(folder))[0]["content"]

    assert content(0) != content(1)
    with pytest.raises(UserError, match="no file or folder"):
        separation.figure_1.cells_of("quick", str(tmp_path / "missing"))


def test_the_gap_is_drawn_over_its_order():
    cells = pseudo_network.figure_supremum.cells["quick"]
    drawn = [Drawn(cell, {"ratio": np.array([1.0, 3.0]) * cell["R"]}) for cell in cells]
    axes = pseudo_network.figure_supremum.render(drawn, "quick").axes[0]
    for line, R in zip(axes.lines[:3], (1, 4, 16), strict=True):
        assert list(line.get_xdata()) == [100, 1000, 10000]
        assert list(line.get_ydata()) == pytest.approx([2.0 * R] * 3)
    assert axes.lines[3].get_ydata()[0] == pytest.approx(0.1410, abs=1e-4)


def test_means_so_far_and_the_bound_are_drawn_along_the_run():
    cells = training.figure_training.cells["quick"]
    loss = np.tile([0.4, 0.2, 0.3], (2, 1))
    kept = {"loss": loss, "comparator": np.full(2, 0.1), "radius": np.array([1.0, 2.0])}
    picture = training.figure_training.render([Drawn(cell, kept) for cell in cells], "quick")
    for axes, kappa in zip(picture.axes, (0.05, 1.0), strict=True):
        for number in range(3):
            thin, thick = axes.lines[2 * number : 2 * number + 2]
            assert list(thin.get_ydata()) == pytest.approx([0.4, 0.2, 0.3])
            assert list(thick.get_ydata()) == pytest.approx([0.4, 0.3, 0.3])
        bound = axes.lines[6].get_ydata()
        assert bound[1] == pytest.approx(0.1 + (2 + kappa) ** 2 / (4 * kappa) + kappa / 2)


def test_a_run_ends_where_its_comparator_is_taken():
    cell = {"adversary": 2, "m": 40, "T": 4, "kappa": 0.2}
    found = training.run(np.random.default_rng(0), cell, 3)
    assert found["loss"].shape == (3, 4)
    np.testing.assert_allclose(found["loss"][:, -1], found["comparator"])


def test_the_three_terms_bound_the_regret_at_every_step_of_the_run_that_is_drawn():
    for adversary in range(3):
        cell = {"adversary": adversary, "m": 40, "T": 30, "kappa": 0.3}
        found = regret.terms(np.random.default_rng(adversary), cell, 4)
        total = found["distance"] + found["gradients"] + found["kinks"]
        assert (found["regret"] <= total + 1e-12).all()
        assert (found["regret"] > total - 1).all() and (found["gradients"] > 0).all()


def test_the_regret_is_drawn_beside_the_sum_of_its_terms():
    kept = {name: np.full((1, 4), value) for value, name in enumerate(regret.TERMS, 1)}
    drawn = [
        Drawn(cell, {**kept, "regret": np.full((1, 4), -1.0)})
        for cell in regret.figure_regret.cells["quick"]
    ]
    for axes in regret.figure_regret.render(drawn, "quick").axes:
        total, found, *parts = (line.get_ydata()[0] for line in axes.lines)
        assert (total, found, parts[:3]) == (6, -1, [1, 2, 3])


def test_the_step_is_drawn_right_and_as_printed_and_degrees_over_those_allowed():
    rng = np.random.default_rng(0)
    cells = polynomials.figure_polynomials.cells["quick"]
    drawn = [Drawn(cell, polynomials.polynomials(rng, cell, 1)) for cell in cells]
    left, middle, right = polynomials.figure_polynomials.render(drawn, "quick").axes
    printed, meant = (line.get_ydata() for line in left.lines)
    assert np.abs(printed).max() > 1e7 and np.abs(meant).max() < 1.1
    z = left.lines[1].get_xdata()
    assert np.abs(meant[z < 1 - (1.2 - 0.05) ** 2 / 2]).max() <= 0.05
    assert abs(meant[-1] - 1) <= 0.05
    assert all((line.get_ydata() < 1).all() for line in [*middle.lines[:6], *right.lines[:6]])
