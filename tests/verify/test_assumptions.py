"""What a verdict assumes beyond its claim stands wherever the verdict is read."""

import json
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from bounds import Bounded, Identity, Limit, Monotone, Probability, Theorem, Theta, Threshold
from building import balanced, verdict
from verify import Path, check, run
from verify.judging.assuming import UNSEEN, kinds_of
from verify.showing.tables import promise


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    claims = [
        Identity("assumed", observable="y", equals=1),
        Identity("stated", observable="y", equals=1, law="normal"),
    ]
    theorem = Theorem(id="hand/example-2", statement="The mean is one.", claims=claims)

    @check(theorem, id="hand/example-2", cells=[dict(g=0)], seconds_per_replicate=1e-6)
    def simulate(rng: np.random.Generator, cell, n):
        return {"y": 1 + 0.1 * rng.standard_normal(n)}

    return run(simulate, jobs=1, store=tmp_path_factory.mktemp("store"))


def test_the_table_and_the_json_name_the_assumption_of_each_verdict(report, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assumed, stated = report["assumed"], report["stated"]
    assert (assumed.verdict, stated.verdict) == ("holds", "holds")
    assert assumed.assuming.startswith("no event that was not seen in ") and not stated.assuming
    assert "assuming no event that was not seen" in " ".join(str(report).split())
    data = json.loads(report.to_json())
    assert [claim["assuming"] for claim in data["claims"]] == [assumed.assuming, ""]


def test_the_sentence_below_a_report_says_what_its_verdicts_stand_on(report):
    statement = report.to_dict()["statement"]
    assert statement in " ".join(str(report).split())
    assert "at most 0.01, if replicates are independent" in statement
    assert "1 verdict assumes more: that no event which was not seen carries a mean." in statement
    assert "2 were judged again on a fresh seed, none to the contrary." in statement


def test_what_is_proved_or_open_needs_no_independence(report):
    open_ = replace(report["assumed"], verdict="undecided", strength="", assuming="", detail={})
    assert "independent" not in promise(0.01, [open_])
    proved = replace(open_, verdict="holds", strength="proved")
    assert "independent" not in promise(0.01, [proved])
    sampled = replace(proved, strength="sampled")
    assert "independent" in promise(0.01, [sampled])
    assert "1 is 'sampled': violations rarer than those tried may exist" in promise(0.01, [sampled])


SIZES = (64, 128, 256, 512, 1024, 2048)
PATH = [Path({"n": 1}, dict(n=64.0), 6, 2.0)]
LEVELS = [dict(n=size) for size in SIZES]


def around(law, noise=0.1, n=4096) -> list[dict[str, np.ndarray]]:
    """Replicates whose means follow a law of the size."""
    rng = np.random.default_rng(0)
    return [{"y": law(size) * (1 + balanced(rng, n, 0.0, noise))} for size in SIZES]


def flips(law) -> list[dict[str, np.ndarray]]:
    rng = np.random.default_rng(0)
    return [{"y": rng.random(65_536) < law(size)} for size in SIZES]


MEANS = {
    "growth": (Theta("c", "y", of="n"), around(lambda n: n)),
    "growth, broken": (Theta("c", "y", of="n", corrections="power"), around(lambda n: n**1.5)),
    "bounded": (Bounded("c", "y", of="n"), around(lambda n: n, 1e-5)),
    "limit": (Limit("c", "y", to=0), around(lambda n: 64 / n)),
    "limit, broken": (Limit("c", "y", to=0, rate=1), around(lambda n: 1 + 64 / n)),
    "monotone": (Monotone("c", "y", along="n"), around(lambda n: n)),
    "monotone, broken": (Monotone("c", "y", along="n", increasing=False), around(lambda n: n)),
    "minimal rise": (Monotone("c", "y", along="n", minimal_rise=9999), around(lambda n: n)),
}
COUNTS = {
    "probability": (Probability("c", "y", at_most=sp.Rational(1, 2)), flips(lambda n: 0.3)),
    "limit": (
        Limit("c", "y", to=0, functional="proportion", tolerance=sp.Rational(1, 10)),
        flips(lambda n: 32 / n),
    ),
    "threshold": (
        Threshold("c", "y", along="n", at=360, tolerance=0.2),
        flips(lambda n: 0.1 + 0.8 * (n > 360)),
    ),
    "exact growth": (Theta("c", "y", of="n", exact=True), around(lambda n: n, 0.0)),
    "exact rise": (Monotone("c", "y", along="n", exact=True), around(lambda n: n, 0.0, 65_536)),
}


def judged(claim, rows):
    paths = PATH if claim.kind in ("theta", "bounded", "limit") else ()
    return verdict(claim, rows, None if paths else LEVELS, paths=paths)


@pytest.mark.parametrize("name", MEANS)
def test_what_is_said_of_means_names_what_was_not_seen(name):
    """A rare event may carry a rise, a growth or a limit as it may carry a mean."""
    found = judged(*MEANS[name])
    assert found.verdict in ("holds", "broken") and UNSEEN in kinds_of(found.assuming), found
    assert (found.verdict == "broken") == (name.endswith("broken") or name == "minimal rise")


@pytest.mark.parametrize("name", COUNTS)
def test_counts_and_exact_values_stand_on_no_event_that_was_not_seen(name):
    found = judged(*COUNTS[name])
    assert found.verdict == "holds" and UNSEEN not in kinds_of(found.assuming), found
