"""Mutants: the same evidence, judged against changed claims."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import files
from bounds import Mutant
from verify.catalogue.selection import registry_for, select
from verify.evidence.settings import Settings
from verify.probe_reports import MutantReport
from verify.runner import Silent, run


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judge(claims: str, body: str, *, budget: str = "full", **more: str):
    Path("one.py").write_text(files.theorem_file(claims, body, **more))
    registry = registry_for(["one.py"])
    settings = Settings(budget=budget, jobs=1)
    return MutantReport.of(registry, select(registry, ["one.py"]), settings, Silent())


NORMAL = 'return {"y": 1 + 0.3 * rng.standard_normal(n)}'


def test_false_mutants_are_caught_and_the_others_counted_apart(here):
    report = judge(
        'Identity("a", observable="y", equals=x, mutants=('
        'Mutant("twice", equals=2*x), Mutant("a hair", equals=x*sp.Rational(10001, 10000)), '
        'Mutant("the same", "equivalent", "by algebra", equals=x**2/x), '
        'Mutant("looser", "weaker", "a wider zone", tolerance=0.5)))',
        NORMAL,
    )
    fates = {m.mutation: (m.verdict, m.caught, m.survives) for m in report.mutants}
    assert fates["twice"] == ("broken", True, False)
    assert fates["a hair"][1:] == (False, True)
    assert fates["the same"] == ("holds", False, False) and fates["looser"][2] is False
    assert report.summary["written"] == {
        "caught": 1,
        "survived": 1,
        "explained": 0,
        "equivalent": 2,
    }
    assert json.dumps(report.to_dict())


def test_a_mutant_sees_more_replicates_than_the_claim_needed(here):
    report = judge(
        'Probability("a", event="y", at_most=sp.Rational(1, 2), '
        'mutants=(Mutant("tight", at_most=sp.Rational(7, 1000)),))',
        "return {'y': rng.random(n) < 0.01}",
        binding="cells=[dict(x=1.0)], full=21",
    )
    assert report.summary["written"]["caught"] == 1
    assert run("one.py", budget="full")["a"].replicates < 500, "too few to tell 0.007 from 0.01"


def test_a_mutant_may_speak_about_cells_that_the_claim_leaves_out(here):
    report = judge(
        'Identity("a", observable="y", equals=x, where=x < 2, '
        'mutants=(Mutant("everywhere", where=x > 0), Mutant("only beyond", where=x > 2)))',
        NORMAL,
        binding="cells=[dict(x=1.0), dict(x=3.0)]",
    )
    assert {m.mutation: m.verdict for m in report.mutants if not m.generated} == {
        "everywhere": "broken",
        "only beyond": "broken",
    }


def test_a_derivation_has_mutants_too(here):
    report = judge(
        'Identity("a", observable="y", equals=x), '
        'Derivation("b", left=x*2, equals=x + x, mutants=(Mutant("thrice", equals=3*x),))',
        NORMAL,
    )
    assert report.summary["written"] == {
        "caught": 1,
        "survived": 0,
        "explained": 0,
        "equivalent": 0,
    }


def test_a_mutant_that_cannot_be_evaluated_survives_and_says_so(here):
    report = judge(
        'Identity("a", observable="y", equals=x, mutants=(Mutant("odd", equals="nothing"),))',
        NORMAL,
    )
    mutant = report.mutants[0]
    assert mutant.survives and mutant.verdict == "undecided"


def test_a_failing_simulation_catches_nothing(here):
    report = judge(
        'Identity("a", observable="y", equals=x, mutants=(Mutant("twice", equals=2*x),))',
        'raise RuntimeError("no")',
    )
    assert report.survived == 1


def test_judging_mutants_draws_what_a_run_draws(here):
    claims = 'Identity("a", observable="y", equals=x, mutants=(Mutant("twice", equals=2*x),))'
    judge(claims, NORMAL)
    before = run("one.py", budget="full", store=".verify")["a"]
    fresh = run("one.py", budget="full", store="other")["a"]
    assert (before.observed, before.interval) == (fresh.observed, fresh.interval)


def test_generated_mutants_are_judged_too_and_do_not_set_the_exit_status(here):
    report = judge('Identity("a", observable="y", equals=x)', NORMAL)
    fates = {m.mutation: m.caught for m in report.mutants if m.generated}
    assert fates["5/4 times the claimed side"] and fates["4/5 times the claimed side"]
    assert not fates["x**(1/4) times the claimed side"], "x is 1 at the one cell"
    assert report.survived == 0 and report.summary["written"]["survived"] == 0
    assert report.summary["survived"] == sum(m.survives for m in report.mutants) > 0


CROWD = 'return {"y": rng.random(n) < 0.9}'


def test_a_bound_that_no_probability_meets_needs_no_evidence(here):
    report = judge('Probability("a", event="y", at_least=sp.Rational(85, 100))', CROWD)
    fates = {m.mutation: m.caught for m in report.mutants}
    assert fates["5/4 times the claimed side"], "17/16 is no probability"


def test_a_survivor_with_a_reason_is_listed_with_it_and_fails_nothing(here):
    claim = (
        'Identity("a", observable="y", equals=x, mutants=(Mutant("twice", equals=2*x), '
        'Mutant("a hair", equals=x*(1 + 1e-4), survives="a hair is within the zone")))'
    )
    report = judge(claim, NORMAL)
    written = {m.mutation: m for m in report.mutants if not m.generated}
    assert written["a hair"].is_explained and not report.failed
    assert not written["twice"].is_explained and not written["twice"].because
    assert report.summary["written"] == {
        "caught": 1,
        "survived": 1,
        "explained": 1,
        "equivalent": 0,
    }
    assert "a hair is within the zone" in " ".join(str(report).split())
    without = judge(claim.replace(', survives="a hair is within the zone"', ""), NORMAL)
    assert without.failed


def test_the_reason_of_one_mutant_excuses_no_other(here):
    report = judge(
        'Identity("a", observable="y", equals=x, blunt="it pins nothing", mutants=('
        'Mutant("a hair", equals=x*(1 + 1e-4), survives="a hair is within the zone"), '
        'Mutant("half a hair", equals=x*(1 + 5e-5))))',
        NORMAL,
    )
    written = {m.mutation: m for m in report.mutants if not m.generated}
    assert written["a hair"].is_explained and not written["half a hair"].is_explained
    assert report.failed and "SURVIVES" in str(report)


def test_what_is_caught_although_it_is_said_to_survive_is_said(here):
    report = judge(
        'Identity("a", observable="y", equals=x, mutants=('
        'Mutant("twice", equals=2*x).surviving("it is near"), Mutant("thrice", equals=3*x)))',
        NORMAL,
    )
    assert not report.failed
    assert "caught, though said to survive: it is near" in " ".join(str(report).split())


def test_only_what_is_false_can_survive():
    with pytest.raises(ValueError, match="only what is false can survive"):
        Mutant("less", "weaker", "it says less", survives="it is true", equals=0)


def stored() -> int:
    """Return how many blocks the store has."""
    with closing(sqlite3.connect(".verify/replicates.sqlite")) as store, store:
        (count,) = store.execute("SELECT COUNT(*) FROM block").fetchone()
    return int(count)


def test_what_no_replicates_would_catch_is_not_drawn_for(here):
    """Without a class of corrections no growth is broken: its mutants are told from it, no more."""
    text = files.theorem_file(
        'Theta("a", observable="y", of=x, mutants=(Mutant("more", of=x**sp.Rational(5, 4)),))',
        'return {"y": cell["x"] * (1 + 0.1 * rng.standard_normal(n))}',
        binding="paths=[Path(dict(x=1), dict(x=8.0), 6, 2.0)], quick=1, full=21",
    )
    Path("one.py").write_text(text)
    run("one.py", budget="full", store=".verify")
    before = stored()
    registry = registry_for(["one.py"])
    settings = Settings(budget="full", jobs=1)
    report = MutantReport.of(registry, select(registry, ["one.py"]), settings, Silent())
    (more,) = (m for m in report.mutants if not m.generated)
    assert (more.verdict, more.reason) == ("undecided", "drift") and stored() == before
