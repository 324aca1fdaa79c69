"""What a verdict assumes beyond its claim stands wherever the verdict is read."""

import json

import numpy as np
import pytest

from bounds import Identity, Theorem
from verify import check, run


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


def test_the_sentence_below_a_report_says_how_many_verdicts_stand_on_an_assumption(report):
    words = "within the tolerance that each verdict prints. 1 of the verdicts stands on what"
    assert words in report.to_dict()["statement"]
    assert words in " ".join(str(report).split())
