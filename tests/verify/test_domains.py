"""What a simulation returns lies in the domains that its theorem declares, or that is an error."""

from pathlib import Path

import pytest

import files
from verify import run


def judged(tmp_path, monkeypatch, assumption: str, values: str, given: str = ""):
    monkeypatch.chdir(tmp_path)
    claim = f'Inequality("low", sp.Symbol("y", {assumption}), at_most=100 * x{given})'
    body = f'event = np.arange(n) >= 5; return {{"y": {values}, "event": event}}'
    Path("own.py").write_text(files.theorem_file(claim, body))
    return run("own.py", jobs=1)["low"]


@pytest.mark.parametrize(
    ("assumption", "values", "words"),
    [
        ("positive=True", "np.where(np.arange(n) == 6, -1.5, rng.random(n))", "positive"),
        ("nonnegative=True", "np.where(np.arange(n) == 6, -1.5, rng.random(n))", "nonnegative"),
        ("negative=True", "np.where(np.arange(n) == 6, 1.5, -rng.random(n))", "negative"),
        ("integer=True", "np.where(np.arange(n) == 6, 1.5, rng.poisson(3, n))", "an integer"),
    ],
)
def test_a_value_outside_its_domain_is_an_error_with_cell_seed_and_replicate(
    tmp_path, monkeypatch, assumption, values, words
):
    found = judged(tmp_path, monkeypatch, assumption, values)
    assert found.is_error and f"y is declared to be {words}, but takes the value" in found.note
    assert found.note.endswith("1.5 (at x = 1; seed 0, block 0, replicate 6)")


@pytest.mark.parametrize(
    ("assumption", "values"),
    [
        ("positive=True", "rng.random(n) - rng.random(n).min() * 0"),
        ("nonnegative=True", "np.where(np.arange(n) == 6, -1e-15, rng.random(n))"),
        ("integer=True", "rng.poisson(3, n) + 1e-13"),
        ("real=True", "rng.standard_normal(n)"),
    ],
)
def test_rounding_leaves_no_domain(tmp_path, monkeypatch, assumption, values):
    assert not judged(tmp_path, monkeypatch, assumption, values).is_error


def test_only_what_lies_inside_the_event_of_a_claim_must_lie_in_the_domain(tmp_path, monkeypatch):
    outside = "np.where(np.arange(n) == 3, -1.0, rng.random(n))"
    inside = "np.where(np.arange(n) == 6, -1.0, rng.random(n))"
    given = ', given=sp.Symbol("event")'
    assert not judged(tmp_path, monkeypatch, "positive=True", outside, given).is_error
    found = judged(tmp_path, monkeypatch, "positive=True", inside, given)
    assert found.note.endswith("(at x = 1; seed 0, block 0, replicate 6)")
