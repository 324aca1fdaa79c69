"""Measured verdicts are looked at once more, and rows that are not independent are an error."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from bounds import Identity, Inequality, Law, Probability, Theorem
from verify import check, run
from verify.judging import settling
from verify.judging.pipeline import CONFIRMATION_SECONDS, CONFIRMATION_SHIFT

ONE = Identity("c", observable="y", equals=1)


def verdict(claim, draw, *, seed=0, confirm=False, **options):
    theorem = Theorem(id="own/claim-1", statement="", claims=[claim])
    options = dict(block=512, seconds_per_replicate=1e-6, quick=14, cells=[dict(g=0)]) | options
    bound = check(theorem, id="own/confirmed", **options)(lambda rng, cell, n: {"y": draw(rng, n)})
    return run(bound, seed=seed, confirm=confirm, jobs=1)["c"]


def normal(rng, n):
    return 1 + 0.1 * rng.standard_normal(n)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (ONE, "holds"),
        (Identity("c", observable="y", equals=2), "broken"),
        (Probability("c", event="y", at_most=0.2), "error"),
    ],
)
def test_both_verdicts_are_confirmed_with_a_fresh_seed(claim, outcome):
    found = verdict(claim, normal)
    if outcome == "error":  # not an event
        assert found.reason == "error" and "confirmation" not in found.detail
        return
    assert found.verdict == outcome
    confirmation = found.to_dict()["confirmation"]
    assert confirmation["seed"] == CONFIRMATION_SHIFT and confirmation["agrees"] is True
    if outcome == "broken":
        assert confirmation["p"] < 1e-6


@pytest.mark.parametrize(
    "claim",
    [
        Identity("c", observable="y", equals=0, functional="proportion"),
        Probability("c", event="y", at_most=0),
    ],
)
def test_what_happened_and_is_impossible_need_not_happen_again(claim):
    def rare(rng, n):  # rarer than what a run that sees none says to be excluded
        return rng.random(n) < 3e-5

    found = [verdict(claim, rare, seed=seed, first=20480, quick=1) for seed in range(6)]
    broken = [one for one in found if one.verdict == "broken"]
    assert broken and not any(one.reason == "error" for one in broken)
    assert any(one.detail["confirmation"]["verdict"] == "holds" for one in broken)


def test_what_is_exact_is_not_confirmed():
    found = verdict(Inequality("c", left="y", at_most=9), normal, quick=15)
    assert found.verdict == "holds" and "confirmation" not in found.detail


def test_a_dear_confirmation_is_made_when_it_is_asked_for():
    dear = dict(seconds_per_replicate=CONFIRMATION_SECONDS / 600)
    assert "confirmation" not in verdict(ONE, normal, **dear).detail
    assert verdict(ONE, normal, confirm=True, **dear).detail["confirmation"]["agrees"]


def test_a_fresh_seed_draws_no_cells_but_those_of_what_is_confirmed():
    g = sp.Symbol("g", real=True)
    claims = [
        Identity("measured", observable="y", equals=1, where=sp.Eq(g, 1)),
        Inequality("exact", left="y", at_most=9, where=sp.Eq(g, 2)),
    ]
    theorem, drawn = Theorem(id="own/claim-1", statement="", claims=claims), []

    @check(
        theorem,
        id="own/confirmed",
        cells=[dict(g=1.0), dict(g=2.0)],
        block=512,
        seconds_per_replicate=1e-6,
        quick=14,
    )
    def simulate(rng, cell, n):
        drawn.append((cell["g"], rng.bit_generator.seed_seq.entropy))
        return {"y": normal(rng, n)}

    report = run(simulate, jobs=1)
    assert "confirmation" in report["measured"].detail
    assert {g for g, seed in drawn if seed == CONFIRMATION_SHIFT} == {1.0}
    assert {g for g, seed in drawn if seed == 0} == {1.0, 2.0}


@pytest.mark.parametrize("value", [1.0, 2.0])
def test_a_fresh_seed_that_says_the_opposite_is_an_error(value, monkeypatch):
    def of_the_seed(rng, n):  # a state that lasts as long as the seed
        fresh = rng.bit_generator.seed_seq.entropy == CONFIRMATION_SHIFT
        return (3 - value if fresh else value) + 0.1 * rng.standard_normal(n)

    monkeypatch.setattr(settling, "dependent", lambda *_: "")
    found = verdict(ONE, of_the_seed)
    assert (found.verdict, found.reason, found.counterexample) == ("undecided", "error", None)
    assert "cannot be independent" in found.note


WRONG = {
    "no generator": lambda rng, n: np.random.default_rng(7).standard_exponential(n),
    "the same block, though numbers were drawn": lambda rng, n: (
        rng.random(n) * 0 + np.random.default_rng(7).standard_exponential(n)
    ),
    "an error of the block": lambda rng, n: (
        1 + 0.3 * rng.standard_normal() + 0.1 * rng.standard_normal(n)
    ),
    "each draw twice": lambda rng, n: np.repeat(rng.standard_exponential((n + 1) // 2), 2)[:n],
    "halves alike": lambda rng, n: np.tile(rng.standard_exponential((n + 1) // 2), 2)[:n],
}


@pytest.mark.parametrize("factor", [1.0, 1.3])
@pytest.mark.parametrize("name", WRONG)
def test_rows_that_are_not_independent_are_an_error(name, factor):
    found = verdict(ONE, lambda rng, n: factor * WRONG[name](rng, n))
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "not independent" in found.note or "cannot be independent" in found.note


def test_an_event_that_is_drawn_once_for_a_block_is_an_error():
    claim = Probability("c", event="y", at_most=0.5)
    found = verdict(claim, lambda rng, n: np.full(n, rng.random() < 0.4), quick=1)
    assert (found.verdict, found.reason) == ("undecided", "error")


def test_children_of_the_generator_are_its_use_and_a_constant_needs_none():
    found = verdict(ONE, lambda rng, n: normal(rng.spawn(1)[0], n))
    assert found.verdict == "holds"
    exact = replace(ONE, exact=True)
    assert verdict(exact, lambda rng, n: np.ones(n), quick=15).verdict == "holds"
    rows = verdict(exact, lambda rng, n: np.ones(n) + 1e-12 * np.arange(n), quick=15)
    assert rows.verdict == "holds", "instances need no randomness"


def test_an_enumeration_may_go_without_randomness():
    ring = Law("c", observable="y", cdf=0.5, tolerance=0.5)
    found = verdict(ring, lambda rng, n: np.arange(n) % 2, complete=True)
    assert "not independent" not in found.note


ODD = {
    "complex": lambda rng, n: rng.random(n) + 0j,
    "objects": lambda rng, n: np.array([None, *rng.random(n - 1)], object),
    "strings": lambda rng, n: rng.random(n).astype(str),
    "bytes": lambda rng, n: np.array([b"1.0"] * n),
    "dates": lambda rng, n: np.datetime64("2020-01-01") + rng.integers(0, 2, n),
    "durations": lambda rng, n: np.timedelta64(1, "s") * rng.integers(0, 3, n),
    "records": lambda rng, n: np.zeros(n, dtype=[("a", float)]),
    "masked": lambda rng, n: np.ma.masked_greater(rng.random(n), 0.5),
    "beyond 2^53": lambda rng, n: rng.integers(2**63, 2**64, n, dtype=np.uint64),
    "integers": lambda rng, n: rng.integers(0, 2, n) + 2**53 + 1,
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_plain_number_is_refused_by_name(name):
    found = verdict(Inequality("c", left="y", at_least=0, scale=1), ODD[name])
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert name in found.note and "plain numbers" in found.note
