"""The points of a picture as CSV: what was drawn is read back, series by series."""

import csv
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from click.testing import CliRunner

from verify.command_line import main
from verify.showing.points import to_csv


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    axes.set_title("mine/lemma#risk\nin words", loc="left")
    axes.set_xlabel("$n$")
    axes.set_ylabel("risk")
    yield axes
    plt.close(figure)


def rows(axes):
    """The rows of a panel, with numbers as numbers and without empty cells."""
    found = csv.DictReader(io.StringIO(to_csv(axes.figure)))
    return [
        {k: float(v) if k.startswith(("x", "y", "value")) else v for k, v in row.items() if v}
        for row in found
    ]


def named(axes, series):
    return [
        {k: v for k, v in row.items() if k not in ("panel", "abscissa", "ordinate", "series")}
        for row in rows(axes)
        if row.get("series") == series
    ]


def test_a_point_keeps_its_interval_on_a_logarithmic_axis_too(axes):
    axes.set_yscale("log")
    axes.errorbar([1, 2], [10, 20], yerr=[[1, 2], [3, 4]], fmt="o", label="observed")
    assert named(axes, "observed") == [
        {"x": 1, "y": 10, "y_low": 9, "y_high": 13},
        {"x": 2, "y": 20, "y_low": 18, "y_high": 24},
    ]


def test_an_interval_across_is_an_interval_of_x(axes):
    axes.errorbar([0.9, 1.1], [1, 0], xerr=[[0.1, 0.2], [0.1, 0.2]], fmt="o", label="observed")
    found = named(axes, "observed")
    np.testing.assert_allclose([row["x_low"] for row in found], [0.8, 0.9])
    np.testing.assert_allclose([row["x_high"] for row in found], [1.0, 1.3])


def test_the_error_bars_of_a_series_are_written_once(axes):
    axes.errorbar([1, 2], [10, 20], yerr=1, capsize=2, fmt="o", label="observed")
    assert len(rows(axes)) == 2


def test_both_edges_of_a_band_are_at_their_abscissa(axes):
    axes.fill_between([1, 2, 4], [3, 2, 1], [5, 5, 6], label="zone")
    assert named(axes, "zone") == [
        {"x": 1, "y_low": 3, "y_high": 5},
        {"x": 2, "y_low": 2, "y_high": 5},
        {"x": 4, "y_low": 1, "y_high": 6},
    ]


def test_a_line_across_the_panel_has_its_one_coordinate(axes):
    axes.axhline(0.25, label="bound")
    axes.axvline(3.0, label="size")
    assert named(axes, "bound") == [{"y": 0.25}]
    assert named(axes, "size") == [{"x": 3.0}]


def test_bars_of_a_histogram_count_all_instances(axes):
    values = np.random.default_rng(0).normal(size=100)
    axes.hist(values, bins=7, label="instances")
    bars = named(axes, "instances")
    assert sum(bar["y"] for bar in bars) == 100
    assert bars[0]["x_low"] == values.min() and bars[-1]["x_high"] == pytest.approx(values.max())


def test_lines_points_and_coloured_cells_are_what_was_given(axes):
    axes.plot([1, 2], [3, 4], label="predicted")
    axes.scatter([5], [6], label="instances")
    axes.pcolormesh([0, 1, 2], [0, 1], [[7, 8]], label="share")
    assert named(axes, "predicted") == [{"x": 1, "y": 3}, {"x": 2, "y": 4}]
    assert named(axes, "instances") == [{"x": 5, "y": 6}]
    assert [(cell["x_low"], cell["value"]) for cell in named(axes, "share")] == [(0, 7), (1, 8)]


def test_a_row_says_which_panel_and_axes_it_is_of(axes):
    axes.plot([1], [2], "o")
    assert rows(axes) == [
        {"panel": "mine/lemma#risk", "abscissa": "$n$", "ordinate": "risk", "x": 1, "y": 2}
    ]


def test_a_plot_is_written_with_its_points(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THEORYCHECK_QUICK_SECONDS", "0.02")
    claim = "zhang2020/lemma-6.6#power"
    ran = CliRunner().invoke(main, ["plot", claim, "--csv", "points.csv", "--jobs", "1", "--quiet"])
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.splitlines() == ["lemma-6.6-power.png", "points.csv"]
    found = list(csv.DictReader(io.StringIO((tmp_path / "points.csv").read_text())))
    assert {row["panel"] for row in found} == {claim}
    assert any(row["series"] for row in found)


def test_points_that_cannot_be_written_are_refused_before_anything_is_drawn(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("")
    ran = CliRunner().invoke(main, ["plot", "zhang2020/lemma-6.6", "--csv", "mine.py"])
    assert ran.exit_code == 2
    assert "mine.py is a program" in ran.output
    assert not list(tmp_path.glob("*.png"))
