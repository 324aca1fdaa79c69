"""The rule for limits along a path."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bounds import Limit
from building import balanced, sample, verdict
from verify import Path
from verify.judging import textbook
from verify.judging.ledger import Ledger
from verify.judging.rules import judge

N = sp.Symbol("n", positive=True)
PATH = [Path({"n": 1}, dict(n=64.0), 7, 4.0)]
SIZES = np.array([cell["n"] for cell in PATH[0].cells()])


def claim(**more) -> Limit:
    return Limit("limit", observable="y", to=more.pop("to", 0), **more)


def data(values, n=1024, deviation=0.05, seed=0):
    rng = np.random.default_rng(seed)
    return [{"y": balanced(rng, n, value, deviation)} for value in values]


def decide(values, one=None, paths=PATH, **more):
    return verdict(one or claim(), data(values), paths=paths, **more)


def test_it_holds_once_the_far_values_and_their_extrapolation_are_in_the_zone():
    found = decide(4 * (64 / SIZES) ** 0.5)
    assert (found.verdict, found.predicted) == ("holds", 0.0)
    assert found.tolerance == pytest.approx(0.4), "a tenth of the first distance"
    assert found.observed == pytest.approx(4 * np.mean((64 / SIZES[-2:]) ** 0.5))


@pytest.mark.parametrize("side", [1, -1])
def test_a_limit_off_by_half_of_the_gap_breaks_it_if_a_rate_is_declared(side):
    values = side * (2 + 2 * (64 / SIZES) ** 0.5)
    assert decide(values, claim(rate=0.5)).verdict == "broken"


@pytest.mark.parametrize("sizes", [6, 7])
def test_a_distance_that_stays_is_seen_as_it_is_at_both_ends_of_the_bracket(sizes):
    paths = [Path({"n": 1}, dict(n=64.0), sizes, 4.0)]
    found = decide(np.ones(sizes), claim(rate=1.0, tolerance=0.1), paths)
    assert found.verdict == "broken" and found.interval == pytest.approx((1, 1), abs=0.05)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("side", [1, -1])
def test_what_crosses_the_stated_limit_and_settles_elsewhere_breaks_it(side, exact):
    def judged(values, **more):
        rows = [{"y": np.array([v])} for v in values] if exact else data(values, deviation=1e-3)
        more = dict(tolerance=sp.Rational(1, 20), rate=1.0) | more
        one = claim(exact=exact, **more)
        return verdict(one, rows, paths=PATH)

    settling = side * (-0.1 + 3 * 64 / SIZES)
    assert judged(settling).verdict == "broken"
    assert judged(settling, rate=None).verdict == "undecided"
    assert judged(settling, rate=0.3).verdict == "undecided", "it may yet come back so slowly"
    assert judged(settling, tolerance=sp.Rational(1, 5)).verdict != "broken"


@given(
    st.floats(0.5, 2),
    st.floats(0.01, 3),
    st.floats(0.1, 50),
    st.floats(0.001, 0.999),
    st.booleans(),
)
def test_two_corrections_of_opposite_signs_never_break_a_true_limit(rate, more, b, share, flip):
    fade, faster = (SIZES / 64) ** -rate, (SIZES / 64) ** -(rate + more)
    values = b * (faster - share * fade) * (-1 if flip else 1)
    for zone in (None, sp.Rational(1, 1000)):
        one = claim(rate=rate, tolerance=zone, exact=True)
        assert verdict(one, [{"y": np.array([v])} for v in values], paths=PATH).verdict != "broken"


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("values", [np.full(len(SIZES), 4.0), 0.7 + 3.3 * (64 / SIZES) ** 0.5])
def test_without_a_declared_rate_nothing_tells_slow_convergence_from_none(values, exact):
    found = verdict(claim(exact=exact), data(values), paths=PATH)
    assert (found.verdict, found.reason) == ("undecided", "drift")


def test_without_a_rate_logarithmic_convergence_is_never_broken():
    found = decide(16 / np.log(SIZES))
    assert (found.verdict, found.reason) == ("undecided", "drift") and found.forecast_size > 2


def test_slow_convergence_holds_with_its_own_rate():
    values = 3.9 * (64 / SIZES) ** (1 / 3) + 0.01
    values[0] = 4.2
    assert decide(values, claim(rate=1 / 3)).verdict == "holds"


@given(st.floats(-5, 5), st.floats(-3, 3), st.booleans())
def test_the_judgement_moves_with_the_limit_and_scales_with_the_units(shift, power, flip):
    unit = (-1 if flip else 1) * 2.0 ** round(power)
    values = 1 + 3 * (64 / SIZES) ** 0.5
    for rate in (None, 0.5):
        plain = verdict(claim(rate=rate), data(values), paths=PATH)
        moved = [{"y": shift + unit * one["y"]} for one in data(values)]
        again = verdict(claim(to=sp.Float(shift), rate=rate), moved, paths=PATH)
        assert (plain.verdict, plain.reason) == (again.verdict, again.reason)
        assert again.tolerance == pytest.approx(abs(unit) * plain.tolerance, rel=1e-9)


def test_an_absolute_tolerance_does_not_need_a_distant_start():
    near = [0.0, 0.01, 0, -0.01, 0, 0.01, 0]
    assert decide(near).reason == "noise" and "does not yet differ" in decide(near).note
    assert decide(near, claim(tolerance=sp.Rational(1, 20))).verdict == "holds"
    away = decide(np.full(7, 0.2), claim(tolerance=sp.Rational(1, 20), rate=0.5))
    assert away.verdict == "broken" and away.tolerance == 0.05


def test_a_zone_that_shrinks_along_the_path_is_that_of_its_far_end():
    shrinking = claim(tolerance=64 / N, rate=0.5)
    away = decide(np.full(7, 0.2), shrinking)
    assert away.verdict == "broken" and away.tolerance == pytest.approx(64 / SIZES[-1])
    assert decide(np.full(7, 0.2), claim(tolerance=64 / N)).verdict == "undecided"


def test_the_limit_may_depend_on_the_parameters_and_on_the_replicate():
    rng = np.random.default_rng(0)
    values = N / 64 + 4 * (64 / N) ** sp.Rational(1, 2)
    rows = data([float(values.subs(N, size)) for size in SIZES])
    assert verdict(claim(to=N / 64), rows, paths=PATH).verdict == "holds"
    # A target that is as noisy as the observable adds its noise, unless they move together.
    noise = [3 * balanced(rng, 1024, 0.0, 1.0) for _ in SIZES]
    gap = 4 * (64 / SIZES) ** 0.5
    together = [
        {"y": v + g + 0.01 * balanced(rng, 1024, 0.0, 1.0), "t": v}
        for v, g in zip(noise, gap, strict=True)
    ]
    apart = [
        {"y": one["y"], "t": np.random.default_rng(k).permutation(one["t"])}
        for k, one in enumerate(together)
    ]
    assert verdict(claim(to="t"), together, paths=PATH).verdict == "holds"
    found = verdict(claim(to="t"), apart, paths=PATH)
    assert found.verdict == "undecided"
    assert np.diff(found.interval) > 5 * np.diff(
        verdict(claim(to="t"), together, paths=PATH).interval
    )


def test_every_path_must_hold():
    paths = [Path({"n": 1}, dict(n=64.0, k=k), 7, 4.0) for k in (1, 2)]
    good, bad = 4 * (64 / SIZES) ** 0.5, 4 * (64 / SIZES) ** 0.25
    assert verdict(claim(), data([*good, *good]), paths=paths).verdict == "holds"
    found = verdict(claim(), data([*good, *bad]), paths=paths)
    assert found.verdict == "undecided" and found.cell == 13


def test_heavy_tails_keep_it_open():
    rng = np.random.default_rng(0)
    rows = [{"y": v + 0.1 * (rng.pareto(1.5, 4096) - 2)} for v in 4 * (64 / SIZES) ** 0.5]
    found = verdict(claim(), rows, paths=PATH)
    assert (found.verdict, found.reason) == ("undecided", "heavy_tail")


def shares(probabilities, n=20_000):
    return [{"y": np.arange(n) < round(p * n)} for p in probabilities]


SHARE = claim(functional="proportion", rate=0.5)


def test_proportions_are_judged_by_exact_binomial_bounds():
    assert verdict(SHARE, shares(0.8 * (64 / SIZES) ** 0.5), paths=PATH).verdict == "holds"
    assert verdict(SHARE, shares(0.4 + 0.4 * (64 / SIZES)), paths=PATH).verdict == "broken"


@pytest.mark.parametrize("to", [0, 1])
def test_proportions_that_reach_zero_or_one_are_no_error(to):
    tail = [0.8, 0.3, 0.05, 0.0, 0.0, 0.0, 0.0]
    rows = shares([abs(to - p) for p in tail])
    assert verdict(claim(to=to, functional="proportion"), rows, paths=PATH).verdict == "holds"
    few = [{"y": one["y"][:: len(one["y"]) // 20]} for one in rows]
    assert verdict(claim(to=to, functional="proportion"), few, paths=PATH).reason == "noise"


def test_a_proportion_of_something_that_is_no_event_is_an_error():
    assert "an event is 0 or 1" in verdict(SHARE, data(np.ones(7)), paths=PATH).note


EXACT = claim(exact=True, rate=0.5)


def exact(*curves):
    return [{"y": np.array(row, float)} for row in zip(*curves, strict=True)]


def test_exact_instances_may_approach_from_different_sides():
    curve = 4 * (64 / SIZES) ** 0.5
    found = verdict(EXACT, exact(curve, -2 * curve, 0.1 * curve), paths=PATH)
    assert (found.verdict, found.interval) == ("holds", None) and "3 instances" in found.note


def test_one_exact_instance_that_stays_away_breaks_it():
    curve = 4 * (64 / SIZES) ** 0.5
    found = verdict(EXACT, exact(curve, -curve, -2 + 0 * curve), paths=PATH)
    assert (found.verdict, found.row, found.observed) == ("broken", 2, pytest.approx(-2))


def test_an_exact_instance_on_the_way_is_drift_and_one_that_starts_at_the_limit_needs_a_tolerance():
    slow = 4 * (64 / SIZES) ** 0.2
    assert verdict(claim(exact=True), exact(slow), paths=PATH).reason == "drift"
    still = exact(0 * SIZES)
    assert "give the claim a tolerance" in verdict(EXACT, still, paths=PATH).note
    tolerant = claim(exact=True, tolerance=sp.Rational(1, 10))
    assert verdict(tolerant, still, paths=PATH).verdict == "holds"


def test_an_outcome_without_randomness_asks_for_an_exact_limit():
    rows = [{"y": np.full(512, v)} for v in 4 * (64 / SIZES) ** 0.5]
    assert "exact=True" in verdict(claim(), rows, paths=PATH).note


def test_common_random_numbers_are_not_taken_for_independent_cells():
    """The far value averages two cells; noise that they share does not shrink by averaging."""
    rng = np.random.default_rng(0)
    shared = balanced(rng, 1024, 0.0, 1.0)
    rows = [{"y": v + shared} for v in 4 * (64 / SIZES) ** 0.5]
    paired = verdict(claim(), rows, paths=PATH, independent=False)
    apart = verdict(claim(), rows, paths=PATH)
    ratio = (paired.interval[1] - paired.observed) / (apart.interval[1] - apart.observed)
    assert ratio == pytest.approx(np.sqrt(2), rel=0.02)


def test_sizes_near_one_never_break_a_limit_without_a_rate():
    paths = [Path({"n": -1}, dict(n=64.0), 7, 2.0)]
    assert decide(np.full(7, 4.0), paths=paths).verdict == "undecided"
    assert decide(np.full(7, 4.0), claim(rate=0.5), paths=paths).verdict == "broken"


def test_an_exact_power_is_extrapolated_to_its_limit():
    for rate in (1 / 3, 0.5, 1.0):
        found = decide(7 + 4 * (64 / SIZES) ** rate, claim(to=7, rate=rate))
        assert found.values["extrapolated"] == pytest.approx(7, abs=1e-9)
    found = verdict(claim(exact=True, rate=0.5), exact(4 * (64 / SIZES) ** 0.5), paths=PATH)
    assert found.values["extrapolated"] == pytest.approx(0, abs=1e-9)


def test_a_value_that_passes_through_the_zone_does_not_hold():
    passing = [4, 4, 4, 3.5, 3.5, 0.2, 0.2]
    found = decide(passing)
    assert (found.verdict, found.reason) == ("undecided", "drift")
    assert verdict(claim(exact=True), exact(np.array(passing)), paths=PATH).verdict == "undecided"


@pytest.mark.parametrize("count", [1, 8])
def test_breaking_is_corrected_for_both_sides_and_all_paths(count):
    """Without a zone the smallest distance that breaks it is a quantile of the shared level."""
    n = 1024
    one = claim(tolerance=sp.Float(1e-9), rate=0.5)
    paths = [Path({"n": 1}, dict(n=64.0, k=k), 7, 4.0) for k in range(count)]
    good = [row for k in range(count - 1) for row in data(np.zeros(7), n, 0.05, seed=k + 1)]

    def broken(distance):
        rows = [*data(np.full(7, distance), n, 0.05), *good]
        return verdict(one, rows, paths=paths, look=3).verdict == "broken"

    low, high = 0.0, 0.1
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if broken(middle) else (middle, high)
    spread = np.std([row["y"] for row in data(np.zeros(7), n, 0.05)], axis=1, ddof=1)
    u = (64 / SIZES) ** 0.5
    best = 1 - u * (u.sum() / (u @ u))  # what is left of a constant beside a square root
    last = np.array([0, 0, 0, 1, 1, 1, 1])
    error = max(
        np.sqrt((w**2 * spread**2).sum() / n) for w in (best / best.sum(), last / last.sum())
    )
    quantile = stats.norm.isf(Ledger().level(3) / (2 * count))
    assert low / error == pytest.approx(quantile, rel=0.01)


def test_breaking_asks_that_the_zone_is_missed_too():
    """Beyond the zone a thousandth suffices: a seed that breaks and one that holds do not meet."""
    one = claim(tolerance=sp.Rational(1, 20), rate=0.5)
    assert verdict(one, data(np.full(7, 0.0505)), paths=PATH).verdict == "undecided"
    assert verdict(one, data(np.full(7, 0.06)), paths=PATH).verdict == "broken"


ALTERNATING = np.array([(-1.0) ** k for k in range(7)])


@pytest.mark.parametrize("rate", [None, 0.5, 1.0])
@pytest.mark.parametrize(
    "values",
    [
        ALTERNATING,
        np.array([4, 1, -1, 1, -1, 1, -1.0]),
        np.array([4, 2, 1, 0.5, 0.25, 2, -2.0]),
        np.array([1, 1, -1, -1, 1, 1, -1.0]),
        np.array([4, 1, 0.25, 3.0, 0.1, 0.05, 0.01]),
        np.array([4, 1, 0.25, 0.1, 0.05, 0.02, 1.5]),
        np.array([4, 1, 0.25, 0.1, 0.05, 1.5, 0.01]),
        np.array([4, 1, -2.0, 0.1, 0.05, 0.02, 0.01]),
    ],
    ids=["all", "later", "last-two", "period", "bump", "last", "last-but-one", "beyond"],
)
def test_a_size_that_does_not_fit_an_approach_keeps_it_from_holding(values, rate):
    one = claim(rate=rate)
    assert verdict(one, data(values), paths=PATH).verdict == "undecided"
    assert verdict(claim(rate=rate, exact=True), exact(values), paths=PATH).verdict == "undecided"
    wide = claim(rate=rate, tolerance=sp.Rational(1, 5))
    assert verdict(wide, data(values), paths=PATH).verdict == "undecided"


@pytest.mark.parametrize("first", [10.0, 64.0, 200.0, 535.0])
@pytest.mark.parametrize("step", [2.0, 10**0.5])
def test_a_wave_that_fades_is_not_broken(first, step):
    path = [Path({"n": 1}, dict(n=first), 7, step)]
    sizes = np.array([cell["n"] for cell in path[0].cells()])
    values = np.sin(np.log(sizes)) / np.sqrt(sizes)
    for rows, one in (
        (data(values, deviation=1e-5), claim(rate=0.5)),
        (exact(values), claim(rate=0.5, exact=True)),
    ):
        assert verdict(one, rows, paths=path).verdict != "broken"


def test_the_textbook_fits_the_limit_and_agrees():
    for exactly in (True, False):
        for values in (2 + 2 * (64 / SIZES) ** 0.5, 4 * (SIZES / 64) ** 0.25):
            rows = exact(values) if exactly else data(values)
            whole = sample(claim(rate=0.5, exact=exactly), rows, paths=PATH)
            found = judge(whole, 3, Ledger())
            again = textbook.test(whole, found)
            assert found.verdict == "broken" and again.same_side
            assert exactly or again.p_value < 1e-6


def test_a_verdict_says_which_corrections_it_stands_on():
    unseen = "no event that was not seen in 1024 replicates carries a mean"
    found = decide(4 * (64 / SIZES) ** 0.5)
    fading = "corrections beyond the tested range fade like size^-0.5 or faster"
    assert found.assuming == f"{fading}, and {unseen}"
    found = decide(np.full(7, 4.0), claim(rate=0.5))
    assert found.assuming == f"corrections fade like size^-0.5 or faster, and {unseen}"


def test_the_cells_of_a_proportion_share_the_level():
    n, level = 20_000, Ledger().level(3)
    found = verdict(SHARE, shares([0.8, 0.5, 0.2, 0.0, 0.0, 0.0, 0.0], n), paths=PATH, look=3)
    none = 1 - (level / 4) ** (1 / n)  # the largest probability at no success; four cells are used
    assert found.interval[1] == pytest.approx((1 + 1 / 3) * none)


def test_what_fades_like_a_power_of_the_logarithm_is_judged_in_logarithms():
    slow = np.log(SIZES) ** -2.0 / 0.05
    assert decide(slow, claim(rate=0.4, tolerance=0.05)).verdict == "broken", "falsely"
    in_logarithms = claim(rate=2.0, logarithmic=True, tolerance=0.2)
    found = decide(slow, in_logarithms)
    assert found.verdict == "holds" and "like (log size)^-2 or faster" in found.assuming
    note = decide(slow, claim(rate=2.0, logarithmic=True, tolerance=0.01)).note
    assert "sizes whose logarithms are" in note
    whole = sample(in_logarithms, data(slow + 0.5), paths=PATH)
    found = judge(whole, 3, Ledger())
    again = textbook.test(whole, found)
    assert found.verdict == "broken" and again.same_side and again.p_value < 1e-6


def test_powers_of_a_logarithm_need_sizes_above_one():
    paths = [Path({"n": 1}, dict(n=0.5), 7, 4.0)]
    with pytest.raises(ValueError, match="sizes above 1"):
        decide(np.ones(7), claim(rate=2.0, logarithmic=True), paths=paths)
