"""The rule for growth within a constant."""

import numpy as np
import pytest
import sympy as sp

from bounds import Bounded
from building import balanced, sample, verdict
from verify import Path
from verify.judging import textbook
from verify.judging.ledger import Ledger
from verify.judging.rules import judge

N = sp.Symbol("n", positive=True)
PATH = [Path({"n": 1}, dict(n=64.0), 6)]
LONG = [Path({"n": 1}, dict(n=100.0), 7, 10.0)]


def rows(curve, paths=PATH, noise=True, n=8192):
    rng = np.random.default_rng(0)
    sizes = [cell["n"] for cell in paths[0].cells()]
    if not noise:
        return [{"y": np.array([curve(size)])} for size in sizes]
    return [{"y": curve(size) + balanced(rng, n, 0.0, 1.0)} for size in sizes]


def claim(of=N, **more):
    return Bounded("constant", "y", of=of, **more)


@pytest.mark.parametrize("noise", [True, False])
@pytest.mark.parametrize("paths", [PATH, LONG])
@pytest.mark.parametrize(
    ("of", "curve"),
    [
        (N, lambda n: n),
        (N, lambda n: n + 50),
        (N, lambda n: n - 7 + 0.5 / n**0.5),
        (sp.log(N), lambda n: np.log(n) + 0.5772 + 1 / (2 * n)),
        ((N + 0.5) * sp.log(N) - N, lambda n: (n + 0.5) * np.log(n) - n + 0.9189 + 1 / (12 * n)),
    ],
)
def test_what_stays_within_a_constant_holds(of, curve, paths, noise):
    found = verdict(claim(of, exact=not noise), rows(curve, paths, noise), paths=paths)
    assert found.verdict == "holds" and found.predicted == 0
    assert found.assuming.startswith("corrections beyond the tested range fade like")


FALSE = {
    "log": lambda n: n + np.log(n),
    "0.38-log": lambda n: n + 0.38 * np.log(n),
    "minus-log": lambda n: n - 0.38 * np.log(n),
    "root": lambda n: n + n**0.5,
    "factor": lambda n: 1.01 * n,
    "half-log": lambda n: n + 0.5 * np.log(n),
    "loglog": lambda n: n + 2 * np.log(np.log(n)),
    "alternating": lambda n: n + np.log(n) * (-1) ** round(np.log2(n / 64)),
}


@pytest.mark.parametrize("noise", [True, False])
@pytest.mark.parametrize("paths", [PATH, LONG])
@pytest.mark.parametrize("name", FALSE)
def test_growth_as_slow_as_a_logarithm_does_not_hold(name, paths, noise):
    found = verdict(claim(exact=not noise), rows(FALSE[name], paths, noise), paths=paths)
    assert found.verdict != "holds"


@pytest.mark.parametrize("name", ["root", "factor"])
def test_a_power_breaks_it_exactly(name):
    whole = sample(claim(exact=True), rows(FALSE[name], noise=False), paths=PATH)
    found = judge(whole, 0, Ledger())
    assert found.verdict == "broken" and "like a power" in found.reason
    assert textbook.disagrees(whole, found) == ""


@pytest.mark.parametrize("name", ["0.38-log", "minus-log"])
def test_a_logarithm_breaks_it_exactly_or_with_a_declared_class(name):
    plain = verdict(claim(), rows(FALSE[name]), paths=PATH)
    assert (plain.verdict, plain.reason) == ("undecided", "drift")
    for one, noise in ((claim(exact=True), False), (claim(corrections="power"), True)):
        whole = sample(one, rows(FALSE[name], noise=noise, n=60_000), paths=PATH)
        found = judge(whole, 0, Ledger())
        assert found.verdict == "broken"
        assert found.observed == pytest.approx(0.38 if name == "0.38-log" else -0.38, abs=0.02)
        assert textbook.disagrees(whole, found) == ""


@pytest.mark.parametrize("noise", [True, False])
@pytest.mark.parametrize(
    "curve",
    [
        lambda n: n + np.sin(np.log(n)),
        lambda n: n + 3 - 20 / n**0.5,
        lambda n: n + 1e3 * n / (n + 1e5),
        lambda n: n + 50 / np.log(n),
    ],
)
def test_a_difference_that_is_still_on_its_way_is_not_broken(curve, noise):
    one = claim(exact=not noise)
    assert verdict(one, rows(curve, noise=noise), paths=PATH).verdict != "broken"


def test_a_difference_that_vanishes_somewhere_has_no_power():
    curve = FALSE["alternating"]
    found = verdict(
        claim(exact=True), rows(lambda n: n if n == 64 else curve(n), noise=False), paths=PATH
    )
    assert (found.verdict, found.reason) == ("undecided", "drift")


def test_what_cannot_be_judged_is_an_error():
    assert "no path" in verdict(claim(), [{"y": np.ones(4)}], [dict(n=1.0)]).note
    still = [{"y": np.full(512, cell["n"])} for cell in PATH[0].cells()]
    assert "exact=True" in verdict(claim(), still, paths=PATH).note
    odd = [{"y": np.full(4, np.nan)} for _ in PATH[0].cells()]
    assert "not a finite number" in verdict(claim(), odd, paths=PATH).note


def test_it_reads_as_a_difference_of_order_one():
    assert claim(exact=True).formula == "y=n+O(1)"
