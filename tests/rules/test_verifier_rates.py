"""How often the verifier is wrong, counted on synthetic claims of every kind.

``docs/verifier-rates.md`` has the same measurements with more runs; see
``benchmarks/verifier_rates.py``. Levels of the assertions are in ``tests/support/alphas.py``.
"""

from collections.abc import Iterable

import joblib
import numpy as np
import pytest
from scipy import stats

from alphas import alpha
from synthetic import EDGE, FALSE, TRUE, Case, PerClaim, all_cases, decide
from synthetic.boundary import boundaries
from verify.judging.ledger import Ledger
from verify.judging.rules import RULES

CASES = all_cases()
NOMINAL, CALIBRATED = Ledger(0.01), PerClaim(0.05)
HARD = ("1 - 4 p^-1/2, exponent off by +0.25", "factor log p missing", "p = 1, bound 0.9")
"""False claims that finite-size drift, or the budget taken here, hides."""


def verdicts(case: Case, ledger: Ledger, runs: int, stream: int) -> list[str]:
    name = f"{case.claim.kind}: {case.name}".encode()
    seeds = np.random.SeedSequence([stream, *name]).spawn(runs)
    return [decide(case, seed, ledger).verdict for seed in seeds]


def wrong_and_all(cases: Iterable[Case], ledger: Ledger, runs: int, stream: int) -> tuple[int, int]:
    """Judge every case ``runs`` times; return the numbers of wrong verdicts and of all."""
    cases = list(cases)
    found = joblib.Parallel(n_jobs=1)(
        joblib.delayed(verdicts)(case, ledger, runs, stream) for case in cases
    )
    wrong = sum(v == case.wrong for case, some in zip(cases, found, strict=True) for v in some)
    return wrong, sum(map(len, found))


def among(truth: str) -> list[Case]:
    return [case for case in CASES if case.truth == truth and not case.beyond]


def test_every_kind_is_represented_by_true_and_false_claims_and_held_out_ones():
    kinds = set(RULES)
    assert {c.claim.kind for c in CASES if c.truth == TRUE} == kinds
    assert {c.claim.kind for c in CASES if c.truth == FALSE} == kinds
    assert len([c for c in CASES if c.held_out and c.truth == TRUE]) >= 30
    assert len({(c.name, c.claim.kind) for c in CASES}) == len(CASES)


def test_a_synthetic_report_has_both_boundaries_of_every_kind_that_has_both():
    cases = boundaries()
    assert {case.claim.kind for case in cases} == set(RULES)
    assert len({(case.claim.kind, case.name, case.wrong) for case in cases}) == len(cases)
    of_instances = {"deterministic", "construction", "always"}  # a violation is never by chance
    one_sided = {"O", "omega"}  # the boundary of `broken` is that of theta
    for verdict, without in (("broken", of_instances | one_sided), ("holds", set())):
        kinds = {case.claim.kind for case in cases if verdict in case.wrong}
        assert kinds == set(RULES) - without


def test_one_run_of_every_case_gives_a_verdict_and_no_error():
    for case in CASES[::4]:
        outcome = decide(case, 1, CALIBRATED)
        assert outcome.verdict in ("holds", "broken", "undecided")
        assert outcome.reason != "error", case.name


@pytest.mark.slow
def test_true_claims_are_broken_no_more_often_than_promised():
    # Exact binomial tests: at the level of a report, and at 0.05 for the claim alone.
    wrong, count = wrong_and_all(among(TRUE), NOMINAL, 8, 1)
    assert stats.binom.sf(wrong - 1, count, NOMINAL.error) > alpha("rates-true-nominal")
    wrong, count = wrong_and_all(among(TRUE), CALIBRATED, 12, 2)
    assert stats.binom.sf(wrong - 1, count, CALIBRATED.error) > alpha("rates-true-calibrated")
    assert wrong > 0, "errors at 0.05 are not impossible: the assertion above says something"


@pytest.mark.slow
def test_claims_on_the_edge_of_their_zone_hold_no_more_often_than_promised():
    wrong, count = wrong_and_all(among(EDGE), NOMINAL, 10, 3)
    assert stats.binom.sf(wrong - 1, count, NOMINAL.error) > alpha("rates-edge-nominal")
    wrong, count = wrong_and_all(among(EDGE), CALIBRATED, 25, 4)
    assert stats.binom.sf(wrong - 1, count, CALIBRATED.error) > alpha("rates-edge-calibrated")
    assert wrong > 0


@pytest.mark.slow
def test_false_claims_are_broken_and_do_not_hold():
    cases = among(FALSE)
    wrong, count = wrong_and_all(cases, CALIBRATED, 12, 5)
    assert stats.binom.sf(wrong - 1, count, CALIBRATED.error) > alpha("rates-false")
    decidable = [
        case
        for case in cases
        if not any(hard in case.name for hard in HARD)
        and not (case.claim.kind == "limit" and case.claim.rate is None)
    ]
    caught = [v == "broken" for case in decidable for v in verdicts(case, NOMINAL, 4, 6)]
    # Nine out of ten at least: a lower bound of the power, by an exact binomial test.
    assert stats.binom.cdf(sum(caught), len(caught), 0.9) > alpha("rates-power")


def report(cases: list[Case], wrong: str, number: int, level: float) -> bool:
    ledger = PerClaim(level / len(cases))
    seeds = np.random.SeedSequence([7, len(wrong), number]).spawn(len(cases))
    return any(
        decide(case, seed, ledger).verdict == wrong for case, seed in zip(cases, seeds, strict=True)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "name", "truth"),
    [("broken", "rates-reports-broken", TRUE), ("holds", "rates-reports-holds", EDGE)],
)
def test_whole_reports_are_wrong_no_more_often_than_alpha(wrong, name, truth):
    """Claims on the boundary at which the verdict is wrong most often, at alpha = 0.2."""
    cases = [
        case
        for case in among(truth)
        if case.claim.kind in ("probability", "threshold")
        and case.wrong == wrong
        and ("p = bound = 0." in case.name or "edge" in case.name)
        and "6 cells" not in case.name
    ]
    assert len(cases) >= 8
    runs, level = 80, 0.2
    count = sum(report(cases, wrong, number, level) for number in range(runs))
    # An exact binomial test of the family-wise rate.
    level_of_test = {"broken": alpha("rates-reports-broken"), "holds": alpha("rates-reports-holds")}
    assert stats.binom.sf(count - 1, runs, level) > level_of_test[wrong], name
