"""A `broken` verdict says how its own cell stands to the regime of the theorem."""

import numpy as np
import pytest

from bounds import Inequality, Theorem, parameter, regime
from verify import check, run

SIZE = parameter("size", "of the problem", positive=True)
CONSTANT = parameter("C", "a constant that the paper does not name", positive=True)
THEOREM = Theorem(
    id="own/lemma-1",
    statement="large sizes are small",
    hypotheses=(regime(SIZE >= 10 * CONSTANT, "the size is large"),),
    claims=[Inequality("small", left="y", at_most=1)],
)


def broken(tmp_path, values, **constant):
    @check(
        THEOREM, cells=[{"size": size} | constant for size in values], seconds_per_replicate=1e-6
    )
    def sizes(rng, cell, n):
        """One replicate is nothing at all."""
        return {"y": np.full(n, 2.0 if cell["size"] == values[0] else 0.5)}

    verdict = run(sizes, store=tmp_path, jobs=1)["small"]
    assert verdict.verdict == "broken"
    return verdict


def test_a_counterexample_outside_the_regime_is_said_to_be_outside(tmp_path):
    found = broken(tmp_path, [4.0, 400.0])
    assert found.detail["margins"] == {"the size is large": pytest.approx(0.4)}
    assert found.note.endswith("outside the regime: the size is large (0.4)")


def test_a_counterexample_inside_the_regime_shows_its_own_margin(tmp_path):
    found = broken(tmp_path, [40.0, 400.0])
    assert found.detail["margins"] == {"the size is large": pytest.approx(4)}
    assert "outside" not in found.note


def test_a_declared_constant_counts(tmp_path):
    assert "outside the regime" in broken(tmp_path, [40.0, 400.0], C=5.0).note
