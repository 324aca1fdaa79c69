"""What the panels of a plot show: the data of their artists, and words that can be read."""

import itertools
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp
from matplotlib import mathtext
from matplotlib.font_manager import FontProperties

from bounds import Identity, Inequality, Limit, Probability, Theta
from building import sample
from verify import Path
from verify.catalogue.registry import load_registry
from verify.showing.mathtext import readable, width_of, wrapped
from verify.showing.palette import PREDICTED
from verify.showing.panels import draw, outcome
from verify.showing.panels.marks import plain_ticks
from verify.showing.plots import nothing_to_draw

n = sp.Symbol("n", positive=True)


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def bars(axes):
    """The ends of the first error bars, by point: (points, 2 ends, 2 coordinates)."""
    return np.stack(axes.containers[0].lines[2][0].get_segments())


def test_a_mean_below_zero_keeps_its_interval(axes):
    noise = np.random.default_rng(0).standard_normal((2, 200))
    claim = Identity("mean", observable="y", equals=sp.Symbol("target"))
    cells = [{"target": -5.0, "case": "a"}, {"target": -5.0, "case": "b"}]
    draw(axes, sample(claim, [{"y": -5 + one} for one in noise], cells))
    left, right = bars(axes)[..., 0].T
    # Both are relative to the prediction: 95 % intervals of half-width 1.96 / (5 sqrt(200)).
    assert np.allclose(right - left, 2 * 1.96 / (5 * np.sqrt(200)), rtol=0.25)


def test_a_few_instances_are_drawn_one_by_one(axes):
    claim = Inequality("bound", left="y", at_most=1)
    draw(axes, sample(claim, [{"y": np.array([0.2, 0.7, 0.5])}]))
    points = axes.lines[0]
    assert list(points.get_xdata()) == [0.2, 0.7, 0.5]
    assert list(points.get_ydata()) == [1, 2, 3] and axes.get_ylabel() == "instance"


@pytest.mark.parametrize("values", [np.geomspace(1e-16, 1e-12, 400), np.zeros(400)])
def test_instances_far_below_a_bound_can_be_seen_beside_it(axes, values):
    draw(axes, sample(Inequality("bound", left="y", at_most=1e-6), [{"y": values}]))
    counts = [patch.get_height() for patch in axes.patches]
    assert sum(counts) == 400
    low, high = axes.get_xlim()
    assert low < 1e-6 < high
    transform = axes.transData.transform
    widths = [
        transform((patch.get_x() + patch.get_width(), 0))[0] - transform((patch.get_x(), 0))[0]
        for patch in axes.patches
        if patch.get_height()
    ]
    assert min(widths) > 3  # pixels


def test_the_sizes_of_a_path_are_its_ticks(axes):
    claim = Theta("order", observable="y", of=n)
    path = Path({"n": 1}, {"n": 64}, sizes=4, step=4)
    values = [{"y": 3.0 * size * np.exp([0.1, -0.1])} for size in (64, 256, 1024, 4096)]
    draw(axes, sample(claim, values, paths=[path]))
    assert list(axes.get_xticks()) == [64, 256, 1024, 4096]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["64", "256", "1024", "4096"]


def test_an_axis_says_that_paths_grow_different_sizes(axes):
    claim = Limit("limit", observable="y", to=0, tolerance=0.1)
    paths = [
        Path({"n": 1}, {"n": 8, "d": 2}, sizes=4, step=2),
        Path({"d": 1}, {"n": 9, "d": 2}, sizes=4, step=2),
    ]
    draw(axes, sample(claim, [{"y": np.array([0.1, -0.1])}] * 8, paths=paths))
    assert "each ray" in axes.get_xlabel()


def test_the_only_cell_is_no_number_on_an_axis(axes):
    claim = Probability("often", event="hit", at_least=0.5)
    draw(axes, sample(claim, [{"hit": np.ones(20)}], [{"d": 3}]))
    assert [text.get_text() for text in axes.get_xticklabels()] == ["1"]


def test_what_a_claim_observes_is_written_out(axes):
    gap = (sp.Symbol("reached_risk") - 1) / sp.Symbol("v") ** 2
    claim = Limit("limit", observable=gap, to=0, tolerance=0.1)
    path = Path({"n": 1}, {"n": 8, "v": 2.0}, sizes=4, step=2)
    draw(axes, sample(claim, [{"reached_risk": np.array([1.1, 0.9])}] * 4, paths=[path]))
    assert axes.get_ylabel() == "(reached risk - 1)/v^2"


@pytest.mark.parametrize(
    "printed",
    [
        r"$\sqrt n$",
        r"$\sqrt2c$",
        r"$\sqrt\tau$",
        r"$\frac1c$",
        r"$\sqrt{\log n/n}$",
    ],
)
def test_formulas_in_the_short_hand_of_tex_are_set(printed):
    assert readable(printed).startswith("$")


