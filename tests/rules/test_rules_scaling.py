"""The rule for growth: Theta, O and Omega along the rays of a regime."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bounds import BigO, Omega, Theta
from building import balanced, verdict
from verify import Path
from verify.judging.ledger import Ledger

P, Q = sp.symbols("p q", positive=True)
ONE = [Path({"p": 1}, dict(p=64.0, q=2.0), 6)]
TWO = [Path({"p": 1}, dict(p=64.0, q=2.0), 6), Path({"q": 1}, dict(p=64.0, q=2.0), 6)]
CLAIMS = {
    "theta": Theta("rate", observable="y", of=P**2),
    "O": BigO("rate", observable="y", of=P**2),
    "omega": Omega("rate", observable="y", of=P**2),
}


def data(law, paths=ONE, n=1024, deviation=0.05, seed=0):
    """Replicates whose mean logarithm is exactly that of ``law(cell)``."""
    rng = np.random.default_rng(seed)
    cells = {tuple(c.items()): c for path in paths for c in path.cells()}.values()
    return [{"y": law(cell) * np.exp(balanced(rng, n, 0.0, deviation))} for cell in cells]


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


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_a_constant_factor_on_either_side_does_not_matter(a, b):
    replicates = data(lambda c: np.exp(a) * c["p"] ** 2)
    claim = Theta("rate", observable="y", of=sp.Float(np.exp(b)) * P**2)
    found = verdict(claim, replicates, paths=ONE)
    plain = verdict(CLAIMS["theta"], data(lambda c: c["p"] ** 2), paths=ONE)
    assert found.verdict == plain.verdict == "holds"
    assert found.interval == pytest.approx(plain.interval, abs=1e-9)


@given(st.floats(0.2, 3))
def test_an_exponent_scales_with_the_observable_and_the_growth(power):
    """y ~ f if and only if y^c ~ f^c: the exponents, and the interval, are multiplied by c."""
    claim = Theta(
        "rate",
        observable=sp.Symbol("y", positive=True) ** sp.Float(power),
        of=P ** sp.Float(2 * power),
        tolerance=0.1 * power,
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


@pytest.mark.parametrize(
    "drift",
    [
        lambda p: 1 + 20 / p,
        lambda p: 1 + 4 / np.sqrt(p),
        lambda p: 1 - 4 / np.sqrt(p),
        lambda p: 1 + 1.5 / np.log(p),
        lambda p: 1 - 1.5 / np.log(p),
        lambda p: 1 + 300 / p,
        lambda p: 1 - 20 / p,
    ],
)
def test_finite_size_corrections_never_break_a_true_law(drift):
    replicates = data(lambda c: c["p"] ** 2 * drift(c["p"]), deviation=1e-3)
    assert verdict(CLAIMS["theta"], replicates, paths=ONE).verdict in ("holds", "undecided")


def test_a_law_far_from_its_asymptote_is_undecided_by_drift_and_says_how_much_larger():
    replicates = data(lambda c: c["p"] ** 2 * (1 + 300 / c["p"]), deviation=1e-3)
    found = verdict(CLAIMS["theta"], replicates, paths=ONE)
    assert (found.verdict, found.reason) == ("undecided", "drift")
    assert found.forecast_size > 2 and "sizes" in found.note
    larger = [Path({"p": 1}, dict(p=64.0 * 2 * found.forecast_size, q=2.0), 6)]
    replicates = data(lambda c: c["p"] ** 2 * (1 + 300 / c["p"]), larger, deviation=1e-3)
    assert verdict(CLAIMS["theta"], replicates, paths=larger).verdict == "holds"


def test_corrections_that_are_known_to_be_powers_break_sooner():
    replicates = data(lambda c: c["p"] ** 2.2 * (1 - 2 / np.sqrt(c["p"])), deviation=1e-3)
    power = Theta("rate", observable="y", of=P**2, corrections="power")
    assert verdict(CLAIMS["theta"], replicates, paths=ONE).verdict == "broken"
    assert verdict(power, replicates, paths=ONE).verdict == "broken"
    replicates = data(lambda c: c["p"] ** 1.85 * (1 + 2 / np.sqrt(c["p"])), deviation=1e-3)
    slow, fast = (verdict(c, replicates, paths=ONE) for c in (CLAIMS["theta"], power))
    assert fast.verdict == "broken" and fast.interval[1] <= 1.9 + 1e-9
    assert slow.interval[0] <= fast.interval[0]


def test_log_factors_that_the_claim_ignores_widen_its_zone():
    replicates = data(lambda c: c["p"] ** 2 * np.log(c["p"]), deviation=1e-3)
    plain = BigO("rate", observable="y", of=P**2)
    loose = BigO("rate", observable="y", of=P**2, log_slack=1.0)
    assert verdict(plain, replicates, paths=ONE).verdict != "holds"
    assert verdict(loose, replicates, paths=ONE).verdict == "holds"


def test_several_bases_of_one_ray_are_averaged():
    paths = [Path({"p": 1}, dict(p=64.0, q=q), 6) for q in (2.0, 3.0)]
    replicates = data(lambda c: c["p"] ** (2 + (0.3 if c["q"] == 2 else -0.3)), paths)
    found = verdict(CLAIMS["theta"], replicates, paths=paths)
    assert found.verdict == "holds" and found.observed == pytest.approx(2)


def test_a_parameter_may_shrink_along_a_ray():
    paths = [Path({"p": -1}, dict(p=8.0, q=2.0), 6)]
    replicates = data(lambda c: c["p"] ** 2, paths)
    found = verdict(CLAIMS["theta"], replicates, paths=paths)
    assert found.verdict == "holds" and found.predicted == pytest.approx(-2)
    replicates = data(lambda c: c["p"] ** 1.5, paths)
    assert verdict(CLAIMS["O"], replicates, paths=paths).verdict == "undecided", (
        "sizes around 1 leave room for every logarithm"
    )
    smaller = [Path({"p": -1}, dict(p=0.01, q=2.0), 6)]
    replicates = data(lambda c: c["p"] ** 1.5, smaller)
    assert verdict(CLAIMS["O"], replicates, paths=smaller).verdict == "broken"


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


def exact(laws) -> list[dict[str, np.ndarray]]:
    return [{"y": np.array([law(c["p"]) for law in laws])} for c in ONE[0].cells()]


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


def test_a_square_root_correction_is_extrapolated_away():
    """The step is that of corrections which shrink like the square root of the size."""

    def law(cell):
        return cell["p"] ** 2 * np.exp(3 / np.sqrt(cell["p"]))

    found = verdict(CLAIMS["theta"], data(law), paths=ONE)
    assert found.observed < 1.99
    assert found.values["extrapolated"] == pytest.approx(2, abs=1e-9)


def test_the_logarithm_of_a_mean_that_is_hardly_known_is_not_used():
    mean = Theta("rate", observable="y", of=P**2, functional="mean")
    rng = np.random.default_rng(0)
    for deviation, expected in ((1.0, "broken"), (2.0, "undecided")):
        rows = [{"y": c["p"] ** 6 * balanced(rng, 1024, 1.0, deviation)} for c in ONE[0].cells()]
        assert verdict(mean, rows, paths=ONE).verdict == expected
