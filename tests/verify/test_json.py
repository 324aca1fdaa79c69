"""The JSON of a report: every field of the fixed interface, for every kind of outcome."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import files
from bounds import KINDS
from verify import load, run
from verify.judging.verdict import Verdict, finite
from verify.report import Report

VERDICTS = {"holds", "broken", "undecided", "not applicable"}
NUMBER = (int, float)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("json")
    Path(folder, "several.py").write_text(files.SEVERAL)
    return run(str(folder / "several.py"), jobs=1, store=folder / "store")


@pytest.fixture(scope="module")
def data(report):
    def refuse(text):
        raise AssertionError(f"{text} is not JSON")

    return json.loads(report.to_json(), parse_constant=refuse)


def test_the_head_has_the_fixed_fields(data):
    for name, kind in dict(
        schema=int, version=str, budget=str, alpha=float, seed=int, claims=list, summary=dict
    ).items():
        assert type(data[name]) is kind, name
    assert data["schema"] == 1 and data["budget"] in ("quick", "full")


def test_the_summary_counts_the_claims(data):
    summary = data["summary"]
    assert set(summary) == {
        "holds",
        "broken",
        "undecided",
        "not_applicable",
        "unexpected",
        "outside_regime",
        "seconds",
    }
    for verdict in VERDICTS:
        count = sum(claim["verdict"] == verdict for claim in data["claims"])
        assert summary[verdict.replace(" ", "_")] == count
    assert isinstance(summary["seconds"], NUMBER)


def test_every_claim_has_the_fixed_fields_with_their_types(data):
    assert {claim["verdict"] for claim in data["claims"]} == VERDICTS
    for claim in data["claims"]:
        theorem, hash_, _ = claim["id"].partition("#")
        assert hash_ and claim["theorem"] == theorem
        assert claim["kind"] in KINDS
        assert claim["verdict"] in VERDICTS and claim["expected"] in VERDICTS
        for name in ("predicted", "observed", "tolerance"):
            assert claim[name] is None or isinstance(claim[name], NUMBER), name
        interval = claim["interval"]
        assert interval is None or (
            len(interval) == 2 and all(e is None or isinstance(e, NUMBER) for e in interval)
        )
        assert isinstance(claim["replicates"], int) and isinstance(claim["seconds"], NUMBER)
        assert claim["error"] == pytest.approx(0.01 / 16_384)
        for name in ("note", "reason", "statement"):
            assert isinstance(claim[name], str)
        assert claim["reason"] or claim["verdict"] == "holds"


def test_counter_examples_belong_to_broken_claims_and_have_the_fixed_fields(data):
    for claim in data["claims"]:
        example = claim["counterexample"]
        assert (example is not None) == (claim["verdict"] == "broken")
        if example is not None:
            assert set(example) >= {
                "parameters",
                "seed",
                "observed",
                "predicted",
                "cell",
                "blocks",
                "replicates",
                "command",
            }
            assert isinstance(example["parameters"], dict)
            assert example["command"].startswith("verify run ")


def test_scales_are_the_fixed_ones(data):
    by_name = {claim["id"].split("#")[1]: claim for claim in data["claims"]}
    assert (by_name["mean"]["predicted"], by_name["wrong"]["predicted"]) == (1.0, 1.0)
    assert by_name["mean"]["observed"] == pytest.approx(1, abs=0.05)
    assert by_name["rare"]["predicted"] == 0.05 and 0 <= by_name["rare"]["observed"] <= 1
    assert by_name["positive"]["predicted"] == 0 and by_name["positive"]["interval"] is None
    assert (by_name["square"]["predicted"], by_name["square"]["observed"]) == (0, 0)
    assert (by_name["false"]["predicted"], by_name["false"]["observed"]) == (0, 1)
    assert by_name["square"]["replicates"] == 0
    assert by_name["mean"]["replicates"] == 5888


def test_reading_back_and_writing_again_changes_nothing(report, data):
    again = Report.from_dict(data)
    assert json.loads(again.to_json()) == data
    assert [v.is_unexpected for v in again] == [v.is_unexpected for v in report]
    assert again.exit_status == report.exit_status


trees = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=3),
        st.floats().map(np.float64),
        st.integers(-9, 9).map(np.int64),
        st.booleans().map(np.bool_),
        st.lists(st.floats(), max_size=3).map(np.array),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.one_of(st.text(max_size=2), st.integers()), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(trees)
def test_whatever_a_report_holds_becomes_strict_json(tree):
    text = json.dumps(finite(tree), allow_nan=False)
    assert json.loads(text) is not None or finite(tree) is None


def test_a_report_with_a_margin_that_is_infinite_is_read_back(report, data, tmp_path):
    data = json.loads(json.dumps(data))
    data["claims"][0]["margins"] = finite({"the width is large": math.inf, "n is": 2.0})
    (tmp_path / "a.json").write_text(json.dumps(data))
    assert load(tmp_path / "a.json")["mean"].detail["margins"]["the width is large"] is None


def test_infinite_ends_of_an_interval_are_null():
    verdict = Verdict(
        id="a/lemma-1#b",
        theorem="a/lemma-1",
        kind="O",
        statement="",
        verdict="undecided",
        expected="holds",
        predicted=1.0,
        observed=math.nan,
        interval=(-math.inf, 2.0),
        tolerance=0.1,
        replicates=3,
        error=1e-5,
    )
    written = verdict.to_dict()
    assert written["interval"] == [None, 2.0] and written["observed"] is None
    assert Verdict.from_dict(written).interval == (None, 2.0)
