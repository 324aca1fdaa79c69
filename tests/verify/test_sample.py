"""Which cells and replicates a claim is judged on, and what its names mean there."""

import numpy as np
import pytest
import sympy as sp

from bounds import Identity, MissingValue, Monotone, Probability, Theorem, required
from building import sample
from verify import Path, check
from verify.evidence.sample import Sample, applies, expand

m, n = sp.symbols("m n", positive=True)
y = sp.Symbol("y")


def bound(theorem, **grid):
    return check(theorem, seconds_per_replicate=1e-6, **grid)(lambda rng, cell, count: {})


def test_names_mean_observables_then_parameters_then_quantities():
    claim = Identity("a", observable="y", equals="q")
    quantities = {"q": sp.Symbol("r") * 2, "r": m + 1, "m": sp.Integer(100)}
    one = sample(claim, [{"y": [1.0, 2.0], "r": [5.0, 6.0]}], [dict(m=3.0)], quantities=quantities)
    assert one.values(0, sp.Symbol("q")).tolist() == [10, 12], "the observable r, not the quantity"
    assert one.values(0, m).tolist() == [3, 3], "the parameter m, not the quantity"
    assert expand(sp.Symbol("q"), one.theorem, frozenset({"m"})) == 2 * m + 2
    with pytest.raises(MissingValue, match="'unknown' has no value"):
        one.values(0, sp.Symbol("unknown"))


def test_words_in_a_cell_are_labels_and_take_no_part_in_formulas():
    one = sample(Identity("a", observable="y", equals=m), [{"y": [1.0]}], [dict(case="a", m=2.0)])
    assert one.values(0, y + m).tolist() == [3.0]


def test_a_parameter_must_not_depend_on_the_replicate():
    one = sample(Identity("a", observable="y", equals=m), [{"y": [1.0, 2.0]}], [dict(m=2.0)])
    assert one.parameter(0, m**2) == 4
    with pytest.raises(ValueError, match="y depends on the replicate"):
        one.parameter(0, y)


def test_a_claim_speaks_about_cells_inside_the_hypotheses_and_where_it_says():
    claim = Identity("a", observable="y", equals=m, where=m > 2)
    theorem = Theorem(
        id="own/lemma-1",
        statement="",
        claims=[claim],
        quantities={"ratio": m / n},
        hypotheses=[required(sp.Symbol("ratio") < 4, "")],
    )
    cells = [
        dict(m=1.0, n=1.0),
        dict(m=3.0, n=1.0),
        dict(m=4.0, n=1.0),
        dict(m=5.0, n=2.0),
        dict(m=-3.0, n=2.0),
    ]
    assert [applies(theorem, claim, cell) for cell in cells] == [False, True, False, True, False]


def test_only_whole_paths_are_judged_and_positions_are_those_of_the_grid():
    claim = Identity("a", observable="y", equals=m, where=n > 1)
    theorem = Theorem(id="own/lemma-1", statement="", claims=[claim])
    paths = [Path({"m": 1}, dict(m=1.0, n=k), 4) for k in (1.0, 2.0)]
    one = bound(theorem, cells=[dict(m=7.0, n=1.0)], paths=paths)
    evidence = {k: {"y": np.full(10, float(k))} for k in range(9)}
    chosen = Sample.of(one, theorem["a"], evidence, 6)
    assert list(chosen.positions) == [5, 6, 7, 8] and chosen.n == 6
    assert [p.positions for p in chosen.paths] == [(0, 1, 2, 3)]
    assert chosen.table(y).tolist() == [[k] * 6 for k in (5.0, 6.0, 7.0, 8.0)]


def test_the_condition_keeps_the_same_number_of_replicates_of_every_cell():
    claim = Probability("a", event=y > 2, at_most=1, given="good")
    rows = [
        {"y": np.arange(6.0), "good": [1, 0, 1, 0, 1, 0]},
        {"y": np.arange(6.0), "good": [0, 0, 1, 1, 0, 0]},
    ]
    one = sample(claim, rows)
    assert one.n == 2 and one.shares == (0.5, pytest.approx(1 / 3))
    assert one.table(y).tolist() == [[0, 2], [2, 3]]


def test_a_condition_that_is_no_event_is_refused():
    claim = Probability("a", event=y > 2, at_most=1, given="good")
    with pytest.raises(ValueError, match=r"takes the value 0\.5"):
        sample(claim, [{"y": np.arange(2.0), "good": [0.5, 1]}])


@pytest.mark.parametrize(
    ("claim", "independent", "refused"),
    [
        (Identity("a", observable="y", equals=1, given="good"), False, True),
        (Identity("a", observable="y", equals=1, given="good"), True, False),
        (Identity("a", observable="y", equals=1, given="good", exact=True), False, False),
        (Monotone("a", observable="y", along="k", given="good"), False, True),
        (Monotone("a", observable="y", along="k", given="good", exact=True), True, True),
        (Probability("a", event="good", at_most=1, given="good"), False, False),
    ],
)
def test_rows_that_belong_together_are_not_torn_apart_by_a_condition(claim, independent, refused):
    rows = [{"y": np.arange(4.0), "good": mask} for mask in ([1, 1, 0, 0], [0, 1, 1, 0])]
    cells = [dict(k=0), dict(k=1)]
    if refused:
        with pytest.raises(ValueError, match="row by row"):
            sample(claim, rows, cells, independent=independent)
    else:
        assert sample(claim, rows, cells, independent=independent).n == 2
    same = [rows[0], rows[0]]
    assert sample(claim, same, cells, independent=independent).n == 2


def test_a_path_that_leaves_the_hypotheses_is_no_path_but_its_cells_are_judged():
    claim = Identity("a", observable="y", equals=m, where=m < 7)
    theorem = Theorem(id="own/lemma-1", statement="", claims=[claim])
    one = bound(theorem, paths=[Path({"m": 1}, dict(m=1.0), 4), Path({"m": 1}, dict(m=0.5), 4)])
    evidence = {k: {"y": np.zeros(4)} for k in range(len(one.cells))}
    chosen = Sample.of(one, theorem["a"], evidence, 4)
    assert [cell["m"] for cell in chosen.cells] == [1, 2, 4, 0.5]
    (path,) = chosen.paths
    assert [chosen.cells[k]["m"] for k in path.positions] == [0.5, 1, 2, 4]
