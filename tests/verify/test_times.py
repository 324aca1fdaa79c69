"""Saboteurs at other parameters: the simulation gets them, and the claim keeps the cell's."""

import numpy as np

from bounds import Inequality, Theorem, observable, parameter
from verify import check
from verify.catalogue import Times


def test_a_saboteur_multiplies_the_parameters_that_it_names_and_no_others():
    a, y = parameter("a", "radius", positive=True), observable("y", "what is seen")
    theorem = Theorem(id="mine/lemma-1", statement="", claims=[Inequality("y", y, at_most=a)])
    seen = []

    def simulate(rng, cell, n):
        seen.append(dict(cell))
        return {"y": np.full(n, float(cell["a"]))}

    cells = [dict(a=2.0, b=3.0)]
    spoiled = {"no attack": Times(a=0)}
    bound = check(theorem, cells=cells, seconds_per_replicate=1e-6, saboteurs=spoiled)(simulate)
    found = bound.sabotaged("no attack").simulate(np.random.default_rng(0), bound.cells[0], 2)
    assert list(found["y"]) == [0, 0]
    assert seen == [{"a": 0.0, "b": 3.0}]
    assert bound.cells[0]["a"] == 2
