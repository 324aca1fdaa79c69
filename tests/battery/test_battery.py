"""True claims are never broken, false ones never hold, and no seed turns a verdict round.

The cases stand in the modules beside this one, by family; `cases` says what a case is. One seed at
the quick budget by default; more seeds and the full budget with ``-m slow``.
"""

from collections import Counter

import pytest

from battery.cases import BETWEEN, CAUSES, FALSE, TRUE, UNSAYABLE, Case, wrong_among, wrong_with
from battery.running import FAMILIES, every_case, verdicts
from verify import Verdict

pytestmark = pytest.mark.battery

EVERY = every_case()
SEEDS = range(6)


def of(truth: str) -> list:
    return [
        pytest.param(
            family,
            case,
            # A family is run at once: by its name its cases come to one process (`conftest`).
            id=f"{family}:{case.cause}-{case.name}",
        )
        for family, case in EVERY
        if case.truth == truth
    ]


def verdict_on(family: str, case: Case, seed: int = 0, budget: str = "quick") -> Verdict:
    if case.absent:
        pytest.skip(f"{case.absent} yet")
    return verdicts(family, seed, budget)[case.name]


def refuse(case: Case, verdict: Verdict, seed: int = 0) -> None:
    problem = wrong_with(case, verdict)
    assert not problem, (
        f"{problem} (seed {seed}, {verdict.replicates} replicates). {case.why}. "
        f"{verdict.reason}; {verdict.note}"
    )


def test_the_battery_has_enough_true_and_false_claims_of_every_cause():
    count = Counter(case.truth for _, case in EVERY)
    assert count[TRUE] >= 150 and count[FALSE] >= 100
    assert {case.cause for _, case in EVERY} == CAUSES.keys()
    both = {case.cause for _, case in EVERY if case.truth == TRUE}
    both &= {case.cause for _, case in EVERY if case.truth == FALSE}
    assert both >= CAUSES.keys() - {"13", "15"}, "13 spares true claims, 15 lies between"


@pytest.mark.parametrize(("family", "case"), of(TRUE))
def test_a_true_claim_is_not_broken(family, case):
    refuse(case, verdict_on(family, case))


@pytest.mark.parametrize(("family", "case"), of(FALSE))
def test_a_false_claim_does_not_hold(family, case):
    refuse(case, verdict_on(family, case))


@pytest.mark.parametrize(("family", "case"), of(UNSAYABLE))
def test_nothing_is_said_but_error_where_nothing_can_be_said(family, case):
    refuse(case, verdict_on(family, case))


@pytest.mark.parametrize(("family", "case"), of(BETWEEN))
def test_a_claim_between_the_zones_is_judged_and_is_no_error(family, case):
    refuse(case, verdict_on(family, case))


@pytest.mark.parametrize(("family", "case"), of(BETWEEN))
def test_no_two_seeds_contradict_each_other_between_the_zones(family, case):
    found = {verdict_on(family, case, seed).verdict for seed in (0, 1)}
    assert not found >= {"broken", "holds"}


@pytest.mark.slow
@pytest.mark.parametrize(("family", "case"), of(BETWEEN))
def test_between_the_zones_the_verdict_is_the_same_for_every_seed(family, case):
    found = [verdict_on(family, case, seed) for seed in SEEDS]
    problem = wrong_among(found)
    assert not problem, f"{problem}. {case.why}"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("family", FAMILIES)
def test_other_seeds_find_nothing_either(family, seed):
    wrong = {
        case.name: problem
        for name, case in EVERY
        if name == family and not case.absent
        if (problem := wrong_with(case, verdicts(family, seed)[case.name]))
    }
    assert not wrong


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_the_full_budget_finds_nothing_either(family):
    wrong = {
        case.name: problem
        for name, case in EVERY
        if name == family and not case.absent
        if (problem := wrong_with(case, verdicts(family, 0, "full")[case.name], "full"))
    }
    assert not wrong
