"""`verify explain`: why a claim is undecided or blunt, and what would settle it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

import files
from verify.command_line import main
from verify.judging.verdict import Verdict
from verify.showing.explaining import Cost, Explanation

BODY = 'return {"y": 1 + rng.standard_normal(n)}'


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("several.py").write_text(files.SEVERAL)
    return tmp_path


def call(*arguments: str):
    result = CliRunner().invoke(main, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return result


def explained(*arguments: str) -> str:
    result = call("explain", *arguments, "--jobs", "1", "--quiet")
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_noise_says_how_many_replicates_would_tell_and_by_which_command(here):
    text = explained("several.py", "several/theorem-1#mean")
    assert "Why it is undecided" in text and "What would settle it" in text
    assert "it must be known to be 1 up to 0.01" in text
    assert "CPU time" in text and "The full budget ends at 23296" in text
    assert "several/theorem-1#mean' --settle --time 1m" in text


def test_a_forecast_within_the_full_budget_names_that(here):
    text = explained("several.py", "several/theorem-1#positive")
    assert "Nothing speaks against it" in text and "none violates it" in text
    assert "several/theorem-1#positive' --budget full" in text
    settled = call("run", "several.py", "several/theorem-1#positive", "--budget", "full")
    assert "several/theorem-1#positive" in settled.stdout


def test_a_blunt_claim_says_what_is_not_pinned(here):
    text = explained("several.py", "several/theorem-1#rare")
    assert "Why it is blunt" in text and "probability 0.05, down to" in text
    assert "What would sharpen it" in text and "tolerance" in text


def test_what_is_decided_says_why(here):
    assert "the difference simplifies to zero" in explained("several.py", "several/lemma-2#square")
    text = explained("several.py", "several/lemma-2#false")
    assert "Counter-example to several/lemma-2#false" in text and "169" in text


def test_of_several_claims_only_what_is_open_is_explained(here):
    text = explained("several.py")
    assert "several/theorem-1#mean" in text and "several/lemma-2#square" not in text
    Path("fine.py").write_text(files.COARSE)
    assert "several" not in explained("fine.py")


def test_it_goes_as_far_as_the_last_run(here):
    file = files.theorem_file(
        'Identity("a", observable="y", equals=x, tolerance=0.1, cell_tolerance=0.1)',
        BODY,
        binding="cells=[dict(x=1.0)], quick=1, full=2",
    )
    Path("noisy.py").write_text(file)
    assert "Why it is undecided" in explained("noisy.py")
    call("run", "noisy.py", "--settle", "--jobs", "1", "--json", "settled.json", "--seed", "5")
    assert "Why it is undecided" not in explained("noisy.py")
    call("run", "noisy.py", "--jobs", "1")
    assert "Why it is undecided" in explained("noisy.py")
    assert "Why it is undecided" not in explained("noisy.py", "--from", "settled.json")
    assert "Why it is undecided" in explained(
        "noisy.py", "--from", "settled.json", "--budget", "quick"
    )


def test_it_is_drawn_no_further_than_it_was_itself(here):
    """The last run went on with one claim, and stopped with the other where that was hopeless."""
    binding = "cells=[dict(x=1.0)], quick=1, full=2"
    far = 'Identity("a", observable="y", equals=x, tolerance=0.1, cell_tolerance=0.1)'
    Path("far.py").write_text(files.theorem_file(far, BODY, binding=binding))
    near = 'Limit("a", "y", to=1, tolerance=0.01, exact=True)'
    body, paths = (
        'return {"y": np.full(n, 1 + 1 / np.log(cell["k"]))}',
        "Path(dict(k=1), dict(k=10.0), 5, 2.0)",
    )
    file = files.theorem_file(near, body, binding=f"paths=[{paths}], quick=1, full=2")
    Path("near.py").write_text(file.replace("own/theorem-1", "near/theorem-1"))
    call("run", "far.py", "near.py", "--settle", "--jobs", "1")
    claims = json.loads(Path(".verify/last.json").read_text())["claims"]
    drawn = {one["id"]: one["replicates"] for one in claims}
    assert drawn["own/theorem-1#a"] > 100 * drawn["near/theorem-1#a"]
    before = blocks()
    assert "the value still moves" in explained("near.py").lower()
    assert blocks() == before


def blocks() -> int:
    """How many blocks the store has."""
    with closing(sqlite3.connect(".verify/replicates.sqlite")) as data, data:
        return data.execute("SELECT count(*) FROM block").fetchone()[0]


def test_a_last_run_about_something_else_says_nothing(here):
    binding = "cells=[dict(x=1.0)], quick=1"
    text = files.theorem_file('Identity("a", "y", equals=1)', BODY, binding=binding)
    Path("noisy.py").write_text(text)
    call("run", "several.py", "--jobs", "1", "--set", "sigma=0.5")
    assert "own/theorem-1#a" in explained("noisy.py")
    assert "--set sigma=0.5" in explained("several.py", "several/theorem-1#mean")
    result = call("explain", "noisy.py", "--from", ".verify/last.json", "--quiet")
    assert result.exit_code == 2 and "no parameter 'sigma'" in result.stderr


def test_a_setting_may_be_for_what_does_not_hold(here):
    """What holds is looked at again, and here that is nothing."""
    how = ("--set", "sigma=0.5", "--jobs", "1")
    assert call("run", "several.py", "several/theorem-1#mean", *how).exit_code == 3
    result = call("run", "several.py#several/lemma-2", *how)
    assert result.exit_code == 2 and "no parameters to set" in result.stderr


@pytest.mark.parametrize(
    ("claims", "body", "binding", "words"),
    [
        (
            'Limit("a", "y", to=1, tolerance=0.01, exact=True)',
            'return {"y": np.full(n, 1 + 1 / np.log(cell["k"]))}',
            "paths=[Path(dict(k=1), dict(k=10.0), 5, 2.0)], quick=1, full=1",
            "Add cells of larger size",
        ),
        (
            'Identity("a", observable="z", equals=x)',
            BODY,
            "cells=[dict(x=1.0)]",
            "Mend what is named above",
        ),
        (
            'Identity("a", observable="y", equals=x)',
            BODY,
            "cells=[dict(x=1.0)], quick=1, full=1, first=8",
            "how many cannot be forecast from so few",
        ),
    ],
)
def test_every_reason_has_its_answer(here, claims, body, binding, words):
    Path("one.py").write_text(files.theorem_file(claims, body, binding=binding))
    assert words in explained("one.py")


def test_mistakes_are_one_line_with_status_2(here):
    for arguments in (("several.py", "several/theorem-1#meen"), ("xing2021/nothing-1",)):
        result = call("explain", *arguments)
        assert result.exit_code == 2 and result.stderr.startswith("verify: ")
    result = call("explain", "several.py", "--from", "absent.json")
    assert result.exit_code == 2 and "cannot be read" in result.stderr
    assert call("explain").exit_code == 2


@pytest.mark.parametrize(
    ("end", "words"), [(1.004, "single ones"), (1.02, "must be known to be 1")]
)
def test_an_interval_within_the_zone_leaves_the_single_cells(end, words):
    verdict = Verdict(
        *("mine/lemma-1#a", "mine/lemma-1", "identity", "", "undecided", "holds"),
        *(1.0, 1.001, (0.998, end), 0.01, 64, 1e-6),
        reason="noise",
        detail={"cells": 12},
    )
    said = dict(Explanation(verdict, None, Cost(0.0, 1)).parts())
    assert words in " ".join(said["Why it is undecided"])


@pytest.mark.parametrize(
    ("direction", "words"),
    [(-1, "at least 0.895 (with the tolerance), or to be below 0.9"), (1, "at most 0.905")],
)
def test_a_bound_is_said_to_be_one_sided(direction, words):
    verdict = Verdict(
        *("mine/lemma-1#a", "mine/lemma-1", "probability", "", "undecided", "holds"),
        *(0.9, 0.875, (0.06, 1.0), 0.005, 8, 1e-6),
        reason="noise",
    )
    said = dict(Explanation(verdict, None, Cost(0.0, 1), direction=direction).parts())
    assert words in " ".join(said["Why it is undecided"])
