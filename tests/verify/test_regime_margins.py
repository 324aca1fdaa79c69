"""A `broken` verdict says how its own cell stands to the regime of the theorem."""

import numpy as np
import pytest

from bounds import Inequality, Theorem, parameter, regime
from verify import check, run
from verify.judging import regimes

SIZE = parameter("size", "of the problem", positive=True)
CONSTANT = parameter("C", "a constant that the paper does not name", positive=True)
THEOREM = Theorem(
    id="own/lemma-1",
    statement="large sizes are small",
    hypotheses=(regime(SIZE >= 10 * CONSTANT, "the size is large"),),
    claims=[Inequality("small", left="y", at_most=1)],
)


def small(tmp_path, values, at_first=2.0, **constant):
    @check(
        THEOREM, cells=[{"size": size} | constant for size in values], seconds_per_replicate=1e-6
    )
    def sizes(rng, cell, n):
        """One replicate is nothing at all."""
        return {"y": np.full(n, at_first if cell["size"] == values[0] else 0.5)}

    return run(sizes, store=tmp_path, jobs=1)["small"]


def broken(tmp_path, values, **constant):
    verdict = small(tmp_path, values, **constant)
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


def test_what_holds_says_which_hypotheses_no_cell_meets(tmp_path):
    found = small(tmp_path, [4.0, 8.0], at_first=0.5)
    assert found.verdict == "holds"
    assert found.missed == {"the size is large": pytest.approx(0.8)}
    assert regimes.short_by(found.missed) == " by a factor of 1.2"


def test_what_holds_within_the_regime_at_a_cell_misses_nothing(tmp_path):
    found = small(tmp_path, [4.0, 40.0], at_first=0.5)
    assert (found.verdict, found.missed) == ("holds", {})


@pytest.mark.parametrize(
    ("margin", "words"),
    [
        (1.0, ""),
        (1 - 1e-12, ""),
        (0.4, " by a factor of 2.5"),
        (0.004, " by a factor of 250"),
        (1.4e-11, " by 10^11"),
        (0.0, ""),
        (None, ""),
    ],
)
def test_a_regime_is_missed_by_a_factor(margin, words):
    assert regimes.short_by({"the size is large": margin, "another": 3.0}) == words