def test_lines_are_never_broken_between_a_formula_and_what_touches_it():
    lines = wrapped("holds ($x = 1$), and $a$-$b$ too", 80, size=8, most=3)
    assert lines == ["holds ($x = 1$),", "and $a$-$b$ too"]


def test_a_title_is_as_wide_as_the_panel_and_says_that_it_goes_on():
    text = r"for $\sqrt{m}$ words that " + "go on and on " * 20
    lines = wrapped(text, 200, size=8, most=3)
    assert len(lines) == 3 and lines[-1].endswith(" …")
    assert all(100 < width_of(line, 8) <= 200 for line in lines)
    assert wrapped("it ends", 200, size=8, most=3) == ["it ends"]


def test_the_width_of_a_line_is_the_one_that_it_is_set_with():
    line = r"for all $\sqrt{m}\geq 2 n$, and $\|x\|$-bounded $E[f]$, it holds"
    parser = mathtext.MathTextParser("path")
    whole = parser.parse(line, dpi=72, prop=FontProperties(size=8)).width
    assert width_of(line, 8) == pytest.approx(whole, rel=0.01)


@pytest.mark.parametrize("low", [0.0002, 0.07, 0.3])
@pytest.mark.parametrize("factor", [3, 9, 28])
def test_ticks_of_a_short_logarithmic_axis_do_not_overlap(axes, low, factor):
    axes.figure.set_size_inches(5.4, 4.3)
    axes.set_xscale("log")
    axes.set_xlim(low, factor * low)
    plain_ticks(axes)
    axes.figure.draw_without_rendering()
    labels = axes.get_xticklabels(which="both")
    boxes = [label.get_window_extent() for label in labels if label.get_text()]
    seen = sorted((box.x0, box.x1) for box in boxes if 0 < box.x0 < 540)
    assert len(seen) >= 2
    assert all(left[1] < right[0] for left, right in itertools.pairwise(seen))


def test_no_line_of_the_claim_joins_cells_that_differ_in_more_than_the_abscissa(axes):
    event, p = sp.Symbol("y") < 1, sp.Symbol("p", positive=True)
    cells = [dict(n=1, p=0.2), dict(n=1, p=0.4), dict(n=2, p=0.2), dict(n=4, p=0.2)]
    rows = [{"y": np.ones(50)} for _ in cells]
    draw(axes, sample(Probability("a", event, at_most=p), rows, cells))
    claimed = [line.get_xydata().tolist() for line in axes.lines if line.get_color() == PREDICTED]
    assert sorted(map(len, claimed)) == [1, 3]
    assert all(len({y for _, y in line}) == 1 for line in claimed)


def test_what_cannot_be_drawn_is_said_of_the_claims():
    registry = load_registry()
    reason = nothing_to_draw(registry, registry.resolve(["gao2019/theorem-C.1"]))
    assert "none of the 2 claims of gao2019/theorem-C.1" in reason
    assert "1 is a derivation (algebra), 1 is not checked numerically" in reason
    (alone,) = registry.resolve(["gao2019/theorem-C.1#uniform"])
    assert "gao2019/theorem-C.1#uniform is not checked" in nothing_to_draw(registry, [alone])


def test_a_few_tiny_values_do_not_press_the_instances_into_a_corner(axes):
    rng = np.random.default_rng(0)
    bound = 10 ** rng.uniform(-1, 1, 500)
    values = bound * rng.uniform(0.01, 1, 500)
    values[:3] = 1e-8, 1e-9, 1e-10
    draw(axes, sample(Inequality("bound", left="y", at_most="b"), [{"y": values, "b": bound}]))
    low, high = axes.get_ylim()
    assert 1e-4 < low < np.quantile(values, 0.02) and values.max() < high
    assert axes.get_xlim()[0] <= bound.min() and bound.max() <= axes.get_xlim()[1]
    below = int((values < low).sum())
    assert f"instances ({below} below the picture)" in axes.get_legend_handles_labels()[1]


def test_a_violation_is_never_below_the_picture(axes):
    bound = np.concatenate([np.full(300, 1.0), [1e-6]])
    values = np.concatenate([np.full(300, 0.5), [1e-5]])
    draw(axes, sample(Inequality("bound", left="y", at_most="b"), [{"y": values, "b": bound}]))
    assert axes.get_ylim()[0] <= 1e-5 and axes.get_xlim()[0] <= 1e-6


@pytest.mark.parametrize(
    ("kind", "predicted", "words"),
    [
        ("limit", 1.0, "0.99, no interval yet, predicted 1"),
        ("identity", 1.0, "0.99, no interval yet, predicted 1"),
        ("identity", 0.0, "worst relative excess 0.99"),
        ("deterministic", 0.0, "worst relative excess 0.99"),
        ("theta", 1.0, "exponent 0.99, claimed 1"),
    ],
)
def test_what_is_told_of_a_claim_without_an_interval_is_what_its_kind_measures(
    kind, predicted, words
):
    verdict = SimpleNamespace(kind=kind, observed=0.99, predicted=predicted, tolerance=0.1)
    assert outcome(verdict) == f":  {words}"
