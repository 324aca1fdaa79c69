"""The rule for growth: Theta, O and Omega along the rays of a regime."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bounds import Theta
from building import balanced, sample, verdict
from growing import CLAIMS, ONE, TWO, P, data, exact
from verify import Path
from verify.judging import textbook
from verify.judging.ledger import Ledger
from verify.judging.rules import judge


@pytest.mark.parametrize(
    ("exponent", "verdicts"),
    [
        (2.0, ("holds", "holds", "holds")),
        (1.6, ("broken", "holds", "broken")),
        (2.4, ("broken", "broken", "holds")),
    ],
)
def test_each_kind_sees_its_side(exponent, verdicts):
    replicates = data(lambda c: 7 * c["p"] ** exponent)
    found = {kind: verdict(claim, replicates, paths=ONE) for kind, claim in CLAIMS.items()}
    assert tuple(found[kind].verdict for kind in ("theta", "O", "omega")) == verdicts
    assert found["theta"].predicted == pytest.approx(2)
    assert found["theta"].observed == pytest.approx(exponent)
    assert found["theta"].tolerance == 0.1


def test_the_interval_is_on_the_scale_of_the_exponent():
    found = verdict(CLAIMS["theta"], data(lambda c: c["p"] ** 2), paths=ONE)
    low, high = found.interval
    assert 1.9 < low < 2 < high < 2.1


def test_what_does_not_grow_has_the_exponent_zero_without_rounding():
    found = verdict(Theta("rate", observable="y", of=sp.Float(7)), data(lambda c: 3.0), paths=ONE)
    assert found.predicted == 0 and found.verdict == "holds"


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_a_constant_factor_on_either_side_does_not_matter(a, b):
    replicates = data(lambda c: np.exp(a) * c["p"] ** 2)
    claim = Theta("rate", observable="y", of=sp.Float(np.exp(b)) * P**2)
    found = verdict(claim, replicates, paths=ONE)
    plain = verdict(CLAIMS["theta"], data(lambda c: c["p"] ** 2), paths=ONE)
    assert found.verdict == plain.verdict == "holds"
    assert found.interval == pytest.approx(plain.interval, abs=1e-9)


@given(st.floats(0.5, 2))
def test_an_exponent_scales_with_the_observable_and_the_growth(power):
    """y ~ f if and only if y^c ~ f^c: the exponents, and the interval, are multiplied by c."""
    claim = Theta(
        "rate",
        observable=sp.Symbol("y", positive=True) ** sp.Float(power),
        of=P ** sp.Float(2 * power),
        tolerance=0.1 * power,
        corrections="power",
    )
    replicates = data(lambda c: c["p"] ** 2.02)
    one = verdict(CLAIMS["theta"], replicates, paths=ONE)
    two = verdict(claim, replicates, paths=ONE)
    assert one.verdict == two.verdict
    assert two.interval == pytest.approx([power * end for end in one.interval], rel=1e-6)


def test_a_ray_on_which_the_law_is_wrong_is_found_and_named():
    replicates = data(lambda c: c["p"] ** 2 * c["q"] ** 0.5, TWO)
    found = verdict(CLAIMS["theta"], replicates, paths=TWO)
    assert found.verdict == "broken" and found.values["ray"] == "q"
    assert found.predicted == pytest.approx(0) and found.observed == pytest.approx(0.5)
    assert found.cell == 10 and set(found.cells) <= set(range(11))


@pytest.mark.parametrize("powers", [(2.3, 1.7), (2, 2, 2.3), (2.2, 2.2, 1.6), (2, 2, 2, 2, 1.6)])
@pytest.mark.parametrize("noise", [True, False])
def test_every_base_of_a_ray_is_judged_by_itself(powers, noise):
    paths = [Path({"p": 1}, dict(p=64.0, q=float(q)), 6) for q in range(len(powers))]
    rows = data(lambda c: c["p"] ** powers[int(c["q"])], paths, deviation=0.05)
    if not noise:
        rows = [{"y": np.array([c["p"] ** powers[int(c["q"])]])} for q in paths for c in q.cells()]
    found = verdict(replace(CLAIMS["theta"], exact=not noise), rows, paths=paths)
    assert found.verdict == "broken"
    assert abs(found.observed - 2) > 0.15


def test_a_parameter_may_shrink_along_a_ray():
    paths = [Path({"p": -1}, dict(p=8.0, q=2.0), 6)]
    replicates = data(lambda c: c["p"] ** 2, paths)
    found = verdict(CLAIMS["theta"], replicates, paths=paths)
    assert found.verdict == "holds" and found.predicted == pytest.approx(-2)
    replicates = data(lambda c: c["p"] ** 1.5, paths)
    assert verdict(CLAIMS["O"], replicates, paths=paths).verdict == "broken"


def test_the_mean_and_the_typical_value_are_different_functionals():
    """A lognormal whose width grows with the size: its mean grows faster than its logarithm."""
    rng = np.random.default_rng(0)
    widths = [np.sqrt(2 * 0.3 * np.log(c["p"] / 64)) * 0.5 for c in ONE[0].cells()]
    replicates = [
        {"y": c["p"] ** 2 * np.exp(w * balanced(rng, 60_000, 0.0, 1.0))}
        for c, w in zip(ONE[0].cells(), widths, strict=True)
    ]
    logmean = verdict(CLAIMS["theta"], replicates[:1] + replicates[1:], paths=ONE)
    mean = verdict(Theta("r", observable="y", of=P**2, functional="mean"), replicates, paths=ONE)
    assert logmean.observed == pytest.approx(2)
    assert mean.observed == pytest.approx(2 + 0.3 * 0.25, abs=0.02)


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (np.array([1.0, -1.0]), "no logarithm"),
        (np.array([1.0, np.nan]), "not a finite number"),
        (np.array([1.0, 1.0]), "no randomness"),
    ],
)
def test_outcomes_without_a_logarithm_or_without_randomness_are_errors(y, words):
    found = verdict(CLAIMS["theta"], [{"y": np.resize(y, 512)}] * 6, paths=ONE)
    assert (found.verdict, found.reason) == ("undecided", "error") and words in found.note


def test_a_claim_without_paths_or_with_a_growth_that_is_not_positive_is_an_error():
    found = verdict(CLAIMS["theta"], [{"y": np.ones(4)}], [dict(p=1.0)])
    assert "no path" in found.note
    odd = Theta("rate", observable="y", of=P - 100)
    assert "not positive" in verdict(odd, data(lambda c: 1.0), paths=ONE).note


EXACT = Theta("rate", observable="y", of=P**2, exact=True)


def test_exact_values_are_judged_instance_by_instance_without_intervals():
    found = verdict(EXACT, exact([lambda p: p**2, lambda p: 3 * p**2.05]), paths=ONE)
    assert (found.verdict, found.interval) == ("holds", None) and "2 instances" in found.note
    assert (found.row, found.observed) == (1, pytest.approx(2.05)), "the least comfortable one"


def test_one_exact_instance_of_another_growth_breaks_it_and_is_named():
    laws = [lambda p: p**2, lambda p: p**2, lambda p: p**1.5, lambda p: p**2.3]
    found = verdict(EXACT, exact(laws), paths=ONE)
    assert (found.verdict, found.row, found.p_value) == ("broken", 2, 0.0)
    assert found.observed == pytest.approx(1.5)


def test_exact_drift_is_undecided():
    found = verdict(EXACT, exact([lambda p: p**2 * (1 + 300 / p)]), paths=ONE)
    assert (found.verdict, found.reason) == ("undecided", "drift")


def test_common_random_numbers_make_differences_precise_and_averages_not():
    rng = np.random.default_rng(0)
    shared = balanced(rng, 1024, 0.0, 0.5)
    paths = [Path({"p": 1}, dict(p=64.0, q=q), 6) for q in (2.0, 3.0)]
    cells = [c for path in paths for c in path.cells()]
    same = [
        {"y": c["p"] ** 2 * np.exp(shared + 0.01 * balanced(rng, 1024, 0.0, 1.0))} for c in cells
    ]
    paired = verdict(CLAIMS["theta"], same, paths=paths, independent=False)
    apart = verdict(CLAIMS["theta"], same, paths=paths)
    assert np.diff(paired.interval) < 0.2 * np.diff(apart.interval)
    # Noise in the slope that both bases share is not averaged away.
    slopes = [{"y": c["p"] ** (2 + 0.1 * shared)} for c in cells]
    two = verdict(CLAIMS["theta"], slopes, paths=paths, independent=False)
    one = verdict(CLAIMS["theta"], slopes[:6], paths=paths[:1], independent=False)
    assert two.interval == pytest.approx(one.interval, rel=1e-9)


def test_breaking_is_corrected_for_the_sides_and_the_rays():
    def width(kind, paths):
        found = verdict(CLAIMS[kind], data(lambda c: c["p"] ** 2.5, paths), paths=paths, look=3)
        assert found.verdict == "broken" and found.values["ray"] == "p"
        return found.interval[1] - found.interval[0]

    level = Ledger().level(3)
    for kind, paths, tests in (("O", TWO, 2), ("theta", ONE, 2), ("theta", TWO, 4)):
        ratio = stats.norm.isf(level / tests) / stats.norm.isf(level)
        assert width(kind, paths) / width("O", ONE) == pytest.approx(ratio, rel=3e-3)


def test_the_logarithm_of_a_mean_that_is_hardly_known_is_not_used():
    mean = replace(CLAIMS["theta"], functional="mean")
    rng = np.random.default_rng(0)
    for deviation, expected in ((1.0, "broken"), (2.0, "undecided")):
        rows = [{"y": c["p"] ** 6 * balanced(rng, 1024, 1.0, deviation)} for c in ONE[0].cells()]
        assert verdict(mean, rows, paths=ONE).verdict == expected


W = sp.Symbol("w")


@pytest.mark.parametrize("shared", [True, False])
def test_a_random_growth_carries_its_own_error(shared):
    """With 64 replicates of a noisy growth the slope is not known, unless both sides share it."""
    one = replace(CLAIMS["theta"], of=W, functional="mean")
    rng, wrong = np.random.default_rng(0), 0
    for _ in range(40):
        rows = []
        for cell in ONE[0].cells():
            growth = cell["p"] * rng.standard_gamma(4.0, 1024) / 4
            own = rng.standard_normal(1024)
            y = growth * (1 + 0.01 * own) if shared else cell["p"] * (1 + 0.01 * own)
            rows.append({"y": y, "w": growth})
        found = judge(sample(one, rows, paths=ONE), 0, Loud())
        wrong += found.verdict == "broken"
        width = np.diff(found.interval)
        assert (width < 0.01) == shared
    assert wrong <= 10, "expected in four of forty at the level of a tenth"


class Loud(Ledger):
    """A ledger that spends a tenth."""

    def level(self, look):
        return 0.1


def test_a_random_growth_of_another_order_is_told():
    one = replace(CLAIMS["theta"], of=W * P, functional="mean")
    rng = np.random.default_rng(0)
    for power, expected in ((0.0, "holds"), (-0.5, "broken")):
        rows = [
            {
                "y": c["p"] * (1 + balanced(rng, 4096, 0.0, 0.1)),
                "w": c["p"] ** power * (1 + balanced(rng, 4096, 0.0, 0.1)),
            }
            for c in ONE[0].cells()
        ]
        assert verdict(one, rows, paths=ONE).verdict == expected


def test_the_textbook_tests_the_same_slope():
    for law in (lambda c: c["p"] ** 2.3, lambda c: c["p"] ** 1.6):
        for functional in ("mean", "logmean"):
            one = replace(CLAIMS["theta"], functional=functional)
            whole = sample(one, data(law, n=8192), paths=ONE)
            found = judge(whole, 3, Ledger())
            again = textbook.test(whole, found)
            assert found.verdict == "broken" and again.same_side and again.p_value < 1e-5
            assert "corrections are factors" in found.assuming


def test_rounded_sizes_are_taken_as_they_are():
    paths = [Path({"p": 1}, dict(p=7, q=2), 7, 1.5)]
    rows = [{"y": np.array([c["p"] ** 1.25])} for c in paths[0].cells()]
    found = verdict(Theta("rate", observable="y", of=P, exact=True), rows, paths=paths)
    assert found.verdict == "broken" and found.observed == pytest.approx(1.25)
