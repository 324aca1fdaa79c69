"""``--set NAME=VALUE``: what it changes, and what it refuses."""

import pytest
import sympy as sp

from bounds import Identity, Theorem, required
from verify import Path, check
from verify.catalogue.overrides import every_setting_is_used, parse_settings
from verify.errors import UnknownName, UserError

d = sp.Symbol("d", positive=True, integer=True)
e = sp.Symbol("e", nonnegative=True)
THEOREM = Theorem(
    id="own/theorem-1",
    statement="",
    claims=[Identity("a", observable="y", equals=d * e)],
    hypotheses=[required(d > 2 * e, "the dimension is large")],
)


def bound(**grid):
    return check(THEOREM, seconds_per_replicate=1e-6, **grid)(lambda rng, cell, n: {})


CELLS = bound(cells=[dict(d=5, e=1.0, v=(1.0, 2.0), case="a", on=True), dict(d=9, e=0.5)])


def test_values_are_python_literals_or_words():
    assert parse_settings(("a=1", "b=0.5", "c=(1, 2)", "d = x=y", "e=True", "f=1e3")) == {
        "a": 1,
        "b": 0.5,
        "c": (1, 2),
        "d": "x=y",
        "e": True,
        "f": 1000.0,
    }
    for text in ("a", "=1", "a=", "", "  =  "):
        with pytest.raises(UserError, match="takes NAME=VALUE"):
            parse_settings((text,))


def test_a_setting_changes_the_cells_that_have_the_parameter():
    changed = CELLS.with_settings({"d": 7, "case": "b", "v": [3, 4]}).cells
    assert changed[0] == dict(d=7, e=1.0, v=(3.0, 4.0), case="b", on=True)
    assert changed[1] == dict(d=7, e=0.5)
    assert CELLS.with_settings({}) is CELLS


def test_types_stay_what_they_were():
    changed = CELLS.with_settings({"d": 7.0, "e": 2, "case": 5}).cells
    assert [type(changed[0][k]) for k in ("d", "e", "case")] == [int, float, str]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"d": 2.5}, "d is a whole number"),
        ({"d": "many"}, "d is a number"),
        ({"d": True}, "a number"),
        ({"e": (1, 2)}, "e is a number"),
        ({"e": float("inf")}, "below 1e\\+15"),
        ({"d": 10**400}, "below 1e\\+15"),
        ({"e": float("nan")}, "below 1e\\+15"),
        ({"e": 1j}, "e is a number"),
        ({"v": 3.0}, "v is a sequence of 2"),
        ({"v": (1, 2, 3)}, "v is a sequence of 2"),
        ({"v": (1, "a")}, "v is a number"),
        ({"on": 1}, "on is True or False"),
        ({"e": -1.0}, "e must be nonnegative in own/theorem-1"),
        ({"d": -3}, "d must be positive"),
        ({"d": 2, "e": 1.5}, "assumes that the dimension is large"),
    ],
)
def test_values_of_another_type_or_outside_the_domain_are_one_sentence(setting, words):
    with pytest.raises(UserError, match=words):
        CELLS.with_settings(setting)


def test_a_name_that_no_cell_has_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match=r"There is no parameter 'dd'\. Did you mean d\?"):
        every_setting_is_used(CELLS.cells, {"dd": 1})
    with pytest.raises(UnknownName, match="no parameters to set"):
        every_setting_is_used([], {"d": 1})


def test_along_a_path_the_base_changes_and_the_growth_stays():
    paths = [Path({"d": 1}, dict(d=8, e=1.0), 4)]
    changed = bound(paths=paths).with_settings({"d": 10, "e": 0.25}).cells
    assert [(c["d"], c["e"]) for c in changed] == [(10, 0.25), (20, 0.25), (40, 0.25), (80, 0.25)]


def test_a_cell_that_was_outside_before_is_no_mistake_of_the_setting():
    outside = bound(cells=[dict(d=1, e=1.0, k=1), dict(d=9, e=1.0, k=1)])
    assert outside.with_settings({"k": 2}).cells[0]["k"] == 2


def test_paths_legends_and_cost_speak_of_the_changed_values():
    paths = [Path({"d": 1}, dict(d=8, e=1.0), 4)]
    one = check(THEOREM, seconds_per_replicate=lambda cell: cell["d"] * 1e-3, paths=paths)(
        lambda rng, cell, n: {}
    )
    changed = one.with_settings({"d": 80, "e": 0.25})
    (path,) = changed.paths
    assert path.path.base == dict(d=80, e=0.25)
    assert [changed.cells[k] for k in path.positions] == path.path.cells()
    assert changed.cost("full") == pytest.approx(10 * one.cost("full"))
    assert changed.violation_measure > one.violation_measure
    assert one.paths[0].path.base == dict(d=8, e=1.0), "the check itself is as it was"


def test_paths_that_share_a_cell_keep_their_own_bases():
    paths = [Path({"d": 1}, dict(d=8, e=1.0), 4), Path({"e": 1}, dict(d=8, e=1.0), 4)]
    changed = bound(paths=paths).with_settings({"d": 20, "e": 0.5})
    for placed in changed.paths:
        assert [changed.cells[k] for k in placed.positions] == placed.path.cells()


def test_cells_that_become_equal_are_one_cell():
    changed = bound(cells=[dict(d=5, e=1.0), dict(d=9, e=1.0)]).with_settings({"d": 7})
    assert changed.cells == (dict(d=7, e=1.0),)
