"""Evidence: replicates of a check, drawn where they are lacking and handed out as samples."""

import re

import numpy as np
import pytest
import sympy as sp

from bounds import Identity, Theorem
from verify import check
from verify.catalogue.grid import digest
from verify.errors import UserError
from verify.evidence.gathering import Evidence
from verify.evidence.store import Store
from verify.evidence.workers import Workers

x = sp.Symbol("x", positive=True)
THEOREM = Theorem(
    id="own/theorem-1",
    statement="",
    claims=[
        Identity("all", observable="y", equals=x),
        Identity("some", observable="y", equals=x, where=x < 2),
    ],
)


@check(THEOREM, cells=[dict(x=1.0), dict(x=3.0)], seconds_per_replicate=1e-6, block=8, first=8)
def simulate(rng, cell, n):
    """One replicate is one draw."""
    if cell["x"] > 5:
        raise RuntimeError("too large")
    return {"y": cell["x"] * rng.random(n)}


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path) as store:
        yield store


def draw(evidence: Evidence, n: int) -> Evidence:
    with Workers(jobs=1) as workers:
        evidence.draw(n, workers)
    return evidence


def test_what_is_drawn_in_parts_is_what_is_drawn_at_once(store, tmp_path):
    parts = draw(draw(Evidence(simulate, store, 3), 8), 40)
    with Store(tmp_path / "other") as other:
        whole = draw(Evidence(simulate, other, 3), 40)
        for position in (0, 1):
            assert np.array_equal(
                parts.observables(position)["y"], whole.observables(position)["y"]
            )
    assert parts.n == 40 and parts.blocks(40) == 5 and parts.seconds() > 0


def test_nothing_is_drawn_that_is_stored(store):
    evidence = draw(Evidence(simulate, store, 0), 16)
    assert evidence.tasks(16, 1) == []
    again = Evidence(simulate, store, 0)
    again.load(16)
    assert np.array_equal(again.observables(1)["y"], evidence.observables(1)["y"])
    with pytest.raises(KeyError):
        Evidence(simulate, store, 1).load(16)


def test_a_sample_has_the_cells_that_the_claim_speaks_about(store):
    evidence = draw(Evidence(simulate, store, 0), 16)
    sample = evidence.sample(THEOREM["some"], 8)
    assert list(sample.positions) == [0] and sample.n == 8
    assert np.array_equal(sample.values(0, sp.Symbol("y")), evidence.observables(0)["y"][:8])
    assert evidence.sample(THEOREM["all"]).table(sp.Symbol("y")).shape == (2, 16)


def test_only_the_wanted_cells_are_drawn(store):
    evidence = draw(Evidence(simulate, store, 0, positions=[1]), 8)
    assert store.numbers(simulate.key, digest({"x": 1.0}), 0) == set()
    assert evidence.observables(1)["y"].shape == (8,)


def test_a_block_drawn_again_is_the_block_and_another_seed_is_not(store):
    evidence = draw(Evidence(simulate, store, 0), 24)
    assert np.array_equal(evidence.again(1, 2)["y"], evidence.observables(1)["y"][16:])
    assert not np.isin(evidence.fresh(1, 20, seed=1)["y"], evidence.observables(1)["y"]).any()
    assert evidence.fresh(1, 20, seed=1)["y"].shape == (20,)


def test_settings_change_what_is_drawn_and_failures_are_remembered(store):
    evidence = draw(Evidence(simulate.with_settings({"x": 9.0}), store, 0), 8)
    (failure,) = evidence.failures.values()
    assert re.fullmatch(r"\S*test_evidence\.py:\d+: RuntimeError: too large", failure)


def test_a_block_that_does_not_fit_is_refused(store):
    large = check(
        THEOREM, cells=[dict(x=1.0)], seconds_per_replicate=1e-6, bytes_per_replicate=1e13
    )(lambda rng, cell, n: {})
    with pytest.raises(UserError, match=r"needs .* GB of memory, and there are 1 GB"):
        Evidence(large, store, 0).refuse_too_large(1e9)
