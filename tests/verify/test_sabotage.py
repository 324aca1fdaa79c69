"""Sabotage: what holds on good evidence must fail on evidence that is spoiled on purpose."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import files
from verify.catalogue.selection import registry_for, select
from verify.command_line import main
from verify.evidence.settings import Settings
from verify.probe_reports import SabotageReport
from verify.runner import Silent


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judge(claims: str, body: str, *, jobs: int = 1, **more: str):
    Path("one.py").write_text(files.theorem_file(claims, body, **more))
    registry = registry_for(["one.py"])
    settings = Settings(jobs=jobs)
    report = SabotageReport.of(registry, select(registry, ["one.py"]), settings, Silent())
    return report, {one.id.partition("#")[2]: one for one in report.claims}


NORMAL = 'return {"y": cell["x"] + 0.01 * rng.standard_normal(n), "z": rng.random(n)}'
CELLS = "cells=[dict(x=1.0), dict(x=2.0)]"


def test_a_factor_and_an_exchange_of_cells_are_noticed_by_a_sharp_claim():
    _, found = judge('Identity("a", observable="y", equals=x)', NORMAL, binding=CELLS)
    verdicts = {way.way: way.verdict for way in found["a"].ways}
    assert verdicts == dict.fromkeys(["times 1.05", "exchanged", "mixed over the cells"], "broken")


def test_a_claim_that_holds_whatever_is_done_is_named_unless_it_says_why():
    claims = (
        'Inequality("idle", left="z", at_most=100),'
        'Inequality("known", left="z", at_most=100, cannot_fail="a share is below 100")'
    )
    report, found = judge(claims, NORMAL, binding=CELLS)
    assert all(one.cannot_fail for one in found.values())
    assert [one.id for one in report.blind] == [found["idle"].id]
    assert json.loads(json.dumps(report.to_dict()))["claims"][0]["cannot_fail"]


def test_instances_lose_their_own_parameters_when_values_are_exchanged():
    body = 't = rng.random(n); return {"t": t, "square": t**2}'
    _, found = judge(
        'Identity("a", observable="square", equals=sp.Symbol("t")**2, exact=True)', body
    )
    assert {way.way: way.verdict for way in found["a"].ways}["exchanged"] == "broken"


def test_what_does_not_hold_is_not_spoiled():
    claims = 'Identity("a", observable="y", equals=2*x, expected="broken", because="no")'
    report, _ = judge(claims, NORMAL, binding=CELLS)
    assert report.claims == ()


SABOTEUR = """
def idle(rng, cell, n):
    return {"y": 0.01 * rng.standard_normal(n)}
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_declared_saboteur_takes_the_place_of_the_simulation(jobs):
    binding = 'cells=[dict(x=1.0)], saboteurs={"no training": idle}'
    text = files.theorem_file(
        'Identity("a", observable="y", equals=x)',
        'return {"y": 1 + 0.01 * rng.standard_normal(n)}',
        binding=binding,
    )
    head, mark, tail = text.partition("@check")
    Path("one.py").write_text(head + SABOTEUR + "\n" + mark + tail)
    registry = registry_for(["one.py"])
    settings = Settings(jobs=jobs)
    report = SabotageReport.of(registry, select(registry, ["one.py"]), settings, Silent())
    (one,) = report.claims
    assert [(w.way, w.verdict) for w in one.ways if w.declared] == [("no training", "broken")]
    assert report.unnoticed == ()


def test_a_saboteur_that_nothing_notices_sets_the_status():
    binding = 'cells=[dict(x=1.0)], saboteurs={"no training": lambda rng, cell, n: '
    binding += '{"y": 1 + 0.01 * rng.standard_normal(n)}}'
    Path("one.py").write_text(
        files.theorem_file(
            'Identity("a", observable="y", equals=x)',
            'return {"y": 1 + 0.01 * rng.standard_normal(n)}',
            binding=binding,
        )
    )
    result = CliRunner().invoke(main, ["sabotage", "one.py", "--jobs", "1"])
    assert result.exit_code == 1
    assert "no claim notices 'no training'" in result.stdout


def test_a_claim_over_a_box_has_no_evidence_to_spoil():
    claims = (
        'Inequality("a", left=x, at_most=x + 1, box={x: (1, 2)}), Inequality("b", "z", at_most=1)'
    )
    _, found = judge(claims, NORMAL, binding=CELLS)
    assert list(found) == ["b"]


def test_a_saboteur_of_an_enumeration_that_changes_nothing_leaves_a_claim_blind():
    body = 'return {"y": cell["x"] + 0 * np.arange(n)}'
    head = "cells=[dict(x=1.0)], complete=True, first=1, quick=1, full=1, saboteurs="
    same = '{"the same": lambda rng, cell, n: {"y": np.ones(n)}}'
    claim = 'Inequality("a", left="y", at_most=100)'
    _, found = judge(claim, body, binding=head + same)
    (declared,) = [way for way in found["a"].ways if way.declared]
    assert declared.verdict == "holds" and found["a"].is_blind


def test_saboteurs_of_two_checks_are_noticed_each_by_itself():
    binding = 'cells=[dict(x=1.0)], saboteurs={"no training": lambda rng, cell, n: '
    binding += '{"y": 1 + 0.01 * rng.standard_normal(n)}}'
    report, found = judge(
        'Identity("a", observable="y", equals=x)',
        'return {"y": 1 + 0.01 * rng.standard_normal(n)}',
        binding=binding,
    )
    (check,) = {way.check for way in found["a"].ways}
    assert report.unnoticed == ((check, "no training"),)
