"""A grid, a cost or a simulation that no run could use is refused when the check is made."""

import numpy as np
import pytest
import sympy as sp

from bounds import (
    Derivation,
    Identity,
    Limit,
    Monotone,
    Theorem,
    Theta,
    Threshold,
    parameter,
    required,
)
from verify import Path, check, product
from verify.catalogue.grid import lay_out

n = sp.Symbol("n", positive=True)
CELLS = [dict(n=1.0)]


def bind(claim, simulate=lambda rng, cell, n: {}, **options):
    theorem = Theorem(id="own/lemma-1", statement="", claims=[claim])
    return check(theorem, **{"seconds_per_replicate": 1e-6, **options})(simulate)


MEAN = Identity("a", "y", n)


@pytest.mark.parametrize(
    ("claim", "options", "words"),
    [
        (Limit("a", "y", 0), {"cells": CELLS}, r"#a is a Limit, .* paths=\[Path"),
        (Theta("a", "y", n), {"cells": CELLS}, r"#a is a Theta, .* paths=\[Path"),
        (Monotone("a", "y", "m"), {"cells": CELLS}, "along 'm', which no cell has: .* They have n"),
        (Threshold("a", "y", "m", 1), {"cells": CELLS}, "along 'm', which no cell has"),
        (Derivation("a", n, equals=n), {"cells": CELLS}, "no claim that a simulation could"),
        (MEAN, {}, r"no grid for own/lemma-1#a: a check needs cells=\[...\] or paths"),
        (MEAN, {"cells": dict(n=1)}, r"cells is a list, \[dict"),
        (MEAN, {"cells": [1]}, "cells is a list, .* it has 1 in it"),
        (MEAN, {"cells": [dict(n=None)]}, "a cell has n=None; the value of a parameter is"),
        (MEAN, {"cells": [dict(n={1, 2})]}, r"product\(n=\[10, 20\]\)"),
        (MEAN, {"cells": [dict(n=n)]}, "a cell has n=n; the value"),
        (MEAN, {"cells": [{n: 1}]}, "named by a string"),
        (MEAN, {"paths": Path({"n": 1}, dict(n=1))}, r"paths is a list, \[Path"),
        (MEAN, {"cells": CELLS, "seconds_per_replicate": -1}, "seconds_per_replicate=-1: it is"),
        (
            MEAN,
            {"cells": CELLS, "seconds_per_replicate": lambda cell: -1.0},
            r"is -1\.0 at .*from 0",
        ),
        (
            MEAN,
            {"cells": CELLS, "seconds_per_replicate": lambda cell: cell["d"]},
            "'d', which a ce",
        ),
        (MEAN, {"cells": CELLS, "bytes_per_replicate": lambda cell: float("nan")}, "is nan at"),
        (MEAN, {"cells": CELLS, "seconds_per_replicate": "1 s"}, "'1 s': it is a number from 0"),
        (MEAN, {"cells": CELLS, "seconds_per_replicate": None}, "say what one replicate costs"),
        (MEAN, {"cells": CELLS, "simulate": lambda cell, n: {}}, "cannot be called with these"),
        (MEAN, {"cells": CELLS, "simulate": 3}, r"a function simulate\(rng, cell, n\), not 3"),
    ],
)
def test_what_no_run_could_use_is_refused_with_what_to_write(claim, options, words):
    with pytest.raises(ValueError, match=words):
        bind(claim, **options)


k = sp.Symbol("k", positive=True)


def test_where_is_about_what_every_cell_has():
    claim = Identity("a", "y", n, where=k > 1)
    with pytest.raises(ValueError, match=r"#a: where= is about k, .* they all have n"):
        bind(claim, cells=[dict(n=1.0), dict(n=2.0, k=1.0)])
    assert bind(claim, cells=[dict(n=1.0, k=2.0)]).cells


def test_a_hypothesis_is_about_what_a_cell_has_or_what_means_something():
    def bound(letter, **more):
        theorem = Theorem(
            id="own/lemma-1",
            statement="",
            hypotheses=[required(letter > 1, "k is large")],
            claims=[MEAN],
            **more,
        )
        return check(theorem, cells=CELLS, seconds_per_replicate=1e-6)(lambda rng, cell, n: {})

    with pytest.raises(ValueError, match=r"'k is large' is about k, which .* parameter\(\"k\""):
        bound(k)
    assert bound(parameter("k", "number of neighbours")) and bound(k, symbols={"k": "neighbours"})
    assert bound(k, quantities={"k": 2 * n})


def test_an_axis_without_values_makes_no_grid():
    with pytest.raises(ValueError, match="n has no values, so that there would be no cells"):
        product(n=[], d=[1, 2])
    assert product(n=range(1, 3), d=3) == [dict(n=1, d=3), dict(n=2, d=3)]


def test_numbers_of_sympys_in_a_cell_are_numbers():
    cells, placed = lay_out(
        [dict(n=sp.Integer(3), gamma=sp.Rational(1, 2), name="a", shape=(sp.Integer(1), 2))],
        [Path({"n": 1}, dict(n=sp.Integer(2)), step=2)],
    )
    assert cells[0] == dict(n=3, gamma=0.5, name="a", shape=(1, 2))
    assert [type(cells[0][name]) for name in ("n", "gamma")] == [int, float]
    assert [cells[position]["n"] for position in placed[0].positions] == [2, 4, 8, 16, 32, 64]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sizes": 3}, "sizes=3: a path needs at least 4"),
        ({"sizes": 4.5}, "sizes=4.5: a path needs at least 4"),
        ({"step": 1}, "step=1: the ratio of neighbouring sizes is above 1"),
        ({"step": "2"}, "step='2': the ratio"),
        ({"ray": {}}, "nothing grows along the ray"),
        ({"ray": {"n": 0}}, "nothing grows along the ray"),
        ({"ray": {"n": "1"}}, "nothing grows along the ray"),
        ({"ray": {"m": 1}}, r"grows \['m'\], which the base does not have"),
        ({"ray": "n"}, r'a path is Path\({"n": 1}, base=.*; its ray is \'n\''),
        ({"base": dict(n=0)}, "grows n from 0: it begins with a positive number"),
        ({"base": dict(n=[1, 2])}, "grows n from"),
        ({"base": [dict(n=1)]}, "its base is"),
    ],
)
def test_a_path_on_which_nothing_grows_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        Path(**{"ray": {"n": 1}, "base": dict(n=1.0), **options})


@pytest.mark.parametrize("of", ["own/lemma-1", MEAN, None])
def test_a_check_is_of_a_theorem_or_its_claims(of):
    with pytest.raises(ValueError, match="a check is of a theorem or of its claims"):
        check(of, cells=CELLS, seconds_per_replicate=1e-6)


def test_a_simulation_may_have_more_arguments_with_defaults():
    def simulate(rng, cell, n, *, shift=0.0):
        return {"y": np.full(n, shift)}

    assert bind(MEAN, simulate, cells=CELLS).simulate is simulate
