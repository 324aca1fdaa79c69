"""How far a quick run goes: as far as a forecast says that it settles a claim, and no further."""

from pathlib import Path

import pytest

import files
from verify import run
from verify.catalogue.budgets import LONGER, SECONDS

CLAIMS = (
    'Inequality("bounded", left="y", at_most=x), '
    'Identity("noisy", observable="z", equals=x, tolerance=0.01)'
)
BODY = 'return {"y": rng.random(n), "z": 1 + 9 * rng.standard_normal(n)}'
EVENTS = (
    'Probability("certain", event="y", at_least=sp.Rational(19, 20)), '
    'Probability("likely", event="z", at_least=sp.Rational(19, 20))'
)
DRAWN = 'return {"y": rng.random(n) < 2, "z": rng.random(n) < 0.98}'


def judged(name: str, seconds: float, *claims: str, more: str = "", **settings):
    """Run claims of a file whose replicates are said to cost so much, at the quick budget."""
    text = files.theorem_file(CLAIMS, BODY, binding=f"cells=[dict(x=1.0)]{more}")
    Path(f"{name}.py").write_text(text.replace("1e-6", str(seconds)))
    wanted = [f"{name}.py", *(f"own/theorem-1#{one}" for one in claims)]
    report = run(wanted, jobs=1, store=f"{name}-store", **settings)
    return {verdict.id.rpartition("#")[2]: verdict for verdict in report.verdicts}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_claim_that_a_little_more_settles_gets_it():
    cost = 1.6e-4  # some 14 300 instances exclude a share of 0.001
    bounded = judged("near", cost)["bounded"]
    assert bounded.verdict == "holds"
    assert SECONDS["quick"] < bounded.replicates * cost <= LONGER * SECONDS["quick"]


def test_an_event_that_has_not_failed_gets_what_settles_it_and_another_does_not():
    cost = 7e-3  # some 300 replicates settle the first if all succeed, and many more the second
    text = files.theorem_file(EVENTS, DRAWN, binding="cells=[dict(x=1.0)]")
    Path("events.py").write_text(text.replace("1e-6", str(cost)))
    certain, likely = run("events.py", jobs=1)
    assert certain.verdict == "holds" and certain.replicates * cost > SECONDS["quick"]
    assert likely.verdict == "undecided" and likely.replicates * cost <= SECONDS["quick"]


def test_a_claim_that_is_out_of_reach_is_given_up_early():
    far = judged("far", 2e-3)
    assert {one.verdict for one in far.values()} == {"undecided"}
    assert all(one.replicates * 2e-3 < SECONDS["quick"] / 2 for one in far.values())


def test_what_else_is_asked_makes_no_difference():
    together = judged("both", 1.6e-4)
    assert together["bounded"].replicates > together["noisy"].replicates
    alone = {one: judged(f"only_{one}", 1.6e-4, one)[one] for one in together}
    for one, verdict in alone.items():
        assert (verdict.verdict, verdict.replicates) == (
            together[one].verdict,
            together[one].replicates,
        )


def test_a_number_of_looks_that_the_author_gives_is_kept():
    given = judged("given", 1.5e-4, more=", first=64, quick=3")
    assert {one.replicates for one in given.values()} == {128}


def test_the_full_budget_gives_nothing_up():
    full = judged("full", 2e-3, budget="full")
    assert full["noisy"].replicates * 2e-3 > 60
