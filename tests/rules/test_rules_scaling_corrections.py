"""The rule for growth: corrections, logarithms, and what the tested sizes cannot tell."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from bounds import BigO, Omega, Theta
from building import balanced, sample, verdict
from growing import CLAIMS, ONE, P, data, exact
from verify import Path
from verify.judging import textbook
from verify.judging.ledger import Ledger
from verify.judging.rules import judge


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


def test_noise_breaks_only_where_the_class_of_corrections_is_declared():
    for law in (lambda c: c["p"] ** 2.3, lambda c: c["p"] ** 1.7):
        replicates = data(law, deviation=1e-3)
        plain = Theta("rate", observable="y", of=P**2)
        found = verdict(plain, replicates, paths=ONE)
        assert (found.verdict, found.reason) == ("undecided", "drift")
        assert found.note.startswith("contradicted on the tested range: local exponents")
        assert verdict(CLAIMS["theta"], replicates, paths=ONE).verdict == "broken"


@pytest.mark.parametrize("amplitude", [-0.9, -0.5, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("rate", [0.5, 0.7, 1.0, 2.0])
@pytest.mark.parametrize("noise", [True, False])
def test_a_declared_class_of_corrections_never_breaks_a_true_law(amplitude, rate, noise):
    def law(cell):
        return cell["p"] ** 2 * (1 + amplitude * (64 / cell["p"]) ** rate)

    rows = data(law, n=4096, deviation=1e-3) if noise else exact([lambda p: law({"p": p})])
    for kind in (Theta, BigO, Omega):
        one = kind("rate", observable="y", of=P**2, corrections="power", exact=not noise)
        assert verdict(one, rows, paths=ONE).verdict != "broken"


LONG = [Path({"p": 1}, dict(p=64.0, q=2.0), 9)]


@pytest.mark.parametrize("noise", [True, False])
@pytest.mark.parametrize("power", [-1.0, -0.5, 0.5, 1.0])
def test_a_power_of_a_logarithm_breaks_where_the_class_of_corrections_is_declared(power, noise):
    def law(cell):
        return 3 * cell["p"] ** 2 * np.log(cell["p"]) ** power

    rows = data(law, LONG, n=4096, deviation=0.03)
    if not noise:
        rows = [{"y": np.array([law(c)])} for path in LONG for c in path.cells()]
    sides = {Theta: True, BigO: power > 0, Omega: power < 0}
    for kind, sees in sides.items():
        claim = kind("rate", observable="y", of=P**2, corrections="power", exact=not noise)
        found = verdict(claim, rows, paths=LONG)
        assert (found.verdict == "broken") == sees, kind
        if sees and abs(power) < 1:  # of a whole logarithm the slope shows it
            assert found.reason.endswith("by a power of a logarithm")
        kept = replace(claim, of=P**2 * sp.log(P) ** sp.Float(power))
        assert verdict(kept, rows, paths=LONG).verdict == "holds"
        assert verdict(replace(claim, corrections="log"), rows, paths=LONG).verdict != "broken"
        assert verdict(replace(claim, log_slack=1.0), rows, paths=LONG).verdict != "broken"


@pytest.mark.parametrize("rate", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("amplitudes", [(3.0, 0.0), (-0.9, 0.0), (1.0, 2.0), (-0.5, -0.4)])
@pytest.mark.parametrize("slope", [-0.3, 0.0, 0.3])
def test_what_corrections_and_slower_growth_look_like_is_no_logarithm(rate, amplitudes, slope):
    def law(cell):
        size = cell["p"] / 64
        near, soon = amplitudes
        return size**slope * (1 + near * size**-rate) * (1 + soon * size ** (-2 * rate))

    rows = data(law, LONG, n=4096, deviation=1e-4)
    for kind in {0.0: (Theta, BigO, Omega), -0.3: (BigO,), 0.3: (Omega,)}[slope]:
        claim = kind("rate", observable="y", of=1, corrections="power", rate=rate)
        assert verdict(claim, rows, paths=LONG).verdict != "broken"


def test_log_factors_that_the_claim_ignores_widen_its_zone():
    replicates = data(lambda c: c["p"] ** 2 * np.log(c["p"]), deviation=1e-3)
    plain = BigO("rate", observable="y", of=P**2)
    loose = BigO("rate", observable="y", of=P**2, log_slack=1.0)
    assert verdict(plain, replicates, paths=ONE).verdict != "holds"
    assert verdict(loose, replicates, paths=ONE).verdict == "holds"


def test_a_square_root_correction_is_extrapolated_away():
    """The step is that of corrections which shrink like the square root of the size."""

    def law(cell):
        return cell["p"] ** 2 * np.exp(3 / np.sqrt(cell["p"]))

    found = verdict(CLAIMS["theta"], data(law), paths=ONE)
    assert found.observed < 1.99
    assert found.values["extrapolated"] == pytest.approx(2, abs=1e-9)


def along(count, step=2.0, first=64.0):
    return [Path({"p": 1}, dict(p=first, q=2.0), count, step)]


def curve(values, paths, noise):
    """Replicates around given values, or these values without noise."""
    rng = np.random.default_rng(0)
    if not noise:
        return [{"y": np.array([v])} for v in values]
    return [{"y": v * np.exp(balanced(rng, 4096, 0.0, 0.05))} for v in values]


PATTERNS = {
    "third-sizes": lambda i, k, p: p**3 if i % 3 == 1 else p,
    "middle": lambda i, k, p: 3 * p if i == k // 2 else p,
    "left-of-the-middle": lambda i, k, p: 3 * p if i == k // 2 - 1 else p,
    "alternating": lambda i, k, p: p * (2 if i % 2 else 1),
    "near-half": lambda i, k, p: p**2 if i < k // 2 else 1e4 * p,
    "near-half-constant": lambda i, k, p: 64.0 if i < k // 2 else p,
    "first": lambda i, k, p: 3 * p if i == 0 else p,
    "last": lambda i, k, p: 3 * p if i == k - 1 else p,
    "two-bumps": lambda i, k, p: 3 * p if i in (1, k - 2) else p,
}


@pytest.mark.parametrize("noise", [True, False])
@pytest.mark.parametrize("count", [4, 5, 6, 7, 9])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_size_has_weight(pattern, count, noise):
    paths = along(count)
    sizes = [cell["p"] for cell in paths[0].cells()]
    values = [PATTERNS[pattern](i, count, p) for i, p in enumerate(sizes)]
    for kind in (Theta, BigO):
        one = kind("rate", observable="y", of=P, exact=not noise)
        if kind is BigO and (pattern in ("near-half-constant", "first") or count == 4):
            continue  # these are bounded by their first sizes, or four sizes fit a falling curve
        assert verdict(one, curve(values, paths, noise), paths=paths).verdict != "holds"


def test_a_bound_that_nothing_comes_near_holds_whatever_the_shape():
    sizes = np.array([cell["p"] for cell in along(6)[0].cells()])
    values = sizes**0.3 * np.exp(-sizes / 500)
    for noise in (True, False):
        one = BigO("rate", observable="y", of=P, exact=not noise)
        assert verdict(one, curve(values, along(6), noise), paths=along(6)).verdict == "holds"


TRUE_BUT_FAR = {
    "n2-plus-1e6-n": (P**2, lambda p: p**2 + 1e6 * p),
    "n-plus-1e5": (P, lambda p: p + 1e5),
    "waves": (P, lambda p: p * (1 + 0.3 * np.sin(np.log(p)))),
    "slow-waves": (P, lambda p: p * (1 + 0.9 * np.sin(np.log(p) / 3))),
    "fast-waves": (P, lambda p: p * (1 + 0.2 * np.sin(3 * np.log(p)))),
    "n2-plus-1000-n": (P**2, lambda p: p**2 + 1000 * p),
    "five-over-log": (P, lambda p: p * (1 + 5 / np.log(p))),
    "fifty-over-log": (P, lambda p: p * (1 + 50 / np.log(p))),
    "saturating": (sp.Integer(1), lambda p: p / (p + 1e4)),
}


@pytest.mark.parametrize("noise", [True, False])
@pytest.mark.parametrize("grid", [(64.0, 6, 2.0), (10.0, 7, 10**0.5), (23.0, 8, 1.6)])
@pytest.mark.parametrize("name", TRUE_BUT_FAR)
def test_what_the_tested_sizes_contradict_is_not_broken(name, grid, noise):
    of, law = TRUE_BUT_FAR[name]
    paths = along(grid[1], grid[2], grid[0])
    rows = curve([law(c["p"]) for c in paths[0].cells()], paths, noise)
    for kind in (Theta, BigO, Omega):
        one = kind("rate", observable="y", of=of, exact=not noise)
        assert verdict(one, rows, paths=paths).verdict != "broken"


@pytest.mark.parametrize("power", [0.5, 0.75, 1.15, 1.25, 2.0])
def test_exact_exponents_that_have_settled_break_it_on_a_named_assumption(power):
    for extra in (lambda p: 0.0, lambda p: 2 * p ** (power - 1)):
        paths = along(6)
        rows = curve([c["p"] ** power + extra(c["p"]) for c in paths[0].cells()], paths, False)
        whole = sample(Theta("rate", observable="y", of=P, exact=True), rows, paths=paths)
        found = judge(whole, 0, Ledger())
        assert found.verdict == "broken"
        assert found.assuming == "corrections fade with size beyond the tested range"
        assert textbook.disagrees(whole, found) == ""


LOGARITHMS = {
    "log": lambda p: np.log(p),
    "one-over-log": lambda p: 1 / np.log(p),
    "root-of-log": lambda p: np.log(p) ** 0.5,
    "loglog": lambda p: np.log(np.log(p)),
    "log-and-five": lambda p: np.log(p) + 5,
    "log-squared": lambda p: np.log(p) ** 2,
}


@pytest.mark.parametrize("noise", [True, False])
@pytest.mark.parametrize("grid", [(64.0, 6, 2.0), (1e3, 7, 10.0), (1e2, 5, 100.0)])
@pytest.mark.parametrize("name", LOGARITHMS)
def test_a_factor_of_a_logarithm_does_not_hold(name, grid, noise):
    paths = along(grid[1], grid[2], grid[0])
    factor = LOGARITHMS[name]
    for of in (sp.Integer(1), P, sp.sqrt(P)):
        law = [float(of.subs(P, c["p"])) * factor(c["p"]) for c in paths[0].cells()]
        rows = curve(law, paths, noise)
        kinds = (Theta, Omega) if name == "one-over-log" else (Theta, BigO)
        for kind in kinds:
            one = kind("rate", observable="y", of=of, exact=not noise)
            assert verdict(one, rows, paths=paths).verdict != "holds"


@pytest.mark.parametrize("noise", [True, False])
def test_a_fading_correction_is_not_taken_for_a_logarithm(noise):
    """The smallest eigenvalue of a Gram matrix: (1 - (16/d)^(1/2))^2 d."""
    paths = along(6, 4.0, 256.0)
    rows = curve([c["p"] * (1 - 4 / c["p"] ** 0.5) ** 2 for c in paths[0].cells()], paths, noise)
    one = Theta("rate", observable="y", of=P, exact=not noise)
    assert verdict(one, rows, paths=paths).verdict == "holds"


def test_a_logarithm_that_is_not_excluded_is_named():
    paths = along(7, 10.0, 1e3)
    rows = curve([c["p"] * np.log(c["p"]) for c in paths[0].cells()], paths, True)
    found = verdict(Theta("rate", observable="y", of=P), rows, paths=paths)
    assert (found.verdict, found.reason) == ("undecided", "drift")
    assert "a factor log n is not excluded" in found.note
    loose = Theta("rate", observable="y", of=P, log_slack=1.0)
    assert verdict(loose, rows, paths=paths).verdict == "holds"
