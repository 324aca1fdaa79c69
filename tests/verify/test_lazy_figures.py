"""Figures of lazily trained networks: what is simulated, and what the pictures show of it."""

import dataclasses

import numpy as np
import pytest
from test_digit_figures import words, write_npz

import verify.figures
from sim.certificates.robust_limit import robust_limit
from sim.networks import lazy_ball
from verify.figures import Drawn, draw
from verify.figures.wang2022 import robustness, steps

FIGURES = [f"wang2022/figure-{number}" for number in range(2, 8)]
TINY = {"width": 10, "epochs": 2, "passes": 2, "train": 40, "tests": 12, "most": 30}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tiny(monkeypatch):
    """Every figure at a small size, in this process."""

    def shrunk(which):
        cells = [
            {**cell, **{k: v for k, v in TINY.items() if k in cell}}
            for cell in which.cells["quick"]
            if cell["side"] <= 7 or "panel" in cell or cell["histogram"]
        ]
        cells = [{**cell, "side": min(cell["side"], 7)} for cell in cells]
        cells = [cell for place, cell in enumerate(cells) if cell not in cells[:place]]
        return dataclasses.replace(which, cells={"quick": cells}, replicates={"quick": 1})

    found = {id: shrunk(verify.figures.find(id)) for id in FIGURES}
    monkeypatch.setattr(verify.figures, "find", found.__getitem__)


@pytest.mark.parametrize("id", FIGURES)
def test_a_figure_is_drawn_from_small_digits_and_from_files_and_says_which(here, tiny, id):
    assert "scikit-learn's 8 x 8 digits" in words(draw(id, jobs=1))
    said = words(draw(id, jobs=1, mnist=str(write_npz(here / "m.npz"))))
    assert "MNIST files" in said and "8 x 8" not in said


@pytest.mark.parametrize("id", FIGURES)
def test_full_has_the_papers_settings_and_a_forecast(id):
    which = verify.figures.find(id)
    cells = which.cells["full"]
    images = [cell for cell in cells if cell["source"] == "digits"]
    assert max(cell["side"] for cell in images) == 28
    if id != "wang2022/figure-4":
        assert {cell["C_0"] for cell in images} <= {10.0, 20.0, 30.0, 40.0}
        assert max(cell["width"] for cell in images) == 100_000
    assert which.forecast("quick") < 60 < which.forecast("full")


def cell(**changes):
    return {
        "side": 5, "width": 20, "C_0": 2.0, "unit": 1, "train": 40, "tests": 9, "most": 200,
        "source": "digits", "histogram": 0, "mnist": "",
    } | changes  # fmt: skip


def test_the_step_times_the_gradient_is_the_perturbation_of_each_test_image():
    found = steps.simulate(np.random.default_rng(0), cell(histogram=1), 1)
    assert found["step"].shape == (1, 9)
    np.testing.assert_allclose(found["length"], found["step"] * found["gradient"], rtol=1e-5)
    assert found["left"][0] == 1


def test_images_as_they_are_are_measured_in_their_own_norm():
    rng = np.random.default_rng(0)
    found = steps.simulate(rng, cell(unit=0, histogram=1), 1)
    assert np.all(found["length"] < found["step"] * found["gradient"])


def test_the_mean_leaves_out_inputs_that_no_step_flips():
    rng = np.random.default_rng(0)
    found = steps.simulate(rng, cell(side=5, width=3, C_0=0.5, most=2), 3)
    assert np.all(np.isfinite(found["step"]))


def map_cell(panel, **changes):
    return {
        "side": 5, "width": 20, "fixed": 0.3, "levels": (0.01, 0.3, 1.2), "panel": panel,
        "source": "caps", "unit": 1, "train": 16, "tests": 10, "epochs": 3, "passes": 2,
        "mnist": "",
    } | changes  # fmt: skip


def test_robust_accuracy_is_at_most_clean_accuracy_and_gone_beyond_the_unit_radius():
    found = robustness.simulate(np.random.default_rng(0), map_cell("left"), 2)
    assert found["robust"].shape == (2, 3)
    assert np.all(found["robust"] <= found["clean"])
    assert np.any(found["robust"][:, 0] > 0)


def test_no_training_makes_a_network_robust_beyond_the_exact_limit():
    rng = np.random.default_rng(1)
    fixed = 1.0 / 20**0.5
    levels = map_cell("left", side=14, fixed=fixed, levels=(0.9,), epochs=20)
    found = robustness.simulate(rng, levels, 3)
    a, w = lazy_ball.initialisation(rng, 50, 20, 196)
    x = np.broadcast_to(np.eye(1, 196)[0], (50, 196))
    assert np.mean(robust_limit(a, w, x, np.ones(50), fixed)) < 0.5
    assert np.all(found["limit"] < 0.9)
    assert np.all(found["robust"] < 0.2)


def lines(axes):
    return {line.get_label(): np.array(line.get_xydata()) for line in axes.get_lines()}


def test_the_map_carries_the_papers_threshold_the_limit_and_half_the_distance_of_the_classes():
    cells = [map_cell("left", side=side) for side in (5, 7)]
    cells += [map_cell("right", width=width) for width in (20, 40)]
    drawn = [Drawn(c, robustness.simulate(np.random.default_rng(0), c, 1)) for c in cells]
    picture = robustness.render(drawn, "quick")
    left, right = [axes for axes in picture.axes if axes.get_xlabel()]
    for axes, constant in ((left, 5), (right, 25)):
        x, y = next(v for k, v in lines(axes).items() if "the paper's" in k).T
        np.testing.assert_allclose(y * np.sqrt(x), constant)
    half = lines(left)["half the distance of the classes"]
    np.testing.assert_allclose(half, [[25, 0.9], [49, 0.9]])
    limit = lines(left)["exact limit for all networks"]
    np.testing.assert_allclose(limit[:, 1], [one["limit"].mean() for one in drawn[:2]])
    assert not any("distance" in label for label in lines(right))


def test_the_histogram_marks_the_papers_step():
    chosen = [cell(unit=unit, histogram=1) for unit in (1, 0)]
    drawn = [Drawn(c, steps.simulate(np.random.default_rng(0), c, 1)) for c in chosen]
    axes = steps.render_histograms(drawn, "quick").axes[2]
    np.testing.assert_allclose(lines(axes)["the paper's 0.045"][:, 0], 0.045)
